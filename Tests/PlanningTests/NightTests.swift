import CRM
import Foundation
import Geo
import Store
import Testing

@testable import Planning

@Suite("Nights away are spent in a hotel or a town")
struct NightTests {
  static let pripyat = Lodging(
    place: Place(
      label: "Припять", coordinate: Coordinate(trustedLatitude: 52.12, longitude: 26.11)), partner: .new())
  static let bug = Lodging(
    place: Place(label: "Буг", coordinate: Coordinate(trustedLatitude: 52.09, longitude: 23.7)),
    partner: .new())
  static let baranovichi = Place(label: "Барановичи", coordinate: Towns.baranovichi)

  var planner: TripPlanner {
    var planner = TripPlanner(
      facts: PlaceFacts(
        timeZone: { _ in "Europe/Minsk" }, country: { _ in "BY" },
        town: { near, _, reach in
          [Self.baranovichi, Place(label: "Лида", coordinate: Towns.lida)]
            .first { Geodesy.distance(near, $0.coordinate) <= reach }
        }))
    planner.hotels = [Self.pripyat, Self.bug]
    return planner
  }

  let west = [
    partner("Брест", at: Towns.brest, number: 1), partner("Пинск", at: Towns.pinsk, number: 2),
    partner("Барановичи", at: Towns.baranovichi, number: 3), partner("Лида", at: Towns.lida, number: 4),
  ]

  func plan(_ kind: TripRules.Lodging?, from least: Double? = nil, visit: Int = 3) async throws -> (
    trip: Trip, notes: [String]
  ) {
    var wanted = request(days: 4)
    wanted.night = .away
    wanted.visit = Seconds(hours: visit)
    wanted.rules.lodging = kind
    wanted.rules.nightAwayFrom = least.map { Metres(kilometres: $0) }
    let result = try await planner.plan(wanted, partners: west)
    let partners = Dictionary(west.map { ($0.id, $0) }) { first, _ in first }
    let broken = try await planner.violations(of: result.trip, partners: partners)
    #expect(broken.isEmpty, "\(broken)")
    return (result.trip, result.notes)
  }

  @Test("each day ends at the lodging and the next begins there, on legs that are driven and counted")
  func lodged() async throws {
    let trip = try await plan(.any).trip
    #expect(trip.unassigned.isEmpty)
    #expect(trip.days.count > 1)
    var here = trip.start.coordinate
    for (index, day) in trip.days.enumerated() {
      #expect(trip.start(ofDay: index).coordinate == here)
      #expect(day.legs.count == day.stops.count + 1)
      #expect(day.legs.first?.geometry.points.first == here)
      here = try #require(day.legs.last?.geometry.points.last)
      #expect(trip.end(ofDay: index)?.coordinate == here)
      #expect((day.lodging == nil) == (index == trip.days.count - 1))
    }
    #expect(trip.days.flatMap(\.legs).reduce(.zero) { $0 + $1.seconds } == trip.seconds)
    let slept = Dictionary(grouping: trip.days.compactMap(\.lodging), by: \.place.label)
    #expect(slept["Припять"] != nil || slept["Буг"] != nil)
    let bare = try await plan(nil).trip
    #expect(bare.days.allSatisfy { $0.lodging == nil })
    #expect(trip.seconds >= bare.seconds)
  }

  @Test("only hotels, only towns; what is not within reach is told")
  func kinds() async throws {
    let hotels = try await plan(.hotel)
    #expect(hotels.trip.days.compactMap(\.lodging).allSatisfy { $0.partner != nil })
    let towns = try await plan(.town)
    #expect(towns.trip.days.compactMap(\.lodging).allSatisfy { $0.partner == nil })
    #expect(towns.notes.contains { $0.hasPrefix("no town within 30 km of ") })
  }

  @Test("a night is spent at home where the last stop is near and the day has the time to go back")
  func nearHome() async throws {
    let near = [
      partner("Логойск", at: Coordinate(trustedLatitude: 54.2, longitude: 27.85), number: 1),
      partner("Дзержинск", at: Coordinate(trustedLatitude: 53.68, longitude: 27.13), number: 2),
    ]
    var wanted = request(days: 2)
    wanted.night = .away
    wanted.visit = Seconds(hours: 6)
    wanted.rules.lodging = .any
    wanted.rules.nightAwayFrom = Metres(kilometres: 80)
    let trip = try await planner.plan(wanted, partners: near).trip
    #expect(trip.days.map(\.stops.count) == [1, 1])
    #expect(trip.days[0].lodging == Lodging(place: trip.start))
    #expect(trip.start(ofDay: 1) == trip.start)
    let partners = Dictionary(near.map { ($0.id, $0) }) { first, _ in first }
    #expect(try await planner.violations(of: trip, partners: partners).isEmpty)
    // Brest is too far to come back from the same day.
    let far = try await plan(.any, from: 1000).trip
    #expect(far.days.dropLast().contains { $0.lodging?.place != far.start })
  }

