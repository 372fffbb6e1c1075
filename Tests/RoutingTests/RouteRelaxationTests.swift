import Geo
import Testing

@testable import Routing

@Suite("Bounds of days with hours")
struct RouteRelaxationTests {
  private func problems(seed: UInt64, count: Int) -> [(model: SearchModel, best: Int)] {
    ProvableProblems.random(seed: seed, scatter: 91, count: count)
  }

  @Test(
    "never above the optimum of random problems, whatever is remembered and however times are rounded",
    arguments: 1...12)
  func valid(seed: UInt64) {
    let problems = problems(seed: seed, count: 120)
    #expect(problems.count > 10)
    for (number, (model, best)) in problems.enumerated() {
      for (memory, grain) in [(0, 300), (2, 60), (8, 1), (8, 300)] {
        var relaxation = RouteRelaxation(
          ProvableProblems.guess(model), model, .init(grain: grain, memory: memory, steps: 30))
        let bound = relaxation.bound(below: best + 10_000)
        #expect(
          bound <= best, "problem \(number) of seed \(seed), \(memory), \(grain): \(bound) over \(best)")
      }
    }
  }

  @Test("meets the optimum of most small problems when all is remembered")
  func tight() {
    var met = 0
    let problems = (1...4).flatMap { self.problems(seed: $0, count: 80) }
    for (model, best) in problems {
      var relaxation = RouteRelaxation(
        ProvableProblems.guess(model), model, .init(grain: 1, memory: 8, steps: 200))
      if relaxation.bound(below: best) * 100 >= best * 99 { met += 1 }
    }
    #expect(met * 10 >= problems.count * 8, "\(met) of \(problems.count)")
  }

  @Test("windows that part the visits in two days' mornings are seen, where the plain bound is blind to them")
  func windows() throws {
    // Four clients an hour from home and beside each other, open for half an hour in the morning: one a day.
    let n = 5
    var seconds = [Seconds?](repeating: Seconds(3600), count: n * n)
    for a in 1..<n {
      for b in 1..<n { seconds[a * n + b] = a == b ? .zero : Seconds(60) }
    }
    seconds[0] = .zero
    let metres = seconds.map { $0.map { Metres(Double($0.value)) } }
    let matrix = try CostMatrix(count: n, seconds: seconds, metres: metres, source: .roads)
    let hours = 9 * 3600..<9 * 3600 + 1800
    let visits = (1..<n).map {
      TripProblem.Visit(point: $0, service: Seconds(1500), windows: Array(repeating: [hours], count: 4))
    }
    let day = TripProblem.Day(work: 7 * 3600..<18 * 3600)
    let problem = try TripProblem(
      matrix: matrix, visits: visits, start: 0, end: .roundTrip, days: Array(repeating: day, count: 4))
    let plan = TripSolver.solve(problem, .init(iterations: 300))
    #expect(plan.driving.value == 4 * 7200)
    let model = SearchModel(problem)
    #expect(LowerBound.driving(of: [0, 1, 2, 3], known: 4 * 7200, model) < 2 * 7200)
    let orders = plan.days.map { $0.stops.map(\.visit) }
    let effort = RouteRelaxation.Effort(extensions: 1_000_000)
    #expect(RouteRelaxation.bound(of: orders, known: 4 * 7200, model, effort).driving == 4 * 7200)
  }

  @Test("the same whatever else was asked before, and no further than the extensions allow")
  func repeatable() {
    for (model, best) in problems(seed: 5, count: 20) {
      let effort = RouteRelaxation.Effort(extensions: 2_000)
      let first = RouteRelaxation.bound(of: ProvableProblems.guess(model), known: best, model, effort)
      let again = RouteRelaxation.bound(of: ProvableProblems.guess(model), known: best, model, effort)
      #expect(again.driving == first.driving && again.better == first.better)
      #expect(
        RouteRelaxation.bound(of: ProvableProblems.guess(model), known: best, model, .init(extensions: 0))
          .driving == 0)
    }
  }
}
