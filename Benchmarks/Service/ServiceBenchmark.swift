import CRM
import Foundation
import Geo
import Planning
import Store

/// What the service asks of a file of 100,000 invented partners (`planner generate`, seed 1): pages of the list, a partner
/// by id, search across everything, partners of a region. Beside each, the same answered the plain way in SQL on the same
/// file. One thread; HTTP is measured by Benchmarks/Service/load.sh.
func runServiceBenchmark() async throws {
  let environment = ProcessInfo.processInfo.environment
  let count = Int(environment["PLANNER_BENCH_ROWS"] ?? "") ?? 100_000
  let data = environment["PLANNER_DATA"] ?? "data"
  try await withTemporaryFolder { folder in
    let database = try Database(path: folder.appendingPathComponent("planner.sqlite").path)
    let company = try SampleCompany(
      SampleSize(partners: count, trips: count / 100, users: 40, seed: 1), data: data)
    let started = ContinuousClock.now
    try database.write(as: Actor(name: "bench")) { writer in
      _ = try writer.replaceRegions(try RegionCatalogue.build(.init(dataDirectory: data)))
    }
    let report = try company.write(into: database)
    let size = try FileManager.default.attributesOfItem(atPath: database.path)[.size] as? Int ?? 0
    print(
      "  \(report.partners) partners, \(report.activities) activities, \(report.trips) trips written in"
        + " \(fixed(milliseconds(since: started) / 1000, 1)) s, \(size / 1_048_576) MiB")
    let rebuild = ContinuousClock.now
    try database.rebuildSearch(as: Actor(name: "bench"))
    print("  search index made anew in \(fixed(milliseconds(since: rebuild) / 1000, 1)) s")
    try lists(database, company)
    try byID(database)
    try searches(database, company)
    try recall(database)
    try regions(database)
  }
}

private func row(_ name: String, _ ours: Timings, _ reference: (String, Timings)?) -> [String] {
  [
    name, fixed(ours.p50, 3), fixed(ours.p99, 3), fixed(1000 / (ours.total / Double(ours.sorted.count)), 0),
    reference.map { "\($0.0): \(fixed($0.1.p50, 2))" } ?? "",
    reference.map { fixed($0.1.p50 / ours.p50, 1) } ?? "",
  ]
}

private let header = ["", "p50 ms", "p99 ms", "a second", "reference p50 ms", "times"]

private func lists(_ database: Database, _ company: SampleCompany) throws {
  let before = residentMebibytes()
  let first = ContinuousClock.now
  _ = try database.read { try $0.partnerPage(PartnerQuery(), scope: .all) }
  print(
    "  first list of the process: \(fixed(milliseconds(since: first), 0)) ms,"
      + " \(fixed(residentMebibytes() - before, 0)) MiB more")
  let manager = company.users.first { $0.role == .manager }!
  func query(_ change: (inout PartnerQuery) -> Void) -> PartnerQuery {
    var query = PartnerQuery()
    change(&query)
    return query
  }
  let cases: [(String, PartnerQuery, RecordScope, String?)] = [
    ("50 by name", query { _ in }, .all, "ORDER BY p.name_key, p.id"),
    (
      "active agencies with a tag, by last visit",
      query {
        ($0.status, $0.kind, $0.tag, $0.sort, $0.descending) = (
          [.active], [.agency], ["море"], .lastVisit, true
        )
      }, .all,
      """
      AND p.status = 'active' AND p.kind = 'agency' AND EXISTS (SELECT 1 FROM partner_tag t
        WHERE t.partner_id = p.id AND t.tag = 'море') ORDER BY p.last_visit DESC, p.id DESC
      """
    ),
    (
      "stale pins (0.5 %) by city", query { ($0.stale, $0.sort) = (true, .city) }, .all,
      """
      AND EXISTS (SELECT 1 FROM geocode_result g WHERE g.partner_id = p.id AND g.is_current = 1 AND g.stale = 1)
      ORDER BY (SELECT a.city FROM address a WHERE a.partner_id = p.id ORDER BY a.position LIMIT 1), p.id
      """
    ),
    (
      "one manager's, by status", query { $0.sort = .status }, .responsible([manager.id]),
      "AND p.responsible_id = (SELECT id FROM user WHERE login = '\(manager.login)') ORDER BY p.status, p.id"
    ),
    ("of one region, by name", query { $0.region = ["BY-BR"] }, .all, nil),
    ("with total", query { ($0.kind, $0.countsTotal) = ([.hotel], true) }, .all, nil),
    (
      "text \"вояж\", by name", query { $0.text = "вояж" }, .all,
      "AND p.name LIKE '%Вояж%' ORDER BY p.name_key"
    ),
  ]
  var table: [[String]] = []
  for (name, query, scope, sql) in cases {
    let ours = try measure(runs: 300) { _ = try database.read { try $0.partnerPage(query, scope: scope) } }
    let plain = try sql.map { sql in
      ("ORDER BY, LIMIT", try measure(runs: 5) { _ = try database.referencePage(sql, offset: 0) })
    }
    table.append(row(name, ours, plain))
  }
  // A page far behind: by cursor, and by OFFSET.
  var deep = PartnerQuery()
  deep.limit = 500
  for _ in 0..<100 {
    guard let next = try database.read({ try $0.partnerPage(deep, scope: .all).next }) else { break }
    deep.after = next
  }
  deep.limit = 50
  let ours = try measure(runs: 300) { _ = try database.read { try $0.partnerPage(deep, scope: .all) } }
  let plain = try measure(runs: 5) {
    _ = try database.referencePage("ORDER BY p.name_key, p.id", offset: 50_000)
  }
  table.append(row("50 by name behind 50,000", ours, ("OFFSET", plain)))
  // Pages all over the list: mostly partners nobody asked for lately.
  var scattered = PartnerQuery()
  scattered.sort = .created
  let walk = try measure(runs: 300) {
    let page = try database.read { try $0.partnerPage(scattered, scope: .all) }
    scattered.after = page.next
  }
  table.append(row("each page another, read from the file", walk, nil))
  printTable(header, table)
}

