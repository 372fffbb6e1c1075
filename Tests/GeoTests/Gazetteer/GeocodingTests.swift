import Foundation
import TestSupport
import Testing

@testable import Geo

@Suite struct GeocodingTests {
  let gazetteer: Gazetteer
  init() throws { gazetteer = try GazetteerFixture.shared.get() }

  private func first(
    _ text: String, country: String? = nil, components: AddressComponents = .init()
  ) throws -> GeocodeCandidate {
    try #require(
      gazetteer.geocode(GeocodeQuery(text, country: country, components: components)).first,
      "nothing for \(text)")
  }

  @Test(
    "a place is found in either alphabet and any spelling",
    arguments: [
      ("Минск", 625_144), ("Мінск", 625_144), ("MINSK", 625_144), ("Барановичи", 630_429),
      ("Baranavičy", 630_429), ("Baranowitschi", 630_429), ("г. Брест", 629_634), ("Берёза", 629_454),
      ("береза", 629_454), ("Варшава", 756_135), ("Wroclaw", 3_081_368), ("Вильнюс", 593_116),
      ("Neubrandenburg", 2_866_135), ("Москва", 524_901), ("г.п. Телеханы", 620_945),
      ("аг. Мотоль", 624_908), ("Гродно, Беларусь", 627_904), ("Belarus, Lida", 626_081),
    ])
  func places(text: String, number: Int) throws {
    let found = try first(text, country: text == "г. Брест" ? "BY" : nil)
    #expect(found.level == .locality)
    let truth = try #require(gazetteer.place(geonameID: number))
    #expect(GreatCircle.metres(found.coordinate, truth) < 10, "\(found.label)")
    #expect(found.provider == "gazetteer")
    #expect((0...1).contains(found.score))
  }

  @Test(
    "region and district words choose among homonyms",
    arguments: [
      ("Берёзовка, Лидский район, Гродненская обл.", "BY-HR"), ("Berezovka, Grodno region", "BY-HR"),
      ("Гродненская область, г. Мосты", "BY-HR"), ("Городище, Барановичский р-н", "BY-BR"),
      ("Каменец, Брестская область", "BY-BR"), ("Мир, Кореличский район", "BY-HR"),
      ("Брэсцкая вобласць, г. Высокае", "BY-BR"), ("woj. podlaskie, Suwałki", "PL-20"),
    ])
  func homonyms(text: String, region: String) throws {
    #expect(try first(text).components.regionCode == region)
  }

  @Test("the country hint decides, and gives way only when nothing fits there")
  func hint() throws {
    #expect(try first("Brest", country: "BY").components.country == "BY")
    #expect(try first("Brest", country: "FR").components.country == "FR")
    #expect(try first("Warszawa", country: "BY").components.country == "PL")
    #expect(
      gazetteer.geocode(GeocodeQuery("Brest", country: "BY")).allSatisfy { $0.components.country == "BY" })
  }

  @Test("a region of another country said in the text outweighs the hint")
  func hintAgainstRegion() throws {
    for text in ["г. Королёв, Московская обл.", "Орёл, Орловская область"] {
      let found = try first(text, country: "BY")
      #expect(found.level == .locality)
      #expect(found.components.country == "RU")
      #expect(found.score > 0.85)
    }
  }

  @Test("homonyms come as alternatives and lower the score of the first")
  func ambiguity() throws {
    let all = gazetteer.geocode(GeocodeQuery("Brest"))
    #expect(all.count > 1)
    #expect(Set(all.compactMap(\.components.country)).isSuperset(of: ["BY", "FR"]))
    #expect(try first("Brest").score < first("Барановичи").score)
    #expect(gazetteer.geocode(GeocodeQuery("Brest", limit: 2)).count == 2)
  }

  @Test("components of an import outweigh the text")
  func components() throws {
    let city = AddressComponents(country: "BY", city: "г. Пинск")
    #expect(try first("ул. Ленина, 5, Минск", components: city).components.city == "Пинск")
    let region = AddressComponents(region: "Гродненская область")
    #expect(try first("Берёзовка", components: region).components.regionCode == "BY-HR")
    let parts = AddressComponents(city: "Neubrandenburg", street: "1. Ringstraße", house: "5")
    let house = try first("", components: parts)
    #expect(house.level == .house)
    #expect(house.components.postcode == "17033")
  }

  @Test("a place that contradicts the region said comes after the region itself")
  func contradiction() throws {
    let found = try first("д. Нетакойдеревни, Барановичский район, Брестская обл.")
    #expect(found.level == .region)
    #expect(found.score < 0.6)
    #expect(try first("Брестская область").components.regionCode == "BY-BR")
    #expect(try first("Брестская область").level == .region)
  }

  @Test(
    "a house is found in any writing of its street and number",
    arguments: [
      "1.Ringstraße 5, 17033 Neubrandenburg", "1. Ringstr. 5, Neubrandenburg",
      "Neubrandenburg, 1.Ringstrasse 5",
      "17033 Neubrandenburg, 1.RINGSTRASSE 5", "1.Ringstraße 5 17033 Neubrandenburg Deutschland",
      "1.Ringstraße 5, 17033",
    ])
  func houses(text: String) throws {
    let found = try first(text)
    #expect(found.level == .house)
    #expect(found.components.house == "5")
    #expect(
      GreatCircle.metres(found.coordinate, Coordinate(trustedLatitude: 53.56001, longitude: 13.26334)) < 30)
  }

  @Test(
    "a letter too many is interpolated, an unknown number falls to the street, an unknown street to the town")
  func levels() throws {
    #expect(try first("1.Ringstraße 5x, 17033 Neubrandenburg").level == .interpolated)
    #expect(try first("1.Ringstraße 900, 17033 Neubrandenburg").level == .street)
    #expect(try first("1.Ringstraße, Neubrandenburg").level == .street)
    let town = try first("Straße gibtesnicht 5, 17033 Neubrandenburg")
    #expect(town.level == .locality)
    #expect(town.components.city == "Neubrandenburg")
    let scores = try ["1.Ringstraße 5, Neubrandenburg", "1.Ringstraße 900, Neubrandenburg"].map {
      try first($0).score
    }
    #expect(scores[0] > scores[1])
  }

  @Test("of ten thousand real addresses at least 98 % are placed within 50 m from their text alone")
  func accuracy() throws {
    let file = GazetteerFixture.data + "/osm/neubrandenburg_addresses.tsv.gz"
    let lines = String(decoding: try Gzip.contents(ofFile: file), as: UTF8.self).split(separator: "\n")
    var (asked, right, town) = (0, 0, 0)
    for (i, line) in lines.enumerated() where i % 7 == 0 {
      let c = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let truth = try Coordinate(
        latitude: try #require(Double(c[4])), longitude: try #require(Double(c[5])))
      asked += 1
      let answer = gazetteer.geocode(GeocodeQuery("\(c[0]) \(c[1]), \(c[2]) \(c[3])")).first
      if let answer, answer.level == .house, GreatCircle.metres(answer.coordinate, truth) <= 50 { right += 1 }
      if answer?.components.country == "DE" { town += 1 }
    }
    #expect(asked > 1400)
    #expect(Double(right) >= 0.98 * Double(asked), "\(right) of \(asked)")
    #expect(town == asked)
  }

  @Test("each of the sixty sample agencies is placed in its own town")
  func agencies() throws {
    #expect(SampleAgencies.rows.count == 60)
    for row in SampleAgencies.rows {
      let truth = try #require(
        gazetteer.place(geonameID: row.town.geonameID), "\(row.town.name) is not in the gazetteer")
      for country in [nil, "BY"] {
        let found = try #require(gazetteer.geocode(GeocodeQuery(row.address, country: country)).first)
        #expect(found.level == .locality, "\(row.address): \(found)")
        #expect(GreatCircle.metres(found.coordinate, truth) < 10, "\(row.address): \(found.label)")
        #expect(found.score > 0.6, "\(row.address): \(found.score)")
      }
    }
  }

  @Test("village names of the Belarusian post are answered within their region")
  func postalVillages() throws {
    // GeoNames' postal list is not shipped: PLANNER_POSTAL_BY names a copy of its BY.txt.
    guard let path = ProcessInfo.processInfo.environment["PLANNER_POSTAL_BY"],
      FileManager.default.fileExists(atPath: path)
    else {
      print("skipped: PLANNER_POSTAL_BY names no postal list of Belarus")
      return
    }
    let regions = [
      "Brest": "BY-BR", "Grodno": "BY-HR", "Vitebsk": "BY-VI", "Gomel": "BY-HO", "Mogilev": "BY-MA",
    ]
    var (asked, inside) = (0, 0)
    for (i, line) in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").enumerated()
    where i % 5 == 0 {
      let c = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard let region = regions[c[3]] else { continue }
      asked += 1
      let query = GeocodeQuery("\(c[2]), \(c[3]) region, Belarus")
      if gazetteer.geocode(query).first?.components.regionCode == region { inside += 1 }
    }
    #expect(asked > 300)
    #expect(Double(inside) > 0.9 * Double(asked), "\(inside) of \(asked)")
  }

  @Test("hostile text never traps and never takes long")
  func hostile() {
    var random = SplitMix(seed: 42)
    for _ in 0..<1500 {
      let text = random.text(length: 40)
      let components = AddressComponents(
        country: random.text(length: 2), region: random.text(length: 4), regionCode: random.text(length: 3),
        district: random.text(length: 4), city: random.text(length: 5), street: random.text(length: 5),
        house: random.text(length: 3), postcode: random.text(length: 3))
      for query in [GeocodeQuery(text), GeocodeQuery(text, country: "BY", components: components)] {
        for candidate in gazetteer.geocode(query) { #expect((0...1).contains(candidate.score)) }
      }
    }
    for piece in ["а", "ул. ", "1", "\u{301}", "г.", ",", "Минск ", "\u{0}", "👩‍👩‍👧‍👦", "12-", "//"] {
      _ = gazetteer.geocode(GeocodeQuery(String(repeating: piece, count: 10_000)))
    }
    #expect(gazetteer.geocode(GeocodeQuery("")).isEmpty)
    #expect(gazetteer.geocode(GeocodeQuery("Минск", limit: 0)).isEmpty)
    #expect(gazetteer.geocode(GeocodeQuery("Минск", limit: -3)).isEmpty)
    _ = gazetteer.geocode(GeocodeQuery("'; DROP TABLE place; --"))
    #expect(!gazetteer.geocode(GeocodeQuery("Минск")).isEmpty)
  }

  @Test("text beyond the limit is not looked at")
  func limit() throws {
    let long = "Минск" + String(repeating: " ", count: AddressText.limit) + "Варшава"
    #expect(try first(long).components.city == "Минск")
  }

  @Test("many threads get the answers one gets")
  func threads() async {
    let texts = SampleAgencies.rows.map(\.address)
    let gazetteer = gazetteer
    let alone = texts.map { gazetteer.geocode(GeocodeQuery($0 + " ")) }
    await withTaskGroup(of: [[GeocodeCandidate]].self) { group in
      for k in 0..<8 {
        group.addTask {
          texts.map { gazetteer.geocode(GeocodeQuery($0 + String(repeating: " ", count: k % 3 + 1))) }
        }
      }
      for await answers in group { #expect(answers == alone) }
    }
  }

  @Test("a coordinate gives its house, town, region and time zone")
  func reverse() throws {
    let door = Coordinate(trustedLatitude: 53.56003, longitude: 13.26340)
    let found = try #require(gazetteer.reverse(door))
    #expect(found.nearest.level == .house)
    #expect(found.nearest.components.street == "1.Ringstraße")
    #expect(found.distance.value < 30)
    #expect(found.place.components.regionCode == "DE-MV")
    #expect(found.timeZone == "Europe/Berlin")
    let minsk = try #require(gazetteer.reverse(Coordinate(trustedLatitude: 53.9, longitude: 27.56)))
    #expect(minsk.nearest.components.city == "Minsk")
    #expect(gazetteer.reverse(Coordinate(trustedLatitude: -55, longitude: -140)) == nil)
  }

  @Test(
    "time zones follow the nearest place, also by the pole and the date line",
    arguments: [
      (52.1, 23.7, "Europe/Minsk"), (52.03, 23.13, "Europe/Warsaw"), (54.69, 25.28, "Europe/Vilnius"),
      (-16.8, 179.99, "Pacific/Fiji"), (-16.8, -179.99, "Pacific/Fiji"),
      (64.15, -21.94, "Atlantic/Reykjavik"),
    ])
  func zones(latitude: Double, longitude: Double, zone: String) throws {
    #expect(gazetteer.timeZone(at: try Coordinate(latitude: latitude, longitude: longitude)) == zone)
  }

  @Test("no zone in the middle of an ocean, and no trap at the poles")
  func ocean() {
    #expect(gazetteer.timeZone(at: Coordinate(trustedLatitude: -50, longitude: -130)) == nil)
    for longitude in [-180.0, 0, 180] {
      for latitude in [-90.0, 90] {
        _ = gazetteer.reverse(Coordinate(trustedLatitude: latitude, longitude: longitude))
      }
    }
  }

  @Test("airports by code and by distance")
  func airports() throws {
    let minsk = try #require(gazetteer.airport(iata: "msq"))
    #expect(minsk.country == "BY")
    #expect(minsk.timeZone == "Europe/Minsk")
    #expect(gazetteer.airport(iata: "???") == nil)
    let near = gazetteer.airports(
      near: Coordinate(trustedLatitude: 53.9, longitude: 27.56), within: Metres(kilometres: 300), limit: 3)
    #expect(near.contains { $0.iata == "MSQ" })
    #expect(near.count <= 3)
  }

  @Test("a provider by protocol answers as the call does")
  func provider() async throws {
    let provider: any GeocodingProvider = gazetteer
    #expect(provider.name == "gazetteer")
    #expect(try await provider.geocode(GeocodeQuery("Минск")) == gazetteer.geocode(GeocodeQuery("Минск")))
  }
}
