import CProj
import Foundation

extension Geodesy {
  /// Distance from a point to the nearest point of a line whose segments are geodesics.
  ///
  /// An empty line is infinitely far. For many points against one line use ``Corridor``.
  public static func distance(from point: Coordinate, to line: LineString) -> Metres {
    Corridor(line, distance: .zero).distance(from: point)
  }
}

/// A line prepared for asking how far points are from it and which lie within a distance of it.
///
/// Method: the distance to each segment is first bounded on the sphere, where it costs three products; only
/// segments that may be the nearest go on to the ellipsoid, where the foot of the perpendicular is found in the
/// ellipsoidal gnomonic projection about the point (C. F. F. Karney, "Algorithms for geodesics", 2013, §8), in
/// which geodesics are straight to second order. Error under a millimetre for points within 100 km of the line.
public struct Corridor: Sendable {
  public let line: LineString
  public let distance: Metres
  /// The box around everything within `distance` of the line; crosses the 180th meridian when `west > east`.
  public let boundingBox: BoundingBox?
  private let vectors: [SIMD3<Double>]

  /// Relative error of spherical distances on geographic latitudes against the ellipsoid, with mean radius:
  /// at most 0.56 % (the flattening is 1/298); a margin above that makes the bounds safe.
  private static let margin = 0.007
  private static let meanRadius = 6_371_008.8

  public init(_ line: LineString, distance: Metres) {
    self.line = line
    self.distance = distance
    vectors = line.points.map(Self.vector)
    boundingBox = Self.box(line, distance)
  }

  /// Whether the point lies within the corridor's distance of the line.
  public func contains(_ point: Coordinate) -> Bool {
    guard let bounds = sphericalBounds(point) else { return false }
    if bounds.nearest * (1 + Self.margin) <= distance.value { return true }
    if bounds.nearest * (1 - Self.margin) > distance.value { return false }
    return self.distance(from: point, bounds) <= distance
  }

  /// Distance to the nearest point of the line; infinite for a line without points.
  public func distance(from point: Coordinate) -> Metres {
    guard let bounds = sphericalBounds(point) else { return Metres(.infinity) }
    return distance(from: point, bounds)
  }

  private struct Bounds {
    var nearest: Double
    var segments: [Double]
  }

  /// Spherical distance to each segment and the least of them, metres.
  private func sphericalBounds(_ point: Coordinate) -> Bounds? {
    guard let first = vectors.first else { return nil }
    let p = Self.vector(point)
    guard vectors.count > 1 else {
      let d = Self.angle(p, first) * Self.meanRadius
      return Bounds(nearest: d, segments: [d])
    }
    var segments: [Double] = []
    segments.reserveCapacity(vectors.count - 1)
    var nearest = Double.infinity
    for i in 1..<vectors.count {
      let d = Self.sphericalDistance(p, vectors[i - 1], vectors[i]) * Self.meanRadius
      segments.append(d)
      nearest = min(nearest, d)
    }
    return Bounds(nearest: nearest, segments: segments)
  }

  private func distance(from point: Coordinate, _ bounds: Bounds) -> Metres {
    let points = line.points
    guard points.count > 1 else { return Geodesy.distance(point, points[0]) }
    // A segment can be the nearest only if its lower bound does not exceed the least upper bound.
    let limit = bounds.nearest * (1 + Self.margin) / (1 - Self.margin) + 1e-6
    var best = Double.infinity
    for (i, d) in bounds.segments.enumerated() where d <= limit {
      best = min(best, Self.ellipsoidalDistance(point, points[i], points[i + 1]))
    }
    return Metres(best)
  }

