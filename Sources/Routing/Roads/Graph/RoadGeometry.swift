import Foundation
import Geo

/// Geometry on units of 1e-7 degrees.
enum RoadGeometry {
  static let radian = Double.pi / 180 * 1e-7

  /// Metres of one unit north and east at a latitude, by the radii of curvature of the WGS 84 ellipsoid there (a =
  /// 6,378,137 m, 1/f = 298.257223563).
  static func metresPerUnit(atLatitude degrees: Double) -> (north: Double, east: Double) {
    let semiMajor = 6_378_137.0
    let eccentricity = 0.006_694_379_990_14
    let (sine, cosine) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
    let w = 1 / (1 - eccentricity * sine * sine)
    let normal = semiMajor * w.squareRoot()
    return (normal * (1 - eccentricity) * w * radian, normal * cosine * radian)
  }

  /// Units east from one longitude to another, the short way round.
  @inline(__always)
  static func east(_ from: Double, _ to: Double) -> Double {
    let units = to - from
    return abs(units) > 180e7 ? units - (units < 0 ? -360e7 : 360e7) : units
  }

  /// A coordinate given in units that may lie beyond the 180th meridian or a pole.
  static func coordinate(latitude: Double, longitude: Double) -> Coordinate {
    let east = longitude > 180e7 ? longitude - 360e7 : longitude < -180e7 ? longitude + 360e7 : longitude
    return Coordinate(
      trustedLatitude: min(90, max(-90, latitude / 1e7)), longitude: min(180, max(-180, east / 1e7)))
  }

  /// On the ellipsoid's plane half way between the two: right to 10⁻⁵ for what lies between two nodes of a road.
  static func metres(_ aLatitude: Int32, _ aLongitude: Int32, _ bLatitude: Int32, _ bLongitude: Int32)
    -> Double
  {
    let unit = metresPerUnit(atLatitude: (Double(aLatitude) + Double(bLatitude)) / 2e7)
    let x = east(Double(aLongitude), Double(bLongitude)) * unit.east
    let y = (Double(bLatitude) - Double(aLatitude)) * unit.north
    return (x * x + y * y).squareRoot()
  }

  /// Heading from a to b in degrees clockwise from north, on the plane around a.
  static func bearing(_ aLatitude: Int32, _ aLongitude: Int32, _ bLatitude: Int32, _ bLongitude: Int32)
    -> Double
  {
    let x = east(Double(aLongitude), Double(bLongitude)) * cos(Double(aLatitude) * radian)
    let y = Double(Int(bLatitude) - Int(aLatitude))
    let degrees = atan2(x, y) * 180 / .pi
    return degrees < 0 ? degrees + 360 : degrees
  }

  /// The turn from one heading to another: -180 … 180, right is positive.
  static func turn(from: Double, to: Double) -> Double {
    var angle = to - from
    if angle > 180 { angle -= 360 }
    if angle <= -180 { angle += 360 }
    return angle
  }

  /// Headings are taken this far from a junction: the first metres often bend into it. Chosen by
  /// how far routes differ from OSRM's on four extracts: from 12 to 17 metres it makes little difference.
  static let headingReach = 12.0

  /// Heading from a point of a line towards the place ``headingReach`` metres along it, or its end.
  static func heading(from start: Int, by step: Int, to end: Int, at: (Int) -> (Int32, Int32)) -> Double {
    let a = at(start)
    var before = a
    var rest = headingReach
    var k = start
    while k != end {
      k += step
      let b = at(k)
      let length = metres(before.0, before.1, b.0, b.1)
      if length >= rest || k == end {
        let part = length > 0 ? min(1, rest / length) : 1
        let latitude = Double(before.0) + part * Double(b.0 - before.0)
        let longitude = Double(before.1) + part * east(Double(before.1), Double(b.1))
        return bearing(a.0, a.1, Int32(latitude.rounded()), Int32(longitude.rounded()))
      }
      rest -= length
      before = b
    }
    return 0
  }
}

extension RoadGeometry {
  /// The same between two coordinates.
  static func metres(_ a: Coordinate, _ b: Coordinate) -> Double {
    metres(
      Int32((a.latitude * 1e7).rounded()), Int32((a.longitude * 1e7).rounded()),
      Int32((b.latitude * 1e7).rounded()),
      Int32((b.longitude * 1e7).rounded()))
  }

  static func bearing(_ a: Coordinate, _ b: Coordinate) -> Double {
    bearing(
      Int32((a.latitude * 1e7).rounded()), Int32((a.longitude * 1e7).rounded()),
      Int32((b.latitude * 1e7).rounded()),
      Int32((b.longitude * 1e7).rounded()))
  }
}
