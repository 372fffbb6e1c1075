import Foundation

/// One square of the web's map: zoom 0 is the world in one square, each further zoom cuts every square in four. Spherical
/// Mercator (EPSG:3857), x from the 180th meridian eastwards, y from the north.
public struct TileAddress: Sendable, Hashable {
  public static let greatestZoom = 20

  public let zoom: Int
  public let x: Int
  public let y: Int

  /// Nil when there is no such square.
  public init?(zoom: Int, x: Int, y: Int) {
    guard (0...Self.greatestZoom).contains(zoom), (0..<(1 << zoom)).contains(x), (0..<(1 << zoom)).contains(y)
    else { return nil }
    self.zoom = zoom
    self.x = x
    self.y = y
  }

  /// What it shows, in degrees. The northmost and southmost squares reach to the poles: what lies beyond Mercator's
  /// end at 85.05° is drawn there.
  public var boundingBox: BoundingBox {
    let count = Double(1 << zoom)
    func latitude(_ row: Int) -> Double {
      if row == 0 { return 90 }
      if row == 1 << zoom { return -90 }
      return WorldPoint.latitude(Double(row) / count)
    }
    return BoundingBox(
      south: latitude(y + 1), west: Double(x) / count * 360 - 180, north: latitude(y),
      east: Double(x + 1) / count * 360 - 180)
  }
}

/// A place on the square of zoom 0: 0 … 1 eastwards and southwards.
public struct WorldPoint: Sendable, Hashable {
  public var x: Double
  public var y: Double

  public init(_ c: Coordinate) { self.init(latitude: c.latitude, longitude: c.longitude) }

  @inline(__always)
  public init(latitude: Double, longitude: Double) {
    x = (longitude + 180) / 360
    // Mercator: ln tan(π/4 + φ/2) = atanh(sin φ).
    let sine = sin(max(-85.051_128_78, min(85.051_128_78, latitude)) * .pi / 180)
    y = min(1, max(0, 0.5 - log((1 + sine) / (1 - sine)) / (4 * .pi)))
  }

  static func latitude(_ y: Double) -> Double { atan(sinh(.pi * (1 - 2 * y))) * 180 / .pi }
}
