import Testing

@testable import Routing

@Suite("Given routes")
struct FleetCheckTests {
  /// Two jobs 100, 200 and 150 seconds apart, with times and amounts that the route breaks.
  static func problem(_ steps: [FleetGivenStep], _ configure: (inout FleetVehicle) -> Void = { _ in })
    -> FleetProblem
  {
    var vehicle = FleetVehicle(id: 1, start: FleetPlace(0), end: FleetPlace(0))
    vehicle.capacity = [3]
    vehicle.window = 0...5000
    vehicle.breaks = [FleetBreak(id: 7, windows: [1200...1300], service: 50)]
    vehicle.steps = steps
    configure(&vehicle)
    let first = FleetStop(id: 1, place: FleetPlace(1), setup: 30, service: 10, windows: [1000...1100])
    let second = FleetStop(id: 2, place: FleetPlace(2), setup: 30, service: 10, windows: [300...400])
    let durations: [Int32] = [0, 100, 200, 100, 0, 150, 200, 150, 0]
    return FleetProblem(
      jobs: [FleetJob(first, delivery: [2]), FleetJob(second, delivery: [2], skills: [3])],
      vehicles: [vehicle],
      matrices: ["car": FleetMatrix(count: 3, durations: durations, distances: durations.map { $0 * 10 })])
  }

  @Test("violations are told step by step and summed, with the least seconds of fault")
  func violations() throws {
    let steps = [FleetGivenStep(.job, id: 1), FleetGivenStep(.break, id: 7), FleetGivenStep(.job, id: 2)]
    let route = try FleetSolver.check(Self.problem(steps)).routes[0]
    #expect(route.steps.map(\.arrival) == [900, 1000, 1190, 1240, 1480])
    #expect(route.steps[0].violations == [FleetViolation(.load)])
    #expect(route.steps[2].violations == [FleetViolation(.leadTime, duration: 10)])
    #expect(
      Set(route.steps[3].violations) == [FleetViolation(.delay, duration: 840), FleetViolation(.skills)])
    #expect(Set(route.violations.map(\.cause)) == [.load, .leadTime, .delay, .skills])
  }

  @Test("limits and a missing break are told")
  func limits() throws {
    let steps = [FleetGivenStep(.job, id: 1), FleetGivenStep(.job, id: 2)]
    let problem = Self.problem(steps) {
      $0.maxTasks = 1
      $0.maxTravelTime = 300
      $0.maxDistance = 3000
    }
    let causes = Set(try FleetSolver.check(problem).routes[0].violations.map(\.cause))
    #expect(causes.isSuperset(of: [.maxTasks, .maxTravelTime, .maxDistance, .missingBreak]))
  }

  @Test("hard times hold, and contradicting ones are an error")
  func hardTimes() throws {
    let steps = [
      FleetGivenStep(.job, id: 1, serviceAt: 1500), FleetGivenStep(.break, id: 7, serviceAfter: 1700),
    ]
    let route = try FleetSolver.check(Self.problem(steps)).routes[0]
    #expect(route.steps.map(\.arrival) == [1400, 1500, 1640, 1750])
    #expect(route.steps[2].waiting == 60)
    let never = [FleetGivenStep(.start, serviceAt: 1400), FleetGivenStep(.job, id: 1, serviceAt: 1200)]
    #expect(throws: FleetInputError.self) { try FleetSolver.check(Self.problem(never)) }
  }

  @Test("a delivery before its pickup is told at both")
  func precedence() throws {
    var problem = Self.problem([FleetGivenStep(.delivery, id: 1), FleetGivenStep(.pickup, id: 1)]) {
      $0.breaks = []
    }
    problem.shipments = [
      FleetShipment(
        pickup: FleetStop(id: 1, place: FleetPlace(2)), delivery: FleetStop(id: 1, place: FleetPlace(1)),
        amount: [1])
    ]
    let route = try FleetSolver.check(problem).routes[0]
    #expect(route.steps[1].violations == [FleetViolation(.precedence)])
    #expect(route.steps[2].violations == [FleetViolation(.precedence)])
    #expect(route.steps.map(\.load) == [[0], [-1], [0], [0]])
  }

  @Test("the least fault is that of trying every second", arguments: 1...5)
  func everySecond(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<20 {
      var problem = FleetProblem()
      var vehicle = FleetVehicle(id: 1, start: FleetPlace(0))
      let horizon = 30
      for k in 0..<3 {
        var stop = FleetStop(id: k, place: FleetPlace(random.below(2)), service: random.below(4))
        let start = random.below(horizon - 10)
        stop.windows = [start...start + random.below(5)]
        if random.below(2) == 0 { stop.windows.append(start + 7...start + 9) }
        problem.jobs.append(FleetJob(stop))
        var step = FleetGivenStep(.job, id: k)
        if random.below(4) == 0 { step.serviceAfter = random.below(horizon) }
        vehicle.steps.append(step)
      }
      problem.vehicles = [vehicle]
      problem.matrices["car"] = FleetMatrix(count: 2, durations: [0, 5, 4, 0])
      let solution = try FleetSolver.check(problem)
      let told = solution.routes[0].violations.reduce(0) { $0 + ($1.duration ?? 0) }
      #expect(told == Self.least(problem, 0, 0, 0, 70))
    }
  }

  /// The least fault of the jobs from `k` on, leaving row `row` at `time` or later.
  private static func least(_ problem: FleetProblem, _ k: Int, _ row: Int, _ time: Int, _ horizon: Int) -> Int
  {
    guard k < problem.jobs.count else { return 0 }
    let stop = problem.jobs[k].stop
    let travel = Int(problem.matrices["car"]!.durations[row * 2 + stop.place.index])
    var best = Int.max
    let soonest = max(time + travel, problem.vehicles[0].steps[k].serviceAfter ?? 0)
    for begin in soonest...max(soonest, horizon) {
      let fault = stop.windows.map { max($0.lowerBound - begin, begin - $0.upperBound, 0) }.min()!
      let rest = least(problem, k + 1, stop.place.index, begin + stop.service, horizon)
      best = min(best, fault + rest)
    }
    return best
  }
}
