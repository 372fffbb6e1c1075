import Foundation
import Geo
import Hummingbird
import HummingbirdTesting
import Outbound
import Testing

@testable import planner

/// Our client of Photon's asking our own surface: what the gazetteer says comes through both.
@Suite("Photon's language there and back")
struct PhotonRoundTripTests {
  @Test("a place is found through our own client where the gazetteer has it, with its parts")
  func same() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    #expect(await runner.run(line: "planner import gazetteer").status == 0)
    let gazetteer = try Gazetteer(path: runner.folder.appendingPathComponent("gazetteer.bin").path)
    let fixture = try ServiceFixture()
    var services = fixture.services
    services.gazetteer = gazetteer
    let router = try PlannerServer.routes(
      library: .live(fixture.database), assets: AssetController(webFiles: nil),
      gate: .everybody,
      services: services, settings: services.settings
    ).router
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      logger: ServiceFixture.quiet)
    try await application.test(.live) { server in
      let client = OutboundClient(
        userAgent: "planner/test", allowed: try OutboundAllowance("127.0.0.1"),
        limits: .init(deadline: .seconds(600)))
      let photon = try PhotonProvider(
        base: "http://127.0.0.1:\(server.port!)/photon", client: client,
        settings: OutsideSettings(interval: .zero))
      for (text, country) in [
        ("Минск", nil), ("Brest", "BY"), ("Гродно, Беларусь", nil), ("Warszawa", "PL"),
        ("Neubrandenburg", nil),
        ("Барановичи", "BY"),
      ] as [(String, String?)] {
        let query = GeocodeQuery(text, country: country)
        // Who names no language is answered in English, as by Photon.
        let named = GeocodeQuery(text, country: country, language: "en")
        let here = try #require(gazetteer.geocode(named).first, "\(text)")
        let there = try #require(try await photon.geocode(query).first, "\(text)")
        #expect(abs(there.coordinate.latitude - here.coordinate.latitude) < 1e-6, "\(text)")
        #expect(abs(there.coordinate.longitude - here.coordinate.longitude) < 1e-6, "\(text)")
        #expect(there.level == here.level && there.components.city == here.components.city, "\(text)")
        #expect(there.components.country == here.components.country, "\(text)")
        #expect(there.provider == "photon" && there.score > 0.3, "\(text) \(there.score)")
      }
      let nowhere = try await photon.geocode(GeocodeQuery("Zubragorskovichi"))
      #expect(nowhere.isEmpty || gazetteer.geocode(GeocodeQuery("Zubragorskovichi")).first != nil)
    }
  }
}
