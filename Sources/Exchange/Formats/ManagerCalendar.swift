import CRM
import Foundation
import Geo
import Store

/// All trips of one person as one calendar (RFC 5545) to subscribe to: each day of a trip as a day-long event that
/// leaves the time free, each visit as a timed one.
///
/// Events of visits are those of ``TripCalendar``, so that a trip brought in as a file and the subscription agree. An
/// event of a day bears the trip and the date; a day that a later plan has no more is cancelled (RFC 5546 §3.2.5).
public struct ManagerCalendar {
  private var lines = ICSLines()
  private let at: Date

  /// - Parameters:
  ///   - name: whose calendar it is.
  ///   - at: when it is made (DTSTAMP).
  public init(name: String, at: Date) {
    self.at = at
    TripCalendar.begin(&lines, name: name)
    // How often to ask again (RFC 7986 §5.7, and what Outlook reads).
    lines.add("REFRESH-INTERVAL;VALUE=DURATION:PT1H")
    lines.add("X-PUBLISHED-TTL:PT1H")
  }

  public mutating func add(
    _ trip: Trip, history: TripCalendarHistory = .init(), partners: [PartnerID: PartnerSummary] = [:]
  ) {
    let clock = ExportClock(trip.timeZone)
    for (index, day) in trip.days.enumerated() {
      add(
        trip, day.date, summary: "\(trip.title) \(index + 1)/\(trip.days.count)",
        text: Self.list(of: day, clock), history, isWithdrawn: trip.state == .cancelled)
    }
    for date in history.withdrawnDays(from: trip) {
      add(trip, date, summary: trip.title, text: "", history, isWithdrawn: true)
    }
    TripCalendar.add(trip, to: &lines, history: history, at: at, partners: partners)
  }

  /// A trip that is this person's no more: all its events, as they were when it was, are cancelled.
  /// - Parameter change: the one that took the trip, of ``ReadAccess/tripsLost(by:since:)``.
  /// - Throws: `StoreError`.
  public mutating func withdraw(_ change: AuditRow, in reader: some ReadAccess) throws {
    // What cannot be read was said long ago.
    guard var trip = TripCalendarReplay.decoded(Trip.self, change.before) else { return }
    trip.state = .cancelled
    add(trip, history: try TripCalendarHistory(of: trip, endedBy: change, in: reader))
  }

  /// The visits of a day, a line each.
  static func list(of day: TripDay, _ clock: ExportClock) -> String {
    day.stops.map { "\(clock.minute($0.serviceStart)) \($0.name)" }.joined(separator: "\n")
  }

  private mutating func add(
    _ trip: Trip, _ date: LocalDate, summary: String, text: String, _ history: TripCalendarHistory,
    isWithdrawn: Bool
  ) {
    func plain(_ date: LocalDate) -> String {
      String(date.description.unicodeScalars.filter { $0 != "-" }.map { Character($0) })
    }
    lines.add("BEGIN:VEVENT")
    lines.add("UID:\(trip.id)-\(TripEventFace.key(day: date))@planner")
    lines.add("DTSTAMP:\(ExportClock.calendarUTC(at))")
    let key = TripEventFace.key(day: date)
    lines.add("SEQUENCE:\(history.sequence(of: key, in: trip))")
    lines.add(changed: history.changed(key))
    lines.add("DTSTART;VALUE=DATE:\(plain(date))")
    lines.add("DTEND;VALUE=DATE:\(plain(date.adding(days: 1)))")
    lines.add("SUMMARY:", escaping: summary)
    if !text.isEmpty { lines.add("DESCRIPTION:", escaping: text) }
    lines.add(
      "STATUS:\(isWithdrawn ? "CANCELLED" : trip.state == .draft ? "TENTATIVE" : "CONFIRMED")")
    lines.add("TRANSP:TRANSPARENT")
    lines.add("END:VEVENT")
  }

  /// The calendar as UTF-8.
  public consuming func finished() -> [UInt8] {
    lines.add("END:VCALENDAR")
    return lines.bytes
  }
}
