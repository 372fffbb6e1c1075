import Foundation

/// A calendar day without a time zone, Gregorian. Written `YYYY-MM-DD`.
public struct LocalDate: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public let year: Int
  public let month: Int
  public let day: Int

  /// Nil when there is no such day.
  public init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
      day <= Self.daysInMonth(year: year, month: month)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  /// Reads `YYYY-MM-DD`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
      let y = Int(String(decoding: parts[0], as: UTF8.self)),
      let m = Int(String(decoding: parts[1], as: UTF8.self)),
      let d = Int(String(decoding: parts[2], as: UTF8.self))
    else { return nil }
    self.init(year: y, month: m, day: d)
  }

  /// The day an instant falls on in a time zone.
  public init(_ instant: Date, in zone: TimeZone) {
    let shifted = instant.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: instant))
    self.init(daysSinceEpoch: Int((shifted / 86_400).rounded(.down)))
  }

  /// Days since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  public var daysSinceEpoch: Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  public init(daysSinceEpoch days: Int) {
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let dayOfEra = z - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  public func adding(days: Int) -> LocalDate { LocalDate(daysSinceEpoch: daysSinceEpoch + days) }

  public var weekday: Weekday { Weekday(rawValue: ((daysSinceEpoch + 3) % 7 + 7) % 7)! }

  /// The instant `secondsAfterMidnight` of local wall-clock time on this day. On the two days a year when
  /// clocks change, a time that does not exist means the moment of the change and a doubled one the first of the
  /// two, so that a later clock time is never an earlier instant.
  public func instant(secondsAfterMidnight: Int, in zone: TimeZone) -> Date {
    let wall = Double(daysSinceEpoch * 86_400 + secondsAfterMidnight)
    let before = Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: wall - 86_400)))
    let first = wall - before
    if Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: first))) == before {
      return Date(timeIntervalSince1970: first)
    }
    let after = Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: wall + 86_400)))
    let second = wall - after
    if Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: second))) == after {
      return Date(timeIntervalSince1970: second)
    }
    // The clock jumped over this time: the change lies between what either offset makes of it.
    var early = Int(min(first, second).rounded(.down))
    var late = Int(max(first, second).rounded(.up))
    let old = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(early)))
    while late - early > 1 {
      let middle = early + (late - early) / 2
      if zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(middle))) == old {
        early = middle
      } else {
        late = middle
      }
    }
    return Date(timeIntervalSince1970: Double(late))
  }

  /// The instant that many seconds of real time after the day's first instant: what a drive or a visit lasts, it
  /// lasts when clocks change too.
  public func instant(elapsed seconds: Int, in zone: TimeZone) -> Date {
    instant(secondsAfterMidnight: 0, in: zone).addingTimeInterval(Double(seconds))
  }

  /// Whole seconds of real time from the day's first instant to another.
  public func elapsed(at instant: Date, in zone: TimeZone) -> Int {
    Int(instant.timeIntervalSince(self.instant(secondsAfterMidnight: 0, in: zone)).rounded())
  }

  /// Seconds of real time from the day's first instant to a wall-clock time on it: the two differ after a change of
  /// the clocks.
  public func elapsed(secondsAfterMidnight: Int, in zone: TimeZone) -> Int {
    elapsed(at: instant(secondsAfterMidnight: secondsAfterMidnight, in: zone), in: zone)
  }

  public var description: String {
    func pad(_ n: Int, _ width: Int) -> String {
      let text = String(n)
      return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
  }

  public static func < (a: LocalDate, b: LocalDate) -> Bool {
    (a.year, a.month, a.day) < (b.year, b.month, b.day)
  }

  private static func daysInMonth(year: Int, month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let date = LocalDate(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is no YYYY-MM-DD")
    }
    self = date
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// Monday first, as ISO 8601 and the trade's calendars do.
public enum Weekday: Int, Codable, Sendable, CaseIterable, Comparable {
  case monday, tuesday, wednesday, thursday, friday, saturday, sunday
  public static func < (a: Weekday, b: Weekday) -> Bool { a.rawValue < b.rawValue }
}
