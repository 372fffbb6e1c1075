/// Solves ``WindowTourProblem``: tightening, ruin and recreate with descents, then bound and exact dynamic programming
/// for the proof, then the search again for what is left of the budget.
public enum WindowTourSolver {
  public struct Options: Sendable, Hashable {
    public var objective: WindowTourObjective
    public var seed: UInt64
    public var budget: SearchBudget

    public init(
      objective: WindowTourObjective = .travel, seed: UInt64 = 1,
      budget: SearchBudget = SearchBudget(seconds: 1)
    ) {
      self.objective = objective
      self.seed = seed
      self.budget = budget
    }
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

    mutating func answer() -> WindowTourAnswer {
      search.construct()
      search.run(deadline, from: 0, until: 0.15, stopAt: 0)
      if model.n <= WindowTightening.mostNodes { prove() }
      if !proven { search.run(deadline, from: 0.15, until: 1, stopAt: lowerBound) }
      return result()
    }

    /// Bounds, arcs they rule out, then dynamic programming below the best tour, wider from run to run.
    private mutating func prove() {
      let timed = deadline.budget.seconds != nil
      let (iterations, deadline) = (search.iterations, deadline)
      func expired(_ share: Double) -> () -> Bool {
        { deadline.used(iterations: iterations) >= (timed ? share : 2) }
      }
      guard var round = reduceAndBound(tight, expired(0.3)), !proven else { return }
      guard model.n <= WindowTourExact.mostNodes else { return }
      for width in [100, 800, 6_400, 50_000] {
        var exact = WindowTourExact(round.model, round.tight, round.bound, upper: upper)
        switch exact.run(width: width, expired: expired(0.5)) {
        case .complete(let tour):
          if let tour { search.adopt(tour) }
          proven = true
          if search.isFeasible { lowerBound = search.best.value }
          return
        case .narrowed(let tour):
          guard let tour else { continue }
          search.adopt(tour)
          guard let again = reduceAndBound(round.tight, expired(0.4)), !proven else { return }
          round = again
        case .stopped:
          return
        }
      }
    }

    /// A value no tour worth finding has.
    private var upper: Int { search.isFeasible ? search.best.value : WindowTourModel.far }

    /// Rules out arcs that no better tour drives, tightens, bounds. nil or `proven` where no better tour is left.
    private mutating func reduceAndBound(
      _ start: WindowTightening, _ expired: () -> Bool
    ) -> (tight: WindowTightening, model: WindowTourModel, bound: WindowTourBound)? {
      var tight = start
      if search.isFeasible, options.objective == .travel {
        for _ in 0..<3 where !tight.infeasible && tight.forbidDear(upper: upper) { tight.conclude() }
        if tight.infeasible {
          lowerBound = upper
          proven = true
          return nil
        }
      }
      let reduced = WindowTourModel(problem, tight, options.objective)
      let bound = WindowTourBound(reduced, tight)
      bound.ascend(
        rounds: 150, upper: search.isFeasible ? upper : search.best.value * 2 + 1, expired: expired)
      lowerBound = max(lowerBound, min(bound.lowerBound, upper))
      proven = search.isFeasible && lowerBound >= upper
      return (tight, reduced, bound)
    }

    private func result() -> WindowTourAnswer {
      let best = search.best
      let tour = (0..<best.stops).map { Int(best.order[$0]) }
      let leftOut = (1..<model.n).filter { best.position[$0] < 0 }
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
