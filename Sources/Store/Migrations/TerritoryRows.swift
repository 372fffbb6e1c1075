extension Migration {
  /// Each territory of a manager is a record of its own, with a row id by which pages of maps go on.
  static let territoryRows = Migration(
    name: "territory-rows",
    statements: [
      "ALTER TABLE territory RENAME TO territory_before",
      """
      CREATE TABLE territory (
        id INTEGER PRIMARY KEY,
        region TEXT NOT NULL CHECK (length(region) BETWEEN 2 AND 6),
        user_id INTEGER NOT NULL REFERENCES user (id),
        UNIQUE (region, user_id)
      ) STRICT
      """,
      """
      INSERT INTO territory (region, user_id)
      SELECT region, user_id FROM territory_before ORDER BY region, user_id
      """,
      "DROP TABLE territory_before",
      "-- territories(of:)\nCREATE INDEX territory_user ON territory (user_id)",
    ])
}
