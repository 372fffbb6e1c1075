/// Collects `(folded key, kind, reference)` triples by the hundred thousand and gives them back sorted and
/// without repeats, ready for a b-tree filled from left to right.
public struct NameKeyTable {
  private struct Entry {
    /// The first eight bytes of the key, big-endian: most comparisons end here.
    var prefix: UInt64
    var start: UInt32
    var length: UInt16
    var kind: UInt8
    var reference: Int64
  }

  /// Longer keys are cut: no name of a place is this long.
  public static let keyLimit = 120

  private var bytes: [UInt8] = []
  private var entries: [Entry] = []

  public init() {}
  public var count: Int { entries.count }

  /// Adds the key of one name; with `skeletonKind`, the name's skeleton too (prefixed by `~`).
  public mutating func add(
    name: UnsafeBufferPointer<UInt8>, kind: UInt8, reference: Int64, skeletonKind: UInt8? = nil
  ) {
    let start = bytes.count
    TextFold.fold(name, into: &bytes)
    cut(from: start)
    let length = bytes.count - start
    guard length > 0 else { return }
    append(start, length, kind, reference)
    guard let skeletonKind else { return }
    let key = Array(bytes[start...])
    let skeletonStart = bytes.count
    bytes.append(UInt8(ascii: "~"))
    key.withUnsafeBufferPointer { TextSkeleton.append(ofFolded: $0, into: &bytes) }
    // Scripts other than Latin and Cyrillic have no skeleton; one or two letters say nothing.
    guard bytes.count - skeletonStart > 3, !bytes[skeletonStart...].contains(where: { $0 >= 0x80 }) else {
      bytes.removeSubrange(skeletonStart...)
      return
    }
    append(skeletonStart, bytes.count - skeletonStart, skeletonKind, reference)
  }

  /// Adds each of the names parted by `|`.
  public mutating func add(
    names: UnsafeBufferPointer<UInt8>, kind: UInt8, reference: Int64, skeletonKind: UInt8? = nil
  ) {
    var start = 0
    for i in 0...names.count where i == names.count || names[i] == UInt8(ascii: "|") {
      if i > start {
        add(
          name: UnsafeBufferPointer(rebasing: names[start..<i]), kind: kind, reference: reference,
          skeletonKind: skeletonKind)
      }
      start = i + 1
    }
  }

  /// Adds each of the names parted by `|`, and each once more without the words that only say what it is
  /// (`Брестская область` also as `брестская`).
  public mutating func add(
    names: UnsafeBufferPointer<UInt8>, kind: UInt8, reference: Int64, dropping words: Set<[UInt8]>
  ) {
    var start = 0
    for i in 0...names.count where i == names.count || names[i] == UInt8(ascii: "|") {
      if i > start {
        var key: [UInt8] = []
        TextFold.fold(UnsafeBufferPointer(rebasing: names[start..<i]), into: &key)
        addWithSkeleton(key, kind: kind, reference: reference)
        let kept = key.split(separator: 0x20).filter { !words.contains(Array($0)) }
        let short = Array(kept.joined(separator: [0x20]))
        if short.count < key.count, short.count > 2 {
          addWithSkeleton(short, kind: kind, reference: reference)
        }
      }
      start = i + 1
    }
  }

  private mutating func addWithSkeleton(_ key: [UInt8], kind: UInt8, reference: Int64) {
    add(key: key, kind: kind, reference: reference)
    let skeleton = TextSkeleton.skeleton(ofFolded: key)
    if skeleton.count > 2, !skeleton.contains(where: { $0 >= 0x80 }) {
      add(key: [UInt8(ascii: "~")] + skeleton, kind: kind, reference: reference)
    }
  }

  /// Adds a key as it is.
  public mutating func add(key: [UInt8], kind: UInt8, reference: Int64) {
    let start = bytes.count
    bytes.append(contentsOf: key)
    cut(from: start)
    if bytes.count > start { append(start, bytes.count - start, kind, reference) }
  }

  private mutating func cut(from start: Int) {
    guard bytes.count - start > Self.keyLimit else { return }
    var end = start + Self.keyLimit
    while end > start, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    bytes.removeSubrange(end...)
  }

  private mutating func append(_ start: Int, _ length: Int, _ kind: UInt8, _ reference: Int64) {
    var prefix: UInt64 = 0
    for k in 0..<8 { prefix = prefix << 8 | (k < length ? UInt64(bytes[start + k]) : 0) }
    entries.append(
      Entry(
        prefix: prefix, start: UInt32(start), length: UInt16(length), kind: kind, reference: reference))
  }

  /// Calls `body` with each distinct triple in the order of key bytes, kind, reference.
  public mutating func forEachSorted(
    _ body: (_ key: UnsafeBufferPointer<UInt8>, _ kind: UInt8, _ reference: Int64) throws -> Void
  ) rethrows {
    try bytes.withUnsafeBufferPointer { all in
      func order(_ a: Entry, _ b: Entry) -> Int {
        if a.prefix != b.prefix { return a.prefix < b.prefix ? -1 : 1 }
        let common = Int(min(a.length, b.length))
        var k = 8
        while k < common {
          let (x, y) = (all[Int(a.start) + k], all[Int(b.start) + k])
          if x != y { return x < y ? -1 : 1 }
          k += 1
        }
        if a.length != b.length { return a.length < b.length ? -1 : 1 }
        if a.kind != b.kind { return a.kind < b.kind ? -1 : 1 }
        return a.reference < b.reference ? -1 : a.reference == b.reference ? 0 : 1
      }
      entries.sort { order($0, $1) < 0 }
      var last: Entry?
      for entry in entries {
        if let last, order(last, entry) == 0 { continue }
        last = entry
        let key = all[Int(entry.start)..<(Int(entry.start) + Int(entry.length))]
        try body(UnsafeBufferPointer(rebasing: key), entry.kind, entry.reference)
      }
    }
  }
}

/// Walks over the lines and tab-parted columns of a table in memory.
public struct TableCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  /// Line just read, from 1.
  public private(set) var line = 0

  public init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Puts the column ranges of the next line into `columns`; false at the end. Empty lines are passed over.
  public mutating func next(_ columns: inout [Range<Int>]) -> Bool {
    columns.removeAll(keepingCapacity: true)
    while position < bytes.count {
      line += 1
      var start = position
      var i = position
      while i < bytes.count, bytes[i] != 10 {
        if bytes[i] == 9 {
          columns.append(start..<i)
          start = i + 1
        }
        i += 1
      }
      position = i + 1
      var end = i
      if end > start, bytes[end - 1] == 13 { end -= 1 }
      if columns.isEmpty && end == start { continue }
      columns.append(start..<end)
      return true
    }
    return false
  }

  public func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[range])
  }

  public func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// A plain decimal number such as `-12.345`; nil for anything else.
  public func number(_ range: Range<Int>) -> Double? {
    var i = range.lowerBound
    guard i < range.upperBound else { return nil }
    let negative = bytes[i] == UInt8(ascii: "-")
    if negative { i += 1 }
    var mantissa: Int64 = 0
    var scale = 1.0
    var digits = 0
    var fraction = false
    while i < range.upperBound {
      let c = bytes[i]
      if c == UInt8(ascii: "."), !fraction {
        fraction = true
      } else if c >= 0x30, c <= 0x39, digits < 17 {
        mantissa = mantissa * 10 + Int64(c - 0x30)
        digits += 1
        if fraction { scale *= 10 }
      } else {
        return nil
      }
      i += 1
    }
    guard digits > 0 else { return nil }
    return (negative ? -Double(mantissa) : Double(mantissa)) / scale
  }
}
