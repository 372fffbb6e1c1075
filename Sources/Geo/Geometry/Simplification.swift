import Foundation

extension LineString {
  /// The line with fewer points: none of those left out is farther than `tolerance` from it. The ends stay.
  ///
  /// D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points required to represent a digitized
  /// line", Cartographica 10 (1973). O(n²) at worst, O(n log n) on roads.
  public func simplified(tolerance: Metres) -> LineString {
    guard points.count > 2 else { return self }
    var isKept = [Bool](repeating: false, count: points.count)
    isKept[0] = true
    isKept[points.count - 1] = true
    var waiting = [(0, points.count - 1)]
    while let (from, to) = waiting.popLast() {
      guard to - from > 1 else { continue }
      var farthest = (distance: -1.0, index: from)
      for index in from + 1..<to {
        let distance = Self.metres(points[index], toSegmentFrom: points[from], to: points[to])
        if distance > farthest.distance { farthest = (distance, index) }
      }
      guard farthest.distance > tolerance.value else { continue }
      isKept[farthest.index] = true
      waiting.append((from, farthest.index))
      waiting.append((farthest.index, to))
    }
    return LineString(zip(points, isKept).compactMap { $1 ? $0 : nil })
  }

  /// On a plane that touches the globe between the ends: exact enough to leave out points.
  private static func metres(_ point: Coordinate, toSegmentFrom a: Coordinate, to b: Coordinate) -> Double {
    let degree = 111_195.0
    let shrink = cos((a.latitude + b.latitude) / 2 * .pi / 180)
    func plane(_ c: Coordinate) -> (x: Double, y: Double) {
      let across = (c.longitude - a.longitude).remainder(dividingBy: 360)
      return (across * shrink * degree, (c.latitude - a.latitude) * degree)
    }
    let p = plane(point)
    let q = plane(b)
    let lengthSquared = q.x * q.x + q.y * q.y
    let t = lengthSquared > 0 ? min(1, max(0, (p.x * q.x + p.y * q.y) / lengthSquared)) : 0
    let (dx, dy) = (p.x - t * q.x, p.y - t * q.y)
    return (dx * dx + dy * dy).squareRoot()
  }
}
