import CRM
import Foundation
import Geo
import TestSupport
import Testing

@testable import Store

/// Search across everything, and the index behind it.
@Suite struct SearchTests {
  /// Names, towns and people of a small company of two managers.
  struct Company {
    let database = try! Database.temporary()
    let anna = User(login: "anna", name: "Анна Ковалёва", role: .manager)
    let boris = User(login: "boris", name: "Борис Ким", role: .manager)
    var partners: [String: Partner] = [:]

    static let rows:
      [(name: String, address: String, phone: String, mail: String, person: String, tag: String)] = [
        ("Вояж", "г. Гродно, ул. Ожешко, 12", "+375291234567", "info@voyage-grodno.by", "Пётр Жук", "море"),
        (
          "Турагентство «Вояж Плюс»", "г. Барановичи, ул. Ленина, 3", "+375163456789", "plus@example.by",
          "Ольга Щука", "vip"
        ),
        (
          "Biuro podróży Wędrowiec", "ul. Kościuszki 7, Białystok", "+48857421234", "biuro@wedrowiec.pl",
          "Jan Nowak", "autokar"
        ),
        (
          "Gintaras Travel", "Vilniaus g. 5, Kaunas", "+37037123456", "gintaras@example.lt", "Rasa Žukienė",
          "Baltic"
        ),
        (
          "Отель Барановичи", "г. Минск, пр. Независимости, 100", "+375172000000", "hotel@example.by",
          "Яна Гук", "отель"
        ),
        (
          "Глобус", "г. Санкт-Петербург, Невский пр., 20", "+78123456789", "globus@example.ru", "Вояж Иван",
          "горы"
        ),
      ]

    init() throws {
      let (anna, boris) = (anna, boris)
      try database.write(as: tester, at: noon) { writer in
        try writer.add(user: anna)
        try writer.add(user: boris)
      }
      for (i, row) in Self.rows.enumerated() {
        let partner = Partner(
          kind: .agency, name: row.name, responsible: i == 5 ? nil : i % 2 == 0 ? anna.id : boris.id,
          tags: [row.tag], registrationNumber: "19012345\(i)",
          contactPoints: [
            ContactPoint(kind: .phone, value: row.phone, normalised: row.phone),
            ContactPoint(kind: .email, value: row.mail, normalised: row.mail),
          ],
          people: [ContactPerson(name: row.person)], addresses: [Address(text: row.address)],
          externalReferences: [ExternalReference(system: "crm", key: "K-77\(i)")])
        try database.write(as: tester, at: noon) { try $0.insert(partner) }
        partners[row.name] = partner
      }
    }

    func find(
      _ text: String, _ kinds: Set<SearchKind> = [.partner], scope: RecordScope = .all, limit: Int = 50
    ) throws -> [SearchHit] {
      try database.read { try $0.search(SearchQuery(text, kinds: kinds, limit: limit), scope: scope) }
    }

    /// The names, best first.
    func names(_ text: String, scope: RecordScope = .all) throws -> [String] {
      try find(text, scope: scope).map(\.label)
    }
  }

