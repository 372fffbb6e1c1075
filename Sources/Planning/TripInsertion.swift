import CRM
import Foundation
import Geo
import Routing
import Store

extension TripPlanner {
  /// A saved trip with one more partner at its best place.
  public struct Insertion: Sendable {
    /// The trip with it, not saved yet; see ``replace(_:task:by:in:as:at:)``.
    public var result: Result
    public var date: LocalDate
    /// Place in the order of the day, from 1, visits made included.
    public var position: Int
    /// How much more the whole trip drives.
    public var addedSeconds: Seconds
    public var addedMetres: Metres
    /// It was a stop of the trip before, at another place or the same.
    public var wasStop: Bool
  }

  /// The best place of one partner in a saved trip: every other visit keeps its day and its order, only times move.
  /// Visits made stay as they were, and nothing new comes before `now`. A stop of the trip is moved to its best place.
  ///
  /// - Throws: ``PlanningError/partnerUnknown(_:)``; ``PlanningError/visitOver(name:)`` when its visit is over;
  ///   ``PlanningError/notWanted(_:)`` when the trip's request refuses the partner; ``PlanningError/noPlace(name:obstacles:)``
  ///   with what stands in the way on each day; ``PlanningError/tripBroken(title:)`` when the trip breaks a rule itself.
  public func insert(_ id: PartnerID, into trip: Trip, in database: Database, at now: Date) async throws
    -> Insertion
  {
    let planner = keeping(in: database)
    let (request, zone) = try Self.storedRequest(of: trip)
    let ids = trip.days.flatMap(\.stops).map(\.partner) + trip.unassigned.map(\.partner) + [id]
    let partners = try database.read { reader in
      Dictionary(try reader.summaries(.ids(ids)).map { ($0.id, $0) }) { first, _ in first }
    }
    guard let partner = partners[id] else { throw PlanningError.partnerUnknown(id.description) }
    if trip.days.flatMap(\.stops).contains(where: { $0.partner == id && $0.visit != .planned }) {
      throw PlanningError.visitOver(name: partner.name)
    }
    let recorded = Set(request.recorded ?? [])
    var history = TripHistory(
      of: trip, request: request, at: now, in: zone, positions: request.positions ?? [])
    history.keep(trip) { recorded.contains($0.partner) }
    let wasStop = trip.days.flatMap(\.stops).contains { $0.partner == id }
    return try await planner.insert(
      partner, into: trip, request: request, partners: partners, zone: zone,
      history: history, wasStop: wasStop)
  }

  private func insert(
    _ partner: PartnerSummary, into trip: Trip, request: PlanRequest, partners: [PartnerID: PartnerSummary],
    zone: TimeZone, history: TripHistory, wasStop: Bool
  ) async throws -> Insertion {
    var request = request
    if !wasStop { request.selection = request.selection.beside([partner.id]) }
    let sieve = PartnerSieve(request: request, zone: zone, plannedElsewhere: [:])
    if let refusal = sieve.refusal(of: partner) { throw PlanningError.notWanted(refusal) }

    let aside = Set((history.days.values.flatMap(\.aside) + history.records.flatMap(\.stops)).map(\.id))
    var visited = history.made.map(PartnerSummary.init(made:))
    var numbers: [StopID: Int] = [:]
    for stop in history.made { numbers[stop.id] = numbers.count }
    for stop in trip.days.flatMap(\.stops) where numbers[stop.id] == nil && !aside.contains(stop.id) {
      var known = partners[stop.partner] ?? PartnerSummary(made: stop)
      known.coordinate = known.coordinate ?? stop.coordinate
      numbers[stop.id] = visited.count
      visited.append(known)
    }
    var refused: [UnassignedStop] = []
    for left in trip.unassigned where left.partner != partner.id {
      if LeftOutReason(left.reason) != nil, let known = partners[left.partner], known.coordinate != nil {
        visited.append(known)
      } else {
        refused.append(left)
      }
    }
    let made = history.made.count
    let number: Int
    if let index = visited.indices.first(where: { $0 >= made && visited[$0].id == partner.id }) {
      number = index
    } else {
      number = visited.count
      visited.append(partner)
    }
    let nights = Self.nights(of: trip, request: request, history: history, after: visited.count)
    let draft = try await makeProblem(
      request, visited: visited, zone: zone, history: history, nights: nights.list)
    let question = TripQuestion(
      request: request, zone: zone, asked: visited, visited: visited, refused: refused, history: history,
      draft: draft, notes: draft.notes)
    let before = Self.plan(
      of: trip, numbers: numbers, request: request, problem: draft.problem, zone: zone,
      nights: nights.numbers, passed: history.passed)
    guard let found = TripSolver.insertBest(number, into: before, of: draft.problem) else {
      var without = before
      for day in without.days.indices { without.days[day].stops.removeAll { $0.visit == number } }
      let reader = ObstacleReader(draft: draft, visited: visited, dates: request.dates)
      let obstacles = reader.read(
        TripSolver.obstacles(to: number, in: without, of: draft.problem), of: number)
      // What broke before is none of the partner's fault.
      if !TripSolver.keepsRules(without, of: draft.problem) || obstacles.contains(where: \.breaks.isEmpty) {
        throw PlanningError.tripBroken(title: trip.title)
      }
      throw PlanningError.noPlace(name: partner.name, obstacles: obstacles)
    }
    let result = try await answer(found.plan, to: question, accepting: [.mustVisit])
    return Insertion(
      result: result, date: request.dates[found.day], position: found.position + 1,
      addedSeconds: found.addedDriving, addedMetres: found.addedDistance, wasStop: wasStop)
  }

  /// The request a trip was made by, with what is over taken out, and the zone of its days.
  static func storedRequest(of trip: Trip) throws -> (request: PlanRequest, zone: TimeZone) {
    var request = try PlanRequest(json: trip.request)
    request.title = trip.title
    guard let zone = TimeZone(identifier: trip.timeZone) else {
      throw PlanningError.timeZone(trip.timeZone)
    }
    // The clock times of what happened are the trip's.
    request.timeZone = trip.timeZone
    let stops = trip.days.flatMap(\.stops)
    let over = stops.filter { $0.visit != .planned }.map(\.partner)
    // What was done and is open again is asked for like any other.
    let open = Set(stops.filter { $0.visit == .planned }.map(\.partner))
    request.alreadyDone.removeAll(where: open.contains)
    for partner in over where !request.alreadyDone.contains(partner) {
      request.alreadyDone.append(partner)
    }
    return (request, zone)
  }
}

extension Selection {
  /// With these partners beside whoever it selects. However often that is done, it stands no deeper.
  func beside(_ partners: [PartnerID]) -> Selection {
    guard case .or(var parts) = self, case .ids(let list)? = parts.last else {
      return .or([self, .ids(partners)])
    }
    let known = Set(list)
    parts[parts.count - 1] = .ids(list + partners.filter { !known.contains($0) })
    return .or(parts)
  }
}
