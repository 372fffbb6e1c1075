import Foundation
import Routing

/// Tours with time windows of the published instances in `PLANNER_SHARED_DATA`: ours, and other solvers in the same run,
/// as distance from the best travel known.
///
/// Our times are of this thread's computing, five seeds each; those of the others pass on the clock.
func runWindowsBenchmark() throws {
  let root = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["PLANNER_SHARED_DATA"] ?? "../shared/data")
  let folder = root.appendingPathComponent("tsptw")
  let table = folder.appendingPathComponent("best_known.csv")
  guard let text = try? String(contentsOf: table, encoding: .utf8) else {
    print("  skipped, \(table.path) is absent")
    return
  }
  var cases: [WindowCase] = []
  for line in text.split(whereSeparator: \.isNewline).dropFirst() {
    let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard cells.count >= 3, let best = Int(cells[2]) else { continue }
    let file = folder.appendingPathComponent(cells[1])
    cases.append(
      .init(problem: try WindowTourFile.parse(String(contentsOf: file, encoding: .utf8)), best: best))
  }
  var rows = [100, 1000].map { ours(cases, milliseconds: $0) }
  if let references = try? ReferencePython() {
    // VROOM takes the time it takes.
    for (solver, budgets) in [("PyVRP", [1000, 10_000]), ("VROOM", [0]), ("OR-Tools", [1000])] {
      for budget in budgets {
        let answers = references.ask(cases.map { $0.question(to: solver, milliseconds: budget) })
        if answers.contains(where: { $0?.milliseconds != nil }) {
          rows.append(
            row(
              solver, budget, zip(cases, answers).map { ($0, $1?.cost) },
              answers.compactMap { $0?.milliseconds }))
        }
      }
    }
  } else {
    print("  the other solvers cannot be installed here: ours alone")
  }
  printTable(["solver", "time", "in time", "at best", "mean gap", "worst", "proven", "p50 ms"], rows)
}

private struct WindowCase {
  let problem: WindowTourProblem
  let best: Int

  /// What `references.py` reads.
  func question(to solver: String, milliseconds: Int) -> String {
    func list(_ numbers: [some BinaryInteger]) -> String {
      "[" + numbers.map { "\($0)" }.joined(separator: ",") + "]"
    }
    return """
      {"solver":"\(solver)","milliseconds":\(milliseconds),"count":\(problem.count),"matrix":\(list(problem.times)),\
      "open":\(list(problem.open)),"close":\(list(problem.close))}
      """
  }
}

private func ours(_ cases: [WindowCase], milliseconds budget: Int) -> [String] {
  var costs: [(WindowCase, Int?)] = []
  var times: [Double] = []
  var proven = 0
  for item in cases {
    for seed in 1...5 as ClosedRange<UInt64> {
      let start = ContinuousClock.now
      let answer = WindowTourSolver.solve(
        item.problem,
        .init(
          objective: .travel, seed: seed,
          budget: SearchBudget(seconds: Double(budget) / 1000, clock: .thread)))
      times.append(milliseconds(since: start))
      let isRight = answer.isFeasible && WindowTourChecker.faults(answer, item.problem).isEmpty
      costs.append((item, isRight ? answer.travel : nil))
      proven += answer.isOptimal ? 1 : 0
    }
  }
  return row("ours", budget, costs, times, proven: "\(proven) of \(costs.count)")
}

/// - Parameter costs: nil where there is no tour in time.
private func row(
  _ name: String, _ budget: Int, _ costs: [(WindowCase, Int?)], _ times: [Double], proven: String = "–"
) -> [String] {
  let gaps = costs.compactMap { item, cost in
    cost.map { (Double($0) / Double(item.best * item.problem.scale) - 1) * 100 }
  }
  return [
    name, budget == 0 ? "one run" : "\(budget) ms", "\(gaps.count) of \(costs.count)",
    "\(gaps.count { $0 <= 0 })", fixed(gaps.reduce(0, +) / Double(max(1, gaps.count)), 3) + " %",
    fixed(gaps.max() ?? 0, 2) + " %", proven, fixed(Timings(times).p50, 1),
  ]
}
