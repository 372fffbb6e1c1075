import Crypto
import Foundation
import GRDB

extension Database {
  /// What is wrong with the file: damaged pages and indexes, references that lead nowhere, partners that the index
  /// of places does not have or has in vain. Empty for a sound file. Reads the whole file.
  public func integrityFindings() throws -> [String] {
    try read { try Integrity.faults($0.db) }
  }
}

enum Integrity {
  /// The same of one connection, to which SpatiaLite is attached.
  static func faults(_ db: GRDB.Database) throws -> [String] {
    let pages = try String.fetchAll(db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
    let references = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(20).map { row in
      "row \(row[1] as DatabaseValue) of \(row[0] as DatabaseValue) refers to nothing in \(row[2] as DatabaseValue)"
    }
    return pages + references + (try spatialFaults(db))
  }

  /// The tables with places, what their rows are called, and their index.
  private static let spatial: [(table: String, column: String, rows: String, index: String)] = [
    ("partner", "location", "partners", "the index of places"),
    ("region", "area", "regions", "the index of regions"),
    ("stop", "location", "stops", "the index of stops"), ("leg", "geometry", "legs", "the index of legs"),
    ("trip", "route", "trips", "the index of trips"),
  ]

  /// Rows a spatial index does not have, has in vain or has elsewhere.
  private static func spatialFaults(_ db: GRDB.Database) throws -> [String] {
    try spatial.flatMap { table, column, rows, name in
      let index = "idx_\(table)_\(column)"
      let state = try db.first("SELECT rtreecheck('\(index)')") { $0.text(0) } ?? ""
      let place = "p.\(column)"
      let counts = try db.first(
        """
        SELECT (SELECT count(*) FROM \(table) p WHERE \(place) IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM \(index) i WHERE i.pkid = p.id)),
          (SELECT count(*) FROM \(index) i
            WHERE NOT EXISTS (SELECT 1 FROM \(table) p WHERE p.id = i.pkid AND \(place) IS NOT NULL)),
          (SELECT count(*) FROM \(table) p JOIN \(index) i ON i.pkid = p.id WHERE MbrMinX(\(place)) < i.xmin
            OR MbrMaxX(\(place)) > i.xmax OR MbrMinY(\(place)) < i.ymin OR MbrMaxY(\(place)) > i.ymax)
        """
      ) {
        [
          ($0.int(0), "\(rows) missing from \(name)"),
          ($0.int(1), "entries without a located \(table) in \(name)"),
          ($0.int(2), "\(rows) elsewhere in \(name)"),
        ]
      }
      return (state == "ok" ? [] : ["\(name): \(state)"])
        + (counts ?? []).filter { $0.0 > 0 }.map { "\($0.1): \($0.0)" }
    }
  }
}

extension Database {
  /// SHA-256 of every row of every table, in hexadecimal: two files with equal ones hold the same. For small files: a
  /// table's rows are held at once.
  /// - Parameter tables: those that do not count.
  public func contentDigest(except tables: Set<String> = []) throws -> String {
    try read { reader in
      var hash = SHA256()
      let names = try reader.db.all(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
      ) { $0.text(0) }
      for name in names where !tables.contains(name) {
        hash.update(data: Data(name.utf8))
        var rows = try reader.db.all("SELECT * FROM \"\(name)\"") { row in
          (0..<Int32(row.names.count)).map { "\(row.value($0))" }.joined(separator: "|")
        }
        rows.sort()
        for row in rows { hash.update(data: Data("\(row)\n".utf8)) }
      }
      return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}
