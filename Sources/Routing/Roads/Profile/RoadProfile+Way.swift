extension RoadProfile {
  /// How a way with these tags can be used, nil when it cannot be used at all.
  /// - Parameter country: ISO 3166-1 code of where the way lies, for limits that name no country (`urban`).
  public func way(_ tags: [String: String], country: String? = nil) -> RoadWay? {
    guard let kind = rules.kind(of: tags) else { return nil }
    let values = rules.slots.values(of: tags)
    for (slot, closing) in rules.closed {
      if let value = values[slot], closing.contains(value) { return nil }
    }
    if rules.limits.contains(where: { $0.refuses(values) }) { return nil }

    let isRoundabout = values[rules.common.junction].map(rules.oneway.junctions.contains) ?? false
    guard
      var directions = rules.directions(values, isImplied: kind.isOneway || isRoundabout)
    else { return nil }
    let isAllowed = rules.opens.contains { slot, allowing in values[slot].map(allowing.contains) ?? false }
    var isEndsOnly = false
    for isForward in [true, false] where directions[isForward] {
      let access = rules.access(values, isForward: isForward)
      if access == .closed || (kind.onlyWhenAllowed && access != .open && !isAllowed)
        || rules.closedLanes.contains(where: { $0.closes(values, isForward: isForward) })
      {
        directions[isForward] = false
      } else if access == .endsOnly {
        isEndsOnly = true
      }
    }
    guard directions.forward || directions.backward else { return nil }

    let forward = directions.forward ? rules.speed(kind, values, isForward: true, country) : 0
    let backward = directions.backward ? rules.speed(kind, values, isForward: false, country) : 0
    guard forward > 0 || backward > 0 else { return nil }
    if !isEndsOnly {
      isEndsOnly = rules.endsOnly.contains { slot, limiting in values[slot].map(limiting.contains) ?? false }
    }
    let common = rules.common
    let isBothWays = forward > 0 && backward > 0
    return RoadWay(
      roadClass: kind.roadClass, forwardKilometresPerHour: forward, backwardKilometresPerHour: backward,
      isEndsOnly: isEndsOnly, isRoundabout: isRoundabout, isToll: values[common.toll] == "yes",
      isTunnel: values[common.tunnel].map { $0 != "no" } ?? false,
      isBridge: values[common.bridge].map { $0 != "no" } ?? false,
      fixedSeconds: kind.isTimed ? values[common.duration].flatMap(TagText.duration) : nil,
      reluctance: rules.reluctance(values, isBothWays: isBothWays),
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

  /// The directions in which a way may be used by its oneway tags, nil when in neither.
  func directions(_ values: ContiguousArray<String?>, isImplied: Bool) -> Directions? {
    if let value = oneway.keys.lazy.compactMap({ values[$0] }).first {
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

  /// How much longer a way counts than it takes: the worst of what it carries.
  func reluctance(_ values: ContiguousArray<String?>, isBothWays: Bool) -> Double {
    var worst = 1.0
    for figures in reluctance {
      if let value = values[figures.slot], let figure = figures.byValue[value] { worst = max(worst, figure) }
    }
    if let narrow {
      let width = values[common.width].flatMap { Measure.metres.parse($0) } ?? .infinity
      let lanes = isBothWays ? values[common.lanes].flatMap { TagText.leadingNumber($0)?.number } : nil
      if width <= narrow.width || (lanes ?? .infinity) <= narrow.lanes {
        worst = max(worst, narrow.reluctance)
      }
    }
    return worst
  }
}
