@testable import Routing

/// The best value of a small problem by trying every assignment, order and place of breaks.
///
/// Own arithmetic throughout: times are fractions of seconds in `Double`, breaks are tried at every place.
struct ExhaustiveFleet {
  struct Value: Comparable {
    var priority: Int
    var unassigned: Int
    var cost: Double

    static func < (a: Value, b: Value) -> Bool {
      if (a.priority, a.unassigned) != (b.priority, b.unassigned) {
        return (-a.priority, a.unassigned) < (-b.priority, b.unassigned)
      }
      return a.cost < b.cost - 1e-3
    }
  }

  let problem: FleetProblem
  /// Tasks with their stop, vehicle-independent.
  private let tasks: [FleetTask]

  init(_ problem: FleetProblem) {
    self.problem = problem
    var tasks: [FleetTask] = problem.jobs.indices.map { FleetTask(.job, $0) }
    tasks += problem.shipments.indices.flatMap { [FleetTask(.pickup, $0), FleetTask(.delivery, $0)] }
    self.tasks = tasks
  }

  static func value(_ solution: FleetSolution, _ problem: FleetProblem) -> Value {
    Value(priority: solution.priority, unassigned: solution.unassigned.count, cost: solution.cost)
  }

  func best() -> Value {
    var routes = [[FleetTask]](repeating: [], count: problem.vehicles.count)
    var best = Value(priority: 0, unassigned: tasks.count, cost: 0)
    extend(0, &routes, Set(), &best)
    return best
  }

  /// Fills the vehicles one after the other with every sequence of what is left.
  private func extend(_ v: Int, _ routes: inout [[FleetTask]], _ used: Set<FleetTask>, _ best: inout Value) {
    if v == problem.vehicles.count {
      var value = Value(priority: 0, unassigned: tasks.count - used.count, cost: 0)
      for (v, route) in routes.enumerated() where !route.isEmpty {
        value.cost += cost(v, route)
        for task in route { value.priority += priority(task) }
      }
      if value < best { best = value }
      return
    }
    if isClosed(routes[v]), routes[v].isEmpty || isFeasible(v, routes[v]) {
      extend(v + 1, &routes, used, &best)
    }
    for task in tasks where !used.contains(task) {
      if task.kind == .delivery, !routes[v].contains(FleetTask(.pickup, task.index)) { continue }
      routes[v].append(task)
      extend(v, &routes, used.union([task]), &best)
      routes[v].removeLast()
    }
  }

  private func isClosed(_ route: [FleetTask]) -> Bool {
    route.allSatisfy { $0.kind != .pickup || route.contains(FleetTask(.delivery, $0.index)) }
  }

  private func stop(_ task: FleetTask) -> FleetStop {
    switch task.kind {
    case .job: problem.jobs[task.index].stop
    case .pickup: problem.shipments[task.index].pickup
    case .delivery: problem.shipments[task.index].delivery
    }
  }

  private func priority(_ task: FleetTask) -> Int {
    task.kind == .job ? problem.jobs[task.index].priority : problem.shipments[task.index].priority
  }

  private func rows(_ v: Int, _ route: [FleetTask]) -> [Int?] {
    [problem.vehicles[v].start?.index] + route.map { stop($0).place.index } + [problem.vehicles[v].end?.index]
  }

  /// Seconds of a drive as the solver rounds them: to hundredths where speed factors are used.
  private func seconds(_ v: Int, _ from: Int?, _ to: Int?) -> Double? {
    guard let from, let to else { return 0 }
    let matrix = problem.matrices["car"]!
    let value = matrix.durations[from * matrix.count + to]
    if value < 0 { return from == to ? 0 : nil }
    return (Double(value) / problem.vehicles[v].speedFactor * 100).rounded() / 100
  }

  private func work(_ v: Int, _ route: [FleetTask], _ k: Int) -> Double {
    let type = problem.vehicles[v].type ?? ""
    let stop = stop(route[k])
    let before = k == 0 ? problem.vehicles[v].start?.index : self.stop(route[k - 1]).place.index
    let setup = before == stop.place.index ? 0 : stop.setupPerType[type] ?? stop.setup
    return Double(setup + (stop.servicePerType[type] ?? stop.service))
  }

