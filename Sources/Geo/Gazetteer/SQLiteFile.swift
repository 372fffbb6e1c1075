import CSQLite
import Foundation

/// What SQLite said.
struct SQLiteFault: Error {
  var status: Int32
  var message: String
}

/// One connection to a gazetteer file. Not for use from two threads at once.
final class SQLiteFile {
  let handle: OpaquePointer

  /// - Parameter writable: create and write; else open read-only.
  init(_ path: String, writable: Bool) throws(SQLiteFault) {
    var handle: OpaquePointer?
    let flags = writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    let status = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard status == SQLITE_OK, let handle else {
      let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(handle)
      throw SQLiteFault(status: status, message: message)
    }
    self.handle = handle
  }

  deinit { sqlite3_close_v2(handle) }

  var fault: SQLiteFault {
    SQLiteFault(status: sqlite3_errcode(handle), message: String(cString: sqlite3_errmsg(handle)))
  }

  func execute(_ sql: String) throws(SQLiteFault) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw fault }
  }

  func prepare(_ sql: String) throws(SQLiteFault) -> SQLiteStatement { try SQLiteStatement(self, sql) }

  /// The first column of the first row, as a number.
  func number(_ sql: String) throws(SQLiteFault) -> Int {
    let statement = try prepare(sql)
    return try statement.step() ? statement.int(0) : 0
  }
}

/// A prepared statement; columns and parameters count from 0.
final class SQLiteStatement {
  private let file: SQLiteFile
  private let handle: OpaquePointer

  init(_ file: SQLiteFile, _ sql: String) throws(SQLiteFault) {
    var handle: OpaquePointer?
    guard
      sqlite3_prepare_v3(file.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil) == SQLITE_OK,
      let handle
    else { throw file.fault }
    self.file = file
    self.handle = handle
  }

  deinit { sqlite3_finalize(handle) }

  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  func bind(_ index: Int, _ value: Int) { sqlite3_bind_int64(handle, Int32(index + 1), Int64(value)) }
  func bind(_ index: Int, _ value: Double) { sqlite3_bind_double(handle, Int32(index + 1), value) }
  func bindNull(_ index: Int) { sqlite3_bind_null(handle, Int32(index + 1)) }

  func bind(_ index: Int, _ value: String?) {
    guard var value else { return bindNull(index) }
    value.withUTF8 { bindCopied(index, $0) }
  }

  func bind(_ index: Int, _ value: Int?) {
    if let value { bind(index, value) } else { bindNull(index) }
  }

  /// Copies the bytes.
  func bindCopied(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) {
    bytes.withMemoryRebound(to: CChar.self) { text -> Void in
      if let base = text.baseAddress {
        sqlite3_bind_text(handle, Int32(index + 1), base, Int32(text.count), Self.transient)
      } else {
        sqlite3_bind_text(handle, Int32(index + 1), "", 0, Self.transient)
      }
    }
  }

  /// True when a row is there to be read.
  func step() throws(SQLiteFault) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      let fault = file.fault
      sqlite3_reset(handle)
      throw fault
    }
  }

  func reset() { sqlite3_reset(handle) }

  /// Runs an inserting statement once with the values bound.
  func run() throws(SQLiteFault) {
    while try step() {}
    sqlite3_reset(handle)
  }

  func int(_ column: Int) -> Int { Int(sqlite3_column_int64(handle, Int32(column))) }
  func double(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }
  func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }
  func optionalInt(_ column: Int) -> Int? { isNull(column) ? nil : int(column) }

  func text(_ column: Int) -> String {
    guard let bytes = sqlite3_column_text(handle, Int32(column)) else { return "" }
    let count = Int(sqlite3_column_bytes(handle, Int32(column)))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
}
