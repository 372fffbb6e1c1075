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
    let run = Run(
      options: options, clock: clock, plan: plan, nearestEdges: plan.bounds ? nil : near.bound(costs),
      arena: arena)
    guard plan.ascent > 0 else {
      let candidates = Candidates(near, costs, count: costs.count, width: plan.breadth, arena)
      return search(costs, candidates, run)
    }
    // Penalties make partial sums of moves tell more, and rank the candidates (Helsgaun 2000).
    let tour: UnsafeMutablePointer<Int32> = arena.room(costs.count)
    connect(costs, near, tour, arena)
    let graph = CandidateGraph(near, width: plan.nearest, tour, costs, arena)
    var tree = SparseOneTree(graph, arena)
    var ascent = SubgradientAscent(count: costs.count, arena)
    ascent.run(&tree, iterations: plan.ascent, upper: Double(costs.length(tour) << Int(costs.finest)))
    var penalised = costs
    penalised.penalise(ascent.pi)
    return search(penalised, Candidates(graph, tree, ascent.pi, width: plan.breadth, arena), run)
  }

  /// Writes a round trip whose edges connect the graph of nearest nodes: the curve by which points are numbered, of a
  /// matrix the greedy one.
  private static func connect(
    _ costs: TourCosts, _ near: NearestNodes, _ tour: UnsafeMutablePointer<Int32>, _ arena: Arena
  ) {
    if costs.rule == .matrix {
      let candidates = Candidates(near, costs, count: costs.count, width: near.width, arena)
      GreedyStart.tour(costs, candidates, count: costs.count, into: tour, arena)
    } else {
      for node in 0..<costs.count { tour[node] = Int32(truncatingIfNeeded: node) }
    }
  }

  /// What a search has been given and has prepared.
  private struct Run {
    let options: TourOptions
    let clock: SearchClock
    let plan: SearchPlan
    /// The bound to give when the better one takes too long.
    let nearestEdges: Int?
    let arena: Arena
  }

  /// Chooses how costs are read.
  private static func search(_ costs: TourCosts, _ candidates: Candidates, _ run: Run) -> TourAnswer {
    if costs.rule == .matrix || run.plan.usesTable {
      return search(costs.table(run.arena), costs, candidates, run)
    }
    let (position, penalty, shift) = (costs.position, costs.penalty, costs.shift)
    switch costs.rule {
    case .matrix, .euclidean:
      if run.plan.ascent == 0 { return search(PlaneCosts(position: position), costs, candidates, run) }
      return search(
        PenalisedPlaneCosts(position: position, penalty: penalty, shift: shift), costs, candidates, run)
    case .euclideanCeiling, .pseudoEuclidean:
      let divisor = costs.rule == .pseudoEuclidean ? 10.0 : 1.0
      return search(
        CeilingCosts(position: position, divisor: divisor, penalty: penalty, shift: shift), costs, candidates,
        run)
    case .geographical:
      return search(
        SphereCosts(position: position, sphere: costs.sphere, penalty: penalty, shift: shift), costs,
        candidates, run)
    }
  }

  private static func search<Costs: PairCosts>(
    _ pairs: Costs, _ costs: TourCosts, _ candidates: Candidates, _ run: Run
  ) -> TourAnswer {
    let n = costs.count
    let start: UnsafeMutablePointer<Int32> = run.arena.room(n)
    // Kicks that reach far mend what the start has joined badly.
    GreedyStart.tour(
      pairs, candidates, count: n, saves: run.plan.stretches == .short, into: start, run.arena)
    let descent = LinKernighan(candidates, ArrayTour(pairs, start, count: n, run.arena), run.arena)
    SearchWatch.current?.measures(base: 2 * costs.penaltySum, factor: 1 / Double(1 << Int(costs.shift)))
    var iterated = IteratedSearch(
      descent, seed: run.options.seed, run.clock.less(run.plan.boundSeconds), run.plan.stretches,
      unit: Double(descent.tour.length - 2 * costs.penaltySum) / Double(n), run.arena)
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
