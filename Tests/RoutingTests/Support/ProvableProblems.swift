@testable import Routing

/// Small random problems whose least driving is known by exhaustive search.
enum ProvableProblems {
  /// Problems of which some plan makes all the visits.
  /// - Parameter cuttingDown: problems whose visits do not all fit are cut down to those that do, where nothing but
  ///   the number binds them, instead of passed over.
  static func random(
    seed: UInt64, scatter: UInt64, count: Int, cuttingDown: Bool = false,
    _ configure: (inout RandomProblem) -> Void = { _ in }
  ) -> [(model: SearchModel, best: Int)] {
    var source = RandomProblem(seed: seed &* scatter)
    source.visits = 2...5
    source.days = 1...3
    source.metrics = [.time]
    source.setUps = seed % 2 == 0
    source.distanceLimits = seed % 3 == 0
    source.locks = seed % 4 == 0
    configure(&source)
    return (0..<count).compactMap { _ in
      var problem = source.next()
      if cuttingDown, Exhaustive(problem).best.left > 0 {
        let made = TripSolver.solve(problem).days.flatMap { $0.stops.map(\.visit) }.sorted()
        guard problem.precedences.isEmpty, made.count > 1 else { return nil }
        problem = problem.replacing(visits: made.map { problem.visits[$0] }, days: problem.days)
      }
      let model = SearchModel(problem)
      guard RouteRelaxation.applies(to: Array(problem.visits.indices), model) else { return nil }
      return LowerBoundTests.least(problem).map { (model, $0) }
    }
  }

  /// All visits on the first day, from which first prices are guessed whatever the hours say.
  static func guess(_ model: SearchModel) -> [[Int]] {
    (0..<model.dayCount).map { $0 == 0 ? Array(0..<model.visits) : [] }
  }
}
