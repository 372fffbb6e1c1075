/// Ruin and recreate over the days of all members at once.
///
/// Strings of neighbouring stops are taken out of days near each other, whosever they are, and put back where they
/// cost least, as in Christiaens and Vanden Berghe 2020, "Slack induction by string removals for vehicle routing
/// problems", Transportation Science 54(2); accepted by simulated annealing. Days, hours and rules are kept by each
/// member's ``TripState``.
///
/// For ``TeamProblem/Share/longest`` working time beyond a goal costs, and the goal falls below each shorter longest
/// working time found: the search goes over the allowed length while it goes over plans.
struct TeamSearch {
  let model: TeamModel
  private var random: SeededRandom
  /// For each visit the others, nearest first.
  private let neighbours: [[Int32]]
  private let meanRemoved: Double
  /// How often much is taken out, and how often a place is passed over: a few visits are soon tried in every way.
  private let wide: Double
  private let blink: Double

  init(_ model: TeamModel, seed: UInt64) {
    self.model = model
    random = SeededRandom(seed: seed)
    let first = model.models[0]
    let n = model.visits
    neighbours = (0..<n).map { v in
      let keyed = (0..<n).filter { $0 != v }.map { w in
        (min(first.cost(v, w), SearchModel.hole) + min(first.cost(w, v), SearchModel.hole), Int32(w))
      }
      return keyed.sorted { $0 < $1 }.prefix(60).map(\.1)
    }
    meanRemoved = min(10, max(3, Double(n) * 0.35))
    wide = max(0.03, min(0.3, 2 / Double(max(1, n))))
    blink = max(0.02, min(0.2, 1 / Double(max(1, n))))
  }

  /// How long to search.
  struct Limit {
    var rounds: Int
    /// Share of the time that is used up, 0 … 1; nil where rounds alone count.
    var used: (() -> Double)?
  }

  /// Improves `start`; the best state met is the answer, which is `start` where none is better.
  mutating func improve(_ start: TeamState, _ limit: Limit, goal: TeamGoal) -> TeamState {
    guard model.visits > 1, limit.rounds > 0 else { return start }
    var goal = goal
    var current = start
    var currentScore = TeamScore(start, model, goal)
    var best = start
    var bestScore = currentScore
    let made = start.owner.count { $0 >= 0 }
    let days = model.models.reduce(0) { $0 + $1.dayCount }
    let meanLeg = max(1, Double(currentScore.cost) / Double(max(1, made + days)))
    let hot = meanLeg * 0.3
    let cold = meanLeg * 0.004
    let visitWorth = meanLeg * 3 / model.models[0].meanWeight
    var temperature = hot
    var absences = Absences(model.visits)
    for round in 0..<limit.rounds {
      if round & 15 == 0 {
        let used = limit.used?() ?? 0
        if used >= 1 { break }
        temperature = hot * power(cold / hot, max(used, Double(round) / Double(limit.rounds)))
      }
      var trial = current
      let taken = random.unit() < wide ? ruinWidely(&trial) : ruin(&trial)
      recreate(&trial, taken: taken, goal)
      let score = TeamScore(trial, model, goal)
      let easier = absences.favour(trial, score, over: current, currentScore)
      let goesOn = random.anneals(
        to: (score.mustLeftOut, score.leftOut, score.energy),
        from: (currentScore.mustLeftOut, currentScore.leftOut, currentScore.energy), temperature, visitWorth)
      guard goesOn || easier || score < bestScore else { continue }
      current = trial
      currentScore = score
      guard score < bestScore else { continue }
      best = trial
      bestScore = score
      guard goal.shrinks, let limit = goal.limit, score.longest <= limit else { continue }
      goal.limit = score.longest - 1
      currentScore = TeamScore(current, model, goal)
      bestScore = currentScore
    }
    return best
  }

  // MARK: Ruin

  /// Takes out a third to all of the stops of all members; gives the visits taken.
  private mutating func ruinWidely(_ state: inout TeamState) -> [Int] {
    let taken = random.aThirdOrMore(of: state.owner)
    state.remove(taken, model)
    return taken
  }

