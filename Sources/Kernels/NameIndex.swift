/// A name that points to something: `reference` is a row of the caller's, `spelling` a text of the pool.
public struct NamePosting: Sendable, Equatable, BitwiseCopyable {
  public var reference: UInt32
  public var spelling: UInt32
  /// The caller's.
  public var kind: UInt32

  public init(reference: UInt32, spelling: UInt32, kind: UInt32) {
    self.reference = reference
    self.spelling = spelling
    self.kind = kind
  }
}

/// A key of a sorted dictionary: the text's number in the pool and where its postings start.
public struct NameRecord: Sendable, BitwiseCopyable {
  public var key: UInt32
  public var first: UInt32
}

/// Collects names with what they point to, answers by exact key while it grows, and gives everything sorted.
public struct NameCollector: Sendable {
  public private(set) var postings: [NamePosting] = []
  /// The posting of the same key that came before; -1 for none.
  private var previous: [Int32] = []
  private var keyOfPosting: [UInt32] = []
  /// The last posting of each key.
  private var last: [UInt32: Int32] = [:]

  public init() {}

  /// Files a posting under a text of the pool; of two of one reference that come together the one of lower kind is kept,
  /// and with `keepsSpellings` each that is spelt differently.
  public mutating func add(key: Int, _ posting: NamePosting, keepsSpellings: Bool = false) {
    let key = UInt32(key)
    let head = last[key] ?? -1
    var at = head
    // Names of one thing come together: what stands farther back is another's.
    for _ in 0..<(keepsSpellings ? 8 : 4) where at >= 0 {
      let known = postings[Int(at)]
      if known.reference == posting.reference, !keepsSpellings || known.spelling == posting.spelling {
        if posting.kind < known.kind { postings[Int(at)] = posting }
        return
      }
      at = previous[Int(at)]
    }
    last[key] = Int32(postings.count)
    postings.append(posting)
    previous.append(head)
    keyOfPosting.append(key)
  }

  /// Each posting with its key, in the order in which they came.
  public func forEachPosting(_ body: (_ key: Int, NamePosting) -> Void) {
    for k in postings.indices { body(Int(keyOfPosting[k]), postings[k]) }
  }

  /// The postings of a text of the pool, the latest first.
  public func postings(key: Int) -> [NamePosting] {
    var result: [NamePosting] = []
    var at = last[UInt32(key)] ?? -1
    while at >= 0 {
      result.append(postings[Int(at)])
      at = previous[Int(at)]
    }
    return result
  }

  /// Gives each posting another reference.
  public mutating func renumber(_ reference: (NamePosting) -> UInt32) {
    for k in postings.indices { postings[k].reference = reference(postings[k]) }
  }

  /// Keys in the order of their bytes with their postings in the order of reference, kind and spelling; a last record
  /// stands behind the end.
  public func sorted(_ pool: StringPool) -> (names: [NameRecord], postings: [NamePosting]) {
    let keys = Self.sorted(last.keys.map { Int($0) }, pool)
    var names: [NameRecord] = []
    var all: [NamePosting] = []
    names.reserveCapacity(keys.count + 1)
    all.reserveCapacity(postings.count)
    for key in keys {
      names.append(NameRecord(key: UInt32(key), first: UInt32(all.count)))
      let start = all.count
      var at = last[UInt32(key)] ?? -1
      while at >= 0 {
        all.append(postings[Int(at)])
        at = previous[Int(at)]
      }
      if all.count - start > 1 {
        all[start...].sort { ($0.reference, $0.kind, $0.spelling) < ($1.reference, $1.kind, $1.spelling) }
      }
    }
    names.append(NameRecord(key: 0, first: UInt32(all.count)))
    return (names, all)
  }

