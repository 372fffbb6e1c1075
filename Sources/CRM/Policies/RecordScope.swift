/// Which records somebody sees: all, or those that one of the named users is responsible for.
public enum RecordScope: Sendable, Hashable {
  case all
  /// Records whose responsible user is among these, and records nobody is responsible for: those are everybody's.
  case responsible(Set<UserID>)

  /// Whether a record that `responsible` answers for (nil: nobody) is seen.
  public func contains(_ responsible: UserID?) -> Bool {
    switch self {
    case .all: true
    case .responsible(let users): responsible.map(users.contains) ?? true
    }
  }
}
