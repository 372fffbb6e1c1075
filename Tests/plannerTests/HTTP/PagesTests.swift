import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOPosix
import Store
import Testing

@testable import planner

/// Drives the router in memory: no socket, no browser.
@Suite("Pages and data over HTTP")
struct PagesTests {
  static let page = "text/html,application/xhtml+xml"
  static let trip = "/trips/\(SampleTrip.id)"

  private func get(
    _ uri: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:],
    library: TripLibrary = SampleTrip.library
  ) async throws -> TestResponse {
    let assets = AssetController(webFiles: nil)
    let application = Application(
      router: try PlannerServer.routes(library: library, assets: assets, gate: .everybody).router)
    return try await application.test(.router) { client in
      try await client.execute(uri: uri, method: method, headers: headers)
    }
  }

  private func text(_ response: TestResponse) -> String { String(buffer: response.body) }

  @Test("the page of trips shows the latest with its map and checklist")
  func first() async throws {
    let response = try await get("/trips", headers: [.accept: Self.page])
    #expect(response.status == .ok)
    #expect(response.headers[.contentType] == "text/html; charset=utf-8")
    let html = text(response)
    #expect(html.contains("<h1>Брест и Гродно</h1>"))
    #expect(html.contains("data-geojson=\"\(Self.trip).geojson\""))
    #expect(html.contains("10:00<small>10:50</small>"))
    #expect(html.contains("<svg class=\"day-line\"") && html.contains("<rect class=\"visit day-1\""))
    #expect(html.contains("г. Лида, ул. Советская, 8"))
    #expect(html.contains("<a href=\"tel:+375154521122\">+375 154 52-11-22</a>"))
    #expect(html.contains("1 of 7 done"))
    #expect(html.contains("3\u{A0}h less driving than in the order given (23\u{A0}%)"))
    #expect(html.contains("at most 3.4\u{A0}% from the best possible"))
    #expect(html.contains("too far for one day"))
    #expect(html.contains("its address could not be placed"))
  }

  @Test("an operator's tiles are told to the pages and allowed by their policy, and nothing else is")
  func operatorTiles() throws {
    let tiles = try #require(OperatorTiles("https://tiles.example.com:8443/osm/{z}/{x}/{y}.png?key=a"))
    #expect(tiles.origin == "https://tiles.example.com:8443")
    let policy = SecurityHeaders.policy(tiles)
    #expect(policy.contains("img-src 'self' data: blob: https://tiles.example.com:8443;"))
    #expect(policy.contains("connect-src 'self' https://tiles.example.com:8443;"))
    #expect(policy.contains("script-src 'self';"))
    #expect(!SecurityHeaders.policy(nil).contains("http"))
    // Services of maps want to know which site asks; nobody else is told.
    #expect(SecurityHeaders.referrer(tiles) == "strict-origin-when-cross-origin")
    #expect(SecurityHeaders.referrer(nil) == "same-origin")
    #expect(OperatorTiles("http://127.0.0.1:9000/{z}/{x}/{y}.png")?.origin == "http://127.0.0.1:9000")
    for bad in [
      "", "tiles", "https://tiles.example.com/{z}/{x}.png", "http://tiles.example.com/{z}/{x}/{y}.png",
      "https://{s}.example.com/{z}/{x}/{y}.png", "ftp://a/{z}/{x}/{y}", "https://a b/{z}/{x}/{y}",
      "https://a;script-src */{z}/{x}/{y}", "https://user:word@a/{z}/{x}/{y}", "https:///{z}/{x}/{y}",
      "javascript:{z}{x}{y}", "https://*/{z}/{x}/{y}", "https://*.example.com/{z}/{x}/{y}",
      "https://h.example/{z}{z}/{x}", "https://{z}.example.com/{x}/{y}", "https://[::1]/{z}/{x}/{y}",
    ] {
      #expect(OperatorTiles(bad) == nil, "\(bad)")
    }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("tiles-\(UUID()).yaml").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Data("tilesCredit: © Somebody\ntiles: https://a.example/{z}/{x}/{y}.png\n".utf8).write(
      to: URL(fileURLWithPath: file))
    let settings = try ServiceSettings(file: file, environment: [:])
    #expect(settings.tiles?.address == "https://a.example/{z}/{x}/{y}.png")
    #expect(settings.tiles?.credit == "© Somebody")
    #expect(throws: SettingsError.self) {
      try ServiceSettings(file: nil, environment: ["PLANNER_TILES": "https://a.example/"])
    }
    let page = try PageRenderer(versions: .init(), tiles: tiles).help(in: PageFrame(language: .english))
    #expect(
      page.contains("data-tiles=\"https://tiles.example.com:8443/osm/{z}/{x}/{y}.png?key&#61;a\"")
        || page.contains("data-tiles=\"https://tiles.example.com:8443/osm/{z}/{x}/{y}.png?key=a\""))
  }

  @Test("a day begins on the map")
  func home() async throws {
    let response = try await get("/", headers: [.accept: Self.page])
    #expect(response.status == .seeOther)
    #expect(response.headers[.location] == "/map")
  }

  @Test("outcome states of the checklist stand beside their stops")
  func states() async throws {
    let html = text(try await get(Self.trip, headers: [.accept: Self.page]))
    #expect(html.contains("class=\"stop is-completed\""))
    #expect(html.contains("class=\"stop is-skipped\""))
    #expect(html.components(separatedBy: "class=\"stop is-planned\"").count == 6)
    #expect(html.contains("Взяли каталог, ждут цены"))
    #expect(html.contains("place not exact"))
  }

  @Test("a browser that asks for Russian gets Russian, with its number and address kept")
  func russian() async throws {
    let response = try await get("/trips", headers: [.acceptLanguage: "ru-RU,ru;q=0.9"])
    #expect(response.headers[.contentLanguage] == "ru")
    #expect(response.headers[.vary]?.contains("Accept-Language") == true)
    let html = text(response)
    #expect(html.contains("<html lang=\"ru\">"))
    #expect(html.contains("выполнено 1 из 7"))
    #expect(html.contains("адрес не найден на карте"))
    #expect(html.contains("<span class=\"detail\" lang=\"ru\">«ул. Ненайденная» не найден</span>"))
    #expect(
      html.contains(
        "6\u{A0}ч\u{A0}10\u{A0}мин в пути и 520\u{A0}км; в пути на 1\u{A0}ч\u{A0}10\u{A0}мин больше, чем можно"
      ))
  }

  @Test("a hostile name stays text in every place it stands")
  func hostile() async throws {
    let html = text(try await get(Self.trip))
    #expect(!html.contains("<img"))
    #expect(html.contains("&lt;img src&#61;x onerror&#61;alert(1)&gt; &quot;\u{301}&#39;&#96;&#61;&amp;amp;"))
  }

  @Test("a second day that starts where the first ended says so")
  func awayNight() {
    var view = SampleTrip.view
    let last = view.trip.days[0].stops[3]
    view.trip.days[1].legs[0].geometry = LineString([last.coordinate, view.trip.days[1].stops[0].coordinate])
    guard case .object(let values) = view.values(in: .english), case .list(let days)? = values["days"],
      case .object(let first) = days[0], case .object(let second) = days[1],
      case .text(let start)? = first["startName"], case .text(let next)? = second["startName"]
    else {
      Issue.record("the page's values have another shape")
      return
    }
    #expect(start == "Минск")
    #expect(next == last.name)
  }

  @Test("without a trip the page says how to get one")
  func empty() async throws {
    var library = SampleTrip.library
    library.heads = { _ in [] }
    let response = try await get("/trips", library: library)
    #expect(response.status == .ok)
    #expect(text(response).contains("No trip yet"))
  }

  @Test("a trip comes as GeoJSON with a tag, and 304 when it is known")
  func geoJSON() async throws {
    let response = try await get("\(Self.trip).geojson")
    #expect(response.headers[.contentType] == "application/geo+json")
    #expect(try JSONSerialization.jsonObject(with: Data(buffer: response.body)) is [String: Any])
    let tag = try #require(response.headers[.eTag])
    let again = try await get("\(Self.trip).geojson", headers: [.ifNoneMatch: tag])
    #expect(again.status == .notModified)
    #expect(again.body.readableBytes == 0)
  }

  @Test(
    "a trip comes in every form with its own type, the ones that are no map as downloads",
    arguments: TripFile.allCases)
  func forms(form: TripFile) async throws {
    let response = try await get("\(Self.trip).\(form.rawValue)")
    #expect(response.status == .ok)
    #expect(response.headers[.contentType] == form.contentType)
    #expect((response.headers[.contentDisposition] == nil) == (form == .geojson))
    #expect(try await get("/trips/none.\(form.rawValue)").status == .notFound)
  }

  @Test("an asset under its version may be kept for ever, under its bare name it is asked for again")
  func caching() async throws {
    let html = text(try await get("/trips"))
    let address = try #require(html.firstMatch(of: /\/assets\/page\.css\?v=[0-9a-f]{16}/)).output
    let versioned = try await get(String(address))
    #expect(versioned.headers[.cacheControl]?.contains("immutable") == true)
    let bare = try await get("/assets/page.css")
    #expect(bare.headers[.cacheControl] == "no-cache")
    #expect(bare.headers[.contentType] == "text/css; charset=utf-8")
    #expect(text(bare).contains(".day-1{background:#0072B2;color:#FFFFFF;fill:#0072B2}"))
    let stale = try await get("/assets/page.css?v=0000000000000000")
    #expect(stale.headers[.cacheControl] == "no-cache")
  }

  @Test("assets come packed to those who take gzip and plain to the rest, with the same tag")
  func packed() async throws {
    let plain = try await get("/assets/page.js")
    let packed = try await get("/assets/page.js", headers: [.acceptEncoding: "br, gzip"])
    #expect(plain.headers[.contentEncoding] == nil)
    #expect(packed.headers[.contentEncoding] == "gzip")
    #expect(try Gzip.inflate(Data(buffer: packed.body)) == Data(buffer: plain.body))
    #expect(plain.headers[.eTag] == packed.headers[.eTag])
    let refused = try await get("/assets/page.js", headers: [.acceptEncoding: "gzip;q=0"])
    #expect(refused.headers[.contentEncoding] == nil)
  }

  @Test(
    "what is not there is a page for a browser and a problem document for a program",
    arguments: [
      "/nothing", "/trips/not-an-id", "/trips/0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c",
      "/assets/../Package.swift",
      "/trips/%3Cscript%3E",
    ])
  func missing(uri: String) async throws {
    let page = try await get(uri, headers: [.accept: Self.page])
    #expect(page.status == .notFound)
    #expect(page.headers[.contentType] == "text/html; charset=utf-8" || uri.hasPrefix("/assets"))
    let problem = try await get(uri, headers: [.accept: "application/json"])
    #expect(problem.status == .notFound)
    #expect(problem.headers[.contentType] == "application/problem+json")
    let body = try #require(
      try JSONSerialization.jsonObject(with: Data(buffer: problem.body)) as? [String: Any])
    #expect(body["status"] as? Int == 404)
    #expect(body["code"] as? String == "http.notFound")
  }

  @Test("a broken database is 503 for health and a page without its insides for people")
  func broken() async throws {
    struct Secret: Error {}
    var library = SampleTrip.library
    library.check = { throw Secret() }
    library.heads = { _ in throw Secret() }
    #expect(try await get("/health", library: library).status == .serviceUnavailable)
    let page = try await get("/trips", headers: [.accept: Self.page], library: library)
    #expect(page.status == .internalServerError)
    #expect(text(page).contains("Something went wrong here"))
    #expect(!text(page).contains("Secret"))
    let problem = try await get("/trips", library: library)
    #expect(problem.headers[.contentType] == "application/problem+json")
    #expect(!text(problem).contains("Secret"))
  }

  @Test(
    "a busy database is 503 with the time to ask again, a full disk 507, for people in their language",
    arguments: [
      (StoreError.busy(path: "x"), 503, "store.file.busy", "База данных занята"),
      (StoreError.diskFull(path: "x"), 507, "store.file.diskFull", "нет места"),
      (StoreError.corrupt(path: "x", detail: ""), 500, "store.file.corrupt", "Что-то пошло не так"),
    ])
  func unavailable(error: StoreError, status: Int, code: String, words: String) async throws {
    var library = SampleTrip.library
    library.heads = { _ in throw error }
    let problem = try await get("/trips", library: library)
    #expect(problem.status.code == status)
    #expect(problem.headers[.contentType] == "application/problem+json")
    #expect(text(problem).contains("\"code\":\"\(code)\"") && text(problem).contains("\"status\":\(status)"))
    #expect((problem.headers[.retryAfter] != nil) == (status == 503))
    let page = try await get(
      "/trips", headers: [.accept: Self.page, .acceptLanguage: "ru"], library: library)
    #expect(page.status.code == status)
    #expect(text(page).contains(words))
    #expect((page.headers[.retryAfter] != nil) == (status == 503))
  }

  @Test(
    "a method that an address does not have is 405 and names those it has; what is not there stays 404",
    arguments: ["/trips", trip, "\(trip).geojson", "/assets/page.js", "/health"])
  func methods(uri: String) async throws {
    for method in [HTTPRequest.Method.post, .put, .patch, .delete, .options] {
      let response = try await get(uri, method: method)
      #expect(response.status == .methodNotAllowed, "\(method) \(uri)")
      #expect(response.headers[.allow] == "GET, HEAD")
      #expect(text(response).contains("http.methodNotAllowed"))
    }
    let page = try await get(uri, method: .post, headers: [.accept: Self.page, .acceptLanguage: "ru"])
    #expect(page.headers[.allow] == "GET, HEAD")
    #expect(try await get("/nothing", method: .post).status == .notFound)
  }

  @Test("all that blocks runs on the threads kept for it: with none of them nothing is answered")
  func threads() async throws {
    let database = try Database.temporary()
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    let library = TripLibrary.live(database, on: threads)
    #expect(try await library.heads(.all).isEmpty)
    #expect(try await library.view(SampleTrip.id, .all)?.trip == nil)
    #expect(try await library.file(SampleTrip.id, .gpx, .all) == nil)
    try await library.check()
    try await threads.shutdownGracefully()
    await #expect(throws: (any Error).self) { try await library.heads(.all) }
    await #expect(throws: (any Error).self) { try await library.view(SampleTrip.id, .all) }
    await #expect(throws: (any Error).self) { try await library.file(SampleTrip.id, .gpx, .all) }
    await #expect(throws: (any Error).self) { try await library.check() }
  }

  @Test("health is ok while the database answers")
  func health() async throws {
    let response = try await get("/health")
    #expect(response.status == .ok)
    #expect(text(response) == #"{"status":"ok"}"#)
  }

  @Test(
    "every answer carries the policy against foreign and inline code",
    arguments: ["/trips", "/nothing", "/assets/page.js"])
  func policy(uri: String) async throws {
    let headers = try await get(uri).headers
    let policy = try #require(headers[.contentSecurityPolicy])
    #expect(policy.contains("default-src 'none'"))
    #expect(!policy.contains("unsafe-inline") && !policy.contains("unsafe-eval") && !policy.contains("http"))
    #expect(headers[.xContentTypeOptions] == "nosniff")
  }

  @Test("pages hold no inline code or style")
  func inline() async throws {
    for uri in ["/trips", "/nothing"] {
      let html = text(try await get(uri, headers: [.accept: Self.page]))
      #expect(html.firstMatch(of: /<script(?![^>]* src=)/) == nil)
      #expect(html.firstMatch(of: /<style|<[^>]* style=|<[^>]* on[a-z]+=|https?:\/\//) == nil)
    }
  }

  @Test(
    "on the loopback address only loopback names are answered",
    arguments: [
      ("127.0.0.1:8080", true), ("localhost", true), ("[::1]:8080", true), ("LOCALHOST:1", true),
      ("evil.example", false), ("127.0.0.1.evil.example", false), ("localhost.evil.example:8080", false),
    ])
  func names(authority: String, allowed: Bool) {
    #expect(LoopbackNames.isLoopback(authority) == allowed)
  }

  @Test("HEAD answers like GET without the body")
  func head() async throws {
    let response = try await get("/trips", method: .head)
    #expect(response.status == .ok)
    #expect(response.body.readableBytes == 0)
  }
}
