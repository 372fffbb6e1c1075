extension RoadProfile {
  /// How a way with these tags can be used, nil when it cannot be used at all.
  /// - Parameter country: ISO 3166-1 code of where the way lies, for limits that name no country (`urban`).
  public func way(_ tags: [String: String], country: String? = nil) -> RoadWay? {
    guard let kind = rules.kind(of: tags) else { return nil }
    let values = rules.slots.values(of: tags)
    if rules.isClosed(values) { return nil }
    let isRoundabout = values[rules.common.junction].map(rules.oneway.junctions.contains) ?? false
    guard var open = rules.directions(values, isImplied: kind.isOneway || isRoundabout) else { return nil }

    var isEndsOnly = false
    for isForward in [true, false] where open[isForward] {
      switch rules.access(kind, values, isForward: isForward) {
      case .closed: open[isForward] = false
      case .endsOnly: isEndsOnly = true
      case .open, .unknown: break
      }
    }
    guard open.forward || open.backward else { return nil }
    let first = rules.speed(kind, values, isForward: open.forward, country)
    let isSame = !values.rules.contains(.directed)
    let forward = open.forward ? first : 0
    let backward =
      !open.backward
      ? 0 : isSame || !open.forward ? first : rules.speed(kind, values, isForward: false, country)
    guard forward > 0 || backward > 0 else { return nil }
    isEndsOnly = isEndsOnly || rules.isEndsOnly(values)

    let common = rules.common
    let isBothWays = forward > 0 && backward > 0
    return RoadWay(
      roadClass: kind.roadClass, forwardKilometresPerHour: forward, backwardKilometresPerHour: backward,
      isEndsOnly: isEndsOnly, isRoundabout: isRoundabout, isToll: values[common.toll] == "yes",
      isTunnel: values[common.tunnel].map { $0 != "no" } ?? false,
      isBridge: values[common.bridge].map { $0 != "no" } ?? false,
      fixedSeconds: kind.isTimed ? values[common.duration].flatMap(TagText.duration) : nil,
      forwardReluctance: rules.reluctance(values, isForward: true, isBothWays: isBothWays),
      backwardReluctance: rules.reluctance(values, isForward: false, isBothWays: isBothWays),
      name: TagText.shown(values[common.name]), reference: TagText.shown(values[common.reference]),
      destination: isBothWays
        ? ""
        : TagText.shown(
          values.value(common.destination, isForward: forward > 0) ?? values[common.destinationReference]))
  }
}

extension RoadProfileRules {
  func kind(of tags: [String: String]) -> Kind? {
    for source in sources {
      if let value = tags[source.key], let kind = source.kinds[value] { return kind }
    }
    return nil
  }

  /// Whether a tag closes the way altogether, or a car does not fit through it.
  func isClosed(_ values: TagValues) -> Bool {
    if values.rules.contains(.closed), Self.hold(closed, values) { return true }
    return values.rules.contains(.limits) && limits.contains { $0.refuses(values) }
  }

  func isEndsOnly(_ values: TagValues) -> Bool {
    values.rules.contains(.endsOnly) && Self.hold(endsOnly, values)
  }

  private static func hold(_ conditions: [(slot: Int, values: Values)], _ values: TagValues) -> Bool {
    conditions.contains { condition in values[condition.slot].map(condition.values.contains) ?? false }
  }

  /// What access tags and the tags of lanes say about one direction of a way.
  func access(_ kind: Kind, _ values: TagValues, isForward: Bool) -> RoadAccess {
    let access = access(values, isForward: isForward)
    if kind.onlyWhenAllowed, access != .open {
      let isOpened = values.rules.contains(.opens) && Self.hold(opens, values)
      if !isOpened { return .closed }
    }
    if values.rules.contains(.closedLanes),
      closedLanes.contains(where: { $0.closes(values, isForward: isForward) })
    {
      return .closed
    }
    return access ?? .unknown
  }

  /// The directions in which a way may be used by its oneway tags, nil when in neither.
  func directions(_ values: TagValues, isImplied: Bool) -> Directions? {
    if values.rules.contains(.oneway), let value = oneway.keys.lazy.compactMap({ values[$0] }).first {
      if oneway.closed.contains(value) { return nil }
      if oneway.forward.contains(value) { return Directions(forward: true, backward: false) }
      if oneway.backward.contains(value) { return Directions(forward: false, backward: true) }
      if oneway.both.contains(value) { return Directions(forward: true, backward: true) }
    }
    return Directions(forward: true, backward: !isImplied)
  }

  struct Directions {
    var forward: Bool
    var backward: Bool

    subscript(isForward: Bool) -> Bool {
      get { isForward ? forward : backward }
      set { if isForward { forward = newValue } else { backward = newValue } }
    }
  }

  /// How much longer a direction of a way counts than it takes: the worst of what it carries.
  func reluctance(_ values: TagValues, isForward: Bool, isBothWays: Bool) -> Double {
    var worst = 1.0
    for figures in reluctance where values.rules.contains(.reluctance) {
      if let value = values[figures.slot], let figure = figures.byValue[value] { worst = max(worst, figure) }
    }
    if values.rules.contains(.reluctance), let yielding,
      values[yielding.slot] == (isForward ? "backward" : "forward")
    {
      worst = max(worst, yielding.reluctance)
    }
    // Where all drive the same way nobody has to make room.
    if values.rules.contains(.narrow), isBothWays { worst = max(worst, narrowness(values)) }
    return worst
  }

  private func narrowness(_ values: TagValues) -> Double {
    guard let narrow else { return 1 }
    if let lanes = values[common.lanes].flatMap({ TagText.leadingNumber($0)?.number }), lanes <= narrow.lanes
    {
      return narrow.reluctance
    }
    let width = values[common.width].flatMap { Measure.metres.parse($0) } ?? .infinity
    if let grade = narrow.widths.first(where: { width < $0.below }) { return grade.reluctance }
    return values[common.laneMarkings] == "no" ? narrow.unmarked : 1
  }
}
