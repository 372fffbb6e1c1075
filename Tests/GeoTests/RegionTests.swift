import Foundation
import Testing

@testable import Geo

/// The shipped data, built once for all tests.
private enum Shipped {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("data").path
  static let sources = Result { try RegionCatalogue.Sources(dataDirectory: folder) }
  static let catalogue = Result { try RegionCatalogue.catalogue(.init(sources.get())) }
  static let index = Result { try RegionNameIndex(catalogue.get().regions) }
}

@Suite("Regions")
struct RegionTests {
  private func region(_ code: String) throws -> Region {
    try #require(Shipped.catalogue.get().regions.first { $0.code == code }, "\(code)")
  }

  @Test("the operator's countries are complete in ISO 3166-2")
  func complete() throws {
    let regions = try Shipped.catalogue.get().regions
    for (country, count) in [
      ("BY", 7), ("PL", 16), ("LT", 10), ("LV", 43), ("EE", 15), ("DE", 16), ("RU", 85), ("UA", 25),
      ("CZ", 14),
    ] {
      let own = regions.filter { $0.country == country && $0.level == .subdivision }
      #expect(own.count == count, "\(country)")
    }
    #expect(Set(regions.map(\.code)).count == regions.count)
    #expect(regions.map(\.code) == regions.map(\.code).sorted())
    #expect(regions.filter { $0.level == .country }.count > 230)
    for country in ["BY", "PL", "LT", "LV", "EE", "DE", "RU", "UA"] {
      #expect(!(try Shipped.catalogue.get().uncoded.contains { $0.hasPrefix(country + "/") }))
    }
  }

  @Test(
    "towns lie in the regions they lie in",
    arguments: [
      ("BY-BR", 52.0975, 23.7341), ("BY-HR", 53.6884, 23.8258), ("BY-HM", 53.9045, 27.5615),
      ("BY-MI", 54.2270, 28.4960), ("PL-20", 53.1325, 23.1688), ("PL-14", 52.2298, 21.0118),
      ("LT-VL", 54.6892, 25.2798), ("LT-KU", 54.8985, 23.9036), ("LV-RIX", 56.9496, 24.1052),
      ("LV-REZ", 56.5099, 27.3331), ("LV-113", 57.5385, 25.4264), ("EE-79", 58.3806, 26.7251),
      ("RU-MOW", 55.7558, 37.6173), ("RU-MOS", 55.0794, 38.7783), ("RU-SA", 62.0339, 129.7331),
      ("RU-SPE", 59.9386, 30.3141), ("UA-30", 50.4501, 30.5234), ("UA-46", 49.8397, 24.0297),
      ("DE-MV", 53.5578, 13.2614), ("CZ-10", 50.0755, 14.4378),
    ])
  func places(code: String, latitude: Double, longitude: Double) throws {
    let found = try region(code)
    #expect(PreparedPolygon(found.area).contains(at(latitude, longitude)))
    let country = try region(found.country)
    #expect(PreparedPolygon(country.area).contains(at(latitude, longitude)))
  }

  @Test("the home regions have names in all languages, composed and not empty")
  func names() throws {
    for region in try Shipped.catalogue.get().regions {
      for name in Array(region.names.values) + region.aliases {
        #expect(!name.isEmpty && name == name.precomposedStringWithCanonicalMapping)
      }
      #expect(!region.names.isEmpty)
      guard ["BY", "RU", "PL", "LT", "LV", "EE", "UA"].contains(region.country) else { continue }
      for language in ["en", "ru", "be", "pl", "uk"] {
        #expect(region.names[language] != nil, "\(region.code) \(language)")
      }
    }
    let brest = try region("BY-BR")
    #expect(brest.names["ru"] == "Брестская область" && brest.names["be"] == "Брэсцкая вобласць")
    #expect(brest.names["pl"] == "obwód brzeski" && brest.names["lat"] == "Bresckaja voblasć")
    #expect(brest.name() == "Brest Region" && brest.name(in: "ru") == "Брестская область")
    #expect(try region("RU-SA").names["uk"] == "Республіка Саха (Якутія)")
    #expect(try region("BY").names["be"] == "Беларусь")
  }

