import Foundation
import Routing

/// A road graph of a whole country: a made-up extract of `PLANNER_BENCH_MEGABYTES` (20 unless it is set), and what each
/// stage of making the graph takes. `PLANNER_BENCH_EXTRACT` names an extract to take instead.
func runRoadsCountryBenchmark() async throws {
  let environment = ProcessInfo.processInfo.environment
  let megabytes = environment["PLANNER_BENCH_MEGABYTES"].flatMap { Int($0) } ?? 20
  try await withTemporaryFolder { folder in
    let (extract, graph) = (folder.path + "/country.osm.pbf", folder.path + "/country.roads")
    if let given = environment["PLANNER_BENCH_EXTRACT"] {
      try printCountry(of: given, graph: graph)
    } else {
      let start = ContinuousClock.now
      try SyntheticCountry(megabytes: megabytes).write(to: extract)
      print("  the extract was written in \(fixed(milliseconds(since: start) / 1000, 1)) s")
      try printCountry(of: extract, graph: graph)
    }
  }
}

/// Makes the graph in a process of its own, so that what this one holds does not count, and prints its report.
private func printCountry(of extract: String, graph: String) throws {
  let child = Process()
  child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  child.arguments = [roadsStages, extract, graph]
  // What was printed so far comes first.
  fflush(nil)
  try child.run()
  child.waitUntilExit()
  guard child.terminationStatus == 0 else {
    throw RoadBenchmarkFailure(text: "no road graph could be made of \(extract)")
  }
}

/// The argument by which this program makes a road graph alone and tells of each stage.
let roadsStages = "--road-stages"

/// Makes a graph and prints the seconds and the peak of resident memory of each stage.
func printRoadStages(_ extract: String, _ output: String) throws {
  var rows: [[String]] = []
  var running: (name: String, start: ContinuousClock.Instant)?
  var peak = 0.0
  func end() {
    guard let stage = running else { return }
    let highest = peakResidentMebibytes()
    peak = max(peak, highest)
    rows.append([
      stage.name, fixed(milliseconds(since: stage.start) / 1000, 1), fixed(highest, 0),
      fixed(residentMebibytes(), 0),
    ])
    resetPeakResident()
  }
  let start = ContinuousClock.now
  let meta = try RoadGraphBuilder.build(from: [extract], profile: .car, output: output) { stage in
    end()
    running = (stage.rawValue, .now)
  }
  end()
  let seconds = milliseconds(since: start) / 1000
  rows.append(["all", fixed(seconds, 1), fixed(peak, 0), ""])
  print(
    """
      \(fixed(mebibytes(extract), 1)) MiB of extract: \(meta.ways) ways, \(meta.segments) segments, \
    \(meta.vertices) turn vertices, \(meta.turns) turns, \(meta.shortcuts) shortcuts, \
    \(meta.restrictions) restrictions; graph of \(fixed(mebibytes(output), 1)) MiB
      wanted: peak ≤ 4096 MiB at 500 megabytes
    """)
  printTable(["stage", "s", "peak MiB", "MiB after"], rows)
}
