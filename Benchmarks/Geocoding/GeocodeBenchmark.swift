import Foundation
import Geo

/// The geocoder: how right, how honest, how fast. One table per figure, what it must reach beside what it reached.
/// `PLANNER_BENCH_FAILURES=N` prints so many failures of each set.
func runGeocodeBenchmark() async throws {
  let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("data").path
  let shared = ProcessInfo.processInfo.environment["PLANNER_SHARED_DATA"] ?? data + "/../../shared/data"
  let hasShared = FileManager.default.fileExists(atPath: shared + "/postal/BY.txt")
  if !hasShared {
    print("  sets that may not be shipped are passed over: PLANNER_SHARED_DATA names no folder of them")
  }
  try await withTemporaryFolder { folder in
    func build(_ name: String, _ change: (inout GazetteerSources) -> Void) throws -> (
      Gazetteer, GazetteerReport, Double
    ) {
      let path = folder.appendingPathComponent(name).path
      var sources = GazetteerSources.standard(dataDirectory: data)
      change(&sources)
      let start = ContinuousClock.now
      let report = try GazetteerBuilder.build(sources, at: path)
      return (try Gazetteer(path: path), report, milliseconds(since: start))
    }
    let (town, report, built) = try build("town.gazetteer") {
      $0.extracts = [data + "/osm/neubrandenburg.osm.pbf"]
    }
    printTable(
      ["build", "places", "names", "streets", "addresses", "MiB", "ms", "limit ms"],
      [
        [
          "shipped data and a town", "\(report.places)", "\(report.names)", "\(report.streets)",
          "\(report.addresses)",
          fixed(fileMebibytes(town.path), 1), fixed(built, 0), "4000",
        ]
      ])
    var table = GeocodeTable()
    let houses = try GeocodeSets.neubrandenburg(data + "/osm/neubrandenburg_addresses.tsv.gz")
    for (name, must, write) in GeocodeSets.neubrandenburgForms() {
      var random = CaseRandom(seed: 11)
      table.add(
        "Neubrandenburg, " + name, must: must,
        houses.map { GeocodeCase(text: write($0, &random), truth: $0.place, alternatives: $0.others) }, town)
    }
    if hasShared {
      let tester = shared + "/geocoder-tester/"
      table.add(
        count: 60, "Poland, cities", plain: 60, try GeocodeSets.tester(tester + "poland/test_cities.csv"),
        town)
      table.add(
        count: 55, "Poland, German names", plain: 49,
        try GeocodeSets.tester(tester + "poland/de/test_cities.csv"), town)
      table.add(
        count: 82, "Germany, cities", plain: 81, try GeocodeSets.tester(tester + "germany/test_cities.csv"),
        town)
      table.add(
        count: 79, "Germany, towns", plain: 79, try GeocodeSets.tester(tester + "germany/test_towns.csv"),
        town)
      table.add(
        count: 20, "Germany, villages", plain: 16,
        try GeocodeSets.tester(tester + "germany/test_villages.csv"), town)
      let (moscow, _, _) = try build("moscow.gazetteer") { $0.extracts = [shared + "/osm/moscow.osm.gz"] }
      let addresses = try GeocodeSets.moscow(shared + "/osm/moscow.osm.gz")
      for (name, must, write) in GeocodeSets.moscowForms() {
        var random = CaseRandom(seed: 12)
        table.add(
          "Moscow, " + name, must: must,
          addresses.map { GeocodeCase(text: write($0, &random), truth: $0.place, alternatives: $0.others) },
          moscow)
      }
      let (belarus, _, _) = try build("belarus.gazetteer") { $0.postal = [shared + "/postal/BY.txt"] }
      for (form, name) in [
        "Russian, oblast", "Belarusian letters, oblast", "Latin, oblast", "Russian, raion",
      ].enumerated() {
        table.add(
          "Belarus, " + name, must: 98, try GeocodeSets.belarus(shared + "/postal/BY.txt", form: form),
          belarus)
      }
    }
    table.print()
    print("")
    nonsense(town)
    print("")
    ordinaryWords(town)
    print("")
    table.printReliability()
    try table.saveScores()
    print("")
    speed(houses, town)
  }
}

