import Testing

@testable import Routing

@Suite("Fleet solver")
struct FleetSolverTests {
  @Test("small problems are answered as well as trying everything", arguments: 1...12)
  func exhaustive(seed: UInt64) throws {
    var source = RandomFleet(seed: seed)
    var same = 0
    for number in 0..<40 {
      let problem = source.next()
      let solution = try FleetSolver.solve(problem, .init(seed: 7, iterations: 400))
      let faults = FleetChecker.faults(of: solution, in: problem)
      #expect(faults.isEmpty, "problem \(number) of seed \(seed): \(faults)")
      let best = ExhaustiveFleet(problem).best()
      let found = ExhaustiveFleet.value(solution, problem)
      #expect(!(found < best), "problem \(number) of seed \(seed): \(found) is better than \(best)")
      if !(best < found) { same += 1 }
    }
    // Some optima are out of reach where a pair cannot be driven and every way to them breaks a constraint.
    #expect(same >= 39, "seed \(seed): \(40 - same) of 40 are not optimal")
  }

  @Test("a few tasks take no time to speak of, whatever there is", .timeLimit(.minutes(1)), arguments: 1...3)
  func few(seed: UInt64) throws {
    var source = RandomFleet(seed: seed)
    for _ in 0..<4 {
      let problem = source.next()
      guard problem.jobs.count + problem.shipments.count <= 8 else { continue }
      let solution = try FleetSolver.solve(problem, .init(seed: 7, budgetMilliseconds: 1_000_000_000))
      #expect(FleetChecker.faults(of: solution, in: problem).isEmpty)
      #expect(!(ExhaustiveFleet(problem).best() < ExhaustiveFleet.value(solution, problem)))
    }
  }

  @Test("larger problems keep every constraint", arguments: 1...6)
  func large(seed: UInt64) throws {
    var source = RandomFleet(seed: seed)
    source.jobs = 10...30
    source.shipments = 0...8
    source.vehicles = 1...5
    for number in 0..<15 {
      let problem = source.next()
      let solution = try FleetSolver.solve(problem, .init(seed: seed, iterations: 150))
      let faults = FleetChecker.faults(of: solution, in: problem)
      #expect(faults.isEmpty, "problem \(number) of seed \(seed): \(faults)")
    }
  }

  @Test("the same seed and iterations give the same answer")
  func deterministic() throws {
    var source = RandomFleet(seed: 99)
    source.jobs = 20...20
    source.vehicles = 3...3
    let problem = source.next()
    let first = try FleetSolver.solve(problem, .init(seed: 5, iterations: 300))
    #expect(try FleetSolver.solve(problem, .init(seed: 5, iterations: 300)) == first)
  }

  @Test(
    "an answer given as steps is where the search begins, and times the same in check mode", arguments: 1...4)
  func steps(seed: UInt64) throws {
    var source = RandomFleet(seed: seed)
    source.jobs = 5...12
    source.holes = 0
    for _ in 0..<10 {
      var problem = source.next()
      let solution = try FleetSolver.solve(problem, .init(iterations: 100))
      for route in solution.routes {
        problem.vehicles[route.vehicle].steps = route.steps.map { Self.step($0, problem, route.vehicle) }
      }
      let again = try FleetSolver.solve(problem, .init(iterations: 0))
      #expect(again.cost <= solution.cost + 1e-6)
      let checked = try FleetSolver.check(problem)
      #expect(FleetChecker.faults(of: checked, in: problem).isEmpty)
      for (a, b) in zip(solution.routes, checked.routes) {
        #expect(b.violations.isEmpty)
        #expect(a.steps.last?.arrival == b.steps.last?.arrival)
      }
    }
  }

  private static func step(_ step: FleetStep, _ problem: FleetProblem, _ v: Int) -> FleetGivenStep {
    switch step.content {
    case .start: return FleetGivenStep(.start)
    case .end: return FleetGivenStep(.end)
    case .rest(let k): return FleetGivenStep(.break, id: problem.vehicles[v].breaks[k].id)
    case .task(let task):
      switch task.kind {
      case .job: return FleetGivenStep(.job, id: problem.jobs[task.index].stop.id)
      case .pickup: return FleetGivenStep(.pickup, id: problem.shipments[task.index].pickup.id)
      case .delivery: return FleetGivenStep(.delivery, id: problem.shipments[task.index].delivery.id)
      }
    }
  }
}
