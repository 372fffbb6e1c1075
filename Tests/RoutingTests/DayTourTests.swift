import Geo
import Testing

@testable import Routing

@Suite("Days as tours")
struct DayTourTests {
  /// Places on a line of hours, driven at one second a unit, home at 0.
  private func line(
    _ places: [Int], windows: [Int: [Range<Int>]] = [:], days: Int = 1, work: Range<Int> = 0..<100_000,
    end: TripProblem.End = .roundTrip
  ) throws -> TripProblem {
    let points = [0] + places
    let seconds = points.flatMap { a in points.map { b in Seconds?(Seconds(abs(a - b))) } }
    let matrix = try CostMatrix(
      count: points.count, seconds: seconds, metres: seconds.map { $0.map { Metres(Double($0.value)) } },
      source: .greatCircle)
    let visits = places.indices.map { k in
      TripProblem.Visit(
        point: k + 1, service: Seconds(10), windows: windows[k].map { Array(repeating: $0, count: days) })
    }
    return try TripProblem(
      matrix: matrix, visits: visits, start: 0, end: end,
      days: Array(repeating: TripProblem.Day(work: work), count: days))
  }

  private static let effort = DayTour.Effort(seed: 1, seconds: nil)
  private static let places = (1...20).map { ($0 * 7919) % 1009 }

  @Test("A day that holds everybody is the shortest, round trip, open or to an end")
  func wholeDay() throws {
    for end in [TripProblem.End.roundTrip, .open, .at(3)] {
      let problem = try line(Self.places, end: end)
      let plan = TripSolver.solve(problem)
      let far = Self.places.max()!
      let best =
        switch end {
        case .roundTrip: 2 * far
        case .open: far
        case .at: far + far - Self.places[2]
        }
      #expect(plan.driving == Seconds(best))
      #expect(plan.lowerBound! <= plan.driving)
      #expect(plan.leftOut.isEmpty && PlanChecker.violations(of: plan, in: problem).isEmpty)
    }
  }

  @Test(
    "Opening hours that the shortest order breaks are kept; with time to search by the engine for windows")
  func hours() throws {
    // The nearest opens last.
    let nearest = Self.places.indices.min { Self.places[$0] < Self.places[$1] }!
    let second = Self.places.indices.filter { $0 != nearest }.min { Self.places[$0] < Self.places[$1] }!
    let problem = try line(
      Self.places, windows: [nearest: [6000..<7000], second: [0..<600]], work: 0..<7100)
    for options in [TripSolver.Options(), TripSolver.Options(budgetMilliseconds: 400)] {
      let plan = TripSolver.solve(problem, options)
      #expect(plan.leftOut.isEmpty && PlanChecker.violations(of: plan, in: problem).isEmpty)
      #expect(plan.driving == Seconds(2 * Self.places.max()!))
    }
    let model = SearchModel(problem)
    let whole = try #require(OneDay.solve(model, DayTour.Effort(seed: 1, seconds: 1)))
    #expect(whole.lowerBound <= whole.state.cost && whole.state.cost == 2 * Self.places.max()!)
  }

  @Test("Everybody on one day when that cannot be is no answer")
  func tooMuch() throws {
    let model = SearchModel(try line(Self.places, work: 0..<1500))
    #expect(OneDay.solve(model, Self.effort) == nil)
    #expect(OneDay.solve(SearchModel(try line(Self.places, days: 2)), Self.effort) == nil)
  }

  @Test("Days in a bad order are put right without moving a visit to another day")
  func ordering() throws {
    let problem = try line(Self.places, days: 2)
    let model = SearchModel(problem)
    var state = TripState(model)
    let halves = [Array(0..<10), Array(10..<20)]
    let holds = state.take(halves, model)
    #expect(holds)
    let before = state.cost
    state.orderDays(model, Self.effort)
    #expect(state.days.map(Set.init) == halves.map(Set.init))
    #expect(state.cost < before)
    let farthest = halves.map { half in half.map { Self.places[$0] }.max()! }
    #expect(state.cost == 2 * (farthest[0] + farthest[1]))
  }
}
