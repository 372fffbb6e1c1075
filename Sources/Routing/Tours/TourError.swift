import Geo

/// Why costs are none, or no tour can be given.
public enum TourError: CodedError, Equatable {
  case matrixShape(nodes: Int, entries: Int)
  case matrixValue(from: Int, to: Int)
  case coordinate(node: Int)
  /// The search for symmetric costs was given a matrix that is not.
  case notSymmetric
  /// No round trip without a pair that cannot be driven was found.
  case noTour

  public var code: String {
    switch self {
    case .matrixShape: "routing.tours.matrixShape"
    case .matrixValue: "routing.tours.matrixValue"
    case .coordinate: "routing.tours.coordinate"
    case .notSymmetric: "routing.tours.notSymmetric"
    case .noTour: "routing.tours.noTour"
    }
  }

  public var message: String {
    switch self {
    case .matrixShape(let nodes, let entries): "\(nodes) nodes do not go with \(entries) entries"
    case .matrixValue(let from, let to): "the entry from node \(from) to node \(to) is not usable"
    case .coordinate(let node): "a coordinate of node \(node) is no number or too large"
    case .notSymmetric: "the costs differ by direction"
    case .noTour: "no round trip avoids the pairs that cannot be driven"
    }
  }

  public var hint: String {
    switch self {
    case .matrixShape: "give at least one node and count × count entries, or two coordinates a node"
    case .matrixValue: "give whole numbers of 0 … 2^30, or -1 where a pair cannot be driven"
    case .coordinate: "give finite coordinates of at most 3e8"
    case .notSymmetric: "use the search for directed costs"
    case .noTour: "look for nodes with fewer than two pairs that can be driven"
    }
  }
}
