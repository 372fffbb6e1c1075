import Geo
import Testing

@testable import Routing

@Suite("Rules of a trip: order, locks, limits, set-up, value")
struct TripRuleTests {
  typealias Visit = TripProblem.Visit

  /// Points on a line ten minutes and ten kilometres apart, start at 0; solved without a violation.
  static func problem(
    _ visits: [Visit], days: [TripProblem.Day] = [LeftOutReasonTests.day], end: TripProblem.End = .open,
    precedences: [TripProblem.Precedence] = [], samePlaceOnceADay: Bool = false, overtimeWeight: Int = 0
  ) throws -> TripProblem {
    try TripProblem(
      matrix: LeftOutReasonTests.line(40), visits: visits, start: 0, end: end, days: days,
      precedences: precedences, samePlaceOnceADay: samePlaceOnceADay, overtimeWeight: overtimeWeight)
  }

  static func solve(_ problem: TripProblem) -> TripPlan {
    let plan = TripSolver.solve(problem)
    let violations = PlanChecker.violations(of: plan, in: problem)
    #expect(violations.isEmpty, "\(violations)")
    return plan
  }

  static func orders(_ plan: TripPlan) -> [[Int]] { plan.days.map { $0.stops.map(\.visit) } }

  static func visits(_ points: [Int], hours: Int = 1) -> [Visit] {
    points.map { Visit(point: $0, service: Seconds(hours: hours)) }
  }

  static func kinds(_ problem: TripProblem, _ order: [[Int]]) -> [Violation.Kind] {
    TripSolver.schedule(problem, order: order).violations.map(\.kind)
  }

  @Test("the bank comes before the client, though the client is on the way")
  func precedence() throws {
    let visits = Self.visits([1, 5])
    #expect(Self.orders(Self.solve(try Self.problem(visits))) == [[0, 1]])
    let problem = try Self.problem(visits, precedences: [.init(before: 1, after: 0)])
    #expect(Self.orders(Self.solve(problem)) == [[1, 0]])
    #expect(Self.kinds(problem, [[0, 1]]) == [.precedence])
    #expect(Self.kinds(problem, [[0]]) == [.precedence])
    #expect(Self.kinds(problem, [[1]]) == [])
  }

  @Test("the bank may come on an earlier day, never on a later one")
  func precedenceOverDays() throws {
    let days = [LeftOutReasonTests.day, LeftOutReasonTests.day]
    let problem = try Self.problem(
      [.init(point: 1, service: Seconds(hours: 5), days: [1]), .init(point: 9, service: Seconds(hours: 5))],
      days: days, precedences: [.init(before: 1, after: 0)])
    #expect(Self.orders(Self.solve(problem)) == [[1], [0]])
    #expect(Self.kinds(problem, [[1], [0]]) == [])
    let turned = try Self.problem(
      [.init(point: 1, service: Seconds(hours: 5), days: [0]), .init(point: 9, service: Seconds(hours: 5))],
      days: days, precedences: [.init(before: 1, after: 0)])
    // Either fits, but not both.
    #expect(Self.solve(turned).leftOut.map(\.visit) == [0])
    #expect(Self.kinds(turned, [[0], [1]]) == [.precedence])
  }

  @Test("a client whose bank cannot be visited is left out; a bank that a must-visit needs is one too")
  func precedenceNeeds() throws {
    let cutOff = try Self.problem(
      [.init(point: 1, service: Seconds(60)), .init(point: 39, service: Seconds(60))],
      precedences: [.init(before: 1, after: 0)])
    #expect(Self.solve(cutOff).leftOut.map(\.visit) == [0, 1])
    var visits = Self.visits([1, 10, 1, 1, 1, 1, 1], hours: 2)
    visits[0].mustVisit = true
    let problem = try Self.problem(visits, precedences: [.init(before: 1, after: 0)])
    #expect(Self.orders(Self.solve(problem))[0].starts(with: [1]))
    #expect(!Self.solve(problem).leftOut.contains { $0.visit < 2 })
    #expect(Set(Self.kinds(problem, [[2, 3]])) == [.mustVisit])
  }

  @Test("locks to a day, to the first and last place, to a position")
  func locks() throws {
    let days = [LeftOutReasonTests.day, LeftOutReasonTests.day]
    var visits = Self.visits([1, 2, 3, 4])
    visits[0].days = [1]
    let onDay = try Self.problem(visits, days: days)
    #expect(Self.orders(Self.solve(onDay))[1].contains(0))
    #expect(Self.kinds(onDay, [[0], []]) == [.visitDay])
    visits[0].days = nil
    visits[0].slot = .last
    visits[3].slot = .first
    let ends = try Self.problem(visits)
    #expect(Self.orders(Self.solve(ends)) == [[3, 2, 1, 0]])
    #expect(Self.kinds(ends, [[0, 1, 2, 3]]) == [.slot, .slot])
    visits[0].slot = .position(1)
    visits[3].slot = nil
    let second = try Self.problem(visits)
    #expect(Self.orders(Self.solve(second))[0].firstIndex(of: 0) == 1)
    #expect(Self.kinds(second, [[0, 1]]) == [.slot])
    #expect(Self.kinds(second, [[0]]) == [], "alone it is the last of a shorter day")
    #expect(Self.kinds(second, [[1, 2, 0]]) == [.slot])
  }

