import Foundation
import Routing

/// Orienteering of the published instances in `PLANNER_SHARED_DATA`: ours, and other solvers in the same run.
///
/// Our times are of this thread's computing, three seeds each; those of the others pass on the clock, VROOM's
/// until it is done.
func runOrienteeringBenchmark() throws {
  let root = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["PLANNER_SHARED_DATA"] ?? "../shared/data")
  let folder = root.appendingPathComponent("orienteering")
  try benchmarkOptima(folder)
  try benchmarkTeams(folder.appendingPathComponent("toptw"))
}

/// Tsiligirides' first problem: how many of the proven optima are met, and proven again, in a second.
private func benchmarkOptima(_ folder: URL) throws {
  let table = folder.appendingPathComponent("Tsiligirides_1_optima.tsv")
  guard let text = try? String(contentsOf: table, encoding: .utf8) else {
    print("  Tsiligirides: skipped, \(table.path) is absent")
    return
  }
  var (runs, met, proven) = (0, 0, 0)
  var times: [Double] = []
  for line in text.split(separator: "\n") {
    let words = line.split(separator: "\t").map(String.init)
    guard words.count >= 2, let optimum = Int(words[1]) else { continue }
    let budget = words[0].count < 2 ? "0" + words[0] : words[0]
    let file = folder.appendingPathComponent(
      "Tsiligirides_1/tsiligirides_problem_1_budget_\(budget).txt")
    let problem = try OrienteeringFile.parse(String(contentsOf: file, encoding: .utf8))
    for seed in 1...3 as ClosedRange<UInt64> {
      let start = ContinuousClock.now
      let answer = solve(problem, seed, milliseconds: 1000)
      times.append(milliseconds(since: start))
      runs += 1
      met += answer.score == optimum ? 1 : 0
      proven += answer.isOptimal ? 1 : 0
    }
  }
  guard runs > 0 else { return }
  print("  Tsiligirides 1, one second: \(met) of \(runs) runs at the optimum, \(proven) proven,")
  print("  p50 \(fixed(Timings(times).p50, 1)) ms")
}

/// Team orienteering with windows, one row an instance and number of days; gaps are from the best score of the run.
private func benchmarkTeams(_ folder: URL) throws {
  let files =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { $0.hasSuffix(".txt") && !$0.hasSuffix("_format.txt") }.sorted()
  guard !files.isEmpty else {
    print("  team orienteering: skipped, \(folder.path) is absent")
    return
  }
  let references = try? ReferencePython()
  var rows: [[String]] = []
  let solvers = ["PyVRP", "VROOM", "OR-Tools"]
  var isAnswered = false
  for file in files {
    let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    for days in [1, 2, 4] {
      let problem = try OrienteeringFile.parse(text, days: days)
      let short = (1...3).map { solve(problem, $0, milliseconds: 100) }
      let long = (1...3).map { solve(problem, $0, milliseconds: 1000) }
      let longest = solve(problem, 1, milliseconds: 10_000)
      let others = solvers.map { solver in
        references?.ask([question(to: solver, problem, milliseconds: 1000)]).first??.score
      }
      isAnswered = isAnswered || others.contains { $0 != nil }
      let scores = (short + long + [longest]).map(\.score) + others.compactMap { $0 }
      let best = max(1, scores.max() ?? 1)
      let bound = (short + long + [longest]).map(\.upperBound).min() ?? 0
      rows.append(
        [
          String(file.dropLast(4)), "\(days)", "\(best / problem.scoreScale)",
          "\(bound / problem.scoreScale)",
          gap(short.map(\.score), best), gap(long.map(\.score), best),
        ] + others.map { $0.map { gap([$0], best) } ?? "–" })
    }
  }
  if !isAnswered { print("  the other solvers cannot be installed here: ours alone") }
  printTable(
    [
      "instance", "days", "best met", "bound", "ours 100 ms", "ours 1 s", "PyVRP 1 s", "VROOM",
      "OR-Tools 1 s",
    ], rows)
}

private func solve(_ problem: OrienteeringProblem, _ seed: UInt64, milliseconds: Int) -> OrienteeringAnswer {
  OrienteeringSolver.solve(
    problem,
    .init(seed: seed, budget: SearchBudget(seconds: Double(milliseconds) / 1000, clock: .thread)))
}

/// Mean and worst distance from the best score.
private func gap(_ scores: [Int], _ best: Int) -> String {
  let gaps = scores.map { 100 * Double(best - $0) / Double(best) }
  let mean = fixed(gaps.reduce(0, +) / Double(gaps.count), 2)
  return gaps.count > 1 ? "\(mean) % (\(fixed(gaps.max() ?? 0, 2)))" : "\(mean) %"
}

/// What `references.py` reads of an instance whose days are alike and whose start is its end.
private func question(to solver: String, _ problem: OrienteeringProblem, milliseconds: Int) -> String {
  func list(_ numbers: [Int]) -> String { "[" + numbers.map(String.init).joined(separator: ",") + "]" }
  var windows = problem.windows[0]
  windows[0] = problem.days[0]
  return """
    {"solver":"\(solver)","milliseconds":\(milliseconds),"count":\(problem.count),"days":\(problem.days.count),\
    "matrix":\(list(problem.times)),"service":\(list(problem.service)),"score":\(list(problem.score)),\
    "open":\(list(windows.map(\.open))),"close":\(list(windows.map(\.close)))}
    """
}
