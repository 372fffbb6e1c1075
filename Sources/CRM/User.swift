/// A person who signs in, or is named as responsible.
public struct User: Hashable, Sendable, Codable {
  public var id: UserID
  /// Lower-case sign-in name, unique.
  public var login: String
  public var name: String
  public var role: UserRole

  public init(id: UserID = .new(), login: String, name: String, role: UserRole) {
    self.id = id
    self.login = login
    self.name = name
    self.role = role
  }
}

public enum UserRole: String, Codable, Sendable, CaseIterable {
  case manager, head, booking, accountant, administrator
}