  @Test("an appointment is kept to the second and stands in the place of the opening hours")
  func appointment() throws {
    var visits = Self.visits([1, 2])
    visits[0].appointment = .init(day: 0, at: 15 * 3600 + 7)
    visits[0].windows = [[9 * 3600..<10 * 3600]]
    let problem = try Self.problem(visits)
    let plan = Self.solve(problem)
    let stop = plan.days[0].stops.first { $0.visit == 0 }
    #expect(stop?.serviceStart == 15 * 3600 + 7)
    var late = plan
    let k = late.days[0].stops.firstIndex { $0.visit == 0 }!
    late.days[0].stops[k].serviceStart += 1
    late.days[0].stops[k].departure += 1
    #expect(PlanChecker.violations(of: late, in: problem).map(\.kind).contains(.appointment))
    visits[0].appointment = .init(day: 0, start: 11 * 3600...11 * 3600 + 600)
    let within = try Self.problem(visits)
    let start = Self.solve(within).days[0].stops.first { $0.visit == 0 }!.serviceStart
    #expect((11 * 3600...11 * 3600 + 600).contains(start))
  }

  @Test("half a minute late for an appointment is too late")
  func appointmentMissed() throws {
    var visits = Self.visits([1, 2])
    visits[0].appointment = .init(day: 0, at: 10 * 3600)
    for (time, made) in [(11 * 3600 + 600, 2), (11 * 3600 + 570, 1)] {
      visits[1].appointment = .init(day: 0, at: time)
      #expect(Self.solve(try Self.problem(visits)).days[0].stops.count == made)
    }
  }

  @Test("kilometres a day are limited")
  func distance() throws {
    var day = LeftOutReasonTests.day
    day.maxDistance = Metres(79_000)
    let problem = try Self.problem(Self.visits([4, 3]), days: [day], end: .roundTrip)
    #expect(Self.solve(problem).leftOut.map(\.visit) == [0])
    #expect(Self.kinds(problem, [[0]]) == [.maxDistance])
    day.maxDistance = Metres(80_000)
    #expect(Self.solve(try Self.problem(Self.visits([4, 3]), days: [day], end: .roundTrip)).leftOut.isEmpty)
  }

  @Test("overtime is used when a visit needs it, counted, and costs its weight")
  func overtime() throws {
    var day = TripProblem.Day(work: 9 * 3600..<12 * 3600, overtime: Seconds(hours: 1))
    let long = try Self.problem([.init(point: 1, service: Seconds(minutes: 200))], days: [day])
    let plan = Self.solve(long)
    #expect(plan.days[0].end == 9 * 3600 + 210 * 60)
    #expect(plan.overtime(in: long) == [Seconds(minutes: 30)])
    day.overtime = Seconds(minutes: 29)
    let short = try Self.problem([.init(point: 1, service: Seconds(minutes: 200))], days: [day])
    #expect(Self.solve(short).leftOut.map(\.visit) == [0])
    #expect(Self.kinds(short, [[0]]) == [.workEnd])
    // Two days would avoid the overtime of one, but drive twenty minutes more.
    day.overtime = Seconds(hours: 1)
    let visits = Self.visits([1, 1]).map {
      var visit = $0
      visit.service = Seconds(minutes: 100)
      return visit
    }
    for (weight, used) in [(0, 1), (1, 2)] {
      let problem = try Self.problem(visits, days: [day, day], end: .roundTrip, overtimeWeight: weight)
      let plan = Self.solve(problem)
      #expect(plan.days.count { !$0.stops.isEmpty } == used)
      #expect(plan.overtime(in: problem).reduce(.zero, +) == Seconds(minutes: used == 1 ? 40 : 0))
    }
  }

  @Test("set-up time is not repeated at the same place")
  func setUp() throws {
    var visits = Self.visits([2, 2])
    visits[0].setUp = Seconds(minutes: 10)
    visits[1].setUp = Seconds(minutes: 20)
    let problem = try Self.problem(visits)
    let plan = Self.solve(problem)
    let stops = plan.days[0].stops
    #expect(stops[0].departure - stops[0].serviceStart == 3600 + (stops[0].visit == 0 ? 600 : 1200))
    #expect(stops[1].departure - stops[1].serviceStart == 3600)
    // The shorter set-up is the one to have.
    #expect(stops[0].visit == 0)
    var wrong = plan
    wrong.days[0].stops[0].departure -= 600
    #expect(PlanChecker.violations(of: wrong, in: problem).map(\.kind).contains(.serviceTime))
  }

