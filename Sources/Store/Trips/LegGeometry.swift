import Geo

/// Lines of legs as the store keeps them.
///
/// A `leg` is one LINESTRING with longitudes of -180 … 180, which the schema insists on. Where the drive crosses the
/// 180th meridian the line goes up to it and on from its other side: the step between the two is no way at all on the
/// ground, so that lengths are right. The route of a trip is a MULTILINESTRING: there such legs are cut in two, as in
/// GeoJSON (RFC 7946 §3.1.9).
enum LegGeometry {
  static func blob(_ line: LineString) -> [UInt8] {
    GeometryBlob.line(LineString(line.cutAtAntimeridian().flatMap(\.points)))
  }

  /// The line as it was given; nil when the bytes are none.
  static func line(_ bytes: UnsafeRawBufferPointer) -> LineString? {
    guard let line = GeometryBlob.line(bytes) else { return nil }
    var points: [Coordinate] = []
    for point in line.points {
      if let last = points.last, abs(point.longitude) == 180, point.longitude == -last.longitude,
        point.latitude == last.latitude
      {
        points.removeLast()
      } else {
        points.append(point)
      }
    }
    return points.count > 1 ? LineString(points) : line
  }
}
