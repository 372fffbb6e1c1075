import Testing

/// The wiring of outside geocoders; what they do is told in OutboundTests.
struct OutsideGeocodersTests {
  @Test("outside geocoders want a contact, and their failure is a warning beside the gazetteer's answer")
  func wiring() async throws {
    var runner = try TranscriptRunner()
    defer { runner.remove() }
    #expect(await runner.run(line: "planner import gazetteer").status == 0)
    let line = "planner geocode Zubragorskovichi"
    let alone = await runner.run(line: line)
    #expect(alone.status == 0 && alone.errors.isEmpty)

    runner.environment = ["PLANNER_GEOCODER_NOMINATIM": "http://127.0.0.1:9"]
    let unnamed = await runner.run(line: line)
    #expect(unnamed.status == 1)
    #expect(unnamed.errors.hasPrefix("error: geocoder.outside.contactMissing: "))

    runner.environment["PLANNER_GEOCODER_CONTACT"] = "a@b.example"
    let refused = await runner.run(line: line)
    #expect(refused.status == 0 && refused.output == alone.output)
    #expect(refused.errors.hasPrefix("warning: outbound.addressRefused: nominatim: 127.0.0.1 "))
    #expect(refused.errors.contains("\nhint: "))
    // A sure answer asks nobody.
    #expect(await runner.run(line: "planner geocode Минск").errors.isEmpty)
  }
}