/// Rows of the table of accuracy, and the scores of all answers beside.
struct GeocodeTable {
  private var rows: [[String]] = []
  private var scored: [(score: Double, isRight: Bool)] = []
  private let shown = Int(ProcessInfo.processInfo.environment["PLANNER_BENCH_FAILURES"] ?? "") ?? 0

  mutating func add(_ name: String, must: Double, _ cases: [GeocodeCase], _ gazetteer: Gazetteer) {
    let outcome = evaluate(cases, gazetteer)
    add(name, outcome, "≥ \(fixed(must, 1)) %", "", outcome.percent >= must)
  }

  mutating func add(count: Int, _ name: String, plain: Int, _ cases: [GeocodeCase], _ gazetteer: Gazetteer) {
    let outcome = evaluate(cases, gazetteer)
    add(name, outcome, "≥ \(count)", "\(plain)", outcome.right >= count)
  }

  private mutating func add(
    _ name: String, _ outcome: GeocodeOutcome, _ must: String, _ plain: String, _ holds: Bool
  ) {
    rows.append([
      name, "\(outcome.asked)", "\(outcome.right)", fixed(outcome.percent, 2), must, plain,
      holds ? "yes" : "NO",
      fixed(outcome.seconds / Double(max(outcome.asked, 1)) * 1e6, 0),
    ])
    scored += outcome.scored
    if shown > 0, !outcome.failures.isEmpty {
      print("  \(name):")
      for failure in outcome.failures.prefix(shown) { print("    \(failure)") }
    }
  }

  func print() { printTable(["set", "asked", "right", "%", "must", "plain", "holds", "µs each"], rows) }

  private func print(_ text: String) { Swift.print(text) }

  /// Writes each score and whether it was right, to look at what scores are worth.
  func saveScores() throws {
    guard let file = ProcessInfo.processInfo.environment["PLANNER_BENCH_SCORES"] else { return }
    let lines = scored.map { "\($0.score)\t\($0.isRight ? 1 : 0)\n" }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: file))
  }

  /// Of the answers with about one score, how many were right.
  func printReliability() {
    var table: [[String]] = []
    for low in stride(from: 0.0, to: 1.0, by: 0.1) {
      let bin = scored.filter { $0.score >= low && ($0.score < low + 0.1 || low > 0.85) }
      guard !bin.isEmpty else { continue }
      func share(_ part: [(score: Double, isRight: Bool)]) -> Double {
        Double(part.count { $0.isRight }) / Double(max(part.count, 1))
      }
      let right = share(bin)
      var halves: [[(score: Double, isRight: Bool)]] = [[], []]
      var random = CaseRandom(seed: 14)
      for one in bin { halves[random.next(below: 2)].append(one) }
      let mean = bin.map(\.score).reduce(0, +) / Double(bin.count)
      table.append([
        "\(fixed(low, 1)) …", "\(bin.count)", fixed(mean, 3), fixed(right, 3),
        halves.map { fixed(share($0), 3) }.joined(separator: " / "),
        String(repeating: "█", count: Int(right * 40)),
      ])
    }
    printTable(["score", "answers", "mean score", "right", "in two halves", ""], table)
  }
}

private func nonsense(_ gazetteer: Gazetteer) {
  var loud: [String] = []
  for text in GeocodeSets.nonsense {
    if let best = gazetteer.geocode(GeocodeQuery(text)).first, best.score >= 0.5 {
      loud.append("\(text) → \(best.label) \(best.score)")
    }
  }
  printTable(
    ["nonsense", "asked", "scored ≥ 0.5", "must"],
    [["", "\(GeocodeSets.nonsense.count)", "\(loud.count)", "0"]])
  for line in loud { print("    \(line)") }
}

