/// Where a visit could be put into a ``TripState``.
struct InsertionPlace: Equatable {
  var day: Int
  var position: Int
  /// Growth of the state's cost.
  var delta: Int
}

/// A plan being searched: the order of visits of each day with the clocks after every stop.
///
/// Invariant after ``refresh(from:_:)`` gave true: every day is within its hours, windows, lunch and driving.
struct TripState {
  var days: [[Int]]
  /// `clocks[day][k]`: after `k` stops.
  private(set) var clocks: [[DayClock]]
  /// When each used day ends; 0 for an unused one.
  private(set) var ends: [Int]
  /// Day of each visit, -1 when left out.
  var dayOf: [Int]
  /// Sum of the metric over all legs.
  private(set) var cost = 0

  init(_ model: SearchModel) {
    days = .init(repeating: [], count: model.dayCount)
    clocks = (0..<model.dayCount).map { [model.morning($0)] }
    ends = .init(repeating: 0, count: model.dayCount)
    dayOf = .init(repeating: -1, count: model.visits)
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
    if model.home { return model.endNode }
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

  // MARK: Keeping the clocks

  /// Works out clocks, ends and cost again from `first` on. False when a constraint breaks.
  mutating func refresh(from first: Int, _ model: SearchModel) -> Bool {
    var fine = true
    for day in first..<days.count where model.home ? day == first : true {
      if !refreshDay(day, model) { fine = false }
    }
    cost = totalCost(model)
    return fine && cost < SearchModel.hole
  }

  mutating func refreshAll(_ model: SearchModel) -> Bool {
    var fine = true
    for day in days.indices where !refreshDay(day, model) { fine = false }
    cost = totalCost(model)
    return fine && cost < SearchModel.hole
  }

  /// False when the day breaks a constraint; its clocks are then not to be used.
  mutating func refreshDay(_ day: Int, _ model: SearchModel) -> Bool {
    let order = days[day]
    var clock = model.morning(day)
    clocks[day].removeAll(keepingCapacity: true)
    clocks[day].append(clock)
    ends[day] = 0
    guard var here = order.first.map({ _ in before(day, model) }) else { return true }
    for visit in order {
      clock = model.advance(clock, from: here, to: visit, on: day)
      clocks[day].append(clock)
      here = visit
    }
    if clock.isDead { return false }
    ends[day] = closing(clock, at: here, day, isLast: nextUsed(day) == nil, model)
    return ends[day] < SearchModel.never
  }

  /// When the day ends after its last stop, the way back of the last day included.
  func closing(_ clock: DayClock, at last: Int, _ day: Int, isLast: Bool, _ model: SearchModel) -> Int {
    if model.home { return model.finish(clock, from: last, to: model.endNode, on: day) }
    guard isLast else { return model.finish(clock, from: last, to: nil, on: day) }
    let back = model.finish(clock, from: last, to: model.endNode, on: day)
    if back < SearchModel.never { return back }
    return Self.returnDay(after: day, from: last, model) == nil
      ? SearchModel.never : model.finish(clock, from: last, to: nil, on: day)
  }

  /// The first later day on which the way back fits by itself.
  static func returnDay(after day: Int, from last: Int, _ model: SearchModel) -> Int? {
    (day + 1..<max(day + 1, model.dayCount)).first {
      model.finish(model.morning($0), from: last, to: model.endNode, on: $0) < SearchModel.never
    }
  }

  func totalCost(_ model: SearchModel) -> Int {
    var sum = 0
    var here = model.startNode
    for day in days where !day.isEmpty {
      if model.home { here = model.startNode }
      for visit in day {
        sum += model.cost(here, visit)
        here = visit
      }
      if model.home { sum += model.cost(here, model.endNode) }
    }
    if !model.home && here != model.startNode { sum += model.cost(here, model.endNode) }
    return sum
  }

  var endSum: Int { ends.reduce(0, +) }

  // MARK: Putting visits in

  /// When the day would end with the visit at the position; `never` when a constraint of this or, for nights
  /// away, of the next day breaks.
  func endInserting(_ visit: Int, day: Int, position: Int, from start: Int, _ model: SearchModel) -> Int {
    let order = days[day]
    var here = position == 0 ? start : order[position - 1]
    var clock = model.advance(clocks[day][position], from: here, to: visit, on: day)
    if clock.isDead { return SearchModel.never }
    here = visit
    for k in position..<order.count {
      clock = model.advance(clock, from: here, to: order[k], on: day)
      if clock.isDead { return SearchModel.never }
      here = order[k]
    }
    if model.home { return model.finish(clock, from: here, to: model.endNode, on: day) }
    let next = nextUsed(day)
    let end = closing(clock, at: here, day, isLast: next == nil, model)
    guard end < SearchModel.never, position == order.count, let next else { return end }
    return dayHolds(next, from: visit, model) ? end : SearchModel.never
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
    for day in days.indices where onlyDay == nil || onlyDay == day {
      let order = days[day]
      let start = before(day, model)
      let finish = after(day, model)
      var pred = start
      for position in 0...order.count {
        let succ = position < order.count ? order[position] : finish
        let delta =
          model.cost(pred, visit) + model.cost(visit, succ) - joinCost(day, pred, succ, model)
        pred = succ
        if delta >= bestDelta || skip() { continue }
        if endInserting(visit, day: day, position: position, from: start, model) < SearchModel.never {
          bestDelta = delta
          best = InsertionPlace(day: day, position: position, delta: delta)
        }
      }
    }
    return best
  }

  /// Puts a visit where ``cheapestPlace(for:onlyDay:_:skip:)`` found room.
  mutating func insert(_ visit: Int, at place: InsertionPlace, _ model: SearchModel) {
    days[place.day].insert(visit, at: place.position)
    dayOf[visit] = place.day
    _ = refresh(from: place.day, model)
  }

  /// Takes visits out. A day that breaks without them (a hole, or a leg longer than the way around) loses
  /// its other stops too.
  mutating func remove(_ taken: [Int], _ model: SearchModel) {
    for visit in taken where dayOf[visit] >= 0 {
      days[dayOf[visit]].removeAll { $0 == visit }
      dayOf[visit] = -1
    }
    while !refreshAll(model) {
      let broken = days.indices.first { !days[$0].isEmpty && ends[$0] >= SearchModel.never }
      guard let day = broken ?? days.indices.first(where: { clocks[$0].last!.isDead }) else {
        clear(days.lastIndex { !$0.isEmpty } ?? 0)
        continue
      }
      clear(day)
    }
  }

  private mutating func clear(_ day: Int) {
    for visit in days[day] { dayOf[visit] = -1 }
    days[day] = []
  }
}
