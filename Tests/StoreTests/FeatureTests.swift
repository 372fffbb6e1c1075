import CRM
import Foundation
import Geo
import Testing

@testable import Store

/// The collections other programs read, asked of a saved trip and of partners at random places.
@Suite struct FeatureTests {
  private func all(
    _ database: Database, _ source: FeatureSource, _ query: FeatureQuery = FeatureQuery(), page: Int = 1000,
    sort: [FeatureSort] = []
  ) throws -> [FeatureRow] {
    try database.read { reader in
      let match = try reader.match(source, query)
      var rows: [FeatureRow] = []
      var after: FeatureCursor?
      repeat {
        let found = try reader.page(source, match, sort: sort, after: after, limit: page)
        rows += try reader.features(source, rows: found.rows).features
        // A cursor is what stands in an address.
        after = try found.next.map { try #require(FeatureCursor($0.text, sort: sort)) }
      } while after != nil
      #expect(rows.count == match.count)
      return rows
    }
  }

  @Test("every collection shows what the trip holds, and each feature is found again by its name")
  func collections() throws {
    let saved = try SavedTrip()
    try saved.database.write(as: tester, at: noon) { writer in
      let code = try #require(try writer.regions().first?.code)
      try writer.set(managers: [saved.user.id], of: code)
    }
    for (name, count) in [
      ("partners", 4), ("regions", 1), ("territories", 1), ("trips", 1), ("stops", 3), ("legs", 3),
    ] {
      let source = try #require(FeatureSource.named(name))
      let rows = try all(saved.database, source, page: 2)
      #expect(rows.count == count, "\(name)")
      #expect(Set(rows.map(\.id)).count == count)
      for row in rows {
        let again = try #require(try saved.database.read { try $0.feature(source, id: row.id) })
        #expect(again.geometry == row.geometry && again.properties == row.properties)
        #expect(row.properties.map(\.name) == source.properties.map(\.name))
      }
    }
    let trip = try #require(try all(saved.database, .trips).first)
    #expect(trip.properties.first { $0.name == "responsible" }?.value == "anna")
    #expect(trip.properties.first { $0.name == "stops" }?.value == 3)
    guard case .multiLine(let lines)? = trip.geometry else {
      Issue.record("a trip is no lines")
      return
    }
    #expect(lines.count == 3)
  }

  @Test(
    "names that are none find nothing",
    arguments: ["", "x", "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "' OR 1", "-1-1"])
  func unknown(_ id: String) throws {
    let saved = try SavedTrip()
    for source in FeatureSource.all {
      #expect(try saved.database.read { try $0.feature(source, id: id) } == nil)
      #expect(
        try saved.database.read { try $0.feature(source, id: "\(saved.trip.id)-0-1") } == nil
          || source.name == "trips")
    }
  }

  @Test("a box holds what a look at every partner says, across the 180th meridian too")
  func boxes() throws {
    let database = try Database.temporary()
    var random = Seeded(state: 7)
    var places: [PartnerID: Coordinate] = [:]
    try database.write(as: tester, at: noon) { writer in
      for number in 0..<400 {
        let spot =
          number % 4 == 0
          ? place(random.in(-20, 20), number % 8 == 0 ? random.in(170, 180) : random.in(-180, -170))
          : place(random.in(50, 54), random.in(20, 30))
        let partner = fullPartner("P\(number)", at: spot)
        places[partner.id] = spot
        try writer.insert(partner)
      }
    }
    for _ in 0..<60 {
      let south = random.in(-25, 54)
      let isPacific = random.in(0, 1) < 0.5
      let west = isPacific ? random.in(165, 180) : random.in(18, 28)
      let box = BoundingBox(
        south: south, west: west, north: south + random.in(0, 5),
        east: isPacific ? random.in(-180, -165) : west + random.in(0, 4))
      let found = Set(try all(database, .partners, FeatureQuery(box: box)).map(\.id))
      #expect(found == Set(places.filter { box.contains($0.value) }.map(\.key.description)))
    }
    // To the last bit: the R*Tree knows only 32-bit floats.
    let (id, spot) = try #require(places.first)
    let exact = BoundingBox(
      south: spot.latitude, west: spot.longitude, north: spot.latitude, east: spot.longitude)
    #expect(try all(database, .partners, FeatureQuery(box: exact)).map(\.id).contains(id.description))
    let beside = BoundingBox(
      south: spot.latitude, west: spot.longitude.nextUp, north: spot.latitude, east: spot.longitude + 1e-9)
    #expect(!(try all(database, .partners, FeatureQuery(box: beside)).map(\.id).contains(id.description)))
  }

  @Test("filters, times and scopes narrow; what is nobody's is everybody's")
  func narrowed() throws {
    let saved = try SavedTrip()
    func count(_ source: FeatureSource, _ query: FeatureQuery) throws -> Int {
      try all(saved.database, source, query).count
    }
    func filter(_ source: FeatureSource, _ name: String, _ value: String) throws -> FeatureFilter? {
      FeatureFilter(try #require(source.property(name)), equals: value)
    }
    let status = try #require(try filter(.partners, "status", "active"))
    #expect(try count(.partners, FeatureQuery(filters: [status])) == 4)
    let name = try #require(try filter(.partners, "name", "Ветразь"))
    #expect(try count(.partners, FeatureQuery(filters: [status, name])) == 1)
    #expect(try filter(.partners, "status", "nonsense") == nil && filter(.partners, "version", "1x") == nil)
    let trip = try #require(try filter(.stops, "trip", saved.trip.id.description))
    #expect(try count(.stops, FeatureQuery(filters: [trip])) == 3)
    // As GDAL writes them, too.
    for (value, expected) in [("false", 3), ("0", 3), ("true", 0), ("1", 0)] {
      let locked = try #require(try filter(.stops, "locked", value))
      #expect(try count(.stops, FeatureQuery(filters: [locked])) == expected)
    }
    let day = try #require(try filter(.stops, "date", "2026-06-09"))
    #expect(try count(.stops, FeatureQuery(filters: [day])) == 1)
    for (value, found) in [("true", 0), ("1", 0), ("false", 3), ("0", 3)] {
      let locked = try #require(try filter(.stops, "locked", value))
      #expect(try count(.stops, FeatureQuery(filters: [locked])) == found, "\(value)")
    }
    #expect(try filter(.stops, "locked", "2") == nil)
    // One tag finds, and all of them as they are told.
    let one = try #require(try all(saved.database, .partners).first)
    let told = try #require(one.properties.first { $0.name == "tags" }?.value.text)
    for (value, found) in [("vip", 4), ("сеть", 4), (told, 4), ("vi", 0), ("", 0)] {
      let tags = try #require(try filter(.partners, "tags", value))
      #expect(try count(.partners, FeatureQuery(filters: [tags])) == found, "\(value)")
    }
    let first = FeatureTime(first: nil, last: noon.addingTimeInterval(2 * 3600))
    #expect(try count(.stops, FeatureQuery(time: first)) == 1)
    #expect(
      try count(.trips, FeatureQuery(time: FeatureTime(first: noon.addingTimeInterval(200_000), last: nil)))
        == 0)
    // One visit was recorded, of the first partner.
    #expect(try count(.partners, FeatureQuery(time: FeatureTime(first: nil, last: nil))) == 1)
    let stranger = RecordScope.responsible([.new()])
    #expect(try count(.trips, FeatureQuery(scope: stranger)) == 0)
    #expect(try count(.stops, FeatureQuery(scope: stranger)) == 0)
    #expect(try count(.partners, FeatureQuery(scope: stranger)) == 4)
    #expect(try count(.trips, FeatureQuery(scope: .responsible([saved.user.id]))) == 1)
    #expect(
      try saved.database.read { try $0.feature(.trips, id: saved.trip.id.description, scope: stranger) }
        == nil)
    #expect(try saved.database.read { try $0.extent(.trips, scope: stranger) } == FeatureExtent())
    #expect(try saved.database.read { try $0.extent(.stops) }.time?.first == noon.addingTimeInterval(3600))
  }

  @Test("moments are read with fractions and offsets, and nonsense is not")
  func instants() {
    #expect(FeatureInstant.read("2026-06-08T09:00:00Z") == noon)
    #expect(FeatureInstant.read("2026-06-08T12:00:00.000+03:00") == noon)
    #expect(FeatureInstant.write(noon) == "2026-06-08T09:00:00Z")
    #expect(FeatureInstant.write(Date(timeIntervalSince1970: -0.5)) == "1969-12-31T23:59:59.500Z")
    for text in [
      "", "2026-06-08", "2026-13-08T09:00:00Z", "2026-06-08T25:00:00Z", "2026-06-08T09:00:00",
      "2026-06-08T09:00:00Zx", "2026-06-08T09:00:00.",
    ] {
      #expect(FeatureInstant.read(text) == nil, "\(text)")
    }
  }

  @Test(
    "each page knows where the one before begins, in whatever order", arguments: [[], [FeatureSort("name")]])
  func pagesBefore(sort: [FeatureSort]) throws {
    let saved = try SavedTrip()
    try saved.database.read { reader in
      let match = try reader.match(.partners, FeatureQuery())
      func page(_ after: FeatureCursor?, _ limit: Int) throws -> FeaturePage {
        try reader.page(.partners, match, sort: sort, after: after, limit: limit)
      }
      let whole = try page(nil, 10)
      #expect(whole.rows.count == 4 && whole.next == nil && whole.before == .nothing)
      let first = try page(nil, 1)
      let second = try page(first.next, 1)
      let third = try page(second.next, 1)
      #expect(first.rows + second.rows + third.rows == Array(whole.rows.prefix(3)))
      #expect(second.before == .first)
      guard case .page(let cursor) = third.before else {
        Issue.record("the third page has none before it")
        return
      }
      #expect(try page(cursor, 1).rows == second.rows)
      // A page that begins in the midst of the first: what is before it begins with the first.
      #expect(try page(first.next, 3).before == .first)
    }
  }

  /// The order of a property as Swift sees it; values that are not there come last.
  private func isOrdered(_ a: JSONValue, _ b: JSONValue, _ isDescending: Bool) -> Bool {
    switch (a, b) {
    case (_, .null): true
    case (.null, _): false
    case (.int(let a), .int(let b)): isDescending ? a >= b : a <= b
    case (.double(let a), .double(let b)): isDescending ? a >= b : a <= b
    case (.bool(let a), .bool(let b)): isDescending ? a || !b : !a || b
    case (.string(let a), .string(let b)):
      isDescending ? !a.utf8.lexicographicallyPrecedes(b.utf8) : !b.utf8.lexicographicallyPrecedes(a.utf8)
    default: false
    }
  }

  @Test("pages in an order hold every feature once, ordered by every property that can be, both ways")
  func sorted() throws {
    let saved = try SavedTrip()
    var random = Seeded(state: 3)
    try saved.database.write(as: tester, at: noon) { writer in
      for number in 0..<40 {
        var partner = fullPartner("P\(number)", at: place(random.in(50, 54), random.in(20, 30)))
        partner.callIntervalDays = number % 3 == 0 ? nil : Int(random.in(1, 5))
        try writer.insert(partner)
      }
      try writer.set(managers: [saved.user.id], of: try #require(try writer.regions().first?.code))
    }
    for source in FeatureSource.all {
      for property in source.sortables {
        for isDescending in [false, true] {
          let sort = [FeatureSort(property.name, isDescending: isDescending)]
          let rows = try all(saved.database, source, page: 7, sort: sort)
          #expect(Set(rows.map(\.id)).count == rows.count)
          // Names are ordered by the key they are found by.
          guard property.name != "name" || source.name != "partners" else { continue }
          let values = rows.map { row in row.properties.first { $0.name == property.name }!.value }
          for (a, b) in zip(values, values.dropFirst()) {
            #expect(isOrdered(a, b, isDescending), "\(source.name) by \(property.name)")
          }
        }
      }
    }
    let both = [FeatureSort("callIntervalDays", isDescending: true), FeatureSort("name")]
    let rows = try all(saved.database, .partners, page: 5, sort: both)
    let keys = rows.map { row in
      row.properties.filter { ["callIntervalDays", "name"].contains($0.name) }.map(\.value)
    }
    #expect(keys.first?.last != .null && keys.last?.last == .null)
    #expect(Set(keys.map(\.last)).count > 3)
  }

  @Test("what comes and goes between two ordered pages neither repeats nor hides what stays")
  func sortedWhileChanging() throws {
    let database = try Database.temporary()
    let names = (10..<30).map { "P\($0)" }
    try database.write(as: tester, at: noon) { writer in
      for name in names.shuffled() { try writer.insert(fullPartner(name, at: place(53, 25))) }
    }
    let sort = [FeatureSort("name")]
    func page(_ after: FeatureCursor?) throws -> ([String], FeatureCursor?) {
      try database.read { reader in
        let match = try reader.match(.partners, FeatureQuery())
        let page = try reader.page(.partners, match, sort: sort, after: after, limit: 10)
        let rows = try reader.features(.partners, rows: page.rows).features
        return (rows.compactMap { $0.properties.first?.value.text }, page.next)
      }
    }
    let (first, next) = try page(nil)
    #expect(first == Array(names[..<10]))
    try database.write(as: tester, at: noon) { writer in
      try writer.insert(fullPartner("P105", at: place(53, 25)))
      try writer.insert(fullPartner("P245", at: place(53, 25)))
    }
    let (second, _) = try page(next)
    #expect(second == ["P20", "P21", "P22", "P23", "P24", "P245", "P25", "P26", "P27", "P28"])
  }

  @Test("a cursor of another order, or none at all, is none")
  func cursors() throws {
    let plain = FeatureCursor(row: 77)
    let sort = [FeatureSort("name"), FeatureSort("metres", isDescending: true)]
    let ordered = FeatureCursor(sort, keys: [.text("Ёлка-_,"), .double(0.1)], row: 12)
    #expect(FeatureCursor(plain.text, sort: []) == plain)
    #expect(FeatureCursor(ordered.text, sort: sort) == ordered)
    for keys: [FeatureCursor.Key] in [[.none, .int(.min)], [.blob([0, 255]), .int(.max)]] {
      let cursor = FeatureCursor(sort, keys: keys, row: 1)
      #expect(FeatureCursor(cursor.text, sort: sort) == cursor)
    }
    #expect(FeatureCursor(plain.text, sort: sort) == nil && FeatureCursor(ordered.text, sort: []) == nil)
    #expect(FeatureCursor(ordered.text, sort: [FeatureSort("name"), FeatureSort("metres")]) == nil)
    for text in [
      "", "p", "p-1", "p+1", "zzz", "s1-", "s1-e30", "p" + String(repeating: "z", count: 20), "s1-!!",
    ] {
      #expect(FeatureCursor(text, sort: []) == nil && FeatureCursor(text, sort: sort) == nil, "\(text)")
    }
  }

  @Test("a territory is seen by its manager, and whoever keeps it keeps his place")
  func territories() throws {
    let saved = try SavedTrip()
    let other = User(login: "boris", name: "Борис", role: .manager)
    let code = try #require(try saved.database.read { try $0.regions().first?.code })
    try saved.database.write(as: tester, at: noon) { writer in
      try writer.add(user: other)
      try writer.set(managers: [other.id], of: code)
      try writer.set(managers: [saved.user.id, other.id], of: code)
    }
    func ids(_ scope: RecordScope = .all) throws -> [String] {
      try all(saved.database, .territories, FeatureQuery(scope: scope)).map(\.id)
    }
    #expect(try ids() == ["\(code)~\(other.id)", "\(code)~\(saved.user.id)"])
    #expect(try ids(.responsible([other.id])) == ["\(code)~\(other.id)"])
    #expect(try ids(.responsible([])) == [])
    let mine = try #require(
      try saved.database.read { try $0.feature(.territories, id: "\(code)~\(other.id)") })
    #expect(mine.properties.first { $0.name == "managerName" }?.value == "Борис")
    #expect(
      try saved.database.read {
        try $0.feature(.territories, id: "\(code)~\(other.id)", scope: .responsible([saved.user.id]))
      } == nil)
    let region = try #require(try saved.database.read { try $0.feature(.regions, id: code) })
    #expect(mine.geometry == region.geometry)
    guard case .multiPolygon(let area)? = region.geometry, let corner = area.polygons.first?.outer.first
    else {
      Issue.record("a region is no area")
      return
    }
    let box = BoundingBox(
      south: corner.latitude, west: corner.longitude, north: corner.latitude, east: corner.longitude)
    #expect(try all(saved.database, .territories, FeatureQuery(box: box)).count == 2)
    #expect(try saved.database.read { try $0.extent(.territories).box == $0.extent(.regions).box })
    try saved.database.write(as: tester, at: noon) { try $0.set(managers: [], of: code) }
    #expect(try ids() == [])
  }

