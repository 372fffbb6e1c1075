/// Tours of any shape by the engine of directed costs, whatever the size of the costs.
///
/// That engine sums in 32 bits, so that it takes entries of at most 2³⁰ / nodes. Dearer ones are brought within that:
/// the least entry is taken off all (a tour of so many arcs then costs less by so many times that); what is still dearer
/// is forbidden, which loses nothing where a tour without it costs no more than one such entry; where it does, entries
/// are halved as often as needed, and what is proven of the halves is multiplied back.
enum ProvenTours {
  /// - Throws: ``TourError/noTour`` when there is no tour, or none was found.
  static func solve(
    _ matrix: TourMatrix, _ shape: AsymmetricTourShape, _ seed: UInt64, _ budget: SearchBudget
  ) throws(TourError) -> TourAnswer {
    let deadline = SearchDeadline(budget)
    let arcs = shape.isOpen ? matrix.count - 1 : matrix.count
    // One more for the node that open tours may add.
    let share = Int(TourMatrix.largest) / (matrix.count + (shape.isOpen ? 1 : 0))
    let (least, most) = matrix.range
    if most <= share { return try run(matrix, matrix.values, shape, seed, budget) }
    let values = matrix.values.map { $0 == TourMatrix.hole ? $0 : $0 - Int32(least) }
    let base = least * arcs
    let cheap = values.map { $0 <= Int32(share) ? $0 : TourMatrix.hole }
    let limited = try? run(matrix, cheap, shape, seed, budget)
    let limitedBound = limited.flatMap(\.lowerBound).map { most - least <= share ? $0 : min($0, share + 1) }
    if let limited, most - least <= share || limited.cost - base <= share + 1 {
      return limited.with(lowerBound: limitedBound.map { $0 + base })
    }
    var shift = 0
    while (most - least) >> shift > share { shift += 1 }
    let halves = values.map { $0 == TourMatrix.hole ? $0 : $0 >> Int32(shift) }
    let halved = try? run(matrix, halves, shape, seed, budget.rest(deadline.elapsed))
    let bounds = [limited == nil ? nil : limitedBound, halved?.lowerBound.map { $0 << shift }].compactMap {
      $0
    }
    guard let best = [limited, halved].compactMap({ $0 }).min(by: { $0.cost < $1.cost }) else {
      throw .noTour
    }
    return best.with(lowerBound: bounds.max().map { $0 + base })
  }

  /// The engine's answer: the cost by `matrix`, the bound by `values`.
  private static func run(
    _ matrix: TourMatrix, _ values: [Int32], _ shape: AsymmetricTourShape, _ seed: UInt64,
    _ budget: SearchBudget
  ) throws(TourError) -> TourAnswer {
    SearchWatch.current?.measures()
    let answer = values.withUnsafeBufferPointer {
      AsymmetricTours.solve(
        count: matrix.count, costs: $0,
        options: AsymmetricTours.Options(
          shape: shape, seed: seed, iterations: budget.iterations,
          nanoseconds: budget.seconds.map { Int($0 * 1e9) }, countsThreadTime: budget.clock == .thread))
    }
    guard !answer.tour.isEmpty, let cost = matrix.length(of: answer.tour, isOpen: shape.isOpen) else {
      throw .noTour
    }
    return TourAnswer(
      tour: answer.tour, cost: cost, lowerBound: answer.isOptimal ? answer.cost : answer.lowerBound,
      iterations: answer.iterations)
  }
}

extension TourMatrix {
  /// The least and the largest entry off the diagonal that is no hole; zeros where there is none.
  fileprivate var range: (least: Int, most: Int) {
    var (least, most) = (Int32.max, Int32(0))
    for from in 0..<count {
      for to in 0..<count where to != from && values[from * count + to] != Self.hole {
        least = min(least, values[from * count + to])
        most = max(most, values[from * count + to])
      }
    }
    return least > most ? (0, 0) : (Int(least), Int(most))
  }
}

extension TourAnswer {
  fileprivate func with(lowerBound: Int?) -> TourAnswer {
    TourAnswer(tour: tour, cost: cost, lowerBound: lowerBound.map { min($0, cost) }, iterations: iterations)
  }
}

extension SearchBudget {
  /// What is left after so many seconds, a tenth of the whole at least.
  fileprivate func rest(_ elapsed: Double) -> SearchBudget {
    SearchBudget(
      iterations: iterations, seconds: seconds.map { max($0 / 10, $0 - elapsed) }, clock: clock)
  }
}
