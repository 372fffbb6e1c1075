/// What an access tag says to a profile.
enum RoadAccess: Sendable {
  /// Said to be open.
  case open
  /// Carries a value that is not known: nothing is said.
  case unknown
  /// Open to those who have something to do there.
  case endsOnly
  case closed
}

extension RoadProfileRules {
  /// What one access value says. Of a list, the most generous known entry counts.
  func access(_ value: String) -> RoadAccess {
    if let known = accessValues[value] { return known }
    guard value.utf8.contains(UInt8(ascii: ";")) else { return .unknown }
    let entries = value.split(separator: ";").compactMap { accessValues[TagText.trimmed($0)] }
    for meaning in [RoadAccess.open, .endsOnly, .closed] where entries.contains(meaning) { return meaning }
    return .unknown
  }

  /// The first tag of the hierarchy that is there decides; nil when there is none.
  func access(_ values: TagValues, isForward: Bool) -> RoadAccess? {
    guard values.rules.contains(.access) else { return nil }
    for key in accessKeys {
      if let value = values.value(key, isForward: isForward) { return access(value) }
    }
    return nil
  }
}
