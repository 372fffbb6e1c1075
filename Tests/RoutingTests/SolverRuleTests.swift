import Geo
import Testing

@testable import Routing

@Suite("Solver with rules of order, locks and limits against exhaustive search")
struct SolverRuleTests {
  /// One rule, or all of them at once.
  enum Rule: String, CaseIterable {
    case precedences, locks, distanceLimits, overtime, setUps, onceAPlace, values, all

    func apply(to source: inout RandomProblem) {
      let all = self == .all
      source.precedences = all || self == .precedences
      source.locks = all || self == .locks
      source.distanceLimits = all || self == .distanceLimits
      source.overtime = all || self == .overtime
      source.setUps = all || self == .setUps
      source.onceAPlace = all || self == .onceAPlace
      source.values = all || self == .values
    }

    var seed: UInt64 { UInt64(Self.allCases.firstIndex(of: self)!) }
  }

  static func run(
    _ rule: Rule, _ count: Int, seed: UInt64, iterations: Int = 200, underway: Bool = false,
    _ configure: (inout RandomProblem) -> Void
  ) -> SolverPropertyTests.Tally {
    SolverPropertyTests.run(
      count, seed: seed &+ 7000 &* (rule.seed &+ 1), iterations: iterations, underway: underway
    ) {
      rule.apply(to: &$0)
      configure(&$0)
    }
  }

  @Test("a single day is solved to the optimum", arguments: Rule.allCases)
  func singleDays(rule: Rule) {
    let tally = Self.run(rule, 150, seed: 1) {
      $0.visits = 0...5
      $0.days = 1...1
    }
    #expect(tally.same == tally.problems, "\(tally)")
  }

  @Test("several days with nights at home are solved to the optimum", arguments: Rule.allCases)
  func daysAtHome(rule: Rule) {
    let tally = Self.run(rule, 150, seed: 2) {
      $0.visits = 1...4
      $0.days = 2...3
      $0.nights = [.home]
    }
    #expect(tally.same == tally.problems, "\(tally)")
  }

  @Test("what is left of a trip under way is solved to the optimum", arguments: Rule.allCases)
  func underwayAtHome(rule: Rule) {
    let tally = Self.run(rule, 150, seed: 3, underway: true) {
      $0.visits = 2...5
      $0.days = 1...3
      $0.nights = [.home]
      $0.holes = false
    }
    #expect(tally.sameCost == tally.problems, "\(tally)")
  }

  @Test("nights away are solved to the optimum in 96 % of small problems", arguments: Rule.allCases)
  func nightsAway(rule: Rule) {
    let tally = Self.run(rule, 150, seed: 4, iterations: 600) {
      $0.visits = 1...4
      $0.days = 2...3
      $0.nights = [.away]
    }
    #expect(tally.sameCost * 100 >= tally.problems * 96, "\(tally)")
  }

  @Test("nights away under way break nothing and are solved in 94 %", arguments: Rule.allCases)
  func underwayAway(rule: Rule) {
    let tally = Self.run(rule, 100, seed: 5, iterations: 600, underway: true) {
      $0.visits = 2...5
      $0.days = 1...3
      $0.nights = [.away]
      $0.holes = false
    }
    #expect(tally.sameCost * 100 >= tally.problems * 94, "\(tally)")
  }

  @Test(
    "the search alone is as good as the exact solver in 85 % of harder problems", arguments: Rule.allCases)
  func searchAgainstExact(rule: Rule) {
    var source = RandomProblem(seed: 31 &+ rule.seed)
    rule.apply(to: &source)
    source.visits = 7...8
    source.days = 1...3
    source.nights = [.home]
    var problems = 0
    var same = 0
    for number in 0..<40 {
      let problem = source.next()
      let model = SearchModel(problem)
      guard let orders = ExactDays.solve(model) else { continue }
      let exact = Exhaustive.value(TripSolver.plan(orders, model), problem)!
      let plan = TripSolver.plan(TripSolver.search(model, .init(iterations: 800)).days, model)
      #expect(PlanChecker.violations(of: plan, in: problem).isEmpty, "problem \(number)")
      let found = Exhaustive.value(plan, problem)!
      #expect(found >= exact, "problem \(number): \(found) beats the proven \(exact)")
      problems += 1
      if (found.must, found.lost, found.cost) == (exact.must, exact.lost, exact.cost) { same += 1 }
    }
    #expect(problems > 30)
    #expect(same * 100 >= problems * 85, "\(same) of \(problems)")
  }

  @Test("what the state says about a place is what timing the whole plan says", arguments: Rule.allCases)
  func places(rule: Rule) {
    var source = RandomProblem(seed: 900 &+ rule.seed)
    rule.apply(to: &source)
    source.visits = 6...10
    source.days = 1...3
    expectPlacesTimed(&source, problems: 40) { state, visit, day, position, model in
      state.places(for: visit, on: day, model)?.contains(position) == true
        && state.holds(visit, day: day, position: position, from: state.before(day, model), model)
    }
  }
}
