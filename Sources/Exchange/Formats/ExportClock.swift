import CRM
import Foundation

/// Writes instants for exports: in UTC, or as wall-clock time of a zone.
struct ExportClock {
  let zone: TimeZone

  /// UTC when the name is unknown: an export never fails over a zone.
  init(_ name: String) { zone = TimeZone(identifier: name) ?? TimeZone(secondsFromGMT: 0)! }

  /// `2026-11-23T09:00:00+03:00` (RFC 3339).
  func local(_ instant: Date) -> String {
    let (day, second) = wall(instant)
    let offset = zone.secondsFromGMT(for: instant) / 60
    let sign = offset < 0 ? "-" : "+"
    return "\(day)T\(Self.clock(second))\(sign)\(Self.two(abs(offset) / 60)):\(Self.two(abs(offset) % 60))"
  }

  /// `09:00`.
  func minute(_ instant: Date) -> String { String(Self.clock(wall(instant).second).prefix(5)) }

  /// `2026-11-23T06:00:00Z` (RFC 3339).
  static func utc(_ instant: Date) -> String {
    let seconds = Int(instant.timeIntervalSince1970.rounded(.down))
    let day = LocalDate(daysSinceEpoch: floorDivide(seconds, 86_400))
    return "\(day)T\(clock(seconds - floorDivide(seconds, 86_400) * 86_400))Z"
  }

  /// `20261123T060000Z` (RFC 5545 §3.3.5, form 2).
  static func calendarUTC(_ instant: Date) -> String {
    String(utc(instant).unicodeScalars.filter { $0 != "-" && $0 != ":" }.map { Character($0) })
  }

  private func wall(_ instant: Date) -> (day: LocalDate, second: Int) {
    let seconds = Int(instant.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: instant)
    let days = Self.floorDivide(seconds, 86_400)
    return (LocalDate(daysSinceEpoch: days), seconds - days * 86_400)
  }

  private static func floorDivide(_ a: Int, _ b: Int) -> Int { a >= 0 ? a / b : (a - b + 1) / b }
  private static func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
  private static func clock(_ second: Int) -> String {
    "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
  }
}
