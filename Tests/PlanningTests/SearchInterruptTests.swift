import CRM
import Geo
import Routing
import Testing

@testable import Planning

@Suite("A wish to end the search gives the plan of the best so far")
struct SearchInterruptTests {
  let planner = TripPlanner(facts: belarus)
  let around: [PartnerSummary] = (0..<30).map { (number: Int) -> PartnerSummary in
    let latitude = 53.6 + 0.05 * Double(number % 6)
    let longitude = 27 + 0.1 * Double(number / 3)
    let place = Coordinate(trustedLatitude: latitude, longitude: longitude)
    return partner("№\(number)", at: place, number: UInt8(number))
  }

  /// A budget that nobody waits for: an interrupt that is not heard keeps the test from ending.
  func asking(_ days: Int) -> PlanRequest {
    var asked = request(days: days)
    asked.budgetMilliseconds = 600_000
    return asked
  }

  @Test("of one trip, asked for before it begins", .timeLimit(.minutes(9)))
  func before() async throws {
    let interrupt = SearchInterrupt()
    interrupt.ask()
    let result = try await SearchInterrupt.$current.withValue(interrupt) {
      try await planner.plan(asking(5), partners: around)
    }
    #expect(!result.trip.days.isEmpty)
    #expect(result.trip.days.reduce(0) { $0 + $1.stops.count } + result.trip.unassigned.count == around.count)
  }

  @Test("of one trip and of several managers, asked for while it searches", .timeLimit(.minutes(9)))
  func during() async throws {
    for isTeam in [false, true] {
      let interrupt = SearchInterrupt()
      let asked = Task {
        try await Task.sleep(for: .milliseconds(300))
        interrupt.ask()
      }
      let stops = try await SearchInterrupt.$current.withValue(interrupt) {
        try await isTeam ? teamStops() : tripStops()
      }
      #expect(stops > 0)
      try await asked.value
    }
  }

  private func tripStops() async throws -> Int {
    let trip = try await planner.plan(asking(5), partners: around).trip
    return trip.days.reduce(0) { $0 + $1.stops.count }
  }

  private func teamStops() async throws -> Int {
    let managers = [
      User(login: "ivan", name: "Иван", role: .manager), User(login: "olga", name: "Ольга", role: .manager),
    ]
    let members = managers.map { TeamRequest.Member(manager: $0, request: asking(3)) }
    let result = try await planner.plan(TeamRequest(members: members, share: .total), partners: around)
    return result.members.reduce(0) { $0 + $1.figures.visits }
  }
}
