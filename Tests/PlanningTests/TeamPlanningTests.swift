import CRM
import Foundation
import Geo
import Routing
import Store
import Testing

@testable import Planning

@Suite("Trips of several managers at once")
struct TeamPlanningTests {
  let planner = TripPlanner(facts: belarus)
  let ivan = User(login: "ivan", name: "Иван", role: .manager)
  let olga = User(login: "olga", name: "Ольга", role: .manager)
  let clock = monday.instant(secondsAfterMidnight: 0, in: minsk)

  func team(_ share: TeamProblem.Share, days: Int = 1, change: (inout PlanRequest) -> Void = { _ in })
    -> TeamRequest
  {
    var first = request(days: days)
    var second = first
    second.start = Place(label: "Брест", coordinate: Towns.brest)
    change(&first)
    change(&second)
    return TeamRequest(
      members: [.init(manager: ivan, request: first), .init(manager: olga, request: second)], share: share)
  }

  func near(_ place: Coordinate, _ number: UInt8, responsible: String? = nil) -> PartnerSummary {
    var own = partner(
      "№\(number)",
      at: Coordinate(trustedLatitude: place.latitude + 0.01 * Double(number), longitude: place.longitude),
      number: number)
    own.responsible = responsible
    return own
  }

  func stops(_ result: TeamResult) -> [[PartnerID]] {
    result.members.map { $0.result?.trip.days.flatMap(\.stops).map(\.partner) ?? [] }
  }

  @Test("by territory a partner goes to its manager, others to the nearest start")
  func territory() async throws {
    let partners = [
      near(Towns.minsk, 1), near(Towns.minsk, 2, responsible: "ivan"), near(Towns.brest, 3),
      near(Towns.brest, 4, responsible: "petr"), near(Towns.baranovichi, 5, responsible: "olga"),
    ]
    let result = try await planner.plan(team(.territory), partners: partners)
    #expect(stops(result).map(Set.init) == [Set(partners[..<2].map(\.id)), Set(partners[2...].map(\.id))])
    #expect(result.members.map(\.figures.visits) == [2, 3])
    #expect(result.leftOut.isEmpty)
  }

  @Test(
    "a partner of a manager's own is never given to another by territory, but may be for the least driving")
  func ownTerritory() async throws {
    let far = [near(Towns.brest, 1, responsible: "ivan")]
    let strict = try await planner.plan(team(.territory), partners: far + [near(Towns.minsk, 2)])
    #expect(strict.leftOut.map(\.stop.partner) == [far[0].id])
    #expect(strict.leftOut[0].byManager.map(\.login) == ["ivan"])
    let total = try await planner.plan(team(.total), partners: far + [near(Towns.minsk, 2)])
    #expect(total.leftOut.isEmpty)
    #expect(stops(total)[1] == [far[0].id])
  }

  @Test("whoever is left out stands in one trip, with the reasons of all managers")
  func leftOut() async throws {
    let partners =
      [near(Coordinate(trustedLatitude: 60, longitude: 30), 1), partner("без адреса", at: nil, number: 2)]
      + [near(Towns.minsk, 3), near(Towns.brest, 4)]
    for share in TeamProblem.Share.allCases {
      let result = try await planner.plan(team(share), partners: partners)
      let named = result.members.compactMap(\.result).flatMap(\.trip.unassigned)
      #expect(Set(named.map(\.partner)) == Set(partners[..<2].map(\.id)))
      #expect(named.count == 2)
      let far = try #require(result.leftOut.first { $0.stop.partner == partners[0].id })
      #expect(Set(far.byManager.map(\.login)) == ["ivan", "olga"])
      #expect(far.byManager.allSatisfy { $0.stop.reason == .tooFar && $0.stop.obstacles.count == 1 })
      #expect(far.stop.detail.contains("; "))
    }
  }

  @Test("rules for partners hold whoever visits them, and musts come first")
  func rules() async throws {
    let partners = (1...6).map { near(Towns.minsk, $0) }
    var rules = TripRules()
    rules.change(partners[0].id) { $0.appointment = .init(date: monday, time: 14 * 3600) }
    rules.orders = [.init(before: partners[1].id, after: partners[2].id)]
    for share in TeamProblem.Share.allCases {
      let result = try await planner.plan(
        team(share) {
          $0.rules = rules
          $0.start = Place(label: "Минск", coordinate: Towns.minsk)
        }, partners: partners)
      let trips = result.members.compactMap(\.result?.trip)
      let all = trips.flatMap { $0.days.flatMap(\.stops) }
      let promised = try #require(all.first { $0.partner == partners[0].id })
      #expect(promised.serviceStart == monday.instant(secondsAfterMidnight: 14 * 3600, in: minsk))
      let bank = trips.firstIndex { $0.partnersToCome.contains(partners[1].id) }
      #expect(bank == trips.firstIndex { $0.partnersToCome.contains(partners[2].id) })
    }
  }

