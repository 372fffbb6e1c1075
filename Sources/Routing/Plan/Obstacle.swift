import Geo

extension TripPlan {
  /// The best place for a left-out visit on one day of a plan, and what it would break there.
  public struct Obstacle: Sendable, Hashable {
    public var day: Int
    /// Number of stops of the day before it, those made included.
    public var position: Int
    public var addedDriving: Seconds
    public var addedDistance: Metres
    /// Empty when the visit fits there.
    public var breaks: [Broken]
  }

  public struct Broken: Sendable, Hashable {
    public var rule: Rule
    /// Seconds too late, too long or too much, metres too far; 0 for rules that have no amount.
    public var amount: Int
    /// The visit whose rule is broken when it is another one: that which must come before or after, stands locked, is
    /// at the same place or misses its opening hours.
    public var visit: Int?

    public init(_ rule: Rule, by amount: Int = 0, visit: Int? = nil) {
      self.rule = rule
      self.amount = amount
      self.visit = visit
    }
  }

  /// What can be in the way of a visit. The raw values are stable.
  public enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
    /// No road leads there or on.
    case road
    /// The day is none of the visit's days.
    case day
    case precedence, slot, samePlace
    /// Of the visit, or of another that would be late.
    case appointment, window
    /// A visit would be waited for too long.
    case waiting
    case workEnd, maxDriving, maxDistance, lunch
    /// The day itself is fine, but another would break: the one after nights away, or the last that now goes home.
    case otherDay

    /// Kept or broken whatever the clock says.
    var isOfOrder: Bool {
      switch self {
      case .road, .day, .precedence, .slot, .samePlace: true
      case .appointment, .window, .waiting, .workEnd, .maxDriving, .maxDistance, .lunch, .otherDay: false
      }
    }
  }
}

extension TripSolver {
  /// For each day that is not over the best place of a left-out visit and what it would break, each place timed anew
  /// against the plan as it stands. "Best" breaks no rule of order where there is such a place, then breaks the
  /// fewest rules, by least, and drives least.
  ///
  /// - Precondition: a plan of this problem that does not make the visit.
  public static func obstacles(to visit: Int, in plan: TripPlan, of problem: TripProblem) -> [TripPlan
    .Obstacle]
  {
    obstacles(to: [visit], in: plan, of: problem)[0]
  }

  /// The same for many visits, in their order. O(stops of the trip × stops of a day) time each where nights are at home
  /// and every day ends there.
  public static func obstacles(to visits: [Int], in plan: TripPlan, of problem: TripProblem) -> [[TripPlan
    .Obstacle]]
  {
    let remaining = Remaining(problem)
    guard remaining.problem != nil else { return visits.map { _ in [] } }
    let model = SearchModel(remaining)
    var state = TripState(model)
    state.take(remaining.orders(of: plan), model)
    let reinsertion = Reinsertion(state, model, plan.days)
    return visits.map { visit in
      remaining.visits.firstIndex(of: visit).map(reinsertion.obstacles) ?? []
    }
  }
}

/// Tries a left-out visit at every place of a finished plan.
struct Reinsertion {
  private let model: SearchModel
  private let orders: [[Int]]
  private let before: [TripPlan.PlannedDay]
  private let builder: PlanBuilder

  /// - Parameter days: the plan of `state`, days that are over included.
  init(_ state: TripState, _ model: SearchModel, _ days: [TripPlan.PlannedDay]) {
    self.model = model
    orders = state.days
    before = days
    builder = PlanBuilder(model)
  }

  func obstacles(to visit: Int) -> [TripPlan.Obstacle] {
    orders.indices.compactMap { day in
      let first = model.standing != nil && day == 0 ? 1 : 0
      return (first...orders[day].count).map { obstacle(visit, day, $0, first) }.min {
        Self.rank($0) < Self.rank($1)
      }
    }
  }

  /// The day whose obstacle is the least.
  static func least(_ obstacles: [TripPlan.Obstacle]) -> TripPlan.Obstacle? {
    obstacles.min { rank($0) < rank($1) }
  }

  private static func rank(_ obstacle: TripPlan.Obstacle) -> (Int, Int, Int, Int) {
    (
      // Another day than those asked for is worse than another order.
      obstacle.breaks.reduce(0) { $0 + ($1.rule == .day ? 2 : $1.rule.isOfOrder ? 1 : 0) },
      obstacle.breaks.count,
      obstacle.breaks.reduce(0) { $0 + $1.amount }, obstacle.addedDriving.value
    )
  }

  private func obstacle(_ visit: Int, _ day: Int, _ position: Int, _ first: Int) -> TripPlan.Obstacle {
    var trial = orders
    trial[day].insert(visit, at: position)
    let whole = model.remaining.days[day]
    // Days at home that all end there know nothing of each other.
    let isAlone = model.home && !model.lastDayDiffers
    let days = builder.days(isAlone ? trial.indices.map { $0 == day ? trial[$0] : [] } : trial)
    var breaks = order(visit, day, position)
    breaks += roads(trial[day], day, trial) + times(days[whole], whole)
    if breaks.isEmpty, let overrun = otherDay(trial, day, days) { breaks = [.init(.otherDay, by: overrun)] }
    return TripPlan.Obstacle(
      day: whole, position: position - first + model.remaining.whole.days[whole].made.count,
      addedDriving: isAlone
        ? days[whole].driving - before[whole].driving : sum(days, \.driving) - sum(before, \.driving),
      addedDistance: isAlone
        ? days[whole].distance - before[whole].distance : sum(days, \.distance) - sum(before, \.distance),
      breaks: breaks)
  }

