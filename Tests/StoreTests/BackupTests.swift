import CRM
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("A backup is a consistent whole and restores")
struct BackupTests {
  static func withSaved(_ body: (Store.Database, String) throws -> Void) throws {
    try VaultTests.inFolder { path throws in
      let database = try Database(path: path)
      let values = SavedTrip(in: database)
      try database.write(as: tester, at: noon) { try values.write(visited: true, to: $0) }
      try body(database, (path as NSString).deletingLastPathComponent)
    }
  }

  @Test("a backup is one file for its owner alone, with everything in it but the key, and says what it is")
  func made() throws {
    try Self.withSaved { database, folder throws in
      let file = try database.backup(to: folder + "/b.sqlite", at: noon)
      #expect(file.note.madeAt == noon && file.note.rows["partner"] == 4 && file.note.rows["trip"] == 1)
      #expect(try file.note.anchor == database.read { try $0.auditAnchor()?.description })
      let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(names.filter { $0.hasPrefix("b.") } == ["b.sqlite"])
      let key = try String(contentsOfFile: database.keyFile.path, encoding: .utf8)
        .split(separator: "\n").first { !$0.hasPrefix("#") && $0.count == 44 }
      let bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
      let secret = try #require(key.flatMap { Data(base64Encoded: String($0)) })
      #expect(bytes.range(of: secret) == nil && bytes.range(of: Data(key!.utf8)) == nil)
    }
  }

