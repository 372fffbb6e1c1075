import CRM
import Foundation
import Geo
import Routing

/// The main job: partners and a request in, a trip out.
///
/// Every plan is verified by `PlanChecker`, which shares no code with the optimiser, before it is returned.
public struct TripPlanner: Sendable {
  public var matrix: any MatrixProvider
  /// Nil where no road network is loaded: then `matrix` estimates.
  public let roads: (any RoadRouting)?
  public var facts: PlaceFacts
  public var holidays: HolidayCalendar
  /// More partners in one trip are refused: the matrix grows by the square.
  public var partnerLimit: Int
  /// Where nights away may be spent; planning in a database takes those of the database that are in sight.
  public var hotels: [Lodging] = []
  /// Whose records the asker sees: no trip beyond them is named, no hotel beyond them is slept in.
  public var sight: RecordScope = .all

  public init(
    roads: (any RoadRouting)? = nil, facts: PlaceFacts = .unknown,
    holidays: HolidayCalendar = HolidayCalendar(), partnerLimit: Int = 1000
  ) {
    self.roads = roads
    matrix = roads.map { RoadMatrix(roads: $0) } ?? GreatCircleMatrix()
    self.facts = facts
    self.holidays = holidays
    self.partnerLimit = partnerLimit
  }

  /// A trip that is not saved yet, with what a manager should know about it.
  public struct Result: Sendable {
    public var trip: Trip
    /// Things that were assumed, in words: a zone that was not found, public holidays.
    public var notes: [String]
    /// Everyone who was asked for, by identifier: names, addresses and phones for the checklist.
    public var partners: [PartnerID: PartnerSummary]
  }

  /// Plans a trip through `partners`, whose order is "the order given".
  ///
  /// - Parameter plannedElsewhere: partners that other trips visit already; used when the request asks to skip them.
  /// - Throws: ``PlanningError``; `ProblemError` or the matrix provider's own errors.
  public func plan(
    _ request: PlanRequest, partners: [PartnerSummary], plannedElsewhere: [PartnerID: OtherTrip] = [:]
  ) async throws -> Result {
    try await plan(
      request, partners: partners, plannedElsewhere: plannedElsewhere, history: .none)
  }

  /// - Parameter history: what of the trip has happened already; stays as it was.
  func plan(
    _ request: PlanRequest, partners: [PartnerSummary], plannedElsewhere: [PartnerID: OtherTrip],
    history: TripHistory
  ) async throws -> Result {
    let question = try await question(
      request, partners: partners, plannedElsewhere: plannedElsewhere, history: history)
    let (plan, lodged) = try await solve(question)
    return try await answer(plan, to: lodged)
  }

  /// The zone of the trip's days and clock times, with a note when it is not known.
  func tripZone(of request: PlanRequest) throws -> (zone: TimeZone, notes: [String]) {
    let known = request.timeZone ?? facts.timeZone(request.start.coordinate)
    let name = known ?? "UTC"
    guard let zone = TimeZone(identifier: name) else { throw PlanningError.timeZone(name) }
    return (
      zone, known == nil ? ["the time zone of the start is not known: clock times are UTC"] : []
    )
  }
}

/// The optimiser's question, with the way back to partners and places.
struct ProblemDraft {
  var problem: TripProblem
  var drives: DriveMatrix
  /// Coordinates by matrix point.
  var points: [Coordinate]
  /// Why a visit's days are shut, by visit: in words, and day by day.
  var closures: [Int: String]
  var shut: [Int: VisitWindows.Shut]
  /// Places for the night, by visit: they come after those of partners and end their day.
  var nights: [Int: Lodging]
  var notes: [String]
}

