/// Coordinates of the nodes that are needed, found by id. Fill with ids, `seal()`, then store and look up.
///
/// Ids are held by their lower 32 bits, apart by their upper ones, of which an extract has a few: 4 bytes an id, and 8
/// for its coordinates once sealed.
public struct NodeTable {
  /// Where a node was found last: the next one asked for is mostly near by.
  public struct Hint: Sendable {
    var bucket = 0
    var index = 0
    public init() {}
  }

  private struct Bucket {
    var high: Int64
    var lows: [UInt32] = []
    var positions: [Position] = []
  }
  private struct Position {
    var latitude: Int32
    var longitude: Int32
  }
  private var buckets: [Bucket] = []
  private var bucketOfHigh: [Int64: Int] = [:]
  private static let unset = Position(latitude: .min, longitude: .min)

  public init() {}
  public var count: Int { buckets.reduce(0) { $0 + $1.lows.count } }

  public mutating func need(_ references: ArraySlice<Int64>) {
    var last: Int64?
    var bucket = 0
    var references = references
    // A closed line comes back to its first node.
    if references.count > 1, references.first == references.last { references.removeLast() }
    for id in references where id != last {
      if last == nil || id >> 32 != buckets[bucket].high { bucket = self.bucket(of: id >> 32) }
      buckets[bucket].lows.append(UInt32(truncatingIfNeeded: id))
      last = id
    }
  }

  private mutating func bucket(of high: Int64) -> Int {
    if let known = bucketOfHigh[high] { return known }
    bucketOfHigh[high] = buckets.count
    buckets.append(Bucket(high: high))
    return buckets.count - 1
  }

  /// Sorts the ids and drops repeats. Needed before `store`.
  public mutating func seal() {
    for b in buckets.indices {
      buckets[b].lows.sort()
      var kept = 0
      for i in buckets[b].lows.indices where i == 0 || buckets[b].lows[i] != buckets[b].lows[kept - 1] {
        buckets[b].lows[kept] = buckets[b].lows[i]
        kept += 1
      }
      buckets[b].lows.removeSubrange(kept...)
      buckets[b].positions = Array(repeating: Self.unset, count: kept)
    }
  }

  /// Looks from where the last one was found outwards.
  @inline(__always)
  private func find(_ id: Int64, _ hint: inout Hint) -> Bool {
    let high = id >> 32
    if hint.bucket >= buckets.count || buckets[hint.bucket].high != high {
      guard let bucket = bucketOfHigh[high] else { return false }
      hint = Hint()
      hint.bucket = bucket
    }
    let low = UInt32(truncatingIfNeeded: id)
    return buckets[hint.bucket].lows.withUnsafeBufferPointer { lows in
      guard !lows.isEmpty else { return false }
      var (from, to) = (0, lows.count)
      let start = min(hint.index, lows.count - 1)
      var step = 1
      if lows[start] < low {
        from = start + 1
        while from + step <= lows.count, lows[from + step - 1] < low {
          from += step
          step *= 2
        }
        to = min(from + step, lows.count)
      } else {
        to = start
        while to - step >= 0, lows[to - step] >= low {
          to -= step
          step *= 2
        }
        from = max(to - step, 0)
      }
      while from < to {
        let middle = (from + to) >> 1
        if lows[middle] < low { from = middle + 1 } else { to = middle }
      }
      hint.index = from
      return from < lows.count && lows[from] == low
    }
  }

  /// Keeps the coordinates of the block's nodes that are needed.
  public mutating func store(_ block: OSMBlock) {
    guard !buckets.isEmpty else { return }
    var hint = Hint()
    for i in block.nodeIDs.indices where find(block.nodeIDs[i], &hint) {
      buckets[hint.bucket].positions[hint.index] = Position(
        latitude: block.nodeLatitudes[i], longitude: block.nodeLongitudes[i])
    }
  }

  /// Units of 1e-7 degrees; nil for a node that the file does not have.
  public func coordinate(_ id: Int64, _ hint: inout Hint) -> (latitude: Int32, longitude: Int32)? {
    guard find(id, &hint) else { return nil }
    let position = buckets[hint.bucket].positions[hint.index]
    return position.latitude == .min ? nil : (position.latitude, position.longitude)
  }
}

extension OSMBlock {
  private func dictionary(_ range: Range<Int>, _ keys: [Int32], _ values: [Int32]) -> [String: String] {
    var result: [String: String] = [:]
    for k in range { result[string(keys[k])] = string(values[k]) }
    return result
  }

  /// Where the tags of a node stand in `nodeTagKeys` and `nodeTagValues`.
  public func nodeTagRange(_ i: Int) -> Range<Int> { Int(nodeTagStarts[i])..<Int(nodeTagStarts[i + 1]) }
  /// Where the tags of a way stand in `wayTagKeys` and `wayTagValues`.
  public func wayTagRange(_ i: Int) -> Range<Int> { Int(wayTagStarts[i])..<Int(wayTagStarts[i + 1]) }
  /// Where the tags of a relation stand in `relationTagKeys` and `relationTagValues`.
  public func relationTagRange(_ i: Int) -> Range<Int> {
    Int(relationTagStarts[i])..<Int(relationTagStarts[i + 1])
  }

  public func nodeTags(_ i: Int) -> [String: String] {
    dictionary(nodeTagRange(i), nodeTagKeys, nodeTagValues)
  }
  public func wayTags(_ i: Int) -> [String: String] { dictionary(wayTagRange(i), wayTagKeys, wayTagValues) }
  public func relationTags(_ i: Int) -> [String: String] {
    dictionary(relationTagRange(i), relationTagKeys, relationTagValues)
  }

  /// Node ids of a way, in order.
  public func wayNodes(_ i: Int) -> ArraySlice<Int64> {
    wayReferences[Int(wayReferenceStarts[i])..<Int(wayReferenceStarts[i + 1])]
  }

  /// Positions of a relation's members in `memberKinds`, `memberReferences` and `memberRoles`.
  public func relationMembers(_ i: Int) -> Range<Int> {
    Int(relationMemberStarts[i])..<Int(relationMemberStarts[i + 1])
  }
}
