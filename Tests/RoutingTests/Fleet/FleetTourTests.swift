import Testing

@testable import Routing

/// A single vehicle that serves everybody is a tour. The search proper is given no rounds here, so that an answer as good as
/// the best there is comes from the engines for tours.
@Suite("One vehicle as a tour")
struct FleetTourTests {
  private static let noRounds = FleetSolver.Options(seed: 3, iterations: 0)

  /// Jobs 1 … `jobs` on a square, the vehicle at place 0.
  private static func problem(jobs: Int, _ random: inout SeededRandom) -> FleetProblem {
    let points = (0...jobs).map { _ in (random.below(1000), random.below(1000)) }
    var durations: [Int32] = []
    for a in points {
      for b in points {
        let straight = Double((a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1)).squareRoot()
        durations.append(Int32(straight) + (a == b ? 0 : Int32(random.below(30))))
      }
    }
    return FleetProblem(
      jobs: (1...jobs).map { FleetJob(FleetStop(id: $0, place: FleetPlace($0), service: 60)) },
      vehicles: [FleetVehicle(id: 1, start: FleetPlace(0), end: FleetPlace(0))],
      matrices: ["car": FleetMatrix(count: jobs + 1, durations: durations, distances: durations)])
  }

  /// The order of an answer's jobs by their places.
  private static func order(_ solution: FleetSolution) -> [Int] {
    solution.routes.flatMap(\.steps).compactMap {
      if case .task = $0.content { $0.place?.index } else { nil }
    }
  }

  @Test("round trips and open ones cost what the best of all orders costs", arguments: 1...6)
  func plain(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for shape in 0..<3 {
      var problem = Self.problem(jobs: 7, &random)
      if shape & 1 != 0 { problem.vehicles[0].end = nil }
      if shape & 2 != 0 { problem.vehicles[0].start = nil }
      let solution = try FleetSolver.solve(problem, Self.noRounds)
      #expect(FleetChecker.faults(of: solution, in: problem).isEmpty)
      let best = ExhaustiveFleet(problem).best()
      #expect(!(best < ExhaustiveFleet.value(solution, problem)), "seed \(seed), shape \(shape)")
    }
  }

  @Test("a round trip of 40 jobs costs what the engine for tours proves", arguments: 1...3)
  func proven(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let problem = Self.problem(jobs: 40, &random)
    let matrix = try TourMatrix(count: 41, values: problem.matrices["car"]!.durations)
    let tour = try Tours.solve(.matrix(matrix), seed: 9, budget: SearchBudget(iterations: 2000))
    #expect(tour.isOptimal)
    #expect(try FleetSolver.solve(problem, Self.noRounds).cost == Double(tour.cost))
  }

  @Test("within hours the order is the cheapest that is in time", arguments: 1...6)
  func windows(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var problem = Self.problem(jobs: 7, &random)
    // The order of the list is in time.
    let matrix = problem.matrices["car"]!
    var clock = 100
    for k in problem.jobs.indices {
      clock += Int(matrix.durations[k * matrix.count + k + 1])
      let width = 300 + random.below(900)
      problem.jobs[k].stop.windows = [max(0, clock - width)...clock + width]
      clock += 60
    }
    problem.vehicles[0].window = 0...clock + 3000
    let solution = try FleetSolver.solve(problem, Self.noRounds)
    #expect(FleetChecker.faults(of: solution, in: problem).isEmpty)
    let best = ExhaustiveFleet(problem).best()
    #expect(!(best < ExhaustiveFleet.value(solution, problem)), "seed \(seed)")
  }

  @Test("an order that a limit or a break forbids is not taken")
  func constraints() throws {
    var random = SeededRandom(seed: 5)
    var problem = Self.problem(jobs: 12, &random)
    let free = try FleetSolver.solve(problem, Self.noRounds)
    #expect(Set(Self.order(free)).count == 12)
    problem.vehicles[0].maxTravelTime = free.routes[0].duration - 1
    let limited = try FleetSolver.solve(problem, .init(seed: 3, iterations: 500))
    #expect(FleetChecker.faults(of: limited, in: problem).isEmpty)
    #expect(limited.unassigned.count == 1)
    problem.vehicles[0].maxTravelTime = nil
    problem.vehicles[0].window = 0...free.routes[0].duration + 12 * 60
    problem.vehicles[0].breaks = [FleetBreak(id: 1, windows: [0...5000], service: 300)]
    let rested = try FleetSolver.solve(problem, .init(seed: 3, iterations: 500))
    #expect(FleetChecker.faults(of: rested, in: problem).isEmpty)
    #expect(!rested.unassigned.isEmpty)
  }

  @Test("a given order that is better than what the engine may find in no time is kept")
  func given() throws {
    var random = SeededRandom(seed: 8)
    var problem = Self.problem(jobs: 30, &random)
    let best = try FleetSolver.solve(problem, Self.noRounds)
    problem.vehicles[0].steps = Self.order(best).map { FleetGivenStep(.job, id: $0) }
    #expect(try FleetSolver.solve(problem, Self.noRounds).cost == best.cost)
  }
}
