import Foundation
import Geo
import NIOSSL
import NetworkSupport
import Synchronization
import Testing

@testable import Outbound

struct OutboundClientTests {
  private static let names: [String: [String]] = [
    "good.test": ["127.0.0.1"], "other.test": ["127.0.0.1"], "evil.test": ["127.0.0.1"],
    "second.test": ["127.0.0.1"],
  ]

  /// May ask `good.test` on every port, up to 100,000 bytes.
  private func client(
    deadline: Duration = .patient, allow: String = "good.test", asked: Asked = Asked(),
    trust: NIOSSLTrustRoots? = nil
  ) throws -> OutboundClient {
    OutboundClient(
      userAgent: "planner/test (a@b.example)", allowed: try OutboundAllowance(allow),
      limits: .init(deadline: deadline, bodyBytes: 100_000),
      resolver: HostResolver { name in
        asked.add(name)
        return (Self.names[name] ?? []).compactMap { OutboundAddress($0) }
      }, trustRoots: trust)
  }

  final class Asked: Sendable {
    private let names = Mutex<[String]>([])
    func add(_ name: String) { names.withLock { $0.append(name) } }
    var all: [String] { names.withLock { $0 } }
  }

  private func body(of server: ScriptedServer, asked: Asked = Asked()) async throws -> [UInt8] {
    try await client(asked: asked).get("http://good.test:\(server.port)/")
  }

