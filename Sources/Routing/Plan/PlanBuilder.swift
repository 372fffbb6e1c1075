import Geo

/// Turns orders of visits into a ``TripPlan`` with all its times.
///
/// Times are the earliest possible; then the day's departure is put off as long as that changes nothing but the
/// waiting before the first visit. Orders that break constraints are timed too, as well as they can be: the
/// checker then lists what is wrong with them.
///
/// Orders are those of the visits and days that are left; what was made before stands first on its day, as it was.
struct PlanBuilder {
  private let remaining: Remaining
  /// Nil when no day is left.
  private let search: SearchModel?
  private var model: SearchModel { search! }
  private var problem: TripProblem { model.problem }

  init(_ model: SearchModel) {
    search = model
    remaining = model.remaining
  }

  /// - Precondition: no day is left.
  init(_ remaining: Remaining) {
    search = nil
    self.remaining = remaining
  }

  private typealias Lunch = WaitedDay.Lunch

  /// One day for each of the whole problem.
  func days(_ orders: [[Int]]) -> [TripPlan.PlannedDay] {
    let whole = remaining.whole
    let home = whole.night == .home
    // Number of each day among those left.
    var left: [Int: Int] = [:]
    for (index, day) in remaining.days.enumerated() { left[day] = index }
    func order(_ day: Int) -> [Int] { left[day].map { orders[$0].filter { $0 != remaining.standing } } ?? [] }
    let lastUsed = whole.days.indices.last { !whole.days[$0].made.isEmpty || !order($0).isEmpty }
    let returnDay = home ? lastUsed : self.returnDay(orders) ?? lastUsed
    var planned: [TripPlan.PlannedDay] = []
    var here = whole.start
    for index in whole.days.indices {
      let start = home ? whole.start : here
      let made = whole.days[index].made.last.map { whole.visits[$0].point }
      let lastPoint = order(index).last.map { problem.visits[$0].point } ?? made
      var end = lastPoint ?? start
      if index == returnDay {
        end = finishPoint ?? end
      } else if home, lastPoint != nil {
        end = whole.start
      }
      if let progress = whole.days[index].progress, !progress.stops.isEmpty {
        planned.append(goOn(progress, order(index), on: left[index], of: index, from: start, to: end))
      } else if let number = left[index] {
        planned.append(day(number, order(index), from: start, to: end))
      } else {
        let opens = whole.days[index].work.lowerBound
        planned.append(
          TripPlan.PlannedDay(
            startPoint: start, endPoint: start, start: opens, end: opens, lunch: nil, stops: [],
            driving: .zero, distance: .zero))
        end = start
      }
      for k in planned[index].stops.indices where k >= whole.days[index].made.count {
        planned[index].stops[k].visit = remaining.visits[planned[index].stops[k].visit]
      }
      here = end
    }
    return planned
  }

  /// Nights away: the day that drives to the end, on or after the last day with stops. Nil when nothing is planned.
  private func returnDay(_ orders: [[Int]]) -> Int? {
    guard let lastUsed = orders.lastIndex(where: { !$0.isEmpty }), let last = orders[lastUsed].last else {
      return nil
    }
    var state = TripState(model)
    state.days = orders
    _ = state.refreshAll(model)
    let clock = state.clocks[lastUsed].last ?? .dead
    if state.returnsToday(
      clock, after: orders[lastUsed], on: lastUsed, from: state.before(lastUsed, model), model)
    {
      return remaining.days[lastUsed]
    }
    return remaining.days[TripState.returnDay(after: lastUsed, from: last, model) ?? lastUsed]
  }

  private var finishPoint: Int? {
    switch remaining.whole.end {
    case .open: nil
    case .roundTrip: remaining.whole.start
    case .at(let point): point
    }
  }

  /// A day of which some visits are made.
  /// - Parameters:
  ///   - number: of the day among those left; nil when it is over.
  ///   - index: of the day in the whole problem.
  private func goOn(
    _ progress: TripProblem.Progress, _ order: [Int], on number: Int?, of index: Int, from start: Int,
    to end: Int
  ) -> TripPlan.PlannedDay {
    let whole = remaining.whole
    var planned = TripPlan.PlannedDay(
      startPoint: start, endPoint: end, start: progress.start, end: 0, lunch: progress.lunch,
      stops: progress.stops, driving: .zero, distance: .zero)
    var here = start
    func drive(to point: Int) -> Seconds {
      let drive = whole.matrix.seconds(from: here, to: point) ?? .zero
      planned.driving += drive
      planned.distance += whole.matrix.metres(from: here, to: point) ?? .zero
      here = point
      return drive
    }
    for stop in progress.stops { _ = drive(to: whole.visits[stop.visit].point) }
    guard !order.isEmpty, let number else {
      let left = progress.stops.last?.departure ?? progress.start
      planned.end = left + drive(to: end).value
      return planned
    }
    let rest = day(number, order, from: here, to: end)
    planned.end = rest.end
    planned.lunch = progress.lunch ?? rest.lunch
    planned.stops += rest.stops
    planned.driving += rest.driving
    planned.distance += rest.distance
    return planned
  }