  @Test(
    "each manager has days and hours of one's own, and a partner asked for on a day of one goes to that one")
  func ownDays() async throws {
    let partners = (1...4).map { near(Towns.minsk, $0) }
    let tuesday = monday.adding(days: 1)
    var team = team(.total) { $0.start = Place(label: "Минск", coordinate: Towns.minsk) }
    team.members[1].request.firstDate = tuesday
    team.members[1].request.work = .init(start: 10 * 3600, end: 16 * 3600)
    for index in team.members.indices {
      team.members[index].request.rules.change(partners[0].id) { $0.dates = [tuesday] }
    }
    let result = try await planner.plan(team, partners: partners)
    #expect(stops(result)[1].contains(partners[0].id))
    let day = try #require(result.members[1].result?.trip.days.first)
    #expect(day.date == tuesday)
    #expect(day.start >= tuesday.instant(secondsAfterMidnight: 10 * 3600, in: minsk))
    team.members[0].request.rules.change(partners[0].id) { $0.dates = [monday.adding(days: 9)] }
    #expect(throws: PlanningError.self) { try team.validate() }
  }

  @Test("saved together or not at all; planning one trip again leaves the others' partners alone")
  func saved() async throws {
    let actor = Actor(name: "test")
    let database = try partnersAroundMinsk(as: actor, at: clock)
    try database.write(as: actor, at: clock) {
      try $0.add(user: ivan)
      try $0.add(user: olga)
    }
    let team = team(.longest) { $0.start = Place(label: "Минск", coordinate: Towns.minsk) }
    let result = try await planner.plan(team, in: database)
    #expect(try database.read { try $0.trips() }.isEmpty)
    var broken = result
    broken.members[1].manager.id = .new()
    #expect(throws: (any Error).self) { try planner.save(broken, in: database, as: actor, at: clock) }
    #expect(try database.read { try $0.trips() }.isEmpty)

    let saved = try planner.save(result, in: database, as: actor, at: clock).compactMap { $0 }
    #expect(saved.map(\.trip.responsible) == [ivan.id, olga.id])
    let stored = try saved.map { one in try #require(try database.read { try $0.trip(one.trip.id) }) }
    let shares = stored.map { Set($0.days.flatMap(\.stops).map(\.partner)) }
    #expect(shares[0].isDisjoint(with: shares[1]))
    #expect(shares[0].count + shares[1].count == 14)
    #expect(
      try saved.allSatisfy { one in try database.read { try $0.task(forTrip: one.trip.id)?.id } == one.task.id
      })
    let again = try await planner.replan(stored[0], in: database, at: clock)
    #expect(Set(again.trip.days.flatMap(\.stops).map(\.partner)) == shares[0])
  }

  @Test("nights away may be spent in towns, and a manager with nobody to visit gets no trip")
  func nightsAndNobody() async throws {
    let partners = [near(Towns.minsk, 1), near(Towns.minsk, 2)]
    let result = try await planner.plan(
      team(.total, days: 2) {
        $0.night = .away
        $0.rules.lodging = .any
      }, partners: partners)
    #expect(result.members[0].result?.trip.days.flatMap(\.stops).count == 2)
    #expect(result.members[1].result == nil)
    #expect(result.spread == .zero)
  }

  @Test("what makes no team is refused")
  func refused() async throws {
    var one = team(.total)
    one.members.removeLast()
    #expect(throws: TeamPlanningError.oneManager) { try one.validate() }
    var twice = team(.total)
    twice.members[1].manager = ivan
    #expect(throws: TeamPlanningError.twice("ivan")) { try twice.validate() }
    await #expect(throws: PlanningError.emptySelection) { try await planner.plan(team(.total), partners: []) }
    let nobody = [near(Coordinate(trustedLatitude: 10, longitude: 10), 1)]
    for share in TeamProblem.Share.allCases {
      await #expect(throws: PlanningError.self) { try await planner.plan(team(share), partners: nobody) }
    }
  }
}
