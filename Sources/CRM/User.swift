/// A person who signs in, or is named as responsible.
public struct User: Hashable, Sendable, Codable {
  public var id: UserID
  /// Lower-case sign-in name, unique.
  public var login: String
  public var name: String
  public var role: UserRole
  /// May neither sign in nor get new work.
  public var disabled: Bool

  public init(
    id: UserID = .new(), login: String, name: String, role: UserRole, disabled: Bool = false
  ) {
    self.id = id
    self.login = login
    self.name = name
    self.role = role
    self.disabled = disabled
  }
}

public enum UserRole: String, Codable, Sendable, CaseIterable {
  case manager, head, booking, accountant, administrator
}
