extension Migration {
  /// Lists as people keep them: filters, sort and columns under a name.
  static let savedViews = Migration(
    name: "saved-views",
    statements: [
      """
      CREATE TABLE saved_view (
        id INTEGER PRIMARY KEY,
        uid BLOB NOT NULL UNIQUE CHECK (length(uid) = 16),
        name TEXT NOT NULL CHECK (length(name) > 0),
        list TEXT NOT NULL CHECK (list IN ('partners', 'tasks', 'trips', 'activities')),
        owner_id INTEGER NOT NULL REFERENCES user (id),
        shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
        filters TEXT NOT NULL CHECK (json_valid(filters)),
        sort TEXT NOT NULL,
        columns TEXT NOT NULL CHECK (json_valid(columns)),
        version INTEGER NOT NULL CHECK (version > 0),
        UNIQUE (owner_id, list, name)
      ) STRICT
      """
    ])
}
