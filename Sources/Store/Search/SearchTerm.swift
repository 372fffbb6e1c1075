import Foundation
import Geo

/// One word of a query and the keys it may be filed under.
struct SearchTerm {
  let word: SearchText.Word
  /// Keys that begin as the word does, the word's own left out.
  private(set) var prefixes: [String] = []
  /// There are too many to name them, or none is in the vocabulary: the index is asked for the beginning itself.
  private(set) var asksBeginning = false
  /// Keys a slip or two away.
  private(set) var slips: [String: Int] = [:]
  /// The word as a telephone number, or a part of one.
  private(set) var numbers: [String] = []

  private static let mostPrefixes = 200
  private static let mostSlips = 40

  /// Slips that are forgiven: one from four letters on, two from eight.
  static func allowedSlips(_ letters: Int) -> Int { letters >= 8 ? 2 : letters >= 4 ? 1 : 0 }

  init(_ word: SearchText.Word, in vocabulary: Vocabulary) {
    self.word = word
    let key = Array(word.key.utf8)
    let letters = word.folded.unicodeScalars.count
    guard !word.hasDigits else {
      asksBeginning = letters >= 3
      if letters >= 5, word.folded.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
        numbers = SearchText.dialled(word.folded)
      }
      return
    }
    // Letters said twice have one sound: a key may be much shorter than the word.
    guard letters >= 3, key.count >= 3 else { return }
    if let found = vocabulary.beginning(with: key, most: Self.mostPrefixes) {
      prefixes = found.filter { $0 != word.key }
    } else {
      asksBeginning = true
    }
    let allowed = Self.allowedSlips(letters)
    guard allowed > 0 else { return }
    for near in vocabulary.near(key, slips: allowed, most: Self.mostSlips)
    where !near.word.hasPrefix(word.key) {
      slips[near.word] = near.slips
    }
    // A slip inside letters that make one sound changes more of the key: гл-оу-бс sounds like глубс.
    let variants = Self.variants(word.folded) + Self.parted(word)
    for key in Set(variants.map(TextFolding.skeleton))
    where key != word.key && slips[key] != 1 && vocabulary.contains(key) {
      slips[key] = 1
    }
  }

  /// The word without one of its letters, and with two neighbours changed about.
  private static func variants(_ folded: String) -> [String] {
    let letters = Array(folded.unicodeScalars)
    return letters.indices.flatMap { i in
      var shorter = letters
      shorter.remove(at: i)
      guard i + 1 < letters.count, letters[i] != letters[i + 1] else { return [text(shorter)] }
      var swapped = letters
      swapped.swapAt(i, i + 1)
      return [text(shorter), text(swapped)]
    }
  }

  private static func text(_ letters: [Unicode.Scalar]) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: letters)
    return String(view)
  }

  /// Letters of different sounds.
  private static let sounds = Array("abcdefgiklmnprstuvz".unicodeScalars)
  /// Enough for words of people and places; no word makes a search slow.
  private static let mostParted = 150

  /// The word with a letter put between two that make one sound, or instead of one of them: круго-ор sounds like кругор,
  /// кругозор does not. And with a vowel instead of a letter where it makes one sound with its neighbours: voykge is
  /// voyage.
  private static func parted(_ word: SearchText.Word) -> [String] {
    let letters = Array(word.folded.unicodeScalars)
    let length = word.key.utf8.count
    var found: [String] = []
    func sound(_ letters: [Unicode.Scalar]) -> Int { TextFolding.skeleton(text(letters)).utf8.count }
    for i in letters.indices where found.count < mostParted {
      var replaced = letters
      for vowel in "aeiu".unicodeScalars {
        replaced[i] = vowel
        if sound(replaced) < length { found.append(text(replaced)) }
      }
      var longer = letters
      longer.insert("0", at: i)
      replaced[i] = "0"
      // A digit sounds with no letter.
      for (gap, most) in [(replaced, length), (longer, length + 1)] where sound(gap) > most {
        found += sounds.map { letter in
          var filled = gap
          filled[i] = letter
          return text(filled)
        }
      }
    }
    return found
  }

  /// How far the index is asked to go for a word.
  enum Reach { case exact, prefix, slip }

  /// The word in the index's query language, of the columns named; nil when nothing can be found.
  func expression(_ columns: String, _ reach: Reach) -> String? {
    var keys = ["\"\(word.key)\""]
    if reach != .exact {
      keys += prefixes.map { "\"\($0)\"" }
      if asksBeginning { keys.append("\"\(word.key)\" *") }
    }
    if reach == .slip { keys += slips.keys.sorted().map { "\"\($0)\"" } }
    var parts = ["{\(columns)} : (\(keys.joined(separator: " OR ")))"]
    if reach != .exact {
      let letters = word.folded.unicodeScalars.count
      // Words that slips are not looked for in, as parts of e-mail addresses, are not in the vocabulary.
      if letters >= 4, word.key.utf8.count >= 3, !asksBeginning { parts.append("other : \"\(word.key)\" *") }
      if letters <= 2 || word.key.utf8.count <= 2 && letters <= word.key.utf8.count + 1 {
        let beginnings = Set([word.folded, word.key]).sorted().map { "\"\($0)\"" }
        parts.append("begin : (\(beginnings.joined(separator: " OR ")))")
      }
      if !numbers.isEmpty {
        let all = numbers.flatMap { ["\"\($0)\" *", "\"\(SearchText.reversed($0))\" *"] }
        parts.append("number : (\(all.joined(separator: " OR ")))")
      }
    }
    return "(\(parts.joined(separator: " OR ")))"
  }
}
