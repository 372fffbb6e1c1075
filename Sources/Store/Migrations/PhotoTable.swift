extension Migration {
  /// Photographs of stops.
  static let photos = Migration(
    name: "photos",
    statements: [
      """
      CREATE TABLE photo (
        id INTEGER PRIMARY KEY,
        uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
        stop_id INTEGER NOT NULL REFERENCES stop (id) ON DELETE CASCADE,
        author_id INTEGER NOT NULL REFERENCES user (id),
        at INTEGER NOT NULL,
        width INTEGER NOT NULL CHECK (width > 0),
        height INTEGER NOT NULL CHECK (height > 0),
        size INTEGER NOT NULL CHECK (size = length(picture)),
        -- the last one, so that what stands before it is read without it
        picture BLOB NOT NULL
      ) STRICT
      """,
      "-- photos(of:)\nCREATE INDEX photo_stop ON photo (stop_id)",
      "-- who may not be removed\nCREATE INDEX photo_author ON photo (author_id)",
    ])
}
