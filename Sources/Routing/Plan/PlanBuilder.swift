import Geo

/// Turns orders of visits into a ``TripPlan`` with all its times.
///
/// Times are the earliest possible; then the day's departure is put off as long as that changes nothing but the
/// waiting before the first visit. Orders that break constraints are timed too, as well as they can be: the
/// checker then lists what is wrong with them.
struct PlanBuilder {
  let model: SearchModel
  var problem: TripProblem { model.problem }

  /// Where lunch is taken on a day.
  private enum Lunch {
    case none, beforeStart
    case leg(Int)
  }

  func days(_ orders: [[Int]]) -> [TripPlan.PlannedDay] {
    var planned: [TripPlan.PlannedDay] = []
    var here = problem.start
    let lastUsed = orders.lastIndex { !$0.isEmpty }
    // Nights away: the day that drives to the end, on or after the last day with stops.
    var returnDay = lastUsed
    if !model.home, let lastUsed {
      var state = TripState(model)
      state.days = orders
      _ = state.refreshAll(model)
      let last = orders[lastUsed].last ?? model.startNode
      let clock = state.clocks[lastUsed].last ?? .dead
      if model.finish(clock, from: last, to: model.endNode, on: lastUsed) >= SearchModel.never {
        returnDay = TripState.returnDay(after: lastUsed, from: last, model) ?? lastUsed
      }
    }
    for (index, order) in orders.enumerated() {
      let start = model.home ? problem.start : here
      let lastPoint = order.last.map { problem.visits[$0].point } ?? start
      var end = lastPoint
      if model.home ? !order.isEmpty : index == returnDay { end = finishPoint ?? lastPoint }
      planned.append(day(index, order, from: start, to: end))
      here = end
    }
    return planned
  }

  private var finishPoint: Int? {
    switch problem.end {
    case .open: nil
    case .roundTrip: problem.start
    case .at(let point): point
    }
  }

  private func day(_ index: Int, _ order: [Int], from start: Int, to end: Int) -> TripPlan.PlannedDay {
    let opens = model.dayRules[index].opens
    guard !order.isEmpty || start != end else {
      return TripPlan.PlannedDay(
        startPoint: start, endPoint: end, start: opens, end: opens, lunch: nil, stops: [], driving: .zero,
        distance: .zero)
    }
    var best = timed(index, order, from: start, to: end, lunch: .none)
    if let lunch = problem.days[index].lunch, lunch.length.value > 0 {
      let rule = model.dayRules[index]
      var bestEnd =
        best.end <= rule.lunchLatest || best.start >= rule.lunchFrom + rule.lunchLength
        ? best.end : SearchModel.never
      var bestBroken = bestEnd < SearchModel.never ? brokenWindows(best, index) : Int.max
      for choice in [Lunch.beforeStart] + (0...order.count).map({ .leg($0) }) {
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

  private func brokenWindows(_ day: TripPlan.PlannedDay, _ index: Int) -> Int {
    day.stops.count {
      model.serviceStart($0.visit, on: index, from: $0.serviceStart) != $0.serviceStart
    }
  }

  private func timed(
    _ index: Int, _ order: [Int], from start: Int, to end: Int, lunch: Lunch
  ) -> TripPlan.PlannedDay {
    let rule = model.dayRules[index]
    let matrix = problem.matrix
    var planned = TripPlan.PlannedDay(
      startPoint: start, endPoint: end, start: rule.opens, end: 0, lunch: nil, stops: [], driving: .zero,
      distance: .zero)
    if case .beforeStart = lunch { planned.start = max(rule.opens, rule.lunchFrom + rule.lunchLength) }
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

    for (k, visit) in order.enumerated() {
      let reached = leg(k, to: problem.visits[visit].point)
      let door = model.serviceStart(visit, on: index, from: reached.ready)
      let begin = door < SearchModel.never ? door : reached.ready
      now = begin + model.service[visit]
      planned.stops.append(
        .init(visit: visit, arrival: reached.arrival, serviceStart: begin, departure: now))
      if k == 0 { putOffStart(&planned, rule) }
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