  @Test("an override moves a polygon to another country, with its ground, and gives it a region")
  func overrides() throws {
    let sources = try Shipped.sources.get()
    let simferopol = at(44.9521, 34.1024)
    let drawn = try Shipped.catalogue.get()
    let drawnTo = try #require(drawn.regions.first { $0.code == "UA-43" }).country
    let other = drawnTo == "RU" ? "UA" : "RU"
    let moved = try RegionCatalogue.build(
      sources,
      overrides: [
        RegionOverride(polygon: "UA-43", country: other),
        RegionOverride(polygon: "RU/Sevastopol", country: other),
        RegionOverride(polygon: "BY/Brest", region: "BY-ZZ"),
      ])
    func country(_ code: String) throws -> PreparedPolygon {
      PreparedPolygon(try #require(moved.first { $0.code == code && $0.level == .country }).area)
    }
    #expect(moved.first { $0.code == "UA-43" }?.country == other)
    #expect(try country(other).contains(simferopol))
    #expect(!(try country(drawnTo).contains(simferopol)))
    // The rest of both stays where it was.
    #expect(try country("RU").contains(at(55.7558, 37.6173)) && country("RU").contains(at(54.71, 20.51)))
    #expect(try country("UA").contains(at(50.4501, 30.5234)))
    #expect(moved.contains { $0.code == "BY-ZZ" } && !moved.contains { $0.code == "BY-BR" })
  }

  @Test("regions of the operator's own stand in the place of shipped ones, and overrides hold for them too")
  func own() throws {
    let drawn = try RegionCatalogue.Drawn(Shipped.sources.get())
    let box = MultiPolygon([
      Polygon(outer: [at(60, 10), at(60, 11), at(61, 11), at(61, 10), at(60, 10)])
    ])
    func brought(_ code: String, _ name: String) -> Region {
      Region(code: code, level: .subdivision, country: "BY", names: ["lat": name], area: box)
    }
    let own = [brought("BY-BR", "My Brest"), brought("BY-ZAP", "West"), brought("BY-VOS", "East")]
    let plain = try RegionCatalogue.catalogue(drawn)
    let made = try RegionCatalogue.catalogue(
      drawn, own: own,
      overrides: [
        RegionOverride(polygon: "BY-ZAP", country: "PL"), RegionOverride(polygon: "BY/East", region: "LT-ZZ"),
      ])
    #expect(made.own == ["BY-BR", "BY-ZAP", "LT-ZZ"])
    #expect(made.regions.count == plain.regions.count + 2)
    #expect(made.regions.map(\.code) == made.regions.map(\.code).sorted())
    func region(_ code: String) throws -> Region { try #require(made.regions.first { $0.code == code }) }
    #expect(try region("BY-BR").names == ["lat": "My Brest"] && region("BY-BR").area == box)
    #expect(try region("BY-ZAP").country == "PL")
    #expect(try region("LT-ZZ").country == "LT")
    #expect(!made.regions.contains { $0.code == "BY-VOS" })
    // The shipped polygon under an own region of its code follows the override too, with its ground.
    let moved = try RegionCatalogue.catalogue(
      drawn, own: own, overrides: [RegionOverride(polygon: "BY-BR", country: "PL")])
    let poland = try #require(moved.regions.first { $0.code == "PL" })
    #expect(PreparedPolygon(poland.area).contains(at(52.0975, 23.7341)))
    #expect(moved.regions.first { $0.code == "BY-BR" }?.country == "PL")
    // Without the data they are alone.
    #expect(
      try RegionCatalogue.catalogue(nil, own: own).regions.map(\.code) == ["BY-BR", "BY-VOS", "BY-ZAP"])
    // Two that come to bear one code are one.
    let joined = try RegionCatalogue.catalogue(
      nil, own: own, overrides: [RegionOverride(polygon: "BY-VOS", region: "BY-ZAP")])
    #expect(joined.regions.map(\.code) == ["BY-BR", "BY-ZAP"])
    #expect(joined.regions[1].area.polygons.count == 2)
  }

  @Test("an override of an unknown polygon is refused with near names")
  func unknownOverride() throws {
    let sources = try Shipped.sources.get()
    let error = try #require(throws: RegionError.self) {
      try RegionCatalogue.build(sources, overrides: [RegionOverride(polygon: "RU/Crimeo", country: "UA")])
    }
    #expect(error.code == "geo.regions.unknownPolygon")
    #expect(error.choices.contains("RU/Crimea"))
    #expect(error.hint.hasPrefix("did you mean ") && error.hint.contains("region remove --override"))
  }

