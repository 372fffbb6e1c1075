import Foundation

/// Nodes as coordinates with a rule for the cost of a pair: costs are computed when asked for, so that
/// thousands of nodes need no matrix.
public struct TourPoints: Sendable, Equatable {
  /// How coordinates become whole costs (Reinelt 1995, "TSPLIB 95", section 2).
  public enum Metric: Sendable, Equatable, CaseIterable {
    /// Straight-line distance rounded to the nearest whole number: EUC_2D.
    case euclidean
    /// Straight-line distance rounded up: CEIL_2D.
    case euclideanCeiling
    /// Pseudo-Euclidean distance: ATT.
    case pseudoEuclidean
    /// Kilometres on a sphere of 6378.388 km, coordinates in degrees and minutes (`DDD.MM`), latitude first: GEO.
    case geographical
  }

  /// The largest magnitude of a coordinate: costs stay below 2³⁰.
  public static let largestCoordinate = 3.0e8

  public let x: [Double]
  public let y: [Double]
  public let metric: Metric

  public var count: Int { x.count }

  /// - Throws: ``TourError/matrixShape`` for lists of differing or no length, ``TourError/coordinate`` for a
  ///   coordinate that is no finite number or too large.
  public init(x: [Double], y: [Double], metric: Metric) throws(TourError) {
    guard !x.isEmpty, x.count == y.count else { throw .matrixShape(nodes: x.count, entries: y.count) }
    for node in x.indices {
      guard abs(x[node]) <= Self.largestCoordinate, abs(y[node]) <= Self.largestCoordinate else {
        throw .coordinate(node: node)
      }
    }
    self.x = x
    self.y = y
    self.metric = metric
  }

  /// The cost between two nodes, the same in both directions; 0 from a node to itself.
  public func cost(from: Int, to: Int) -> Int {
    from == to ? 0 : Int(Self.cost(metric, x[from], y[from], x[to], y[to]))
  }

  /// The length of the round trip through the nodes in this order.
  public func length(of tour: [Int]) -> Int {
    var sum = 0
    for (place, node) in tour.enumerated() where tour.count > 1 {
      sum += cost(from: node, to: tour[place + 1 == tour.count ? 0 : place + 1])
    }
    return sum
  }

  @inline(__always)
  static func cost(_ metric: Metric, _ ax: Double, _ ay: Double, _ bx: Double, _ by: Double) -> Int32 {
    if metric == .geographical { return geographical(ax, ay, bx, by) }
    let dx = ax - bx
    let dy = ay - by
    return planar(metric, dx * dx + dy * dy)
  }

  /// The planar rules from the squared distance.
  @inline(__always)
  static func planar(_ metric: Metric, _ squared: Double) -> Int32 {
    switch metric {
    case .euclidean: return Int32(squared.squareRoot() + 0.5)
    case .euclideanCeiling:
      let root = squared.squareRoot()
      let whole = Int32(root)
      return Double(whole) < root ? whole + 1 : whole
    default:
      let root = (squared / 10).squareRoot()
      let whole = Int32(root + 0.5)
      return Double(whole) < root ? whole + 1 : whole
    }
  }

  /// Degrees and minutes to radians with TSPLIB's own value of π.
  static func radians(_ value: Double) -> Double {
    let degrees = value.rounded(.towardZero)
    return 3.141592 * (degrees + 5.0 * (value - degrees) / 3.0) / 180.0
  }

  private static func geographical(_ ax: Double, _ ay: Double, _ bx: Double, _ by: Double) -> Int32 {
    let (latitudeA, latitudeB) = (radians(ax), radians(bx))
    let q1 = cos(radians(ay) - radians(by))
    let q2 = cos(latitudeA - latitudeB)
    let q3 = cos(latitudeA + latitudeB)
    let cosine = 0.5 * ((1.0 + q1) * q2 - (1.0 - q1) * q3)
    return Int32(6378.388 * acos(min(1, max(-1, cosine))) + 1.0)
  }
}
