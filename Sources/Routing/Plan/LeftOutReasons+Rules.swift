import Geo

/// Reasons that lie in the rules of order, appointments and kilometres: what the least obstacle breaks.
extension LeftOutReasons {
  /// Nil when the least obstacle breaks none of these.
  func ruled(_ obstacles: [TripPlan.Obstacle]) -> (LeftOutReason, String)? {
    guard let least = Reinsertion.least(obstacles) else { return nil }
    let full: LeftOutReason = obstacles.count == 1 ? .dayFull : .tripFull
    let day =
      "cheapest on day \(least.day + 1): adds \(Self.span(least.addedDriving.value, up: true)) of driving"
    for broken in least.breaks {
      let other = broken.visit
      switch broken.rule {
      case .precedence:
        return (full, "\(day), but the order with visit \(other ?? 0) would not be kept")
      case .slot:
        let whose = other.map { "visit \($0) would lose its place" } ?? "its own place in the order is taken"
        return (full, "\(day), but \(whose)")
      case .samePlace: return (full, "\(day), but visit \(other ?? 0) is at the same place that day")
      case .day: return (.closedThatDay, "\(day), but that is none of its days")
      case .appointment:
        return (
          .windowMissed, "\(day), but visit \(other ?? 0) would be \(Self.span(broken.amount, up: true)) late"
        )
      case .maxDistance:
        let limit = model.remaining.whole.days[least.day].maxDistance?.value ?? 0
        return (
          full,
          "\(day) and \(Self.kilometres(least.addedDistance.value)), \(Self.kilometres(Double(broken.amount))) more than the \(Self.kilometres(limit)) of the day allow"
        )
      case .waiting:
        let limit = model.remaining.whole.days[least.day].maxWaiting?.value ?? 0
        return (
          .windowMissed,
          "\(day), but visit \(other ?? 0) would be waited for \(Self.span(broken.amount, up: true)) longer than the \(Self.span(limit)) allowed"
        )
      case .road, .window, .workEnd, .maxDriving, .lunch, .otherDay: continue
      }
    }
    return nil
  }

  /// The days a visit is locked to are none of those left.
  func locked(_ visit: Int) -> (LeftOutReason, String)? {
    let whole = model.remaining.whole.visits[model.remaining.visits[visit]]
    let chosen = whole.appointment.map { [$0.day] } ?? whole.days?.sorted()
    guard let chosen, !chosen.contains(where: model.remaining.days.contains) else { return nil }
    return (
      .closedThatDay,
      "only possible on day \(chosen.map { "\($0 + 1)" }.joined(separator: ", ")), which is over"
    )
  }

  static func kilometres(_ metres: Double) -> String { "\(Int((metres / 1000).rounded(.up))) km" }
}
