import Foundation
import Geo
import Routing

/// What `measure_osrm.py` prints.
struct OSRMRun: Decodable {
  struct Preparation: Decodable {
    var extractSeconds: Double
    var contractSeconds: Double
    var peakMebibytes: Double
    var fileBytes: Double
  }
  struct Percentiles: Decodable {
    var p50: Double
    var p99: Double
  }
  struct Route: Decodable {
    var metres: Double
    var seconds: Double
    var from: [Double]
    var to: [Double]
    var line: [[Double]]
  }

  var preparation: Preparation
  var snapMicroseconds: Double
  var routeMilliseconds: Percentiles
  var lineMilliseconds: Percentiles
  var tables: [String: Double]
  var routes: [Route?]

  /// A Python that has OSRM, made in a scratch folder when it is not there; nil where none can be had.
  static func python() -> String? {
    let found = try? output(of: "Benchmarks/Roads/osrm-python", [])
    return found?.split(separator: "\n").last.map(String.init)
  }

  init(_ extract: String, pairs: [RoadPair], folder: String, python: String) throws {
    let lines = pairs.map {
      "\($0.from.longitude) \($0.from.latitude) \($0.to.longitude) \($0.to.latitude)"
    }
    try lines.joined(separator: "\n").write(toFile: folder + "/pairs", atomically: false, encoding: .utf8)
    let text = try Self.output(
      of: python, ["Benchmarks/Roads/measure_osrm.py", extract, folder, folder + "/pairs"])
    self = try JSONDecoder().decode(OSRMRun.self, from: Data(text.utf8))
  }

  private static func output(of program: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw RoadBenchmarkFailure(text: text) }
    return text
  }
}

/// Measures an extract, OSRM on the same places, and how far the routes differ.
func compareRoads(_ extract: String, folder: String, python: String?) async throws {
  print("  \(URL(fileURLWithPath: extract).lastPathComponent)")
  let own = try await RoadFigures(extract, folder: folder, pairs: nil)
  let osrm = try python.map { try OSRMRun(extract, pairs: own.pairs, folder: folder, python: $0) }
  var rows: [[String]] = []
  func row(_ name: String, _ value: Double, _ other: Double?, _ decimals: Int = 2) {
    rows.append([
      name, fixed(value, decimals), other.map { fixed($0, decimals) } ?? "-",
      other.map { fixed(value / $0, 2) } ?? "-",
    ])
  }
  row("prepare s", own.seconds, osrm.map { $0.preparation.extractSeconds + $0.preparation.contractSeconds })
  row("peak MiB", own.peak, osrm?.preparation.peakMebibytes, 0)
  row("file MiB", own.fileMebibytes, osrm.map { $0.preparation.fileBytes / 1_048_576 })
  row("open ms", own.opening, nil)
  row("snap µs", own.snapping, osrm?.snapMicroseconds, 1)
  row("route with line p50 ms", own.route.p50, osrm?.lineMilliseconds.p50, 3)
  row("route with line p99 ms", own.route.p99, osrm?.lineMilliseconds.p99, 3)
  row("(OSRM without line p50)", own.route.p50, osrm?.routeMilliseconds.p50, 3)
  for size in [100, 500, 1000] {
    for threads in [1, 2] {
      if let value = own.tables[threads]?[size] {
        row("table \(size)², \(threads) thread\(threads > 1 ? "s" : "")", value, osrm?.tables["\(size)"], 1)
      }
    }
  }
  printTable(["", "own", "OSRM", "ratio"], rows)
  if let osrm { try await printDifferences(own, osrm) }
  print("")
}

/// Why a route is of another length than OSRM's.
private enum Difference: String, CaseIterable {
  case snapping = "another road at an end"
  case crossing = "an end on a crossing: another of its roads"
  case closed = "OSRM's road is closed to us"
  case rule = "OSRM's drive breaks a rule of ours (turn, road for the ends, turning round)"
  case speed = "another road is quicker by our speeds and turn costs"
}

private struct Pair {
  var number: Int
  var route: RoadRoute
  var osrm: OSRMRun.Route
  var share: Double { abs(route.distance.value - osrm.metres) / max(osrm.metres, 1) }
}

