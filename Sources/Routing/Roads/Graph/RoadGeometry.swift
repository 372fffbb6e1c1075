import Foundation
import Geo

/// Geometry on units of 1e-7 degrees.
enum RoadGeometry {
  static let radius = 6_371_008.8
  static let radian = Double.pi / 180 * 1e-7

  /// Haversine on the mean sphere (R = 6,371,008.8 m, IUGG).
  static func metres(_ aLatitude: Int32, _ aLongitude: Int32, _ bLatitude: Int32, _ bLongitude: Int32)
    -> Double
  {
    let halfLatitude = sin(Double(bLatitude - aLatitude) * radian / 2)
    let halfLongitude = sin(Double(Int(bLongitude) - Int(aLongitude)) * radian / 2)
    let h =
      halfLatitude * halfLatitude + cos(Double(aLatitude) * radian) * cos(Double(bLatitude) * radian)
      * halfLongitude * halfLongitude
    return 2 * radius * asin(min(1, h.squareRoot()))
  }

  /// Heading from a to b in degrees clockwise from north, on the plane around a.
  static func bearing(_ aLatitude: Int32, _ aLongitude: Int32, _ bLatitude: Int32, _ bLongitude: Int32)
    -> Double
  {
    let x = Double(Int(bLongitude) - Int(aLongitude)) * cos(Double(aLatitude) * radian)
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

  /// Headings are taken this far from a junction: the first metres often bend into it.
  static let headingReach = 10.0

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
        let longitude = Double(before.1) + part * Double(Int(b.1) - Int(before.1))
        return bearing(a.0, a.1, Int32(latitude.rounded()), Int32(longitude.rounded()))
      }
      rest -= length
      before = b
    }
    return 0
  }
}

extension RoadGeometry {
  /// Haversine between two coordinates.
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
