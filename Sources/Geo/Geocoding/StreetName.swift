import Kernels

/// A street's name parted into what names it and what kind of street it is, so that `ул. Советская`,
/// `Советская улица` and `Sowjetskaja` can meet, and `Ackerstr.`, `Acker-Straße` and `Ackerstraße` are one.
struct StreetName: Hashable {
  /// Folded words of the name without its kind, ordinals first.
  var key: String
  /// Kind as in ``AddressWords/streetTypes``; empty when not said.
  var kind: String
  /// The last word alone when the name is of several words: what is left of `Максима Танка` in `М. Танка`.
  var surname: String?
  /// True when a word of the name was only an initial.
  var hasInitials = false

  /// - Parameter text: a name as people or maps write it.
  init?(_ text: String) {
    self.init(words: TextFolding.words(text))
  }

  /// - Parameter words: folded words.
  init?(words all: [String]) {
    var words = all.prefix(12).filter { !AddressWords.fillers.contains($0) }
    guard !words.isEmpty else { return nil }
    var kind = ""
    if words.count > 1 {
      // Two-word signs first: "пр т".
      for i in words.indices.dropLast() {
        if let found = AddressWords.streetTypes[words[i] + " " + words[i + 1]], words.count > 2 {
          kind = found
          words.removeSubrange(i...i + 1)
          break
        }
      }
    }
    if kind.isEmpty, words.count > 1 {
      let candidates = [words.startIndex] + words.indices.dropFirst().reversed()
      for i in candidates {
        guard let found = AddressWords.streetTypes[words[i]] else { continue }
        // Single letters are kinds only at the ends; inside they are initials.
        if words[i].unicodeScalars.count == 1, i != words.startIndex, i != words.count - 1 { continue }
        if AddressWords.trailingStreetTypes.contains(words[i]), i == words.startIndex { continue }
        kind = found
        words.remove(at: i)
        break
      }
    }
    if let last = words.last, kind.isEmpty || kind == "street" {
      for suffix in ["strasse", "str"] where last.hasSuffix(suffix) && last.utf8.count > suffix.utf8.count + 1
      {
        words[words.count - 1] = String(last.dropLast(suffix.count))
        kind = "street"
        break
      }
    }
    words = Self.joinOrdinals(words)
    for i in words.indices {
      if let full = AddressWords.titles[words[i]], words.count > 1 { words[i] = full }
    }
    let long = words.filter { $0.unicodeScalars.count > 1 || $0.utf8.allSatisfy { $0 < 0x3A } }
    if long.count < words.count, long.contains(where: { $0.unicodeScalars.count > 2 }) {
      hasInitials = true
      words = long
    }
    key = words.joined(separator: " ")
    self.kind = kind
    if let last = words.last, last.unicodeScalars.count > 3, words.count > 1 || hasInitials { surname = last }
  }

  /// `2 я советская` → `2 советская`; `советская 2 я` → `2 советская`.
  private static func joinOrdinals(_ words: [String]) -> [String] {
    let endings: Set<String> = ["я", "ая", "и", "ыи", "ои", "го", "ти", "ы", "st", "nd", "rd", "th"]
    var ordinals: [String] = []
    var rest: [String] = []
    var i = 0
    while i < words.count {
      let isNumber = words[i].utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
      if isNumber, i + 1 < words.count, endings.contains(words[i + 1]) {
        ordinals.append(words[i])
        i += 2
      } else {
        rest.append(words[i])
        i += 1
      }
    }
    return rest.isEmpty ? words : ordinals + rest
  }

  /// The coarse key: sound of the name, written as one word, marked by `~`.
  var skeleton: String { Self.skeleton(of: key) }

  static func skeleton(of key: String) -> String {
    let joined = Array(key.utf8.filter { $0 != 0x20 })
    return "~" + String(decoding: TextSkeleton.skeleton(ofFolded: joined), as: UTF8.self)
  }

  /// Keys under which the gazetteer files the street, the exact one first; a surname is marked by `^`.
  var filingKeys: [String] {
    var keys = [key, skeleton]
    if let surname, surname != key { keys.append("^" + surname) }
    return keys
  }

  /// Keys to look for, the best first.
  var lookupKeys: [String] {
    var keys = [key]
    if let surname, hasInitials { keys.append("^" + surname) }
    keys.append(skeleton)
    return keys
  }
}
