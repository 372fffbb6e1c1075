/// A set of row ids as one bit each: a hundred thousand partners take 12 KB, and AND, OR, NOT are word
/// operations.
struct RowSet {
  private(set) var words: [UInt64] = []

  mutating func insert(_ row: Int64) {
    let word = Int(row >> 6)
    if word >= words.count {
      words.append(contentsOf: repeatElement(0, count: word + 1 - words.count))
    }
    words[word] |= 1 << UInt64(row & 63)
  }

  func contains(_ row: Int64) -> Bool {
    let word = Int(row >> 6)
    return word < words.count && words[word] & (1 << UInt64(row & 63)) != 0
  }

  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  mutating func formUnion(_ other: RowSet) {
    if other.words.count > words.count {
      words.append(contentsOf: repeatElement(0, count: other.words.count - words.count))
    }
    for i in other.words.indices { words[i] |= other.words[i] }
  }

  mutating func formIntersection(_ other: RowSet) {
    if words.count > other.words.count { words.removeLast(words.count - other.words.count) }
    for i in words.indices { words[i] &= other.words[i] }
  }

  mutating func subtract(_ other: RowSet) {
    for i in 0..<min(words.count, other.words.count) { words[i] &= ~other.words[i] }
  }

  /// The smallest row id from `row` on; nil when there is none.
  func first(from row: Int64) -> Int64? {
    var index = Int(max(0, row) >> 6)
    guard index < words.count else { return nil }
    var word = words[index] & ~0 << UInt64(max(0, row) & 63)
    while word == 0 {
      index += 1
      guard index < words.count else { return nil }
      word = words[index]
    }
    return Int64(index << 6 | word.trailingZeroBitCount)
  }

  /// The row id that stands `count` members before `row`, or the smallest; nil when there is none before it.
  func back(_ count: Int, from row: Int64) -> Int64? {
    var left = count
    var found: Int64?
    var index = min(Int(max(0, row) >> 6), words.count - 1)
    while index >= 0, left > 0 {
      var word = words[index]
      if index == Int(row >> 6) { word &= (1 << UInt64(row & 63)) - 1 }
      while word != 0, left > 0 {
        let bit = 63 - word.leadingZeroBitCount
        found = Int64(index << 6 | bit)
        word &= ~(1 << UInt64(bit))
        left -= 1
      }
      index -= 1
    }
    return found
  }

  /// Row ids in ascending order.
  func visitEach(_ body: (Int64) throws -> Void) rethrows {
    for (index, word) in words.enumerated() where word != 0 {
      var rest = word
      while rest != 0 {
        try body(Int64(index << 6 | rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
  }
}
