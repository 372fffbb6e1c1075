/// Solves ``OrienteeringProblem`` by ruin and recreate over all days, beside a bound on the score of all plans.
public enum OrienteeringSolver {
  public struct Options: Sendable, Hashable {
    public var seed: UInt64
    public var budget: SearchBudget

    public init(seed: UInt64 = 1, budget: SearchBudget = SearchBudget(seconds: 1)) {
      self.seed = seed
      self.budget = budget
    }
  }

  /// Up to so many places of a single day most of the time may go into the proof.
  static let mostProven = 64

  /// Up to so many places of a single day, and a few of several, the proof comes before a search for a time.
  static let provenFirst = 20

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
    // A small day is proven rather than searched.
    let isSmall = model.days == 1 && model.usable.count <= mostProven
    let isTiny = budget.seconds != nil && model.usable.count <= (isSmall ? provenFirst : 10)
    let (begin, end) = isSmall ? (isTiny ? 0 : 0.03, 0.9) : (isTiny ? 0 : 0.25, 0.3)
    if isSmall {
      search.run(deadline, from: 0, until: begin)
    } else {
      search.start(deadline, starts: 5, each: begin / 5)
    }
    var bound = OrienteeringBound(model, best: search.best)
    var effort = OrienteeringEffort(deadline, from: begin, until: end)
    bound.tighten(&effort)
    if let plan = bound.plan { search.take(plan) }
    SearchWatch.current?.proved(bound.upperBound)
    search.goal = bound.upperBound
    search.run(deadline, from: end, until: 1)
    let best = search.best
    let days = (0..<model.days).map { day in
      (1..<max(1, best.length[day])).map { Int(best.order[day * best.stride + $0]) }
    }
    return OrienteeringAnswer(
      days: days, score: best.score, upperBound: bound.upperBound, isOptimal: best.score == bound.upperBound,
      iterations: search.iterations)
  }
}
