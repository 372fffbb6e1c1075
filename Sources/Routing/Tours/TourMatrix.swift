/// Costs between all pairs of a tour's nodes, row by row: `values[from * count + to]`.
///
/// Entries are whole units of whatever is minimised (metres, seconds, tenths of a second), 0 … 2³⁰; ``hole``
/// stands where a pair cannot be driven. The diagonal is never read.
public struct TourMatrix: Sendable, Equatable {
  /// The entry of a pair that cannot be driven.
  public static let hole: Int32 = -1
  /// The largest entry there may be.
  public static let largest: Int32 = 1 << 30

  public let count: Int
  public let values: [Int32]
  /// Whether every entry equals its mirror.
  public let isSymmetric: Bool

  /// - Throws: ``TourError/matrixShape`` when `values` are not `count * count`, ``TourError/matrixValue`` for
  ///   an entry off the diagonal outside 0 … 2³⁰ that is no hole.
  public init(count: Int, values: [Int32]) throws(TourError) {
    guard count > 0, count.multipliedReportingOverflow(by: count) == (values.count, false) else {
      throw .matrixShape(nodes: count, entries: values.count)
    }
    var symmetric = true
    for from in 0..<count {
      for to in 0..<count where to != from {
        let value = values[from * count + to]
        guard value >= Self.hole, value <= Self.largest else { throw .matrixValue(from: from, to: to) }
        if value != values[to * count + from] { symmetric = false }
      }
    }
    self.count = count
    self.values = values
    isSymmetric = symmetric
  }

  /// The cost of driving from one node to another; nil for a hole.
  public func cost(from: Int, to: Int) -> Int? {
    let value = values[from * count + to]
    return value == Self.hole ? nil : Int(value)
  }

  /// The length of a round trip through the nodes in this order, or of the way from the first to the last; nil when it
  /// uses a hole.
  public func length(of tour: [Int], isOpen: Bool = false) -> Int? {
    var sum = 0
    for (place, node) in tour.enumerated() where tour.count > 1 {
      if isOpen, place + 1 == tour.count { break }
      guard let cost = cost(from: node, to: tour[place + 1 == tour.count ? 0 : place + 1]) else { return nil }
      sum += cost
    }
    return sum
  }
}
