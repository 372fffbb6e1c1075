import CRM
import Foundation
import Geo

/// Opening hours of a partner as windows on the days of a trip.
///
/// Hours are local to the partner, the trip's days are local to the start: between two zones a window shifts. On
/// a public holiday of the partner's country its Sunday hours hold, which for most means closed. Days of a ban on
/// visits are closed.
struct VisitWindows {
  let dates: [LocalDate]
  /// Zone of the trip.
  let zone: TimeZone
  let holidays: HolidayCalendar

  /// What a partner allows: nil windows mean any time. `closures` says in words why a day is shut.
  struct Answer: Equatable {
    var windows: [[Range<Int>]]?
    var closures: [String] = []
    var shut = Shut()
  }

  /// Days with other hours than usual, by number.
  struct Shut: Equatable {
    /// Names of public holidays.
    var holidays: [Int: String] = [:]
    /// Days of a ban on visits.
    var banned = Set<Int>()
  }

  func windows(
    hours: OpeningHours?, ban: DoNotVisit?, zone partnerZone: TimeZone, country: String?
  ) -> Answer {
    var closures: [String] = []
    var shut = Shut()
    let banned = dates.map { date in
      guard let ban else { return false }
      return ban.until.map { date <= $0 } ?? true
    }
    shut.banned = Set(banned.indices.filter { banned[$0] })
    guard let hours else {
      guard banned.contains(true) else { return Answer(windows: nil) }
      return Answer(windows: zip(banned, dates).map { $0 ? [] : [0..<length(of: $1)] }, shut: shut)
    }
    var result: [[Range<Int>]] = []
    for (index, date) in dates.enumerated() {
      if banned[index] {
        result.append([])
        continue
      }
      if let name = holidays.name(on: date, in: country) {
        shut.holidays[index] = name
        closures.append("\(date) is a public holiday (\(name)): Sunday hours")
      }
      // The day before may run past midnight, and the zones may differ by most of a day.
      var found: [Range<Int>] = []
      for shift in -1...1 {
        let local = date.adding(days: shift)
        let weekday: Weekday =
          holidays.name(on: local, in: country) == nil ? local.weekday : .sunday
        for window in hours.windows(on: weekday) {
          let start = elapsed(window.start, of: local, in: partnerZone, on: date)
          let end = elapsed(window.end, of: local, in: partnerZone, on: date)
          let range = max(0, start)..<max(max(0, start), min(length(of: date), end))
          if !range.isEmpty { found.append(range) }
        }
      }
      result.append(Self.merged(found))
    }
    return Answer(windows: result, closures: closures, shut: shut)
  }

  /// Seconds since the first instant of the trip's `day` at a wall clock time of the partner.
  private func elapsed(
    _ seconds: Int, of local: LocalDate, in partnerZone: TimeZone, on day: LocalDate
  ) -> Int {
    day.elapsed(at: local.instant(secondsAfterMidnight: seconds, in: partnerZone), in: zone)
  }

  /// 24 hours, but for the two days a year when clocks change.
  private func length(of day: LocalDate) -> Int { day.elapsed(secondsAfterMidnight: 86_400, in: zone) }

  static func merged(_ windows: [Range<Int>]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    for window in windows.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, window.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<max(last.upperBound, window.upperBound)
      } else {
        result.append(window)
      }
    }
    return result
  }
}
