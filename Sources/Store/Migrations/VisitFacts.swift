extension Migration {
  /// What is told at the door: when the manager came, and why a visit was not made.
  static let visitFacts = Migration(
    name: "visit-facts",
    statements: [
      "ALTER TABLE stop ADD COLUMN arrived_at INTEGER",
      """
      ALTER TABLE stop ADD COLUMN miss_reason TEXT CHECK (miss_reason IN (
        'closed', 'nobodyThere', 'refused', 'noTime', 'wrongAddress', 'other'))
      """,
    ])
}
