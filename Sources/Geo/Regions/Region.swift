/// An administrative area: a country or its first-level subdivision.
public struct Region: Sendable, Hashable, Codable {
  public enum Level: String, Sendable, Hashable, Codable, CaseIterable { case country, subdivision }

  /// ISO 3166-1 alpha-2 of a country (`BY`), ISO 3166-2 of a subdivision (`BY-BR`). Unique in a catalogue.
  public var code: String
  public var level: Level
  /// ISO 3166-1 alpha-2 of the country it counts to, after the operator's overrides.
  public var country: String
  /// Names by language: `lat` (the romanised ISO name), `en`, `ru`, `be`, `pl`, `uk`. Never empty strings, NFC.
  public var names: [String: String]
  /// Further spellings under which people look for it.
  public var aliases: [String]
  public var area: MultiPolygon

  public init(
    code: String, level: Level, country: String, names: [String: String], aliases: [String] = [],
    area: MultiPolygon
  ) {
    self.code = code
    self.level = level
    self.country = country
    self.names = names
    self.aliases = aliases
    self.area = area
  }

  /// The name in the language, else in English, else romanised, else any, else the code.
  public func name(in language: String = "en") -> String {
    names[language] ?? names["en"] ?? names["lat"] ?? names.min { $0.key < $1.key }?.value ?? code
  }
}

/// An operator's word on one polygon of the region data: which country and which region it counts to.
///
/// The polygons follow lines as they are drawn on the ground by their source; where an operator must show others,
/// a row of a table says so. Stored with the data, applied whenever the catalogue is built.
public struct RegionOverride: Sendable, Hashable, Codable {
  /// The polygon: its key in the source (``RegionCatalogue``: `RU/Crimea`), or the code it would get without this
  /// row (`UA-43`).
  public var polygon: String
  /// ISO 3166-1 alpha-2 that the polygon counts to; nil leaves it.
  public var country: String?
  /// ISO 3166-2 code that the polygon gets; nil leaves it.
  public var region: String?

  public init(polygon: String, country: String? = nil, region: String? = nil) {
    self.polygon = polygon
    self.country = country
    self.region = region
  }
}
