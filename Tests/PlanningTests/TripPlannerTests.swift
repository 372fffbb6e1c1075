import CRM
import Foundation
import Geo
import Routing
import Testing

@testable import Planning

@Suite("From partners and a request to a trip")
struct TripPlannerTests {
  let planner = TripPlanner(facts: belarus)
  let five = [
    partner("Брест", at: Towns.brest, number: 1), partner("Гродно", at: Towns.grodno, number: 2),
    partner("Барановичи", at: Towns.baranovichi, number: 3), partner("Пинск", at: Towns.pinsk, number: 4),
    partner("Лида", at: Towns.lida, number: 5),
  ]

  @Test("everybody located is visited once, in days local to the start")
  func plain() async throws {
    var wanted = request(days: 4)
    wanted.night = .away
    let trip = try await planner.plan(wanted, partners: five).trip
    let stops = trip.days.flatMap(\.stops)
    #expect(Set(stops.map(\.partner)) == Set(five.map(\.id)))
    #expect(stops.count == 5)
    #expect(trip.unassigned.isEmpty)
    #expect(trip.timeZone == "Europe/Minsk")
    #expect(trip.matrix == .greatCircle)
    #expect(trip.days[0].date == monday)
    // 09:00 in Minsk is 06:00 UTC.
    let earliest = monday.instant(secondsAfterMidnight: 9 * 3600, in: minsk)
    #expect(trip.days.allSatisfy { $0.start >= earliest })
    #expect(try await planner.violations(of: trip, partners: byID(five)).isEmpty)
  }

  @Test("legs lead from stop to stop and add up to the totals")
  func legs() async throws {
    var wanted = request(days: 4)
    wanted.night = .away
    let trip = try await planner.plan(wanted, partners: five).trip
    var here = Towns.minsk
    for day in trip.days {
      for (index, leg) in day.legs.enumerated() {
        #expect(leg.geometry.points.first == here)
        here = try #require(leg.geometry.points.last)
        if index < day.stops.count { #expect(here == day.stops[index].coordinate) }
      }
    }
    #expect(here == Towns.minsk)
    let legs = trip.days.flatMap(\.legs)
    #expect(legs.reduce(.zero) { $0 + $1.seconds } == trip.seconds)
    #expect(abs(legs.reduce(Metres.zero) { $0 + $1.metres }.value - trip.metres.value) < 1)
  }

  @Test("the gain is against the same visits in the order given")
  func givenOrder() async throws {
    var wanted = request(days: 5)
    wanted.night = .away
    let trip = try await planner.plan(wanted, partners: five).trip
    let given = try #require(trip.givenOrderSeconds)
    #expect(given > trip.seconds)
    if let bound = trip.lowerBoundSeconds { #expect(bound <= trip.seconds) }
  }

  @Test("equal requests give equal plans")
  func repeatable() async throws {
    func shape() async throws -> [[PartnerID]] {
      try await planner.plan(request(days: 5), partners: five).trip.days.map { $0.stops.map(\.partner) }
    }
    #expect(try await shape() == shape())
  }

  @Test("who is not offered to the optimiser has a reason code with its numbers")
  func reasons() async throws {
    let visit = monday.adding(days: -3).instant(secondsAfterMidnight: 12 * 3600, in: minsk)
    let partners = [
      partner("Лида", at: Towns.lida, number: 1),
      partner("Нигде", at: nil, number: 2),
      partner("Где-то", at: Towns.lida, number: 3, level: .locality),
      partner("Нельзя", at: Towns.lida, number: 4, ban: DoNotVisit(reason: "должник")),
      partner("Недавно", at: Towns.lida, number: 5, lastVisit: visit),
      partner("Занят", at: Towns.lida, number: 6),
      partner("Закрыт", at: Towns.lida, number: 7, hours: hours(9, 18, days: 5...6)),
    ]
    var wanted = request()
    wanted.minimumLevel = .street
    wanted.skipVisitedWithinDays = 14
    wanted.skipPlannedElsewhere = true
    let trip = try await planner.plan(
      wanted, partners: partners, plannedElsewhere: [partners[5].id: .named("Поездка в Лиду")]
    ).trip
    #expect(trip.days.flatMap(\.stops).map(\.name) == ["Лида"])
    let left = Dictionary(uniqueKeysWithValues: trip.unassigned.map { ($0.name, $0) })
    #expect(left["Нигде"]?.reason == .noCoordinates)
    #expect(left["Нигде"]?.detail == "\"ул. Советская, 1\" was not found")
    #expect(left["Где-то"]?.reason == .lowPrecision)
    #expect(left["Где-то"]?.detail == "located to locality, street is wanted")
    #expect(left["Нельзя"]?.reason == .doNotVisit)
    #expect(left["Нельзя"]?.detail == "without end: должник")
    #expect(left["Недавно"]?.reason == .visitedRecently)
    #expect(left["Недавно"]?.detail == "visited on 2026-05-29, 3 days before; 14 are wanted")
    #expect(left["Занят"]?.reason == .plannedElsewhere)
    #expect(left["Закрыт"]?.reason == .closedThatDay)
  }

  @Test("an address that is vague is visited all the same when no precision is asked for")
  func vague() async throws {
    let trip = try await planner.plan(
      request(), partners: [partner("Где-то", at: Towns.lida, level: .locality)]
    ).trip
    #expect(trip.days.flatMap(\.stops).count == 1)
  }

  @Test("an empty selection, one without coordinates and one too large are coded errors")
  func refusals() async {
    await #expect(throws: PlanningError.emptySelection) { try await planner.plan(request(), partners: []) }
    await #expect(throws: PlanningError.noLocatedPartner(selected: 1)) {
      try await planner.plan(request(), partners: [partner("Нигде", at: nil)])
    }
    let small = TripPlanner(facts: belarus, partnerLimit: 2)
    await #expect(throws: PlanningError.tooManyPartners(count: 5, limit: 2)) {
      try await small.plan(request(), partners: five)
    }
  }

