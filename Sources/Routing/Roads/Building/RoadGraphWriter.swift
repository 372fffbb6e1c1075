import Foundation
import Geo

/// Writes the arrays of a road graph, vertices in the order of their importance.
struct RoadGraphWriter {
  let draft: RoadDraft
  let segments: RoadSegments
  let expansion: TurnExpansion
  let contraction: Contraction
  let places: (part: [Int32], departs: [Bool], arrives: [Bool], sizes: [Int32])

  func write(to output: String, profile: RoadProfile, sources: [RoadGraphMeta.Source]) throws -> RoadGraphMeta
  {
    let rank = contraction.rank
    let count = rank.count
    var meta = RoadGraphMeta(
      profile: profile.name, profileFingerprint: profile.fingerprint, sources: sources,
      bounds: BoundingBox(south: 0, west: 0, north: 0, east: 0), ways: draft.ways.count,
      segments: segments.segments.count, directedEdges: 0, vertices: count, turns: expansion.arcs.count,
      shortcuts: contraction.shortcutCount,
      restrictions: draft.restrictions.count - expansion.restrictionsIgnored,
      conditionalRestrictions: draft.counts.conditionalRestrictions,
      brokenRestrictions: draft.counts.brokenRestrictions + expansion.restrictionsIgnored,
      parts: places.sizes.count, largestPart: Int(places.sizes.first ?? 0),
      metres: segments.segments.reduce(0.0) { $0 + Double($1.decimetres) } / 10)

    // Points, with their nodes in 40 bits.
    var points: [RoadLayout.Point] = []
    points.reserveCapacity(segments.points.count)
    var nodes: [UInt32] = []
    nodes.reserveCapacity(segments.points.count)
    var nodesHigh: [UInt8] = []
    nodesHigh.reserveCapacity(segments.points.count)
    var (south, west, north, east) = (Int32.max, Int32.max, Int32.min, Int32.min)
    for node in segments.points {
      let (latitude, longitude) = (draft.latitudes[Int(node)], draft.longitudes[Int(node)])
      points.append(RoadLayout.Point(latitude: latitude, longitude: longitude))
      let id = draft.nodeIDs[Int(node)]
      nodes.append(UInt32(truncatingIfNeeded: id))
      nodesHigh.append(UInt8(truncatingIfNeeded: id >> 32))
      (south, north) = (min(south, latitude), max(north, latitude))
      (west, east) = (min(west, longitude), max(east, longitude))
    }
    meta.bounds = BoundingBox(
      south: Double(south) / 1e7, west: Double(west) / 1e7, north: Double(north) / 1e7,
      east: Double(east) / 1e7)

    // Only the texts that segments and kinds use.
    var texts = TextTable()
    let kinds = draft.kinds.map { kind in
      var flags: UInt8 = 0
      if kind.isRoundabout { flags |= RoadLayout.Kind.roundabout }
      if kind.isFerry { flags |= RoadLayout.Kind.ferry }
      if kind.isLink { flags |= RoadLayout.Kind.link }
      if kind.isToll { flags |= RoadLayout.Kind.toll }
      if kind.isTunnel { flags |= RoadLayout.Kind.tunnel }
      if kind.isBridge { flags |= RoadLayout.Kind.bridge }
      return RoadLayout.Kind(
        roadClass: kind.roadClass.rawValue, flags: flags, destination: texts.index(of: kind.destination))
    }
    guard kinds.count <= Int(UInt16.max) else {
      throw RoadBuildError.tooLarge(what: "\(kinds.count) kinds of roads")
    }
    var records: [RoadLayout.Segment] = []
    records.reserveCapacity(segments.segments.count)
    for (s, segment) in segments.segments.enumerated() {
      var flags: UInt16 = 0
      if places.departs[s] { flags |= RoadLayout.Segment.departs }
      if places.arrives[s] { flags |= RoadLayout.Segment.arrives }
      if segment.isEndsOnly { flags |= RoadLayout.Segment.endsOnly }
      let part = places.part[s]
      if Int(places.sizes[Int(part)]) < RoadGraphBuilder.smallPart { flags |= RoadLayout.Segment.small }
      if segment.forward >= 0 { meta.directedEdges += 1 }
      if segment.backward >= 0 { meta.directedEdges += 1 }
      records.append(
        RoadLayout.Segment(
          firstPoint: UInt32(segment.firstPoint), lastPoint: UInt32(segment.lastPoint),
          from: UInt32(segment.from),
          to: UInt32(segment.to), decimetres: segment.decimetres, forward: segment.forward,
          backward: segment.backward, forwardWeight: segment.forwardWeight,
          backwardWeight: segment.backwardWeight, name: texts.index(of: draft.texts[Int(segment.name)]),
          reference: texts.index(of: draft.texts[Int(segment.reference)]), part: UInt32(part),
          kind: UInt16(segment.kind), flags: flags))
    }

    // Vertices by rank.
    var vertexOfRank = [UInt32](repeating: 0, count: count)
    for v in 0..<count { vertexOfRank[Int(rank[v])] = UInt32(v) }
    let vertexEdges = vertexOfRank.map { UInt32(expansion.edges[Int($0)]) }
    var edgeStarts = [UInt32](repeating: RoadLayout.none, count: segments.edgeCount)
    for v in 0..<count where expansion.isStart[v] { edgeStarts[Int(expansion.edges[v])] = rank[v] }
    let lists = EdgeLists(rows: segments.edgeCount, edges: count) { Int32(vertexEdges[$0]) }
    var edgeVertexStarts: [UInt32] = [0]
    edgeVertexStarts.reserveCapacity(segments.edgeCount + 1)
    var edgeVertices: [UInt32] = []
    edgeVertices.reserveCapacity(count)
    for edge in 0..<segments.edgeCount {
      edgeVertices.append(contentsOf: lists[edge].lazy.map { UInt32($0) })
      edgeVertexStarts.append(UInt32(edgeVertices.count))
    }
    var turnStarts: [UInt32] = [0]
    turnStarts.reserveCapacity(count + 1)
    var turns: [RoadLayout.Turn] = []
    turns.reserveCapacity(expansion.arcs.count)
    for v in vertexOfRank {
      for a in Int(expansion.starts[Int(v)])..<Int(expansion.starts[Int(v) + 1]) {
        let arc = expansion.arcs[a]
        turns.append(RoadLayout.Turn(head: rank[Int(arc.head)], weight: arc.weight))
      }
      turnStarts.append(UInt32(turns.count))
    }
    func arcs(_ list: [Contraction.Arc]) -> [RoadLayout.Arc] {
      list.map {
        RoadLayout.Arc(
          end: rank[Int($0.end)], weight: $0.weight, time: $0.time, length: $0.length,
          middle: $0.middle == ContractionGraph.noMiddle ? RoadLayout.none : rank[Int($0.middle)])
      }
    }
    let index = SegmentIndex(records: records, points: points)

    let junctions = EdgeLists(rows: segments.junctions.count, edges: segments.edgeCount) { segments.tail($0) }

    let temporary = output + ".\(getpid()).new"
    try? FileManager.default.removeItem(atPath: temporary)
    do throws(SectionFile.Fault) {
      let file = try SectionFileWriter(
        path: temporary, magic: RoadLayout.magic, version: RoadLayout.version,
        sections: RoadLayout.Section.allCases.count)
      try file.write(Self.json(meta))
      try file.write(points)
      try file.write(nodes)
      try file.write(nodesHigh)
      try file.write(records)
      try file.write(kinds)
      try file.write(texts.bytes)
      try file.write(texts.starts)
      try file.write(vertexEdges)
      try file.write(edgeStarts)
      try file.write(edgeVertexStarts)
      try file.write(edgeVertices)
      try file.write(turnStarts)
      try file.write(turns)
      try file.write(contraction.upStarts.map { UInt32($0) })
      try file.write(arcs(contraction.ups))
      try file.write(contraction.downStarts.map { UInt32($0) })
      try file.write(arcs(contraction.downs))
      try file.write(index.boxes)
      try file.write(index.items)
      try file.write(junctions.starts.map { UInt32($0) })
      try file.write(junctions.edges.map { UInt32($0) })
      try file.finish()
      guard rename(temporary, output) == 0 else {
        throw .system(String(cString: strerror(errno)))
      }
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      guard case .system(let reason) = error else {
        throw RoadBuildError.notWritten(path: output, reason: "\(error)")
      }
      throw RoadBuildError.notWritten(path: output, reason: reason)
    }
    return meta
  }

  private static func json(_ meta: RoadGraphMeta) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return (try? encoder.encode(meta)).map(Array.init) ?? []
  }

  /// Distinct texts, each with an index; 0 is the empty one.
  private struct TextTable {
    var bytes: [UInt8] = []
    var starts: [UInt32] = [0, 0]
    private var indexes: [String: UInt32] = ["": 0]

    mutating func index(of text: String) -> UInt32 {
      if let known = indexes[text] { return known }
      let index = UInt32(starts.count - 1)
      bytes.append(contentsOf: text.utf8)
      starts.append(UInt32(bytes.count))
      indexes[text] = index
      return index
    }
  }
}
