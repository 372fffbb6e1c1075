import CRM
import Foundation
import Geo
import Store
import Testing

@testable import Exchange

/// The same partners in the next export of the other system, written a little differently.
@Suite struct ReimportTests {
  func counts(_ report: ImportReport) -> [Int] {
    [report.created, report.updated, report.skipped, report.conflicts]
  }

  func second(
    _ first: String, _ second: String, geocoder: (any GeocodingProvider)? = townGeocoder
  ) async throws -> [Int] {
    let database = try Database.temporary()
    #expect(try await importText(first, into: database, geocoder: geocoder).created == 1)
    return counts(try await importText(second, into: database, geocoder: geocoder))
  }

  @Test("a partner that came with coordinates is found again by a row without them, geocoder or not")
  func coordinatesOnlyOnce() async throws {
    let with = "Название;Адрес;Широта;Долгота\nБерёзка;\"г. Гродно, ул. Ленина, 1\";53.70;23.80\n"
    let without = "Название;Адрес\nБерёзка;\"г. Гродно, ул. Ленина, 1\"\n"
    #expect(try await second(with, without) == [0, 0, 1, 0])
    #expect(try await second(with, without, geocoder: nil) == [0, 0, 1, 0])
    #expect(try await second(without, with) == [0, 1, 0, 0])
    let database = try Database.temporary()
    _ = try await importText(with, into: database)
    let partner = try #require(try allPartners(database).first)
    #expect(partner.visitAddress?.components.city == "Гродно")
    #expect(partner.location?.level == .given)
    #expect(partner.location?.coordinate == Coordinate(trustedLatitude: 53.70, longitude: 23.80))
  }

