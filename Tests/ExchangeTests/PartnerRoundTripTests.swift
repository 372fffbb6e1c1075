import CRM
import Foundation
import Geo
import Store
import Testing

@testable import Exchange

@Suite("Partners exported as CSV come back as they were")
struct PartnerRoundTripTests {
  let actor = Actor(name: "test")
  let anna = User(login: "anna", name: "Анна", role: .manager)

  func export(_ database: Database) throws -> String {
    let box = Box()
    var writer = try PartnersCSV { box.bytes += $0 }
    try database.read { reader in
      try reader.forEachSummary(.all) { summary in
        if let partner = try reader.partner(summary.id) {
          try writer.write(partner, responsible: summary.responsible)
        }
      }
    }
    try writer.finish()
    return String(decoding: box.bytes, as: UTF8.self)
  }

  func makeDatabase() throws -> Database {
    let database = try Database.temporary()
    try database.write(as: actor, at: testNow) { try $0.add(user: anna) }
    return database
  }

  /// Everything a partner can hold, with texts that want to be formulas, lists or something else.
  func fullPartner() throws -> Partner {
    func point(_ kind: ContactPoint.Kind, _ value: String, _ normalised: String) -> ContactPoint {
      ContactPoint(kind: kind, value: value, normalised: normalised)
    }
    return Partner(
      kind: .hotel, name: "=Вояж, «Тур»; '+1", status: .paused, responsible: anna.id, tags: ["vip", "море"],
      callIntervalDays: 14, openingHours: try OpeningHours.parse("пн-пт 9-18,\nсб 10-14"),
      visitLength: Seconds(2710), registrationNumber: "190000001",
      doNotVisit: DoNotVisit(until: LocalDate("2026-12-31"), reason: "ремонт, до весны"),
      note: "-- первая\n\n'=вторая; с запятой,\nтретья",
      contactPoints: [
        point(.phone, "22-33-44", "223344"), point(.phone, "8 (0162) 21-11-11", "+375162211111"),
        point(.phone, "+375 29 111-22-33", "+375291112233"),
        point(.email, "Info@Voyage.by", "info@voyage.by"),
        point(.web, "voyage.by", "https://voyage.by"),
      ],
      people: [
        ContactPerson(
          name: "Иванова А. П.", position: "директор, учредитель (главный)",
          contactPoints: [
            point(.phone, "+375 33 999-88-77", "+375339998877"), point(.email, "a@voyage.by", "a@voyage.by"),
          ]),
        ContactPerson(name: "Петров (мл.), Сидоров"),
        ContactPerson(name: "Anna Nowak", position: "kierownik"),
      ],
      addresses: [
        Address(
          text: "ул. Ленина, 5",
          components: AddressComponents(
            country: "BY", region: "Брестская область", regionCode: "BY-BR", district: "Брестский район",
            city: "Брест", street: "ул. Ленина", house: "5", postcode: "224000")),
        Address(type: .legal, text: "г. Минск, а/я 7"), Address(type: .mailing, text: "220000, Минск-1"),
      ],
      externalReferences: [
        ExternalReference(system: "1c", key: "00:12=3"), ExternalReference(system: "a:b%", key: "+7"),
      ],
      location: GeocodeResult(
        coordinate: Coordinate(trustedLatitude: 52.09761234567, longitude: 23.7341), level: .given, score: 1,
        provider: "manual", query: "ул. Ленина, 5", label: "ул. Ленина, 5", at: testNow, manual: true,
        stale: true))
  }

  func plainPartner(_ name: String, _ level: GeocodeLevel) -> Partner {
    Partner(
      kind: .agency, name: name,
      contactPoints: [ContactPoint(kind: .phone, value: "+375 17 200-00-00", normalised: "+375172000000")],
      addresses: [
        Address(text: "Минск, \(name)", components: AddressComponents(country: "BY", city: "Минск"))
      ],
      location: GeocodeResult(
        coordinate: Coordinate(trustedLatitude: 53.9, longitude: 27.5), level: level, score: 1,
        provider: "given", query: "Минск, \(name)", label: "Минск, \(name)", at: testNow))
  }

  func fill(_ database: Database) throws {
    try database.write(as: actor, at: testNow) { writer in
      try writer.insert(try fullPartner())
      // Branches with one telephone, and nothing else to tell them apart by.
      for (name, level) in [("Филиал", GeocodeLevel.house), ("Филиал", .street), ("Филиал 3", .locality)] {
        try writer.insert(plainPartner(name, level))
      }
      try writer.insert(Partner(kind: .supplier, name: "Без всего", status: .prospect))
      for text in hostileTexts {
        let name = TextFolding.clean(text, limit: 300)
        guard !name.isEmpty, name.unicodeScalars.contains(where: { $0.properties.isAlphabetic }) else {
          continue
        }
        try writer.insert(Partner(kind: .agency, name: name, note: name))
      }
    }
  }

