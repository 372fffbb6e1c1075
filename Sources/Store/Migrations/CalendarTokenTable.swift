extension Migration {
  /// Addresses under which calendar programs read somebody's trips: only the hash of each is kept.
  static let calendarTokens = Migration(
    name: "calendar-tokens",
    statements: [
      """
      CREATE TABLE calendar_token (
        id INTEGER PRIMARY KEY,
        uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
        user_id INTEGER NOT NULL REFERENCES user (id),
        hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
        made_at INTEGER NOT NULL,
        revoked_at INTEGER CHECK (revoked_at >= made_at)
      ) STRICT
      """,
      "-- calendarTokens(of:)\nCREATE INDEX calendar_token_user ON calendar_token (user_id)",
    ])
}