  private static func vector(_ c: Coordinate) -> SIMD3<Double> {
    let latitude = c.latitude * .pi / 180
    let longitude = c.longitude * .pi / 180
    return SIMD3(
      cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude))
  }

  private static func cross(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> SIMD3<Double> {
    SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
  }

  private static func angle(_ a: SIMD3<Double>, _ b: SIMD3<Double>) -> Double {
    let c = cross(a, b)
    return atan2((c * c).sum().squareRoot(), (a * b).sum())
  }

  private static func sphericalDistance(
    _ p: SIMD3<Double>, _ a: SIMD3<Double>, _ b: SIMD3<Double>
  ) -> Double {
    let normal = cross(a, b)
    let length = (normal * normal).sum().squareRoot()
    let ends = min(angle(p, a), angle(p, b))
    guard length > 1e-15 else { return ends }
    // The foot lies between the ends when p is on the inner side of both perpendicular planes.
    guard (cross(normal, a) * p).sum() > 0, (cross(b, normal) * p).sum() > 0 else { return ends }
    return min(ends, asin(min(1, abs((normal * p).sum()) / length)))
  }

  /// Distance from `p` to the geodesic from `a` to `b`, metres.
  private static func ellipsoidalDistance(_ p: Coordinate, _ a: Coordinate, _ b: Coordinate) -> Double {
    let g = Geodesy.ellipsoid.pointer
    var (sA, azimuthA, mA, scaleA) = (0.0, 0.0, 0.0, 0.0)
    geod_geninverse(
      g, p.latitude, p.longitude, a.latitude, a.longitude, &sA, &azimuthA, nil, &mA, &scaleA, nil, nil)
    var (sB, azimuthB, mB, scaleB) = (0.0, 0.0, 0.0, 0.0)
    geod_geninverse(
      g, p.latitude, p.longitude, b.latitude, b.longitude, &sB, &azimuthB, nil, &mB, &scaleB, nil, nil)
    var segment = 0.0
    var azimuth = 0.0
    geod_inverse(g, a.latitude, a.longitude, b.latitude, b.longitude, &segment, &azimuth, nil)
    guard segment > 0 else { return sA }
    // Beyond a fifth of the globe the projection degenerates: halve the segment, or take the nearer end.
    if max(sA, sB) > 4_000_000 || scaleA < 0.2 || scaleB < 0.2 {
      guard segment > 100_000 else { return min(sA, sB) }
      let middle = Geodesy.destination(from: a, azimuthDegrees: azimuth, distance: Metres(segment / 2))
      return min(ellipsoidalDistance(p, a, middle), ellipsoidalDistance(p, middle, b))
    }
    func project(_ m: Double, _ scale: Double, _ azimuth: Double) -> (x: Double, y: Double) {
      let rho = m / scale
      return (rho * sin(azimuth * .pi / 180), rho * cos(azimuth * .pi / 180))
    }
    let (ax, ay) = project(mA, scaleA, azimuthA)
    let (bx, by) = project(mB, scaleB, azimuthB)
    let (dx, dy) = (bx - ax, by - ay)
    let t = -(ax * dx + ay * dy) / (dx * dx + dy * dy)
    if t <= 0 { return sA }
    if t >= 1 { return sB }
    let (fx, fy) = (ax + t * dx, ay + t * dy)
    let rho = (fx * fx + fy * fy).squareRoot()
    guard rho > 0 else { return 0 }
    // Back from the projection: m(s)/M(s) = rho along the azimuth of the foot, by Newton's method, whose
    // derivative is 1/M².
    var ray = geod_geodesicline()
    geod_lineinit(
      &ray, g, p.latitude, p.longitude, atan2(fx, fy) * 180 / .pi,
      UInt32(GEOD_DISTANCE_IN.rawValue | GEOD_REDUCEDLENGTH.rawValue | GEOD_GEODESICSCALE.rawValue))
    var s = meanRadius * atan(rho / meanRadius)
    for _ in 0..<5 {
      var (m, scale) = (0.0, 1.0)
      geod_genposition(&ray, 0, s, nil, nil, nil, nil, &m, &scale, nil, nil)
      let step = (rho - m / scale) * scale * scale
      s += step
      if abs(step) < 1e-9 { break }
    }
    return min(s, sA, sB)
  }

  /// The union of the circles around the line's points and around enough points between them that the rim of
  /// the corridor is covered: geodesics bulge towards the poles, by under 200 m over 100 km at any
  /// latitude below 80°.
  private static func box(_ line: LineString, _ distance: Metres) -> BoundingBox? {
    var south = Double.infinity
    var north = -Double.infinity
    // Longitudes are followed without a jump at the 180th meridian, from the first point on.
    var west = Double.infinity
    var east = -Double.infinity
    var previous: Double?
    func add(_ c: Coordinate) {
      var longitude = c.longitude
      if let previous { longitude = previous + (longitude - previous).remainder(dividingBy: 360) }
      previous = longitude
      let circle = Geodesy.boundingBox(around: c, radius: distance)
      south = min(south, circle.south)
      north = max(north, circle.north)
      let width = circle.east - circle.west
      let reach = circle.west == -180 && circle.east == 180 ? 180 : (width < 0 ? width + 360 : width) / 2
      west = min(west, longitude - reach)
      east = max(east, longitude + reach)
    }
    for (i, point) in line.points.enumerated() {
      if i > 0 {
        let from = line.points[i - 1]
        let length = Geodesy.distance(from, point).value
        let pieces = Int(min(1000, (length / 20_000).rounded(.up)))
        if pieces > 1 {
          let azimuth = Geodesy.azimuth(from: from, to: point)
          for k in 1..<pieces {
            add(
              Geodesy.destination(
                from: from, azimuthDegrees: azimuth,
                distance: Metres(length * Double(k) / Double(pieces))))
          }
        }
      }
      add(point)
    }
    guard south.isFinite else { return nil }
    // What a 20 km piece can bulge beyond its ends, in degrees, with plenty to spare.
    let bulge = line.points.count > 1 ? 0.002 : 0
    south = max(-90, south - bulge)
    north = min(90, north + bulge)
    guard east - west < 360, north < 89.9, south > -89.9 else {
      return BoundingBox(south: south, west: -180, north: north, east: 180)
    }
    return BoundingBox(
      south: south, west: Geodesy.normalised(west), north: north, east: Geodesy.normalised(east))
  }
}
