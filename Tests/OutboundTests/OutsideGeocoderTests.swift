import Foundation
import Geo
import NetworkSupport
import Testing

@testable import Outbound

/// Both providers against servers on loopback.
struct OutsideGeocoderTests {
  enum Kind: String, CaseIterable, Sendable {
    case nominatim, photon

    /// One house, Minsk, Lenina 5.
    var house: String {
      switch self {
      case .nominatim:
        """
        [{"place_id":1,"licence":"Data © OpenStreetMap contributors","osm_type":"way","osm_id":5,"lat":"53.9006",
        "lon":"27.5590","category":"building","type":"yes","place_rank":30,"importance":0.00001,"addresstype":"building",
        "name":"","display_name":"5, улица Ленина, Минск, 220030, Беларусь","address":{"house_number":"5",
        "road":"улица Ленина","city":"Минск","ISO3166-2-lvl4":"BY-HM","postcode":"220030","country":"Беларусь",
        "country_code":"by"},"boundingbox":["53.9","53.91","27.55","27.56"]}]
        """
      case .photon:
        """
        {"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[27.5590,
        53.9006]},"properties":{"osm_type":"W","osm_id":5,"osm_key":"building","osm_value":"yes","type":"house",
        "housenumber":"5","street":"улица Ленина","city":"Минск","postcode":"220030","country":"Беларусь",
        "countrycode":"BY","extent":[27.5,54,27.6,53]}}]}
        """
      }
    }

    var nothing: String { self == .nominatim ? "[]" : #"{"type":"FeatureCollection","features":[]}"# }

    func provider(
      _ server: ScriptedServer, clock: ManualClock = ManualClock(), settings: OutsideSettings = .init(),
      deadline: Duration = .patient, path: String = ""
    ) throws -> any OutsideGeocoder {
      let client = OutboundClient(
        userAgent: "planner/test (a@b.example)", allowed: try OutboundAllowance("127.0.0.1"),
        limits: .init(deadline: deadline))
      let base = "http://127.0.0.1:\(server.port)\(path)"
      return switch self {
      case .nominatim:
        try NominatimProvider(base: base, client: client, settings: settings, clock: clock.clock)
      case .photon: try PhotonProvider(base: base, client: client, settings: settings, clock: clock.clock)
      }
    }
  }

  private static let lenina = GeocodeQuery("г. Минск, ул. Ленина, д. 5", country: "BY")

  @Test("a house comes with level, parts, score, place and whom to name", arguments: Kind.allCases)
  func good(_ kind: Kind) async throws {
    try await ScriptedServer.with(Script { _, _ in [.answer(json: kind.house)] }) { server in
      let provider = try kind.provider(server, path: "/service/")
      let found = try await provider.geocode(Self.lenina)
      let best = try #require(found.first)
      #expect(found.count == 1)
      #expect(best.level == .house)
      #expect(best.score == OutsideEntry.highestScore)
      #expect(best.provider == kind.rawValue && provider.name == kind.rawValue)
      #expect(best.coordinate == Coordinate(trustedLatitude: 53.9006, longitude: 27.559))
      #expect(best.components.country == "BY" && best.components.city == "Минск")
      #expect(best.components.street == "улица Ленина" && best.components.house == "5")
      #expect(best.components.postcode == "220030")
      #expect(kind == .photon || best.components.regionCode == "BY-HM")
      #expect(best.label.contains("улица Ленина"))
      #expect(provider.attribution.contains("© OpenStreetMap contributors"))
      let request = try #require(server.requests.first)
      let line = kind == .nominatim ? "GET /service/search?q=" : "GET /service/api?q="
      #expect(request.hasPrefix(line + "%D0%B3.%20"))
      #expect(request.contains(kind == .nominatim ? "countrycodes=by" : "countrycode=BY"))
      #expect(request.contains("User-Agent: planner/test (a@b.example)\r\n"))
    }
  }

