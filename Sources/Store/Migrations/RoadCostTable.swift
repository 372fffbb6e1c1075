extension Migration {
  /// Driving times that were asked for, kept by network and place; can be dropped at any time.
  static let roadCosts = Migration(
    name: "road-costs",
    statements: [
      """
      -- roadCosts(from:version:): one row a place that drives begin at
      CREATE TABLE road_cost (
        version TEXT NOT NULL,
        latitude INTEGER NOT NULL CHECK (latitude BETWEEN -9000000 AND 9000000),
        longitude INTEGER NOT NULL CHECK (longitude BETWEEN -18000000 AND 18000000),
        road_metres REAL,
        used_at INTEGER NOT NULL,
        targets BLOB NOT NULL,
        PRIMARY KEY (version, latitude, longitude)
      ) STRICT, WITHOUT ROWID
      """,
      "-- keep(roadCosts:version:): forgets what was not used for longest\nCREATE INDEX road_cost_used ON road_cost (used_at)",
    ])
}
