/// Which records somebody sees: all, or those that one of the named users is responsible for.
public enum RecordScope: Sendable, Hashable {
  case all
  /// Records whose responsible user is among these. Records nobody is responsible for are not.
  case responsible(Set<UserID>)

  /// Whether a record that `responsible` answers for (nil: nobody) is seen.
  public func contains(_ responsible: UserID?) -> Bool {
    switch self {
    case .all: true
    case .responsible(let users): responsible.map(users.contains) ?? false
    }
  }
}
