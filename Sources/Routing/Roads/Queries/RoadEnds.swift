/// Where a drive can begin or end on a segment, in the integers that searches add: milliseconds and decimetres.
struct RoadEnd {
  /// Directed edge.
  var edge: UInt32
  /// On the position asked for, 0, or on one of those beside it, from 1.
  var beside: Int
  /// Of the edge up to the position.
  var weight: Int32
  var milliseconds: Int32
  var decimetres: Int32
  /// Of the whole edge.
  var wholeWeight: Int32
  var wholeMilliseconds: Int32
  var wholeDecimetres: Int32

  var weightLeft: Int32 { wholeWeight - weight }
  var millisecondsLeft: Int32 { wholeMilliseconds - milliseconds }
  var decimetresLeft: Int32 { wholeDecimetres - decimetres }
}

/// A vertex a search begins with.
struct RoadSeed {
  var vertex: UInt32
  var weight: Int32
  /// Milliseconds and decimetres.
  var time: Int32
  var length: Int32
  /// The end it belongs to.
  var end: Int
}

/// A drive that stays on one edge.
struct DirectDrive {
  var weight: Int32
  var time: Int32
  var length: Int32
  /// Numbers of the ends.
  var from: Int
  var to: Int
}

extension RoadGraph {
  /// The position's edges, one a direction that is open, and those of the positions beside it.
  func ends(at position: RoadPosition) -> [RoadEnd] {
    var ends: [RoadEnd] = []
    for (k, position) in position.places.enumerated() {
      let segment = segments[position.segment]
      for direction in 0..<2 where segment.milliseconds(direction) >= 0 {
        let fraction = direction == 0 ? position.fraction : 1 - position.fraction
        func part(_ whole: Int32) -> Int32 { Int32((Double(whole) * fraction).rounded()) }
        let (weight, whole) = (segment.weight(direction), segment.milliseconds(direction))
        ends.append(
          RoadEnd(
            edge: UInt32(position.segment * 2 + direction), beside: k, weight: part(weight),
            milliseconds: part(whole), decimetres: part(segment.decimetres), wholeWeight: weight,
            wholeMilliseconds: whole, wholeDecimetres: segment.decimetres))
      }
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
        let edge = vertexEdges[Int(turn.head)]
        seeds.append(
          RoadSeed(
            vertex: turn.head, weight: end.weightLeft + turn.weight,
            time: end.millisecondsLeft + turn.weight - ease(edge),
            length: end.decimetresLeft + segments[Int(edge >> 1)].decimetres, end: k))
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
          RoadSeed(
            vertex: vertex, weight: -end.weightLeft, time: -end.millisecondsLeft,
            length: -end.decimetresLeft, end: k))
      }
    }
    return seeds
  }

  /// The drive along one edge, where the second position comes after the first on it.
  func direct(_ from: [RoadEnd], _ to: [RoadEnd]) -> DirectDrive? {
    var best: DirectDrive?
    for (i, a) in from.enumerated() {
      for (j, b) in to.enumerated() where a.edge == b.edge && b.weight >= a.weight {
        guard b.decimetres >= a.decimetres, b.milliseconds >= a.milliseconds else { continue }
        let weight = b.weight - a.weight
        if best.map({ weight < $0.weight }) ?? true {
          best = DirectDrive(
            weight: weight, time: b.milliseconds - a.milliseconds, length: b.decimetres - a.decimetres,
            from: i,
            to: j)
        }
      }
    }
    return best
  }
}