  @Test("the score falls with what the answer does not explain", arguments: Kind.allCases)
  func scores(_ kind: Kind) async throws {
    try await ScriptedServer.with(Script { _, _ in [.answer(json: kind.house)] }) { server in
      let provider = try kind.provider(server)
      func best(_ text: String) async throws -> GeocodeCandidate {
        try #require(try await provider.geocode(GeocodeQuery(text)).first)
      }
      let right = try await best("Минск, Ленина 5")
      #expect(right.score == 0.85 && right.level == .house)
      let slip = try await best("Минск, Лнина 5")
      #expect(slip.score == 0.85)
      #expect(try await best("Minsk, vulica Lenina 5").score == 0.85)
      #expect(try await best("220030 Минск, Ленина 5, Беларусь").score == 0.85)
      // Another house: the street was found, and less of the question explained.
      let other = try await best("Минск, Ленина 77")
      #expect(other.level == .street && other.score < 0.6)
      #expect(try await best("Минск, Ленина 5 корпус 2").level == .street)
      let town = try await best("Гродно, Ленина 5")
      #expect(town.score < 0.6)
      #expect(try await best("Qwertyuiop Asdfghjkl 5").score < 0.5)
      #expect(try await best("Minsk, Lenina 5, Hotel Orbita, Zaslavskaya").score < 0.6)
    }
  }

  @Test(
    "kinds of places have their level",
    arguments: [
      ("country", 4, GeocodeLevel.region), ("state", 8, .region), ("county", 12, .region),
      ("city", 16, .locality),
      ("village", 19, .locality), ("suburb", 19, .locality), ("postcode", 21, .locality),
      ("road", 26, .street),
      ("amenity", 30, .street), ("peak", 18, .locality),
    ])
  func nominatimLevels(_ kind: String, _ rank: Int, _ level: GeocodeLevel) throws {
    let value: JSONValue = [
      [
        "lat": "53.9", "lon": 27.5, "addresstype": .string(kind), "place_rank": .int(rank),
        "display_name": "Заслаўе",
      ]
    ]
    let found = try #require(NominatimProvider.read(value, query: GeocodeQuery("Заславье")))
    #expect(found.map(\.level) == [level])
    #expect((found.first?.score ?? 1) <= 0.75)
  }

  @Test("a line of house numbers is interpolated")
  func interpolation() throws {
    let value: JSONValue = [
      [
        "lat": "53.9", "lon": "27.5", "osm_type": "way", "category": "place", "type": "house",
        "place_rank": 30,
        "addresstype": "place", "display_name": "7, Lenina",
        "address": ["house_number": "7", "road": "Lenina"],
      ]
    ]
    let found = try #require(NominatimProvider.read(value, query: GeocodeQuery("Lenina 7")))
    #expect(found.first?.level == .interpolated && found.first?.score == 0.8)
  }

  @Test(
    "kinds of places have their level in Photon too",
    arguments: [
      (["type": "country"], GeocodeLevel.region), (["type": "county"], .region),
      (["type": "city"], .locality),
      (["type": "district"], .locality), (["type": "street"], .street), (["type": "house"], .locality),
      (["type": "house", "street": "A"], .street), (["type": "house", "housenumber": "1"], .house),
      (["osm_key": "highway"], .street), (["osm_key": "place", "osm_value": "town"], .locality),
      (["osm_key": "place", "osm_value": "state"], .region), (["housenumber": "1"], .house),
      (["type": "other"], .locality),
    ] as [([String: String], GeocodeLevel)])
  func photonLevels(_ properties: [String: String], _ level: GeocodeLevel) throws {
    let members = (properties.map { ($0, JSONValue.string($1)) } + [("name", "Aa")])
    for nested in [false, true] {
      let properties: JSONValue = nested ? ["geocoding": .object(members)] : .object(members)
      let value: JSONValue = [
        "features": [["geometry": ["coordinates": [27.5, 53.9]], "properties": properties]]
      ]
      let found = try #require(PhotonProvider.read(value, query: GeocodeQuery("Aa")))
      // A house not asked for stays a house.
      #expect(found.map(\.level) == [level])
    }
  }

