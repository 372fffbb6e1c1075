extension BoundingBox {
  /// One box, or two where it crosses the 180th meridian: each with `west <= east`.
  public var parts: [BoundingBox] {
    guard west > east else { return [self] }
    return [
      BoundingBox(south: south, west: west, north: north, east: 180),
      BoundingBox(south: south, west: -180, north: north, east: east),
    ]
  }

  /// Whether any point of the geometry lies in the box or on its rim; edges are straight in degrees, as GeoJSON defines
  /// them (RFC 7946 §3.1.1), and cut at the 180th meridian. O(points).
  public func intersects(_ geometry: GeoJSON.Geometry) -> Bool {
    switch geometry {
    case .point(let point): return contains(point)
    case .multiPoint(let points): return points.contains { contains($0) }
    case .line(let line):
      let pieces = line.cutAtAntimeridian()
      return parts.contains { box in pieces.contains { box.crosses($0.points) } }
    case .multiLine(let lines): return lines.contains { intersects(.line($0)) }
    case .polygon(let polygon): return intersects(.multiPolygon(MultiPolygon([polygon])))
    case .multiPolygon(let area):
      let cut = area.cutAtAntimeridian()
      return parts.contains { box in
        cut.polygons.contains { polygon in
          box.crosses(polygon.outer) || polygon.holes.contains { box.crosses($0) }
            || polygon.holds(box.south, box.west)
        }
      }
    case .collection(let list): return list.contains { intersects($0) }
    }
  }

  private func crosses(_ points: [Coordinate]) -> Bool {
    guard var last = points.first else { return false }
    if contains(last) { return true }
    for point in points.dropFirst() {
      if crosses(last, point) { return true }
      last = point
    }
    return false
  }

  /// Liang, Y.-D., and Barsky, B., "A New Concept and Method for Line Clipping", ACM TOG 3(1), 1984.
  private func crosses(_ a: Coordinate, _ b: Coordinate) -> Bool {
    var (enter, leave) = (0.0, 1.0)
    let (dx, dy) = (b.longitude - a.longitude, b.latitude - a.latitude)
    for (step, room) in [
      (-dx, a.longitude - west), (dx, east - a.longitude), (-dy, a.latitude - south),
      (dy, north - a.latitude),
    ] {
      if step == 0 {
        if room < 0 { return false }
      } else if step < 0 {
        enter = max(enter, room / step)
      } else {
        leave = min(leave, room / step)
      }
    }
    return enter <= leave
  }
}

extension Polygon {
  /// Even-odd over all rings.
  fileprivate func holds(_ latitude: Double, _ longitude: Double) -> Bool {
    var isInside = false
    for ring in [outer] + holes {
      for (a, b) in zip(ring, ring.dropFirst()) where (a.latitude > latitude) != (b.latitude > latitude) {
        let crossing =
          a.longitude + (latitude - a.latitude) / (b.latitude - a.latitude) * (b.longitude - a.longitude)
        if longitude < crossing { isInside.toggle() }
      }
    }
    return isInside
  }
}
