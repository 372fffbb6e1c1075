import CSpatiaLite
import Foundation
import GRDB

/// A value bound to a statement.
enum SQLValue: Hashable {
  case null
  case int(Int64)
  case double(Double)
  case text(String)
  case blob([UInt8])

  static func int(_ value: Int) -> SQLValue { .int(Int64(value)) }
  static func optional(_ value: Int?) -> SQLValue { value.map { .int(Int64($0)) } ?? .null }
  static func optional(_ value: Int64?) -> SQLValue { value.map { .int($0) } ?? .null }
  static func optional(_ value: Double?) -> SQLValue { value.map { .double($0) } ?? .null }
  static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
  static func optional(_ value: [UInt8]?) -> SQLValue { value.map { .blob($0) } ?? .null }
  static func bool(_ value: Bool) -> SQLValue { .int(value ? 1 : 0) }
  /// Whole milliseconds since 1970.
  static func date(_ value: Date) -> SQLValue { .int(value.milliseconds) }
  static func date(_ value: Date?) -> SQLValue { value.map { .int($0.milliseconds) } ?? .null }
}

extension Date {
  var milliseconds: Int64 { Int64((timeIntervalSince1970 * 1000).rounded()) }
  init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}

/// The current row of a running statement. Valid only inside the closure it was passed to. Columns are
/// counted from 0; the tables are STRICT, so a column has the type its table declares or is NULL.
struct Columns {
  let statement: OpaquePointer

  @inline(__always) func isNull(_ i: Int32) -> Bool { sqlite3_column_type(statement, i) == SQLITE_NULL }
  @inline(__always) func int(_ i: Int32) -> Int { Int(sqlite3_column_int64(statement, i)) }
  @inline(__always) func int64(_ i: Int32) -> Int64 { sqlite3_column_int64(statement, i) }
  @inline(__always) func double(_ i: Int32) -> Double { sqlite3_column_double(statement, i) }
  @inline(__always) func bool(_ i: Int32) -> Bool { sqlite3_column_int(statement, i) != 0 }
  func date(_ i: Int32) -> Date { Date(milliseconds: int64(i)) }

  func text(_ i: Int32) -> String {
    guard let bytes = sqlite3_column_text(statement, i) else { return "" }
    let count = Int(sqlite3_column_bytes(statement, i))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  func intOrNil(_ i: Int32) -> Int? { isNull(i) ? nil : int(i) }
  func int64OrNil(_ i: Int32) -> Int64? { isNull(i) ? nil : int64(i) }
  func doubleOrNil(_ i: Int32) -> Double? { isNull(i) ? nil : double(i) }
  func textOrNil(_ i: Int32) -> String? { isNull(i) ? nil : text(i) }
  func dateOrNil(_ i: Int32) -> Date? { isNull(i) ? nil : date(i) }

  /// The bytes of a blob, without a copy; valid until the next step.
  func bytes(_ i: Int32) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: sqlite3_column_blob(statement, i), count: Int(sqlite3_column_bytes(statement, i)))
  }

  func blob(_ i: Int32) -> [UInt8] { [UInt8](bytes(i)) }
}

/// Statements run through SQLite's own calls on GRDB's connection, from its statement cache: the hot paths
/// bind and step a hundred thousand times a second.
extension GRDB.Database {
  /// Runs a statement to its end, ignoring rows.
  func run(_ sql: String, _ arguments: SQLValue...) throws {
    try withStatement(sql, arguments) { statement in
      while try step(statement) {}
    }
  }

  func run(_ sql: String, arguments: [SQLValue]) throws {
    try withStatement(sql, arguments) { statement in
      while try step(statement) {}
    }
  }

  /// Calls `body` for each row.
  func rows(_ sql: String, _ arguments: SQLValue..., body: (Columns) throws -> Void) throws {
    try rows(sql, arguments: arguments, body: body)
  }

  func rows(_ sql: String, arguments: [SQLValue], body: (Columns) throws -> Void) throws {
    try withStatement(sql, arguments) { statement in
      let columns = Columns(statement: statement)
      while try step(statement) { try body(columns) }
    }
  }

