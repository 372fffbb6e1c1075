import CRM
import Foundation
import Geo
import Routing
import Testing

@testable import Planning

@Suite("Rules of a request: limits of days, locks, appointments, orders, values")
struct TripRuleTests {
  let planner = TripPlanner(facts: belarus)

  /// Towns of Minsk oblast some tens of kilometres around Minsk.
  let near = [
    partner("Заславль", at: Coordinate(trustedLatitude: 54.0, longitude: 27.28), number: 1),
    partner("Логойск", at: Coordinate(trustedLatitude: 54.2, longitude: 27.85), number: 2),
    partner("Смолевичи", at: Coordinate(trustedLatitude: 54.02, longitude: 28.08), number: 3),
    partner("Дзержинск", at: Coordinate(trustedLatitude: 53.68, longitude: 27.13), number: 4),
  ]

  func plan(_ rules: TripRules, days: Int = 1, partners: [PartnerSummary]? = nil) async throws -> Trip {
    var wanted = request(days: days)
    wanted.rules = rules
    let partners = partners ?? near
    let trip = try await planner.plan(wanted, partners: partners).trip
    let broken = try await planner.violations(of: trip, partners: byID(partners))
    #expect(broken.isEmpty, "\(broken)")
    return trip
  }

  func byID(_ list: [PartnerSummary]) -> [PartnerID: PartnerSummary] {
    Dictionary(list.map { ($0.id, $0) }) { first, _ in first }
  }

  func names(_ trip: Trip) -> [[String]] { trip.days.map { $0.stops.map(\.name) } }

  @Test("an appointment is kept to the minute, whatever the opening hours say")
  func appointment() async throws {
    var partners = near
    partners[1].openingHours = hours(9, 12)
    let rule = TripRules.Stop(
      partner: partners[1].id, appointment: .init(date: monday, time: 14 * 3600 + 1800))
    let trip = try await plan(TripRules(stops: [rule]), partners: partners)
    let stop = try #require(trip.days[0].stops.first { $0.partner == partners[1].id })
    #expect(stop.serviceStart == monday.instant(secondsAfterMidnight: 14 * 3600 + 1800, in: minsk))
    #expect(trip.mustVisits == [partners[1].id])
  }

  @Test("first, last and position stand where they are asked to")
  func places() async throws {
    for (place, index) in [(TripRules.Place.first, 0), (.position(2), 1), (.last, 3)] {
      for partner in near {
        let trip = try await plan(TripRules(stops: [.init(partner: partner.id, place: place)]))
        #expect(names(trip)[0][index] == partner.name)
      }
    }
  }

  @Test("the bank comes before the client")
  func order() async throws {
    for (before, after) in [(0, 3), (3, 0), (1, 2), (2, 1)] {
      let trip = try await plan(
        TripRules(orders: [.init(before: near[before].id, after: near[after].id)]))
      let order = trip.days.flatMap(\.stops).map(\.partner)
      #expect(order.firstIndex(of: near[before].id)! < order.firstIndex(of: near[after].id)!)
    }
  }

  @Test("whoever comes only after a partner that is left out is left out for the same reason, and so on")
  func orderWithNobody() async throws {
    let nowhere = partner("Нигде", at: nil, number: 9)
    var wanted = request()
    wanted.rules.orders = [
      .init(before: near[0].id, after: near[1].id), .init(before: nowhere.id, after: near[0].id),
    ]
    let trip = try await planner.plan(wanted, partners: near + [nowhere]).trip
    let left = trip.unassigned.filter { $0.partner != nowhere.id }
    #expect(Set(left.map(\.partner)) == [near[0].id, near[1].id])
    #expect(left.allSatisfy { $0.reason == .noCoordinates })
    #expect(left.first { $0.partner == near[0].id }?.detail == "\"Нигде\", which comes first, is left out")
  }

