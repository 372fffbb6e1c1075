import CRM
import Foundation
import Testing

@testable import Planning

@Suite("Opening hours become windows of the trip")
struct VisitWindowsTests {
  let week = (0..<7).map { monday.adding(days: $0) }
  let nine = 9 * 3600
  let six = 18 * 3600

  func calendar(_ dates: [LocalDate], holidays: HolidayCalendar = HolidayCalendar()) -> VisitWindows {
    VisitWindows(dates: dates, zone: minsk, holidays: holidays)
  }

  @Test("each day of the trip has the windows of its weekday")
  func weekdays() {
    let answer = calendar(week).windows(hours: hours(9, 18), ban: nil, zone: minsk, country: nil)
    #expect(answer.windows == [[nine..<six], [nine..<six], [nine..<six], [nine..<six], [nine..<six], [], []])
  }

  @Test("no known hours mean any time")
  func unknown() {
    #expect(calendar(week).windows(hours: nil, ban: nil, zone: minsk, country: nil).windows == nil)
  }

  @Test("a lunch break splits the day, touching windows become one")
  func parts() {
    var days = Array(repeating: [OpeningHours.Window](), count: 7)
    days[0] = [.init(start: 9 * 3600, end: 13 * 3600), .init(start: 14 * 3600, end: 18 * 3600)]
    days[1] = [.init(start: 9 * 3600, end: 13 * 3600), .init(start: 13 * 3600, end: 18 * 3600)]
    let answer = calendar(Array(week.prefix(2))).windows(
      hours: OpeningHours(days: days, text: ""), ban: nil, zone: minsk, country: nil)
    #expect(answer.windows == [[nine..<13 * 3600, 14 * 3600..<six], [nine..<six]])
  }

  @Test("hours past midnight reach into the next morning")
  func midnight() {
    var days = Array(repeating: [OpeningHours.Window](), count: 7)
    days[0] = [.init(start: 20 * 3600, end: 26 * 3600)]
    let answer = calendar(Array(week.prefix(2))).windows(
      hours: OpeningHours(days: days, text: ""), ban: nil, zone: minsk, country: nil)
    #expect(answer.windows == [[20 * 3600..<86_400], [0..<2 * 3600]])
  }

  @Test("a partner one hour west of the trip's zone opens one hour later on the trip's clock")
  func zones() throws {
    let warsaw = try #require(TimeZone(identifier: "Europe/Warsaw"))
    // Warsaw is at +2 in June, Minsk always at +3.
    let answer = calendar([monday]).windows(hours: hours(9, 18), ban: nil, zone: warsaw, country: nil)
    #expect(answer.windows == [[10 * 3600..<19 * 3600]])
    let winter = LocalDate(year: 2026, month: 1, day: 12)!
    let cold = calendar([winter]).windows(hours: hours(9, 18), ban: nil, zone: warsaw, country: nil)
    #expect(cold.windows == [[11 * 3600..<20 * 3600]])
  }

  @Test("a public holiday of the partner's country has Sunday's hours, and the reason is told")
  func holidays() throws {
    let calendarData = Data(#"{"BY-2026":{"2026-07-03":"Independence Day"},"PL-2026":{}}"#.utf8)
    let holidays = try HolidayCalendar(json: calendarData)
    let friday = LocalDate(year: 2026, month: 7, day: 3)!
    let closed = calendar([friday], holidays: holidays)
      .windows(hours: hours(9, 18), ban: nil, zone: minsk, country: "BY")
    #expect(closed.windows == [[]])
    #expect(closed.closures == ["2026-07-03 is a public holiday (Independence Day): Sunday hours"])
    let elsewhere = calendar([friday], holidays: holidays)
      .windows(hours: hours(9, 18), ban: nil, zone: minsk, country: "PL")
    #expect(elsewhere.windows == [[nine..<six]])
    let always = calendar([friday], holidays: holidays)
      .windows(hours: hours(10, 16, days: 0...6), ban: nil, zone: minsk, country: "BY")
    #expect(always.windows == [[10 * 3600..<16 * 3600]])
  }

  @Test("days of a ban on visits are closed, days after it are open")
  func ban() {
    let ban = DoNotVisit(until: monday.adding(days: 1), reason: "отпуск")
    let known = calendar(Array(week.prefix(3)))
      .windows(hours: hours(9, 18), ban: ban, zone: minsk, country: nil)
    #expect(known.windows == [[], [], [nine..<six]])
    let unknown = calendar(Array(week.prefix(3))).windows(hours: nil, ban: ban, zone: minsk, country: nil)
    #expect(unknown.windows == [[], [], [0..<86_400]])
  }
}
