import Foundation
import Geo

/// Writes the arrays of a road graph, vertices in the order of their importance. Sections are made one after another and
/// large ones piece by piece, so that the file as a whole is never in memory.
struct RoadGraphWriter {
  /// How many were read.
  let ways: Int
  private var draft: RoadDraft
  private var segments: RoadSegments
  private var expansion: TurnExpansion
  private let contraction: Contraction
  private let places: RoadPlaces

  /// Takes the draft, the segments and the expansion away, to give back each array once it is written.
  init(
    ways: Int, draft: inout RoadDraft, segments: inout RoadSegments, expansion: inout TurnExpansion,
    contraction: Contraction, places: RoadPlaces
  ) {
    self.ways = ways
    self.draft = exchange(&draft, with: RoadDraft())
    self.segments = exchange(&segments, with: RoadSegments())
    self.expansion = exchange(&expansion, with: TurnExpansion())
    self.contraction = contraction
    self.places = places
  }

  /// Writes all; the writer is of no use afterwards.
  mutating func write(
    to output: String, profile: RoadProfile, sources: [RoadGraphMeta.Source]
  ) throws -> RoadGraphMeta {
    let meta = meta(profile, sources)
    let temporary = output + ".\(getpid()).new"
    try? FileManager.default.removeItem(atPath: temporary)
    do throws(SectionFile.Fault) {
      let file = try SectionFileWriter(
        path: temporary, magic: RoadLayout.magic, version: RoadLayout.version,
        sections: RoadLayout.Section.allCases.count)
      try file.write(Self.json(meta))
      let points = try writePoints(file)
      let records = try writeSegments(file)
      try writeVertices(file)
      try writeHierarchy(file)
      let index = SegmentIndex(records: records, points: points)
      try file.write(index.boxes)
      try file.write(index.items)
      let junctions = EdgeLists(rows: segments.junctions.count, edges: segments.edgeCount) {
        segments.tail($0)
      }
      try file.write(count: junctions.starts.count) { UInt32(junctions.starts[$0]) }
      try file.write(count: junctions.edges.count) { UInt32(junctions.edges[$0]) }
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

  private func meta(_ profile: RoadProfile, _ sources: [RoadGraphMeta.Source]) -> RoadGraphMeta {
    var (south, west, north, east) = (Int32.max, Int32.max, Int32.min, Int32.min)
    for node in segments.points {
      let (latitude, longitude) = (draft.latitudes[Int(node)], draft.longitudes[Int(node)])
      (south, north) = (min(south, latitude), max(north, latitude))
      (west, east) = (min(west, longitude), max(east, longitude))
    }
    var directedEdges = 0
    for segment in segments.segments {
      if segment.forward >= 0 { directedEdges += 1 }
      if segment.backward >= 0 { directedEdges += 1 }
    }
    return RoadGraphMeta(
      profile: profile.name, profileFingerprint: profile.fingerprint, sources: sources,
      bounds: BoundingBox(
        south: Double(south) / 1e7, west: Double(west) / 1e7, north: Double(north) / 1e7,
        east: Double(east) / 1e7),
      ways: ways, segments: segments.segments.count, directedEdges: directedEdges,
      vertices: contraction.rank.count, turns: expansion.arcs.count, shortcuts: contraction.shortcutCount,
      restrictions: draft.restrictions.count - expansion.restrictionsIgnored,
      conditionalRestrictions: draft.counts.conditionalRestrictions,
      brokenRestrictions: draft.counts.brokenRestrictions + expansion.restrictionsIgnored,
      parts: places.sizes.count, largestPart: Int(places.sizes.first ?? 0),
      metres: segments.segments.reduce(0.0) { $0 + Double($1.decimetres) } / 10)
  }

  // MARK: Sections

  /// Points, with their nodes in 40 bits.
  private mutating func writePoints(_ file: SectionFileWriter) throws(SectionFile.Fault) -> [RoadLayout.Point]
  {
    let nodes = segments.points
    let points = nodes.map {
      RoadLayout.Point(latitude: draft.latitudes[Int($0)], longitude: draft.longitudes[Int($0)])
    }
    draft.latitudes = []
    draft.longitudes = []
    segments.points = []
    try file.write(points)
    let ids = draft.nodeIDs
    draft.nodeIDs = []
    try file.write(count: nodes.count) { UInt32(truncatingIfNeeded: ids[Int(nodes[$0])]) }
    try file.write(count: nodes.count) { UInt8(truncatingIfNeeded: ids[Int(nodes[$0])] >> 32) }
    return points
  }

  /// Segments, kinds, and only the texts that these use.
  private mutating func writeSegments(_ file: SectionFileWriter) throws(SectionFile.Fault)
    -> [RoadLayout.Segment]
  {
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
    var records: [RoadLayout.Segment] = []
    records.reserveCapacity(segments.segments.count)
    for (s, segment) in segments.segments.enumerated() {
      var flags: UInt16 = 0
      if places.departs[s] { flags |= RoadLayout.Segment.departs }
      if places.arrives[s] { flags |= RoadLayout.Segment.arrives }
      if segment.isEndsOnly { flags |= RoadLayout.Segment.endsOnly }
      let part = places.part[s]
      if Int(places.sizes[Int(part)]) < RoadGraphBuilder.smallPart { flags |= RoadLayout.Segment.small }
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
    draft.texts = []
    try file.write(records)
    try file.write(kinds)
    try file.write(texts.bytes)
    try file.write(texts.starts)
    return records
  }

  /// Vertices by rank with their turns.
  private mutating func writeVertices(_ file: SectionFileWriter) throws(SectionFile.Fault) {
    let rank = contraction.rank
    let count = rank.count
    var vertexOfRank = [UInt32](repeating: 0, count: count)
    for v in 0..<count { vertexOfRank[Int(rank[v])] = UInt32(v) }
    let vertexEdges = vertexOfRank.map { UInt32(expansion.edges[Int($0)]) }
    try file.write(vertexEdges)
    var edgeStarts = [UInt32](repeating: RoadLayout.none, count: segments.edgeCount)
    for v in 0..<count where expansion.isStart[v] { edgeStarts[Int(expansion.edges[v])] = rank[v] }
    try file.write(edgeStarts)
    edgeStarts = []
    let lists = EdgeLists(rows: segments.edgeCount, edges: count) { Int32(vertexEdges[$0]) }
    try file.write(count: lists.starts.count) { UInt32(lists.starts[$0]) }
    try file.write(count: lists.edges.count) { UInt32(lists.edges[$0]) }
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
    expansion = TurnExpansion()
    try file.write(turnStarts)
    try file.write(turns)
  }

  private func writeHierarchy(_ file: SectionFileWriter) throws(SectionFile.Fault) {
    let rank = contraction.rank
    for (starts, list) in [
      (contraction.upStarts, contraction.ups), (contraction.downStarts, contraction.downs),
    ] {
      try file.write(starts)
      try file.write(count: list.count) { k in
        let arc = list[k]
        return RoadLayout.Arc(
          end: rank[Int(arc.end)], weight: arc.weight, time: arc.time, length: arc.length,
          middle: arc.middle == ContractionGraph.noMiddle ? RoadLayout.none : rank[Int(arc.middle)])
      }
    }
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

/// Puts another value in its place and gives the one that was there.
private func exchange<Value>(_ value: inout Value, with other: consuming Value) -> Value {
  swap(&value, &other)
  return other
}

extension SectionFileWriter {
  /// Appends a section whose records are made piece by piece.
  fileprivate func write<Record: BitwiseCopyable>(
    count: Int, _ record: (Int) -> Record
  ) throws(SectionFile.Fault) {
    let piece = 1 << 16
    try write([Record]())
    for start in stride(from: 0, to: count, by: piece) {
      try extend((start..<min(start + piece, count)).map(record))
    }
  }
}
