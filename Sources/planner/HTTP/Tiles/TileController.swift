import CRM
import HTTPTypes
import Hummingbird

/// `/tiles/LAYER/Z/X/Y.mvt`, and `/tiles/LAYER.json` that describes a layer; see ``TileService``.
struct TileController: Sendable {
  let service: TileService
  var isOpen = false

  /// How the service is reached from outside; nil: as the client says.
  var publicURL: String?

  func addRoutes(to table: RouteTable) {
    let tile = "/tiles/{layer}/{z}/{x}/{y}.mvt"
    let description = "/tiles/{layer}.json"
    table.add(.get, tile, "tiles.tile", access: .surface(.useMaps)) { request, context in
      try await answer(request, context) { name, known in
        func part(_ name: String) -> String { context.parameters.get(name) ?? "" }
        // Only partners are chosen from; what else clients put into the query of a tile is theirs.
        let choice =
          name == TileService.Layer.partners.rawValue && request.uri.query?.isEmpty == false
          ? try PartnerChoice(try QueryReader(request, known: PartnerChoice.parameters)) : PartnerChoice()
        return try await service.tile(
          name, zoom: part("z"), x: part("x"), y: part("y"), scope: context.surfaceScope, choice: choice,
          knows: known)
      }
    }
    table.add(.get, description, "tiles.layer", access: .surface(.useMaps)) { request, context in
      try await answer(request, context) { name, _ in
        try service.description(name, root: publicURL ?? request.origin)
      }
    }
    for (name, path) in [("tiles.tile", tile), ("tiles.layer", description)] {
      table.add(.options, path, "\(name).options", access: .open) { _, _ in
        Response.preflight(isOpen: isOpen)
      }
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
      return try await answer.response(
        to: request, isOpen: isOpen, vary: "Accept-Encoding, Cookie, Authorization")
    } catch let fault as any SurfaceFault {
      return try Problem(fault, status: .notFound).response()
    }
  }
}
