import Geo
import Testing

@testable import Routing

@Suite("Partners are shared among several managers")
struct TeamSolverTests {
  /// What every answer keeps, by code that shares nothing with the search.
  static func expectSound(_ plan: TeamPlan, _ team: TeamProblem, _ allowed: [[Bool]], _ comment: Comment) {
    let made = plan.orders.joined().joined().sorted()
    let left = plan.leftOut.map(\.visit)
    #expect((made + left).sorted() == Array(0..<team.visitCount), comment)
    let run = TeamRun(team, .init())
    for member in team.members.indices {
      let orders = plan.orders[member]
      #expect(orders.joined().allSatisfy { allowed[member][$0] }, comment)
      let own = run.part(member, orders.joined().sorted())
      let timed = TripSolver.timed(own.problem, order: own.inside(orders))
      #expect(PlanChecker.violations(of: timed, in: own.problem).isEmpty, comment)
      #expect(timed.driving == plan.members[member].driving, comment)
      for visit in left where allowed[member][visit] {
        // Who must come before has to go with the same member.
        let needs = team.members[0].precedences.filter { $0.after == visit }.map(\.before)
        guard needs.allSatisfy(orders.joined().contains) else { continue }
        let wider = run.part(member, (orders.joined() + [visit]).sorted())
        let number = wider.visits.firstIndex(of: visit)!
        let inside = wider.inside(orders)
        for day in orders.indices {
          for position in 0...orders[day].count {
            var trial = inside
            trial[day].insert(number, at: position)
            #expect(!PlainSchedule.allDaysFit(trial, in: wider.problem), comment)
          }
        }
      }
    }
    for left in plan.leftOut {
      let who = left.reasons.map(\.member).sorted()
      #expect(who == team.members.indices.filter { allowed[$0][left.visit] }, comment)
      for reason in left.reasons {
        #expect(reason.obstacles.count == team.members[reason.member].days.count, comment)
        #expect(reason.obstacles.allSatisfy { !$0.breaks.isEmpty }, comment)
      }
    }
  }

  @Test(
    "each visit is made by one manager or left out by all with a reason, whatever rules there are",
    arguments: TeamProblem.Share.allCases)
  func sound(share: TeamProblem.Share) {
    var source = RandomProblem(seed: 41)
    source.visits = 4...9
    source.precedences = true
    source.locks = true
    source.distanceLimits = true
    source.overtime = true
    source.setUps = true
    source.values = true
    source.waiting = true
    var teams = RandomTeam(source: source)
    for number in 0..<40 {
      let team = teams.next()
      let plan = TeamSolver.solve(team, by: share, .init(seed: 3, iterations: 60, levelDays: number % 2 == 0))
      let allowed = share == .territory ? team.withinTerritory() : team.allowed
      Self.expectSound(plan, team, allowed, "team \(number), \(share)")
    }
  }

  static func value(_ plan: TeamPlan, _ team: TeamProblem, longest: Bool) -> ExhaustiveTeam.Value {
    var value = ExhaustiveTeam.Value(left: plan.leftOut.count)
    value.cost =
      team.members[0].metric == .time ? plan.sum.driving.value : Int(plan.sum.distance.value)
    if longest { value.longest = plan.members.map(\.work.value).max()! }
    return value
  }

  static func tinyTeams(seed: UInt64) -> RandomTeam {
    var source = RandomProblem(seed: seed)
    source.visits = 4...5
    source.mustVisits = false
    source.metrics = [.time]
    // A visit that a road leads to only from another one is not found by putting in one at a time.
    source.holes = false
    return RandomTeam(source: source, members: 2...3)
  }

