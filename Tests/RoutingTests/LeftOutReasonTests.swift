import Geo
import Testing

@testable import Routing

@Suite("Each left-out visit has the right reason")
struct LeftOutReasonTests {
  /// Points on a line, ten minutes and ten kilometres apart; the last one is cut off.
  static func line(_ count: Int) throws -> CostMatrix {
    var seconds: [Seconds?] = []
    var metres: [Metres?] = []
    for a in 0..<count {
      for b in 0..<count {
        let open = a == b || (a != count - 1 && b != count - 1)
        seconds.append(open ? Seconds(abs(a - b) * 600) : nil)
        metres.append(open ? Metres(Double(abs(a - b) * 10_000)) : nil)
      }
    }
    return try CostMatrix(count: count, seconds: seconds, metres: metres, source: .roads)
  }

  static func solve(
    _ visits: [TripProblem.Visit], days: [TripProblem.Day], points: Int = 40,
    night: TripProblem.Night = .home, end: TripProblem.End = .roundTrip
  ) throws -> TripPlan {
    let problem = try TripProblem(
      matrix: line(points), visits: visits, start: 0, end: end, days: days, night: night)
    let plan = TripSolver.solve(problem)
    #expect(PlanChecker.violations(of: plan, in: problem).isEmpty)
    return plan
  }

  static let day = TripProblem.Day(work: 9 * 3600..<18 * 3600)

  @Test("unreachable")
  func unreachable() throws {
    let plan = try Self.solve([.init(point: 39, service: Seconds(60))], days: [Self.day])
    #expect(plan.leftOut.map(\.reason) == [.unreachable])
    #expect(plan.leftOut[0].detail == "no road leads there")
  }

  @Test("closed that day, and on every day")
  func closed() throws {
    let one = try Self.solve([.init(point: 1, service: Seconds(60), windows: [[]])], days: [Self.day])
    #expect(one.leftOut.map(\.reason) == [.closedThatDay])
    let two = try Self.solve(
      [.init(point: 1, service: Seconds(60), windows: [[], []])], days: [Self.day, Self.day])
    #expect(two.leftOut[0].detail == "closed on every day of the trip")
  }

