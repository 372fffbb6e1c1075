import Foundation
import Geo
import Testing

@testable import Routing

/// A road graph of drawn extracts, asked with letters.
final class RoadMap {
  let graph: RoadGraph
  let meta: RoadGraphMeta
  let draft: RoadDraft
  private let folder: URL

  convenience init(
    _ drawing: String, ways: [String] = [], nodes: [String] = [], restrictions: [String] = [],
    missing: String = "", profile: RoadProfile = .car
  ) throws {
    try self.init(
      [
        AsciiRoads(
          drawing: drawing, ways: ways, nodes: nodes, restrictions: restrictions, missing: missing)
      ], profile: profile)
  }

  init(_ extracts: [AsciiRoads], profile: RoadProfile = .car) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("road-map-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    var paths: [String] = []
    for (k, extract) in extracts.enumerated() {
      let path = folder.path + "/\(k).osm"
      try extract.xml.write(toFile: path, atomically: false, encoding: .utf8)
      paths.append(path)
    }
    draft = try RoadReading.draft(of: paths, profile: profile)
    meta = try RoadGraphBuilder.build(from: paths, profile: profile, output: folder.path + "/map.roads")
    graph = try RoadGraph(path: folder.path + "/map.roads")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  // MARK: Places

  /// `a`: at the node, on each of its roads. `ab`: half way between the nodes; `ab@0.2`: a fifth of the way from a.
  func positions(_ text: String) -> [RoadPosition] {
    let parts = text.split(separator: "@")
    let letters = Array(parts[0]).map { Int64($0.asciiValue!) }
    let share = parts.count > 1 ? Double(parts[1])! : letters.count > 1 ? 0.5 : 0
    var found: [RoadPosition] = []
    for s in graph.segments.indices {
      let segment = graph.segments[s]
      guard segment.forward >= 0 || segment.backward >= 0 else { continue }
      let whole = length(s, upTo: Int(segment.lastPoint))
      for k in Int(segment.firstPoint)...Int(segment.lastPoint) {
        if letters.count == 1 {
          if graph.node(k) == letters[0] { found.append(position(s, length(s, upTo: k) / whole, k)) }
        } else if k < Int(segment.lastPoint) {
          let (a, b) = (length(s, upTo: k), length(s, upTo: k + 1))
          if graph.node(k) == letters[0], graph.node(k + 1) == letters[1] {
            found.append(position(s, (a + share * (b - a)) / whole, k))
          } else if graph.node(k) == letters[1], graph.node(k + 1) == letters[0] {
            found.append(position(s, (b - share * (b - a)) / whole, k))
          }
        }
      }
    }
    return found
  }

  private func length(_ segment: Int, upTo point: Int) -> Double {
    (Int(graph.segments[segment].firstPoint)..<point).reduce(0) { $0 + graph.pieceLength($1) }
  }

  private func position(_ segment: Int, _ fraction: Double, _ point: Int) -> RoadPosition {
    RoadPosition(testing: segment, fraction, on: graph, point: point)
  }

  // MARK: Questions

  /// The quickest drive, as the letters passed: `a b c`; `none`; `direct` when no letter is passed.
  func route(_ from: String, _ to: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
    guard let path = path(from, to, sourceLocation: sourceLocation) else { return "none" }
    let letters = nodes(of: path)
    return letters.isEmpty ? "direct" : letters.map(String.init).joined(separator: " ")
  }

  func seconds(_ from: String, _ to: String, sourceLocation: SourceLocation = #_sourceLocation) -> Double {
    path(from, to, sourceLocation: sourceLocation).map { Double($0.milliseconds) / 1000 } ?? .infinity
  }

  func path(_ from: String, _ to: String, sourceLocation: SourceLocation = #_sourceLocation) -> RoadPath? {
    let (sources, targets) = (positions(from), positions(to))
    #expect(!sources.isEmpty, "there is no road at \(from)", sourceLocation: sourceLocation)
    #expect(!targets.isEmpty, "there is no road at \(to)", sourceLocation: sourceLocation)
    let table = RoadTable(graph, sources: sources, targets: targets, threads: 1)
    var best: RoadPath?
    for (i, source) in sources.enumerated() {
      for (j, target) in targets.enumerated() {
        let path = graph.path(from: source, to: target)
        let plain = graph.plainMilliseconds(from: source, to: target)
        #expect(path?.weight == plain, sourceLocation: sourceLocation)
        #expect(
          table.weights[i * targets.count + j] == plain ?? -1, sourceLocation: sourceLocation)
        guard let path else { continue }
        if best == nil || (path.weight, path.edges.count) < (best!.weight, best!.edges.count) {
          best = path
        }
      }
    }
    return best
  }

  private func nodes(of path: RoadPath) -> [Character] {
    var letters: [Character] = []
    for (k, edge) in path.edges.enumerated() {
      let segment = graph.segments[Int(edge >> 1)]
      var points = Array(Int(segment.firstPoint)...Int(segment.lastPoint))
      let whole = length(Int(edge >> 1), upTo: Int(segment.lastPoint))
      var places = points.map { length(Int(edge >> 1), upTo: $0) }
      if edge & 1 == 1 {
        points.reverse()
        places = places.reversed().map { whole - $0 }
      }
      let start = k == 0 ? Double(path.from.decimetres) / 10 : 0.3
      let end = k == path.edges.count - 1 ? Double(path.to.decimetres) / 10 : .infinity
      for (point, place) in zip(points, places) where place >= start - 0.2 && place <= end + 0.2 {
        letters.append(Character(UnicodeScalar(UInt8(graph.node(point)))))
      }
    }
    return letters
  }
}

extension RoadPosition {
  /// A place on a segment that nobody asked for.
  init(testing segment: Int, _ fraction: Double, on graph: RoadGraph, point: Int? = nil) {
    let record = graph.segments[segment]
    self.init(
      segment: segment, fraction: fraction, coordinate: graph.points[Int(record.firstPoint)].coordinate,
      distance: .zero, side: .on, part: Int(record.part), point: point ?? Int(record.firstPoint),
      departs: record.flags & RoadLayout.Segment.departs != 0,
      arrives: record.flags & RoadLayout.Segment.arrives != 0,
      isInSmallPart: record.flags & RoadLayout.Segment.small != 0)
  }
}

extension RoadGraph {
  /// Without the hierarchy.
  func plainMilliseconds(from: RoadPosition, to: RoadPosition) -> Int32? {
    let (sources, targets) = (ends(at: from), ends(at: to))
    let around = PlainDijkstra(self, from: seeds(from: sources)).best(to: seeds(to: targets))
    let direct = direct(sources, targets)?.weight
    return [around, direct].compactMap { $0 }.min()
  }
}
