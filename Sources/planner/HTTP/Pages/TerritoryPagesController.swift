import CRM
import Geo
import Hummingbird
import Store

/// The page on which territories are drawn. It changes them by the API.
struct TerritoryPagesController: Sendable {
  let services: Services
  let renderer: PageRenderer

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/admin/territories", "pageTerritories", access: .needs(.manageTerritories), page)
    table.add(
      .get, "/admin/territories/state", "pageTerritoryState", access: .needs(.manageTerritories)
    ) { request, context in
      .page(
        renderer.territoryState(try await view(request, context), in: request.language), request.language)
    }
  }

  @Sendable private func page(request: Request, context: PageContext) async throws -> Response {
    let frame = PageFrame(request, context)
    return .page(renderer.territories(try await view(request, context), in: frame), frame.language)
  }

  private func view(_ request: Request, _ context: PageContext) async throws -> TerritoryView {
    let asked = try QueryReader(request, known: ["country"]).text("country")?.uppercased()
    if let asked, asked.wholeMatch(of: /[A-Z]{2}/) == nil {
      throw APIError.badParameter(
        "country", detail: "\"\(asked)\" is no country", hint: "write its two letters, such as BY")
    }
    let (scope, clock, tabs) = (
      try context.viewer.scope, services.clock, AdminPagesController.tabs(context)
    )
    let code = PageFrame(request, context).person?.code
    return try await services.read { reader in
      let facts = try reader.regionFacts(PartnerQuery(), scope: scope, by: clock)
      let everybody = try reader.chosenPartners(PartnerQuery(), scope: scope, by: clock)
      let territories = try reader.territories()
      let given = Set(territories.map(\.manager))
      // Who plans trips, and whoever has a territory already.
      let managers = try reader.users().filter {
        given.contains($0.id)
          || !$0.disabled && $0.role.permissions.contains(.planTrips) && $0.role != .administrator
      }
      let regions = try reader.regions()
      let known = Set(regions.map(\.code))
      let placed = facts.reduce(0) { $0 + (known.contains($1.key) ? $1.value.partners : 0) }
      return TerritoryView(
        regions: regions, facts: facts, unknown: everybody.count - placed, managers: managers,
        territories: territories, asked: asked, extent: try reader.extent(of: everybody, scope: scope),
        tabs: tabs,
        pageCode: code)
    }
  }
}
