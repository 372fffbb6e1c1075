/// Limited waiting, for checking only: every hour at which the day could begin to keep the limit is tried.
extension PlainSchedule {
  struct WaitedStop {
    var position: Int
    var visit: Int
    /// When the stop before is left.
    var left: Int
    /// Driving, and lunch when it is on the way.
    var busy: Int
    var drive: Int
    var begins: Int
    var length: Int

    var idle: Int { begins - left - busy }
  }

  /// As ``timed(_:from:_:to:lunch:in:leaving:visiting:)``, with the day begun as late as the limit of waiting wants.
  static func earliestEnd(
    _ day: Int, from start: Int, _ order: [Int], to finish: Int?, lunch: Lunch, in problem: TripProblem
  ) -> Int? {
    let rule = problem.days[day]
    guard let limit = rule.maxWaiting?.value else {
      return timed(day, from: start, order, to: finish, lunch: lunch, in: problem)
    }
    let first = rule.progress?.stops.count ?? 0
    func run(_ leaving: Int) -> (end: Int, stops: [WaitedStop])? {
      var stops: [WaitedStop] = []
      let end = timed(day, from: start, order, to: finish, lunch: lunch, in: problem, leaving: leaving) {
        stops.append($0)
      }
      return end.map { ($0, stops) }
    }
    /// When the stop before the one at that place is left at the earliest after such a start; nil when that comes to
    /// nothing.
    func left(_ position: Int, leaving: Int) -> Int? {
      run(leaving)?.stops.first { $0.position == position }?.left
    }
    let opens = max(rule.work.lowerBound, rule.progress?.resumes ?? rule.work.lowerBound)
    let closes = rule.work.upperBound + rule.overtime.value
    guard opens <= closes, let earliest = run(opens) else { return nil }
    // A wait becomes short enough where the stop before is left so late: at which start is found by halving, for later
    // starts never leave it earlier.
    var starts = [opens]
    for stop in earliest.stops where stop.position > first {
      let visit = problem.visits[stop.visit]
      var doors =
        visit.appointment.map { [$0.start.lowerBound] } ?? visit.windows?[day].map(\.lowerBound) ?? []
      if lunch == .leg(stop.position), let meal = rule.lunch {
        doors.append(meal.window.lowerBound + meal.length.value)
      }
      for door in doors {
        let wanted = door - stop.busy - limit
        guard wanted > stop.left else { continue }
        var low = opens
        var high = closes + 1
        while high - low > 1 {
          let middle = (low + high) / 2
          if left(stop.position, leaving: middle).map({ $0 < wanted }) ?? false {
            low = middle
          } else {
            high = middle
          }
        }
        if high <= closes { starts.append(high) }
      }
    }
    return starts.compactMap { leaving in
      run(leaving).flatMap { run in
        run.stops.allSatisfy { $0.position <= first || $0.idle <= limit } ? run.end : nil
      }
    }.min()
  }
}
