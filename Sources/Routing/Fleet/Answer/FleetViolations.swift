/// Marks what a route breaks, step by step and in sum, with VROOM's meaning of the causes.
struct FleetViolations {
  let model: FleetModel
  let vehicle: Int

  func mark(_ route: inout FleetRoute, _ timed: [FleetTimedStep]) {
    let vehicle = model.problem.vehicles[vehicle]
    var tasks = 0
    for k in route.steps.indices {
      var found = time(timed[k], vehicle)
      let step = route.steps[k]
      if over(step.load, vehicle.capacity) { found.append(FleetViolation(.load)) }
      switch step.content {
      case .task(let task):
        tasks += 1
        if tasks > vehicle.maxTasks ?? .max { found.append(FleetViolation(.maxTasks)) }
        if !skills(task).isSubset(of: vehicle.skills) { found.append(FleetViolation(.skills)) }
        if breaksOrder(task, k, route) { found.append(FleetViolation(.precedence)) }
      case .rest(let rest):
        if let most = vehicle.breaks[rest].maxLoad, over(step.load, most) {
          found.append(FleetViolation(.maxLoad))
        }
      case .start, .end: break
      }
      if let most = vehicle.maxTravelTime, timed[k].driven > most * model.tables.ticks {
        found.append(FleetViolation(.maxTravelTime))
      }
      if let most = vehicle.maxDistance, step.distance ?? 0 > most {
        found.append(FleetViolation(.maxDistance))
      }
      route.steps[k].violations = found
    }
    var all = route.steps.flatMap(\.violations)
    let taken = Set(
      route.steps.compactMap { step -> Int? in if case .rest(let k) = step.content { k } else { nil } })
    if taken.count < vehicle.breaks.count { all.append(FleetViolation(.missingBreak)) }
    route.violations = FleetViolation.summary(all)
  }

  private func over(_ load: [Int], _ limit: [Int]) -> Bool {
    load.indices.contains { load[$0] > ($0 < limit.count ? limit[$0] : 0) }
  }

  private func skills(_ task: FleetTask) -> Set<Int> {
    task.kind == .job ? model.problem.jobs[task.index].skills : model.problem.shipments[task.index].skills
  }

  private func breaksOrder(_ task: FleetTask, _ k: Int, _ route: FleetRoute) -> Bool {
    switch task.kind {
    case .job: return false
    case .pickup:
      return !route.steps[k...].contains { $0.content == .task(FleetTask(.delivery, task.index)) }
    case .delivery:
      return !route.steps[..<k].contains { $0.content == .task(FleetTask(.pickup, task.index)) }
    }
  }

  private func time(_ step: FleetTimedStep, _ vehicle: FleetVehicle) -> [FleetViolation] {
    let windows: [ClosedRange<Int>]
    switch step.content {
    case .rest(let rest): windows = vehicle.breaks[rest].windows
    case .node(let node):
      windows =
        node < model.tables.tasks
        ? FleetModel.stop(node, of: model.problem).windows : vehicle.window.map { [$0] } ?? []
    }
    let ticks = model.tables.ticks
    let shift = FleetWindows.shift(step.begin, windows.map { $0.lowerBound * ticks...$0.upperBound * ticks })
    if shift == 0 { return [] }
    let duration = FleetTime.seconds(abs(shift), ticks: ticks)
    return [FleetViolation(shift < 0 ? .leadTime : .delay, duration: duration)]
  }
}

/// Times against windows.
enum FleetWindows {
  /// How far a time is outside the nearest window: negative before it, positive after it.
  static func shift(_ time: Int, _ windows: [ClosedRange<Int>]) -> Int {
    var best: Int?
    for window in windows {
      let shift = time < window.lowerBound ? time - window.lowerBound : max(0, time - window.upperBound)
      if shift == 0 { return 0 }
      if abs(shift) < abs(best ?? .max) { best = shift }
    }
    return best ?? 0
  }
}

extension FleetModel {
  static func stop(_ node: Int, of problem: FleetProblem) -> FleetStop {
    let jobs = problem.jobs.count
    if node < jobs { return problem.jobs[node].stop }
    let shipment = problem.shipments[(node - jobs) / 2]
    return (node - jobs) & 1 == 0 ? shipment.pickup : shipment.delivery
  }
}
