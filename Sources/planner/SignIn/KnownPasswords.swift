import Foundation

/// Passwords that were published somewhere.
struct KnownPasswords: Sendable {
  var contains: @Sendable (String) -> Bool
  static let none = KnownPasswords(contains: { _ in false })
}

extension KnownPasswords {
  /// Those of the shipped list; none when the data is not there.
  static func shipped(_ workspace: Workspace) -> KnownPasswords { .none }
}