  @Test("opening hours that work does not reach")
  func windowMissed() throws {
    let plan = try Self.solve(
      [.init(point: 6, service: Seconds(minutes: 30), windows: [[8 * 3600..<10 * 3600]])], days: [Self.day])
    #expect(plan.leftOut.map(\.reason) == [.windowMissed])
    #expect(
      plan.leftOut[0].detail
        == "on day 1 open 08:00–10:00, reached at 10:00 at the earliest, the visit takes 30 min; ends 30 min after it closes"
    )
  }

  @Test("opening hours too short for the visit name its length and its end")
  func windowTooShort() throws {
    let plan = try Self.solve(
      [.init(point: 5, service: Seconds(minutes: 90), windows: [[8 * 3600..<11 * 3600]])], days: [Self.day])
    #expect(plan.leftOut.map(\.reason) == [.windowMissed])
    #expect(
      plan.leftOut[0].detail
        == "on day 1 open 08:00–11:00, reached at 09:50 at the earliest, the visit takes 1 h 30 min; ends 20 min after it closes"
    )
  }

  @Test("opening hours that clash with those of another visit")
  func windowClash() throws {
    let morning = [[9 * 3600..<10 * 3600]]
    let plan = try Self.solve(
      [
        .init(point: 1, service: Seconds(minutes: 40), windows: morning),
        .init(point: 2, service: Seconds(minutes: 40), windows: morning),
      ], days: [Self.day])
    #expect(plan.leftOut.map(\.reason) == [.windowMissed])
    #expect(
      plan.leftOut[0].detail
        == "best on day 1, place 2: 20 min of driving and 20 km more; ends 40 min after it closes")
  }

  @Test("too far there and back, by hours and by maximum driving")
  func tooFar() throws {
    let far = try Self.solve([.init(point: 30, service: Seconds(minutes: 30))], days: [Self.day])
    #expect(far.leftOut.map(\.reason) == [.tooFar])
    #expect(
      far.leftOut[0].detail
        == "even alone on day 1: 10 h of driving and 600 km; the day ends 1 h 30 min too late"
    )
    let limited = try Self.solve(
      [.init(point: 10, service: Seconds(minutes: 30))],
      days: [.init(work: 9 * 3600..<18 * 3600, maxDriving: Seconds(hours: 3))])
    #expect(limited.leftOut.map(\.reason) == [.tooFar])
    #expect(
      limited.leftOut[0].detail
        == "even alone on day 1: 3 h 20 min of driving and 200 km; the day drives 20 min too long")
  }

  @Test("one full day tells how much is missing")
  func dayFull() throws {
    let plan = try Self.solve(
      [
        .init(point: 1, service: Seconds(hours: 8), mustVisit: true),
        .init(point: 2, service: Seconds(hours: 1)),
      ], days: [Self.day])
    #expect(plan.leftOut.map(\.reason) == [.dayFull])
    #expect(
      plan.leftOut[0].detail
        == "best on day 1, place 1: 20 min of driving and 20 km more; the day ends 40 min too late")
  }

  @Test("several full days are a full trip")
  func tripFull() throws {
    let visits = (1...3).map { TripProblem.Visit(point: $0, service: Seconds(hours: 6)) }
    let plan = try Self.solve(visits, days: [Self.day, Self.day])
    #expect(plan.leftOut.map(\.reason) == [.tripFull])
    #expect(
      plan.leftOut[0].detail
        == "best on day 2, place 1: 20 min of driving and 20 km more; the day ends 4 h too late")
  }

  @Test("driving left in the day is counted when the hours would do")
  func drivingFull() throws {
    let plan = try Self.solve(
      [
        .init(point: 6, service: Seconds(60), mustVisit: true),
        .init(point: 8, service: Seconds(60)),
      ], days: [.init(work: 9 * 3600..<18 * 3600, maxDriving: Seconds(minutes: 161))], end: .roundTrip)
    #expect(plan.leftOut.isEmpty)
    let tight = try Self.solve(
      [
        .init(point: 6, service: Seconds(60), mustVisit: true),
        .init(point: 8, service: Seconds(60)),
      ], days: [.init(work: 9 * 3600..<18 * 3600, maxDriving: Seconds(minutes: 130))], end: .open)
    #expect(tight.leftOut.isEmpty)
  }

  @Test("a day too short for any visit leaves all out, each with its reason, and moves nowhere")
  func dayTooShort() throws {
    let short = TripProblem.Day(work: 9 * 3600..<9 * 3600 + 600)
    for night in [TripProblem.Night.home, .away] {
      let plan = try Self.solve(
        [
          .init(point: 1, service: Seconds(minutes: 30)),
          .init(point: 1, service: Seconds(minutes: 5)),
          .init(point: 39, service: Seconds(minutes: 5)),
        ], days: [short, short], night: night)
      #expect(plan.leftOut.map(\.reason) == [.dayFull, .tooFar, .unreachable])
      #expect(plan.leftOut[0].detail == "the visit takes 30 min, day 1 has 10 min")
      #expect(plan.driving == .zero)
      #expect(plan.lowerBound == .zero)
    }
  }

  @Test("closed on the days asked for is not said of days that were not asked for")
  func closedOnAskedDays() throws {
    let open = [[9 * 3600..<18 * 3600], [], []]
    let plan = try Self.solve(
      [
        .init(point: 1, service: Seconds(60), windows: open, days: [1]),
        .init(point: 1, service: Seconds(60), windows: open, days: [1, 2]),
      ], days: [Self.day, Self.day, Self.day])
    #expect(plan.leftOut.map(\.reason) == [.closedThatDay, .closedThatDay])
    #expect(
      plan.leftOut.map(\.detail) == [
        "closed on day 2, the only one asked for", "closed on the days asked for: day 2, day 3",
      ])
  }

  @Test("a door that is open long enough, but not for the way home, says by how much the day is too long")
  func wayHome() throws {
    let day = TripProblem.Day(work: 9 * 3600..<14 * 3600)
    let plan = try Self.solve(
      [.init(point: 5, service: Seconds(minutes: 30), windows: [[13 * 3600..<17 * 3600]])], days: [day])
    #expect(plan.leftOut.map(\.reason) == [.windowMissed])
    #expect(
      plan.leftOut[0].detail
        == "on day 1 open 13:00–17:00, reached at 09:50 at the earliest, the visit takes 30 min; the day ends 20 min too late"
    )
  }

  @Test("an appointment that work does not hold is told as one")
  func appointmentAfterWork() throws {
    var visit = TripProblem.Visit(
      point: 1, service: Seconds(minutes: 30), windows: [[9 * 3600..<18 * 3600]])
    visit.appointment = .init(day: 0, at: 18 * 3600 + 1800)
    let plan = try Self.solve([visit], days: [Self.day])
    #expect(plan.leftOut.map(\.reason) == [.windowMissed])
    #expect(
      plan.leftOut[0].detail
        == "the appointment on day 1 is at 18:30, reached at 09:10 at the earliest, the visit takes 30 min; the day ends 1 h 10 min too late"
    )
  }

  @Test("an empty day whose limits hold nothing is too far, with each limit")
  func limitsAlone() throws {
    var day = Self.day
    day.maxDriving = Seconds(minutes: 10)
    day.maxDistance = Metres(5000)
    let plan = try Self.solve([.init(point: 1, service: Seconds(60))], days: [day])
    #expect(plan.leftOut.map(\.reason) == [.tooFar])
    #expect(
      plan.leftOut[0].detail
        == "even alone on day 1: 20 min of driving and 20 km; the day drives 10 min too long; the day goes 15 km too far"
    )
  }

  @Test("no visits, a visit at the start, two visits at one place")
  func edges() throws {
    let none = try Self.solve([], days: [Self.day])
    #expect(none.leftOut.isEmpty && none.driving == .zero)
    let same = try Self.solve(
      [
        .init(point: 0, service: Seconds(60)), .init(point: 3, service: Seconds(60)),
        .init(point: 3, service: Seconds(60)),
      ], days: [Self.day])
    #expect(same.leftOut.isEmpty)
    #expect(same.driving == Seconds(3600))
  }

  @Test("reasons and their numbers survive random problems: every left-out visit has a sentence")
  func sentences() {
    var source = RandomProblem(seed: 99)
    source.visits = 3...12
    source.days = 1...3
    var seen: [LeftOutReason: Int] = [:]
    var compared = 0
    for _ in 0..<400 {
      let problem = source.next()
      for left in TripSolver.solve(problem, .init(iterations: 50)).leftOut {
        seen[left.reason, default: 0] += 1
        #expect(!left.detail.isEmpty)
        #expect(!left.detail.contains("17592186"), "a hole leaked into \(left.detail)")
        if left.detail.contains(", place ") {
          // The sentence is one of the obstacles, number by number.
          let told = left.obstacles.map { obstacle in
            let added = TripPlan.sentence(driving: obstacle.addedDriving, distance: obstacle.addedDistance)
            let place = "day \(obstacle.day + 1), place \(obstacle.position + 1): \(added) more"
            return
              ([place]
              + obstacle.breaks.map { broken in
                let other = broken.visit.flatMap { $0 == left.visit ? nil : "visit \($0)" }
                return TripPlan.sentence(broken.rule, by: broken.amount, of: other)
              }).joined(separator: "; ")
          }
          #expect(told.contains { left.detail.hasSuffix($0) }, "\(left.detail) is none of \(told)")
          compared += 1
        }
        if left.reason == .closedThatDay {
          #expect(problem.visits[left.visit].windows!.allSatisfy { $0.allSatisfy(\.isEmpty) })
        }
      }
    }
    #expect(compared > 100)
    #expect(seen.count == LeftOutReason.allCases.count, "\(seen)")
  }
}
