import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Logging
import Routing
import Store

typealias PageContext = BasicRequestContext

/// The HTTP side of planner: pages and data of the trips in one database.
///
/// | Address | Gives |
/// | --- | --- |
/// | `/` | the latest trip: map and checklist |
/// | `/trips/ID` | the same of one trip |
/// | `/trips/ID.geojson`, `.gpx`, `.ics`, `.csv` | the trip for other programs |
/// | `/assets/NAME`, `/basemap/NAME.json` | what the pages need |
/// | `/health` | `{"status":"ok"}`, or 503 when the database does not answer |
/// | `/ogc` | partners, regions and trips for map viewers, see ``OGCService`` |
/// | `/route/v1/…`, `/table/v1/…`, `/nearest/v1/…`, `/trip/v1/…` | roads in OSRM's language, see ``OSRMController`` |
///
/// All of it is read only: other methods than GET and HEAD are 405. Errors are pages for browsers and `application/problem+json` (RFC 9457) for programs.
enum PlannerServer {
  struct Options: Sendable {
    var host = "127.0.0.1"
    var port = 8080
    /// Folder with the map library; found by ``ProgramFiles`` when nil.
    var webFiles: URL?
    /// Folder with the basemap; found by ``ProgramFiles`` when nil.
    var basemap: URL?
    /// What the routes of OSRM's language are answered from; without, they say that there is none.
    var roads: (any RoadRouting)?
    /// What other programs read of the database; nil for none.
    var surfaces: MapSurfaces?
  }

  /// The routes over a library of trips, without a listening socket: what tests drive.
  static func router(
    library: TripLibrary, assets: AssetController, roads: (any RoadRouting)? = nil, loopbackOnly: Bool = true,
    surfaces: MapSurfaces? = nil
  ) throws -> Router<PageContext> {
    let renderer = try PageRenderer(versions: assets.versions)
    let router = Router(context: PageContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: SecurityHeaders())
    if loopbackOnly { router.add(middleware: LoopbackNames()) }
    router.add(middleware: ErrorAnswers(library: library, renderer: renderer))
    assets.addRoutes(to: router)
    TripController(library: library, renderer: renderer).addRoutes(to: router)
    OSRMController(service: OSRMService(roads: roads)).addRoutes(to: router)
    try surfaces?.addRoutes(to: router, renderer: renderer)
    router.get("health") { _, _ in
      do {
        try await library.check()
        return Self.health("ok", .ok)
      } catch {
        return Self.health("the database does not answer", .serviceUnavailable)
      }
    }
    router.refuseOtherMethods()
    return router
  }

  /// Serves until SIGINT or SIGTERM, then lets running answers finish.
  /// - Parameter onReady: called once with the port that is listened on.
  static func run(
    library: TripLibrary, options: Options = .init(), onReady: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    var logger = Logger(label: "planner.http")
    logger.logLevel = .warning
    let assets = AssetController(
      webFiles: options.webFiles ?? ProgramFiles.webFiles(),
      basemap: options.basemap ?? ProgramFiles.basemap(),
      extracts: TownBasemap.extracts(in: ProgramFiles.extracts()), logger: logger)
    if assets.isMapMissing {
      logger.warning("the map library is missing, pages show the checklist without a map; run: make setup")
    }
    let loopback = LoopbackNames.isLoopback(options.host.contains(":") ? "[\(options.host)]" : options.host)
    let application = Application(
      router: try router(
        library: library, assets: assets, roads: options.roads, loopbackOnly: loopback,
        surfaces: options.surfaces),
      configuration: .init(
        address: .hostname(options.host, port: options.port), serverName: nil),
      onServerRunning: { channel in onReady(channel.localAddress?.port ?? options.port) },
      logger: logger)
    do {
      try await application.runService()
    } catch let error as any CodedError {
      throw error
    } catch {
      throw ServerError.cannotListen(host: options.host, port: options.port, reason: "\(error)")
    }
  }

  private static func health(_ status: String, _ code: HTTPResponse.Status) -> Response {
    Response(
      status: code, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: .init(byteBuffer: ByteBuffer(string: #"{"status":"\#(status)"}"#)))
  }
}

extension Router<PageContext> {
  /// Methods an address does not have are 405 and named with those it has (RFC 9110 §15.5.6), not "no such page".
  /// Called when all routes are there.
  fileprivate func refuseOtherMethods() {
    let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options, .trace]
    for (_, routes) in Dictionary(grouping: routes, by: { $0.path.description }) {
      var known = Set(routes.map(\.method))
      if known.contains(.get) { known.insert(.head) }
      let allow = methods.filter(known.contains).map(\.rawValue).joined(separator: ", ")
      for method in methods where !known.contains(method) {
        on(routes[0].path, method: method) { _, _ -> Response in
          throw HTTPError(.methodNotAllowed, headers: [.allow: allow])
        }
      }
    }
  }
}

/// Why the server did not start.
enum ServerError: CodedError, Equatable {
  case cannotListen(host: String, port: Int, reason: String)

  var code: String { "http.server.cannotListen" }
  var message: String {
    switch self {
    case .cannotListen(let host, let port, let reason): "cannot listen on \(host):\(port): \(reason)"
    }
  }
  var hint: String { "another program may use the port; choose one with --port" }
}
