import Geo
import NetworkSupport
import Synchronization
import Testing

@testable import Outbound

struct ProviderChainTests {
  private final class Notices: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ notice: ProviderChain.Notice) {
      let line =
        switch notice {
        case .failed(let provider, let error): "\(provider) failed \(error.code)"
        case .taken(let provider, let attribution): "\(provider) taken \(attribution)"
        }
      lines.withLock { $0.append(line) }
    }
  }

  private func own(_ found: [GeocodeCandidate]) -> FixedGeocoder {
    FixedGeocoder(name: "gazetteer") { _ in found }
  }
  private func outside(_ name: String, _ found: [GeocodeCandidate]) -> FixedGeocoder {
    FixedGeocoder(name: name) { _ in found }
  }

  @Test("a sure embedded answer is not taken outside")
  func sure() async throws {
    let asked = Mutex(0)
    let other = FixedGeocoder(name: "photon") { _ in
      asked.withLock { $0 += 1 }
      return [candidate("o", .house, 0.85, by: "photon")]
    }
    for score in [0.6, 0.95] {
      let chain = ProviderChain(
        embedded: own([candidate("e", .street, score, by: "gazetteer")]), outside: [other])
      #expect(try await chain.geocode(GeocodeQuery("a")).map(\.label) == ["e"])
    }
    #expect(asked.withLock { $0 } == 0)
  }

  @Test(
    "an outside answer is taken when there is none of our own or it is nearer to the door and no less sure")
  func merging() async throws {
    let street = candidate("e", .street, 0.5, by: "gazetteer")
    func labels(_ embedded: [GeocodeCandidate], _ others: [GeocodeCandidate]...) async throws -> [String] {
      try await ProviderChain(
        embedded: own(embedded), outside: others.enumerated().map { outside("o\($0)", $1) }
      ).geocode(GeocodeQuery("a")).map(\.label)
    }
    #expect(try await labels([], [candidate("o", .locality, 0.2, by: "x")]) == ["o"])
    #expect(try await labels([street], [candidate("o", .house, 0.85, by: "x")]) == ["o", "e"])
    #expect(try await labels([street], [candidate("o", .house, 0.4, by: "x")]) == ["e", "o"])
    #expect(try await labels([street], [candidate("o", .street, 0.75, by: "x")]) == ["e", "o"])
    #expect(try await labels([street], []) == ["e"])
    // The first service with a better answer ends the search.
    #expect(
      try await labels(
        [street], [candidate("o", .locality, 0.7, by: "x")], [candidate("p", .house, 0.8, by: "y")])
        == ["p", "e", "o"])
    #expect(try await labels([], []) == [])
  }

  @Test("failures outside change nothing and are told once; the next service is asked")
  func failures() async throws {
    let notices = Notices()
    let broken = FixedGeocoder(name: "nominatim") { _ in throw OutboundError.broken(origin: "x") }
    let strange = FixedGeocoder(name: "strange") { _ in throw Unexpected() }
    let good = outside("photon", [candidate("o", .house, 0.8, by: "photon")])
    let chain = ProviderChain(
      embedded: own([]), outside: [broken, strange, good], notice: { notices.add($0) })
    for _ in 0..<3 { #expect(try await chain.geocode(GeocodeQuery("a")).map(\.label) == ["o"]) }
    #expect(
      notices.all == [
        "nominatim failed outbound.broken", "strange failed geocoder.outside.unreadable",
        "photon taken © somebody",
      ])
  }
  private struct Unexpected: Error {}

  @Test("the embedded geocoder's own error and a cancellation are not swallowed")
  func errors() async throws {
    let failing = FixedGeocoder(name: "gazetteer") { _ in throw OutboundError.broken(origin: "e") }
    await #expect(throws: OutboundError.broken(origin: "e")) {
      try await ProviderChain(embedded: failing, outside: []).geocode(GeocodeQuery("a"))
    }
    let cancelled = FixedGeocoder(name: "photon") { _ in throw CancellationError() }
    await #expect(throws: CancellationError.self) {
      try await ProviderChain(embedded: own([]), outside: [cancelled]).geocode(GeocodeQuery("a"))
    }
  }

  @Test("the limit holds for the merged list")
  func limit() async throws {
    let chain = ProviderChain(
      embedded: own([candidate("e", .street, 0.5, by: "gazetteer")]),
      outside: [outside("photon", [candidate("o", .house, 0.8, by: "photon")])])
    #expect(try await chain.geocode(GeocodeQuery("a", limit: 1)).map(\.label) == ["o"])
    #expect(chain.name == "gazetteer")
  }

  @Test("without the administrator's word nobody outside is asked")
  func configuration() throws {
    func names(_ environment: [String: String]) throws -> [String] {
      try OutsideConfiguration(environment: environment).geocoders.map(\.name)
    }
    #expect(try names([:]).isEmpty)
    #expect(try names(["PLANNER_GEOCODER_CONTACT": "a@b.example", "PLANNER_GEOCODER_PHOTON": ""]).isEmpty)
    let contact = ["PLANNER_GEOCODER_CONTACT": "a@b.example"]
    let both = [
      "PLANNER_GEOCODER_PHOTON": "https://p.example", "PLANNER_GEOCODER_NOMINATIM": "https://n.example/n",
    ]
    #expect(try names(contact.merging(both) { a, _ in a }) == ["nominatim", "photon"])
    #expect(throws: OutsideGeocoderError.contactMissing) { try names(both) }
    for bad in ["me", "a@b\r\nX: y", "a@b (c)", "ä@b.example", "a@" + String(repeating: "b", count: 300)] {
      #expect(throws: OutsideGeocoderError.badContact) {
        try names(both.merging(["PLANNER_GEOCODER_CONTACT": bad]) { a, _ in a })
      }
    }
    #expect(throws: OutboundError.schemeRefused("file")) {
      try names(contact.merging(["PLANNER_GEOCODER_PHOTON": "file:///etc/passwd"]) { a, _ in a })
    }
    #expect(throws: OutboundError.badAllowance("a/b")) {
      try names(contact.merging(both) { a, _ in a }.merging(["PLANNER_OUTBOUND_ALLOW": "a/b"]) { a, _ in a })
    }
  }

  @Test("the environment's service is asked with the contact as User-Agent")
  func endToEnd() async throws {
    let answer = OutsideGeocoderTests.Kind.photon.house
    try await ScriptedServer.with(Script { _, _ in [.answer(json: answer)] }) { server in
      let configuration = try OutsideConfiguration(
        environment: [
          "PLANNER_GEOCODER_PHOTON": "http://127.0.0.1:\(server.port)",
          "PLANNER_GEOCODER_CONTACT": "a@b.example",
          "PLANNER_OUTBOUND_ALLOW": "127.0.0.1:\(server.port)",
        ], limits: .init(deadline: .patient))
      let chain = ProviderChain(embedded: own([]), outside: configuration.geocoders)
      let best = try #require(try await chain.geocode(GeocodeQuery("Минск, Ленина 5", limit: 1)).first)
      #expect(best.level == .house && best.provider == "photon")
      #expect(server.requests.first?.contains("User-Agent: planner/0.1 (a@b.example)\r\n") == true)
    }
  }

  @Test("a service on loopback that nobody listed is not asked")
  func notListed() async throws {
    let notices = Notices()
    try await ScriptedServer.with(Script { _, _ in [.answer(json: "[]")] }) { server in
      let configuration = try OutsideConfiguration(
        environment: [
          "PLANNER_GEOCODER_NOMINATIM": "http://127.0.0.1:\(server.port)",
          "PLANNER_GEOCODER_CONTACT": "a@b.example",
        ], limits: .init(deadline: .patient))
      let chain = ProviderChain(
        embedded: own([]), outside: configuration.geocoders, notice: { notices.add($0) })
      #expect(try await chain.geocode(GeocodeQuery("Минск")).isEmpty)
      #expect(server.connections == 0)
      #expect(notices.all == ["nominatim failed outbound.addressRefused"])
    }
  }

  @Test(
    "the town of an address whose street the gazetteer does not know is not taken for the door, however sure it is"
  )
  func half() async throws {
    var town = candidate("Минск", .locality, 0.88, by: "gazetteer")
    town.detail.ignored = ["Ленина", "5"]
    let own = [town]
    let house = candidate("Ленина 5, Минск", .house, 0.8, by: "photon")
    func first(_ own: [GeocodeCandidate]) async throws -> String? {
      let chain = ProviderChain(
        embedded: FixedGeocoder(name: "gazetteer") { _ in own },
        outside: [FixedGeocoder(name: "photon") { _ in [house] }])
      return try await chain.geocode(GeocodeQuery("Минск, Ленина 5")).first?.provider
    }
    #expect(try await first(own) == "photon")
    town.detail.ignored = ["офис"]
    #expect(try await first([town]) == "gazetteer")
  }
}
