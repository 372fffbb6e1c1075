import Geo

/// Answers a ``TeamProblem``.
///
/// Aims, in this order: as few must-visits left out as possible, least value left out, for
/// ``TeamProblem/Share/longest`` the least working time of whoever works longest, least driving of all by the
/// problem's metric with overtime by its weight. A visit that another must come before is made by the same member.
public enum TeamSolver {
  /// The best sharing found. It depends on the problem, the seed and the iterations only; with a budget in
  /// milliseconds the number of iterations is what the clock allows.
  public static func solve(
    _ problem: TeamProblem, by share: TeamProblem.Share, _ options: TripSolver.Options = .init()
  ) -> TeamPlan {
    let run = TeamRun(problem, options)
    // What is best in all begins where territories lead to, so that it is never worse.
    let territory = run.territory()
    let total = run.total(from: territory)
    var (state, model) = (total, run.model)
    switch share {
    case .territory: (state, model) = (territory, run.spilling)
    case .total: break
    case .longest: state = run.longest(from: total)
    }
    // A search for something else may come upon less driving, too.
    let least = TeamScore(state, run.model, .total) < TeamScore(total, run.model, .total) ? state : total
    return run.answer(state, model, by: share, total: least)
  }
}

/// One question with what is made on the way to its answer.
struct TeamRun {
  let problem: TeamProblem
  let model: TeamModel
  /// Visits that belong to somebody are for nobody else.
  let spilling: TeamModel
  private let options: TripSolver.Options

  init(_ problem: TeamProblem, _ options: TripSolver.Options) {
    self.problem = problem
    self.options = options
    model = TeamModel(problem)
    var spilling = model
    spilling.allowed = problem.withinTerritory()
    self.spilling = spilling
  }

  /// Everybody in their territory; visits nobody owns that do not fit there go to whoever has room.
  func territory() -> TeamState {
    var within = model
    within.allowed = Territories(problem).allowed
    var state = TeamState(within)
    for member in problem.members.indices { fill(&state, member, within) }
    state.insertAll(spilling, goal: .total)
    return polish(state, spilling, goal: .total)
  }

  func total(from start: TeamState) -> TeamState {
    var greedy = TeamState(model)
    greedy.insertAll(model, goal: .total)
    let first =
      TeamScore(start, model, .total) < TeamScore(greedy, model, .total) ? start : greedy
    var search = TeamSearch(model, seed: options.seed)
    return polish(search.improve(first, limit(first, share: 0.4), goal: .total), model, goal: .total)
  }

  /// First the least longest working time, then the least driving that keeps it.
  func longest(from start: TeamState) -> TeamState {
    // Going over the limit by a second costs more than a second of everybody.
    let weight = (2 + problem.members.count) * (problem.members[0].metric == .time ? 1 : 20)
    var goal = TeamGoal(
      limit: max(0, start.longest - 1), weight: weight, byLongest: true, shrinks: true)
    var search = TeamSearch(model, seed: options.seed &+ 1)
    var state = search.improve(start, limit(start, share: 0.2), goal: goal)
    goal.shrinks = false
    goal.limit = state.longest
    state = search.improve(state, limit(state, share: 0.2), goal: goal)
    return polish(state, model, goal: goal)
  }

  /// Rounds that take about a third of a second, or what the budget allows.
  /// - Parameter share: of the budget; the rest is for other searches and for the days of each member.
  private func limit(_ state: TeamState, share: Double) -> TeamSearch.Limit {
    let left = state.leftOut.count
    let places =
      model.visits - left + model.models.reduce(0) { $0 + $1.dayCount }
    let usual = max(1000, min(20_000, 26_000_000 / ((10 + left) * places + 600)))
    guard let budget = options.budgetMilliseconds else {
      return .init(rounds: options.iterations ?? usual, used: { Task.isCancelled ? 1 : 0 })
    }
    let clock = ContinuousClock()
    let started = clock.now
    let most = Duration.milliseconds(max(1, Int(Double(budget) * share)))
    return .init(
      rounds: options.iterations ?? .max,
      used: { Task.isCancelled ? 1 : min(1, (clock.now - started) / most) })
  }

  // MARK: Each member's own days

  /// Gives a member all visits that are allowed to nobody else.
  private func fill(_ state: inout TeamState, _ member: Int, _ within: TeamModel) {
    let visits = (0..<within.visits).filter { within.allowed[member][$0] }
    let own = part(member, visits)
    var orders = state.orders
    orders[member] = own.orders(of: TripSolver.solve(own.problem, memberOptions))
    if let filled = TeamState(orders, within) { state = filled }
  }

  private var memberOptions: TripSolver.Options {
    .init(
      seed: options.seed, iterations: options.iterations,
      budgetMilliseconds: options.budgetMilliseconds.map { max(1, $0 / 10 / problem.members.count) })
  }

  /// A member's problem with some of the visits only.
  struct Part {
    var problem: TripProblem
    var visits: [Int]

    func orders(of plan: TripPlan) -> [[Int]] { plan.days.map { $0.stops.map { visits[$0.visit] } } }
    func inside(_ orders: [[Int]]) -> [[Int]] {
      var number: [Int: Int] = [:]
      for (index, visit) in visits.enumerated() { number[visit] = index }
      return orders.map { $0.compactMap { number[$0] } }
    }
  }

  func part(_ member: Int, _ visits: [Int]) -> Part {
    let own = problem.members[member]
    let precedences = own.precedences.compactMap { rule -> TripProblem.Precedence? in
      guard let before = visits.firstIndex(of: rule.before), let after = visits.firstIndex(of: rule.after)
      else { return nil }
      return .init(before: before, after: after)
    }
    return Part(
      problem: own.replacing(
        visits: visits.map { own.visits[$0] }, days: own.days, precedences: precedences),
      visits: visits)
  }

