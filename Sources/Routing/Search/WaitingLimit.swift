/// Days on which no visit but the first may be waited for longer than allowed.
///
/// Waiting is the time at which nothing is done between leaving one visit and the beginning of the next: neither
/// driving nor lunch. Where a day would wait too long it begins later. When a visit begins never comes earlier by
/// beginning the day later, so the least start that shortens the first wait that is too long is the least of the whole
/// day so far; repeated, it leads to the earliest day that keeps the limit, or to a window that is missed.
struct WaitedDay: Equatable {
  /// Where lunch is taken.
  enum Lunch: Equatable {
    case none, beforeStart
    case leg(Int)
  }

  var lunch: Lunch
  /// When the day begins at the earliest.
  var start: Int
  var end: Int
}

extension SearchModel {
  /// The day with that order that ends first and keeps the limit of waiting; nil when there is none.
  ///
  /// Driving limits are not looked at. O(stops²) time for each wait that is too long.
  /// - Parameter goal: node where the day ends; nil for the last stop.
  func waitedDay(_ order: [Int], on day: Int, from start: Int, to goal: Int?) -> WaitedDay? {
    var order = order[...]
    var start = start
    if day == 0, let standing, order.first == standing {
      order = order.dropFirst()
      start = standing
    }
    let rule = dayRules[day]
    var run = WaitedRun(
      model: self, day: day, order: Array(order), from: start, goal: goal, isUnderway: rule.goesOn)
    guard rule.lunchLength > 0 else { return run.earliest(lunch: .none) }
    var best: WaitedDay?
    let places = (0...order.count).map { WaitedDay.Lunch.leg($0) }
    for lunch in [WaitedDay.Lunch.none] + (rule.goesOn ? [] : [.beforeStart]) + places {
      guard let found = run.earliest(lunch: lunch), best == nil || found.end < best!.end else { continue }
      best = found
    }
    return best
  }
}

/// One order of one day, timed again and again.
private struct WaitedRun {
  let model: SearchModel
  let day: Int
  let order: [Int]
  let from: Int
  let goal: Int?
  /// The first stop is none of the morning.
  let isUnderway: Bool
  private var departures: [Int] = []

  init(model: SearchModel, day: Int, order: [Int], from: Int, goal: Int?, isUnderway: Bool) {
    self.model = model
    self.day = day
    self.order = order
    self.from = from
    self.goal = goal
    self.isUnderway = isUnderway
  }

  private var rule: SearchModel.DayRule { model.dayRules[day] }
  private func node(before index: Int) -> Int { index == 0 ? from : order[index - 1] }

  private func drive(_ index: Int) -> Int {
    guard index < order.count else { return goal.map { model.seconds(node(before: index), $0) } ?? 0 }
    return model.seconds(node(before: index), order[index])
  }

  private func length(_ index: Int) -> Int {
    model.length(of: order[index], after: node(before: index), isMorning: index == 0 && !isUnderway)
  }

  mutating func earliest(lunch: WaitedDay.Lunch) -> WaitedDay? {
    var start = rule.opens
    if lunch == .beforeStart { start = max(start, rule.lunchFrom + rule.lunchLength) }
    while start <= rule.closes {
      guard let run = timed(from: start, lunch: lunch) else { return nil }
      guard let wanted = run.tooLong else {
        if lunch == .none, rule.lunchLength > 0, run.end > rule.lunchLatest { return nil }
        return WaitedDay(lunch: lunch, start: start, end: run.end)
      }
      guard let later = least(departure: wanted.departure, before: wanted.index, lunch: lunch), later > start
      else { return nil }
      start = later
    }
    return nil
  }

  /// Runs through the day as early as can be.
  /// - Returns: when it ends, and the departure that the first stop waited for too long wants; nil when a window, lunch
  ///   or the end of the day is missed.
  private mutating func timed(from start: Int, lunch: WaitedDay.Lunch) -> (
    end: Int, tooLong: (index: Int, departure: Int)?
  )? {
    departures.removeAll(keepingCapacity: true)
    var now = start
    for index in 0...order.count {
      let drive = drive(index)
      var ready = now + drive
      var busy = drive
      if lunch == .leg(index) {
        guard max(now, rule.lunchFrom) <= rule.lunchLatest else { return nil }
        ready = max(ready, rule.lunchFrom) + rule.lunchLength
        busy += rule.lunchLength
      }
      guard index < order.count else {
        now = ready
        break
      }
      let length = length(index)
      let begin = model.serviceStart(order[index], length, on: day, from: ready)
      guard begin < SearchModel.never else { return nil }
      if index > 0, begin - now - busy > rule.maxWaiting {
        return (0, (index, begin - busy - rule.maxWaiting))
      }
      now = begin + length
      departures.append(now)
    }
    return now <= rule.closes ? (now, nil) : nil
  }

  /// The earliest start of the day with which the stop before `index` is left at `departure` or later.
  private func least(departure: Int, before index: Int, lunch: WaitedDay.Lunch) -> Int? {
    var wanted = departure
    for index in stride(from: index - 1, through: 0, by: -1) {
      let length = length(index)
      guard
        let ready = model.leastReady(order[index], length, on: day, startingFrom: wanted - length)
      else { return nil }
      let onLeg = lunch == .leg(index)
      if onLeg, rule.lunchFrom + rule.lunchLength >= ready { return nil }
      wanted = ready - drive(index) - (onLeg ? rule.lunchLength : 0)
    }
    return wanted
  }
}
