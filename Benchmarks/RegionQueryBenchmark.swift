import CRM
import Foundation
import Geo
import Store

/// Partners inside drawn areas of 800 vertices, about 800 of 100,000, asked of `selectIDs`: ids, coordinates and
/// counts by status and responsible; beside it the same with filters, filters alone, and `select`, which reads the
/// selected partners' rows. The reference is SpatiaLite's `ST_Within` behind the same R*Tree, on the same rows in the
/// same run, which gives the ids alone.
func runRegionQueryBenchmark() async throws {
  try await withTemporaryFolder { folder in
    let database = try Database(path: folder.appendingPathComponent("planner.sqlite").path)
    let count = 100_000
    let start = ContinuousClock.now
    try fill(database, count: count)
    let filling = milliseconds(since: start) / 1000
    var random = SplitMix(seed: 7)
    let areas = (0..<50).map { _ in lasso(vertices: 800, using: &random) }
    var found: [Int] = []
    var ours: [Double] = []
    var polygonOnly: [Double] = []
    var filtered: [Double] = []
    var whole: [Double] = []
    let clock = DayClock(
      now: Date(timeIntervalSince1970: 1_780_909_200), zone: TimeZone(identifier: "Europe/Minsk")!)
    let since = LocalDate(year: 2026, month: 5, day: 1)!
    var reference: [Double] = []
    for area in areas {
      let selection = Selection.polygon(area)
      let result = try database.read { try $0.selectIDs(selection) }
      found.append(result.count)
      let expected = try database.read { try $0.referenceWithin(area) }
      precondition(Set(result.entries.map(\.id)) == Set(expected), "the two answers differ")
      ours += try measure(runs: 9) { _ = try database.read { try $0.selectIDs(selection) } }.sorted
      reference += try measure(runs: 1) { _ = try database.read { try $0.referenceWithin(area) } }.sorted
      polygonOnly += measure(runs: 3) { _ = PreparedPolygon(area) }.sorted
      let narrowed = Selection.and([
        selection, .status([.active]), .responsible(["anna"]), .notVisitedSince(since),
      ])
      filtered += try measure(runs: 9) {
        _ = try database.read { try $0.selectIDs(narrowed, by: clock) }
      }.sorted
      whole += try measure(runs: 3) { _ = try database.read { try $0.select(selection, by: clock) } }.sorted
    }
    let alone: [(String, Selection)] = [
      ("status", .status([.paused])), ("kind", .kind([.hotel])),
      ("not visited since", .notVisitedSince(since)), ("overdue", .overdue(asOf: nil)),
    ]
    let filters = try alone.map { name, filter in
      let held = try database.read { try $0.selectIDs(filter, by: clock).count }
      let times = try measure(runs: 50) { _ = try database.read { try $0.selectIDs(filter, by: clock) } }
      return [
        "selectIDs, \(name) alone (\(held))", fixed(times.p50, 3), fixed(times.p99, 3),
        fixed(times.p50 / Timings(ours).p50, 1),
      ]
    }
    // A process that asks once, as a command does, reads rows. The file is opened anew each time; opening is not
    // counted.
    var first: [Double] = []
    for area in areas.prefix(20) {
      let fresh = try Database(path: database.path, mode: .existing)
      _ = try fresh.read { try $0.partnerCount() }
      let start = ContinuousClock.now
      _ = try fresh.read { try $0.selectIDs(.polygon(area)) }
      first.append(milliseconds(since: start))
      try fresh.close()
    }
    let (d, e, f) = (Timings(filtered), Timings(whole), Timings(first))
    let (a, b, c) = (Timings(ours), Timings(reference), Timings(polygonOnly))
    print(
      "  \(count) partners written in \(fixed(filling, 1)) s; \(areas.count) areas of 800 vertices,"
        + " \(found.min()!)…\(found.max()!) partners each, median \(found.sorted()[found.count / 2])")
    printTable(
      ["", "p50 ms", "p99 ms", "times ours"],
      [
        ["selectIDs (ids, places, counts)", fixed(a.p50, 3), fixed(a.p99, 3), "1.0"],
        ["  of it preparing the polygon", fixed(c.p50, 3), fixed(c.p99, 3), fixed(c.p50 / a.p50, 2)],
        [
          "  and status, responsible, not visited", fixed(d.p50, 3), fixed(d.p99, 3), fixed(d.p50 / a.p50, 1),
        ],
        ["  the first of a process", fixed(f.p50, 3), fixed(f.p99, 3), fixed(f.p50 / a.p50, 1)],
        ["select (the partners by name)", fixed(e.p50, 3), fixed(e.p99, 3), fixed(e.p50 / a.p50, 1)],
        ["SpatiaLite ST_Within (ids)", fixed(b.p50, 3), fixed(b.p99, 3), fixed(b.p50 / a.p50, 1)],
      ] + filters)
    try database.close()
  }
}

