/// Round trips of least cost where both directions cost the same.
public enum SymmetricTours {
  /// - Throws: ``TourError/notSymmetric``; ``TourError/noTour`` when no tour without a hole was found.
  public static func solve(_ matrix: TourMatrix, _ options: TourOptions) throws(TourError) -> TourAnswer {
    guard matrix.isSymmetric else { throw .notSymmetric }
    let arena = Arena()
    let clock = SearchClock(options.budget)
    let answer = solve(TourCosts(matrix, arena), options, clock, arena)
    guard matrix.length(of: answer.tour) != nil else { throw .noTour }
    return answer
  }

  public static func solve(_ points: TourPoints, _ options: TourOptions) throws(TourError) -> TourAnswer {
    let arena = Arena()
    let clock = SearchClock(options.budget)
    let numbering = SpaceFillingCurve.order(points.x, points.y)
    let answer = solve(TourCosts(points, numbering, arena), options, clock, arena)
    return TourAnswer(
      tour: answer.tour.map { Int(numbering[$0]) }, cost: answer.cost, lowerBound: answer.lowerBound,
      iterations: answer.iterations)
  }

  private static func solve(
    _ costs: TourCosts, _ options: TourOptions, _ clock: SearchClock, _ arena: Arena
  ) -> TourAnswer {
    let plan = SearchPlan(costs, clock)
    let near = NearestNodes(costs, width: plan.nearest, arena)
    let start = arena.take(costs.count, Int32(0))
    GreedyStart.tour(costs, near, width: 8, into: start, arena)
    let run = Run(
      options: options, clock: clock, plan: plan, start: start, startLength: costs.length(start),
      nearestEdges: plan.bounds ? nil : near.bound(costs), arena: arena)
    guard plan.ascent > 0 else {
      return search(costs, Candidates(near, costs, count: costs.count, width: plan.breadth, arena), run)
    }
    // Penalties make partial sums of moves tell more, and rank the candidates (Helsgaun 2000).
    let graph = CandidateGraph(near, width: plan.nearest, start, costs, arena)
    var tree = SparseOneTree(graph, arena)
    var ascent = SubgradientAscent(count: costs.count, arena)
    ascent.run(&tree, iterations: plan.ascent, upper: Double(run.startLength << Int(costs.finest)))
    var penalised = costs
    penalised.penalise(ascent.pi)
    return search(penalised, Candidates(graph, tree, ascent.pi, width: plan.breadth, arena), run)
  }

  /// What a search has been given and has prepared.
  private struct Run {
    let options: TourOptions
    let clock: SearchClock
    let plan: SearchPlan
    let start: UnsafeMutablePointer<Int32>
    let startLength: Int
    /// The bound to give when the better one takes too long.
    let nearestEdges: Int?
    let arena: Arena
  }

  /// Chooses how costs are read.
  private static func search(_ costs: TourCosts, _ candidates: Candidates, _ run: Run) -> TourAnswer {
    if costs.rule == .matrix || run.plan.usesTable {
      return search(costs.table(run.arena), costs, candidates, run)
    }
    guard costs.rule == .euclidean else { return search(costs, costs, candidates, run) }
    if run.plan.ascent == 0 {
      return search(PlaneCosts(position: costs.position), costs, candidates, run)
    }
    let pairs = PenalisedPlaneCosts(
      position: costs.position, penalty: costs.penalty, shift: costs.shift)
    return search(pairs, costs, candidates, run)
  }

  private static func search<Costs: PairCosts>(
    _ pairs: Costs, _ costs: TourCosts, _ candidates: Candidates, _ run: Run
  ) -> TourAnswer {
    let n = costs.count
    let descent = LinKernighan(candidates, ArrayTour(pairs, run.start, count: n, run.arena), run.arena)
    var iterated = IteratedSearch(
      descent, seed: run.options.seed, run.clock.less(run.plan.boundSeconds),
      unit: Double(run.startLength << Int(costs.shift)) / Double(n), run.arena)
    iterated.run()
    let order = iterated.search.tour.order
    let cost = costs.unpenalised(iterated.cost)
    var bound = run.nearestEdges
    if run.plan.bounds, let sum = DenseOneTree.bound(pairs, count: n, penalties: costs.penaltySum) {
      // Whole costs: a tour costs at least the next whole number.
      bound = (sum + (1 << Int(costs.shift)) - 1) >> Int(costs.shift)
    }
    return TourAnswer(
      tour: (0..<n).map { Int(order[$0]) }, cost: cost, lowerBound: bound.map { min($0, cost) },
      iterations: iterated.iterations)
  }
}
