/// What no plan can exceed, and for one day of not too many places the best plan of all.
///
/// Three bounds, each below the one before:
/// * the knapsack of visits and the shortest ways beside them, taken in part (Dantzig 1957);
/// * walks that may come back to places, a day at a time, with a multiplier on each place against being visited
///   twice (Lagrangian relaxation of "at most once", Polyak's steps): the bound that column generation has
///   (Boussier, Feillet, Gendreau 2007, for team orienteering);
/// * the same with memories that grow along the cycles of the best walk (decremental state space relaxation:
///   Righini and Salani 2008; with ng-routes: Roberti and Mingozzi 2014). For one day they grow, in the end, until no
///   walk has a cycle, which is exact.
struct OrienteeringBound {
  /// The most places for which a walk without cycles is sought.
  static let mostExact = PlaceSet.capacity
  /// Values are this many times the scores, so that multipliers are whole numbers.
  static let grain = 1 << 12
  /// Multipliers are multiples of this part of a step of the score: the coarser, the fewer labels differ.
  static let fineness = 4
  static let mostLabels = 600_000
  static let mostSteps = 60
  static let mostSweeps = 12
  static let nearestKnown = 2

  let model: OrienteeringModel
  /// The places that count, by their number in walks.
  let nodes: [Int32]
  let scores: [Int]
  /// All scores are multiples of it.
  let step: Int
  /// A day, how many are like it, and for each of these the places that the best plan visits.
  private struct Day {
    var forwards: OrienteeringWalks
    var backwards: OrienteeringWalks
    var visits: [[Int]]
    var times: Int { visits.count }
  }

  private let days: [Day]
  private var ascent: MultiplierAscent
  /// By place, the places still known there; `shortMemory` stays as it was at first.
  private var memory: [PlaceSet]
  private let shortMemory: [PlaceSet]
  private(set) var upperBound: Int
  /// The best score known, and the plan of the single day where the bound found it.
  private(set) var score: Int
  private(set) var plan: [Int32]?

  /// - Parameter best: the best plan known.
  init(_ model: OrienteeringModel, best: OrienteeringState) {
    self.model = model
    score = best.score
    let nodes = Self.places(model)
    self.nodes = nodes
    scores = nodes.map { model.score[Int($0)] }
    step = max(1, scores.reduce(0) { Self.commonDivisor($0, $1) })
    days = Self.groups(model).map { group in
      Day(
        forwards: OrienteeringWalks(model, day: group[0], nodes: nodes, backwards: false),
        backwards: OrienteeringWalks(model, day: group[0], nodes: nodes, backwards: true),
        visits: group.map { day in nodes.indices.filter { best.dayOf[Int(nodes[$0])] == Int32(day) } })
    }
    memory = Self.nearest(model, nodes, Self.nearestKnown)
    shortMemory = memory
    let grain = Self.grain
    ascent = MultiplierAscent(
      Self.firstMultipliers(model, nodes, best), most: scores.map { $0 * grain },
      quantum: step * grain / Self.fineness)
    upperBound = min(model.scoreInAll, Self.knapsack(model))
    round()
  }

  /// Whether the score is proven to be the most.
  var isProven: Bool { score >= upperBound }

  /// Lowers the bound until the effort is used up or the score is met.
  mutating func tighten(_ effort: inout OrienteeringEffort) {
    guard !isProven, !nodes.isEmpty else { return }
    var sweep = OrienteeringSweep(capacity: Self.mostLabels)
    defer { sweep.free() }
    let stays = ascend(&sweep, &effort)
    if stays, !isProven, isSingle, nodes.count <= Self.mostExact { close(&sweep, &effort) }
  }

  private var isSingle: Bool { days.count == 1 && days[0].times == 1 }

  /// Steps of the multipliers, with memories that grow wherever a step does not lower the bound; whether there is
  /// effort left.
  private mutating func ascend(_ sweep: inout OrienteeringSweep, _ effort: inout OrienteeringEffort) -> Bool {
    for _ in 0..<Self.mostSteps where !isProven {
      var visits = [Int](repeating: 0, count: nodes.count)
      var paths: [[Int]] = []
      guard let value = relax(&sweep, &effort, &visits, &paths) else { return false }
      if ascent.accept(value) {
        lower(to: value / Self.grain)
      } else {
        for path in paths { _ = grow(path) }
      }
      if isProven || !ascent.step(value, goal: score * Self.grain, visits: visits) { break }
    }
    return true
  }

