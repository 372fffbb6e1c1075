import Geo

/// What the least obstacle breaks, as code and sentences.
extension LeftOutReasons {
  /// - Parameter full: the code where the day has no room left.
  func code(_ visit: Int, _ obstacle: TripPlan.Obstacle, full: LeftOutReason) -> LeftOutReason {
    let rules = Set(obstacle.breaks.map(\.rule))
    if rules.contains(.day) { return .closedThatDay }
    if rules.contains(where: \.isOfOrder) { return full }
    if !rules.isDisjoint(with: [.workEnd, .maxDriving, .maxDistance, .lunch, .otherDay]) { return full }
    if rules.contains(.appointment) || rules.contains(.waiting) { return .windowMissed }
    // Whoever has no hours of his own is pushed out by those of others.
    return rules.contains(.window) && model.problem.visits[visit].windows != nil ? .windowMissed : full
  }

  func sentences(_ obstacle: TripPlan.Obstacle, of visit: Int) -> [String] {
    let own = model.remaining.visits[visit]
    return obstacle.breaks.map { broken in
      TripPlan.sentence(
        broken.rule, by: broken.amount,
        of: broken.visit.flatMap { $0 == own ? nil : "visit \($0)" })
    }
  }

  static func added(_ obstacle: TripPlan.Obstacle) -> String {
    TripPlan.sentence(driving: obstacle.addedDriving, distance: obstacle.addedDistance)
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
}

extension TripPlan {
  /// "24 min of driving and 18 km", whole minutes and kilometres, rounded up.
  public static func sentence(driving: Seconds, distance: Metres) -> String {
    "\(LeftOutReasons.span(driving.value, up: true)) of driving and \(kilometres(distance.value))"
  }

  /// One rule and by how much it would break.
  /// - Parameter amount: seconds, metres for ``Rule/maxDistance``.
  /// - Parameter name: of the other visit whose rule it is.
  public static func sentence(_ rule: Rule, by amount: Int, of name: String?) -> String {
    let late = LeftOutReasons.span(max(0, amount), up: true)
    switch rule {
    case .road: return "no road leads there or on"
    case .day: return "none of the days asked for"
    case .precedence: return "the order with \(name ?? "another") would not be kept"
    case .slot: return name.map { "\($0) would lose its place" } ?? "its place in the order is taken"
    case .samePlace: return "\(name ?? "another") is at the same place that day"
    case .appointment: return name.map { "\($0) would be \(late) late" } ?? "\(late) late for the appointment"
    case .window:
      return name.map { "\($0) would end \(late) after it closes" } ?? "ends \(late) after it closes"
    case .waiting:
      return name.map { "\($0) would be waited for \(late) too long" } ?? "the wait is \(late) too long"
    case .workEnd: return "the day ends \(late) too late"
    case .maxDriving: return "the day drives \(late) too long"
    case .maxDistance: return "the day goes \(kilometres(Double(amount))) too far"
    case .lunch: return "lunch comes \(late) too late"
    case .otherDay: return amount > 0 ? "another day ends \(late) too late" : "another day breaks"
    }
  }

  private static func kilometres(_ metres: Double) -> String {
    "\(Int((max(0, metres) / 1000).rounded(.up))) km"
  }
}
