import Foundation
import Geo
import Routing

/// The optimiser alone: trips of 12 to 100 stops on one and five days, our search beside nearest neighbour + 2-opt in
/// the same run, and measured road matrices against the best tours known.
///
/// Trips: towns spread over about 110 × 130 km (five days) or 30 × 30 km (one day), estimated matrix, 09:00 – 18:00
/// with lunch, visits of 15 minutes, back home each night. Road matrices: TSPLIB files with `best_known.tsv` or
/// `optima.tsv` beside them in the folder `PLANNER_SHARED_DATA` (default `../shared/data`); skipped where absent.
func runPlanBenchmark() throws {
  var rows: [[String]] = []
  for (stops, days) in [(12, 1), (30, 1), (60, 1), (100, 1), (12, 5), (30, 5), (60, 5), (100, 5)] {
    let problem = try benchmarkTrip(stops: stops, days: days, seed: UInt64(stops * 10 + days))
    var ours: TripPlan?
    var plain: TripPlan?
    let oursTime = measure(runs: 5) { ours = TripSolver.solve(problem) }
    let plainTime = measure(runs: 5) { plain = TripSolver.solve(problem, .init(method: .nn2opt)) }
    guard let ours, let plain else { continue }
    for plan in [ours, plain] where !PlanChecker.violations(of: plan, in: problem).isEmpty {
      print("  a plan of \(stops) stops breaks its problem")
    }
    rows.append([
      "\(stops)", "\(days)", fixed(oursTime.p50, 1), "\(ours.leftOut.count)", fixed(ours.driving.hours, 2),
      gap(ours.driving, over: ours.lowerBound), fixed(plainTime.p50, 1), "\(plain.leftOut.count)",
      fixed(plain.driving.hours, 2),
    ])
  }
  printTable(
    [
      "stops", "days", "ms", "left out", "driving h", "over bound", "nn+2-opt ms", "left out", "driving h",
    ], rows)
  try runRoadMatrices()
}

private func gap(_ driving: Seconds, over bound: Seconds?) -> String {
  guard let bound, bound.value > 0 else { return "–" }
  return fixed((Double(driving.value) / Double(bound.value) - 1) * 100, 1) + " %"
}

private func benchmarkTrip(stops: Int, days: Int, seed: UInt64) throws -> TripProblem {
  var random = SplitMix(seed: seed)
  let wide = days > 1
  func coordinate() -> Coordinate {
    let north = Double(random.next() >> 11) * 0x1p-53
    let east = Double(random.next() >> 11) * 0x1p-53
    return Coordinate(
      trustedLatitude: 53.9 + (north - 0.5) * (wide ? 1 : 0.27),
      longitude: 27.56 + (east - 0.5) * (wide ? 2 : 0.45))
  }
  let points = [Coordinate(trustedLatitude: 53.9, longitude: 27.56)] + (0..<stops).map { _ in coordinate() }
  let lunch = TripProblem.Lunch(window: 12 * 3600..<14 * 3600, length: Seconds(minutes: 45))
  return try TripProblem(
    matrix: GreatCircleMatrix().table(for: points),
    visits: (1...stops).map { .init(point: $0, service: Seconds(minutes: 15)) }, start: 0, end: .roundTrip,
    days: (0..<days).map { _ in .init(work: 9 * 3600..<18 * 3600, lunch: lunch) })
}

/// Mean distance from the best tours known, by size.
private func runRoadMatrices() throws {
  let root = URL(
    fileURLWithPath: ProcessInfo.processInfo.environment["PLANNER_SHARED_DATA"] ?? "../shared/data")
  var groups: [(name: String, files: [(url: URL, best: Int)])] = []
  for (folder, table) in [("road-matrices", "best_known.tsv"), ("atsp", "optima.tsv")] {
    let directory = root.appendingPathComponent(folder)
    guard let list = try? String(contentsOf: directory.appendingPathComponent(table), encoding: .utf8) else {
      print("  \(folder): skipped, \(directory.path) is absent")
      continue
    }
    var bySize: [String: [(url: URL, best: Int)]] = [:]
    for line in list.split(separator: "\n") {
      let words = line.split(separator: "\t")
      guard words.count >= 2, let best = Int(words[1]) else { continue }
      let name = String(words[0])
      let group = folder == "atsp" ? name : String(name.prefix { $0 != "_" })
      bySize[group, default: []].append((directory.appendingPathComponent("\(name).atsp"), best))
    }
    groups += bySize.sorted { ($0.key.count, $0.key) < ($1.key.count, $1.key) }.map { ($0.key, $0.value) }
  }
  var rows: [[String]] = []
  for group in groups {
    var times: [Double] = []
    var ours = 0.0
    var plain = 0.0
    var bound = 0.0
    for (url, best) in group.files {
      let matrix = try TSPLIBMatrix.parse(String(contentsOf: url, encoding: .utf8))
      let problem = try TripProblem(
        matrix: matrix, visits: (1..<matrix.count).map { .init(point: $0, service: .zero) }, start: 0,
        end: .roundTrip, days: [.init(work: 0..<1_000_000_000)])
      let start = ContinuousClock.now
      let plan = TripSolver.solve(problem)
      times.append(milliseconds(since: start))
      func over(_ driving: Seconds) -> Double { (Double(driving.value) / Double(best) - 1) * 100 }
      ours += over(plan.driving)
      plain += over(TripSolver.solve(problem, .init(method: .nn2opt)).driving)
      bound += over(plan.lowerBound ?? .zero)
    }
    let count = Double(group.files.count)
    rows.append([
      group.name, "\(group.files.count)", fixed(Timings(times).p50, 1), fixed(ours / count, 2) + " %",
      fixed(plain / count, 2) + " %", fixed(bound / count, 2) + " %",
    ])
  }
  if !rows.isEmpty {
    print("  Tours over measured driving times, from the best known:")
    printTable(["matrices", "files", "ms", "ours", "nn+2-opt", "our lower bound"], rows)
  }
}
