import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// Signing in and out, by page and by API.
struct SignInController: Sendable {
  let services: Services
  let renderer: PageRenderer
  let service: SignInService

  init(services: Services, renderer: PageRenderer) {
    self.services = services
    self.renderer = renderer
    service = SignInService(
      database: services.database, passwords: services.passwords, now: services.now
    )
  }

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/sign-in", "pageSignIn", access: .open, page)
    table.add(.post, "/sign-in", "formSignIn", access: .open, form)
    table.add(.post, "/sign-out", "formSignOut", access: .open, signOut)
    table.add(.get, "/set-password", "pageSetPassword", access: .open, passwordPage)
    table.add(.post, "/set-password", "formSetPassword", access: .open, passwordForm)
    addAPI(to: table)
    addSecondFactor(to: table)
  }

  // MARK: Pages

  @Sendable private func page(request: Request, context: PageContext) async throws -> Response {
    let next = SignInAddress.safe(request.uri.queryParameters["next"].map(String.init))
    if context.identity != nil { return .seeOther(next) }
    let language = request.language
    return .page(
      renderer.signIn(next: next, fault: nil, login: "", in: PageFrame(request, context)), language)
  }

  @Sendable private func form(request: Request, context: PageContext) async throws -> Response {
    try PageCode.refuseOtherSites(request)
    let fields = try await Self.fields(of: request)
    let language = request.language
    let next = SignInAddress.safe(fields["next"])
    let login = String((fields["login"] ?? "").unicodeScalars.prefix(64))
    do {
      let (_, session) = try await service.signIn(
        login: login, password: fields["password"] ?? "", code: Self.digits(fields["code"]),
        address: Self.address(context),
        agent: request.headers[.userAgent] ?? "")
      // A session that was there before is over: nobody goes on under an identifier from before signing in.
      try await endSession(of: request)
      return .seeOther(next, headers: [.setCookie: Self.cookie(session)])
    } catch let error as SignInError {
      let status = HTTPResponse.Status(error)
      var headers: HTTPFields = [:]
      if case .tooMany(let seconds) = error { headers[.retryAfter] = "\(seconds)" }
      return .page(
        renderer.signIn(next: next, fault: error, login: login, in: PageFrame(request, context)), language,
        status: status,
        headers: headers)
    }
  }

  @Sendable private func signOut(request: Request, context: PageContext) async throws -> Response {
    try PageCode.refuseOtherSites(request)
    let fields = try await Self.fields(of: request)
    if case .session(let secret)? = context.identity?.proof {
      guard Secret.equal(fields[PageCode.field] ?? "", secret.pageCode) else { throw APIError.pageCode }
      try await endSession(of: request)
    }
    return .seeOther("/sign-in", headers: Self.forget)
  }

  /// What the browser kept goes with the session: the next one at the device may be somebody else. What pages keep
  /// themselves their script takes away (device.js), since entries that were not sent have to stay.
  private static let forget: HTTPFields = [
    .setCookie: noCookie, HTTPField.Name("Clear-Site-Data")!: "\"cache\"",
  ]

  @Sendable private func passwordPage(request: Request, context: PageContext) async throws -> Response {
    let language = request.language
    return .page(renderer.setPassword(fault: nil, in: PageFrame(request, context)), language)
  }

  @Sendable private func passwordForm(request: Request, context: PageContext) async throws -> Response {
    try PageCode.refuseOtherSites(request)
    let fields = try await Self.fields(of: request)
    let language = request.language
    do {
      _ = try await service.setPassword(
        fields["password"] ?? "",
        link: Secret((fields["code"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)),
        language: language)
      return .seeOther("/sign-in", headers: [.setCookie: Self.noCookie])
    } catch let error as any CodedError where error is SignInError || error is PasswordError {
      return .page(
        renderer.setPassword(fault: error, in: PageFrame(request, context)), language,
        status: .unprocessableContent)
    }
  }

  // MARK: API

  private func addAPI(to table: RouteTable) {
    table.openAPI(.post, "session", "signIn") { call in
      let body = try call.body().object(["login", "password", "code"])
      let (user, session) = try await service.signIn(
        login: body.required("login").text(1...64), password: body.required("password").text(1...1000),
        code: Self.digits(try body.value("code")?.text(1...20)), address: Self.address(call.context),
        agent: call.request.headers[.userAgent] ?? "")
      try await endSession(of: call.request)
      var answer = APIAnswer.created(
        .object([
          ("user", UserResource.json(user, teams: [:])), ("pageCode", .string(session.pageCode)),
        ]), at: "/api/v1/session"
      ).response(to: call.request)
      answer.headers[.setCookie] = Self.cookie(session)
      return answer
    }
    table.api(.get, "session", "showSession", access: .signedIn, services) { call in
      _ = try call.query()
      let teams = try await call.read { try UserResource.teams($0) }
      return .ok(
        .object([
          ("user", UserResource.json(call.identity.user, teams: teams)),
          ("permissions", .texts(call.viewer.permissions.map(\.rawValue).sorted())),
          ("pageCode", .optional(call.pageCode)),
        ]))
    }
    table.add(.delete, "/api/v1/session", "signOut", access: .signedIn) { request, _ in
      try await endSession(of: request)
      return Response(status: .noContent, headers: Self.forget)
    }
    table.api(.post, "password", "changePassword", access: .signedIn, services) { call in
      let body = try call.body().object(["current", "new"])
      try await service.changePassword(
        of: call.identity.user, from: body.required("current").text(1...1000),
        to: body.required("new").text(0...1000))
      return .done
    }
    table.openAPI(.post, "password/forgotten", "askForPasswordLink") { call in
      let login = try call.body().object(["login"]).required("login").text(1...254).lowercased()
      try await service.mailLink(
        login, base: services.settings.publicURL, language: call.request.language,
        address: Self.address(call.context))
      return APIAnswer(status: 202, body: JSONValue.object([("asked", true)]).bytes).response(
        to: call.request)
    }
    table.openAPI(.post, "password/link", "usePasswordLink") { call in
      let body = try call.body().object(["code", "password"])
      _ = try await service.setPassword(
        body.required("password").text(0...1000), link: Secret(try body.required("code").text(1...100)))
      return APIAnswer.done.response(to: call.request)
    }
  }

  // MARK: Second factor

  private func addSecondFactor(to table: RouteTable) {
    table.api(.get, "second-factor", "showSecondFactor", access: .signedIn, services) { call in
      _ = try call.query()
      let user = call.identity.user.id
      return .ok(.object([("active", .bool(try await call.read { try $0.hasSecondFactor(user) }))]))
    }
    table.api(.post, "second-factor", "beginSecondFactor", access: .signedIn, services) { call in
      guard case .session = call.identity.proof else {
        throw APIError.forbidden("this needs a signed-in session")
      }
      let user = call.identity.user
      return try await call.commit(isSecret: true) { writer in
        let secret = OneTimeCode.base32(try writer.beginSecondFactor(for: user.id))
        return .created(
          .object([
            ("secret", .string(secret)),
            (
              "uri",
              .string(
                "otpauth://totp/planner:\(SignInAddress.escaped(user.login))?secret=\(secret)&issuer=planner&digits=6&period=30"
              )
            ),
          ]), at: "/api/v1/second-factor")
      }
    }
    table.api(.put, "second-factor", "confirmSecondFactor", access: .signedIn, services) { call in
      let code = Self.digits(try call.body().object(["code"]).required("code").text(1...20)) ?? ""
      return try await answer(code, call) { _ in .done }
    }
    table.api(.post, "second-factor/removal", "removeSecondFactor", access: .signedIn, services) { call in
      let code = Self.digits(try call.body().object(["code"]).required("code").text(1...20)) ?? ""
      let user = call.identity.user.id
      return try await answer(code, call) { writer in
        try writer.removeSecondFactor(of: user)
        return .done
      }
    }
    table.api(
      .delete, "users/{id}/second-factor", "resetSecondFactor", access: .needs(.manageUsers), services
    ) { call in
      let id: UserID = try call.id("user")
      return try await call.commit { writer in
        guard try writer.user(id) != nil else {
          throw StoreError.notFound(entity: "user", id: id.description)
        }
        try writer.removeSecondFactor(of: id)
        return .done
      }
    }
  }

  /// Does something that a code of the app has to be shown for; wrong ones count as attempts to sign in.
  private func answer(
    _ code: String, _ call: APICall, _ body: @escaping @Sendable (Writer) throws -> APIAnswer
  ) async throws -> APIAnswer {
    let user = call.identity.user
    let account = "login:" + user.login
    let at = call.now
    _ = try await call.commit(isSecret: true) { writer in
      if let next = try writer.nextAttempt(account, at: at) {
        throw SignInError.tooMany(retryAfter: max(1, Int(next.timeIntervalSince(at).rounded(.up))))
      }
      try writer.noteAttempt(account)
      return .done
    }
    return try await call.commit(isSecret: true) { writer in
      guard try writer.takeCode(code, of: user.id) else { throw SignInError.wrongCode }
      try writer.forgetAttempts(account)
      return try body(writer)
    }
  }

  /// A code as it is typed, with blanks in it.
  private static func digits(_ text: String?) -> String? { text.map { $0.filter { !$0.isWhitespace } } }

  // MARK: Parts

  private func endSession(of request: Request) async throws {
    guard let value = request.cookies[Gate.cookie]?.value else { return }
    let (database, now) = (services.database, services.now)
    _ = try await services.writers.runIfActive {
      guard let found = try database.read({ try $0.signedIn(session: Secret(value), at: now()) }) else {
        return false
      }
      return try database.write(as: Actor(user: found.user.id, name: "web"), at: now()) {
        try $0.end(session: Secret(value))
      }
    }
  }

  /// Where a request comes from, for counting attempts.
  static func address(_ context: PageContext) -> String {
    context.remoteAddress.isEmpty ? "local" : context.remoteAddress
  }

  /// Browsers take a Secure cookie over plain HTTP from this computer only.
  static func cookie(_ session: Secret) -> String {
    "\(Gate.cookie)=\(session.text); Path=/; Max-Age=\(Int(SessionLife.total)); Secure; HttpOnly; SameSite=Lax"
  }
  static let noCookie = "\(Gate.cookie)=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"

  /// The fields of a form, at most 64 KB of them.
  static func fields(of request: Request) async throws -> [String: String] {
    guard PageCode.isForm(request) else {
      throw APIError.contentType(
        request.headers[.contentType] ?? "", wanted: "application/x-www-form-urlencoded")
    }
    var request = request
    let body: ByteBuffer
    do {
      body = try await request.collectBody(upTo: 64 << 10)
    } catch {
      throw APIError.bodyTooLarge(limit: 64 << 10)
    }
    var fields: [String: String] = [:]
    for pair in body.readableBytesView.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      func decoded(_ bytes: ByteBufferView) -> String {
        String(decoding: bytes, as: UTF8.self).replacing("+", with: " ").removingPercentEncoding ?? ""
      }
      fields[decoded(parts[0])] = parts.count == 2 ? decoded(parts[1]) : ""
    }
    return fields
  }
}
