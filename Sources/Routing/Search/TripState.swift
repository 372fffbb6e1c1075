/// Where a visit could be put into a ``TripState``.
struct InsertionPlace: Equatable {
  var day: Int
  var position: Int
  /// Growth of the state's cost.
  var delta: Int
}

/// A plan being searched: the order of visits of each day with the clocks after every stop.
///
/// Invariant after ``refreshAll(_:)`` gave true: every day is within its hours, windows, lunch and driving.
struct TripState {
  var days: [[Int]]
  /// `clocks[day][k]`: after `k` stops.
  private(set) var clocks: [[DayClock]]
  /// `deadlines[day][k]`: for arriving at stop `k`; the last entry for arriving where the day ends.
  private(set) var deadlines: [[DayDeadline]]
  /// When each used day ends; 0 for an unused one.
  private(set) var ends: [Int]
  /// Day of each visit, -1 when left out.
  var dayOf: [Int]
  /// Sum of the metric over all legs.
  private(set) var cost = 0
  /// Cost plus what overtime costs: what is minimised once visits are chosen.
  func price(_ model: SearchModel) -> Int {
    model.allowsOvertime ? cost + model.problem.overtimeWeight * model.overtime(ends) : cost
  }

  init(_ model: SearchModel) {
    days = .init(repeating: [], count: model.dayCount)
    clocks = (0..<model.dayCount).map { [model.morning($0)] }
    deadlines = (0..<model.dayCount).map { [Self.evening($0, model)] }
    ends = .init(repeating: 0, count: model.dayCount)
    dayOf = .init(repeating: -1, count: model.visits)
    if let standing = model.standing {
      days[0] = [standing]
      dayOf[standing] = 0
      _ = refreshAll(model)
    }
  }

  var leftOut: [Int] { dayOf.indices.filter { dayOf[$0] < 0 } }

  /// The node a day starts from.
  func before(_ day: Int, _ model: SearchModel) -> Int {
    if model.home { return model.startNode }
    var d = day - 1
    while d >= 0 {
      if let last = days[d].last { return last }
      d -= 1
    }
    return model.startNode
  }

  /// The node that follows a day's last stop in the chain of costs.
  func after(_ day: Int, _ model: SearchModel) -> Int {
    if model.home { return model.homeEnd(isLast: nextUsed(day) == nil) }
    var d = day + 1
    while d < days.count {
      if let first = days[d].first { return first }
      d += 1
    }
    return model.endNode
  }

  /// The next day with stops; nil when there is none.
  func nextUsed(_ day: Int) -> Int? {
    var d = day + 1
    while d < days.count {
      if !days[d].isEmpty { return d }
      d += 1
    }
    return nil
  }

  /// Cost of going straight on where a visit would be put. An unused day at home is not driven at all.
  @inline(__always)
  func joinCost(_ day: Int, _ pred: Int, _ succ: Int, _ model: SearchModel) -> Int {
    days[day].isEmpty && (model.home || (pred == model.startNode && succ == model.endNode))
      ? 0 : model.cost(pred, succ)
  }

  /// What using an unused day adds elsewhere: the day that was the last till then goes home instead of following the
  /// end rule. Nil when it cannot.
  func handover(to day: Int, _ model: SearchModel) -> Int? {
    guard model.lastDayDiffers, days[day].isEmpty, nextUsed(day) == nil, let before = lastUsed(before: day),
      let last = days[before].last
    else { return 0 }
    let end = model.homecoming(clocks[before][days[before].count], from: last, on: before, isLast: false)
    return end < SearchModel.never
      ? model.cost(last, model.startNode) - model.cost(last, model.endNode) : nil
  }

  /// The last day before `day` with stops; nil when there is none.
  private func lastUsed(before day: Int) -> Int? { days[..<day].lastIndex { !$0.isEmpty } }

  /// Takes over orders for all days; false when a constraint breaks.
  @discardableResult
  mutating func take(_ orders: [[Int]], _ model: SearchModel) -> Bool {
    days = orders
    for (day, order) in orders.enumerated() { for visit in order { dayOf[visit] = day } }
    return refreshAll(model)
  }

  // MARK: Keeping the clocks

  /// Works out clocks, deadlines, ends and cost again. False when a constraint breaks.
  mutating func refreshAll(_ model: SearchModel) -> Bool {
    var fine = true
    for day in days.indices where !refreshDay(day, model) { fine = false }
    cost = totalCost(model)
    return fine && cost < SearchModel.hole && model.orderRules?.broken(days) == nil
  }

