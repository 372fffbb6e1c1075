/// Tours that do not come back: between free ends, from a first node, to a last one, or from one to the other.
///
/// Small ones, directed costs and holes are for the engine of directed costs, which knows these shapes. Larger ones of
/// symmetric costs become round trips with a node more: going by way of it costs nothing from and to the ends, and so
/// much everywhere else that no tour gains by doing so. O(nodes²) memory, also for coordinates.
enum OpenTours {
  /// The most nodes of an open tour.
  static let mostNodes = 8_000

  static func solve(
    _ costs: TourInput.Costs, _ shape: AsymmetricTourShape, _ options: TourOptions, _ budget: SearchBudget
  ) throws(TourError) -> TourAnswer {
    let matrix = try matrix(costs)
    let dearest = Int(matrix.values.max() ?? 0)
    // Who moves an end from within a tour to its end pays at most two entries.
    let far = 2 * dearest + 1
    guard matrix.isSymmetric, matrix.count > Tours.provenUpTo, far <= Int(TourMatrix.largest),
      !matrix.values.contains(TourMatrix.hole)
    else { return try ProvenTours.solve(matrix, shape, options.seed, budget) }
    let closed = try SymmetricTours.solve(closing(matrix, shape, far: Int32(far)), options)
    let tour = opened(closed.tour, shape)
    guard let cost = matrix.length(of: tour, isOpen: true) else { throw .noTour }
    return TourAnswer(
      tour: tour, cost: cost,
      lowerBound: closed.lowerBound.map { min(cost, $0 - (shape.fixedEnds.count == 1 ? far : 0)) },
      iterations: closed.iterations)
  }

  private static func matrix(_ costs: TourInput.Costs) throws(TourError) -> TourMatrix {
    switch costs {
    case .matrix(let matrix): return matrix
    case .points(let points):
      let n = points.count
      guard n <= mostNodes else { throw .openTooLarge(nodes: n) }
      var values = [Int32](repeating: 0, count: n * n)
      for a in 0..<n {
        for b in 0..<a {
          values[a * n + b] = Int32(points.cost(from: a, to: b))
          values[b * n + a] = values[a * n + b]
        }
      }
      return try TourMatrix(count: n, values: values)
    }
  }

  /// The node more is the last one.
  private static func closing(
    _ matrix: TourMatrix, _ shape: AsymmetricTourShape, far: Int32
  ) throws(TourError) -> TourMatrix {
    let n = matrix.count
    let ends = shape.fixedEnds
    var values = [Int32](repeating: 0, count: (n + 1) * (n + 1))
    for a in 0..<n {
      for b in 0..<n { values[a * (n + 1) + b] = matrix.values[a * n + b] }
      let price = ends.isEmpty || ends.contains(a) ? 0 : far
      values[a * (n + 1) + n] = price
      values[n * (n + 1) + a] = price
    }
    return try TourMatrix(count: n + 1, values: values)
  }

  /// Cut at the node more, in the direction asked for. A fixed end that the search left inside goes where it belongs.
  private static func opened(_ closed: [Int], _ shape: AsymmetricTourShape) -> [Int] {
    let extra = closed.count - 1
    let place = closed.firstIndex(of: extra) ?? 0
    var tour = Array(closed[(place + 1)...] + closed[..<place])
    if tour.last == shape.first || tour.first == shape.last { tour.reverse() }
    if let first = shape.first, tour.first != first { tour = [first] + tour.filter { $0 != first } }
    if let last = shape.last, tour.last != last { tour = tour.filter { $0 != last } + [last] }
    return tour
  }
}

extension AsymmetricTourShape {
  /// Whether the tour does not come back.
  public var isOpen: Bool { if case .round = self { false } else { true } }

  /// Where an open tour must begin; nil for anywhere.
  fileprivate var first: Int? {
    switch self {
    case .open(let start), .between(let start, _): start
    default: nil
    }
  }

  /// Where an open tour must end; nil for anywhere.
  fileprivate var last: Int? {
    switch self {
    case .ending(let end), .between(_, let end): end
    default: nil
    }
  }

  fileprivate var fixedEnds: [Int] { [first, last].compactMap { $0 } }
}
