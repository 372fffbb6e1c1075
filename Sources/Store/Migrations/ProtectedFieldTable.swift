extension Migration {
  /// Sealed personal data, and how long it is kept.
  static let protectedFields = Migration(
    name: "protected-fields",
    statements: [
      // Rows of people are written anew when their partner is changed, so what is sealed hangs on their public name.
      """
      CREATE TABLE protected_field (
        id INTEGER PRIMARY KEY,
        entity TEXT NOT NULL CHECK (entity IN ('contactPerson', 'traveller')),
        uid BLOB NOT NULL CHECK (length(uid) = 16),
        field TEXT NOT NULL CHECK (length(field) > 0),
        sealed BLOB NOT NULL CHECK (length(sealed) > 29),
        set_at INTEGER NOT NULL,
        UNIQUE (uid, entity, field)
      ) STRICT
      """,
      "-- eraseOutlived()\nCREATE INDEX protected_field_age ON protected_field (field, set_at)",
      """
      CREATE TABLE retention_rule (
        field TEXT PRIMARY KEY CHECK (length(field) > 0),
        days INTEGER NOT NULL CHECK (days BETWEEN 0 AND 36500)
      ) STRICT, WITHOUT ROWID
      """,
    ])
}