  /// Texts of the pool in the order of their bytes. Most comparisons end in the first eight bytes.
  static func sorted(_ texts: [Int], _ pool: StringPool) -> [Int] {
    var entries = texts.map { id -> (prefix: UInt64, id: Int) in
      let prefix = pool.withText(id) { text in
        (0..<8).reduce(UInt64(0)) { $0 << 8 | ($1 < text.count ? UInt64(text[$1]) : 0) }
      }
      return (prefix, id)
    }
    pool.bytes.withUnsafeBufferPointer { bytes in
      pool.starts.withUnsafeBufferPointer { starts in
        entries.sort { a, b in
          if a.prefix != b.prefix { return a.prefix < b.prefix }
          var (i, j) = (Int(starts[a.id]) + 8, Int(starts[b.id]) + 8)
          let (endA, endB) = (Int(starts[a.id + 1]), Int(starts[b.id + 1]))
          while i < endA, j < endB {
            if bytes[i] != bytes[j] { return bytes[i] < bytes[j] }
            i += 1
            j += 1
          }
          return endA - Int(starts[a.id]) < endB - Int(starts[b.id])
        }
      }
    }
    return entries.map(\.id)
  }
}

/// The tables by which a sorted dictionary of names is asked, as they stand in a file.
public enum NameTables {
  /// An open-addressing table of record numbers + 1 by the hash of the key; at most half full.
  public static func hashTable(_ names: [NameRecord], _ pool: StringPool) -> [UInt32] {
    let count = max(names.count - 1, 0)
    var size = 16
    while size < count * 2 { size *= 2 }
    var table = [UInt32](repeating: 0, count: size)
    for k in 0..<count {
      var slot =
        pool.withText(Int(names[k].key)) { Int(truncatingIfNeeded: StringPool.hash($0) >> 20) }
        & (size - 1)
      while table[slot] != 0 { slot = (slot + 1) & (size - 1) }
      table[slot] = UInt32(k + 1)
    }
    return table
  }

  /// Letters of the keys that slips are looked for in, without the mark in front.
  public static let slipLengths = 4...28

  /// For each key that `includes` accepts: its record number in the bucket of the key and of the key without one of
  /// its letters (symmetric deletes; keys are ASCII). Two keys one error apart meet in a bucket.
  /// - Returns: bucket starts (a power of two and one more) and the record numbers in them.
  public static func slipTable(
    _ names: [NameRecord], _ pool: StringPool, includes: (UnsafeBufferPointer<UInt8>) -> Bool
  ) -> (starts: [UInt32], entries: [UInt32]) {
    var members: [Int] = []
    var total = 0
    for k in 0..<max(names.count - 1, 0) {
      pool.withText(Int(names[k].key)) { text in
        guard includes(text), slipLengths.contains(text.count - 1) else { return }
        members.append(k)
        total += text.count
      }
    }
    var buckets = 16
    while buckets < total / 2 { buckets *= 2 }
    var starts = [UInt32](repeating: 0, count: buckets + 1)
    for k in members {
      pool.withText(Int(names[k].key)) { text in
        forEachSlip(of: text) { starts[Int(truncatingIfNeeded: $0 & UInt64(buckets - 1)) + 1] += 1 }
      }
    }
    for b in 0..<buckets { starts[b + 1] += starts[b] }
    var fill = starts
    var entries = [UInt32](repeating: 0, count: Int(starts[buckets]))
    for k in members {
      pool.withText(Int(names[k].key)) { text in
        forEachSlip(of: text) { hash in
          let bucket = Int(truncatingIfNeeded: hash & UInt64(buckets - 1))
          entries[Int(fill[bucket])] = UInt32(k)
          fill[bucket] += 1
        }
      }
    }
    return (starts, entries)
  }

  /// Calls `body` with the hash of the text and of the text without each of its letters but the first byte, each
  /// different text once for runs of one letter.
  @inline(__always)
  public static func forEachSlip(of text: UnsafeBufferPointer<UInt8>, _ body: (UInt64) -> Void) {
    body(mixed(StringPool.hash(text)))
    for skip in stride(from: 1, to: text.count, by: 1) where skip == 1 || text[skip] != text[skip - 1] {
      var h: UInt64 = 0xcbf2_9ce4_8422_2325
      for k in 0..<text.count where k != skip { h = (h ^ UInt64(text[k])) &* 0x100_0000_01b3 }
      h ^= h >> 32
      body(mixed(h &* 0x9e37_79b9_7f4a_7c15))
    }
  }

  @inline(__always) private static func mixed(_ h: UInt64) -> UInt64 { h >> 24 }
}
