import Foundation
import GRDB

/// Puts a backup in the place of a database, or tries it out.
public struct Restore: Sendable {
  public let backup: BackupFile
  /// The key of the database the backup was made of.
  public let keyFile: KeyFile

  /// - Throws: ``BackupError/missing(path:)``, ``BackupError/notABackup(path:detail:)``.
  public init(_ path: String, keyFile: KeyFile) throws {
    backup = try BackupFile(path)
    self.keyFile = keyFile
  }

  /// What is in a backup that was tried out.
  public struct Drill: Sendable, Hashable {
    public var backup: BackupFile
    /// Rows of each table, as counted and as the note says.
    public var rows: [String: Int]
    public var audit: AuditVerification
    public var seconds: Double
  }

  /// Restores into a temporary folder, and reads all of it: pages, references, index of places, schema, audit trail, row
  /// counts against the note.
  /// - Throws: ``BackupError``, ``StoreError/keyMissing(path:)`` and its like, ``StoreError/newerFile(path:unknown:)``.
  public func drill() throws -> Drill {
    let started = ContinuousClock.now
    let folder = try Database.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let place = folder.appendingPathComponent("planner.sqlite").path
    let (rows, audit) = try unpack(to: place)
    let parts = started.duration(to: .now).components
    return Drill(
      backup: backup, rows: rows, audit: audit,
      seconds: Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
  }

  /// What a restore did.
  public struct Report: Sendable, Hashable {
    public var database: String
    /// Where the database that stood there before stands now; nil when there was none.
    public var aside: String?
    public var rows: [String: Int]
    public var audit: AuditVerification
  }

  /// Checks the backup as ``drill()`` does, puts the database that is there aside and the backup in its place. Ended at
  /// any moment it leaves either the old database or the new one in the place, and the old one under a name of its own
  /// from before the new one comes.
  /// - Throws: as ``drill()``; ``BackupError/inUse(path:)`` when another process has the database open.
  public func run(to database: String, as actor: Actor, at: Date) throws -> Report {
    let prefix = database + "."
    ProcessFiles.removeLeftovers(prefix, ".new")
    let new = ProcessFiles.path(prefix, ".new")
    let ends = ["", "-journal", "-wal", "-shm", "-lock"]
    defer { for end in ends { unlink(new + end) } }
    let (rows, audit) = try unpack(to: new)
    var aside: String?
    try FileLocks(database).opening {
      aside = try putAside(database, at: at)
      try ProcessFiles.putInPlace(new, database)
    }
    let restored = try Database(path: database, mode: .existing, keyFile: keyFile)
    defer { try? restored.close() }
    if audit.fault == nil {
      try restored.write(as: actor, at: at) { writer in
        var after = ["backup": (backup.path as NSString).lastPathComponent]
        after["aside"] = aside.map { ($0 as NSString).lastPathComponent }
        try writer.audit("restore", entity: "database", id: "planner", after: try JSONText.encode(after))
      }
    }
    return Report(database: database, aside: aside, rows: rows, audit: audit)
  }

  /// Copies the backup, takes the note out, brings it to today's schema and checks all of it.
  private func unpack(to place: String) throws -> ([String: Int], AuditVerification) {
    do {
      try FileManager.default.copyItem(atPath: backup.path, toPath: place)
    } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
      throw StoreError.diskFull(path: place)
    } catch {
      throw BackupError.unwritable(path: place, detail: error.localizedDescription)
    }
    chmod(place, 0o600)
    let (rows, isMarked) = try inspect(place)
    // A backup from before keys gets one with its first migration: the one that is there, or none of this drill's.
    let isKeyThere = FileManager.default.fileExists(atPath: keyFile.path)
    let key = isMarked || isKeyThere ? keyFile : .beside(place)
    let database = try Database(path: place, mode: .existing, keyFile: key)
    let faults = try database.integrityFindings()
    let audit = try database.read { try $0.verifyAudit() }
    try database.closeForMoving()
    guard faults.isEmpty else { throw BackupError.unsound(path: backup.path, findings: faults) }
    if key != keyFile, rename(key.path, keyFile.path) != 0, errno == EXDEV { unlink(key.path) }
    return (rows, audit)
  }