  private func sum(_ days: [TripPlan.PlannedDay], _ path: KeyPath<TripPlan.PlannedDay, Seconds>) -> Seconds {
    days.reduce(.zero) { $0 + $1[keyPath: path] }
  }

  private func sum(_ days: [TripPlan.PlannedDay], _ path: KeyPath<TripPlan.PlannedDay, Metres>) -> Metres {
    days.reduce(.zero) { $0 + $1[keyPath: path] }
  }

  /// The number of a visit in the whole problem.
  private func named(_ visit: Int) -> Int { model.remaining.visits[visit] }

  private func order(_ visit: Int, _ day: Int, _ position: Int) -> [TripPlan.Broken] {
    var found: [TripPlan.Broken] = []
    if !model.problem.visits[visit].mayBeMade(on: day) { found.append(.init(.day)) }
    guard let rules = model.orderRules else { return found }
    func comes(_ other: Int, before place: (Int, Int)) -> Bool? {
      for (day, order) in orders.enumerated() {
        if let index = order.firstIndex(of: other) { return (day, index) < place }
      }
      return nil
    }
    for other in rules.before[visit] where comes(other, before: (day, position)) != true {
      found.append(.init(.precedence, visit: named(other)))
    }
    for other in rules.after[visit] where comes(other, before: (day, position)) == true {
      found.append(.init(.precedence, visit: named(other)))
    }
    if let twin = orders[day].first(where: { rules.areTwins(visit, $0, on: day) }) {
      found.append(.init(.samePlace, visit: named(twin)))
    }
    var trial = orders[day]
    trial.insert(visit, at: position)
    for (index, other) in trial.enumerated() where rules.isOffSlot(other, at: index, of: trial.count, on: day)
    {
      found.append(.init(.slot, visit: other == visit ? nil : named(other)))
    }
    return found
  }

  private func roads(_ order: [Int], _ day: Int, _ trial: [[Int]]) -> [TripPlan.Broken] {
    var state = TripState(model)
    state.days = trial
    let path = [state.before(day, model)] + order + [state.after(day, model)]
    return zip(path, path.dropFirst()).contains { model.seconds($0, $1) >= SearchModel.hole }
      ? [.init(.road)] : []
  }

  private func times(_ day: TripPlan.PlannedDay, _ index: Int) -> [TripPlan.Broken] {
    let problem = model.remaining.whole
    let rule = problem.days[index]
    var found: [TripPlan.Broken] = []
    for stop in day.stops.dropFirst(rule.made.count) {
      let visit = problem.visits[stop.visit]
      guard visit.mayBeMade(on: index) else { continue }
      if let appointment = visit.appointment {
        guard !appointment.start.contains(stop.serviceStart) else { continue }
        found.append(
          .init(.appointment, by: stop.serviceStart - appointment.start.upperBound, visit: stop.visit))
      } else if let windows = visit.windows?[index],
        !windows.contains(where: { $0.contains(stop.serviceStart) && stop.departure <= $0.upperBound })
      {
        let late = stop.departure - (windows.last?.upperBound ?? stop.departure)
        found.append(.init(.window, by: max(0, late), visit: stop.visit))
      }
    }
    found += waits(day, index)
    if day.end > rule.hardEnd { found.append(.init(.workEnd, by: day.end - rule.hardEnd)) }
    if let limit = rule.maxDriving, day.driving > limit {
      found.append(.init(.maxDriving, by: (day.driving - limit).value))
    }
    if let limit = rule.maxDistance, day.distance > limit {
      found.append(.init(.maxDistance, by: Int((day.distance - limit).value.rounded(.up))))
    }
    if let lunch = rule.lunch, lunch.length.value > 0, day.lunch == nil {
      let latest = lunch.window.upperBound - lunch.length.value
      let goesOn = !rule.made.isEmpty
      let had = goesOn && rule.progress!.resumes > latest
      let freeBefore = !goesOn && day.start >= lunch.window.lowerBound + lunch.length.value
      if !had && !freeBefore && day.end > latest { found.append(.init(.lunch, by: day.end - latest)) }
    }
    return found
  }

  private func waits(_ day: TripPlan.PlannedDay, _ index: Int) -> [TripPlan.Broken] {
    let problem = model.remaining.whole
    guard let limit = problem.days[index].maxWaiting?.value else { return [] }
    let first = max(1, problem.days[index].made.count + 1)
    return zip(day.stops, day.stops.dropFirst()).enumerated().compactMap { number, pair in
      guard number + 1 >= first else { return nil }
      let drive = problem.matrix.seconds(
        from: problem.visits[pair.0.visit].point, to: problem.visits[pair.1.visit].point)
      let eats = day.lunch.map { $0 >= pair.0.departure && $0 < pair.1.serviceStart } ?? false
      let idle =
        pair.1.serviceStart - pair.0.departure - (drive?.value ?? 0)
        - (eats ? problem.days[index].lunch?.length.value ?? 0 : 0)
      return idle > limit ? .init(.waiting, by: idle - limit, visit: pair.1.visit) : nil
    }
  }

  /// By how much another day ends too late, 0 when it breaks otherwise; nil when all other days are fine.
  private func otherDay(_ trial: [[Int]], _ day: Int, _ days: [TripPlan.PlannedDay]) -> Int? {
    var state = TripState(model)
    if state.take(trial, model) { return nil }
    let overruns = model.remaining.days.enumerated().filter { $0.offset != day }.map { _, whole in
      days[whole].end - model.remaining.whole.days[whole].hardEnd
    }
    return max(0, overruns.max() ?? 0)
  }
}
