/// A batch of OpenStreetMap objects as flat arrays: nodes, ways and relations in the order of the file.
///
/// Tags of object `i` of a kind stand at `tagKeys[starts[i] ..< starts[i + 1]]` and the same of `tagValues`,
/// as indexes of strings; members and node references are laid out the same way.
public struct OSMBlock: Sendable {
  /// All strings of the block, one after another, UTF-8.
  public var stringBytes: [UInt8] = []
  /// Start of each string in `stringBytes`; one more than there are strings.
  public var stringStarts: [Int32] = [0]

  public var nodeIDs: [Int64] = []
  /// Units of 1e-7 degrees, in range.
  public var nodeLatitudes: [Int32] = []
  public var nodeLongitudes: [Int32] = []
  public var nodeTagStarts: [Int32] = [0]

  public var wayIDs: [Int64] = []
  public var wayReferenceStarts: [Int32] = [0]
  public var wayReferences: [Int64] = []
  public var wayTagStarts: [Int32] = [0]

  public var relationIDs: [Int64] = []
  public var relationMemberStarts: [Int32] = [0]
  /// 0 node, 1 way, 2 relation.
  public var memberKinds: [UInt8] = []
  public var memberReferences: [Int64] = []
  public var memberRoles: [Int32] = []
  public var relationTagStarts: [Int32] = [0]

  public var nodeTagKeys: [Int32] = []
  public var nodeTagValues: [Int32] = []
  public var wayTagKeys: [Int32] = []
  public var wayTagValues: [Int32] = []
  public var relationTagKeys: [Int32] = []
  public var relationTagValues: [Int32] = []

  public init() {}

  public var stringCount: Int { stringStarts.count - 1 }

  /// The string with an index of this block.
  public func string(_ index: Int32) -> String {
    let range = Int(stringStarts[Int(index)])..<Int(stringStarts[Int(index) + 1])
    return stringBytes.withUnsafeBufferPointer { String(decoding: $0[range], as: UTF8.self) }
  }

  /// Adds a string and gives its index.
  public mutating func addString(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
    stringBytes.append(contentsOf: bytes)
    stringStarts.append(Int32(stringBytes.count))
    return Int32(stringStarts.count - 2)
  }
}

/// Where and why bytes are no OpenStreetMap data. Offsets count from the start of the bytes given.
public struct OSMFault: Error, Sendable, Equatable {
  public var offset: Int
  public var reason: String
  public init(offset: Int, reason: String) {
    self.offset = offset
    self.reason = reason
  }
}
