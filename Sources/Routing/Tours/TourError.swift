import Geo

/// Why costs are none, or no tour can be given.
public enum TourError: CodedError, Equatable {
  case matrixShape(nodes: Int, entries: Int)
  case matrixValue(from: Int, to: Int)
  case coordinate(node: Int)
  /// The search for symmetric costs was given a matrix that is not.
  case notSymmetric
  /// No tour without a pair that cannot be driven was found.
  case noTour
  /// An open tour of so many coordinates would need too large a matrix.
  case openTooLarge(nodes: Int)
  /// An end of an open tour that is no node of the file.
  case noNode(number: Int)
  /// No tour keeps all windows; `conflict` says between whom, as far as it is known.
  case windows(conflict: String?)
  /// No day is long enough for the way from the start to the end. Times in the units of the file.
  case noWay(start: Int, end: Int, takes: String, day: String)

  public var code: String {
    switch self {
    case .matrixShape: "routing.tours.matrixShape"
    case .matrixValue: "routing.tours.matrixValue"
    case .coordinate: "routing.tours.coordinate"
    case .notSymmetric: "routing.tours.notSymmetric"
    case .noTour: "routing.tours.noTour"
    case .openTooLarge: "routing.tours.openTooLarge"
    case .noNode: "routing.tours.noNode"
    case .windows: "routing.tours.windows"
    case .noWay: "routing.tours.noWay"
    }
  }

  public var message: String {
    switch self {
    case .matrixShape(let nodes, let entries): "\(nodes) nodes do not go with \(entries) entries"
    case .matrixValue(let from, let to): "the entry from node \(from) to node \(to) is not usable"
    case .coordinate(let node): "a coordinate of node \(node) is no number or too large"
    case .notSymmetric: "the costs differ by direction"
    case .noTour: "no tour avoids the pairs that cannot be driven"
    case .openTooLarge(let nodes):
      "open tours of up to \(OpenTours.mostNodes) nodes are solved, this has \(nodes)"
    case .noNode(let number): "the file has no node \(number)"
    case .windows(let conflict):
      "the windows cannot all be met: "
        + (conflict ?? "every order of the nodes comes too late somewhere, no two nodes alone are to blame")
    case .noWay(let start, let end, let takes, let day):
      "no way within the budget leads from node \(start) to node \(end): it takes \(takes), the budget is \(day)"
    }
  }

  public var hint: String {
    switch self {
    case .matrixShape: "give at least one node and count × count entries, or two coordinates a node"
    case .matrixValue: "give whole numbers of 0 … 2^30, or -1 where a pair cannot be driven"
    case .coordinate: "give finite coordinates of at most 3e8"
    case .notSymmetric: "use the search for directed costs"
    case .noTour: "look for nodes with too few pairs that can be driven"
    case .openTooLarge: "solve the round trip, and leave out its longest leg"
    case .noNode: "name nodes by the numbers that the file gives them"
    case .windows: "open a window longer, or take a node out"
    case .noWay(_, _, let takes, _): "give a budget of at least \(takes), or other end points"
    }
  }

  /// A value in the units of the file, without zeros at the end; at most 18 digits of fraction.
  static func number(_ value: Int, scale: Int) -> String {
    var text = "\(value / scale)"
    var rest = abs(value % scale)
    if rest > 0 { text += "." }
    var unit = scale / 10
    while rest > 0, unit > 0 {
      text += "\(rest / unit)"
      rest %= unit
      unit /= 10
    }
    return value < 0 && value / scale == 0 ? "-" + text : text
  }
}
