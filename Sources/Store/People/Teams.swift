import CRM

extension ReadAccess {
  /// By name.
  public func teams() throws -> [Team] {
    try db.all("SELECT uid, name FROM team ORDER BY name") { Team(id: $0.id(0), name: $0.text(1)) }
  }

  public func team(_ id: TeamID) throws -> Team? {
    try db.first("SELECT uid, name FROM team WHERE uid = ?", id.blob) { Team(id: $0.id(0), name: $0.text(1)) }
  }

  func teamRow(_ id: TeamID?) throws -> SQLValue {
    guard let id else { return .null }
    guard let row = try db.first("SELECT id FROM team WHERE uid = ?", id.blob, body: { $0.int64(0) }) else {
      throw StoreError.notFound(entity: "team", id: id.description)
    }
    return .int(row)
  }

  /// Who answers for which region, by region and login.
  public func territories() throws -> [Territory] {
    try db.all(
      "SELECT t.region, u.uid FROM territory t JOIN user u ON u.id = t.user_id ORDER BY t.region, u.login"
    ) { Territory(region: $0.text(0), manager: $0.id(1)) }
  }

  /// The regions a user answers for, by code.
  public func territories(of user: UserID) throws -> [String] {
    try db.all(
      "SELECT region FROM territory WHERE user_id = (SELECT id FROM user WHERE uid = ?) ORDER BY region",
      user.blob
    ) { $0.text(0) }
  }
}

extension Writer {
  /// Adds a team, or renames it.
  /// - Throws: ``StoreError/duplicate(entity:key:)`` when another has the name.
  public func save(team: Team) throws {
    let name = team.name.composed
    let before = try self.team(team.id)
    guard before?.name != name else { return }
    let isTaken = try db.first("SELECT 1 FROM team WHERE name = ?", .text(name)) { _ in true } ?? false
    guard !isTaken else { throw StoreError.duplicate(entity: "team", key: name) }
    try db.run(
      "INSERT INTO team (uid, name) VALUES (?, ?) ON CONFLICT (uid) DO UPDATE SET name = excluded.name",
      team.id.blob, .text(name))
    try audit(
      before == nil ? "create" : "update", entity: "team", id: team.id.description,
      before: try before.map { try JSONText.encode($0) },
      after: try JSONText.encode(Team(id: team.id, name: name)))
  }

  /// Dissolves a team; its members have none then, and those who saw what is the team's see their own.
  public func remove(team id: TeamID) throws {
    guard let before = try team(id) else {
      throw StoreError.notFound(entity: "team", id: id.description)
    }
    for member in try members(of: id) {
      guard var user = try user(member) else { continue }
      user.team = nil
      try update(user: user)
    }
    try delete(before, id, from: "team", entity: "team")
  }

  /// Puts these managers in charge of a region, in the place of those before.
  /// - Throws: ``StoreError/unknownRegion(_:choices:)``, ``StoreError/notFound(entity:id:)``.
  public func set(managers: Set<UserID>, of region: String) throws {
    let exists = try db.first("SELECT 1 FROM region WHERE code = ?", .text(region)) { _ in true } ?? false
    guard exists else { throw StoreError.unknownRegion(region, choices: []) }
    func current() throws -> [String] {
      try territories().filter { $0.region == region }.map(\.manager.description)
    }
    let before = try current()
    guard Set(before) != Set(managers.map(\.description)) else { return }
    // Who stays keeps his row, by which pages of maps go on.
    let rows = try managers.sorted().map { SQLValue.int(try userRow($0)) }
    let marks = Array(repeating: "?", count: rows.count).joined(separator: ", ")
    try db.run(
      "DELETE FROM territory WHERE region = ? AND user_id NOT IN (\(marks))",
      arguments: [.text(region)] + rows)
    for row in rows {
      try db.run("INSERT OR IGNORE INTO territory (region, user_id) VALUES (?, ?)", .text(region), row)
    }
    try audit(
      "assign", entity: "territory", id: region, before: try JSONText.encode(["managers": before]),
      after: try JSONText.encode(["managers": try current()]))
  }
}
