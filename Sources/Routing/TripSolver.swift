import Dispatch
import Geo
import Synchronization

/// Answers a ``TripProblem``.
///
/// Aims, in this order: as few must-visits left out as possible, least value left out (as few visits as possible
/// where all are worth the same), least driving by the problem's metric with overtime by its weight, least overtime,
/// earliest ends of the days. A visit that a must-visit needs before it is a must-visit too.
public enum TripSolver {
  /// How to search. The plan depends on the problem, the seed and the iterations only, never on the machine or
  /// the number of threads; with a budget in milliseconds the number of iterations is what the clock allows.
  public struct Options: Sendable, Hashable {
    public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
      /// Exact where the problem is small, else construction, local search and ruin and recreate.
      case best
      /// Nearest neighbour and 2-opt only: the plain method to compare with.
      case nn2opt
    }

    public var seed: UInt64
    /// Ruin-and-recreate rounds; nil for a number that suits the size.
    public var iterations: Int?
    /// Stops the search after this time. With `iterations` too, whichever comes first.
    public var budgetMilliseconds: Int?
    public var method: Method
    /// Whether days are made more equal where that costs little driving, see `LevelDays`. Not for `nn2opt`.
    public var levelDays: Bool

    public init(
      seed: UInt64 = 1, iterations: Int? = nil, budgetMilliseconds: Int? = nil, method: Method = .best,
      levelDays: Bool = false
    ) {
      self.seed = seed
      self.iterations = iterations
      self.budgetMilliseconds = budgetMilliseconds
      self.method = method
      self.levelDays = levelDays
    }
  }

  /// The best plan found. Always answers: visits that cannot be made are left out with their reason. Cancelling the task
  /// ends the search and gives the best so far.
  ///
  /// What is made already stays as it was; the rest is planned from where and when the last visit ended.
  public static func solve(_ problem: TripProblem, _ options: Options = Options()) -> TripPlan {
    let remaining = Remaining(problem)
    guard remaining.problem != nil else { return allOver(remaining) }
    let model = SearchModel(remaining)
    switch options.method {
    case .best:
      var state: TripState
      var proven: Seconds?
      // Overtime that is not paid for does not lessen driving.
      let drivesLeast = !model.allowsOvertime || problem.overtimeWeight == 0
      if ExactDays.applies(to: model), let orders = ExactDays.solve(model) {
        state = TripState(model)
        state.take(orders, model)
        if problem.metric == .time && drivesLeast { proven = Seconds(state.cost) }
      } else if drivesLeast, let whole = OneDay.solve(model, effort(options, share: 1)) {
        state = whole.state
        if problem.metric == .time { proven = Seconds(whole.lowerBound) }
      } else {
        (state, proven) = searchAndProve(model, options)
      }
      if options.levelDays { LevelDays.run(&state, model) }
      return plan(state.days, model, leastDriving: proven)
    case .nn2opt:
      var state = TripState(model)
      NearestNeighbour.fill(&state, model)
      while TwoOpt.improve(&state, model) {}
      return plan(state.days, model)
    }
  }

  /// Where few visits are all made by a short search, that is proven the best or a better plan found so; only where that
  /// fails comes the long search.
  private static func searchAndProve(_ model: SearchModel, _ options: Options) -> (TripState, Seconds?) {
    var first: (state: TripState, bound: Seconds?)?
    let few = options.budgetMilliseconds == nil ? 20 : 30
    if options.iterations == nil, model.home, model.visits <= few {
      var short = options
      short.iterations = 800
      short.budgetMilliseconds = options.budgetMilliseconds.map { $0 / 5 }
      var state = search(model, short)
      if state.leftOut.isEmpty {
        let bound = prove(&state, model, options, share: 4)
        if bound == Seconds(state.totalDriving(model)) { return (state, bound) }
        first = (state, bound)
      }
    }
    var long = options
    if first != nil { long.budgetMilliseconds = options.budgetMilliseconds.map { $0 * 6 / 10 } }
    var state = search(model, long)
    state.orderDays(model, effort(options, share: 0.1))
    guard let first else { return (state, prove(&state, model, options, share: 3)) }
    if !(Score(state, model) < Score(first.state, model)) { return (first.state, first.bound) }
    guard options.budgetMilliseconds != nil else { return (state, first.bound) }
    let bound = prove(&state, model, options, share: 2)
    return (state, [first.bound, bound].compactMap { $0 }.max())
  }

  /// By default more visits are not proven: their days would take too long to list.
  private static let mostProven = 30

  /// What no plan of the same visits drives less than, as far as there is time to find out; a better plan found on the way
  /// is taken.
  /// - Parameter share: tenths of the budget.
  private static func prove(
    _ state: inout TripState, _ model: SearchModel, _ options: Options, share: Int
  ) -> Seconds? {
    let made = model.visits - state.leftOut.count
    let effort: RouteRelaxation.Effort
    if let iterations = options.iterations {
      effort = .init(extensions: iterations * 150)
    } else if let budget = options.budgetMilliseconds {
      effort = .init(extensions: .max, deadline: .now + .milliseconds(budget * share / 10))
    } else {
      guard made <= mostProven else { return nil }
      effort = .init(extensions: made <= 20 ? 800_000 : 400_000)
    }
    let found = RouteRelaxation.bound(of: state.days, known: state.totalDriving(model), model, effort)
    if let better = found.better {
      var other = TripState(model)
      if other.take(better, model), Score(other, model) < Score(state, model) { state = other }
    }
    return Seconds(found.driving)
  }

  private static func effort(_ options: Options, share: Double) -> DayTour.Effort {
    DayTour.Effort(
      seed: options.seed,
      seconds: options.iterations == nil ? options.budgetMilliseconds.map { Double($0) / 1000 * share } : nil)
  }

  /// Construction, local search, ruin and recreate.
  static func search(_ model: SearchModel, _ options: Options) -> TripState {
    let clock = ContinuousClock()
    let started = clock.now
    let budget = options.budgetMilliseconds.map { Duration.milliseconds($0 * 6 / 10) }
    var state = TripState(model)
    LocalSearch.run(&state, model)
    let rounds = options.iterations ?? (budget == nil ? defaultRounds(state, model) : .max)
    // Few visits: several short searches see more than a long one.
    let runs = model.visits <= 12 && budget == nil && rounds > 900 ? 3 : 1
    let start = state
    @Sendable func run(_ number: Int, rounds: Int) -> TripState {
      var search = RuinRecreate(model, seed: options.seed &+ UInt64(number) &* 0x9e37_79b9_7f4a_7c15)
      var found = search.improve(
        start, rounds: rounds,
        expired: { Task.isCancelled || (budget.map { clock.now - started >= $0 } ?? false) },
        progress: { budget.map { min(1, (clock.now - started) / $0) } })
      LocalSearch.run(&found, model)
      return found
    }
    var best = run(0, rounds: rounds / runs)
    func take(_ found: TripState) { if Score(found, model) < Score(best, model) { best = found } }
    for number in 1..<runs { take(run(number, rounds: rounds / runs)) }
    if budget == nil, options.iterations == nil, model.visits > 12, !best.leftOut.isEmpty {
      for found in Self.sideBySide(choosingRuns, { run(runs + $0, rounds: choosingRounds * rounds) }) {
        take(found)
      }
    }
    return best
  }

  /// About as many rounds as take 40 ms: a round tries the stops taken out and all left-out visits at every place.
  static func defaultRounds(_ state: TripState, _ model: SearchModel) -> Int {
    let left = state.leftOut.count
    let places = model.visits - left + model.dayCount
    return max(300, min(6_000, 4_000_000 / ((10 + left) * places + 600)))
  }

  /// Where not all visits fit, whom to leave out is to be found too, and worth this many times the wait, and searches side
  /// by side.
  private static let choosingRounds = 6
  private static let choosingRuns = 2

  /// What `body` gives for each number below `count`, in their order, whatever the number of cores.
  private static func sideBySide<T: Sendable>(_ count: Int, _ body: @Sendable (Int) -> T) -> [T] {
    let results = Mutex([T?](repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: count) { number in
      let result = body(number)
      results.withLock { $0[number] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
  }

  /// Puts in what fits, cheapest first.
  static func insertAll(into state: inout TripState, _ model: SearchModel) {
    for must in [true, false] {
      var waiting = state.leftOut.filter { model.must[$0] == must }
      while !waiting.isEmpty {
        var best: (index: Int, place: InsertionPlace)?
        var stuck: [Int] = []
        for (index, visit) in waiting.enumerated() {
          guard let place = state.cheapestPlace(for: visit, model) else {
            stuck.append(index)
            continue
          }
          if best == nil || place.delta < best!.place.delta { best = (index, place) }
        }
        guard let best else { break }
        state.insert(waiting[best.index], at: best.place, model)
        waiting.remove(at: best.index)
      }
    }
  }

  /// The best of what is found from the given order on and what is found anew; never worse than the order where it keeps
  /// all rules.
  /// - Precondition: that of ``schedule(_:order:)``.
  public static func improve(_ problem: TripProblem, order: [[Int]], _ options: Options = Options())
    -> TripPlan
  {
    let model = SearchModel(problem)
    let anew = solve(problem, options)
    var state = TripState(model)
    guard state.take(order, model) else { return anew }
    var best = state
    insertAll(into: &state, model)
    LocalSearch.run(&state, model)
    var search = RuinRecreate(model, seed: options.seed)
    var found = search.improve(
      state, rounds: options.iterations ?? defaultRounds(state, model), expired: { false },
      progress: { nil })
    LocalSearch.run(&found, model)
    for other in [state, found] where Score(other, model) < Score(best, model) { best = other }
    var fresh = TripState(model)
    guard fresh.take(anew.days.map { $0.stops.map(\.visit) }, model), Score(best, model) < Score(fresh, model)
    else {
      return anew
    }
    let bound = Set(best.leftOut) == Set(fresh.leftOut) ? anew.lowerBound : nil
    return plan(best.days, model, leastDriving: bound)
  }

  /// Whether the orders of a plan can be timed within all rules of its days and visits, whatever its own times say.
  public static func keepsRules(_ plan: TripPlan, of problem: TripProblem) -> Bool {
    PlainSchedule.allDaysFit(plan.days.map { $0.stops.map(\.visit) }, in: problem)
  }

  /// Times a given order of visits for each day and says what is wrong with it. Nothing is repaired: visits
  /// stay on their day and in their order.
  ///
  /// - Parameter order: visit numbers for each day of the problem; visits not named are left out.
  /// - Precondition: known visit numbers, each at most once, one list per day; nothing is made yet.
  public static func schedule(
    _ problem: TripProblem, order: [[Int]]
  ) -> (plan: TripPlan, violations: [Violation]) {
    let model = SearchModel(problem)
    precondition(problem.days.allSatisfy { $0.progress == nil }, "a trip that is not under way")
    precondition(order.count == problem.days.count, "one list of visits per day")
    precondition(order.joined().allSatisfy(problem.visits.indices.contains), "unknown visit")
    let plan = plan(order, model)
    return (plan, PlanChecker.violations(of: plan, in: problem))
  }

  /// The plan when no day is left: what was made, and the way back.
  private static func allOver(_ remaining: Remaining) -> TripPlan {
    let days = PlanBuilder(remaining).days([])
    let driving = days.reduce(Seconds.zero) { $0 + $1.driving }
    return TripPlan(
      days: days,
      leftOut: remaining.visits.map {
        TripPlan.LeftOut(visit: $0, reason: .tripFull, detail: "every day of the trip is over")
      }, driving: driving, distance: days.reduce(.zero) { $0 + $1.distance }, lowerBound: driving)
  }

  /// The plan of the given orders of the visits that are left.
  /// - Parameter leastDriving: no plan of the same visits drives less, when that is known.
  static func plan(_ orders: [[Int]], _ model: SearchModel, leastDriving: Seconds? = nil) -> TripPlan {
    let days = PlanBuilder(model).days(orders)
    var state = TripState(model)
    let possible = state.take(orders, model)
    let driving = days.reduce(Seconds.zero) { $0 + $1.driving }
    let left = state.leftOut
    var leftOut: [TripPlan.LeftOut] = []
    if !left.isEmpty {
      let reasons = LeftOutReasons(state, model, days)
      leftOut = left.map { reasons.reason(for: $0) }
    }
    var bound: Seconds?
    if possible {
      let known = Seconds(state.totalDriving(model))
      var least = leastDriving ?? .zero
      if least < known {
        least = max(least, Seconds(LowerBound.driving(of: Array(orders.joined()), known: known.value, model)))
      }
      // What was driven before is history.
      bound = least + (driving - known)
    }
    return TripPlan(
      days: days, leftOut: leftOut, driving: driving,
      distance: days.reduce(.zero) { $0 + $1.distance }, lowerBound: bound)
  }
}
