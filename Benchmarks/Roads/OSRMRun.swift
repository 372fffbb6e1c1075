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
    /// Of OpenStreetMap, the ends of the pieces it begins and ends on included.
    var nodes: [Int64]
    /// What it counts when ways are chosen, and of it what is not turns.
    var weight: Double
    var roadsWeight: Double
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
  case closed = "OSRM's road is closed to us"
  case rule = "OSRM's drive breaks a rule of ours (turn, barrier, road for the ends)"
  case tie = "both drives count the same by our graph, within 1 %"
  case nearTie = "both drives count nearly the same by our graph, within 3 %"
  case turns = "turns, signs and gates on OSRM's drive count more with us"
  case speed = "the roads of OSRM's drive count more with us"
  case way = "OSRM's drive counts the same with us; the one chosen here counts less with us"
}

/// What is known of an outlier.
private struct Reason {
  var why: Difference
  var ours: RoadPricing.Price?
  var theirs: RoadPricing.Price?
  var place = ""
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
  let pricing = RoadPricing(own.router)
  let reasons = outliers.map { reason($0, pricing) }
  for kind in Difference.allCases {
    let number = reasons.count { $0.why == kind }
    if number > 0 { print("  over 5 %: \(number) × \(kind.rawValue)") }
  }
  func count(_ price: RoadPricing.Price?) -> [String] {
    price.map { [fixed($0.total, 0), fixed($0.turns, 0)] } ?? ["-", "-"]
  }
  printTable(
    [
      "pair", "own m", "OSRM m", "own counts", "turns", "OSRM's counts", "turns", "with OSRM", "turns",
      "from", "to",
      "why",
    ],
    zip(outliers, reasons).prefix(20).map { pair, reason in
      ["\(pair.number)", fixed(pair.route.distance.value, 0), fixed(pair.osrm.metres, 0)] + count(reason.ours)
        + count(reason.theirs) + [
          fixed(pair.osrm.weight, 0), fixed(pair.osrm.weight - pair.osrm.roadsWeight, 0),
          "\(pair.osrm.from[1]),\(pair.osrm.from[0])", "\(pair.osrm.to[1]),\(pair.osrm.to[0])",
          reason.why.rawValue + reason.place,
        ]
    })
}

/// Prices OSRM's drive by our graph.
private func reason(_ pair: Pair, _ pricing: RoadPricing) -> Reason {
  let (from, to) = (coordinate(pair.osrm.from), coordinate(pair.osrm.to))
  for (waypoint, place) in zip(pair.route.waypoints, [from, to])
  where waypoint.distance.value > 3 || Geodesy.distance(waypoint.coordinate, place).value > 3 {
    return Reason(why: .snapping)
  }
  switch pricing.verdict(along: pair.osrm.nodes, from: from, to: to) {
  case .closed(let a, let b): return Reason(why: .closed, place: " (node \(a) to \(b))")
  case .turn(let node): return Reason(why: .rule, place: " (node \(node))")
  case .ends: return Reason(why: .snapping)
  case .price(let theirs):
    guard let ours = pricing.chosen(from: from, to: to) else { return Reason(why: .snapping) }
    let share = theirs.total / max(ours.total, 1)
    let turns = theirs.turns - (pair.osrm.weight - pair.osrm.roadsWeight)
    let roads = theirs.total - theirs.turns - pair.osrm.roadsWeight
    let more = theirs.total - ours.total
    let why: Difference =
      share <= 1.01
      ? .tie : share <= 1.03 ? .nearTie : turns >= more / 2 ? .turns : roads >= more / 2 ? .speed : .way
    return Reason(why: why, ours: ours, theirs: theirs)
  }
}

private func coordinate(_ place: [Double]) -> Coordinate {
  // OSRM's places lie on the map.
  try! Coordinate(latitude: place[1], longitude: place[0])
}

private func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
