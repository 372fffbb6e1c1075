import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Store
import Testing

@testable import planner

@Suite("Signing in over HTTP")
struct SignInTests {
  static let password = "correct horse battery staple"

  private func fixture() async throws -> ServiceFixture {
    let service = try ServiceFixture()
    try service.database.write(as: Actor(name: "test"), at: service.services.now()) { writer in
      try writer.setPassword(
        hash: try PasswordHash.make(Self.password), for: service.users[.manager]!.id)
    }
    return service
  }

  private func signIn(
    _ service: ServiceFixture, login: String = "manager", password: String = password
  ) async throws -> ServiceFixture.Answer {
    try await service.send(
      .post, "/api/v1/session", json: "{\"login\":\"\(login)\",\"password\":\"\(password)\"}")
  }

  private func cookie(_ answer: ServiceFixture.Answer) -> String {
    String((answer.response.headers[.setCookie] ?? "").prefix { $0 != ";" })
  }

  private func status(_ service: ServiceFixture, _ headers: HTTPFields) async throws -> Int {
    try await service.send(.get, "/api/v1/session", headers: headers).status
  }

  @Test("a session's cookie is kept from scripts, other sites and plain connections")
  func cookieFlags() async throws {
    let answer = try await signIn(fixture())
    #expect(answer.status == 201)
    let header = try #require(answer.response.headers[.setCookie])
    for flag in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] { #expect(header.contains(flag)) }
    let secret = cookie(answer).dropFirst("planner_session=pls_".count)
    #expect(secret.utf8.count == 43, "256 bits")
    #expect(!answer.text.contains(secret))
  }

  @Test("a session is somebody until it has rested for 30 minutes, and for 12 hours at most")
  func ends() async throws {
    let service = try await fixture()
    let headers: HTTPFields = [.cookie: cookie(try await signIn(service))]
    #expect(try await status(service, headers) == 200)
    try await service.advance(29 * 60)
    #expect(try await status(service, headers) == 200)
    try await service.advance(29 * 60)
    #expect(try await status(service, headers) == 200, "use was noted")
    try await service.advance(31 * 60)
    #expect(try await status(service, headers) == 401)

    let second: HTTPFields = [.cookie: cookie(try await signIn(service))]
    for _ in 0..<35 {
      try await service.advance(20 * 60)
      #expect(try await service.send(.get, "/api/v1/session", headers: second).status == 200)
    }
    try await service.advance(20 * 60)
    #expect(try await service.send(.get, "/api/v1/session", headers: second).status == 401)
  }

