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

  /// How the service is reached from outside; nil: as the client says.
  var publicURL: String?

  /// Every address that there is, by the name of its operation.
  static let paths = [
    ("ogc.landing", "/ogc"), ("ogc.conformance", "/ogc/conformance"), ("ogc.definition", "/ogc/api"),
    ("ogc.collections", "/ogc/collections"), ("ogc.collection", "/ogc/collections/{collection}"),
    ("ogc.queryables", "/ogc/collections/{collection}/queryables"),
    ("ogc.sortables", "/ogc/collections/{collection}/sortables"),
    ("ogc.items", "/ogc/collections/{collection}/items"),
    ("ogc.item", "/ogc/collections/{collection}/items/{feature}"),
  ]

  func addRoutes(to table: RouteTable) {
    for (name, path) in Self.paths {
      table.add(.get, path, name, access: .surface(.useMaps)) { request, context in
        try await answer(request, context)
      }
      table.add(.options, path, "\(name).options", access: .open) { _, _ in
        Response.preflight(isOpen: isOpen)
      }
    }
  }

  private func answer(_ request: Request, _ context: PageContext) async throws -> Response {
    let path = request.uri.path.utf8.split(separator: UInt8(ascii: "/")).dropFirst().map { part in
      let text = String(decoding: part, as: UTF8.self)
      return text.removingPercentEncoding ?? text
    }
    let asked = OGCRequest(
      path: path, query: request.queryItems, accept: request.headers[.accept], language: request.language,
      root: (publicURL ?? request.origin) + "/ogc", scope: context.surfaceScope)
    let answer: SurfaceAnswer
    do {
      answer = try await service.answer(asked)
    } catch let fault as any SurfaceFault {
      return try Problem(fault, status: fault.status == 404 ? .notFound : .badRequest).response()
    }
    return try await answer.response(
      to: request, isOpen: isOpen, vary: "Accept, Accept-Language, Accept-Encoding, Cookie, Authorization")
  }
}