  @Test("answers of another country are left out")
  func otherCountry() throws {
    func feature(_ code: String) -> JSONValue {
      [
        "geometry": ["coordinates": [27.5, 53.9]],
        "properties": ["type": "city", "name": "Brest", "countrycode": .string(code)],
      ]
    }
    let value: JSONValue = ["features": [feature("FR"), feature("BY")]]
    let found = try #require(PhotonProvider.read(value, query: GeocodeQuery("Brest", country: "BY")))
    #expect(found.map(\.components.country) == ["BY"])
  }

  @Test("known parts that the text does not name are asked with it")
  func parts() {
    let query = GeocodeQuery(
      "ул. Ленина 5",
      components: AddressComponents(region: "Брестская область", city: "Кобрин", street: "Ленина"))
    #expect(OutsideQuery.text(query) == "ул. Ленина 5, Кобрин, Брестская область")
    #expect(
      OutsideQuery.text(GeocodeQuery("", components: .init(city: "Kobryn", street: "Lenina", house: "5")))
        == "Lenina 5, Kobryn")
    #expect(OutsideQuery.text(GeocodeQuery(" \n ")).isEmpty)
  }

  @Test("places that are no places are left out, and what is no answer is an error", arguments: Kind.allCases)
  func junk(_ kind: Kind) async throws {
    func item(_ latitude: String, _ longitude: String) -> String {
      kind == .nominatim
        ? #"{"lat":\#(latitude),"lon":\#(longitude),"display_name":"A","addresstype":"city"}"#
        : #"{"geometry":{"coordinates":[\#(longitude),\#(latitude)]},"properties":{"name":"A","type":"city"}}"#
    }
    func all(_ items: String) -> String { kind == .nominatim ? "[\(items)]" : #"{"features":[\#(items)]}"# }
    let bad = [
      item("127.5", "53.9"), item("1e999", "0"), item("-1e999", "0"), item("\"NaN\"", "\"NaN\""),
      item("\"inf\"", "1"), item("null", "1"), item("{}", "[]"), item("\"\"", "\"\""), item("1", "181"),
      "null", "7", "\"a\"", "[]", "{}", #"{"lat":"1","lon":"1"}"#, #"{"geometry":{"coordinates":[1]}}"#,
      #"{"geometry":null,"properties":null}"#,
    ]
    // One good entry among bad ones is kept.
    let mixed = all((bad.filter { !$0.contains("1e999") } + [item("1.5", "2.5")]).joined(separator: ","))
    let whole =
      bad.map { all($0) } + [
        "", " ", "null", "7", "\"[]\"", "{", "[", "[}", "[NaN]", "<html><body>busy</body></html>", "\u{0}",
        "{\"error\":{\"code\":400,\"message\":\"no\"}}", String(repeating: "[", count: 100_000),
        "{\"features\":{}}",
        "[]x", "\u{FEFF}", kind == .nominatim ? #"{"features":[]}"# : "[]", #"{"features":null}"#,
      ]
    try await ScriptedServer.with(
      Script { number, _ in [.answer(json: number == 1 ? mixed : whole[number - 2])] }
    ) {
      server in
      // A service in rest is not asked, and here all are to be asked.
      let provider = try kind.provider(server, settings: OutsideSettings(failuresBeforeRest: 1000))
      let kept = try await provider.geocode(GeocodeQuery("A"))
      #expect(kept.map(\.coordinate) == [Coordinate(trustedLatitude: 1.5, longitude: 2.5)])
      for (index, text) in whole.enumerated() {
        await #expect(throws: OutsideGeocoderError.unreadable(provider: kind.rawValue), "\(text.prefix(80))")
        {
          try await provider.geocode(GeocodeQuery("question \(index)"))
        }
      }
    }
  }

  @Test("control characters, long texts and deep objects in answers do no harm", arguments: Kind.allCases)
  func hostileText(_ kind: Kind) async throws {
    let evil = #"A\u001b[2J\u0000\u202e<script>"# + String(repeating: "я", count: 5000)
    let text =
      kind == .nominatim
      ? #"[{"lat":"1","lon":"1","display_name":"\#(evil)","addresstype":"city","address":{"city":"\#(evil)","country_code":"byx","ISO3166-2-lvl4":"../../"}}]"#
      : #"{"features":[{"geometry":{"coordinates":[1,1]},"properties":{"name":"\#(evil)","type":"city","countrycode":"B1"}}]}"#
    try await ScriptedServer.with(Script { _, _ in [.answer(json: text)] }) { server in
      let best = try #require(try await kind.provider(server).geocode(GeocodeQuery("A")).first)
      #expect(!best.label.unicodeScalars.contains { $0.properties.generalCategory == .control })
      #expect(best.label.unicodeScalars.count <= 300)
      #expect(best.components.country == nil && best.components.regionCode == nil)
    }
  }

  // MARK: Pace, patience, memory

  @Test("one request a second, over all tasks", arguments: Kind.allCases)
  func pace(_ kind: Kind) async throws {
    try await ScriptedServer.with(Script { _, _ in [.answer(json: kind.house)] }) { server in
      let clock = ManualClock()
      let provider = try kind.provider(server, clock: clock)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<6 {
          group.addTask { _ = try await provider.geocode(GeocodeQuery("Ленина \(number)")) }
        }
        try await group.waitForAll()
      }
      let slots = clock.slots
      #expect(slots.count == 6 && server.requests.count == 6)
      #expect(zip(slots, slots.dropFirst()).allSatisfy { $1 - $0 >= .seconds(1) })
    }
  }

