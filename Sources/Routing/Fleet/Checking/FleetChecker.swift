/// Checks an answer against its problem, from the problem's own numbers alone.
///
/// Shares no code with the search, the timing or the route builder: driving is read from the matrices of the
/// problem, and everything else is recomputed here.
public struct FleetChecker {
  private let problem: FleetProblem
  private var faults: [String] = []
  /// Rounding of times where a speed factor makes fractions.
  private let slack: Int

  /// What is wrong with the answer, one English sentence each; empty when nothing is.
  /// - Parameter feasible: whether routes must keep all constraints; false for given routes, whose violations
  ///   are only to be told.
  public static func faults(
    of solution: FleetSolution, in problem: FleetProblem, feasible: Bool = true
  ) -> [String] {
    var checker = FleetChecker(problem)
    checker.run(solution, feasible)
    return checker.faults
  }

  private init(_ problem: FleetProblem) {
    self.problem = problem
    slack = problem.vehicles.allSatisfy { $0.speedFactor == 1 } ? 0 : 1
  }

  private mutating func expect(_ holds: Bool, _ fault: @autoclosure () -> String) {
    if !holds { faults.append(fault()) }
  }

  private mutating func run(_ solution: FleetSolution, _ feasible: Bool) {
    var told: [FleetTask: Int] = [:]
    for task in solution.unassigned { told[task, default: 0] += 1 }
    var used = Set<Int>()
    for route in solution.routes {
      guard problem.vehicles.indices.contains(route.vehicle), used.insert(route.vehicle).inserted else {
        faults.append("vehicle \(route.vehicle) is unknown or has two routes")
        continue
      }
      for step in route.steps { if case .task(let task) = step.content { told[task, default: 0] += 1 } }
      check(route, feasible)
    }
    var all: [FleetTask] = problem.jobs.indices.map { FleetTask(.job, $0) }
    all += problem.shipments.indices.flatMap { [FleetTask(.pickup, $0), FleetTask(.delivery, $0)] }
    for task in all { expect(told[task] == 1, "\(task.kind) \(task.index) is told \(told[task] ?? 0) times") }
    expect(told.count == all.count, "a task is told that the problem does not have")
  }

  // MARK: One route

  private mutating func check(_ route: FleetRoute, _ feasible: Bool) {
    let vehicle = problem.vehicles[route.vehicle]
    let name = "vehicle \(vehicle.id)"
    guard route.steps.count > 2, route.steps.first?.content == .start, route.steps.last?.content == .end,
      !route.steps.dropFirst().dropLast().contains(where: { $0.content == .start || $0.content == .end })
    else {
      faults.append("\(name): the route does not lead from start to end")
      return
    }
    checkDriving(route, vehicle, name)
    checkWork(route, vehicle, name)
    checkSums(route, vehicle, name)
    checkLoads(route, vehicle, name, feasible)
    guard feasible else { return }
    expect(
      route.violations.isEmpty && route.steps.allSatisfy { $0.violations.isEmpty },
      "\(name): violations are told")
    checkWindows(route, vehicle, name)
    checkOrder(route, vehicle, name)
    checkLimits(route, vehicle, name)
  }

  private func stop(_ task: FleetTask) -> FleetStop {
    switch task.kind {
    case .job: problem.jobs[task.index].stop
    case .pickup: problem.shipments[task.index].pickup
    case .delivery: problem.shipments[task.index].delivery
    }
  }

  /// Row of the matrix where a step happens; nil for breaks and for ends that are not given.
  private func row(_ step: FleetStep, _ vehicle: FleetVehicle) -> Int? {
    switch step.content {
    case .start: vehicle.start?.index
    case .end: vehicle.end?.index
    case .task(let task): stop(task).place.index
    case .rest: nil
    }
  }

  /// Pairs of rows driven one after the other.
  private func legs(_ route: FleetRoute, _ vehicle: FleetVehicle) -> [(from: Int, to: Int)] {
    let rows = route.steps.compactMap { row($0, vehicle) }
    return zip(rows, rows.dropFirst()).map { ($0, $1) }
  }

