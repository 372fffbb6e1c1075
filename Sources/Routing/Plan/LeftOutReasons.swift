import Geo

/// Finds out why a visit is not in a finished plan, by trying it again everywhere with constraints lifted in turn.
struct LeftOutReasons {
  let model: SearchModel
  private let state: TripState
  /// The same plan where opening windows do not matter; where the end of work and the driving limit do not matter
  /// either.
  private let anyTime: SearchModel
  private let anyTimeState: TripState
  private let endless: SearchModel
  private let endlessState: TripState
  /// Nil where no rule is set that an obstacle could name.
  private let reinsertion: Reinsertion?

  /// - Parameter state: the finished plan, within all constraints.
  /// - Parameter days: the same plan with its times.
  init(_ state: TripState, _ model: SearchModel, _ days: [TripPlan.PlannedDay]) {
    self.model = model
    reinsertion = model.hasRules ? Reinsertion(state, model, days) : nil
    self.state = state
    anyTime = SearchModel(model.remaining.with(Self.relaxed(model.problem, endless: false)))
    endless = SearchModel(model.remaining.with(Self.relaxed(model.problem, endless: true)))
    anyTimeState = Self.copy(state.days, anyTime)
    endlessState = Self.copy(state.days, endless)
  }

  private static func relaxed(_ problem: TripProblem, endless: Bool) -> TripProblem {
    let visits = problem.visits.map { visit in
      var visit = visit
      visit.windows = nil
      if let appointment = visit.appointment { visit.days = [appointment.day] }
      visit.appointment = nil
      return visit
    }
    let days = problem.days.map { day in
      endless
        ? TripProblem.Day(
          work: day.work.lowerBound..<day.work.upperBound + 1_000_000_000, lunch: day.lunch, maxDriving: nil)
        : day
    }
    return problem.replacing(visits: visits, days: days)
  }

  private static func copy(_ days: [[Int]], _ model: SearchModel) -> TripState {
    var state = TripState(model)
    state.days = days
    for (day, order) in days.enumerated() { for visit in order { state.dayOf[visit] = day } }
    _ = state.refreshAll(model)
    return state
  }

  func reason(for visit: Int) -> TripPlan.LeftOut {
    let obstacles = reinsertion?.obstacles(to: visit) ?? []
    let (reason, detail) = explain(visit, obstacles)
    return TripPlan.LeftOut(
      visit: model.remaining.visits[visit], reason: reason, detail: detail, obstacles: obstacles)
  }

  /// The day's number as a manager counts: from one, days that are over included.
  private func number(_ day: Int) -> Int { model.remaining.days[day] + 1 }

