import CRM
import Foundation
import Geo
import Store

/// Proving who one is, by password, by link. Knows nothing of HTTP.
struct SignInService: Sendable {
  let database: Database
  let passwords: KnownPasswords
  let now: @Sendable () -> Date
  private let actor = Actor(name: "web")

  /// Begins a session.
  ///
  /// Each attempt counts against the account and against the address it comes from, at most 5 a minute and 20 an hour
  /// each, whether the account exists or not. A right one does not count, and the account's wrong ones before it are
  /// forgotten once the second factor was right too; those of the address stay, or whoever has an account himself could
  /// go on guessing at others'. An unknown login takes as long as a wrong password and gets the same answer.
  /// - Throws: ``SignInError``.
  func signIn(
    login: String, password: String, code: String? = nil, address: String, agent: String
  ) async throws -> (user: User, session: Secret) {
    let login = login.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    let (database, now, actor) = (database, now, actor)
    return try await Blocking.run {
      let at = now()
      let account = "login:" + String(login.unicodeScalars.prefix(64))
      let origin = "address:" + address
      try database.write(as: actor, at: at) { writer in
        for subject in [account, origin] {
          if let next = try writer.nextAttempt(subject, at: at) {
            throw SignInError.tooMany(retryAfter: max(1, Int(next.timeIntervalSince(at).rounded(.up))))
          }
        }
        for subject in [account, origin] { try writer.noteAttempt(subject) }
      }
      let known = try database.read { reader in
        try reader.user(login: login).map { ($0, try reader.passwordHash(of: $0.id)) }
      }
      let isRight = PasswordHash.verify(password, against: known?.1 ?? PasswordHash.nobody)
      guard isRight, let user = known?.0, known?.1 != nil, !user.disabled else { throw SignInError.refused }
      let hasSecondFactor = try database.read { try $0.hasSecondFactor(user.id) }
      guard code?.isEmpty == false || !hasSecondFactor else {
        // The password was right: asking for the code is no wrong attempt. Wrong codes before it stay counted.
        try database.write(as: actor, at: at) { writer in
          for subject in [account, origin] { try writer.takeBackAttempt(subject) }
        }
        throw SignInError.codeNeeded
      }
      let session = try database.write(as: Actor(user: user.id, name: "web"), at: at) { writer in
        if hasSecondFactor, try !writer.takeCode(code ?? "", of: user.id) { throw SignInError.wrongCode }
        try writer.forgetAttempts(account)
        try writer.takeBackAttempt(origin)
        return try writer.beginSession(for: user.id, address: address, agent: agent)
      }
      return (user, session)
    }
  }

  /// Mails a link to set a password to the owner of a login or e-mail address. Who asks is told nothing of whether there
  /// is one; asking counts as attempts to sign in do.
  /// - Throws: ``SignInError/tooMany(retryAfter:)``.
  func mailLink(_ name: String, base: String?, language: Language, address: String) async throws {
    let (database, now, actor) = (database, now, actor)
    try await Blocking.run {
      let at = now()
      try database.write(as: actor, at: at) { writer in
        for subject in ["link:" + name, "link-address:" + address] {
          if let next = try writer.nextAttempt(subject, at: at) {
            throw SignInError.tooMany(retryAfter: max(1, Int(next.timeIntervalSince(at).rounded(.up))))
          }
          try writer.noteAttempt(subject)
        }
        guard let user = try writer.user(login: name) ?? writer.user(email: name),
          !user.disabled,
          user.email != nil
        else { return }
        let purpose: LinkPurpose = try writer.passwordHash(of: user.id) == nil ? .invitation : .reset
        try LinkMail.post(purpose, for: user, base: base, language: language, in: writer)
      }
    }
  }

  /// Sets the password of a link's owner; the link ends.
  /// - Throws: ``SignInError/badLink``, `PasswordError`.
  /// - Parameter language: what he reads, as far as nobody has said.
  func setPassword(_ password: String, link: Secret, language: Language? = nil) async throws -> User {
    let (database, now, passwords) = (database, now, passwords)
    return try await Blocking.run {
      guard let user = try database.read({ try $0.user(link: link, at: now()) }) else {
        throw SignInError.badLink
      }
      try Self.check(password, of: user, passwords)
      let hash = try PasswordHash.make(password)
      try database.write(as: Actor(user: user.id, name: "web"), at: now()) { writer in
        // The link may have been used meanwhile.
        guard try writer.user(link: link, at: now()) != nil else { throw SignInError.badLink }
        try writer.setPassword(hash: hash, for: user.id)
        if user.language == nil, let language { try writer.set(language: language.code, of: user.id) }
      }
      return user
    }
  }

  /// Changes one's own password; all sessions end.
  /// - Throws: ``SignInError``, `PasswordError`.
  func changePassword(of user: User, from old: String, to new: String) async throws {
    let (database, now, passwords) = (database, now, passwords)
    try await Blocking.run {
      let at = now()
      let account = "login:" + user.login
      try database.write(as: Actor(user: user.id, name: "web"), at: at) { writer in
        if let next = try writer.nextAttempt(account, at: at) {
          throw SignInError.tooMany(retryAfter: max(1, Int(next.timeIntervalSince(at).rounded(.up))))
        }
        try writer.noteAttempt(account)
      }
      guard let hash = try database.read({ try $0.passwordHash(of: user.id) }),
        PasswordHash.verify(old, against: hash)
      else { throw SignInError.wrongPassword }
      try Self.check(new, of: user, passwords)
      let made = try PasswordHash.make(new)
      try database.write(as: Actor(user: user.id, name: "web"), at: at) { writer in
        try writer.forgetAttempts(account)
        try writer.setPassword(hash: made, for: user.id)
      }
    }
  }

  static func check(_ password: String, of user: User, _ known: KnownPasswords) throws(PasswordError) {
    let words = [user.login, user.name] + (user.email.map { [$0] } ?? [])
    try PasswordRule.check(password, words: words, isKnown: known.contains)
  }
}

/// Why somebody could not prove who he is.
enum SignInError: CodedError, Equatable {
  case refused
  case wrongPassword
  case codeNeeded
  case wrongCode
  case tooMany(retryAfter: Int)
  case badLink

  var code: String {
    switch self {
    case .refused: "signIn.refused"
    case .wrongPassword: "signIn.wrongPassword"
    case .codeNeeded: "signIn.codeNeeded"
    case .wrongCode: "signIn.wrongCode"
    case .tooMany: "signIn.tooMany"
    case .badLink: "signIn.badLink"
    }
  }
  var message: String {
    switch self {
    case .refused: "the login or the password is wrong"
    case .wrongPassword: "the present password is another"
    case .codeNeeded: "a code of the authenticator app is needed too"
    case .wrongCode: "the code is wrong or was used before"
    case .tooMany: "too many attempts"
    case .badLink: "the link was used before, or has run out"
    }
  }
  var hint: String {
    switch self {
    case .refused: "check both; a forgotten password is set anew by a link"
    case .wrongPassword: "give the password you sign in with now"
    case .codeNeeded, .wrongCode: "give the six digits that the app shows now"
    case .tooMany(let seconds): "try again in \(seconds) s"
    case .badLink: "ask for a new one"
    }
  }
}
