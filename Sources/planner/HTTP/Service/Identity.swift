import CRM
import Foundation
import HTTPTypes
import Hummingbird
import Store

/// A signed-in person, and how he showed it.
struct Identity: Sendable {
  enum Proof: Sendable, Hashable {
    /// A browser's cookie: changes need the page code as well, which other sites do not know.
    case session(Secret)
    /// `Authorization: Bearer`: no browser sends it by itself.
    case token(Secret)
    /// The service was started for one person on this computer.
    case thisComputer
  }

  let user: User
  let viewer: Viewer
  let proof: Proof

  func may(_ permission: Permission) -> Bool { viewer.may(permission) }

  /// Somebody at a page, not a program with a token.
  var isAtPage: Bool {
    if case .token = proof { return false }
    return true
  }

  /// Who changes are recorded under.
  var actor: Actor {
    switch proof {
    case .token: Actor(user: user.id, name: "api")
    case .session, .thisComputer: Actor(user: user.id, name: "web")
    }
  }
}

/// Finds out who asks. Sessions and tokens are looked up with every request, so that what ended is over at once.
struct Gate: Sendable {
  static let cookie = "planner_session"

  /// Whose session or token the secret is.
  var lookUp: @Sendable (_ secret: Secret, _ isToken: Bool) async throws -> SignedIn?
  /// Notes that a session or token is in use.
  var noteUse: @Sendable (_ secret: Secret, _ isToken: Bool) -> Void = { _, _ in }
  /// Everybody on this computer is this person.
  var resident: Identity?
  var now: @Sendable () -> Date = { Date() }

  /// Nobody signs in: what tests of single pages start from.
  static let closed = Gate(lookUp: { _, _ in nil })

  /// - Throws: ``APIError/badToken`` when a token was shown that is none.
  func identify(_ request: Request) async throws -> Identity? {
    if let header = request.headers[.authorization] {
      guard let shown = ShownToken(header, method: request.method),
        let found = try await signedIn(shown.secret, isToken: true),
        shown.login == nil || shown.login == found.user.login
      else { throw APIError.badToken }
      let secret = shown.secret
      return Identity(user: found.user, viewer: found.viewer, proof: .token(secret))
    }
    if let value = request.cookies[Self.cookie]?.value {
      let secret = Secret(value)
      if let found = try await signedIn(secret, isToken: false) {
        return Identity(user: found.user, viewer: found.viewer, proof: .session(secret))
      }
    }
    return resident
  }

  private func signedIn(_ secret: Secret, isToken: Bool) async throws -> SignedIn? {
    let kind: Secret.Kind = isToken ? .token : .session
    guard secret.text.hasPrefix(kind.rawValue), secret.text.utf8.count < 100 else { return nil }
    guard let found = try await lookUp(secret, isToken) else { return nil }
    if now().timeIntervalSince(found.usedAt) >= SessionLife.note { noteUse(secret, isToken) }
    return found
  }
}

/// The token of an `Authorization` field.
private struct ShownToken {
  var secret: Secret
  /// Whose it is said to be; nil where nothing is said.
  var login: String?

  /// `Bearer TOKEN` (RFC 6750), or `Basic` with login and token (RFC 7617) for programs that know nothing else. A
  /// browser sends the latter by itself once it has it, so it reads only. Nil for anything else.
  init?(_ header: String, method: HTTPRequest.Method) {
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let text = parts[1].trimmingCharacters(in: .whitespaces)
    switch parts[0].lowercased() {
    case "bearer": secret = Secret(text)
    case "basic":
      guard [.get, .head].contains(method), text.utf8.count < 400, let data = Data(base64Encoded: text),
        let pair = String(bytes: data, encoding: .utf8), let colon = pair.utf8.firstIndex(of: 0x3A)
      else { return nil }
      login = pair[..<colon].lowercased()
      secret = Secret(String(pair[colon...].dropFirst()))
    default: return nil
    }
  }
}

/// Puts the identity of whoever asks beside the request.
struct Authentication: RouterMiddleware {
  let gate: Gate

  func handle(
    _ request: Request, context: PageContext,
    next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.identity = try await gate.identify(request)
    return try await next(request, context)
  }
}
