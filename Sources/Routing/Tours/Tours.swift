/// Round trips of least cost, each kind of costs by the engine that suits it.
public enum Tours {
  /// Problems of at most so many nodes are given to the engine that proves its tours, whatever their costs.
  static let provenUpTo = 60

  /// - Throws: ``TourError`` when there is no tour, or none was found.
  public static func solve(
    _ costs: TourInput.Costs, seed: UInt64 = 1, budget: SearchBudget,
    method: TourOptions.Method = .linKernighan
  ) throws(TourError) -> TourAnswer {
    if method == .nearestNeighbour2Opt {
      let deadline = SearchDeadline(budget)
      switch costs {
      case .points(let points):
        return try NearestNeighbourTours.solve(count: points.count, deadline: deadline) {
          points.cost(from: $0, to: $1)
        }
      case .matrix(let matrix):
        return try NearestNeighbourTours.solve(count: matrix.count, deadline: deadline) {
          matrix.cost(from: $0, to: $1)
        }
      }
    }
    let options = TourOptions(seed: seed, budget: TourOptions.Budget(budget), method: method)
    switch costs {
    case .points(let points):
      guard points.count <= provenUpTo else { return try SymmetricTours.solve(points, options) }
      var values = [Int32](repeating: 0, count: points.count * points.count)
      for a in 0..<points.count {
        for b in 0..<points.count { values[a * points.count + b] = Int32(points.cost(from: a, to: b)) }
      }
      return try proving(TourMatrix(count: points.count, values: values), seed, budget)
    case .matrix(let matrix):
      // Holes are for the engine that never uses one.
      if matrix.isSymmetric, matrix.count > provenUpTo, !matrix.values.contains(TourMatrix.hole) {
        return try SymmetricTours.solve(matrix, options)
      }
      return try proving(matrix, seed, budget)
    }
  }

  private static func proving(
    _ matrix: TourMatrix, _ seed: UInt64, _ budget: SearchBudget
  ) throws(TourError) -> TourAnswer {
    // Sums stay within 32 bits: what costs more than the share of a node is no better than a hole.
    let most = TourMatrix.largest / Int32(clamping: max(1, matrix.count))
    let values = matrix.values.map { $0 <= most ? $0 : TourMatrix.hole }
    let answer = values.withUnsafeBufferPointer {
      AsymmetricTours.solve(
        count: matrix.count, costs: $0,
        options: AsymmetricTours.Options(
          seed: seed, iterations: budget.iterations, nanoseconds: budget.seconds.map { Int($0 * 1e9) },
          countsThreadTime: budget.clock == .thread))
    }
    guard !answer.tour.isEmpty else { throw .noTour }
    return TourAnswer(
      tour: answer.tour, cost: answer.cost, lowerBound: answer.isOptimal ? answer.cost : answer.lowerBound,
      iterations: answer.iterations)
  }
}

extension TourOptions.Budget {
  /// A budget of iterations counts them; one of time ends where that is over.
  init(_ budget: SearchBudget) {
    if let iterations = budget.iterations, budget.seconds == nil {
      self = .iterations(iterations)
    } else {
      let length = Duration.nanoseconds(Int64((budget.seconds ?? 1) * 1e9))
      self = budget.clock == .wall ? .deadline(ContinuousClock.now + length) : .processorTime(length)
    }
  }
}
