import HTTPTypes
import Hummingbird

/// `/calendar/TOKEN.ics`, see ``CalendarService``.
struct CalendarController: Sendable {
  let service: CalendarService

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/calendar/{token}.ics", "calendar", access: .open) { request, context in
      let known = request.headers[.ifNoneMatch]
      do {
        let answer = try await service.calendar(context.parameters.get("token") ?? "") { tag in
          known.map { StaticAsset.matches($0, "\"\(tag)\"") } ?? false
        }
        return try await answer.response(to: request, isOpen: false, vary: "Accept-Encoding")
      } catch let fault as any SurfaceFault {
        return try Problem(fault, status: .notFound).response()
      }
    }
  }
}
