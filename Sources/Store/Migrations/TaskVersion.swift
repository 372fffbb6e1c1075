extension Migration {
  /// Edits of tasks and saved selections are told apart by versions.
  static let taskVersion = Migration(
    name: "task-version",
    statements: [
      "ALTER TABLE task ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0)",
      "ALTER TABLE selection ADD COLUMN version INTEGER NOT NULL DEFAULT 1 CHECK (version > 0)",
    ])
}
