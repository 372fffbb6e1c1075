import Foundation
import Geo

/// From a town to a country: made-up extracts of growing size, each imported over the shipped data into a file of its
/// own, and asked for 2,000 of its addresses. `PLANNER_BENCH_ADDRESSES=5000000,8000000` names other sizes.
func runCountryBenchmark() async throws {
  let data = ProcessInfo.processInfo.environment["PLANNER_DATA"] ?? "data"
  let wanted = ProcessInfo.processInfo.environment["PLANNER_BENCH_ADDRESSES"] ?? "10000,100000,1000000"
  let sizes = wanted.split(separator: ",").compactMap { Int($0) }.filter { $0 > 0 }
  try await withTemporaryFolder { folder in
    var rows: [[String]] = []
    for size in sizes {
      let (extract, path) = (folder.path + "/country.osm.pbf", folder.path + "/country.gazetteer")
      var country = SyntheticExtract(addresses: size)
      try country.write(to: extract, knownCount: 2000)
      resetPeakResident()
      let start = ContinuousClock.now
      let report = try GazetteerBuilder.build(
        .standard(dataDirectory: data, extracts: [extract]), at: path, force: true)
      let seconds = milliseconds(since: start) / 1000
      let peak = peakResidentMebibytes()
      let opening = try measure(runs: 20) { _ = try Gazetteer(path: path) }
      let gazetteer = try Gazetteer(path: path)
      let asked = ask(country.known, gazetteer)
      rows.append([
        "\(report.addresses)", "\(report.streets)", fixed(mebibytes(extract), 1), fixed(seconds, 1),
        fixed(peak, 0), fixed(mebibytes(path), 1), fixed(opening.p50, 2), fixed(asked.timings.p50 * 1000, 0),
        fixed(asked.timings.p99 * 1000, 0), fixed(asked.right * 100, 1) + " %", fixed(residentMebibytes(), 0),
      ])
    }
    print("  wanted: peak ≤ 1024 MiB at 8,000,000 addresses, opens in < 50 ms")
    printTable(
      [
        "addresses", "streets", "pbf MiB", "import s", "peak MiB", "index MiB", "open ms", "p50 µs", "p99 µs",
        "right", "resident after",
      ], rows)
  }
}

/// How long the answers take, and the share of them that is the house within 50 m.
private func ask(_ known: [SyntheticExtract.Known], _ gazetteer: Gazetteer) -> (
  timings: Timings, right: Double
) {
  for address in known.prefix(100) { _ = gazetteer.geocode(GeocodeQuery(address.text, limit: 1)) }
  var times: [Double] = []
  var right = 0
  for address in known {
    let start = ContinuousClock.now
    let best = gazetteer.geocode(GeocodeQuery(address.text, limit: 1)).first
    times.append(milliseconds(since: start))
    guard let best, best.level == .house else { continue }
    if Geodesy.distance(best.coordinate, address.place).value <= 50 { right += 1 }
  }
  return (Timings(times), Double(right) / Double(max(known.count, 1)))
}
