import Foundation
import Geo

/// Writes an OpenStreetMap extract: nodes, then ways, then relations, as blocks of 8,000 packed by zlib. No more than a
/// block is held in memory.
struct PBFExtractWriter {
  static let firstID: Int64 = 1_000_000

  /// Units of 1e-7 degrees.
  struct Point {
    var latitude: Int64
    var longitude: Int64
    var coordinate: Coordinate {
      // In range by how the made-up places are laid out.
      try! Coordinate(latitude: Double(latitude) / 1e7, longitude: Double(longitude) / 1e7)
    }
  }

  /// What a member of a relation is; the numbers are those of the format.
  enum MemberKind: UInt64 {
    case node = 0
    case way, relation
  }

  /// What an extract tells of an object's last edit.
  struct Edit {
    var version: UInt64
    /// Seconds since 1970.
    var time: Int64
  }
  /// The edit of the objects written next; nil writes none. Whether there is one may change between blocks only.
  var edit: Edit?

  private let file: FileHandle
  private var strings: [String: UInt64] = [:]
  private var table: [UInt8] = []
  private var count = 0
  private var nextNode = firstID
  private var nextWay: Int64 = 1
  // Dense nodes of the block at hand.
  private var ids: [UInt8] = []
  private var latitudes: [UInt8] = []
  private var longitudes: [UInt8] = []
  private var nodeTags: [UInt8] = []
  private var versions: [UInt8] = []
  private var times: [UInt8] = []
  private var lastTime: Int64 = 0
  private var last: (id: Int64, latitude: Int64, longitude: Int64) = (0, 0, 0)
  /// Ways of the block at hand, or relations.
  private var ways: [UInt8] = []
  private var nextRelation: Int64 = 1

