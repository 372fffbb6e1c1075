import CRM
import Foundation
import Geo
import Routing
import Store
import Synchronization
import Testing

@testable import Planning

/// Roads that are 1.5 times as long as the straight line, driven at 20 m/s; they count what they are asked.
private final class CountedRoads: RoadRouting {
  struct State {
    var version = "network 1"
    var tables = 0
    /// Places that lie off all roads.
    var off: Set<RoadPlace> = []
    /// Metres from a place to its road, 3 unless said.
    var distances: [RoadPlace: Double] = [:]
  }
  let state = Mutex(State())
  var tables: Int { state.withLock { $0.tables } }

  func networkVersion() async throws -> String { state.withLock { $0.version } }

  private func waypoint(_ place: Coordinate) -> RoadWaypoint? {
    state.withLock { state in
      let key = RoadPlace(place)
      guard !state.off.contains(key) else { return nil }
      return RoadWaypoint(coordinate: place, distance: Metres(state.distances[key] ?? 3))
    }
  }

  func nearest(_ place: Coordinate, count: Int, options: RoadOptions) async throws -> [RoadWaypoint] {
    [waypoint(place)].compactMap { $0 }
  }

  func route(through places: [Coordinate], options: RoadOptions) async throws -> RoadRoute {
    let (from, to) = (places[0], places[1])
    let middle = Coordinate(
      trustedLatitude: (from.latitude + to.latitude) / 2 + 0.01,
      longitude: (from.longitude + to.longitude) / 2)
    return RoadRoute(
      legs: [
        RoadLeg(duration: .seconds(1), distance: Metres(1), line: LineString([from, middle, to]))
      ], waypoints: [])
  }

  func table(sources: [Coordinate], targets: [Coordinate], options: RoadOptions) async throws -> RoadTimes {
    state.withLock { $0.tables += 1 }
    let (from, to) = (sources.map(waypoint), targets.map(waypoint))
    var decimetres: [Int32] = []
    for i in from.indices {
      for j in to.indices {
        guard let a = from[i], let b = to[j] else {
          decimetres.append(-1)
          continue
        }
        decimetres.append(Int32((Geodesy.distance(a.coordinate, b.coordinate).value * 15).rounded()))
      }
    }
    return RoadTimes(
      sources: from, targets: to, milliseconds: decimetres.map { $0 < 0 ? -1 : $0 * 5 },
      decimetres: decimetres)
  }
}

@Suite("Trips on roads")
struct RoadPlanningTests {
  private let roads = CountedRoads()
  private let database: Database
  private let clock = monday.instant(secondsAfterMidnight: 0, in: minsk)

  init() throws { database = try Database.temporary() }

  private var kept: KeptRoads {
    let clock = clock
    return KeptRoads(roads: roads, database: database, now: { clock })
  }

  private static let options = RoadOptions(radius: Metres(2000))
  private static let places = [Towns.minsk, Towns.brest, Towns.grodno]

  private func table(_ places: [Coordinate] = RoadPlanningTests.places) async throws -> RoadTimes {
    try await kept.table(sources: places, targets: places, options: Self.options)
  }

  // MARK: - Kept driving times

  @Test("what was asked once is not asked again, and the answer is the same")
  func remembered() async throws {
    roads.state.withLock { $0.off = [RoadPlace(Towns.grodno)] }
    let first = try await table()
    let second = try await table()
    #expect(roads.tables == 1)
    #expect(first == second)
    #expect(first.sources.map { $0 == nil } == [false, false, true])
    #expect(first.milliseconds[2] == -1)
    // A part of the question is known too; one place more is not.
    _ = try await table([Towns.brest, Towns.minsk])
    #expect(roads.tables == 1)
    _ = try await table(Self.places + [Towns.lida])
    #expect(roads.tables == 2)
  }

  @Test("the answer is that of the roads themselves, sources and targets apart")
  func same() async throws {
    let sources = [Towns.minsk, Towns.lida]
    let targets = [Towns.brest, Towns.grodno, Towns.minsk]
    let direct = try await roads.table(sources: sources, targets: targets, options: Self.options)
    for _ in 0..<2 {
      let answer = try await kept.table(sources: sources, targets: targets, options: Self.options)
      #expect(answer.milliseconds == direct.milliseconds)
      #expect(answer.decimetres == direct.decimetres)
    }
  }

