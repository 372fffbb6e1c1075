import Foundation
import Kernels

/// An object of an extract with its tags and where it stands.
public struct OSMFeature: Hashable, Sendable {
  public enum Kind: String, Sendable { case node, way, relation }
  public var kind: Kind
  public var number: Int64
  public var tags: [String: String]
  /// The node itself, the middle of an area, the middle of a line.
  public var coordinate: Coordinate
  /// The vertices of a way (of the first outer way of a relation); empty for a node.
  public var line: [Coordinate]

  /// `node/123`.
  public var id: String { "\(kind.rawValue)/\(number)" }
  public var isArea: Bool { line.count > 3 && line.first == line.last }
}

/// Finds the objects of an extract that have certain tags, with their geometry.
///
/// The file is read up to four times (ways and relations, ways that relations need, nodes, ways again), each time only
/// the blocks that hold what is looked for, so that only the coordinates of the objects wanted are held in memory:
/// 12 bytes a node of them.
public enum OSMFeatureScan {
  /// Calls `visit` with each object whose tags `wanted` accepts: nodes, then ways, then multipolygons, each in
  /// the file's order. Ways without any known node are passed over.
  /// - Throws: ``OSMError``, and what `visit` throws.
  public static func scan(
    _ path: String, wanted: ([String: String]) -> Bool, visit: (OSMFeature) throws -> Void
  ) throws {
    try scan(
      path, keys: nil, wanted: { wanted($0.dictionary($1)) },
      visit: { object, tags, block in
        try visit(
          OSMFeature(
            kind: object.kind, number: object.number, tags: tags.dictionary(block),
            coordinate: object.coordinate, line: object.line))
      })
  }

  /// An object without its tags.
  struct Object {
    var kind: OSMFeature.Kind
    var number: Int64
    var coordinate: Coordinate
    var line: [Coordinate]
  }

  /// The same without making texts of tags: `keys` are those that `wanted` and `visit` ask for by their place, nil for
  /// all; objects without any of them are not wanted.
  static func scan(
    _ path: String, keys: [String]?, wanted: (OSMTagReader, OSMBlock) -> Bool,
    visit: (Object, OSMTagReader, OSMBlock) throws -> Void
  ) throws {
    let reader = OSMReader(path: path)
    var tags = OSMTagReader(keys: keys)
    var contents: [OSMKinds] = []
    var nodes = NodeTable()
    var relations = Relations()
    try reader.forEachBlock([.ways, .relations]) { block in
      contents.append(block.contents)
      tags.begin(block)
      for i in block.wayIDs.indices
      where tags.read(.way, i, of: block) && wanted(tags, block) {
        nodes.need(block.wayNodes(i))
      }
      for i in block.relationIDs.indices
      where tags.read(.relation, i, of: block) && wanted(tags, block) { relations.add(i, of: block) }
    }
    if !relations.isEmpty {
      try reader.forEachBlock(.ways, known: contents) { block in
        for i in block.wayIDs.indices where relations.lines[block.wayIDs[i]] != nil {
          relations.lines[block.wayIDs[i]] = Array(block.wayNodes(i))
          nodes.need(block.wayNodes(i))
        }
      }
    }
    nodes.seal()
    try reader.forEachBlock(.nodes, known: contents) { block in
      nodes.store(block)
      tags.begin(block)
      for i in block.nodeIDs.indices
      where tags.read(.node, i, of: block) && wanted(tags, block) {
        let place = Coordinate(unitsLatitude: block.nodeLatitudes[i], longitude: block.nodeLongitudes[i])
        try visit(Object(kind: .node, number: block.nodeIDs[i], coordinate: place, line: []), tags, block)
      }
    }
    var hint = NodeTable.Hint()
    try reader.forEachBlock(.ways, known: contents) { block in
      tags.begin(block)
      for i in block.wayIDs.indices
      where tags.read(.way, i, of: block) && wanted(tags, block) {
        guard let way = object(.way, block.wayIDs[i], block.wayNodes(i), nodes, &hint) else { continue }
        try visit(way, tags, block)
      }
    }
    tags.begin(relations.block)
    for (i, way) in relations.outer.enumerated() {
      let line = (relations.lines[way] ?? [])[...]
      guard let relation = object(.relation, relations.block.relationIDs[i], line, nodes, &hint) else {
        continue
      }
      _ = tags.read(.relation, i, of: relations.block)
      try visit(relation, tags, relations.block)
    }
  }

  /// The multipolygons wanted, with their first outer ways.
  private struct Relations {
    /// Holds the relations with their tags and nothing else.
    var block = OSMBlock()
    /// The outer way of each.
    var outer: [Int64] = []
    /// The nodes of the outer ways.
    var lines: [Int64: [Int64]] = [:]
    var isEmpty: Bool { outer.isEmpty }

    mutating func add(_ i: Int, of other: OSMBlock) {
      let tags = other.relationTagRange(i)
      let isArea = tags.contains {
        other.string(other.relationTagKeys[$0]) == "type"
          && other.string(other.relationTagValues[$0]) == "multipolygon"
      }
      guard isArea else { return }
      let way = other.relationMembers(i).first {
        other.memberKinds[$0] == 1 && ["outer", ""].contains(other.string(other.memberRoles[$0]))
      }
      guard let way else { return }
      outer.append(other.memberReferences[way])
      lines[other.memberReferences[way]] = []
      for k in tags {
        block.relationTagKeys.append(other.withString(other.relationTagKeys[k]) { block.addString($0) })
        block.relationTagValues.append(other.withString(other.relationTagValues[k]) { block.addString($0) })
      }
      block.relationIDs.append(other.relationIDs[i])
      block.relationTagStarts.append(Int32(block.relationTagKeys.count))
    }
  }

