/// A sorted dictionary of names in memory that someone else keeps (a mapped file): exact, by prefix, with errors.
/// Every position read from it is checked, so that a damaged file gives wrong answers and no fault.
public struct NameSearch: @unchecked Sendable {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let starts: UnsafeBufferPointer<UInt32>
  private let names: UnsafeBufferPointer<NameRecord>
  private let table: UnsafeBufferPointer<UInt32>
  private let postingCount: Int

  public init(
    bytes: UnsafeBufferPointer<UInt8>, starts: UnsafeBufferPointer<UInt32>,
    names: UnsafeBufferPointer<NameRecord>, table: UnsafeBufferPointer<UInt32>, postingCount: Int
  ) {
    self.bytes = bytes
    self.starts = starts
    self.names = names
    self.table = table
    self.postingCount = postingCount
  }

  /// Keys there are; the record behind them closes the last one's postings.
  public var count: Int { max(names.count - 1, 0) }

  @inline(__always)
  public func key(_ k: Int) -> UnsafeBufferPointer<UInt8> {
    let id = Int(names[k].key)
    guard id + 1 < starts.count else { return UnsafeBufferPointer(start: nil, count: 0) }
    let (start, end) = (Int(starts[id]), Int(starts[id + 1]))
    guard start <= end, end <= bytes.count else { return UnsafeBufferPointer(start: nil, count: 0) }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }

  /// The postings of key number `k`.
  @inline(__always)
  public func postings(_ k: Int) -> Range<Int> {
    let (first, last) = (Int(names[k].first), Int(names[k + 1].first))
    return first <= last && last <= postingCount ? first..<last : 0..<0
  }

  /// The number of a key; nil when there is none. O(1).
  @inline(__always)
  public func find(_ key: UnsafeBufferPointer<UInt8>) -> Int? {
    guard table.count > 1 else { return nil }
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: StringPool.hash(key) >> 20) & mask
    for _ in 0..<table.count {
      let entry = Int(table[slot])
      if entry == 0 { return nil }
      if entry <= count, Self.equal(self.key(entry - 1), key) { return entry - 1 }
      slot = (slot + 1) & mask
    }
    return nil
  }

  @inline(__always)
  static func equal(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    guard a.count == b.count else { return false }
    for k in 0..<a.count where a[k] != b[k] { return false }
    return true
  }

  /// The first key that is not below `text`. O(log n).
  public func lowerBound(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if Self.isBelow(key(middle), text) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func isBelow(_ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>) -> Bool {
    let common = min(a.count, b.count)
    for k in 0..<common where a[k] != b[k] { return a[k] < b[k] }
    return a.count < b.count
  }

  /// The keys that start with `prefix`. O(log n).
  public func prefixed(_ prefix: UnsafeBufferPointer<UInt8>) -> Range<Int> {
    let start = lowerBound(prefix)
    // The first key behind all that start so: the prefix with a byte that no UTF-8 has.
    let end = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: prefix.count + 1) { above in
      for k in 0..<prefix.count { above[k] = prefix[k] }
      above[prefix.count] = 0xFF
      return lowerBound(UnsafeBufferPointer(above))
    }
    return start..<max(start, end)
  }

  /// The first key of `range` that does not start with `prefix`, which its first key does. O(log of the distance).
  private func firstBehind(_ prefix: UnsafeBufferPointer<UInt8>, in range: Range<Int>) -> Int {
    func starts(_ k: Int) -> Bool {
      let key = self.key(k)
      guard key.count >= prefix.count else { return false }
      for i in 0..<prefix.count where key[i] != prefix[i] { return false }
      return true
    }
    var step = 1
    var low = range.lowerBound
    while low + step < range.upperBound, starts(low + step) {
      low += step
      step *= 2
    }
    var high = min(low + step, range.upperBound)
    low += 1
    while low < high {
      let middle = (low + high) / 2
      if starts(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Keys one error away (insertion, deletion, replacement, swap of neighbours) and the key itself, by the table
  /// that ``NameTables/slipTable(_:_:includes:)`` made. The first byte, a mark, must be the same.
  public func oneErrorAway(
    _ key: UnsafeBufferPointer<UInt8>, slipStarts: UnsafeBufferPointer<UInt32>,
    slipEntries: UnsafeBufferPointer<UInt32>
  ) -> [(name: Int, distance: Int)] {
    var found: [(name: Int, distance: Int)] = []
    guard slipStarts.count > 1 else { return found }
    let mask = UInt64(slipStarts.count - 2)
    NameTables.forEachSlip(of: key) { hash in
      let bucket = Int(truncatingIfNeeded: hash & mask)
      let (start, end) = (Int(slipStarts[bucket]), Int(slipStarts[bucket + 1]))
      guard start <= end, end <= slipEntries.count else { return }
      for k in start..<end {
        let name = Int(slipEntries[k])
        guard name < count, !found.contains(where: { $0.name == name }) else { continue }
        let other = self.key(name)
        guard abs(other.count - key.count) <= 1,
          let distance = EditDistance.between(key, other, limit: 1)
        else { continue }
        found.append((name, distance))
      }
    }
    return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
  }

  /// Keys of `range` at most `limit` insertions, deletions and replacements away, in the order of distance.
  ///
  /// Walks the sorted keys as the trie they form: rows of the edit-distance table are kept by depth, and a prefix
  /// that is out of reach is left by one binary search. O(keys in reach).
  public func within(
    _ limit: Int, of text: UnsafeBufferPointer<UInt8>, in range: Range<Int>, most: Int
  ) -> [(name: Int, distance: Int)] {
    // Rows are bytes.
    guard text.count <= 100, limit <= 100 else { return [] }
    let width = text.count + 1
    let depthLimit = text.count + limit
    var found: [(name: Int, distance: Int)] = []
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: (depthLimit + 2) * width) { rows in
      for j in 0..<width { rows[j] = UInt8(min(j, 255)) }
      // Bytes of the key whose rows are valid.
      var valid = 0
      var previous = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
      var k = range.lowerBound
      while k < range.upperBound {
        let key = self.key(k)
        var depth = 0
        while depth < valid, depth < key.count, depth < previous.count, key[depth] == previous[depth] {
          depth += 1
        }
        previous = key
        valid = depth
        var cut: Int?
        while depth < key.count {
          if depth >= depthLimit {
            cut = depth
            break
          }
          let c = key[depth]
          let (above, row) = (depth * width, (depth + 1) * width)
          rows[row] = UInt8(depth + 1)
          var least = rows[row]
          for j in 1..<max(width, 1) {
            let change = rows[above + j - 1] + (text[j - 1] == c ? 0 : 1)
            let cost = min(change, min(rows[above + j], rows[row + j - 1]) + 1)
            rows[row + j] = cost
            least = min(least, cost)
          }
          depth += 1
          valid = depth
          if Int(least) > limit {
            cut = depth
            break
          }
        }
        if let cut {
          // Every key with these first bytes is out of reach.
          k = firstBehind(UnsafeBufferPointer(rebasing: key[0..<cut]), in: k..<range.upperBound)
          continue
        }
        let distance = Int(rows[key.count * width + width - 1])
        if distance <= limit { found.append((k, distance)) }
        k += 1
      }
    }
    return Array(found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(most))
  }
}
