/// A person who signs in, or is named as responsible.
public struct User: Hashable, Sendable, Codable {
  public var id: UserID
  /// Lower-case sign-in name, unique.
  public var login: String
  public var name: String
  public var role: UserRole
  /// May neither sign in nor get new work.
  public var disabled: Bool
  /// Where links to set a password go.
  public var email: String?
  public var team: TeamID?
  /// What he reads, as BCP 47 names it: mails to him are in it. Nil when nobody said.
  public var language: String?
  /// How far he sees; nil for what the role gives.
  public var visibility: Visibility?
  /// Grows by one with each change.
  public var version: Int

  public init(
    id: UserID = .new(), login: String, name: String, role: UserRole, disabled: Bool = false,
    email: String? = nil, team: TeamID? = nil, visibility: Visibility? = nil, language: String? = nil,
    version: Int = 1
  ) {
    self.id = id
    self.login = login
    self.name = name
    self.role = role
    self.disabled = disabled
    self.email = email
    self.team = team
    self.visibility = visibility
    self.language = language
    self.version = version
  }
}

public enum UserRole: String, Codable, Sendable, CaseIterable {
  case manager, head, booking, accountant, administrator
}

/// People who see each other's records when their visibility says so.
public struct Team: Hashable, Sendable, Codable {
  public var id: TeamID
  /// Unique.
  public var name: String
  public init(id: TeamID = .new(), name: String) {
    self.id = id
    self.name = name
  }
}

/// A region and the manager who answers for it. Several managers may share one region; a region may have none.
public struct Territory: Hashable, Sendable, Codable {
  /// ISO 3166 code of the region.
  public var region: String
  public var manager: UserID
  public init(region: String, manager: UserID) {
    self.region = region
    self.manager = manager
  }
}
