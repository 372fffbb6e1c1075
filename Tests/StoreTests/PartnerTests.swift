import CRM
import Foundation
import Geo
import Testing

@testable import Store

@Suite struct PartnerTests {
  @Test("a partner comes back exactly as it was stored")
  func roundTrip() throws {
    let database = try Database.temporary()
    let user = User(login: "anna", name: "Анна", role: .manager)
    let partner = fullPartner(responsible: user.id, key: "42")
    let bare = Partner(kind: .hotel, name: "Без всего")
    try database.write(as: tester, at: noon) {
      try $0.add(user: user)
      try $0.insert(partner)
      try $0.insert(bare)
    }
    var expected = partner
    expected.tags = ["vip", "сеть"]
    #expect(try database.read { try $0.partner(partner.id) } == expected)
    #expect(try database.read { try $0.partner(bare.id) } == bare)
    #expect(try database.read { try $0.partner(.new()) } == nil)
    #expect(try database.read { try $0.users() } == [user])
  }

  @Test("a summary carries what lists and planners need")
  func summary() throws {
    let database = try Database.temporary()
    let partner = fullPartner()
    try database.write(as: tester, at: noon) { try $0.insert(partner) }
    let summary = try #require(try database.read { try $0.summaries(.all).first })
    #expect(summary.name == partner.name)
    #expect(summary.address == "г. Брест, ул. Советская, 1")
    #expect(summary.phone == "8 029 123-45-67")
    #expect(summary.coordinate == partner.location?.coordinate)
    #expect(summary.level == .house)
    #expect(summary.tags == ["vip", "сеть"])
    #expect(summary.openingHours == partner.openingHours)
    #expect(summary.visitLength == partner.visitLength)
    #expect(summary.doNotVisit == partner.doNotVisit)
    #expect(summary.callIntervalDays == 30)
  }

  @Test("names in decomposed form are stored composed")
  func composed() throws {
    let database = try Database.temporary()
    let partner = Partner(kind: .agency, name: "Йоль e\u{301}")
    try database.write(as: tester) { try $0.insert(partner) }
    let bytes = try database.read {
      try $0.db.first("SELECT CAST(name AS BLOB) FROM partner") { $0.blob(0) }
    }
    #expect(bytes == Array("Йоль é".precomposedStringWithCanonicalMapping.utf8))
  }

  @Test("a change grows the version and leaves who, when, before and after")
  func updates() throws {
    let database = try Database.temporary()
    let user = User(login: "anna", name: "Анна", role: .manager)
    var partner = fullPartner()
    let id = partner.id
    try database.write(as: tester, at: noon) { [partner] in
      try $0.add(user: user)
      try $0.insert(partner)
    }
    partner.name = "Ветразь \"Плюс\"\n\u{1}"
    partner.contactPoints.removeLast()
    try database.write(as: Actor(user: user.id, name: "cli"), at: noon.addingTimeInterval(60)) {
      [partner] access throws in
      #expect(try access.update(partner))
    }
    let stored = try #require(try database.read { try $0.partner(id) })
    #expect(stored.version == 2)
    #expect(stored.contactPoints.count == 1)
    let rows = try database.read { try $0.audit(entity: "partner", id: id.description) }
    #expect(rows.map(\.action) == ["create", "update"])
    #expect(rows[1].user == user.id)
    #expect(rows[1].at == noon.addingTimeInterval(60))
    struct Names: Decodable {
      var name: String
      var version: Int
    }
    let before = try JSONDecoder().decode(Names.self, from: Data(rows[1].before!.utf8))
    let after = try JSONDecoder().decode(Names.self, from: Data(rows[1].after!.utf8))
    #expect(before.name == "Ветразь Тур")
    #expect(after.name == partner.name)
    #expect(rows[1].after!.contains("registrationNumber") == false, "only what differs is written")
  }

