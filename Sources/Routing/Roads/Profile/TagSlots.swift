/// Numbers the keys that a profile reads, so that the tags of a way are gone through once and each rule then
/// finds its value by number.
struct TagSlots: Sendable {
  private var numbers: [String: Int] = [:]

  var keys: Dictionary<String, Int>.Keys { numbers.keys }

  mutating func slot(_ key: String) -> Int {
    if let number = numbers[key] { return number }
    numbers[key] = numbers.count
    return numbers.count - 1
  }

  mutating func directed(_ key: String) -> RoadProfileRules.DirectedKey {
    RoadProfileRules.DirectedKey(
      plain: slot(key), forward: slot(key + ":forward"), backward: slot(key + ":backward"))
  }

  func values(of tags: [String: String]) -> ContiguousArray<String?> {
    var values = ContiguousArray<String?>(repeating: nil, count: numbers.count)
    for (key, value) in tags {
      if let number = numbers[key] { values[number] = value }
    }
    return values
  }
}

extension ContiguousArray<String?> {
  /// The value of a key for a direction: its own where there is one.
  func value(_ key: RoadProfileRules.DirectedKey, isForward: Bool) -> String? {
    self[isForward ? key.forward : key.backward] ?? self[key.plain]
  }
}
