import CRM
import Foundation
import Geo

/// What planning needs to know of the world: which clock and calendar hold somewhere. The gazetteer answers in
/// production, literals answer in tests.
public struct PlaceFacts: Sendable {
  /// IANA zone of a point.
  public var timeZone: @Sendable (Coordinate) -> String?
  /// ISO 3166-1 alpha-2 of a point.
  public var country: @Sendable (Coordinate) -> String?
  /// The nearest town of so many inhabitants within reach.
  public var town: @Sendable (_ near: Coordinate, _ population: Int, _ reach: Metres) -> Place?

  public init(
    timeZone: @escaping @Sendable (Coordinate) -> String?,
    country: @escaping @Sendable (Coordinate) -> String?,
    town: @escaping @Sendable (Coordinate, Int, Metres) -> Place? = { _, _, _ in nil }
  ) {
    self.timeZone = timeZone
    self.country = country
    self.town = town
  }

  /// Knows nothing: clocks are UTC, no country has holidays.
  public static let unknown = PlaceFacts(timeZone: { _ in nil }, country: { _ in nil })
}

/// Public holidays by country and day.
public struct HolidayCalendar: Sendable, Hashable {
  /// `"BY"` → day → name.
  private var names: [String: [LocalDate: String]]

  public init() { names = [:] }

  public init(_ names: [String: [LocalDate: String]]) { self.names = names }

  /// Reads `{"BY-2026": {"2026-01-01": "New Year's Day"}}`; keys that are no date are skipped.
  public init(json: Data) throws {
    let raw = try JSONDecoder().decode([String: [String: String]].self, from: json)
    names = [:]
    for (key, days) in raw {
      let country = String(decoding: key.utf8.prefix(2), as: UTF8.self)
      for (day, name) in days {
        if let date = LocalDate(day) { names[country, default: [:]][date] = name }
      }
    }
  }

  /// Whether anything is known of a country in a year.
  public func covers(_ country: String, year: Int) -> Bool {
    names[country]?.keys.contains { $0.year == year } == true
  }

  /// The holiday's English name; nil on any other day and where the country is not known.
  public func name(on date: LocalDate, in country: String?) -> String? {
    guard let country else { return nil }
    return names[country]?[date]
  }
}
