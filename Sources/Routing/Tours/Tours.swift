/// Tours of least cost, each kind of costs by the engine that suits it.
public enum Tours {
  /// Problems of at most so many nodes are given to the engine that proves its tours, whatever their costs.
  static let provenUpTo = 60

  /// - Parameter shape: a round trip, or where an open tour begins and ends; nearest neighbour and 2-opt makes round
  ///   trips only.
  /// - Throws: ``TourError`` when there is no tour, or none was found.
  public static func solve(
    _ costs: TourInput.Costs, shape: AsymmetricTourShape = .round(start: 0), seed: UInt64 = 1,
    budget: SearchBudget, method: TourOptions.Method = .linKernighan
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
    if shape.isOpen { return try OpenTours.solve(costs, shape, options, budget) }
    switch costs {
    case .points(let points):
      guard points.count <= provenUpTo else { return try SymmetricTours.solve(points, options) }
      var values = [Int32](repeating: 0, count: points.count * points.count)
      for a in 0..<points.count {
        for b in 0..<points.count { values[a * points.count + b] = Int32(points.cost(from: a, to: b)) }
      }
      return try ProvenTours.solve(TourMatrix(count: points.count, values: values), shape, seed, budget)
    case .matrix(let matrix):
      // Holes are for the engine that never uses one.
      if matrix.isSymmetric, matrix.count > provenUpTo, !matrix.values.contains(TourMatrix.hole) {
        return try SymmetricTours.solve(matrix, options)
      }
      return try ProvenTours.solve(matrix, shape, seed, budget)
    }
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
