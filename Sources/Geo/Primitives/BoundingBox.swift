/// A rectangle in degrees; `south <= north`. `west > east` means it crosses the 180th meridian.
public struct BoundingBox: Hashable, Sendable, Codable {
  public var south: Double
  public var west: Double
  public var north: Double
  public var east: Double

  public init(south: Double, west: Double, north: Double, east: Double) {
    self.south = south
    self.west = west
    self.north = north
    self.east = east
  }

  /// The smallest box around the points, never across the 180th meridian; nil for no points.
  public init?(around points: some Sequence<Coordinate>) {
    var box: BoundingBox?
    for p in points {
      guard var b = box else {
        box = BoundingBox(south: p.latitude, west: p.longitude, north: p.latitude, east: p.longitude)
        continue
      }
      b.south = min(b.south, p.latitude)
      b.north = max(b.north, p.latitude)
      b.west = min(b.west, p.longitude)
      b.east = max(b.east, p.longitude)
      box = b
    }
    guard let box else { return nil }
    self = box
  }

  public func contains(_ c: Coordinate) -> Bool {
    guard (south...north).contains(c.latitude) else { return false }
    return west <= east
      ? (west...east).contains(c.longitude) : c.longitude >= west || c.longitude <= east
  }
}