extension TripPlanner {
  /// Matrix points: 0 the start, 1 the end when it is another place, then one a visit; the visits made come first.
  /// Times are seconds of real time since a day's first instant.
  func makeProblem(
    _ request: PlanRequest, visited: [PartnerSummary], zone: TimeZone, history: TripHistory,
    nights: [TripNight] = [], days fixed: [Int: Int] = [:]
  ) async throws -> ProblemDraft {
    var points = [request.start.coordinate]
    var end = TripProblem.End.open
    switch request.end {
    case .open: break
    case .roundTrip: end = .roundTrip
    case .at(let place):
      points.append(place.coordinate)
      end = .at(1)
    }
    let firstVisit = points.count
    points += visited.compactMap(\.coordinate)

    let calendar = VisitWindows(dates: request.dates, zone: zone, holidays: holidays)
    let must = request.musts
    let reader = RuleReader(rules: request.rules, dates: request.dates, zone: zone)
    let made = history.made.count
    var zones: [String: TimeZone] = [:]
    var closures: [Int: String] = [:]
    var shut: [Int: VisitWindows.Shut] = [:]
    var visits: [TripProblem.Visit] = []
    visits.reserveCapacity(visited.count)
    for (index, partner) in visited.enumerated() {
      var windows: [[Range<Int>]]?
      if partner.openingHours != nil || partner.doNotVisit != nil, let place = partner.coordinate {
        let name = facts.timeZone(place) ?? zone.identifier
        let partnerZone = zones[name] ?? TimeZone(identifier: name) ?? zone
        zones[name] = partnerZone
        let answer = calendar.windows(
          hours: partner.openingHours, ban: partner.doNotVisit, zone: partnerZone,
          country: facts.country(place))
        windows = answer.windows
        shut[index] = answer.shut
        if !answer.closures.isEmpty { closures[index] = answer.closures.joined(separator: "; ") }
      }
      var visit = TripProblem.Visit(
        point: firstVisit + index, service: partner.visitLength ?? request.visit, windows: windows,
        mustVisit: must.contains(partner.id))
      if index >= made { reader.apply(to: &visit, of: partner) }
      if let day = fixed[index] { visit.days = [day] }
      visits.append(visit)
    }
    var lodgings: [Int: Lodging] = [:]
    for night in nights {
      lodgings[visits.count] = night.lodging
      visits.append(
        TripProblem.Visit(
          point: night.lodging.place == request.start ? 0 : points.count, service: .zero, mustVisit: true,
          days: [night.day], slot: .last))
      if night.lodging.place != request.start { points.append(night.lodging.place.coordinate) }
    }
    let orders = reader.precedences(among: visited)

    let days = request.dates.map { date in
      func range(_ hours: PlanRequest.Hours) -> Range<Int> {
        let start = date.elapsed(secondsAfterMidnight: hours.start, in: zone)
        return start..<max(start, date.elapsed(secondsAfterMidnight: hours.end, in: zone))
      }
      return TripProblem.Day(
        work: range(request.work),
        lunch: request.lunch.map { TripProblem.Lunch(window: range($0.window), length: $0.length) },
        maxDriving: request.maxDriving, progress: history.progress(on: date, in: zone),
        maxDistance: request.rules.maxDistance, overtime: request.rules.overtime ?? .zero,
        maxWaiting: request.rules.maxWait)
    }
    let drives = try await matrix.matrix(for: points)
    let problem = try TripProblem(
      matrix: drives.costs, visits: visits, start: 0, end: end,
      days: days, night: request.night, metric: request.metric, precedences: orders.list,
      overtimeWeight: Self.overtimeWeight(request.metric))
    var names = [request.start.label]
    if case .at(let place) = request.end { names.append(place.label) }
    names += visited.map(\.name)
    names += nights.map(\.lodging.place).filter { $0 != request.start }.map(\.label)
    return ProblemDraft(
      problem: problem, drives: drives, points: points, closures: closures, shut: shut, nights: lodgings,
      notes: holidayNotes(request) + orders.notes + RoadNotes.notes(drives, names: names))
  }

  /// A second of overtime is as unwelcome as a second at the wheel, or the 20 m driven in it.
  static func overtimeWeight(_ metric: TripProblem.Metric) -> Int { metric == .time ? 1 : 20 }

  private func holidayNotes(_ request: PlanRequest) -> [String] {
    let country = facts.country(request.start.coordinate)
    let unknown = Set(request.dates.map(\.year)).sorted().compactMap { year in
      country.flatMap {
        holidays.covers($0, year: year) ? nil : "public holidays of \($0) in \(year) are not known"
      }
    }
    return unknown
      + request.dates.compactMap { date in
        holidays.name(on: date, in: country).map { "\(date) is a public holiday there: \($0)" }
      }
  }