private func printDifferences(_ own: RoadFigures, _ osrm: OSRMRun) async throws {
  var pairs: [Pair] = []
  var (onlyOwn, onlyOSRM) = (0, 0)
  for (k, other) in osrm.routes.enumerated() {
    guard let other else {
      if (try? own.router.drive(through: [own.pairs[k].from, own.pairs[k].to])) != nil { onlyOwn += 1 }
      continue
    }
    guard let route = try? own.router.drive(through: [coordinate(other.from), coordinate(other.to)]) else {
      onlyOSRM += 1
      continue
    }
    pairs.append(Pair(number: k, route: route, osrm: other))
  }
  let shares = Timings(pairs.map { $0.share * 100 })
  let times = Timings(pairs.map { abs(seconds($0.route.duration) / max($0.osrm.seconds, 1) - 1) * 100 })
  print(
    "  lengths of \(pairs.count) routes between OSRM's waypoints: median difference \(fixed(shares.p50, 3)) %, 95th percentile"
      + " \(fixed(shares.percentile(0.95), 2)) %; times: median \(fixed(times.p50, 2)) %; a way found by OSRM only: \(onlyOSRM), by us"
      + " only: \(onlyOwn)")
  let outliers = pairs.filter { $0.share > 0.05 }.sorted { $0.share > $1.share }
  var reasons: [(why: Difference, along: Double?)] = []
  for pair in outliers { reasons.append(try await reason(pair, own.router)) }
  for kind in Difference.allCases {
    let ones = reasons.indices.filter { reasons[$0].why == kind }
    guard !ones.isEmpty else { continue }
    let ties = ones.count { k in
      let time = seconds(outliers[k].route.duration)
      return abs((reasons[k].along ?? .infinity) - time) < max(3, 0.02 * time)
    }
    print("  over 5 %: \(ones.count) × \(kind.rawValue); of these both drives take about one time: \(ties)")
  }
  printTable(
    ["pair", "own m", "OSRM m", "own s", "OSRM s", "own s on OSRM's", "from", "to", "why"],
    zip(outliers, reasons).prefix(10).map { pair, reason in
      [
        "\(pair.number)", fixed(pair.route.distance.value, 0), fixed(pair.osrm.metres, 0),
        fixed(seconds(pair.route.duration), 0), fixed(pair.osrm.seconds, 0),
        reason.along.map { fixed($0, 0) } ?? "-", "\(pair.osrm.from[1]),\(pair.osrm.from[0])",
        "\(pair.osrm.to[1]),\(pair.osrm.to[0])", reason.why.rawValue,
      ]
    })
}

/// Drives along OSRM's line from point to point, free to set out either way at each: what OSRM's drive takes by our speeds
/// without our rules between its pieces.
private func reason(_ pair: Pair, _ router: RoadRouter) async throws -> (why: Difference, along: Double?) {
  for (waypoint, other) in zip(pair.route.waypoints, [pair.osrm.from, pair.osrm.to])
  where waypoint.distance.value > 3 || Geodesy.distance(waypoint.coordinate, coordinate(other)).value > 3 {
    return (.snapping, nil)
  }
  // Middles of pieces: at crossings the road is not clear.
  var places = [coordinate(pair.osrm.from)]
  for (a, b) in zip(pair.osrm.line, pair.osrm.line.dropFirst()) {
    let middle = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
    if Geodesy.distance(coordinate(a), coordinate(b)).value > 8 { places.append(coordinate(middle)) }
  }
  places.append(coordinate(pair.osrm.to))
  guard let along = try? router.drive(through: places) else { return (.closed, nil) }
  let time = seconds(along.duration)
  if along.distance.value > pair.osrm.metres * 1.02 + 20 {
    for end in [pair.osrm.from, pair.osrm.to] {
      let near = try await router.nearest(coordinate(end), count: 2)
      if near.count == 2, near[1].distance.value < 1 { return (.crossing, time) }
    }
    return (.closed, time)
  }
  return (time + 1 < seconds(pair.route.duration) ? .rule : .speed, time)
}

private func coordinate(_ place: [Double]) -> Coordinate {
  // OSRM's places lie on the map.
  try! Coordinate(latitude: place[1], longitude: place[0])
}

private func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
