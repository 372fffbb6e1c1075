import Foundation
import Geo
import Routing

/// Roads of real extracts, beside OSRM where it can be had, and of made-up networks of growing size
/// (`PLANNER_BENCH_NODES=100000,1000000,5000000`; `0` for none).
func runRoadsBenchmark() async throws {
  let data = ProcessInfo.processInfo.environment["PLANNER_DATA"] ?? "data"
  let shared = ProcessInfo.processInfo.environment["PLANNER_SHARED_DATA"] ?? data + "/../../shared/data"
  let python = OSRMRun.python()
  if python == nil {
    print("  OSRM is passed over: no Python 3.12 or later that can have osrm-bindings")
  }
  var extracts: [String] = []
  for folder in [data + "/osm", shared + "/osm"] {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
    where [".osm.pbf", ".osm.bz2", ".osm"].contains(where: name.hasSuffix)
      && !extracts.contains(where: { $0.hasSuffix("/" + name) })
    {
      extracts.append(folder + "/" + name)
    }
  }
  for extract in extracts {
    try await withTemporaryFolder { folder in
      try await compareRoads(extract, folder: folder.path, python: python)
    }
  }
  let wanted = ProcessInfo.processInfo.environment["PLANNER_BENCH_NODES"] ?? "100000,1000000"
  for size in wanted.split(separator: ",").compactMap({ Int($0) }) where size > 0 {
    try await withTemporaryFolder { folder in
      let extract = folder.path + "/grid.osm.pbf"
      try SyntheticRoads(nodes: size).write(to: extract)
      let figures = try await RoadFigures(extract, folder: folder.path, pairs: nil)
      print("  grid-with-hierarchy network of \(size) nodes; tables on one thread")
      printTable(
        [
          "turn vertices", "pbf MiB", "prepare s", "peak MiB", "file MiB", "open ms", "snap µs",
          "route p50 ms",
          "p99 ms", "100² ms", "1000² ms",
        ],
        [
          [
            "\(figures.vertices)", fixed(mebibytes(extract), 1), fixed(figures.seconds, 1),
            fixed(figures.peak, 0), fixed(figures.fileMebibytes, 1), fixed(figures.opening, 2),
            fixed(figures.snapping, 1), fixed(figures.route.p50, 3), fixed(figures.route.p99, 3),
            fixed(figures.tables[1]?[100] ?? .nan, 1), fixed(figures.tables[1]?[1000] ?? .nan, 0),
          ]
        ])
    }
  }
}

/// What one extract's road graph costs and gives.
struct RoadFigures {
  /// Of making the graph, in a process of its own.
  var seconds = 0.0
  var peak = 0.0
  var fileMebibytes = 0.0
  var opening = 0.0
  /// Microseconds, the median.
  var snapping = 0.0
  /// Milliseconds: both places put on roads, the drive, and its line.
  var route = Timings([])
  /// Milliseconds by threads and by size.
  var tables: [Int: [Int: Double]] = [:]
  var vertices = 0
  let router: RoadRouter
  let pairs: [RoadPair]

  /// - Parameter pairs: places to drive between; nil for a thousand at random near roads.
  init(_ extract: String, folder: String, pairs given: [RoadPair]?) async throws {
    let path = folder + "/graph.roads"
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    child.arguments = [roadsPreparation, extract, path]
    let output = Pipe()
    child.standardOutput = output
    try child.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    child.waitUntilExit()
    let words = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard child.terminationStatus == 0, words.count == 2 else {
      throw RoadBenchmarkFailure(text: "preparing ended with status \(child.terminationStatus): \(text)")
    }
    (seconds, peak) = (words[0], words[1])
    fileMebibytes = mebibytes(path)
    opening = try measure(runs: 20) { _ = try RoadGraph(path: path) }.p50
    let graph = try RoadGraph(path: path)
    vertices = graph.meta.vertices
    router = RoadRouter(graph: graph)
    var places = given ?? []
    if given == nil { places = try await Self.randomPairs(router, count: 1000) }
    pairs = places
    var snaps: [Double] = []
    var routes: [Double] = []
    // Once to warm up.
    for round in 0..<2 {
      snaps = []
      for pair in pairs {
        let start = ContinuousClock.now
        _ = try await router.nearest(pair.from, count: 1)
        snaps.append(milliseconds(since: start) * 1000)
      }
      routes = []
      for pair in pairs.prefix(round == 0 ? 100 : pairs.count) {
        let start = ContinuousClock.now
        _ = try? router.drive(through: [pair.from, pair.to])
        routes.append(milliseconds(since: start))
      }
    }
    snapping = Timings(snaps).p50
    route = Timings(routes)
    for threads in [1, 2] {
      let router = RoadRouter(graph: graph, threads: threads)
      for size in [100, 500, 1000] where pairs.count >= size {
        let places = pairs.prefix(size).map(\.from)
        tables[threads, default: [:]][size] =
          measure(runs: 5) { _ = router.times(sources: places, targets: places) }.p50
      }
    }
  }

  /// Places within 250 metres of a road, the same for the same graph.
  private static func randomPairs(_ router: RoadRouter, count: Int) async throws -> [RoadPair] {
    let bounds = router.graph.meta.bounds
    var random = SplitMix(seed: 2026)
    func place() async throws -> Coordinate {
      while true {
        let place = try Coordinate(
          latitude: bounds.south + (bounds.north - bounds.south) * random.unit(),
          longitude: bounds.west + (bounds.east - bounds.west) * random.unit())
        let near = try await router.nearest(place, count: 1, options: RoadOptions(radius: Metres(250)))
        if !near.isEmpty { return place }
      }
    }
    var pairs: [RoadPair] = []
    for _ in 0..<count { pairs.append(RoadPair(from: try await place(), to: try await place())) }
    return pairs
  }
}

struct RoadPair {
  var from: Coordinate
  var to: Coordinate
}

struct RoadBenchmarkFailure: Error { var text: String }

/// The argument by which this program makes a road graph alone, so that its memory can be told.
let roadsPreparation = "--prepare-roads"

/// Makes a graph and prints the seconds it took and the peak of resident memory in MiB.
func prepareRoads(_ extract: String, _ output: String) throws {
  let start = ContinuousClock.now
  try RoadGraphBuilder.build(from: [extract], profile: .car, output: output)
  print(milliseconds(since: start) / 1000, peakResidentMebibytes())
}

func mebibytes(_ path: String) -> Double {
  let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.doubleValue ?? 0
  return size / 1_048_576
}
