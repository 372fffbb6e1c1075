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