  @Test(
    "either alphabet finds the other",
    arguments: [
      ("voyazh", "Вояж"), ("Baranovichi otel", "Отель Барановичи"), ("вендровец", "Biuro podróży Wędrowiec"),
      ("гинтарас", "Gintaras Travel"), ("Globus", "Глобус"), ("ковальски", nil),
      ("жукене", "Gintaras Travel"),
      ("Nevskij", "Глобус"), ("ковно", nil), ("каунас", "Gintaras Travel"),
    ] as [(String, String?)])
  func alphabets(_ text: String, _ name: String?) throws {
    let found = try Company().names(text)
    if let name { #expect(found.first == name, "\(text): \(found)") } else { #expect(found.isEmpty) }
  }

  @Test(
    "a slip in four letters and two in eight are forgiven, one in three is not",
    arguments: [
      ("вояш", true), ("воаяж", true), ("вояжж", true), ("глбус", true), ("голбус", true), ("глоубс", true),
      ("барнаовичи", true), ("бораневичи", true), ("баранычи", true), ("гук", true), ("гуя", false),
      ("вок", false),
      ("глпус", false), ("wedrowjeck", true),
    ])
  func slips(_ text: String, _ isFound: Bool) throws {
    let found = try Company().find(text)
    #expect(found.isEmpty != isFound, "\(text): \(found.map(\.label))")
  }

  @Test(
    "a letter left out between two that then sound as one is forgiven, and one instead of such a letter",
    arguments: [("Кругоор", "Кругозор"), ("Globe Plus Trael", "Globe Plus Travel"), ("Voykge", "Voyage")])
  func merged(_ text: String, _ name: String) throws {
    let company = try Company()
    try company.database.write(as: tester, at: noon) { try $0.insert(Partner(kind: .agency, name: name)) }
    #expect(try company.names(text).first == name)
  }

  @Test(
    "a telephone is found however it is grouped and dialled, and as it is typed",
    arguments: [
      "+375 29 123-45-67", "8 (029) 123 45 67", "80291234567", "375291234567", "291234567", "123-45-67",
      "1234567",
      "00375 29 1234567", "+37529123", "29 123 4", "8-029-123",
    ])
  func phones(_ text: String) throws {
    #expect(try Company().names(text) == ["Вояж"])
  }

  @Test("words of different places are found together: name, town, person, tag, number, key, mail")
  func places() throws {
    let company = try Company()
    for text in [
      "вояж гродно", "жук ожешко", "море вояж", "190123450", "190 123 450", "K-770", "k770",
      "voyage-grodno.by", "info@voyage-grodno.by",
      "info voyage", "гродно 12", "вояж 1234567",
    ] { #expect(try company.names(text).first == "Вояж", "\(text)") }
    #expect(try company.names("вояж каунас").isEmpty)
  }

  @Test(
    "the name itself comes first, then names with the word, then people and addresses; beginnings and slips last"
  )
  func ranking() throws {
    let company = try Company()
    #expect(try company.names("вояж") == ["Вояж", "Турагентство «Вояж Плюс»", "Глобус"])
    #expect(try company.names("барановичи") == ["Отель Барановичи", "Турагентство «Вояж Плюс»"])
    #expect(try company.find("вояж").map(\.match) == [.exact, .exact, .exact])
    #expect(try company.find("воя").first?.match == .prefix)
    #expect(try company.find("вояш").first?.match == .typo)
    #expect(try company.find("вояж", limit: 1).map(\.label) == ["Вояж"])
  }

  @Test(
    "one and two letters find names that begin so",
    arguments: [
      ("в", "Вояж"), ("v", "Вояж"), ("во", "Вояж"), ("gi", "Gintaras Travel"), ("ги", "Gintaras Travel"),
    ])
  func beginnings(_ text: String, _ name: String) throws {
    #expect(try Company().names(text).contains(name))
  }

  @Test(
    "what is no word finds nothing and breaks nothing",
    arguments: [
      "", " ", "\"", "* OR name:x", "-", "zzzzzz", "вояж\" OR \"глобус", "NEAR(", "'; DROP TABLE partner; --",
      "😀", "\u{0}",
      "=voaz", String(repeating: "ы ", count: 180),
    ])
  func nonsense(_ text: String) throws {
    let company = try Company()
    let found = try company.find(text, [])
    #expect(found.allSatisfy { text.contains("вояж") || text.contains("=") || $0.label.isEmpty })
    #expect(throws: StoreError.badValue(field: "", detail: "")) {
      try company.find(String(repeating: "а", count: 401))
    }
    for limit in [0, 51] {
      #expect(throws: StoreError.badValue(field: "", detail: "")) { try company.find("а", limit: limit) }
    }
  }

  @Test("nobody finds what is not his")
  func scope() throws {
    let company = try Company()
    let own = RecordScope.responsible([company.anna.id])
    // What is nobody's is everybody's.
    #expect(try company.names("вояж", scope: own) == ["Вояж", "Глобус"])
    #expect(try company.names("8 (0163) 45-67-89", scope: own).isEmpty)
    #expect(try company.names("вояж", scope: .responsible([])) == ["Глобус"])
    #expect(try company.find("борис", [.user], scope: own).isEmpty)
    #expect(try company.find("анна", [.user], scope: own).map(\.label) == ["Анна Ковалёва"])
    // Whose it is changes, and with it who finds it.
    var partner = try company.database.read { try $0.partner(company.partners["Вояж"]!.id)! }
    partner.responsible = company.boris.id
    try company.database.write(as: tester) { try $0.update(partner) }
    #expect(try company.names("вояж", scope: own) == ["Глобус"])
  }

  @Test("tasks, trips, users and selections are found beside partners, grouped by kind")
  func kinds() throws {
    let saved = try SavedTrip()
    try saved.database.write(as: tester) { writer in
      try writer.save(selection: SavedSelection(name: "Брест осенью", selection: .all))
      try writer.save(
        selection: SavedSelection(name: "Брест Анны", owner: saved.user.id, selection: .all))
    }
    func find(_ text: String, _ scope: RecordScope = .all) throws -> [String] {
      try saved.database.read { reader in
        try reader.search(SearchQuery(text), scope: scope).map { "\($0.kind.rawValue) \($0.label)" }
      }
    }
    #expect(try find("anna").filter { !$0.hasPrefix("partner") } == ["user Анна", "selection Брест Анны"])
    #expect(try find("брест").filter { $0.hasPrefix("selection") }.count == 2)
    #expect(
      try find("брест", .responsible([])).filter { $0.hasPrefix("selection") } == ["selection Брест осенью"])
    let title = saved.trip.title
    #expect(try find(title).contains("trip \(title)"))
    #expect(try find(saved.task.title).contains("task \(saved.task.title)"))
    let kinds = try find("б").compactMap { SearchKind(rawValue: String($0.split(separator: " ")[0])) }
    #expect(kinds == kinds.sorted { $0.code < $1.code })
  }