  @Test("an update that changes nothing writes nothing")
  func unchanged() throws {
    let database = try Database.temporary()
    let partner = fullPartner(key: "1")
    try database.write(as: tester, at: noon) { try $0.insert(partner) }
    let before = try dump(database)
    let stored = try database.read { try $0.partner(partner.id) }!
    let changed = try database.write(as: tester) { try $0.update(stored) }
    #expect(!changed)
    #expect(try dump(database) == before)
    #expect(try database.read { try $0.auditCount() } == 1)
  }

  @Test("an edit based on an older version is refused")
  func staleVersion() throws {
    let database = try Database.temporary()
    let partner = fullPartner()
    try database.write(as: tester) { try $0.insert(partner) }
    for expected in ["", "store.partner.staleVersion"] {
      var edit = partner
      edit.note = "правка \(expected)"
      let result = try database.write(as: tester) { [edit] writer -> String in
        do {
          try writer.update(edit)
          return ""
        } catch let error as StoreError { return error.code }
      }
      #expect(result == expected)
    }
  }

  @Test("an outside key that names another partner is refused by name")
  func duplicateReference() throws {
    let database = try Database.temporary()
    try database.write(as: tester) { try $0.insert(fullPartner(key: "42")) }
    #expect(throws: StoreError.duplicate(entity: "externalReference", key: "")) {
      try database.write(as: tester) { try $0.insert(fullPartner("Другая", key: "42")) }
    }
    #expect(throws: StoreError.duplicate(entity: "user", key: "")) {
      try database.write(as: tester) {
        try $0.add(user: User(login: "anna", name: "A", role: .head))
        try $0.add(user: User(login: "anna", name: "B", role: .head))
      }
    }
  }

  @Test("partners are found by key, number, phone of the firm or a person, and e-mail")
  func matching() throws {
    let database = try Database.temporary()
    let partner = fullPartner(key: "42")
    try database.write(as: tester) {
      try $0.insert(partner)
      try $0.insert(Partner(kind: .hotel, name: "Другой"))
    }
    try database.read { access throws in
      #expect(try access.partners(system: "bitrix", key: "42") == [partner.id])
      #expect(try access.partners(system: "1c", key: "42").isEmpty)
      #expect(try access.partners(phone: "+375291112233") == [partner.id])
      #expect(try access.partners(email: "info@vetraz.by") == [partner.id])
      #expect(try access.partners(email: "+375291112233").isEmpty)
      #expect(try access.partners(registrationNumber: "291234567") == [partner.id])
    }
  }

  @Test("hotels near the places of a trip are in sight, open and not banned")
  func hotels() throws {
    let database = try Database.temporary()
    let users = ["anna", "boris"].map { User(login: $0, name: $0, role: .manager) }
    func hotel(
      _ name: String, at c: Coordinate? = place(52.1, 23.7), kind: PartnerKind = .hotel,
      status: PartnerStatus = .active, of user: Int? = nil, ban: DoNotVisit? = nil
    ) -> Partner {
      Partner(
        kind: kind, name: name, status: status, responsible: user.map { users[$0].id }, doNotVisit: ban,
        location: c.map { geocode($0) })
    }
    let all = [
      hotel("Ничья"), hotel("Анны", of: 0), hotel("Бориса", of: 1), hotel("Агентство", kind: .agency),
      hotel("Закрыта", status: .closed), hotel("Нельзя", ban: DoNotVisit(reason: "спор")),
      hotel("Нигде", at: nil),
      hotel("Далеко", at: place(53.7, 23.8)), hotel("За краем", at: place(0, -179.9)),
    ]
    try database.write(as: tester, at: noon) { writer in
      for user in users { try writer.add(user: user) }
      for partner in all { try writer.insert(partner) }
    }
    func names(_ places: [Coordinate], _ scope: RecordScope = .all) throws -> [String] {
      try database.read {
        try $0.hotels(within: Metres(kilometres: 30), of: places, scope: scope).map(\.place.label)
      }
    }
    let brest = place(52.0975, 23.688)
    #expect(try names([brest]) == ["Ничья", "Анны", "Бориса"])
    #expect(try names([brest], .responsible([users[0].id])) == ["Ничья", "Анны"])
    #expect(try names([brest], .responsible([])) == ["Ничья"])
    #expect(try names([brest, place(53.68, 23.83)]) == ["Ничья", "Анны", "Бориса", "Далеко"])
    #expect(try names([place(0, 179.95)]) == ["За краем"])
    #expect(try names([]).isEmpty)
    let there = place(53.7, 23.8)
    let found = try database.read { try $0.hotels(within: Metres(kilometres: 30), of: [there]) }
    #expect(found == [Lodging(place: Place(label: "Далеко", coordinate: there), partner: all[7].id)])
  }

  @Test("a similar name counts near by or in the same town, and nowhere else")
  func similarNames() throws {
    let database = try Database.temporary()
    let here = fullPartner("Турагентство «Ветразь»", at: place(52.0975, 23.688), city: "Брест")
    let far = fullPartner("Ветразь", at: place(53.68, 23.83), city: "Гродно")
    let other = fullPartner("Скарбница", at: place(52.0975, 23.688), city: "Брест")
    try database.write(as: tester) { for p in [here, far, other] { try $0.insert(p) } }
    func ids(_ name: String, near: Coordinate? = nil, town: String? = nil) throws -> [PartnerID] {
      try database.read {
        try $0.partners(similarTo: name, near: near, orInTown: town.map { [$0] } ?? []).map(\.id)
      }
    }
    #expect(try ids("турагентство Ветразь", town: "БРЕСТ") == [here.id])
    #expect(try ids("Турагенство Ветразь", near: place(52.0990, 23.689)) == [here.id])
    #expect(try ids("Турагентство Ветразь", near: place(52.1020, 23.690)).isEmpty, "500 m away")
    #expect(try ids("Ветразь", town: "Гродно") == [far.id])
    for town in ["г. Брест", "Brest", "Брест г.", "город Брест"] {
      #expect(try ids("Ветразь", town: town) == [here.id], "\(town)")
    }
    #expect(try ids("Ветразь", town: "Брэст").isEmpty, "alike by sound, and nobody knows where")
    #expect(try ids("Ветразь", near: place(52.12, 23.70), town: "Брэст") == [here.id])
    #expect(try ids("Ветразь", near: place(53.68, 23.84), town: "Брэст").isEmpty, "alike by sound, far away")
    #expect(try ids("Скарбніца", town: "Брест") == [other.id])
    #expect(try ids("Парус", near: place(52.0975, 23.688), town: "Брест").isEmpty)
    #expect(try ids("Турагентство Парус", town: "Брест").isEmpty, "the common word does not count")
    #expect(try ids("Ветразь").isEmpty)
    #expect(try ids("", town: "Брест").isEmpty)
  }

  @Test("numbered names of one town are told apart by their longest number, not read all")
  func numberedNames() throws {
    #expect(NamePlace.wordRanges("фирма 1 599").map(\.from) == ["599"])
    #expect(NamePlace.wordRanges("фирма 1 599").map(\.to) == ["599 "])
    #expect(NamePlace.wordRanges("вояж плюс").map(\.from).sorted() == ["воя", "плю"])
    let database = try Database.temporary()
    let town = Address(text: "Брест", components: AddressComponents(city: "Брест"))
    let partners = (0..<40).map { number -> Partner in
      var partner = Partner(kind: .agency, name: "Фирма 1-\(500 + number)")
      partner.addresses = [town]
      return partner
    }
    try database.write(as: tester) { writer in for partner in partners { try writer.insert(partner) } }
    let found = try database.read {
      try $0.partners(similarTo: "ООО «Фирма 1-517»", near: nil, orInTown: ["Брест"]).map(\.id)
    }
    #expect(found == [partners[17].id])
  }
}
