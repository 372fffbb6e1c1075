import Foundation
import GRDB

/// What stands in a file's schema beside what planner puts there.
enum SchemaShape {
  /// Names of planner's tables, indexes and triggers that are missing or say something else, and of triggers and views
  /// that are none of planner's. Tables that other programs added, QGIS's styles among them, are nobody's fault.
  /// - Parameter applied: the migrations the file has.
  static func differences(_ db: GRDB.Database, applied: [String]) throws -> [String] {
    let expected = try objects(of: applied)
    let query = "SELECT type || ' ' || name, type, tbl_name, ifnull(sql, '') FROM sqlite_schema"
    var found: [String: String] = [:]
    var foreign: [String] = []
    let tables = Set(expected.keys.compactMap { $0.hasPrefix("table ") ? String($0.dropFirst(6)) : nil })
    try db.rows(query) { c in
      let key = c.text(0)
      found[key] = c.text(3)
      if c.text(1) == "trigger", tables.contains(c.text(2)), expected[key] == nil { foreign.append(key) }
    }
    let changed = expected.filter { found[$0.key] != $0.value }.keys
    return (changed + foreign).sorted()
  }

  /// Planner's own objects by `type name`, as the migrations make them.
  private static func objects(of applied: [String]) throws -> [String: String] {
    var configuration = Configuration()
    configuration.prepareDatabase { try SpatiaLite.attach(to: $0) }
    let queue = try DatabaseQueue(configuration: configuration)
    let names = Set(applied)
    try Migrations.apply(Migrations.all.filter { names.contains($0.name) }, to: queue)
    return try queue.read { db in
      // SpatiaLite's own tables differ between its versions; planner's are strict, its triggers stand on them.
      let own = try String.fetchSet(
        db, sql: "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 1")
      var result: [String: String] = [:]
      try db.rows("SELECT type || ' ' || name, tbl_name, ifnull(sql, '') FROM sqlite_schema") { c in
        if own.contains(c.text(1)) { result[c.text(0)] = c.text(2) }
      }
      return result
    }
  }
}

extension ReadAccess {
  /// What of planner's schema is missing or changed in the file, and triggers on its tables that are none of planner's.
  public func schemaDifferences() throws -> [String] {
    try SchemaShape.differences(
      db, applied: try db.all("SELECT identifier FROM grdb_migrations") { $0.text(0) })
  }
}
