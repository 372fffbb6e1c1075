/// The layouts that published instances of tours come in, and VROOM's problems (``FleetReader``).
public enum InstanceFormat: String, Sendable, CaseIterable {
  case tsplib, tsptw, orienteering, toptw, ttdp, vroom

  /// By the content; nil when it is like none of them.
  public static func guess(_ bytes: [UInt8]) -> InstanceFormat? {
    let head = String(decoding: bytes.prefix(4096), as: UTF8.self)
    if ["DIMENSION", "EDGE_WEIGHT", "NODE_COORD_SECTION"].contains(where: head.contains) { return .tsplib }
    guard let first = head.utf8.first(where: { !" \t\r\n".utf8.contains($0) }) else { return nil }
    if first == UInt8(ascii: "{") { return .vroom }
    guard "0123456789#".utf8.contains(first) else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return OrienteeringFile.guess(text).flatMap { InstanceFormat(rawValue: $0.rawValue) } ?? .tsptw
  }
}

/// An instance of tours as a file gives it, with the numbers its answers are told in.
public enum TourInstance: Sendable {
  case tour(TourInput)
  case windows(WindowTourProblem)
  case orienteering(OrienteeringProblem)

  /// - Parameters:
  ///   - format: guessed from the content when nil; VROOM's problems are no instances of tours.
  ///   - days: of an orienteering instance; what the file says when nil.
  /// - Throws: ``InstanceFileError``, ``TourInputError``: what is wrong on which line.
  public init(_ bytes: [UInt8], format: InstanceFormat? = nil, days: Int? = nil) throws {
    guard let format = format ?? InstanceFormat.guess(bytes), format != .vroom else {
      throw InstanceFileError.format(
        line: 1,
        reason: "it is none of TSPLIB, time windows (n, matrix, windows), orienteering and VROOM's JSON")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    switch format {
    case .tsplib: self = .tour(try TourInput.parse(bytes))
    case .tsptw: self = .windows(try WindowTourFile.parse(text))
    case .orienteering:
      self = .orienteering(try OrienteeringFile.parse(text, layout: .orienteering, days: days))
    case .toptw: self = .orienteering(try OrienteeringFile.parse(text, layout: .toptw, days: days))
    case .ttdp, .vroom: self = .orienteering(try OrienteeringFile.parse(text, layout: .ttdp, days: days))
    }
  }

  public struct Options: Sendable {
    public var seed: UInt64
    public var budget: SearchBudget
    /// Of tours with time windows: the end of the tour is made least, not its travel.
    public var isMakespan: Bool
    public var method: TourOptions.Method
    /// Of TSPLIB's tours.
    public var ends: Ends

    public init(
      seed: UInt64 = 1, budget: SearchBudget, isMakespan: Bool = false,
      method: TourOptions.Method = .linKernighan, ends: Ends = .round
    ) {
      self.seed = seed
      self.budget = budget
      self.isMakespan = isMakespan
      self.method = method
      self.ends = ends
    }
  }

  /// Whether a tour comes back, by the file's own numbers of nodes.
  public enum Ends: Sendable, Hashable {
    case round
    /// Begins and ends at these nodes, at any where none is given.
    case open(first: Int?, last: Int?)

    /// - Throws: ``TourError/noNode(number:)``.
    func shape(_ input: TourInput) throws(TourError) -> AsymmetricTourShape {
      func index(_ number: Int?) throws(TourError) -> Int? {
        guard let number else { return nil }
        guard let index = input.nodeNumbers.firstIndex(of: number) else { throw .noNode(number: number) }
        return index
      }
      guard case .open(let first, let last) = self else { return .round(start: 0) }
      switch (try index(first), try index(last)) {
      case (nil, nil): return .free
      case (let first?, nil): return .open(start: first)
      case (nil, let last?): return .ending(end: last)
      case (let first?, let last?): return .between(start: first, end: last)
      }
    }
  }

  /// In the file's own units and numbers of nodes.
  public struct Answer: Sendable, Equatable {
    public var objective: Double
    /// Where the tour begins again is not repeated; days follow each other, each from its start.
    public var tour: [Int]
    /// Whether the tour ends at its last node instead of coming back.
    public var isOpen = false
    /// For instances that have days: what is visited on each.
    public var days: [[Int]]?
    /// Nothing can be less; nil when nothing is known, or when the objective is to be large.
    public var lowerBound: Double?
    /// Nothing can be more, of a score.
    public var upperBound: Double?
    public var isOptimal: Bool
    /// Nodes that the best tour found does not reach in their windows.
    public var leftOut: [Int]
    public var iterations: Int
  }

  /// Whether the objective is a score, to be large.
  public var isScore: Bool { if case .orienteering = self { true } else { false } }

  /// - Throws: ``TourError`` when there is no tour.
  public func solve(_ options: Options) throws -> Answer {
    switch self {
    case .tour(let input):
      let answer = try Tours.solve(
        input.costs, shape: options.ends.shape(input), seed: options.seed, budget: options.budget,
        method: options.method)
      return Answer(
        objective: Double(answer.cost), tour: input.numbers(of: answer.tour), isOpen: options.ends != .round,
        lowerBound: answer.lowerBound.map(Double.init), upperBound: nil, isOptimal: answer.isOptimal,
        leftOut: [], iterations: answer.iterations)
    case .windows(let problem):
      SearchWatch.current?.measures(factor: 1 / Double(problem.scale))
      let answer = WindowTourSolver.solve(
        problem,
        WindowTourSolver.Options(
          objective: options.isMakespan ? .makespan : .travel, seed: options.seed, budget: options.budget))
      if answer.isInfeasible {
        throw TourError.windows(conflict: WindowTourConflict.first(in: problem)?.told(of: problem))
      }
      let scale = Double(problem.scale)
      return Answer(
        objective: Double(answer.value) / scale, tour: answer.tour, days: nil,
        lowerBound: Double(answer.lowerBound) / scale, upperBound: nil, isOptimal: answer.isOptimal,
        leftOut: answer.leftOut, iterations: answer.iterations)
    case .orienteering(let problem):
      if let error = problem.noWay { throw error }
      SearchWatch.current?.measures(factor: 1 / Double(problem.scoreScale))
      let answer = OrienteeringSolver.solve(
        problem, OrienteeringSolver.Options(seed: options.seed, budget: options.budget))
      let scale = Double(problem.scoreScale)
      let isRound = problem.start == problem.end
      let days = answer.days.map { [problem.start] + $0 + (isRound ? [] : [problem.end]) }
      return Answer(
        objective: Double(answer.score) / scale, tour: Array(days.joined()), days: days, lowerBound: nil,
        upperBound: Double(answer.upperBound) / scale, isOptimal: answer.isOptimal, leftOut: [],
        iterations: answer.iterations)
    }
  }
}
