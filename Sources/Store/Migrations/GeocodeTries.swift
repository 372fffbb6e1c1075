extension Migration {
  /// Addresses that were looked up in vain: when to try again.
  static let geocodeTries = Migration(
    name: "geocode-tries",
    statements: [
      """
      -- partnersToGeocode(at:limit:)
      CREATE TABLE geocode_try (
        partner_id INTEGER PRIMARY KEY REFERENCES partner (id) ON DELETE CASCADE,
        revision INTEGER NOT NULL,
        tries INTEGER NOT NULL CHECK (tries > 0),
        tried_at INTEGER NOT NULL,
        next_at INTEGER NOT NULL
      ) STRICT
      """
    ])
}
