import Geo

/// Answers a ``FleetProblem``.
///
/// Aims, as VROOM has them: most priority served, then most tasks served, then least cost. A vehicle without
/// tasks costs nothing and has no route.
public enum FleetSolver {
  /// The answer depends on the problem, the seed and the iterations only; with a budget in milliseconds the
  /// number of iterations is what the clock allows.
  public struct Options: Sendable, Hashable {
    public var seed: UInt64
    /// Rounds of ruin and recreate; nil for a number that suits the size, or for the budget's.
    public var iterations: Int?
    public var budgetMilliseconds: Int?
    /// Which time counts where a single vehicle is given to the engines for tours, which ask no other clock.
    public var clock: SearchBudget.Clock

    public init(
      seed: UInt64 = 1, iterations: Int? = nil, budgetMilliseconds: Int? = nil,
      clock: SearchBudget.Clock = .wall
    ) {
      self.seed = seed
      self.iterations = iterations
      self.budgetMilliseconds = budgetMilliseconds
      self.clock = clock
    }

    /// Without anything said, iterations that take some tens of milliseconds.
    func tourBudget(_ elapsed: Double) -> SearchBudget {
      let seconds = budgetMilliseconds.map { max(0.0001, (Double($0) - elapsed) / 1000) }
      return SearchBudget(
        iterations: iterations ?? (seconds == nil ? 2000 : nil), seconds: seconds, clock: clock)
    }
  }

  /// The best routes found. Routes given as `steps` of the vehicles are where the search begins.
  /// - Throws: ``FleetInputError`` for a problem that is none, for a profile without matrix, and for given
  ///   steps that break a constraint.
  public static func solve(
    _ problem: FleetProblem, _ options: Options = Options()
  ) throws(FleetInputError) -> FleetSolution {
    let clock = ContinuousClock()
    let started = clock.now
    return try solve(problem, options) {
      let (seconds, rest) = (clock.now - started).components
      return Double(seconds) * 1000 + Double(rest) * 1e-15
    }
  }

  /// The same with another clock.
  /// - Parameter elapsed: milliseconds since the start; asked every few rounds when the options have a budget.
  ///   Infinity ends the search, with the best so far as the answer.
  public static func solve(
    _ problem: FleetProblem, _ options: Options, elapsed: @escaping () -> Double
  ) throws(FleetInputError) -> FleetSolution {
    let model = try prepare(problem)
    let state = FleetState(model.tables)
    defer { state.deallocate() }
    try FleetGivenRoutes(model: model).insert(into: state)
    let tour = FleetTour(model: model.tables, seed: options.seed, budget: options.tourBudget(elapsed()))
    if tour.suits, tour.improve(state) { return answer(model, state) }
    var search = FleetSearch(model.tables, seed: options.seed)
    defer { search.deallocate() }
    var limit = FleetSearch.Limit(rounds: options.iterations ?? defaultRounds(search.heads.count), used: nil)
    if let budget = options.budgetMilliseconds.map(Double.init) {
      if options.iterations == nil { limit.rounds = enoughRounds(search.heads.count) }
      limit.used = { budget > 0 ? elapsed() / budget : 1 }
    }
    search.run(state, limit)
    var solution = answer(model, state)
    solution.iterations = search.rounds
    return solution
  }

  static func prepare(_ problem: FleetProblem) throws(FleetInputError) -> FleetModel {
    try problem.validate()
    if let profile = problem.profilesWithoutMatrix.first {
      throw FleetInputError(
        .unknownProfile, at: "matrices.\(profile)", "there is no matrix for profile \"\(profile)\"",
        hint: "ask a matrix source for the driving times between the coordinates first")
    }
    return FleetModel(problem)
  }

  /// Rounds that take about a tenth of a second for 50 tasks.
  static func defaultRounds(_ requests: Int) -> Int { min(40_000, 1000 + 400 * requests) }

  /// Rounds after which nothing better is left to find: a few tasks have few orders, others as many as time allows.
  static func enoughRounds(_ requests: Int) -> Int { requests <= 8 ? 2_000 * requests : .max }

  private static func answer(_ model: FleetModel, _ state: FleetState) -> FleetSolution {
    var routes: [FleetRoute] = []
    for v in 0..<model.tables.vehicles where state.count[v] > 0 {
      let feasible = state.refresh(v)
      assert(feasible, "a route of the answer breaks a constraint")
      let timed = FleetTiming(model: model.tables, state: state, vehicle: v).steps()
      routes.append(FleetRouteBuilder(model: model, vehicle: v).route(timed))
    }
    let left = (0..<model.tables.tasks).filter { state.route[$0] < 0 }.map { model.task($0) }
    return FleetSolution(routes: routes, unassigned: left)
  }
}
