import HTTPTypes
import Hummingbird

/// `/api/v1/exports/partners.geojson` and `.csv`: everybody the asker may see, streamed; see ``PartnerExport``.
struct ExportController: Sendable {
  let read: StoreReading

  func addRoutes(to table: RouteTable) {
    for format in PartnerExport.Format.allCases {
      let name = format == .csv ? "exportPartnersTable" : "exportPartners"
      table.add(
        .get, "/api/v1/exports/partners.\(format.rawValue)", name, access: .needs(.exportRecords)
      ) { request, context in
        let export = try PartnerExport(format, read: read, scope: context.scope)
        let answer = SurfaceAnswer(
          contentType: format.contentType,
          headers: [("Content-Disposition", "attachment; filename=\"partners.\(format.rawValue)\"")],
          body: .stream { try await export.next() })
        return answer.response(to: request, isOpen: false, vary: "Accept-Encoding, Cookie, Authorization")
      }
    }
  }
}
