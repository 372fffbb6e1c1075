import CRM
import Foundation

/// What a link to set a password is for.
public enum LinkPurpose: String, Sendable, CaseIterable {
  case invitation, reset
  /// An invitation may wait for its reader, a reset is asked for when it is wanted.
  public var life: TimeInterval { self == .invitation ? 7 * 86_400 : 3600 }
}

extension ReadAccess {
  /// The Argon2id hash of a user's password; nil while he has none.
  public func passwordHash(of user: UserID) throws -> String? {
    try db.first(
      "SELECT password FROM credential WHERE user_id = (SELECT id FROM user WHERE uid = ?)", user.blob
    ) { $0.textOrNil(0) } ?? nil
  }

  /// Whether anybody can sign in with a password yet.
  public func hasPasswords() throws -> Bool {
    try db.first("SELECT 1 FROM credential WHERE password IS NOT NULL LIMIT 1") { _ in true } ?? false
  }

  /// Whose link the secret is; nil when it is none, was used or has run out.
  public func user(link: Secret, at: Date) throws -> User? {
    let id: UserID? = try db.first(
      """
      SELECT u.uid FROM sign_in_link l JOIN user u ON u.id = l.user_id
      WHERE l.hash = ? AND l.expires_at > ? AND u.disabled_at IS NULL
      """, .blob(link.hash), .date(at)
    ) { $0.id(0) }
    return try id.flatMap(user)
  }

  /// When the subject may try again; nil when it may now. At most 5 attempts a minute and 20 an hour.
  public func nextAttempt(_ subject: String, at: Date) throws -> Date? {
    let times = try db.all(
      "SELECT at FROM sign_in_attempt WHERE subject = ? AND at > ? ORDER BY at DESC LIMIT 20",
      .text(subject), .date(at.addingTimeInterval(-3600))
    ) { $0.date(0) }
    var next: Date?
    if times.count >= 5, times[4] > at.addingTimeInterval(-60) { next = times[4].addingTimeInterval(60) }
    if times.count >= 20 { next = max(next ?? at, times[19].addingTimeInterval(3600)) }
    return next
  }
}

extension Writer {
  /// Sets a password; sessions and links of its owner end.
  /// - Parameter hash: made by ``PasswordHash/make(_:)``.
  public func setPassword(hash: String, for user: UserID) throws {
    try db.run(
      """
      INSERT INTO credential (user_id, password, changed_at) VALUES (?, ?, ?)
      ON CONFLICT (user_id) DO UPDATE SET password = excluded.password, changed_at = excluded.changed_at
      """, .int(try userRow(user)), .text(hash), .date(at))
    try endSessions(of: user)
    try endLinks(of: user)
    try audit("setPassword", entity: "user", id: user.description)
  }

  /// A link to set a password, good once; earlier ones of the user end.
  public func makeLink(_ purpose: LinkPurpose, for user: UserID) throws -> Secret {
    try endLinks(of: user)
    let secret = Secret.new(.link)
    try db.run(
      "INSERT INTO sign_in_link (hash, user_id, purpose, expires_at) VALUES (?, ?, ?, ?)",
      .blob(secret.hash), .int(try userRow(user)), .text(purpose.rawValue),
      .date(at.addingTimeInterval(purpose.life)))
    try audit(purpose.rawValue, entity: "user", id: user.description)
    return secret
  }

  func endLinks(of user: UserID) throws {
    try db.run("DELETE FROM sign_in_link WHERE user_id = ?", .int(try userRow(user)))
  }

  /// Notes an attempt to sign in.
  /// - Parameter subject: an account or an address, with what it is before it: `login:ivan`, `address:10.0.0.1`.
  public func noteAttempt(_ subject: String) throws {
    try db.run("INSERT INTO sign_in_attempt (subject, at) VALUES (?, ?)", .text(subject), .date(at))
  }

  /// Takes the newest attempt back: it was no wrong one. Those before it stay.
  public func takeBackAttempt(_ subject: String) throws {
    try db.run(
      """
      DELETE FROM sign_in_attempt WHERE rowid = (
        SELECT rowid FROM sign_in_attempt WHERE subject = ? ORDER BY at DESC, rowid DESC LIMIT 1)
      """, .text(subject))
  }

  /// Forgets the attempts on an account whose owner proved who he is.
  public func forgetAttempts(_ subject: String) throws {
    try db.run("DELETE FROM sign_in_attempt WHERE subject = ?", .text(subject))
  }
}
