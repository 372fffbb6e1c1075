/// Kinds of OpenStreetMap objects.
public struct OSMKinds: OptionSet, Sendable {
  public let rawValue: UInt8
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let nodes = OSMKinds(rawValue: 1)
  public static let ways = OSMKinds(rawValue: 2)
  public static let relations = OSMKinds(rawValue: 4)
  public static let all: OSMKinds = [.nodes, .ways, .relations]
}

/// A batch of OpenStreetMap objects as flat arrays: nodes, ways and relations in the order of the file.
///
/// Tags of object `i` of a kind stand at `tagKeys[starts[i] ..< starts[i + 1]]` and the same of `tagValues`,
/// as indexes of strings; members and node references are laid out the same way.
public struct OSMBlock: Sendable {
  /// What the block holds in its file; not all of it need have been decoded.
  public var contents: OSMKinds = []
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

  /// The bytes of the string with an index of this block.
  @inline(__always)
  public func withString<R>(_ index: Int32, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    let range = Int(stringStarts[Int(index)])..<Int(stringStarts[Int(index) + 1])
    return try stringBytes.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range])) }
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
