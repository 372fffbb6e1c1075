import Foundation
import Kernels

/// GeoJSON (RFC 7946): reading areas and lines that people bring, and the values that ``GeoJSONWriter`` writes.
///
/// Positions are `[longitude, latitude]` in WGS 84 here and nowhere else. Altitudes are dropped, foreign members
/// ignored. Numbers are checked to be finite and in range.
public enum GeoJSON {
  /// How much text is accepted from outside, bytes.
  public static let maximumBytes = 64 << 20
  /// How many points an area or line from outside may have.
  public static let maximumPoints = 500_000
  /// How deeply values may be nested.
  public static let maximumDepth = 64

  public indirect enum Geometry: Sendable, Hashable {
    case point(Coordinate)
    case multiPoint([Coordinate])
    case line(LineString)
    case multiLine([LineString])
    case polygon(Polygon)
    case multiPolygon(MultiPolygon)
    case collection([Geometry])

    /// All polygons in it, in order.
    public var polygons: [Polygon] {
      switch self {
      case .polygon(let polygon): [polygon]
      case .multiPolygon(let area): area.polygons
      case .collection(let parts): parts.flatMap(\.polygons)
      default: []
      }
    }

    /// All lines in it, in order.
    public var lines: [LineString] {
      switch self {
      case .line(let line): [line]
      case .multiLine(let lines): lines
      case .collection(let parts): parts.flatMap(\.lines)
      default: []
      }
    }
  }

  public struct Feature: Sendable, Hashable {
    public var id: JSONValue?
    public var geometry: Geometry?
    public var properties: [JSONMember]

    public init(id: JSONValue? = nil, geometry: Geometry?, properties: [JSONMember] = []) {
      self.id = id
      self.geometry = geometry
      self.properties = properties
    }

    public init(id: JSONValue? = nil, geometry: Geometry?, properties: [(String, JSONValue)]) {
      self.init(id: id, geometry: geometry, properties: properties.map { JSONMember($0.0, $0.1) })
    }

    public subscript(name: String) -> JSONValue? { properties.last { $0.name == name }?.value }
  }

  /// The area of a Polygon, MultiPolygon, Feature, FeatureCollection or GeometryCollection: the union of all polygons
  /// in it, validated (``MultiPolygon/validated()``). Points and lines beside them are passed over.
  public static func area(from data: Data) throws(GeometryError) -> MultiPolygon {
    var polygons: [Polygon] = []
    for geometry in try geometries(from: data) { polygons += geometry.polygons }
    guard !polygons.isEmpty else { throw .noArea }
    let area = MultiPolygon(polygons)
    let count = polygons.reduce(0) { $1.holes.reduce($0 + $1.outer.count) { $0 + $1.count } }
    guard count <= maximumPoints else { throw .tooManyPoints(count, limit: maximumPoints) }
    return try area.validated()
  }

  /// The line of a LineString, a MultiLineString of one, or of the first feature that holds a line.
  public static func line(from data: Data) throws(GeometryError) -> LineString {
    for geometry in try geometries(from: data) {
      for line in geometry.lines where line.points.count > 1 {
        guard line.points.count <= maximumPoints else {
          throw .tooManyPoints(line.points.count, limit: maximumPoints)
        }
        return line
      }
    }
    throw .noLine
  }

  /// All geometries of the text: one for a bare geometry or a feature, one for each feature of a collection.
  static func geometries(from data: Data) throws(GeometryError) -> [Geometry] {
    guard data.count <= maximumBytes else { throw .tooLarge(bytes: data.count, limit: maximumBytes) }
    var result: [Geometry] = []
    try forEachFeature(in: [UInt8](data), wantsProperties: false) { (feature) throws(GeometryError) in
      if let geometry = feature.geometry { result.append(geometry) }
    }
    return result
  }

  /// Hands over the features of a FeatureCollection one by one, in order, without keeping them. A bare geometry or
  /// feature counts as a collection of one.
  /// - Parameter wantsProperties: false saves the time of building them.
  public static func forEachFeature(
    in bytes: [UInt8], wantsProperties: Bool = true,
    _ body: (Feature) throws(GeometryError) -> Void
  ) throws(GeometryError) {
    var fault: GeometryError?
    bytes.withUnsafeBufferPointer { buffer in
      var reader = GeoJSONReader(buffer, wantsProperties: wantsProperties)
      do throws(GeometryError) { try reader.read(body) } catch { fault = error }
    }
    if let fault { throw fault }
  }
}
