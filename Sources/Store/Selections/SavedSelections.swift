import CRM

extension ReadAccess {
  /// All selections kept by name, whosever they are, in the order of names.
  public func savedSelections() throws -> [SavedSelection] {
    try db.all(
      """
      SELECT s.uid, s.name, u.uid, s.selection, s.version FROM selection s LEFT JOIN user u ON u.id = s.owner_id
      ORDER BY s.name, s.id
      """, body: Self.savedSelection)
  }

  /// The selections somebody may use: his own and everybody's, by name.
  public func savedSelections(for user: UserID) throws -> [SavedSelection] {
    try db.all(
      """
      SELECT s.uid, s.name, u.uid, s.selection, s.version FROM selection s LEFT JOIN user u ON u.id = s.owner_id
      WHERE s.owner_id IS NULL OR u.uid = ? ORDER BY s.name, s.id
      """, user.blob, body: Self.savedSelection)
  }

  /// The owner's selection of that name, else the one that belongs to nobody.
  public func savedSelection(named name: String, owner: UserID? = nil) throws -> SavedSelection? {
    try db.first(
      """
      SELECT s.uid, s.name, u.uid, s.selection, s.version FROM selection s LEFT JOIN user u ON u.id = s.owner_id
      WHERE s.name = ? AND (s.owner_id IS NULL OR u.uid = ?) ORDER BY s.owner_id IS NULL LIMIT 1
      """, .text(name.composed), owner?.blob ?? .null, body: Self.savedSelection)
  }

  public func savedSelection(_ id: SavedSelectionID) throws -> SavedSelection? {
    try db.first(
      """
      SELECT s.uid, s.name, u.uid, s.selection, s.version FROM selection s LEFT JOIN user u ON u.id = s.owner_id
      WHERE s.uid = ?
      """, id.blob, body: Self.savedSelection)
  }

  private static func savedSelection(_ c: Columns) throws -> SavedSelection {
    SavedSelection(
      id: c.id(0), name: c.text(1), owner: c.idOrNil(2),
      selection: try JSONText.decode(Selection.self, from: c.text(3), table: "selection"),
      version: c.int(4))
  }
}

extension Writer {
  /// Keeps a selection under its name. A selection of the same id is replaced.
  /// - Throws: ``StoreError/duplicate(entity:key:)`` when the owner has another one of that name.
  public func save(selection: SavedSelection) throws {
    let owner = try userRow(selection.owner)
    let name = selection.name.composed
    let taken = try db.first(
      "SELECT uid FROM selection WHERE name = ? AND ifnull(owner_id, 0) = ifnull(?, 0)", .text(name), owner
    ) { $0.id(0, of: SavedSelection.self) }
    if let taken, taken != selection.id {
      throw StoreError.duplicate(entity: "selection", key: name)
    }
    let before = try db.first("SELECT selection FROM selection WHERE uid = ?", selection.id.blob) {
      $0.text(0)
    }
    try checkDepth(of: selection.selection)
    try validateAreas(of: selection.selection)
    let text = try JSONText.encode(selection.selection)
    // Two statements: what a trigger passes over, an upsert that fires it does not.
    if before == nil {
      try db.run(
        "INSERT INTO selection (uid, name, owner_id, selection) VALUES (?, ?, ?, ?)", selection.id.blob,
        .text(name), owner, .text(text))
    } else {
      try db.run(
        "UPDATE selection SET name = ?, owner_id = ?, selection = ?, version = version + 1 WHERE uid = ?",
        .text(name), owner, .text(text), selection.id.blob)
    }
    try audit(
      before == nil ? "create" : "update", entity: "selection", id: selection.id.description,
      before: before, after: text)
  }

  /// Forgets a saved selection. Trips keep the selection they were asked with.
  /// - Throws: ``StoreError/notFound(entity:id:)``.
  public func remove(selection id: SavedSelectionID) throws {
    try delete(savedSelection(id)?.selection, id, from: "selection", entity: "selection")
  }
}
