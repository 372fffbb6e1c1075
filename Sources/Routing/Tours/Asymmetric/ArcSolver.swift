/// The order in which the engines work on one closed tour: assignment and patching, local search, ascent of the bound,
/// then local search and branch and bound by turns until one of them proves the tour or the budget ends.
struct ArcSolver {
  private let matrix: ArcMatrix
  private let form: ArcClosedForm
  private let options: AsymmetricTours.Options
  private let clock: ArcClock
  private let count: Int
  /// Whether the matrix is nearly symmetric, so that turning a stretch round may pay.
  private let reverses: Bool
  private let near: ArcCandidates
  private var search: ArcSearch
  private let order: UnsafeMutablePointer<Int32>
  private let assignment: ArcAssignment
  /// The bound of 1-trees and the factor of its costs; unused for large or dear matrices.
  private var bound: ArcTreeBound
  private let scale: Int
  private var assigned = 0
  private var lowerBound = 0
  private var nodes = 0
  private var improvedAt = 0
  private var isImpossible = false

  init(_ matrix: ArcMatrix, _ form: ArcClosedForm, _ options: AsymmetricTours.Options, _ clock: ArcClock) {
    self.matrix = matrix
    self.form = form
    self.options = options
    self.clock = clock
    count = matrix.count
    reverses = matrix.asymmetry() < 0.18
    near = ArcCandidates(count: count, width: 10, breadth: 8)
    search = ArcSearch(
      matrix, near, reverses: reverses, reach: max(1, min(30, count / 4)), seed: options.seed)
    order = .allocate(capacity: count)
    assignment = ArcAssignment(count: count)
    scale = ArcTreeBound.scale(matrix)
    bound = ArcTreeBound(capacity: scale > 0 && count <= ArcSolver.mostForTrees ? count : 3)
  }

  func deallocate() {
    near.deallocate()
    search.deallocate()
    order.deallocate()
    assignment.deallocate()
    bound.deallocate()
  }

  /// The greatest length that no tour without holes exceeds, plus one.
  private var above: Int { Int(matrix.dearest) * count + 1 }
  private var length: Int { search.tour.length }
  private var isDone: Bool { isImpossible || length <= lowerBound || length <= target || clock.isOver }
  private var target: Int { options.target ?? -1 }

  mutating func solve() -> AsymmetricTours.Answer {
    assigned = assignment.solve(matrix)
    lowerBound = assigned
    SearchWatch.current?.proved(lowerBound)
    if lowerBound >= Int(matrix.hole) && Int(matrix.hole) >= above {
      return AsymmetricTours.none(iterations: 0, nodes: 0, isImpossible: true)
    }
    begin()
    if length >= above && !matrix.hangsTogether() { isImpossible = true }
    if isDone { return answer() }
    search.run(limit: min(kicksLeft, count / 2), target: max(lowerBound, target), clock)
    if isDone { return answer() }
    improve()
    if isDone { return answer() }
    if options.proves { prove() } else { finish() }
    return answer()
  }

  /// The first tour: the one given, or the assignment patched; then a descent.
  private mutating func begin() {
    if reverses {
      near.fill(matrix, most: count < 50 ? 10 : 6) { matrix.out[$0 &* matrix.stride &+ $1] }
    } else {
      near.fill(matrix) {
        Int32(
          truncatingIfNeeded: matrix.cost($0, $1) &- assignment.rowPrice[$0] &- assignment.columnPrice[$1])
      }
    }
    if let given = options.start, let closed = form.close(given) {
      for p in 0..<count { order[p] = closed[p] }
    } else {
      ArcPatching.patch(matrix, assignment.successor, into: order)
    }
    search.start(order)
    improvedAt = clock.elapsed
  }

  /// Kicks left of the budget.
  private var kicksLeft: Int {
    let budget = options.iterations ?? (options.nanoseconds == nil ? 100_000 : .max)
    return max(0, budget - search.kicks)
  }

  private mutating func finish() {
    search.run(limit: kicksLeft, target: max(lowerBound, target), clock)
  }

  // MARK: Proof

  /// The most nodes of a tour for branch and bound over 1-trees, whose matrices are dense.
  private static let mostForTrees = 200

  /// Whether the assignment is so near the tour that its prices are better than those of a short ascent.
  private var isAssignmentTight: Bool { assigned * 100 >= min(length, above) * 97 }
  private var isTree: Bool { scale > 0 && count <= ArcSolver.mostForTrees }

