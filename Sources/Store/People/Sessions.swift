import CRM
import Foundation

/// Who a request comes from.
public struct SignedIn: Sendable, Hashable {
  public var user: User
  public var viewer: Viewer
  /// The token that was shown; nil for a session.
  public var token: TokenID?
  /// The session or token was last noted as used then.
  public var usedAt: Date
}

/// How long a session lasts.
public enum SessionLife {
  public static let idle: TimeInterval = 30 * 60
  public static let total: TimeInterval = 12 * 3600
  /// Use is noted no more often than this; the idle time is counted from the last note.
  public static let note: TimeInterval = 60
}

extension ReadAccess {
  /// Whose session the secret is; nil when it is none, has ended, or its user is disabled.
  public func signedIn(session: Secret, at: Date) throws -> SignedIn? {
    let found = try db.first(
      """
      SELECT \(Self.userColumns), s.used_at
      FROM session s JOIN user u ON u.id = s.user_id LEFT JOIN team t ON t.id = u.team_id
      WHERE s.hash = ? AND s.used_at > ? AND s.made_at > ? AND u.disabled_at IS NULL
      """,
      .blob(session.hash), .date(at.addingTimeInterval(-SessionLife.idle)),
      .date(at.addingTimeInterval(-SessionLife.total))
    ) { (try Self.user($0), $0.date(Self.userColumnCount)) }
    return try found.map { SignedIn(user: $0, viewer: try viewer($0), token: nil, usedAt: $1) }
  }

  /// Whose token the secret is; nil when it is none, has run out or was revoked, or its user is disabled.
  public func signedIn(token: Secret, at: Date) throws -> SignedIn? {
    let found = try db.first(
      """
      SELECT \(Self.userColumns), a.uid, a.scopes, ifnull(a.used_at, 0)
      FROM api_token a JOIN user u ON u.id = a.user_id LEFT JOIN team t ON t.id = u.team_id
      WHERE a.hash = ? AND a.expires_at > ? AND a.revoked_at IS NULL AND u.disabled_at IS NULL
      """, .blob(token.hash), .date(at)
    ) {
      (
        try Self.user($0), $0.id(Self.userColumnCount, of: APIToken.self), $0.text(Self.userColumnCount + 1),
        $0.date(Self.userColumnCount + 2)
      )
    }
    guard let (user, token, scopes, usedAt) = found else { return nil }
    let granted = try JSONText.decode(Set<TokenScope>.self, from: scopes, table: "api_token")
    return SignedIn(user: user, viewer: try viewer(user, scopes: granted), token: token, usedAt: usedAt)
  }

  /// How many sessions of the user have not run out.
  public func sessionCount(of user: UserID, at: Date) throws -> Int {
    try db.first(
      """
      SELECT count(*) FROM session WHERE user_id = (SELECT id FROM user WHERE uid = ?)
        AND used_at > ? AND made_at > ?
      """, user.blob, .date(at.addingTimeInterval(-SessionLife.idle)),
      .date(at.addingTimeInterval(-SessionLife.total))
    ) { $0.int(0) } ?? 0
  }
}

extension Writer {
  /// A new session for somebody who just proved who he is.
  /// - Parameters:
  ///   - address: of his computer; `agent`: his program; both only to be shown to him.
  public func beginSession(for user: UserID, address: String, agent: String) throws -> Secret {
    let secret = Secret.new(.session)
    try db.run(
      "INSERT INTO session (hash, user_id, made_at, used_at, address, agent) VALUES (?, ?, ?, ?, ?, ?)",
      .blob(secret.hash), .int(try userRow(user)), .date(at), .date(at), .text(String(address.prefix(64))),
      .text(String(agent.unicodeScalars.prefix(200))))
    try audit("signIn", entity: "user", id: user.description)
    return secret
  }

  /// Notes that the session or token is in use.
  public func noteUse(of secret: Secret, isToken: Bool) throws {
    try db.run(
      isToken
        ? "UPDATE api_token SET used_at = ? WHERE hash = ?" : "UPDATE session SET used_at = ? WHERE hash = ?",
      .date(at), .blob(secret.hash))
  }

  /// Signs out; false when there was no such session.
  @discardableResult
  public func end(session: Secret) throws -> Bool {
    let user: UserID? = try db.first(
      "SELECT u.uid FROM session s JOIN user u ON u.id = s.user_id WHERE s.hash = ?", .blob(session.hash)
    ) { $0.id(0) }
    guard let user else { return false }
    try db.run("DELETE FROM session WHERE hash = ?", .blob(session.hash))
    try audit("signOut", entity: "user", id: user.description)
    return true
  }

  /// Ends all sessions of a user.
  public func endSessions(of user: UserID) throws {
    try db.run("DELETE FROM session WHERE user_id = ?", .int(try userRow(user)))
  }
}
