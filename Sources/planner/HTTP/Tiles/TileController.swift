import CRM
import HTTPTypes
import Hummingbird

/// `/tiles/LAYER/Z/X/Y.mvt`, and `/tiles/LAYER.json` that describes a layer; see ``TileService``.
struct TileController: Sendable {
  let service: TileService
  var isOpen = false

  func addRoutes(to router: Router<PageContext>) {
    router.get("tiles/{layer}/{z}/{x}/{y}.mvt") { request, context in
      try await answer(request, context) { name, known in
        func part(_ name: String) -> String { context.parameters.get(name) ?? "" }
        return try await service.tile(
          name, zoom: part("z"), x: part("x"), y: part("y"), scope: .all, knows: known)
      }
    }
    router.get("tiles/{layer}.json") { request, context in
      try await answer(request, context) { name, _ in
        try service.description(name, root: request.origin)
      }
    }
    for path in ["tiles/{layer}/{z}/{x}/{y}.mvt", "tiles/{layer}.json"] as [RouterPath] {
      router.on(path, method: .options) { _, _ in Response.preflight(isOpen: isOpen) }
    }
  }

  private func answer(
    _ request: Request, _ context: PageContext,
    _ make: (String, (String) -> Bool) async throws -> SurfaceAnswer
  ) async throws -> Response {
    let known = request.headers[.ifNoneMatch]
    do {
      let answer = try await make(context.parameters.get("layer") ?? "") { tag in
        known.map { StaticAsset.matches($0, "\"\(tag)\"") } ?? false
      }
      return answer.response(to: request, isOpen: isOpen, vary: "Accept-Encoding, Cookie, Authorization")
    } catch let fault as any SurfaceFault {
      return try Problem(fault, status: .notFound).response()
    }
  }
}
