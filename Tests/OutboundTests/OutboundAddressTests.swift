import Foundation
import NIOPosix
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

  /// Addresses that must bring no connection. `P` stands for the port of a listener on loopback.
  static let forms: [String] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/inner-addresses.json")
    return (try? JSONDecoder().decode([String].self, from: Data(contentsOf: file))) ?? []
  }()

  static func form(_ text: String, port: Int) -> String {
    text.replacing("P/", with: "\(port)/").replacing(":P", with: ":\(port)")
  }

  /// Names that lead inward.
  static let names: [String: [String]] = [
    "localhost": ["127.0.0.1", "::1"], "a.localhost": ["127.0.0.1"], "ip6-localhost": ["::1"],
    "inner.test": ["127.0.0.1"], "mixed.test": ["1.1.1.1", "127.0.0.1"], "mapped.test": ["::ffff:127.0.0.1"],
    "nat64.test": ["64:ff9b::7f00:1"], "metadata.test": ["169.254.169.254"], "good.test": ["127.0.0.1"],
  ]

  @Test("no spelling of an inner address and no other scheme brings a connection")
  func noConnections() async throws {
    #expect(Self.forms.count >= 120)
    let resolver = HostResolver { name in (Self.names[name] ?? []).compactMap { OutboundAddress($0) } }
    let client = OutboundClient(
      userAgent: "test", limits: .init(deadline: .patient), resolver: resolver)
    try await ScriptedServer.with(Script { _, _ in [.answer(json: "[]")] }) { server in
      for form in Self.forms {
        let text = Self.form(form, port: server.port)
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

  @Test("no redirect to any of them, and no call to any of them, brings a connection")
  func noRedirects() async throws {
    let resolver = HostResolver { name in (Self.names[name] ?? []).compactMap { OutboundAddress($0) } }
    try await ScriptedServer.with(Script { _, _ in [.answer(json: "[]")] }) { inner in
      for form in Self.forms {
        let text = Self.form(form, port: inner.port)
        let isHeader = text.utf8.allSatisfy { (0x21...0x7E).contains($0) } && !text.isEmpty
        if isHeader {
          try await ScriptedServer.with(Script { _, _ in [.redirect(text)] }) { front in
            let client = OutboundClient(
              userAgent: "test", allowed: try OutboundAllowance("good.test:\(front.port)"),
              limits: .init(deadline: .patient), resolver: resolver)
            let error = await #expect(throws: OutboundError.self, "\(text)") {
              try await client.get("http://good.test:\(front.port)/")
            }
            #expect(error?.code != "outbound.unreachable", "\(text)")
          }
        }
        let client = OutboundClient(userAgent: "test", limits: .init(deadline: .patient), resolver: resolver)
        await #expect(throws: OutboundError.self, "\(text)") { try await client.post(text, body: []) }
      }
      #expect(inner.connections == 0)
    }
  }

  @Test("a name that leads elsewhere when it is asked again is asked once for each request")
  func rebinding() async throws {
    let answers = Mutex(["1.1.1.1", "127.0.0.1"])
    let resolver = HostResolver { _ in
      [OutboundAddress(answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] })!]
    }
    try await ScriptedServer.with(Script { _, _ in [.answer(json: "[]")] }) { server in
      let client = OutboundClient(
        userAgent: "test", limits: .init(deadline: .milliseconds(300)), resolver: resolver)
      // The first answer is of the public internet and is where the connection goes, wherever that ends.
      await #expect(throws: OutboundError.self) { try await client.get("http://turns.test:\(server.port)/") }
      #expect(server.connections == 0)
      let error = await #expect(throws: OutboundError.self) {
        try await client.get("http://turns.test:\(server.port)/")
      }
      #expect(error?.code == "outbound.addressRefused")
      #expect(server.connections == 0)
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

@Suite("Looking up names", .timeLimit(.minutes(10))) struct HostResolverTests {
  @Test("lookups that hang leave the threads of everybody else free")
  func ownThreads() async throws {
    let gate = DispatchSemaphore(value: 0)
    let resolver = HostResolver.blocking { _ in
      gate.wait()
      return []
    }
    let lookups = (0..<64).map { number in
      Task { try await resolver.addresses("slow\(number).example") }
    }
    // More than there are threads; each would stand in a lookup.
    for number in 0..<64 {
      #expect(try await NIOThreadPool.singleton.runIfActive { number } == number)
    }
    for _ in lookups { gate.signal() }
    for lookup in lookups { #expect(try await lookup.value == []) }
  }
}