  @Test("a day too short for any visit is an error that lists everybody with a reason")
  func tooShort() async throws {
    var wanted = request()
    wanted.work = .init(start: 9 * 3600, end: 10 * 3600)
    let error = await #expect(throws: PlanningError.self) {
      try await planner.plan(wanted, partners: five)
    }
    guard case .nothingFits(let left, let days, _)? = error else {
      Issue.record("another error: \(String(describing: error))")
      return
    }
    #expect(days == 1)
    #expect(Set(left.map(\.partner)) == Set(five.map(\.id)))
    #expect(left.allSatisfy { !$0.detail.isEmpty })
    #expect(error?.code == "plan.nothingFits")
  }

  @Test("values that make no day are refused before anything is computed")
  func badValues() async {
    func code(_ change: (inout PlanRequest) -> Void) async -> String? {
      var wanted = request()
      change(&wanted)
      do {
        _ = try await planner.plan(wanted, partners: five)
        return nil
      } catch { return (error as? any CodedError)?.code }
    }
    #expect(await code { $0.dayCount = 0 } == "plan.dayCount")
    #expect(await code { $0.dayCount = 1000 } == "plan.dayCount")
    #expect(await code { $0.work = .init(start: 18 * 3600, end: 9 * 3600) } == "plan.workHours")
    #expect(await code { $0.visit = .zero } == "plan.visitLength")
    #expect(await code { $0.maxDriving = .zero } == "plan.maxDriving")
    #expect(
      await code { $0.lunch = .init(window: .init(start: 43_200, end: 43_260), length: Seconds(minutes: 45)) }
        == "plan.lunch")
    #expect(await code { $0.budgetMilliseconds = 0 } == "plan.budget")
    #expect(await code { $0.timeZone = "Mars/Olympus" } == "plan.timeZone")
  }

  @Test("finished visits are not planned again")
  func alreadyDone() async throws {
    var wanted = request(days: 5)
    wanted.alreadyDone = [five[0].id, five[1].id]
    let trip = try await planner.plan(wanted, partners: five).trip
    #expect(Set(trip.days.flatMap(\.stops).map(\.name)).isSubset(of: ["Барановичи", "Пинск", "Лида"]))
    #expect(trip.unassigned.isEmpty)
    wanted.alreadyDone = five.map(\.id)
    await #expect(throws: PlanningError.self) { try await planner.plan(wanted, partners: five) }
  }

  @Test("a partner's own visit length counts")
  func visitLength() async throws {
    let trip = try await planner.plan(
      request(), partners: [partner("Лида", at: Towns.lida, visit: Seconds(hours: 2))]
    ).trip
    let stop = try #require(trip.days.first?.stops.first)
    #expect(stop.departure.timeIntervalSince(stop.serviceStart) == 7200)
  }

  @Test("a start that no zone is known for is planned in UTC and said so")
  func unknownZone() async throws {
    let result = try await TripPlanner().plan(request(days: 4), partners: five)
    #expect(result.trip.timeZone == "UTC")
    #expect(result.notes.contains { $0.contains("time zone") })
  }

  @Test("the request survives its JSON")
  func requestJSON() throws {
    var wanted = request(days: 3, selection: .and([.region("BY-BR"), .not(.tag(["vip"]))]))
    wanted.end = .at(Place(label: "Брест", coordinate: Towns.brest))
    wanted.lunch = .init(window: .init(start: 43_200, end: 50_400), length: Seconds(minutes: 45))
    wanted.mustVisit = [five[0].id]
    #expect(try PlanRequest(json: wanted.json()) == wanted)
    #expect(throws: PlanningError.self) { try PlanRequest(json: "{}") }
  }

  @Test("an explicit list of partners is the order given")
  func orderGiven() {
    let ids = [five[3].id, five[0].id, five[4].id]
    let list = TripPlanner.inOrderGiven(five, .and([.ids(ids), .status([.active])]))
    #expect(list.prefix(3).map(\.id) == ids)
    #expect(TripPlanner.inOrderGiven(five, .all) == five)
  }

  func byID(_ partners: [PartnerSummary]) -> [PartnerID: PartnerSummary] {
    Dictionary(uniqueKeysWithValues: partners.map { ($0.id, $0) })
  }
}

