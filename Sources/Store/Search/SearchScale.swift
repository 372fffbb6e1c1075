import Foundation

/// How well an entry is found by the words of a query. Works on the bytes of the entry as the file has them: a search
/// looks at hundreds of entries.
struct SearchScale {
  let terms: [SearchTerm]
  /// The key of a name that is the whole query.
  let whole: String
  private let wholeBytes: [UInt8]
  private let keys: [Key]

  /// What one word of the query is compared with, as bytes.
  private struct Key {
    var word: [UInt8]
    var slips: [(key: [UInt8], count: Int)]
    var numbers: [[UInt8]]
  }

  init(_ terms: [SearchTerm]) {
    self.terms = terms
    whole = SearchText.whole(terms.map(\.word))
    wholeBytes = Array(whole.utf8)
    keys = terms.map { term in
      Key(
        word: Array(term.word.key.utf8), slips: term.slips.map { (Array($0.key.utf8), $0.value) },
        numbers: term.numbers.flatMap { [Array($0.utf8), Array(SearchText.reversed($0).utf8)] })
    }
  }

  /// - Parameters:
  ///   - texts: the words of name, place and everything else, with blanks between.
  ///   - numbers: telephones, either way round.
  ///   - begin: beginnings of words, and the name as one word.
  func score(
    texts: (UnsafeRawBufferPointer, UnsafeRawBufferPointer, UnsafeRawBufferPointer),
    numbers: UnsafeRawBufferPointer, begin: UnsafeRawBufferPointer
  ) -> (score: Double, match: SearchHit.Match) {
    var sum = 0.0
    var worst = SearchHit.Match.exact
    for key in keys {
      var best = 0.0
      var match = SearchHit.Match.typo
      for (text, weight) in [(texts.0, 1), (texts.1, 0.6), (texts.2, 0.5)] {
        var one = SearchHit.Match.typo
        let worth = Self.worth(key, in: text, match: &one) * weight
        if worth > best { (best, match) = (worth, one) }
      }
      let number = Self.worth(key.numbers, in: numbers)
      if number > best { (best, match) = (number, number == 1 ? .exact : .prefix) }
      // One or two letters are a beginning.
      if best == 0 { (best, match) = (0.5, .prefix) }
      sum += best
      worst = max(worst, match)
    }
    var isWhole = false
    begin.eachWord { word in
      isWhole = word.count == wholeBytes.count && word.begins(with: wholeBytes)
      return !isWhole
    }
    var words = 0
    texts.0.eachWord { _ in
      words += 1
      return true
    }
    // Of equal ones the name with fewer other words.
    let brevity = 0.02 / Double(1 + words)
    return (sum / Double(keys.count) + (isWhole ? 0.3 : 0) + brevity, worst)
  }

  /// How well a word is found in one column: 0 for not at all, 1 for itself.
  private static func worth(
    _ key: Key, in text: UnsafeRawBufferPointer, match: inout SearchHit.Match
  ) -> Double {
    var best = 0.0
    text.eachWord { word in
      if word.begins(with: key.word) {
        if word.count == key.word.count {
          (best, match) = (1, .exact)
          return false
        }
        let value = 0.7 + 0.25 * Double(key.word.count) / Double(word.count)
        if value > best { (best, match) = (value, .prefix) }
      } else if best < 0.65 {
        for slip in key.slips where slip.key.count == word.count && word.begins(with: slip.key) {
          let value = 0.65 - 0.15 * Double(slip.count)
          if value > best { (best, match) = (value, .typo) }
        }
      }
      return true
    }
    return best
  }

  private static func worth(_ numbers: [[UInt8]], in text: UnsafeRawBufferPointer) -> Double {
    guard !numbers.isEmpty else { return 0 }
    var best = 0.0
    text.eachWord { word in
      for number in numbers where word.begins(with: number) {
        best = max(best, number.count == word.count ? 1 : 0.9)
      }
      return best < 1
    }
    return best
  }
}

extension UnsafeRawBufferPointer {
  /// The words between blanks, until `body` says no.
  fileprivate func eachWord(_ body: (UnsafeRawBufferPointer) -> Bool) {
    var start = 0
    while start < count {
      var end = start
      while end < count, self[end] != 0x20 { end += 1 }
      if end > start, !body(UnsafeRawBufferPointer(rebasing: self[start..<end])) { return }
      start = end + 1
    }
  }

  fileprivate func begins(with bytes: [UInt8]) -> Bool {
    guard count >= bytes.count, let base = baseAddress else { return bytes.isEmpty }
    return bytes.withUnsafeBytes { $0.isEmpty || memcmp(base, $0.baseAddress!, $0.count) == 0 }
  }
}
