import Geo

/// How good a state is; smaller is better, compared in the order of the members.
struct Score: Comparable {
  var mustLeftOut: Int
  /// The weight of what is left out; the number of visits when all have the same value.
  var leftOut: Int
  /// Overtime by its weight included.
  var cost: Int
  var overtime: Int
  var end: Int

  init(_ state: TripState, _ model: SearchModel) {
    var must = 0
    var left = 0
    for visit in state.dayOf.indices where state.dayOf[visit] < 0 {
      left += model.weight[visit]
      if model.must[visit] { must += 1 }
    }
    mustLeftOut = must
    leftOut = left
    cost = state.price(model)
    overtime = model.overtime(state.ends)
    end = state.endSum
  }

  static func < (a: Score, b: Score) -> Bool {
    (a.mustLeftOut, a.leftOut, a.cost, a.overtime, a.end)
      < (b.mustLeftOut, b.leftOut, b.cost, b.overtime, b.end)
  }
}

/// Slack induction by string removals: take strings of neighbouring stops out of a few days, put them back greedily
/// with now and then a blink, accept by simulated annealing.
///
/// Christiaens and Vanden Berghe 2020, "Slack induction by string removals for vehicle routing problems",
/// Transportation Science 54(2). Must-visits are always put back first.
struct RuinRecreate {
  let model: SearchModel
  var random: SeededRandom
  /// For each visit the others, nearest first.
  private let neighbours: [[Int32]]
  private let meanRemoved: Double
  private let longestString: Int

  init(_ model: SearchModel, seed: UInt64) {
    self.model = model
    random = SeededRandom(seed: seed)
    let n = model.visits
    let kept = min(n - 1, 60)
    neighbours = (0..<n).map { v in
      let keyed = (0..<n).filter { $0 != v }.map { w in
        (min(model.cost(v, w), SearchModel.hole) + min(model.cost(w, v), SearchModel.hole), Int32(w))
      }
      return keyed.sorted { $0 < $1 }.prefix(max(kept, 0)).map(\.1)
    }
    meanRemoved = min(10, max(3, Double(n) * 0.35))
    longestString = 10
  }

  /// Improves `start` for a number of rounds or until `expired` gives true (asked every 16 rounds).
  mutating func improve(
    _ start: TripState, rounds: Int, expired: () -> Bool, progress: () -> Double?
  ) -> TripState {
    guard model.visits > 1, rounds > 0 else { return start }
    var current = start
    var currentScore = Score(start, model)
    var best = start
    var bestScore = currentScore
    let legs = Double(max(1, start.days.reduce(0) { $0 + $1.count } + model.dayCount))
    let meanLeg = max(1, Double(currentScore.cost) / legs)
    let hot = meanLeg * 2
    // A visit more left out is worth accepting, now and then, for three legs less of driving.
    let visitWorth = meanLeg * 3 / model.meanWeight
    let cold = meanLeg * 0.02
    let wide = model.visits <= 12 ? 0.1 : 0.02
    var temperature = hot
    // How often each visit was left out: a trial that leaves out visits that are usually easy to place is a
    // better ground to go on from than one that leaves out those that never fit.
    var absences = [Int](repeating: 0, count: model.visits)
    var currentAbsences = 0
    for round in 0..<rounds {
      if round & 15 == 0 {
        if expired() { break }
        let part = max(progress() ?? 0, Double(round) / Double(rounds))
        temperature = hot * power(cold / hot, part)
      }
      var trial = current
      let taken = random.unit() < wide ? ruinWidely(&trial) : ruin(&trial)
      recreate(&trial, taken: taken)
      let score = Score(trial, model)
      var trialAbsences = 0
      if score.leftOut > 0 {
        for visit in trial.dayOf.indices where trial.dayOf[visit] < 0 {
          absences[visit] += 1
          trialAbsences += absences[visit]
        }
        if score.leftOut >= currentScore.leftOut {
          currentAbsences = 0
          for visit in current.dayOf.indices where current.dayOf[visit] < 0 {
            currentAbsences += absences[visit]
          }
        }
      }
      if random.anneals(
        to: (score.mustLeftOut, score.leftOut, score.cost),
        from: (currentScore.mustLeftOut, currentScore.leftOut, currentScore.cost), temperature, visitWorth)
        || (score.leftOut > currentScore.leftOut && score.mustLeftOut <= currentScore.mustLeftOut
          && trialAbsences < currentAbsences)
      {
        current = trial
        currentScore = score
        if score < bestScore {
          best = trial
          bestScore = score
        }
      }
    }
    return best
  }

