import CRM
import Hummingbird
import Store

/// The page a list of partners is brought in by. Its steps are those of the API.
struct ImportPagesController: Sendable {
  let services: Services
  let renderer: PageRenderer

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/import", "pageImport", access: .needs(.importPartners)) { request, context in
      _ = try QueryReader(request, known: [])
      let (frame, clock) = (PageFrame(request, context), services.clock)
      let scope = context.identity?.viewer.scope ?? .responsible([])
      let runs = try await services.read { try $0.importRunPage(limit: 20, scope: scope).items }
      let view = ImportView(runs: runs, pageCode: frame.person?.code, clock: clock)
      return .page(renderer.importing(view, in: frame), frame.language)
    }
  }
}