  @Test("a selection that is somebody's own is found by nobody else, however far he sees")
  func ownSelections() throws {
    let company = try Company()
    let (anna, boris) = (company.anna.id, company.boris.id)
    try company.database.write(as: tester) { writer in
      try writer.save(selection: SavedSelection(name: "Вояж Анны", owner: anna, selection: .all))
      try writer.save(selection: SavedSelection(name: "Вояж Бориса", owner: boris, selection: .all))
      try writer.save(selection: SavedSelection(name: "Вояж общий", selection: .all))
    }
    for scope in [RecordScope.responsible([boris]), .responsible([anna, boris]), .all] {
      let viewer = Viewer(user: boris, role: .manager, scope: scope, permissions: [])
      func find(_ kinds: Set<SearchKind>) throws -> [SearchHit] {
        try company.database.read { try $0.search(SearchQuery("вояж", kinds: kinds), for: viewer) }
      }
      for kinds in [[], [.selection], [.selection, .user]] as [Set<SearchKind>] {
        let found = try find(kinds).filter { $0.kind == .selection }.map(\.label)
        #expect(Set(found) == ["Вояж Бориса", "Вояж общий"], "\(scope) \(kinds): \(found)")
      }
      // Of other kinds what the scope shows.
      #expect(try find([.partner]).map(\.label) == company.names("вояж", scope: scope))
      let users = try company.database.read { try $0.search(SearchQuery("анна"), for: viewer) }
      #expect(users.contains { $0.kind == .user } == scope.contains(anna))
    }
  }

  /// Every entry, as the index has it.
  static func entries(_ database: Database) throws -> [String] {
    try database.read { reader in
      try SearchIndex.allCases.flatMap { index in
        try reader.db.all("SELECT * FROM \(index.entries) ORDER BY id") { c in
          (0..<7).map { "\(c.value(Int32($0)))" }.joined(separator: "|")
        }
      }
    }
  }

