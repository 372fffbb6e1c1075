import CRM
import CSpatiaLite
import Foundation
import GRDB
import Geo
import Synchronization

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
  /// Where the key of the database stands: see ``KeyFile``.
  public var keyFile: KeyFile { ring.file }
  private let ring: KeyRing
  private let shared: SharedState
  private let locks: FileLocks
  private let deletesFolder: URL?
  /// How many reads hold or wait for a connection.
  private let reads = Atomic(0)
  private static let maximumReaders = 5

  /// Opens the file and brings its schema up to date. Processes that make or migrate one file at the same time do it
  /// one after the other.
  /// - Parameter keyFile: where the key stands; nil for beside the database. A new database makes it.
  /// - Throws: ``StoreError`` when the file is missing, unreadable, damaged, of another program or newer.
  public convenience init(path: String, mode: Mode = .create, keyFile: KeyFile? = nil) throws {
    try self.init(path: path, mode: mode, keyFile: keyFile, deletesFolder: nil)
  }

  private init(path: String, mode: Mode, keyFile: KeyFile? = nil, deletesFolder: URL?) throws {
    self.path = path
    let ring = KeyRing(keyFile ?? .beside(path))
    self.ring = ring
    shared = SharedState(ring: ring)
    self.deletesFolder = deletesFolder
    // Before anything is made beside the file: it may be another program's.
    let before = try FileCheck.inspect(path, mode: mode)
    let locks = FileLocks(path)
    self.locks = locks
    pool = try locks.opening {
      // Whoever had the lock may have made the file meanwhile.
      let state = before == .current ? before : try FileCheck.inspect(path, mode: mode)
      return try StoreError.translating(path) {
        let pool = try DatabasePool(path: path, configuration: Self.configuration())
        // The pool sets its writer back to NORMAL after preparing it.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        if state != .current { try locks.turn { try Migrations.apply(to: pool, ring: ring) } }
        return pool
      }
    }
    // Of a file that just got its index everything waits.
    if before == .behind { try fileDue(as: Actor(name: "migration")) }
  }

  /// A database in a new temporary folder, removed when the last reference goes: for tests and dry runs. All of one
  /// process have one key.
  public static func temporary() throws -> Database {
    let blank = try Self.blank.get()
    let folder = try temporaryFolder()
    let path = folder.appendingPathComponent("planner.sqlite").path
    do {
      let keyFile = KeyFile.beside(path)
      for (part, bytes) in [(path, blank.file), (keyFile.path, blank.key)] {
        try ProcessFiles.makePrivate(part, for: part)
        do { try bytes.write(to: URL(fileURLWithPath: part)) } catch {
          throw StoreError.diskFull(path: part)
        }
      }
      return try Database(path: path, mode: .existing, keyFile: keyFile, deletesFolder: folder)
    } catch {
      try? FileManager.default.removeItem(at: folder)
      throw error
    }
  }

  /// A database with its schema and nothing in it, made once: copying it takes a tenth of the time that making the
  /// schema takes.
  private static let blank = Result { () throws -> (file: Data, key: Data) in
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("planner.sqlite").path
    let keyFile = KeyFile.beside(path)
    try Database(path: path, mode: .create, keyFile: keyFile).closeForMoving()
    return (
      try Data(contentsOf: URL(fileURLWithPath: path)),
      try Data(contentsOf: URL(fileURLWithPath: keyFile.path))
    )
  }

  /// A folder of this process alone. What killed processes left of theirs, copies of the data among it, goes.
  static func temporaryFolder() throws -> URL {
    let prefix = FileManager.default.temporaryDirectory.path + "/planner-"
    ProcessFiles.removeLeftovers(prefix)
    let folder = URL(fileURLWithPath: ProcessFiles.path(prefix), isDirectory: true)
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StoreError.readOnly(path: folder.path)
    }
    return folder
  }

  /// A copy of the data as it stands, in a new temporary folder, removed when the last reference goes. What is tried
  /// on it disturbs nobody: the file itself stays unlocked. Takes the file's size on disk and little memory.
  public func temporaryCopy() throws -> Database {
    let folder = try Self.temporaryFolder()
    let copy = folder.appendingPathComponent("planner.sqlite").path
    do {
      do {
        let target = try DatabaseQueue(path: copy)
        try copyAll(to: target)
        try target.close()
      } catch let error as DatabaseError {
        // What is full is the disk of the copy.
        throw StoreError(error, path: StoreError.meansNoRoom(error) ? copy : path)
      }
      return try Database(path: copy, mode: .existing, keyFile: keyFile, deletesFolder: folder)
    } catch {
      try? FileManager.default.removeItem(at: folder)
      throw error
    }
  }

  /// Copies all pages as they stand now; who writes meanwhile does not wait.
  func copyAll(to target: DatabaseQueue) throws {
    reads.add(1, ordering: .relaxed)
    defer { reads.subtract(1, ordering: .relaxed) }
    try pool.backup(to: target)
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

  /// Closes all connections with everything in the one file, so that it can be moved without its journal.
  /// - Throws: ``StoreError/busy(path:)`` when another process reads the file.
  public func closeForMoving() throws {
    // Closing alone may leave the journal: the last connection closed can be a reader, which may not write.
    try StoreError.translating(path) {
      _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
      try pool.close()
    }
  }

  /// Keeps fewer pages for whoever writes. Imports look up much in many indexes and gain by all there are; a service
  /// that changes a row now and then would only fill them for an hour.
  /// - Parameter kibibytes: at most.
  public func limitWriterCache(kibibytes: Int) throws {
    try StoreError.translating(path) {
      try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA cache_size = -\(kibibytes)") }
    }
  }

  /// Grows with every write of this and other processes: while it stands, what was read after it was noted holds. Nil
  /// where nobody counts. See ``ChangeCounter`` for what it does not see.
  public var generation: UInt64? { locks.counter?.value }

  /// Runs `body` on one consistent snapshot of the data.
  /// - Precondition: not called from within another `read` or `write` of the same database on the same thread.
  public func read<T>(_ body: (Reader) throws -> T) throws -> T {
    reads.add(1, ordering: .relaxed)
    defer { reads.subtract(1, ordering: .relaxed) }
    return try snapshot(body)
  }

  private func snapshot<T>(_ body: (Reader) throws -> T) throws -> T {
    // Noted before the snapshot is taken, so that what is seen in it is not older.
    let generation = generation
    return try StoreError.translating(path) {
      try pool.read { try body(Reader(db: $0, shared: shared, generation: generation)) }
    }
  }

  /// As ``read(_:)`` when a connection is free, else nil without waiting. For short questions asked on a thread that must
  /// not wait; whoever gets nil asks again on another.
  public func readIfFree<T>(_ body: (Reader) throws -> T) throws -> T? {
    let isFree = reads.add(1, ordering: .relaxed).newValue <= Self.maximumReaders
    defer { reads.subtract(1, ordering: .relaxed) }
    guard isFree else { return nil }
    return try snapshot(body)
  }

  /// Runs `body` in one `IMMEDIATE` transaction: everything it does is kept, or, when it throws, nothing. Writers take
  /// turns, those of other processes too: whoever waits comes in after at most one transaction of each before him.
  /// A transaction that would end with a broken ``SchemaRule`` throws ``StoreError/rule(_:detail:)``.
  /// - Precondition: not called from within another `read` or `write` of the same database on the same thread.
  /// - Parameters:
  ///   - actor: who does it, for the audit trail.
  ///   - at: the instant written into the audit rows.
  @discardableResult
  public func write<T>(as actor: Actor, at: Date = Date(), _ body: (Writer) throws -> T) throws -> T {
    try StoreError.translating(path) {
      try pool.writeWithoutTransaction { db in
        try locks.turn {
          defer { locks.counter?.grow() }
          var result: Result<T, any Error>?
          try db.inTransaction(.immediate) {
            let writer = Writer(db: db, shared: shared, actor: actor, at: at)
            let value = try body(writer)
            try writer.refreshSearch(limit: Self.searchBatch)
            // The commit would refuse as well, but without saying what.
            try writer.refuseOwedPlaces()
            try writer.tail.store(in: db)
            result = .success(value)
            locks.counter?.grow()
            return .commit
          }
          return try result!.get()
        }
      }
    }
  }

  /// Settings of every connection. The pool's own defaults are weaker: `synchronous=NORMAL`, no waiting for a lock.
  private static func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.foreignKeysEnabled = true
    configuration.maximumReaderCount = maximumReaders
    configuration.prepareDatabase { db in
      try SpatiaLite.attach(to: db)
      // Pages in KiB. Readers have the system's own cache behind theirs, and six large ones fill for an hour.
      let cache = db.configuration.readonly ? 4096 : 32_768
      try db.execute(
        sql: """
          PRAGMA synchronous = FULL;
          PRAGMA cache_size = -\(cache);
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

  /// A write that the system did not take: the disk is full, or a limit on the size of files or on their blocks is
  /// reached. SQLite calls only some of these full, the others input/output errors of writing.
  static func meansNoRoom(_ error: DatabaseError) -> Bool {
    switch error.extendedResultCode {
    case .SQLITE_FULL, .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_TRUNCATE,
      .SQLITE_IOERR_SHMSIZE:
      true
    default: false
    }
  }

  init(_ error: DatabaseError, path: String) {
    let detail = error.message ?? error.resultCode.description
    switch error.resultCode {
    case .SQLITE_READONLY: self = .readOnly(path: path)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(path: path, detail: detail)
    case _ where Self.meansNoRoom(error): self = .diskFull(path: path)
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

  enum State {
    /// Not there, or nothing in it yet.
    case new
    /// Ours, with migrations to come.
    case behind
    case current
  }

  /// - Throws: ``StoreError`` when the file cannot be used.
  static func inspect(_ path: String, mode: Database.Mode) throws -> State {
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: path, isDirectory: &isFolder) else {
      guard mode == .create else { throw StoreError.fileMissing(path: path) }
      let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
      guard manager.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
        throw StoreError.folderMissing(path: path)
      }
      guard access(folder, W_OK) == 0 else { throw StoreError.readOnly(path: path) }
      return .new
    }
    guard !isFolder.boolValue else { throw StoreError.corrupt(path: path, detail: "it is a folder") }
    guard access(path, R_OK | W_OK) == 0,
      access(URL(fileURLWithPath: path).deletingLastPathComponent().path, W_OK) == 0
    else { throw StoreError.readOnly(path: path) }
    return try StoreError.translating(path) {
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      defer { try? queue.close() }
      // One snapshot: another process may be making the file just now.
      return try queue.read { try state($0, path: path) }
    }
  }

  private static func state(_ db: GRDB.Database, path: String) throws -> State {
    let id = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let names = try String.fetchSet(db, sql: "SELECT name FROM sqlite_schema WHERE name NOT GLOB 'sqlite_*'")
    let journal = "grdb_migrations"
    let applied =
      names.contains(journal)
      ? try String.fetchAll(db, sql: "SELECT identifier FROM \(journal)") : []
    // A file whose first migration did not finish, or is not finished yet, counts as new.
    if id == 0 && applied.isEmpty && names.subtracting([journal]).isEmpty { return .new }
    guard id == applicationID else { throw StoreError.notPlanner(path: path) }
    let known = Set(Migrations.all.map(\.name))
    let unknown = applied.filter { !known.contains($0) }.sorted()
    guard unknown.isEmpty else { throw StoreError.newerFile(path: path, unknown: unknown) }
    return known.isSubset(of: applied) ? .current : .behind
  }
}
