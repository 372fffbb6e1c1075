/// A point on the ground, WGS 84, degrees.
///
/// Order is latitude, longitude everywhere in Swift; `[lon, lat]` exists only inside the GeoJSON, OSRM and
/// VROOM encodings. A value of this type is always in range and finite: the store and PROJ accept latitude
/// 127, so the check stands here.
public struct Coordinate: Hashable, Sendable, Codable {
  /// Degrees north, -90 … 90.
  public let latitude: Double
  /// Degrees east, -180 … 180.
  public let longitude: Double

  /// - Throws: ``CoordinateError`` when a value is not finite or out of range.
  public init(latitude: Double, longitude: Double) throws(CoordinateError) {
    guard latitude.isFinite, longitude.isFinite else {
      throw .notFinite(latitude: latitude, longitude: longitude)
    }
    guard (-90...90).contains(latitude) else {
      throw .latitudeOutOfRange(latitude, longitude: longitude)
    }
    guard (-180...180).contains(longitude) else { throw .longitudeOutOfRange(longitude) }
    self.latitude = latitude
    self.longitude = longitude
  }

  /// A coordinate from values known to be in range: literals in code and tests, results of geodesy.
  /// - Precondition: finite and in range; the process stops otherwise.
  public init(trustedLatitude latitude: Double, longitude: Double) {
    precondition(
      (-90...90).contains(latitude) && (-180...180).contains(longitude),
      "coordinate out of range")
    self.latitude = latitude
    self.longitude = longitude
  }

  private enum CodingKeys: String, CodingKey { case latitude, longitude }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      latitude: values.decode(Double.self, forKey: .latitude),
      longitude: values.decode(Double.self, forKey: .longitude))
  }
}

/// Why two numbers are no coordinate.
public enum CoordinateError: CodedError, Equatable {
  case notFinite(latitude: Double, longitude: Double)
  case latitudeOutOfRange(Double, longitude: Double)
  case longitudeOutOfRange(Double)
  case unreadable(String)

  public var code: String {
    switch self {
    case .notFinite: "geo.coordinate.notFinite"
    case .latitudeOutOfRange: "geo.coordinate.latitudeOutOfRange"
    case .longitudeOutOfRange: "geo.coordinate.longitudeOutOfRange"
    case .unreadable: "geo.coordinate.unreadable"
    }
  }

  public var message: String {
    switch self {
    case .notFinite(let latitude, let longitude):
      "latitude \(latitude), longitude \(longitude) is not a pair of finite numbers"
    case .latitudeOutOfRange(let latitude, _): "latitude \(latitude) is outside -90 … 90"
    case .longitudeOutOfRange(let longitude): "longitude \(longitude) is outside -180 … 180"
    case .unreadable(let text): "\"\(text)\" is not a coordinate"
    }
  }

  public var hint: String {
    switch self {
    case .latitudeOutOfRange(let latitude, let longitude)
    where abs(longitude) <= 90 && abs(latitude) <= 180:
      "the two values may be swapped: latitude comes first"
    default: "write LATITUDE,LONGITUDE in degrees, for example 53.9045,27.5615"
    }
  }
}
