import Geo
import Testing

@testable import Routing

@Suite("The checker finds every kind of violation")
struct PlanCheckerTests {
  /// Four visits on a line, an hour of hours apart: start 0, points 1 … 4 ten minutes apart, point 5 cut off.
  static func problem(
    night: TripProblem.Night = .home, end: TripProblem.End = .roundTrip, must: Bool = false
  ) throws -> TripProblem {
    let count = 6
    var seconds: [Seconds?] = []
    var metres: [Metres?] = []
    for a in 0..<count {
      for b in 0..<count {
        let open = a == b || (a != 5 && b != 5)
        seconds.append(open ? Seconds(abs(a - b) * 600) : nil)
        metres.append(open ? Metres(Double(abs(a - b) * 10_000)) : nil)
      }
    }
    let matrix = try CostMatrix(count: count, seconds: seconds, metres: metres, source: .roads)
    var visits = (1...4).map { point in
      TripProblem.Visit(
        point: point, service: Seconds(minutes: 75),
        windows: [[9 * 3600..<17 * 3600], [9 * 3600..<17 * 3600]])
    }
    visits.append(.init(point: 5, service: Seconds(hours: 1), mustVisit: must))
    let day = TripProblem.Day(
      work: 9 * 3600..<15 * 3600,
      lunch: .init(window: 12 * 3600..<14 * 3600, length: Seconds(minutes: 45)), maxDriving: Seconds(hours: 2)
    )
    return try TripProblem(
      matrix: matrix, visits: visits, start: 0, end: end, days: [day, day], night: night)
  }

  /// The plan that all the mutations below start from: visits 0 and 1 on day one, 2 and 3 on day two, 4 left out.
  static func plan(_ problem: TripProblem) -> TripPlan {
    TripSolver.schedule(problem, order: [[0, 1, 2], [3]]).plan
  }

  static func kinds(_ mutate: (inout TripPlan) -> Void) throws -> Set<Violation.Kind> {
    let problem = try problem()
    var plan = plan(problem)
    try #require(PlanChecker.violations(of: plan, in: problem).isEmpty)
    mutate(&plan)
    return Set(PlanChecker.violations(of: plan, in: problem).map(\.kind))
  }

  @Test("the plan before mutation breaks nothing and has lunch on its long day only")
  func soundPlan() throws {
    let problem = try Self.problem()
    let plan = Self.plan(problem)
    #expect(PlanChecker.violations(of: plan, in: problem).isEmpty)
    #expect(plan.days[0].lunch != nil)
    #expect(plan.days[1].lunch == nil)
  }

  @Test("a missing day")
  func dayCount() throws { #expect(try Self.kinds { $0.days.removeLast() } == [.dayCount]) }

  @Test("a visit the problem does not have")
  func unknownVisit() throws {
    #expect(try Self.kinds { $0.days[1].stops[0].visit = 9 } == [.unknownVisit])
    #expect(try Self.kinds { $0.leftOut[0].visit = -1 } == [.unknownVisit])
  }

  @Test("a visit made twice, left out twice, lost")
  func lists() throws {
    #expect(try Self.kinds { $0.days[0].stops[2].visit = 0 }.isSuperset(of: [.visitedTwice, .visitLost]))
    #expect(try Self.kinds { $0.leftOut.append($0.leftOut[0]) } == [.leftOutTwice])
    #expect(try Self.kinds { $0.leftOut[0].visit = 0 }.isSuperset(of: [.leftOutTwice, .visitLost]))
    #expect(try Self.kinds { $0.leftOut = [] } == [.visitLost])
  }

  @Test("days that start or end elsewhere")
  func places() throws {
    #expect(try Self.kinds { $0.days[1].startPoint = 2 }.contains(.startPoint))
    #expect(try Self.kinds { $0.days[0].endPoint = 3 }.contains(.endPoint))
    #expect(try Self.kinds { $0.days[0].endPoint = 77 } == [.endPoint])
  }

  @Test("a leg that cannot be driven")
  func hole() throws {
    #expect(
      try Self.kinds {
        $0.days[1].stops[0].visit = 4
        $0.leftOut[0].visit = 3
      }.contains(.hole))
  }

