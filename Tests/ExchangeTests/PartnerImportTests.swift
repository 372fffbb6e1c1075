import CRM
import Foundation
import Geo
import Store
import Synchronization
import Testing

@testable import Exchange

@Suite struct PartnerImportTests {
  let sample = """
    Код;Название;Адрес;Телефон;E-mail;УНП;Часы работы;Теги
    A1;ООО «Вояж»;г. Брест, ул. Ленина, 5;8 (0162) 21-11-11;info@voyage.by;190000001;пн-пт 9-18, сб 10-14;VIP, море
    A2;Турагентство Роза ветров;Гродно, ул. Советская 10;+375 29 111-22-33;roza@tut.by;190000002;24/7;
    A3;Гостиница Юность;Минск;;;;;
    """

  @Test("a list becomes partners with normalised contacts, hours, tags and places")
  func creates() async throws {
    let database = try Database.temporary()
    let report = try await importText(sample, into: database)
    #expect((report.created, report.updated, report.skipped, report.conflicts) == (3, 0, 0, 0))
    #expect(report.located == [.street: 2, .locality: 1])
    let partners = try allPartners(database)
    let voyage = try #require(partners.first { $0.name == "ООО «Вояж»" })
    #expect(voyage.contactPoints.map(\.normalised) == ["+375162211111", "info@voyage.by"])
    #expect(voyage.registrationNumber == "190000001")
    #expect(voyage.tags == ["vip", "море"])
    #expect(voyage.openingHours?.windows(on: .saturday) == [.init(start: 36_000, end: 50_400)])
    #expect(voyage.externalReferences == [ExternalReference(system: "import", key: "A1")])
    #expect(voyage.location?.level == .street)
    #expect(voyage.location?.query == "г. Брест, ул. Ленина, 5")
  }

  @Test("the second run of the same file skips every row and writes nothing")
  func idempotent() async throws {
    let database = try Database.temporary()
    _ = try await importText(sample, into: database)
    let before = try allPartners(database)
    let again = try await importText(sample, into: database)
    #expect((again.created, again.updated, again.skipped, again.conflicts) == (0, 0, 3, 0))
    #expect(again.located == [.street: 2, .locality: 1])
    #expect(try allPartners(database) == before)
  }

  @Test("rows without any key are found again by name and town, or by name alone when they have no place")
  func idempotentWithoutKeys() async throws {
    let text = "Название,Адрес\nВояж,Брест\nВояж,Гродно\nБез адреса,\nЯкорь 1,Минск\nЯкорь 2,Минск\n"
    let database = try Database.temporary()
    let first = try await importText(text, into: database)
    #expect((first.created, first.conflicts) == (5, 0))
    let second = try await importText(text, into: database)
    #expect((second.created, second.updated, second.skipped, second.conflicts) == (0, 0, 5, 0))
  }

  @Test("a disabled responsible gets no new work: the partner comes without one and a warning says so")
  func disabledResponsible() async throws {
    let database = try Database.temporary()
    try database.write(as: Actor(name: "test")) {
      let anna = User(login: "anna", name: "Анна", role: .manager)
      try $0.add(user: anna)
      try $0.disable(user: anna.id)
    }
    let report = try await importText("Название;Ответственный\nВояж;anna\n", into: database)
    #expect((report.created, report.warnings) == (1, 1))
    #expect(try allPartners(database).map(\.responsible) == [nil])
  }

  @Test("a cell that was in a file already goes out as it stands, others are guarded")
  func verbatimCells() throws {
    var bytes: [UInt8] = []
    CSVWriter.append([.verbatim("=a,b"), .text("=a"), .verbatim("+375")], to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "\"=a,b\",\"'=a\",+375\r\n")
  }

  @Test("an update changes what the file carries and nothing else")
  func updatesOnlyWhatIsCarried() async throws {
    let database = try Database.temporary()
    _ = try await importText(sample, into: database)
    let report = try await importText(
      "Код;Название;Телефон;Примечание\nA1;Вояж Плюс;+375 33 999-88-77;новый офис\n", into: database)
    #expect((report.created, report.updated) == (0, 1))
    let partner = try #require(try allPartners(database).first { $0.name == "Вояж Плюс" })
    #expect(partner.contactPoints.map(\.normalised) == ["+375162211111", "info@voyage.by", "+375339998877"])
    #expect(partner.visitAddress?.text == "г. Брест, ул. Ленина, 5")
    #expect(partner.tags == ["vip", "море"])
    #expect(partner.openingHours != nil)
    #expect(partner.note == "новый офис")
    #expect(partner.registrationNumber == "190000001")
    #expect(partner.location?.level == .street)
  }

