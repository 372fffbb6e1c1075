import Geo

/// Something that knows how long driving takes: an estimate over great circles, or roads.
public protocol MatrixProvider: Sendable {
  func matrix(for points: [Coordinate]) async throws -> DriveMatrix
  /// The line of one drive; nil when it cannot be driven. Asked only for pairs that the matrix has by roads.
  func geometry(from: Coordinate, to: Coordinate) async throws -> LineString?
}

/// Driving between some points, and how much of it is known.
public struct DriveMatrix: Sendable, Hashable {
  public let costs: CostMatrix
  /// Row-major: whether a pair follows roads; the others are estimated. Empty when all are of `costs.source`.
  private let byRoads: [Bool]
  /// How far each point is from the nearest road; nil where none is near. Empty when roads were not asked.
  public let roadDistances: [Metres?]
  /// Road metres per metre of great circle over the pairs that follow roads; nil when none of these is long enough to
  /// tell.
  public let detourFactor: Double?

  public init(
    costs: CostMatrix, byRoads: [Bool] = [], roadDistances: [Metres?] = [], detourFactor: Double? = nil
  ) {
    self.costs = costs
    self.byRoads = byRoads
    self.roadDistances = roadDistances
    self.detourFactor = detourFactor
  }

  /// Where the numbers of a pair come from.
  public func source(from: Int, to: Int) -> CostMatrix.Source {
    guard !byRoads.isEmpty else { return costs.source }
    return byRoads[from * costs.count + to] ? .roads : .greatCircle
  }
}
