import Foundation
import Routing

/// Problems of VROOM's kind: ours and VROOM in the same run, one thread each, by VROOM's aims in their order: priority served,
/// tasks left out, cost. All answers are checked, and VROOM's routes cost what our reader of given routes says they cost.
func runFleetBenchmark() throws {
  let python = try? ReferencePython()
  if python == nil { print("  VROOM cannot be installed here: ours alone") }
  print("  cells: priority served, tasks left out, cost, ms of processor time, faults found;")
  print("  ours: better, same, worse than VROOM -x 5, or than the level whose time it was given")
  for kind in FleetInstances.Kind.allCases { try printFleets(try fleetGroups(kind), python) }
}

private func printFleets(_ groups: [FleetGroup], _ python: ReferencePython?) throws {
  var rows: [[String]] = []
  for group in groups {
    let quick = try python?.vroom(group.cases, exploration: 1) ?? []
    let best = try python?.vroom(group.cases, exploration: 5) ?? []
    var row = [group.name, fleetCell(quick), fleetCell(best)]
    for budget in [100.0, 1000] {
      let answers = try group.cases.map { try ourFleet($0, milliseconds: budget) }
      row.append(fleetCell(answers, beside: best))
    }
    for others in [quick, best] {
      let answers = try zip(group.cases, others).map {
        try ourFleet($0, milliseconds: min(2000, max(1, $1.milliseconds)))
      }
      row.append(fleetCell(answers, beside: others))
    }
    rows.append(row)
  }
  printTable(
    [
      "tasks/vehicles", "VROOM -x 1", "VROOM -x 5", "ours 100 ms", "ours 1 s", "ours, -x 1's time",
      "ours, -x 5's time to 2 s",
    ],
    rows)
}

private struct FleetGroup {
  let name: String
  let cases: [FleetInstances.Case]
}

/// What an answer is compared by, less being better.
private struct FleetScore: Comparable {
  var priority: Int
  var leftOut: Int
  var cost: Double
  var milliseconds: Double
  var faults: Int

  init(_ solution: FleetSolution, of problem: FleetProblem, milliseconds: Double) {
    priority = solution.priority
    leftOut = solution.unassigned.count
    cost = solution.cost
    self.milliseconds = milliseconds
    faults = FleetChecker.faults(of: solution, in: problem).count
  }

  static func < (a: FleetScore, b: FleetScore) -> Bool {
    (-a.priority, a.leftOut, a.cost) < (-b.priority, b.leftOut, b.cost)
  }

  static func == (a: FleetScore, b: FleetScore) -> Bool { !(a < b) && !(b < a) }
}

/// Three problems a class and size, two of the largest: one on coordinates at random, the others on road matrices of the
/// shared data where they are. `PLANNER_BENCH_TASKS` names the sizes that are wanted.
private func fleetGroups(_ kind: FleetInstances.Kind) throws -> [FleetGroup] {
  let root = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["PLANNER_SHARED_DATA"] ?? "../shared/data")
  let wanted = ProcessInfo.processInfo.environment["PLANNER_BENCH_TASKS"]?.split(separator: ",").compactMap {
    Int($0)
  }
  let sizes = [(20, 1, 20), (40, 3, 40), (60, 4, 60), (100, 6, 100), (200, 10, 100)]
  return try sizes.filter { wanted?.contains($0.0) ?? true }.map { tasks, vehicles, road in
    var random = SplitMix(seed: UInt64(tasks))
    var drives = [FleetInstances.Drives(random: &random, places: tasks + 1)]
    for k in [0, 4] {
      let file = root.appendingPathComponent("road-matrices/road\(road)_\(k).atsp")
      guard k == 0 || tasks < 200, let data = try? Data(contentsOf: file) else { continue }
      drives.append(FleetInstances.Drives(tenths: try TourInput.parse([UInt8](data))))
    }
    let cases = try drives.map {
      try FleetInstances.make(kind, tasks: tasks, vehicles: vehicles, $0, &random)
    }
    return FleetGroup(name: "\(kind.rawValue) \(tasks)/\(vehicles)", cases: cases)
  }
}

/// Our answer within a time of this thread.
private func ourFleet(_ item: FleetInstances.Case, milliseconds: Double) throws -> FleetScore {
  let started = threadMilliseconds()
  // The program gives the search whole milliseconds; the clock here makes it exact.
  let whole = max(1, Int(milliseconds))
  let solution = try FleetSolver.solve(item.problem, .init(budgetMilliseconds: whole, clock: .thread)) {
    (threadMilliseconds() - started) * Double(whole) / milliseconds
  }
  return FleetScore(solution, of: item.problem, milliseconds: threadMilliseconds() - started)
}

private func threadMilliseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
}

/// Means of some answers, and how many are better, the same and worse than others.
private func fleetCell(_ answers: [FleetScore], beside others: [FleetScore] = []) -> String {
  guard !answers.isEmpty else { return "–" }
  func mean(_ value: (FleetScore) -> Double, _ decimals: Int) -> String {
    fixed(answers.reduce(0) { $0 + value($1) } / Double(answers.count), decimals)
  }
  let figures = [
    mean({ Double($0.priority) }, 0), mean({ Double($0.leftOut) }, 1), mean(\.cost, 0),
    mean(\.milliseconds, 0), "\(answers.reduce(0) { $0 + $1.faults })",
  ]
  let pairs = zip(answers, others)
  let counts = "\(pairs.count(where: <)) \(pairs.count(where: ==)) \(pairs.count(where: >))"
  return figures.joined(separator: " ") + (others.isEmpty ? "" : ": " + counts)
}

/// What `fleet_references.py` answers.
private struct VroomAnswer: Decodable {
  struct Step: Decodable {
    var type: String
    var id: Int?
  }
  struct Route: Decodable {
    var vehicle: Int
    var steps: [Step]
  }
  struct Solution: Decodable { var routes: [Route] }
  var milliseconds: Double
  var solution: Solution

  /// The problem with the answer's routes as the steps its vehicles are given.
  func given(to problem: FleetProblem) -> FleetProblem {
    var problem = problem
    for route in solution.routes {
      guard let v = problem.vehicles.firstIndex(where: { $0.id == route.vehicle }) else { continue }
      problem.vehicles[v].steps = route.steps.compactMap { step in
        FleetGivenStep.Kind(rawValue: step.type).map { FleetGivenStep($0, id: step.id) }
      }
    }
    return problem
  }
}

extension ReferencePython {
  /// VROOM's answers, costed and checked by our own code.
  fileprivate func vroom(_ cases: [FleetInstances.Case], exploration: Int) throws -> [FleetScore] {
    let questions = cases.map { "{\"exploration\":\(exploration),\"problem\":\($0.text)}\n" }
    let lines = try run("fleet_references.py", questions.joined()).split(separator: "\n")
    guard let answers = try? lines.map({ try JSONDecoder().decode(VroomAnswer.self, from: Data($0.utf8)) })
    else { return [] }
    return try zip(answers, cases).map { answer, item in
      let problem = answer.given(to: item.problem)
      return FleetScore(try FleetSolver.check(problem), of: problem, milliseconds: answer.milliseconds)
    }
  }
}
