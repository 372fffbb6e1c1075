import CRM
import Crypto
import Foundation
import GRDB
import Geo
import Testing

@testable import Store

private func digest(_ text: String) -> String {
  SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
}

@Suite struct MigrationTests {
  /// SHA-256 of each migration's statements. A released migration never changes: add a new one, with its line here.
  static let frozen = [
    "main-job": "0f003dadf0f1dd294fbce8426cca76addedc7a49818ab5de200fefb0ecd86ead",
    "invariants": "0ee13d7978eb5dc197315ed6243b75395506764958aab2656d8e0568ddf32444",
    "region-origin": "40b8cfc6819380e1cefa5372cf866fd2fce7c5dc9ccdfe20902dbc6b6c7c4541",
    "road-costs": "9504e6b258b37fea61d45e991b1b823de109c87874306951be905be12adda63a",
    "obstacles": "23a177ea03a2d24a09e12140513f7f2f10bf4576c4fbb079bc73dc302c59e96f",
    "lodgings": "47114e5d053352ec42fc6764e084d3c9080e63a192eb857613709552202e5c09",
    "sign-in": "69cdb527e1b2bcd7d5c37bd6c0bb6cc62d0aab7c064250c2ffa8935256832f9b",
    "key-mark": "47c943d64b7f799c87ff75edc3d5406b68b8638c5338ccd2e2a9405c04afdd6f",
    "audit-chain": "5412edeec7165b2a98a52715a442c08e17e0f318a2c65810e54d51a4dea3f96b",
    "list-indexes": "5276f32399d33a6a06388cc811db8cd2d8a5bbbe535785a8b04b21618db0f9f4",
    "jobs": "f15f6d7e9003300d99e2c6b52239c4475eced4e6fd14083c906fb0826e860668",
    "outbox": "daf460cd7919de0fdc7b2aeba8542bc05763f83a52f820292a9663b009a8708a",
    "webhooks": "520bd5a4470be30d9e178b6af723c94a41305be2a2c56cdebbe297ca2ed225de",
    "geocode-tries": "47149a86cb08ea5dcf1ff262bcddb88673da28f7560c23b7088786fefc40b773",
    "task-version": "5096c1ea28fd5026196b02b3799b63a48378f7c9f0df54973027a5efa48c5997",
    "saved-views": "b37a9675f378c354e9769a9fa9754a75a8342bd71dab56196ca1ac27dd83c5f7",
    "calendar-tokens": "ce6d927fa6c3eef76438bf44a2b9a48da43fa2d4667d41e8fef0216db820ce7c",
    "territory-rows": "a152b6f1f83c34d9c79b2fb390022b7e21db74248620d4094418af27060730d5",
    "search-index": "83d7e1f7930c25f0233b37eb63a1e1a226bf173034ac403ea2b808f23616d639",
    "audit-images": "9f65692a7d7813739598d1717572a5cc0c7474d46a573937fc258276f2505e1b",
    "search-records": "5d536b04238b8fff89005c62a61cedd155cc5f38c05a0e7f6c1bb166ad510d85",
    "inbound": "59092c833357622571d43214fdf9cae944dc019b2a577478f76002b078556fa9",
    "task-talk": "7b061e2e430cfaf8b5ec87628be53e2f40c4559bee8685710e29f1c063b32aec",
    "audit-entity": "4a3374a94520d112aa2076c93b144ef71e4d1bb835cba4b0c05ce25baac6f648",
    "photos": "8056e98426d8ea132d4bffb8d0a8c19a9c023f9e5ef65b8f4e0c814dc1df21c4",
    "user-language": "8ca69f61ae8a3a45df3e652ea3743c0a42c84697b9f7dd61c73da0fb08160e56",
    "visit-facts": "5149226442b8f61b10973d0d55e65c3fff98c79aa08e84b889a2ca8341d466da",
    "protected-fields": "6388e08af67c5f965b8975bb43511baee3dda2b82d10a1764b86966e539250db",
  ]

