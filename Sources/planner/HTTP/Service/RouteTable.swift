import CRM
import Foundation
import HTTPTypes
import Hummingbird
import Store

/// The one way to add a route: with its name and with who may use it. What the document of the API says, the matrix of
/// roles tries and the server answers is this table.
final class RouteTable {
  /// A route as it was added.
  struct Entry: Sendable, Hashable {
    var method: String
    /// Hummingbird's form: `/api/v1/partners/{id}`.
    var path: String
    /// Unique name, that of the API document's `operationId`.
    var operation: String
    var access: Access
  }

  private(set) var entries: [Entry] = []
  private let router: Router<PageContext>
  private let settings: Settings

  /// What every route is guarded by beside its own access.
  struct Settings: Sendable {
    /// Surfaces of maps and roads may be read by anybody.
    var openSurfaces = false
    /// Metrics may be read from other computers.
    var openMetrics = false
    var limiter: RateLimiter?
  }

  init(_ router: Router<PageContext>, settings: Settings = Settings()) {
    self.router = router
    self.settings = settings
  }

  func add(
    _ method: HTTPRequest.Method, _ path: String, _ operation: String, access: Access,
    _ handler: @escaping @Sendable (Request, PageContext) async throws -> Response
  ) {
    entries.append(Entry(method: method.rawValue, path: path, operation: operation, access: access))
    let settings = settings
    let answer: @Sendable (Request, PageContext) async throws -> Response = { request, context in
      try await Self.check(access, request, context, settings)
      return try await handler(request, context)
    }
    router.on(RouterPath(path), method: method, use: answer)
    // ``HeadAnswers`` leaves the body out.
    if method == .get { router.on(RouterPath(path), method: .head, use: answer) }
  }

  /// Refuses whoever may not use the route, whoever asks too often, and changes that another site may have begun.
  private static func check(
    _ access: Access, _ request: Request, _ context: PageContext, _ settings: Settings
  ) async throws {
    let identity = context.identity
    switch access {
    case .open, .signed: return
    case .local:
      // A proxy on this computer asks for others.
      let isLocal =
        !context.isForwarded && ["", "127.0.0.1", "::1"].contains(context.remoteAddress)
      guard isLocal || settings.openMetrics || identity?.may(.manageService) == true else {
        throw APIError.forbidden("metrics are told on this computer only")
      }
      return
    case .surface(let permission):
      guard let identity else {
        guard settings.openSurfaces else { throw APIError.signInNeeded }
        return
      }
      guard identity.may(permission) else { throw APIError.needs(permission) }
      return
    case .signedIn:
      guard identity != nil else { throw APIError.signInNeeded }
    case .needs(let permission):
      guard let identity else { throw APIError.signInNeeded }
      guard identity.may(permission) else { throw APIError.needs(permission) }
    case .needsOne(let permissions):
      guard let identity else { throw APIError.signInNeeded }
      guard permissions.contains(where: identity.may) else { throw APIError.needs(permissions[0]) }
    }
    guard let identity else { return }
    try settings.limiter?.take(identity.user.id)
    try PageCode.check(request, identity)
  }

  /// Methods an address does not have are 405 and named with those it has (RFC 9110 §15.5.6), not "no such page".
  /// Called when all routes are there.
  func refuseOtherMethods() {
    let methods: [HTTPRequest.Method] = [
      .get, .head, .post, .put, .patch, .delete, .options, .trace, .init("QUERY")!,
    ]
    for (path, entries) in Dictionary(grouping: entries, by: \.path) {
      var known = Set(entries.map(\.method))
      if known.contains("GET") { known.insert("HEAD") }
      let allow = methods.map(\.rawValue).filter(known.contains).joined(separator: ", ")
      for method in methods where !known.contains(method.rawValue) {
        router.on(RouterPath(path), method: method) { _, _ -> Response in
          throw HTTPError(.methodNotAllowed, headers: [.allow: allow])
        }
      }
    }
  }
}

/// Changes that come with a browser's cookie must carry the page code of the session, in the header `X-Page-Code` or,
/// from a form, checked by the form's own handler; and must not come from a page of another site.
enum PageCode {
  static let header = HTTPField.Name("X-Page-Code")!
  /// The name of a form's hidden field.
  static let field = "pageCode"
  private static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!

  static func check(_ request: Request, _ identity: Identity) throws {
    guard ![.get, .head, .options, .trace].contains(request.method) else { return }
    switch identity.proof {
    case .token: return
    case .thisComputer: try refuseOtherSites(request)
    case .session(let secret):
      try refuseOtherSites(request)
      // The handler of a form checks the field in its body; the API takes no forms.
      if isForm(request), !request.uri.path.hasPrefix("/api/") { return }
      guard let code = request.headers[header], Secret.equal(code, secret.pageCode) else {
        throw APIError.pageCode
      }
    }
  }

  static func isForm(_ request: Request) -> Bool {
    request.headers[.contentType]?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
  }

  /// Browsers say where a request comes from (Fetch Metadata); older ones name the origin at least.
  static func refuseOtherSites(_ request: Request) throws {
    if let site = request.headers[fetchSite], !["same-origin", "none"].contains(site) {
      throw APIError.otherSite
    }
    guard let origin = request.headers[.origin] else { return }
    let host = origin.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first.map(
      String.init)
    guard let host, host.lowercased() == request.head.authority?.lowercased() else {
      throw APIError.otherSite
    }
  }
}