  /// The Lagrangian bound for the multipliers on trial; nil where the effort is used up.
  private mutating func relax(
    _ sweep: inout OrienteeringSweep, _ effort: inout OrienteeringEffort, _ visits: inout [Int],
    _ paths: inout [[Int]]
  ) -> Int? {
    let values = values(ascent.trial)
    let constant = ascent.trial.reduce(0, +)
    var sum = constant
    for day in days {
      // Of a single day only walks matter that lead to a better plan, of others those that beat the plan's own.
      let known = day.visits.map { $0.reduce(0) { $0 + values[$1] } }.max() ?? 0
      let target = isSingle ? (score + step) * Self.grain - constant : known
      sweep.isElementary = false
      guard
        let opposite = sweep.run(
          day.backwards, values: values, scores: scores, memory: shortMemory, opposite: nil,
          oppositeWalks: day.forwards, target: OrienteeringSweep.none, effort: &effort),
        sweep.run(
          day.forwards, values: values, scores: scores, memory: memory, opposite: opposite,
          oppositeWalks: day.backwards, target: target, effort: &effort) != nil
      else { return nil }
      sum += max(0, sweep.bestValue, isSingle ? target - 1 : target) * day.times
      let path = sweep.path()
      for v in path { visits[v] += day.times }
      paths.append(path)
      consider(path)
    }
    return sum
  }

  /// Sweeps back and forth with memories that grow along cycles, at last without cycles.
  private mutating func close(_ sweep: inout OrienteeringSweep, _ effort: inout OrienteeringEffort) {
    let day = days[0]
    let values = values(ascent.best)
    let constant = ascent.best.reduce(0, +)
    var opposite: OrienteeringSweep.Table?
    var backwards = true
    sweep.isElementary = false
    for round in 1...Self.mostSweeps {
      let (mine, other) = backwards ? (day.backwards, day.forwards) : (day.forwards, day.backwards)
      let target = (score + step) * Self.grain - constant
      guard
        let table = sweep.run(
          mine, values: values, scores: scores, memory: opposite == nil ? shortMemory : memory,
          opposite: opposite, oppositeWalks: other,
          target: opposite == nil ? OrienteeringSweep.none : target, effort: &effort)
      else { return }
      let path = backwards ? sweep.path().reversed() : sweep.path()
      consider(path)
      if sweep.isElementary || sweep.bestValue < target {
        upperBound = min(upperBound, score)
        return
      }
      lower(to: (sweep.bestValue + constant) / Self.grain)
      if isProven { return }
      opposite = table
      // What was found prunes the last sweep, which is without cycles.
      sweep.isElementary = !grow(path) || round + 1 == Self.mostSweeps
      backwards.toggle()
    }
  }

  /// Remembers the places to which the walk comes back, all along its way; whether it came back at all.
  private mutating func grow(_ path: [Int]) -> Bool {
    var grown = false
    var last: [Int: Int] = [:]
    for (p, v) in path.enumerated() {
      if let q = last[v] {
        for w in path[(q + 1)..<p] { memory[w] = memory[w] | PlaceSet(v) }
        grown = true
      }
      last[v] = p
    }
    return grown
  }

  /// Takes a walk without cycles as the plan of the single day where it collects more.
  private mutating func consider(_ path: [Int]) {
    guard isSingle, Set(path).count == path.count else { return }
    let sum = path.reduce(0) { $0 + scores[$1] }
    if sum > score {
      score = sum
      plan = path.map { nodes[$0] }
    }
  }

  private func values(_ multipliers: [Int]) -> [Int] {
    (0..<nodes.count).map { scores[$0] * Self.grain - multipliers[$0] }
  }

  private mutating func lower(to bound: Int) {
    upperBound = min(upperBound, bound)
    round()
  }

  private mutating func round() { upperBound -= upperBound % step }

  private static func commonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : commonDivisor(b, a % b) }
}
