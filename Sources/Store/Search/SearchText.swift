import Foundation
import Geo

/// The keys under which words are filed: their sound, which Cyrillic and Latin spellings share (``TextFolding/skeleton(_:)``).
enum SearchText {
  /// Of one text; what comes behind is not searched.
  static let mostWords = 64
  private static let mostBytes = 48

  /// A word as it is filed and as it was folded.
  struct Word: Hashable, Sendable {
    var key: String
    var folded: String
    var hasDigits: Bool
  }

  static func words(_ text: String) -> [Word] {
    TextFolding.words(text).prefix(mostWords).compactMap { folded in
      let folded = String(decoding: folded.utf8.prefix(mostBytes), as: UTF8.self)
      let key = TextFolding.skeleton(folded)
      guard !key.isEmpty else { return nil }
      return Word(
        key: key, folded: folded, hasDigits: key.utf8.contains { (0x30...0x39).contains($0) })
    }
  }

  /// The first one or two letters, as they are written and as they sound.
  static func beginnings(_ word: Word) -> [String] {
    var result: [String] = []
    for text in [word.folded, word.key] {
      for length in 1...2 {
        let beginning = String(String.UnicodeScalarView(text.unicodeScalars.prefix(length)))
        if beginning.unicodeScalars.count == length, !result.contains(beginning) { result.append(beginning) }
      }
    }
    return result
  }

  /// All of a name as one key, marked so that it is no word.
  static func whole(_ words: [Word]) -> String { "=" + words.map(\.key).joined() }

  static func digits(_ text: String) -> String {
    String(decoding: text.utf8.filter { (0x30...0x39).contains($0) }, as: UTF8.self)
  }

  /// A number from behind: what it ends with is what this begins with.
  static func reversed(_ digits: String) -> String {
    "=" + String(decoding: digits.utf8.reversed(), as: UTF8.self)
  }

  /// The digits of a text that is a number and nothing else, however it is grouped; nil for other texts and for fewer
  /// than five digits.
  static func number(_ text: String) -> String? {
    let allowed = " +-()/.\u{A0}\u{2011}\u{2013}".unicodeScalars
    guard
      text.unicodeScalars.allSatisfy({ (0x30...0x39).contains($0.value) || allowed.contains($0) })
    else { return nil }
    let digits = digits(text)
    return (5...20).contains(digits.utf8.count) ? digits : nil
  }

  /// Digits as they may be part of an international number: as they are, and without what is dialled in front of it.
  static func dialled(_ digits: String) -> [String] {
    var result = [digits]
    for trunk in ["810", "00", "80", "8", "0"] where digits.hasPrefix(trunk) {
      let rest = String(digits.dropFirst(trunk.count))
      if rest.utf8.count >= 5 { result.append(rest) }
    }
    return result
  }

  /// The number inside its country, of all digits of an E.164 number: codes of countries have one digit in zones 1 and 7,
  /// three where a zone has none of two left (ITU-T E.164), else two.
  static func national(_ digits: String) -> String {
    let length =
      digits.first == "1" || digits.first == "7" ? 1 : longCodes.contains(String(digits.prefix(2))) ? 3 : 2
    return String(digits.dropFirst(length))
  }

  private static let longCodes: Set<String> = [
    "21", "22", "23", "24", "25", "26", "29", "35", "37", "38", "42", "50", "59", "67", "68", "69", "80",
    "85", "87",
    "88", "96", "97", "99",
  ]
}

/// The words of one record, by where they stand.
struct SearchEntry: Hashable {
  var name: [String] = []
  var begin: [String] = []
  var place: [String] = []
  var other: [String] = []
  var number: [String] = []
  /// Kind, and who may find it: `u` and the row of the responsible user, 0 for nobody; `any`.
  var scope: [String] = []
  /// Words in which slips are forgiven.
  var vocabulary: Set<String> = []

  mutating func add(name text: String) {
    let words = SearchText.words(text)
    add(words, to: \.name)
    begin += words.flatMap(SearchText.beginnings)
    if !words.isEmpty { begin.append(SearchText.whole(words)) }
  }

  mutating func add(_ text: String, to field: WritableKeyPath<SearchEntry, [String]>, forgiving: Bool = true)
  {
    add(SearchText.words(text), to: field, forgiving: forgiving)
  }

  private mutating func add(
    _ words: [SearchText.Word], to field: WritableKeyPath<SearchEntry, [String]>, forgiving: Bool = true
  ) {
    for word in words where !self[keyPath: field].contains(word.key) {
      self[keyPath: field].append(word.key)
      if forgiving, !word.hasDigits, word.folded.utf8.count >= 3 { vocabulary.insert(word.key) }
    }
  }

  /// A key of several words as one: K-770 is also found as K770.
  mutating func add(joined text: String) {
    let words = TextFolding.words(text)
    if words.count > 1, words.count <= 4 { add(words.joined(), to: \.other, forgiving: false) }
  }

  /// A telephone number in E.164: whole, without the code of its country, and from behind.
  mutating func add(phone: String) {
    let digits = SearchText.digits(phone)
    guard digits.utf8.count >= 5 else { return }
    number += [digits, SearchText.national(digits), SearchText.reversed(digits)]
  }

  /// The texts of the index's columns.
  var columns: [String] {
    [name, Self.unique(begin), place, other, Self.unique(number), scope].map { $0.joined(separator: " ") }
  }

  private static func unique(_ words: [String]) -> [String] {
    var seen: Set<String> = []
    return words.filter { seen.insert($0).inserted }
  }
}
