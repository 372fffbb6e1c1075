import CRM
import Foundation
import HTTPTypes
import Hummingbird

/// Pages of trips, and a trip as a file.
struct TripController: Sendable {
  let library: TripLibrary
  let renderer: PageRenderer

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/", "pageHome", access: .needs(.readRecords), home)
    table.add(.get, "/trips", "pageLatestTrip", access: .needs(.readRecords), latest)
    for form in TripFile.allCases {
      table.add(
        .get, "/trips/{id}.\(form.rawValue)", "pageTripFile.\(form.rawValue)", access: .needs(.readRecords)
      ) { request, context in
        try await file(form, request, context)
      }
    }
    table.add(.get, "/trips/{id}", "pageTrip", access: .needs(.readRecords), trip)
  }

  /// Where a day begins: on the map, among the partners.
  @Sendable func home(request: Request, context: PageContext) async throws -> Response {
    .seeOther(PageFrame.Section.map.address)
  }

  /// The latest trip, or the invitation to plan one.
  @Sendable func latest(request: Request, context: PageContext) async throws -> Response {
    let heads = try await library.heads(context.scope)
    let language = request.language
    guard let newest = heads.first, let view = try await library.view(newest.id, context.scope) else {
      let none = language.phrases.noTrip
      return .page(
        renderer.nothingYet(none, title: none.title, in: PageFrame(request, context, section: .trips)),
        language)
    }
    return .page(
      renderer.trip(view, among: heads, in: PageFrame(request, context, section: .trips)), language)
  }

  @Sendable func trip(request: Request, context: PageContext) async throws -> Response {
    let view = try await library.view(identifier(context), context.scope).orNotFound()
    let language = request.language
    return .page(
      renderer.trip(
        view, among: try await library.heads(context.scope),
        in: PageFrame(request, context, section: .trips)),
      language)
  }

  private func file(_ form: TripFile, _ request: Request, _ context: PageContext) async throws -> Response {
    let id = try identifier(context)
    let data = try await library.file(id, form, context.scope).orNotFound()
    let asset = StaticAsset(data, contentType: form.contentType)
    var response = try asset.response(to: request, immutable: false)
    // Names, addresses and telephones of whom the reader may see.
    response.headers[.cacheControl] = "private, no-cache"
    response.headers[.vary] = "Accept-Encoding, Cookie, Authorization"
    if form != .geojson {
      response.headers[.contentDisposition] = "attachment; filename=\"trip-\(id).\(form.rawValue)\""
    }
    return response
  }

  private func identifier(_ context: PageContext) throws -> TripID {
    try context.parameters.get("id").flatMap { TripID($0) }.orNotFound()
  }
}

extension Optional {
  fileprivate func orNotFound() throws -> Wrapped {
    guard let self else { throw HTTPError(.notFound) }
    return self
  }
}

extension Response {
  /// A page: never stored by caches in between, and different by language.
  /// - Parameter headers: further ones.
  static func page(
    _ html: String, _ language: Language, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
  ) -> Response {
    var headers = headers
    headers[.contentType] = "text/html; charset=utf-8"
    headers[.contentLanguage] = language.code
    headers[.cacheControl] = "no-store"
    headers[.vary] = "Accept-Language, Cookie"
    return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
  }
}
