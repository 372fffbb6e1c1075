import CRM
import Foundation
import Hummingbird

/// Pages of trips, and a trip as a file.
struct TripController: Sendable {
  let library: TripLibrary
  let renderer: PageRenderer

  func addRoutes(to router: Router<PageContext>) {
    router.get("/", use: latest)
    for form in TripFile.allCases {
      router.get("trips/{id}.\(form.rawValue)") { request, context in
        try file(form, request, context)
      }
    }
    router.get("trips/{id}", use: trip)
  }

  /// The latest trip, or the invitation to plan one.
  @Sendable func latest(request: Request, context: PageContext) throws -> Response {
    let heads = try library.heads()
    let language = request.language
    guard let newest = heads.first, let view = try library.view(newest.id) else {
      return .page(renderer.empty(in: language), language)
    }
    return .page(renderer.trip(view, among: heads, in: language), language)
  }

  @Sendable func trip(request: Request, context: PageContext) throws -> Response {
    let view = try library.view(identifier(context)).orNotFound()
    let language = request.language
    return .page(renderer.trip(view, among: try library.heads(), in: language), language)
  }

  private func file(_ form: TripFile, _ request: Request, _ context: PageContext) throws -> Response {
    let id = try identifier(context)
    let data = try library.file(id, form).orNotFound()
    let asset = StaticAsset(data, contentType: form.contentType)
    var response = try asset.response(to: request, immutable: false)
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
  static func page(_ html: String, _ language: Language, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status,
      headers: [
        .contentType: "text/html; charset=utf-8", .contentLanguage: language.code,
        .cacheControl: "no-store", .vary: "Accept-Language",
      ],
      body: .init(byteBuffer: ByteBuffer(string: html)))
  }
}

extension Request {
  var language: Language { .preferred(by: headers[.acceptLanguage]) }
}
