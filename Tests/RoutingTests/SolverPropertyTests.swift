import Geo
import Testing

@testable import Routing

@Suite("Solver against exhaustive search")
struct SolverPropertyTests {
  /// What a batch of problems showed.
  struct Tally {
    var problems = 0
    var sameLeftOut = 0
    var sameCost = 0
    var same = 0
    var worst = 0.0
  }

  static func run(
    _ count: Int, seed: UInt64, iterations: Int = 200, underway: Bool = false,
    _ configure: (inout RandomProblem) -> Void
  ) -> Tally {
    var source = RandomProblem(seed: seed)
    configure(&source)
    var tally = Tally()
    for number in 0..<count {
      let problem = underway ? source.underway() : source.next()
      let plan = TripSolver.solve(problem, .init(seed: 3, iterations: iterations))
      let violations = PlanChecker.violations(of: plan, in: problem)
      #expect(violations.isEmpty, "problem \(number) of seed \(seed): \(violations)")
      #expect(PlanChecker.visitsThatFit(into: plan, of: problem).isEmpty, "problem \(number) of seed \(seed)")
      let best = Exhaustive(problem).best
      guard let found = Exhaustive.value(plan, problem) else {
        Issue.record("problem \(number) of seed \(seed) drives through a hole")
        continue
      }
      #expect(found >= best, "problem \(number) of seed \(seed): \(found), exhaustive search has \(best)")
      if problem.metric == .time, let bound = plan.lowerBound, found.left == best.left, best.left == 0 {
        #expect(bound.value <= best.cost, "problem \(number) of seed \(seed): bound above the optimum")
      }
      tally.problems += 1
      if (found.must, found.lost) == (best.must, best.lost) {
        tally.sameLeftOut += 1
        if found.cost == best.cost { tally.sameCost += 1 }
        if found == best { tally.same += 1 }
        if best.cost > 0 { tally.worst = max(tally.worst, Double(found.cost) / Double(best.cost) - 1) }
      }
    }
    return tally
  }

  @Test("a single day is solved to the optimum, windows, lunch, holes and limits included", arguments: 1...10)
  func singleDays(seed: UInt64) {
    let tally = Self.run(100, seed: seed) {
      $0.visits = 0...5
      $0.days = 1...1
    }
    #expect(tally.sameCost == tally.problems)
  }

  @Test("several days with nights at home are solved to the optimum", arguments: 11...18)
  func daysAtHome(seed: UInt64) {
    let tally = Self.run(100, seed: seed) {
      $0.visits = 1...4
      $0.days = 2...3
      $0.nights = [.home]
    }
    #expect(tally.sameCost == tally.problems)
  }

  @Test("days at home that end elsewhere on the last are solved to the optimum", arguments: 31...36)
  func endsElsewhere(seed: UInt64) {
    let tally = Self.run(100, seed: seed) {
      $0.visits = 1...4
      $0.days = 2...3
      $0.nights = [.home]
      $0.ends = [.open, .open, .at(0), .at(1)]
    }
    #expect(tally.sameCost == tally.problems)
  }

  @Test("what is left of a trip under way is solved to the optimum from where it stands", arguments: 41...48)
  func underwayAtHome(seed: UInt64) {
    let tally = Self.run(100, seed: seed, underway: true) {
      $0.visits = 2...5
      $0.days = 1...3
      $0.nights = [.home]
      $0.holes = false
    }
    #expect(tally.sameCost == tally.problems)
  }

  @Test("with nights away too, in 97 % of small problems")
  func underwayAway() {
    var whole = Tally()
    for seed in 51...56 as ClosedRange<UInt64> {
      let tally = Self.run(100, seed: seed, iterations: 1000, underway: true) {
        $0.visits = 2...5
        $0.days = 1...3
        $0.nights = [.away]
        $0.holes = false
      }
      whole.problems += tally.problems
      whole.sameCost += tally.sameCost
    }
    #expect(whole.problems == 600)
    #expect(whole.sameCost * 100 >= whole.problems * 97, "\(whole)")
  }

  @Test("nights away leave out as few as possible in 99 % and are optimal in 98 % of small problems")
  func nightsAway() {
    var whole = Tally()
    for seed in 21...28 as ClosedRange<UInt64> {
      let tally = Self.run(100, seed: seed, iterations: 1000) {
        $0.visits = 1...4
        $0.days = 2...3
        $0.nights = [.away]
      }
      whole.problems += tally.problems
      whole.sameLeftOut += tally.sameLeftOut
      whole.sameCost += tally.sameCost
    }
    #expect(whole.problems == 800)
    #expect(whole.sameLeftOut * 100 >= whole.problems * 99, "\(whole)")
    #expect(whole.sameCost * 100 >= whole.problems * 98, "\(whole)")
  }
}
