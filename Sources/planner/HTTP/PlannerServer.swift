import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Logging
import Routing
import Store

/// The HTTP side of planner: pages, the API, and the surfaces that other programs speak.
///
/// | Address | Gives |
/// | --- | --- |
/// | `/` | leads to the map |
/// | `/trips` | the latest trip: map and checklist |
/// | `/map` | all partners: rings and pins, a legend, filters, whoever is in view |
/// | `/trips/ID`, `/trips/ID.geojson`, `.gpx`, `.kml`, `.ics`, `.csv` | one trip, and the same for other programs |
/// | `/sign-in`, `/set-password` | proving who one is |
/// | `/api/v1/…` | everything as JSON, see the document at `/api/v1/openapi.json` |
/// | `/ogc`, `/tiles`, `/photon`, `/calendar`, `/api/v1/exports` | what map viewers, geocoders' clients and calendars read, see ``MapSurfaces`` |
/// | `/route/v1/…`, `/table/v1/…`, `/nearest/v1/…`, `/trip/v1/…` | roads in OSRM's language, see ``OSRMController`` |
/// | `/assets/NAME` | what the pages need |
/// | `/health` | `{"status":"ok"}`, or 503 when the database does not answer |
/// | `/metrics` | counters in Prometheus' text form |
///
/// Every route stands in the ``RouteTable`` with who may use it. Errors are pages for browsers and
/// `application/problem+json` (RFC 9457) for programs.
enum PlannerServer {
  struct Options: Sendable {
    var host = "127.0.0.1"
    var port = 8080
    /// Folder with the map library; found by ``ProgramFiles`` when nil.
    var webFiles: URL?
    /// Everybody on this computer is this person.
    var resident: User?
  }

  /// The whole service without a listening socket: what tests drive.
  struct Routes {
    let router: Router<PageContext>
    let table: RouteTable
  }

  /// - Parameters:
  ///   - gate: finds out who asks.
  ///   - services: what the API works with; without, there are only the pages of trips and the roads.
  ///   - background: does the jobs and stands behind the service.
  static func routes(
    library: TripLibrary, assets: AssetController, roads: (any RoadRouting)? = nil, gate: Gate,
    services: Services? = nil, settings: ServiceSettings = ServiceSettings(),
    loopbackOnly: Bool = true,
    metrics: Metrics = Metrics()
  ) throws -> Routes {
    let renderer = try PageRenderer(versions: assets.versions, tiles: settings.tiles)
    let router = Router(context: PageContext.self)
    router.add(middleware: HeadAnswers())
    router.add(middleware: ForwardedRequests(trusted: settings.trustedProxies))
    router.add(middleware: Observation(metrics: metrics))
    router.add(middleware: SecurityHeaders(tiles: settings.tiles))
    if loopbackOnly { router.add(middleware: LoopbackNames(publicURL: settings.publicURL)) }
    router.add(middleware: ErrorAnswers(library: library, renderer: renderer))
    router.add(middleware: Authentication(gate: gate))
    let table = RouteTable(
      router,
      settings: .init(
        openSurfaces: settings.openSurfaces, openMetrics: settings.openMetrics,
        limiter: settings.rateLimit > 0 ? RateLimiter(perMinute: settings.rateLimit, now: gate.now) : nil))
    assets.addRoutes(to: table)
    LookController(services: services).addRoutes(to: table)
    TripController(library: library, renderer: renderer).addRoutes(to: table)
    OSRMController(service: OSRMService(roads: roads)).addRoutes(to: table)
    table.add(.get, "/health", "health", access: .open) { _, _ in
      do {
        try await library.check()
        return Self.health("ok", .ok)
      } catch {
        return Self.health("the database does not answer", .serviceUnavailable)
      }
    }
    table.add(.get, "/metrics", "metrics", access: .local) { _, _ in
      Response(
        status: .ok,
        headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
        body: .init(byteBuffer: ByteBuffer(string: metrics.text)))
    }
    if let services { addAPI(services, renderer: renderer, to: table) }
    table.refuseOtherMethods()
    return Routes(router: router, table: table)
  }

