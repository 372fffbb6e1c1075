import Geo
import Testing

@testable import Exchange

@Suite("GeocodeJSON has the properties that Photon's readers ask for")
struct GeocodeJSONTests {
  static let parts = AddressComponents(
    country: "DE", region: "Bayern", regionCode: "DE-BY", district: "Kreis X", city: "Abens",
    street: "Am Tor",
    house: "5", postcode: "84072")

  func answer(
    _ level: GeocodeLevel, language: String = "de", _ change: (inout AddressComponents) -> Void = { _ in }
  ) -> JSONValue {
    var parts = Self.parts
    change(&parts)
    let candidate = GeocodeCandidate(
      label: "label", level: level, score: 0.9,
      coordinate: Coordinate(trustedLatitude: 48.5, longitude: 11.7),
      components: parts, provider: "test")
    return .object(GeocodeJSON.members(query: "q", candidates: [candidate], language: language))
  }

  func properties(of answer: JSONValue) -> [String: String] {
    guard case .array(let features)? = answer["features"],
      case .object(let members)? = features.first?["properties"]
    else { return [:] }
    return Dictionary(
      uniqueKeysWithValues: members.map { ($0.name, $0.value.text ?? "\($0.value.number ?? 0)") })
  }

  func properties(_ level: GeocodeLevel, _ change: (inout AddressComponents) -> Void = { _ in }) -> [String:
    String]
  {
    properties(of: answer(level, change))
  }

  @Test("the answer is a collection with version, query and licence; points have longitude first")
  func frame() {
    let answer = answer(.house)
    #expect(answer["type"]?.text == "FeatureCollection")
    #expect(answer["geocoding"]?["version"]?.text == "0.1.0" && answer["geocoding"]?["query"]?.text == "q")
    #expect(answer["geocoding"]?["licence"] != nil && answer["geocoding"]?["attribution"] != nil)
    guard case .array(let features)? = answer["features"] else {
      Issue.record("no features")
      return
    }
    #expect(features[0]["geometry"]?["coordinates"] == .array([.double(11.7), .double(48.5)]))
  }

  @Test(
    "a house has a number and a street and no name, interpolated or not",
    arguments: [
      GeocodeLevel.house, .rooftop, .interpolated, .given,
    ])
  func house(_ level: GeocodeLevel) {
    #expect(
      properties(level) == [
        "type": "house", "osm_key": "place", "osm_value": "house", "housenumber": "5", "street": "Am Tor",
        "postcode": "84072", "city": "Abens", "county": "Kreis X", "state": "Bayern",
        "country": "Deutschland",
        "countrycode": "DE", "level": level.rawValue, "score": "0.9",
      ])
  }

  @Test("a street, a town, a county, a state and a country are named and are no part of themselves")
  func named() {
    let street = properties(.street) { $0.house = nil }
    #expect(street["type"] == "street" && street["osm_key"] == "highway" && street["name"] == "Am Tor")
    #expect(street["street"] == nil && street["city"] == "Abens")
    let town = properties(.locality) { ($0.house, $0.street) = (nil, nil) }
    #expect(town["type"] == "city" && town["osm_value"] == "city" && town["name"] == "Abens")
    // Readers look for a town's name in either.
    #expect(town["city"] == "Abens" && town["county"] == "Kreis X")
    let county = properties(.region) { $0 = .init(country: "DE", region: "Bayern", district: "Kreis X") }
    #expect(county["type"] == "county" && county["name"] == "Kreis X" && county["county"] == nil)
    #expect(county["state"] == "Bayern")
    let state = properties(.region) { $0 = .init(country: "DE", region: "Bayern") }
    #expect(state["type"] == "state" && state["name"] == "Bayern" && state["state"] == nil)
    let country = properties(.region) { $0 = .init(country: "DE") }
    #expect(country["type"] == "country" && country["name"] == "Deutschland")
  }

  @Test(
    "countries are named in the language asked for, and by their code when they have no name",
    arguments: [
      ("en", "Germany"), ("ru", "Германия"), ("pl", "Niemcy"), ("qq", "Germany"),
    ])
  func language(_ language: String, _ name: String) {
    let found = properties(of: answer(.house, language: language))["country"]
    #expect(found == name || language == "qq" && found != nil)
  }

  @Test("a town or street has the kind that its provider says")
  func kinds() {
    func value(_ level: GeocodeLevel, _ kind: String) -> String? {
      let candidate = GeocodeCandidate(
        label: "label", level: level, score: 0.9,
        coordinate: Coordinate(trustedLatitude: 48.5, longitude: 11.7),
        components: Self.parts, provider: "test", kind: kind)
      return properties(of: .object(GeocodeJSON.members(query: "q", candidates: [candidate])))["osm_value"]
    }
    #expect(value(.locality, "village") == "village" && value(.street, "primary") == "primary")
    #expect(value(.house, "village") == "house")
  }
}
