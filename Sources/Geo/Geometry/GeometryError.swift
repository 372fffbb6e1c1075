/// Where in a geometry something is wrong. Counted from 1, as people count; nil parts do not apply.
public struct GeometryPath: Hashable, Sendable, CustomStringConvertible {
  public var feature: Int?
  public var polygon: Int?
  /// 1 is the outer ring, 2 the first hole.
  public var ring: Int?
  public var point: Int?

  public init(feature: Int? = nil, polygon: Int? = nil, ring: Int? = nil, point: Int? = nil) {
    self.feature = feature
    self.polygon = polygon
    self.ring = ring
    self.point = point
  }

  public var description: String {
    var parts: [String] = []
    if let feature { parts.append("feature \(feature)") }
    if let polygon { parts.append("polygon \(polygon)") }
    if let ring { parts.append(ring == 1 ? "outer ring" : "hole \(ring - 1)") }
    if let point { parts.append("point \(point)") }
    return parts.isEmpty ? "the geometry" : parts.joined(separator: ", ")
  }
}

/// Why a geometry, or the GeoJSON text of one, cannot be used.
public enum GeometryError: CodedError, Equatable {
  // The text.
  /// Not JSON, or not the JSON expected; `offset` in bytes.
  case malformed(offset: Int, detail: String)
  case tooLarge(bytes: Int, limit: Int)
  case tooManyPoints(Int, limit: Int)
  case tooDeep(offset: Int)
  case unknownType(String)
  case missingMember(String, of: String)
  /// The text holds no polygon.
  case noArea
  /// The text holds no line of two or more points.
  case noLine
  case badPosition(offset: Int)
  case notFinite(offset: Int)

  // The numbers.
  case latitudeOutOfRange(Double, longitude: Double, at: GeometryPath)
  case longitudeOutOfRange(Double, at: GeometryPath)

  // The shape.
  case empty
  case tooFewPoints(Int, at: GeometryPath)
  case unclosed(at: GeometryPath)
  /// Two edges cross or overlap; the path names the point at which the first of them starts, `other` the second.
  case selfCrossing(at: GeometryPath, other: GeometryPath, near: Coordinate)
  case holeOutside(at: GeometryPath)
  case holesOverlap(at: GeometryPath, other: GeometryPath)

  public var code: String {
    switch self {
    case .malformed: "geo.geojson.malformed"
    case .tooLarge: "geo.geojson.tooLarge"
    case .tooManyPoints: "geo.geojson.tooManyPoints"
    case .tooDeep: "geo.geojson.tooDeep"
    case .unknownType: "geo.geojson.unknownType"
    case .missingMember: "geo.geojson.missingMember"
    case .noArea: "geo.geojson.noArea"
    case .noLine: "geo.geojson.noLine"
    case .badPosition: "geo.geojson.badPosition"
    case .notFinite: "geo.geojson.notFinite"
    case .latitudeOutOfRange: "geo.polygon.latitudeOutOfRange"
    case .longitudeOutOfRange: "geo.polygon.longitudeOutOfRange"
    case .empty: "geo.polygon.empty"
    case .tooFewPoints: "geo.polygon.tooFewPoints"
    case .unclosed: "geo.polygon.unclosed"
    case .selfCrossing: "geo.polygon.selfCrossing"
    case .holeOutside: "geo.polygon.holeOutside"
    case .holesOverlap: "geo.polygon.holesOverlap"
    }
  }

  public var message: String {
    switch self {
    case .malformed(let offset, let detail): "not GeoJSON at byte \(offset): \(detail)"
    case .tooLarge(let bytes, let limit): "the text has \(bytes) bytes, more than the \(limit) allowed"
    case .tooManyPoints(let count, let limit): "the area has \(count) points, more than the \(limit) allowed"
    case .tooDeep(let offset): "nested too deeply at byte \(offset)"
    case .unknownType(let type): "\"\(type)\" is no GeoJSON type"
    case .missingMember(let name, let type): "a \(type) without \"\(name)\""
    case .noArea: "there is no Polygon or MultiPolygon in the text"
    case .noLine: "there is no LineString in the text"
    case .badPosition(let offset): "at byte \(offset) stands no position of two numbers"
    case .notFinite(let offset): "the number at byte \(offset) is not finite"
    case .latitudeOutOfRange(let latitude, _, let path):
      "latitude \(latitude) at \(path) is outside -90 … 90"
    case .longitudeOutOfRange(let longitude, let path):
      "longitude \(longitude) at \(path) is outside -180 … 180"
    case .empty: "the area has no polygon"
    case .tooFewPoints(let count, let path):
      "\(path) has \(count) points; a ring needs at least 4, the last equal to the first"
    case .unclosed(let path): "\(path) is not closed: its last point differs from its first"
    case .selfCrossing(let path, let other, let near):
      "the edge from \(path) crosses or overlaps the edge from \(other) near \(near.latitude), \(near.longitude)"
    case .holeOutside(let path): "\(path) lies outside the outer ring"
    case .holesOverlap(let path, let other): "\(path) lies inside \(other)"
    }
  }

  public var hint: String {
    switch self {
    case .malformed: "save the area as GeoJSON (RFC 7946) in UTF-8"
    case .tooLarge, .tooManyPoints: "simplify the area before using it"
    case .tooDeep: "write plain geometries or a flat FeatureCollection"
    case .unknownType, .missingMember: "see RFC 7946 for the types and their members"
    case .noArea: "give a Polygon, a MultiPolygon, or features that hold them"
    case .noLine: "give a LineString, or a feature that holds one"
    case .badPosition: "positions are [longitude, latitude]"
    case .notFinite: "remove NaN and infinite values"
    case .latitudeOutOfRange(_, let longitude, _):
      abs(longitude) <= 90
        ? "the two values may be swapped: GeoJSON puts longitude first"
        : "write [longitude, latitude] in degrees, WGS 84"
    case .longitudeOutOfRange:
      "write [longitude, latitude] in degrees, WGS 84; cut areas at the 180th meridian"
    case .empty, .tooFewPoints: "draw at least a triangle"
    case .unclosed: "repeat the first point at the end"
    case .selfCrossing: "redraw the outline so that no two of its edges cross"
    case .holeOutside, .holesOverlap: "draw separate areas as separate polygons"
    }
  }
}
