import NetworkSupport
import Synchronization
import Testing

@testable import Outbound

struct OutboundAddressTests {
  @Test(
    "addresses of the public internet may be asked",
    arguments: [
      "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
      "192.167.255.255", "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:1.1.1.1",
      "64:ff9b::101:101",
    ])
  func publicAddresses(_ text: String) throws {
    #expect(try #require(OutboundAddress(text)).refusal == nil)
  }

  @Test(
    "addresses of every block that is not public are refused at both ends of the block",
    arguments: [
      "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.0",
      "127.255.255.255", "169.254.0.0", "169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.1",
      "192.0.2.1", "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255",
      "198.51.100.7", "203.0.113.7", "224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.255", "::",
      "::1", "::2", "::127.0.0.1", "::ffff:0.0.0.0", "::ffff:10.0.0.1", "64:ff9b::127.0.0.1",
      "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1",
      "5f00::1", "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1",
    ])
  func innerAddresses(_ text: String) throws {
    #expect(try #require(OutboundAddress(text)).refusal != nil)
  }

  /// `P` stands for the port of a listener on loopback.
  static let forms: [String] =
    [
      "127.0.0.1:P", "127.0.0.1.:P", "127.1:P", "127.0.1:P", "127.255.255.254:P", "0.0.0.0:P", "0:P", "00:P",
      "0x7f.0.0.1:P", "0x7F.1:P", "0x7f000001:P", "0X7F000001:P", "0x7f.0x0.0x0.0x1:P", "0x:P",
      "0177.0.0.1:P",
      "0177.0.0.01:P", "00177.0.0.1:P", "017700000001:P", "2130706433:P", "127.0.0.0x1:P", "127.0.0.01:P",
      "localhost:P", "LOCALHOST:P", "localhost.:P", "a.localhost:P", "ip6-localhost:P",
      "１２７.０.０.１:P", "127。0。0。1:P", "①②⑦.⓪.⓪.①:P", "%31%32%37.0.0.1:P", "127.0.0.1%00.example:P",
      "example.org@127.0.0.1:P", "user:pass@localhost:P", "127.0.0.1\\@example.org:P", "127.0.0.1 :P",
      "[::1]:P", "[0:0:0:0:0:0:0:1]:P", "[::]:P", "[::ffff:127.0.0.1]:P", "[::ffff:7f00:1]:P",
      "[0:0:0:0:0:ffff:127.0.0.1]:P", "[::127.0.0.1]:P", "[64:ff9b::127.0.0.1]:P", "[64:ff9b::7f00:1]:P",
      "[64:ff9b:1::7f00:1]:P", "[2002:7f00:1::]:P", "[fe80::1]:P", "[fe80::1%25lo]:P", "[fc00::1]:P",
      "[fd12:3456::1]:P", "[ff02::1]:P", "[::1%lo]:P", "[::1", "[127.0.0.1]:P", "10.0.0.1:P", "10.1:P",
      "172.16.0.1:P", "172.31.255.255:P", "192.168.0.1:P", "192.168.1:P", "169.254.169.254:P", "2852039166:P",
      "0xa9fea9fe:P", "100.64.0.1:P", "224.0.0.1:P", "255.255.255.255:P", "198.18.0.1:P", "inner.test:P",
      "mixed.test:P", "mapped.test:P", "nat64.test:P", "metadata.test:P", "::1:P", ":P", "",
    ].map { "http://\($0)/" } + [
      "file:///etc/passwd", "FILE:///etc/passwd", "ftp://127.0.0.1:P/", "gopher://127.0.0.1:P/_x",
      "unix:///var/run/a.sock", "http+unix://%2Fvar%2Frun%2Fa.sock/", "https+unix://%2Fvar%2Frun%2Fa.sock/",
      "data:text/plain,a", "//127.0.0.1:P/", "http:127.0.0.1:P/", "http:/127.0.0.1:P/", "127.0.0.1:P",
      "javascript:1", "http://127.0.0.1:P@localhost:P/", "https://localhost:P/", "http://localhost:P?a",
      "http://localhost:P#@example.org", "http://127.0.0.1:99999/", "http://127.0.0.1:0/",
      "http://127.0.0.1\r\nHost: a\r\n:P/", "http://127.0.0.1\t:P/",
    ]

  @Test("no spelling of an inner address and no other scheme brings a connection")
  func noConnections() async throws {
    #expect(Self.forms.count >= 60)
    let names: [String: [String]] = [
      "localhost": ["127.0.0.1", "::1"], "a.localhost": ["127.0.0.1"], "ip6-localhost": ["::1"],
      "inner.test": ["127.0.0.1"], "mixed.test": ["1.1.1.1", "127.0.0.1"],
      "mapped.test": ["::ffff:127.0.0.1"],
      "nat64.test": ["64:ff9b::7f00:1"], "metadata.test": ["169.254.169.254"],
    ]
    let resolver = HostResolver { name in (names[name] ?? []).compactMap { OutboundAddress($0) } }
    let client = OutboundClient(
      userAgent: "test", limits: .init(deadline: .patient), resolver: resolver)
    try await ScriptedServer.with(Script { _, _ in [.answer(json: "[]")] }) { server in
      for form in Self.forms {
        let text = form.replacing("P/", with: "\(server.port)/").replacing(":P", with: ":\(server.port)")
        let error = await #expect(throws: OutboundError.self, "\(text)") { try await client.get(text) }
        let refusals = ["outbound.addressRefused", "outbound.badURL", "outbound.schemeRefused"]
        #expect(refusals.contains(error?.code ?? ""), "\(text): \(error?.code ?? "")")
      }
      #expect(server.connections == 0)
      // The listener is there: listed by the administrator it is reached.
      let listed = OutboundClient(
        userAgent: "test", allowed: try OutboundAllowance("127.0.0.1:\(server.port)"),
        limits: .init(deadline: .patient), resolver: resolver)
      #expect(try await listed.get("http://127.0.0.1:\(server.port)/") == Array("[]".utf8))
      #expect(server.connections == 1)
    }
  }

  @Test("the system's resolver gives loopback for localhost, and it is refused")
  func systemResolver() async throws {
    let addresses = try await HostResolver.system.addresses("localhost")
    #expect(!addresses.isEmpty)
    #expect(addresses.allSatisfy { $0.refusal == "loopback" })
    await #expect(throws: OutboundError.self) {
      try await OutboundClient(userAgent: "test", limits: .init(deadline: .patient)).get(
        "http://localhost:9/")
    }
  }

  @Test("a host is allowed as written, on the port written or on every port")
  func allowance() throws {
    let allowed = try OutboundAllowance("Inner.test:8080, 10.0.0.5,[::1]:99 ::2")
    func covers(_ url: String) throws -> Bool { allowed.covers(try OutboundURL(url)) }
    #expect(try covers("http://inner.test:8080/"))
    #expect(try !covers("http://inner.test:8081/"))
    #expect(try covers("https://10.0.0.5/"))
    #expect(try covers("https://10.0.0.5:7/"))
    #expect(try covers("http://[::1]:99/"))
    #expect(try !covers("http://[::1]/"))
    #expect(try covers("http://[::2]/"))
    #expect(try !covers("http://10.0.0.6/"))
    for bad in ["http://inner.test", "a b@c", "inner.test:0", "inner.test:x", "010.0.0.1", "a?b", "*"] {
      #expect(throws: OutboundError.badAllowance(bad.split(separator: " ").last.map(String.init) ?? "")) {
        try OutboundAllowance(bad)
      }
    }
  }
}
