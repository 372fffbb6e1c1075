import Geo

/// Who may stand where: days, appointments, places in the order, precedence, one visit a day to a place.
///
/// What was made binds the rest, and is not judged itself.
extension PlanCheck {
  mutating func rules() {
    for (index, day) in plan.days.enumerated() {
      for (position, stop) in day.stops.enumerated() where position >= made(on: index) {
        lock(stop, at: position, of: day.stops.count, on: index)
        if problem.samePlaceOnceADay { place(position, on: index) }
      }
    }
    precedences()
  }

  private mutating func lock(_ stop: TripPlan.PlannedStop, at position: Int, of count: Int, on day: Int) {
    let visit = problem.visits[stop.visit]
    if let days = visit.days, !days.contains(day) {
      report(
        .visitDay, day: day, visit: stop.visit,
        "may be made only on \(days.sorted().map { "day \($0 + 1)" }.joined(separator: ", "))")
    }
    if let appointment = visit.appointment,
      day != appointment.day || !appointment.start.contains(stop.serviceStart)
    {
      report(
        .appointment, day: day, visit: stop.visit,
        "starts at \(clock(stop.serviceStart)), agreed is day \(appointment.day + 1) at \(clock(appointment.start.lowerBound))"
      )
    }
    let isLast = position == count - 1
    let fits =
      switch visit.slot {
      case nil: true
      case .first: position == 0
      case .last: isLast
      case .position(let before): position == before || (position < before && isLast)
      }
    if !fits { report(.slot, day: day, visit: stop.visit, "stands at place \(position + 1) of \(count)") }
  }

  private mutating func place(_ position: Int, on day: Int) {
    let stops = plan.days[day].stops
    let point = problem.visits[stops[position].visit].point
    let again = stops[..<position].contains { stop in
      let other = problem.visits[stop.visit].point
      return PlainSchedule.isOnePlace(other, point, in: problem)
    }
    if again {
      report(.samePlace, day: day, visit: stops[position].visit, "the place is visited earlier that day")
    }
  }

  private mutating func precedences() {
    let order = plan.days.flatMap { $0.stops.map(\.visit) }
    let history = problem.days.flatMap { $0.progress?.stops.map(\.visit) ?? [] }
    for rule in problem.precedences where !history.contains(rule.after) {
      guard let after = order.firstIndex(of: rule.after) else { continue }
      let before = order.firstIndex(of: rule.before)
      if before == nil || before! > after {
        report(
          .precedence, visit: rule.after,
          before == nil ? "visit \(rule.before) is not made before it" : "visit \(rule.before) comes later")
      }
    }
  }
}

extension PlainSchedule {
  static func isOnePlace(_ a: Int, _ b: Int, in problem: TripProblem) -> Bool {
    a == b
      || (problem.matrix.seconds(from: a, to: b) == .zero && problem.matrix.seconds(from: b, to: a) == .zero)
  }

  /// Whether every visit stands where days, slots, precedence and the rule of places let it stand.
  static func ordersFit(_ days: [[Int]], in problem: TripProblem) -> Bool {
    let made = problem.days.map { $0.progress?.stops.count ?? 0 }
    let sequence = days.flatMap { $0 }
    let history = Set(days.enumerated().flatMap { $1.prefix(made[$0]) })
    for rule in problem.precedences where !history.contains(rule.after) && sequence.contains(rule.after) {
      guard let before = sequence.firstIndex(of: rule.before), before < sequence.firstIndex(of: rule.after)!
      else { return false }
    }
    for (day, order) in days.enumerated() {
      for (index, number) in order.enumerated() where index >= made[day] {
        let visit = problem.visits[number]
        if let allowed = visit.days, !allowed.contains(day) { return false }
        if let appointment = visit.appointment, appointment.day != day { return false }
        if let slot = visit.slot {
          let last = index == order.count - 1
          switch slot {
          case .first: if index > 0 { return false }
          case .last: if !last { return false }
          case .position(let before): if index > before || (index < before && !last) { return false }
          }
        }
        guard problem.samePlaceOnceADay else { continue }
        for other in order[..<index] where isOnePlace(problem.visits[other].point, visit.point, in: problem) {
          return false
        }
      }
    }
    return true
  }
}
