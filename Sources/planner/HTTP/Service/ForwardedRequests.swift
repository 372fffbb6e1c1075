import HTTPTypes
import Hummingbird

/// Requests that came through a trusted proxy look, to everything behind this, as the proxy got them: with the client's
/// address, and with the scheme and the name of the server that the client used. What others say of themselves changes
/// nothing, see ``TrustedProxies``.
struct ForwardedRequests: RouterMiddleware {
  let trusted: TrustedProxies

  func handle(
    _ request: Request, context: PageContext,
    next: (Request, PageContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.isForwarded = TrustedProxies.isForwarded(request.headers)
    guard let client = trusted.client(of: context.remoteAddress, request.headers) else {
      return try await next(request, context)
    }
    context.remoteAddress = client.address
    var head = request.head
    if let scheme = client.scheme { head.scheme = scheme }
    if let authority = client.authority { head.authority = authority }
    return try await next(Request(head: head, body: request.body), context)
  }
}
