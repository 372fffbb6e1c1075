import Foundation
import Routing

/// Tours of the published instances in `PLANNER_SHARED_DATA`: ours and other solvers in the same run, each with the same
/// time on one thread, as mean distance from the best tours known.
func runToursBenchmark() throws {
  let root = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["PLANNER_SHARED_DATA"] ?? "../shared/data")
  let references = try? ReferencePython()
  if references == nil { print("  the other solvers cannot be installed here: ours alone") }
  let groups: [(folder: String, table: String, budgets: [Int], solvers: [String])] = [
    ("tsp", "optima.tsv", [10, 100, 1000], ["fast-tsp", "LKH", "OR-Tools", "VROOM"]),
    ("atsp", "optima.tsv", [10, 100, 1000], ["LKH", "OR-Tools", "PyVRP"]),
    ("road-matrices", "best_known.tsv", [1, 3, 10, 1000], ["LKH", "VROOM"]),
  ]
  for group in groups {
    let folder = root.appendingPathComponent(group.folder)
    guard let table = try? String(contentsOf: folder.appendingPathComponent(group.table), encoding: .utf8)
    else {
      print("  \(group.folder): skipped, \(folder.path) is absent")
      continue
    }
    var classes: [String: [TourCase]] = [:]
    for line in table.split(separator: "\n") {
      let words = line.split(separator: "\t").map(String.init)
      guard words.count >= 2, let best = Int(words[1]) else { continue }
      let path = ["tsp", "atsp"].map { folder.appendingPathComponent("\(words[0]).\($0)").path }
      guard let file = path.first(where: FileManager.default.fileExists) else { continue }
      let input = try TourInput.parse([UInt8](Data(contentsOf: URL(fileURLWithPath: file))))
      let name =
        switch group.folder {
        case "tsp": input.count <= 1002 ? "tsp to 1,002" : "tsp to 5,915"
        case "atsp": "atsp"
        default: String(words[0].prefix { $0 != "_" })
        }
      classes[name, default: []].append(TourCase(input: input, best: best))
    }
    for (name, cases) in classes.sorted(by: { ($0.key.count, $0.key) < ($1.key.count, $1.key) }) {
      print("  \(name): \(cases.count) instances")
      var rows: [[String]] = []
      if name == "tsp to 1,002" {
        try printMemory(cases)
        rows.append(try baseline(cases))
      }
      // The largest are worth a long search.
      let budgets = group.budgets + (name == "tsp to 5,915" ? [10_000] : [])
      for budget in budgets { rows.append(try ours(cases, milliseconds: budget)) }
      for solver in group.solvers {
        // One run of LKH or VROOM takes the time it takes.
        for budget in ["LKH", "VROOM"].contains(solver) ? [0] : budgets {
          if let row = references?.row(solver, cases, milliseconds: budget) { rows.append(row) }
        }
      }
      printTable(["solver", "time", "mean gap", "worst", "at best", "proven", "p50 ms"], rows)
    }
  }
}

struct TourCase {
  let input: TourInput
  let best: Int
}

private func ours(_ cases: [TourCase], milliseconds budget: Int) throws -> [String] {
  var gaps: [Double] = []
  var times: [Double] = []
  var proven = 0
  for item in cases {
    for seed in 1...3 as ClosedRange<UInt64> {
      let start = ContinuousClock.now
      let answer = try Tours.solve(
        item.input.costs, seed: seed,
        budget: SearchBudget(seconds: Double(budget) / 1000, clock: .thread))
      times.append(milliseconds(since: start))
      gaps.append((Double(answer.cost) / Double(item.best) - 1) * 100)
      if answer.isOptimal { proven += 1 }
    }
  }
  return referenceRow("ours", budget, gaps, "\(proven * 100 / gaps.count) %", times)
}

/// Nearest neighbour and 2-opt, the named baseline.
private func baseline(_ cases: [TourCase]) throws -> [String] {
  var gaps: [Double] = []
  var times: [Double] = []
  for item in cases {
    let start = ContinuousClock.now
    let answer = try Tours.solve(
      item.input.costs, seed: 1, budget: SearchBudget(), method: .nearestNeighbour2Opt)
    times.append(milliseconds(since: start))
    gaps.append((Double(answer.cost) / Double(item.best) - 1) * 100)
  }
  return referenceRow("ours, nn2opt", 0, gaps, "–", times)
}

/// What this process takes while the instance of most nodes is solved for a second.
private func printMemory(_ cases: [TourCase]) throws {
  guard let largest = cases.max(by: { $0.input.count < $1.input.count }) else { return }
  let before = residentMebibytes()
  resetPeakResident()
  _ = try Tours.solve(largest.input.costs, seed: 1, budget: SearchBudget(seconds: 1, clock: .thread))
  print(
    "  \(largest.input.count) nodes, one second: the process grows from \(fixed(before, 0)) "
      + "to \(fixed(peakResidentMebibytes(), 0)) MiB")
}

private func referenceRow(
  _ name: String, _ budget: Int, _ gaps: [Double], _ proven: String, _ times: [Double]
) -> [String] {
  [
    name, budget == 0 ? "one run" : "\(budget) ms", fixed(gaps.reduce(0, +) / Double(gaps.count), 4) + " %",
    fixed(gaps.max() ?? 0, 3) + " %", "\(gaps.count { $0 <= 0 } * 100 / gaps.count) %", proven,
    fixed(Timings(times).p50, 1),
  ]
}

extension ReferencePython {
  /// Nil where the solver answers none of the instances; those of more than 1,100 nodes are not asked of all.
  fileprivate func row(_ solver: String, _ cases: [TourCase], milliseconds budget: Int) -> [String]? {
    let asked = cases.filter { $0.input.count <= (solver == "fast-tsp" || solver == "LKH" ? 3000 : 450) }
    let questions = asked.map { item in
      let count = item.input.count
      var matrix: [Int] = []
      matrix.reserveCapacity(count * count)
      for a in 0..<count {
        for b in 0..<count {
          switch item.input.costs {
          case .points(let points): matrix.append(points.cost(from: a, to: b))
          case .matrix(let costs): matrix.append(costs.cost(from: a, to: b) ?? 1_000_000)
          }
        }
      }
      let entries = matrix.map(String.init).joined(separator: ",")
      return
        "{\"solver\":\"\(solver)\",\"milliseconds\":\(max(1, budget)),\"count\":\(count),\"matrix\":[\(entries)]}"
    }
    let answers = ask(questions)
    var gaps: [Double] = []
    var times: [Double] = []
    for (answer, item) in zip(answers, asked) {
      guard let cost = answer?.cost, let time = answer?.milliseconds else { continue }
      gaps.append((Double(cost) / Double(item.best) - 1) * 100)
      times.append(time)
    }
    guard !gaps.isEmpty else { return nil }
    return referenceRow(
      gaps.count < cases.count ? "\(solver) (\(gaps.count) of them)" : solver, budget, gaps, "–", times)
  }
}
