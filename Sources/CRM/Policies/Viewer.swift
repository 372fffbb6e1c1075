/// The one who asks, as policies see him. All of them are pure functions of this value and of the record.
public struct Viewer: Sendable, Hashable {
  public var user: UserID
  public var role: UserRole
  /// What he sees.
  public var scope: RecordScope
  /// What he may do; less than the role's when a token of narrow scope asks.
  public var permissions: Set<Permission>

  public init(user: UserID, role: UserRole, scope: RecordScope, permissions: Set<Permission>) {
    self.user = user
    self.role = role
    self.scope = scope
    self.permissions = permissions
  }

  /// - Parameters:
  ///   - team: members of the user's team, himself included; asked only where he sees what is his team's.
  ///   - scopes: those of the token that asks; nil for a session.
  public init(_ user: User, team: Set<UserID>, scopes: Set<TokenScope>? = nil) {
    let granted = scopes.map { $0.reduce(into: Set<Permission>()) { $0.formUnion($1.permissions) } }
    let scope: RecordScope =
      switch user.visibility ?? user.role.visibility {
      case .own: .responsible([user.id])
      case .team: .responsible(team.union([user.id]))
      case .all: .all
      }
    self.init(
      user: user.id, role: user.role, scope: scope,
      permissions: granted.map(user.role.permissions.intersection) ?? user.role.permissions)
  }

  public func may(_ permission: Permission) -> Bool { permissions.contains(permission) }

  /// A record that `responsible` answers for is seen.
  public func sees(_ responsible: UserID?) -> Bool { scope.contains(responsible) }

  /// A record that `responsible` answers for may be changed: a manager changes his own and what is nobody's, others
  /// whatever they see.
  public func changes(_ responsible: UserID?) -> Bool {
    guard sees(responsible) else { return false }
    return role != .manager || responsible == nil || responsible == user
  }

  /// A record may be given from one to another: to himself by anybody who may change it, to others by whoever
  /// assigns.
  public func assigns(from old: UserID?, to new: UserID?) -> Bool {
    guard old != new else { return true }
    guard changes(old) else { return false }
    return may(.assignOthers) || new == user
  }
}
