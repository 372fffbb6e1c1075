import CProj
import Foundation

extension Geodesy {
  /// The smallest box that holds every point within `radius` of `center`.
  ///
  /// A circle that holds a pole gives all longitudes up to that pole; one that crosses the 180th meridian
  /// gives `west > east`. The box is exact to about a millimetre and padded outward by that much, so that a
  /// point at the very rim is never lost to rounding.
  public static func boundingBox(around center: Coordinate, radius: Metres) -> BoundingBox {
    let radius = max(0, radius.value)
    guard radius < longestDistance.value else {
      return BoundingBox(south: -90, west: -180, north: 90, east: 180)
    }
    let holdsNorth = poleDistance(center, north: true) <= radius
    let holdsSouth = poleDistance(center, north: false) <= radius
    let padding = 1e-8
    let north =
      holdsNorth ? 90 : min(90, latitude(from: center, azimuth: 0, metres: radius) + padding)
    let south =
      holdsSouth ? -90 : max(-90, latitude(from: center, azimuth: 180, metres: radius) - padding)
    guard !holdsNorth, !holdsSouth else {
      return BoundingBox(south: south, west: -180, north: north, east: 180)
    }
    // Padding of longitude in proportion to what a degree of it is worth at the far rim.
    let rim = max(abs(north), abs(south)) * .pi / 180
    let reach = longitudeReach(center, metres: radius) + padding / max(cos(rim), 1e-6)
    guard reach < 180 else {
      return BoundingBox(south: south, west: -180, north: north, east: 180)
    }
    var west = center.longitude - reach
    var east = center.longitude + reach
    if west < -180 { west += 360 }
    if east > 180 { east -= 360 }
    return BoundingBox(south: south, west: west, north: north, east: east)
  }

  private static func poleDistance(_ c: Coordinate, north: Bool) -> Double {
    var s = 0.0
    geod_inverse(ellipsoid.pointer, c.latitude, 0, north ? 90 : -90, 0, &s, nil, nil)
    return s
  }

  private static func latitude(from c: Coordinate, azimuth: Double, metres: Double) -> Double {
    var latitude = 0.0
    geod_direct(ellipsoid.pointer, c.latitude, 0, azimuth, metres, &latitude, nil, nil)
    return latitude
  }

  /// The greatest difference of longitude on the circle, degrees. The circle holds no pole, so eastward
  /// longitude has a single maximum over the azimuths 0 … 180, found by golden section.
  private static func longitudeReach(_ c: Coordinate, metres: Double) -> Double {
    func reach(_ azimuth: Double) -> Double {
      var longitude = 0.0
      geod_direct(ellipsoid.pointer, c.latitude, 0, azimuth, metres, nil, &longitude, nil)
      // Beyond 180° it comes back from the west.
      return longitude < 0 ? longitude + 360 : longitude
    }
    let ratio = 0.618_033_988_749_894_8
    var low = 0.0
    var high = 180.0
    var a = high - ratio * (high - low)
    var b = low + ratio * (high - low)
    var atA = reach(a)
    var atB = reach(b)
    for _ in 0..<60 where high - low > 1e-9 {
      if atA < atB {
        (low, a, atA) = (a, b, atB)
        b = low + ratio * (high - low)
        atB = reach(b)
      } else {
        (high, b, atB) = (b, a, atA)
        a = high - ratio * (high - low)
        atA = reach(a)
      }
    }
    return max(atA, atB)
  }
}
