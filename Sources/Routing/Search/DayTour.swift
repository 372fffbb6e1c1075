/// The cheapest order found of some visits between two places, by the engines for tours, and what every order costs at
/// least.
///
/// Costs are the model's, from node to node. What else a day has to hold (lunch, driving and distance, rules about the
/// order) is not looked at: whoever takes the order checks it, and the bound holds for orders that do hold it.
struct DayTour {
  var order: [Int]
  var cost: Int
  var lowerBound: Int

  /// How long to search: by the clock, else by iterations that are the same on every machine.
  struct Effort {
    var seed: UInt64
    var seconds: Double?
  }

  /// As if there were no hours. Nil when no order drives each leg.
  static func plain(_ visits: [Int], from: Int, to: Int, _ model: SearchModel, _ effort: Effort) -> DayTour? {
    let n = visits.count + 1
    let costs = table(visits, from, to, most: (1 << 30) / n) { model.cost($0, $1) }
    let answer = costs.withUnsafeBufferPointer {
      AsymmetricTours.solve(
        count: n, costs: $0,
        options: AsymmetricTours.Options(
          seed: effort.seed, iterations: effort.seconds == nil ? 40 * n : nil,
          nodes: effort.seconds == nil ? nodes(n) : nil, nanoseconds: effort.seconds.map { Int($0 * 1e9) },
          proves: n <= mostProven))
    }
    guard !answer.tour.isEmpty else { return nil }
    return DayTour(
      order: answer.tour.dropFirst().map { visits[$0 - 1] }, cost: answer.cost,
      lowerBound: answer.isOptimal ? answer.cost : max(0, answer.lowerBound ?? 0))
  }

  /// Within the hours of a day and of the visits, of several windows of a visit the first opening and the last closing.
  /// Nil when no such order was found.
  /// - Precondition: the model counts time.
  static func timed(
    _ visits: [Int], from: Int, to: Int, on day: Int, _ model: SearchModel, _ effort: Effort
  ) -> DayTour? {
    let rule = model.dayRules[day]
    let begin = max(0, rule.opens)
    var (open, close) = ([begin], [rule.closes])
    for visit in visits {
      let windows = model.windows(visit, on: day)
      guard let first = windows.first, let last = windows.last else { return nil }
      open.append(max(begin, first.lowerBound))
      close.append(min(rule.closes, last.upperBound) - model.service[visit])
    }
    guard zip(open, close).allSatisfy({ $0 <= $1 }) else { return nil }
    let times = table(visits, from, to, most: 1 << 27) {
      model.seconds($0, $1) + ($0 < model.visits && $0 != from ? model.service[$0] : 0)
    }
    guard
      let problem = try? WindowTourProblem(count: visits.count + 1, times: times, open: open, close: close)
    else { return nil }
    let budget = SearchBudget(iterations: effort.seconds == nil ? 400 : nil, seconds: effort.seconds)
    let widest = effort.seconds == nil ? provenStates / problem.count : WindowTourSolver.Options.widestUseful
    let answer = WindowTourSolver.solve(
      problem,
      WindowTourSolver.Options(objective: .travel, seed: effort.seed, budget: budget, widest: widest))
    guard answer.isFeasible, !answer.isInfeasible else { return nil }
    let service = visits.reduce(0) { $0 + model.service[$1] }
    return DayTour(
      order: answer.tour.dropFirst().map { visits[$0 - 1] }, cost: answer.travel - service,
      lowerBound: (answer.isOptimal ? answer.travel : answer.lowerBound) - service)
  }

  /// Nodes of branch and bound that take some tens of milliseconds: all that up to 40 stops need.
  private static func nodes(_ n: Int) -> Int {
    let share = 40 / Double(max(n, 40))
    return Int(400 * share * share * share * share) + 4
  }

  /// States times nodes of the proof within hours that take some tens of milliseconds.
  private static let provenStates = 80_000

  /// Larger tours are searched without a proof, whose trees would take all the time.
  private static let mostProven = 150

  /// Row-major; the first row and column stand for both places. What costs more than `most` cannot be driven.
  private static func table(
    _ visits: [Int], _ from: Int, _ to: Int, most: Int, _ cost: (Int, Int) -> Int
  ) -> [Int32] {
    let n = visits.count + 1
    var costs = [Int32](repeating: -1, count: n * n)
    for a in 0..<n {
      for b in 0..<n where a != b {
        let value = cost(a == 0 ? from : visits[a - 1], b == 0 ? to : visits[b - 1])
        if value <= most { costs[a * n + b] = Int32(value) }
      }
    }
    return costs
  }
}

extension TripState {
  /// Orders the visits of each day anew where that is cheaper and holds.
  mutating func orderDays(_ model: SearchModel, _ effort: DayTour.Effort) {
    for day in days.indices where days[day].count > 3 {
      let standing = day == 0 ? model.standing : nil
      let visits = days[day].filter { $0 != standing }
      let (from, to) = (standing ?? before(day, model), after(day, model))
      let now = model.cost(along: visits, from: from, to: to)
      guard let plain = DayTour.plain(visits, from: from, to: to, model, effort), plain.lowerBound < now
      else {
        continue
      }
      if plain.cost < now, order(day, standing, plain.order, model) { continue }
      guard model.hasWindows, model.problem.metric == .time, effort.seconds != nil,
        let timed = DayTour.timed(visits, from: from, to: to, on: day, model, effort), timed.cost < now
      else { continue }
      _ = order(day, standing, timed.order, model)
    }
  }

  /// False, and nothing is changed, when the order does not hold or costs more.
  private mutating func order(_ day: Int, _ standing: Int?, _ order: [Int], _ model: SearchModel) -> Bool {
    var orders = days
    orders[day] = (standing.map { [$0] } ?? []) + order
    var other = self
    guard other.take(orders, model), other.price(model) < price(model) else { return false }
    self = other
    return true
  }
}

extension SearchModel {
  func cost(along visits: [Int], from: Int, to: Int) -> Int {
    var (sum, here) = (0, from)
    for visit in visits {
      sum += cost(here, visit)
      here = visit
    }
    return sum + cost(here, to)
  }
}

/// A trip of one day on which everybody is visited: a tour, which the engines for tours can prove the shortest.
enum OneDay {
  /// The day with everybody on it and what every such day costs at least; nil when there are more days, or none was
  /// found that holds.
  static func solve(_ model: SearchModel, _ effort: DayTour.Effort) -> (state: TripState, lowerBound: Int)? {
    guard model.dayCount == 1 else { return nil }
    let standing = model.standing
    let visits = (0..<model.visits).filter { $0 != standing }
    let (from, to) = (standing ?? model.startNode, model.endNode)
    guard !visits.isEmpty, let plain = DayTour.plain(visits, from: from, to: to, model, effort) else {
      return nil
    }
    func state(_ order: [Int]) -> TripState? {
      var state = TripState(model)
      return state.take([(standing.map { [$0] } ?? []) + order], model) && model.keepsStanding(state.days)
        ? state : nil
    }
    if let state = state(plain.order) { return (state, plain.lowerBound) }
    let rule = model.dayRules[0]
    let work = visits.reduce(0) { $0 + model.service[$1] }
    guard model.hasWindows, model.problem.metric == .time,
      plain.lowerBound + work <= rule.closes - rule.opens,
      let timed = DayTour.timed(visits, from: from, to: to, on: 0, model, effort),
      let state = state(timed.order)
    else { return nil }
    return (state, max(plain.lowerBound, timed.lowerBound))
  }
}
