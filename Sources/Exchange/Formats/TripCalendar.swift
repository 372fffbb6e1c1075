import CRM
import Foundation
import Geo

/// A trip as iCalendar (RFC 5545): one event for each visit.
///
/// The UID of an event is made of trip and partner, so it stays when the trip is planned again and the calendar moves
/// the event instead of adding one. SEQUENCE grows when the event shows something else than before, and never falls
/// (RFC 5545 §3.8.7.4), LAST-MODIFIED says when that was; events of earlier plans that are gone are cancelled
/// (RFC 5546 §3.2.5). Times are in UTC, which every calendar shows in its own zone and which needs no zone table.
public enum TripCalendar {
  /// The calendar as UTF-8.
  /// - Parameters:
  ///   - history: what was announced before.
  ///   - at: when the calendar is made (DTSTAMP).
  ///   - partners: for address and phone of the stops.
  public static func bytes(
    _ trip: Trip, history: TripCalendarHistory = .init(), at: Date,
    partners: [PartnerID: PartnerSummary] = [:]
  ) -> [UInt8] {
    var lines = ICSLines()
    begin(&lines, name: trip.title)
    add(trip, to: &lines, history: history, at: at, partners: partners)
    lines.add("END:VCALENDAR")
    return lines.bytes
  }

  static func begin(_ lines: inout ICSLines, name: String) {
    lines.add("BEGIN:VCALENDAR")
    lines.add("VERSION:2.0")
    lines.add("PRODID:-//planner//trip//EN")
    lines.add("CALSCALE:GREGORIAN")
    lines.add("METHOD:PUBLISH")
    lines.add("X-WR-CALNAME:", escaping: name)
  }

  /// The events of a trip.
  static func add(
    _ trip: Trip, to lines: inout ICSLines, history: TripCalendarHistory, at: Date,
    partners: [PartnerID: PartnerSummary]
  ) {
    for event in TripEvent.all(of: trip) + history.withdrawn(from: trip) {
      let stop = event.stop
      lines.add("BEGIN:VEVENT")
      lines.add("UID:\(trip.id)-\(event.key)@planner")
      lines.add("DTSTAMP:\(ExportClock.calendarUTC(at))")
      lines.add("SEQUENCE:\(history.sequence(of: event.key, in: trip))")
      lines.add(changed: history.changed(event.key))
      lines.add("DTSTART:\(ExportClock.calendarUTC(stop.serviceStart))")
      lines.add("DTEND:\(ExportClock.calendarUTC(stop.departure))")
      lines.add("SUMMARY:", escaping: stop.name)
      let partner = partners[stop.partner]
      if let address = partner?.address { lines.add("LOCATION:", escaping: address) }
      lines.add(
        "GEO:\(TripGPX.degrees(stop.coordinate.latitude));\(TripGPX.degrees(stop.coordinate.longitude))")
      var text = "\(trip.title) — \(event.place)"
      if let phone = partner?.phone { text += "\n\(phone)" }
      if !stop.outcome.isEmpty { text += "\n\(stop.outcome)" }
      lines.add("DESCRIPTION:", escaping: text)
      lines.add("STATUS:\(event.isWithdrawn ? "CANCELLED" : status(stop.visit, trip.state))")
      lines.add("TRANSP:OPAQUE")
      lines.add("END:VEVENT")
    }
  }

  static func status(_ visit: Stop.VisitState, _ trip: Trip.State) -> String {
    if trip == .cancelled || visit == .cancelled || visit == .skipped { return "CANCELLED" }
    return trip == .draft ? "TENTATIVE" : "CONFIRMED"
  }
}

/// Content lines (RFC 5545 §3.1): CRLF ends, folded after 75 octets between characters, text escaped (§3.3.11).
struct ICSLines {
  private(set) var bytes: [UInt8] = []

  /// A line whose text is safe as it stands.
  mutating func add(_ line: String) { fold(Array(line.utf8)) }

  /// LAST-MODIFIED (RFC 5545 §3.8.7.3), to the second; nothing where it is not known.
  mutating func add(changed at: Date?) {
    if let at { add("LAST-MODIFIED:\(ExportClock.calendarUTC(at))") }
  }

  mutating func add(_ name: String, escaping text: String) {
    var line = Array(name.utf8)
    var afterReturn = false
    for scalar in text.unicodeScalars {
      let isReturn = scalar == "\r"
      switch scalar {
      case "\\", ";", ",":
        line.append(UInt8(ascii: "\\"))
        line.append(UInt8(scalar.value))
      case "\n" where afterReturn: break
      case "\n", "\r", "\u{2028}", "\u{2029}", "\u{85}": line.append(contentsOf: "\\n".utf8)
      case "\u{0}"..<"\t", "\u{B}"..<" ", "\u{7F}"..."\u{9F}": break
      default: line.append(contentsOf: UTF8.encode(scalar)!)
      }
      afterReturn = isReturn
    }
    fold(line)
  }

  private mutating func fold(_ line: [UInt8]) {
    var start = 0
    var room = 75
    while line.count - start > room {
      var end = start + room
      // Not inside a character: continuation bytes are 10xxxxxx.
      while line[end] & 0xC0 == 0x80 { end -= 1 }
      bytes.append(contentsOf: line[start..<end])
      bytes.append(contentsOf: [0x0D, 0x0A, 0x20])
      start = end
      room = 74
    }
    bytes.append(contentsOf: line[start...])
    bytes.append(contentsOf: [0x0D, 0x0A])
  }
}
