/// Coordinates of the nodes that are needed, found by id. Fill with ids, `seal()`, then store and look up.
public struct NodeTable {
  private var ids: [Int64] = []
  private var latitudes: [Int32] = []
  private var longitudes: [Int32] = []
  private static let unset = Int32.min

  public init() {}
  public var count: Int { ids.count }

  public mutating func need(_ references: ArraySlice<Int64>) { ids.append(contentsOf: references) }

  /// Sorts the ids and drops repeats. Needed before `store`.
  public mutating func seal() {
    ids.sort()
    var kept = 0
    for i in ids.indices where i == 0 || ids[i] != ids[kept - 1] {
      ids[kept] = ids[i]
      kept += 1
    }
    ids.removeSubrange(kept...)
    latitudes = [Int32](repeating: Self.unset, count: kept)
    longitudes = [Int32](repeating: Self.unset, count: kept)
  }

  private func index(of id: Int64) -> Int? {
    var low = 0
    var high = ids.count
    while low < high {
      let middle = (low + high) >> 1
      if ids[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[low] == id ? low : nil
  }

  /// Keeps the coordinates of the block's nodes that are needed.
  public mutating func store(_ block: OSMBlock) {
    guard !ids.isEmpty else { return }
    for i in block.nodeIDs.indices {
      guard let k = index(of: block.nodeIDs[i]) else { continue }
      latitudes[k] = block.nodeLatitudes[i]
      longitudes[k] = block.nodeLongitudes[i]
    }
  }

  /// Units of 1e-7 degrees; nil for a node that the file does not have.
  public func coordinate(_ id: Int64) -> (latitude: Int32, longitude: Int32)? {
    guard let k = index(of: id), latitudes[k] != Self.unset else { return nil }
    return (latitudes[k], longitudes[k])
  }
}

extension OSMBlock {
  private func dictionary(_ range: Range<Int>, _ keys: [Int32], _ values: [Int32]) -> [String: String] {
    var result: [String: String] = [:]
    for k in range { result[string(keys[k])] = string(values[k]) }
    return result
  }

  public func nodeTags(_ i: Int) -> [String: String] {
    dictionary(Int(nodeTagStarts[i])..<Int(nodeTagStarts[i + 1]), nodeTagKeys, nodeTagValues)
  }

  public func hasNodeTags(_ i: Int) -> Bool { nodeTagStarts[i + 1] > nodeTagStarts[i] }

  public func wayTags(_ i: Int) -> [String: String] {
    dictionary(Int(wayTagStarts[i])..<Int(wayTagStarts[i + 1]), wayTagKeys, wayTagValues)
  }

  public func relationTags(_ i: Int) -> [String: String] {
    dictionary(
      Int(relationTagStarts[i])..<Int(relationTagStarts[i + 1]), relationTagKeys, relationTagValues)
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
