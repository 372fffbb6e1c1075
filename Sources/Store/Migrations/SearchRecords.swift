extension Migration {
  /// What is few beside partners gets an index of its own.
  static let searchRecords: Migration = {
    let columns = "name, begin, place, other, number, scope"
    return Migration(
      name: "search-records",
      statements: [
        """
        CREATE TABLE search_record_entry (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL,
          begin TEXT NOT NULL,
          place TEXT NOT NULL,
          other TEXT NOT NULL,
          number TEXT NOT NULL,
          scope TEXT NOT NULL
        ) STRICT
        """,
        """
        CREATE VIRTUAL TABLE search_record USING fts5(\(columns), content = 'search_record_entry',
          content_rowid = 'id', tokenize = "ascii tokenchars '='", detail = 'column', columnsize = 0)
        """,
        """
        INSERT INTO search_record_entry (id, \(columns))
        SELECT id, \(columns) FROM search_entry WHERE id & 7 > 0
        """,
        """
        INSERT INTO search_record (rowid, \(columns)) SELECT id, \(columns) FROM search_record_entry
        """,
        """
        INSERT INTO search (search, rowid, \(columns))
        SELECT 'delete', id, \(columns) FROM search_record_entry
        """,
        "DELETE FROM search_entry WHERE id & 7 > 0",
      ])
  }()
}
