/// What is wrong with a plan.
public enum OrienteeringFault: Sendable, Hashable {
  case daysDiffer(found: Int)
  case unknownNode(Int)
  case visitedTwice(Int)
  case hole(from: Int, to: Int)
  case closed(node: Int, day: Int)
  case late(node: Int, day: Int, at: Int)
  case scoreDiffers(counted: Int)
  case boundBelowScore
}

/// Recomputes a plan from the problem alone, sharing nothing with the search.
public enum OrienteeringChecker {
  /// Every fault of the answer; empty for a plan that can be driven and collects what it says.
  public static func faults(_ answer: OrienteeringAnswer, _ problem: OrienteeringProblem)
    -> [OrienteeringFault]
  {
    guard answer.days.count == problem.days.count else { return [.daysDiffer(found: answer.days.count)] }
    var faults: [OrienteeringFault] = []
    var seen: Set<Int> = [problem.start, problem.end]
    var sum = 0
    for (day, nodes) in answer.days.enumerated() where !nodes.isEmpty {
      var here = problem.start
      var clock = problem.days[day].open
      for next in nodes {
        guard (0..<problem.count).contains(next) else { return [.unknownNode(next)] }
        if !seen.insert(next).inserted { faults.append(.visitedTwice(next)) }
        let entry = problem.times[here * problem.count + next]
        if entry < 0 { faults.append(.hole(from: here, to: next)) }
        clock += (here == problem.start ? 0 : problem.service[here]) + entry
        let window = problem.windows[day][next]
        if window.close < window.open { faults.append(.closed(node: next, day: day)) }
        if clock > window.close { faults.append(.late(node: next, day: day, at: clock)) }
        clock = max(clock, window.open)
        sum += problem.score[next]
        here = next
      }
      let entry = problem.times[here * problem.count + problem.end]
      if entry < 0 { faults.append(.hole(from: here, to: problem.end)) }
      clock += problem.service[here] + entry
      if clock > problem.days[day].close { faults.append(.late(node: problem.end, day: day, at: clock)) }
    }
    if sum != answer.score { faults.append(.scoreDiffers(counted: sum)) }
    if answer.upperBound < answer.score { faults.append(.boundBelowScore) }
    return faults
  }
}
