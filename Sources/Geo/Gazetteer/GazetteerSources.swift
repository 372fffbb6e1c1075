import Foundation

/// The files a gazetteer is built from. Paths of `.gz` files are unpacked on the way.
public struct GazetteerSources: Hashable, Sendable {
  /// GeoNames places, columns as in data/README.md. A place listed twice is taken once.
  public var places: [String]
  /// Postcodes with places, in GeoNames' postal layout; places nobody knows yet are added.
  public var postal: [String]
  /// GeoNames first and second level subdivisions with aliases.
  public var subdivisions: String?
  /// Names of ISO 3166-2 subdivisions in Russian, Belarusian, Polish and Ukrainian.
  public var subdivisionNames: String?
  /// Airports with IATA codes.
  public var airports: String?
  /// OpenStreetMap extracts (`.osm.pbf`, `.osm`, `.osm.gz`): addresses, streets, named places.
  public var extracts: [String]
  /// Only places, subdivisions and airports of these countries (ISO 3166-1 alpha-2); nil for all.
  public var countries: Set<String>?

  public init(
    places: [String] = [], postal: [String] = [], subdivisions: String? = nil,
    subdivisionNames: String? = nil,
    airports: String? = nil, extracts: [String] = [], countries: Set<String>? = nil
  ) {
    self.places = places
    self.postal = postal
    self.subdivisions = subdivisions
    self.subdivisionNames = subdivisionNames
    self.airports = airports
    self.extracts = extracts
    self.countries = countries
  }

  /// The files of the `data` folder; `extracts` come on top.
  public static func standard(dataDirectory: String, extracts: [String] = []) -> GazetteerSources {
    let root = dataDirectory.hasSuffix("/") ? dataDirectory : dataDirectory + "/"
    return GazetteerSources(
      places: [
        root + "gazetteer/places_region17.tsv.gz", root + "gazetteer/places_world5000.tsv.gz",
      ],
      subdivisions: root + "gazetteer/subdivisions.tsv.gz",
      subdivisionNames: root + "tables/subdivision_names.tsv",
      airports: root + "tables/airports.csv",
      extracts: extracts)
  }
}

/// What a gazetteer holds, and how it came to be.
public struct GazetteerReport: Hashable, Sendable, Codable {
  public var path: String
  public var places: Int
  public var names: Int
  public var subdivisions: Int
  public var airports: Int
  public var streets: Int
  public var addresses: Int
  /// True when the file at the path was made from equal sources by this version and was kept.
  public var reused: Bool
}
