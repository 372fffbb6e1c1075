/// Solves ``WindowTourProblem``: tightening, ruin and recreate with descents, then bound and exact dynamic programming
/// for the proof, then the search again for what is left of the budget.
public enum WindowTourSolver {
  public struct Options: Sendable, Hashable {
    public var objective: WindowTourObjective
    public var seed: UInt64
    public var budget: SearchBudget
    /// The most states of a layer that the dynamic programming for the proof may keep; it widens up to there. The
    /// proof then takes O(nodes² · widest) at most, so that iterations and this bound the whole solution without a
    /// clock. 0: no proof is tried.
    public var widest: Int

    public init(
      objective: WindowTourObjective = .travel, seed: UInt64 = 1,
      budget: SearchBudget = SearchBudget(seconds: 1), widest: Int = Self.widestUseful
    ) {
      self.objective = objective
      self.seed = seed
      self.budget = budget
      self.widest = widest
    }

    /// Wider layers are not tried.
    public static let widestUseful = 54_000
  }

  /// The best tour found. Cancelling the task ends the search and gives the best so far; a budget with neither
  /// iterations nor seconds ends after 20,000 iterations.
  public static func solve(_ problem: WindowTourProblem, _ options: Options = Options()) -> WindowTourAnswer {
    var budget = options.budget
    if budget.iterations == nil, budget.seconds == nil { budget.iterations = 20_000 }
    let deadline = SearchDeadline(budget)
    guard problem.count > 1 else { return alone(problem, options) }
    let tight = WindowTightening(problem)
    if tight.infeasible { return impossible(problem, options) }
    var run = Run(problem, tight, options, deadline)
    defer { run.free() }
    return run.answer()
  }

  private static func alone(_ problem: WindowTourProblem, _ options: Options) -> WindowTourAnswer {
    let value = options.objective == .travel ? 0 : problem.open[0]
    return WindowTourAnswer(
      tour: [0], leftOut: [], travel: 0, makespan: problem.open[0], objective: options.objective,
      lowerBound: value, isOptimal: true, isInfeasible: false, iterations: 0)
  }

  private static func impossible(_ problem: WindowTourProblem, _ options: Options) -> WindowTourAnswer {
    WindowTourAnswer(
      tour: [0], leftOut: Array(1..<problem.count), travel: 0, makespan: problem.open[0],
      objective: options.objective, lowerBound: 0, isOptimal: false, isInfeasible: true, iterations: 0)
  }

  /// One solution under way.
  private struct Run {
    let problem: WindowTourProblem
    let tight: WindowTightening
    let options: Options
    let deadline: SearchDeadline
    let model: WindowTourModel
    var search: WindowTourRuin
    var lowerBound = 0
    var proven = false

    init(
      _ problem: WindowTourProblem, _ tight: WindowTightening, _ options: Options, _ deadline: SearchDeadline
    ) {
      self.problem = problem
      self.tight = tight
      self.options = options
      self.deadline = deadline
      model = WindowTourModel(problem, tight, options.objective)
      search = WindowTourRuin(model, seed: options.seed)
    }

    func free() { search.free() }

    /// The part of the budget searched before a proof is tried.
    private static let firstShare = 0.2

    /// At most so many nodes are proven before a search for a time, of which the proof takes no part to speak of.
    private static let provenFirst = 20

    mutating func answer() -> WindowTourAnswer {
      search.construct()
      if deadline.budget.seconds != nil, model.n <= Self.provenFirst { prove(until: Self.firstShare) }
      if !proven { search.run(deadline, from: 0, until: Self.firstShare, stopAt: lowerBound) }
      if !proven, model.n <= WindowTightening.mostNodes { prove(until: 0.8) }
      if !proven { search.run(deadline, from: Self.firstShare, until: 1, stopAt: lowerBound) }
      return result()
    }

    /// What is left to search for a better tour, and a bound on it.
    private struct Rest {
      var tight: WindowTightening
      var model: WindowTourModel
      var bound: WindowTourBound?
    }

    /// A bound of so many slots and rounds of ascent, none where the last one will do, then a search of this width.
    private struct Phase {
      var slots: Int
      var rounds: Int
      var width: Int
    }

