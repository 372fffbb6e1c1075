import CRM
import Crypto
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Planning
import Store
import Synchronization
import Testing

@testable import planner

extension Gate {
  /// Everybody is one administrator: for tests of what is shown, not to whom.
  static let everybody: Gate = {
    let user = User(login: "root", name: "Root", role: .administrator)
    var gate = Gate.closed
    gate.resident = Identity(user: user, viewer: Viewer(user, team: []), proof: .thisComputer)
    return gate
  }()
}

/// The whole service over a database of its own, driven in memory. One user of each role has a token; the clock
/// stands until it is moved.
final class ServiceFixture: Sendable {
  let database: Database
  let services: Services
  let users: [UserRole: User]
  private let tokens: [UserRole: String]
  let clock = Clock()
  private let made = Mutex<Router<PageContext>.Responder?>(nil)

  /// - Parameter rateLimit: requests a minute for each person; 0 for none.
  init(settings: ServiceSettings = ServiceSettings(rateLimit: 0)) throws {
    let database = try Database.temporary()
    self.database = database
    var users: [UserRole: User] = [:]
    var tokens: [UserRole: String] = [:]
    let start = clock.withLock { $0 }
    try database.write(as: Actor(name: "test"), at: start) { writer in
      for role in UserRole.allCases {
        let user = User(login: role.rawValue, name: "Имя \(role.rawValue)", role: role)
        try writer.add(user: user)
        let (_, secret) = try writer.addToken(
          for: user.id, name: "test", scopes: Set(TokenScope.allCases),
          expires: start.addingTimeInterval(30 * 86_400))
        users[role] = user
        tokens[role] = secret.text
      }
    }
    self.users = users
    self.tokens = tokens
    let clock = clock
    var services = Services(
      database: database, planner: TripPlanner(), settings: settings, now: { clock.withLock { $0 } })
    services.background = Background(
      jobs: JobRunner(
        database: database, handlers: [], spool: JobSpool(database: database.path),
        now: { clock.withLock { $0 } }),
      schedule: WorkerSchedule(database: database, workers: [], now: { clock.withLock { $0 } }),
      workspace: Workspace(database: database.path, gazetteer: nil, roads: nil))
    self.services = services
  }

  /// Stands until it is moved. It outlives the fixture: what is written behind a request asks for the time as well.
  final class Clock: Sendable {
    private let date = Mutex(Date(timeIntervalSince1970: 1_780_909_200))
    func withLock<T: Sendable>(_ body: (inout sending Date) -> T) -> T { date.withLock { body(&$0) } }
  }

  func routes() throws -> PlannerServer.Routes {
    try PlannerServer.routes(
      library: .live(database), assets: AssetController(webFiles: nil), gate: services.gate,
      services: services, settings: services.settings)
  }

  /// Answers requests. Made once: reading the templates and all routes takes longer than most answers.
  private func responder() throws -> Router<PageContext>.Responder {
    try made.withLock { made in
      if let made { return made }
      let responder = try routes().router.buildResponder()
      made = responder
      return responder
    }
  }

  /// Only what goes wrong is logged.
  static let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .warning
    return logger
  }()

  /// Moves the clock when all that was asked for before is written: notes of use wait behind requests.
  func advance(_ seconds: TimeInterval) async throws {
    try await services.writers.runIfActive {}
    clock.withLock { $0 += seconds }
  }

  func token(_ role: UserRole) -> String { tokens[role]! }

  /// One request, with a role's token when one is named.
  func send(
    _ method: HTTPRequest.Method, _ uri: String, as role: UserRole? = nil, json: String? = nil,
    headers: HTTPFields = [:], body: String? = nil, bytes: [UInt8]? = nil
  ) async throws -> Answer {
    var fields = headers
    if let role { fields[.authorization] = "Bearer \(token(role))" }
    if json != nil { fields[.contentType] = "application/json" }
    let text = json ?? body
    let all = fields
    let response = try await Application(responder: try responder(), logger: Self.quiet).test(.router) {
      client in
      try await client.execute(
        uri: uri, method: method, headers: all,
        body: bytes.map { ByteBuffer(bytes: $0) } ?? text.map { ByteBuffer(string: $0) })
    }
    return Answer(response: response)
  }

  /// Asks as a browser does, for a page.
  func page(_ uri: String, as role: UserRole = .head, cookie: String? = nil) async throws -> Answer {
    var headers: HTTPFields = [.accept: "text/html"]
    if let cookie { headers[.cookie] = cookie }
    return try await send(.get, uri, as: role, headers: headers)
  }

  struct Answer {
    let response: TestResponse
    var status: Int { response.status.code }
    var text: String { String(buffer: response.body) }
    var json: JSONValue { (try? JSONValue(parsing: Array(response.body.readableBytesView))) ?? .null }
    var code: String? { json["code"]?.text }
    /// The version that the tag begins with, as `"v3"`.
    var tag: String? {
      response.headers[.eTag].map { $0.replacing(/-[0-9a-f]{12}"$/, with: "\"") }
    }
  }

  /// SHA-256 of all that the business tables hold: to show that a refusal changed nothing. What the gate itself
  /// notes (use of tokens, attempts) is no part of it.
  func content() throws -> String {
    try database.contentDigest(except: ["sign_in_attempt", "session", "api_token"])
  }
}

extension JSONValue {
  /// The values of an array.
  var elements: [JSONValue]? {
    if case .array(let values) = self { return values }
    return nil
  }
}
