extension Migration {
  /// Regions the operator brought, apart from the shipped ones: as they came, before overrides, so that the table
  /// of regions can be made anew at any time.
  static let regionOrigin = Migration(
    name: "region-origin",
    statements: [
      """
      ALTER TABLE region ADD COLUMN origin TEXT NOT NULL DEFAULT 'shipped'
        CHECK (origin IN ('shipped', 'own'))
      """,
      """
      CREATE TABLE own_region (
        id INTEGER PRIMARY KEY,
        code TEXT NOT NULL UNIQUE CHECK (length(code) BETWEEN 2 AND 6),
        level TEXT NOT NULL CHECK (level IN ('country', 'subdivision')),
        country TEXT NOT NULL CHECK (length(country) = 2),
        names TEXT NOT NULL CHECK (json_valid(names)),
        aliases TEXT NOT NULL CHECK (json_valid(aliases)),
        area BLOB NOT NULL
      ) STRICT
      """,
    ])
}
