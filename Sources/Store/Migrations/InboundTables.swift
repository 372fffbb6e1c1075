extension Migration {
  /// Programs that tell planner what happened, and what each has told lately.
  static let inbound = Migration(
    name: "inbound",
    statements: [
      """
      CREATE TABLE inbound_source (
        id INTEGER PRIMARY KEY,
        uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
        name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 40),
        note TEXT NOT NULL,
        secret BLOB NOT NULL,
        former_secret BLOB,
        former_until INTEGER,
        is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
        version INTEGER NOT NULL DEFAULT 1,
        created_by INTEGER REFERENCES user (id),
        created_at INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        CHECK ((former_secret IS NULL) = (former_until IS NULL))
      ) STRICT
      """,
      """
      CREATE TABLE inbound_message (
        source_id INTEGER NOT NULL REFERENCES inbound_source (id) ON DELETE CASCADE,
        message TEXT NOT NULL CHECK (length(message) BETWEEN 1 AND 255),
        type TEXT NOT NULL,
        fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
        record TEXT,
        at INTEGER NOT NULL,
        PRIMARY KEY (source_id, message)
      ) STRICT, WITHOUT ROWID
      """,
      "-- forgetInboundMessages(before:)\nCREATE INDEX inbound_message_at ON inbound_message (at)",
      "-- inboundSources()\nCREATE INDEX inbound_message_source ON inbound_message (source_id, at)",
    ])
}
