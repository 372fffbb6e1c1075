import CRM

extension PlanRequest {
  /// Partners left out only when no plan can hold them, those of appointments and locks included.
  public var musts: Set<PartnerID> { rules.musts.union(mustVisit) }

  /// Must-visits that are left out stand before all others: they are what the manager did not expect.
  func mustVisitsFirst(_ list: [UnassignedStop]) -> [UnassignedStop] {
    let must = musts
    return list.filter { must.contains($0.partner) } + list.filter { !must.contains($0.partner) }
  }
}

extension Trip {
  /// Partners its request says must be visited; none when the request cannot be read.
  public var mustVisits: Set<PartnerID> {
    (try? PlanRequest(json: request)).map(\.musts) ?? []
  }

  /// Must-visits that no day holds.
  public var mustVisitsLeftOut: [UnassignedStop] {
    let must = mustVisits
    return must.isEmpty ? [] : unassigned.filter { must.contains($0.partner) }
  }
}
