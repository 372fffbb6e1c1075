import CRM

extension ReadAccess {
  /// The first columns of a row that ``user(_:)`` reads, of `user u` and `team t`; ``userColumnCount`` of them.
  static var userColumns: String {
    """
    u.uid, u.login, u.name, u.role, u.disabled_at IS NOT NULL, u.email, t.uid, u.visibility, u.version, u.language
    """
  }
  static var userColumnCount: Int32 { 10 }

  private static var columns: String {
    "SELECT \(userColumns) FROM user u LEFT JOIN team t ON t.id = u.team_id"
  }

  /// All users by login.
  public func users() throws -> [User] {
    try db.all("\(Self.columns) ORDER BY u.login", body: Self.user)
  }

  public func user(login: String) throws -> User? {
    try db.first("\(Self.columns) WHERE u.login = ?", .text(login), body: Self.user)
  }

  /// - Parameter email: in lower case, as it is kept.
  public func user(email: String) throws -> User? {
    try db.first("\(Self.columns) WHERE u.email = ?", .text(email), body: Self.user)
  }

  public func user(_ id: UserID) throws -> User? {
    try db.first("\(Self.columns) WHERE u.uid = ?", id.blob, body: Self.user)
  }

  /// Members of a team, the disabled among them.
  public func members(of team: TeamID) throws -> Set<UserID> {
    Set(
      try db.all(
        "SELECT uid FROM user WHERE team_id = (SELECT id FROM team WHERE uid = ?)", team.blob
      ) { $0.id(0) })
  }

  /// How the user sees the records, with or without a token's scopes.
  public func viewer(_ user: User, scopes: Set<TokenScope>? = nil) throws -> Viewer {
    let seesTeam = (user.visibility ?? user.role.visibility) == .team
    return Viewer(user, team: seesTeam ? try user.team.map(members) ?? [] : [], scopes: scopes)
  }

  static func user(_ row: Columns) throws -> User {
    User(
      id: row.id(0), login: row.text(1), name: row.text(2), role: try row.value(3, in: "user"),
      disabled: row.bool(4), email: row.textOrNil(5), team: row.idOrNil(6),
      visibility: row.isNull(7) ? nil : try row.value(7, in: "user"), language: row.textOrNil(9),
      version: row.int(8))
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

  /// How many users could administer the service.
  func activeAdministrators() throws -> Int {
    try db.first("SELECT count(*) FROM user WHERE role = 'administrator' AND disabled_at IS NULL") {
      $0.int(0)
    }
      ?? 0
  }
}

extension Writer {
  /// - Throws: ``StoreError/duplicate(entity:key:)`` when the login or the e-mail is taken.
  public func add(user: User) throws {
    guard try self.user(login: user.login) == nil else {
      throw StoreError.duplicate(entity: "user", key: user.login)
    }
    try refuseTakenEmail(of: user)
    try db.run(
      """
      INSERT INTO user (uid, login, name, role, email, team_id, visibility, version, language)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """, user.id.blob, .text(user.login), .text(user.name.composed), .text(user.role.rawValue),
      .optional(user.email), try teamRow(user.team), .optional(user.visibility?.rawValue), .int(user.version),
      .optional(user.language))
    try audit("create", entity: "user", id: user.id.description, after: try JSONText.encode(user))
  }

  /// Stores a changed user; `version` is the one the change was based on. A changed role, team or sight, and being
  /// disabled, end the user's sessions; being disabled revokes his tokens and links too.
  /// - Returns: the user as stored; the same as given when nothing differed.
  /// - Throws: ``StoreError/staleVersion(entity:id:expected:actual:)``, ``StoreError/duplicate(entity:key:)``,
  ///   ``StoreError/lastAdministrator(login:)``.
  @discardableResult
  public func update(user: User) throws -> User {
    let row = try userRow(user.id)
    guard let before = try self.user(user.id) else { return user }
    guard before.version == user.version else {
      throw StoreError.staleVersion(
        entity: "user", id: user.id.description, expected: user.version, actual: before.version)
    }
    var after = user
    after.login = before.login
    after.name = user.name.composed
    guard after != before else { return before }
    let wasAdministrator = before.role == .administrator && !before.disabled
    if wasAdministrator, after.role != .administrator || after.disabled,
      try activeAdministrators() == 1
    {
      throw StoreError.lastAdministrator(login: before.login)
    }
    try refuseTakenEmail(of: after)
    after.version = before.version + 1
    try db.run(
      """
      UPDATE user SET name = ?, role = ?, email = ?, team_id = ?, visibility = ?, version = ?, language = ?,
        disabled_at = CASE WHEN ? THEN ifnull(disabled_at, ?) END
      WHERE id = ?
      """, .text(after.name), .text(after.role.rawValue), .optional(after.email), try teamRow(after.team),
      .optional(after.visibility?.rawValue), .int(after.version), .optional(after.language),
      .bool(after.disabled), .date(at), .int(row))
    let isNarrower =
      (before.role, before.team, before.visibility) != (after.role, after.team, after.visibility)
    if isNarrower || after.disabled { try endSessions(of: user.id) }
    if after.disabled && !before.disabled {
      try db.run(
        "UPDATE api_token SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL", .date(at), .int(row))
      try endLinks(of: user.id)
      try revokeCalendarTokens(of: user.id)
    }
    let action =
      after.disabled == before.disabled ? "update" : after.disabled ? "disable" : "enable"
    try audit(
      action, entity: "user", id: user.id.description, before: try JSONText.encode(before),
      after: try JSONText.encode(after))
    return after
  }

  /// Notes what a user reads.
  /// - Throws: ``StoreError/notFound(entity:id:)``.
  public func set(language: String, of id: UserID) throws {
    guard var user = try user(id) else {
      throw StoreError.notFound(entity: "user", id: id.description)
    }
    user.language = language
    try update(user: user)
  }

  /// Bars a user from signing in and from new work; what bears his name stays. Repeating changes nothing.
  /// - Throws: ``StoreError/notFound(entity:id:)``, ``StoreError/lastAdministrator(login:)``.
  public func disable(user id: UserID) throws {
    guard var user = try user(id) else {
      throw StoreError.notFound(entity: "user", id: id.description)
    }
    user.disabled = true
    try update(user: user)
  }

  private func refuseTakenEmail(of user: User) throws {
    guard let email = user.email, let owner = try self.user(email: email), owner.id != user.id else { return }
    throw StoreError.duplicate(entity: "user", key: email)
  }
}
