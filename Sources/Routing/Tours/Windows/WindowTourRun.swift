/// One solution of ``WindowTourSolver`` under way.
struct WindowTourRun {
  let problem: WindowTourProblem
  let tight: WindowTightening
  let options: WindowTourSolver.Options
  let deadline: SearchDeadline
  let model: WindowTourModel
  var search: WindowTourRuin
  var lowerBound = 0
  var proven = false

  init(
    _ problem: WindowTourProblem, _ tight: WindowTightening, _ options: WindowTourSolver.Options,
    _ deadline: SearchDeadline
  ) {
    self.problem = problem
    self.tight = tight
    self.options = options
    self.deadline = deadline
    model = WindowTourModel(problem, tight, options.objective)
    search = WindowTourRuin(model, seed: options.seed)
  }

  func free() { search.free() }

  /// The parts of the budget searched before a bound is known: where the clock gives time for more, the lesser, as the
  /// bound makes the search better, but no sooner than there is a tour.
  private static let (firstShare, firstShareAmple) = (0.2, 0.05)

  /// At most so many nodes are proven before a search for a time, of which the proof takes no part to speak of.
  private static let provenFirst = 20

  mutating func answer() -> WindowTourAnswer {
    search.construct()
    if timed, model.n <= Self.provenFirst { proveFew() }
    if proven { return result() }
    let ample = (deadline.budget.seconds ?? 0) * 1e5 >= Double(model.n * model.n)
    let first = merges && ample ? Self.firstShareAmple : Self.firstShare
    search.run(deadline, from: 0, until: first, stopAt: 0)
    if !search.isFeasible { search.run(deadline, from: first, until: Self.firstShare, stopAt: 0) }
    if model.n <= WindowTightening.mostNodes { prove() }
    if !proven { search.run(deadline, from: used, until: 1, stopAt: lowerBound) }
    return result()
  }

  private var timed: Bool { deadline.budget.seconds != nil }

  private var used: Double { deadline.used(iterations: search.iterations) }

  /// What is left to search for a better tour, a bound on it, and what each arc costs by the bound.
  private struct Rest {
    var tight: WindowTightening
    var model: WindowTourModel
    var bound: WindowTourBound?
    var through: [Int] = []
    /// Searches merged.
    var merges = 0
    /// The share of the budget that the last dynamic programming took for each label of its width.
    var pace = 0.0
    /// And that its last bound took for each slot and round.
    var ascent = 0.0
  }

  /// A bound of so many slots and rounds of ascent, none where the last one will do, then a search of this width.
  private struct Phase {
    var slots: Int
    var rounds: Int
    var width: Int
  }

  private static let phases = [
    Phase(slots: 3_000, rounds: 30, width: 50), Phase(slots: 3_000, rounds: 0, width: 300),
    Phase(slots: 12_000, rounds: 15, width: 1_000), Phase(slots: 24_000, rounds: 15, width: 6_000),
    Phase(slots: 24_000, rounds: 0, width: 18_000),
    Phase(slots: 24_000, rounds: 0, width: WindowTourSolver.Options.widestUseful),
  ]

  /// The search goes on up to these shares of the budget, each time to be merged.
  private static let searched = [0.3, 0.7, 0.9]
  /// With a clock, a phase of the proof comes after so many merges if it should end by this share.
  private static let phased = [0.15, 0.8, 0.9, 1]
  private static let mergeWidth = 1_000
  /// Later searches begin this much cooler.
  private static let reheat = 0.4

  /// Bounds and what they rule out, then dynamic programming below the best tour, wider from run to run; between
  /// them the search goes on and is merged.
  private mutating func prove() {
    var rest = Rest(tight: tight, model: model, bound: nil)
    for (k, phase) in Self.phases.enumerated() where phase.width <= options.widest {
      while k > 0, mayMerge(rest), isTooLong(phase, rest) { merge(&rest) }
      if proven || !attempt(phase, &rest) || (k > 0 && merges && isTooLong(phase, rest)) { break }
    }
    while mayMerge(rest) { merge(&rest) }
  }

  private mutating func proveFew() {
    var rest = Rest(tight: tight, model: model, bound: nil)
    for phase in Self.phases where phase.width <= options.widest {
      if proven || !attempt(phase, &rest) { return }
    }
  }

  /// Whether searches are merged: exchanges know of no makespan.
  private var merges: Bool { options.objective == .travel && options.widest > 0 }

  private func mayMerge(_ rest: Rest) -> Bool {
    merges && !proven && search.isFeasible && rest.merges < Self.searched.count && used < 1
  }

  /// When this many merges are made, a phase may last to this share of the budget.
  private func limit(_ rest: Rest) -> Double {
    guard timed else { return 2 }
    return merges && search.isFeasible ? Self.phased[rest.merges] : 0.8
  }

  private func isTooLong(_ phase: Phase, _ rest: Rest) -> Bool {
    used + rest.pace * Double(phase.width) + rest.ascent * Double(phase.rounds * phase.slots) > limit(rest)
  }

