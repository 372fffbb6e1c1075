import CRM
import Foundation
import GRDB
import Geo
import Testing

@testable import Store

/// Files as each earlier version left them, with a user, partners, a region, a selection and a trip with a visit in each:
/// `Fixtures/Schema/NAME.sqlite.gz`, NAME being the last migration the version had. A released file is never made
/// anew. The file of a new migration is made by
/// `PLANNER_MAKE_SCHEMA_FIXTURES=1 swift test --filter SchemaFixtureTests.make`, and gzip.
enum SchemaFixture {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/Schema")
  static let key = KeyFile(folder.appendingPathComponent("fixture-key").path)

  /// The versions there are files of, oldest first.
  static let names = Migrations.all.map(\.name).filter {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent($0 + ".sqlite.gz").path)
  }

  /// The file of a version, unpacked to `path`, with its key beside it.
  static func unpack(_ name: String, to path: String) throws {
    let packed = try Data(contentsOf: folder.appendingPathComponent(name + ".sqlite.gz"))
    try Gzip.inflate(packed).write(to: URL(fileURLWithPath: path))
    try? FileManager.default.copyItem(atPath: key.path, toPath: path + "-key")
  }

  static func queue(_ path: String, trace: (@Sendable (String) -> Void)? = nil) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.prepareDatabase { db in
      try SpatiaLite.attach(to: db)
      if let trace {
        db.trace { trace($0.description) }
      }
    }
    return try DatabaseQueue(path: path, configuration: configuration)
  }
}

/// Columns and tables today's writer fills that came with a later migration: a file of an earlier one has them only while it is filled.
enum LaterColumns {
  private static let all = [
    ("task-version", "task", "version", "INTEGER NOT NULL DEFAULT 1"),
    ("task-version", "selection", "version", "INTEGER NOT NULL DEFAULT 1"),
    ("visit-facts", "stop", "arrived_at", "INTEGER"), ("visit-facts", "stop", "miss_reason", "TEXT"),
    ("task-talk", "checklist_item", "partner_id", "INTEGER"), ("user-language", "user", "language", "TEXT"),
  ]
  /// Tables likewise.
  private static let tables = [("task-talk", "task_participant", "task_id INTEGER, user_id INTEGER")]

  static func lend(to db: GRDB.Database, of migrations: [Migration], _ body: () throws -> Void) throws {
    let later = all.filter { column in !migrations.contains { $0.name == column.0 } }
    for (_, table, column, type) in later {
      try db.execute(sql: "ALTER TABLE \(table) ADD COLUMN \(column) \(type)")
    }
    let tables = tables.filter { table in !migrations.contains { $0.name == table.0 } }
    for (_, table, columns) in tables { try db.execute(sql: "CREATE TABLE \(table) (\(columns))") }
    try body()
    for (_, table, _) in tables { try db.execute(sql: "DROP TABLE \(table)") }
    for (_, table, column, _) in later {
      try db.execute(sql: "ALTER TABLE \(table) DROP COLUMN \(column)")
    }
  }
}

@Suite("Files of every earlier version come to today's schema whole, or stay as they were")
struct SchemaFixtureTests {
  static let environment = ProcessInfo.processInfo.environment
  static let making = "PLANNER_MAKE_SCHEMA_FIXTURES"
  static let variable = "PLANNER_TEST_KILLED_MIGRATION"

  @Test(
    "makes the files that are missing", .enabled(if: environment[making] != nil, "only when files are made"))
  func make() throws {
    try FileManager.default.createDirectory(at: SchemaFixture.folder, withIntermediateDirectories: true)
    for count in 1...Migrations.all.count {
      let path = SchemaFixture.folder.appendingPathComponent(Migrations.all[count - 1].name + ".sqlite").path
      guard !FileManager.default.fileExists(atPath: path + ".gz") else { continue }
      let migrations = Array(Migrations.all.prefix(count))
      let hasChain = migrations.contains { $0.name == "audit-chain" }
      let ring = KeyRing(SchemaFixture.key)
      let queue = try SchemaFixture.queue(path)
      try Migrations.apply(migrations, to: queue, ring: ring)
      let values = SavedTrip(in: try Database.temporary())
      try queue.write { db in
        let shared = SharedState(ring: hasChain ? ring : nil)
        let writer = Writer(db: db, shared: shared, actor: tester, at: noon)
        try LaterColumns.lend(to: db, of: migrations) { try values.write(visited: true, to: writer) }
        try writer.tail.store(in: db)
      }
      try queue.close()
    }
  }

  static func inFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("schema-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appendingPathComponent("planner.sqlite").path)
  }

  static func shape(_ db: GRDB.Database) throws -> [String] {
    try String.fetchAll(
      db, sql: "SELECT type || ' ' || name || ': ' || ifnull(sql, '') FROM sqlite_schema ORDER BY 1")
  }

