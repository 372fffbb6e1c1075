import CRM

extension ReadAccess {
  private static var columns: String {
    """
    SELECT v.uid, v.name, v.list, u.uid, v.shared, v.filters, v.sort, v.columns, v.version
    FROM saved_view v JOIN user u ON u.id = v.owner_id
    """
  }

  /// The views somebody may use: his own and the shared ones, by name.
  public func savedViews(for user: UserID, list: SavedView.List? = nil) throws -> [SavedView] {
    try db.all(
      """
      \(Self.columns) WHERE (u.uid = ?1 OR v.shared = 1) AND (?2 IS NULL OR v.list = ?2)
      ORDER BY v.name, v.id
      """, user.blob, .optional(list?.rawValue), body: Self.savedView)
  }

  /// All views, whosever they are.
  func savedViews() throws -> [SavedView] {
    try db.all("\(Self.columns) ORDER BY v.id", body: Self.savedView)
  }

  public func savedView(_ id: SavedViewID) throws -> SavedView? {
    try db.first("\(Self.columns) WHERE v.uid = ?", id.blob, body: Self.savedView)
  }

  private static func savedView(_ c: Columns) throws -> SavedView {
    SavedView(
      id: c.id(0), name: c.text(1), list: try c.value(2, in: "saved_view"), owner: c.id(3),
      shared: c.bool(4),
      filters: try JSONText.decode([String: String].self, from: c.text(5), table: "saved_view"),
      sort: c.text(6), columns: try JSONText.decode([String].self, from: c.text(7), table: "saved_view"),
      version: c.int(8))
  }
}

extension Writer {
  /// Keeps a new or changed view; `version` is the one the change was based on.
  /// - Returns: the view as stored.
  /// - Throws: ``StoreError/duplicate(entity:key:)`` when the owner has another of that name for the list,
  ///   ``StoreError/staleVersion(entity:id:expected:actual:)``.
  @discardableResult
  public func save(view: SavedView) throws -> SavedView {
    let before = try savedView(view.id)
    if let before, before.version != view.version {
      throw StoreError.staleVersion(
        entity: "savedView", id: view.id.description, expected: view.version, actual: before.version)
    }
    var after = view
    after.name = view.name.composed
    guard after != before else { return after }
    let owner = try userRow(view.owner)
    let taken = try db.first(
      "SELECT uid FROM saved_view WHERE owner_id = ? AND list = ? AND name = ?", .int(owner),
      .text(after.list.rawValue), .text(after.name)
    ) { $0.id(0, of: SavedView.self) }
    if let taken, taken != view.id { throw StoreError.duplicate(entity: "savedView", key: after.name) }
    if before != nil { after.version += 1 }
    try db.run(
      """
      INSERT INTO saved_view (uid, name, list, owner_id, shared, filters, sort, columns, version)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (uid) DO UPDATE SET name = excluded.name, list = excluded.list, shared = excluded.shared,
        filters = excluded.filters, sort = excluded.sort, columns = excluded.columns,
        version = excluded.version
      """, after.id.blob, .text(after.name), .text(after.list.rawValue), .int(owner), .bool(after.shared),
      .text(try JSONText.encode(after.filters)), .text(after.sort), .text(try JSONText.encode(after.columns)),
      .int(after.version))
    try audit(
      before == nil ? "create" : "update", entity: "savedView", id: view.id.description,
      before: try before.map { try JSONText.encode($0) }, after: try JSONText.encode(after))
    return after
  }

  /// - Throws: ``StoreError/notFound(entity:id:)``.
  public func remove(view id: SavedViewID) throws {
    try delete(savedView(id), id, from: "saved_view", entity: "savedView")
  }
}