  @Test("another network, or another reach of its roads, is asked anew")
  func versions() async throws {
    _ = try await table()
    roads.state.withLock { $0.version = "network 2" }
    _ = try await table()
    #expect(roads.tables == 2)
    _ = try await kept.table(sources: Self.places, targets: Self.places, options: RoadOptions())
    #expect(roads.tables == 3)
    roads.state.withLock { $0.version = "network 1" }
    _ = try await table()
    #expect(roads.tables == 3)
  }

  @Test("a database that answers nothing does not stand in the way")
  func closedDatabase() async throws {
    try database.close()
    let answer = try await table()
    #expect(answer.milliseconds[1] > 0)
    #expect(try await table() == answer)
    #expect(roads.tables == 2)
  }

  // MARK: - Plans

  private let five = [
    partner("Брест", at: Towns.brest, number: 1), partner("Гродно", at: Towns.grodno, number: 2),
    partner("Лида", at: Towns.lida, number: 3),
  ]

  private func planned() async throws -> TripPlanner.Result {
    var wanted = request(days: 3)
    wanted.night = .away
    return try await TripPlanner(
      roads: roads, facts: belarus,
      holidays: HolidayCalendar(["BY": [LocalDate("2026-07-03")!: "Independence Day"]])
    ).plan(wanted, partners: five)
  }

  @Test("a plan on roads has their lines and says so")
  func onRoads() async throws {
    let result = try await planned()
    #expect(result.trip.matrix == .roads)
    let legs = result.trip.days.flatMap(\.legs)
    #expect(legs.allSatisfy { $0.source == .roads && $0.geometry.points.count == 3 })
    let estimate = result.trip.estimate
    #expect(estimate.drives == legs.count && estimate.estimated == 0 && estimate.share == 0)
    #expect(result.notes == [])
  }

  @Test("a stop beyond all roads has estimated legs, and the notes name it")
  func partlyOffRoads() async throws {
    roads.state.withLock { $0.off = [RoadPlace(Towns.brest)] }
    let result = try await planned()
    #expect(result.trip.matrix == .roads)
    #expect(Set(result.trip.days.flatMap(\.stops).map(\.name)) == ["Брест", "Гродно", "Лида"])
    let estimate = result.trip.estimate
    #expect(estimate.estimated == 2)
    #expect(estimate.share > 0.3 && estimate.share < 1)
    #expect(result.trip.days.flatMap(\.legs).filter { $0.source == .greatCircle }.count == 2)
    #expect(
      result.notes == [
        "Брест is more than 2000 m from any road of the network: its drives are estimated",
        "50 % of the drives between the places are estimated, great circle × 1.36 as roads are here",
      ])
  }

  @Test("where no place is near a road everything is estimated, in one note")
  func noRoads() async throws {
    roads.state.withLock {
      $0.off = Set([Towns.minsk, Towns.brest, Towns.grodno, Towns.lida].map { RoadPlace($0) })
    }
    let result = try await planned()
    #expect(result.trip.matrix == .greatCircle)
    #expect(result.trip.days.flatMap(\.legs).allSatisfy { $0.source == .greatCircle })
    #expect(result.notes == ["no place of the trip is near a road of the network: all drives are estimated"])
  }

  @Test("the start and stops that lie aside are told with their distance")
  func aside() async throws {
    roads.state.withLock {
      $0.distances = [RoadPlace(Towns.minsk): 700.4, RoadPlace(Towns.lida): 500, RoadPlace(Towns.brest): 501]
    }
    #expect(
      try await planned().notes == [
        "Минск, вокзал is 700 m from the nearest road", "Брест is 501 m from the nearest road",
      ])
  }

  @Test("of many places aside or beyond the first are named and the rest counted")
  func many() throws {
    let names = (0..<16).map { "P\($0)" }
    let distances: [Metres?] = names.indices.map { $0 < 8 ? Metres(900) : $0 < 15 ? nil : Metres(1) }
    let costs = try GreatCircleMatrix().table(for: names.indices.map { _ in Towns.minsk })
    let notes = RoadNotes.notes(
      DriveMatrix(costs: costs, byRoads: [Bool](repeating: true, count: 256), roadDistances: distances),
      names: names)
    #expect(notes.count == 7)
    #expect(notes[4] == "P4 is 900 m from the nearest road")
    #expect(notes[5] == "3 more are over 500 m from the nearest road")
    #expect(
      notes[6]
        == "P8, P9, P10, P11, P12 and 2 more are more than 2000 m from any road of the network: their drives are estimated"
    )
  }
}
