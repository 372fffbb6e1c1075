import CRM
import Foundation
import Geo
import Testing

@testable import planner

@Suite("Days as lines of time")
struct DayTimelineTests {
  static let zone = TimeZone(identifier: "Europe/Minsk")!
  static let date = LocalDate("2026-06-09")!

  private func at(_ hour: Int, _ minute: Int = 0) -> Date {
    Self.date.instant(secondsAfterMidnight: hour * 3600 + minute * 60, in: Self.zone)
  }

  private func stop(_ arrival: Date, _ begins: Date, _ leaves: Date) -> Stop {
    Stop(
      partner: .new(), name: "П", coordinate: Coordinate(trustedLatitude: 53, longitude: 27),
      arrival: arrival,
      serviceStart: begins, departure: leaves)
  }

  private func leg(_ minutes: Int) -> Leg {
    Leg(
      metres: Metres(1000), seconds: Seconds(minutes: minutes),
      geometry: LineString([Coordinate(trustedLatitude: 53, longitude: 27)]), source: .greatCircle)
  }

  /// Drives 60 min, waits 15, visits 30, drives 40 with 45 of lunch on the way, visits 30, drives 50.
  private func day() -> TripDay {
    TripDay(
      date: Self.date, start: at(9), end: at(13, 30),
      stops: [stop(at(10), at(10, 15), at(10, 45)), stop(at(12, 10), at(12, 10), at(12, 40))],
      legs: [leg(60), leg(40), leg(50)], lunch: at(11))
  }

  @Test("each stretch follows the one before, and what of a way is no driving is lunch")
  func parts() {
    let timeline = DayTimeline([day()], in: Self.zone)
    let parts = timeline.parts(of: day())
    #expect(parts.map(\.kind) == [.drive, .wait, .visit, .drive, .lunch, .drive, .visit, .drive])
    #expect(parts.map { $0.to - $0.from } == [60, 15, 30, 15, 45, 25, 30, 50])
    #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.to == $1.from })
    #expect(parts.first?.from == 540 && parts.last?.to == 810)
    #expect(timeline.hours == 9...17)
  }

  @Test("whoever waits eats until the door opens; a day without stops is a way")
  func waiting() {
    var one = day()
    one.lunch = at(10, 5)
    let parts = DayTimeline([one], in: Self.zone).parts(of: one)
    #expect(parts.prefix(4).map(\.kind) == [.drive, .wait, .lunch, .visit])
    #expect(parts[2].to - parts[2].from == 10)
    let empty = TripDay(date: Self.date, start: at(9), end: at(10), stops: [], legs: [leg(60)])
    #expect(DayTimeline([empty], in: Self.zone).parts(of: empty).map(\.kind) == [.drive])
  }

  @Test("all days stand on the same hours, of which there is an even number")
  func hours() {
    var late = day()
    late.end = at(18, 5)
    let hours = DayTimeline([day(), late], in: Self.zone).hours
    #expect(hours == 9...19)
    #expect(DayTimeline([], in: Self.zone).hours.count == 11)
  }

  @Test("a page draws them with words, and names stay text")
  func drawn() throws {
    var one = day()
    one.stops[0].name = "<b>Вояж</b>"
    let line = DayTimeline([one], in: Self.zone).values(of: one, swatch: 2, first: 4, in: .russian)
    let text = "\(line.rendered)"
    #expect(
      text.contains("10:15–10:45 4. &lt;b&gt;Вояж&lt;/b&gt;") && text.contains("12:10–12:40 5. П"))
    #expect(text.contains("11:00–11:45 обед") || text.contains("11:00–11:45 Обед"))
  }
}