  /// One phase of the proof; false where it ends the proof or time is over.
  private mutating func attempt(_ phase: Phase, _ rest: inout Rest) -> Bool {
    let (iterations, deadline) = (search.iterations, deadline)
    let last = rest.bound == nil ? max(0.8, limit(rest)) : min(limit(rest) + 0.1, timed ? 1 : 2)
    let expired = { deadline.used(iterations: iterations) >= last }
    var began = used
    if phase.rounds > 0 {
      if !shrink(&rest, phase, expired) { return false }
      rest.ascent = (used - began) / Double(phase.rounds * phase.slots)
    }
    guard model.n <= WindowTourExact.mostNodes, let bound = rest.bound else { return true }
    began = used
    let exact = WindowTourExact(rest.model, rest.tight, bound, upper: upper)
    let outcome = exact.run(width: phase.width, expired: expired)
    rest.pace = (used - began) / Double(phase.width)
    switch outcome {
    case .complete(let tour):
      if let tour { search.adopt(tour) }
      proven = true
      if search.isFeasible { lowerBound = search.best.value }
      return false
    case .narrowed(let tour):
      guard let tour else { return true }
      search.adopt(tour)
      let again = Phase(slots: phase.slots, rounds: 0, width: phase.width)
      return shrink(&rest, again, expired)
    case .stopped:
      return false
    }
  }

  /// Goes on searching, then looks for a better tour by dynamic programming over the arcs of the good tours the search
  /// came by.
  ///
  /// After Cook and Seymour 2003, "Tour merging via branch-decomposition".
  private mutating func merge(_ rest: inout Rest) {
    let until = Self.searched[rest.merges]
    let heat = rest.merges == 0 ? 1 : Self.reheat
    rest.merges += 1
    guard used < until else { return }
    search.remember()
    search.run(deadline, from: used, until: until, stopAt: lowerBound, heat: heat)
    if search.best.value <= lowerBound {
      proven = true
      return
    }
    guard let bound = rest.bound, !rest.through.isEmpty, model.n <= WindowTourExact.mostNodes else { return }
    let exact = WindowTourExact(rest.model, rest.tight, bound, upper: upper, arcs: mergedArcs(rest.through))
    let (iterations, deadline) = (search.iterations, deadline)
    switch exact.run(
      width: min(Self.mergeWidth, options.widest), expired: { deadline.used(iterations: iterations) >= 1 })
    {
    case .complete(let tour), .narrowed(let tour):
      if let tour { search.adopt(tour) }
    case .stopped: break
    }
  }

  /// The arcs the search came by, and the best two out of each node by the bound.
  private func mergedArcs(_ through: [Int]) -> [Bool] {
    let n = model.n
    var arcs = search.seen
    for i in 0..<n {
      let best = (0..<n).sorted { (through[i * n + $0], $0) < (through[i * n + $1], $1) }
      for j in best.prefix(2) { arcs[i * n + j] = true }
    }
    return arcs
  }

  /// A value no tour worth finding has.
  private var upper: Int { search.isFeasible ? search.best.value : WindowTourModel.far }

  /// Rules out what no better tour uses, by a bound; false where none is left or time is over.
  private mutating func shrink(_ rest: inout Rest, _ phase: Phase, _ expired: () -> Bool) -> Bool {
    if search.isFeasible, options.objective == .travel {
      for _ in 0..<3 where !rest.tight.infeasible && rest.tight.forbidDear(upper: upper) {
        rest.tight.conclude()
      }
      if rest.tight.infeasible { return conclude() }
    }
    rest.model = WindowTourModel(problem, rest.tight, options.objective, ranked: false)
    let first = rest.bound == nil ? 1 : 0.3
    let bound = WindowTourBound(
      rest.model, rest.tight, mostSlots: phase.slots, prices: rest.bound?.price)
    rest.bound = bound
    bound.ascend(
      rounds: phase.rounds, upper: search.isFeasible ? upper : search.best.value * 2 + 1, first: first,
      expired: expired)
    lowerBound = max(lowerBound, min(bound.lowerBound, upper))
    SearchWatch.current?.proved(lowerBound)
    if search.isFeasible {
      if lowerBound >= upper { return conclude() }
      let elimination = WindowTourElimination(bound, upper: upper)
      rest.through = elimination.through
      if options.objective == .travel { search.prefer(elimination.through) }
      if rest.tight.restrict(elimination), rest.tight.infeasible { return conclude() }
    }
    return !expired()
  }

  /// No better tour is left.
  private mutating func conclude() -> Bool {
    lowerBound = upper
    proven = true
    return false
  }

  private func result() -> WindowTourAnswer {
    let best = search.best
    let tour = (0..<best.stops).map { Int(best.order[$0]) }
    let served = Set(tour)
    let leftOut = (1..<model.n).filter { !served.contains($0) }
    var clock = problem.open[0]
    var travel = 0
    for (k, node) in tour.enumerated() where problem.count > 1 && tour.count > 1 {
      let next = k + 1 < tour.count ? tour[k + 1] : 0
      let time = Int(problem.time(node, next))
      travel += time
      clock += time
      if next != 0 { clock = max(clock, problem.open[next]) }
    }
    let value = options.objective == .travel ? travel : clock
    let optimal = leftOut.isEmpty && (proven || value <= lowerBound)
    return WindowTourAnswer(
      tour: tour, leftOut: leftOut, travel: travel, makespan: clock, objective: options.objective,
      lowerBound: optimal ? value : leftOut.isEmpty ? min(lowerBound, value) : lowerBound,
      isOptimal: optimal, isInfeasible: proven && !leftOut.isEmpty, iterations: search.iterations)
  }
}
