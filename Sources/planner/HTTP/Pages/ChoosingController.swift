import CRM
import Foundation
import Geo
import Hummingbird
import Routing
import Store

/// What the map shows of a choice while somebody draws it: whom it holds, before anything is done with them. What is done
/// goes through the API.
struct ChoosingController: Sendable {
  let services: Services
  let renderer: PageRenderer
  /// Of more partners than these, pins are not marked and nothing is changed at once.
  static let mostChanged = 5000
  /// A task is made of no more.
  static let mostInTask = 200
  /// And of a choice by words so many are kept one by one.
  static let mostKept = 10_000

  func addRoutes(to table: RouteTable) {
    table.add(.post, "/map/chosen", "pageChosen", access: .needs(.readRecords), chosen)
    table.add(.post, "/map/reach", "pageReach", access: .needs(.readRecords), reach)
  }

  /// `{"selection":…}` in the API's form; the filters of the map stand in the address.
  @Sendable private func chosen(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(request, known: PartnerChoice.parameters)
    let choice = try PartnerChoice(query)
    let body = try APIBody.json(try await APIBody.collect(request), of: request).object(["selection"])
    let field = try body.required("selection")
    let (viewer, roads) = (try context.viewer, services.roads)
    let clock = services.clock
    let view = try await services.read { reader in
      let input = SelectionInput(reader: reader, viewer: viewer, roads: roads)
      let drawn = try input.selection(field)
      let others =
        choice.isSet ? try reader.chosenPartners(choice.query, scope: viewer.scope, by: clock) : nil
      let found = try reader.selectIDs(try input.inSight(drawn), among: others, by: clock)
      return ChosenView(
        found: found, selection: try Self.kept(drawn, choice, found),
        people: try RecordPagesController.people(reader), mayChange: viewer.may(.editPartners),
        mayAssign: viewer.may(.assignOthers), mayShare: viewer.may(.assignOthers),
        mayPlan: viewer.may(.planTrips), mayMakeTasks: viewer.may(.editTasks),
        mayExport: viewer.may(.exportRecords),
        user: try reader.user(viewer.user)?.login ?? "")
    }
    return .page(renderer.chosen(view, in: request.language), request.language)
  }

  /// The choice as it is kept under a name: with the filters, as far as a selection can say them, else one by one.
  /// - Returns: nil when these would be too many.
  private static func kept(
    _ drawn: Selection, _ choice: PartnerChoice, _ found: SelectedPartners
  ) throws -> Selection? {
    guard let filters = choice.selections else {
      return found.count > mostKept ? nil : .ids(found.entries.map(\.id).sorted())
    }
    return filters.isEmpty ? drawn : .and([drawn] + filters)
  }

  /// `{"from":{"latitude":…,"longitude":…},"minutes":…}`: where one gets to by car, as a GeoJSON geometry.
  @Sendable private func reach(request: Request, context: PageContext) async throws -> Response {
    let field = try APIBody.json(try await APIBody.collect(request), of: request)
    let (viewer, roads) = (try context.viewer, services.roads)
    let area = try await services.read {
      try SelectionInput(reader: $0, viewer: viewer, roads: roads).reachable(field)
    }
    return Response(
      status: .ok, headers: [.contentType: "application/geo+json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(bytes: GeoJSON.Geometry.multiPolygon(area).bytes)))
  }
}

extension PartnerChoice {
  /// What of it a selection can say; nil when words, the place or the address's region are asked for, which it cannot.
  var selections: [Selection]? {
    guard text.isEmpty, place == nil, region.isEmpty else { return nil }
    var parts: [Selection] = []
    if !kind.isEmpty { parts.append(.kind(kind)) }
    if !status.isEmpty { parts.append(.status(status)) }
    if !responsible.isEmpty { parts.append(.responsible([responsible == Self.nobody ? "" : responsible])) }
    if !tag.isEmpty { parts.append(.tag([tag])) }
    if isOverdue { parts.append(.overdue(asOf: nil)) }
    return parts
  }
}
