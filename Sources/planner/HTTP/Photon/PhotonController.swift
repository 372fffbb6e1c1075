import Geo
import HTTPTypes
import Hummingbird
import NIOPosix

/// Photon's API at `/photon`, see ``PhotonService``. Open to pages of any origin where it is open at all, as Photon is.
struct PhotonController: Sendable {
  let service: PhotonService
  var isOpen = false
  var threads: NIOThreadPool = .singleton

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/photon/api", "photon.search", access: .surface(.useMaps)) { request, _ in
      try await answer(request) { try service.search($0) }
    }
    table.add(.get, "/photon/reverse", "photon.reverse", access: .surface(.useMaps)) { request, _ in
      try await answer(request) { try service.reverse($0) }
    }
    for name in ["api", "reverse"] {
      table.add(.options, "/photon/\(name)", "photon.\(name).options", access: .open) { _, _ in
        Response.preflight(isOpen: isOpen)
      }
    }
  }

  private func answer(
    _ request: Request, _ make: @escaping @Sendable (PhotonService.Items) throws -> SurfaceAnswer
  ) async throws -> Response {
    let items = request.queryItems
    var answer: SurfaceAnswer
    do {
      answer = try await threads.runIfActive { try make(items) }
    } catch let fault as PhotonService.Fault {
      answer = .json(.object([("message", .string(fault.message))]), type: "application/json;charset=utf-8")
      answer.status = fault.status
    }
    return try await answer.response(to: request, isOpen: isOpen, vary: "Accept-Encoding")
  }
}
