extension RoadProfile {
  /// What a node with these tags does to whoever passes it, nil when nothing.
  ///
  /// An access tag decides over the kind of barrier: `barrier=bollard` with `motor_vehicle=yes` is passed, and a gate with
  /// `access=yes` stands open.
  public func node(_ tags: [String: String]) -> RoadNodeRule? {
    if tags.isEmpty { return nil }
    var rule = RoadNodeRule()
    let barriers = rules.barriers
    let access = rules.accessKeyNames.lazy.compactMap { tags[$0] }.first.map(rules.access)
    if let barrier = tags["barrier"] {
      if access == nil { rule.blocks = !barriers.lets(barrier, tags) }
      if barriers.limits.contains(where: { $0.refuses(tags) }) { rule.blocks = true }
      if access != .open { rule.seconds += barriers.open[barrier] ?? 0 }
    }
    switch access {
    case .closed: rule.blocks = true
    case .endsOnly: rule.isEndsOnly = true
    case .open, .unknown, nil: break
    }
    for (key, byValue) in rules.nodeSeconds {
      guard let value = tags[key], let seconds = byValue[value] else { continue }
      rule.seconds += seconds
      switch rules.nodeDirectionKeys.lazy.compactMap({ tags[$0] }).first {
      case "forward": rule.direction = .forward
      case "backward": rule.direction = .backward
      default: break
      }
      rule.approachMetres = rules.approachMetres(tags, rule.direction)
      rule.isForMinorRoads = rules.minorRoadsOnly.contains { tags[$0.key].map($0.values.contains) ?? false }
    }
    return rule == RoadNodeRule() ? nil : rule
  }
}

extension RoadProfileRules {
  /// How far before its junction a sign without a direction may stand; 0 where that says nothing about it.
  func approachMetres(_ tags: [String: String], _ direction: RoadNodeRule.Direction) -> Double {
    guard let approach, direction == .both else { return 0 }
    return approach.keys.contains { tags[$0.key].map($0.values.contains) ?? false } ? approach.metres : 0
  }
}

extension RoadProfileRules.Barriers {
  func lets(_ barrier: String, _ tags: [String: String]) -> Bool {
    if open[barrier] != nil { return true }
    let isOpened = openWhen[barrier]?.contains { key, values in tags[key].map(values.contains) ?? false }
    if isOpened == true { return true }
    return othersAreOpen && !closed.contains(barrier)
  }
}
