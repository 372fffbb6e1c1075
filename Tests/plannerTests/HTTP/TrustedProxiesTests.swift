import CRM
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Store
import Testing

@testable import planner

@Suite("Proxies in front of the service")
struct TrustedProxiesTests {
  private let trusted = TrustedProxies("127.0.0.1, 10.0.0.0/8 fd00::/8")!

  private func fields(_ pairs: [(String, String)]) -> HTTPFields {
    var fields = HTTPFields()
    for (name, value) in pairs { fields.append(HTTPField(name: HTTPField.Name(name)!, value: value)) }
    return fields
  }

  private func address(_ peer: String, _ pairs: (String, String)...) -> String? {
    trusted.client(of: peer, fields(pairs))?.address
  }

  @Test("addresses and blocks are read, anything else is refused")
  func reading() {
    #expect(TrustedProxies("") == TrustedProxies.none && TrustedProxies(" , ")?.isEmpty == true)
    for text in [
      "proxy", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/x", "10.0.0/8", "::1/129", "127.0.0.1:80",
      "10.0.0.1,*", "::ffff:10.0.0.0/104", "0x7f.1",
    ] {
      #expect(TrustedProxies(text) == nil, "\(text)")
    }
  }

  @Test("only a trusted proxy says for whom it asks")
  func peers() {
    for peer in ["127.0.0.1", "10.255.0.1", "fd12::1", "::ffff:10.1.2.3"] {
      #expect(address(peer, ("X-Forwarded-For", "192.0.2.7")) == "192.0.2.7", "\(peer)")
      #expect(address(peer, ("Forwarded", "for=192.0.2.7")) == "192.0.2.7", "\(peer)")
    }
    for peer in ["127.0.0.2", "11.0.0.1", "fe80::1", "192.0.2.1", "::1", "", "nonsense", "::ffff:11.0.0.1"] {
      #expect(address(peer, ("X-Forwarded-For", "192.0.2.7")) == nil, "\(peer)")
    }
    #expect(TrustedProxies.none.client(of: "127.0.0.1", fields([("X-Forwarded-For", "192.0.2.7")])) == nil)
  }

  @Test("the client is the right-most address that is no proxy, whatever he wrote before it")
  func chains() {
    func chain(_ values: String...) -> String? {
      trusted.client(of: "127.0.0.1", fields(values.map { ("X-Forwarded-For", $0) }))?.address
    }
    #expect(chain("192.0.2.7") == "192.0.2.7")
    #expect(chain("8.8.8.8, 192.0.2.7") == "192.0.2.7")
    #expect(chain("127.0.0.1, 10.0.0.5, 192.0.2.7, 10.0.0.9") == "192.0.2.7")
    #expect(chain("192.0.2.7,10.0.0.1 ,\t10.0.0.2") == "192.0.2.7")
    #expect(chain("8.8.8.8", "192.0.2.7", "10.0.0.2") == "192.0.2.7", "several fields are one list")
    #expect(chain("10.0.0.1, 10.0.0.2") == "10.0.0.1", "a client among the proxies")
    #expect(chain("2001:db8::7, fd00::1") == "2001:db8::7")
    #expect(chain("[2001:db8::7]:4711") == "2001:db8::7" && chain("192.0.2.7:4711") == "192.0.2.7")
    #expect(chain("::ffff:192.0.2.7") == "192.0.2.7" && chain("fe80::1%eth0") == "fe80::1")
  }