  @Test(
    "a town is the same with and without its sign, and in either alphabet",
    arguments: [
      ("Гродно", "г. Гродно"), ("г. Минск", "Минск"), ("Minsk", "Минск"), ("Минск", "город Минск"),
      ("Минск", "МИНСК Г."), ("Brest", "г.Брест"), ("аг. Пинск", "Пинск"),
    ])
  func towns(_ one: String, _ other: String) async throws {
    for pair in [(one, other), (other, one)] {
      for geocoder in [townGeocoder, nil] as [(any GeocodingProvider)?] {
        let result = try await second(
          "Название;Город;Адрес\nБерёзка;\(pair.0);ул. Ленина, 1\n",
          "Название;Город;Адрес\nБерёзка;\(pair.1);ул. Ленина, 1\n", geocoder: geocoder)
        #expect(result == [0, 0, 1, 0], "\(pair)")
      }
    }
    #expect(
      try await second("Название;Город\nБерёзка;Минск\n", "Название;Город\nБерёзка;Пинск\n") == [1, 0, 0, 0])
  }

  @Test("under a pin a new address keeps its town, so that the next import finds the partner")
  func pinned() async throws {
    let c1 = "Название;Адрес\nБерёзка;\"г. Гродно, ул. Ленина, 1\"\n"
    let c2 = "Название;Адрес\nБерёзка;\"г. Гродно, ул. Мира, 7\"\n"
    let c3 = "Название;Адрес\nБерёзка;Гродно\n"
    for geocoder in [townGeocoder, nil] as [(any GeocodingProvider)?] {
      let database = try Database.temporary()
      _ = try await importText(c1, into: database, geocoder: townGeocoder)
      let id = try #require(try allPartners(database).first).id
      let pin = Coordinate(trustedLatitude: 53.65, longitude: 23.9)
      try database.write(as: Actor(name: "test")) { try $0.setPin(pin, for: id) }
      let moved = try await importText(
        "Код;" + c2.replacingOccurrences(of: "\nБ", with: "\n;Б"), into: database)
      #expect(counts(moved) == [0, 1, 0, 0])
      let partner = try #require(try database.read { try $0.partner(id) })
      #expect(partner.visitAddress?.components.city == "Гродно")
      #expect(partner.location?.coordinate == pin && partner.location?.stale == true)
      if geocoder != nil {
        #expect(counts(try await importText(c2, into: database, geocoder: geocoder)) == [0, 0, 1, 0])
        #expect(counts(try await importText(c3, into: database, geocoder: geocoder)) == [0, 0, 1, 0])
      }
    }
    // By key, with nobody to ask: the town of the old address stands in the new one.
    let database = try Database.temporary()
    _ = try await importText("Код;" + c1.replacingOccurrences(of: "\nБ", with: "\n1;Б"), into: database)
    _ = try await importText(
      "Код;" + c2.replacingOccurrences(of: "\nБ", with: "\n1;Б"), into: database, geocoder: nil)
    #expect(try allPartners(database).first?.visitAddress?.components.city == "Гродно")
  }

  @Test(
    "branches in one town that came with coordinates apart stay two, and two that nobody could place as well")
  func branches() async throws {
    let text = """
      Название;Адрес;Широта;Долгота
      Вояж;"Минск, ул. Ленина, 1";53.90;27.55
      Вояж;"Минск, ул. Мира, 5";53.95;27.60
      """
    let nowhere = "Название;Адрес\nВояж;хутор Дальний\nВояж;хутор Ближний\n"
    for list in [text, nowhere] {
      let database = try Database.temporary()
      #expect(counts(try await importText(list, into: database)) == [2, 0, 0, 0])
      #expect(counts(try await importText(list, into: database)) == [0, 0, 2, 0])
    }
  }

  @Test("a row about a partner of an earlier row says by which mark")
  func duplicates() async throws {
    let report = try await importText(
      "Название;Телефон\nВояж;+375 29 111-22-33\nВетразь;+375 29 111-22-33\n", into: try Database.temporary())
    let conflict = try #require(report.firstConflicts.first)
    #expect(conflict.issue?.code == "partner.import.duplicateInFile")
    #expect(conflict.issue?.message.hasSuffix(", by the phone") == true)
    #expect(conflict.rule == .phone)
  }

  /// One answer for everything.
  struct OneAnswer: GeocodingProvider {
    let name = "one"
    var score: Double
    var country = "BY"
    func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate] {
      [
        GeocodeCandidate(
          label: "Paris", level: .locality, score: score,
          coordinate: Coordinate(trustedLatitude: 48.85, longitude: 2.35),
          components: .init(country: country, city: "Paris"), provider: name)
      ]
    }
  }

  @Test("a guess, and a place in another country than the list's, are told and not taken")
  func doubtfulPlaces() async throws {
    let folder = TemporaryFolder()
    func placed(_ text: String, _ geocoder: OneAnswer) async throws -> (Partner, [String], ImportReport) {
      let database = try Database.temporary()
      let report = try await importText(
        "Название;Адрес;Страна;Широта;Долгота\nВояж;\(text)\n", into: database, geocoder: geocoder,
        report: folder.path("r.jsonl"))
      let line = try Data(contentsOf: URL(fileURLWithPath: folder.path("r.jsonl")))
      let row = try JSONSerialization.jsonObject(with: line) as! [String: Any]
      let codes = (row["warnings"] as! [[String: Any]]).map { $0["code"] as! String }
      if try allPartners(database)[0].location == nil {
        #expect(try database.read { try $0.partnersToReview().map(\.reason) } == [.notLocated])
        #expect(report.located == [.none: 1])
      }
      return (try allPartners(database)[0], codes, report)
    }
    let doubtful = "partner.import.placeDoubtful"
    let guess = try await placed("Парижская;;;", .init(score: 0.39))
    #expect(guess.0.location == nil && guess.1 == [doubtful])
    #expect(guess.0.visitAddress?.components.city == nil)
    let sure = try await placed("Парижская;;;", .init(score: 0.4))
    #expect(sure.0.location?.level == .locality && sure.1.isEmpty)
    let abroad = try await placed("Париж;;;", .init(score: 0.9, country: "FR"))
    #expect(abroad.0.location == nil && abroad.1 == [doubtful])
    let said = try await placed("Франция, Париж;;;", .init(score: 0.9, country: "FR"))
    #expect(said.0.location != nil && said.1.isEmpty)
    let column = try await placed("Париж;Франция;;", .init(score: 0.9, country: "FR"))
    #expect(column.0.location != nil && column.1.isEmpty)
    let far = try await placed("Париж;;53.9;27.5", .init(score: 0.9))
    #expect(far.0.location?.level == .given && far.1 == ["partner.import.coordinatesFarFromAddress"])
    let near = try await placed("Париж;Франция;48.9;2.4", .init(score: 0.9, country: "FR"))
    #expect(near.1.isEmpty)
  }

  @Test("an address that moves to a doubtful place leaves the old one, marked stale")
  func doubtfulMove() async throws {
    let database = try Database.temporary()
    _ = try await importText("Код;Название;Адрес\n1;Вояж;Минск\n", into: database)
    let report = try await importText(
      "Код;Название;Адрес\n1;Вояж;Парижская 1\n", into: database, geocoder: OneAnswer(score: 0.1))
    #expect((report.updated, report.warnings) == (1, 1))
    #expect(try allPartners(database)[0].location?.stale == true)
  }

  @Test("a country is a code that exists or a name; near names are told")
  func countries() throws {
    func country(_ word: String) throws -> String? { try ImportMapping(yaml: "country: \(word)").country }
    for word in ["BY", "by", "Беларусь", "Belarus", "BLR", "Białoruś"] { #expect(try country(word) == "BY") }
    for word in ["ZZ", "Нарния", "Беларус", "XX"] {
      #expect(throws: ImportError.self) { try country(word) }
    }
    do {
      _ = try country("Беларус")
    } catch let error as ImportError {
      #expect(error.message.contains("did you mean Belarus (BY)"))
    }
    #expect(CountryCode.named(in: "Литва, Вильнюс, пр. Гедимино 9") == ["LT"])
    #expect(CountryCode.named(in: "per. Lenina, dom 5, and").isEmpty)
  }

  @Test("marks of direction and zero-width characters do not get into names and addresses")
  func invisible() async throws {
    let database = try Database.temporary()
    _ = try await importText(
      "Название;Адрес\nВо\u{202E}яж\u{202C} \u{200B}\u{2066}Тур\u{2069}\u{AD};\u{FEFF}Мин\u{200B}ск\n",
      into: database)
    let partner = try allPartners(database)[0]
    #expect(partner.name == "Вояж Тур")
    #expect(partner.visitAddress?.text == "Минск")
    #expect(TextFolding.clean("👩\u{200D}💻 a\u{200D}b") == "👩\u{200D}💻 ab")
  }
}