  private static func addAPI(
    _ services: Services, renderer: PageRenderer, to table: RouteTable
  ) {
    SignInController(services: services, renderer: renderer).addRoutes(to: table)
    RecordPagesController(services: services, renderer: renderer).addRoutes(to: table)
    AccountPagesController(services: services, renderer: renderer).addRoutes(to: table)
    TaskPagesController(services: services, renderer: renderer).addRoutes(to: table)
    MapPagesController(services: services, renderer: renderer).addRoutes(to: table)
    ChoosingController(services: services, renderer: renderer).addRoutes(to: table)
    PlanPagesController(services: services, renderer: renderer).addRoutes(to: table)
    RoadPagesController(services: services, renderer: renderer).addRoutes(to: table)
    UsersController(services: services).addRoutes(to: table)
    TokensController(services: services).addRoutes(to: table)
    PartnersController(services: services).addRoutes(to: table)
    SearchController(services: services).addRoutes(to: table)
    SelectionsController(services: services).addRoutes(to: table)
    RegionsController(services: services).addRoutes(to: table)
    GeocodingController(services: services).addRoutes(to: table)
    PlanController(services: services).addRoutes(to: table)
    TripsController(services: services).addRoutes(to: table)
    TasksController(services: services).addRoutes(to: table)
    TaskTalkController(services: services).addRoutes(to: table)
    PhotosController(services: services).addRoutes(to: table)
    ActivitiesController(services: services).addRoutes(to: table)
    InboundController(services: services).addRoutes(to: table)
    ViewsController(services: services).addRoutes(to: table)
    HistoryController(services: services).addRoutes(to: table)
    if let background = services.background {
      JobsController(services: services, background: background).addRoutes(to: table)
      ImportsController(services: services, background: background).addRoutes(to: table)
      TagsController(services: services, background: background).addRoutes(to: table)
      ImportPagesController(services: services, renderer: renderer).addRoutes(to: table)
      AdminPagesController(services: services, renderer: renderer).addRoutes(to: table)
      HelpController(renderer: renderer).addRoutes(to: table)
      ReviewPagesController(services: services, renderer: renderer).addRoutes(to: table)
      TerritoryPagesController(services: services, renderer: renderer).addRoutes(to: table)
      ServiceController(services: services, background: background).addRoutes(to: table)
      MaintenanceController(services: services, workspace: background.workspace).addRoutes(to: table)
    }
    MapSurfaces(services).addRoutes(to: table, renderer: renderer)
    APIDocumentController().addRoutes(to: table)
  }

  /// Serves until SIGINT or SIGTERM, then lets running answers finish.
  /// - Parameter onReady: called once with the port that is listened on.
  static func run(
    services: Services, options: Options = .init(),
    onReady: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws {
    var logger = Logger(label: "planner.http")
    logger.logLevel = services.settings.logLevel
    let assets = AssetController(
      webFiles: options.webFiles ?? ProgramFiles.webFiles())
    if assets.isMapMissing {
      logger.warning("the map library is missing, pages show the checklist without a map; run: make setup")
    }
    let loopback = LoopbackNames.isLoopback(options.host.contains(":") ? "[\(options.host)]" : options.host)
    var gate = services.gate
    if let resident = options.resident {
      guard loopback else { throw ServerError.residentElsewhere(host: options.host) }
      guard services.settings.trustedProxies.isEmpty else { throw ServerError.residentBehindProxy }
      let viewer = try services.database.read { try $0.viewer(resident) }
      gate.resident = Identity(user: resident, viewer: viewer, proof: .thisComputer)
    }
    let routes = try routes(
      library: .live(services.database, on: services.threads), assets: assets, roads: services.roads,
      gate: gate,
      services: services, settings: services.settings, loopbackOnly: loopback)
    let application = Application(
      router: routes.router,
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(60),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 64 << 10, maxHeaderFieldCount: 100))),
      configuration: .init(
        address: .hostname(options.host, port: options.port), serverName: nil),
      onServerRunning: { channel in onReady(channel.localAddress?.port ?? options.port) },
      logger: logger)
    ProcessLimits.raiseFiles()
    do {
      try await application.runService(beside: services.background)
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

/// Why the server did not start.
enum ServerError: CodedError, Equatable {
  case cannotListen(host: String, port: Int, reason: String)
  /// One person for everybody who asks is for this computer only.
  case residentElsewhere(host: String)
  case residentBehindProxy

  var code: String {
    switch self {
    case .cannotListen: "http.server.cannotListen"
    case .residentElsewhere: "http.server.residentElsewhere"
    case .residentBehindProxy: "http.server.residentBehindProxy"
    }
  }
  var message: String {
    switch self {
    case .cannotListen(let host, let port, let reason): "cannot listen on \(host):\(port): \(reason)"
    case .residentElsewhere(let host): "--as is for this computer only, and \(host) is reached from others"
    case .residentBehindProxy: "--as is for this computer only, and a proxy lets others in"
    }
  }
  var hint: String {
    switch self {
    case .cannotListen: "another program may use the port; choose one with --port"
    case .residentElsewhere: "leave out --host, or let people sign in"
    case .residentBehindProxy: "leave out trustedProxies, or let people sign in"
    }
  }
}
