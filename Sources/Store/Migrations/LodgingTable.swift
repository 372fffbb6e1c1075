extension Migration {
  /// Where the nights of a trip are spent; of trips saved before nothing is known.
  static let lodgings = Migration(
    name: "lodgings",
    statements: [
      """
      -- trip(_:): beside the row of the day
      CREATE TABLE trip_lodging (
        day_id INTEGER PRIMARY KEY REFERENCES trip_day (id) ON DELETE CASCADE,
        label TEXT NOT NULL,
        latitude REAL NOT NULL CHECK (latitude BETWEEN -90 AND 90),
        longitude REAL NOT NULL CHECK (longitude BETWEEN -180 AND 180),
        partner_id INTEGER REFERENCES partner (id) ON DELETE SET NULL
      ) STRICT
      """,
      "-- a partner that goes\nCREATE INDEX trip_lodging_partner ON trip_lodging (partner_id)",
    ])
}
