import CSQLite
import Foundation

/// What stands at a coordinate: the nearest address if one is near, the nearest place and its region.
public struct ReverseGeocodeResult: Hashable, Sendable, Codable {
  /// The nearest house (within ``Gazetteer/nearestHouseLimit``), else the nearest place.
  public var nearest: GeocodeCandidate
  /// From the coordinate asked about to `nearest`.
  public var distance: Metres
  /// The nearest town, village or city, whatever `nearest` is.
  public var place: GeocodeCandidate
  public var placeDistance: Metres
  /// IANA time zone of the place.
  public var timeZone: String?
}

/// An airport with an IATA code, as sales reports name it.
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
  /// Scalars of each component that are looked at.
  public static let componentLimit = 200
  /// Farther than this, no place is named.
  public static let nearestPlaceLimit = Metres(kilometres: 500)

  public let name = "gazetteer"
  public let path: String
  private let pool: ReaderPool

  /// Opens the file read-only. Replacement of the file by rename does not disturb the readers already open.
  /// - Throws: ``GazetteerError``
  public init(path: String) throws(GazetteerError) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else { throw .missing(path: path) }
    do throws(SQLiteFault) {
      let file = try SQLiteFile(path, writable: false)
      guard try file.number("PRAGMA application_id") == GazetteerSchema.applicationID else {
        throw SQLiteFault(status: SQLITE_NOTADB, message: "not made by this program")
      }
      guard try file.number("PRAGMA user_version") == GazetteerBuilder.schemaVersion else {
        throw SQLiteFault(status: SQLITE_OK, message: "")
      }
      pool = try ReaderPool(path: path)
    } catch {
      guard error.status == SQLITE_OK else { throw .unreadable(path: path, reason: error.message) }
      throw .wrongVersion(
        path: path, found: (try? SQLiteFile(path, writable: false).number("PRAGMA user_version")) ?? 0,
        wanted: GazetteerBuilder.schemaVersion)
    }
  }

  /// Places for an address text and what is known beside it, best first; empty when nothing fits. Homonyms that
  /// the query does not tell apart come as further candidates and lower the score of the first.
  ///
  /// Never throws: hostile or endless text gives an empty or a poor answer. Text beyond ``AddressText/limit``
  /// scalars and components beyond ``componentLimit`` are not looked at. About 100 µs for a place.
  public func geocode(_ query: GeocodeQuery) -> [GeocodeCandidate] {
    guard query.limit > 0 else { return [] }
    // The memory of answers stays small, whatever is asked.
    let query = query.cut(textTo: AddressText.limit, componentsTo: Self.componentLimit)
    if let known = pool.answer(to: query) { return known }
    let found = pool.use { reader in
      var geocoder = Geocoder(reader: reader, query: query)
      return geocoder.run()
    }
    guard let found else { return [] }
    pool.remember(found, for: query)
    return found
  }

  /// The nearest address, place and region; nil when no place lies within ``nearestPlaceLimit``.
  public func reverse(_ coordinate: Coordinate) -> ReverseGeocodeResult? {
    pool.use { reader in
      guard let (place, distance) = Self.nearestPlace(to: coordinate, reader, where: { _ in true }) else {
        return nil
      }
      let describe = CandidateWriter(reader: reader)
      let placeCandidate = describe.place(place, score: 1)
      let box = GreatCircle.box(around: coordinate, metres: Self.nearestHouseLimit.value)
      let house = reader.houses(in: box)
        .map { ($0.house, $0.street, GreatCircle.metres($0.house.coordinate, coordinate)) }
        .min { ($0.2, $0.1, $0.0.key) < ($1.2, $1.1, $1.0.key) }
      if let house, house.2 <= Self.nearestHouseLimit.value, let street = reader.street(id: house.1),
        let town = reader.place(id: street.place)
      {
        return ReverseGeocodeResult(
          nearest: describe.house(house.0, street, town, level: .house, score: 1),
          distance: Metres(house.2), place: placeCandidate, placeDistance: Metres(distance),
          timeZone: place.zone)
      }
      return ReverseGeocodeResult(
        nearest: placeCandidate, distance: Metres(distance), place: placeCandidate,
        placeDistance: Metres(distance), timeZone: place.zone)
    } ?? nil
  }

  /// IANA time zone of the nearest place; nil farther than ``nearestPlaceLimit`` from any.
  public func timeZone(at coordinate: Coordinate) -> String? {
    pool.use { reader in
      Self.nearestPlace(to: coordinate, reader, where: { $0.zone != nil })?.0.zone
    } ?? nil
  }

  private static func nearestPlace(
    to coordinate: Coordinate, _ reader: GazetteerReader, where accepts: (PlaceRow) -> Bool
  ) -> (PlaceRow, Double)? {
    for metres in [4000.0, 20_000, 100_000, nearestPlaceLimit.value] {
      let nearest = reader.places(in: GreatCircle.box(around: coordinate, metres: metres))
        .filter { $0.rank != 4 && accepts($0) }
        .map { ($0, GreatCircle.metres($0.coordinate, coordinate)) }
        .min { ($0.1, $0.0.id) < ($1.1, $1.0.id) }
      if let nearest, nearest.1 <= metres { return nearest }
    }
    return nil
  }

  /// The airport with an IATA code, any case.
  public func airport(iata: String) -> Airport? {
    pool.use { $0.airport(iata: iata.uppercased()) } ?? nil
  }

  /// Airports by distance, nearest first.
  public func airports(near coordinate: Coordinate, within: Metres, limit: Int = 10) -> [Airport] {
    let box = GreatCircle.box(around: coordinate, metres: within.value)
    let found = pool.use { $0.airports(south: box.south, north: box.north) } ?? []
    return found.map { ($0, GreatCircle.metres($0.coordinate, coordinate)) }
      .filter { $0.1 <= within.value }
      .sorted { ($0.1, $0.0.iata) < ($1.1, $1.0.iata) }
      .prefix(max(limit, 0)).map(\.0)
  }
}

extension GeocodeQuery {
  /// The query with its texts cut to so many scalars, and empty components taken for missing ones.
  fileprivate func cut(textTo textLimit: Int, componentsTo limit: Int) -> GeocodeQuery {
    func short(_ text: String, _ limit: Int) -> String {
      String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    }
    var result = self
    result.text = short(text, textLimit)
    let paths: [WritableKeyPath<AddressComponents, String?>] = [
      \.country, \.region, \.regionCode, \.district, \.city, \.street, \.house, \.postcode,
    ]
    for path in paths {
      let value = components[keyPath: path].map { short($0, limit) }
      result.components[keyPath: path] = value?.isEmpty == true ? nil : value
    }
    return result
  }
}
