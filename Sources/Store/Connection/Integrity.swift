import Crypto
import Foundation
import GRDB

extension Database {
  /// What is wrong with the file: damaged pages and indexes, references that lead nowhere, partners that the index
  /// of places does not have or has in vain. Empty for a sound file. Reads the whole file.
  public func integrityFindings() throws -> [String] {
    try read { reader in
      let pages = try String.fetchAll(reader.db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
      let references = try Row.fetchAll(reader.db, sql: "PRAGMA foreign_key_check").prefix(20).map { row in
        "row \(row[1] as DatabaseValue) of \(row[0] as DatabaseValue) refers to nothing in \(row[2] as DatabaseValue)"
      }
      let places = try reader.db.first(
        """
        SELECT (SELECT count(*) FROM partner p WHERE p.location IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM idx_partner_location i WHERE i.pkid = p.id)),
          (SELECT count(*) FROM idx_partner_location i
            WHERE NOT EXISTS (SELECT 1 FROM partner p WHERE p.id = i.pkid AND p.location IS NOT NULL))
        """
      ) { [($0.int(0), "partners missing from"), ($0.int(1), "entries without a located partner in")] }
      return pages + references
        + (places ?? []).filter { $0.0 > 0 }.map { "\($0.1) the index of places: \($0.0)" }
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
