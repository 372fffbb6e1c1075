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
  var noteUse: @Sendable (_ secret: Secret, _ isToken: Bool) async -> Void = { _, _ in }
  /// Everybody on this computer is this person.
  var resident: Identity?
  var now: @Sendable () -> Date = { Date() }

  /// Nobody signs in: what tests of single pages start from.
  static let closed = Gate(lookUp: { _, _ in nil })

  /// - Throws: ``APIError/badToken`` when a token was shown that is none.
  func identify(_ request: Request) async throws -> Identity? {
    if let header = request.headers[.authorization] {
      let parts = header.split(separator: " ", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw APIError.badToken }
      let secret = Secret(parts[1].trimmingCharacters(in: .whitespaces))
      guard let found = try await signedIn(secret, isToken: true) else { throw APIError.badToken }
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
    if now().timeIntervalSince(found.usedAt) >= SessionLife.note { await noteUse(secret, isToken) }
    return found
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
