/// Why no tour keeps all windows, as far as one node or two tell.
///
/// Judged by shortest paths without waiting, the first reductions of Dumas et al. 1995: each kind is a proof by itself.
/// O(nodes³).
public enum WindowTourConflict: Hashable, Sendable {
  /// No way leads from node 0 to the node, or none back.
  case cutOff(node: Int)
  /// The node closes before it can be reached from node 0. Times in the problem's units.
  case closesTooEarly(node: Int, reached: Int)
  /// From the node, node 0 is not reached again before it closes.
  case backTooLate(node: Int, back: Int)
  /// Neither of the two can be served after the other.
  case eitherOr(Int, Int)

  /// More nodes than this take too long to look at.
  static let mostNodes = WindowTightening.mostNodes

  /// The first of them by the number of the node; nil where more than two nodes stand in each other's way.
  public static func first(in problem: WindowTourProblem) -> WindowTourConflict? {
    let n = problem.count
    guard n > 1, n <= mostNodes else { return nil }
    let way = WindowTightening.shortestPaths(n, problem.times)
    var earliest = problem.open
    for node in 1..<n {
      let (there, back) = (way[node], way[node * n])
      if there >= WindowTightening.far || back >= WindowTightening.far { return .cutOff(node: node) }
      let reached = problem.open[0] + there
      if reached > problem.close[node] { return .closesTooEarly(node: node, reached: reached) }
      earliest[node] = max(earliest[node], reached)
      if earliest[node] + back > problem.close[0] {
        return .backTooLate(node: node, back: earliest[node] + back)
      }
    }
    for a in 1..<n {
      for b in (a + 1)..<max(n, a + 1)
      where earliest[a] + way[a * n + b] > problem.close[b] && earliest[b] + way[b * n + a] > problem.close[a]
      {
        return .eitherOr(a, b)
      }
    }
    return nil
  }

  /// In the units of the file.
  func told(of problem: WindowTourProblem) -> String {
    func number(_ value: Int) -> String { TourError.number(value, scale: problem.scale) }
    switch self {
    case .cutOff(let node): return "no drive leads from node 0 to node \(node) and back"
    case .closesTooEarly(let node, let reached):
      return "node \(node) closes at \(number(problem.close[node])), from node 0 it is reached at "
        + "\(number(reached)) at the earliest"
    case .backTooLate(let node, let back):
      return "node 0 closes at \(number(problem.close[0])), by way of node \(node) it is reached at "
        + "\(number(back)) at the earliest"
    case .eitherOr(let a, let b): return "of nodes \(a) and \(b) neither can be served after the other"
    }
  }
}
