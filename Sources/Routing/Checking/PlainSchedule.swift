import Geo

/// The plainest way to time given orders of visits, for checking only: every place for lunch is tried in turn.
enum PlainSchedule {
  /// Whether each day can be made in the order given, nights and the end rule included.
  static func allDaysFit(_ days: [[Int]], in problem: TripProblem) -> Bool {
    let finish: Int?
    switch problem.end {
    case .open: finish = nil
    case .roundTrip: finish = problem.start
    case .at(let point): finish = point
    }
    guard let lastUsed = days.lastIndex(where: { !$0.isEmpty }) else { return true }
    guard ordersFit(days, in: problem) else { return false }
    var here = problem.start
    for (index, order) in days.enumerated() {
      let history = problem.days[index].progress?.stops.map(\.visit) ?? []
      guard order.starts(with: history) else { return false }
      if problem.days[index].progress?.isOver == true && order.count > history.count { return false }
      if order.isEmpty { continue }
      let points = order.map { problem.visits[$0].point }
      switch problem.night {
      case .home:
        // Every night but the last is at home.
        let goal = index < lastUsed ? problem.start : finish
        guard dayEnd(index, from: problem.start, order, to: goal, in: problem) != nil else { return false }
      case .away:
        if index < lastUsed || finish == nil {
          guard dayEnd(index, from: here, order, to: nil, in: problem) != nil else { return false }
        } else if dayEnd(index, from: here, order, to: finish, in: problem) == nil {
          // The way back may stand on a later day of its own.
          guard dayEnd(index, from: here, order, to: nil, in: problem) != nil else { return false }
          let returns = days.indices.contains {
            $0 > index && dayEnd($0, from: points[points.count - 1], [], to: finish, in: problem) != nil
          }
          guard returns else { return false }
        }
        here = points[points.count - 1]
      }
    }
    return true
  }

  /// Where lunch goes: not at all, before the day starts, or on the leg with that number.
  enum Lunch: Equatable {
    case none, beforeStart
    case leg(Int)
  }

  /// When the day ends at the earliest; nil when a constraint breaks.
  static func dayEnd(
    _ day: Int, from start: Int, _ order: [Int], to finish: Int?, in problem: TripProblem
  ) -> Int? {
    let rule = problem.days[day]
    let made = rule.progress?.stops.count ?? 0
    // With nothing new on it, a day is what it was.
    if made > 0 && order.count == made { return rule.progress!.stops[made - 1].departure }
    var choices: [Lunch] = [.none]
    var needsLunch = (rule.lunch?.length.value ?? 0) > 0
    if made > 0, let progress = rule.progress, let lunch = rule.lunch {
      let tooLate = progress.resumes > lunch.window.upperBound - lunch.length.value
      if progress.lunch != nil || tooLate { needsLunch = false }
    }
    if needsLunch {
      if made == 0 { choices.append(.beforeStart) }
      choices += (made...order.count).map { .leg($0) }
    }
    let ends = choices.compactMap { choice -> Int? in
      let end = earliestEnd(day, from: start, order, to: finish, lunch: choice, in: problem)
      if choice == .none, needsLunch, let end, let lunch = rule.lunch,
        end > lunch.window.upperBound - lunch.length.value
      {
        return nil
      }
      return end
    }
    return ends.min()
  }

  /// One run through the day as early as can be.
  /// - Parameters:
  ///   - leaving: no earlier than that.
  ///   - visiting: is told of every visit with its length, when the one before is left, the driving between and the
  ///     pause on the way.
  static func timed(
    _ day: Int, from start: Int, _ order: [Int], to finish: Int?, lunch choice: Lunch,
    in problem: TripProblem, leaving: Int = 0,
    visiting: (_ stop: WaitedStop) -> Void = { _ in }
  ) -> Int? {
    let rule = problem.days[day]
    var now = max(leaving, rule.work.lowerBound, rule.progress?.resumes ?? rule.work.lowerBound)
    var here = start
    var driving = 0
    var metres = 0.0
    if choice == .beforeStart, let lunch = rule.lunch {
      now = max(now, lunch.window.lowerBound + lunch.length.value)
    }
    func move(_ leg: Int, to point: Int) -> Bool {
      guard let drive = problem.matrix.seconds(from: here, to: point),
        let way = problem.matrix.metres(from: here, to: point)
      else { return false }
      driving += drive.value
      metres += way.value
      here = point
      guard choice == .leg(leg), let lunch = rule.lunch else {
        now += drive.value
        return true
      }
      let eats = max(now, lunch.window.lowerBound)
      now = max(now + drive.value, eats) + lunch.length.value
      return eats + lunch.length.value <= lunch.window.upperBound
    }
    let made = rule.progress?.stops.count ?? 0
    for visit in order.prefix(made) {
      let point = problem.visits[visit].point
      guard let drive = problem.matrix.seconds(from: here, to: point),
        let way = problem.matrix.metres(from: here, to: point)
      else { return nil }
      driving += drive.value
      metres += way.value
      here = point
    }
    for (index, visit) in order.enumerated().dropFirst(made) {
      let item = problem.visits[visit]
      let left = now
      let drive = problem.matrix.seconds(from: here, to: item.point)?.value ?? 0
      guard move(index, to: item.point) else { return nil }
      var length = item.service.value
      if index == 0 || !isOnePlace(problem.visits[order[index - 1]].point, item.point, in: problem) {
        length += item.setUp.value
      }
      if let appointment = item.appointment {
        now = max(now, appointment.start.lowerBound)
        if appointment.day != day || now > appointment.start.upperBound { return nil }
      } else if let windows = item.windows?[day] {
        let starts = windows.compactMap { window -> Int? in
          let begin = max(now, window.lowerBound)
          return begin < window.upperBound && begin + length <= window.upperBound ? begin : nil
        }
        guard let begin = starts.min() else { return nil }
        now = begin
      }
      visiting(
        WaitedStop(
          position: index, visit: visit, left: left,
          busy: drive + (choice == .leg(index) ? rule.lunch?.length.value ?? 0 : 0),
          drive: drive, begins: now, length: length))
      now += length
    }
    guard move(order.count, to: finish ?? here) else { return nil }
    guard driving <= rule.maxDriving?.value ?? .max, metres <= rule.maxDistance?.value ?? .infinity,
      now <= rule.work.upperBound + rule.overtime.value
    else { return nil }
    return now
  }
}
