/// Numbers the keys that a profile reads, so that the tags of a way are gone through once and each rule then
/// finds its value by number.
struct TagSlots: Sendable {
  private var numbers: [String: Int] = [:]
  private var rules: [TagRules] = []

  var keys: Dictionary<String, Int>.Keys { numbers.keys }

  /// The number of a key, which `rules` read.
  mutating func slot(_ key: String, _ rules: TagRules) -> Int {
    let number = numbers[key] ?? numbers.count
    if number == self.rules.count {
      numbers[key] = number
      self.rules.append([])
    }
    self.rules[number].formUnion(rules)
    return number
  }

  mutating func directed(_ key: String, _ rules: TagRules) -> RoadProfileRules.DirectedKey {
    RoadProfileRules.DirectedKey(
      plain: slot(key, rules), forward: slot(key + ":forward", rules.union(.directed)),
      backward: slot(key + ":backward", rules.union(.directed)))
  }

  func values(of tags: [String: String]) -> TagValues {
    var values = TagValues(capacity: tags.count)
    for (key, value) in tags {
      guard let number = numbers[key] else { continue }
      values.found.append((number, value))
      values.rules.formUnion(rules[number])
    }
    return values
  }
}

/// Kinds of rules: those that find none of their keys on a way, which is most of them, need not be gone through.
struct TagRules: OptionSet, Sendable {
  let rawValue: UInt16

  static let access = TagRules(rawValue: 1 << 0)
  static let opens = TagRules(rawValue: 1 << 1)
  static let oneway = TagRules(rawValue: 1 << 2)
  static let closed = TagRules(rawValue: 1 << 3)
  static let closedLanes = TagRules(rawValue: 1 << 4)
  static let endsOnly = TagRules(rawValue: 1 << 5)
  static let baseSpeeds = TagRules(rawValue: 1 << 6)
  static let caps = TagRules(rawValue: 1 << 7)
  static let limits = TagRules(rawValue: 1 << 8)
  static let reluctance = TagRules(rawValue: 1 << 9)
  static let narrow = TagRules(rawValue: 1 << 10)
  static let maxspeed = TagRules(rawValue: 1 << 11)
  /// The two directions may differ in more than being open.
  static let directed = TagRules(rawValue: 1 << 12)
}

/// The tags of one way by number.
struct TagValues {
  /// A handful at most: going through them is faster than a table with a place for every number.
  fileprivate var found: ContiguousArray<(number: Int, value: String)> = []
  /// The rules that have something to read.
  fileprivate(set) var rules: TagRules = []

  fileprivate init(capacity: Int) { found.reserveCapacity(capacity) }

  subscript(number: Int) -> String? {
    for index in found.indices where found[index].number == number { return found[index].value }
    return nil
  }

  /// The value of a key for a direction: its own where there is one.
  func value(_ key: RoadProfileRules.DirectedKey, isForward: Bool) -> String? {
    if rules.contains(.directed), let own = self[isForward ? key.forward : key.backward] { return own }
    return self[key.plain]
  }
}
