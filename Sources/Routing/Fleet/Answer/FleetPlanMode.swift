extension FleetSolver {
  /// Times the routes that the vehicles' `steps` give, in their order, and says what they break.
  ///
  /// The times break windows by as few seconds as can be, then end as early as can be, then start as late as
  /// can be. `service_at`, `service_after` and `service_before` always hold. Tasks in no route are unassigned.
  /// This is VROOM's mode `-c`.
  /// - Throws: ``FleetInputError`` also when the hard times of a route contradict its driving.
  public static func check(_ problem: FleetProblem) throws(FleetInputError) -> FleetSolution {
    let model = try prepare(problem)
    let given = FleetGivenRoutes(model: model)
    var seen = Set<Int>()
    var routes: [FleetRoute] = []
    for v in 0..<model.tables.vehicles where !problem.vehicles[v].steps.isEmpty {
      let elements = try given.elements(v, &seen)
      guard !elements.isEmpty else { continue }
      let timed = try FleetPlanTimes(model: model, vehicle: v, elements: elements).steps()
      routes.append(FleetRouteBuilder(model: model, vehicle: v).route(timed))
    }
    let left = (0..<model.tables.tasks).filter { !seen.contains($0) }.map { model.task($0) }
    return FleetSolution(routes: routes, unassigned: left)
  }
}

/// Times for a given order that need not be feasible.
///
/// With the driving between two steps fixed, the times minus the time that driving and work take before them
/// must not fall; the least sum of window faults is an isotonic regression whose optimum stands at window ends
/// (Chakravarti 1989, "Isotonic median regression"), found here by dynamic programming over these. A drive with
/// a break on it may be split anywhere: the split that fills the wait for the break is tried beside driving
/// all before and all after.
struct FleetPlanTimes {
  private let model: FleetModel
  private let vehicle: Int
  private let elements: [FleetGivenRoutes.Element]
  /// By element: windows, hard bounds and length of the work.
  private var windows: [[ClosedRange<Int>]] = []
  private var earliest: [Int] = []
  private var latest: [Int] = []
  private var work: [Int] = []

  init(model: FleetModel, vehicle: Int, elements: [FleetGivenRoutes.Element]) {
    self.model = model
    self.vehicle = vehicle
    self.elements = elements
    let tables = model.tables
    let given = model.problem.vehicles[vehicle]
    let ticks = tables.ticks
    var here = tables.start(vehicle)
    for element in elements {
      var own: [ClosedRange<Int>]
      switch element.content {
      case .rest(let rest):
        own = given.breaks[rest].windows
        work.append(given.breaks[rest].service * ticks)
      case .node(let node) where node < tables.tasks:
        own = FleetModel.stop(node, of: model.problem).windows
        work.append(tables.action(vehicle, here, node))
        here = node
      case .node:
        own = given.window.map { [$0] } ?? []
        work.append(0)
      }
      own = own.map { $0.lowerBound * ticks...$0.upperBound * ticks }
      windows.append(own)
      let step = element.step
      earliest.append(max(step.serviceAt ?? 0, step.serviceAfter ?? 0) * ticks)
      let bound = min(step.serviceAt ?? .max, step.serviceBefore ?? .max)
      latest.append(bound == .max ? FleetTables.never : bound * ticks)
    }
  }

  /// - Throws: ``FleetInputError`` when hard times contradict, or a leg cannot be driven.
  func steps() throws(FleetInputError) -> [FleetTimedStep] {
    let legs = try legs()
    var best: (value: Value, times: [Int], splits: [Int])?
    for splits in [filled(legs), late(legs), early(legs)] {
      var splits = splits
      for _ in 0..<4 {
        guard let (value, times) = solve(splits) else { break }
        let better = best.map { value < $0.value } ?? true
        if better { best = (value, times, splits) }
        let next = refill(legs, times)
        if next == splits { break }
        splits = next
      }
    }
    guard let best else {
      throw FleetInputError(
        .infeasibleSteps, at: "vehicles[\(vehicle)].steps",
        "the times of service_at, service_after and service_before cannot be kept one after the other",
        hint: "leave room for driving and work between the hard times")
    }
    return timed(best.times, best.splits)
  }

  /// Violation, then end.
  private struct Value: Comparable {
    var fault: Int
    var end: Int
    static func < (a: Value, b: Value) -> Bool { (a.fault, a.end) < (b.fault, b.end) }
  }

  // MARK: Driving

  /// A drive: from an element to the next that is no break.
  private struct Leg {
    var from: Int
    var to: Int
    var travel: Int
  }

