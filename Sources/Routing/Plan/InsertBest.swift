import Geo

extension TripSolver {
  /// A place for one visit in a plan, and the plan with it.
  public struct Insertion: Sendable, Hashable {
    public var day: Int
    /// Number of stops of the day before it, those made included.
    public var position: Int
    /// How much more the whole trip drives than the plan given.
    public var addedDriving: Seconds
    public var addedDistance: Metres
    public var plan: TripPlan
  }

  /// The cheapest place of one visit in a plan, by the problem's metric with overtime by its weight; every other visit
  /// keeps its day and its order. A visit that the plan makes already is moved to its best place.
  ///
  /// Every place is judged in constant time but at the ends of days with nights away: Savelsbergh 1992.
  ///
  /// - Parameter days: days to try; nil for all.
  /// - Returns: nil when there is no place, when the visit is made already, or when the plan without it breaks a
  ///   constraint itself.
  /// - Precondition: a plan of this problem.
  public static func insertBest(
    _ visit: Int, into plan: TripPlan, of problem: TripProblem, days: Set<Int>? = nil
  ) -> Insertion? {
    let remaining = Remaining(problem)
    guard remaining.problem != nil, let number = remaining.visits.firstIndex(of: visit),
      number != remaining.standing
    else { return nil }
    let model = SearchModel(remaining)
    var orders = remaining.orders(of: plan)
    let given = PlanBuilder(model).days(orders)
    for day in orders.indices { orders[day].removeAll { $0 == number } }
    var state = TripState(model)
    guard state.take(orders, model) else { return nil }

    var best: (state: TripState, place: InsertionPlace)?
    for day in orders.indices where days?.contains(remaining.days[day]) ?? true {
      for place in model.allowsOvertime
        ? state.allPlaces(for: number, on: day, model) : state.cheapest(number, day, model)
      {
        var trial = state
        trial.insert(number, at: place, model)
        if best == nil || trial.price(model) < best!.state.price(model) { best = (trial, place) }
      }
    }
    guard let best else { return nil }
    let day = remaining.days[best.place.day]
    let made = problem.days[day].made.count
    let first = model.standing != nil && best.place.day == 0 ? 1 : 0
    let grown = TripSolver.plan(best.state.days, model)
    return Insertion(
      day: day, position: best.place.position - first + made,
      addedDriving: grown.driving - given.reduce(.zero) { $0 + $1.driving },
      addedDistance: grown.distance - given.reduce(.zero) { $0 + $1.distance }, plan: grown)
  }
}

extension TripState {
  fileprivate func cheapest(_ visit: Int, _ day: Int, _ model: SearchModel) -> [InsertionPlace] {
    cheapestPlace(for: visit, onlyDay: day, model).map { [$0] } ?? []
  }

  /// Every place of a day that breaks nothing.
  fileprivate func allPlaces(for visit: Int, on day: Int, _ model: SearchModel) -> [InsertionPlace] {
    guard let places = places(for: visit, on: day, model) else { return [] }
    let start = before(day, model)
    let before = totalCost(model)
    return places.compactMap { position in
      var trial = days
      trial[day].insert(visit, at: position)
      var other = self
      guard holds(visit, day: day, position: position, from: start, model), other.take(trial, model) else {
        return nil
      }
      return InsertionPlace(day: day, position: position, delta: other.cost - before)
    }
  }
}

extension Remaining {
  /// The orders of a plan of the whole problem among the visits and days left.
  func orders(of plan: TripPlan) -> [[Int]] {
    var numbers: [Int: Int] = [:]
    for (number, visit) in visits.enumerated() { numbers[visit] = number }
    return days.enumerated().map { index, day in
      let stops = plan.days[day].stops.dropFirst(whole.days[day].made.count)
      return (index == 0 ? [standing].compactMap { $0 } : []) + stops.compactMap { numbers[$0.visit] }
    }
  }
}