  /// False when the day breaks a constraint; its clocks are then not to be used.
  mutating func refreshDay(_ day: Int, _ model: SearchModel) -> Bool {
    let order = days[day]
    var clock = model.morning(day)
    clocks[day].removeAll(keepingCapacity: true)
    clocks[day].append(clock)
    ends[day] = 0
    deadlines[day].removeAll(keepingCapacity: true)
    deadlines[day].append(Self.evening(day, model))
    guard var here = order.first.map({ _ in before(day, model) }) else { return true }
    for visit in order {
      clock = model.advance(clock, from: here, to: visit, on: day)
      clocks[day].append(clock)
      here = visit
    }
    let isLast = nextUsed(day) == nil
    ends[day] = clock.isDead ? SearchModel.never : closing(clock, at: here, day, isLast: isLast, model)
    if model.limitsWaiting, ends[day] < SearchModel.never {
      ends[day] = waitedEnd(order, on: day, from: before(day, model), isLast: isLast, model)
    }
    guard ends[day] < SearchModel.never else { return false }

    let rule = model.dayRules[day]
    let goesOn =
      model.home || (isLast && Self.returnDay(after: day, from: here, model) == nil)
    let goal = model.home ? model.homeEnd(isLast: isLast) : model.endNode
    var deadline = Self.evening(day, model)
    deadline = deadline.leaving(drive: goesOn ? model.seconds(here, goal) : 0, rule)
    deadlines[day].append(contentsOf: repeatElement(deadline, count: order.count))
    deadlines[day][order.count] = Self.evening(day, model)
    for k in stride(from: order.count - 1, through: 0, by: -1) {
      let visit = order[k]
      let from = k == 0 ? before(day, model) : order[k - 1]
      let length = model.length(of: visit, after: from, isMorning: clocks[day][k].isMorning)
      deadline = DayDeadline(
        hungry: model.latestArrival(visit, length, on: day, endingBy: deadline.hungry),
        fed: model.latestArrival(visit, length, on: day, endingBy: deadline.fed))
      deadlines[day][k] = deadline
      deadline = deadline.leaving(drive: model.seconds(from, visit), rule)
    }
    return true
  }

  private static func evening(_ day: Int, _ model: SearchModel) -> DayDeadline {
    let rule = model.dayRules[day]
    return DayDeadline(
      hungry: rule.lunchLength > 0 ? min(rule.closes, rule.lunchLatest) : -SearchModel.never,
      fed: rule.closes)
  }

  /// When the day ends after its last stop, the way back of the last day included.
  func closing(_ clock: DayClock, at last: Int, _ day: Int, isLast: Bool, _ model: SearchModel) -> Int {
    if model.home { return model.homecoming(clock, from: last, on: day, isLast: isLast) }
    // With nothing new done the manager is where he is, whatever the hour.
    let here = last == model.standing ? min(clock.hungry, clock.fed) : SearchModel.never
    guard isLast else { return min(here, model.finish(clock, from: last, to: nil, on: day)) }
    let back = model.finish(clock, from: last, to: model.endNode, on: day)
    if back < SearchModel.never { return back }
    return Self.returnDay(after: day, from: last, model) == nil
      ? here : min(here, model.finish(clock, from: last, to: nil, on: day))
  }

  /// The first later day on which the way back fits by itself.
  static func returnDay(after day: Int, from last: Int, _ model: SearchModel) -> Int? {
    (day + 1..<max(day + 1, model.dayCount)).first {
      model.finish(model.morning($0), from: last, to: model.endNode, on: $0) < SearchModel.never
    }
  }

  func totalCost(_ model: SearchModel) -> Int { total(model) { model.cost($0, $1) } }

  /// Driving seconds of all days.
  func totalDriving(_ model: SearchModel) -> Int { total(model) { model.seconds($0, $1) } }

  @inline(__always)
  private func total(_ model: SearchModel, _ leg: (Int, Int) -> Int) -> Int {
    var sum = 0
    var here = model.startNode
    let last = days.lastIndex { !$0.isEmpty }
    for (index, day) in days.enumerated() where !day.isEmpty {
      if model.home { here = model.startNode }
      for visit in day {
        sum += leg(here, visit)
        here = visit
      }
      if model.home { sum += leg(here, model.homeEnd(isLast: index == last)) }
    }
    if !model.home && here != model.startNode { sum += leg(here, model.endNode) }
    return sum
  }

  var endSum: Int { ends.reduce(0, +) }

  /// Takes new orders for some days if that lowers the cost and breaks nothing; else stays as it was.
  /// - Parameter forced: taken at any cost.
  mutating func change(
    to orders: [(day: Int, order: [Int])], forced: Bool = false, _ model: SearchModel
  ) -> Bool {
    var trial = self
    for (day, order) in orders { trial.days[day] = order }
    guard model.keepsStanding(trial.days) else { return false }
    trial.cost = trial.totalCost(model)
    guard trial.cost < (forced ? SearchModel.hole : cost) else { return false }
    if let rules = model.orderRules, rules.broken(trial.days) != nil { return false }
    if model.home && !model.lastDayDiffers {
      for (day, _) in orders where !trial.refreshDay(day, model) { return false }
    } else {
      guard trial.refreshAll(model) else { return false }
    }
    guard forced || !model.allowsOvertime || trial.price(model) < price(model) else { return false }
    for (day, order) in orders { for visit in order { trial.dayOf[visit] = day } }
    self = trial
    return true
  }

