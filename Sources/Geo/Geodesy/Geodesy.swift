import CProj
import Foundation

/// Distances, directions and areas on the WGS 84 ellipsoid.
///
/// Method: C. F. F. Karney, "Algorithms for geodesics", Journal of Geodesy 87 (2013), as implemented by PROJ's
/// `geodesic.h`; accurate to about 15 nanometres. Azimuths are degrees clockwise from north.
/// All functions may be called from any thread.
public enum Geodesy {
  /// PROJ's constants of the ellipsoid, computed once and only read afterwards.
  struct Ellipsoid: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<geod_geodesic>
    init() {
      pointer = .allocate(capacity: 1)
      geod_init(pointer, Geodesy.equatorialRadius, Geodesy.flattening)
    }
  }
  static let ellipsoid = Ellipsoid()

  static let equatorialRadius = 6_378_137.0
  static let flattening = 1 / 298.257223563
  /// Length of a meridian from pole to pole: the greatest distance between any two points on the ground.
  public static let longestDistance = Metres(20_003_931.458_625_45)

  /// Length of the shortest way over the ellipsoid.
  public static func distance(_ a: Coordinate, _ b: Coordinate) -> Metres {
    var s = 0.0
    geod_inverse(
      ellipsoid.pointer, a.latitude, a.longitude, b.latitude, b.longitude, &s, nil, nil)
    return Metres(s)
  }

  /// Direction in which the shortest way from `a` to `b` sets off, degrees clockwise from north, -180 … 180.
  public static func azimuth(from a: Coordinate, to b: Coordinate) -> Double {
    var azimuth = 0.0
    geod_inverse(
      ellipsoid.pointer, a.latitude, a.longitude, b.latitude, b.longitude, nil, &azimuth, nil)
    return azimuth
  }

  /// Where one arrives going straight on from `start`.
  public static func destination(
    from start: Coordinate, azimuthDegrees: Double, distance: Metres
  ) -> Coordinate {
    var latitude = 0.0
    var longitude = 0.0
    geod_direct(
      ellipsoid.pointer, start.latitude, start.longitude, azimuthDegrees, distance.value, &latitude,
      &longitude, nil)
    return Coordinate(trustedLatitude: latitude, longitude: normalised(longitude))
  }

  /// The ground an area covers, its edges taken as geodesics; holes are subtracted, overlapping polygons count
  /// twice. Rings may run either way round and may cross the 180th meridian.
  public static func area(_ area: MultiPolygon) -> SquareMetres {
    var total = 0.0
    for polygon in area.polygons {
      total += ringArea(polygon.outer)
      for hole in polygon.holes { total -= ringArea(hole) }
    }
    return SquareMetres(max(0, total))
  }

  private static func ringArea(_ ring: [Coordinate]) -> Double {
    var points = ring[...]
    if points.count > 1, points.first == points.last { points = points.dropLast() }
    guard points.count > 2 else { return 0 }
    var polygon = geod_polygon()
    geod_polygon_init(&polygon, 0)
    for p in points { geod_polygon_addpoint(ellipsoid.pointer, &polygon, p.latitude, p.longitude) }
    var area = 0.0
    geod_polygon_compute(ellipsoid.pointer, &polygon, 0, 1, &area, nil)
    return abs(area)
  }

  /// A longitude brought into -180 … 180.
  static func normalised(_ longitude: Double) -> Double {
    if (-180...180).contains(longitude) { return longitude }
    return longitude.remainder(dividingBy: 360)
  }
}
