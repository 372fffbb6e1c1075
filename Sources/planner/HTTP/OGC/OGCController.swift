import CRM
import Geo
import HTTPTypes
import Hummingbird
import Store

/// `/ogc` and what is below it: OGC API – Features, see ``OGCService``.
struct OGCController: Sendable {
  let service: OGCService
  /// Read by anybody, pages of other origins among them.
  var isOpen = false

  /// Every address that there is.
  static let paths = [
    "ogc", "ogc/conformance", "ogc/api", "ogc/collections", "ogc/collections/{collection}",
    "ogc/collections/{collection}/queryables", "ogc/collections/{collection}/items",
    "ogc/collections/{collection}/items/{feature}",
  ]

  func addRoutes(to router: Router<PageContext>) {
    for path in Self.paths {
      router.get(RouterPath(path)) { request, context in try await answer(request, context) }
      router.on(RouterPath(path), method: .options) { _, _ in Response.preflight(isOpen: isOpen) }
    }
  }

  private func answer(_ request: Request, _ context: PageContext) async throws -> Response {
    let path = request.uri.path.utf8.split(separator: UInt8(ascii: "/")).dropFirst().map { part in
      let text = String(decoding: part, as: UTF8.self)
      return text.removingPercentEncoding ?? text
    }
    let asked = OGCRequest(
      path: path, query: request.queryItems, accept: request.headers[.accept], language: request.language,
      root: request.origin + "/ogc")
    let answer: SurfaceAnswer
    do {
      answer = try await service.answer(asked)
    } catch let fault as any SurfaceFault {
      return try Problem(fault, status: fault.status == 404 ? .notFound : .badRequest).response()
    }
    return answer.response(
      to: request, isOpen: isOpen, vary: "Accept, Accept-Language, Accept-Encoding, Cookie, Authorization")
  }
}
