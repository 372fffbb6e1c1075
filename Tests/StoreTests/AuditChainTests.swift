import CRM
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("The audit trail cannot be altered unseen")
struct AuditChainTests {
  /// A file with a trip and forty rows of audit, and its key: made once.
  private static let template: (file: Data, key: Data)? = try? {
    var made: (Data, Data)?
    try VaultTests.inFolder { path throws in
      let database = try Database(path: path)
      let values = SavedTrip(in: database)
      try database.write(as: tester, at: noon) { try values.write(visited: true, to: $0) }
      while try database.read({ try $0.auditCount() }) < 40 {
        try database.write(as: Actor(user: values.user.id, name: "test"), at: noon) { writer in
          let count = try writer.auditCount()
          try writer.insert(fullPartner("Партнёр \(count)", key: "more-\(count)"))
        }
      }
      try database.closeForMoving()
      made = (
        try Data(contentsOf: URL(fileURLWithPath: path)),
        try Data(contentsOf: URL(fileURLWithPath: path + "-key"))
      )
    }
    return made
  }()

  /// A copy of it; `body` gets its path.
  static func withFile(_ body: (String) throws -> Void) throws {
    let template = try #require(template)
    try VaultTests.inFolder { path throws in
      try template.file.write(to: URL(fileURLWithPath: path))
      try template.key.write(to: URL(fileURLWithPath: path + "-key"))
      try body(path)
    }
  }

  static func verify(_ path: String) throws -> AuditVerification {
    let database = try Database(path: path, mode: .existing)
    defer { try? database.close() }
    return try database.read { try $0.verifyAudit() }
  }

  @Test("an untouched trail fits, row by row, to its end")
  func sound() throws {
    try Self.withFile { path throws in
      let found = try Self.verify(path)
      #expect(found.fault == nil && found.rows == 40 && found.earlierRows == 0)
      #expect(found.anchor?.row == 40)
      let database = try Database(path: path, mode: .existing)
      #expect(try database.read { try $0.auditAnchor() } == found.anchor)
      #expect(AuditAnchor(try #require(found.anchor).description) == found.anchor)
    }
  }

