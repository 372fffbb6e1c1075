/// Makes the route that callers see from timed steps, with sums, loads, cost and violations.
struct FleetRouteBuilder {
  let model: FleetModel
  let vehicle: Int

  private var problem: FleetProblem { model.problem }

  func route(_ timed: [FleetTimedStep]) -> FleetRoute {
    let tables = model.tables
    let vehicle = problem.vehicles[vehicle]
    let matrix = problem.matrices[vehicle.profile]
    var route = FleetRoute(
      vehicle: self.vehicle, steps: [], cost: Double(vehicle.costs.fixed), setup: 0, service: 0, duration: 0,
      waiting: 0, priority: 0, distance: matrix?.distances == nil ? nil : 0,
      delivery: [Int](repeating: 0, count: tables.dimensions),
      pickup: [Int](repeating: 0, count: tables.dimensions), violations: [])
    var load = initialLoad(timed)
    var here = tables.start(self.vehicle)
    var metres = 0
    var legs = 0.0
    var drivenHere = 0
    for (k, step) in timed.enumerated() {
      var ahead = 0
      let place: FleetPlace?
      let content: FleetStep.Content
      var setup = 0
      var service = 0
      switch step.content {
      case .rest(let rest):
        content = .rest(rest)
        place = nil
        service = vehicle.breaks[rest].service
        ahead = metresAhead(timed[k...], here, step.driven - drivenHere)
      case .node(let node):
        content = self.content(node)
        place = self.place(node, timed)
        if node < tables.tasks {
          let stop = stop(node)
          service = stop.service(vehicle.type)
          setup = tables.place[here] == tables.place[node] ? 0 : stop.setup(vehicle.type)
          for d in load.indices { load[d] += tables.added[node * tables.dimensions + d] }
          note(node, &route)
        }
        if node != here {
          metres += tables.metres(self.vehicle, here, node)
          if let costs = matrix?.costs { legs += leg(costs, here, node) }
          here = node
        }
        drivenHere = step.driven
      }
      let arrival = seconds(step.arrival)
      route.steps.append(
        FleetStep(
          content: content, place: place, arrival: arrival, waiting: seconds(step.begin) - arrival,
          setup: setup,
          service: service, duration: seconds(step.driven),
          distance: route.distance == nil ? nil : metres + ahead,
          load: load, violations: []))
      route.setup += setup
      route.service += service
      route.waiting += seconds(step.begin) - arrival
    }
    route.duration = route.steps.last?.duration ?? 0
    if route.distance != nil { route.distance = metres }
    route.cost += cost(route, legs, driven: timed.last?.driven ?? 0, hasCosts: matrix?.costs != nil, metres)
    FleetViolations(model: model, vehicle: self.vehicle).mark(&route, timed)
    return route
  }

  /// The part of a drive's metres that is behind when a break interrupts it.
  private func metresAhead(_ rest: ArraySlice<FleetTimedStep>, _ here: Int, _ driven: Int) -> Int {
    for step in rest {
      guard case .node(let next) = step.content else { continue }
      let travel = model.tables.travel(vehicle, here, next)
      guard travel > 0, driven > 0 else { return 0 }
      return Int(
        (Double(model.tables.metres(vehicle, here, next)) * Double(driven) / Double(travel)).rounded())
    }
    return 0
  }

  private func seconds(_ ticks: Int) -> Int { FleetTime.seconds(ticks, ticks: model.tables.ticks) }

  private func stop(_ node: Int) -> FleetStop { FleetModel.stop(node, of: problem) }

  private func content(_ node: Int) -> FleetStep.Content {
    if node >= model.tables.tasks { return (node - model.tables.tasks) & 1 == 0 ? .start : .end }
    return .task(model.task(node))
  }

  /// The place of a step; a start or end that is not given is where the first or last task is.
  private func place(_ node: Int, _ timed: [FleetTimedStep]) -> FleetPlace? {
    if node < model.tables.tasks { return stop(node).place }
    let vehicle = problem.vehicles[vehicle]
    let isStart = (node - model.tables.tasks) & 1 == 0
    if let given = isStart ? vehicle.start : vehicle.end { return given }
    let tasks = timed.compactMap { step -> Int? in
      if case .node(let node) = step.content, node < model.tables.tasks { return node }
      return nil
    }
    return (isStart ? tasks.first : tasks.last).map { stop($0).place } ?? vehicle.start ?? vehicle.end
  }

  private func initialLoad(_ timed: [FleetTimedStep]) -> [Int] {
    let tables = model.tables
    return (0..<tables.dimensions).map { d in
      timed.reduce(0) { sum, step in
        guard case .node(let node) = step.content else { return sum }
        return sum + tables.initial[node * tables.dimensions + d]
      }
    }
  }

  private func note(_ node: Int, _ route: inout FleetRoute) {
    let tables = model.tables
    let shipment = node >= problem.jobs.count
    route.priority += Int(tables.priority[node])
    for d in 0..<tables.dimensions {
      let added = tables.added[node * tables.dimensions + d]
      let initial = tables.initial[node * tables.dimensions + d]
      if shipment {
        if added > 0 { route.pickup[d] += added } else { route.delivery[d] -= added }
      } else {
        route.delivery[d] += initial
        route.pickup[d] += added + initial
      }
    }
  }

  private func leg(_ costs: [Int32], _ from: Int, _ to: Int) -> Double {
    let tables = model.tables
    let count = problem.matrices[problem.vehicles[vehicle].profile]!.count
    guard tables.place(from) < model.rows.count, tables.place(to) < model.rows.count else { return 0 }
    let value = costs[model.rows[tables.place(from)] * count + model.rows[tables.place(to)]]
    return Double(max(0, value))
  }

  private func cost(_ route: FleetRoute, _ legs: Double, driven: Int, hasCosts: Bool, _ metres: Int) -> Double
  {
    let costs = problem.vehicles[vehicle].costs
    let breaks = route.steps.reduce(0) { sum, step in
      if case .rest = step.content { return sum + step.service }
      return sum
    }
    let drive =
      hasCosts
      ? legs
      : Double(costs.perHour) * Double(driven) / Double(3600 * model.tables.ticks)
        + Double(costs.perKilometre) * Double(metres) / 1000
    return drive + Double(costs.perTaskHour) * Double(route.setup + route.service - breaks) / 3600
  }
}

extension FleetModel {
  /// The task of a node below `tasks`.
  func task(_ node: Int) -> FleetTask {
    let jobs = problem.jobs.count
    if node < jobs { return FleetTask(.job, node) }
    return FleetTask((node - jobs) & 1 == 0 ? .pickup : .delivery, (node - jobs) / 2)
  }
}