  /// The code with which a request to `good.test` fails.
  private func failure(
    deadline: Duration = .patient, path: String = "/",
    _ acts: @escaping @Sendable (_ number: Int, _ request: String) -> [ScriptedServer.Act]
  ) async throws -> String {
    try await ScriptedServer.with(Script(acts)) { server in
      let error = await #expect(throws: OutboundError.self) {
        try await client(deadline: deadline).get("http://good.test:\(server.port)\(path)")
      }
      return error?.code ?? "none"
    }
  }

  @Test("the connection goes to the address that was checked; the name is resolved once")
  func pinned() async throws {
    let asked = Asked()
    try await ScriptedServer.with(Script { _, _ in [.answer(json: "[1]")] }) { server in
      let body = try await client(asked: asked).get(
        "http://good.test:\(server.port)/a?b=c d".replacing(" ", with: "+"))
      #expect(body == Array("[1]".utf8))
      #expect(asked.all == ["good.test"])
      let request = try #require(server.requests.first).lowercased()
      #expect(request.hasPrefix("get /a?b=c+d http/1.1\r\n"))
      #expect(request.contains("host: good.test:\(server.port)\r\n"))
      #expect(request.contains("user-agent: planner/test (a@b.example)\r\n"))
      #expect(!request.contains("cookie") && !request.contains("authorization"))
    }
  }

  @Test("a name without addresses and a port without a listener have codes of their own")
  func nobody() async throws {
    await #expect(throws: OutboundError.unresolved(host: "none.test")) {
      try await client().get("http://none.test/")
    }
    let port = try await ScriptedServer.with(Script { _, _ in [] }) { $0.port }
    await #expect(throws: OutboundError.unreachable(origin: "http://good.test:\(port)")) {
      try await client().get("http://good.test:\(port)/")
    }
  }

  @Test(
    "a redirect to an inner address or another scheme is not followed",
    arguments: [
      ("http://169.254.169.254/latest/meta-data", "outbound.addressRefused"),
      ("http://evil.test:P/", "outbound.addressRefused"), ("http://127.0.0.1:P/", "outbound.addressRefused"),
      ("http://0x7f000001:P/", "outbound.addressRefused"), ("//127.0.0.1:P/", "outbound.addressRefused"),
      ("http://[::ffff:127.0.0.1]:P/", "outbound.addressRefused"),
      ("file:///etc/passwd", "outbound.redirect"),
      ("ftp://good.test/", "outbound.redirect"), ("http://u:p@good.test:P/", "outbound.redirect"),
      ("", "outbound.redirect"), ("http://good.test:P/again", "outbound.redirect"),
      ("/again", "outbound.redirect"),
    ])
  func redirects(_ location: String, _ code: String) async throws {
    try await ScriptedServer.with(
      Script { _, request in
        // The last two lead round in a circle.
        let port = request.split(separator: "good.test:").dropFirst().first?.prefix { $0.isNumber } ?? ""
        return [.redirect(location.replacing(":P", with: ":\(port)"))]
      }
    ) { server in
      let error = await #expect(throws: OutboundError.self) {
        try await client().get("http://good.test:\(server.port)/")
      }
      #expect(error?.code == code)
      #expect(server.connections == (location.hasSuffix("/again") ? 4 : 1))
    }
  }

  @Test("three redirects are followed, and every hop is resolved and checked anew")
  func followsThree() async throws {
    let asked = Asked()
    try await ScriptedServer.with(
      Script { number, _ in
        number < 4 ? [.redirect("/\(number)", 307)] : [.answer(json: "4")]
      }
    ) {
      server in
      let body = try await body(of: server, asked: asked)
      #expect(body == Array("4".utf8))
      #expect(asked.all.count == 4)
    }
  }

  @Test("statuses other than 2xx are told with their Retry-After")
  func statuses() async throws {
    for code in [204, 400, 404, 500, 503] {
      try await ScriptedServer.with(Script { _, _ in [.answer(code, [("Retry-After", "7")])] }) { server in
        let origin = "http://good.test:\(server.port)"
        if code == 204 {
          let body = try await body(of: server)
          #expect(body.isEmpty)
        } else {
          await #expect(throws: OutboundError.status(origin: origin, code: code, retryAfter: "7")) {
            try await client().get(origin + "/")
          }
        }
      }
    }
  }

  @Test("silence, dripping heads, dripping bodies and slow names end at the deadline")
  func deadlines() async throws {
    let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n".utf8)
    let short = Duration.milliseconds(200)
    #expect(try await failure(deadline: short) { _, _ in [.silence] } == "outbound.timedOut")
    #expect(try await failure(deadline: short) { _, _ in [.drip(head)] } == "outbound.timedOut")
    #expect(
      try await failure(deadline: short) { _, _ in [.send(head), .drip(Array(repeating: 32, count: 90_000))] }
        == "outbound.timedOut")
    let slow = OutboundClient(
      userAgent: "t", limits: .init(deadline: short),
      resolver: HostResolver { _ in
        try await Task.sleep(for: .seconds(3600))
        return []
      })
    await #expect(throws: OutboundError.timedOut(origin: "http://slow.test:80")) {
      try await slow.get("http://slow.test/")
    }
  }

  @Test("a body over the limit is cut off: announced, endless, chunked or packed")
  func sizes() async throws {
    let announced = Array("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n".utf8)
    let open = Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8)
    let chunked = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
    let piece = [UInt8](repeating: 0x61, count: 65_536)
    #expect(try await failure { _, _ in [.send(announced), .flood(piece)] } == "outbound.tooLarge")
    #expect(try await failure { _, _ in [.send(open), .flood(piece)] } == "outbound.tooLarge")
    #expect(
      try await failure { _, _ in
        [.send(chunked), .flood(Array("10000\r\n".utf8) + piece + Array("\r\n".utf8))]
      }
        == "outbound.tooLarge")
    let bomb = Gzip.deflate(Data(count: 50_000_000))
    #expect(bomb.count < 100_000)
    #expect(
      try await failure { _, _ in [.answer(200, [("Content-Encoding", "gzip")], body: bomb)] }
        == "outbound.tooLarge")
  }

  @Test("a packed body is unpacked; a damaged or unknown packing is an error")
  func packing() async throws {
    let packed = Gzip.deflate(Data("[2]".utf8))
    try await ScriptedServer.with(
      Script { _, _ in [.answer(200, [("Content-Encoding", "gzip")], body: packed)] }
    ) {
      server in
      let body = try await body(of: server)
      #expect(body == Array("[2]".utf8))
    }
    for (name, body) in [
      ("gzip", Data("no".utf8)), ("gzip", packed.dropLast(9)), ("br", packed), ("gzip, gzip", packed),
    ] {
      #expect(
        try await failure { _, _ in [.answer(200, [("Content-Encoding", name)], body: body)] }
          == "outbound.broken")
    }
  }

  @Test("resets, early ends and what is no HTTP are told as broken")
  func broken() async throws {
    let head = Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n".utf8)
    let acts: [[ScriptedServer.Act]] = [
      [.reset], [.close], [.send(head), .reset], [.send(head + [0x5B]), .close],
      [.send(Array("220 smtp\r\n".utf8)), .close],
      [.send([0x16, 0x03, 0x01, 0x00]), .close], [.send(Array("HTTP/1.1 999999 x\r\n\r\n".utf8)), .close],
      [.send(Array("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n".utf8)), .close],
      [.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na".utf8)), .close],
      [.send(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".utf8)), .close],
      [.send(Array("HTTP/1.1 200 OK\r\nA: ".utf8)), .flood([UInt8](repeating: 0x61, count: 65_536))],
    ]
    for act in acts {
      let code = try await failure { _, _ in act }
      #expect(["outbound.broken", "outbound.unreachable"].contains(code), "\(code)")
    }
  }

  @Test("with https the server proves the name asked for, wherever it stands")
  func tls() async throws {
    let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
    let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
    let context = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    try await ScriptedServer.with(tls: context, Script { _, _ in [.answer(json: "[3]")] }) { server in
      let trusting = try client(
        allow: "good.test,other.test,127.0.0.1", trust: .certificates([certificate]))
      #expect(try await trusting.get("https://good.test:\(server.port)/") == Array("[3]".utf8))
      for host in ["other.test", "127.0.0.1"] {
        await #expect(throws: OutboundError.tls(origin: "https://\(host):\(server.port)")) {
          try await trusting.get("https://\(host):\(server.port)/")
        }
      }
      await #expect(throws: OutboundError.tls(origin: "https://good.test:\(server.port)")) {
        try await client().get("https://good.test:\(server.port)/")
      }
    }
  }

  @Test("no way leads from https to http")
  func noDowngrade() async throws {
    let certificate = try NIOSSLCertificate(bytes: Array(TestCertificate.certificate.utf8), format: .pem)
    let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
    let context = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: [.certificate(certificate)], privateKey: .privateKey(key)))
    try await ScriptedServer.with(Script { _, _ in [.answer(json: "[]")] }) { plain in
      try await ScriptedServer.with(
        tls: context, Script { _, _ in [.redirect("http://good.test:\(plain.port)/")] }
      ) { server in
        let error = await #expect(throws: OutboundError.self) {
          try await client(trust: .certificates([certificate])).get("https://good.test:\(server.port)/")
        }
        #expect(error?.code == "outbound.redirect")
        #expect(plain.connections == 0)
      }
    }
  }

  @Test("what is posted arrives whole, its answer comes whatever it is, and no redirect is followed")
  func posted() async throws {
    let large = [UInt8](repeating: 0x61, count: 300_000)
    try await ScriptedServer.with(
      Script { number, _ in
        [
          number == 1
            ? .answer(202, body: large)
            : number == 2 ? .redirect("http://good.test/", 307) : .answer(503, [("Retry-After", "7")])
        ]
      }
    ) { server in
      let client = try client()
      let url = "http://good.test:\(server.port)/hook?a=1"
      let body = Array(#"{"имя":"Анна"}"#.utf8)
      let taken = try await client.post(url, body: body, headers: [("x-number", "7")], wanted: 10)
      #expect(taken.status == 202 && taken.body == Array("aaaaaaaaaa".utf8))
      let request = try #require(server.requests.first)
      #expect(request.hasPrefix("POST /hook?a=1 HTTP/1.1\r\n"))
      #expect(request.lowercased().contains("\r\nx-number: 7\r\n"))
      #expect(request.lowercased().contains("\r\ncontent-type: application/json\r\n"))
      #expect(request.hasSuffix(#"{"имя":"Анна"}"#))
      #expect(try await client.post(url, body: body).status == 307)
      let busy = try await client.post(url, body: body)
      #expect(busy.status == 503 && busy.retryAfter == "7")
      #expect(server.connections == 3)
      for header in [("x-a", "1\r\nHost: evil"), ("x-a", "é"), ("x a", "1"), ("X:", "1"), ("", "1")] {
        await #expect(throws: OutboundError.self) { try await client.post(url, body: [], headers: [header]) }
      }
      #expect(server.connections == 3)
    }
  }

  @Test("whoever is cancelled is told so, not that the service failed")
  func cancelled() async throws {
    try await ScriptedServer.with(Script { _, _ in [.silence] }) { server in
      let client = try client(deadline: .seconds(3600))
      let task = Task { try await client.get("http://good.test:\(server.port)/") }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }
}

/// For `good.test`, signed by itself; of no use anywhere else.
enum TestCertificate {
  static let certificate = """
    -----BEGIN CERTIFICATE-----
    MIIBYjCCAQegAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlnb29kLnRl
    c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
    CWdvb2QudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMXFrM76UfoC1uUr
    cXEQihqfaQT/JlHGqbZhkQ0tvnsRp//byC64OSGDNE8iXSpc2C3DV/41AKDaF0M4
    944BT5mjSDBGMBQGA1UdEQQNMAuCCWdvb2QudGVzdDAPBgNVHRMBAf8EBTADAQH/
    MB0GA1UdDgQWBBTvdba/cGfb8dcZ9+n0lhIOxo0MATAKBggqhkjOPQQDAgNJADBG
    AiEAj/xVj9XLv/BrFc+1CDajz5gesZaQQDz8bt1XHLvUI40CIQDBl1UgOnizndFG
    IppVtfPSGtzIQ9UWChrLXOt80USpxg==
    -----END CERTIFICATE-----
    """
  static let key = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgS+nbeV8tsZIwMcsy
    h2e7KbtYk5LabtGtf+0LeDO5HGGhRANCAATFxazO+lH6AtblK3FxEIoan2kE/yZR
    xqm2YZENLb57Eaf/28guuDkhgzRPIl0qXNgtw1f+NQCg2hdDOPeOAU+Z
    -----END PRIVATE KEY-----
    """
}