  @Test("a transaction that is rolled back leaves the chain as it was")
  func rolledBack() throws {
    struct Stop: Error {}
    let database = try Database.temporary()
    try database.write(as: tester) { try $0.insert(fullPartner("Первый", key: "1")) }
    #expect(throws: Stop.self) {
      try database.write(as: tester) { writer in
        try writer.insert(fullPartner("Второй", key: "2"))
        throw Stop()
      }
    }
    try database.write(as: tester) { try $0.insert(fullPartner("Третий", key: "3")) }
    let found = try database.read { try $0.verifyAudit() }
    #expect(found.fault == nil && found.rows == 2)
  }

  /// A change made past planner, and what is to be said of it.
  struct Tampering: Sendable, CustomTestStringConvertible {
    var what: String
    var sql: String
    var kind: AuditFault.Kind
    var row: Int64?
    var testDescription: String { what }
  }

  static let tamperings: [Tampering] = {
    var list: [Tampering] = []
    func add(_ what: String, _ sql: String, _ kind: AuditFault.Kind, _ row: Int64?) {
      list.append(Tampering(what: what, sql: sql, kind: kind, row: row))
    }
    for (column, value) in [
      ("at", "at + 1"), ("user_id", "CASE WHEN user_id IS NULL THEN 1 END"), ("actor", "'other'"),
      ("entity", "'usr'"), ("entity_id", "'x'"), ("action", "'delete'"), ("before", "'{}'"),
      ("after", #"'{"x":1}'"#), ("code", "zeroblob(32)"),
    ] {
      for row in [1, 17, 40] as [Int64] {
        add(
          "\(column) of row \(row)", "UPDATE audit SET \(column) = \(value) WHERE id = \(row)", .changed, row)
      }
    }
    add("no code", "UPDATE audit SET code = NULL WHERE id = 9", .foreign, 9)
    add("a number", "UPDATE audit SET id = 41 WHERE id = 7", .missing, 7)
    for row in [1, 20, 39] as [Int64] {
      add("row \(row) removed", "DELETE FROM audit WHERE id = \(row)", .missing, row)
    }
    add("the last one removed", "DELETE FROM audit WHERE id = 40", .missing, 40)
    add("the last ten removed", "DELETE FROM audit WHERE id > 30", .missing, 31)
    add("all removed", "DELETE FROM audit", .missing, 1)
    let columns = "at, user_id, actor, entity, entity_id, action, before, after, code, image, redaction"
    add(
      "a row added behind",
      "INSERT INTO audit (id, \(columns)) SELECT 41, \(columns) FROM audit WHERE id = 5",
      .foreign, 41)
    add(
      "a row added far behind",
      "INSERT INTO audit (id, \(columns)) SELECT 9223372036854775807, \(columns) FROM audit WHERE id = 5",
      .foreign, .max)
    add(
      "a row added in front",
      "INSERT INTO audit (id, \(columns)) SELECT -3, \(columns) FROM audit WHERE id = 5",
      .changed, -3)
    add(
      "a row copied over another",
      "INSERT OR REPLACE INTO audit (id, \(columns)) SELECT 11, \(columns) FROM audit WHERE id = 10",
      .changed,
      11)
    add(
      "two rows exchanged",
      """
      UPDATE audit SET id = -1 WHERE id = 12; UPDATE audit SET id = 12 WHERE id = 13;
      UPDATE audit SET id = 13 WHERE id = -1
      """, .changed, 12)
    for change in ["count = 39", "last_id = 39", "begun_at = 0", "first_id = 5", "seal = zeroblob(32)"] {
      add("the head: \(change)", "UPDATE audit_head SET \(change)", .head, nil)
    }
    add("the head removed", "DELETE FROM audit_head", .head, nil)
    add(
      "cut off with a head to match",
      """
      UPDATE audit_head SET count = 30, last_id = 30, last_code = (SELECT code FROM audit WHERE id = 30);
      DELETE FROM audit WHERE id > 30
      """, .head, nil)
    return list
  }()

  @Test(
    "each change made past planner is found, and the first row that does not fit is named",
    arguments: tamperings)
  func tampered(_ tampering: Tampering) throws {
    try Self.withFile { path throws in
      let drop =
        "DROP TRIGGER audit_never_changed; DROP TRIGGER audit_texts_kept; DROP TRIGGER audit_never_removed;"
      try raw(path, drop + tampering.sql)
      let fault = try #require(try Self.verify(path).fault)
      #expect(fault.kind == tampering.kind && fault.row == tampering.row, "\(fault)")
      // The control: with codes made anew for what is there now, nothing is seen any more. It is the codes that show it.
      let database = try Database(path: path, mode: .existing)
      try database.write(as: tester) { writer in
        try AuditChain.begin(at: 0, key: writer.shared.requiredKeys(writer.db)[.audit], in: writer.db)
      }
      #expect(try database.read { try $0.verifyAudit() }.fault == nil)
    }
  }

  @Test("rows of the trail cannot be changed or removed while its triggers stand")
  func triggers() throws {
    try Self.withFile { path throws in
      for sql in [
        "UPDATE audit SET actor = 'x' WHERE id = 3", "UPDATE audit SET after = '{}' WHERE id = 3",
        "DELETE FROM audit WHERE id = 3",
      ] {
        #expect(throws: DatabaseError.self) { try raw(path, sql) }
      }
      #expect(try Self.verify(path).fault == nil)
    }
  }

  @Test(
    "a changed head is not sealed again by the next write; the trail goes on after it is resealed, with a reason"
  )
  func reseal() throws {
    try Self.withFile { path throws in
      try raw(
        path,
        """
        DROP TRIGGER audit_never_removed; DELETE FROM audit WHERE id > 30;
        UPDATE audit_head SET count = 30, last_id = 30, last_code = (SELECT code FROM audit WHERE id = 30)
        """)
      let database = try Database(path: path, mode: .existing)
      let partner = fullPartner("Новый", key: "new")
      #expect(throws: StoreError.auditBroken(detail: "")) {
        try database.write(as: tester) { try $0.insert(partner) }
      }
      #expect(try database.read { try $0.partner(partner.id) } == nil)
      #expect(throws: StoreError.badValue(field: "", detail: "")) {
        try database.write(as: tester) { try $0.resealAudit(reason: " ") }
      }
      try database.write(as: tester) { try $0.resealAudit(reason: "проверено") }
      try database.write(as: tester) { try $0.insert(partner) }
      let found = try database.read { try $0.verifyAudit() }
      #expect(found.fault == nil && found.rows == 32 && found.earlierRows == 30)
      let row = try #require(try database.read { try $0.audit(entity: "audit", id: "chain") }.last)
      #expect(row.action == "reseal" && row.before?.contains("head row") == true)
      #expect(row.after == #"{"reason":"проверено"}"#)
    }
  }

  @Test("a row written past planner does not stop the next ones, and stays the first that does not fit")
  func goesOn() throws {
    try Self.withFile { path throws in
      try raw(path, "INSERT INTO audit (at, actor, entity, entity_id, action) VALUES (0, 'x', 'x', 'x', 'x')")
      let database = try Database(path: path, mode: .existing)
      try database.write(as: tester) { try $0.insert(fullPartner("Новый", key: "new")) }
      let fault = try database.read { try $0.verifyAudit() }.fault
      #expect(fault?.kind == .foreign && fault?.row == 41)
    }
  }

  @Test("a file put back as it was is shown by an end of the trail that was kept elsewhere")
  func anchors() throws {
    try Self.withFile { path throws in
      try FileManager.default.copyItem(atPath: path, toPath: path + ".old")
      let database = try Database(path: path, mode: .existing)
      try database.write(as: tester) { try $0.insert(fullPartner("Новый", key: "new")) }
      let anchor = try #require(try database.read { try $0.auditAnchor() })
      #expect(try database.read { try $0.verifyAudit(anchors: [anchor]) }.fault == nil)
      let old = try Database(path: path + ".old", mode: .existing, keyFile: database.keyFile)
      #expect(try old.read { try $0.verifyAudit() }.fault == nil)
      #expect(try old.read { try $0.verifyAudit(anchors: [anchor]) }.fault?.kind == .anchor)
      try old.write(as: tester) { try $0.insert(fullPartner("Другой", key: "other")) }
      let fault = try old.read { try $0.verifyAudit(anchors: [anchor]) }.fault
      #expect(fault?.kind == .anchor && fault?.row == 41)
    }
  }
}