  @Test("a partner that is to be the last of its day has no place beside a lodging")
  func last() async throws {
    var wanted = request(days: 2)
    wanted.rules = TripRules(lodging: .any, stops: [.init(partner: west[0].id, place: .last)])
    await #expect(throws: PlanningError.lodgingLast(west[0].id)) {
      try await planner.plan(wanted, partners: west)
    }
  }

  /// Four days through the west with beds, in a database.
  func saved() async throws -> (database: Database, trip: Trip, task: TripTask) {
    let database = try Database.temporary()
    let actor = Actor(name: "test")
    let before = monday.adding(days: -3).instant(secondsAfterMidnight: 0, in: minsk)
    try database.write(as: actor, at: before) { writer in
      for one in west + [
        PartnerSummary(
          id: Self.pripyat.partner!, name: "Припять", kind: .hotel, status: .active,
          coordinate: Self.pripyat.place.coordinate),
        PartnerSummary(
          id: Self.bug.partner!, name: "Буг", kind: .hotel, status: .active,
          coordinate: Self.bug.place.coordinate),
      ] {
        try writer.insert(
          Partner(
            id: one.id, kind: one.kind, name: one.name,
            location: GeocodeResult(
              coordinate: one.coordinate!, level: .house, score: 1, provider: "given", query: "", label: "",
              at: before)))
      }
    }
    var wanted = request(days: 4, selection: .kind([.agency]))
    wanted.night = .away
    wanted.visit = Seconds(hours: 3)
    wanted.rules.lodging = .any
    let result = try await planner.plan(wanted, in: database)
    let saved = try planner.save(result, responsible: nil, in: database, as: actor, at: before)
    let stored = try #require(try database.read { try $0.trip(saved.trip.id) })
    #expect(stored.days.map(\.lodging) == result.trip.days.map(\.lodging))
    return (database, stored, saved.task)
  }

  /// The trip with all visits of its first day made.
  func underWay(_ trip: Trip, _ task: TripTask, in database: Database) throws -> Trip {
    for stop in trip.days[0].stops {
      let item = task.checklist.flatMap(\.children).first { $0.stop == stop.id }!
      try database.write(as: Actor(name: "test"), at: stop.departure) {
        _ = try $0.check(item: item.id, state: .done, at: stop.departure)
      }
    }
    return try #require(try database.read { try $0.trip(trip.id) })
  }

  @Test("lodgings are kept; planned again, a trip goes on from the bed")
  func kept() async throws {
    let (database, trip, task) = try await saved()
    let bed = try #require(trip.days[0].lodging)
    let stored = try underWay(trip, task, in: database)
    let morning = stored.days[1].date.instant(secondsAfterMidnight: 8 * 3600, in: minsk)
    let again = try await planner.replan(stored, in: database, at: morning).trip
    #expect(again.days[0].lodging == bed)
    #expect(again.days[0].stops.map(\.visit) == stored.days[0].stops.map(\.visit))
    #expect(again.start(ofDay: 1) == bed.place)
    #expect(again.days[1].legs.first?.geometry.points.first == bed.place.coordinate)
  }

  @Test("planned again in the evening, the bed of the night stays")
  func evening() async throws {
    let (database, trip, task) = try await saved()
    let bed = try #require(trip.days[0].lodging)
    let stored = try underWay(trip, task, in: database)
    let evening = stored.days[0].date.instant(secondsAfterMidnight: 18 * 3600 + 1800, in: minsk)
    let again = try await planner.replan(stored, in: database, at: evening).trip
    #expect(again.days[0].lodging == bed)
    #expect(again.start(ofDay: 1) == bed.place)
    #expect(again.days[1].legs.first?.geometry.points.first == bed.place.coordinate)
  }

  @Test("days that passed before a trip began were spent nowhere: it begins at its start")
  func notBegun() async throws {
    let (database, trip, _) = try await saved()
    #expect(trip.days[0].lodging != nil)
    let morning = trip.days[1].date.instant(secondsAfterMidnight: 8 * 3600, in: minsk)
    let again = try await planner.replan(trip, in: database, at: morning).trip
    #expect(again.days.allSatisfy { $0.date > trip.days[0].date })
    #expect(again.days[0].legs.first?.geometry.points.first == trip.start.coordinate)
  }

  @Test("a trip put in one's own order keeps its nights", arguments: [false, true])
  func ownOrder(improves: Bool) async throws {
    let (database, trip, _) = try await saved()
    let order = trip.days.map { (date: $0.date, partners: $0.stops.map(\.partner)) }
    let own = try await planner.reorder(trip, order: order, improves: improves, in: database).result.trip
    #expect(own.days.contains { $0.lodging != nil })
    #expect(own.days.flatMap(\.legs).reduce(.zero) { $0 + $1.seconds } == own.seconds)
  }
}
