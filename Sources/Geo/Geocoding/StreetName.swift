import Kernels

/// A street's name parted into what names it and what kind of street it is, so that `ул. Советская`,
/// `Советская улица` and `Sowjetskaja` can meet, and `Ackerstr.`, `Acker-Straße` and `Ackerstraße` are one.
struct StreetName: Hashable {
  /// Folded words of the name without its kind, ordinals first.
  var key: String
  /// Kind as in ``AddressWords/streetTypes``; empty when not said.
  var kind: String
  /// The words of `key`.
  var words: [String]
  /// All words as they stood, with those that say the kind.
  var spoken: [String]
  /// True when a word of the name was only an initial.
  var hasInitials = false

  /// - Parameter text: a name as people or maps write it.
  init?(_ text: String) {
    self.init(words: TextFolding.words(text))
  }

  /// - Parameter words: folded words.
  init?(words all: [String]) {
    var words = all.prefix(12).filter { !AddressWords.fillers.contains($0) }
    if words.isEmpty { words = Array(all.prefix(12)) }
    guard !words.isEmpty else { return nil }
    spoken = words
    var kind = ""
    if words.count > 2 {
      // Two-word signs first: "пр т".
      for i in words.indices.dropLast() {
        if let found = AddressWords.streetKind(words[i] + " " + words[i + 1]) {
          kind = found
          words.removeSubrange(i...i + 1)
          break
        }
      }
    }
    if kind.isEmpty, words.count > 1 {
      let candidates = [words.startIndex] + words.indices.dropFirst().reversed()
      for i in candidates {
        guard let found = AddressWords.streetKind(words[i]) else { continue }
        // Single letters are kinds only at the ends; inside they are initials.
        if words[i].unicodeScalars.count == 1, i != words.startIndex, i != words.count - 1 { continue }
        if AddressWords.trailingStreetTypes.contains(words[i]), i == words.startIndex { continue }
        // "1. Ring" is named so: a number alone is no name.
        let isNamed = words.indices.contains { $0 != i && !words[$0].utf8.allSatisfy { $0 < 0x3A } }
        guard isNamed else { continue }
        kind = found
        words.remove(at: i)
        break
      }
    }
    // "ул. Лесной переулок": the second sign says more than the first.
    if kind == "street", words.count > 1, let last = words.last, last.utf8.count > 4,
      let found = AddressWords.streetKind(last)
    {
      kind = found
      words.removeLast()
    }
    if let last = words.last, kind.isEmpty || kind == "street" {
      for (suffix, suffixKind) in AddressWords.streetSuffixes
      where last.hasSuffix(suffix) && last.utf8.count > suffix.utf8.count + 1 {
        words[words.count - 1] = String(last.dropLast(suffix.count))
        kind = suffixKind
        break
      }
    }
    words = Self.joinOrdinals(words)
    for i in words.indices where words.count > 1 && words[i].unicodeScalars.count <= 5 {
      if let full = AddressWords.titles[words[i]] { words[i] = full }
    }
    let long = words.filter { $0.unicodeScalars.count > 1 || $0.utf8.allSatisfy { $0 < 0x3A } }
    if long.count < words.count, long.contains(where: { $0.unicodeScalars.count > 2 }) {
      hasInitials = true
      words = long
    }
    key = words.joined(separator: " ")
    self.words = words
    self.kind = kind
  }

  /// `2 я советская` → `2 советская`; `советская 2 я` → `2 советская`.
  private static func joinOrdinals(_ words: [String]) -> [String] {
    var ordinals: [String] = []
    var rest: [String] = []
    var i = 0
    while i < words.count {
      let isNumber = words[i].utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
      if isNumber, i + 1 < words.count, ordinalEndings.contains(words[i + 1]) {
        ordinals.append(words[i])
        i += 2
      } else {
        rest.append(words[i])
        i += 1
      }
    }
    return rest.isEmpty ? words : ordinals + rest
  }

  /// Folded ends of ordinals, as they follow a number as a word of its own.
  private static let ordinalEndings = Set(AddressToken.ordinalEndings.map { TextFolding.fold($0) })
    .subtracting(["a", "aa", "e", "е"])

  /// The coarse key: sound of the name, written as one word, marked by `~`.
  var skeleton: String { Self.skeleton(of: key) }

  /// The same of all words with those that say the kind.
  var spokenSkeleton: String { Self.skeleton(of: spoken.joined()) }

  static func skeleton(of key: String) -> String {
    let joined = Array(key.utf8.filter { $0 != 0x20 })
    return "~" + String(decoding: TextSkeleton.skeleton(ofFolded: joined), as: UTF8.self)
  }

  /// How a key of the gazetteer's streets fits a name.
  enum Fit: UInt32 {
    case name = 0
    case alias = 1
    case sound = 2
    /// Only one word of the name, by its sound.
    case word = 3
  }

  /// Keys under which the gazetteer files the street: by name, by sound (`~`), and each telling word of several by sound
  /// (`^`), so that `М. Танка` finds `Максима Танка`.
  func filing(asAlias: Bool) -> [(key: String, fit: Fit)] {
    var keys: [(key: String, fit: Fit)] = [(key, asAlias ? .alias : .name), (skeleton, .sound)]
    if spokenSkeleton != skeleton { keys.append((spokenSkeleton, .sound)) }
    if words.count > 1 || hasInitials {
      for word in words where Self.isTelling(word) { keys.append((Self.wordKey(word), .word)) }
    }
    return keys
  }

  static func wordKey(_ word: String) -> String { "^" + skeleton(of: word).dropFirst() }

  /// A word that may stand for the whole name.
  static func isTelling(_ word: String) -> Bool {
    word.unicodeScalars.count > 3 && !titleWords.contains(word)
  }
  private static let titleWords = Set(AddressWords.titles.values)
}