  @Test("the operator's table is read from CSV and JSON, and bad rows are named")
  func overrideTable() throws {
    let csv = "\u{FEFF}polygon,country,region\r\n# a note\r\nRU/Crimea,UA,\r\n\"XX/A, B\",,PL-14\n"
    #expect(
      try RegionOverride.read(Data(csv.utf8)) == [
        RegionOverride(polygon: "RU/Crimea", country: "UA"),
        RegionOverride(polygon: "XX/A, B", region: "PL-14"),
      ])
    #expect(
      try RegionOverride.read(Data("UA-43;ua;ua-43".utf8)) == [
        .init(polygon: "UA-43", country: "UA", region: "UA-43")
      ])
    #expect(
      try RegionOverride.read(Data("[{\"polygon\":\"RU/Crimea\",\"country\":\"UA\"}]".utf8))
        == [.init(polygon: "RU/Crimea", country: "UA")])
    #expect(try RegionOverride.read(Data()).isEmpty)
    for (bad, row) in [
      ("a,UA,,x", 1), ("polygon,country,region\n,UA,", 2), ("a,UKR,", 1), ("a,,UA", 1), ("a,,", 1), ("a", 1),
      ("[{}]", 1),
    ] {
      let error = try #require(throws: RegionError.self) { try RegionOverride.read(Data(bad.utf8)) }
      guard case .badOverride(let at, _) = error else {
        Issue.record("\(error)")
        continue
      }
      #expect(at == row, "\(bad)")
    }
  }

  @Test("damaged data files are named")
  func damaged() throws {
    var sources = try Shipped.sources.get()
    sources.admin1 = sources.admin1.prefix(1000)
    let error = try #require(throws: RegionError.self) { try RegionCatalogue.build(sources) }
    #expect(error.code == "geo.regions.unreadable" && error.message.contains("admin1"))
    sources = try Shipped.sources.get()
    sources.subdivisions = Data("nothing".utf8)
    #expect(throws: RegionError.self) { try RegionCatalogue.build(sources) }
  }

  // MARK: Names

  @Test(
    "a region is found by code or name in any language, alphabet, case and abbreviation",
    arguments: [
      ("BY-BR", "BY-BR"), ("by-br", "BY-BR"), ("Брестская область", "BY-BR"), ("БРЕСТСКАЯ ОБЛ.", "BY-BR"),
      ("Брест обл", "BY-BR"), ("Брестской области", "BY-BR"), ("Brest", "BY-BR"), ("brzeski", "BY-BR"),
      ("obwód brzeski", "BY-BR"), ("Брэсцкая вобласць", "BY-BR"), ("Bresckaja voblasć", "BY-BR"),
      ("Брестська область", "BY-BR"), ("Minsk", "BY-HM"), ("Минск", "BY-HM"), ("Минск обл", "BY-MI"),
      ("Мінская вобласць", "BY-MI"), ("Гродно", "BY-HR"), ("Hrodna", "BY-HR"), ("Витебск", "BY-VI"),
      ("Могилевская", "BY-MA"), ("Москва", "RU-MOW"), ("моск. обл.", "RU-MOS"), ("Нижний Новгород", "RU-NIZ"),
      ("Алтайский край", "RU-ALT"), ("Республика Алтай", "RU-AL"), ("Якутия", "RU-SA"), ("СПб", "RU-SPE"),
      ("Псковская обл", "RU-PSK"), ("Podlaskie", "PL-20"), ("woj. lubelskie", "PL-06"),
      ("Мазовецкое", "PL-14"),
      ("Вильнюс", "LT-VL"), ("wileński", "LT-VL"), ("Vilniaus apskritis", "LT-VL"), ("Рига", "LV-RIX"),
      ("Резекненский край", "LV-077"), ("Тарту", "EE-79"), ("Харьюмаа", "EE-37"), ("Київ", "UA-30"),
      ("Киевская область", "UA-32"), ("Lwów", "UA-46"), ("Mecklenburg", "DE-MV"), ("Беларусь", "BY"),
      ("Россия", "RU"), ("Polska", "PL"), ("LT", "LT"), ("Эстония", "EE"),
    ])
  func found(text: String, code: String) throws {
    #expect(try Shipped.index.get().find(text) == .one(code))
  }

  @Test("a name that several regions bear gives the choices")
  func ambiguous() throws {
    guard case .ambiguous(let choices) = try Shipped.index.get().find("Georgia") else {
      Issue.record("Georgia")
      return
    }
    #expect(choices.map(\.code) == ["GE", "US-GA"])
    #expect(choices.allSatisfy { $0.name == "Georgia" })
    let index = RegionNameIndex([
      .init(code: "AA-1", names: ["ru": "Лесная область"]), .init(code: "AA-2", names: ["ru": "Лесной край"]),
    ])
    #expect(index.find("Лесная") == .one("AA-1"))
    #expect(index.find("лесной край") == .one("AA-2"))
    let twins = RegionNameIndex([
      .init(code: "AA-2", names: ["ru": "Лесной край"]), .init(code: "AA-1", names: ["ru": "Лесной район"]),
    ])
    guard case .ambiguous(let both) = twins.find("Лесной") else {
      Issue.record("Лесной")
      return
    }
    #expect(both.map(\.code) == ["AA-1", "AA-2"])
    #expect(twins.find("лесной край") == .one("AA-2"))
  }

  @Test(
    "a mistyped name gets near ones, in its own alphabet, each of which finds something",
    arguments: [
      ("Брстская область", "Брестская область"), ("Гроднеская", "Гродненская область"),
      ("Grdno", "Grodno Region"),
      ("Ветибская", "Витебская область"), ("Беларсь", "Беларусь"), ("Мнск", "Минск"),
    ])
  func suggestions(text: String, expected: String) throws {
    let index = try Shipped.index.get()
    guard case .none(let suggestions) = index.find(text) else {
      Issue.record("\(text) was found: \(index.find(text))")
      return
    }
    #expect(suggestions.prefix(3).contains(expected), "\(suggestions)")
    #expect(suggestions.count <= 5)
    for suggestion in suggestions {
      if case .none = index.find(suggestion) { Issue.record("\(suggestion) finds nothing") }
    }
  }

  @Test("texts that name nothing are answered without suggestions or traps")
  func nothing() throws {
    let index = try Shipped.index.get()
    for text in ["", "   ", "…", "область", String(repeating: "ы", count: 10_000), "\u{0}\u{301}", "👩‍👩‍👧"] {
      if case .one(let code) = index.find(text) { Issue.record("\(text.prefix(20)) finds \(code)") }
    }
    #expect(index.find("") == .none(suggestions: []))
    #expect(RegionNameIndex([RegionNameIndex.Entry]()).find("Брест") == .none(suggestions: []))
  }
}
