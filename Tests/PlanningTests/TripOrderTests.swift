import CRM
import Foundation
import Geo
import Routing
import Store
import Testing

@testable import Planning

@Suite("The manager's own order of visits")
struct TripOrderTests {
  private let planner = TripPlanner(facts: belarus)

  private func database(_ hours: OpeningHours? = nil) throws -> (Database, [PartnerID]) {
    let database = try Database.temporary()
    var ids: [PartnerID] = []
    let at = monday.adding(days: -10).instant(secondsAfterMidnight: 0, in: .gmt)
    try database.write(as: Actor(name: "test"), at: at) { writer in
      for number in 0..<4 {
        let partner = Partner(
          kind: .agency, name: "№\(number)", openingHours: number == 2 ? hours : nil,
          location: GeocodeResult(
            coordinate: Coordinate(trustedLatitude: 53.9 + 0.05 * Double(number), longitude: 27.6),
            level: .house,
            score: 1, provider: "given", query: "", label: "", at: at))
        ids.append(partner.id)
        try writer.insert(partner)
      }
    }
    return (database, ids)
  }

  private func names(_ trip: Trip) -> [[String]] { trip.days.map { $0.stops.map(\.name) } }

  @Test("is kept and timed; whoever it does not name is left out with a reason")
  func kept() async throws {
    let (database, ids) = try database()
    let wanted = request(days: 2)
    let made = try await planner.schedule(
      wanted, order: [(monday, [ids[3], ids[0]]), (monday.adding(days: 1), [ids[2]])], in: database)
    #expect(names(made.result.trip) == [["№3", "№0"], ["№2"]])
    #expect(made.violations.isEmpty)
    #expect(made.result.trip.unassigned.map(\.name) == ["№1"])
  }

  @Test("what it breaks is listed with day, partner, kind and numbers, and nothing is repaired")
  func broken() async throws {
    let (database, ids) = try database(hours(9, 10))
    var wanted = request()
    wanted.work = .init(start: 9 * 3600, end: 12 * 3600)
    let made = try await planner.schedule(
      wanted, order: [(monday, [ids[3], ids[0], ids[2], ids[1]])], in: database)
    #expect(names(made.result.trip) == [["№3", "№0", "№2", "№1"]])
    #expect(made.violations.count == 2)
    #expect(
      made.violations.map(\.line).contains {
        $0.hasPrefix("2026-06-01, workEnd: ends at 1") && $0.hasSuffix("work ends at 12:00")
      })
    #expect(
      made.violations.map(\.line).contains {
        $0.hasPrefix("2026-06-01, №2, window: 1") && $0.hasSuffix("is outside its hours 09:00–10:00")
      })
  }

  @Test("is where the search starts when it is to be improved")
  func improved() async throws {
    let (database, ids) = try database()
    let order = [(date: monday, partners: [ids[3], ids[0], ids[2], ids[1]])]
    let made = try await planner.schedule(request(), order: order, in: database).result.trip
    let better = try await planner.improve(request(), order: order, in: database).trip
    #expect(better.days[0].stops.count == 4)
    #expect(better.seconds < made.seconds)
    #expect(better.givenOrderSeconds == made.seconds && made.givenOrderSeconds == nil)
  }

  @Test("a day that is none of the trip's, a partner named twice or refused, and one nobody knows are told")
  func refused() async throws {
    let (database, ids) = try database()
    func error(_ order: [(date: LocalDate, partners: [PartnerID])]) async -> String? {
      do { _ = try await planner.schedule(request(), order: order, in: database) } catch {
        return (error as? PlanningError)?.code
      }
      return nil
    }
    #expect(await error([(monday.adding(days: 3), [ids[0]])]) == "plan.rule.date")
    #expect(await error([(monday, [ids[0], ids[0]])]) == "plan.order.twice")
    #expect(await error([(monday, [PartnerID.new()])]) == PlanningError.partnerUnknown("").code)
  }
}