  /// Plans each member's share by the solver of single trips, keeps what is better, and puts in who fits now.
  private func polish(_ start: TeamState, _ model: TeamModel, goal: TeamGoal) -> TeamState {
    var state = start
    for member in problem.members.indices {
      let visits = state.members[member].days.joined().sorted()
      guard !visits.isEmpty else { continue }
      let own = part(member, visits)
      var orders = state.orders
      orders[member] = own.orders(of: TripSolver.solve(own.problem, memberOptions))
      if let other = TeamState(orders, model),
        TeamScore(other, model, goal) < TeamScore(state, model, goal)
      {
        state = other
      }
    }
    state.insertAll(model, goal: goal)
    return state
  }

  /// Days of a member made more equal where that costs little, as in single trips.
  private func level(_ state: inout TeamState, goal: TeamGoal) {
    guard options.levelDays else { return }
    for member in problem.members.indices {
      let visits = state.members[member].days.joined().sorted()
      guard visits.count > 1 else { continue }
      let own = part(member, visits)
      let small = SearchModel(own.problem)
      var days = TripState(small)
      guard days.take(own.inside(state.orders[member]), small) else { continue }
      LevelDays.run(&days, small)
      var orders = state.orders
      orders[member] = days.days.map { $0.map { visits[$0] } }
      guard let levelled = TeamState(orders, model),
        !goal.byLongest || levelled.longest <= state.longest
      else { continue }
      state = levelled
    }
  }

  // MARK: The answer

  func answer(
    _ found: TeamState, _ model: TeamModel, by share: TeamProblem.Share, total: TeamState
  ) -> TeamPlan {
    var state = found
    var goal = TeamGoal.total
    goal.byLongest = share == .longest
    level(&state, goal: goal)
    // A day that was made shorter may have room now.
    state.insertAll(model, goal: goal)
    var whole = total
    if share == .total { whole = state } else { level(&whole, goal: .total) }
    let figures = problem.members.indices.map { self.figures($0, state) }
    return TeamPlan(
      orders: state.orders, leftOut: reasons(state, model), members: figures,
      total: problem.members.indices.reduce(TeamFigures()) { $0 + self.figures($1, whole, isProven: false) })
  }

  private func figures(_ member: Int, _ state: TeamState, isProven: Bool = true) -> TeamFigures {
    var figures = TeamFigures()
    let orders = state.orders[member]
    let own = part(member, orders.joined().sorted())
    guard !own.visits.isEmpty else { return figures }
    let plan = TripSolver.plan(own.inside(orders), SearchModel(own.problem))
    figures.days = orders.count { !$0.isEmpty }
    figures.visits = own.visits.count
    figures.driving = plan.driving
    figures.distance = plan.distance
    figures.work = Seconds(state.work[member])
    if isProven {
      figures.lowerBound = plan.lowerBound
      let solved = TripSolver.solve(own.problem, memberOptions)
      if solved.leftOut.isEmpty, let bound = solved.lowerBound {
        figures.lowerBound = max(bound, plan.lowerBound ?? .zero)
      }
    }
    return figures
  }

  /// For each visit left out why nobody who may make it does.
  private func reasons(_ state: TeamState, _ model: TeamModel) -> [TeamPlan.LeftOut] {
    let left = state.leftOut
    guard !left.isEmpty else { return [] }
    var found: [Int: [TeamPlan.LeftOut.Reason]] = [:]
    for member in problem.members.indices {
      let asked = left.filter { model.allowed[member][$0] }
      guard !asked.isEmpty else { continue }
      let own = part(member, withPredecessors(asked, state.orders[member].joined().sorted()))
      let plan = TripSolver.plan(own.inside(state.orders[member]), SearchModel(own.problem))
      let isAsked = Set(asked)
      let reasons = plan.leftOut.filter { isAsked.contains(own.visits[$0.visit]) }
      for reason in reasons {
        found[own.visits[reason.visit], default: []].append(.init(reason, of: member, visits: own.visits))
      }
    }
    return left.map { visit in
      TeamPlan.LeftOut(visit: visit, reasons: (found[visit] ?? []).sorted { nearness($0) < nearness($1) })
    }
  }

  /// Visits of a member with those left out, and with whoever must come before these.
  private func withPredecessors(_ asked: [Int], _ own: [Int]) -> [Int] {
    var visits = Set(own + asked)
    let rules = problem.members[0].precedences
    var count = 0
    while visits.count != count {
      count = visits.count
      for rule in rules where visits.contains(rule.after) { visits.insert(rule.before) }
    }
    return visits.sorted()
  }

  /// Reasons that came nearest to a place first: crowded out, then too late, then shut, then out of reach.
  private func nearness(_ reason: TeamPlan.LeftOut.Reason) -> (Int, Int) {
    let rank: [LeftOutReason] = [.tripFull, .dayFull, .windowMissed, .closedThatDay, .tooFar, .unreachable]
    return (rank.firstIndex(of: reason.reason) ?? rank.count, reason.member)
  }
}

extension TripSolver {
  /// Times given orders of visits, with the reasons of whoever is left out.
  /// - Parameters:
  ///   - order: visit numbers for each day of the problem.
  ///   - leastDriving: no plan of the same visits drives less, when that is known.
  /// - Precondition: known visit numbers, each at most once, one list a day; nothing is made yet.
  public static func timed(_ problem: TripProblem, order: [[Int]], leastDriving: Seconds? = nil) -> TripPlan {
    precondition(problem.days.allSatisfy { $0.progress == nil }, "a trip that is not under way")
    precondition(order.count == problem.days.count, "one list of visits a day")
    return plan(order, SearchModel(problem), leastDriving: leastDriving)
  }
}