  init(_ path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil) else {
      throw CocoaError(.fileWriteUnknown)
    }
    file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    clear()
    var header: [UInt8] = []
    for feature in ["OsmSchema-V0.6", "DenseNodes"] { Self.field(4, Array(feature.utf8), &header) }
    try blob("OSMHeader", header)
  }

  mutating func node(at point: Point, tags: [(String, String)]) throws {
    Self.zigzag(nextNode - last.id, &ids)
    Self.zigzag(point.latitude - last.latitude, &latitudes)
    Self.zigzag(point.longitude - last.longitude, &longitudes)
    last = (nextNode, point.latitude, point.longitude)
    for (key, value) in tags {
      Self.varint(string(key), &nodeTags)
      Self.varint(string(value), &nodeTags)
    }
    nodeTags.append(0)
    if let edit {
      Self.varint(edit.version, &versions)
      Self.zigzag(edit.time - lastTime, &times)
      lastTime = edit.time
    }
    nextNode += 1
    count += 1
    if count == 8000 { try endNodes() }
  }

  mutating func endNodes() throws {
    guard count > 0 else { return }
    var dense: [UInt8] = []
    Self.field(1, ids, &dense)
    if !versions.isEmpty {
      var edits: [UInt8] = []
      Self.field(1, versions, &edits)
      Self.field(2, times, &edits)
      Self.field(5, edits, &dense)
    }
    Self.field(8, latitudes, &dense)
    Self.field(9, longitudes, &dense)
    Self.field(10, nodeTags, &dense)
    var group: [UInt8] = []
    Self.field(2, dense, &group)
    try endBlock(group)
  }

  mutating func way(_ nodes: [Int64], tags: [(String, String)]) throws {
    var way: [UInt8] = []
    Self.varint(1 << 3, &way)
    Self.varint(UInt64(nextWay), &way)
    add(tags, to: &way)
    var references: [UInt8] = []
    var before: Int64 = 0
    for node in nodes {
      Self.zigzag(node - before, &references)
      before = node
    }
    Self.field(8, references, &way)
    Self.field(3, way, &ways)
    nextWay += 1
    count += 1
    if count == 8000 { try endBlock(ways) }
  }

  mutating func endWays() throws {
    if count > 0 { try endBlock(ways) }
  }

  /// Numbers of ways are those of the order they were written in, from 1.
  mutating func relation(
    _ members: [(role: String, kind: MemberKind, id: Int64)], tags: [(String, String)]
  ) throws {
    var relation: [UInt8] = []
    Self.varint(1 << 3, &relation)
    Self.varint(UInt64(nextRelation), &relation)
    add(tags, to: &relation)
    var (roles, ids, kinds): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
    var before: Int64 = 0
    for member in members {
      Self.varint(string(member.role), &roles)
      Self.zigzag(member.id - before, &ids)
      Self.varint(member.kind.rawValue, &kinds)
      before = member.id
    }
    Self.field(8, roles, &relation)
    Self.field(9, ids, &relation)
    Self.field(10, kinds, &relation)
    Self.field(4, relation, &ways)
    nextRelation += 1
    count += 1
    if count == 8000 { try endBlock(ways) }
  }

  /// Keys and values of an object, which stand in the same fields of ways and of relations.
  private mutating func add(_ tags: [(String, String)], to object: inout [UInt8]) {
    var (keys, values): ([UInt8], [UInt8]) = ([], [])
    for (key, value) in tags {
      Self.varint(string(key), &keys)
      Self.varint(string(value), &values)
    }
    Self.field(2, keys, &object)
    Self.field(3, values, &object)
    if let edit {
      var info: [UInt8] = [1 << 3]
      Self.varint(edit.version, &info)
      info.append(2 << 3)
      Self.varint(UInt64(edit.time), &info)
      Self.field(4, info, &object)
    }
  }

  mutating func finish() throws {
    if count > 0 { try endBlock(ways) }
    try file.close()
  }

  private mutating func string(_ text: String) -> UInt64 {
    if let known = strings[text] { return known }
    let number = UInt64(strings.count + 1)
    strings[text] = number
    Self.field(1, Array(text.utf8), &table)
    return number
  }

  private mutating func endBlock(_ group: [UInt8]) throws {
    var block: [UInt8] = []
    Self.field(1, table, &block)
    Self.field(2, group, &block)
    try blob("OSMData", block)
    clear()
  }

  private mutating func clear() {
    strings.removeAll(keepingCapacity: true)
    // String 0 stands for nothing.
    table = [10, 0]
    count = 0
    last = (0, 0, 0)
    ids.removeAll(keepingCapacity: true)
    latitudes.removeAll(keepingCapacity: true)
    longitudes.removeAll(keepingCapacity: true)
    nodeTags.removeAll(keepingCapacity: true)
    versions.removeAll(keepingCapacity: true)
    times.removeAll(keepingCapacity: true)
    lastTime = 0
    ways.removeAll(keepingCapacity: true)
  }

  private func blob(_ type: String, _ content: [UInt8]) throws {
    // A zlib stream is a gzip stream in another dress: deflated bytes between two bytes of head and a checksum.
    let gzip = [UInt8](Gzip.deflate(Data(content), level: 1))
    var (a, b): (UInt32, UInt32) = (1, 0)
    for start in stride(from: 0, to: content.count, by: 5552) {
      for byte in content[start..<min(start + 5552, content.count)] {
        a &+= UInt32(byte)
        b &+= a
      }
      a %= 65521
      b %= 65521
    }
    var zlib: [UInt8] = [0x78, 0x01]
    zlib += gzip[10..<(gzip.count - 8)]
    for shift in [24, 16, 8, 0] { zlib.append(UInt8(truncatingIfNeeded: (b << 16 | a) >> UInt32(shift))) }
    var blob: [UInt8] = []
    Self.varint(2 << 3, &blob)
    Self.varint(UInt64(content.count), &blob)
    Self.field(3, zlib, &blob)
    var header: [UInt8] = []
    Self.field(1, Array(type.utf8), &header)
    Self.varint(3 << 3, &header)
    Self.varint(UInt64(blob.count), &header)
    let length: [UInt8] = [0, 0, UInt8(header.count >> 8), UInt8(header.count & 0xFF)]
    try file.write(contentsOf: Data(length + header + blob))
  }

  private static func varint(_ value: UInt64, _ out: inout [UInt8]) {
    var value = value
    while value >= 0x80 {
      out.append(UInt8(value & 0x7F) | 0x80)
      value >>= 7
    }
    out.append(UInt8(value))
  }
  private static func zigzag(_ value: Int64, _ out: inout [UInt8]) {
    varint(UInt64(bitPattern: (value << 1) ^ (value >> 63)), &out)
  }
  private static func field(_ number: Int, _ content: [UInt8], _ out: inout [UInt8]) {
    varint(UInt64(number << 3 | 2), &out)
    varint(UInt64(content.count), &out)
    out += content
  }
}
