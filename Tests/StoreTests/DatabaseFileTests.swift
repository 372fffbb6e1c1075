import CRM
import Foundation
import Geo
import Testing

@testable import Store

/// A folder of its own for each test.
private func withFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("store-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer {
    chmod(folder.path, 0o755)
    try? FileManager.default.removeItem(at: folder)
  }
  return try body(folder.path)
}

private func code(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch let error as any CodedError {
    return error.code
  } catch {
    return "uncoded: \(error)"
  }
}

private func settings(_ access: some ReadAccess) throws -> [String] {
  try [
    "PRAGMA journal_mode", "PRAGMA synchronous", "PRAGMA foreign_keys", "SELECT spatialite_version()",
  ].map { sql in
    try access.db.first(sql) { $0.text(0) } ?? ""
  }
}

@Suite struct DatabaseFileTests {
  @Test("every connection has the settings a precious file needs, readers and writer alike")
  func connectionSettings() throws {
    let database = try Database.temporary()
    let expected = ["wal", "2", "1", "5.0.1"]
    let writer = try database.write(as: tester) { try settings($0) }
    #expect(writer == expected)
    // Nested reads hold several connections of the pool at once.
    try database.read { (first) throws in
      let own = try settings(first)
      #expect(own == expected)
      let group = DispatchGroup()
      for _ in 0..<4 {
        DispatchQueue.global().async(group: group) {
          #expect((try? database.read { try settings($0) }) == expected)
        }
      }
      group.wait()
    }
  }

  @Test("a write waits for another process's lock instead of failing at once")
  func waitsForLock() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      let database = try Database(path: path)
      let other = try Database(path: path)
      let held = DispatchSemaphore(value: 0)
      let release = DispatchSemaphore(value: 0)
      let done = DispatchSemaphore(value: 0)
      DispatchQueue.global().async {
        try? other.write(as: tester) { _ in
          held.signal()
          release.wait()
        }
        done.signal()
      }
      held.wait()
      DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(200)) { release.signal() }
      try database.write(as: tester) {
        try $0.add(user: User(login: "anna", name: "Anna", role: .manager))
      }
      done.wait()
      #expect(try other.read { try $0.users().count } == 1)
    }
  }

  @Test("what a transaction did is gone when it throws")
  func rollsBack() throws {
    struct Stop: Error {}
    let database = try Database.temporary()
    let before = try dump(database)
    #expect(throws: Stop.self) {
      try database.write(as: tester) {
        try $0.insert(fullPartner())
        throw Stop()
      }
    }
    #expect(try dump(database) == before)
    #expect(try database.read { try $0.auditCount() } == 0)
  }

  @Test("a missing file, a missing folder, a folder and a file nobody may write each have their code")
  func unreachable() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      #expect(code { _ = try Database(path: path, mode: .existing) } == "store.file.missing")
      #expect(code { _ = try Database(path: folder + "/none/planner.sqlite") } == "store.file.folderMissing")
      #expect(code { _ = try Database(path: folder) } == "store.file.corrupt")
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test("a file without permission to write is refused with its code", .enabled(if: geteuid() != 0))
  func permissions() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      try Database(path: path).close()
      chmod(path, 0o444)
      #expect(code { _ = try Database(path: path) } == "store.file.readOnly")
    }
  }

  @Test("an engine's refusal to write comes out as the read-only code")
  func readOnlyEngine() throws {
    let database = try Database.temporary()
    let result = code {
      try database.read { try $0.db.run("INSERT INTO partner_change (partner_id) VALUES (1)") }
    }
    #expect(result == "store.file.readOnly")
  }

  @Test("text, a cut file and an overwritten page are refused or reported as corrupt, never a crash")
  func corrupt() throws {
    try withFolder { folder in
      let text = folder + "/text.sqlite"
      try Data(String(repeating: "not a database ", count: 400).utf8).write(to: URL(fileURLWithPath: text))
      #expect(code { _ = try Database(path: text) } == "store.file.corrupt")

      let path = folder + "/planner.sqlite"
      let database = try Database(path: path)
      try database.write(as: tester) { writer in
        for i in 0..<50 { try writer.insert(fullPartner("Partner \(i)")) }
      }
      try database.close()
      var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      for i in 4096..<bytes.count { bytes[i] = 0xAA }
      let broken = folder + "/broken.sqlite"
      try bytes.write(to: URL(fileURLWithPath: broken))
      #expect(
        code {
          let database = try Database(path: broken)
          _ = try database.read { try $0.select(.all) }
        } == "store.file.corrupt")
      let cut = folder + "/cut.sqlite"
      try bytes.prefix(5000).write(to: URL(fileURLWithPath: cut))
      #expect(code { _ = try Database(path: cut) } == "store.file.corrupt")
    }
  }

  @Test("another program's database is refused and left as it was")
  func foreignFile() throws {
    try withFolder { folder in
      let path = folder + "/other.sqlite"
      try raw(path, "CREATE TABLE invoice (id INTEGER PRIMARY KEY)")
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(code { _ = try Database(path: path) } == "store.file.notPlanner")
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
  }

  @Test("a newer planner's file is refused by name and left as it was")
  func newerFile() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      try Database(path: path).close()
      try raw(path, "INSERT INTO grdb_migrations VALUES ('from-the-future')")
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      do {
        _ = try Database(path: path)
        Issue.record("the file was opened")
      } catch let error as StoreError {
        #expect(error.code == "store.file.newer")
        #expect(error.message.contains("from-the-future"))
      }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
  }

  @Test("an empty file counts as new")
  func emptyFile() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      try Data().write(to: URL(fileURLWithPath: path))
      let database = try Database(path: path)
      #expect(try database.read { try $0.partnerCount() } == 0)
    }
  }

  @Test("a file is opened again with everything in it")
  func reopening() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      let first = try Database(path: path)
      let partner = fullPartner()
      try first.write(as: tester, at: noon) { try $0.insert(partner) }
      let content = try dump(first)
      try first.close()
      let second = try Database(path: path, mode: .existing)
      #expect(try dump(second) == content)
      #expect(try second.read { try $0.db.first("PRAGMA integrity_check") { $0.text(0) } } == "ok")
    }
  }

  @Test("a temporary database leaves nothing behind")
  func temporary() throws {
    var database: Database? = try Database.temporary()
    let path = database!.path
    #expect(FileManager.default.fileExists(atPath: path))
    database = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
