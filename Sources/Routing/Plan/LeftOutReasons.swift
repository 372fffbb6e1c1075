import Geo

/// Finds out why a visit is not in a finished plan, by trying it again at every place, in the plan and on days of its
/// own.
struct LeftOutReasons {
  let model: SearchModel
  private let state: TripState
  /// The same problem where opening windows do not matter.
  private let anyTime: SearchModel
  private let planned: Reinsertion
  /// Days with nothing on them but what is made already.
  private let alone: Reinsertion

  /// - Parameter state: the finished plan, within all constraints.
  /// - Parameter days: the same plan with its times.
  init(_ state: TripState, _ model: SearchModel, _ days: [TripPlan.PlannedDay]) {
    self.model = model
    self.state = state
    planned = Reinsertion(state, model, days)
    let empty = TripState(model)
    alone = Reinsertion(empty, model, PlanBuilder(model).days(empty.days))
    anyTime = SearchModel(model.remaining.with(Self.atAnyTime(model.problem)))
  }

  private static func atAnyTime(_ problem: TripProblem) -> TripProblem {
    let visits = problem.visits.map { visit in
      var visit = visit
      visit.windows = nil
      if let appointment = visit.appointment { visit.days = [appointment.day] }
      visit.appointment = nil
      return visit
    }
    return problem.replacing(visits: visits, days: problem.days)
  }

  func reason(for visit: Int) -> TripPlan.LeftOut {
    let obstacles = planned.obstacles(to: visit)
    let (reason, detail) = explain(visit, obstacles)
    return TripPlan.LeftOut(
      visit: model.remaining.visits[visit], reason: reason, detail: detail, obstacles: obstacles)
  }

  /// The day's number as a manager counts: from one, days that are over included.
  private func number(_ day: Int) -> Int { model.remaining.days[day] + 1 }

  private func explain(_ visit: Int, _ obstacles: [TripPlan.Obstacle]) -> (LeftOutReason, String) {
    if let text = unreachable(visit) { return (.unreachable, text) }
    if let reason = locked(visit) { return reason }
    let wanted = model.problem.days.indices.filter { model.problem.visits[visit].mayBeMade(on: $0) }
    let open = wanted.filter { !model.windows(visit, on: $0).isEmpty }
    guard !open.isEmpty else { return (.closedThatDay, closed(wanted)) }
    let long = open.filter { model.service[visit] > hours($0) }
    if long.count == open.count {
      let day = long.max { hours($0) < hours($1) }!
      return (
        .dayFull,
        "the visit takes \(Self.span(model.longest(visit))), day \(number(day)) has \(Self.span(hours(day)))"
      )
    }
    let single = alone.obstacles(to: visit)
    func obstacle(_ list: [TripPlan.Obstacle], _ day: Int) -> TripPlan.Obstacle? {
      list.first { $0.day == model.remaining.days[day] }
    }
    let able = open.filter { day in
      obstacle(single, day)?.breaks.allSatisfy(\.rule.isOfOrder) == true || worksAlone(visit, on: day, model)
    }
    guard !able.isEmpty else {
      return notEvenAlone(visit, open, Reinsertion.least(open.compactMap { obstacle(single, $0) }))
    }
    return crowdedOut(visit, Reinsertion.least(able.compactMap { obstacle(obstacles, $0) }), of: able.count)
  }

  /// - Parameter wanted: the days on which it may be made.
  private func closed(_ wanted: [Int]) -> String {
    if model.dayCount == 1 { return "closed on day \(number(0))" }
    if wanted.count == model.dayCount { return "closed on every day of the trip" }
    let days = wanted.map { "day \(number($0))" }.joined(separator: ", ")
    return wanted.count == 1
      ? "closed on \(days), the only one asked for" : "closed on the days asked for: \(days)"
  }

  private func hours(_ day: Int) -> Int { model.dayRules[day].closes - model.dayRules[day].opens }

  // MARK: Reachable at all

  private func unreachable(_ visit: Int) -> String? {
    let others = (0..<model.visits).filter { $0 != visit }
    let hole = SearchModel.hole
    if !([model.startNode] + others).contains(where: { model.seconds($0, visit) < hole }) {
      return "no road leads there"
    }
    let ends = model.lastDayDiffers ? [model.startNode, model.endNode] : [model.endNode]
    if !(ends + others).contains(where: { model.seconds(visit, $0) < hole }) {
      return "no road leads on from there"
    }
    for day in state.days.indices {
      var before = state.before(day, model)
      for next in state.days[day] + [state.after(day, model)] {
        if model.seconds(before, visit) < hole && model.seconds(visit, next) < hole { return nil }
        before = next
      }
    }
    return "no road leads there and on between any two stops of the plan, the start and the end included"
  }

  // MARK: A day for this visit alone

  /// The places a day may start from: the start or where one stands, and with nights away any stop of the plan.
  private func mornings(_ day: Int) -> [Int] {
    if let standing = model.standing, day == 0 { return [standing] }
    let start = model.home ? model.startNode : model.standing ?? model.startNode
    return model.home || model.dayCount == 1 ? [start] : [start] + state.days.joined()
  }

