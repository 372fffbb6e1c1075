/// Solves ``WindowTourProblem``: tightening, a short search by ruin and recreate, then a bound that tells which arcs
/// matter, and in turns the search by these, dynamic programming over the arcs it came by, and over all for the proof.
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
    var run = WindowTourRun(problem, tight, options, deadline)
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
}