  private func legs() throws(FleetInputError) -> [Leg] {
    var result: [Leg] = []
    var last = 0
    for k in 1..<elements.count {
      guard case .node(let to) = elements[k].content, case .node(let from) = elements[last].content else {
        continue
      }
      let travel = model.tables.travel(vehicle, from, to)
      guard travel < Int(FleetTables.hole) else {
        throw FleetInputError(
          .infeasibleSteps, at: "vehicles[\(vehicle)].steps",
          "there is no way from step \(last) to step \(k)",
          hint: "give a matrix without null for the drives of the given routes")
      }
      result.append(Leg(from: last, to: k, travel: travel))
      last = k
    }
    return result
  }

  /// By element, the driving just before it: all just before the task.
  private func late(_ legs: [Leg]) -> [Int] {
    var splits = [Int](repeating: 0, count: elements.count)
    for leg in legs { splits[leg.to] = leg.travel }
    return splits
  }

  private func early(_ legs: [Leg]) -> [Int] {
    var splits = [Int](repeating: 0, count: elements.count)
    for leg in legs { splits[leg.from + 1] = leg.travel }
    return splits
  }

  /// Driving while breaks are waited for, everything done as soon as it may.
  private func filled(_ legs: [Leg]) -> [Int] {
    var splits = [Int](repeating: 0, count: elements.count)
    var time = max(earliest[0], windows[0].first?.lowerBound ?? 0)
    for leg in legs {
      var left = leg.travel
      time += work[leg.from]
      for k in leg.from + 1..<leg.to {
        let opens = max(time, earliest[k], windows[k].first { $0.upperBound >= time }?.lowerBound ?? 0)
        splits[k] = min(left, opens - time)
        left -= splits[k]
        time = opens + work[k]
      }
      splits[leg.to] = left
      time += left
      time = max(time, earliest[leg.to], windows[leg.to].first { $0.upperBound >= time }?.lowerBound ?? 0)
    }
    return splits
  }

  /// The splits that fill the waits of a timing.
  private func refill(_ legs: [Leg], _ times: [Int]) -> [Int] {
    var splits = [Int](repeating: 0, count: elements.count)
    for leg in legs {
      var left = leg.travel
      for k in leg.from + 1..<leg.to {
        splits[k] = min(left, max(0, times[k] - times[k - 1] - work[k - 1]))
        left -= splits[k]
      }
      splits[leg.to] = left
    }
    return splits
  }

  // MARK: Times

  private func solve(_ splits: [Int]) -> (Value, [Int])? {
    let n = elements.count
    var offset = [Int](repeating: 0, count: n)
    for k in 1..<n { offset[k] = offset[k - 1] + work[k - 1] + splits[k] }
    var candidates: Set<Int> = [0]
    for k in 0..<n {
      for window in windows[k] {
        candidates.formUnion([window.lowerBound - offset[k], window.upperBound - offset[k]])
      }
      candidates.insert(earliest[k] - offset[k])
      if latest[k] < FleetTables.never { candidates.insert(latest[k] - offset[k]) }
    }
    let grid = candidates.filter { $0 >= 0 }.sorted()
    let none = Value(fault: .max, end: .max)
    // suffix[k][c]: the best from element k on when its shifted time is grid[c] or later.
    var suffix = [[Value]](repeating: [Value](repeating: none, count: grid.count + 1), count: n)
    var own = suffix
    for k in stride(from: n - 1, through: 0, by: -1) {
      for c in stride(from: grid.count - 1, through: 0, by: -1) {
        let time = grid[c] + offset[k]
        if time >= earliest[k], time <= latest[k] {
          let rest = k == n - 1 ? Value(fault: 0, end: time) : suffix[k + 1][c]
          if rest.fault < .max {
            own[k][c] = Value(fault: rest.fault + abs(FleetWindows.shift(time, windows[k])), end: rest.end)
          }
        }
        suffix[k][c] = min(own[k][c], suffix[k][c + 1])
      }
    }
    let value = suffix[0][0]
    guard value.fault < .max else { return nil }
    var times: [Int] = []
    // The latest start that is as good, then everything as early as that allows.
    var at = grid.indices.last { own[0][$0] == value }!
    times.append(grid[at])
    for k in 1..<n {
      let wanted = suffix[k][at]
      at = grid.indices.first { $0 >= at && own[k][$0] == wanted }!
      times.append(grid[at] + offset[k])
    }
    return (value, times)
  }

  private func timed(_ times: [Int], _ splits: [Int]) -> [FleetTimedStep] {
    var driven = 0
    return elements.indices.map { k in
      driven += splits[k]
      let arrival = k == 0 ? times[0] : times[k - 1] + work[k - 1] + splits[k]
      return FleetTimedStep(content: elements[k].content, arrival: arrival, begin: times[k], driven: driven)
    }
  }
}
