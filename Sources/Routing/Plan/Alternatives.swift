import Geo

extension TripSolver {
  /// What makes a plan an alternative.
  public struct Difference: Sendable, Hashable {
    /// At least this share of its legs is in none of the other plans, a leg driven the other way round being the
    /// same; 0 … 1.
    public var newLegs: Double
    /// At most this many percent more than the best by the problem's metric with overtime by its weight.
    public var percentWorse: Int

    public init(newLegs: Double = 0.25, percentWorse: Int = 15) {
      self.newLegs = newLegs
      self.percentWorse = percentWorse
    }
  }

  /// The best plan and up to `count - 1` others that differ from it and from each other, best first. None leaves out
  /// more must-visits or more value than the best.
  ///
  /// The penalty method: solve again with the legs of the plans found so far made longer, judge by the true costs
  /// (Johnson, Joy, Clarke and Jacobi 1992 for paths; surveyed in Chen, Bell and Bogenberger 2007).
  /// Each try takes the options' iterations or budget anew.
  public static func alternatives(
    _ problem: TripProblem, count: Int, _ options: Options = Options(), difference: Difference = Difference()
  ) -> [TripPlan] {
    let best = solve(problem, options)
    let remaining = Remaining(problem)
    guard count > 1, remaining.problem != nil else { return count > 0 ? [best] : [] }
    let model = SearchModel(remaining)
    var first = TripState(model)
    guard first.take(remaining.orders(of: best), model) else { return [best] }
    let score = Score(first, model)
    let worst = score.cost + score.cost * max(0, difference.percentWorse) / 100
    var found = [(score: score, days: first.days, plan: best)]
    // Found but not different enough: to be kept away from too.
    var spurned: [[[Int]]] = []
    let percents = [20, 50, 100, 200, 10]
    for attempt in 0..<5 * (count - 1) where found.count < count {
      var options = options
      options.seed &+= UInt64(attempt) &+ 1
      let penalised = model.lengthening(
        legs: (found.map(\.days) + spurned).map { model.legs(of: $0) }, byPercent: percents[attempt % 5])
      var state = TripState(model)
      guard state.take(orders(penalised, options), model) else { continue }
      let score = Score(state, model)
      guard (score.mustLeftOut, score.leftOut) <= (found[0].score.mustLeftOut, found[0].score.leftOut),
        score.cost <= worst
      else { continue }
      let plan = plan(state.days, model)
      let differs = found.allSatisfy { newLegs(of: plan, beside: $0.plan, problem) >= difference.newLegs }
      if differs { found.append((score, state.days, plan)) } else { spurned.append(state.days) }
    }
    return [best] + found.dropFirst().sorted { $0.score < $1.score }.map(\.plan)
  }

  private static func orders(_ model: SearchModel, _ options: Options) -> [[Int]] {
    if ExactDays.applies(to: model), let orders = ExactDays.solve(model) { return orders }
    return search(model, options).days
  }

  static func newLegs(of plan: TripPlan, beside other: TripPlan, _ problem: TripProblem) -> Double {
    let legs = Leg.all(plan, of: problem)
    let known = Set(Leg.all(other, of: problem))
    return legs.isEmpty ? 0 : Double(legs.count { !known.contains($0) }) / Double(legs.count)
  }
}