  /// Takes out a third to all of the stops, anywhere: the way out of plans that strings cannot leave.
  private mutating func ruinWidely(_ state: inout TripState) -> [Int] {
    let taken = random.aThirdOrMore(of: state.dayOf)
    state.remove(taken, model)
    return taken
  }

  // MARK: Ruin

  /// Takes strings of stops out of days near a random visit; gives the visits taken.
  private mutating func ruin(_ state: inout TripState) -> [Int] {
    let used = state.days.count { !$0.isEmpty }
    let made = state.days.reduce(0) { $0 + $1.count }
    guard made > 0 else { return [] }
    let longest = min(Double(longestString), Double(made) / Double(used))
    let mostStrings = 4 * meanRemoved / (1 + longest) - 1
    let strings = Int(random.unit() * max(0, mostStrings) + 1)
    let seed = random.below(model.visits)
    var taken: [Int] = []
    var touched = [Bool](repeating: false, count: state.days.count)
    var strung = 0
    func visitString(_ visit: Int, _ random: inout SeededRandom) {
      let day = state.dayOf[visit]
      guard day >= 0, !touched[day] else { return }
      let order = state.days[day]
      taken += random.string(around: visit, in: order, longest: longest)
      touched[day] = true
      strung += 1
    }
    visitString(seed, &random)
    for near in neighbours[seed] where strung < strings { visitString(Int(near), &random) }
    state.remove(taken, model)
    return taken
  }

  // MARK: Recreate

  /// - Parameter taken: the visits just taken out; the rest of those waiting were left out before.
  private mutating func recreate(_ state: inout TripState, taken: [Int]) {
    var waiting = state.leftOut
    guard !waiting.isEmpty else { return }
    // In a full trip, visits that were in it may go first: else far ones that never fitted push out more than they
    // bring.
    let newFirst = waiting.count > taken.count && random.unit() < 0.6
    sort(&waiting, first: newFirst ? taken : [])
    let blinks = random.unit() < 0.5
    // Places are chosen by driving: what overtime would rather have is met by passing over some.
    let blink = model.allowsOvertime && model.problem.overtimeWeight > 0 || model.visits <= 12 ? 0.15 : 0.02
    var random = self.random
    for visit in waiting {
      let place = state.cheapestPlace(for: visit, model) { blinks && random.unit() < blink }
      if let place { state.insert(visit, at: place, model) }
    }
    // Whoever waited for another visit or for a longer day has another go.
    var again = model.orderRules != nil
    while again {
      again = false
      for visit in waiting where state.dayOf[visit] < 0 {
        guard let place = state.cheapestPlace(for: visit, model) else { continue }
        state.insert(visit, at: place, model)
        again = true
      }
    }
    self.random = random
  }

  /// Must-visits first, then `first`, then by one of: chance, visit length, how tightly windows bind, far first,
  /// near first.
  private mutating func sort(_ waiting: inout [Int], first: [Int]) {
    random.shuffle(&waiting)
    let byValue = model.hasValues && random.unit() < 0.5
    let rule = random.below(model.hasWindows ? 12 : 10)
    let start = model.startNode
    let windows = rule >= 10
    func key(_ visit: Int) -> Int {
      if byValue { return -model.weight[visit] * 64 / (rule < 5 ? 1 : 1 + model.service[visit] / 600) }
      return switch rule {
      case 0..<4: 0
      case 4..<6: model.service[visit]
      case 6..<8: -model.cost(start, visit)
      case 8..<10: model.cost(start, visit)
      default: windows ? tightness(visit) : 0
      }
    }
    var isFirst = [Bool](repeating: false, count: first.isEmpty ? 0 : model.visits)
    for visit in first { isFirst[visit] = true }
    let ranked = waiting.enumerated().map { index, visit in
      let group = model.must[visit] ? 0 : !first.isEmpty && isFirst[visit] ? 1 : 2
      return (group, key(visit), index, visit)
    }
    waiting = ranked.sorted { ($0.0, $0.1, $0.2) < ($1.0, $1.1, $1.2) }.map(\.3)
  }

