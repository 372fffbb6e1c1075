/// Shortest tours of directed costs: road times, one-way streets, set-up times.
///
/// Costs are a row-major `count × count` matrix of whole numbers, each −1 for a pair that cannot be driven or in
/// 0 … 2³⁰ / count; the diagonal is not read. Answers are the same for the same seed and number of iterations on every
/// machine; a budget of time ends the work wherever it is.
public enum AsymmetricTours {
  /// What to look for and how long.
  public struct Options: Sendable {
    public var shape: AsymmetricTourShape
    public var seed: UInt64
    /// The most kicks of the local search; nil for as many as the time allows (100,000 without a time).
    public var iterations: Int?
    /// The most nodes of the branch and bound over 1-trees, and ten times as many of that over assignments; nil for as
    /// many as the time allows (4,000 without a time).
    public var nodes: Int?
    /// The most nanoseconds from the call on; nil for no limit.
    public var nanoseconds: Int?
    /// Whether processor time of the calling thread is counted rather than time on the wall.
    public var countsThreadTime: Bool
    /// Whether to bound and branch until the tour is proven the shortest.
    public var proves: Bool
    /// A tour to improve, in the order it is driven.
    public var start: [Int]?
    /// Whether to stop once a tour of this cost is found; for measuring.
    public var target: Int?

    public init(
      shape: AsymmetricTourShape = .round(start: 0), seed: UInt64 = 1, iterations: Int? = nil,
      nodes: Int? = nil,
      nanoseconds: Int? = nil,
      countsThreadTime: Bool = false, proves: Bool = true, start: [Int]? = nil, target: Int? = nil
    ) {
      self.shape = shape
      self.seed = seed
      self.iterations = iterations
      self.nodes = nodes
      self.nanoseconds = nanoseconds
      self.countsThreadTime = countsThreadTime
      self.proves = proves
      self.start = start
      self.target = target
    }
  }

  /// The best tour found and what is known about it.
  public struct Answer: Equatable, Sendable {
    /// All nodes in the order they are visited; empty when no tour was found.
    public var tour: [Int]
    /// The cost of the tour in the matrix's unit, the way back of a round trip included.
    public var cost: Int
    /// What every tour costs at least; nil when nothing is known.
    public var lowerBound: Int?
    /// Whether the tour is proven the cheapest.
    public var isOptimal: Bool
    /// Whether it is proven that the pairs that can be driven hold no tour.
    public var isImpossible: Bool
    /// Kicks of the local search made.
    public var iterations: Int
    /// Nodes of the branch and bound examined.
    public var nodes: Int
    /// Nanoseconds from the call to the last improvement of the tour.
    public var improvedAt: Int
  }

  /// - Parameters:
  ///   - costs: row-major, `count * count` entries.
  /// - Returns: the best tour found; with an empty tour when there is none or none was found.
  public static func solve(
    count: Int, costs: UnsafeBufferPointer<Int32>, options: Options = Options()
  ) -> Answer {
    precondition(costs.count == count * count, "a matrix is square")
    let clock = ArcClock(nanoseconds: options.nanoseconds, threadTime: options.countsThreadTime)
    let form = ArcClosedForm(options.shape, count: count)
    if count <= 1 || form.count <= 1 { return smallest(count, costs, options.shape) }
    var matrix = ArcMatrix(count: form.count)
    defer { matrix.deallocate() }
    form.fill(&matrix, costs)
    if form.count <= exactBelow { return programme(matrix, form, clock) }
    var solver = ArcSolver(matrix, form, options, clock)
    defer { solver.deallocate() }
    return solver.solve()
  }

  /// Closed tours of at most this many nodes are solved by dynamic programming at once.
  static let exactBelow = 10

  private static func smallest(
    _ count: Int, _ costs: UnsafeBufferPointer<Int32>, _ shape: AsymmetricTourShape
  ) -> Answer {
    var answer = Answer(
      tour: Array(0..<max(0, count)), cost: 0, lowerBound: 0, isOptimal: true, isImpossible: false,
      iterations: 0,
      nodes: 0, improvedAt: 0)
    guard count == 2, case .between(let start, let end) = shape else { return answer }
    let cost = Int(costs[start * 2 + end])
    answer.tour = [start, end]
    answer.cost = cost
    answer.lowerBound = cost
    if cost < 0 { answer = none(iterations: 0, nodes: 0, isImpossible: true) }
    return answer
  }

  static func none(iterations: Int, nodes: Int, isImpossible: Bool) -> Answer {
    Answer(
      tour: [], cost: 0, lowerBound: nil, isOptimal: false, isImpossible: isImpossible,
      iterations: iterations,
      nodes: nodes, improvedAt: 0)
  }

  private static func programme(_ matrix: ArcMatrix, _ form: ArcClosedForm, _ clock: ArcClock) -> Answer {
    let tour = UnsafeMutablePointer<Int32>.allocate(capacity: matrix.count)
    defer { tour.deallocate() }
    guard let cost = ArcSubsetProgramme.solve(matrix, into: tour) else {
      return none(iterations: 0, nodes: 0, isImpossible: true)
    }
    return Answer(
      tour: form.unfold(tour), cost: cost, lowerBound: cost, isOptimal: true, isImpossible: false,
      iterations: 0,
      nodes: 0, improvedAt: clock.elapsed)
  }
}
