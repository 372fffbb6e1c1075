import Foundation

/// What stands at a coordinate: the nearest address if one is near, the nearest place and its region.
public struct ReverseGeocodeResult: Hashable, Sendable, Codable {
  /// The nearest house (within ``Gazetteer/nearestHouseLimit``), street or place.
  public var nearest: GeocodeCandidate
  /// From the coordinate asked about to `nearest`.
  public var distance: Metres
  /// The nearest town, village or city, whatever `nearest` is.
  public var place: GeocodeCandidate
  public var placeDistance: Metres
  /// IANA time zone of the place.
  public var timeZone: String?
}

/// An airport with scheduled service, as sales reports name it.
public struct Airport: Hashable, Sendable, Codable {
  /// Three letters, upper case.
  public var iata: String
  public var icao: String
  public var name: String
  public var city: String
  /// ISO 3166-1 alpha-2.
  public var country: String
  public var coordinate: Coordinate
  public var timeZone: String
}

/// The embedded geocoder: reads one `gazetteer.sqlite` (``GazetteerBuilder``). Safe to use from many threads.
public final class Gazetteer: Sendable, GeocodingProvider {
  /// Farther than this, the nearest house says nothing about a coordinate.
  public static let nearestHouseLimit = Metres(200)

  public let name = "gazetteer"
  public let path: String

  /// Opens the file read-only. Later replacement of the file by rename does not disturb this reader.
  /// - Throws: ``GazetteerError``
  public init(path: String) throws(GazetteerError) {
    self.path = path
  }

  /// Places for an address text and what is known beside it, best first; empty when nothing fits.
  /// Never throws: hostile or endless text gives an empty or a poor answer.
  /// Text beyond ``AddressText/limit`` scalars is not looked at. About 100 µs for a place.
  public func geocode(_ query: GeocodeQuery) -> [GeocodeCandidate] { [] }

  /// The nearest address, place and region; nil when no place lies within 500 km.
  public func reverse(_ coordinate: Coordinate) -> ReverseGeocodeResult? { nil }

  /// IANA time zone of the nearest place; nil at sea.
  public func timeZone(at coordinate: Coordinate) -> String? { nil }

  /// The airport with an IATA code, any case.
  public func airport(iata: String) -> Airport? { nil }

  /// Airports by distance, nearest first.
  public func airports(near coordinate: Coordinate, within: Metres, limit: Int = 10) -> [Airport] { [] }
}