  @Test(
    "answers are remembered for a month and \"not found\" for a day, by folded text and country",
    arguments: Kind.allCases)
  func memory(_ kind: Kind) async throws {
    try await ScriptedServer.with(
      Script { number, _ in [.answer(json: number == 2 ? kind.nothing : kind.house)] }
    ) {
      server in
      let clock = ManualClock()
      let provider = try kind.provider(server, clock: clock)
      for text in ["Минск, Ленина 5", "МИНСК  ленина, 5", "минск. ленина 5"] {
        #expect(try await provider.geocode(GeocodeQuery(text)).count == 1)
      }
      #expect(server.requests.count == 1)
      #expect(try await provider.geocode(GeocodeQuery("Минск, Ленина 5", country: "BY")).isEmpty)
      #expect(try await provider.geocode(GeocodeQuery("Минск, Ленина 5", country: "BY")).isEmpty)
      #expect(server.requests.count == 2)
      clock.advance(.seconds(86_400))
      #expect(try await provider.geocode(GeocodeQuery("Минск, Ленина 5", country: "BY")).count == 1)
      #expect(server.requests.count == 3)
      #expect(try await provider.geocode(GeocodeQuery("Минск, Ленина 5")).count == 1)
      #expect(server.requests.count == 3)
      clock.advance(.seconds(30 * 86_400))
      #expect(try await provider.geocode(GeocodeQuery("Минск, Ленина 5")).count == 1)
      #expect(server.requests.count == 4)
    }
  }

  @Test("memory stays bounded")
  func bounded() async {
    let memory = AnswerMemory(settings: OutsideSettings(capacity: 10))
    let now = ContinuousClock.now
    for number in 0..<1000 { await memory.remember("\(number)", [], now: now, date: Date()) }
    var known = 0
    for number in 0..<1000 where await memory.recall("\(number)", now: now, date: Date()) != nil {
      known += 1
    }
    #expect((5...10).contains(known))
  }

  @Test(
    "429 and 503 are waited for as asked, with growing patience when nothing is asked",
    arguments: Kind.allCases)
  func retries(_ kind: Kind) async throws {
    try await ScriptedServer.with(
      Script { number, _ in
        switch number {
        case 1: [.answer(429, [("Retry-After", "7")])]
        case 2: [.answer(503)]
        default: [.answer(json: kind.house)]
        }
      }
    ) { server in
      let clock = ManualClock()
      let provider = try kind.provider(server, clock: clock)
      #expect(try await provider.geocode(Self.lenina).count == 1)
      #expect(clock.slots == [.zero, .seconds(7), .seconds(7 + 14)])
    }
  }

