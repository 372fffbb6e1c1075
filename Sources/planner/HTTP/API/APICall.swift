import CRM
import Crypto
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Store
import Synchronization

/// One request to the API by somebody who is signed in, with its body read.
struct APICall: Sendable {
  let request: Request
  let context: PageContext
  let identity: Identity
  let services: Services
  /// At most ``limit`` bytes.
  let bytes: [UInt8]
  /// SHA-256 of a body that went by in pieces and stands for its bytes.
  var digest: [UInt8]?

  /// Bytes of a body; files have routes of their own.
  static let limit = 2 << 20

  var viewer: Viewer { identity.viewer }
  var now: Date { services.now() }

  // MARK: Reading the request

  /// The identifier in the address. What is no identifier names nothing: 404.
  func id<E>(_ entity: String, _ name: String = "id", _ type: E.Type = E.self) throws -> Identifier<E> {
    let text = context.parameters.get(name) ?? ""
    guard let id = Identifier<E>(text) else { throw APIError.notFound(entity: entity, id: text) }
    return id
  }

  func parameter(_ name: String) -> String { context.parameters.get(name) ?? "" }

  func query(_ known: String...) throws -> QueryReader { try QueryReader(request, known: known) }
  func query(_ known: [String]) throws -> QueryReader { try QueryReader(request, known: known) }

  /// The JSON value of the body.
  func body() throws -> RequestField { try APIBody.json(bytes, of: request) }

  /// What pages of the session send with changes; nil without a session.
  var pageCode: String? {
    if case .session(let secret) = identity.proof { return secret.pageCode }
    return nil
  }

  /// The version an edit was based on: the tag of the record as it was read, or `"v3"` alone.
  /// - Throws: ``APIError/versionNeeded``, ``APIError/badVersion``.
  func version() throws -> Int {
    guard let header = request.headers[.ifMatch] else { throw APIError.versionNeeded }
    let trimmed = header.trimmingCharacters(in: .whitespaces)
    guard let match = trimmed.wholeMatch(of: /"v([1-9][0-9]{0,8})(-[0-9a-f]{12})?"/),
      let version = Int(match.1)
    else {
      throw APIError.badVersion
    }
    return version
  }

  /// The version an edit was based on, when it is to be saved; else the header is looked at and not needed.
  /// - Throws: as ``version()``.
  func version(saves: Bool) throws -> Int? {
    if saves { return try version() }
    if request.headers[.ifMatch] != nil { _ = try version() }
    return nil
  }

  /// Only these members of each record; nil for all.
  func fields(_ query: QueryReader, known: [String]) throws -> Set<String>? {
    guard let names = try query.list("fields", limit: 100) else { return nil }
    for name in names where !known.contains(name) {
      throw APIError.badParameter(
        "fields", detail: "there is no \"\(name)\"", hint: "known: " + known.joined(separator: ", "))
    }
    return Set(names)
  }

  // MARK: The database

  /// Asks one snapshot, off the threads that carry connections.
  func read<T: Sendable>(_ body: @escaping @Sendable (Reader) throws -> T) async throws -> T {
    let database = services.database
    return try await services.threads.runIfActive { try database.read(body) }
  }

  /// As ``read(_:)``, for a question of a few rows: see ``Store/Database/readShort(on:_:)``.
  func readShort<T: Sendable>(_ body: @escaping @Sendable (Reader) throws -> T) async throws -> T {
    try await services.database.readShort(on: services.threads, body)
  }