  @Test("into the same database every row is skipped and nothing is written")
  func same() async throws {
    let database = try makeDatabase()
    try fill(database)
    let before = try allPartners(database)
    let text = try export(database)
    for mapping in ["", "match: [plannerID]"] {
      let report = try await importText(text, into: database, mapping: mapping)
      #expect((report.created, report.updated, report.conflicts) == (0, 0, 0), "\(report.firstConflicts)")
      #expect(report.skipped == before.count)
    }
    #expect(try allPartners(database) == before)
    #expect(try export(database) == text)
  }

  @Test("into an empty database the partners are made anew with all they had")
  func empty() async throws {
    let source = try makeDatabase()
    try fill(source)
    let target = try makeDatabase()
    let report = try await importText(try export(source), into: target)
    let before = try allPartners(source)
    #expect((report.created, report.conflicts) == (before.count, 0), "\(report.firstConflicts)")
    func comparable(_ partners: [Partner]) -> [Partner] {
      partners.map { partner in
        var partner = partner
        for index in partner.people.indices {
          partner.people[index].id = ContactPersonID(
            UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        }
        for index in partner.contactPoints.indices
        where partner.contactPoints[index].normalised == "+375162211111" {
          partner.contactPoints[index].value = "+375162211111"
        }
        return partner
      }.sorted { $0.id < $1.id }
    }
    let after = try allPartners(target)
    for (old, new) in zip(comparable(before), comparable(after)) { #expect(old == new) }
    // And the copy is known again.
    let again = try await importText(try export(source), into: target)
    #expect((again.created, again.updated, again.conflicts) == (0, 0, 0))
  }

  @Test("a changed address in an export drops the parts and the place written for the old one")
  func changedAddress() async throws {
    let database = try makeDatabase()
    _ = try await importText("Название;Адрес\nВояж;г. Брест, ул. Ленина, 5\n", into: database)
    let text = try export(database).replacingOccurrences(
      of: "г. Брест, ул. Ленина, 5", with: "г. Гродно, ул. Новая, 7")
    let report = try await importText(text, into: database)
    #expect((report.updated, report.conflicts) == (1, 0))
    let partner = try #require(try allPartners(database).first)
    #expect(partner.visitAddress?.components.city == "Гродно")
    #expect(partner.location?.coordinate == Coordinate(trustedLatitude: 53.6694, longitude: 23.8131))
  }

  @Test("an older export does not put a partner back to a vaguer place")
  func olderPlace() async throws {
    let database = try makeDatabase()
    try database.write(as: actor, at: testNow) { try $0.insert(plainPartner("Филиал", .street)) }
    let text = try export(database)
    let id = try allPartners(database)[0].id
    let house = Coordinate(trustedLatitude: 53.91, longitude: 27.51)
    try database.write(as: actor, at: testNow) {
      try $0.recordGeocode(
        GeocodeResult(
          coordinate: house, level: .house, score: 1, provider: "gazetteer", query: "", label: "", at: testNow
        ),
        for: id)
    }
    let report = try await importText(text, into: database)
    #expect((report.skipped, report.updated) == (1, 0))
    #expect(try allPartners(database)[0].location?.coordinate == house)
  }

  @Test("the own id decides before every other mark, and one of another database is no mark at all")
  func ownID() async throws {
    let database = try makeDatabase()
    _ = try await importText(
      "Код;Название;Телефон\nA;Альфа;+375291112233\nB;Бета;+375294445566\n", into: database)
    let partners = try allPartners(database)
    let alpha = partners[0].id
    let report = try await importText(
      "planner id;name;phone\n\(alpha);Альфа;+375294445566\n\(PartnerID.new());Бета;+375294445566\nсовсем не id;Гамма;\n",
      into: database)
    #expect((report.updated, report.skipped, report.created, report.conflicts) == (1, 1, 1, 0))
    #expect(report.warnings == 1)
    #expect(
      try allPartners(database).first?.contactPoints.map(\.normalised) == ["+375291112233", "+375294445566"])
    let other = try await importText("planner id;код;name\n\(alpha);B;Альфа\n", into: database)
    #expect(other.firstConflicts.map(\.issue?.code) == ["partner.import.otherKey"])
  }

  @Test(
    "the formula guard can be taken off every text it was put on, and only there", arguments: hostileTexts)
  func guardIsExact(_ text: String) {
    var bytes: [UInt8] = []
    CSVWriter.append(text, to: &bytes)
    let cell = parseCSV(bytes + [0x0D, 0x0A])[0][0]
    let kept = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\u{0}" }))
    #expect(Array(FormulaGuard.removing(cell).utf8) == Array(kept.utf8))
  }

  @Test("a ban is read from a date, a word or its reason")
  func bans() {
    #expect(
      CellValues.ban("31.12.2026", reason: nil) == DoNotVisit(until: LocalDate("2026-12-31"), reason: ""))
    #expect(
      CellValues.ban("до 2026-12-31", reason: "x") == DoNotVisit(until: LocalDate("2026-12-31"), reason: "x"))
    #expect(CellValues.ban("Да", reason: nil) == DoNotVisit(reason: ""))
    #expect(CellValues.ban("нет", reason: nil) == nil)
    #expect(CellValues.ban("долги", reason: nil) == DoNotVisit(reason: "долги"))
  }
}
