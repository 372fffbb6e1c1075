import CRM
import Exchange
import Foundation
import Geo
import Store

/// 100,000 partners from a messy CSV into a fresh database, geocoded at place level by the embedded gazetteer; then the
/// same file again, which has to skip every row, and a rehearsal of it. The list is made from the gazetteer's own towns:
/// the same bytes at each run.
func runImportBenchmark() async throws {
  let rows = Int(ProcessInfo.processInfo.environment["PLANNER_BENCH_ROWS"] ?? "") ?? 100_000
  let data = ProcessInfo.processInfo.environment["PLANNER_DATA"] ?? "data"
  try await withTemporaryFolder { folder in
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    try GazetteerBuilder.build(.standard(dataDirectory: data), at: path("gazetteer.bin"))
    let gazetteer = try Gazetteer(path: path("gazetteer.bin"))
    try makeList(rows, towns: towns(data), at: path("partners.csv"))
    let size = try FileManager.default.attributesOfItem(atPath: path("partners.csv"))[.size] as? Int ?? 0
    let database = try Database(path: path("planner.sqlite"))
    var table: [[String]] = []
    func run(_ name: String, dryRun: Bool) async throws {
      resetPeakResident()
      let start = ContinuousClock.now
      let report = try await PartnerImport.run(
        file: path("partners.csv"), database: database, geocoder: gazetteer,
        options: .init(dryRun: dryRun, at: Date(timeIntervalSince1970: 1_795_000_000)))
      let seconds = milliseconds(since: start) / 1000
      let placed = report.created + report.updated + report.skipped - (report.located[.none] ?? 0)
      table.append([
        name, fixed(seconds, 1), fixed(Double(report.rows) / seconds, 0), fixed(peakResidentMebibytes(), 0),
        "\(report.created)", "\(report.updated)", "\(report.skipped)", "\(report.conflicts)", "\(placed)",
      ])
    }
    try await run("rehearsal on a copy", dryRun: true)
    try await run("first import", dryRun: false)
    try await run("the same file again", dryRun: false)
    print("  \(rows) rows, \(fixed(Double(size) / 1_048_576, 1)) MiB of CSV; wanted: 60 s, 300 MiB")
    printTable(
      ["", "s", "rows/s", "peak MiB", "created", "updated", "skipped", "conflicts", "located"], table)
  }
}

private struct Town {
  var country: String
  var names: [String]
}

/// Towns of the home markets with the spellings lists use.
private func towns(_ data: String) throws -> [Town] {
  let text = try Gzip.contents(ofFile: data + "/gazetteer/places_region17.tsv.gz")
  var result: [Town] = []
  for line in text.split(separator: 0x0A) {
    let cells = line.split(separator: 0x09, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard cells.count >= 11, ["BY", "PL", "LT", "LV", "EE", "RU", "UA"].contains(cells[2]),
      let people = Int(cells[8]),
      people >= 3000
    else { continue }
    let cyrillic = cells[10].split(separator: "|").map(String.init).filter { name in
      name.unicodeScalars.allSatisfy { (0x400...0x4FF).contains($0.value) || $0 == "-" || $0 == " " }
    }
    let latin = ["PL", "LT", "LV", "EE"].contains(cells[2])
    result.append(
      Town(country: cells[2], names: latin || cyrillic.isEmpty ? [cells[1]] : Array(cyrillic.prefix(1))))
  }
  return result
}

private func makeList(_ rows: Int, towns: [Town], at path: String) throws {
  var random = SplitMix(seed: 2026)
  let names = [
    "Вояж", "Роза ветров", "Меридиан", "Глобус", "Альбатрос", "Горизонт", "Атлас", "Караван", "Полюс",
    "Одиссея", "Baltic Sun",
    "Wędrowiec", "Bursztyn", "Nordic", "Orbis", "Amber",
  ]
  let forms = [
    "ООО «%»", "Турагентство «%»", "%", "ИП %", "Biuro podróży %", "% Sp. z o.o.", "UAB %", "%-тур",
  ]
  let streets = [
    "ул. Ленина", "ул. Советская", "пр-т Мира", "ul. Kościuszki", "Gedimino pr.", "Brīvības iela",
    "ул. 17 Сентября",
  ]
  let hours = [
    "пн-пт 9-18, сб 10-14", "Mo-Fr 09:00-18:00", "ежедневно 10-20", "", "пн–пт: 9.00–18.00 обед 13-14",
    "по звонку",
  ]
  let phones = [
    "BY": "8 (029) ", "RU": "+7 912 ", "PL": "+48 22 ", "LT": "+370 5 ", "LV": "+371 6", "EE": "+372 5",
    "UA": "+380 44 ",
  ]
  let digits = ["BY": 7, "RU": 7, "PL": 7, "LT": 7, "LV": 7, "EE": 7, "UA": 7]
  _ = FileManager.default.createFile(atPath: path, contents: nil)
  let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  defer { try? handle.close() }
  var text = "Код;Название;Тип;Страна;Адрес;Телефон;E-mail;УНП;Часы работы;Метки;Комментарий\r\n"
  for row in 0..<rows {
    let town = towns.randomElement(using: &random)!
    let name = "\(names.randomElement(using: &random)!) \(row)"
    let full = forms.randomElement(using: &random)!.replacingOccurrences(of: "%", with: name)
    let place = town.names.randomElement(using: &random)!
    let address =
      "\(place), \(streets.randomElement(using: &random)!), \(Int.random(in: 1...180, using: &random))"
    let number = String(1_000_000 + row * 7 % 9_000_000).suffix(digits[town.country]!)
    let key = row % 20 == 0 ? "" : "K\(row)"
    let note = row % 50 == 0 ? "\"две строки,\r\nи \"\"кавычки\"\"\"" : ""
    text +=
      "\(key);\(full);агентство;\(town.country);\"\(address)\";\(phones[town.country]!)\(number);info\(row)@example.com;"
    text +=
      "\(row % 3 == 0 ? String(100_000_000 + row) : "");\(hours.randomElement(using: &random)!);море, vip;\(note)\r\n"
    if text.utf8.count > 1 << 20 {
      try handle.write(contentsOf: Data(text.utf8))
      text = ""
    }
  }
  try handle.write(contentsOf: Data(text.utf8))
}