  @Test("nothing but an earlier backup is overwritten")
  func occupied() throws {
    try Self.withSaved { database, folder throws in
      let other = try Database(path: folder + "/other.sqlite")
      try other.close()
      try Data("a letter".utf8).write(to: URL(fileURLWithPath: folder + "/letter.txt"))
      try FileManager.default.createSymbolicLink(
        atPath: folder + "/link", withDestinationPath: folder + "/nothing")
      for name in ["planner.sqlite", "other.sqlite", "letter.txt", "link", ""] {
        let before = FileManager.default.contents(atPath: folder + "/" + name)
        #expect(throws: BackupError.occupied(path: "")) {
          try database.backup(to: folder + "/" + name, at: noon)
        }
        #expect(FileManager.default.contents(atPath: folder + "/" + name) == before)
      }
      #expect(throws: StoreError.folderMissing(path: "")) {
        try database.backup(to: folder + "/none/b.sqlite", at: noon)
      }
      try database.backup(to: folder + "/b.sqlite", at: noon)
      try database.write(as: tester) { try $0.insert(fullPartner("Новый", key: "new")) }
      let second = try database.backup(to: folder + "/b.sqlite", at: noon.addingTimeInterval(60))
      #expect(second.note.rows["partner"] == 5)
      #expect(
        !(try FileManager.default.contentsOfDirectory(atPath: folder)).contains { $0.hasSuffix(".part") })
    }
  }

  @Test("a restored backup holds what was there, and what it replaced stands aside whole")
  func restored() throws {
    try Self.withSaved { database, folder throws in
      let file = try database.backup(to: folder + "/b.sqlite", at: noon)
      let before = try dump(database)
      try database.write(as: tester) { try $0.insert(fullPartner("После", key: "after")) }
      let later = try dump(database)
      let restore = try Restore(file.path, keyFile: database.keyFile)
      #expect(throws: BackupError.inUse(path: "")) {
        _ = try restore.run(to: database.path, as: tester, at: noon)
      }
      #expect(try dump(database) == later)
      try database.close()
      let drill = try restore.drill()
      #expect(drill.audit.fault == nil && drill.rows["partner"] == 4)
      let report = try restore.run(to: database.path, as: tester, at: noon)
      #expect(report.aside == database.path + ".before-restore-20260608T090000Z")
      let now = try Database(path: database.path, mode: .existing)
      #expect(try dump(now) == before)
      #expect(try now.read { try $0.verifyAudit() }.fault == nil)
      #expect(try now.read { try $0.audit(entity: "database", id: "planner") }.map(\.action) == ["restore"])
      #expect(try now.read { try $0.schemaDifferences() } == [])
      let aside = try Database(path: try #require(report.aside), mode: .existing, keyFile: database.keyFile)
      #expect(try dump(aside) == later)
      try now.close()
      // The same instant again: the first that was put aside stays.
      let again = try restore.run(to: database.path, as: tester, at: noon)
      #expect(again.aside == database.path + ".before-restore-20260608T090000Z-1")
    }
  }

  @Test("a damaged database is put aside with its journal, and the backup takes its place")
  func damagedBefore() throws {
    try Self.withSaved { database, folder throws in
      let file = try database.backup(to: folder + "/b.sqlite", at: noon)
      let before = try dump(database)
      try database.close()
      let harm = Data(repeating: 7, count: 5000)
      try harm.write(to: URL(fileURLWithPath: database.path))
      try harm.write(to: URL(fileURLWithPath: database.path + "-wal"))
      let report = try Restore(file.path, keyFile: database.keyFile).run(
        to: database.path, as: tester, at: noon)
      #expect(FileManager.default.contents(atPath: report.aside!) == harm)
      #expect(FileManager.default.contents(atPath: report.aside! + "-wal") == harm)
      #expect(try dump(Database(path: database.path, mode: .existing)) == before)
    }
  }

  @Test("what is no sound backup is refused with why, and the database stays")
  func refused() throws {
    try Self.withSaved { database, folder throws in
      let sound = folder + "/b.sqlite"
      try database.backup(to: sound, at: noon)
      try database.closeForMoving()
      let before = FileManager.default.contents(atPath: database.path)
      func outcome(_ path: String, key: KeyFile? = nil) -> String {
        do {
          _ = try Restore(path, keyFile: key ?? database.keyFile).run(
            to: database.path, as: tester, at: noon)
          return "none"
        } catch let error as StoreError { return error.code } catch let error as BackupError {
          return error.code
        } catch { return "\(error)" }
      }
      func copy(_ name: String, _ sql: String) throws -> String {
        let path = folder + "/" + name
        try FileManager.default.copyItem(atPath: sound, toPath: path)
        try raw(path, sql)
        return path
      }
      #expect(outcome(folder + "/none.sqlite") == "backup.missing")
      #expect(outcome(database.path) == "backup.notABackup")
      try Data("a letter".utf8).write(to: URL(fileURLWithPath: folder + "/letter"))
      #expect(outcome(folder + "/letter") == "backup.notABackup")
      let removed = "DROP TRIGGER audit_never_removed; DELETE FROM audit WHERE id = 3"
      #expect(outcome(try copy("rows", removed)) == "backup.unsound")
      let trigger = "CREATE TRIGGER mine AFTER INSERT ON partner BEGIN DELETE FROM partner; END"
      #expect(outcome(try copy("trigger", trigger)) == "backup.foreignSchema")
      let newer = "INSERT INTO grdb_migrations VALUES ('of-tomorrow')"
      #expect(outcome(try copy("newer", newer)) == "store.file.newer")
      #expect(outcome(sound, key: KeyFile(folder + "/none")) == "store.key.missing")
      let stranger = try Database(path: folder + "/stranger.sqlite")
      try stranger.close()
      #expect(outcome(sound, key: stranger.keyFile) == "store.key.wrong")
      var cut = try Data(contentsOf: URL(fileURLWithPath: sound))
      cut.removeLast(cut.count / 3)
      try cut.write(to: URL(fileURLWithPath: folder + "/cut"))
      #expect(outcome(folder + "/cut").hasPrefix("backup."))
      #expect(FileManager.default.contents(atPath: database.path) == before)
      #expect(
        !(try FileManager.default.contentsOfDirectory(atPath: folder)).contains {
          $0.contains("before-restore")
        })
    }
  }

  @Test("a backup whose audit trail was changed is told")
  func changedTrail() throws {
    try Self.withSaved { database, folder throws in
      let file = try database.backup(to: folder + "/b.sqlite", at: noon)
      // The head's own code is what a change of it breaks; the schema and the number of rows stay as they were.
      try raw(file.path, "UPDATE audit_head SET begun_at = 0")
      #expect(try Restore(file.path, keyFile: database.keyFile).drill().audit.fault?.kind == .head)
    }
  }

  @Test("backups of a folder are rotated, the newest always stays, and foreign files are left alone")
  func folder() throws {
    try Self.withSaved { database, folder throws in
      let backups = Backups(folder: folder + "/backups", rotation: BackupRotation("daily=2,weekly=2")!)
      var last: Backups.Run?
      try FileManager.default.createDirectory(
        atPath: folder + "/backups", withIntermediateDirectories: true)
      let letter = folder + "/backups/planner-20200101T000000Z.sqlite"
      try Data("a letter".utf8).write(to: URL(fileURLWithPath: letter))
      for day in 0..<10 {
        last = try backups.run(database, at: noon.addingTimeInterval(Double(day) * 86_400))
      }
      // Monday 8 June to Wednesday 17 June 2026.
      #expect(
        last?.kept == ["17", "16", "14"].map { "planner-202606\($0)T090000Z.sqlite" })
      #expect(last?.removed == ["planner-20260615T090000Z.sqlite"])
      #expect(last?.unreadable == ["planner-20200101T000000Z.sqlite"])
      #expect(try backups.list().backups.map(\.note.madeAt.milliseconds).count == 3)
      #expect(FileManager.default.fileExists(atPath: letter))
      #expect(Backups.instant(of: "planner-20260231T000000Z.sqlite") == nil)
    }
  }

  @Test("the rotation keeps the newest of each period that has one, whatever the order and the gaps")
  func rotation() throws {
    var generator = SplitMix64(seed: 16)
    for _ in 0..<200 {
      let rotation = BackupRotation(
        daily: Int.random(in: 0...5, using: &generator), weekly: Int.random(in: 0...5, using: &generator),
        monthly: Int.random(in: 0...5, using: &generator), yearly: Int.random(in: 0...3, using: &generator))
      let instants = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
        noon.addingTimeInterval(-Double(Int.random(in: 0...90_000_000, using: &generator)))
      }
      let kept = rotation.kept(of: instants)
      #expect(kept == rotation.kept(of: instants.shuffled(using: &generator)))
      #expect(kept.contains(instants.max()!) && kept.isSubset(of: Set(instants)))
      // Removing and asking again removes no more.
      #expect(rotation.kept(of: Array(kept)) == kept)
      var days: [String: Date] = [:]
      for instant in instants {
        let day = String(Backups.stamp(instant).prefix(8))
        days[day] = max(days[day] ?? .distantPast, instant)
      }
      let newest = days.keys.sorted(by: >).prefix(rotation.daily).compactMap { days[$0] }
      #expect(kept.isSuperset(of: newest))
      #expect(kept.count <= 1 + rotation.daily + rotation.weekly + rotation.monthly + rotation.yearly)
    }
    for text in ["", "daily", "daily=x", "daily=-1", "daily=0", "daily=1,daily=2", "hourly=3", "daily=1,"] {
      #expect(BackupRotation(text) == nil, "\(text)")
    }
    #expect(
      BackupRotation("monthly=12,daily=7,weekly=5") == BackupRotation(daily: 7, weekly: 5, monthly: 12))
  }

  @Test("backups made while somebody writes hold whole transactions, and each restores")
  func underWriters() throws {
    try Self.withSaved { database, folder throws in
      let writing = Mutexed(true)
      let writer = Thread {
        var number = 0
        while writing.value {
          number += 1
          // Three rows or none.
          try? database.write(as: tester) { writer in
            let partner = fullPartner("Партнёр \(number)", key: "w\(number)")
            try writer.insert(partner)
            try writer.record(activity: Activity(kind: .call, partner: partner.id, at: noon))
            try writer.record(activity: Activity(kind: .note, partner: partner.id, at: noon))
          }
        }
      }
      writer.start()
      defer { writing.value = false }
      for round in 0..<5 {
        let file = try database.backup(to: folder + "/b\(round).sqlite", at: noon)
        let drill = try Restore(file.path, keyFile: database.keyFile).drill()
        #expect(drill.audit.fault == nil)
        #expect(2 * (drill.rows["partner"]! - 4) == drill.rows["activity"]! - 1)
      }
    }
  }

  @Test("on a disk without room a backup says so, leaves nothing and takes nothing with it")
  func noRoom() throws {
    try Self.withSaved { database, folder throws in
      let file = try database.backup(to: folder + "/b.sqlite", at: noon)
      let before = try Data(contentsOf: URL(fileURLWithPath: file.path))
      #expect(throws: (any Error).self) { try database.backup(to: "/dev/full", at: noon) }
      #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == before)
    }
  }
}

/// A value that two threads share.
final class Mutexed<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var stored: Value
  init(_ value: Value) { stored = value }
  var value: Value {
    get { lock.withLock { stored } }
    set { lock.withLock { stored = newValue } }
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
