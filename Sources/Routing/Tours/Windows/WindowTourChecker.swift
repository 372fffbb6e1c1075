/// What is wrong with a tour.
public enum WindowTourFault: Sendable, Hashable {
  case startsElsewhere
  case unknownNode(Int)
  case visitedTwice(Int)
  case missing(Int)
  case hole(from: Int, to: Int)
  case late(node: Int, at: Int)
  case travelDiffers(counted: Int)
  case makespanDiffers(counted: Int)
  case boundAboveValue
}

/// Recomputes an answer from the problem alone, sharing nothing with the search.
public enum WindowTourChecker {
  /// Every fault of the answer; empty for a feasible answer with true figures.
  public static func faults(_ answer: WindowTourAnswer, _ problem: WindowTourProblem) -> [WindowTourFault] {
    var faults: [WindowTourFault] = []
    guard answer.tour.first == 0 else { return [.startsElsewhere] }
    var seen = Set<Int>()
    for node in answer.tour {
      guard (0..<problem.count).contains(node) else { return [.unknownNode(node)] }
      if !seen.insert(node).inserted { faults.append(.visitedTwice(node)) }
    }
    for node in 0..<problem.count where !seen.contains(node) { faults.append(.missing(node)) }
    var clock = problem.open[0]
    var travel = 0
    var here = 0
    for next in answer.tour.dropFirst() + [0] where problem.count > 1 {
      let entry = Int(problem.times[here * problem.count + next])
      if entry < 0 { faults.append(.hole(from: here, to: next)) }
      travel += entry
      clock += entry
      if clock > problem.close[next] { faults.append(.late(node: next, at: clock)) }
      if next != 0 { clock = max(clock, problem.open[next]) }
      here = next
    }
    if travel != answer.travel { faults.append(.travelDiffers(counted: travel)) }
    if clock != answer.makespan { faults.append(.makespanDiffers(counted: clock)) }
    if answer.isFeasible, answer.lowerBound > answer.value { faults.append(.boundAboveValue) }
    return faults
  }
}