  private func explain(_ visit: Int, _ obstacles: [TripPlan.Obstacle]) -> (LeftOutReason, String) {
    if let text = unreachable(visit) { return (.unreachable, text) }
    if let reason = locked(visit) ?? ruled(obstacles) { return reason }
    let open = model.problem.days.indices.filter { !model.windows(visit, on: $0).isEmpty }
    guard !open.isEmpty else {
      return (
        .closedThatDay,
        model.dayCount == 1 ? "closed on day \(number(0))" : "closed on every day of the trip"
      )
    }
    let long = open.filter { model.service[visit] > hours($0) }
    if long.count == open.count {
      let day = long.max { hours($0) < hours($1) }!
      return (
        .dayFull,
        "the visit takes \(Self.span(model.longest(visit))), day \(number(day)) has \(Self.span(hours(day)))"
      )
    }
    let alone = open.filter { worksAlone(visit, on: $0, model) }
    guard !alone.isEmpty else { return notEvenAlone(visit, open) }
    return crowdedOut(visit, alone, open)
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

  private func notEvenAlone(_ visit: Int, _ open: [Int]) -> (LeftOutReason, String) {
    if let day = open.first(where: { worksAlone(visit, on: $0, anyTime) }) {
      let windows = model.windows(visit, on: day)
      let arrival = mornings(day).map { from in
        let drive = model.seconds(from, visit)
        return drive < SearchModel.hole ? model.dayRules[day].opens + drive : SearchModel.never
      }.min()!
      // A door that is still open may yet close before the visit ends.
      let begin = windows.first { arrival < $0.upperBound }.map { max(arrival, $0.lowerBound) }
      let length = model.longest(visit)
      let ends = begin.map {
        ", the visit takes \(Self.span(length)) and would end at \(Self.clock($0 + length))"
      }
      return (
        .windowMissed,
        "on day \(number(day)) open \(Self.clock(windows)), reached at \(Self.clock(arrival)) at the earliest\(ends ?? ""), work ends \(Self.clock(model.dayRules[day].closes))"
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

  private func crowdedOut(_ visit: Int, _ alone: [Int], _ open: [Int]) -> (LeftOutReason, String) {
    for day in alone where model.hasWindows {
      let start = anyTimeState.before(day, anyTime)
      let roomy = (anyTimeState.places(for: visit, on: day, anyTime).map(Array.init) ?? []).filter {
        anyTimeState.holds(visit, day: day, position: $0, from: start, anyTime)
          && anyTimeState.endInserting(visit, day: day, position: $0, anyTime) < SearchModel.never
      }
      if !roomy.isEmpty {
        guard model.problem.visits[visit].windows != nil else {
          return (
            alone.count == 1 ? .dayFull : .tripFull,
            "day \(number(day)) has the time, but its other visits would miss their opening hours"
          )
        }
        return (
          .windowMissed,
          "day \(number(day)) has the time, but no place in its order keeps every opening window (here \(Self.clock(model.windows(visit, on: day))))"
        )
      }
    }
    let reason: LeftOutReason = alone.count == 1 ? .dayFull : .tripFull
    let which = alone.count == 1 && model.dayCount > 1 ? "possible only on day" : "cheapest on day"
    var over: (time: Int, day: Int)?
    for day in alone {
      for position in endlessState.places(for: visit, on: day, endless).map(Array.init) ?? [] {
        let end = endlessState.endInserting(visit, day: day, position: position, endless)
        guard end < SearchModel.never else { continue }
        let time = end - model.dayRules[day].closes
        if over == nil || time < over!.time { over = (time, day) }
      }
    }
    guard let over else {
      return (.unreachable, "no road joins it to the stops of the days that could hold it")
    }
    let day = over.day
    if over.time > 0 {
      let closes = model.dayRules[day].closes
      let left = state.days[day].isEmpty ? hours(day) : closes - state.ends[day]
      return (
        reason,
        "\(which) \(number(day)): needs \(Self.span(over.time, up: true)) more than the \(Self.span(max(0, left))) left before \(Self.clock(closes))"
      )
    }
    if let limit = model.problem.days[day].maxDriving {
      let added = leastDrivingAdded(visit, on: day)
      let left = max(0, limit.value - driving(on: day))
      let allowed = model.remaining.whole.days[model.remaining.days[day]].maxDriving ?? limit
      if added > left {
        return (
          reason,
          "\(which) \(number(day)): adds \(Self.span(added, up: true)) of driving, \(Self.span(left)) of \(Self.span(allowed.value)) are left"
        )
      }
    }
    if state.handover(to: day, model) == nil {
      return (reason, "\(which) \(number(day)): the day that ends the trip now would not get home in time")
    }
    return (reason, "\(which) \(number(day)): the day after would no longer reach its stops in time")
  }

  private func driving(on day: Int) -> Int {
    guard let last = state.days[day].last else { return 0 }
    let legs = state.clocks[day].last!.driving
    if model.home { return legs + model.seconds(last, state.after(day, model)) }
    guard state.nextUsed(day) == nil else { return legs }
    return TripState.returnDay(after: day, from: last, model) == nil
      ? legs + model.seconds(last, model.endNode) : legs
  }

  private func leastDrivingAdded(_ visit: Int, on day: Int) -> Int {
    var before = state.before(day, model)
    var least = SearchModel.hole
    for next in state.days[day] + [state.after(day, model)] {
      least = min(
        least, model.seconds(before, visit) + model.seconds(visit, next) - model.seconds(before, next))
      before = next
    }
    return least
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

  private static func clock(_ windows: [Range<Int>]) -> String {
    windows.map { window in
      window.lowerBound <= -SearchModel.never
        ? "at any time" : "\(clock(window.lowerBound))–\(clock(window.upperBound))"
    }.joined(separator: ", ")
  }
}
