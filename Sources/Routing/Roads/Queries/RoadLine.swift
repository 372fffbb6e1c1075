import Geo

extension RoadGraph {
  /// The points of the graph that a drive passes between its two positions.
  func points(of path: RoadPath, from: RoadPosition, to: RoadPosition) -> [(point: Int, edge: Int)] {
    var list: [(point: Int, edge: Int)] = []
    let last = path.edges.count - 1
    for (k, edge) in path.edges.enumerated() {
      let segment = segments[Int(edge >> 1)]
      let isForward = edge & 1 == 0
      var first = isForward ? Int(segment.firstPoint) : Int(segment.lastPoint)
      var end = isForward ? Int(segment.lastPoint) : Int(segment.firstPoint)
      if k == 0 { first = isForward ? from.point + 1 : from.point }
      if k == last { end = isForward ? to.point : to.point + 1 }
      if isForward ? first > end : first < end { continue }
      for point in stride(from: first, through: end, by: isForward ? 1 : -1) {
        // Where edges meet, the point is the end of one and the start of the next.
        if let before = list.last, k > 0, before.edge == k - 1, point == first,
          points[before.point].latitude == points[point].latitude,
          points[before.point].longitude == points[point].longitude
        {
          continue
        }
        list.append((point, k))
      }
    }
    return list
  }

  /// The headings of a directed edge where it begins and where it ends, over its first and last twelve metres.
  func headings(of edge: UInt32) -> (start: Double, end: Double) {
    let segment = segments[Int(edge >> 1)]
    let (first, last) = (Int(segment.firstPoint), Int(segment.lastPoint))
    let begin = heading(first, 1, last)
    let end = heading(last, -1, first)
    return edge & 1 == 0 ? (begin, opposite(end)) : (end, opposite(begin))
  }

  private func opposite(_ heading: Double) -> Double { heading < 180 ? heading + 180 : heading - 180 }

  private func heading(_ start: Int, _ step: Int, _ end: Int) -> Double {
    RoadGeometry.heading(from: start, by: step, to: end) { (points[$0].latitude, points[$0].longitude) }
  }
}
