import Geo
import Testing

@testable import Routing

@Suite("Lower bound")
struct LowerBoundTests {
  /// Least driving of any plan that makes all the visits, by exhaustive search.
  static func least(_ problem: TripProblem) -> Int? {
    let exhaustive = Exhaustive(problem)
    return exhaustive.best.left == 0 ? exhaustive.best.cost : nil
  }

  @Test("never above the optimum of random problems, at home and away, with holes", arguments: 1...10)
  func valid(seed: UInt64) {
    var source = RandomProblem(seed: seed &* 77)
    source.visits = 1...5
    source.days = 1...3
    source.metrics = [.time]
    source.windows = seed % 2 == 0
    var tested = 0
    for number in 0..<120 {
      let problem = source.next()
      guard let best = Self.least(problem) else { continue }
      let model = SearchModel(problem)
      let bound = LowerBound.driving(of: Array(problem.visits.indices), known: best, model)
      #expect(bound <= best, "problem \(number) of seed \(seed): bound \(bound), optimum \(best)")
      #expect(bound >= 0)
      tested += 1
    }
    #expect(tested > 20)
  }

  @Test("close to the optimum of symmetric round trips")
  func tight() {
    var source = RandomProblem(seed: 4)
    source.visits = 10...10
    source.days = 1...1
    source.metrics = [.time]
    source.asymmetric = false
    source.holes = false
    source.windows = false
    source.roomy = true
    var gap = 0.0
    for _ in 0..<40 {
      let problem = source.next()
      let model = SearchModel(problem)
      let plan = TripSolver.solve(problem)
      #expect(plan.leftOut.isEmpty)
      let bound = LowerBound.driving(
        of: Array(problem.visits.indices), known: plan.driving.value, model)
      #expect(bound <= plan.driving.value)
      gap += 1 - Double(bound) / Double(max(1, plan.driving.value))
    }
    #expect(gap / 40 < 0.02, "mean gap \(gap / 40)")
  }

  @Test("days needed by the hours count: two days that each hold one visit need two ways there and back")
  func hours() throws {
    let line = try LeftOutReasonTests.line(10)
    let visits = [5, 6].map { TripProblem.Visit(point: $0, service: Seconds(hours: 5)) }
    let problem = try TripProblem(
      matrix: line, visits: visits, start: 0, end: .roundTrip,
      days: [LeftOutReasonTests.day, LeftOutReasonTests.day])
    let model = SearchModel(problem)
    #expect(LowerBound.driving(of: [0, 1], known: 13200, model) == 13200)
  }

  @Test("the assignment is the cheapest of all permutations")
  func assignment() {
    var random = SeededRandom(seed: 8)
    for _ in 0..<200 {
      let n = 1 + random.below(5)
      let costs = (0..<n * n).map { _ in random.below(20) }
      var best = Int.max
      func permute(_ row: Int, _ free: Set<Int>, _ sum: Int) {
        if row == n { best = min(best, sum) }
        for column in free { permute(row + 1, free.subtracting([column]), sum + costs[row * n + column]) }
      }
      permute(0, Set(0..<n), 0)
      let found = Assignment(count: n, costs: costs)
      #expect(found.cost == best)
      #expect(Set(found.columns).count == n)
    }
  }
}