  @Test("a dry run counts what the real run does, duplicates inside the file included, and keeps nothing")
  func dryRun() async throws {
    let text =
      sample
      + "\nA9;Вояж Брест;Брест;8 (0162) 21-11-11;;;;\nA1;Вояж ещё раз;;;;;;\n;Юность;Минск;;;;;\n;;;;x@y.by;;;\n"
    let database = try Database.temporary()
    let dry = try await importText(text, into: database, dryRun: true)
    #expect(dry.run == nil)
    #expect(try allPartners(database).isEmpty)
    #expect(try database.read { try $0.importRuns() }.isEmpty)
    var real = try await importText(text, into: database)
    #expect((real.created, real.updated, real.skipped, real.conflicts) == (3, 0, 0, 4))
    #expect(real.run != nil)
    real.run = nil
    real.dryRun = true
    // Identifiers of new partners differ between the runs.
    real.firstConflicts = []
    var dryCounts = dry
    dryCounts.firstConflicts = []
    #expect(dryCounts == real)
  }

  @Test("each kind of conflict says why, and leaves the partners alone")
  func conflicts() async throws {
    let database = try Database.temporary()
    _ = try await importText(sample, into: database)
    let before = try allPartners(database)
    func codes(_ text: String, mapping: String = "") async throws -> [String?] {
      try await importText(text, into: database, mapping: mapping).firstConflicts.map(\.issue?.code)
    }
    #expect(
      try await codes("Код;Название;Телефон\nA1;Вояж;+375 29 111-22-33\n") == ["partner.import.rulesDisagree"]
    )
    #expect(
      try await codes("Код;Название;Телефон\nZ9;Вояж;8 0162 211111\n") == ["partner.import.otherKey"])
    #expect(
      try await codes("УНП;Название;Телефон\n190000999;Вояж;8 0162 211111\n") == [
        "partner.import.otherRegistrationNumber"
      ])
    #expect(
      try await codes("Название;Телефон\nНечто;8 0162 211111, +375291112233\n") == [
        "partner.import.severalMatches"
      ]
    )
    #expect(
      try await codes("Код;Название\nA1;ООО «Вояж»\nA1;ООО «Вояж»\n") == ["partner.import.duplicateInFile"])
    #expect(try await codes("Код;Название\nA99;\n") == ["partner.import.nameMissing"])
    #expect(try allPartners(database) == before)
  }

  @Test("a row about a partner out of sight is left out without a word of it; others are taken as ever")
  func outOfSight() async throws {
    let database = try Database.temporary()
    let (anna, boris) = (
      User(login: "anna", name: "Анна", role: .manager), User(login: "boris", name: "Борис", role: .manager)
    )
    try database.write(as: Actor(name: "test")) { writer in
      for user in [anna, boris] { try writer.add(user: user) }
    }
    _ = try await importText(
      """
      Код;Название;Телефон;УНП;Ответственный
      A1;Вояж;+375 29 111-22-33;190000001;anna
      A2;Тайна;+375 29 111-22-44;190000002;boris
      A3;Секрет;+375 29 111-22-55;;boris
      A4;Ничьё;;;
      """, into: database)
    let hidden = try allPartners(database).filter { $0.responsible == boris.id }
    let folder = TemporaryFolder()
    let report = try await importText(
      """
      Код;Название;Телефон;УНП;Примечание
      A1;Вояж;;;своё
      A2;Х;;;чужое
      ;Х;+375 29 111-22-44;;чужое
      ;Х;+375 29 111-22-44;190000009;чужое
      Z9;Х;+375 29 111-22-44;;чужое
      A1;Х;+375 29 111-22-44;;чужое
      ;Х;+375 29 111-22-44, +375 29 111-22-55;;чужое
      A4;Ничьё;;;своё
      A9;Новое;;;своё
      """, into: database, report: folder.path("r.jsonl"), scope: .responsible([anna.id]))
    #expect((report.created, report.updated, report.conflicts) == (1, 2, 6))
    #expect(report.firstConflicts.allSatisfy { $0.issue?.code == "partner.import.outOfSight" })
    let told = try String(contentsOfFile: folder.path("r.jsonl"), encoding: .utf8)
    for secret in ["Тайна", "Секрет", "190000002"] + hidden.map(\.id.description) {
      #expect(!told.contains(secret))
    }
    #expect(hidden.count == 2)
    #expect(try allPartners(database).filter { $0.responsible == boris.id } == hidden)
  }

  @Test("the rules are asked in order: key, registration number, phone, e-mail, name near by")
  func matchOrder() async throws {
    func rule(_ text: String) async throws -> ImportMapping.Rule? {
      let database = try Database.temporary()
      _ = try await importText(sample, into: database)
      let folder = TemporaryFolder()
      _ = try await importText(text, into: database, report: folder.path("r.jsonl"))
      let line = try String(contentsOfFile: folder.path("r.jsonl"), encoding: .utf8)
      let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as! [String: Any]
      return (row["rule"] as? String).flatMap { ImportMapping.Rule(rawValue: $0) }
    }
    #expect(try await rule("Код;Название\nA1;Х\n") == .externalKey)
    #expect(try await rule("УНП;Название;Телефон\n190000001;Х;8 0162 211111\n") == .registrationNumber)
    #expect(try await rule("Название;Телефон;Почта\nХ;80162211111;info@voyage.by\n") == .phone)
    #expect(try await rule("Название;Почта\nХ;INFO@voyage.by\n") == .email)
    #expect(try await rule("Название;Адрес\nВояж;Брест, ул. Мира 1\n") == .name)
    #expect(try await rule("Название;Адрес\nВояж;Гродно\n") == nil)
    #expect(try await rule("Название;Широта;Долгота\nВояж;52.0977;23.7342\n") == .name)
    #expect(try await rule("Название;Широта;Долгота\nВояж;52.2;23.7342\n") == nil)
  }

  @Test("a pin set by hand is kept and flagged stale when the file moves the address")
  func manualPin() async throws {
    let database = try Database.temporary()
    _ = try await importText(sample, into: database)
    let id = try #require(try allPartners(database).first { $0.name == "Гостиница Юность" }).id
    let pin = Coordinate(trustedLatitude: 53.9, longitude: 27.5)
    try database.write(as: Actor(name: "test")) { try $0.setPin(pin, for: id) }
    let moved = try await importText(
      "Код;Название;Адрес;Широта;Долгота\nA3;Гостиница Юность;Пинск;52.12;26.1\n", into: database)
    #expect(moved.updated == 1)
    let partner = try #require(try database.read { try $0.partner(id) })
    #expect(partner.location?.coordinate == pin)
    #expect(partner.location?.manual == true)
    #expect(partner.location?.stale == true)
    #expect(partner.visitAddress?.text == "Пинск")
  }

  @Test("a row without a name updates a partner it points at, and a name too long is cut with a warning")
  func names() async throws {
    let database = try Database.temporary()
    _ = try await importText(sample, into: database)
    let report = try await importText(
      "Код;Название;Телефон\nA3;;+375 29 700-00-00\nA4;\(String(repeating: "я", count: 400));\n",
      into: database)
    #expect((report.created, report.updated, report.conflicts, report.warnings) == (1, 1, 0, 1))
    let partners = try allPartners(database)
    #expect(
      partners.first { $0.name == "Гостиница Юность" }?.contactPoints.map(\.normalised) == ["+375297000000"])
    #expect(partners.contains { $0.name.unicodeScalars.count == 300 })
  }

  @Test("what the importer cannot read in a row becomes a warning, and the row comes in")
  func warnings() async throws {
    let folder = TemporaryFolder()
    let database = try Database.temporary()
    let report = try await importText(
      """
      Название;Адрес;Тел;Почта;Сайт;УНП;Часы работы;Тип;Статус;Визит;Частота;Страна;Широта;Долгота
      А;Брест;123;не почта;javascript:x;нет;по звонку;корабль;спит;долго;часто;Нарния;127;27
      Б;Гродно;;;;;;;;;;BY;23.81;53.67
      """, into: database, mapping: "columns: {visitLength: Визит, callInterval: Частота}",
      report: folder.path("r.jsonl"))
    #expect((report.created, report.conflicts) == (2, 0))
    let lines = try String(contentsOfFile: folder.path("r.jsonl"), encoding: .utf8).split(separator: "\n")
    func codes(_ line: Substring) throws -> Set<String> {
      let row = try JSONSerialization.jsonObject(with: Data(line.utf8)) as! [String: Any]
      return Set((row["warnings"] as! [[String: Any]]).map { $0["code"] as! String })
    }
    #expect(
      try codes(lines[0]) == [
        "partner.import.badPhone", "partner.import.badEmail", "partner.import.badWeb",
        "partner.import.badRegistrationNumber", "crm.openingHours.unknownWord", "partner.import.unknownKind",
        "partner.import.unknownStatus", "partner.import.badVisitLength", "partner.import.badCallInterval",
        "partner.import.unknownCountry", "geo.coordinate.latitudeOutOfRange",
      ])
    #expect(try codes(lines[1]) == ["partner.import.coordinatesSwapped"])
    let partners = try allPartners(database)
    #expect(partners[0].location?.level == .locality)
    #expect(partners[0].note == "Часы работы: по звонку")
    #expect(partners[1].location?.coordinate == Coordinate(trustedLatitude: 53.67, longitude: 23.81))
  }

  @Test("the same counts whatever the size of a batch and the number of workers")
  func batches() async throws {
    let text =
      "Название;Адрес\n"
      + (0..<60).map { "Партнёр \($0 % 50);\(["Брест", "Гродно", "Минск"][$0 % 3])\n" }.joined()
    var counts: Set<[Int]> = []
    for size in [1, 7, 1000] {
      let report = try await importText(text, into: try Database.temporary(), batchSize: size)
      counts.insert([report.created, report.updated, report.skipped, report.conflicts])
    }
    #expect(counts.count == 1)
  }

  @Test("undo restores exactly what was before; a second undo is refused")
  func undo() async throws {
    let database = try Database.temporary()
    _ = try await importText(sample, into: database)
    let before = try allPartners(database)
    let run = try #require(
      try await importText(
        "Код;Название;Адрес;Теги\nA1;Вояж Новый;Пинск;новый\nA7;Ещё один;Минск;\n", into: database
      ).run)
    #expect(try allPartners(database) != before)
    let undone = try PartnerImport.undo(run: run, database: database)
    #expect((undone.removed, undone.restored) == (1, 1))
    #expect(try allPartners(database) == before)
    #expect(code { try PartnerImport.undo(run: run, database: database) } == "store.import.alreadyUndone")
    #expect(
      code { try PartnerImport.undo(run: "nonsense", database: database) } == "partner.import.badRun")
  }

  @Test("an import stopped half-way keeps its batches, can be run again and be undone")
  func interrupted() async throws {
    struct Stop: Error {}
    let database = try Database.temporary()
    let folder = TemporaryFolder()
    let text = "Код;Название;Адрес\n" + (1...50).map { "K\($0);Партнёр \($0);Брест\n" }.joined()
    let file = folder.write(text)
    var options = PartnerImport.Options(at: testNow)
    options.batchSize = 10
    await #expect(throws: Stop.self) {
      _ = try await PartnerImport.run(
        file: file, database: database, geocoder: townGeocoder, options: options
      ) { if $0.rows >= 30 { throw Stop() } }
    }
    #expect(try database.read { try $0.partnerCount() } == 30)
    let again = try await PartnerImport.run(
      file: file, database: database, geocoder: townGeocoder, options: options)
    #expect((again.created, again.skipped, again.conflicts) == (20, 30, 0))
    let runs = try database.read { try $0.importRuns() }
    #expect(runs.count == 2)
    for run in runs { try PartnerImport.undo(run: run.id, database: database) }
    #expect(try database.read { try $0.partnerCount() } == 0)
  }

  @Test("files that cannot be imported change nothing and say why")
  func refusedFiles() async throws {
    let database = try Database.temporary()
    let folder = TemporaryFolder()
    func run(_ bytes: [UInt8], mapping: String = "") async -> String? {
      await codeAsync {
        _ = try await PartnerImport.run(
          file: folder.write(bytes), mapping: try ImportMapping(yaml: mapping), database: database,
          geocoder: townGeocoder, options: .init(at: testNow))
      }
    }
    let good = Array("Название;Адрес\nВояж;Брест\n".utf8)
    #expect(await run([]) == "table.file.empty")
    #expect(await run(Array("\u{FEFF}".utf8)) == "table.file.empty")
    #expect(await run(Array("Адрес;Телефон\nБрест;1\n".utf8)) == "partner.import.nameColumnMissing")
    #expect(await run(good + [0xFF, 0xD0, 0x0A]) == "table.encoding.wrong")
    #expect(
      await run(good + Array("Д;".utf8) + [UInt8](repeating: 0x61, count: 10 << 20)) == "table.cell.tooLarge")
    #expect(await run(good + Array("\"не закрыто;\n".utf8)) == "table.csv.unclosedQuote")
    #expect(await run(good, mapping: "colums: {}") == "partner.import.mappingUnknownKey")
    #expect(await run(good, mapping: "columns: {name: Имя}") == "partner.import.columnMissing")
    #expect(await run([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) == "table.xls.legacy")
    #expect(await run(Array("PK\u{3}\u{4}nonsense".utf8)) == "table.xlsx.corrupt")
    #expect(try allPartners(database).isEmpty)
    #expect(try database.read { try $0.importRuns() }.isEmpty)
    #expect(
      await codeAsync {
        _ = try await PartnerImport.run(file: "/nowhere.csv", database: database, geocoder: nil)
      }
        == "table.file.missing")
  }

  @Test("formula-looking cells and control characters are taken as text, with a warning for the latter")
  func hostileCells() async throws {
    let database = try Database.temporary()
    let report = try await importText(
      "Название;Адрес;Телефон\n=1+1;Брест;\n'+375 Тур;Гродно;\nВо\u{1}яж\u{0};Минск;'+375291234567\n",
      into: database)
    #expect((report.created, report.warnings) == (3, 1))
    #expect(try allPartners(database).map(\.name) == ["+375 Тур", "=1+1", "Вояж"])
  }

  @Test("an unknown responsible is a warning, a known one is found by login and by name")
  func responsible() async throws {
    let database = try Database.temporary()
    let anna = User(login: "anna", name: "Анна Ковальчук", role: .manager)
    try database.write(as: Actor(name: "test")) { try $0.add(user: anna) }
    let report = try await importText(
      "Название;Ответственный;Адрес\nА;ANNA;Брест\nБ;анна ковальчук;Гродно\nВ;Некто;Минск\n", into: database)
    #expect((report.created, report.warnings) == (3, 1))
    #expect(try allPartners(database).map(\.responsible) == [anna.id, anna.id, nil])
  }

  @Test("the report has one entry a row in each of its forms")
  func reports() async throws {
    let folder = TemporaryFolder()
    let text = "Название;Адрес\n=Вояж;Брест\n;Гродно\n"
    for name in ["r.csv", "r.json", "r.jsonl"] {
      _ = try await importText(text, into: try Database.temporary(), report: folder.path(name))
    }
    let json =
      try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: folder.path("r.json")))) as! [String: Any]
    let rows = json["rows"] as! [[String: Any]]
    #expect(rows.map { $0["result"] as? String } == ["create", "conflict"])
    #expect(rows.map { $0["row"] as? Int } == [2, 3])
    #expect((json["summary"] as! [String: Any])["conflicts"] as? Int == 1)
    let csv = try String(contentsOfFile: folder.path("r.csv"), encoding: .utf8)
    #expect(csv.contains("'=Вояж"))
    #expect(csv.components(separatedBy: "\r\n").count == 4)
    #expect(
      try String(contentsOfFile: folder.path("r.jsonl"), encoding: .utf8).split(separator: "\n").count == 2)
  }

  @Test("a vaguer address leaves the fuller one, and says so; another town or another house replaces it")
  func vaguerAddress() async throws {
    let full = "г. Брест, ул. Ленина, 5"
    func address(after text: String, column: String = "") async throws -> (String?, GeocodeLevel?, [String]) {
      let database = try Database.temporary()
      _ = try await importText("Код;Название;Адрес\nA;Вояж;\(full)\n", into: database)
      let folder = TemporaryFolder()
      _ = try await importText(
        "Код;Название;Адрес;Город\nA;Вояж;\(text);\(column)\n", into: database, report: folder.path("r.csv"))
      let partner = try #require(try allPartners(database).first)
      let report = try String(contentsOfFile: folder.path("r.csv"), encoding: .utf8)
      let codes = report.contains("partner.import.vaguerAddress") ? ["vaguer"] : []
      return (partner.visitAddress?.text, partner.location?.level, codes)
    }
    for vague in ["Брест", "г. Брест", "Brest", "Брест, ул. Ленина", "ул. Ленина 5"] {
      let (text, level, codes) = try await address(after: vague)
      #expect(text == full && level == .street && codes == ["vaguer"], "\(vague): \(text ?? "")")
    }
    for other in ["Гродно", "Брест, ул. Ленина, 7", "Брест, ул. Советская", "г. Брест, ул. Ленина, 5, оф. 2"]
    {
      let (text, _, codes) = try await address(after: other)
      #expect(text == other && codes.isEmpty)
    }
    let (moved, _, _) = try await address(after: "ул. Ленина", column: "Гродно")
    #expect(moved == "Гродно, ул. Ленина")
  }

  /// Knows every address, and counts what it is asked.
  final class StubProvider: GeocodingProvider {
    struct Down: CodedError {
      var code: String { "geocoder.down" }
      var message: String { "" }
      var hint: String { "" }
    }
    let name = "stub"
    let asked = Mutex<[String]>([])
    let failsAt: String?
    init(failsAt: String? = nil) { self.failsAt = failsAt }

    func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate] {
      await Task.yield()
      asked.withLock { $0.append(query.text) }
      if query.text == failsAt { throw Down() }
      return [
        GeocodeCandidate(
          label: query.text, level: .house, score: 0.9,
          coordinate: Coordinate(trustedLatitude: 52, longitude: 23), components: .init(city: "Брест"),
          provider: name)
      ]
    }
  }

  @Test("any provider can stand where the gazetteer stands; each address is asked for once")
  func stubProvider() async throws {
    let database = try Database.temporary()
    let stub = StubProvider()
    let text = "Код;Название;Адрес\n" + (0..<200).map { "\($0);Тур \($0);Улица \($0 % 40)\n" }.joined()
    let report = try await importText(text, into: database, geocoder: stub, batchSize: 30)
    #expect(report.located == [.house: 200])
    #expect(Set(stub.asked.withLock { $0 }).count == 40)
    #expect(try allPartners(database).allSatisfy { $0.location?.provider == "stub" })
    let again = try await importText(text, into: database, geocoder: StubProvider(failsAt: "Улица 1"))
    #expect(again.skipped == 200)
  }

  @Test("a provider that fails ends the import there; what was committed stays, and the next run goes on")
  func failingProvider() async throws {
    let database = try Database.temporary()
    let text = "Код;Название;Адрес\n" + (0..<30).map { "\($0);Тур \($0);Улица \($0)\n" }.joined()
    await #expect(throws: StubProvider.Down.self) {
      _ = try await importText(
        text, into: database, geocoder: StubProvider(failsAt: "Улица 25"), batchSize: 10)
    }
    #expect(try allPartners(database).count == 20)
    let report = try await importText(text, into: database, geocoder: StubProvider())
    #expect((report.created, report.skipped) == (10, 20))
  }

  @Test("a partner that went between two looks at a batch is looked for again with its place")
  func lateLookUp() async throws {
    let database = try Database.temporary()
    _ = try await importText("Код;Название;Адрес\nA;Вояж;Брест\n", into: database)
    var options = PartnerImport.Options(at: testNow)
    options.country = "BY"
    let run = try database.write(as: options.actor, at: testNow) { try $0.beginImportRun(source: "x") }
    let importer = try BatchImporter(
      database: database, run: run, mapping: .init(),
      pool: GeocodePool(townGeocoder, workers: 2), options: options)
    let folder = TemporaryFolder()
    let source = try ImportSource(
      file: folder.write("Код;Название;Адрес\nA;Вояж;Брест\n"), mapping: .init(), options: options)
    let prepared = try await importer.prepare(try source.next(10))
    #expect(prepared.map(\.wasLookedUp) == [false])
    let first = try #require(try database.read { try $0.importRuns() }.last)
    try PartnerImport.undo(run: first.id, database: database)
    let rows = try await importer.write(prepared)
    #expect(rows.map(\.result) == [.create])
    #expect(rows.map(\.level) == [.locality])
  }
}
