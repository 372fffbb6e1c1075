import CRM
import Foundation
import Testing

@testable import Store

@Suite struct ChangeTests {
  let database: Database

  init() throws { database = try Database.temporary() }

  @discardableResult
  func write<T>(_ body: (Writer) throws -> T) throws -> T { try database.write(as: tester, at: noon, body) }

  func page(_ cursor: ChangeCursor?, limit: Int = 100, scope: RecordScope = .all) throws -> ChangePage {
    try database.read { try $0.changes(after: cursor, limit: limit, scope: scope) }
  }

  @Test("each change says what it did to which record, and the cursor goes on behind it")
  func followed() throws {
    let anna = User(login: "anna", name: "Анна", role: .manager)
    let partner = fullPartner("А", responsible: anna.id)
    try write { try $0.add(user: anna) }
    try write { try $0.insert(partner) }
    let first = try page(nil, limit: 1)
    #expect(first.changes.map(\.type) == ["user.create"] && first.hasMore)
    let second = try page(ChangeCursor(first.next.description))
    #expect(second.changes.map(\.id) == [partner.id.description] && !second.hasMore)
    #expect(second.changes.first?.version == 1 && second.changes.first?.at == noon)
    #expect(try page(second.next).changes.isEmpty)
    #expect(try page(second.next).next == second.next)
    #expect(try database.read { try $0.newestCursor() } == second.next)
  }

  @Test("cursors of other data, older than what is kept, or made up are refused and never skip anything")
  func refused() throws {
    let other = try ChangeTests()
    for name in ["А", "Б", "В", "Г"] {
      try write { try $0.insert(fullPartner(name, key: name)) }
      try other.write { try $0.insert(fullPartner(name, key: name)) }
    }
    let foreign = try other.page(nil, limit: 2).next
    #expect(throws: ChangeFeedError.foreign) { try page(foreign) }
    let ahead = ChangeCursor(number: 99, mark: foreign.mark)
    #expect(throws: ChangeFeedError.foreign) { try page(ahead) }
    let start = try page(nil, limit: 1)
    let third = try page(nil, limit: 3).next
    // The trail refuses this; a later retention will take care that its chain holds.
    try write { writer in
      for trigger in try writer.db.all(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'audit'", body: { $0.text(0) })
      {
        try writer.db.run("DROP TRIGGER \(trigger)")
      }
      try writer.db.run("DELETE FROM audit WHERE id <= 3")
    }
    #expect(throws: ChangeFeedError.expired) { try page(start.next) }
    #expect(throws: ChangeFeedError.expired) { try page(.start) }
    #expect(try page(third).changes.count == 1)
    #expect(try page(nil).changes.map(\.number) == [4])
    for text in [
      "", "x", "1", "1-", "-1-000000000000", "01-000000000000", "1-00000000000g", "1-0000000000001",
      "٣-000000000000",
    ] {
      #expect(ChangeCursor(text) == nil, "\(text)")
    }
    let empty = try ChangeTests()
    #expect(try empty.page(nil).changes.isEmpty)
    try empty.write { try $0.insert(fullPartner("А")) }
    #expect(try empty.page(.start).changes.count == 1)
  }

  @Test("a manager is told of his own records, also of one that was taken from him, and of nothing else")
  func scoped() throws {
    let anna = User(login: "anna", name: "Анна", role: .manager)
    let bela = User(login: "bela", name: "Бела", role: .manager)
    var mine = fullPartner("Моя", responsible: anna.id, key: "1")
    let others = fullPartner("Чужая", responsible: bela.id, key: "2")
    let nobodys = fullPartner("Ничья", key: "3")
    try write { writer in
      try writer.add(user: anna)
      try writer.add(user: bela)
      for partner in [mine, others, nobodys] { try writer.insert(partner) }
    }
    let scope = RecordScope.responsible([anna.id])
    var seen = try page(nil, scope: scope)
    #expect(seen.changes.map(\.id) == [anna.id.description, mine.id.description])
    mine = try #require(try database.read { try $0.partner(mine.id) })
    mine.responsible = bela.id
    try write { try $0.update(mine) }
    try write { try $0.setPin(place(53, 27), for: mine.id) }
    seen = try page(seen.next, scope: scope)
    #expect(seen.changes.map(\.action) == ["update"])
    // The place moves on although nothing was to be seen.
    #expect(try seen.next == page(nil).next)
    #expect(try page(nil, scope: .responsible([])).changes.isEmpty)
  }

  @Test("one who may see little gets on through much that is not his")
  func sparse() throws {
    let anna = User(login: "anna", name: "Анна", role: .manager)
    try write { try $0.add(user: anna) }
    try write { writer in for n in 0..<100 { try writer.insert(fullPartner("П\(n)", key: "\(n)")) } }
    let mine = fullPartner("Моя", responsible: anna.id, key: "mine")
    try write { try $0.insert(mine) }
    var cursor: ChangeCursor?
    var found: [String] = []
    var pages = 0
    while true {
      let next = try page(cursor, limit: 2, scope: .responsible([anna.id]))
      found += next.changes.map(\.id)
      pages += 1
      guard next.hasMore else { break }
      cursor = next.next
    }
    #expect(found == [anna.id.description, mine.id.description] && pages == 3)
  }
}

/// Several processes write while another one polls. The processes are this test program itself, started again.
@Suite struct ChangeFeedProcessTests {
  static let variable = "PLANNER_TEST_FEED_WRITER"
  static let changes = 60

  @Test(
    "the writer of the change feed test",
    .enabled(if: ProcessInfo.processInfo.environment[variable] != nil, "runs only as a child process"))
  func child() throws {
    let path = try #require(ProcessInfo.processInfo.environment[Self.variable])
    let database = try Database(path: path, mode: .existing)
    for number in 0..<Self.changes {
      try database.write(as: Actor(name: "child")) { writer in
        try writer.insert(fullPartner("П\(getpid())-\(number)", key: "\(getpid())-\(number)"))
      }
      // Some roll back after they took their number.
      struct Back: Error {}
      guard number % 7 == 3 else { continue }
      try? database.write(as: Actor(name: "child")) { writer in
        try writer.insert(fullPartner("Х", key: "x"))
        throw Back()
      }
    }
  }

  @Test("a reader that polls while four processes write sees every change once, in the order of the table")
  func polled() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("feed-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("planner.sqlite").path
    let database = try Database(path: path)
    let writers = try (0..<4).map { _ in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments = ["--testing-library", "swift-testing", "--filter", "ChangeFeedProcessTests.child"]
      process.environment = ProcessInfo.processInfo.environment.merging([Self.variable: path]) { $1 }
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      return process
    }
    var seen: [Int64] = []
    var cursor: ChangeCursor?
    var wereRunning = true
    while wereRunning {
      wereRunning = writers.contains(where: \.isRunning)
      while true {
        let page = try database.read { try $0.changes(after: cursor, limit: 7) }
        seen += page.changes.map(\.number)
        cursor = page.next
        if !page.hasMore { break }
      }
    }
    #expect(writers.allSatisfy { $0.terminationStatus == 0 })
    let stored = try database.read { try $0.db.all("SELECT id FROM audit ORDER BY id") { $0.int64(0) } }
    #expect(seen == stored)
    #expect(seen.count >= 4 * Self.changes)
    try database.close()
  }
}
