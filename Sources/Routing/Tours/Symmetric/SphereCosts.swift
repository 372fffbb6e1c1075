import Foundation

/// TSPLIB's geographical distances, times two to the `shift`, with penalties.
struct SphereCosts: PairCosts {
  /// Latitude and longitude in radians, as TSPLIB's formula has them.
  let position: UnsafeMutablePointer<SIMD2<Double>>
  /// The same places as points of the unit sphere.
  let sphere: UnsafeMutablePointer<SIMD4<Double>>
  let penalty: UnsafeMutablePointer<Int32>
  let shift: Int32

  @inline(__always)
  func cost(_ a: Int32, _ b: Int32) -> Int32 {
    let (i, j) = (Int(truncatingIfNeeded: a), Int(truncatingIfNeeded: b))
    return plain(i, j) &<< shift &+ penalty[i] &+ penalty[j]
  }

  /// By the chord between the points of the sphere: half the angle is the arc sine of half the chord, by its series where
  /// that converges fast.
  @inline(__always)
  func plain(_ i: Int, _ j: Int) -> Int32 {
    let way = sphere[i] - sphere[j]
    let square = way * way
    let z = 0.25 * (square.x + square.y + square.z)
    guard z > 0.25e-9 && z < 0.06 else { return far(i, j, z) }
    var angle = 231.0 / 13312.0
    angle = 63.0 / 2816.0 + z * angle
    angle = 35.0 / 1152.0 + z * angle
    angle = 5.0 / 112.0 + z * angle
    angle = 3.0 / 40.0 + z * angle
    angle = 1.0 / 6.0 + z * angle
    return whole(i, j, z.squareRoot() * (1 + z * angle))
  }

  /// Where the series converges slowly, or the chord is too short to tell.
  @inline(never)
  private func far(_ i: Int, _ j: Int, _ z: Double) -> Int32 {
    if i == j { return 0 }
    return z > 0.25e-9 && z < 0.98 ? whole(i, j, asin(z.squareRoot())) : exact(i, j)
  }

  /// The distance of half an angle; TSPLIB's own formula decides where that comes within rounding errors of a whole number.
  @inline(__always)
  private func whole(_ i: Int, _ j: Int, _ angle: Double) -> Int32 {
    let length = 2 * 6378.388 * angle + 1.0
    let whole = Int32(truncatingIfNeeded: Int(length))
    return abs(length - Double(whole) - 0.5) < 0.49999 ? whole : exact(i, j)
  }

  @inline(never)
  private func exact(_ i: Int, _ j: Int) -> Int32 {
    let q1 = cos(position[i].y - position[j].y)
    let q2 = cos(position[i].x - position[j].x)
    let q3 = cos(position[i].x + position[j].x)
    let cosine = 0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3)
    return Int32(6378.388 * acos(min(1, max(-1, cosine))) + 1.0)
  }
}