  @Test("times that driving does not give")
  func times() throws {
    #expect(try Self.kinds { $0.days[0].stops[1].arrival -= 1 } == [.arrivalTime])
    #expect(try Self.kinds { $0.days[0].stops[1].departure += 1 }.contains(.serviceTime))
    #expect(
      try Self.kinds {
        $0.days[1].stops[0].serviceStart -= 60
        $0.days[1].stops[0].departure -= 60
      }.contains(.serviceTime))
    #expect(try Self.kinds { $0.days[1].end -= 1 } == [.endTime])
  }

  @Test("visits outside their windows, at the end too")
  func windows() throws {
    let moved = try Self.kinds {
      for k in $0.days[1].stops.indices {
        $0.days[1].stops[k].serviceStart += 6 * 3600 + 1801
        $0.days[1].stops[k].departure += 6 * 3600 + 1801
      }
      $0.days[1].end += 6 * 3600 + 1801
    }
    #expect(moved.isSuperset(of: [.window, .workEnd]))
  }

  @Test("a day outside its hours")
  func work() throws {
    let early = try Self.kinds {
      $0.days[1].start -= 3600
      $0.days[1].stops[0].arrival -= 3600
    }
    #expect(early == [.workStart])
  }

  @Test("lunch outside its window, missing, unasked, cut into by a visit")
  func lunch() throws {
    #expect(try Self.kinds { $0.days[0].lunch = nil }.contains(.lunchMissing))
    #expect(try Self.kinds { $0.days[0].lunch = 10 * 3600 }.contains(.lunchWindow))
    #expect(try Self.kinds { $0.days[0].lunch? += 4 * 3600 }.contains(.lunchWindow))
    let overlap = try Self.kinds {
      let stop = $0.days[0].stops[2]
      $0.days[0].lunch = stop.serviceStart + 60
    }
    #expect(overlap.contains(.lunchOverlap))
    let problem = try TripProblem(
      matrix: Self.problem().matrix, visits: [.init(point: 1, service: .zero)], start: 0, end: .open,
      days: [.init(work: 0..<36000)])
    var plan = TripSolver.solve(problem)
    plan.days[0].lunch = 30000
    #expect(PlanChecker.violations(of: plan, in: problem).map(\.kind) == [.lunchUnasked])
  }

  @Test("too much driving in a day")
  func maxDriving() throws {
    let problem = try Self.problem()
    let tight = try TripProblem(
      matrix: problem.matrix, visits: problem.visits, start: 0, end: .roundTrip,
      days: problem.days.map { .init(work: $0.work, lunch: $0.lunch, maxDriving: Seconds(3599)) })
    let found = PlanChecker.violations(of: Self.plan(problem), in: tight).map(\.kind)
    #expect(found.contains(.maxDriving))
  }

  @Test("wrong sums of a day and of the trip, a bound above the driving")
  func sums() throws {
    #expect(try Self.kinds { $0.days[0].driving += Seconds(1) } == [.dayDriving, .tripDriving])
    #expect(try Self.kinds { $0.days[0].distance += Metres(1) } == [.dayDistance, .tripDistance])
    #expect(try Self.kinds { $0.driving += Seconds(1) } == [.tripDriving])
    #expect(try Self.kinds { $0.distance += Metres(1) } == [.tripDistance])
    #expect(try Self.kinds { $0.lowerBound = $0.driving + Seconds(1) } == [.lowerBound])
  }

  @Test("a must-visit left out although it fits")
  func mustVisit() throws {
    let base = try Self.problem()
    var visits = base.visits
    visits[0].mustVisit = true
    let problem = try TripProblem(
      matrix: base.matrix, visits: visits, start: 0, end: .roundTrip, days: base.days)
    let scheduled = TripSolver.schedule(problem, order: [[1, 2], [3]])
    #expect(scheduled.violations.map(\.kind) == [.mustVisit])
    #expect(PlanChecker.visitsThatFit(into: scheduled.plan, of: problem) == [0])
    let solved = TripSolver.solve(problem)
    #expect(!solved.leftOut.map(\.visit).contains(0))
  }

  @Test("nights away: a day must start where the last one ended, and the last follow the end rule")
  func nightsAway() throws {
    let problem = try Self.problem(night: .away)
    var plan = TripSolver.schedule(problem, order: [[0, 1], [2, 3]]).plan
    #expect(PlanChecker.violations(of: plan, in: problem).isEmpty)
    #expect(plan.days[0].endPoint == 2 && plan.days[1].startPoint == 2 && plan.days[1].endPoint == 0)
    plan.days[1].startPoint = 0
    #expect(PlanChecker.violations(of: plan, in: problem).map(\.kind).contains(.startPoint))
    plan = TripSolver.schedule(problem, order: [[0, 1], [2, 3]]).plan
    plan.days[1].endPoint = 4
    #expect(PlanChecker.violations(of: plan, in: problem).map(\.kind).contains(.endPoint))
  }

  @Test("nights at home: every day but the last ends at home, whatever the end of the trip")
  func nightsAtHome() throws {
    for (end, finish) in [(TripProblem.End.open, 4), (.at(3), 3)] {
      let problem = try Self.problem(end: end)
      var plan = TripSolver.schedule(problem, order: [[0, 1], [2, 3]]).plan
      #expect(PlanChecker.violations(of: plan, in: problem).isEmpty)
      #expect(plan.days.map(\.endPoint) == [0, finish])
      #expect(plan.days[0].driving == Seconds(2400))
      plan.days[0].endPoint = 2
      #expect(PlanChecker.violations(of: plan, in: problem).map(\.kind).contains(.endPoint))
    }
  }

  /// Visit 0 made on day one, visits 1 … 3 to come.
  static func underway(_ change: (inout TripProblem.Progress) -> Void = { _ in }) throws -> TripProblem {
    let base = try problem()
    let nine = 9 * 3600
    var progress = TripProblem.Progress(
      stops: [
        .init(visit: 0, arrival: nine + 900, serviceStart: nine + 900, departure: nine + 900 + 75 * 60)
      ], start: nine + 300)
    change(&progress)
    var days = base.days
    days[0].progress = progress
    // Too short for anything.
    days[1].work = 9 * 3600..<10 * 3600
    return try TripProblem(
      matrix: base.matrix, visits: base.visits, start: 0, end: .roundTrip, days: days)
  }

  @Test("what happened stays: a visit made keeps its times, nothing comes before it or on a day that is over")
  func history() throws {
    let problem = try Self.underway()
    let plan = TripSolver.solve(problem)
    #expect(PlanChecker.violations(of: plan, in: problem).isEmpty)
    #expect(plan.days[0].stops[0] == problem.days[0].progress?.stops[0])
    #expect(plan.days[0].start == 9 * 3600 + 300)
    // Ten minutes on, or more with lunch: not back to the start.
    #expect(plan.days[0].stops[1].arrival >= plan.days[0].stops[0].departure + 600)
    #expect(plan.days[0].driving.value == 600 * 2 * (plan.days[0].stops.map(\.visit).max()! + 1))

    func kinds(_ problem: TripProblem, _ mutate: (inout TripPlan) -> Void) -> Set<Violation.Kind> {
      var plan = plan
      mutate(&plan)
      return Set(PlanChecker.violations(of: plan, in: problem).map(\.kind))
    }
    #expect(kinds(problem) { $0.days[0].stops[0].departure += 60 }.contains(.history))
    #expect(kinds(problem) { $0.days[0].stops.swapAt(0, 1) }.contains(.history))
    #expect(kinds(problem) { $0.days[0].start -= 300 }.contains(.history))
    #expect(kinds(problem) { $0.days[0].stops[1].arrival -= 600 }.contains(.arrivalTime))
    #expect(kinds(try Self.underway { $0.isOver = true }) { _ in }.contains(.history))
    #expect(kinds(try Self.underway { $0.lunch = 9 * 3600 + 400 }) { _ in }.contains(.history))
    #expect(kinds(try Self.underway { $0.resumes = 14 * 3600 }) { _ in }.contains(.arrivalTime))
  }

  @Test(
    "lunch had is not had again; driving done counts; a day that is over gets nothing new but the way home")
  func doneCounts() throws {
    let had = try Self.underway { $0.lunch = 9 * 3600 + 300 }
    let plan = TripSolver.solve(had)
    #expect(PlanChecker.violations(of: plan, in: had).isEmpty)
    #expect(plan.days[0].lunch == 9 * 3600 + 300)
    let over = try Self.underway { $0.isOver = true }
    let left = TripSolver.solve(over)
    #expect(PlanChecker.violations(of: left, in: over).isEmpty)
    #expect(left.days[0].stops.count == 1)
    #expect(left.days[0].end == left.days[0].stops[0].departure + 600)
    let base = try Self.underway()
    var days = base.days
    days[0].maxDriving = Seconds(1800)
    let limited = try TripProblem(
      matrix: base.matrix, visits: base.visits, start: 0, end: .roundTrip, days: days)
    let short = TripSolver.solve(limited)
    #expect(PlanChecker.violations(of: short, in: limited).isEmpty)
    #expect(short.days[0].stops.count == 1)
    days[0].progress?.isOver = true
    days[1].progress = .init(stops: [], start: 9 * 3600, isOver: true)
    let none = try TripProblem(
      matrix: base.matrix, visits: base.visits, start: 0, end: .roundTrip, days: days)
    let ended = TripSolver.solve(none)
    #expect(PlanChecker.violations(of: ended, in: none).isEmpty)
    #expect(ended.leftOut.map(\.detail) == Array(repeating: "every day of the trip is over", count: 4))
  }

  @Test("a visit made twice, unknown, out of reach or ending before it begins is refused")
  func badProgress() {
    for change: @Sendable (inout TripProblem.Progress) -> Void in [
      { $0.stops.append($0.stops[0]) }, { $0.stops[0].visit = 77 }, { $0.stops[0].visit = 4 },
      { $0.stops[0].departure = 0 },
    ] {
      #expect(throws: ProblemError.self) { try Self.underway(change) }
    }
  }

  @Test("every kind of violation has been seen in this suite")
  func allKinds() {
    // A new kind must come with a mutation that shows it, here or in the suites of rules and of waiting: keep the number in step.
    #expect(Violation.Kind.allCases.count == 33)
  }
}
