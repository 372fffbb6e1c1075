extension Migration {
  /// What stands in the way of whoever is left out of a trip, day by day; of trips saved before nothing is known.
  static let obstacles = Migration(
    name: "obstacles",
    statements: [
      """
      -- trip(_:): beside the row of who is left out
      CREATE TABLE unassigned_obstacle (
        trip_id INTEGER NOT NULL,
        position INTEGER NOT NULL,
        days TEXT NOT NULL CHECK (json_valid(days)),
        PRIMARY KEY (trip_id, position),
        FOREIGN KEY (trip_id, position) REFERENCES unassigned_stop (trip_id, position) ON DELETE CASCADE
      ) STRICT, WITHOUT ROWID
      """
    ])
}