  /// Work that takes long or blocks, off the threads that carry connections.
  func blocking<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await services.threads.runIfActive(body)
  }

  /// Changes everything or nothing in one transaction. With an `Idempotency-Key` the answer is kept in the same
  /// transaction, and a repetition of the request gets it instead of a second effect.
  /// - Parameter isSecret: the answer holds a secret, so it is not kept and a repetition has its own effect.
  func commit(
    isSecret: Bool = false, _ body: @escaping @Sendable (Writer) throws -> APIAnswer
  ) async throws -> APIAnswer {
    let (database, actor, at) = (services.database, identity.actor, now)
    let user = identity.user.id
    guard let key = try idempotencyKey(), !isSecret else {
      return try await services.writers.runIfActive { try database.write(as: actor, at: at, body) }
    }
    let fingerprint = fingerprint
    // Most repetitions are answered without waiting for the writer.
    if let answer = try await keptAnswer() { return answer }
    return try await services.writers.runIfActive {
      try database.write(as: actor, at: at) { writer in
        if let kept = try writer.answer(to: key, of: user, fingerprint: fingerprint),
          let answer = APIAnswer(kept: kept)
        {
          return answer
        }
        let answer = try body(writer)
        try writer.keep(answer: answer.kept, to: key, of: user, fingerprint: fingerprint)
        return answer
      }
    }
  }

  /// The answer of an earlier request with the same `Idempotency-Key`; nil without a key or when it is new. For what is
  /// too much work to be done again before ``commit(isSecret:_:)`` finds it.
  func keptAnswer() async throws -> APIAnswer? {
    guard let key = try idempotencyKey() else { return nil }
    let (database, user, fingerprint) = (services.database, identity.user.id, fingerprint)
    return try await services.threads.runIfActive {
      try database.read { try $0.answer(to: key, of: user, fingerprint: fingerprint) }
    }.flatMap { APIAnswer(kept: $0) }
  }

  /// The answer to what changes no record, kept when the request has an `Idempotency-Key`.
  /// - Returns: the answer of the first such request, which may be another one.
  func kept(_ answer: APIAnswer) async throws -> APIAnswer {
    guard try idempotencyKey() != nil else { return answer }
    return try await commit { _ in answer }
  }

  /// Work that no transaction holds. With an `Idempotency-Key` it is done once: whoever repeats the request waits until the
  /// first is done, and gets its answer.
  func once(_ body: @escaping @Sendable () throws -> APIAnswer) async throws -> APIAnswer {
    guard let key = try idempotencyKey() else { return try await blocking(body) }
    let (database, actor, at) = (services.database, identity.actor, now)
    let (user, fingerprint) = (identity.user.id, fingerprint)
    return try await blocking {
      try Self.turn.withLock { _ in
        let kept = try database.read { try $0.answer(to: key, of: user, fingerprint: fingerprint) }
        if let answer = kept.flatMap({ APIAnswer(kept: $0) }) { return answer }
        let answer = try body()
        try database.write(as: actor, at: at) {
          try $0.keep(answer: answer.kept, to: key, of: user, fingerprint: fingerprint)
        }
        return answer
      }
    }
  }

  /// Held by the ``once(_:)`` that is at work.
  private static let turn = Mutex(())

  private static let keyName = HTTPField.Name("Idempotency-Key")!

  /// - Throws: ``APIError/badKey``, whether the request changes something or not.
  func idempotencyKey() throws -> String? {
    guard let key = request.headers[Self.keyName] else { return nil }
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw APIError.badKey
    }
    return key
  }

  /// SHA-256 of what was asked: method, address, version and body.
  private var fingerprint: [UInt8] {
    var hash = SHA256()
    for part in [request.method.rawValue, request.uri.string, request.headers[.ifMatch] ?? ""] {
      hash.update(data: Data(part.utf8))
      hash.update(data: Data([0]))
    }
    hash.update(data: Data(digest ?? bytes))
    return Array(hash.finalize())
  }
}

/// One request to a route of the API that needs no signing in, with its body read.
struct OpenCall: Sendable {
  let request: Request
  let context: PageContext
  let bytes: [UInt8]

  /// The JSON value of the body.
  func body() throws -> RequestField { try APIBody.json(bytes, of: request) }
}

/// Bodies of requests to the API.
enum APIBody {
  /// Reads the whole body.
  /// - Throws: ``APIError/bodyTooLarge(limit:)``.
  static func collect(_ request: Request, limit: Int = APICall.limit) async throws -> [UInt8] {
    let declared = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    guard declared <= limit else { throw APIError.bodyTooLarge(limit: limit) }
    var bytes: [UInt8] = []
    for try await part in request.body {
      guard bytes.count + part.readableBytes <= limit else { throw APIError.bodyTooLarge(limit: limit) }
      bytes.append(contentsOf: part.readableBytesView)
    }
    return bytes
  }

