import CRM
import Foundation
import Geo
import Store
import Testing

@testable import Planning

@Suite("What stands in the way of who is left out, day by day")
struct ObstacleTests {
  let planner = TripPlanner(
    facts: belarus,
    holidays: HolidayCalendar(["BY": [monday.adding(days: 1): "Day of the Tests"]]))

  /// Two days too short for both partners, of whom one is closed on the second: a holiday.
  func plan() async throws -> (trip: Trip, partners: [PartnerSummary]) {
    var wanted = request(days: 2)
    wanted.work = .init(start: 9 * 3600, end: 11 * 3600)
    wanted.maxDriving = Seconds(minutes: 80)
    let partners = [
      partner("Заславль", at: Coordinate(trustedLatitude: 54.0, longitude: 27.28), number: 1),
      partner("Дзержинск", at: Coordinate(trustedLatitude: 53.68, longitude: 27.13), number: 2),
      partner(
        "Фаниполь", at: Coordinate(trustedLatitude: 53.75, longitude: 27.33), number: 3,
        hours: hours(9, 18)),
      partner("Брест", at: Towns.brest, number: 4),
      partner(
        "Банк", at: Coordinate(trustedLatitude: 53.93, longitude: 27.62), number: 5,
        ban: DoNotVisit(until: monday, reason: "ремонт"), visit: Seconds(hours: 3)),
    ]
    return (try await planner.plan(wanted, partners: partners).trip, partners)
  }

  @Test("each day says the place, what it adds and every rule that would break, with the numbers")
  func days() async throws {
    let trip = try await plan().trip
    let left = Dictionary(uniqueKeysWithValues: trip.unassigned.map { ($0.name, $0) })
    let brest = try #require(left["Брест"])
    #expect(brest.obstacles.map(\.date) == [monday, monday.adding(days: 1)])
    #expect(Set(brest.obstacles[0].breaks.map(\.rule)) == [.workEnd, .maxDriving])
    #expect(brest.obstacles[0].addedMetres.kilometres > 500)
    let bank = try #require(left["Банк"])
    #expect(bank.obstacles[0].breaks.map(\.rule).contains(.ban))
    #expect(bank.obstacles[1].breaks.map(\.rule).contains(.workEnd))
    #expect(!bank.obstacles[1].breaks.map(\.rule).contains(.ban))
    #expect(trip.unassigned.allSatisfy { $0.obstacles.allSatisfy { !$0.breaks.isEmpty } })
  }

  @Test("a holiday is named where it is why the door is shut")
  func holiday() async throws {
    var wanted = request()
    wanted.firstDate = monday.adding(days: 1)
    let open = partner("Заславль", at: Coordinate(trustedLatitude: 54.0, longitude: 27.28), number: 1)
    let shut = partner(
      "Фаниполь", at: Coordinate(trustedLatitude: 53.75, longitude: 27.33), number: 3, hours: hours(9, 18))
    let trip = try await planner.plan(wanted, partners: [open, shut]).trip
    let left = try #require(trip.unassigned.first)
    #expect(left.reason == .closedThatDay)
    #expect(left.detail.hasSuffix("is a public holiday (Day of the Tests): Sunday hours"))
    #expect(left.obstacles.map(\.breaks) == [[.init(.closed, name: "Day of the Tests")]])
    #expect(
      ObstacleText.sentence(left.obstacles[0]).hasSuffix("; closed, public holiday \"Day of the Tests\""))
  }

  @Test("they are kept with the trip")
  func kept() async throws {
    let database = try Database.temporary()
    let (trip, partners) = try await plan()
    let clock = monday.instant(secondsAfterMidnight: 0, in: minsk)
    try database.write(as: Actor(name: "test"), at: clock) { writer in
      for one in partners { try writer.insert(Partner(id: one.id, kind: .agency, name: one.name)) }
      try writer.save(trip)
    }
    #expect(try database.read { try $0.trip(trip.id)?.unassigned } == trip.unassigned)
  }
}