  /// The first ascent, the candidates by its alpha values, and the local search with them.
  private mutating func improve() {
    if isTree && (options.proves || !isAssignmentTight) {
      bound.fill(matrix, scale: scale)
      if isAssignmentTight {
        for i in 0..<count {
          bound.leave[i] = Int32(clamping: assignment.rowPrice[i] * scale)
          bound.reach[i] = Int32(clamping: assignment.columnPrice[i] * scale)
        }
      }
      ascend(steps: 100, step: 1.3)
      if isDone { return }
      if reverses && !isAssignmentTight { rankByAlpha() }
    }
    if isAssignmentTight { return }
    search.run(limit: min(kicksLeft, count * count / 12), target: max(lowerBound, target), clock)
  }

  private mutating func prove() {
    if isTree { ascend(steps: 200, step: 0.6) }
    if isDone { return }
    // Where the assignment leaves a wide gap its tree of subproblems is hopeless.
    let isSubtour = !isTree || assigned * 100 >= min(length, above) * 85
    alternate(isTree ? bound : nil, scale, isSubtour ? assigned : nil)
  }

  /// Raises the bound from its present multipliers.
  private mutating func ascend(steps: Int, step: Double) {
    let upper = min(length, above)
    let ascent = ArcTreeAscent(capacity: count)
    defer { ascent.deallocate() }
    let end = ascent.run(
      &bound, upper: upper * scale, enough: (upper - 1) * scale + 1, steps: steps, patience: 8, step: step,
      finest: 0.001, clock)
    switch end {
    case .none: isImpossible = true
    case .tour(let value): lowerBound = max(lowerBound, value / scale)
    case .bound(let value): lowerBound = max(lowerBound, (value + scale - 1) / scale)
    }
    SearchWatch.current?.proved(lowerBound)
  }

  /// Takes as candidates the arcs that raise the bound least.
  private mutating func rankByAlpha() {
    guard let value = bound.tree() else { return }
    let reduction = ArcTreeReduction(capacity: count)
    defer { reduction.deallocate() }
    reduction.measure(bound)
    let out = bound.reduced(Int(bound.tails[0]), Int(bound.heads[0]))
    let into = bound.reduced(Int(bound.tails[count - 1]), Int(bound.heads[count - 1]))
    let gap = Int32(clamping: min(length, above) * scale - value)
    near.fill(matrix, most: 6, below: max(1, gap)) { reduction.alpha(bound, $0, $1, out: out, into: into) }
  }

  /// Local search and the two ways of branch and bound by turns, each round twice as long as the one before.
  private mutating func alternate(_ bound: ArcTreeBound?, _ scale: Int, _ assigned: Int?) {
    var trees = bound.map { ArcTreeBranching(root: $0, scale: scale, best: min(length, above), clock) }
    var subtours = assigned.map {
      ArcSubtourBranching(matrix, assignment, bound: $0, best: min(length, above), clock)
    }
    defer {
      nodes = (trees?.nodes ?? 0) + (subtours?.nodes ?? 0)
      trees?.deallocate()
      subtours?.deallocate()
    }
    var turn = max(8, count / 4)
    var left = options.nodes ?? (options.nanoseconds == nil ? 4_000 : .max)
    while !isDone && left > 0 {
      let limit = min(turn, left)
      left -= limit
      if subtours != nil {
        subtours!.lower(to: length)
        let isClosed = subtours!.run(limit: limit * 10)
        if subtours!.best < length { take(subtours!.tour) }
        if isClosed { return close() }
      }
      if trees != nil {
        trees!.lower(to: length)
        let isClosed = trees!.run(limit: limit)
        if trees!.best < length && trees!.foundTour { take(trees!.tour) }
        if isClosed { return close() }
      }
      search.run(limit: min(kicksLeft, turn * 8, count * 60), target: max(lowerBound, target), clock)
      turn *= 2
    }
    if !isDone { finish() }
  }

  /// Goes on from a tour that the branch and bound found.
  private mutating func take(_ tour: UnsafePointer<Int32>) {
    search.start(tour)
    improvedAt = clock.elapsed
  }

  /// All was seen: nothing is shorter than the tour at hand, or there is none.
  private mutating func close() {
    if length >= above { isImpossible = true } else { lowerBound = length }
  }

  private func answer() -> AsymmetricTours.Answer {
    if isImpossible || length >= above || usesHole() {
      return AsymmetricTours.none(iterations: search.kicks, nodes: nodes, isImpossible: isImpossible)
    }
    return AsymmetricTours.Answer(
      tour: form.unfold(search.tour.order), cost: length, lowerBound: min(lowerBound, length),
      isOptimal: length <= lowerBound, isImpossible: false, iterations: search.kicks, nodes: nodes,
      improvedAt: max(improvedAt, search.improvedAt))
  }

  private func usesHole() -> Bool {
    for p in 0..<count {
      let next = p + 1 == count ? 0 : p + 1
      if matrix.isHole(Int(search.tour.order[p]), Int(search.tour.order[next])) { return true }
    }
    return false
  }
}
