import CRM
import Foundation
import Geo
import Planning
import Testing

@Suite("A pin set by hand is looked at")
struct PinCheckTests {
  static let ocean = Coordinate(trustedLatitude: 30, longitude: -40)

  /// Minsk is found by its name; towns near the Towns are theirs, the ocean is far from all.
  func check(knowsWorld: Bool = true) -> PinCheck {
    PinCheck(
      geocode: { query in
        guard query.text.contains("Минск") else { return [] }
        return [
          GeocodeCandidate(
            label: "Минск, BY", level: .locality, score: 0.9, coordinate: Towns.minsk, components: .init(),
            provider: "gazetteer")
        ]
      },
      nearest: { point in
        guard knowsWorld else { return nil }
        if point == Self.ocean { return (nil, Metres(kilometres: 500)) }
        if point.latitude < 50 { return ("SA", Metres(kilometres: 80)) }
        return (point.longitude < 23.6 ? "PL" : "BY", Metres(kilometres: 2))
      })
  }

  func partner(address: String?, country: String? = "BY", at place: Coordinate? = nil) -> Partner {
    var partner = Partner(kind: .agency, name: "Тур", status: .active)
    if let address { partner.addresses = [Address(text: address, components: .init(country: country))] }
    partner.location = place.map {
      GeocodeResult(
        coordinate: $0, level: .house, score: 1, provider: "given", query: "", label: "",
        at: Date(timeIntervalSince1970: 0))
    }
    return partner
  }

  @Test("a pin in the partner's town or near its former place says nothing")
  func plain() throws {
    let near = Coordinate(trustedLatitude: 53.95, longitude: 27.6)
    #expect(try check().warning(pin: near, partner: partner(address: "Минск, вокзал")) == nil)
    #expect(try check().warning(pin: near, partner: partner(address: nil, at: Towns.minsk)) == nil)
    // The former place was wrong, the address is right.
    #expect(
      try check().warning(pin: near, partner: partner(address: "Минск", at: Towns.brest)) == nil)
    #expect(try check(knowsWorld: false).warning(pin: near, partner: partner(address: nil)) == nil)
  }

  @Test("a pin far from the address or the former place says how far")
  func far() throws {
    let kilometres = Int(Geodesy.distance(Towns.minsk, Towns.brest).kilometres.rounded())
    #expect((320...335).contains(kilometres))
    #expect(
      try check().warning(pin: Towns.brest, partner: partner(address: "Минск, вокзал"))
        == "\(kilometres) km from its address, Минск, BY")
    #expect(
      try check().warning(pin: Towns.brest, partner: partner(address: "???", at: Towns.minsk))
        == "\(kilometres) km from where it was")
  }

  @Test("a pin in the ocean is odd even where nothing is known of the partner")
  func ocean() throws {
    #expect(
      try check().warning(pin: Self.ocean, partner: partner(address: nil))
        == "500 km or more from the nearest town")
    #expect(
      try #require(try check().warning(pin: Self.ocean, partner: partner(address: "Минск")))
        .contains(" km from its address, Минск, BY"))
  }

  @Test("a pin in another country than the address names both")
  func abroad() throws {
    let terespol = Coordinate(trustedLatitude: 52.07, longitude: 23.59)
    #expect(
      try check().warning(pin: terespol, partner: partner(address: "Брест", at: Towns.brest))
        == "in PL, the address is in BY")
  }

  @Test("swapped values are suspected where the other order fits")
  func swapped() throws {
    let turned = Coordinate(trustedLatitude: Towns.minsk.longitude, longitude: Towns.minsk.latitude)
    let text = try #require(try check().warning(pin: turned, partner: partner(address: "Минск")))
    #expect(text.hasSuffix("; latitude and longitude may be swapped"))
    let elsewhere = try #require(try check().warning(pin: Towns.brest, partner: partner(address: "Минск")))
    #expect(!elsewhere.contains("swapped"))
  }
}
