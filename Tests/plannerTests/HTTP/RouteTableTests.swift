import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Store
import Testing

@testable import planner

/// What holds of all routes, whatever they do. New routes come under these tests by being in the table.
@Suite("Every route")
struct RouteTableTests {
  @Test("stands in the table with who may use it")
  func table() throws {
    let routes = try ServiceFixture().routes()
    let listed = Set(routes.table.entries.map { "\($0.method) \(RouterPath($0.path).description)" })
    let paths = Set(routes.table.entries.map { RouterPath($0.path).description })
    for route in routes.router.routes {
      let path = route.path.description
      #expect(paths.contains(path), "\(path) was added beside the table")
      // Methods that are refused everywhere are no routes of their own.
      _ = listed
    }
    let operations = routes.table.entries.map(\.operation)
    #expect(Set(operations).count == operations.count, "an operation stands twice")
  }

  /// The route's address with something in the place of its parameters.
  static func address(_ path: String) -> String {
    path.replacing(/\{[a-zA-Z]+\}/, with: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")
      .replacing("**", with: "driving/13.2605,53.556;13.2643,53.5571")
  }

  @Test("refuses whoever may not use it, and a refusal changes nothing")
  func matrix() async throws {
    let service = try ServiceFixture()
    let before = try service.content()
    for entry in try service.routes().table.entries {
      let method = HTTPRequest.Method(rawValue: entry.method)!
      let address = Self.address(entry.path)
      func status(_ role: UserRole?) async throws -> Int {
        try await service.send(method, address, as: role, json: method == .get ? nil : "{}").status
      }
      let nobody = try await status(nil)
      if entry.access != .open && entry.access != .local {
        #expect(nobody == 401, "\(entry.operation): \(nobody) without signing in")
      }
      let permissions: [Permission] =
        switch entry.access {
        case .needs(let permission), .surface(let permission): [permission]
        case .needsOne(let permissions): permissions
        default: []
        }
      guard !permissions.isEmpty else { continue }
      for role in UserRole.allCases {
        let answer = try await status(role)
        if !role.permissions.isDisjoint(with: permissions) {
          #expect(answer != 401 && answer != 403, "\(entry.operation): \(answer) for \(role)")
        } else {
          #expect(answer == 403, "\(entry.operation): \(answer) for \(role)")
        }
      }
    }
    #expect(try service.content() == before)
  }

  @Test("a token for administration reads what it changes, and no records")
  func administration() async throws {
    let service = try ServiceFixture()
    let administrator = try #require(service.users[.administrator])
    func token(_ role: UserRole) throws -> Secret {
      let user = try #require(service.users[role])
      return try service.database.write(as: Actor(name: "test")) {
        try $0.addToken(
          for: user.id, name: "admin", scopes: [.admin],
          expires: Date(timeIntervalSince1970: 1_790_000_000))
      }.1
    }
    let (secret, narrow) = (try token(.administrator), try token(.manager))
    for (address, status) in [
      ("users", 200), ("users/\(administrator.id)", 200), ("teams", 200), ("territories", 200),
      ("regions", 200),
      ("tags", 200), ("jobs", 200), ("partners", 403), ("trips", 403), ("tasks", 403),
    ] {
      let answer = try await service.send(
        .get, "/api/v1/\(address)", headers: [.authorization: "Bearer \(secret.text)"])
      #expect(answer.status == status, "\(address): \(answer.text)")
      // It gives a manager nothing: he changes none of it.
      let refused = try await service.send(
        .get, "/api/v1/\(address)", headers: [.authorization: "Bearer \(narrow.text)"])
      #expect(refused.status == 403, "\(address): \(refused.text)")
    }
  }

  @Test("of the API has its entry in the document, and every entry its route")
  func document() throws {
    let document = try JSONValue(parsing: try APIDocument.make())
    #expect(document["openapi"]?.text == "3.1.0")
    guard case .object(let paths)? = document["paths"] else {
      Issue.record("the document has no paths")
      return
    }
    var documented: Set<String> = []
    for path in paths {
      guard case .object(let methods) = path.value else { continue }
      for method in methods where ["get", "post", "put", "patch", "delete"].contains(method.name) {
        documented.insert(
          "\(method.name.uppercased()) /api/v1\(path.name) \(method.value["operationId"]?.text ?? "?")")
      }
    }
    let routes = Set(
      try ServiceFixture().routes().table.entries.filter { $0.path.hasPrefix("/api/v1/") }
        .map { "\($0.method) \($0.path) \($0.operation)" })
    #expect(routes.subtracting(documented).sorted() == [], "routes without an entry")
    #expect(documented.subtracting(routes).sorted() == [], "entries without a route")
  }

  /// `docs/openapi/planner.json`; `PLANNER_WRITE_OPENAPI=1` with this test writes it anew.
  @Test("of the API stands in the document that comes with the project as it is served")
  func shippedDocument() throws {
    let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../docs/openapi/planner.json")
      .standardizedFileURL
    let served = try APIDocument.make()
    if ProcessInfo.processInfo.environment["PLANNER_WRITE_OPENAPI"] != nil {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(served).write(to: file)
    }
    #expect(try Data(contentsOf: file) == Data(served), "write it anew: PLANNER_WRITE_OPENAPI=1")
  }

  @Test("names the methods it has when another is used")
  func methods() async throws {
    let service = try ServiceFixture()
    let answer = try await service.send(.put, "/api/v1/users", as: .administrator, json: "{}")
    #expect(answer.status == 405)
    #expect(answer.response.headers[.allow] == "GET, HEAD, POST")
  }

  @Test("counts requests of a person and refuses those beyond the limit, saying when to come again")
  func limit() async throws {
    let service = try ServiceFixture(settings: ServiceSettings(rateLimit: 100))
    let limiter = RateLimiter(perMinute: 100, now: service.services.now)
    let user = UserID.new()
    for _ in 0..<100 { try limiter.take(user) }
    #expect(throws: APIError.tooMany(retryAfter: 1)) { try limiter.take(user) }
    try limiter.take(.new())
    try await service.advance(0.6)
    try limiter.take(user)
    #expect(throws: APIError.self) { try limiter.take(user) }
  }
}

@Suite("Edits and repetitions")
struct EditTests {
  @Test("an edit needs the version it was based on, and a late one gets both versions")
  func conflict() async throws {
    let service = try ServiceFixture()
    let address = "/api/v1/users/\(service.users[.manager]!.id)"
    let read = try await service.send(.get, address, as: .administrator)
    let tag = try #require(read.response.headers[.eTag])
    #expect(tag.wholeMatch(of: /"v1-[0-9a-f]{12}"/) != nil, "\(tag)")
    #expect(
      try await service.send(.get, address, as: .administrator, headers: [.ifNoneMatch: tag]).status == 304)
    #expect(
      try await service.send(.patch, address, as: .administrator, json: "{\"name\":\"Анна\"}").status == 428)
    let first = try await service.send(
      .patch, address, as: .administrator, json: "{\"name\":\"Анна\"}", headers: [.ifMatch: tag])
    #expect(first.status == 200 && first.tag == "\"v2\"")
    let late = try await service.send(
      .patch, address, as: .administrator, json: "{\"name\":\"Ольга\"}", headers: [.ifMatch: tag])
    #expect(late.status == 412 && late.code == "store.user.staleVersion")
    #expect(late.json["current"]?["name"]?.text == "Анна")
    #expect(late.json["submitted"]?["name"]?.text == "Ольга")
    #expect(late.tag == "\"v2\"")
  }

  @Test(
    "twenty equal requests with one key at once make one record and get one answer; another body is refused")
  func idempotency() async throws {
    let service = try ServiceFixture()
    let key = HTTPField.Name("Idempotency-Key")!
    let json = "{\"login\":\"nova\",\"name\":\"Нова\",\"role\":\"manager\"}"
    let answers = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 {
        group.addTask {
          let answer = try await service.send(
            .post, "/api/v1/users", as: .administrator, json: json, headers: [key: "k-1"])
          return
            "\(answer.status) \(answer.tag ?? "") \(answer.response.headers[.location] ?? "") \(answer.text)"
        }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(answers.count == 1)
    #expect(answers.first?.hasPrefix("201 \"v1\" /api/v1/users/") == true)
    #expect(try service.database.read { try $0.users().count { $0.login == "nova" } } == 1)
    let other = try await service.send(
      .post, "/api/v1/users", as: .administrator, json: json.replacing("Нова", with: "Иная"),
      headers: [key: "k-1"])
    #expect(other.status == 422 && other.code == "http.idempotency.otherRequest")
    let without = try await service.send(.post, "/api/v1/users", as: .administrator, json: json)
    #expect(without.status == 409 && without.code == "store.user.duplicate")
    // The answer is in the file: it outlives the process.
    let again = try Database(path: service.database.path, mode: .existing)
    #expect(throws: StoreError.otherRequest(key: "k-1")) {
      try again.read {
        try $0.answer(
          to: "k-1", of: service.users[.administrator]!.id, fingerprint: [UInt8](repeating: 0, count: 32))
      }
    }
  }

  @Test(
    "bad input is told by code, place and hint, and changes nothing",
    arguments: [
      ("{\"login\":\"a\"}", 422, "http.body.field", "name"),
      ("{\"login\":\"a b\",\"name\":\"A\",\"role\":\"manager\"}", 422, "http.body.field", "login"),
      ("{\"login\":\"a\",\"name\":\"A\",\"role\":\"king\"}", 422, "http.body.field", "role"),
      ("{\"login\":\"a\",\"name\":\"A\",\"role\":\"manager\",\"x\":1}", 422, "http.body.field", "x"),
      ("{\"login\":\"a\",\"name\":\" \",\"role\":\"manager\"}", 422, "http.body.field", "name"),
      ("{\"login\":\"a\",\"name\":7,\"role\":\"manager\"}", 422, "http.body.field", "name"),
      ("{\"login\":\"a\",\"name\":\"A\\u0000\",\"role\":\"manager\"}", 422, "http.body.field", "name"),
      ("[]", 422, "http.body.field", "body"),
      ("{", 400, "http.body.json", nil),
      ("", 400, "http.body.json", nil),
      (String(repeating: "[", count: 65) + String(repeating: "]", count: 65), 400, "http.body.json", nil),
    ] as [(String, Int, String, String?)])
  func badInput(json: String, status: Int, code: String, place: String?) async throws {
    let service = try ServiceFixture()
    let before = try service.content()
    let answer = try await service.send(.post, "/api/v1/users", as: .administrator, json: json)
    #expect(answer.status == status && answer.code == code, "\(answer.text)")
    #expect(answer.json["hint"]?.text?.isEmpty == false)
    if let place { #expect(answer.json["detail"]?.text?.hasPrefix(place) == true, "\(answer.text)") }
    #expect(!answer.text.contains("GeoJSON"))
    #expect(try service.content() == before)
  }

  @Test("a body of more than 2 MiB is refused, and one of another type")
  func limits() async throws {
    let service = try ServiceFixture()
    let large = "{\"name\":\"" + String(repeating: "x", count: 2 << 20) + "\"}"
    #expect(try await service.send(.post, "/api/v1/teams", as: .administrator, json: large).status == 413)
    let text = try await service.send(
      .post, "/api/v1/teams", as: .administrator, headers: [.contentType: "text/plain"], body: "{}")
    #expect(text.status == 415)
    let unknown = try await service.send(.get, "/api/v1/users?colour=red", as: .administrator)
    #expect(unknown.status == 400 && unknown.code == "http.parameter.unknown")
    #expect(unknown.json["choices"] == ["role", "disabled", "fields"])
  }
}