  @Test(
    "each file has today's schema and all of its data when it was opened", arguments: SchemaFixture.names
  )
  func toHead(name: String) throws {
    try Self.inFolder { path throws in
      try SchemaFixture.unpack(name, to: path)
      let today = try Database.temporary().read { try Self.shape($0.db) }
      let database = try Database(path: path, mode: .existing)
      try database.read { reader in
        #expect(try Self.shape(reader.db) == today)
        #expect(try reader.users().map(\.login) == ["anna"])
        #expect(try reader.partnerCount() == 4)
        let trip = try #require(try reader.trips().first)
        #expect(
          try reader.trip(trip.id)?.days.flatMap(\.stops).map(\.visit) == [.completed, .planned, .planned])
        #expect(try reader.tasks().count == 1)
        #expect(try reader.savedSelections().map(\.name) == ["Запад"])
        let audit = try reader.verifyAudit()
        let written = try reader.auditCount()
        #expect(audit.fault == nil && audit.rows == written && audit.rows > 8)
      }
      #expect(try database.integrityFindings().isEmpty)
      try database.write(as: tester) { try $0.insert(fullPartner("Новый", key: "new")) }
      #expect(try database.read { try $0.verifyAudit() }.fault == nil)
      let found = try database.read { try $0.search(SearchQuery("запад"), scope: .all) }
      #expect(found.map(\.kind).contains(.selection))
      #expect(try database.read { try $0.searchFindings() } == [])
    }
  }

  @Test(
    "the migration of the killed-process test",
    .enabled(if: environment[variable] != nil, "runs only as a child process"))
  func child() throws {
    let parts = try #require(Self.environment[Self.variable]).split(separator: "|")
    nonisolated(unsafe) var left = try #require(Int(parts[1]))
    let path = String(parts[0])
    let queue = try SchemaFixture.queue(path) { sql in
      guard sql.utf8.count > 0 else { return }
      left -= 1
      if left == 0 { kill(getpid(), SIGKILL) }
    }
    try Migrations.apply(to: queue, ring: KeyRing(.beside(path)))
    FileHandle.standardOutput.write(Data("statements \(Int(parts[1])! - left)\n".utf8))
  }

  /// Runs the child on a file until its statement of this number; nil when it was killed there, otherwise how many
  /// there were.
  static func migrate(_ path: String, until statement: Int) throws -> Int? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["--testing-library", "swift-testing", "--filter", "SchemaFixtureTests.child"]
    process.environment = environment.merging([variable: "\(path)|\(statement)"]) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.firstMatch(of: /statements ([0-9]+)/).flatMap { Int($0.1) }
  }

  @Test("killed at twenty places between its statements, a migration has happened or has not, each one whole")
  func killed() throws {
    try Self.inFolder { path throws in
      // The schema behind each migration, as a whole migration leaves it.
      var shapes: [[String]] = []
      for count in 1...Migrations.all.count {
        let queue = try SchemaFixture.queue(path + ".\(count)")
        try Migrations.apply(
          Array(Migrations.all.prefix(count)), to: queue, ring: KeyRing(.beside(path + ".\(count)")))
        shapes.append(try queue.read { try Self.shape($0) })
        try queue.close()
      }
      try SchemaFixture.unpack("main-job", to: path)
      let all = try #require(try Self.migrate(path, until: 1_000_000))
      var seen: Set<Int> = []
      for point in 0..<20 {
        for end in ["", "-journal", "-key", "-wal", "-shm"] { unlink(path + end) }
        try SchemaFixture.unpack("main-job", to: path)
        #expect(try Self.migrate(path, until: 1 + (all - 1) * point / 20) == nil)
        let queue = try SchemaFixture.queue(path)
        let (shape, steps, faults) = try queue.read { db in
          (
            try Self.shape(db), try Int.fetchOne(db, sql: "SELECT count(*) FROM grdb_migrations") ?? 0,
            try String.fetchAll(db, sql: "PRAGMA integrity_check")
          )
        }
        try queue.close()
        #expect(shape == shapes[steps - 1] && faults == ["ok"])
        seen.insert(steps)
        let database = try Database(path: path, mode: .existing)
        #expect(try database.read { try $0.partnerCount() } == 4)
        #expect(try database.read { try $0.verifyAudit() }.fault == nil)
        try database.close()
      }
      #expect(seen.count > 3, "\(seen)")
    }
  }

  @Test("a file of a newer version is refused and stays as it is")
  func newer() throws {
    try Self.inFolder { path throws in
      try SchemaFixture.unpack(SchemaFixture.names.last!, to: path)
      try raw(path, "INSERT INTO grdb_migrations (identifier) VALUES ('of-tomorrow')")
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(throws: StoreError.newerFile(path: "", unknown: [])) { _ = try Database(path: path) }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
  }
}
