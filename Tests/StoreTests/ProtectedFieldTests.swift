import CRM
import Foundation
import Geo
import Testing

@testable import Store

@Suite("Personal data is sealed, masked, shown for a reason, and erased")
struct ProtectedFieldTests {
  /// Passport numbers that are nowhere else.
  static func passports(_ count: Int) -> [String] {
    var generator = SplitMix64(seed: 1607)
    return (0..<count).map { _ in
      "MP\(Int.random(in: 1_000_000...9_999_999, using: &generator))"
    }
  }

  /// A database in a folder with a partner, the given number of people in it, and a passport each.
  static func withPassports(
    _ count: Int, _ body: (Database, [ContactPersonID], [String], String) throws -> Void
  ) throws {
    try VaultTests.inFolder { path throws in
      let database = try Database(path: path)
      let passports = passports(count)
      var partner = fullPartner("Ветразь", key: "1")
      partner.people = (0..<count).map { ContactPerson(name: "Человек \($0)") }
      let people = partner.people.map(\.id)
      try database.write(as: tester, at: noon) { writer in
        try writer.insert(partner)
        for (person, passport) in zip(people, passports) {
          try writer.setProtected(.passportNumber, of: .contact(person), value: passport)
        }
      }
      try body(database, people, passports, (path as NSString).deletingLastPathComponent)
    }
  }

