import CRM

extension ReadAccess {
  /// All users by login.
  public func users() throws -> [User] {
    try db.all(
      "SELECT uid, login, name, role, disabled_at IS NOT NULL FROM user ORDER BY login", body: Self.user)
  }

  public func user(login: String) throws -> User? {
    try db.first(
      "SELECT uid, login, name, role, disabled_at IS NOT NULL FROM user WHERE login = ?", .text(login),
      body: Self.user)
  }

  public func user(_ id: UserID) throws -> User? {
    try db.first(
      "SELECT uid, login, name, role, disabled_at IS NOT NULL FROM user WHERE uid = ?", id.blob,
      body: Self.user)
  }

  private static func user(_ row: Columns) throws -> User {
    User(
      id: row.id(0), login: row.text(1), name: row.text(2), role: try row.value(3, in: "user"),
      disabled: row.bool(4))
  }

  func userRow(_ id: UserID) throws -> Int64 {
    guard let row = try db.first("SELECT id FROM user WHERE uid = ?", id.blob, body: { $0.int64(0) }) else {
      throw StoreError.notFound(entity: "user", id: id.description)
    }
    return row
  }

  func userRow(_ id: UserID?) throws -> SQLValue {
    guard let id else { return .null }
    return .int(try userRow(id))
  }
}

extension Writer {
  /// - Throws: ``StoreError/duplicate(entity:key:)`` when the login is taken.
  public func add(user: User) throws {
    guard try self.user(login: user.login) == nil else {
      throw StoreError.duplicate(entity: "user", key: user.login)
    }
    try db.run(
      "INSERT INTO user (uid, login, name, role) VALUES (?, ?, ?, ?)", user.id.blob, .text(user.login),
      .text(user.name), .text(user.role.rawValue))
    try audit("create", entity: "user", id: user.id.description, after: try JSONText.encode(user))
  }

  /// Bars a user from signing in and from new work; what bears his name stays. Repeating changes nothing.
  /// - Throws: ``StoreError/notFound(entity:id:)``.
  public func disable(user id: UserID) throws {
    let row = try userRow(id)
    guard let before = try user(id), !before.disabled else { return }
    try db.run("UPDATE user SET disabled_at = ? WHERE id = ?", .date(at), .int(row))
    var after = before
    after.disabled = true
    try audit(
      "disable", entity: "user", id: id.description, before: try JSONText.encode(before),
      after: try JSONText.encode(after))
  }
}
