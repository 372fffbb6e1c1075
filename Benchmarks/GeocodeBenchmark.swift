import Foundation
import Geo

/// The gazetteer: how long it takes to build, places per second from address text, and how near to the door the real
/// addresses of a town are placed from their text alone.
func runGeocodeBenchmark() async throws {
  let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("data").path
  try await withTemporaryFolder { folder in
    let path = folder.appendingPathComponent("gazetteer.sqlite").path
    let sources = GazetteerSources.standard(
      dataDirectory: data, extracts: [data + "/osm/neubrandenburg.osm.pbf"])
    let start = ContinuousClock.now
    let report = try GazetteerBuilder.build(sources, at: path)
    let built = milliseconds(since: start)
    let again = ContinuousClock.now
    try GazetteerBuilder.build(sources, at: path)
    let kept = milliseconds(since: again)
    printTable(
      ["build", "places", "names", "streets", "addresses", "ms", "limit ms"],
      [
        [
          "new", "\(report.places)", "\(report.names)", "\(report.streets)", "\(report.addresses)",
          fixed(built, 0), "4000",
        ],
        ["up to date", "", "", "", "", fixed(kept, 0), ""],
      ])
    let gazetteer = try Gazetteer(path: path)
    print("")
    placeLookups(gazetteer)
    print("")
    try houseAccuracy(gazetteer, file: data + "/osm/neubrandenburg_addresses.tsv.gz")
  }
}

/// Each text is asked once per round with another tail, so that remembered answers do not count.
private func placeLookups(_ gazetteer: Gazetteer) {
  let towns = [
    "Минск", "Барановичи", "Пинск", "Кобрин", "Лида", "Слоним", "Гродно", "Warszawa", "Białystok", "Vilnius",
    "Rīga",
    "Санкт-Петербург", "Москва", "Kaunas", "Новогрудок", "Телеханы", "Мотоль", "Ошмяны", "Brest", "Берёза",
  ]
  let kinds: [(String, (String, Int) -> String)] = [
    ("town", { town, k in "\(town), кв. \(k)" }),
    (
      "oblast, town, street, house",
      { town, k in "Брестская обл., г. \(town), ул. Советская, \(k % 99 + 1), кв. \(k)" }
    ),
    ("town street house, no commas", { town, k in "\(town) Советская \(k % 99 + 1) кв. \(k)" }),
    ("misspelt by sound", { town, k in "\(Transliteration.latin(town, scheme: .casual)), kv. \(k)" }),
  ]
  var rows: [[String]] = []
  for (name, text) in kinds {
    var times: [Double] = []
    var found = 0
    for k in 0..<200 {
      for town in towns {
        let query = GeocodeQuery(text(town, k), country: nil)
        let start = ContinuousClock.now
        let answer = gazetteer.geocode(query)
        times.append(milliseconds(since: start))
        if !answer.isEmpty { found += 1 }
      }
    }
    let timings = Timings(times)
    rows.append([
      name, "\(times.count)", fixed(Double(found) / Double(times.count) * 100, 1),
      fixed(timings.p50 * 1000, 0),
      fixed(timings.p99 * 1000, 0), fixed(Double(times.count) / timings.total * 1000, 0),
    ])
  }
  printTable(["text", "queries", "answered %", "p50 µs", "p99 µs", "per second"], rows)
}

private func houseAccuracy(_ gazetteer: Gazetteer, file: String) throws {
  let lines = String(decoding: try Gzip.contents(ofFile: file), as: UTF8.self).split(separator: "\n")
  let forms: [(String, ([String]) -> String)] = [
    ("street house, postcode town", { "\($0[0]) \($0[1]), \($0[2]) \($0[3])" }),
    ("town, street, house", { "\($0[3]), \($0[0]), \($0[1])" }),
    ("street house town", { "\($0[0]) \($0[1]) \($0[3])" }),
    ("Str. for Straße", { "\($0[0].replacing("straße", with: "str.")) \($0[1]), \($0[2]) \($0[3])" }),
    ("capitals", { "\($0[0]) \($0[1]), \($0[2]) \($0[3])".uppercased() }),
  ]
  var rows: [[String]] = []
  for (name, write) in forms {
    var (near, house, interpolated, street, town, none) = (0, 0, 0, 0, 0, 0)
    let start = ContinuousClock.now
    for line in lines {
      let c = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard c.count >= 6, let latitude = Double(c[4]), let longitude = Double(c[5]),
        let truth = try? Coordinate(latitude: latitude, longitude: longitude)
      else { continue }
      guard let answer = gazetteer.geocode(GeocodeQuery(write(c), country: "DE")).first else {
        none += 1
        continue
      }
      switch answer.level {
      case .house, .rooftop, .given:
        house += 1
        if Geodesy.distance(answer.coordinate, truth).value <= 50 { near += 1 }
      case .interpolated: interpolated += 1
      case .street: street += 1
      case .locality, .region: town += 1
      }
    }
    let elapsed = milliseconds(since: start)
    let total = Double(lines.count)
    rows.append([
      name, fixed(Double(near) / total * 100, 2), "\(house)", "\(interpolated)", "\(street)", "\(town)",
      "\(none)",
      fixed(elapsed / total * 1000, 0),
    ])
  }
  print(
    "  \(lines.count) addresses of Neubrandenburg and its villages; target: 98 % at the house within 50 m")
  printTable(["text", "within 50 m %", "house", "interpolated", "street", "town", "none", "µs each"], rows)
}
