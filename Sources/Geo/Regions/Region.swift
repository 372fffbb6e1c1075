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
