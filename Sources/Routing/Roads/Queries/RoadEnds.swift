/// Where a drive can begin or end on a segment, in the integers that searches add: milliseconds and decimetres.
struct RoadEnd {
  /// Directed edge.
  var edge: UInt32
  /// Of the edge up to the position.
  var milliseconds: Int32
  var decimetres: Int32
  /// Of the whole edge.
  var wholeMilliseconds: Int32
  var wholeDecimetres: Int32

  var millisecondsLeft: Int32 { wholeMilliseconds - milliseconds }
  var decimetresLeft: Int32 { wholeDecimetres - decimetres }
}

/// A vertex a search begins with.
struct RoadSeed {
  var vertex: UInt32
  var weight: Int32
  var length: Int32
  /// The end it belongs to.
  var end: Int
}

extension RoadGraph {
  /// The position's edges, one a direction that is open.
  func ends(at position: RoadPosition) -> [RoadEnd] {
    let segment = segments[position.segment]
    var ends: [RoadEnd] = []
    for direction in 0..<2 {
      let whole = segment.milliseconds(direction)
      guard whole >= 0 else { continue }
      let fraction = direction == 0 ? position.fraction : 1 - position.fraction
      ends.append(
        RoadEnd(
          edge: UInt32(position.segment * 2 + direction),
          milliseconds: Int32((Double(whole) * fraction).rounded()),
          decimetres: Int32((Double(segment.decimetres) * fraction).rounded()), wholeMilliseconds: whole,
          wholeDecimetres: segment.decimetres))
    }
    return ends
  }

  /// What a drive from the ends goes on with: the vertices that turns lead to, with what it costs to have driven their
  /// edges. So a drive that comes back to the edge it began on is as any other.
  func seeds(from ends: [RoadEnd]) -> [RoadSeed] {
    var seeds: [RoadSeed] = []
    for (k, end) in ends.enumerated() {
      let vertex = edgeStarts[Int(end.edge)]
      guard vertex != RoadLayout.none else { continue }
      for turn in turns(of: vertex) {
        let segment = segments[Int(vertexEdges[Int(turn.head)] >> 1)]
        seeds.append(
          RoadSeed(
            vertex: turn.head, weight: end.millisecondsLeft + turn.weight,
            length: end.decimetresLeft + segment.decimetres, end: k))
      }
    }
    return seeds
  }

  /// The vertices a drive to the ends arrives at; their weights are what is driven too much when it has, as negative.
  func seeds(to ends: [RoadEnd]) -> [RoadSeed] {
    var seeds: [RoadSeed] = []
    for (k, end) in ends.enumerated() {
      for vertex in vertices(of: end.edge) {
        seeds.append(
          RoadSeed(vertex: vertex, weight: -end.millisecondsLeft, length: -end.decimetresLeft, end: k))
      }
    }
    return seeds
  }

  /// The drive along one edge, where the second position comes after the first on it.
  func direct(_ from: [RoadEnd], _ to: [RoadEnd]) -> (weight: Int32, length: Int32, from: Int, to: Int)? {
    var best: (weight: Int32, length: Int32, from: Int, to: Int)?
    for (i, a) in from.enumerated() {
      for (j, b) in to.enumerated() where a.edge == b.edge && b.milliseconds >= a.milliseconds {
        guard b.decimetres >= a.decimetres else { continue }
        let weight = b.milliseconds - a.milliseconds
        if best == nil || weight < best!.weight { best = (weight, b.decimetres - a.decimetres, i, j) }
      }
    }
    return best
  }
}
