/// Round trips of least cost where both directions cost the same.
public enum SymmetricTours {
  /// - Throws: ``TourError/notSymmetric``; ``TourError/noTour`` when no tour without a hole was found.
  public static func solve(_ matrix: TourMatrix, _ options: TourOptions) throws(TourError) -> TourAnswer {
    guard matrix.isSymmetric else { throw .notSymmetric }
    let arena = Arena()
    let clock = SearchClock(options.budget)
    return try solve(TourCosts(matrix, arena), options, clock, arena)
  }

  public static func solve(_ points: TourPoints, _ options: TourOptions) throws(TourError) -> TourAnswer {
    let arena = Arena()
    let clock = SearchClock(options.budget)
    return try solve(TourCosts(points, arena), options, clock, arena)
  }

  private static func solve(
    _ costs: TourCosts, _ options: TourOptions, _ clock: SearchClock, _ arena: Arena
  ) throws(TourError) -> TourAnswer {
    let near = NearestNodes(costs, width: 10, arena)
    let candidates = Candidates(near, costs, width: 8, arena)
    let tour = ArrayTour(count: costs.count, arena)
    GreedyStart.tour(costs, near, width: 8, into: tour.order, arena)
    tour.index()
    let search = LinKernighan(costs, candidates, tour, depth: Tuning.depth, breadth: Tuning.breadth, arena)
    var iterated = IteratedSearch(search, seed: options.seed, clock, arena)
    iterated.run()
    let order = (0..<costs.count).map { Int(iterated.search.tour.order[$0]) }
    return TourAnswer(tour: order, cost: iterated.cost, lowerBound: nil, iterations: iterated.iterations)
  }
}
public enum Tuning {
  nonisolated(unsafe) public static var depth = 5
  nonisolated(unsafe) public static var breadth = [8, 5, 5, 3, 2]
  nonisolated(unsafe) public static var a = 50.0
}
