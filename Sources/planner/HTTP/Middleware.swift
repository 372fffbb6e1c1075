import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Logging

/// Headers that every answer carries.
struct SecurityHeaders: RouterMiddleware {
  /// No inline script or style, nothing from another host. The map library starts its workers from a blob.
  /// - Parameter tiles: the operator's, which pages may load too.
  static func policy(_ tiles: OperatorTiles?) -> String {
    let others = tiles.map { " \($0.origin)" } ?? ""
    return [
      "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:\(others)",
      "connect-src 'self'\(others)", "worker-src 'self' blob:", "child-src blob:", "font-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'self'", "frame-ancestors 'none'",
    ].joined(separator: "; ")
  }

  /// Which site asks is told to nobody, but to the operator's tiles: services of maps refuse whoever does not say. Which
  /// page it is stays here either way.
  static func referrer(_ tiles: OperatorTiles?) -> String {
    tiles == nil ? "same-origin" : "strict-origin-when-cross-origin"
  }

  private let fields: [HTTPField]

  init(tiles: OperatorTiles? = nil) {
    fields = [
      HTTPField(name: .contentSecurityPolicy, value: Self.policy(tiles)),
      HTTPField(name: .xContentTypeOptions, value: "nosniff"),
      HTTPField(name: HTTPField.Name("Referrer-Policy")!, value: Self.referrer(tiles)),
      HTTPField(name: HTTPField.Name("X-Frame-Options")!, value: "DENY"),
      HTTPField(name: HTTPField.Name("Cross-Origin-Opener-Policy")!, value: "same-origin"),
      HTTPField(name: HTTPField.Name("Cross-Origin-Resource-Policy")!, value: "same-origin"),
      HTTPField(name: HTTPField.Name("Permissions-Policy")!, value: "camera=(), microphone=(), payment=()"),
    ]
  }

  func handle(
    _ request: Request, context: PageContext,
    next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    for field in fields { response.headers.append(field) }
    if context.ending.isSet { response.headers[.connection] = "close" }
    return response
  }
}

/// HEAD is answered as GET is, refusals included, without the body (RFC 9110 §9.3.2): with its length where that is known,
/// with none for a stream.
struct HeadAnswers: RouterMiddleware {
  /// Closes the connection behind the head of an answer.
  private struct Closing: Error {}

  func handle(
    _ request: Request, context: PageContext,
    next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    guard request.method == .head else { return response }
    // Bodies of a known length have it in the headers, and so have streams that were measured.
    guard response.headers[.contentLength] == nil else { return response.createHeadResponse() }
    // An answer without a length is sent in chunks, and their end is a piece of a body: nothing may be written any more.
    var headers = response.headers
    headers[.connection] = "close"
    let hasSocket = !context.remoteAddress.isEmpty
    return Response(
      status: response.status, headers: headers,
      body: ResponseBody { writer in
        guard !hasSocket else { throw Closing() }
        try await writer.finish(nil)
      })
  }
}

/// A server on the loopback address answers only to names of the loopback address, and to the one it has outside behind a
/// proxy: a page elsewhere whose own name was made to lead here (DNS rebinding) reads nothing.
struct LoopbackNames: RouterMiddleware {
  private let outside: String?

  /// - Parameter publicURL: how the service is reached from outside.
  init(publicURL: String? = nil) {
    outside = publicURL.flatMap { URL(string: $0)?.host()?.lowercased() }
  }

  func handle(
    _ request: Request, context: PageContext,
    next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    guard let authority = request.head.authority, !Self.isLoopback(authority),
      outside == nil || Self.name(authority) != outside
    else {
      return try await next(request, context)
    }
    return try Problem(
      status: .misdirectedRequest, detail: "this server answers as 127.0.0.1 and localhost only"
    ).response()
  }

  static func isLoopback(_ authority: String) -> Bool {
    ["localhost", "127.0.0.1", "[::1]"].contains(name(authority))
  }

  /// Without the port, in small letters.
  private static func name(_ authority: String) -> String {
    let name: Substring
    if authority.utf8.first == UInt8(ascii: "["), let close = authority.firstIndex(of: "]") {
      name = authority[...close]
    } else {
      name = authority.split(separator: ":", omittingEmptySubsequences: false).first ?? ""
    }
    return name.lowercased()
  }
}

/// Turns every error into an answer: a page for people, a problem document for programs. A database that another
/// program holds is 503 with the time to ask again, a full disk is 507. What was not foreseen is logged and told as
/// 500 without its insides.
struct ErrorAnswers: RouterMiddleware {
  let library: TripLibrary
  let renderer: PageRenderer

  func handle(
    _ request: Request, context: PageContext,
    next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as APIError {
      return try await answer(error, request, context)
    } catch let error as HTTPError {
      return try await answer(
        error.status, Problem(status: error.status, detail: error.body), headers: error.headers, request,
        context)
    } catch let error as any CodedError {
      let status = HTTPResponse.Status(error)
      if status.kind == .serverError { context.logger.error("\(error.code): \(error.message)") }
      var headers: HTTPFields = status == .serviceUnavailable ? [.retryAfter: "5"] : [:]
      if case .tooMany(let seconds)? = error as? SignInError { headers[.retryAfter] = "\(seconds)" }
      return try await answer(status, Problem(error, status: status), headers: headers, request, context)
    } catch {
      context.logger.error("\(request.method) \(request.loggedPath): \(error)")
      return try await answer(.internalServerError, Problem(status: .internalServerError), request, context)
    }
  }

  private func answer(_ error: APIError, _ request: Request, _ context: PageContext) async throws -> Response
  {
    var headers: HTTPFields = [:]
    switch error {
    case .tooMany(let seconds): headers[.retryAfter] = "\(seconds)"
    case .planningBusy: headers[.retryAfter] = "5"
    case .badToken: headers[.wwwAuthenticate] = "Bearer error=\"invalid_token\""
    case .signInNeeded:
      if Self.wantsPage(request), request.method == .get || request.method == .head {
        return .seeOther("/sign-in?next=" + SignInAddress.escaped(request.uri.string))
      }
      headers[.wwwAuthenticate] = "Bearer"
    default: break
    }
    let status = error.status
    return try await answer(status, Problem(error, status: status), headers: headers, request, context)
  }

  private func answer(
    _ status: HTTPResponse.Status, _ problem: Problem, headers: HTTPFields = [:], _ request: Request,
    _ context: PageContext
  ) async throws -> Response {
    guard Self.wantsPage(request) else { return try problem.response(headers: headers) }
    let language = request.language
    // Trips to go on to; a database that just failed is not asked again.
    let isAsked = status.kind == .clientError && context.identity?.may(.readRecords) == true
    let heads = isAsked ? (try? await library.heads(context.scope)) ?? [] : []
    return .page(
      renderer.message(status: status.code, among: heads, in: PageFrame(request, context)), language,
      status: status,
      headers: headers)
  }

  /// A browser asking for a page, not a program or a script asking for data.
  static func wantsPage(_ request: Request) -> Bool {
    let path = request.uri.path
    if path.hasPrefix("/api/") || path.hasSuffix(".geojson") || path.hasPrefix("/assets/") {
      return false
    }
    return request.headers[.accept]?.contains("text/html") == true
  }
}
