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
    let history = TripHistory(of: trip, replanned: request)
    let made = history.made
    let aside = Set(history.days.values.flatMap(\.aside).map(\.id))
    guard let zone = TimeZone(identifier: trip.timeZone) else {
      throw PlanningError.timeZone(trip.timeZone)
    }
    var found: [String] = []
    // What happened is first; it is history, whatever became of the partner.
    var visited = made.map(PartnerSummary.init(made:))
    var numbers: [StopID: Int] = [:]
    for stop in made { numbers[stop.id] = numbers.count }
    for stop in trip.days.flatMap(\.stops) where numbers[stop.id] == nil && !aside.contains(stop.id) {
      numbers[stop.id] = visited.count
      guard var partner = partners[stop.partner] else {
        found.append("\(stop.name): the partner is gone")
        visited.append(
          PartnerSummary(
            id: stop.partner, name: stop.name, kind: .agency, status: .closed, coordinate: stop.coordinate))
        continue
      }
      if let now = partner.coordinate {
        let moved = Geodesy.distance(now, stop.coordinate)
        if moved > Self.movedLimit {
          found.append(
            "\(stop.name): its place is \(Self.far(moved)) from where this trip goes; plan the rest again")
        }
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
    let nights = Self.nights(of: trip, request: request, history: history, after: visited.count)
    let draft = try await makeProblem(
      request, visited: visited, zone: zone, history: history, nights: nights.list)
    var plan = Self.plan(
      of: trip, numbers: numbers, request: request, problem: draft.problem, zone: zone,
      nights: nights.numbers, passed: history.passed)
    plan.leftOut = leftOut
    // A must-visit left out is one more rule broken, be there room for it or not.
    found +=
      trip.mustVisitsLeftOut.map {
        "\($0.name), mustVisit: left out, \($0.reason.rawValue)" + ($0.detail.isEmpty ? "" : ": \($0.detail)")
      }
    let violations =
      PlanChecker.violations(of: plan, in: draft.problem)
      + Self.lockedOutOfHours(plan, draft, visited, request.rules.locked)
    return found
      + Self.broken(violations, draft: draft, visited: visited, dates: request.dates).map(\.line)
  }

  /// With names for the numbers of visits and days.
  static func broken(
    _ violations: [Violation], draft: ProblemDraft, visited: [PartnerSummary], dates: [LocalDate]
  ) -> [BrokenRule] {
    let reader = ObstacleReader(draft: draft, visited: visited, dates: dates)
    return violations.map { violation in
      BrokenRule(
        date: violation.day.map { dates[$0] }, partner: violation.visit.map { reader.name($0) ?? "" },
        kind: violation.kind,
        detail: shutDoor(violation, draft, visited) ?? reader.sentence(violation.detail))
    }
  }

  /// Stops whose time the manager locked have to be within hours like any other, whatever keeps them there.
  private static func lockedOutOfHours(
    _ plan: TripPlan, _ draft: ProblemDraft, _ visited: [PartnerSummary], _ locked: Set<PartnerID>
  ) -> [Violation] {
    let visits = draft.problem.visits.enumerated().map { index, visit in
      var visit = visit
      if visited.indices.contains(index), locked.contains(visited[index].id) { visit.appointment = nil }
      return visit
    }
    let problem = draft.problem.replacing(visits: visits, days: draft.problem.days)
    return PlanChecker.violations(of: plan, in: problem).filter { violation in
      violation.kind == .window
        && violation.visit.map { draft.problem.visits[$0].appointment != nil } == true
    }
  }

  /// Why a door is shut all day: a ban with its reason, or a public holiday; nil for other violations.
  private static func shutDoor(_ violation: Violation, _ draft: ProblemDraft, _ visited: [PartnerSummary])
    -> String?
  {
    guard violation.kind == .window, let visit = violation.visit, let day = violation.day,
      draft.problem.visits[visit].windows?[day].isEmpty == true
    else { return nil }
    if draft.shut[visit]?.banned.contains(day) == true {
      let reason = visited[visit].doNotVisit?.reason ?? ""
      return "no visits are wanted that day" + (reason.isEmpty ? "" : ": \(reason)")
    }
    return draft.shut[visit]?.holidays[day].map { "closed, public holiday \"\($0)\"" }
  }

  private static func far(_ way: Metres) -> String {
    way.value < 1000 ? "\(Int(way.value)) m" : "\((way.value / 100).rounded() / 10) km"
  }

  /// A pin that moved less is the same door.
  static let movedLimit = Metres(50)

  /// The saved trip's days in the optimiser's terms, nobody left out; stops without a number are set aside.
  static func plan(
    of trip: Trip, numbers: [StopID: Int], request: PlanRequest, problem: TripProblem, zone: TimeZone,
    nights: [LocalDate: Int] = [:], passed: [LocalDate: (visit: Int, at: Date)] = [:]
  ) -> TripPlan {
    let finish: Int? =
      switch problem.end {
      case .open: nil
      case .roundTrip: problem.start
      case .at(let point): point
      }
    let byDate = Dictionary(trip.days.map { ($0.date, $0) }) { first, _ in first }
    var here = problem.start
    var days: [TripPlan.PlannedDay] = []
    for date in request.dates {
      if problem.night == .home { here = problem.start }
      guard let day = byDate[date] else {
        let opens = problem.days[days.count].work.lowerBound
        days.append(
          TripPlan.PlannedDay(
            startPoint: here, endPoint: here, start: opens, end: opens, lunch: nil,
            stops: [], driving: .zero, distance: .zero))
        continue
      }
      func seconds(_ instant: Date) -> Int { date.elapsed(at: instant, in: zone) }
      let start = here
      var stops: [TripPlan.PlannedStop] = []
      var position = passed[date]
      // Where one was stands before what comes after it.
      func pass(before arrival: Date) {
        guard let here = position, here.at <= arrival else { return }
        position = nil
        let at = seconds(here.at)
        stops.append(TripPlan.PlannedStop(visit: here.visit, arrival: at, serviceStart: at, departure: at))
      }
      for stop in day.stops {
        pass(before: stop.arrival)
        guard let visit = numbers[stop.id] else { continue }
        stops.append(
          TripPlan.PlannedStop(
            visit: visit, arrival: seconds(stop.arrival), serviceStart: seconds(stop.serviceStart),
            departure: seconds(stop.departure)))
        here = problem.visits[visit].point
      }
      pass(before: .distantFuture)
      if day.lodging != nil, let night = nights[date] {
        // Lunch may come after one has arrived there.
        let left = day.stops.last(where: { numbers[$0.id] != nil })?.departure ?? day.start
        let reached = seconds(left) + (day.legs.last?.seconds.value ?? 0)
        let isAfter = day.lunch.map { seconds($0) >= reached } ?? false
        let arrival = isAfter ? reached : seconds(day.end)
        stops.append(
          TripPlan.PlannedStop(visit: night, arrival: arrival, serviceStart: arrival, departure: arrival))
        here = problem.visits[night].point
      } else if day.legs.count > day.stops.count {
        // With nights at home all but the last day lead back there.
        let isLast = day.date == trip.days.last?.date || problem.night == .away
        here = isLast ? finish ?? problem.start : problem.start
      }
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
