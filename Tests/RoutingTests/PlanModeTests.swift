import Geo
import Testing

@testable import Routing

@Suite("Inserting one visit, comparing plans, alternatives")
struct PlanModeTests {
  /// Cheapest over all places by timing the whole plan anew.
  private func cheapest(_ visit: Int, _ days: [[Int]], _ problem: TripProblem) -> Exhaustive.Value? {
    var best: Exhaustive.Value?
    for day in days.indices {
      for position in 0...days[day].count {
        var trial = days
        trial[day].insert(visit, at: position)
        guard PlainSchedule.allDaysFit(trial, in: problem), let value = Exhaustive.value(trial, problem)
        else {
          continue
        }
        if best == nil || value.cost < best!.cost { best = value }
      }
    }
    return best
  }

  @Test(
    "inserting finds the cheapest place that breaks nothing, or none",
    arguments: SolverRuleTests.Rule.allCases)
  func insertBest(rule: SolverRuleTests.Rule) throws {
    var source = RandomProblem(seed: 5000 &+ rule.seed)
    rule.apply(to: &source)
    source.visits = 5...8
    source.days = 1...3
    source.holes = false
    var inserted = 0
    for number in 0..<60 {
      let problem = number % 3 == 0 ? source.underway() : source.next()
      let plan = TripSolver.solve(problem, .init(iterations: 50))
      let done = Set(problem.days.flatMap(\.made))
      let orders = plan.days.map { $0.stops.map(\.visit) }
      for visit in problem.visits.indices where !done.contains(visit) {
        let without = orders.map { $0.filter { $0 != visit } }
        // Taking it out may break what was there, a longest wait or a precedence: then nothing is asked.
        guard PlainSchedule.allDaysFit(without, in: problem) else {
          #expect(TripSolver.insertBest(visit, into: plan, of: problem) == nil)
          continue
        }
        let best = cheapest(visit, without, problem)
        let found = TripSolver.insertBest(visit, into: plan, of: problem)
        #expect((found == nil) == (best == nil), "problem \(number) visit \(visit)")
        guard let found, let best else { continue }
        inserted += 1
        #expect(Exhaustive.value(found.plan, problem)?.cost == best.cost, "problem \(number) visit \(visit)")
        #expect(found.plan.days[found.day].stops[found.position].visit == visit)
        #expect(found.plan.driving - plan.driving == found.addedDriving)
        let violations = PlanChecker.violations(of: found.plan, in: problem).filter { $0.kind != .mustVisit }
        #expect(violations.isEmpty, "problem \(number) visit \(visit): \(violations)")
      }
    }
    #expect(inserted > 60)
  }

  @Test("a visit goes only into the days asked for, with the driving it adds")
  func onlyDays() throws {
    let days = [LeftOutReasonTests.day, LeftOutReasonTests.day]
    let problem = try TripRuleTests.problem(TripRuleTests.visits([4, 6, 5]), days: days, end: .roundTrip)
    let plan = TripSolver.schedule(problem, order: [[0, 1], []]).plan
    let free = try #require(TripSolver.insertBest(2, into: plan, of: problem))
    #expect((free.day, free.position, free.addedDriving) == (0, 1, .zero))
    let second = try #require(TripSolver.insertBest(2, into: plan, of: problem, days: [1]))
    #expect((second.day, second.position, second.addedDriving) == (1, 0, Seconds(6000)))
    #expect(second.addedDistance == Metres(100_000))
    let late = TripSolver.schedule(problem, order: [[], [0, 1, 2]]).plan
    #expect(TripSolver.insertBest(0, into: late, of: problem)?.addedDriving == .zero)
  }

  @Test("a comparison names what was added, removed and moved, by day and in all")
  func comparison() throws {
    let days = [LeftOutReasonTests.day, LeftOutReasonTests.day]
    let problem = try TripRuleTests.problem(
      TripRuleTests.visits([1, 2, 3, 4, 5, 6]), days: days, end: .roundTrip)
    let first = TripSolver.schedule(problem, order: [[0, 1, 2], [3]]).plan
    let second = TripSolver.schedule(problem, order: [[2, 0, 1], [4, 5]]).plan
    let found = TripSolver.compare(first, second, of: problem)
    #expect(found.added == [4, 5])
    #expect(found.removed == [3])
    #expect(found.moved == [.init(visit: 2, fromDay: 0, fromPosition: 2, toDay: 0, toPosition: 0)])
    #expect(found.days.map(\.driving) == [Seconds(1200), Seconds(2400)])
    #expect(found.days.map(\.distance) == [Metres(20_000), Metres(40_000)])
    #expect(found.days.map(\.stops) == [0, 1])
    #expect(found.driving == Seconds(3600))
    #expect(found.distance == Metres(60_000))
    let other = TripSolver.compare(
      first, TripSolver.schedule(problem, order: [[0, 1], [2, 3]]).plan, of: problem)
    #expect(other.moved == [.init(visit: 2, fromDay: 0, fromPosition: 2, toDay: 1, toPosition: 0)])
    let same = TripSolver.compare(first, first, of: problem)
    #expect(same.moved.isEmpty && same.added.isEmpty && same.removed.isEmpty && same.newLegs == 0)
    // Driven the other way round it is the same road.
    let turned = TripSolver.schedule(problem, order: [[2, 1, 0], [3]]).plan
    #expect(TripSolver.compare(first, turned, of: problem).newLegs == 0)
  }

  @Test("alternatives differ from each other and are not much worse", arguments: [8, 25], [1, 3])
  func alternatives(count: Int, days: Int) throws {
    for night in [TripProblem.Night.home, .away] {
      let problem = try TripSolverTests.towns(count, days: days, seed: 7, night: night)
      let wanted = TripSolver.Difference(newLegs: 0.3, percentWorse: 20)
      let plans = TripSolver.alternatives(problem, count: 3, .init(iterations: 200), difference: wanted)
      if count > 8 { #expect(plans.count == 3) }
      #expect(plans[0] == TripSolver.solve(problem, .init(iterations: 200)))
      for (k, plan) in plans.enumerated() {
        #expect(PlanChecker.violations(of: plan, in: problem).isEmpty)
        #expect(plan.leftOut.count <= plans[0].leftOut.count)
        #expect(plan.driving.value * 100 <= plans[0].driving.value * 120)
        for other in plans[..<k] {
          let legs = [(plan, other), (other, plan)].map { TripSolver.compare($1, $0, of: problem).newLegs }
          #expect(legs.max()! >= 0.3)
        }
      }
    }
    let problem = try TripRuleTests.problem(TripRuleTests.visits([3]))
    #expect(TripSolver.alternatives(problem, count: 3).count == 1, "one visit allows no other trip")
  }
}
