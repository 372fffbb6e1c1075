import CRM
import Foundation
import Geo
import Routing

extension TripPlanner {
  /// Checks a saved trip against the request that made it and the partners as they are today: windows, hours,
  /// lunch, driving, sums, bans, places that moved, must-visits left out without need. Empty when it keeps every
  /// rule.
  ///
  /// - Parameter partners: today's records of the trip's partners, those left out among them; a stop whose partner
  ///   is missing is a violation.
  /// - Throws: ``PlanningError/requestUnreadable``; the matrix provider's errors.
  public func violations(of trip: Trip, partners: [PartnerID: PartnerSummary]) async throws -> [String] {
    let request = try PlanRequest(json: trip.request)
    let trip = TripReplacement.planned(trip, request: request)
    guard let zone = TimeZone(identifier: trip.timeZone) else {
      throw PlanningError.timeZone(trip.timeZone)
    }
    var found: [String] = []
    var visited: [PartnerSummary] = []
    for stop in trip.days.flatMap(\.stops) {
      guard var partner = partners[stop.partner] else {
        found.append("\(stop.name): the partner is gone")
        visited.append(
          PartnerSummary(
            id: stop.partner, name: stop.name, kind: .agency, status: .closed, coordinate: stop.coordinate))
        continue
      }
      if let now = partner.coordinate {
        let moved = Geodesy.distance(now, stop.coordinate)
        if moved > Self.movedLimit { found.append("\(stop.name): moved by \(Int(moved.value)) m since") }
      } else {
        found.append("\(stop.name): has no coordinates any more")
      }
      partner.coordinate = stop.coordinate
      visited.append(partner)
    }
    // Who never came before the optimiser is no question of this plan.
    var leftOut: [TripPlan.LeftOut] = []
    for left in trip.unassigned {
      guard let reason = LeftOutReason(left.reason), let partner = partners[left.partner],
        partner.coordinate != nil
      else { continue }
      leftOut.append(TripPlan.LeftOut(visit: visited.count, reason: reason, detail: left.detail))
      visited.append(partner)
    }
    let draft = try await makeProblem(request, visited: visited, zone: zone)
    var plan = try Self.plan(of: trip, request: request, problem: draft.problem, zone: zone)
    plan.leftOut = leftOut
    for violation in PlanChecker.violations(of: plan, in: draft.problem) {
      var place: [String] = []
      if let day = violation.day { place.append("day \(day + 1)") }
      if let visit = violation.visit { place.append(visited[visit].name) }
      found.append((place + ["\(violation.kind.rawValue): \(violation.detail)"]).joined(separator: ", "))
    }
    return found
  }

  /// A pin that moved less is the same door.
  static let movedLimit = Metres(50)

  /// The saved trip's days in the optimiser's terms, nobody left out; visits are numbered in the trip's order.
  static func plan(
    of trip: Trip, request: PlanRequest, problem: TripProblem, zone: TimeZone
  ) throws -> TripPlan {
    let finish: Int? =
      switch problem.end {
      case .open: nil
      case .roundTrip: problem.start
      case .at(let point): point
      }
    let byDate = Dictionary(trip.days.map { ($0.date, $0) }) { first, _ in first }
    var visit = 0
    var here = problem.start
    var days: [TripPlan.PlannedDay] = []
    for date in request.dates {
      if problem.night == .home { here = problem.start }
      guard let day = byDate[date] else {
        days.append(
          TripPlan.PlannedDay(
            startPoint: here, endPoint: here, start: request.work.start, end: request.work.start, lunch: nil,
            stops: [], driving: .zero, distance: .zero))
        continue
      }
      func seconds(_ instant: Date) -> Int {
        let local = Int(instant.timeIntervalSince1970.rounded()) + zone.secondsFromGMT(for: instant)
        return local - date.daysSinceEpoch * 86_400
      }
      let start = here
      var stops: [TripPlan.PlannedStop] = []
      for stop in day.stops {
        stops.append(
          TripPlan.PlannedStop(
            visit: visit, arrival: seconds(stop.arrival), serviceStart: seconds(stop.serviceStart),
            departure: seconds(stop.departure)))
        here = problem.visits[visit].point
        visit += 1
      }
      if day.legs.count > day.stops.count, let finish { here = finish }
      days.append(
        TripPlan.PlannedDay(
          startPoint: start, endPoint: here, start: seconds(day.start), end: seconds(day.end),
          lunch: day.lunch.map(seconds), stops: stops,
          driving: day.legs.reduce(.zero) { $0 + $1.seconds },
          distance: day.legs.reduce(.zero) { $0 + $1.metres }))
    }
    return TripPlan(
      days: days, leftOut: [], driving: trip.seconds, distance: trip.metres,
      lowerBound: trip.lowerBoundSeconds)
  }
}

extension LeftOutReason {
  /// Nil for reasons that kept a partner from the optimiser.
  init?(_ code: ReasonCode) {
    switch code {
    case .unreachable: self = .unreachable
    case .closedThatDay: self = .closedThatDay
    case .windowMissed: self = .windowMissed
    case .dayFull: self = .dayFull
    case .tripFull: self = .tripFull
    case .tooFar: self = .tooFar
    case .noCoordinates, .lowPrecision, .doNotVisit, .visitedRecently, .plannedElsewhere: return nil
    }
  }
}
