import Kernels

extension MultiPolygon {
  /// The same area, known to be well formed: every ring closed, of at least four points, crossing or
  /// overlapping neither itself nor another ring of its polygon; holes inside their outer ring and outside
  /// each other.
  ///
  /// Rings may touch at points. Polygons may overlap: the area is their union. Which way round rings run is
  /// not judged. Expected O(n log n).
  /// - Throws: the first fault, with its place.
  public func validated() throws(GeometryError) -> MultiPolygon {
    guard !polygons.isEmpty else { throw .empty }
    for (i, polygon) in polygons.enumerated() {
      try polygon.validate(number: polygons.count > 1 ? i + 1 : nil)
    }
    return self
  }
}

extension Polygon {
  /// - Parameter number: what to call the polygon in an error, counted from 1; nil for the only one.
  fileprivate func validate(number: Int?) throws(GeometryError) {
    let rings = [outer] + holes
    for (r, ring) in rings.enumerated() {
      let path = GeometryPath(polygon: number, ring: r + 1)
      guard ring.count >= 2 else { throw .tooFewPoints(ring.count, at: path) }
      guard ring.first == ring.last else { throw .unclosed(at: path) }
      guard ring.count >= 4 else { throw .tooFewPoints(ring.count, at: path) }
    }
    // The test of crossings sees rings that follow the ground across the 180th meridian.
    let flat = FlatRings(rings.map(UnwrappedRing.init(_:)))
    for (r, count) in flat.counts.enumerated() where count < 3 {
      throw .tooFewPoints(count + 1, at: GeometryPath(polygon: number, ring: r + 1))
    }
    if let fault = PolygonCrossing.find(xs: flat.xs, ys: flat.ys, ringEnds: flat.ringEnds) {
      throw .selfCrossing(
        at: flat.path(of: fault.first, polygon: number),
        other: flat.path(of: fault.second, polygon: number),
        near: Coordinate(
          trustedLatitude: max(-90, min(90, fault.y)), longitude: Geodesy.normalised(fault.x)))
    }
    guard !holes.isEmpty else { return }
    let indexes = rings.indices.map { flat.index(ofRing: $0) }
    for hole in rings.indices.dropFirst() {
      guard flat.ring(hole, isIn: indexes[0]) else {
        throw .holeOutside(at: GeometryPath(polygon: number, ring: hole + 1))
      }
      for other in rings.indices.dropFirst() where other != hole {
        if flat.ring(hole, isIn: indexes[other], orOnIt: false) {
          throw .holesOverlap(
            at: GeometryPath(polygon: number, ring: hole + 1),
            other: GeometryPath(polygon: number, ring: other + 1))
        }
      }
    }
  }
}

/// Rings as the kernels take them: without closing points and repeated points.
private struct FlatRings {
  var xs: [Double] = []
  var ys: [Double] = []
  var ringEnds: [Int] = []
  /// Ring and point (from 0) of each vertex, as given.
  var origins: [(ring: Int, point: Int)] = []

  init(_ rings: [UnwrappedRing]) {
    let middle = rings.first.map { ($0.west + $0.east) / 2 } ?? 0
    for (r, ring) in rings.enumerated() {
      // A hole is written on the same turn of the globe as its outer ring.
      let shift = ((middle - (ring.west + ring.east) / 2) / 360).rounded() * 360
      let start = xs.count
      for (p, vertex) in ring.vertices.enumerated() {
        let x = vertex.x + shift
        if xs.count > start, xs.last == x, ys.last == vertex.y { continue }
        if p > 0, p == ring.vertices.count - 1, xs.count > start, xs[start] == x, ys[start] == vertex.y {
          continue
        }
        xs.append(x)
        ys.append(vertex.y)
        origins.append((r, p))
      }
      ringEnds.append(xs.count)
    }
  }

  func range(ofRing r: Int) -> Range<Int> { (r == 0 ? 0 : ringEnds[r - 1])..<ringEnds[r] }
  var counts: [Int] { ringEnds.indices.map { range(ofRing: $0).count } }

  func path(of vertex: Int, polygon: Int?) -> GeometryPath {
    GeometryPath(polygon: polygon, ring: origins[vertex].ring + 1, point: origins[vertex].point + 1)
  }

  func index(ofRing r: Int) -> PolygonIndex {
    let range = range(ofRing: r)
    return PolygonIndex(
      xs: Array(xs[range]), ys: Array(ys[range]), ringEnds: [range.count], polygonEnds: [1])
  }

  /// Whether a ring that crosses no other lies within the indexed one; decided by its first vertex off the
  /// boundary, by its edges' middles when all are on it, and by `orOnIt` when those are too.
  func ring(_ r: Int, isIn index: PolygonIndex, orOnIt: Bool = true) -> Bool {
    let range = range(ofRing: r)
    for i in range {
      switch index.position(xs[i], ys[i]) {
      case .inside: return true
      case .outside: return false
      case .boundary: continue
      }
    }
    for i in range {
      let j = i + 1 < range.upperBound ? i + 1 : range.lowerBound
      switch index.position((xs[i] + xs[j]) / 2, (ys[i] + ys[j]) / 2) {
      case .inside: return true
      case .outside: return false
      case .boundary: continue
      }
    }
    return orOnIt
  }
}