  // MARK: Putting visits in

  /// Whether the visit at the position breaks no constraint of this or, for nights away, of the next day.
  /// Constant time but at a day's end with nights away, and where waiting is limited: the deadlines know the rest of
  /// the day.
  @inline(__always)
  func holds(_ visit: Int, day: Int, position: Int, from start: Int, _ model: SearchModel) -> Bool {
    holdsTimes(visit, day: day, position: position, from: start, model)
      && (!model.limitsWaiting || keepsWaiting(visit, day: day, position: position, from: start, model))
  }

  @inline(__always)
  private func holdsTimes(_ visit: Int, day: Int, position: Int, from start: Int, _ model: SearchModel)
    -> Bool
  {
    let order = days[day]
    let here = position == 0 ? start : order[position - 1]
    let clock = model.advance(clocks[day][position], from: here, to: visit, on: day)
    if clock.isDead { return false }
    if position == order.count {
      if model.home {
        return model.homecoming(clock, from: visit, on: day, isLast: nextUsed(day) == nil)
          < SearchModel.never && handover(to: day, model) != nil
      }
      let next = nextUsed(day)
      guard closing(clock, at: visit, day, isLast: next == nil, model) < SearchModel.never else {
        return false
      }
      return next == nil || dayHolds(next!, from: visit, model)
    }
    let rule = model.dayRules[day]
    let next = order[position]
    let drive = model.seconds(visit, next)
    if rule.maxDriving < SearchModel.hole - 1 {
      let longer = clock.driving + drive - clocks[day][position + 1].driving
      let last = lastLeg(day, model).map { model.seconds($0.from, $0.to) } ?? 0
      if clocks[day][order.count].driving + longer + last > rule.maxDriving { return false }
    }
    if rule.maxMetres < SearchModel.hole - 1 {
      let longer = Int(clock.metres) + model.metres(visit, next) - Int(clocks[day][position + 1].metres)
      let last = lastLeg(day, model).map { model.metres($0.from, $0.to) } ?? 0
      if Int(clocks[day][order.count].metres) + longer + last > rule.maxMetres { return false }
    }
    if model.changesSetUp(of: next, after: here, isMorning: clocks[day][position].isMorning, by: visit) {
      return endInserting(visit, day: day, position: position, model) < SearchModel.never
    }
    let at = clock.reached(after: drive, rule)
    return at.fed <= deadlines[day][position].fed || at.hungry <= deadlines[day][position].hungry
  }

  /// The leg from a day's last stop to its end; nil when none is driven.
  private func lastLeg(_ day: Int, _ model: SearchModel) -> (from: Int, to: Int)? {
    guard let last = days[day].last else { return nil }
    if model.home { return (last, after(day, model)) }
    guard nextUsed(day) == nil, Self.returnDay(after: day, from: last, model) == nil else { return nil }
    return (last, model.endNode)
  }

  /// Where in the day's order the visit may be put as far as the order of visits goes; nil for nowhere.
  @inline(__always)
  func places(for visit: Int, on day: Int, _ model: SearchModel) -> ClosedRange<Int>? {
    let first = model.standing != nil && day == 0 ? 1 : 0
    guard let rules = model.orderRules else { return first...days[day].count }
    return rules.places(for: visit, on: day, days, dayOf, from: first)
  }

  /// Whether a day still works when it starts from another place.
  func dayHolds(_ day: Int, from start: Int, _ model: SearchModel) -> Bool {
    var here = start
    var clock = model.morning(day)
    for visit in days[day] {
      clock = model.advance(clock, from: here, to: visit, on: day)
      if clock.isDead { return false }
      here = visit
    }
    return closing(clock, at: here, day, isLast: nextUsed(day) == nil, model) < SearchModel.never
  }

