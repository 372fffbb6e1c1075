import Geo
import Testing

@testable import Routing

@Suite("Waiting at a door is limited")
struct WaitingTests {
  typealias Visit = TripProblem.Visit

  static func day(_ minutes: Int?, lunch: TripProblem.Lunch? = nil) -> TripProblem.Day {
    TripProblem.Day(
      work: 9 * 3600..<18 * 3600, lunch: lunch, maxWaiting: minutes.map { Seconds(minutes: $0) })
  }

  /// Half an hour at point 1, then a door at point 2 that opens at noon.
  static let noon = [
    Visit(point: 1, service: Seconds(minutes: 30)),
    Visit(point: 2, service: Seconds(minutes: 30), windows: [[12 * 3600..<15 * 3600]]),
  ]

  @Test("the day begins later where that shortens a wait")
  func beginsLater() throws {
    let problem = try TripRuleTests.problem(Self.noon, days: [Self.day(20)])
    let plan = TripSolver.schedule(problem, order: [[0, 1]])
    #expect(plan.violations.isEmpty)
    let stops = plan.plan.days[0].stops
    #expect(stops[1].serviceStart == 12 * 3600)
    #expect(stops[1].serviceStart - stops[1].arrival == 20 * 60)
    #expect(plan.plan.days[0].start == 12 * 3600 - 20 * 60 - 10 * 60 - 30 * 60 - 10 * 60)
    let free = try TripRuleTests.problem(Self.noon, days: [Self.day(nil)])
    #expect(TripSolver.schedule(free, order: [[0, 1]]).plan.days[0].start == 9 * 3600)
  }

  @Test("the first door may be waited for at home, the next may not")
  func firstIsFree() throws {
    var visits = Self.noon
    visits[0].windows = [[9 * 3600..<10 * 3600]]
    let problem = try TripRuleTests.problem(visits, days: [Self.day(30)])
    // Noon is too far from the closing of the first door at ten: one of the two only.
    #expect(TripRuleTests.kinds(problem, [[0, 1]]) == [.waiting])
    #expect(TripRuleTests.solve(problem).leftOut.count == 1)
    #expect(TripRuleTests.kinds(problem, [[1]]) == [])
  }

  @Test("lunch is no waiting")
  func lunch() throws {
    var visits = Self.noon
    visits[0].windows = [[9 * 3600..<10 * 3600 + 1800]]
    let meal = TripProblem.Lunch(window: 10 * 3600..<13 * 3600, length: Seconds(minutes: 60))
    let fed = try TripRuleTests.problem(visits, days: [Self.day(20, lunch: meal)])
    #expect(TripRuleTests.kinds(fed, [[0, 1]]) == [])
    #expect(TripRuleTests.solve(fed).leftOut.isEmpty)
    let hungry = try TripRuleTests.problem(visits, days: [Self.day(20)])
    #expect(TripRuleTests.kinds(hungry, [[0, 1]]) == [.waiting])
  }

  @Test("who would be waited for too long is told with how much")
  func reason() throws {
    var visits = Self.noon
    visits[0].windows = [[9 * 3600..<10 * 3600]]
    visits[0].mustVisit = true
    let plan = TripRuleTests.solve(try TripRuleTests.problem(visits, days: [Self.day(30)]))
    // Left at 10:00 at the latest, ten minutes on the road, half an hour allowed: eighty minutes too long.
    let left = try #require(plan.leftOut.first)
    #expect(left.visit == 1)
    #expect(left.reason == .windowMissed)
    #expect(left.obstacles[0].breaks.map(\.rule) == [.waiting])
    #expect(left.detail.hasSuffix("; the wait is 1 h 40 min too long"))
  }

  @Test("a limit below zero is refused")
  func negative() {
    #expect(throws: ProblemError.dayLimit(day: 0)) {
      try TripRuleTests.problem(Self.noon, days: [Self.day(-1)])
    }
  }

  @Test("what the state says about a place is what trying every start of the day says", arguments: 1...6)
  func places(seed: UInt64) {
    var source = RandomProblem(seed: 4400 &+ seed)
    source.waiting = true
    source.setUps = seed > 3
    source.visits = 6...9
    source.days = 1...3
    expectPlacesTimed(&source, problems: 30) { state, visit, day, position, model in
      state.holds(visit, day: day, position: position, from: state.before(day, model), model)
    }
  }

  @Test(
    "nights at home are solved to the optimum in 90 % of small problems, under way or not", arguments: 1...2)
  func atHome(seed: UInt64) {
    let tally = SolverPropertyTests.run(120, seed: 4500 &+ seed, underway: seed == 2) {
      $0.waiting = true
      $0.visits = 2...4
      $0.days = 1...2
      $0.nights = [.home]
      $0.holes = false
    }
    #expect(tally.sameCost * 100 >= tally.problems * 90, "\(tally)")
  }

  @Test("nights away are solved to the optimum in 90 % of small problems")
  func away() {
    let tally = SolverPropertyTests.run(80, seed: 4600, iterations: 600) {
      $0.waiting = true
      $0.visits = 2...4
      $0.days = 2...2
      $0.nights = [.away]
      $0.holes = false
    }
    #expect(tally.sameCost * 100 >= tally.problems * 90, "\(tally)")
  }
}