    private static let phases = [
      Phase(slots: 3_000, rounds: 30, width: 50), Phase(slots: 3_000, rounds: 0, width: 300),
      Phase(slots: 12_000, rounds: 15, width: 1_000), Phase(slots: 24_000, rounds: 15, width: 6_000),
      Phase(slots: 24_000, rounds: 0, width: 18_000),
      Phase(slots: 24_000, rounds: 0, width: Options.widestUseful),
    ]

    /// Bounds and what they rule out, then dynamic programming below the best tour, wider from run to run.
    /// - Parameter most: the share of the time at which it ends; iterations do not count.
    private mutating func prove(until most: Double) {
      let timed = deadline.budget.seconds != nil
      let (iterations, deadline) = (search.iterations, deadline)
      let share = timed ? most : 2
      func expired() -> Bool { deadline.used(iterations: iterations) >= share }
      var rest = Rest(tight: tight, model: model, bound: nil)
      for phase in Self.phases where phase.width <= options.widest {
        if phase.rounds > 0, !shrink(&rest, phase, expired) { return }
        guard model.n <= WindowTourExact.mostNodes, let bound = rest.bound else { continue }
        let exact = WindowTourExact(rest.model, rest.tight, bound, upper: upper)
        switch exact.run(width: phase.width, expired: expired) {
        case .complete(let tour):
          if let tour { search.adopt(tour) }
          proven = true
          if search.isFeasible { lowerBound = search.best.value }
          return
        case .narrowed(let tour):
          guard let tour else { continue }
          search.adopt(tour)
          let again = Phase(slots: phase.slots, rounds: 0, width: phase.width)
          if !shrink(&rest, again, expired) { return }
        case .stopped:
          return
        }
      }
    }

    /// A value no tour worth finding has.
    private var upper: Int { search.isFeasible ? search.best.value : WindowTourModel.far }

    /// Rules out what no better tour uses, by a bound; false where none is left or time is over.
    private mutating func shrink(_ rest: inout Rest, _ phase: Phase, _ expired: () -> Bool) -> Bool {
      if search.isFeasible, options.objective == .travel {
        for _ in 0..<3 where !rest.tight.infeasible && rest.tight.forbidDear(upper: upper) {
          rest.tight.conclude()
        }
        if rest.tight.infeasible { return conclude() }
      }
      rest.model = WindowTourModel(problem, rest.tight, options.objective, ranked: false)
      let first = rest.bound == nil ? 1 : 0.3
      let bound = WindowTourBound(
        rest.model, rest.tight, mostSlots: phase.slots, prices: rest.bound?.price)
      rest.bound = bound
      bound.ascend(
        rounds: phase.rounds, upper: search.isFeasible ? upper : search.best.value * 2 + 1, first: first,
        expired: expired)
      lowerBound = max(lowerBound, min(bound.lowerBound, upper))
      SearchWatch.current?.proved(lowerBound)
      if search.isFeasible {
        if lowerBound >= upper { return conclude() }
        if rest.tight.restrict(WindowTourElimination(bound, upper: upper)), rest.tight.infeasible {
          return conclude()
        }
      }
      return !expired()
    }

    /// No better tour is left.
    private mutating func conclude() -> Bool {
      lowerBound = upper
      proven = true
      return false
    }

    private func result() -> WindowTourAnswer {
      let best = search.best
      let tour = (0..<best.stops).map { Int(best.order[$0]) }
      let served = Set(tour)
      let leftOut = (1..<model.n).filter { !served.contains($0) }
      var clock = problem.open[0]
      var travel = 0
      for (k, node) in tour.enumerated() where problem.count > 1 && tour.count > 1 {
        let next = k + 1 < tour.count ? tour[k + 1] : 0
        let time = Int(problem.time(node, next))
        travel += time
        clock += time
        if next != 0 { clock = max(clock, problem.open[next]) }
      }
      let value = options.objective == .travel ? travel : clock
      let optimal = leftOut.isEmpty && (proven || value <= lowerBound)
      return WindowTourAnswer(
        tour: tour, leftOut: leftOut, travel: travel, makespan: clock, objective: options.objective,
        lowerBound: optimal ? value : leftOut.isEmpty ? min(lowerBound, value) : lowerBound,
        isOptimal: optimal, isInfeasible: proven && !leftOut.isEmpty, iterations: search.iterations)
    }
  }
}
