import Foundation

/// Distances for ranking neighbours: a sphere is exact enough there.
enum GreatCircle {
  /// Metres along a sphere of the earth's mean radius (haversine); within 0.6 % of the ellipsoid.
  static func metres(_ a: Coordinate, _ b: Coordinate) -> Double {
    let radians = Double.pi / 180
    let dLatitude = (b.latitude - a.latitude) * radians
    let dLongitude = (b.longitude - a.longitude) * radians
    let s = sin(dLatitude / 2)
    let t = sin(dLongitude / 2)
    let h = s * s + cos(a.latitude * radians) * cos(b.latitude * radians) * t * t
    return 2 * 6_371_008.8 * asin(min(1, h.squareRoot()))
  }

  /// A box that holds the circle, cut at the poles, across the 180th meridian when needed.
  static func box(around c: Coordinate, metres: Double) -> BoundingBox {
    let degrees = metres / 111_000
    let width = degrees / max(cos(c.latitude * .pi / 180), 0.01)
    let (south, north) = (max(c.latitude - degrees, -90), min(c.latitude + degrees, 90))
    guard width < 180, north < 89.9, south > -89.9 else {
      return BoundingBox(south: south, west: -180, north: north, east: 180)
    }
    func wrap(_ x: Double) -> Double { x < -180 ? x + 360 : x > 180 ? x - 360 : x }
    return BoundingBox(
      south: south, west: wrap(c.longitude - width), north: north, east: wrap(c.longitude + width))
  }
}
