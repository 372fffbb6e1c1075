import CRM
import HTTPTypes
import Hummingbird
import Store

/// `/api/v1/exports/partners.geojson` and `.csv`: everybody the asker may see, or of them whom a selection holds,
/// streamed; see ``PartnerExport``.
struct ExportController: Sendable {
  let read: StoreReading
  let services: Services

  func addRoutes(to table: RouteTable) {
    for format in PartnerExport.Format.allCases {
      let (path, isTable) = ("/api/v1/exports/partners.\(format.rawValue)", format == .csv)
      table.add(
        .get, path, isTable ? "exportPartnersTable" : "exportPartners", access: .needs(.exportRecords)
      ) { request, context in
        try await answer(format, among: nil, request, context)
      }
      table.add(
        .post, path, isTable ? "exportSelectionTable" : "exportSelection", access: .needs(.exportRecords)
      ) { request, context in
        try await answer(format, among: try await chosen(request, context), request, context)
      }
    }
  }

  private func answer(
    _ format: PartnerExport.Format, among chosen: ChosenPartners?, _ request: Request, _ context: PageContext
  ) async throws -> Response {
    // Whoever means to filter must not get everybody.
    _ = try QueryReader(request, known: [])
    let export = try PartnerExport(format, read: read, scope: context.scope, among: chosen)
    let answer = SurfaceAnswer(
      contentType: format.contentType,
      headers: [("Content-Disposition", "attachment; filename=\"partners.\(format.rawValue)\"")],
      body: .stream { try await export.next() })
    return try await answer.response(
      to: request, isOpen: false, vary: "Accept-Encoding, Cookie, Authorization")
  }

  /// `{"selection":…}` in the API's form.
  private func chosen(_ request: Request, _ context: PageContext) async throws -> ChosenPartners {
    let body = try APIBody.json(try await APIBody.collect(request), of: request).object(["selection"])
    let field = try body.required("selection")
    let (viewer, roads, clock) = (try context.viewer, services.roads, services.clock)
    return try await services.read { reader in
      let input = SelectionInput(reader: reader, viewer: viewer, roads: roads)
      return try reader.selectIDs(try input.inSight(try input.selection(field)), by: clock).chosen
    }
  }
}
