import GRDB

extension Database {
  /// What SQLite finds wrong with the file: damaged pages and indexes, references that lead nowhere. Empty for
  /// a sound file. Reads the whole file.
  public func integrityFindings() throws -> [String] {
    try read { reader in
      let pages = try String.fetchAll(reader.db, sql: "PRAGMA integrity_check(20)").filter { $0 != "ok" }
      let references = try Row.fetchAll(reader.db, sql: "PRAGMA foreign_key_check").prefix(20).map { row in
        "row \(row[1] as DatabaseValue) of \(row[0] as DatabaseValue) refers to nothing in \(row[2] as DatabaseValue)"
      }
      return pages + references
    }
  }
}
