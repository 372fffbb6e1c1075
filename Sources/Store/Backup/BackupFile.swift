import Foundation
import GRDB

/// What stands in a backup about itself.
public struct BackupNote: Sendable, Hashable, Codable {
  public var madeAt: Date
  /// Rows of each table.
  public var rows: [String: Int]
  /// The end of the audit trail at that time; nil when the database had no chain yet.
  public var anchor: String?
}

/// A backup: a whole database in one file, with a note of when it was made and what is in it. It holds no key.
public struct BackupFile: Sendable, Hashable {
  public var path: String
  public var bytes: Int
  public var note: BackupNote

  static let table = "backup_note"

  /// Reads the note. Does not run anything that stands in the file.
  /// - Throws: ``BackupError/missing(path:)``, ``BackupError/notABackup(path:detail:)``.
  public init(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw BackupError.missing(path: path)
    }
    guard !isFolder.boolValue else { throw BackupError.notABackup(path: path, detail: "it is a folder") }
    self.path = path
    bytes = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    var configuration = Configuration()
    configuration.readonly = true
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      defer { try? queue.close() }
      note = try queue.read { db in
        guard try Int32.fetchOne(db, sql: "PRAGMA application_id") == FileCheck.applicationID else {
          throw BackupError.notABackup(path: path, detail: "another program made it")
        }
        guard try db.tableExists(Self.table) else {
          throw BackupError.notABackup(path: path, detail: "it is a database in use, or a copy of one")
        }
        guard let text = try String.fetchOne(db, sql: "SELECT note FROM \(Self.table)") else {
          throw BackupError.notABackup(path: path, detail: "its note is empty")
        }
        return try JSONText.decode(BackupNote.self, from: text, table: Self.table)
      }
    } catch let error as BackupError {
      throw error
    } catch {
      throw BackupError.notABackup(path: path, detail: (error as? DatabaseError)?.message ?? "\(error)")
    }
  }

  static func write(_ note: BackupNote, to db: GRDB.Database) throws {
    try db.execute(sql: "DROP TABLE IF EXISTS \(table)")
    try db.execute(sql: "CREATE TABLE \(table) (note TEXT NOT NULL CHECK (json_valid(note))) STRICT")
    try db.run("INSERT INTO \(table) (note) VALUES (?)", .text(try JSONText.encode(note)))
  }

  static func removeNote(from db: GRDB.Database) throws {
    try db.execute(sql: "DROP TABLE IF EXISTS \(table)")
  }

  /// Rows of each table of planner's.
  static func counts(_ db: GRDB.Database) throws -> [String: Int] {
    let tables = try String.fetchAll(
      db,
      sql: """
        SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 1 AND name <> '\(table)'
        """)
    return Dictionary(
      uniqueKeysWithValues: try tables.map {
        ($0, try Int.fetchOne(db, sql: "SELECT count(*) FROM \"\($0)\"") ?? 0)
      })
  }
}

extension Database {
  /// Writes a whole and checked copy of the database as it stands, while others read and write. Half-written copies
  /// stand beside the place and are renamed into it when they are on disk.
  /// - Parameter path: a new file, or an earlier backup of planner, which is replaced.
  /// - Throws: ``BackupError``, ``StoreError/diskFull(path:)``.
  @discardableResult
  public func backup(to path: String, at: Date) throws -> BackupFile {
    try Self.checkPlace(path, of: self.path)
    let prefix = path + "."
    ProcessFiles.removeLeftovers(prefix, ".part")
    let part = ProcessFiles.path(prefix, ".part")
    defer { for end in ["", "-journal", "-wal", "-shm"] { unlink(part + end) } }
    // For its owner alone: there are people in it.
    try ProcessFiles.makePrivate(part, for: path)
    do {
      var configuration = Configuration()
      configuration.prepareDatabase { db in
        try SpatiaLite.attach(to: db)
        try db.execute(sql: "PRAGMA temp_store = MEMORY")
      }
      let target = try DatabaseQueue(path: part, configuration: configuration)
      try copyAll(to: target)
      try target.writeWithoutTransaction { db in
        _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
        try db.inTransaction {
          let anchor =
            try db.tableExists("audit_head")
            ? db.first("SELECT last_id, last_code FROM audit_head") {
              AuditAnchor(row: $0.int64(0), code: $0.blob(1)).description
            } : nil
          try BackupFile.write(
            BackupNote(madeAt: at, rows: try BackupFile.counts(db), anchor: anchor), to: db)
          return .commit
        }
        let faults = try Integrity.faults(db)
        guard faults.isEmpty else { throw BackupError.unsound(path: self.path, findings: faults) }
      }
      try target.close()
    } catch let error as DatabaseError {
      throw StoreError(error, path: StoreError.meansNoRoom(error) ? path : self.path)
    }
    try ProcessFiles.putInPlace(part, path)
    return try BackupFile(path)
  }

  private static func checkPlace(_ path: String, of database: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw StoreError.folderMissing(path: path)
    }
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFREG, (try? BackupFile(path)) != nil else {
      throw BackupError.occupied(path: path)
    }
  }
}