@Suite("A saved trip is checked again")
struct TripCheckTests {
  let planner = TripPlanner(facts: belarus)
  let partners = [
    partner("Лида", at: Towns.lida, number: 1, hours: hours(9, 18)),
    partner("Барановичи", at: Towns.baranovichi, number: 2),
  ]

  func planned() async throws -> Trip {
    var wanted = request(days: 2)
    wanted.lunch = .init(window: .init(start: 12 * 3600, end: 15 * 3600), length: Seconds(minutes: 45))
    return try await planner.plan(wanted, partners: partners).trip
  }

  func today(_ change: (inout PartnerSummary) -> Void = { _ in }) -> [PartnerID: PartnerSummary] {
    var result: [PartnerID: PartnerSummary] = [:]
    for var partner in partners {
      if partner.name == "Лида" { change(&partner) }
      result[partner.id] = partner
    }
    return result
  }

  @Test("a trip as planned breaks nothing")
  func clean() async throws {
    #expect(try await planner.violations(of: planned(), partners: today()) == [])
  }

  @Test("hours that changed since are found")
  func hoursChanged() async throws {
    let found = try await planner.violations(
      of: planned(), partners: today { $0.openingHours = hours(6, 7) })
    #expect(found.count == 1)
    #expect(found.first?.contains("Лида, window") == true)
  }

  @Test("a partner that moved, one without a place and one that is gone are named")
  func moved() async throws {
    let trip = try await planned()
    let moved = try await planner.violations(of: trip, partners: today { $0.coordinate = Towns.grodno })
    #expect(moved.contains { $0.hasPrefix("Лида: its place is ") })
    let lost = try await planner.violations(of: trip, partners: today { $0.coordinate = nil })
    #expect(lost == ["Лида: has no coordinates any more"])
    var gone = today()
    gone[partners[0].id] = nil
    #expect(try await planner.violations(of: trip, partners: gone) == ["Лида: the partner is gone"])
  }

  @Test("a stop dragged to another hour is found")
  func dragged() async throws {
    var trip = try await planned()
    trip.days[0].stops[0].arrival -= 600
    let found = try await planner.violations(of: trip, partners: today())
    #expect(found.contains { $0.contains("arrivalTime") })
  }
}
