/// A round trip from node 0 through every other node, each served within its window.
///
/// Units: whole numbers, `scale` to one unit of the file (100 where the file writes two decimals). A time from i to
/// j includes the service at i where the instance has one. The trip leaves node 0 at its opening and is back by its
/// closing; who comes before an opening waits.
public struct WindowTourProblem: Sendable, Hashable {
  /// A pair that cannot be driven.
  public static let hole: Int32 = -1
  /// More nodes than this are refused: the matrix would not fit the memory promised.
  public static let mostNodes = 2_000

  public let count: Int
  /// Row-major, `count * count`; 0 … 2²⁸ or ``hole``.
  public let times: [Int32]
  public let open: [Int]
  public let close: [Int]
  public let scale: Int

  /// - Throws: ``InstanceFileError/values(reason:)`` where sizes disagree or a value is out of range.
  public init(
    count: Int, times: [Int32], open: [Int], close: [Int], scale: Int = 1
  ) throws(InstanceFileError) {
    guard (1...Self.mostNodes).contains(count) else {
      throw .values(reason: "1 … \(Self.mostNodes) nodes are solved, not \(count)")
    }
    guard times.count == count * count, open.count == count, close.count == count else {
      throw .values(reason: "\(count) nodes need \(count * count) times and \(count) windows")
    }
    guard times.allSatisfy({ (-1...1 << 28).contains($0) }) else {
      throw .values(reason: "a time is not of 0 … 2^28")
    }
    for node in 0..<count {
      guard (0...1 << 40).contains(open[node]), (open[node]...1 << 40).contains(close[node]) else {
        throw .values(reason: "the window of node \(node) is empty or out of range")
      }
    }
    guard scale >= 1 else { throw .values(reason: "the scale must be positive") }
    self.count = count
    self.times = times
    self.open = open
    self.close = close
    self.scale = scale
  }

  func time(_ from: Int, _ to: Int) -> Int32 { times[from * count + to] }
}

/// What a tour with windows is to have little of.
public enum WindowTourObjective: String, Sendable, Hashable, CaseIterable {
  /// The sum of the times of the arcs driven, waiting not counted.
  case travel
  /// The time of the return to node 0, waiting counted.
  case makespan
}

/// A tour with windows, and what is known of it. Values in the units of the problem.
public struct WindowTourAnswer: Sendable, Hashable {
  /// Node numbers in order of service, node 0 first and not repeated at the end.
  public let tour: [Int]
  /// Nodes for which no place was found; empty for a feasible answer.
  public let leftOut: [Int]
  public let travel: Int
  public let makespan: Int
  public let objective: WindowTourObjective
  /// No feasible tour has a lower value.
  public let lowerBound: Int
  /// The tour is feasible and proven best.
  public let isOptimal: Bool
  /// Proven: no tour serves every node in its window.
  public let isInfeasible: Bool
  public let iterations: Int

  public var value: Int { objective == .travel ? travel : makespan }
  public var isFeasible: Bool { leftOut.isEmpty }
}
