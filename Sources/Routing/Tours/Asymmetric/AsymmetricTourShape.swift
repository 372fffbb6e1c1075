/// Where a tour of directed costs starts and ends.
public enum AsymmetricTourShape: Equatable, Sendable {
  /// From the start through all stops and back to the start; the tour is listed from `start`.
  case round(start: Int)
  /// From `start` through all stops, ending anywhere.
  case open(start: Int)
  /// Starting anywhere, through all stops to `end`.
  case ending(end: Int)
  /// From `start` through all stops to `end`, which are two different nodes.
  case between(start: Int, end: Int)
  /// Through all stops, starting and ending anywhere.
  case free
}

/// The closed tour that stands for a tour of any shape: the way from its end back to its start costs nothing.
///
/// - `open`: every arc back to the start is free; `ending`: every arc from the end.
/// - `between`: the end is joined with the start, one node reached as the end and left as the start.
/// - `free`: one node more, joined with all at no cost.
struct ArcClosedForm {
  let shape: AsymmetricTourShape
  /// Nodes given and nodes of the closed tour.
  let given: Int
  let count: Int

  init(_ shape: AsymmetricTourShape, count given: Int) {
    self.shape = shape
    self.given = given
    switch shape {
    case .round, .open, .ending: count = given
    case .between: count = given - 1
    case .free: count = given + 1
    }
  }

  /// Fills the matrix of the closed tour.
  func fill(_ matrix: inout ArcMatrix, _ costs: UnsafeBufferPointer<Int32>) {
    let n = given
    switch shape {
    case .round: matrix.fill { costs[$0 * n + $1] }
    case .open(let start): matrix.fill { $1 == start ? 0 : costs[$0 * n + $1] }
    case .ending(let end): matrix.fill { $0 == end ? 0 : costs[$0 * n + $1] }
    case .free: matrix.fill { $0 == n || $1 == n ? 0 : costs[$0 * n + $1] }
    case .between(let start, let end):
      // The end takes no row of its own; the node of the start is left as the start and reached as the end.
      matrix.fill {
        let i = $0 < end ? $0 : $0 + 1
        let j = $1 < end ? $1 : $1 + 1
        return costs[i * n + (j == start ? end : j)]
      }
    }
  }

  /// The closed tour that visits in the order of the given one, or nil when that is none of this shape.
  func close(_ tour: [Int]) -> [Int32]? {
    guard tour.count == given, Set(tour) == Set(0..<given) else { return nil }
    switch shape {
    case .round: return tour.map { Int32($0) }
    case .open(let start): return tour.first == start ? tour.map { Int32($0) } : nil
    case .ending(let end): return tour.last == end ? tour.map { Int32($0) } : nil
    case .free: return tour.map { Int32($0) } + [Int32(given)]
    case .between(let start, let end):
      guard tour.first == start, tour.last == end else { return nil }
      return tour.dropLast().map { Int32($0 < end ? $0 : $0 - 1) }
    }
  }

  /// The tour of the given nodes that a closed tour stands for.
  func unfold(_ closed: UnsafePointer<Int32>) -> [Int] {
    let order = (0..<count).map { Int(closed[$0]) }
    switch shape {
    case .round(let start), .open(let start): return ArcClosedForm.turn(order, toStart: start)
    case .ending(let end):
      let turned = ArcClosedForm.turn(order, toStart: end)
      return Array(turned.dropFirst()) + [end]
    case .free: return Array(ArcClosedForm.turn(order, toStart: given).dropFirst())
    case .between(let start, let end):
      return ArcClosedForm.turn(order.map { $0 < end ? $0 : $0 + 1 }, toStart: start) + [end]
    }
  }

  private static func turn(_ order: [Int], toStart start: Int) -> [Int] {
    let place = order.firstIndex(of: start) ?? 0
    return Array(order[place...]) + Array(order[..<place])
  }
}
