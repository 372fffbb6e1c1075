import CRM
import Foundation
import Geo
import TestSupport
import Testing

@Suite struct ValueTests {
  @Test("identifiers sort by the time they were made")
  func identifiersSortByTime() {
    var random = SplitMix(seed: 7)
    let times = (0..<500).map { Date(timeIntervalSince1970: 1_600_000_000 + Double($0) * 0.001) }
    let ids = times.map { PartnerID(.version7(at: $0, using: &random)) }
    #expect(ids == ids.sorted())
    #expect(Set(ids).count == ids.count)
  }

  @Test("an identifier carries its version, its variant and its milliseconds")
  func identifierLayout() {
    var random = SplitMix(seed: 8)
    let id = PartnerID(.version7(at: Date(timeIntervalSince1970: 1_645_557_742), using: &random))
    // The time of the example in RFC 9562, appendix A.6.
    #expect(id.description.hasPrefix("017f22e2-79b0-7"))
    #expect("89ab".contains(id.description.dropFirst(19).first!))
    #expect(PartnerID(id.description.uppercased()) == id)
    #expect(PartnerID("not an id") == nil)
  }

  @Test("an identifier is one JSON string")
  func identifierJSON() throws {
    let id = PartnerID.new()
    let data = try JSONEncoder().encode([id])
    #expect(String(decoding: data, as: UTF8.self) == "[\"\(id)\"]")
    #expect(try JSONDecoder().decode([PartnerID].self, from: data) == [id])
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([PartnerID].self, from: Data("[\"x\"]".utf8))
    }
  }

  @Test("days count as Foundation's calendar does, for a thousand years")
  func daysAgainstFoundation() {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(secondsFromGMT: 0)!
    for days in stride(from: -200_000, through: 200_000, by: 337) {
      let date = LocalDate(daysSinceEpoch: days)
      let parts = calendar.dateComponents(
        [.year, .month, .day, .weekday], from: Date(timeIntervalSince1970: Double(days) * 86_400))
      // Foundation's calendar is Julian before October 1582, the one here is Gregorian throughout.
      guard days > -141_427 else { continue }
      #expect((date.year, date.month, date.day) == (parts.year!, parts.month!, parts.day!))
      #expect(date.daysSinceEpoch == days)
      #expect(date.weekday.rawValue == (parts.weekday! + 5) % 7)
    }
  }

  @Test("only days that exist are read")
  func dateParsing() {
    #expect(LocalDate("2024-02-29")?.description == "2024-02-29")
    #expect(LocalDate("2026-11-23")?.adding(days: 8).description == "2026-12-01")
    for text in [
      "2023-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-04-01", "2026-4-1", "2026-04-01 ", "",
      "٢٠٢٦-٠٤-٠١",
    ] {
      #expect(LocalDate(text) == nil, "\(text)")
    }
  }

  @Test("an instant is the wall-clock time of its zone, on days when clocks change too")
  func daylightSaving() throws {
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    func clock(_ day: String, _ hours: Double) -> String {
      ISO8601DateFormatter().string(
        from: LocalDate(day)!.instant(secondsAfterMidnight: Int(hours * 3600), in: berlin))
    }
    #expect(clock("2026-07-01", 9) == "2026-07-01T07:00:00Z")
    #expect(clock("2026-12-01", 9) == "2026-12-01T08:00:00Z")
    // 29 March 2026: 02:00 becomes 03:00. 02:30 does not exist and means the moment of the change.
    #expect(clock("2026-03-29", 1.5) == "2026-03-29T00:30:00Z")
    #expect(clock("2026-03-29", 2) == "2026-03-29T01:00:00Z")
    #expect(clock("2026-03-29", 2.5) == "2026-03-29T01:00:00Z")
    #expect(clock("2026-03-29", 3) == "2026-03-29T01:00:00Z")
    #expect(clock("2026-03-29", 3.5) == "2026-03-29T01:30:00Z")
    #expect(clock("2026-03-29", 9) == "2026-03-29T07:00:00Z")
    // 25 October 2026: 03:00 becomes 02:00. 02:30 comes twice and means the first.
    #expect(clock("2026-10-25", 2.5) == "2026-10-25T00:30:00Z")
    #expect(clock("2026-10-25", 9) == "2026-10-25T08:00:00Z")
    let minsk = try #require(TimeZone(identifier: "Europe/Minsk"))
    #expect(
      LocalDate("2026-03-29")!.instant(secondsAfterMidnight: 9 * 3600, in: minsk).timeIntervalSince1970
        == ISO8601DateFormatter().date(from: "2026-03-29T06:00:00Z")!.timeIntervalSince1970)
  }

  @Test("a later clock time is never an earlier instant, and time elapsed is real, when clocks change too")
  func monotonic() throws {
    for (name, day, hours) in [
      ("Europe/Berlin", "2026-03-29", 23), ("Europe/Berlin", "2026-10-25", 25),
      ("Europe/Minsk", "2026-03-29", 24), ("Australia/Lord_Howe", "2026-10-04", 23),
      ("America/Santiago", "2026-09-06", 23),
    ] {
      let zone = try #require(TimeZone(identifier: name))
      let date = LocalDate(day)!
      let clocks = stride(from: 0, through: 86_400, by: 300).map {
        date.instant(secondsAfterMidnight: $0, in: zone)
      }
      #expect(zip(clocks, clocks.dropFirst()).allSatisfy { $0 <= $1 }, "\(name) \(day)")
      let length = date.elapsed(secondsAfterMidnight: 86_400, in: zone)
      #expect(
        length == (name == "Australia/Lord_Howe" ? hours * 3600 + 1800 : hours * 3600), "\(name) \(day)")
      for seconds in stride(from: 0, to: length, by: 1234) {
        #expect(date.elapsed(at: date.instant(elapsed: seconds, in: zone), in: zone) == seconds)
      }
    }
  }

  @Test("the day of an instant is that of its zone")
  func dayOfInstant() throws {
    let instant = ISO8601DateFormatter().date(from: "2026-11-23T22:30:00Z")!
    #expect(
      LocalDate(instant, in: try #require(TimeZone(identifier: "Europe/Minsk"))).description == "2026-11-24")
    #expect(
      LocalDate(instant, in: try #require(TimeZone(identifier: "America/New_York"))).description
        == "2026-11-23")
  }

  static let selections: [Selection] = {
    let a = Coordinate(trustedLatitude: 52, longitude: 23)
    let b = Coordinate(trustedLatitude: 53, longitude: 24)
    let ring = [a, Coordinate(trustedLatitude: 52, longitude: 24), b, a]
    let leaves: [Selection] = [
      .all, .region("BY-BR"), .polygon(MultiPolygon([Polygon(outer: ring)])),
      .circle(center: a, radius: Metres(5000)),
      .corridor(LineString([a, b]), distance: Metres(1000)),
      .ids([PartnerID(UUID(uuidString: "017F22E2-79B0-7CC3-98C4-DC0C0C07398F")!)]),
      .status([.active, .paused]),
      .kind([.hotel]), .tag(["море"]), .responsible(["anna", ""]), .notVisitedSince(LocalDate("2026-01-31")!),
      .overdue(asOf: LocalDate("2026-11-23")!), .overdue(asOf: nil),
    ]
    return leaves + [.and(leaves), .or([.not(.all), .and([])]), .not(.or(leaves))]
  }()

  @Test("a selection survives JSON", arguments: selections)
  func selectionRoundTrip(_ selection: Selection) throws {
    let data = try JSONEncoder().encode(selection)
    #expect(try JSONDecoder().decode(Selection.self, from: data) == selection)
  }

  @Test("the JSON of a selection is the documented one")
  func selectionForm() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let selection = Selection.and([.region("BY-BR"), .not(.status([.closed]))])
    #expect(
      String(decoding: try encoder.encode(selection), as: UTF8.self)
        == #"{"and":[{"region":"BY-BR"},{"not":{"status":["closed"]}}]}"#)
  }

  @Test(
    "what is no selection is refused",
    arguments: [
      "{}", #"{"region":"BY","tag":["x"]}"#, #"{"regions":"BY"}"#, #"{"region":"BY","tags":["x"]}"#,
      #"{"status":["asleep"]}"#, "[]", #""all""#,
      #"{"circle":{"center":{"latitude":127,"longitude":0},"radius":5}}"#,
      #"{"notVisitedSince":"2026-02-30"}"#,
    ])
  func badSelection(_ text: String) {
    #expect(throws: (any Error).self) { try JSONDecoder().decode(Selection.self, from: Data(text.utf8)) }
  }

  @Test("days beyond the eighth begin the colours again, and text on each can be read")
  func colours() {
    #expect(DayColour.ofDay(8) == DayColour.ofDay(0))
    #expect(Set((0..<8).map { DayColour.ofDay($0).hex }).count == 8)
  }

  @Test("text on a day's colour contrasts as WCAG 2.2 asks of small text")
  func dayColourContrast() {
    func luminance(_ hex: String) -> Double {
      let value = Int(hex.dropFirst(), radix: 16)!
      let parts = [16, 8, 0].map { shift -> Double in
        let part = Double(value >> shift & 255) / 255
        return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }
    for colour in DayColour.all + [DayColour.leftOut] {
      let (a, b) = (luminance(colour.hex), luminance(colour.textHex))
      #expect((max(a, b) + 0.05) / (min(a, b) + 0.05) >= 4.5, "\(colour.hex)")
    }
  }
}
