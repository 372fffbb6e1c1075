/// A line of two or more points, in order.
public struct LineString: Hashable, Sendable, Codable {
  public var points: [Coordinate]
  public init(_ points: [Coordinate]) { self.points = points }
}

/// An area with an outer ring and holes. Rings are closed (first point equals last); the outer ring runs
/// counter-clockwise and holes clockwise when written (RFC 7946 §3.1.6), either way round when read.
public struct Polygon: Hashable, Sendable, Codable {
  public var outer: [Coordinate]
  public var holes: [[Coordinate]]
  public init(outer: [Coordinate], holes: [[Coordinate]] = []) {
    self.outer = outer
    self.holes = holes
  }
}

/// Areas that belong together, such as an oblast with its islands.
public struct MultiPolygon: Hashable, Sendable, Codable {
  public var polygons: [Polygon]
  public init(_ polygons: [Polygon]) { self.polygons = polygons }

  /// The box around all outer rings; nil when there is no polygon.
  public var boundingBox: BoundingBox? { BoundingBox(around: polygons.lazy.flatMap(\.outer)) }
}
