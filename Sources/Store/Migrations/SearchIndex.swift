extension Migration {
  /// What search finds: the words of every record in one full-text index, and the vocabulary in which slips are looked for.
  ///
  /// The numbers of entries are eight times the row of the record and its kind (``SearchKind``), so that nothing needs to
  /// be looked up. Triggers note which records changed; whoever ends a transaction brings their entries up to date in it
  /// (``Writer/refreshSearch(limit:)``), because the keys of words are made in Swift.
  static let searchIndex = Migration(
    name: "search-index",
    statements: [
      """
      CREATE TABLE search_entry (
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
      CREATE VIRTUAL TABLE search USING fts5(name, begin, place, other, number, scope, content = 'search_entry',
        content_rowid = 'id', tokenize = "ascii tokenchars '='", detail = 'column', columnsize = 0)
      """,
      "CREATE TABLE search_word (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE) STRICT",
      "CREATE TABLE search_due (id INTEGER PRIMARY KEY) STRICT",
    ] + SearchKind.allCases.flatMap(due))

  private static func due(_ kind: SearchKind) -> [String] {
    let (table, code) = (kind.table, kind.code)
    func note(_ event: String, _ row: String) -> String {
      """
      CREATE TRIGGER search_due_\(table)_\(event.lowercased()) AFTER \(event) ON \(table) BEGIN
        INSERT OR IGNORE INTO search_due (id) VALUES (\(row).id * 8 + \(code));
      END
      """
    }
    return [
      note("INSERT", "NEW"), note("UPDATE", "NEW"), note("DELETE", "OLD"),
      "INSERT INTO search_due (id) SELECT id * 8 + \(code) FROM \(table)",
    ]
  }
}
