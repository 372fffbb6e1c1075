import CRM
import Foundation
import Geo
import Planning
import Store

/// A five-day trip through 60 partners, from the selection (a drawn area and a tag, over 5,000 partners) to the saved
/// task with its checklist: what a manager waits for between a click and the route.
///
/// The plan is made of every stage of the product: selection, matrix, optimiser, independent check, legs, one
/// transaction with trip, task and audit rows, synced to disk.
func runTripPlanBenchmark() async throws {
  try await withTemporaryFolder { folder in
    let database = try Database(path: folder.appendingPathComponent("planner.sqlite").path)
    defer { try? database.close() }
    let monday = LocalDate(year: 2026, month: 6, day: 1)!
    let at = Date(timeIntervalSince1970: 1_780_041_600)
    let actor = Actor(name: "bench")
    try fill(database, stops: 60, others: 4_940, actor: actor, at: at)
    let facts = PlaceFacts(
      timeZone: { _ in "Europe/Minsk" }, country: { _ in "BY" })
    let planner = TripPlanner(facts: facts)
    let area = MultiPolygon([
      Polygon(outer: [
        Coordinate(trustedLatitude: 51.4, longitude: 23.2),
        Coordinate(trustedLatitude: 51.4, longitude: 27.5),
        Coordinate(trustedLatitude: 54.9, longitude: 27.5),
        Coordinate(trustedLatitude: 54.9, longitude: 23.2),
        Coordinate(trustedLatitude: 51.4, longitude: 23.2),
      ])
    ])
    let request = PlanRequest(
      title: "60 stops", selection: .and([.polygon(area), .tag(["trip"])]),
      start: Place(label: "Минск", coordinate: Coordinate(trustedLatitude: 53.9, longitude: 27.5667)),
      firstDate: monday, dayCount: 5, work: .init(start: 8 * 3600, end: 20 * 3600),
      lunch: .init(window: .init(start: 12 * 3600, end: 15 * 3600), length: Seconds(minutes: 45)),
      visit: Seconds(minutes: 10), night: .away)

    var whole: [Double] = []
    var planning: [Double] = []
    var last: Trip?
    for run in 0..<53 {
      let start = ContinuousClock.now
      let result = try await planner.plan(request, in: database)
      let planned = milliseconds(since: start)
      (last, _) = try planner.save(result, responsible: nil, in: database, as: actor, at: at)
      let total = milliseconds(since: start)
      // The first three warm statements, caches and the allocator.
      guard run >= 3 else { continue }
      planning.append(planned)
      whole.append(total)
    }
    let (a, b) = (Timings(whole), Timings(planning))
    let stops = last?.days.reduce(0) { $0 + $1.stops.count } ?? 0
    print(
      "  \(stops) stops in \(last?.days.count ?? 0) days, \(last?.unassigned.count ?? 0) left out, 50 runs")
    printTable(
      ["", "p50 ms", "p99 ms", "wanted p50"],
      [
        ["selection to saved task", fixed(a.p50, 1), fixed(a.p99, 1), "100"],
        ["  of it until the plan is checked", fixed(b.p50, 1), fixed(b.p99, 1), ""],
      ])
  }
}

/// Partners over western Belarus; the first `stops` of them carry the tag `trip`.
private func fill(_ database: Database, stops: Int, others: Int, actor: Actor, at: Date) throws {
  var random = SplitMix(seed: 60)
  let window = OpeningHours.Window(start: 8 * 3600, end: 20 * 3600)
  let hours = OpeningHours(
    days: (0..<7).map { $0 < 5 ? [window] : [] }, text: "пн-пт 8-20")
  try database.write(as: actor, at: at) { writer in
    for number in 0..<stops + others {
      let place = Coordinate(
        trustedLatitude: 51.8 + 2.6 * random.unit(), longitude: 23.7 + 3.3 * random.unit())
      try writer.insert(
        Partner(
          kind: .agency, name: "Агентство \(number)", tags: number < stops ? ["trip"] : ["other"],
          openingHours: hours,
          contactPoints: [
            ContactPoint(
              kind: .phone, value: "+375 29 \(1_000_000 + number)", normalised: "+37529\(1_000_000 + number)")
          ],
          addresses: [Address(text: "ул. Советская, \(number)")],
          location: GeocodeResult(
            coordinate: place, level: .house, score: 1, provider: "given", query: "", label: "", at: at)))
    }
  }
}
