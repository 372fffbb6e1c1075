/// All jobs in the route of a single vehicle, by the engines for tours.
///
/// Both look for less than the problem asks, so that what they prove holds for it as well: the first for the
/// cheapest order as if there were no times, loads or limits, the second for the cheapest within the hours of the
/// vehicle and of the jobs, of several windows the first opening and the last closing. An order that keeps
/// everything serves all jobs, and when it is proven the cheapest, nothing is left to search.
struct FleetTour {
  let model: FleetTables
  let seed: UInt64

  /// What is there to search with: iterations, seconds, or both.
  let budget: SearchBudget

  /// Whether the problem is one vehicle with jobs it can take all, as far as sums tell.
  var suits: Bool {
    guard model.vehicles == 1, model.tasks > 1, model.tasks <= model.vehicle[0].maxTasks else { return false }
    for node in 0..<model.tasks where model.mate[node] >= 0 || !model.allowed[node] { return false }
    for d in 0..<model.dimensions {
      var (brought, fetched) = (0, 0)
      for node in 0..<model.tasks {
        let k = node * model.dimensions + d
        brought += model.initial[k]
        fetched += model.initial[k] + model.added[k]
      }
      if max(brought, fetched) > model.capacity[d] { return false }
    }
    return true
  }

  /// Puts the best order found into the route, where it is better than what the state holds. Gives true when no
  /// search can better it, or none is likely to: a tour without times that the engine had all the time for.
  /// - Precondition: ``suits``.
  func improve(_ state: FleetState) -> Bool {
    guard let costs = matrix({ model.cost(0, $0, $1) }) else { return false }
    let timed = hasTimes
    guard let tour = try? Tours.solve(.matrix(costs.matrix), seed: seed, budget: timed ? part(0.1) : budget)
    else { return false }
    if take(tour.tour, state) { return !timed || tour.isOptimal }
    guard timed, let bound = tour.lowerBound.map({ $0 << costs.shift }), isTimeCost, bound <= longest else {
      return false
    }
    return withinHours(state)
  }

  /// A share of the budget. Iterations are left as they are.
  private func part(_ share: Double) -> SearchBudget {
    SearchBudget(
      iterations: budget.iterations, seconds: budget.seconds.map { $0 * share }, clock: budget.clock)
  }

  private var hasTimes: Bool {
    if model.vehicle[0].breaks > 0 { return true }
    return (0..<model.nodes).contains { model.opening($0, from: 0) > 0 || closes($0) < FleetTables.never / 2 }
  }

  /// Whether a drive costs its time and work nothing, and no set-up depends on the order.
  private var isTimeCost: Bool {
    let row = model.vehicle[0]
    guard row.taskRate == 0, (0..<model.tasks).allSatisfy({ model.setup[$0 * model.types + row.type] == 0 })
    else {
      return false
    }
    return (0..<model.places * model.places).allSatisfy { row.seconds[$0] == row.costs[$0] }
  }

  /// The most driving that the vehicle's hours leave beside the work.
  private var longest: Int {
    let hours = closes(model.end(0)) - model.opening(model.start(0), from: 0)
    return (0..<model.tasks).reduce(hours) { $0 - service($1) }
  }

  private func closes(_ node: Int) -> Int { model.closing(node, to: FleetTables.never) }
  private func service(_ node: Int) -> Int { model.service[node * model.types + model.vehicle[0].type] }

  private func withinHours(_ state: FleetState) -> Bool {
    let nodes = [model.start(0)] + Array(0..<model.tasks)
    // Times far beyond all drives are for nodes that never close.
    let far = 1 << 27
    let begin = model.opening(model.start(0), from: 0)
    let open = nodes.map { max(begin, model.opening($0, from: 0)) }
    let close = nodes.enumerated().map { k, node in
      let last = closes(model.end(0))
      return min(far, k == 0 ? last : min(last, closes(node)))
    }
    guard zip(open, close).allSatisfy({ $0 <= $1 }),
      let times = matrix({ model.travel(0, $0, $1) &+ ($0 < model.tasks ? service($0) : 0) }),
      times.shift == 0,
      let problem = try? WindowTourProblem(
        count: nodes.count, times: times.matrix.values, open: open, close: close)
    else { return false }
    let answer = WindowTourSolver.solve(
      problem, WindowTourSolver.Options(objective: .travel, seed: seed, budget: part(0.5)))
    guard answer.isFeasible, !answer.isInfeasible, answer.leftOut.isEmpty else { return false }
    return take(answer.tour, state) && answer.isOptimal
  }

  /// Row-major; the first row is the vehicle's start, the first column its end. Entries are halved `shift` times so
  /// that a tour's sum stays within the engines' 32 bits. Nil where a value is out of all range.
  private func matrix(_ cost: (Int, Int) -> Int) -> (matrix: TourMatrix, shift: Int)? {
    let n = model.tasks + 1
    var values = [Int](repeating: 0, count: n * n)
    var most = 0
    for a in 0..<n {
      for b in 0..<n where a != b {
        let value = cost(a == 0 ? model.start(0) : a - 1, b == 0 ? model.end(0) : b - 1)
        guard value >= 0 else { return nil }
        values[a * n + b] = value < Int(FleetTables.hole) ? value : -1
        most = max(most, values[a * n + b])
      }
    }
    var shift = 0
    while most >> shift > Int(TourMatrix.largest) / n { shift += 1 }
    let entries = values.map { Int32($0 < 0 ? -1 : $0 >> shift) }
    return (try? TourMatrix(count: n, values: entries)).map { ($0, shift) }
  }

  /// Gives false, with the state as it was, when the order breaks a constraint or is no better than what is there.
  private func take(_ tour: [Int], _ state: FleetState) -> Bool {
    guard tour.count == model.tasks + 1, let first = tour.firstIndex(of: 0) else { return false }
    let trial = FleetState(model)
    defer { trial.deallocate() }
    var last = model.start(0)
    for k in 1..<tour.count {
      let node = tour[(first + k) % tour.count] - 1
      trial.insert(node, after: last, 0)
      last = node
    }
    guard trial.refresh(0) else { return false }
    if trial.isBetter(than: state) { state.copy(from: trial) }
    return true
  }
}