/// Words that are no addresses; those that are a place's own name may be sure of it.
private func ordinaryWords(_ gazetteer: Gazetteer) {
  var rows: [[String]] = []
  var sure: [String] = []
  for (language, words) in GeocodeSets.ordinaryWords {
    var count = 0
    for word in words {
      guard let best = gazetteer.geocode(GeocodeQuery(word)).first, best.score >= 0.5 else { continue }
      count += 1
      sure.append("\(word) → \(best.label) \(best.score)")
    }
    rows.append([language, "\(words.count)", "\(count)"])
  }
  printTable(["ordinary words", "asked", "scored ≥ 0.5"], rows)
  for line in sure { print("    \(line)") }
}

private func speed(_ houses: [GeocodeSets.Address], _ gazetteer: Gazetteer) {
  var rows: [[String]] = []
  func add(_ name: String, _ texts: [String], must: Double, _ ask: (String) -> Void) {
    for text in texts.prefix(200) { ask(text) }
    var times: [Double] = []
    times.reserveCapacity(texts.count)
    let start = ContinuousClock.now
    for text in texts {
      let one = ContinuousClock.now
      ask(text)
      times.append(milliseconds(since: one))
    }
    let total = milliseconds(since: start)
    let timings = Timings(times)
    rows.append([
      name, "\(texts.count)", fixed(timings.p50 * 1000, 1), fixed(timings.p99 * 1000, 1),
      fixed(Double(texts.count) / total * 1000, 0), must > 0 ? "≥ \(fixed(must, 0))" : "",
    ])
  }
  var random = CaseRandom(seed: 13)
  let exact = houses.map { "\($0.street) \($0.house), \($0.postcode) \($0.town)" }
  let misspelt = exact.map { withSlip($0, &random) }
  let towns = [
    "Минск", "Барановичи", "Пинск", "Warszawa", "Białystok", "Vilnius", "Rīga", "Санкт-Петербург", "Kaunas",
  ]
  add("exact addresses", exact, must: 20_000) { _ = gazetteer.geocode(GeocodeQuery($0, limit: 1)) }
  add("with a slip", misspelt, must: 2000) { _ = gazetteer.geocode(GeocodeQuery($0, limit: 1)) }
  add(
    "oblast, town, street, house",
    (0..<2000).map { "Брестская обл., г. \(towns[$0 % 3]), ул. Советская, \($0)" }, must: 0
  ) {
    _ = gazetteer.geocode(GeocodeQuery($0))
  }
  add("coordinates", exact, must: 0) { _ in
    let house = houses[random.next(below: houses.count)]
    _ = gazetteer.reverse(house.place)
  }
  var typed: [String] = []
  for k in 0..<400 {
    let whole = k % 2 == 0 ? houses[(k * 37) % houses.count].street : towns[k % towns.count]
    for length in 1...min(10, whole.count) { typed.append(String(whole.prefix(length))) }
    typed.append("\(houses[k].town) \(houses[k].street.prefix(4))")
    typed.append("\(houses[k].street) \(houses[k].house)")
  }
  add("suggestions (p99 to hold: 5,000 µs)", typed, must: 0) { _ = gazetteer.suggest($0) }
  printTable(["speed, one thread", "asked", "p50 µs", "p99 µs", "per second", "must"], rows)
  let opening = (try? measure(runs: 20) { _ = try Gazetteer(path: gazetteer.path) })?.p50 ?? .nan
  printTable(
    ["", "is", "must"],
    [
      ["opens in ms", fixed(opening, 2), "< 50"],
      ["file in MiB", fixed(fileMebibytes(gazetteer.path), 1), ""],
    ])
}

private func fileMebibytes(_ path: String) -> Double {
  let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.doubleValue ?? 0
  return size / 1_048_576
}
