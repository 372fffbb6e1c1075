import Geo
import Testing

@testable import Routing

@Suite("What is in the way of a left-out visit, with the numbers")
struct ObstacleTests {
  typealias Broken = TripPlan.Broken

  private func left(_ problem: TripProblem) throws -> TripPlan.LeftOut {
    try #require(TripRuleTests.solve(problem).leftOut.first)
  }

  @Test("kilometres: how many are added and how many are too many")
  func distance() throws {
    var day = LeftOutReasonTests.day
    day.maxDistance = Metres(79_000)
    let out = try left(
      TripRuleTests.problem(TripRuleTests.visits([4, 3]), days: [day], end: .roundTrip))
    #expect(out.visit == 0)
    #expect(out.reason == .tooFar)
    #expect(out.obstacles.map(\.breaks) == [[Broken(.maxDistance, by: 1000)]])
    #expect(out.obstacles.map(\.addedDistance) == [Metres(20_000)])
    #expect(
      out.detail
        == "even alone on day 1: 1 h 20 min of driving and 80 km; the day goes 1 km too far")
  }

  @Test("overtime: what is missing beyond it")
  func overtime() throws {
    let day = TripProblem.Day(work: 9 * 3600..<12 * 3600, overtime: Seconds(hours: 1))
    let visits = TripRuleTests.visits([1, 1], hours: 3)
    let out = try left(TripRuleTests.problem(visits, days: [day]))
    #expect(out.obstacles.map(\.breaks) == [[Broken(.workEnd, by: 130 * 60)]])
    #expect(out.reason == .dayFull)
    #expect(out.detail.hasSuffix("; the day ends 2 h 10 min too late"))
  }

  @Test("a precedence names the visit that is not made")
  func precedence() throws {
    let cutOff = try TripRuleTests.problem(
      [.init(point: 1, service: Seconds(60)), .init(point: 39, service: Seconds(60))],
      precedences: [.init(before: 1, after: 0)])
    let out = try left(cutOff)
    #expect(out.visit == 0)
    #expect(out.obstacles.map(\.breaks) == [[Broken(.precedence, visit: 1)]])
    #expect(
      out.detail
        == "best on day 1, place 1: 10 min of driving and 10 km more; the order with visit 1 would not be kept"
    )
  }

  @Test("a slot that is taken, a place visited already, an appointment missed, a day that is not its own")
  func locks() throws {
    var visits = TripRuleTests.visits([1, 2])
    visits[0].slot = .first
    visits[1].slot = .first
    let slots = try left(TripRuleTests.problem(visits))
    #expect(slots.obstacles[0].breaks.map(\.rule) == [.slot])
    let once = try left(TripRuleTests.problem(TripRuleTests.visits([2, 2]), samePlaceOnceADay: true))
    #expect(once.obstacles[0].breaks == [Broken(.samePlace, visit: 1 - once.visit)])
    visits = TripRuleTests.visits([1, 2])
    visits[0].appointment = .init(day: 0, at: 10 * 3600)
    visits[1].appointment = .init(day: 0, at: 10 * 3600 + 1800)
    let late = try left(TripRuleTests.problem(visits))
    // The hour from ten, ten minutes of driving: forty minutes late for half past ten.
    #expect(late.obstacles[0].breaks == [Broken(.appointment, by: 40 * 60, visit: 1)])
    #expect(late.reason == .windowMissed)
    let days = [LeftOutReasonTests.day, LeftOutReasonTests.day]
    visits = TripRuleTests.visits([1, 1], hours: 5)
    visits[0].days = [0]
    visits[1].days = [0]
    let locked = try left(TripRuleTests.problem(visits, days: days))
    #expect(locked.obstacles.map { $0.breaks.map(\.rule) } == [[.workEnd], [.day]])
    #expect(locked.obstacles[0].breaks[0].amount == 70 * 60)
  }

  @Test("a day that is over takes its locked visits with it")
  func dayOver() throws {
    var days = [LeftOutReasonTests.day, LeftOutReasonTests.day]
    days[0].progress = .init(stops: [], start: 9 * 3600, isOver: true)
    var visits = TripRuleTests.visits([1, 2])
    visits[0].days = [0]
    let out = try left(TripRuleTests.problem(visits, days: days))
    #expect(out.visit == 0)
    #expect(out.reason == .closedThatDay)
    #expect(out.detail == "only possible on day 1, which is over")
  }

  @Test("an obstacle breaks nothing exactly where the visit fits", arguments: SolverRuleTests.Rule.allCases)
  func exact(rule: SolverRuleTests.Rule) {
    var source = RandomProblem(seed: 8000 &+ rule.seed)
    rule.apply(to: &source)
    source.visits = 5...8
    source.days = 1...3
    var looked = 0
    for number in 0..<60 {
      source.holes = number % 3 != 0
      let problem = number % 3 == 0 ? source.underway() : source.next()
      let plan = TripSolver.solve(problem, .init(iterations: 30))
      let orders = plan.days.map { $0.stops.map(\.visit) }
      var visits = plan.leftOut.map(\.visit)
      // A visit of the plan taken out: most often it fits again.
      var shorter = plan
      if let day = plan.days.indices.last(where: { orders[$0].count > problem.days[$0].made.count }) {
        let visit = orders[day].last!
        shorter.days[day].stops.removeLast()
        visits.append(visit)
      }
      for visit in visits {
        let base = plan.leftOut.contains { $0.visit == visit } ? plan : shorter
        let days = base.days.map { $0.stops.map(\.visit) }
        guard PlainSchedule.allDaysFit(days, in: problem) else { continue }
        for obstacle in TripSolver.obstacles(to: visit, in: base, of: problem) {
          let made = problem.days[obstacle.day].made.count
          let fits = (made...max(made, days[obstacle.day].count)).contains { position in
            var trial = days
            trial[obstacle.day].insert(visit, at: position)
            return PlainSchedule.allDaysFit(trial, in: problem)
          }
          looked += 1
          #expect(obstacle.breaks.isEmpty == fits, "problem \(number), visit \(visit): \(obstacle)")
        }
      }
    }
    #expect(looked > 60)
  }
}