  static func json(_ bytes: [UInt8], of request: Request) throws -> RequestField {
    let type = request.headers[.contentType]?.lowercased() ?? ""
    let bare = type.split(separator: ";").first?.trimmingCharacters(in: .whitespaces) ?? ""
    guard ["application/json", "application/merge-patch+json"].contains(bare) else {
      throw APIError.contentType(bare, wanted: "application/json")
    }
    do {
      return RequestField(try JSONValue(parsing: bytes))
    } catch .malformed(let offset, let detail) {
      throw APIError.badJSON("at byte \(offset): \(detail)")
    } catch {
      throw APIError.badJSON(error.message)
    }
  }
}

extension RouteTable {
  /// Adds a route of the API: its body is read whole, its answer is JSON.
  /// - Parameter path: below `/api/v1/`.
  func api(
    _ method: HTTPRequest.Method, _ path: String, _ operation: String, access: Access, _ services: Services,
    _ handler: @escaping @Sendable (APICall) async throws -> APIAnswer
  ) {
    add(method, "/api/v1/" + path, operation, access: access) { request, context in
      guard let identity = context.identity else { throw APIError.signInNeeded }
      let bytes = method == .get ? [] : try await APIBody.collect(request)
      let call = APICall(
        request: request, context: context, identity: identity, services: services, bytes: bytes)
      if method != .get { _ = try call.idempotencyKey() }
      return try await handler(call).response(to: request)
    }
  }

  /// Adds a route of the API that programs call with a signature of the body.
  /// - Parameter limit: bytes of a body.
  func signedAPI(
    _ method: HTTPRequest.Method, _ path: String, _ operation: String, limit: Int,
    _ handler: @escaping @Sendable (OpenCall) async throws -> APIAnswer
  ) {
    add(method, "/api/v1/" + path, operation, access: .signed) { request, context in
      let bytes = try await APIBody.collect(request, limit: limit)
      return try await handler(OpenCall(request: request, context: context, bytes: bytes))
        .response(to: request)
    }
  }

  /// Adds a route of the API that anybody may use.
  func openAPI(
    _ method: HTTPRequest.Method, _ path: String, _ operation: String,
    _ handler: @escaping @Sendable (OpenCall) async throws -> Response
  ) {
    add(method, "/api/v1/" + path, operation, access: .open) { request, context in
      try PageCode.refuseOtherSites(request)
      let bytes = method == .get ? [] : try await APIBody.collect(request)
      return try await handler(OpenCall(request: request, context: context, bytes: bytes))
    }
  }
}

extension APICall {
  /// As ``commit(isSecret:_:)``, for an edit of a record: one that was based on an older version gets 412 with the
  /// record as it is now and what was to be changed.
  func edit(
    _ submitted: JSONValue, current: @escaping @Sendable (Reader) throws -> JSONValue, isSecret: Bool = false,
    _ body: @escaping @Sendable (Writer) throws -> APIAnswer
  ) async throws -> APIAnswer {
    do {
      return try await commit(isSecret: isSecret, body)
    } catch let error as StoreError {
      guard case .staleVersion(_, _, _, let actual) = error else { throw error }
      var problem = Problem(error, status: .preconditionFailed)
      problem.current = try await read(current)
      problem.submitted = submitted
      var answer = APIAnswer(status: 412, body: try problem.bytes(), version: actual)
      answer.contentType = "application/problem+json"
      return answer
    }
  }
}

extension Request {
  /// This list's address with another cursor.
  func address(withCursor cursor: String) -> String {
    let rest = uri.queryParameters.filter { $0.key != "cursor" }
      .map { "\(Self.escaped(String($0.key)))=\(Self.escaped(String($0.value)))" }
    return uri.path + "?" + (rest + ["cursor=\(Self.escaped(cursor))"]).joined(separator: "&")
  }

  /// A name or value of a query.
  static func escaped(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))) ?? ""
  }
}
