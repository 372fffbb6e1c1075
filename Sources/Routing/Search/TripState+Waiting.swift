/// Limited waiting: a day is looked at as a whole, for earlier is not always better.
extension TripState {
  /// When the day ends that keeps the limit; `never` when there is none.
  func waitedEnd(_ order: [Int], on day: Int, from start: Int, isLast: Bool, _ model: SearchModel) -> Int {
    guard let last = order.last else { return 0 }
    // With nothing new done the day is what it was.
    if last == model.standing { return ends[day] }
    func end(_ goal: Int?) -> Int {
      model.waitedDay(order, on: day, from: start, to: goal)?.end ?? SearchModel.never
    }
    if model.home { return end(model.homeEnd(isLast: isLast)) }
    guard isLast else { return end(nil) }
    var clock = model.morning(day)
    var here = start
    for visit in order {
      clock = model.advance(clock, from: here, to: visit, on: day)
      here = visit
    }
    if returnsToday(clock, after: order, on: day, from: start, model) { return end(model.endNode) }
    return Self.returnDay(after: day, from: last, model) == nil ? SearchModel.never : end(nil)
  }

  /// Nights away: whether the way to the end of the trip fits into the same day.
  /// - Parameter clock: after the order's last stop.
  func returnsToday(
    _ clock: DayClock, after order: [Int], on day: Int, from start: Int, _ model: SearchModel
  ) -> Bool {
    guard let last = order.last,
      model.finish(clock, from: last, to: model.endNode, on: day) < SearchModel.never
    else { return false }
    return !model.limitsWaiting || last == model.standing
      || model.waitedDay(order, on: day, from: start, to: model.endNode) != nil
  }

  /// Whether the limit is kept with a visit put in, on this and on every other day that changes by it.
  func keepsWaiting(_ visit: Int, day: Int, position: Int, from start: Int, _ model: SearchModel) -> Bool {
    var order = days[day]
    order.insert(visit, at: position)
    let next = nextUsed(day)
    guard waitedEnd(order, on: day, from: start, isLast: next == nil, model) < SearchModel.never else {
      return false
    }
    if model.home {
      guard model.lastDayDiffers, days[day].isEmpty, next == nil,
        let before = days[..<day].lastIndex(where: { !$0.isEmpty })
      else { return true }
      return waitedEnd(days[before], on: before, from: model.startNode, isLast: false, model)
        < SearchModel.never
    }
    guard position == days[day].count else { return true }
    if let next {
      return waitedEnd(days[next], on: next, from: visit, isLast: nextUsed(next) == nil, model)
        < SearchModel.never
    }
    guard days[day].isEmpty, let before = days[..<day].lastIndex(where: { !$0.isEmpty }) else { return true }
    return waitedEnd(days[before], on: before, from: self.before(before, model), isLast: false, model)
      < SearchModel.never
  }
}