  @Test("a migration that was released is never edited")
  func frozenStatements() {
    #expect(
      Migrations.all.map(\.name) == [
        "main-job",
        "invariants",
        "region-origin",
        "road-costs",
        "obstacles",
        "lodgings",
        "key-mark",
        "audit-chain",
        "protected-fields",
        "sign-in",
        "list-indexes",
        "jobs",
        "outbox",
        "webhooks",
        "geocode-tries",
        "calendar-tokens",
        "task-version",
        "saved-views",
        "search-index",
        "territory-rows",
        "audit-images",
        "search-records",
        "inbound",
        "visit-facts",
        "task-talk",
        "audit-entity",
        "photos",
        "user-language",
      ])
    for migration in Migrations.all {
      #expect(
        digest(migration.statements.joined(separator: ";\n")) == Self.frozen[migration.name],
        "\(migration.name) differs from what was released")
    }
  }

  @Test("migrating twice changes nothing, and the schema is one and the same each time")
  func schema() throws {
    func schema() throws -> [String] {
      let database = try Database.temporary()
      return try database.read {
        try $0.db.all("SELECT type || ' ' || name || ': ' || ifnull(sql, '') FROM sqlite_schema ORDER BY 1") {
          $0.text(0)
        }
      }
    }
    #expect(try schema() == schema())
  }

  @Test(
    "a geometry column SpatiaLite does not take stops the migration",
    arguments: [
      "SELECT RecoverGeometryColumn('partner', 'nowhere', 4326, 'POINT', 'XY')",
      "SELECT CreateSpatialIndex('partner', 'nowhere')",
    ])
  func refusedGeometry(statement: String) throws {
    let database = try Database.temporary()
    #expect(throws: StoreError.schemaRefused(statement: "")) {
      try database.write(as: tester) { try Migrations.run(statement, on: $0.db) }
    }
  }

  /// A file as the first version left it, in a folder of its own, with what `fill` writes into it.
  static func firstVersion(_ fill: (Writer) throws -> Void) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("first-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appendingPathComponent("planner.sqlite").path
    try withFirstVersion(path) { queue in
      try Migrations.apply([.mainJob], to: queue)
      try queue.write { db in
        try LaterColumns.lend(to: db, of: [.mainJob]) {
          try fill(Writer(db: db, shared: SharedState(), actor: tester, at: noon))
        }
      }
    }
    return path
  }

  static func withFirstVersion<T>(_ path: String, _ body: (DatabaseQueue) throws -> T) throws -> T {
    var configuration = Configuration()
    configuration.prepareDatabase { try SpatiaLite.attach(to: $0) }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? queue.close() }
    return try body(queue)
  }

  static func remove(_ path: String) {
    try? FileManager.default.removeItem(at: URL(fileURLWithPath: path).deletingLastPathComponent())
  }

  @Test("a file of the first version gets the rules and keeps every row of its data")
  func fromFirstVersion() throws {
    let today = try SavedTrip()
    let path = try Self.firstVersion { try today.write(visited: true, to: $0) }
    defer { Self.remove(path) }
    let database = try Database(path: path, mode: .existing)
    func shape(_ database: Store.Database) throws -> [String] {
      try database.read {
        try $0.db.all("SELECT type || ' ' || name || ': ' || ifnull(sql, '') FROM sqlite_schema ORDER BY 1") {
          $0.text(0)
        }
      }
    }
    #expect(try shape(database) == shape(today.database))
    try database.read { access throws in
      #expect(try access.trip(today.trip.id)?.days[0].stops[0].visit == .completed)
      #expect(try access.task(today.task.id)?.trip == today.trip.id)
      for partner in today.partners {
        #expect(try access.partner(partner.id)?.location?.coordinate == partner.location?.coordinate)
      }
      #expect(try access.ruleBreaches().isEmpty)
    }
    #expect(throws: StoreError.rule(.partnerTwice, detail: "")) {
      try database.write(as: tester) { try $0.db.run("UPDATE stop SET partner_id = 2 WHERE id = 3") }
    }
    // What is in memory follows the columns that filters ask for.
    let visited = Selection.notVisitedSince(LocalDate("2026-06-08")!)
    let clock = DayClock(now: noon, zone: .gmt)
    for expected in [3, 3] {
      #expect(try database.read { try $0.selectIDs(visited, by: clock).count } == expected)
    }
    try database.write(as: tester) {
      try $0.record(activity: Activity(kind: .visit, partner: today.partners[1].id, at: noon))
    }
    #expect(try database.read { try $0.selectIDs(visited, by: clock).count } == 2)
  }

  @Test("rows that broke a rule before are kept, named, and can be mended")
  func brokenBefore() throws {
    let values = SavedTrip(in: try Database.temporary())
    let path = try Self.firstVersion { writer in
      try values.write(visited: true, to: writer)
      try values.writeAnother(to: writer)
      for sql in [
        "UPDATE stop SET partner_id = 2 WHERE id = 3", "UPDATE unassigned_stop SET partner_id = 2",
        "UPDATE checklist_item SET stop_id = NULL WHERE task_id = 2",
        "UPDATE checklist_item SET stop_id = 4 WHERE stop_id = 3",
        "UPDATE checklist_item SET parent_id = 1 WHERE task_id = 2", "UPDATE activity SET partner_id = 3",
        "UPDATE contact_point SET partner_id = 2, position = 9 WHERE person_id IS NOT NULL AND partner_id = 1",
        "UPDATE partner SET location = NULL WHERE id = 1",
        "UPDATE partner SET location = MakePoint(1, 1, 4326) WHERE id IN (4, 5)",
      ] { try writer.db.run(sql) }
    }
    defer { Self.remove(path) }
    let database = try Database(path: path, mode: .existing)
    let found = try database.read { try $0.ruleBreaches() }
    #expect(Set(found.map(\.rule)) == Set(SchemaRule.allCases).subtracting([.stopMoved]))
    let places = try #require(found.first { $0.rule == .placeDiffers })
    #expect(places.records.count == 3)
    #expect(places.records.contains("partner \(values.partners[0].id)"))
    #expect(
      found.first { $0.rule == .partnerTwice }?.records
        == ["trip \(values.trip.id), partner \(values.partners[1].id)"])
    #expect(try database.read { try $0.ruleBreaches(limit: 1) }.allSatisfy { $0.records.count == 1 })
    // A pin mends a place, the one that is where the result had it too.
    try database.write(as: tester, at: noon) { writer in
      try writer.setPin(place(52.0975, 23.688), for: values.partners[0].id)
      try writer.setPin(place(53, 24), for: values.partners[3].id)
      var fifth = try #require(try writer.partner(row: 5))
      fifth.note = "правка"
      try writer.update(fifth)
    }
    #expect(try database.read { try $0.ruleBreaches() }.allSatisfy { $0.rule != .placeDiffers })
  }

  @Test("a migration that fails half-way leaves the file as it was, with its data")
  func allOrNothing() throws {
    let values = SavedTrip(in: try Database.temporary())
    let path = try Self.firstVersion { try values.write(visited: true, to: $0) }
    defer { Self.remove(path) }
    let failing = Migration(
      name: Migration.invariants.name,
      statements: Migration.invariants.statements + ["CREATE INDEX nowhere ON partner (nowhere)"])
    try Self.withFirstVersion(path) { queue in
      func schema() throws -> [String] {
        try queue.read {
          try String.fetchAll($0, sql: "SELECT ifnull(sql, '') FROM sqlite_schema ORDER BY name")
        }
      }
      let before = try schema()
      #expect(throws: (any Error).self) { try Migrations.apply([.mainJob, failing], to: queue) }
      #expect(try schema() == before)
      #expect(
        try queue.read { try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations") } == [
          "main-job"
        ])
    }
    let database = try Database(path: path, mode: .existing)
    #expect(try database.read { try $0.trip(values.trip.id)?.days.count } == 2)
  }

  @Test("territories keep their managers when they become records of their own")
  func territories() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).sqlite")
      .path
    defer { for end in ["", "-key", "-wal", "-shm", "-lock"] { unlink(path + end) } }
    try SchemaFixture.unpack("search-index", to: path)
    let queue = try SchemaFixture.queue(path)
    try queue.write { db in
      try db.execute(
        sql: "INSERT INTO territory (region, user_id) SELECT code, (SELECT id FROM user) FROM region LIMIT 2")
    }
    func rows() throws -> [String] {
      try queue.read {
        try String.fetchAll($0, sql: "SELECT region || ' ' || user_id FROM territory ORDER BY region")
      }
    }
    let before = try rows()
    #expect(!before.isEmpty)
    try Migrations.apply(to: queue, ring: KeyRing(.beside(path)))
    #expect(try rows() == before)
    try queue.close()
  }

  @Test("every business table is STRICT")
  func strict() throws {
    let database = try Database.temporary()
    let ours = try database.read {
      try $0.db.all(
        """
        SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
          AND name IN (SELECT name FROM sqlite_schema WHERE sql LIKE '%STRICT%')
        """
      ) { ($0.text(0), $0.bool(1)) }
    }
    let names = Set(ours.map(\.0))
    for table in [
      "user", "partner", "partner_tag", "contact_person", "contact_point", "address", "geocode_result",
      "external_reference", "partner_name_word", "partner_change", "region", "region_override", "selection",
      "trip", "trip_day", "stop", "leg", "unassigned_stop", "activity", "task", "checklist_item", "audit",
      "import_run", "import_change", "place_due", "own_region", "team", "credential", "session", "api_token",
      "sign_in_link", "sign_in_attempt", "territory", "idempotent_answer",
      "key_mark", "audit_head", "protected_field", "retention_rule", "job", "worker_run", "outbox", "webhook",
      "inbound_source", "inbound_message",
    ] {
      #expect(names.contains(table), "\(table) is not STRICT")
    }
    #expect(ours.allSatisfy { $0.1 })
  }
}