  /// The same for statements that are put together of what somebody asks, of which there is no end: they are not kept.
  func uncachedRows(_ sql: String, arguments: [SQLValue], body: (Columns) throws -> Void) throws {
    try run(try makeStatement(sql: sql), arguments) { statement in
      let columns = Columns(statement: statement)
      while try step(statement) { try body(columns) }
    }
  }

  /// What `body` makes of each row, in order.
  func all<T>(_ sql: String, _ arguments: SQLValue..., body: (Columns) throws -> T) throws -> [T] {
    try all(sql, arguments: arguments, body: body)
  }

  func all<T>(_ sql: String, arguments: [SQLValue], body: (Columns) throws -> T) throws -> [T] {
    var result: [T] = []
    try rows(sql, arguments: arguments) { result.append(try body($0)) }
    return result
  }

  /// What `body` makes of the first row; nil when there is none.
  func first<T>(_ sql: String, _ arguments: SQLValue..., body: (Columns) throws -> T) throws -> T? {
    try first(sql, argumentList: arguments, body: body)
  }

  func first<T>(_ sql: String, argumentList: [SQLValue], body: (Columns) throws -> T) throws -> T? {
    try withStatement(sql, argumentList) { statement in
      try step(statement) ? try body(Columns(statement: statement)) : nil
    }
  }

  var lastRow: Int64 { sqlite3_last_insert_rowid(sqliteConnection) }
  var changedRows: Int { Int(sqlite3_changes(sqliteConnection)) }

  private func withStatement<T>(
    _ sql: String, _ arguments: [SQLValue], _ body: (OpaquePointer) throws -> T
  ) throws -> T {
    var prepared = try cachedStatement(sql: sql)
    if sqlite3_stmt_busy(prepared.sqliteStatement) != 0 { prepared = try makeStatement(sql: sql) }
    return try run(prepared, arguments, body)
  }

  private func run<T>(
    _ prepared: GRDB.Statement, _ arguments: [SQLValue], _ body: (OpaquePointer) throws -> T
  ) throws -> T {
    let statement = prepared.sqliteStatement
    defer {
      sqlite3_reset(statement)
      withExtendedLifetime(prepared) {}
    }
    sqlite3_reset(statement)
    for (index, value) in arguments.enumerated() { bind(value, Int32(index + 1), statement) }
    return try body(statement)
  }

  private func bind(_ value: SQLValue, _ index: Int32, _ statement: OpaquePointer) {
    switch value {
    case .null: sqlite3_bind_null(statement, index)
    case .int(let value): sqlite3_bind_int64(statement, index, value)
    case .double(let value): sqlite3_bind_double(statement, index, value)
    case .text(var value):
      value.withUTF8 { bytes in
        let start = UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
        _ = sqlite3_bind_text(statement, index, start ?? emptyText, Int32(bytes.count), transient)
      }
    case .blob(let value):
      value.withUnsafeBytes { bytes in
        if bytes.isEmpty {
          _ = sqlite3_bind_zeroblob(statement, index, 0)
        } else {
          _ = sqlite3_bind_blob(statement, index, bytes.baseAddress, Int32(bytes.count), transient)
        }
      }
    }
  }

  private func step(_ statement: OpaquePointer) throws -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default:
      throw DatabaseError(
        resultCode: ResultCode(rawValue: sqlite3_extended_errcode(sqliteConnection)),
        message: String(cString: sqlite3_errmsg(sqliteConnection)))
    }
  }
}

/// Tells SQLite to copy the bytes at once (`SQLITE_TRANSIENT`).
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
nonisolated(unsafe) private let emptyText: UnsafePointer<CChar> = {
  let pointer = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
  pointer.initialize(to: 0)
  return UnsafePointer(pointer)
}()

extension Columns {
  /// The columns' names.
  var names: [String] {
    (0..<sqlite3_column_count(statement)).map { String(cString: sqlite3_column_name(statement, $0)) }
  }

  /// A value of whatever type it has.
  func value(_ i: Int32) -> SQLValue {
    switch sqlite3_column_type(statement, i) {
    case SQLITE_INTEGER: .int(int64(i))
    case SQLITE_FLOAT: .double(double(i))
    case SQLITE_TEXT: .text(text(i))
    case SQLITE_BLOB: .blob(blob(i))
    default: .null
    }
  }
}
