import Geo
import Testing

@testable import Routing

@Suite("Levelling days")
struct LevelDaysTests {
  private func lengths(_ plan: TripPlan) -> [Int] {
    plan.days.map { $0.stops.isEmpty ? 0 : $0.end - $0.start }
  }

  @Test(
    "a day's worth of visits in one town and an hour more fill both days alike, and no third is begun",
    arguments: [TripProblem.Night.home, .away])
  func town(night: TripProblem.Night) throws {
    var random = SeededRandom(seed: 4)
    let points = (0...30).map { _ in
      Coordinate(trustedLatitude: 53.55 + 0.02 * random.unit(), longitude: 13.25 + 0.03 * random.unit())
    }
    let problem = try TripProblem(
      matrix: GreatCircleMatrix().table(for: points),
      visits: (1...30).map { .init(point: $0, service: Seconds(minutes: 20)) }, start: 0, end: .roundTrip,
      days: Array(repeating: .init(work: 9 * 3600..<18 * 3600), count: 3), night: night)
    let packed = TripSolver.solve(problem, .init(iterations: 200))
    let level = TripSolver.solve(problem, .init(iterations: 200, levelDays: true))
    #expect(packed.days.count { $0.stops.isEmpty } == 1)
    #expect(level.leftOut.isEmpty)
    #expect(PlanChecker.violations(of: level, in: problem).isEmpty)
    let used = lengths(level).filter { $0 > 0 }
    #expect(used.count == 2)
    #expect(abs(used[0] - used[1]) < 60 * 60)
    #expect(level.driving.value - packed.driving.value <= 10 * 60)
  }

  @Test("levelling keeps every visit and constraint and never costs more than it is worth", arguments: 1...30)
  func worth(seed: UInt64) throws {
    for night in [TripProblem.Night.home, .away] {
      let problem = try TripSolverTests.towns(24, days: 4, seed: seed, night: night)
      let packed = TripSolver.solve(problem, .init(iterations: 100))
      let level = TripSolver.solve(problem, .init(iterations: 100, levelDays: true))
      #expect(PlanChecker.violations(of: level, in: problem).isEmpty)
      #expect(Set(level.leftOut.map(\.visit)) == Set(packed.leftOut.map(\.visit)))
      let model = SearchModel(problem)
      func state(_ plan: TripPlan) -> TripState {
        var state = TripState(model)
        state.take(plan.days.map { $0.stops.map(\.visit) }, model)
        return state
      }
      let before = LevelDays.lengths(state(packed), model)
      let after = LevelDays.lengths(state(level), model)
      let price = LevelDays.Price(
        mean: max(1, before.reduce(0, +) / before.count { $0 > 0 }), most: .infinity, unit: 1)
      #expect(
        Double(level.driving.value) + price.of(after) <= Double(packed.driving.value) + price.of(before))
      #expect(after.max()! <= before.max()!)
    }
  }

  @Test("two visits at opposite ends of the land stay on their days")
  func alreadyLevel() throws {
    let points = [
      Coordinate(trustedLatitude: 53, longitude: 27), Coordinate(trustedLatitude: 53, longitude: 25),
      Coordinate(trustedLatitude: 53, longitude: 29),
    ]
    let problem = try TripProblem(
      matrix: GreatCircleMatrix().table(for: points),
      visits: (1...2).map { .init(point: $0, service: Seconds(minutes: 20)) }, start: 0, end: .roundTrip,
      days: Array(repeating: .init(work: 9 * 3600..<18 * 3600), count: 2))
    let level = TripSolver.solve(problem, .init(levelDays: true))
    #expect(level.days.map(\.stops.count) == [1, 1])
    #expect(level.lowerBound == level.driving)
  }
}