  @Test(
    "a calendar token opens its user's calendar until it is revoked or he is disabled, and only its hash is kept"
  )
  func tokens() throws {
    let saved = try SavedTrip()
    let (token, other) = (CalendarToken(), CalendarToken())
    #expect(token.text.utf8.count == 43 && token != other && CalendarToken(token.text) == token)
    #expect(CalendarToken("short") == nil && CalendarToken(token.text.dropLast() + "=") == nil)
    try saved.database.write(as: tester, at: noon) { try $0.add(calendarToken: token, for: saved.user.id) }
    #expect(try saved.database.read { try $0.user(of: token)?.id } == saved.user.id)
    #expect(try saved.database.read { try $0.user(of: other) } == nil)
    #expect(!(try dump(saved.database).contains(token.text)))
    #expect(
      try saved.database.write(as: tester, at: noon) { try $0.revokeCalendarTokens(of: saved.user.id) } == 1)
    #expect(try saved.database.read { try $0.user(of: token) } == nil)
    try saved.database.write(as: tester, at: noon) {
      try $0.add(calendarToken: other, for: saved.user.id)
      try $0.disable(user: saved.user.id)
    }
    #expect(try saved.database.read { try $0.user(of: other) } == nil)
    #expect(
      try saved.database.read { try $0.tripIDs(responsible: saved.user.id, endingAfter: noon) } == [
        saved.trip.id
      ])
  }

  @Test("batches hold everybody once, in order, within the scope")
  func batches() throws {
    let saved = try SavedTrip()
    try saved.database.read { reader in
      var ids: [PartnerID] = []
      var after: Int64?
      repeat {
        let batch = try reader.partners(after: after, limit: 3, inFull: true)
        #expect(batch.partners.map(\.id) == batch.summaries.map(\.id))
        ids += batch.summaries.map(\.id)
        after = batch.next
      } while after != nil
      #expect(ids == saved.partners.map(\.id))
      #expect(try reader.partners(after: nil, limit: 10, scope: .responsible([])).summaries.count == 4)
    }
  }
}

extension Seeded {
  fileprivate mutating func `in`(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }
}