  private func cost(_ v: Int, _ route: [FleetTask]) -> Double {
    let vehicle = problem.vehicles[v]
    let matrix = problem.matrices["car"]!
    var total = Double(vehicle.costs.fixed)
    let rows = rows(v, route)
    for (from, to) in zip(rows, rows.dropFirst()) {
      guard let from, let to else { continue }
      let k = from * matrix.count + to
      if let costs = matrix.costs {
        total += Double(max(0, costs[k]))
      } else {
        total += seconds(v, from, to)! * Double(vehicle.costs.perHour) / 3600
        total += Double(max(0, matrix.distances![k])) * Double(vehicle.costs.perKilometre) / 1000
      }
    }
    for k in route.indices { total += work(v, route, k) * Double(vehicle.costs.perTaskHour) / 3600 }
    return total
  }

  func isFeasible(_ v: Int, _ route: [FleetTask]) -> Bool {
    let vehicle = problem.vehicles[v]
    guard route.count <= vehicle.maxTasks ?? .max else { return false }
    let rows = rows(v, route)
    var driven = 0.0
    var metres = 0
    let matrix = problem.matrices["car"]!
    for (from, to) in zip(rows, rows.dropFirst()) {
      guard let leg = seconds(v, from, to) else { return false }
      driven += leg
      if let from, let to { metres += Int(max(0, matrix.distances![from * matrix.count + to])) }
    }
    if driven > Double(vehicle.maxTravelTime ?? .max) + 1e-6 || metres > vehicle.maxDistance ?? .max {
      return false
    }
    for task in route {
      let skills = task.kind == .job ? problem.jobs[task.index].skills : problem.shipments[task.index].skills
      if !skills.isSubset(of: vehicle.skills) { return false }
    }
    guard let loads = loads(v, route) else { return false }
    return walk(v, route, rows, loads, 0, 0, Double(vehicle.window?.lowerBound ?? 0))
  }

  /// Loads after the start and after each task; nil when one is over the capacity.
  private func loads(_ v: Int, _ route: [FleetTask]) -> [[Int]]? {
    let size = problem.dimensions
    func padded(_ amounts: [Int]) -> [Int] { amounts + [Int](repeating: 0, count: size - amounts.count) }
    var load = [Int](repeating: 0, count: size)
    for task in route where task.kind == .job {
      for (d, amount) in problem.jobs[task.index].delivery.enumerated() { load[d] += amount }
    }
    var all = [load]
    for task in route {
      for d in 0..<size {
        switch task.kind {
        case .job:
          load[d] += padded(problem.jobs[task.index].pickup)[d] - padded(problem.jobs[task.index].delivery)[d]
        case .pickup: load[d] += padded(problem.shipments[task.index].amount)[d]
        case .delivery: load[d] -= padded(problem.shipments[task.index].amount)[d]
        }
      }
      all.append(load)
    }
    let capacity = padded(problem.vehicles[v].capacity)
    return all.allSatisfy { zip($0, capacity).allSatisfy { $0 <= $1 } } ? all : nil
  }

  /// Whether the rest of the route is in time from step `k` on, leaving it at `time` with `rest` breaks done.
  private func walk(
    _ v: Int, _ route: [FleetTask], _ rows: [Int?], _ loads: [[Int]], _ k: Int, _ rest: Int, _ time: Double
  ) -> Bool {
    let vehicle = problem.vehicles[v]
    var now = time
    var left = seconds(v, rows[k], rows[k + 1])!
    for taken in 0...vehicle.breaks.count - rest {
      if taken > 0 {
        let pause = vehicle.breaks[rest + taken - 1]
        if let most = pause.maxLoad, !zip(loads[k], most).allSatisfy({ $0 <= $1 }) { return false }
        guard let begin = opening(pause.windows, now) else { return false }
        left = max(0, left - (begin - now))
        now = begin + Double(pause.service)
      }
      let arrival = now + left
      if k == route.count {
        if taken + rest == vehicle.breaks.count {
          return arrival <= Double(vehicle.window?.upperBound ?? .max) + 1e-6
        }
      } else if let begin = opening(stop(route[k]).windows, arrival) {
        if walk(v, route, rows, loads, k + 1, rest + taken, begin + work(v, route, k)) { return true }
      }
    }
    return false
  }

  private func opening(_ windows: [ClosedRange<Int>], _ time: Double) -> Double? {
    if windows.isEmpty { return time }
    for window in windows where time <= Double(window.upperBound) + 1e-6 {
      return max(time, Double(window.lowerBound))
    }
    return nil
  }
}
