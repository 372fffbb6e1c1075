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
/// The file is read four times (relations, ways, nodes, ways again) so that only the coordinates of the objects
/// wanted are held in memory: 16 bytes a node of them.
public enum OSMFeatureScan {
  /// Calls `visit` with each object whose tags `wanted` accepts: nodes, then ways, then multipolygons, each in
  /// the file's order. Ways without any known node are passed over.
  /// - Throws: ``OSMError``, and what `visit` throws.
  public static func scan(
    _ path: String, wanted: ([String: String]) -> Bool, visit: (OSMFeature) throws -> Void
  ) throws {
    let reader = OSMReader(path: path)
    var outerWays: [Int64: [Int64]] = [:]
    var relations: [(id: Int64, tags: [String: String], way: Int64)] = []
    try reader.forEachBlock { block in
      for i in block.relationIDs.indices {
        let tags = block.relationTags(i)
        guard tags["type"] == "multipolygon", wanted(tags) else { continue }
        let outer = block.relationMembers(i).first {
          block.memberKinds[$0] == 1 && ["outer", ""].contains(block.string(block.memberRoles[$0]))
        }
        guard let outer else { continue }
        relations.append((block.relationIDs[i], tags, block.memberReferences[outer]))
        outerWays[block.memberReferences[outer]] = []
      }
    }
    var nodes = NodeTable()
    try reader.forEachBlock { block in
      for i in block.wayIDs.indices {
        if outerWays[block.wayIDs[i]] != nil {
          outerWays[block.wayIDs[i]] = Array(block.wayNodes(i))
          nodes.need(block.wayNodes(i))
        }
        if wanted(block.wayTags(i)) { nodes.need(block.wayNodes(i)) }
      }
    }
    nodes.seal()
    try reader.forEachBlock { block in
      nodes.store(block)
      for i in block.nodeIDs.indices where block.hasNodeTags(i) {
        let tags = block.nodeTags(i)
        guard wanted(tags) else { continue }
        let coordinate = Coordinate(
          unitsLatitude: block.nodeLatitudes[i], longitude: block.nodeLongitudes[i])
        try visit(
          OSMFeature(
            kind: .node, number: block.nodeIDs[i], tags: tags, coordinate: coordinate, line: []))
      }
    }
    try reader.forEachBlock { block in
      for i in block.wayIDs.indices {
        let tags = block.wayTags(i)
        guard wanted(tags),
          let feature = feature(.way, block.wayIDs[i], tags, block.wayNodes(i), nodes)
        else { continue }
        try visit(feature)
      }
    }
    for relation in relations {
      let references = outerWays[relation.way] ?? []
      guard let feature = feature(.relation, relation.id, relation.tags, references[...], nodes) else {
        continue
      }
      try visit(feature)
    }
  }

  private static func feature(
    _ kind: OSMFeature.Kind, _ id: Int64, _ tags: [String: String], _ references: ArraySlice<Int64>,
    _ nodes: NodeTable
  ) -> OSMFeature? {
    let line = references.compactMap { nodes.coordinate($0) }.map {
      Coordinate(unitsLatitude: $0.latitude, longitude: $0.longitude)
    }
    guard let middle = middle(of: line) else { return nil }
    return OSMFeature(kind: kind, number: id, tags: tags, coordinate: middle, line: line)
  }

  /// Centroid of a closed line's area, else the point half way along; planar, for objects of a town's size.
  static func middle(of line: [Coordinate]) -> Coordinate? {
    guard let first = line.first else { return nil }
    let scale = cos(first.latitude * .pi / 180)
    let points = line.map { (x: ($0.longitude - first.longitude) * scale, y: $0.latitude - first.latitude) }
    func coordinate(_ x: Double, _ y: Double) -> Coordinate? {
      try? Coordinate(
        latitude: first.latitude + y, longitude: scale > 0 ? first.longitude + x / scale : first.longitude)
    }
    if line.count > 3, line.first == line.last {
      var (area, x, y) = (0.0, 0.0, 0.0)
      for (a, b) in zip(points, points.dropFirst()) {
        let cross = a.x * b.y - b.x * a.y
        area += cross
        x += (a.x + b.x) * cross
        y += (a.y + b.y) * cross
      }
      if abs(area) > 1e-14 { return coordinate(x / (3 * area), y / (3 * area)) ?? first }
    }
    let lengths = zip(points, points.dropFirst()).map { hypot($1.x - $0.x, $1.y - $0.y) }
    var half = lengths.reduce(0, +) / 2
    for (k, length) in lengths.enumerated() {
      if half <= length, length > 0 {
        let t = half / length
        return coordinate(
          points[k].x + (points[k + 1].x - points[k].x) * t,
          points[k].y + (points[k + 1].y - points[k].y) * t) ?? first
      }
      half -= length
    }
    return first
  }
}

extension Coordinate {
  /// From units of 1e-7 degrees, known to be in range.
  init(unitsLatitude latitude: Int32, longitude: Int32) {
    self.init(trustedLatitude: Double(latitude) / 1e7, longitude: Double(longitude) / 1e7)
  }
}