  /// The cheapest place that breaks nothing; nil when there is none.
  ///
  /// - Parameter skip: places for which it gives true are passed over (the *blinks* of the recreate step).
  @inline(__always)
  func cheapestPlace(
    for visit: Int, onlyDay: Int? = nil, _ model: SearchModel, skip: () -> Bool = { false }
  ) -> InsertionPlace? {
    var best: InsertionPlace?
    var bestDelta = SearchModel.hole
    let nodes = model.nodes
    let service = model.service[visit]
    model.cost.withUnsafeBufferPointer { cost in
      model.seconds.withUnsafeBufferPointer { seconds in
        for day in days.indices where onlyDay == nil || onlyDay == day {
          let order = days[day]
          let start = before(day, model)
          let finish = after(day, model)
          guard let elsewhere = handover(to: day, model) else { continue }
          guard let places = places(for: visit, on: day, model) else { continue }
          let unused = joinCost(day, start, finish, model) == 0 && order.isEmpty
          clocks[day].withUnsafeBufferPointer { clocks in
            deadlines[day].withUnsafeBufferPointer { deadlines in
              var pred = start
              for position in 0...places.upperBound {
                let succ = position < order.count ? order[position] : finish
                let from = pred
                pred = succ
                if position < places.lowerBound { continue }
                let join = unused ? 0 : cost[from * nodes + succ]
                let delta = cost[from * nodes + visit] + cost[visit * nodes + succ] - join + elsewhere
                if delta >= bestDelta { continue }
                // Too late whatever lunch and windows do?
                let clock = clocks[position]
                let ready = min(clock.hungry, clock.fed) + seconds[from * nodes + visit] + service
                let latest = max(deadlines[position].hungry, deadlines[position].fed)
                if position < order.count && ready + seconds[visit * nodes + succ] > latest
                  && !model.changesSetUp(of: succ, after: from, isMorning: clock.isMorning, by: visit)
                {
                  continue
                }
                if (ready > latest && !model.hasSetUp) || skip() { continue }
                if holds(visit, day: day, position: position, from: start, model) {
                  bestDelta = delta
                  best = InsertionPlace(day: day, position: position, delta: delta)
                }
              }
            }
          }
        }
      }
    }
    return best
  }

  /// When the day would end with the visit at the position; `never` when that breaks a constraint of the day.
  func endInserting(_ visit: Int, day: Int, position: Int, _ model: SearchModel) -> Int {
    let order = days[day]
    var here = position == 0 ? before(day, model) : order[position - 1]
    var clock = model.advance(clocks[day][position], from: here, to: visit, on: day)
    here = visit
    for k in position..<order.count {
      if clock.isDead { return SearchModel.never }
      clock = model.advance(clock, from: here, to: order[k], on: day)
      here = order[k]
    }
    if clock.isDead { return SearchModel.never }
    return closing(clock, at: here, day, isLast: nextUsed(day) == nil, model)
  }

  /// Puts a visit where ``cheapestPlace(for:onlyDay:_:skip:)`` found room.
  mutating func insert(_ visit: Int, at place: InsertionPlace, _ model: SearchModel) {
    days[place.day].insert(visit, at: place.position)
    dayOf[visit] = place.day
    _ = refreshDay(place.day, model)
    cost += place.delta
    if model.lastDayDiffers, days[place.day].count == 1, nextUsed(place.day) == nil,
      let previous = lastUsed(before: place.day)
    {
      _ = refreshDay(previous, model)
    }
    guard !model.home, place.position == days[place.day].count - 1 else { return }
    if let next = nextUsed(place.day) {
      // It starts from another place now.
      _ = refreshDay(next, model)
    } else if let previous = days[..<place.day].lastIndex(where: { !$0.isEmpty }) {
      // A new last day frees the one before from the way back.
      _ = refreshDay(previous, model)
    }
  }

  /// Takes visits out. A day that breaks without them (a hole, or a leg longer than the way around) loses
  /// its other stops too.
  mutating func remove(_ taken: [Int], _ model: SearchModel) {
    var touched: [Int] = []
    for visit in taken where dayOf[visit] >= 0 && visit != model.standing {
      let day = dayOf[visit]
      days[day].removeAll { $0 == visit }
      dayOf[visit] = -1
      if !touched.contains(day) { touched.append(day) }
    }
    if model.home && !model.lastDayDiffers && model.orderRules == nil {
      // Days know nothing of each other.
      if touched.allSatisfy({ refreshDay($0, model) }) {
        cost = totalCost(model)
        if cost < SearchModel.hole { return }
      }
    }
    dropBroken(model)
    while !refreshAll(model) {
      // The first day that breaks; a hole between two days shows in the cost alone.
      clear(days.indices.first { ends[$0] >= SearchModel.never } ?? days.lastIndex { !$0.isEmpty }!, model)
      dropBroken(model)
    }
  }

  /// Takes out the visits that cannot stand where they are without the others.
  private mutating func dropBroken(_ model: SearchModel) {
    while let visit = model.orderRules?.broken(days) {
      days[dayOf[visit]].removeAll { $0 == visit }
      dayOf[visit] = -1
    }
  }

  private mutating func clear(_ day: Int, _ model: SearchModel) {
    let kept = days[day].first == model.standing ? model.standing.map { [$0] } ?? [] : []
    for visit in days[day].dropFirst(kept.count) { dayOf[visit] = -1 }
    days[day] = kept
  }
}
