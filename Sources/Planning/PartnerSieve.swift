import CRM
import Foundation
import Geo

/// Who is not even offered to the optimiser, and why.
struct PartnerSieve {
  let request: PlanRequest
  let zone: TimeZone
  let plannedElsewhere: [PartnerID: String]

  /// Nil when the partner can be planned.
  func refusal(of partner: PartnerSummary) -> UnassignedStop? {
    guard let (reason, detail) = reason(for: partner) else { return nil }
    return UnassignedStop(
      partner: partner.id, name: partner.name, coordinate: partner.coordinate, reason: reason, detail: detail)
  }

  private func reason(for partner: PartnerSummary) -> (ReasonCode, String)? {
    guard partner.coordinate != nil else {
      let address = partner.address.map { "\"\($0)\" was not found" } ?? "there is no address"
      return (.noCoordinates, address)
    }
    if let wanted = request.minimumLevel, let level = partner.level, level < wanted {
      return (.lowPrecision, "located to \(level.rawValue), \(wanted.rawValue) is wanted")
    }
    let last = request.dates.last ?? request.firstDate
    if let ban = partner.doNotVisit, ban.until.map({ $0 >= last }) ?? true {
      let until = ban.until.map { "until \($0)" } ?? "without end"
      return (.doNotVisit, ban.reason.isEmpty ? until : "\(until): \(ban.reason)")
    }
    if let days = request.skipVisitedWithinDays, let visit = partner.lastVisit {
      let day = LocalDate(visit, in: zone)
      let ago = request.firstDate.daysSinceEpoch - day.daysSinceEpoch
      if ago < days { return (.visitedRecently, "visited on \(day), \(ago) days before; \(days) are wanted") }
    }
    if request.skipPlannedElsewhere, let title = plannedElsewhere[partner.id] {
      return (.plannedElsewhere, "is a stop of \"\(title)\"")
    }
    return nil
  }
}
