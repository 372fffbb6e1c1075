import Geo
import HTTPTypes
import Hummingbird
import Routing

/// The services of OSRM's HTTP API, version 1, where clients of OSRM expect them: `/route/v1/driving/…` and its
/// siblings. Open to pages of any origin, as OSRM is.
struct OSRMController: Sendable {
  let service: OSRMService

  /// Services that OSRM has and this server has not are named by their own code.
  private static let names = OSRMRequest.Service.allCases.map(\.rawValue) + ["match", "tile"]

  func addRoutes(to table: RouteTable) {
    for name in Self.names {
      table.add(.get, "/\(name)/**", "osrm.\(name)", access: .surface(.useMaps)) { request, context in
        try await answer(request, context)
      }
      table.add(.options, "/\(name)/**", "osrm.\(name).options", access: .open) { _, _ in
        Response(status: .noContent, headers: Self.headers)
      }
    }
  }

  private func answer(_ request: Request, _ context: PageContext) async throws -> Response {
    let answer: OSRMAnswer
    do {
      answer = try await service.answer(to: request.uri.string)
    } catch let error as CancellationError {
      throw error
    } catch {
      // Nothing of the inside of this server is told.
      context.logger.error("\(request.uri.path): \((error as? any CodedError)?.message ?? "\(error)")")
      answer = OSRMAnswer(
        OSRMProblem(code: .internalError, message: "This server could not answer."))
    }
    var headers = Self.headers
    headers[.contentType] = "application/json; charset=UTF-8"
    headers[.contentDisposition] = "inline; filename=\"response.json\""
    if answer.status == 503 { headers[.retryAfter] = "5" }
    return Response(
      status: .init(code: answer.status), headers: headers,
      body: .init(byteBuffer: ByteBuffer(bytes: answer.body)))
  }

  private static let headers: HTTPFields = {
    var headers = HTTPFields()
    headers[.accessControlAllowOrigin] = "*"
    headers[.accessControlAllowMethods] = "GET, HEAD, OPTIONS"
    headers[.accessControlAllowHeaders] = "X-Requested-With, Content-Type"
    return headers
  }()
}
