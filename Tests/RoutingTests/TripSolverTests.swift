import Geo
import Testing

@testable import Routing

@Suite("Trip solver")
struct TripSolverTests {
  static func towns(_ count: Int, days: Int, seed: UInt64, night: TripProblem.Night = .home) throws
    -> TripProblem
  {
    var random = SeededRandom(seed: seed)
    let points = (0...count).map { _ in
      Coordinate(trustedLatitude: 53.4 + random.unit(), longitude: 26.8 + 1.5 * random.unit())
    }
    let lunch = TripProblem.Lunch(window: 12 * 3600..<14 * 3600, length: Seconds(minutes: 45))
    return try TripProblem(
      matrix: GreatCircleMatrix().table(for: points),
      visits: (1...count).map { .init(point: $0, service: Seconds(minutes: 15)) }, start: 0, end: .roundTrip,
      days: (0..<days).map { _ in .init(work: 9 * 3600..<18 * 3600, lunch: lunch) }, night: night)
  }

  @Test("the same problem, seed and iterations give the same plan, whatever runs beside it")
  func deterministic() async throws {
    let problem = try Self.towns(40, days: 4, seed: 1)
    let expected = TripSolver.solve(problem, .init(seed: 5, iterations: 300))
    await withTaskGroup(of: TripPlan.self) { group in
      for _ in 0..<4 { group.addTask { TripSolver.solve(problem, .init(seed: 5, iterations: 300)) } }
      for await plan in group { #expect(plan == expected) }
    }
  }

  @Test("random numbers, roots and logarithms have fixed bits")
  func fixedBits() {
    var random = SeededRandom(seed: 1)
    #expect(random.next() == 0x910A_2DEC_8902_5CC1)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<7000 { counts[random.below(7)] += 1 }
    #expect(counts.allSatisfy { (850...1150).contains($0) })
    #expect(abs(logarithm(10) - 2.302585092994046) < 1e-12)
    #expect(abs(logarithm(1e-16) + 36.841361487904734) < 1e-10)
    #expect(abs(power(0.01, 0.5) - 0.1) < 1e-7)
  }

  @Test("searching leaves out no more than the plain method and drives less", arguments: 1...6)
  func betterThanPlain(seed: UInt64) throws {
    for night in [TripProblem.Night.home, .away] {
      let problem = try Self.towns(45, days: 4, seed: seed, night: night)
      let plain = TripSolver.solve(problem, .init(method: .nn2opt))
      let best = TripSolver.solve(problem, .init(iterations: 400))
      #expect(PlanChecker.violations(of: plain, in: problem).isEmpty)
      #expect(PlanChecker.violations(of: best, in: problem).isEmpty)
      #expect(best.leftOut.count <= plain.leftOut.count)
      if best.leftOut.count == plain.leftOut.count { #expect(best.driving < plain.driving) }
    }
  }

  @Test("a budget in milliseconds ends the search")
  func budget() throws {
    let problem = try Self.towns(30, days: 3, seed: 2)
    let plan = TripSolver.solve(problem, .init(budgetMilliseconds: 5))
    #expect(PlanChecker.violations(of: plan, in: problem).isEmpty)
    let none = TripSolver.solve(problem, .init(iterations: 0))
    #expect(PlanChecker.violations(of: none, in: problem).isEmpty)
  }

  @Test(
    "the search without exact programming leaves out as few in 97 % and is optimal in 92 % of hard small problems"
  )
  func searchAgainstExact() {
    var problems = 0
    var same = 0
    var sameLeftOut = 0
    for seed in 1...4 as ClosedRange<UInt64> {
      var source = RandomProblem(seed: seed &* 1000)
      source.visits = 7...9
      source.days = 1...3
      source.nights = [.home]
      for number in 0..<60 {
        let problem = source.next()
        let model = SearchModel(problem)
        guard let orders = ExactDays.solve(model) else { continue }
        let exact = Exhaustive.value(TripSolver.plan(orders, model), problem)!
        let found = Exhaustive.value(TripSolver.search(model, .init(iterations: 1000)).days, problem)!
        #expect(found >= exact, "problem \(number): \(found) beats the proven \(exact)")
        problems += 1
        if (found.must, found.left) == (exact.must, exact.left) { sameLeftOut += 1 }
        if found == exact { same += 1 }
      }
    }
    #expect(problems == 240)
    #expect(sameLeftOut * 100 >= problems * 97, "same left out \(sameLeftOut) of \(problems)")
    #expect(same * 100 >= problems * 92, "same cost \(same) of \(problems)")
  }

  @Test("twelve stops in one day are exact: the dynamic programme agrees with the search, never above it")
  func twelveStops() throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let problem = try Self.towns(12, days: 1, seed: seed)
      let plan = TripSolver.solve(problem)
      #expect(PlanChecker.violations(of: plan, in: problem).isEmpty)
      #expect(plan.lowerBound == plan.driving)
      let model = SearchModel(problem)
      let search = TripSolver.search(model, .init(iterations: 500))
      let found = Exhaustive.value(search.days, problem)!
      #expect(Exhaustive.value(plan, problem)! <= found)
    }
  }