/// Partners with contacts, address and place, spread evenly over 51.2–56.2° N, 23–33° E.
private func fill(_ database: Database, count: Int) throws {
  var random = SplitMix(seed: 1)
  let at = Date(timeIntervalSince1970: 1_780_909_200)
  let manager = User(login: "anna", name: "Anna", role: .manager)
  try database.write(as: Actor(name: "bench"), at: at) { try $0.add(user: manager) }
  var number = 0
  while number < count {
    try database.write(as: Actor(name: "bench"), at: at) { writer in
      for _ in 0..<min(1000, count - number) {
        number += 1
        let place = Coordinate(
          trustedLatitude: 51.2 + 5 * random.unit(), longitude: 23 + 10 * random.unit())
        let city = "Town \(number % 3000)"
        try writer.insert(
          Partner(
            kind: number % 11 == 0 ? .hotel : .agency, name: "Agency \(number) Tour",
            status: number % 7 == 0 ? .paused : .active, responsible: number % 3 == 0 ? manager.id : nil,
            callIntervalDays: number % 2 == 0 ? 30 + number % 60 : nil, registrationNumber: "29\(number)",
            contactPoints: [
              ContactPoint(kind: .phone, value: "\(number)", normalised: "+37529\(number)"),
              ContactPoint(kind: .email, value: "a\(number)@b.by", normalised: "a\(number)@b.by"),
            ],
            addresses: [
              Address(
                text: "\(city), Main street \(number % 100)", components: .init(country: "BY", city: city))
            ],
            externalReferences: [ExternalReference(system: "bench", key: "\(number)")],
            location: GeocodeResult(
              coordinate: place, level: .locality, score: 0.8, provider: "gazetteer", query: city,
              label: city, at: at),
            lastVisit: number % 5 == 0 ? nil : at.addingTimeInterval(-86_400 * Double(number % 90))))
      }
    }
  }
}

/// An area as a hand draws it: 800 points around a centre at a wavering distance, 0.8 % of the field's area.
private func lasso(vertices: Int, using random: inout SplitMix) -> MultiPolygon {
  let centre = (52.2 + 3 * random.unit(), 24.5 + 7 * random.unit())
  let phases = (0..<6).map { _ in random.unit() * 2 * .pi }
  var ring: [Coordinate] = []
  for i in 0..<vertices {
    let angle = 2 * Double.pi * Double(i) / Double(vertices)
    var radius = 1.0
    for (k, phase) in phases.enumerated() { radius += 0.08 * sin(Double(k + 2) * angle + phase) }
    radius *= 1 + 0.01 * (random.unit() - 0.5)
    ring.append(
      Coordinate(
        trustedLatitude: centre.0 + 0.252 * radius * sin(angle),
        longitude: centre.1 + 0.504 * radius * cos(angle)))
  }
  ring.append(ring[0])
  return MultiPolygon([Polygon(outer: ring)])
}