  @Test("after any change the index is what it would be if made anew")
  func kept() throws {
    let saved = try SavedTrip()
    var random = SplitMix(seed: 3)
    let run = try saved.database.write(as: tester) { writer in
      let run = try writer.beginImportRun(source: "x")
      for name in ["Импорт раз", "Импорт два"] {
        let partner = fullPartner(name)
        try writer.insert(partner)
        try writer.importChange(run, partner: partner.id, before: nil)
      }
      let image = try writer.image(of: saved.partners[1].id)
      var partner = try writer.partner(saved.partners[1].id)!
      partner.name = "Изменённый импортом"
      try writer.update(partner)
      try writer.importChange(run, partner: partner.id, before: image)
      try writer.finishImportRun(run, report: "{}")
      return run
    }
    for step in 0..<8 {
      try saved.database.write(as: tester) { writer in
        switch step {
        case 0:
          var partner = try writer.partner(saved.partners[0].id)!
          partner.name = "Новое имя \(random.below(100))"
          partner.people = []
          partner.addresses[0].text = "Другая улица"
          try writer.update(partner)
        case 1: try writer.undoImportRun(run)
        case 2:
          var task = try writer.task(saved.task.id)!
          task.title = "Другая задача"
          try writer.save(task)
        case 3: try writer.add(user: User(login: "new", name: "Новый", role: .head))
        case 4: try writer.save(selection: SavedSelection(name: "Мой выбор", selection: .all))
        case 5: try writer.remove(selection: try writer.savedSelections()[0].id)
        case 6: try writer.setPin(place(51, 24), for: saved.partners[0].id)
        default: try writer.db.run("UPDATE trip SET title = 'Снаружи'")
        }
      }
      let kept = try Self.entries(saved.database)
      #expect(try saved.database.read { try $0.searchFindings() } == [])
      try saved.database.rebuildSearch(as: tester)
      #expect(try Self.entries(saved.database) == kept, "step \(step)")
    }
    // The index has nothing of what went: a damaged one would be found here.
    try saved.database.write(as: tester) { writer in
      for words in SearchIndex.allCases.map(\.words) {
        try writer.db.run("INSERT INTO \(words) (\(words), rank) VALUES ('integrity-check', 1)")
      }
    }
    #expect(try saved.database.read { try $0.search(SearchQuery("импорт"), scope: .all) }.isEmpty)
  }

  @Test("a change that is rolled back leaves the index as it was")
  func rolledBack() throws {
    let company = try Company()
    let before = try Self.entries(company.database)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try company.database.write(as: tester) { writer in
        try writer.insert(fullPartner("Минутный"))
        throw Stop()
      }
    }
    #expect(try Self.entries(company.database) == before)
    #expect(try company.find("минутный").isEmpty)
  }

  @Test(
    "what another program changed is told of, found after the next write, and put right by making the index anew"
  )
  func foreign() throws {
    let company = try Company()
    try company.database.write(as: tester) { writer in
      try writer.refreshSearch()
      try writer.db.run("UPDATE search_entry SET name = 'x' WHERE id = 8")
      try writer.db.run("DELETE FROM search_entry WHERE id = 16")
    }
    let found = try company.database.read { try $0.searchFindings() }
    #expect(found.count == 2, "\(found)")
    try company.database.rebuildSearch(as: tester)
    #expect(try company.database.read { try $0.searchFindings() } == [])
    #expect(try company.names("вояж").count == 3)
  }

  @Test("new words are found at once, also when they are many")
  func vocabulary() throws {
    let company = try Company()
    _ = try company.names("вояж")
    for round in 0..<3 {
      let names = (0..<300).map { "Слово\(["а", "о", "е"][round])\(Self.letters($0))" }
      try company.database.write(as: tester) { writer in
        for name in names { try writer.insert(fullPartner(name)) }
      }
      for name in [names[0], names[299]] {
        #expect(try company.names(name).contains(name))
        let slip = String(name.dropFirst(2).reversed().reversed())
        #expect(try company.names("сл" + slip.dropFirst()).contains(name), "\(name)")
        #expect(try company.names(String(name.dropLast())).contains(name))
      }
    }
  }

  static func letters(_ number: Int) -> String {
    let all = Array("бвгджзклмнпрст")
    return String([all[number % 14], "и", all[number / 14 % 14], "ы", all[number / 196 % 14]] as [Character])
  }

  @Test("of names with seeded slips nearly all are among the first ten")
  func recall() throws {
    let company = try Company()
    var random = SplitMix(seed: 21)
    let first = [
      "Меридиан", "Альбатрос", "Горизонт", "Караван", "Одиссея", "Bursztyn", "Nordica", "Путник", "Магеллан",
    ]
    let second = [
      "Гродно", "Берестье", "Полоцк", "Вильнюс", "Gdańsk", "Riga", "Нарва", "Лида", "Орша", "Слоним",
    ]
    let names = first.flatMap { a in second.map { "\(a) \($0)" } }
    try company.database.write(as: tester) { writer in
      for name in names { try writer.insert(fullPartner(name)) }
    }
    var found = 0
    for name in names {
      var letters = Array(name)
      let at = 1 + random.below(5)
      switch random.below(4) {
      case 0: letters.remove(at: at)
      case 1: letters.insert("р", at: at)
      case 2: letters.swapAt(at, at + 1)
      default: letters[at] = "е"
      }
      if try company.names(String(letters)).prefix(10).contains(name) { found += 1 }
    }
    #expect(found >= 86, "\(found) of \(names.count)")
  }
}