  @Test("the same place is not visited twice a day when that is asked for")
  func samePlace() throws {
    let days = [LeftOutReasonTests.day, LeftOutReasonTests.day]
    let free = try Self.problem(Self.visits([2, 2]), days: days)
    #expect(Self.solve(free).days.map(\.stops.count).sorted() == [0, 2])
    let once = try Self.problem(Self.visits([2, 2]), days: days, samePlaceOnceADay: true)
    #expect(Self.solve(once).days.map(\.stops.count) == [1, 1])
    #expect(Self.kinds(once, [[0, 1], []]) == [.samePlace])
  }

  @Test("what is left out is by least value lost, not by number")
  func value() throws {
    var visits = Self.visits([1, 1], hours: 4)
    visits.append(.init(point: 1, service: Seconds(minutes: 500), value: 3))
    #expect(Self.solve(try Self.problem(visits)).leftOut.map(\.visit) == [0, 1])
    visits[2].value = 1
    #expect(Self.solve(try Self.problem(visits)).leftOut.map(\.visit) == [2])
    visits[2].value = 0
    visits[2].service = Seconds(minutes: 10)
    #expect(Self.solve(try Self.problem(visits)).leftOut.isEmpty, "no value, but there is room")
  }

  @Test("a search by value beats one by number where they differ", arguments: 1...3)
  func searchByValue(seed: UInt64) throws {
    let base = try TripSolverTests.towns(40, days: 1, seed: seed)
    var visits = base.visits
    for k in visits.indices {
      visits[k].service = Seconds(minutes: 30)
      visits[k].value = k % 4 == 0 ? 10 : 1
    }
    let valued = base.replacing(visits: visits, days: base.days)
    let plan = TripSolver.solve(valued, .init(iterations: 300))
    for k in visits.indices { visits[k].value = 1 }
    let counted = TripSolver.solve(base.replacing(visits: visits, days: base.days), .init(iterations: 300))
    func value(_ plan: TripPlan) -> Int {
      plan.days[0].stops.reduce(0) { $0 + valued.visits[$1.visit].value }
    }
    #expect(PlanChecker.violations(of: plan, in: valued).isEmpty)
    #expect(value(plan) > value(counted))
  }

  @Test("each bad rule is refused with its code")
  func validation() throws {
    func code(_ change: (inout [Visit], inout TripProblem.Day) -> [TripProblem.Precedence]) -> String {
      var visits = Self.visits([1, 2, 3])
      var day = LeftOutReasonTests.day
      let precedences = change(&visits, &day)
      do {
        _ = try Self.problem(visits, days: [day], precedences: precedences)
        return "fine"
      } catch { return (error as? ProblemError)?.code ?? "other" }
    }
    let problem = "routing.problem"
    #expect(code { _, _ in [.init(before: 0, after: 1), .init(before: 1, after: 2)] } == "fine")
    #expect(code { _, _ in [.init(before: 0, after: 3)] } == "\(problem).precedence")
    #expect(code { _, _ in [.init(before: 1, after: 1)] } == "\(problem).precedence")
    #expect(
      code { _, _ in [.init(before: 0, after: 1), .init(before: 1, after: 0)] } == "\(problem).precedence")
    func one(_ change: @escaping (inout Visit, inout TripProblem.Day) -> Void) -> String {
      code {
        change(&$0[0], &$1)
        return []
      }
    }
    #expect(one { visit, _ in visit.days = [] } == "\(problem).visitDays")
    #expect(one { visit, _ in visit.days = [1] } == "\(problem).visitDays")
    #expect(one { visit, _ in visit.appointment = .init(day: 1, at: 0) } == "\(problem).appointment")
    #expect(one { visit, _ in visit.slot = .position(-1) } == "\(problem).negativeSlot")
    #expect(one { visit, _ in visit.setUp = Seconds(-1) } == "\(problem).negativeSetUp")
    #expect(one { visit, _ in visit.value = -1 } == "\(problem).visitValue")
    #expect(one { _, day in day.maxDistance = Metres(-1) } == "\(problem).dayLimit")
    #expect(one { _, day in day.overtime = Seconds(-1) } == "\(problem).dayLimit")
    #expect(throws: ProblemError.overtimeWeight(-1)) {
      try Self.problem(Self.visits([1]), overtimeWeight: -1)
    }
  }
}