  /// Whether the day holds the visit and nothing else: from the start with the end rule, back to the start when a
  /// later day may be the last, or for nights away from some stop of the plan.
  private func worksAlone(_ visit: Int, on day: Int, _ model: SearchModel) -> Bool {
    let empty = TripState(model)
    let position = empty.days[day].count
    let before = empty.before(day, model)
    if empty.holds(visit, day: day, position: position, from: before, model) { return true }
    if model.lastDayDiffers && day < model.dayCount - 1 {
      let from = position == 0 ? before : empty.days[day][position - 1]
      let clock = model.advance(empty.clocks[day][position], from: from, to: visit, on: day)
      return !clock.isDead
        && model.homecoming(clock, from: visit, on: day, isLast: false) < SearchModel.never
    }
    return mornings(day).dropFirst().contains { from in
      let clock = model.advance(model.morning(day), from: from, to: visit, on: day)
      let isLast = day == model.dayCount - 1
      return !clock.isDead && empty.closing(clock, at: visit, day, isLast: isLast, model) < SearchModel.never
    }
  }

  /// - Parameter obstacle: the least of those on the open days, with nothing else on them.
  private func notEvenAlone(
    _ visit: Int, _ open: [Int], _ obstacle: TripPlan.Obstacle?
  ) -> (LeftOutReason, String) {
    let broken = obstacle.map { sentences($0, of: visit) } ?? []
    if let day = open.first(where: { worksAlone(visit, on: $0, anyTime) }) {
      let arrival = mornings(day).map { from in
        let drive = model.seconds(from, visit)
        return drive < SearchModel.hole ? model.dayRules[day].opens + drive : SearchModel.never
      }.min()!
      let hours =
        if let appointment = model.problem.visits[visit].appointment {
          "the appointment on day \(number(day)) is at \(Self.clock(appointment.start.lowerBound))"
        } else {
          "on day \(number(day)) open \(Self.clock(model.windows(visit, on: day)))"
        }
      let length = Self.span(model.longest(visit))
      let facts = "\(hours), reached at \(Self.clock(arrival)) at the earliest, the visit takes \(length)"
      let breaks = obstacle?.day == model.remaining.days[day] ? broken : []
      return (.windowMissed, ([facts] + breaks).joined(separator: "; "))
    }
    if model.home, let obstacle, !obstacle.breaks.isEmpty {
      return (
        .tooFar,
        (["even alone on day \(obstacle.day + 1): \(Self.added(obstacle))"] + broken).joined(separator: "; ")
      )
    }
    // With nights away and days to come the way back need not fit into the same day.
    let home = model.home || model.dayCount == 1
    var back = home ? model.seconds(visit, model.endNode) : 0
    if model.lastDayDiffers && open.contains(where: { $0 < model.dayCount - 1 }) {
      back = min(back, model.seconds(visit, model.startNode))
    }
    let driving = open.flatMap { mornings($0).map { model.seconds($0, visit) } }.min()! + back
    let way = home && model.problem.end != .open ? "there and to the end of the day" : "there"
    let day = open.max { hours($0) < hours($1) }!
    guard driving < SearchModel.hole else {
      return (.unreachable, "no road leads \(way) on a day of its own")
    }
    let limit = open.map { model.dayRules[$0].maxDriving }.max()!
    if driving > limit {
      return (.tooFar, "\(Self.span(driving)) of driving \(way), a day allows \(Self.span(limit))")
    }
    if !home, driving + model.longest(visit) <= hours(day) {
      let back = model.seconds(visit, model.endNode)
      guard back < SearchModel.hole else {
        return (.unreachable, "no road leads from there to the end of the trip")
      }
      return (
        .tooFar,
        "\(Self.span(driving)) of driving there and \(Self.span(back)) to the end of the trip fit into no days of the trip"
      )
    }
    let lunch = model.dayRules[day].lunchLength
    let meal = lunch > 0 ? " and lunch of \(Self.span(lunch))" : ""
    return (
      .tooFar,
      "\(Self.span(driving)) of driving \(way), a visit of \(Self.span(model.longest(visit)))\(meal) do not fit into the \(Self.span(hours(day))) of day \(number(day))"
    )
  }

  // MARK: Fits alone, but not beside the others

  /// - Parameter obstacle: the least of those on the `count` days that would hold the visit alone.
  private func crowdedOut(
    _ visit: Int, _ obstacle: TripPlan.Obstacle?, of count: Int
  ) -> (LeftOutReason, String) {
    guard let obstacle, !obstacle.breaks.contains(where: { $0.rule == .road }) else {
      return (.unreachable, "no road joins it to the stops of the days that could hold it")
    }
    let which = count == 1 && model.dayCount > 1 ? "possible only" : "best"
    let place =
      "\(which) on day \(obstacle.day + 1), place \(obstacle.position + 1): \(Self.added(obstacle)) more"
    return (
      code(visit, obstacle, full: count == 1 ? .dayFull : .tripFull),
      ([place] + sentences(obstacle, of: visit)).joined(separator: "; ")
    )
  }

  // MARK: Text

  /// "34 min", "1 h 20 min"; whole minutes, rounded down unless `up`.
  static func span(_ seconds: Int, up: Bool = false) -> String {
    let minutes = (seconds + (up ? 59 : 0)) / 60
    if minutes < 60 { return "\(minutes) min" }
    return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
  }

  /// "09:30"; "25:10" is ten past one at night.
  static func clock(_ seconds: Int) -> String {
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return "\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
  }

  static func clock(_ windows: [Range<Int>]) -> String {
    windows.map { window in
      window.lowerBound <= -SearchModel.never
        ? "at any time" : "\(clock(window.lowerBound))–\(clock(window.upperBound))"
    }.joined(separator: ", ")
  }
}