  private func entry(_ table: [Int32]?, _ leg: (from: Int, to: Int), _ count: Int) -> Int? {
    guard let table else { return nil }
    if leg.from == leg.to { return Int(max(0, table[leg.from * count + leg.to])) }
    let value = table[leg.from * count + leg.to]
    return value < 0 ? nil : Int(value)
  }

  private mutating func checkDriving(_ route: FleetRoute, _ vehicle: FleetVehicle, _ name: String) {
    guard let matrix = problem.matrices[vehicle.profile] else {
      faults.append("\(name): no matrix")
      return
    }
    var exact = 0.0
    var metres = 0
    var last = row(route.steps[0], vehicle)
    for (previous, step) in zip(route.steps, route.steps.dropFirst()) {
      if let row = row(step, vehicle) {
        if let from = last {
          guard let seconds = entry(matrix.durations, (from, row), matrix.count) else {
            faults.append("\(name): drives from row \(from) to row \(row), which cannot be driven")
            return
          }
          exact += Double(seconds) / vehicle.speedFactor
          metres += entry(matrix.distances, (from, row), matrix.count) ?? 0
        }
        last = row
        expect(
          abs(Double(step.duration) - exact) <= Double(slack) + (slack > 0 ? 0.5 : 0),
          "\(name): \(step.duration) s of driving told, \(exact) driven")
        expect(step.distance ?? metres == metres, "\(name): \(step.distance ?? 0) m told, \(metres) driven")
      }
      let gone = step.duration - previous.duration
      let left = previous.arrival + previous.waiting + previous.setup + previous.service
      expect(gone >= 0, "\(name): driving time falls")
      expect(
        abs(step.arrival - left - gone) <= 2 * slack,
        "\(name): arrival \(step.arrival), left \(left), drove \(gone)")
      expect(step.waiting >= 0, "\(name): negative waiting")
    }
  }

  private mutating func checkWork(_ route: FleetRoute, _ vehicle: FleetVehicle, _ name: String) {
    var here = row(route.steps[0], vehicle)
    for step in route.steps {
      switch step.content {
      case .task(let task):
        let stop = stop(task)
        let setup = vehicle.type.flatMap { stop.setupPerType[$0] } ?? stop.setup
        let service = vehicle.type.flatMap { stop.servicePerType[$0] } ?? stop.service
        expect(
          step.setup == (here == stop.place.index ? 0 : setup), "\(name): set-up of \(task.kind) \(stop.id)")
        expect(step.service == service, "\(name): service of \(task.kind) \(stop.id)")
        here = stop.place.index
      case .rest(let rest):
        expect(step.setup == 0 && step.service == vehicle.breaks[rest].service, "\(name): length of a break")
      case .start, .end:
        expect(step.setup == 0 && step.service == 0, "\(name): work at an end")
      }
    }
  }

  private mutating func checkWindows(_ route: FleetRoute, _ vehicle: FleetVehicle, _ name: String) {
    var rests: [Int] = []
    for step in route.steps {
      var windows = vehicle.window.map { [$0] } ?? []
      if case .task(let task) = step.content { windows = stop(task).windows }
      if case .rest(let rest) = step.content {
        windows = vehicle.breaks[rest].windows
        rests.append(rest)
      }
      let time = step.arrival + step.waiting
      let inside = windows.contains { $0.lowerBound - slack <= time && time <= $0.upperBound + slack }
      expect(windows.isEmpty || inside, "\(name): \(step.content) starts at \(time), outside \(windows)")
    }
    expect(rests.sorted() == Array(vehicle.breaks.indices), "\(name): breaks \(rests) taken")
  }

  private mutating func checkOrder(_ route: FleetRoute, _ vehicle: FleetVehicle, _ name: String) {
    var open = Set<Int>()
    for step in route.steps {
      guard case .task(let task) = step.content else { continue }
      let skills = task.kind == .job ? problem.jobs[task.index].skills : problem.shipments[task.index].skills
      expect(skills.isSubset(of: vehicle.skills), "\(name): lacks skills for \(task.kind) \(task.index)")
      if task.kind == .pickup { open.insert(task.index) }
      if task.kind == .delivery {
        expect(open.remove(task.index) != nil, "\(name): delivers shipment \(task.index) without pickup")
      }
    }
    expect(open.isEmpty, "\(name): pickups without delivery")
  }