  @Test("three tries are enough, and a long pause is not waited for but kept", arguments: Kind.allCases)
  func limited(_ kind: Kind) async throws {
    try await ScriptedServer.with(
      Script { number, _ in
        [.answer(429, number > 3 ? [("Retry-After", "Tue, 14 Nov 2023 22:23:20 GMT")] : [])]
      }
    ) { server in
      let clock = ManualClock()
      let provider = try kind.provider(server, clock: clock)
      await #expect(throws: OutsideGeocoderError.limited(provider: kind.rawValue, seconds: 8)) {
        try await provider.geocode(GeocodeQuery("A"))
      }
      #expect(server.requests.count == 3 && clock.elapsed == .seconds(6))
      await #expect(throws: OutsideGeocoderError.resting(provider: kind.rawValue)) {
        try await provider.geocode(GeocodeQuery("B"))
      }
      clock.advance(.seconds(8))
      // A date ten minutes away.
      await #expect(throws: OutsideGeocoderError.limited(provider: kind.rawValue, seconds: 600)) {
        try await provider.geocode(GeocodeQuery("C"))
      }
      #expect(server.requests.count == 4)
      clock.advance(.seconds(599))
      await #expect(throws: OutsideGeocoderError.resting(provider: kind.rawValue)) {
        try await provider.geocode(GeocodeQuery("D"))
      }
      #expect(server.requests.count == 4)
    }
  }

  @Test(
    "after five failures in a row the service rests a minute, and one more failure is a rest again",
    arguments: Kind.allCases)
  func rests(_ kind: Kind) async throws {
    try await ScriptedServer.with(
      Script { number, _ in
        switch number {
        case 1: [.answer(500)]
        case 2: [.reset]
        case 3: [.answer(json: "<html>")]
        case 4: [.redirect("http://169.254.169.254/")]
        case 5, 6: [.answer(502)]
        default: [.answer(json: kind.house)]
        }
      }
    ) { server in
      let clock = ManualClock()
      let provider = try kind.provider(server, clock: clock)
      for number in 1...5 {
        await #expect(throws: (any Error).self) { try await provider.geocode(GeocodeQuery("A \(number)")) }
      }
      #expect(server.requests.count == 5)
      for number in 6...8 {
        await #expect(throws: OutsideGeocoderError.resting(provider: kind.rawValue)) {
          try await provider.geocode(GeocodeQuery("A \(number)"))
        }
      }
      clock.advance(.seconds(60))
      await #expect(throws: OutboundError.self) { try await provider.geocode(GeocodeQuery("A 9")) }
      await #expect(throws: OutsideGeocoderError.resting(provider: kind.rawValue)) {
        try await provider.geocode(GeocodeQuery("A 10"))
      }
      clock.advance(.seconds(60))
      #expect(try await provider.geocode(GeocodeQuery("A 11")).count == 1)
      #expect(server.requests.count == 7)
    }
  }

  @Test("Retry-After is seconds or a date, and nonsense is nothing")
  func retryAfter() {
    let now = Date(timeIntervalSince1970: 1_700_000_000)
    #expect(RetryAfter.duration("12", now: now) == .seconds(12))
    #expect(RetryAfter.duration(" 12 ", now: now) == .seconds(12))
    #expect(RetryAfter.duration("-5", now: now) == .zero)
    #expect(RetryAfter.duration("99999999999999999", now: now) == .seconds(31 * 86_400))
    #expect(RetryAfter.duration("Tue, 14 Nov 2023 22:13:30 GMT", now: now) == .seconds(10))
    #expect(RetryAfter.duration("Tue, 14 Nov 2000 22:13:30 GMT", now: now) == .zero)
    for bad in [nil, "", "soon", "1e9", "99999999999999999999999", String(repeating: "1", count: 500)] {
      #expect(RetryAfter.duration(bad, now: now) == nil)
    }
  }
}