  /// Looks at the copy before anything that stands in it may run.
  private func inspect(_ place: String) throws -> (rows: [String: Int], isMarked: Bool) {
    do {
      let queue = try DatabaseQueue(path: place)
      defer { try? queue.close() }
      return try queue.writeWithoutTransaction { db in
        let pages = try String.fetchAll(db, sql: "PRAGMA quick_check(20)").filter {
          // Its tables of places need SpatiaLite, which is not attached yet.
          $0 != "ok" && !$0.contains("no such module")
        }
        guard pages.isEmpty else { throw BackupError.unsound(path: backup.path, findings: pages) }
        let applied = try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations")
        let unknown = Set(applied).subtracting(Migrations.all.map(\.name)).sorted()
        guard unknown.isEmpty else { throw StoreError.newerFile(path: backup.path, unknown: unknown) }
        let rows = try BackupFile.counts(db)
        let differing = Set(rows.keys).union(backup.note.rows.keys)
          .filter { rows[$0] != backup.note.rows[$0] }.sorted()
        guard differing.isEmpty else {
          let text = differing.map {
            "\($0) has \(rows[$0] ?? 0) rows, its note says \(backup.note.rows[$0] ?? 0)"
          }
          throw BackupError.unsound(path: backup.path, findings: text)
        }
        try BackupFile.removeNote(from: db)
        let foreign = try SchemaShape.differences(db, applied: applied)
        guard foreign.isEmpty else { throw BackupError.foreignSchema(path: backup.path, objects: foreign) }
        return (rows, try db.tableExists("key_mark"))
      }
    } catch let error as DatabaseError {
      if StoreError.meansNoRoom(error) { throw StoreError(error, path: place) }
      throw BackupError.unsound(path: backup.path, findings: [error.message ?? "\(error)"])
    }
  }

  /// Gives the database a second name, so that it stays when the new one takes its place.
  private func putAside(_ database: String, at: Date) throws -> String? {
    guard FileManager.default.fileExists(atPath: database) else { return nil }
    try refuseInUse(database)
    let base = "\(database).before-restore-\(Backups.stamp(at))"
    for number in 0..<1000 {
      let aside = number == 0 ? base : "\(base)-\(number)"
      if link(database, aside) == 0 {
        // A damaged database may have kept its journal: it belongs to what was put aside.
        for end in ["-wal", "-shm"] { rename(database + end, aside + end) }
        KeyFile.syncFolder(of: database)
        return aside
      }
      guard errno == EEXIST else {
        throw BackupError.unwritable(path: aside, detail: String(cString: strerror(errno)))
      }
    }
    throw BackupError.unwritable(path: base, detail: "there are a thousand such files")
  }

  /// A file's journal can be given up only by the last who has it open.
  private func refuseInUse(_ database: String) throws {
    // Opening what is no database would remove the journal beside it; nobody can have it open as one either.
    let head = FileHandle(forReadingAtPath: database).flatMap { try? $0.read(upToCount: 16) } ?? Data()
    guard head == Data("SQLite format 3\0".utf8) else { return }
    do {
      var configuration = Configuration()
      configuration.busyMode = .timeout(1)
      let queue = try DatabaseQueue(path: database, configuration: configuration)
      defer { try? queue.close() }
      let mode = try queue.writeWithoutTransaction {
        try String.fetchOne($0, sql: "PRAGMA journal_mode = DELETE")
      }
      guard mode == "delete" else { throw BackupError.inUse(path: database) }
    } catch let error as DatabaseError {
      guard [.SQLITE_BUSY, .SQLITE_LOCKED].contains(error.resultCode) else { return }
      throw BackupError.inUse(path: database)
    }
  }
}