private func byID(_ database: Database) throws {
  let ids = try database.read { reader in
    var query = PartnerQuery()
    (query.sort, query.limit) = (.created, 500)
    return try reader.partnerPage(query, scope: .all).items.map(\.id)
  }
  var i = 0
  func next() -> PartnerID {
    i += 1
    return ids[i % ids.count]
  }
  let whole = try measure(runs: 2000) { _ = try database.read { try $0.partner(next()) } }
  let again = try measure(runs: 2000) { _ = try database.read { try $0.partnerDetail(next()) } }
  printTable(header, [row("a partner by id, asked before", again, ("read anew", whole))])
}

private func searches(_ database: Database, _ company: SampleCompany) throws {
  let texts = [
    "в", "м", "a", "ми", "be", "тур", "мер", "вояж", "voyazh", "меридиан минск", "меридяин",
    "альбатрос гродно ленина",
    "отель барановичи", "+375 29 123", "8 (029) 123-45-67", "ковалёва", "info@", "K1-1012345", "wedrowiec",
    "вендровец",
    "zxqwvk", "ыыыыы", "абракадабра", "турагентство", "советская 12", "санаторий", "ooo", "ооо", "жук",
    "2026",
  ]
  var all: [Double] = []
  var slowest: (String, Double) = ("", 0)
  for text in texts {
    let times = try measure(runs: 20) {
      _ = try database.read { try $0.search(SearchQuery(text), scope: .all) }
    }
    all += times.sorted
    if times.p99 > slowest.1 { slowest = (text, times.p99) }
  }
  let manager = company.users.first { $0.role == .manager }!
  let scoped = try texts.flatMap { text in
    try measure(runs: 10) {
      _ = try database.read { try $0.search(SearchQuery(text), scope: .responsible([manager.id])) }
    }.sorted
  }
  let like = try measure(runs: 5) { _ = try database.referenceLike("%ояж%") }
  printTable(
    header,
    [
      row("\(texts.count) searches", Timings(all), ("LIKE", like)),
      row("  within one manager's", Timings(scoped), nil),
    ])
  print("  slowest: \"\(slowest.0)\", p99 \(fixed(slowest.1, 1)) ms")
}

/// Names with one seeded slip, two in long words: how many of them are among the first ten hits.
private func recall(_ database: Database) throws {
  var random = SplitMix(seed: 77)
  let names = try database.read { reader in
    var query = PartnerQuery()
    (query.sort, query.limit) = (.created, 500)
    return try reader.partnerPage(query, scope: .all).items
  }
  var (asked, found, exact, foundExact) = (0, 0, 0, 0)
  for partner in names {
    let words = partner.name.split { !$0.isLetter && !$0.isNumber }.filter { $0.count >= 4 }
    guard let word = words.max(by: { $0.count < $1.count }) else { continue }
    func isFound(_ text: String) throws -> Bool {
      try database.read { try $0.search(SearchQuery(text, kinds: [.partner], limit: 10), scope: .all) }
        .contains { $0.label == partner.name }
    }
    exact += 1
    if try isFound(partner.name) { foundExact += 1 }
    var letters = Array(word)
    for _ in 0..<(letters.count >= 8 ? 2 : 1) {
      let at = 1 + Int(random.next() % UInt64(letters.count - 2))
      switch random.next() % 4 {
      case 0: letters.remove(at: at)
      case 1: letters.insert(letters[at], at: at - 1)
      case 2: letters.swapAt(at, at + 1 < letters.count ? at + 1 : at - 1)
      default: letters[at] = letters[0].isASCII ? "e" : "о"
      }
    }
    asked += 1
    let rest = partner.name.replacingOccurrences(of: String(word), with: String(letters))
    if try isFound(rest) { found += 1 }
  }
  print(
    "  recall@10 of whole names: \(foundExact) of \(exact) as written, \(found) of \(asked) with slips in the longest word"
  )
}

private func regions(_ database: Database) throws {
  let found = try database.read { try $0.selectIDs(.region("BY-BR")).count }
  let ids = try measure(runs: 200) { _ = try database.read { try $0.selectIDs(.region("BY-BR")) } }
  let area = try database.read { try $0.regionArea(code: "BY-BR") }
  let reference = try measure(runs: 3) { _ = try database.read { try $0.referenceWithin(area) } }
  printTable(header, [row("partners of a region (\(found))", ids, ("ST_Within", reference))])
}
