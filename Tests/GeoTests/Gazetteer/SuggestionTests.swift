import Testing

@testable import Geo

@Suite struct SuggestionTests {
  let gazetteer: Gazetteer
  init() throws { gazetteer = try GazetteerFixture.shared.get() }

  @Test(
    "the beginning of a name gives the place most people mean first",
    arguments: [
      ("мин", "Минск"), ("Барано", "Барановичи"), ("dortm", "Dortmund"), ("warsz", "Warszawa"),
      ("м", "Москва"), ("Vbyc", "Минск"), ("Новогрудо", "Новогрудок"),
    ])
  func places(text: String, name: String) throws {
    let country = text == "м" ? "RU" : text == "warsz" ? "PL" : nil
    let found = gazetteer.suggest(text, country: country)
    #expect(found.first?.components.city == name, "\(found.map(\.label))")
    #expect(found.count <= 8)
  }

  @Test("a street is found by its beginning, its town by the other words in either order")
  func streets() throws {
    let plain = gazetteer.suggest("ackerst")
    #expect(plain.contains { $0.level == .street && $0.components.street == "Ackerstraße" })
    for text in ["Neubrandenburg Friedrich-En", "Friedrich-En Neubr"] {
      let found = try #require(gazetteer.suggest(text).first, "\(text)")
      #expect(found.components.street == "Friedrich-Engels-Ring")
      #expect(found.components.city == "Neubrandenburg")
    }
    let house = try #require(gazetteer.suggest("1.Ringstr 5").first)
    #expect(house.level == .house)
    #expect(house.components.house == "5")
  }

  @Test("what lies near comes first, another country not at all")
  func nearAndCountry() throws {
    let neubrandenburg = Coordinate(trustedLatitude: 53.56, longitude: 13.26)
    #expect(gazetteer.suggest("Neu", near: neubrandenburg).first?.components.city?.hasPrefix("Neu") == true)
    #expect(
      GreatCircle.metres(
        try #require(gazetteer.suggest("Neu", near: neubrandenburg).first).coordinate, neubrandenburg)
        < 200_000)
    #expect(gazetteer.suggest("Бре", country: "BY").allSatisfy { $0.components.country == "BY" })
  }

  @Test("nothing typed, hostile text and no room give nothing and never trap")
  func hostile() {
    #expect(gazetteer.suggest("").isEmpty)
    #expect(gazetteer.suggest("мин", limit: 0).isEmpty)
    for text in ["'", ",,,", "5", "ул.", "\u{301}", "🙂", String(repeating: "а ", count: 400), "~мин", "^a"] {
      _ = gazetteer.suggest(text)
    }
  }
}
