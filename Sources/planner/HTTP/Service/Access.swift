import CRM

/// Who may use a route. Every route names one; there is no default.
enum Access: Sendable, Hashable {
  /// Anybody: style sheets, signing in, health.
  case open
  /// Another program, by the signature of each message; the handler checks it before anything else.
  case signed
  /// Programs on this computer, unless the configuration opens it: metrics.
  case local
  /// Map and routing surfaces that other programs speak: this permission, or anybody when the configuration opens them.
  case surface(Permission)
  /// Anybody signed in, whatever his role: his own account.
  case signedIn
  /// Signed in and allowed.
  case needs(Permission)
  /// Signed in and allowed one of these: what is read with records, and by whoever changes it. A refusal names the first.
  case needsOne([Permission])

  /// Read with records, or by whoever may change it: a token for administration reads what it writes.
  static func reads(or others: Permission...) -> Access { .needsOne([.readRecords] + others) }
}