  @Test("a year or country whose public holidays are not known is said")
  func holidaysUnknown() async throws {
    var planner = planner
    #expect(
      try await planner.plan(request(), partners: near).notes == [
        "public holidays of BY in 2026 are not known"
      ])
    planner.holidays = HolidayCalendar(["BY": [LocalDate("2026-07-03")!: "Independence Day"]])
    #expect(try await planner.plan(request(), partners: near).notes.isEmpty)
  }

  @Test("a partner is visited on its days only; the trip passes weekdays over")
  func days() async throws {
    let friday = monday.adding(days: 4)
    var wanted = request(days: 3)
    wanted.firstDate = friday
    wanted.rules.weekdays = [.monday, .tuesday, .wednesday, .thursday, .friday]
    #expect(wanted.dates == [friday, friday.adding(days: 3), friday.adding(days: 4)])
    wanted.rules.stops = near.map { .init(partner: $0.id, dates: [friday.adding(days: 4)]) }
    let trip = try await planner.plan(wanted, partners: near).trip
    #expect(trip.days.map(\.date) == [friday.adding(days: 4)])
    #expect(trip.title == "Минск, 2026-06-05 – 2026-06-09")
    #expect(try await planner.violations(of: trip, partners: byID(near)).isEmpty)
  }

  @Test("kilometres, overtime, set-up and waiting bind the day")
  func limits() async throws {
    let short = try await plan(TripRules(maxDistance: Metres(kilometres: 120)))
    #expect(short.metres.kilometres <= 120)
    #expect(!short.unassigned.isEmpty)
    #expect(short.unassigned.allSatisfy { $0.detail.contains("; the day goes ") })

    var wanted = request()
    wanted.work = .init(start: 9 * 3600, end: 13 * 3600)
    wanted.rules.setUp = Seconds(minutes: 10)
    let tight = try await planner.plan(wanted, partners: near).trip
    #expect(tight.unassigned.count == 2)
    let stop = tight.days[0].stops[0]
    #expect(stop.departure.timeIntervalSince(stop.serviceStart) == 40 * 60)
    wanted.rules.overtime = Seconds(hours: 3)
    let late = try await planner.plan(wanted, partners: near).trip
    #expect(late.unassigned.isEmpty)
    #expect(late.days[0].end > monday.instant(secondsAfterMidnight: 13 * 3600, in: minsk))

    var partners = near
    partners[3].openingHours = hours(16, 18)
    partners[0].openingHours = hours(9, 11)
    wanted = request()
    let waits = try await planner.plan(wanted, partners: partners).trip
    #expect(waits.unassigned.isEmpty)
    wanted.rules.maxWait = Seconds(minutes: 20)
    let patient = try await planner.plan(wanted, partners: partners).trip
    #expect(patient.unassigned.count == 1)
    #expect(
      patient.days[0].stops.dropFirst().allSatisfy {
        $0.serviceStart.timeIntervalSince($0.arrival) <= 20 * 60
      })
  }

  @Test("when not all fit, the urgent and the weighty go first")
  func values() async throws {
    var wanted = request()
    wanted.work = .init(start: 9 * 3600, end: 11 * 3600 + 1800)
    for chosen in [0, 3] {
      wanted.rules = TripRules(stops: [.init(partner: near[chosen].id, weight: 9)])
      #expect(names(try await planner.plan(wanted, partners: near).trip).joined().contains(near[chosen].name))
    }
    var partners = near
    for index in partners.indices {
      partners[index].callIntervalDays = 30
      partners[index].lastVisit = monday.adding(days: -10).instant(secondsAfterMidnight: 0, in: minsk)
    }
    partners[3].lastVisit = monday.adding(days: -60).instant(secondsAfterMidnight: 0, in: minsk)
    wanted.rules = TripRules(worth: .urgency)
    let urgent = try await planner.plan(wanted, partners: partners).trip
    #expect(names(urgent).joined().contains("Дзержинск"))
    #expect(!urgent.unassigned.isEmpty)
    #expect(VisitWorth.urgency(of: partners[3], on: monday, in: minsk) == 200)
    #expect(VisitWorth.urgency(of: near[0], on: monday, in: minsk) == 50)
  }

  @Test("worth is urgency by turnover, which counts by its ratio to the median of those who sold anything")
  func turnover() async throws {
    let amounts = [100.0, 200, 0, 90_000]
    let list = zip(near, amounts).map { TripRules.Turnover(partner: $0.id, amount: $1) }
    func worth(_ rules: TripRules) -> [Int] {
      near.prefix(5).map { VisitWorth(rules).value(of: $0, on: monday, in: minsk) }
    }
    // Median 200; limits a quarter and four times; whoever is not named sold nothing.
    #expect(
      worth(TripRules(turnover: list)) == [50, 100, 25, 400, 25].prefix(near.prefix(5).count).map { $0 })
    #expect(worth(TripRules(worth: .urgency, turnover: list)).prefix(4) == [25, 50, 12, 200])
    #expect(worth(TripRules()).allSatisfy { $0 == 1 })
    var wanted = request()
    wanted.work = .init(start: 9 * 3600, end: 11 * 3600 + 1800)
    for chosen in [0, 3] {
      wanted.rules = TripRules(turnover: [.init(partner: near[chosen].id, amount: 5)])
      #expect(names(try await planner.plan(wanted, partners: near).trip).joined().contains(near[chosen].name))
    }
  }

  @Test("a trip of least kilometres is not measured by a bound on time")
  func distanceHasNoBound() async throws {
    var wanted = request()
    #expect(try await planner.plan(wanted, partners: near).trip.gapPercent != nil)
    wanted.metric = .distance
    #expect(try await planner.plan(wanted, partners: near).trip.gapPercent == nil)
  }

  @Test("rules that cannot be kept are refused by name")
  func refused() {
    func code(_ rules: TripRules) -> String? {
      var wanted = request()
      wanted.rules = rules
      do { try wanted.validate() } catch { return error.code }
      return nil
    }
    let id = near[0].id
    #expect(code(TripRules(maxDistance: .zero)) == "plan.maxDistance")
    #expect(code(TripRules(overtime: Seconds(hours: 13))) == "plan.overtime")
    #expect(code(TripRules(setUp: Seconds(hours: 5))) == "plan.setUp")
    #expect(code(TripRules(maxWait: Seconds(-1))) == "plan.maxWait")
    #expect(code(TripRules(weekdays: [])) == "plan.weekdays")
    #expect(code(TripRules(stops: [.init(partner: id, dates: [monday.adding(days: 1)])])) == "plan.rule.date")
    #expect(code(TripRules(stops: [.init(partner: id, dates: [])])) == "plan.rule.dates")
    #expect(code(TripRules(stops: [.init(partner: id, place: .position(0))])) == "plan.rule.position")
    #expect(code(TripRules(stops: [.init(partner: id, weight: 0)])) == "plan.rule.value")
    #expect(
      code(TripRules(stops: [.init(partner: id, appointment: .init(date: monday, time: 86_400))]))
        == "plan.rule.appointment")
    #expect(
      code(TripRules(turnover: [.init(partner: id, amount: -1)])) == "plan.rule.turnover")
    let circle = [(0, 1), (1, 2), (2, 0)].map {
      TripRules.Order(before: near[$0.0].id, after: near[$0.1].id)
    }
    #expect(code(TripRules(orders: circle)) == "plan.rule.orderCircle")
    #expect(code(TripRules(orders: Array(circle.dropLast()))) == nil)
  }

  @Test("a request stored without rules is read as one that has none")
  func earlier() throws {
    var stored = try request().json()
    let start = try #require(stored.range(of: ",\"rules\":{"))
    let end = try #require(stored.range(of: "}", range: start.upperBound..<stored.endIndex))
    stored.removeSubrange(start.lowerBound..<end.upperBound)
    #expect(try PlanRequest(json: stored) == request())
  }
}