  @Test("of a hundred passports none stands plainly in the file, its journal, a backup or the audit trail")
  func nowherePlain() throws {
    try Self.withPassports(100) { database, people, passports, folder throws in
      let revealed = try database.write(as: tester, at: noon) { writer in
        try people.map { try writer.reveal(.passportNumber, of: .contact($0), reason: "виза") }
      }
      #expect(revealed == passports)
      try database.backup(to: folder + "/b.sqlite", at: noon)
      var files: [String: Data] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        files[name] = FileManager.default.contents(atPath: folder + "/" + name)
      }
      #expect(files["planner.sqlite-wal"]?.isEmpty == false && files["b.sqlite"]?.isEmpty == false)
      for passport in passports {
        for (name, data) in files {
          for text in [passport, String(passport.dropFirst(2))] {
            for encoding in [String.Encoding.utf8, .utf16LittleEndian] {
              #expect(data.range(of: text.data(using: encoding)!) == nil, "\(name)")
            }
            #expect(data.range(of: Data(Data(text.utf8).base64EncodedString().utf8)) == nil, "\(name)")
          }
        }
      }
      // The control: a number that is not protected is found.
      try database.write(as: tester) { writer in
        var partner = try #require(try writer.partner(row: 1))
        partner.note = passports[7]
        try writer.update(partner)
      }
      let wal = try #require(FileManager.default.contents(atPath: folder + "/planner.sqlite-wal"))
      #expect(wal.range(of: Data(passports[7].utf8)) != nil)
    }
  }

  @Test("lists show the last characters alone, and looking at them leaves no trace")
  func masked() throws {
    try Self.withPassports(2) { database, people, passports, _ throws in
      try database.write(as: tester, at: noon) {
        try $0.setProtected(.birthDate, of: .contact(people[0]), value: " 1985-04-12 ")
      }
      let before = try database.read { try $0.auditCount() }
      let fields = try database.read { try $0.maskedFields(of: .contact(people[0])) }
      #expect(fields.map(\.field) == [.passportNumber, .birthDate])
      #expect(fields[0].masked == "••••••" + passports[0].suffix(3))
      #expect(fields[1].masked == "••••-••-••")
      #expect(try database.read { try $0.auditCount() } == before)
      #expect(ProtectedField.personalNumber.masked("AB1") == "••1")
      #expect(ProtectedField.personalNumber.masked("1234567890123456") == "••••••••••••3456")
    }
  }

  @Test("each look in clear has exactly one row with who, when and why; without a reason there is none")
  func reveal() throws {
    try Self.withPassports(3) { database, people, passports, _ throws in
      let user = User(login: "anna", name: "Анна", role: .manager)
      try database.write(as: tester, at: noon) { try $0.add(user: user) }
      let count = try database.read { try $0.auditCount() }
      for round in 0..<5 {
        let value = try database.write(
          as: Actor(user: user.id, name: "web"), at: noon.addingTimeInterval(Double(round))
        ) { try $0.reveal(.passportNumber, of: .contact(people[1]), reason: "виза \(round)") }
        #expect(value == passports[1])
      }
      #expect(try database.read { try $0.auditCount() } == count + 5)
      for reason in ["", " \n\u{a0}", String(repeating: "x", count: 1001)] {
        #expect(throws: StoreError.badValue(field: "", detail: "")) {
          try database.write(as: tester) {
            _ = try $0.reveal(.passportNumber, of: .contact(people[1]), reason: reason)
          }
        }
      }
      #expect(throws: StoreError.self) {
        try database.write(as: tester) { _ = try $0.reveal(.birthDate, of: .contact(people[1]), reason: "x") }
      }
      #expect(try database.read { try $0.auditCount() } == count + 5)
      let seen = try database.read { try $0.disclosures(of: .contact(people[1])) }
      #expect(seen.map(\.reason) == (0..<5).reversed().map { "виза \($0)" })
      #expect(seen.allSatisfy { $0.user == user.id && $0.actor == "web" && $0.field == "passportNumber" })
      #expect(try database.read { try $0.disclosures(of: .contact(people[0])) }.isEmpty)
    }
  }

  @Test("a sealed value that was moved to another row does not open, and is named")
  func moved() throws {
    try Self.withPassports(3) { database, people, _, _ throws in
      try database.write(as: tester) { writer in
        try writer.db.run(
          """
          UPDATE protected_field SET sealed = (SELECT sealed FROM protected_field WHERE uid = ?) WHERE uid = ?
          """, people[0].blob, people[1].blob)
      }
      let count = try database.read { try $0.auditCount() }
      #expect(throws: StoreError.sealBroken(table: "", record: "", field: "")) {
        try database.write(as: tester) {
          _ = try $0.reveal(.passportNumber, of: .contact(people[1]), reason: "виза")
        }
      }
      #expect(try database.read { try $0.auditCount() } == count)
      let faults = try database.read { try $0.protectedFieldFaults() }
      #expect(faults.unreadable == ["passportNumber of contactPerson \(people[1])"] && faults.orphans.isEmpty)
    }
  }

  @Test("what is no value of a field is refused, and the message does not repeat it")
  func badValues() throws {
    try Self.withPassports(1) { database, people, _, _ throws in
      for (field, text) in [
        (ProtectedField.birthDate, "12.04.1985"), (.birthDate, "1985-02-30"), (.passportNumber, "ab"),
        (.passportNumber, "MP<script>"), (.passportNumber, String(repeating: "1", count: 61)),
        (.nationalDocument, ""),
      ] {
        let error = #expect(throws: StoreError.self) {
          try database.write(as: tester) { try $0.setProtected(field, of: .contact(people[0]), value: text) }
        }
        #expect(error?.code == "store.value.bad")
        #expect(text.isEmpty || error?.message.contains(text) == false)
      }
      #expect(throws: StoreError.notFound(entity: "contactPerson", id: "")) {
        try database.write(as: tester) {
          try $0.setProtected(.passportNumber, of: .contact(.new()), value: "MP1234567")
        }
      }
    }
  }

  @Test("values older than their rule are erased by the clock that is given, and the erasure is proven")
  func retention() throws {
    try Self.withPassports(2) { database, people, _, _ throws in
      let day = 86_400.0
      try database.write(as: tester, at: noon) { try $0.setRetention(.passportNumber, days: 30) }
      try database.write(as: tester, at: noon.addingTimeInterval(10 * day)) {
        try $0.setProtected(.passportNumber, of: .contact(people[1]), value: "MP7654321")
      }
      func run(after days: Double) throws -> Int {
        try database.write(as: tester, at: noon.addingTimeInterval(days * day)) { try $0.eraseOutlived() }
      }
      #expect(try run(after: 29.9) == 0)
      #expect(try run(after: 30) == 1)
      #expect(try run(after: 30) == 0)
      #expect(try database.read { try $0.maskedFields(of: .contact(people[0])) }.isEmpty)
      #expect(try database.read { try $0.maskedFields(of: .contact(people[1])) }.count == 1)
      let row = try #require(
        try database.read { try $0.audit(entity: "contactPerson", id: people[0].description) }.last)
      #expect(row.action == "erase")
      #expect(row.after == #"{"days":30,"fields":["passportNumber"],"reason":"retention"}"#)
      try database.write(as: tester) { try $0.setRetention(.passportNumber, days: nil) }
      #expect(try run(after: 9999) == 0)
      #expect(throws: StoreError.self) {
        try database.write(as: tester) { try $0.setRetention(.birthDate, days: -1) }
      }
    }
  }

  @Test("an erased person keeps the record and nothing of what was known, and what is left does not say it")
  func erase() throws {
    try Self.withPassports(2) { database, people, passports, _ throws in
      let fields = try database.write(as: tester, at: noon) {
        try $0.erase(.contact(people[0]), reason: "просьба")
      }
      #expect(fields == [.passportNumber])
      let partner = try #require(try database.read { try $0.partner(row: 1) })
      #expect(partner.people.map(\.id) == people)
      #expect(partner.people[0].name == "—" && partner.people[1].name == "Человек 1")
      let row = try #require(
        try database.read { try $0.audit(entity: "contactPerson", id: people[0].description) }.last)
      #expect(row.before == nil)
      #expect(row.after == #"{"fields":["passportNumber","name","contacts"],"reason":"просьба","rows":1}"#)
      #expect(throws: StoreError.self) {
        try database.write(as: tester) {
          _ = try $0.reveal(.passportNumber, of: .contact(people[0]), reason: "x")
        }
      }
      // A change of the partner writes its people anew, and keeps what is sealed of them.
      try database.write(as: tester) { writer in
        var changed = try #require(try writer.partner(row: 1))
        changed.note = "правка"
        try writer.update(changed)
      }
      #expect(try database.read { try $0.maskedFields(of: .contact(people[1])) }.count == 1)
      #expect(try database.read { try $0.verifyAudit() }.fault == nil)
      #expect(try database.read { try $0.protectedFieldFaults() }.orphans.isEmpty)
      #expect(passports.count == 2)
    }
  }

  /// A database with one partner whose contact person was written, changed and touched by an import.
  static func withTraces(_ body: (Database, Partner, String) throws -> Void) throws {
    try VaultTests.inFolder { path throws in
      let database = try Database(path: path)
      var partner = fullPartner("Ветразь", key: "1")
      partner.people = [
        ContactPerson(
          name: "Заметная \"}{\" Имярек", position: "Бухгалтерша",
          contactPoints: [
            ContactPoint(kind: .phone, value: "+375 29 765 43 21", normalised: "+375297654321")
          ]),
        ContactPerson(name: "Другой"),
      ]
      try database.write(as: tester, at: noon) { try $0.insert(partner) }
      partner = try database.write(as: tester, at: noon) { writer in
        var changed = try #require(try writer.partner(partner.id))
        changed.people[0].position = "Бухгалтерша главная"
        try writer.update(changed)
        let run = try writer.beginImportRun(source: "a.csv")
        let image = try writer.image(of: partner.id)
        try writer.importChange(run, partner: partner.id, before: image)
        try writer.finishImportRun(run, report: "{}")
        return try #require(try writer.partner(partner.id))
      }
      try body(database, partner, path)
    }
  }

  @Test("an erased person is in no earlier audit row and no image of an import, and the trail still fits")
  func traces() throws {
    try Self.withTraces { database, partner, path throws in
      func holds(_ text: String) throws -> Bool {
        let rows = try database.read { try $0.audit(entity: "partner", id: partner.id.description) }
        return rows.contains { "\($0.before ?? "")\($0.after ?? "")".contains(text) }
      }
      let words = ["Имярек", "Бухгалтерша", "765 43 21"]
      for word in words { #expect(try holds(word)) }
      let person = partner.people[0].id
      try database.write(as: tester, at: noon) { try $0.erase(.contact(person), reason: "просьба") }
      for word in words { #expect(try !holds(word)) }
      #expect(try holds("Другой"))
      let proof = try database.read { try $0.audit(entity: "contactPerson", id: person.description) }.last
      #expect(proof?.after?.contains(#""rows":2"#) == true)
      let audit = try database.read { try $0.verifyAudit() }
      #expect(audit.fault == nil)
      let image = try database.read { reader in
        try reader.db.first("SELECT image FROM import_change") { PartnerImage(bytes: $0.blob(0)) }
      }
      let tables = try #require(image).tables()
      let texts = tables.flatMap { $0.rows.joined() }.compactMap {
        if case .text(let text) = $0 { text } else { nil }
      }
      #expect(!texts.contains { text in words.contains { text.contains($0) } })
      #expect(texts.contains("Другой") && texts.contains("Ветразь"))
      // Nor are the bytes in free pages of the file.
      try raw(path, "PRAGMA wal_checkpoint(TRUNCATE)")
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      for word in words { #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word)") }
      // Once more changes nothing, and leaves its own row.
      try database.write(as: tester, at: noon) { try $0.erase(.contact(person), reason: "снова") }
      #expect(try database.read { try $0.verifyAudit() }.fault == nil)
    }
  }

  @Test("somebody who is no longer a contact person is erased from the trail too; nobody at all is not found")
  func formerPerson() throws {
    try Self.withTraces { database, partner, _ throws in
      let person = partner.people[0].id
      try database.write(as: tester, at: noon) { writer in
        var changed = try #require(try writer.partner(partner.id))
        changed.people.removeFirst()
        try writer.update(changed)
      }
      try database.write(as: tester, at: noon) { try $0.erase(.contact(person), reason: "просьба") }
      let rows = try database.read { try $0.audit(entity: "partner", id: partner.id.description) }
      #expect(!rows.contains { "\($0.before ?? "")\($0.after ?? "")".contains("Имярек") })
      #expect(try database.read { try $0.verifyAudit() }.fault == nil)
      #expect(throws: StoreError.self) {
        try database.write(as: tester) { try $0.erase(.contact(.new()), reason: "просьба") }
      }
    }
  }

  @Test(
    "what an erasure left of a row is changed by nobody unseen, and a changed row gets no code by an erasure")
  func tamperedTraces() throws {
    for isErasedBefore in [true, false] {
      try Self.withTraces { database, partner, _ throws in
        func erase() throws {
          try database.write(as: tester, at: noon) {
            try $0.erase(.contact(partner.people[0].id), reason: "просьба")
          }
        }
        if isErasedBefore { try erase() }
        let row = try database.write(as: tester) { writer in
          let row = try #require(
            try writer.db.first("SELECT min(id) FROM audit WHERE entity = 'partner'") { $0.int64(0) })
          try writer.db.run("DROP TRIGGER audit_texts_kept")
          try writer.db.run(
            "UPDATE audit SET after = replace(after, 'Другой', 'Иной') WHERE id = ?", .int(row))
          return row
        }
        if !isErasedBefore { #expect(throws: StoreError.self) { try erase() } }
        let fault = try database.read { try $0.verifyAudit() }.fault
        #expect(fault?.kind == .changed && fault?.row == row)
      }
    }
  }

  @Test("a person leaves a text whole, whatever else stands in it")
  func redaction() {
    let id = "0190f5a4-0000-7000-8000-000000000001"
    let blank = #"{"id":"\#(id)","name":"—","position":"","contactPoints":[]}"#
    for (before, after) in [
      (
        #"{"people":[{"id":"\#(id)","name":"A } { \" \\","position":"x","contactPoints":[{"kind":"phone"}]}],"v":1.5}"#,
        #"{"people":[\#(blank)],"v":1.5}"#
      ),
      (
        #"{"people":[{"contactPoints":[],"id":"\#(id)","name":"A"},{"id":"b","name":"B"}]}"#,
        #"{"people":[\#(blank),{"id":"b","name":"B"}]}"#
      ),
    ] { #expect(Redaction.redact(before, person: id) == after) }
    for other in [
      #"{"person":"\#(id)"}"#, #"{"note":"\"id\":\"\#(id)\""}"#, "[]", #"{"people":[\#(blank)]}"#, "\"",
      "{\"\\",
    ] {
      #expect(Redaction.redact(other, person: id) == nil)
    }
  }

  @Test("travellers have protected data too, apart from contact persons of the same identifier")
  func travellers() throws {
    try Self.withPassports(1) { database, people, passports, _ throws in
      let traveller = ProtectedPerson.traveller(people[0].uuid)
      try database.write(as: tester) {
        try $0.setProtected(.passportNumber, of: traveller, value: "mp 1112223")
      }
      try database.write(as: tester) { writer throws in
        #expect(try writer.reveal(.passportNumber, of: traveller, reason: "виза") == "MP 1112223")
        #expect(
          try writer.reveal(.passportNumber, of: .contact(people[0]), reason: "виза") == passports[0])
      }
    }
  }
}