  private mutating func checkLoads(
    _ route: FleetRoute, _ vehicle: FleetVehicle, _ name: String, _ feasible: Bool
  ) {
    let tasks = route.steps.compactMap { step -> FleetTask? in
      if case .task(let task) = step.content { task } else { nil }
    }
    for d in 0..<problem.dimensions {
      func part(_ amounts: [Int]) -> Int { d < amounts.count ? amounts[d] : 0 }
      var load = tasks.filter { $0.kind == .job }.reduce(0) { $0 + part(problem.jobs[$1.index].delivery) }
      var delivered = load
      var picked = 0
      for step in route.steps {
        if case .task(let task) = step.content {
          switch task.kind {
          case .job:
            load += part(problem.jobs[task.index].pickup) - part(problem.jobs[task.index].delivery)
            picked += part(problem.jobs[task.index].pickup)
          case .pickup:
            load += part(problem.shipments[task.index].amount)
            picked += part(problem.shipments[task.index].amount)
          case .delivery:
            load -= part(problem.shipments[task.index].amount)
            delivered += part(problem.shipments[task.index].amount)
          }
        }
        expect(
          step.load.count == problem.dimensions && step.load[d] == load,
          "\(name): load \(step.load), is \(load)")
        guard feasible else { continue }
        expect(load <= part(vehicle.capacity), "\(name): load \(load) over capacity")
        if case .rest(let rest) = step.content, let most = vehicle.breaks[rest].maxLoad {
          expect(load <= part(most), "\(name): load \(load) in a break that allows \(part(most))")
        }
      }
      expect(route.delivery[d] == delivered && route.pickup[d] == picked, "\(name): sums of amounts")
    }
  }

  private mutating func checkLimits(_ route: FleetRoute, _ vehicle: FleetVehicle, _ name: String) {
    let tasks = route.steps.filter { if case .task = $0.content { true } else { false } }.count
    expect(tasks <= vehicle.maxTasks ?? .max, "\(name): \(tasks) tasks")
    expect(route.duration - slack <= vehicle.maxTravelTime ?? .max, "\(name): drives \(route.duration) s")
    expect(route.distance ?? 0 <= vehicle.maxDistance ?? .max, "\(name): drives \(route.distance ?? 0) m")
  }

  private mutating func checkSums(_ route: FleetRoute, _ vehicle: FleetVehicle, _ name: String) {
    func sum(_ value: (FleetStep) -> Int) -> Int { route.steps.reduce(0) { $0 + value($1) } }
    expect(route.setup == sum(\.setup) && route.service == sum(\.service), "\(name): sums of work")
    expect(route.waiting == sum(\.waiting), "\(name): sum of waiting")
    expect(route.duration == route.steps.last?.duration, "\(name): sum of driving")
    expect(route.distance == route.steps.last?.distance, "\(name): sum of distance")
    let priority = sum { step in
      guard case .task(let task) = step.content else { return 0 }
      return task.kind == .job ? problem.jobs[task.index].priority : problem.shipments[task.index].priority
    }
    expect(route.priority == priority, "\(name): priority \(route.priority), is \(priority)")
    let cost = cost(route, vehicle)
    expect(
      abs(route.cost - cost) <= 0.01 * Double(route.steps.count) * Double(slack) + 1e-6 * max(1, cost),
      "\(name): cost \(route.cost), is \(cost)")
  }

  private func cost(_ route: FleetRoute, _ vehicle: FleetVehicle) -> Double {
    guard let matrix = problem.matrices[vehicle.profile] else { return 0 }
    let legs = legs(route, vehicle)
    var total = Double(vehicle.costs.fixed)
    for leg in legs {
      if matrix.costs != nil {
        total += Double(entry(matrix.costs, leg, matrix.count) ?? 0)
      } else {
        let seconds = Double(entry(matrix.durations, leg, matrix.count) ?? 0) / vehicle.speedFactor
        total += seconds * Double(vehicle.costs.perHour) / 3600
        total +=
          Double(entry(matrix.distances, leg, matrix.count) ?? 0) * Double(vehicle.costs.perKilometre) / 1000
      }
    }
    for step in route.steps {
      if case .task = step.content {
        total += Double((step.setup + step.service) * vehicle.costs.perTaskHour) / 3600
      }
    }
    return total
  }
}