  @Test("a fixed order is timed as it is and its violations are listed")
  func schedule() throws {
    let problem = try Self.towns(12, days: 2, seed: 3)
    let (plan, violations) = TripSolver.schedule(problem, order: [Array(0..<12), []])
    #expect(plan.days[0].stops.map(\.visit) == Array(0..<12))
    #expect(violations.map(\.kind) == [.workEnd])
    #expect(plan.lowerBound == nil)
    let split = TripSolver.schedule(problem, order: [[0, 1], [2, 3]])
    #expect(split.violations.isEmpty)
    #expect(split.plan.leftOut.count == 8)
    #expect(split.plan.leftOut.allSatisfy { !$0.detail.isEmpty })
  }

  @Test("the given order is split into days and drives at least as much as the plan")
  func givenOrder() throws {
    let line = try LeftOutReasonTests.line(10)
    func problem(_ night: TripProblem.Night, _ points: [Int]) throws -> TripProblem {
      try TripProblem(
        matrix: line, visits: points.map { .init(point: $0, service: Seconds(hours: 3)) }, start: 0,
        end: .roundTrip, days: [LeftOutReasonTests.day, LeftOutReasonTests.day], night: night)
    }
    // Two visits a day fit: 0-5-1-0 and 0-4-0.
    #expect(try TripSolver.givenOrderDriving(problem(.home, [5, 1, 4])) == Seconds(600 * (10 + 8)))
    #expect(try TripSolver.givenOrderDriving(problem(.away, [5, 1, 4])) == Seconds(600 * (5 + 4 + 3 + 4)))
    #expect(try TripSolver.givenOrderDriving(problem(.home, [5, 9])) == nil)
    #expect(try TripSolver.givenOrderDriving(problem(.home, [5, 9]), visits: [0]) == Seconds(6000))
    #expect(try TripSolver.givenOrderDriving(problem(.home, [])) == .zero)
    let towns = try Self.towns(25, days: 3, seed: 4)
    let plan = TripSolver.solve(towns)
    let made = plan.days.flatMap { $0.stops.map(\.visit) }.sorted()
    #expect(TripSolver.givenOrderDriving(towns, visits: made)! > plan.driving)
  }

  @Test("nights at home: the given order goes home every night and ends elsewhere on the last day")
  func givenOrderEndsElsewhere() throws {
    let line = try LeftOutReasonTests.line(10)
    let problem = try TripProblem(
      matrix: line, visits: [5, 1, 4].map { .init(point: $0, service: Seconds(hours: 3)) }, start: 0,
      end: .open, days: [LeftOutReasonTests.day, LeftOutReasonTests.day])
    // 0-5-1-0 and 0-4.
    #expect(TripSolver.givenOrderDriving(problem) == Seconds(600 * (10 + 4)))
  }

  @Test("leaving is put off until the first door opens")
  func lateStart() throws {
    let line = try LeftOutReasonTests.line(5)
    let problem = try TripProblem(
      matrix: line, visits: [.init(point: 2, service: Seconds(600), windows: [[11 * 3600..<12 * 3600]])],
      start: 0, end: .roundTrip, days: [LeftOutReasonTests.day])
    let plan = TripSolver.solve(problem)
    #expect(plan.days[0].start == 11 * 3600 - 1200)
    #expect(plan.days[0].stops[0].arrival == 11 * 3600)
  }

  @Test("must-visits come before others when the day cannot hold all")
  func mustVisitsFirst() throws {
    let line = try LeftOutReasonTests.line(30)
    var visits = (1...14).map { TripProblem.Visit(point: $0 % 3 + 1, service: Seconds(hours: 1)) }
    visits.append(.init(point: 20, service: Seconds(hours: 2), mustVisit: true))
    for count in [8, 14] {
      let chosen = Array(visits.suffix(count))
      let problem = try TripProblem(
        matrix: line, visits: chosen, start: 0, end: .roundTrip, days: [LeftOutReasonTests.day])
      let plan = TripSolver.solve(problem, .init(iterations: 200))
      #expect(PlanChecker.violations(of: plan, in: problem).isEmpty)
      #expect(!plan.leftOut.map(\.visit).contains(chosen.count - 1))
    }
  }
}
