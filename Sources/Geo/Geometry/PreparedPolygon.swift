import Kernels

/// An area prepared for asking which points it holds, many times.
///
/// A point on the boundary, of a hole too, counts as inside; where polygons overlap the point is inside. Edges are
/// straight in degrees, as GeoJSON defines them (RFC 7946 §3.1.1). An edge spanning more than 180° of
/// longitude is taken to cross the 180th meridian the short way (``MultiPolygon/cutAtAntimeridian()``).
/// Preparing costs O(n), asking O(1 + edges of one latitude band); the answer is exact for the doubles given.
public struct PreparedPolygon: Sendable {
  /// The box around the area; nil when it has no point.
  public let boundingBox: BoundingBox?
  private let index: PolygonIndex

  public init(_ area: MultiPolygon) {
    let cut = area.cutAtAntimeridian()
    var xs: [Double] = []
    var ys: [Double] = []
    var ringEnds: [Int] = []
    var polygonEnds: [Int] = []
    func add(_ ring: [Coordinate]) {
      for c in ring {
        xs.append(c.longitude)
        ys.append(c.latitude)
      }
      ringEnds.append(xs.count)
    }
    for polygon in cut.polygons {
      add(polygon.outer)
      for hole in polygon.holes { add(hole) }
      polygonEnds.append(ringEnds.count)
    }
    index = PolygonIndex(xs: xs, ys: ys, ringEnds: ringEnds, polygonEnds: polygonEnds)
    boundingBox = cut.boundingBox
  }

  public func contains(_ c: Coordinate) -> Bool {
    index.contains(c.longitude, c.latitude)
  }
}