  /// Takes strings of stops out of days near a random visit; gives the visits taken.
  private mutating func ruin(_ state: inout TeamState) -> [Int] {
    var used = 0
    var made = 0
    for member in state.members {
      for day in member.days where !day.isEmpty {
        used += 1
        made += day.count
      }
    }
    guard made > 0 else { return [] }
    let longest = min(10, Double(made) / Double(used))
    let mostStrings = 4 * meanRemoved / (1 + longest) - 1
    let strings = Int(random.unit() * max(0, mostStrings) + 1)
    let seed = random.below(model.visits)
    var taken: [Int] = []
    var touched: [(member: Int, day: Int)] = []
    for visit in [Int32(seed)] + neighbours[seed] where touched.count < strings {
      let visit = Int(visit)
      let member = state.owner[visit]
      guard member >= 0 else { continue }
      let day = state.members[member].dayOf[visit]
      guard !touched.contains(where: { $0 == (member, day) }) else { continue }
      touched.append((member, day))
      taken += random.string(around: visit, in: state.members[member].days[day], longest: longest)
    }
    state.remove(taken, model)
    return taken
  }

  // MARK: Recreate

  /// - Parameter taken: the visits just taken out; the rest of those waiting were left out before.
  private mutating func recreate(_ state: inout TeamState, taken: [Int], _ goal: TeamGoal) {
    var waiting = state.leftOut
    guard !waiting.isEmpty else { return }
    // In full days, visits that were there may go first: else far ones push out more than they bring.
    let newFirst = waiting.count > taken.count && random.unit() < 0.6
    sort(&waiting, first: newFirst ? Set(taken) : [])
    let blinks = random.unit() < 0.5
    let blink = blink
    var random = self.random
    func put(_ visits: [Int]) -> Bool {
      var any = false
      for visit in visits where state.owner[visit] < 0 {
        guard
          let place = state.cheapestPlace(
            for: visit, model, goal: goal, skip: { blinks && random.unit() < blink })
        else { continue }
        state.insert(visit, at: place, model)
        any = true
      }
      return any
    }
    let any = put(waiting)
    // Whoever waited for another visit or for a longer day has another go.
    if any, model.models.contains(where: { $0.orderRules != nil }) { while put(waiting) {} }
    self.random = random
  }

  /// Must-visits first, then `first`, then by one of: chance, value, visit length, far first, near first, tight windows first.
  private mutating func sort(_ waiting: inout [Int], first favoured: Set<Int>) {
    random.shuffle(&waiting)
    let first = model.models[0]
    let byValue = first.hasValues && random.unit() < 0.5
    let rule = random.below(first.hasWindows ? 12 : 10)
    func key(_ visit: Int) -> Int {
      if byValue { return -model.weight[visit] }
      return switch rule {
      case 0..<4: 0
      case 4..<6: -first.service[visit]
      case 6..<8: -farness(visit)
      case 8..<10: farness(visit)
      default: tightness(visit)
      }
    }
    let ranked = waiting.enumerated().map { index, visit in
      (model.must[visit] ? 0 : favoured.contains(visit) ? 1 : 2, key(visit), index, visit)
    }
    waiting = ranked.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }.map(\.3)
  }

  /// The way from the nearest start.
  private func farness(_ visit: Int) -> Int {
    model.models.reduce(SearchModel.hole) { min($0, $1.cost($1.startNode, visit)) }
  }

  /// Open time on all days of all members.
  private func tightness(_ visit: Int) -> Int {
    model.models.reduce(0) { sum, own in
      (0..<own.dayCount).reduce(sum) { sum, day in
        let work = own.problem.days[day].work
        return sum + own.windows(visit, on: day).reduce(0) { $0 + $1.clamped(to: work).count }
      }
    }
  }
}

/// How often each visit was left out: a plan that leaves out visits that are usually easy to place is a better ground to
/// go on from than one that leaves out those that never fit.
private struct Absences {
  private var times: [Int]

  init(_ visits: Int) { times = .init(repeating: 0, count: visits) }

  /// Whether a plan with more left out is taken for that.
  mutating func favour(
    _ trial: TeamState, _ score: TeamScore, over current: TeamState, _ currentScore: TeamScore
  ) -> Bool {
    guard score.leftOut > 0 else { return false }
    for visit in trial.owner.indices where trial.owner[visit] < 0 { times[visit] += 1 }
    guard score.leftOut > currentScore.leftOut, score.mustLeftOut <= currentScore.mustLeftOut else {
      return false
    }
    return sum(trial) < sum(current)
  }

  private func sum(_ state: TeamState) -> Int {
    state.owner.indices.reduce(0) { $0 + (state.owner[$1] < 0 ? times[$1] : 0) }
  }
}