  @Test("login and token as user name and password read, and change nothing")
  func basic() async throws {
    let service = try await fixture()
    func fields(_ login: String, _ token: String) -> HTTPFields {
      [.authorization: "Basic " + Data("\(login):\(token)".utf8).base64EncodedString()]
    }
    let token = service.token(.manager)
    for login in ["manager", "MANAGER"] {
      let answer = try await service.send(.get, "/api/v1/session", headers: fields(login, token))
      #expect(answer.status == 200 && answer.json["user"]?["login"] == "manager")
    }
    for (login, secret) in [("head", token), ("", token), ("manager", "plt_x"), ("manager", Self.password)] {
      let answer = try await service.send(.get, "/api/v1/session", headers: fields(login, secret))
      #expect(answer.status == 401 && answer.code == "http.badToken")
    }
    for header in ["Basic", "Basic !!!", "Basic " + Data("manager".utf8).base64EncodedString()] {
      #expect(
        try await service.send(.get, "/api/v1/session", headers: [.authorization: header]).status == 401)
    }
    // A browser would send it by itself, whatever page made it.
    let change = try await service.send(
      .post, "/api/v1/partners", json: "{\"name\":\"X\",\"kind\":\"agency\"}",
      headers: fields("manager", token))
    #expect(change.status == 401)
  }

  @Test("a session is over after signing out, a changed role and disabling")
  func ended() async throws {
    let service = try await fixture()
    let answer = try await signIn(service)
    var headers: HTTPFields = [.cookie: cookie(answer)]
    headers[PageCode.header] = answer.json["pageCode"]?.text
    let left = try await service.send(.delete, "/api/v1/session", headers: headers)
    #expect(left.status == 204)
    // What the browser kept goes too, but not the storage: entries that were not sent wait there.
    #expect(left.response.headers[HTTPField.Name("Clear-Site-Data")!] == "\"cache\"")
    #expect(try await service.send(.get, "/api/v1/session", headers: headers).status == 401)

    for change in ["{\"role\":\"head\"}", "{\"disabled\":true}"] {
      let again: HTTPFields = [.cookie: cookie(try await signIn(service))]
      #expect(try await service.send(.get, "/api/v1/session", headers: again).status == 200)
      let id = service.users[.manager]!.id
      let user = try await service.send(.get, "/api/v1/users/\(id)", as: .administrator)
      let changed = try await service.send(
        .patch, "/api/v1/users/\(id)", as: .administrator, json: change,
        headers: [.ifMatch: try #require(user.tag)])
      #expect(changed.status == 200)
      #expect(try await service.send(.get, "/api/v1/session", headers: again).status == 401)
    }
    #expect(try await service.send(.get, "/api/v1/session", as: .manager).status == 401, "tokens end too")
    #expect(try await signIn(service).status == 401)
  }

  @Test("what another process ends is over at once")
  func endedElsewhere() async throws {
    let service = try await fixture()
    let headers: HTTPFields = [.cookie: cookie(try await signIn(service))]
    for _ in 0..<3 { #expect(try await status(service, headers) == 200) }
    let elsewhere = try Database(path: service.database.path, mode: .existing)
    try elsewhere.write(as: Actor(name: "test"), at: service.services.now()) { writer in
      var user = try #require(try writer.user(login: "manager"))
      user.disabled = true
      _ = try writer.update(user: user)
    }
    #expect(try await status(service, headers) == 401)
  }

  @Test("the map and the planner carry the code of their session, and what they send passes with it only")
  func pagesCarryTheCode() async throws {
    let service = try await fixture()
    try service.seedMaps()
    let cookies: HTTPFields = [.cookie: cookie(try await signIn(service))]
    for (page, address, body) in [
      ("/map", "/map/chosen", "{\"selection\":{\"all\":true}}"),
      ("/plan", "/plan/draft", "{\"selection\":{\"all\":true},\"start\":\"52.2,24.5\"}"),
    ] {
      var headers = cookies
      headers[.accept] = "text/html"
      let html = try await service.send(.get, page, headers: headers).text
      let rest = try #require(html.components(separatedBy: "data-page-code=\"").dropFirst().first)
      headers[.accept] = "application/json"
      #expect(try await service.send(.post, address, json: body, headers: headers).code == "http.pageCode")
      headers[PageCode.header] = String(rest.prefix { $0 != "\"" })
      #expect(try await service.send(.post, address, json: body, headers: headers).status == 200, "\(page)")
    }
  }

  @Test("a change with a cookie needs the page's code and must not come from another site")
  func pageCode() async throws {
    let service = try await fixture()
    let answer = try await signIn(service)
    let cookies: HTTPFields = [.cookie: cookie(answer)]
    let code = try #require(answer.json["pageCode"]?.text)
    let json = "{\"name\":\"для карты\",\"scopes\":[\"read\"]}"
    func post(_ more: [HTTPField.Name: String]) async throws -> ServiceFixture.Answer {
      var headers = cookies
      for (name, value) in more { headers[name] = value }
      return try await service.send(.post, "/api/v1/tokens", json: json, headers: headers)
    }
    #expect(try await post([:]).code == "http.pageCode")
    #expect(try await post([PageCode.header: "wrong"]).code == "http.pageCode")
    #expect(
      try await post([PageCode.header: code, .origin: "https://evil.example"]).code == "http.otherSite")
    #expect(
      try await post([PageCode.header: code, HTTPField.Name("Sec-Fetch-Site")!: "cross-site"]).code
        == "http.otherSite")
    let made = try await post([PageCode.header: code])
    #expect(made.status == 201)
    #expect(made.json["token"]?.text?.hasPrefix("plt_") == true)
  }

  @Test(
    "five wrong passwords a minute and twenty an hour, for an account from anywhere; an unknown login is not told"
  )
  func attempts() async throws {
    let service = try await fixture()
    for _ in 0..<5 {
      let answer = try await signIn(service, password: "wrong wrong wrong")
      #expect(answer.status == 401 && answer.code == "signIn.refused")
    }
    let blocked = try await signIn(service)
    #expect(blocked.status == 429 && blocked.code == "signIn.tooMany")
    #expect(blocked.response.headers[.retryAfter].flatMap { Int($0) } ?? 0 > 0)
    try await service.advance(61)
    #expect(try await signIn(service).status == 201, "and the right one forgets the account's")
    // The address has five behind it: whoever signs in himself does not get more guesses at others.
    for round in 0..<3 {
      for _ in 0..<5 {
        #expect(try await signIn(service, login: "nobody", password: "wrong wrong").status == 401, "\(round)")
      }
      try await service.advance(61)
    }
    let hour = try await signIn(service, login: "nobody", password: "wrong wrong")
    #expect(hour.status == 429)
  }

  @Test("a link sets a password once, within its time, and only a good password")
  func links() async throws {
    let service = try await fixture()
    let id = service.users[.booking]!.id
    func link() async throws -> String {
      let answer = try await service.send(.post, "/api/v1/users/\(id)/link", as: .administrator)
      #expect(answer.status == 201)
      let code = try #require(answer.json["code"]?.text)
      // Programs that keep passwords learn whose it is.
      #expect(answer.json["address"]?.text?.hasSuffix("/set-password#\(code)/booking") == true)
      return code
    }
    let page = try await service.send(.get, "/set-password", headers: [.accept: "text/html"])
    #expect(page.text.contains("<input type=\"text\" autocomplete=\"username\" hidden readonly>"))
    func use(_ code: String, _ password: String) async throws -> ServiceFixture.Answer {
      try await service.send(
        .post, "/api/v1/password/link", json: "{\"code\":\"\(code)\",\"password\":\"\(password)\"}")
    }
    let first = try await link()
    let second = try await link()
    #expect(try await use(first, Self.password).code == "signIn.badLink", "a new link ends the old")
    #expect(try await use(second, "short").code == "password.tooShort")
    #expect(try await use(second, "aaaaaaaaaaaaaaaa").code == "password.tooSimple")
    #expect(try await use(second, "booking-booking1").code == "password.namesOwner")
    #expect(try await use(second, Self.password).status == 204)
    #expect(try await use(second, Self.password).code == "signIn.badLink")
    #expect(try await signIn(service, login: "booking").status == 201)
    let third = try await link()
    try await service.advance(3601)
    #expect(try await use(third, Self.password).code == "signIn.badLink", "a reset runs out in an hour")
  }

  @Test("the file holds no secret in clear: neither sessions nor tokens nor links nor passwords")
  func hashed() async throws {
    let service = try await fixture()
    let session = cookie(try await signIn(service)).dropFirst("planner_session=".count)
    let link = try await service.send(
      .post, "/api/v1/users/\(service.users[.head]!.id)/link", as: .administrator)
    let secrets = [
      String(session), service.token(.manager), link.json["code"]?.text ?? "", Self.password,
    ]
    for suffix in ["", "-wal"] {
      let data = FileManager.default.contents(atPath: service.database.path + suffix) ?? Data()
      for secret in secrets { #expect(data.range(of: Data(secret.utf8)) == nil) }
    }
  }

  @Test("codes are those of RFC 6238, and secrets those of RFC 4648")
  func vectors() {
    let secret = Array("12345678901234567890".utf8)
    let codes = [59: "287082", 1_111_111_109: "081804", 1_234_567_890: "005924", 20_000_000_000: "353130"]
    for (seconds, code) in codes {
      let step = OneTimeCode.step(at: Date(timeIntervalSince1970: TimeInterval(seconds)))
      #expect(OneTimeCode.code(secret, step: step) == code)
    }
    #expect(OneTimeCode.base32(Array("foobar".utf8)) == "MZXW6YTBOI")
  }

  @Test(
    "a second factor counts once a code was shown; then the password alone does not sign in, and a code is good once"
  )
  func secondFactor() async throws {
    let service = try await fixture()
    let answer = try await signIn(service)
    var headers: HTTPFields = [.cookie: cookie(answer)]
    headers[PageCode.header] = answer.json["pageCode"]?.text
    #expect(
      try await service.send(.post, "/api/v1/second-factor", as: .manager).status == 403, "not by a token")
    let begun = try await service.send(.post, "/api/v1/second-factor", headers: headers)
    let text = try #require(begun.json["secret"]?.text)
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    var bits = text.map { letters.firstIndex(of: $0)! }.map { String(32 + $0, radix: 2).dropFirst() }.joined()
    var secret: [UInt8] = []
    while bits.count >= 8 {
      secret.append(UInt8(bits.prefix(8), radix: 2)!)
      bits = String(bits.dropFirst(8))
    }
    func code() -> String { OneTimeCode.code(secret, step: OneTimeCode.step(at: service.services.now())) }
    func use(_ method: HTTPRequest.Method, _ path: String, _ code: String) async throws
      -> ServiceFixture.Answer
    {
      try await service.send(method, path, json: "{\"code\":\"\(code)\"}", headers: headers)
    }
    func enter(_ code: String) async throws -> ServiceFixture.Answer {
      try await service.send(
        .post, "/api/v1/session",
        json: "{\"login\":\"manager\",\"password\":\"\(Self.password)\",\"code\":\"\(code)\"}")
    }
    #expect(try await signIn(service).status == 201, "it does not count yet")
    #expect(try await use(.put, "/api/v1/second-factor", "000000").code == "signIn.wrongCode")
    #expect(try await use(.put, "/api/v1/second-factor", code()).status == 204)
    #expect(try await signIn(service).code == "signIn.codeNeeded")
    #expect(try await enter(code()).code == "signIn.wrongCode", "it was used")
    try await service.advance(30)
    #expect(try await enter(code()).status == 201)
    // Asking for the code again and again takes no wrong code back.
    try await service.advance(3601)
    for _ in 0..<5 {
      #expect(try await enter("000000").code == "signIn.wrongCode")
      let next = try await signIn(service)
      #expect(next.code == "signIn.codeNeeded" || next.code == "signIn.tooMany")
    }
    #expect(try await enter(code()).code == "signIn.tooMany")
    try await service.advance(61)
    let again = try await enter(code())
    #expect(again.status == 201)
    headers = [.cookie: cookie(again)]
    headers[PageCode.header] = again.json["pageCode"]?.text
    try await service.advance(60)
    #expect(try await use(.post, "/api/v1/second-factor/removal", code()).status == 204)
    #expect(try await signIn(service).status == 201)
  }

  @Test("the address of a calendar stands in no log")
  func logged() {
    #expect(Request.loggedPath("/calendar/abc123.ics") == "/calendar/…")
    #expect(Request.loggedPath("/partners/7") == "/partners/7")
  }

  @Test("published passwords are known, with signs around them too")
  func known() throws {
    let folder = URL(fileURLWithPath: #filePath).appendingPathComponent(
      "../../../../data/passwords/known.bloom")
    let filter = try #require(BloomFilter(try Data(contentsOf: folder.standardizedFileURL)))
    for word in ["password", "QWERTYUIOP", "iloveyou", "123456789"] { #expect(filter.contains(word)) }
    let strange = (0..<10_000).count { filter.contains("семь слонов \($0) ночью") }
    #expect(strange <= 5)
    #expect(BloomFilter(Data("PLNRBLM1".utf8)) == nil && BloomFilter(Data(count: 100)) == nil)
  }

  @Test("the form goes on to addresses of this site only")
  func next() {
    #expect(SignInAddress.safe("/trips/1?x=2") == "/trips/1?x=2")
    for bad in [
      nil, "", "//evil.example", "/\\evil.example", "https://evil.example", "/sign-in", "/a\r\nb", "/а",
    ] {
      #expect(SignInAddress.safe(bad) == "/")
    }
  }

  @Test("the sign-in page posts, tells in its language what was wrong, and keeps the login")
  func page() async throws {
    let service = try await fixture()
    let form = "login=manager&password=wrong&next=%2Ftrips%2F1"
    let wrong = try await service.send(
      .post, "/sign-in",
      headers: [.contentType: "application/x-www-form-urlencoded", .acceptLanguage: "ru"], body: form)
    #expect(wrong.status == 401)
    #expect(wrong.text.contains("Неверный логин или пароль.") && wrong.text.contains("value=\"manager\""))
    let right = try await service.send(
      .post, "/sign-in", headers: [.contentType: "application/x-www-form-urlencoded"],
      body: "login=manager&password=correct+horse%20battery+staple&next=%2Ftrips%2F1")
    #expect(right.status == 303)
    #expect(right.response.headers[.location] == "/trips/1")
    let session = cookie(right)
    let home = try await service.send(
      .get, "/trips", headers: [.accept: "text/html", .cookie: session, .acceptLanguage: "ru"])
    #expect(home.text.contains("Имя manager") && home.text.contains("Выйти"))
    let code = try #require(home.text.firstMatch(of: /name="pageCode" value="([^"]+)"/)).1
    let wrongCode = try await service.send(
      .post, "/sign-out", headers: [.contentType: "application/x-www-form-urlencoded", .cookie: session],
      body: "pageCode=x")
    #expect(wrongCode.status == 403)
    let out = try await service.send(
      .post, "/sign-out", headers: [.contentType: "application/x-www-form-urlencoded", .cookie: session],
      body: "pageCode=\(code)")
    #expect(out.status == 303 && out.response.headers[.setCookie]?.contains("Max-Age=0") == true)
    #expect(
      try await service.send(.get, "/trips", headers: [.accept: "text/html", .cookie: session]).status == 303)
    let page = try await service.send(.get, "/trips/1", headers: [.accept: "text/html"])
    #expect(page.status == 303)
    #expect(page.response.headers[.location] == "/sign-in?next=/trips/1")
  }
}