  private func day(_ index: Int, _ order: [Int], from start: Int, to end: Int) -> TripPlan.PlannedDay {
    let opens = model.dayRules[index].opens
    guard !order.isEmpty || start != end else {
      return TripPlan.PlannedDay(
        startPoint: start, endPoint: end, start: opens, end: opens, lunch: nil, stops: [], driving: .zero,
        distance: .zero)
    }
    if model.limitsWaiting, !order.isEmpty, let day = waited(index, order, from: start, to: end) {
      return day
    }
    var best = timed(index, order, from: start, to: end, lunch: .none)
    if let lunch = problem.days[index].lunch, lunch.length.value > 0 {
      let rule = model.dayRules[index]
      let freeBefore = !rule.goesOn && best.start >= rule.lunchFrom + rule.lunchLength
      var bestEnd = best.end <= rule.lunchLatest || freeBefore ? best.end : SearchModel.never
      var bestBroken = bestEnd < SearchModel.never ? brokenWindows(best, index) : Int.max
      for choice in (rule.goesOn ? [] : [Lunch.beforeStart]) + (0...order.count).map({ .leg($0) }) {
        let trial = timed(index, order, from: start, to: end, lunch: choice)
        if let start = trial.lunch, start > rule.lunchLatest { continue }
        let broken = brokenWindows(trial, index)
        if (broken, trial.end) < (bestBroken, bestEnd) {
          best = trial
          bestEnd = trial.end
          bestBroken = broken
        }
      }
    }
    return best
  }

  /// The day that keeps the limit of waiting; nil when there is none.
  private func waited(_ index: Int, _ order: [Int], from start: Int, to end: Int) -> TripPlan.PlannedDay? {
    // Where the day begins and ends, as nodes: any with the same point will do.
    func node(_ point: Int) -> Int? {
      if point == problem.start { return model.startNode }
      if point == finishPoint { return model.endNode }
      return problem.visits.firstIndex { $0.point == point }
    }
    let last = order.last.map { problem.visits[$0].point }
    let standing = model.standing.map { problem.visits[$0].point }
    let from = standing == start && index == 0 ? model.standing : node(start)
    guard let from, end == last || node(end) != nil,
      let day = model.waitedDay(order, on: index, from: from, to: end == last ? nil : node(end))
    else { return nil }
    return timed(index, order, from: start, to: end, lunch: day.lunch, leaving: day.start)
  }

  private func brokenWindows(_ day: TripPlan.PlannedDay, _ index: Int) -> Int {
    day.stops.count {
      model.serviceStart($0.visit, $0.departure - $0.serviceStart, on: index, from: $0.serviceStart)
        != $0.serviceStart
    }
  }

  private func timed(
    _ index: Int, _ order: [Int], from start: Int, to end: Int, lunch: Lunch, leaving: Int = 0
  ) -> TripPlan.PlannedDay {
    let rule = model.dayRules[index]
    let matrix = problem.matrix
    var planned = TripPlan.PlannedDay(
      startPoint: start, endPoint: end, start: rule.opens, end: 0, lunch: nil, stops: [], driving: .zero,
      distance: .zero)
    if case .beforeStart = lunch { planned.start = max(rule.opens, rule.lunchFrom + rule.lunchLength) }
    planned.start = max(planned.start, leaving)
    var now = planned.start
    var here = start

    func leg(_ number: Int, to point: Int) -> (arrival: Int, ready: Int) {
      // A hole has no time; the checker names it.
      let drive = matrix.seconds(from: here, to: point)?.value ?? 0
      planned.driving += Seconds(drive)
      planned.distance += matrix.metres(from: here, to: point) ?? .zero
      here = point
      guard case .leg(let chosen) = lunch, chosen == number else { return (now + drive, now + drive) }
      let eats = max(now, rule.lunchFrom)
      planned.lunch = eats
      return eats < now + drive
        ? (now + drive + rule.lunchLength, now + drive + rule.lunchLength)
        : (now + drive, eats + rule.lunchLength)
    }

    // The stop before the first is one of this day only when that is under way.
    var previous = rule.goesOn ? model.standing : nil
    for (k, visit) in order.enumerated() {
      let reached = leg(k, to: problem.visits[visit].point)
      let length = model.length(of: visit, after: previous ?? model.startNode, isMorning: previous == nil)
      let door = model.serviceStart(visit, length, on: index, from: reached.ready)
      let begin = door < SearchModel.never ? door : reached.ready
      now = begin + length
      previous = visit
      planned.stops.append(
        .init(visit: visit, arrival: reached.arrival, serviceStart: begin, departure: now))
      if k == 0 && !rule.goesOn { putOffStart(&planned, rule) }
    }
    let reached = leg(order.count, to: end)
    // Lunch after the last visit of a day that ends there.
    planned.end = max(reached.arrival, reached.ready)
    return planned
  }

  /// Leaves later when the first door is still closed; lunch on the first leg moves along.
  private func putOffStart(_ day: inout TripPlan.PlannedDay, _ rule: SearchModel.DayRule) {
    let first = day.stops[0]
    let drive = day.driving.value
    guard let lunch = day.lunch else {
      day.start = max(day.start, first.serviceStart - drive)
      day.stops[0].arrival = day.start + drive
      return
    }
    let start = max(day.start, min(first.serviceStart - drive - rule.lunchLength, rule.lunchLatest))
    guard start > day.start, lunch <= rule.lunchLatest else { return }
    day.start = start
    let eats = max(start, rule.lunchFrom)
    day.lunch = eats
    day.stops[0].arrival = eats < start + drive ? start + drive + rule.lunchLength : start + drive
  }
}
