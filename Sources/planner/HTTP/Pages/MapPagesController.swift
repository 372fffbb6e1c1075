import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// The map of all partners, and what it loads while somebody looks around.
struct MapPagesController: Sendable {
  let services: Services
  let renderer: PageRenderer
  /// Partners in the list beside the map.
  static let listed = 50

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/map", "pageMap", access: .needs(.readRecords), map)
    table.add(.get, "/map/list", "pageMapList", access: .needs(.readRecords), list)
    table.add(.get, "/map/card/{id}", "pageMapCard", access: .needs(.readRecords), card)
    table.add(.get, "/map/regions", "pageMapRegions", access: .needs(.readRecords), regions)
    table.add(.get, "/map/regions/{code}", "pageMapRegion", access: .needs(.readRecords), region)
  }

  private var clock: DayClock { services.clock }

  @Sendable private func map(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(request, known: PartnerChoice.parameters + ["by", "at", "regions"])
    let choice = try PartnerChoice(query)
    let dimension = try query.choices("by", MapDimension.self)?.first ?? .urgency
    let shade =
      try query.text("regions")?.isEmpty == false
      ? query.choices("regions", RegionShade.self)?.first : nil
    let place = try query.text("at").map { text in
      guard let place = MapPlace(text) else {
        throw APIError.badParameter(
          "at", detail: "\"\(text)\" is no place of the map",
          hint: "write LATITUDE,LONGITUDE,ZOOM: 53.9,27.56,11")
      }
      return place
    }
    let (scope, clock, frame) = (try context.viewer.scope, clock, PageFrame(request, context))
    let (mayReview, identity) = (context.identity?.may(.editPartners) == true, context.identity)
    let findsPlaces = services.gazetteer != nil && identity?.may(.useMaps) == true
    let view = try await services.read { reader in
      func count(_ change: (inout PartnerQuery) -> Void) throws -> Int {
        var wanted = choice.query
        change(&wanted)
        return try reader.chosenPartners(wanted, scope: scope, by: clock).count
      }
      let chosen = try reader.chosenPartners(choice.query, scope: scope, by: clock)
      return MapView(
        choice: choice, dimension: dimension, place: place,
        extent: try reader.extent(of: chosen, scope: scope),
        list: try Self.list(choice.query, scope, clock, reader),
        offer: try ChoiceOffer(reader, scope, by: clock), views: try KeptViews(reader, identity),
        shade: shade, findsPlaces: findsPlaces,
        missing: try count { $0.hasLocation = false }, stale: try count { $0.stale = true },
        mayReview: mayReview,
        pageCode: frame.person?.code)
    }
    return .page(renderer.map(view, in: frame), frame.language)
  }

  /// Those that were not visited for longest come first.
  private static func list(
    _ query: PartnerQuery, _ scope: RecordScope, _ clock: DayClock, _ reader: Reader
  ) throws -> MapListView {
    var query = query
    query.hasLocation = true
    query.sort = .lastVisit
    query.limit = listed
    query.countsTotal = true
    let page = try reader.partnerPage(query, scope: scope, by: clock)
    return MapListView(items: page.items, total: page.total ?? page.items.count, clock: clock)
  }

  @Sendable private func list(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(request, known: PartnerChoice.parameters + ["box"])
    var wanted = try PartnerChoice(query).query
    wanted.box = try query.text("box").map(Self.box)
    let (asked, scope, clock) = (wanted, try context.viewer.scope, clock)
    let view = try await services.read { try Self.list(asked, scope, clock, $0) }
    return .page(renderer.mapList(view, in: request.language), request.language)
  }

  /// `WEST,SOUTH,EAST,NORTH`; what lies beyond the world is cut off.
  private static func box(_ text: String) throws -> BoundingBox {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
    guard parts.count == 4, parts.allSatisfy(\.isFinite), parts[0] <= parts[2], parts[1] <= parts[3] else {
      throw APIError.badParameter(
        "box", detail: "\"\(text)\" is no box", hint: "write WEST,SOUTH,EAST,NORTH in degrees")
    }
    func cut(_ value: Double, _ limit: Double) -> Double { min(limit, max(-limit, value)) }
    return BoundingBox(
      south: cut(parts[1], 90), west: cut(parts[0], 180), north: cut(parts[3], 90), east: cut(parts[2], 180))
  }

  @Sendable private func card(request: Request, context: PageContext) async throws -> Response {
    guard let id = context.parameters.get("id").flatMap({ PartnerID($0) }) else { throw HTTPError(.notFound) }
    let (viewer, clock, identity) = (try context.viewer, clock, context.identity)
    let view = try await services.read { reader in
      let partner = try PartnersController.visible(id, viewer, reader)
      return MapCardView(
        partner: partner,
        responsible: try partner.responsible.flatMap { try RecordPagesController.names(reader)[$0] },
        clock: clock,
        mayLog: viewer.changes(partner.responsible) && identity?.may(.recordActivities) == true)
    }
    return .page(renderer.mapCard(view, in: request.language), request.language)
  }

  /// How many partners of the choice there are in each region, how many of them are overdue, and how many were not visited
  /// for 90 days: `{"BY-BR":[12,3,5],…}`.
  @Sendable private func regions(request: Request, context: PageContext) async throws -> Response {
    let choice = try PartnerChoice(try QueryReader(request, known: PartnerChoice.parameters))
    let (scope, clock) = (try context.viewer.scope, clock)
    let facts = try await services.read { try $0.regionFacts(choice.query, scope: scope, by: clock) }
    let members = facts.sorted { $0.key < $1.key }.map { code, fact in
      (code, JSONValue.array([.int(fact.partners), .int(fact.overdue), .int(fact.unvisited)]))
    }
    return Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: JSONValue.object(members).bytes)))
  }

  @Sendable private func region(request: Request, context: PageContext) async throws -> Response {
    let choice = try PartnerChoice(try QueryReader(request, known: PartnerChoice.parameters))
    let code = context.parameters.get("code")?.uppercased() ?? ""
    let (scope, clock) = (try context.viewer.scope, clock)
    let view = try await services.read { reader -> MapRegionView in
      guard let region = try reader.regionInfo(code: code) else { throw HTTPError(.notFound) }
      let facts = try reader.regionFacts(choice.query, scope: scope, by: clock)
      return MapRegionView(region: region, facts: facts[code] ?? RegionFacts(), choice: choice)
    }
    return .page(renderer.mapRegion(view, in: request.language), request.language)
  }
}
