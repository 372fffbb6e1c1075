import CRM
import CSpatiaLite
import Foundation
import GRDB
import Geo

/// Who makes a change; written into every audit row.
public struct Actor: Sendable, Hashable {
  public var user: UserID?
  /// What made the change when no person did, or how: `cli`, `import`, `web`.
  public var name: String
  public init(user: UserID? = nil, name: String) {
    self.user = user
    self.name = name
  }
}

/// The open database file: one writer at a time, up to five readers beside it, each on its own snapshot.
///
/// Durable: a change is on disk when ``write(as:at:_:)`` returns (WAL, `synchronous=FULL`). May be used from
/// any thread. Calls block, so from async code call it off the cooperative pool when much is read.
public final class Database: Sendable {
  public enum Mode: Sendable, Hashable {
    /// Makes the file when there is none.
    case create
    /// Refuses with ``StoreError/fileMissing(path:)`` when there is none.
    case existing
  }

  public let path: String
  private let pool: DatabasePool
  private let shared = SharedState()
  private let deletesFolder: URL?

  /// Opens the file and brings its schema up to date.
  /// - Throws: ``StoreError`` when the file is missing, unreadable, damaged, of another program or newer.
  public convenience init(path: String, mode: Mode = .create) throws {
    try self.init(path: path, mode: mode, deletesFolder: nil)
  }

  private init(path: String, mode: Mode, deletesFolder: URL?) throws {
    self.path = path
    self.deletesFolder = deletesFolder
    try FileCheck.inspect(path, mode: mode)
    pool = try StoreError.translating(path) {
      let pool = try DatabasePool(path: path, configuration: Self.configuration())
      // The pool sets its writer back to NORMAL after preparing it.
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
      try Migrations.apply(to: pool)
      return pool
    }
  }

  /// A database in a new temporary folder, removed when the last reference goes: for tests and dry runs.
  public static func temporary() throws -> Database {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("planner-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return try Database(
      path: folder.appendingPathComponent("planner.sqlite").path, mode: .create, deletesFolder: folder)
  }

  /// A copy of the data as it stands, in a new temporary folder, removed when the last reference goes. What is tried
  /// on it disturbs nobody: the file itself stays unlocked. Takes the file's size on disk and little memory.
  public func temporaryCopy() throws -> Database {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("planner-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let copy = folder.appendingPathComponent("planner.sqlite").path
    do {
      try StoreError.translating(path) {
        let target = try DatabaseQueue(path: copy)
        try pool.backup(to: target)
        try target.close()
      }
      return try Database(path: copy, mode: .existing, deletesFolder: folder)
    } catch {
      try? FileManager.default.removeItem(at: folder)
      throw error
    }
  }

  deinit {
    guard let deletesFolder else { return }
    try? pool.close()
    try? FileManager.default.removeItem(at: deletesFolder)
  }

  /// Closes all connections; later calls fail. Waits for running reads and writes.
  public func close() throws {
    try StoreError.translating(path) { try pool.close() }
  }

  /// Runs `body` on one consistent snapshot of the data.
  /// - Precondition: not called from within another `read` or `write` of the same database on the same thread.
  public func read<T>(_ body: (Reader) throws -> T) throws -> T {
    try StoreError.translating(path) {
      try pool.read { try body(Reader(db: $0, shared: shared)) }
    }
  }

  /// Runs `body` in one `IMMEDIATE` transaction: everything it does is kept, or, when it throws, nothing.
  /// A transaction that would end with a broken ``SchemaRule`` throws ``StoreError/rule(_:detail:)``.
  /// - Precondition: not called from within another `read` or `write` of the same database on the same thread.
  /// - Parameters:
  ///   - actor: who does it, for the audit trail.
  ///   - at: the instant written into the audit rows.
  @discardableResult
  public func write<T>(as actor: Actor, at: Date = Date(), _ body: (Writer) throws -> T) throws -> T {
    try StoreError.translating(path) {
      try pool.writeWithoutTransaction { db in
        var result: Result<T, any Error>?
        try db.inTransaction(.immediate) {
          let writer = Writer(db: db, shared: shared, actor: actor, at: at)
          let value = try body(writer)
          // The commit would refuse as well, but without saying what.
          try writer.refuseOwedPlaces()
          result = .success(value)
          return .commit
        }
        return try result!.get()
      }
    }
  }

  /// Settings of every connection. The pool's own defaults are weaker: `synchronous=NORMAL`, no waiting for a lock.
  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.foreignKeysEnabled = true
    configuration.maximumReaderCount = 5
    configuration.prepareDatabase { db in
      try SpatiaLite.attach(to: db)
      try db.execute(
        sql: """
          PRAGMA synchronous = FULL;
          PRAGMA cache_size = -32768;
          PRAGMA temp_store = MEMORY;
          PRAGMA wal_autocheckpoint = 8000;
          """)
    }
    return configuration
  }
}

extension StoreError {
  /// Runs `body` and turns errors of the database library into coded ones.
  static func translating<T>(_ path: String, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw StoreError(error, path: path)
    }
  }

  init(_ error: DatabaseError, path: String) {
    let detail = error.message ?? error.resultCode.description
    switch error.resultCode {
    case .SQLITE_READONLY: self = .readOnly(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(path: path, detail: detail)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path)
    case .SQLITE_CONSTRAINT:
      self =
        SchemaRule.refusal(detail).map { .rule($0.rule, detail: $0.detail) } ?? .constraint(detail: detail)
    case .SQLITE_CANTOPEN, .SQLITE_PERM:
      self = .readOnly(path: path)
    default:
      self = .sql(code: Int(error.extendedResultCode.rawValue), detail: detail)
    }
  }
}

/// What is looked at before SpatiaLite is attached: a file from elsewhere may carry triggers that would run
/// SpatiaLite's functions, so only planner's own files get that far.
enum FileCheck {
  /// `PLNR`, in the header of every file of ours.
  static let applicationID: Int32 = 0x504C_4E52

  static func inspect(_ path: String, mode: Database.Mode) throws {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: path, isDirectory: &isFolder) else {
      guard mode == .create else { throw StoreError.fileMissing(path: path) }
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      guard manager.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
        throw StoreError.folderMissing(path: path)
      }
      guard access(folder, W_OK) == 0 else { throw StoreError.readOnly(path: path) }
      return
    }
    guard !isFolder.boolValue else { throw StoreError.corrupt(path: path, detail: "it is a folder") }
    guard access(path, R_OK | W_OK) == 0,
      access(URL(fileURLWithPath: path).deletingLastPathComponent().path, W_OK) == 0
    else { throw StoreError.readOnly(path: path) }
    try StoreError.translating(path) {
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      defer { try? queue.close() }
      try queue.inDatabase { db in
        let id = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        // A file without any table is one whose first migration never finished: it counts as new.
        if tables == 0 && id == 0 { return }
        guard id == applicationID else { throw StoreError.notPlanner(path: path) }
        let applied = try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations")
        let known = Set(Migrations.all.map(\.name))
        let unknown = applied.filter { !known.contains($0) }.sorted()
        guard unknown.isEmpty else { throw StoreError.newerFile(path: path, unknown: unknown) }
      }
    }
  }
}
