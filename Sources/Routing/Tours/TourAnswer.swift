/// A tour through all nodes.
public struct TourAnswer: Sendable, Equatable {
  /// Node indexes 0 ..< count in the order of driving, each once.
  public let tour: [Int]
  public let cost: Int
  /// No tour of the same shape costs less than this; nil when nothing was proved.
  public let lowerBound: Int?
  /// Kicks tried.
  public let iterations: Int

  /// Whether it is proved that no tour of the same shape costs less.
  public var isOptimal: Bool { lowerBound.map { $0 >= cost } ?? false }

  public init(tour: [Int], cost: Int, lowerBound: Int?, iterations: Int) {
    self.tour = tour
    self.cost = cost
    self.lowerBound = lowerBound
    self.iterations = iterations
  }
}
