/// Round trips of least cost where both directions cost the same.
public enum SymmetricTours {
  /// - Throws: ``TourError/notSymmetric``; ``TourError/noTour`` when no tour without a hole was found.
  public static func solve(_ matrix: TourMatrix, _ options: TourOptions) throws(TourError) -> TourAnswer {
    guard matrix.isSymmetric else { throw .notSymmetric }
    let arena = Arena()
    let clock = SearchClock(options.budget)
    let answer = try solve(TourCosts(matrix, arena), options, clock, arena)
    guard matrix.length(of: answer.tour) != nil else { throw .noTour }
    return answer
  }

  public static func solve(_ points: TourPoints, _ options: TourOptions) throws(TourError) -> TourAnswer {
    let arena = Arena()
    let clock = SearchClock(options.budget)
    return try solve(TourCosts(points, arena), options, clock, arena)
  }

  /// Edges removed by one move at most, and how many candidates are tried at each of its levels.
  private static let depth = 3
  private static let breadth = 5
  /// Nearest nodes from which the candidates are chosen.
  private static let nearest = 14
  /// The ascent has so much of the time, and so many iterations at most.
  private static let ascentShare = 0.3
  private static let ascentIterations = 40
  /// What an iteration of the ascent takes for each node, about.
  private static let secondsPerNode = 2e-7

  private static func solve(
    _ costs: TourCosts, _ options: TourOptions, _ clock: SearchClock, _ arena: Arena
  ) throws(TourError) -> TourAnswer {
    let near = NearestNodes(costs, width: nearest, arena)
    let tour = ArrayTour(count: costs.count, arena)
    GreedyStart.tour(costs, near, width: 8, into: tour.order, arena)
    tour.index()
    // Penalties make partial sums of moves tell more, and rank the candidates (Helsgaun 2000).
    let graph = CandidateGraph(near, width: nearest, tour.order, costs, arena)
    var tree = SparseOneTree(graph, arena)
    var ascent = SubgradientAscent(count: costs.count, arena)
    let time = clock.total.map { Int($0 * ascentShare / (secondsPerNode * Double(costs.count))) }
    let steps = min(ascentIterations, time ?? ascentIterations)
    if steps > 4 { ascent.run(&tree, iterations: steps, upper: Double(costs.length(tour.order))) }
    var penalised = costs
    let candidates: Candidates
    if steps > 4 {
      penalised.penalise(ascent.pi, arena)
      candidates = Candidates(graph, tree, ascent.pi, penalised, width: breadth, arena)
    } else {
      candidates = Candidates(near, costs, width: 8, arena)
    }
    let search = LinKernighan(
      penalised, candidates, tour, depth: depth, breadth: Array(repeating: breadth, count: depth), arena)
    var iterated = IteratedSearch(
      search, seed: options.seed, clock,
      unit: Double(costs.length(tour.order) << Int(penalised.shift)) / Double(costs.count), arena)
    iterated.run()
    let order = iterated.search.tour.order
    let cost = costs.length(order)
    let bound = costs.count <= DenseOneTree.most ? DenseOneTree.bound(costs, ascent.pi) : nil
    return TourAnswer(
      tour: (0..<costs.count).map { Int(order[$0]) }, cost: cost, lowerBound: bound.map { min($0, cost) },
      iterations: iterated.iterations)
  }
}