  private static func object(
    _ kind: OSMFeature.Kind, _ id: Int64, _ references: ArraySlice<Int64>, _ nodes: NodeTable,
    _ hint: inout NodeTable.Hint
  ) -> Object? {
    var line: [Coordinate] = []
    line.reserveCapacity(references.count)
    for reference in references {
      guard let place = nodes.coordinate(reference, &hint) else { continue }
      line.append(Coordinate(unitsLatitude: place.latitude, longitude: place.longitude))
    }
    guard let middle = middle(of: line) else { return nil }
    return Object(kind: kind, number: id, coordinate: middle, line: line)
  }

  /// Centroid of a closed line's area, else the point half way along; planar, for objects of a town's size.
  static func middle(of line: [Coordinate]) -> Coordinate? {
    guard let first = line.first else { return nil }
    let scale = cos(first.latitude * .pi / 180)
    func point(_ k: Int) -> (x: Double, y: Double) {
      (x: (line[k].longitude - first.longitude) * scale, y: line[k].latitude - first.latitude)
    }
    func coordinate(_ x: Double, _ y: Double) -> Coordinate? {
      try? Coordinate(
        latitude: first.latitude + y, longitude: scale > 0 ? first.longitude + x / scale : first.longitude)
    }
    if line.count > 3, line.first == line.last {
      var (area, x, y) = (0.0, 0.0, 0.0)
      for k in 1..<line.count {
        let (a, b) = (point(k - 1), point(k))
        let cross = a.x * b.y - b.x * a.y
        area += cross
        x += (a.x + b.x) * cross
        y += (a.y + b.y) * cross
      }
      if abs(area) > 1e-14 { return coordinate(x / (3 * area), y / (3 * area)) ?? first }
    }
    func length(_ k: Int) -> Double {
      let (a, b) = (point(k - 1), point(k))
      return hypot(b.x - a.x, b.y - a.y)
    }
    var half = 0.0
    for k in 1..<max(line.count, 1) { half += length(k) }
    half /= 2
    for k in 1..<max(line.count, 1) {
      let length = length(k)
      if half <= length, length > 0 {
        let t = half / length
        let (a, b) = (point(k - 1), point(k))
        return coordinate(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t) ?? first
      }
      half -= length
    }
    return first
  }
}

/// The tags of one object at a time, as indexes of the strings of its block: no text is made of what nobody asks for.
struct OSMTagReader {
  /// The keys asked for; nil for any.
  private let keys: [[UInt8]]?
  /// For each string of the block the key it is: its place, or one of the two below.
  private var keyOfString: [UInt8] = []
  private static let unknown: UInt8 = 0xFF
  private static let other: UInt8 = 0xFE
  /// For each key the string that is its value; -1 for none.
  private var values: [Int32]
  /// Tells one block from the next.
  private(set) var blockNumber = 0
  /// The object at hand.
  private var kind = OSMFeature.Kind.node
  private var index = 0

  /// - Parameter keys: at most 200.
  init(keys: [String]?) {
    self.keys = keys.map { $0.map { Array($0.utf8) } }
    values = Array(repeating: -1, count: keys?.count ?? 0)
  }

  /// The objects read next are of this block.
  mutating func begin(_ block: OSMBlock) {
    blockNumber += 1
    guard keys != nil else { return }
    keyOfString.removeAll(keepingCapacity: true)
    keyOfString.append(contentsOf: repeatElement(Self.unknown, count: block.stringCount))
  }

  /// Takes up the tags of an object of the block. False when it has none of the keys.
  mutating func read(_ kind: OSMFeature.Kind, _ i: Int, of block: OSMBlock) -> Bool {
    self.kind = kind
    index = i
    switch kind {
    case .node: return read(block.nodeTagRange(i), block.nodeTagKeys, block.nodeTagValues, block)
    case .way: return read(block.wayTagRange(i), block.wayTagKeys, block.wayTagValues, block)
    case .relation:
      return read(block.relationTagRange(i), block.relationTagKeys, block.relationTagValues, block)
    }
  }

  @inline(__always)
  private mutating func read(
    _ range: Range<Int>, _ tagKeys: [Int32], _ tagValues: [Int32], _ block: OSMBlock
  ) -> Bool {
    if range.isEmpty { return false }
    guard keys != nil else { return true }
    for k in values.indices { values[k] = -1 }
    var isAsked = false
    for k in range {
      var key = keyOfString[Int(tagKeys[k])]
      if key == Self.unknown { key = resolve(tagKeys[k], block) }
      guard key < Self.other else { continue }
      values[Int(key)] = tagValues[k]
      isAsked = true
    }
    return isAsked
  }

  private mutating func resolve(_ string: Int32, _ block: OSMBlock) -> UInt8 {
    let key = block.withString(string) { text in
      keys?.firstIndex { $0.elementsEqual(text) }.map { UInt8($0) } ?? Self.other
    }
    keyOfString[Int(string)] = key
    return key
  }

  /// The string that is the value of a key by its place among those asked for; nil for none.
  @inline(__always)
  subscript(_ key: Int) -> Int32? { values[key] < 0 ? nil : values[key] }

  /// All tags of the object.
  func dictionary(_ block: OSMBlock) -> [String: String] {
    switch kind {
    case .node: block.nodeTags(index)
    case .way: block.wayTags(index)
    case .relation: block.relationTags(index)
    }
  }
}

extension Coordinate {
  /// From units of 1e-7 degrees, known to be in range.
  init(unitsLatitude latitude: Int32, longitude: Int32) {
    self.init(trustedLatitude: Double(latitude) / 1e7, longitude: Double(longitude) / 1e7)
  }
}