  @Test(
    "garbage ends the walk at whoever passed it on",
    arguments: [
      "", ",", ", ,", "unknown", "192.0.2.7 x", "192.0.2", "192.0.2.7:", "192.0.2.7:x", "[::1", "[::1]x",
      "::g",
      "\"192.0.2.7\"", "192.0.2.7;", "999.1.1.1", "for=192.0.2.7",
    ])
  func garbage(_ text: String) {
    #expect(address("10.0.0.1", ("X-Forwarded-For", text)) == "10.0.0.1")
    #expect(
      address("10.0.0.1", ("X-Forwarded-For", "8.8.8.8, \(text), 10.0.0.3")) != "8.8.8.8"
        || text.allSatisfy { ", ".contains($0) })
    #expect(address("10.0.0.1", ("Forwarded", "for=8.8.8.8, for=_hidden, for=10.0.0.3")) == "10.0.0.3")
  }

  @Test("Forwarded is read with its quotations, letters of either size and several proxies")
  func forwarded() {
    let client = trusted.client(
      of: "127.0.0.1",
      fields([
        ("Forwarded", "for=8.8.8.8;host=evil.example"),
        (
          "Forwarded",
          "For=\"[2001:db8::7]:4711\" ; Proto=https;Host=\"planner.example:8443\";by=10.0.0.1, for=10.0.0.1;proto=http"
        ),
      ]))
    #expect(
      client
        == TrustedProxies.Client(address: "2001:db8::7", scheme: "https", authority: "planner.example:8443"))
    #expect(ForwardedElement.list("for=\"a,b;c\\\"d\"").first?.client == "a,b;c\"d")
    #expect(ForwardedElement.list("x, ;;,for").map(\.client) == [nil, nil, nil])
  }

  @Test("where both kinds of fields tell of different clients, neither is believed")
  func both() {
    #expect(
      address("10.0.0.1", ("X-Forwarded-For", "192.0.2.7"), ("Forwarded", "for=192.0.2.7")) == "192.0.2.7")
    #expect(address("10.0.0.1", ("X-Forwarded-For", "192.0.2.7"), ("Forwarded", "for=8.8.8.8")) == "10.0.0.1")
  }

  @Test("scheme and host are the proxy's, and nothing that is no host")
  func names() {
    func client(_ pairs: (String, String)...) -> TrustedProxies.Client? {
      trusted.client(of: "127.0.0.1", fields(pairs))
    }
    let one = client(("X-Forwarded-Proto", "HTTPS"), ("X-Forwarded-Host", "evil.example, planner.example"))
    #expect(one?.scheme == "https" && one?.authority == "planner.example")
    #expect(client(("X-Forwarded-Proto", "javascript"))?.scheme == nil)
    for host in ["a/b", "a\" onload=x", "a b", "а.рф", "a@b", String(repeating: "a", count: 300)] {
      #expect(client(("X-Forwarded-Host", host))?.authority == nil, "\(host)")
    }
  }

  // MARK: In the service

  private func service(_ proxies: String, publicURL: String? = nil) throws -> ServiceFixture {
    var settings = ServiceSettings(rateLimit: 0)
    settings.trustedProxies = try #require(TrustedProxies(proxies))
    settings.publicURL = publicURL
    let service = try ServiceFixture(settings: settings)
    let hash = try PasswordHash.make(SignInTests.password)
    try service.database.write(as: Actor(name: "test"), at: service.services.now()) { writer in
      try writer.setPassword(hash: hash, for: service.users[.manager]!.id)
    }
    return service
  }

  /// Requests over a socket, so that there is a peer: 127.0.0.1.
  private func overSocket(
    _ service: ServiceFixture, _ body: @Sendable (any TestClientProtocol) async throws -> Void
  ) async throws {
    let application = Application(
      router: try service.routes().router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      logger: ServiceFixture.quiet)
    try await application.test(.live) { try await body($0) }
  }

  private func attempt(
    _ client: any TestClientProtocol, login: String, from address: String
  ) async throws -> Int {
    try await client.execute(
      uri: "/api/v1/session", method: .post,
      headers: fields([("X-Forwarded-For", address), ("Content-Type", "application/json")]),
      body: ByteBuffer(string: "{\"login\":\"\(login)\",\"password\":\"wrong\"}")
    ).status.code
  }

  @Test("attempts are counted against the client that a trusted proxy names, not against the proxy")
  func lockOut() async throws {
    let service = try service("127.0.0.1")
    try await overSocket(service) { (client: any TestClientProtocol) async throws in
      // What the client wrote itself stands before what the proxy added.
      for number in 0..<5 {
        #expect(
          try await attempt(client, login: "a\(number)", from: "198.51.100.\(number), 192.0.2.7") == 401)
      }
      #expect(try await attempt(client, login: "b", from: "198.51.100.99, 192.0.2.7") == 429)
      #expect(try await attempt(client, login: "c", from: "192.0.2.8") == 401)
    }
  }

  @Test("without trusted proxies a header gives nobody another address")
  func spoofed() async throws {
    for proxies in ["", "10.0.0.0/8"] {
      let service = try service(proxies)
      try await overSocket(service) { (client: any TestClientProtocol) async throws in
        for number in 0..<5 {
          #expect(try await attempt(client, login: "a\(number)", from: "192.0.2.\(number)") == 401)
        }
        #expect(try await attempt(client, login: "b", from: "192.0.2.99") == 429)
      }
    }
  }

  @Test("a request through a proxy is none from this computer, trusted or not")
  func metrics() async throws {
    for proxies in ["", "127.0.0.1"] {
      try await overSocket(try service(proxies)) { client in
        #expect(try await client.execute(uri: "/metrics", method: .get).status.code == 200)
        for header in ["X-Forwarded-For", "Forwarded", "X-Forwarded-Proto"] {
          let answer = try await client.execute(
            uri: "/metrics", method: .get, headers: fields([(header, "127.0.0.1")]))
          #expect(answer.status.code == 403, "\(header) \(proxies)")
        }
      }
    }
  }

  @Test("links are made of what a trusted proxy says, and of nobody else's word; publicURL goes before both")
  func links() async throws {
    func root(_ service: ServiceFixture, _ more: [(String, String)]) async throws -> String? {
      let token = service.token(.head)
      let box = Box()
      try await overSocket(service) { (client: any TestClientProtocol) async throws in
        let answer = try await client.execute(
          uri: "/ogc", method: .get,
          headers: self.fields([("Authorization", "Bearer \(token)"), ("Accept", "application/json")] + more))
        let text = String(buffer: answer.body)
        box.text =
          text.components(separatedBy: "\"href\":\"").dropFirst().first?.components(separatedBy: "\"").first
          ?? "\(answer.status.code)"
      }
      return box.text
    }
    let https = [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "localhost:8443")]
    #expect(try await root(service("127.0.0.1"), https) == "https://localhost:8443/ogc")
    #expect(try await root(service("10.0.0.1"), https)?.hasPrefix("http://") == true)
    let outsideURL = "https://planner.example.com"
    #expect(try await root(service("127.0.0.1", publicURL: outsideURL), https) == outsideURL + "/ogc")
    // On the loopback address names from outside are answered only where they are the service's own.
    let outside = [("X-Forwarded-Host", "planner.example.com"), ("X-Forwarded-Proto", "https")]
    #expect(try await root(service("127.0.0.1", publicURL: outsideURL), outside) == outsideURL + "/ogc")
    #expect(try await root(service("127.0.0.1"), outside) == "421")
    #expect(
      try await root(service("127.0.0.1", publicURL: outsideURL), [("X-Forwarded-Host", "evil.example")])
        == "421")
  }

  private final class Box: @unchecked Sendable { var text: String? }

  @Test(
    "a form sent through a proxy is of this site, and the session's cookie is for encrypted connections only")
  func signingIn() async throws {
    let service = try service("127.0.0.1", publicURL: "https://planner.example.com")
    try await overSocket(service) { (client: any TestClientProtocol) async throws in
      func send(_ origin: String, _ host: String) async throws -> TestResponse {
        try await client.execute(
          uri: "/sign-in", method: .post,
          headers: fields([
            ("Origin", origin), ("Sec-Fetch-Site", "same-origin"), ("X-Forwarded-Host", host),
            ("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "192.0.2.7"),
            ("Content-Type", "application/x-www-form-urlencoded"),
          ]),
          body: ByteBuffer(
            string: "login=manager&password=" + SignInTests.password.replacing(" ", with: "+")))
      }
      let answer = try await send("https://planner.example.com", "planner.example.com")
      #expect(answer.status == .seeOther)
      #expect(answer.headers[.setCookie]?.contains("; Secure; HttpOnly; SameSite=Lax") == true)
      #expect(try await send("https://evil.example", "planner.example.com").status == .forbidden)
    }
  }

  @Test("nobody is everybody where a proxy lets others in")
  func resident() async throws {
    let service = try service("127.0.0.1")
    var options = PlannerServer.Options()
    options.port = 0
    options.resident = service.users[.manager]
    let asked = options
    await #expect(throws: ServerError.residentBehindProxy) {
      try await PlannerServer.run(services: service.services, options: asked)
    }
  }

  @Test(
    "the setting is read from the file as text or list and from the environment; nonsense is refused by name")
  func setting() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(
      "settings-\(UUID().uuidString).yaml"
    ).path
    defer { try? FileManager.default.removeItem(atPath: path) }
    for text in ["trustedProxies: [127.0.0.1, 10.0.0.0/8]", "trustedProxies: 127.0.0.1, 10.0.0.0/8"] {
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      let read = try ServiceSettings(file: path, environment: [:])
      #expect(read.trustedProxies == TrustedProxies("127.0.0.1 10.0.0.0/8"))
      let other = try ServiceSettings(file: path, environment: ["PLANNER_TRUSTED_PROXIES": "::1"])
      #expect(other.trustedProxies == TrustedProxies("::1"))
    }
    #expect(throws: SettingsError.self) {
      try ServiceSettings(file: nil, environment: ["PLANNER_TRUSTED_PROXIES": "all"])
    }
    #expect(ServiceSettings().trustedProxies.isEmpty)
  }
}