  func assemble(
    _ plan: TripPlan, draft: ProblemDraft, request: PlanRequest, visited: [PartnerSummary],
    unassigned: [UnassignedStop], zone: TimeZone, history: TripHistory
  ) async throws -> Trip {
    let problem = draft.problem
    let source: Trip.Matrix = problem.matrix.source == .roads ? .roads : .greatCircle
    var days: [TripDay] = []
    let kept = history.made
    let locked = request.rules.locked
    for (index, planned) in plan.days.enumerated() {
      let date = request.dates[index]
      var aside = (history.days[date]?.aside ?? []).sorted { $0.arrival < $1.arrival }[...]
      // A day without visits may still hold the way back.
      guard !planned.stops.isEmpty || planned.startPoint != planned.endPoint || !aside.isEmpty else {
        continue
      }
      func instant(_ seconds: Int) -> Date { date.instant(elapsed: seconds, in: zone) }
      var legs: [Leg] = []
      var at = planned.startPoint
      // The way to where one was is part of the way to the stop that comes next.
      var way: Leg?
      func drive(to point: Int) async throws {
        guard let seconds = problem.matrix.seconds(from: at, to: point),
          let metres = problem.matrix.metres(from: at, to: point)
        else { throw PlanningError.checkFailed(["no way from point \(at) to point \(point)"]) }
        var line = LineString([draft.points[at], draft.points[point]])
        let isByRoads = draft.drives.source(from: at, to: point) == .roads
        if isByRoads {
          line = try await matrix.geometry(from: draft.points[at], to: draft.points[point]) ?? line
        }
        let leg = Leg(
          metres: metres, seconds: seconds, geometry: line, source: isByRoads ? .roads : .greatCircle)
        legs.append(way?.followed(by: leg) ?? leg)
        way = nil
        at = point
      }
      var stops: [Stop] = []
      var lodging: Lodging?
      // Nobody drives to a stop that was set aside; it stays in its place by time.
      func record(before arrival: Date) {
        while let stop = aside.first, stop.arrival < arrival {
          aside.removeFirst()
          stops.append(stop)
          legs.append(
            Leg(
              metres: .zero, seconds: .zero, geometry: LineString([draft.points[at], draft.points[at]]),
              source: source))
        }
      }
      for stop in planned.stops {
        record(before: instant(stop.arrival))
        let visit = problem.visits[stop.visit]
        try await drive(to: visit.point)
        if let night = stop.visit < kept.count
          ? history.nights[kept[stop.visit].id]?.lodging : draft.nights[stop.visit]
        {
          lodging = night
          continue
        }
        if stop.visit < kept.count, history.positions[kept[stop.visit].id] != nil {
          way = legs.removeLast()
          continue
        }
        if stop.visit < kept.count {
          stops.append(kept[stop.visit])
          continue
        }
        let partner = visited[stop.visit]
        stops.append(
          Stop(
            partner: partner.id, name: partner.name, coordinate: draft.points[visit.point],
            arrival: instant(stop.arrival), serviceStart: instant(stop.serviceStart),
            departure: instant(stop.departure), locked: locked.contains(partner.id)))
      }
      record(before: .distantFuture)
      if planned.endPoint != at { try await drive(to: planned.endPoint) }
      days.append(
        TripDay(
          date: date, start: instant(planned.start), end: instant(planned.end), stops: stops, legs: legs,
          lunch: planned.lunch.map(instant), lodging: lodging))
    }
    // Like is compared with like: the same visits, in the order they were given.
    let made = plan.days.flatMap { $0.stops.map(\.visit) }.filter { draft.nights[$0] == nil }.sorted()
    let end: Place? =
      switch request.end {
      case .open: nil
      case .roundTrip: request.start
      case .at(let place): place
      }
    return Trip(
      title: request.title ?? Self.title(for: request), start: request.start, end: end,
      timeZone: zone.identifier == "GMT" ? "UTC" : zone.identifier, days: days, unassigned: unassigned,
      matrix: source, metres: plan.distance,
      seconds: plan.driving,
      // The bound is about time at the wheel, which is not what a trip of least kilometres is judged by.
      lowerBoundSeconds: request.metric == .time ? plan.lowerBound : nil,
      givenOrderSeconds: TripSolver.givenOrderDriving(problem, visits: made), request: try request.json())
  }

  /// "Minsk, 2026-06-01 – 2026-06-05".
  static func title(for request: PlanRequest) -> String {
    let first = request.dates.first ?? request.firstDate
    let last = request.dates.last ?? first
    let place = request.start.shortLabel
    return first == last ? "\(place), \(first)" : "\(place), \(first) – \(last)"
  }
}

extension PartnerSummary {
  /// The partner of a visit made, as it was then.
  init(made stop: Stop) {
    self.init(
      id: stop.partner, name: stop.name, kind: .agency, status: .closed, coordinate: stop.coordinate)
  }
}

extension ReasonCode {
  /// The code stored for what the optimiser left out.
  init(_ reason: LeftOutReason) {
    self =
      switch reason {
      case .unreachable: .unreachable
      case .closedThatDay: .closedThatDay
      case .windowMissed: .windowMissed
      case .dayFull: .dayFull
      case .tripFull: .tripFull
      case .tooFar: .tooFar
      }
  }
}
