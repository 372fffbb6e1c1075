/// Point in polygon over an indexed set of rings.
///
/// The edges stand in bands of equal height, each band a contiguous run of full edges, so a query is one
/// division and a short scan without indirection: O(1 + edges of one band). Memory is bounded: at most
/// eight entries per edge on average, or the bands become fewer.
///
/// Semantics: a point is inside an area when it is inside any of its polygons; inside a polygon by the even-odd
/// rule over its rings (so holes may run either way round). Points exactly on any edge or vertex, of a hole
/// too, count as inside. The answer is exact for the doubles given (``PolygonOrientation``).
///
/// Immutable after `init`, so it may be used from any number of threads.
public final class PolygonIndex: @unchecked Sendable {
  /// One edge with its end of smaller y first.
  struct Edge {
    var ax: Double
    var ay: Double
    var bx: Double
    var by: Double
    var polygon: Int
  }

  private let entries: UnsafeMutableBufferPointer<Edge>
  /// Start of each band in `entries`, with one more at the end.
  private let starts: UnsafeMutableBufferPointer<Int32>
  private let bandCount: Int
  private let scale: Double
  public let minX: Double
  public let minY: Double
  public let maxX: Double
  public let maxY: Double

  /// - Parameters:
  ///   - xs, ys: all vertices of all rings one after another; a ring's closing vertex may be given or left out.
  ///   - ringEnds: for each ring the position after its last vertex in `xs`.
  ///   - polygonEnds: for each polygon the position after its last ring in `ringEnds`.
  /// - Precondition: all numbers finite.
  public init(xs: [Double], ys: [Double], ringEnds: [Int], polygonEnds: [Int]) {
    precondition(xs.count == ys.count)
    var edges: [Edge] = []
    edges.reserveCapacity(xs.count)
    var low = (x: Double.infinity, y: Double.infinity)
    var high = (x: -Double.infinity, y: -Double.infinity)
    var ring = 0
    var start = 0
    for (polygon, polygonEnd) in polygonEnds.enumerated() {
      while ring < polygonEnd {
        let end = ringEnds[ring]
        var previous = end - 1
        let edgesBefore = edges.count
        for i in start..<end {
          let (px, py, qx, qy) = (xs[previous], ys[previous], xs[i], ys[i])
          precondition(qx.isFinite && qy.isFinite, "vertex not finite")
          low = (min(low.x, qx), min(low.y, qy))
          high = (max(high.x, qx), max(high.y, qy))
          if px != qx || py != qy {
            edges.append(
              py <= qy
                ? Edge(ax: px, ay: py, bx: qx, by: qy, polygon: polygon)
                : Edge(ax: qx, ay: qy, bx: px, by: py, polygon: polygon))
          }
          previous = i
        }
        if edges.count == edgesBefore, start < end {
          // A ring that is a single point.
          let (x, y) = (xs[start], ys[start])
          edges.append(Edge(ax: x, ay: y, bx: x, by: y, polygon: polygon))
        }
        start = end
        ring += 1
      }
    }
    (minX, minY, maxX, maxY) = (low.x, low.y, high.x, high.y)

    let height = high.y - low.y
    var bands = edges.isEmpty ? 0 : max(1, min(edges.count * 2, 1 << 16))
    if !(height > 0) { bands = min(bands, 1) }
    var counts: [Int32] = []
    var factor = 0.0
    while bands > 0 {
      factor = height > 0 ? Double(bands) / height : 0
      if !factor.isFinite {
        factor = 0
        bands = 1
      }
      counts = [Int32](repeating: 0, count: bands + 1)
      var total = 0
      for e in edges {
        let first = Self.band(e.ay, low.y, factor, bands)
        let last = Self.band(e.by, low.y, factor, bands)
        total += last - first + 1
        for b in first...last { counts[b + 1] += 1 }
      }
      if total <= edges.count * 8 || bands == 1 { break }
      bands = max(1, bands / 2)
    }
    if bands > 0 { for b in 0..<bands { counts[b + 1] += counts[b] } }
    bandCount = bands
    scale = factor
    entries = .allocate(capacity: bands > 0 ? Int(counts[bands]) : 0)
    starts = .allocate(capacity: bands + 1)
    _ = starts.initialize(from: bands > 0 ? counts : [0])
    var next = bands > 0 ? counts : [0]
    for e in edges {
      for b in Self.band(e.ay, low.y, factor, bands)...Self.band(e.by, low.y, factor, bands) {
        (entries.baseAddress! + Int(next[b])).initialize(to: e)
        next[b] += 1
      }
    }
  }

  deinit {
    entries.deallocate()
    starts.deallocate()
  }

  /// Monotone in `y`, so an edge's bands are all those that a point between its ends can fall into.
  @inline(__always)
  private static func band(_ y: Double, _ minY: Double, _ scale: Double, _ bands: Int) -> Int {
    min(bands - 1, Int((y - minY) * scale))
  }

  public enum Position: Sendable { case outside, boundary, inside }

  /// Whether the point is inside or on the boundary. False for NaN.
  public func contains(_ x: Double, _ y: Double) -> Bool { locate(x, y) != .outside }

  /// Where the point lies. With several polygons `boundary` may be given for a point on the edge of one that is
  /// inside another.
  public func position(_ x: Double, _ y: Double) -> Position { locate(x, y) }

  @inline(__always)
  private func locate(_ x: Double, _ y: Double) -> Position {
    guard x >= minX, x <= maxX, y >= minY, y <= maxY, bandCount > 0 else { return .outside }
    let band = Self.band(y, minY, scale, bandCount)
    var entry = entries.baseAddress! + Int(starts[band])
    let end = entries.baseAddress! + Int(starts[band + 1])
    var polygon = -1
    var inside = false
    while entry < end {
      let e = entry.pointee
      entry += 1
      if e.polygon != polygon {
        if inside { return .inside }
        polygon = e.polygon
      }
      if y < e.ay || y > e.by { continue }
      if x > e.ax && x > e.bx { continue }
      if x < e.ax && x < e.bx {
        // Wholly to the right: a ray to the right crosses unless it only touches the upper end.
        if y < e.by { inside.toggle() }
        continue
      }
      let side = PolygonOrientation.sign(e.ax, e.ay, e.bx, e.by, x, y)
      if side == 0 { return .boundary }
      if side > 0 && y < e.by { inside.toggle() }
    }
    return inside ? .inside : .outside
  }

  /// How many of the points are inside; for measuring without a call per point.
  public func count(insideOf xs: [Double], _ ys: [Double]) -> Int {
    var total = 0
    for i in xs.indices where contains(xs[i], ys[i]) { total += 1 }
    return total
  }
}