  @Test(
    "the least driving in all, and the least longest working time and least driving with it, are what trying every sharing finds",
    arguments: [(false, UInt64(7), 400), (true, 8, 600)])
  func least(longest: Bool, seed: UInt64, iterations: Int) {
    var teams = Self.tinyTeams(seed: seed)
    for number in 0..<40 {
      let team = teams.next()
      let all = ExhaustiveTeam(team)
      let plan = TeamSolver.solve(
        team, by: longest ? .longest : .total, .init(seed: 1, iterations: iterations))
      #expect(
        Self.value(plan, team, longest: longest) == (longest ? all.longest : all.total), "team \(number)")
    }
  }

  @Test("no other sharing makes more visits than the least driving in all, or drives less for as many")
  func totalIsNeverWorse() {
    var source = RandomProblem(seed: 12)
    source.visits = 10...14
    source.metrics = [.time]
    source.mustVisits = false
    var teams = RandomTeam(source: source, barred: 0)
    for number in 0..<15 {
      let team = teams.next()
      for share in [TeamProblem.Share.territory, .longest] {
        let plan = TeamSolver.solve(team, by: share, .init(seed: 1, iterations: 200))
        let made = (plan.sum.visits, plan.total.visits)
        #expect(made.0 <= made.1, "team \(number)")
        if made.0 == made.1, share == .territory {
          #expect(plan.sum.driving >= plan.total.driving, "team \(number)")
        }
        if share == .longest, made.0 == made.1 {
          let total = TeamSolver.solve(team, by: .total, .init(seed: 1, iterations: 200))
          #expect(
            plan.members.map(\.work.value).max()! <= total.members.map(\.work.value).max()!, "team \(number)")
        }
      }
    }
  }

  @Test("equal seeds and iterations give equal sharings")
  func deterministic() {
    var source = RandomProblem(seed: 5)
    source.visits = 10...12
    var teams = RandomTeam(source: source)
    let team = teams.next()
    for share in TeamProblem.Share.allCases {
      let options = TripSolver.Options(seed: 9, iterations: 150)
      #expect(TeamSolver.solve(team, by: share, options) == TeamSolver.solve(team, by: share, options))
    }
  }

  /// Places on a line, a minute's drive apart; members start at the given places.
  static func line(
    _ places: [Int], starts: [Int], owners: [Int?]? = nil, minutes: Int = 600, service: Int = 10
  ) -> TeamProblem {
    let points = starts + places
    let seconds = points.flatMap { a in points.map { b in Optional(Seconds(abs(a - b) * 60)) } }
    let metres = points.flatMap { a in points.map { b in Optional(Metres(Double(abs(a - b) * 1000))) } }
    let matrix = try! CostMatrix(count: points.count, seconds: seconds, metres: metres, source: .roads)
    let visits = places.indices.map {
      TripProblem.Visit(point: starts.count + $0, service: Seconds(minutes: service))
    }
    let members = starts.indices.map {
      try! TripProblem(
        matrix: matrix, visits: visits, start: $0, end: .roundTrip,
        days: [.init(work: 28_800..<28_800 + minutes * 60)])
    }
    return try! TeamProblem(members: members, owners: owners)
  }

  static func made(_ plan: TeamPlan) -> [[Int]] { plan.orders.map { $0.joined().sorted() } }

  @Test(
    "by territory a visit is its owner's however far, others go to the nearest start or visit of one's own")
  func territory() {
    // Starts at 0 and 100. The visit at 90 is the first member's, and draws the one at 85 along.
    let team = Self.line([10, 85, 90, 95], starts: [0, 100], owners: [nil, nil, 0, nil])
    let plan = TeamSolver.solve(team, by: .territory)
    #expect(Self.made(plan) == [[0, 1, 2], [3]] || Self.made(plan) == [[0, 1, 2, 3], []])
    let territories = Territories(team)
    #expect(territories.member == [0, 0, 0, 0] || territories.member == [0, 0, 0, 1])
  }

  @Test("when a territory has no time left, the visits nearest to the neighbour's go over first")
  func balanced() {
    // Eight visits near the first start; its day holds about half of them.
    let team = Self.line([1, 2, 3, 4, 5, 6, 7, 8], starts: [0, 20], minutes: 60)
    let territories = Territories(team)
    let split = territories.member.firstIndex(of: 1)!
    #expect(split > 1)
    #expect(territories.member == (0..<8).map { $0 < split ? 0 : 1 })
    let plan = TeamSolver.solve(team, by: .territory)
    #expect(plan.sum.visits > 4)
  }

  @Test("areas hang together: on the way to a visit lies nobody else's, while everybody has time")
  func contiguous() {
    var random = SeededRandom(seed: 77)
    for _ in 0..<30 {
      let places = (0..<20).map { _ in random.below(400) }
      let starts = [random.below(400), random.below(400), random.below(400)]
      let member = Territories(Self.line(places, starts: starts, minutes: 10_000)).member
      for (visit, place) in places.enumerated() {
        let start = starts[member[visit]!]
        for (other, between) in places.enumerated()
        where (min(start, place)...max(start, place)).contains(between) && between != place {
          let own = starts[member[other]!]
          #expect(abs(own - between) == abs(start - between) || member[other] == member[visit])
        }
      }
    }
  }

  @Test(
    "who belongs to somebody with a full day is left out, not given to others; who belongs to nobody goes over"
  )
  func owned() {
    let owned = Self.line([1, 2, 3, 4, 5], starts: [0, 20], owners: [0, 0, 0, 0, 0], minutes: 40)
    let strict = TeamSolver.solve(owned, by: .territory)
    #expect(strict.orders[1].joined().isEmpty)
    #expect(!strict.leftOut.isEmpty)
    #expect(strict.leftOut.allSatisfy { $0.reasons.map(\.member) == [0] })
    let free = Self.line([1, 2, 3, 4, 5], starts: [0, 20], minutes: 70)
    #expect(TeamSolver.solve(free, by: .territory).leftOut.isEmpty)
  }

  @Test("the longest is shared evenly where the least driving gives one everything")
  func even() {
    let team = Self.line([1, 2, 3, 4], starts: [0, 0], service: 30)
    let total = TeamSolver.solve(team, by: .total)
    #expect(total.members.map(\.visits).sorted() == [0, 4])
    let longest = TeamSolver.solve(team, by: .longest)
    #expect(longest.members.map(\.visits) == [2, 2])
    #expect(longest.total.driving == total.sum.driving)
  }

  @Test("problems that are no team are refused")
  func refused() throws {
    let team = Self.line([1, 2], starts: [0, 9])
    let fewer = Self.line([1], starts: [0, 9])
    #expect(throws: TeamError.noMember) { try TeamProblem(members: []) }
    #expect(throws: TeamError.different(member: 1)) {
      try TeamProblem(members: [team.members[0], fewer.members[0]])
    }
    #expect(throws: TeamError.shape) { try TeamProblem(members: team.members, owners: [nil, 2]) }
  }
}
