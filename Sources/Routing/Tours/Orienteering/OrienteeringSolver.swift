/// Solves ``OrienteeringProblem`` by ruin and recreate over all days.
public enum OrienteeringSolver {
  public struct Options: Sendable, Hashable {
    public var seed: UInt64
    public var budget: SearchBudget

    public init(seed: UInt64 = 1, budget: SearchBudget = SearchBudget(seconds: 1)) {
      self.seed = seed
      self.budget = budget
    }
  }

  /// The best plan found. Cancelling the task ends the search and gives the best so far; a budget with neither
  /// iterations nor seconds ends after 20,000 iterations.
  public static func solve(_ problem: OrienteeringProblem, _ options: Options = Options())
    -> OrienteeringAnswer
  {
    var budget = options.budget
    if budget.iterations == nil, budget.seconds == nil { budget.iterations = 20_000 }
    let deadline = SearchDeadline(budget)
    let model = OrienteeringModel(problem)
    var search = OrienteeringSearch(model, seed: options.seed)
    defer { search.free() }
    search.construct()
    search.start(deadline, starts: 5, each: 0.05)
    search.run(deadline, from: 0.25, until: 1)
    let best = search.best
    let days = (0..<model.days).map { day in
      (1..<max(1, best.length[day])).map { Int(best.order[day * best.stride + $0]) }
    }
    return OrienteeringAnswer(
      days: days, score: best.score, upperBound: model.scoreInAll, isOptimal: best.score == model.scoreInAll,
      iterations: search.iterations)
  }
}