  private func tightness(_ visit: Int) -> Int {
    (0..<model.dayCount).reduce(0) { sum, day in
      let work = model.problem.days[day].work
      return sum + model.windows(visit, on: day).reduce(0) { $0 + $1.clamped(to: work).count }
    }
  }
}

extension SeededRandom {
  /// A third to all of the visits that stand somewhere.
  /// - Parameter places: for each visit where it stands, -1 for nowhere.
  mutating func aThirdOrMore(of places: [Int]) -> [Int] {
    let part = 0.3 + 0.7 * unit()
    var taken: [Int] = []
    for visit in places.indices where places[visit] >= 0 && unit() < part { taken.append(visit) }
    return taken
  }

  /// What of a day's order is taken out: a stretch that holds the visit; half of them leave a stretch in their middle
  /// where it is.
  mutating func string(around visit: Int, in order: [Int], longest: Double) -> [Int] {
    let length = min(order.count, 1 + Int(unit() * min(longest, Double(order.count))))
    let at = order.firstIndex(of: visit)!
    var keep = 0
    if length > 1, length < order.count, unit() < 0.5 {
      while keep + length + 1 < order.count && unit() > 0.01 {
        keep += 1
        if unit() < 0.5 { break }
      }
    }
    let span = length + keep
    let lowest = max(0, at - span + 1)
    let highest = min(at, order.count - span)
    let first = lowest + below(max(1, highest - lowest + 1))
    let gap = keep > 0 ? first + 1 + below(max(1, length - 1)) : first + span
    return (first..<min(order.count, first + span)).filter { !($0 >= gap && $0 < gap + keep) }.map {
      order[$0]
    }
  }

  typealias Worth = (mustLeftOut: Int, leftOut: Int, cost: Int)

  /// Whether simulated annealing goes on from another plan: never with more must-visits left out, always with less left
  /// out, else by chance.
  mutating func anneals(to new: Worth, from old: Worth, _ temperature: Double, _ visitWorth: Double) -> Bool {
    if new.mustLeftOut != old.mustLeftOut { return new.mustLeftOut < old.mustLeftOut }
    if new.leftOut < old.leftOut { return true }
    let more = visitWorth * Double(new.leftOut - old.leftOut)
    return Double(new.cost) + more < Double(old.cost) - temperature * logarithm(unit() + 0x1p-53)
  }
}

/// `base` to the power of `exponent` in 0 … 1 by square roots: the same bits on every machine, unlike libm's.
func power(_ base: Double, _ exponent: Double) -> Double {
  var result = 1.0
  var root = base
  var rest = exponent
  for _ in 0..<30 {
    root = root.squareRoot()
    rest *= 2
    if rest >= 1 {
      result *= root
      rest -= 1
    }
  }
  return result
}

/// Natural logarithm of a number above 0 by its series: the same bits on every machine, unlike libm's.
func logarithm(_ x: Double) -> Double {
  var m = x.significand
  var e = Double(x.exponent)
  if m > 1.414_213_562_373_095 {
    m /= 2
    e += 1
  }
  let t = (m - 1) / (m + 1)
  let square = t * t
  var term = t
  var sum = 0.0
  for k in stride(from: 1.0, through: 19, by: 2) {
    sum += term / k
    term *= square
  }
  return 2 * sum + e * 0.693_147_180_559_945_3
}
