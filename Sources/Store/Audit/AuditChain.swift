import Crypto
import Foundation
import GRDB

/// The chain of the audit trail: each row bears a code over the row before it and all of its own columns, and one head
/// row says how many there are and how the last one ends.
///
/// Codes are HMAC-SHA256 (RFC 2104) with a key that is not in the file, so whoever changes, removes, inserts or swaps
/// rows cannot make codes that fit (Schneier and Kelsey 1999, Secure audit logs to support computer forensics). The head
/// bears a code too, so rows cannot be cut off the end unseen. What it cannot show: that the whole file was put back as
/// it stood at an earlier time. ``AuditAnchor`` does, when it is kept elsewhere.
///
/// What a record looked like before and after is covered through a code of its own, `image`, that stays when a person is
/// erased: then his data leave both texts, the chain stands, and another code, `redaction`, covers what is left. Rows
/// that were written before there were images are covered text by text, and keep their texts.
enum AuditChain {
  /// The columns of an audit row that its code covers: all.
  struct Entry {
    var id: Int64
    var at: Int64
    var user: Int64?
    var actor: String
    var entity: String
    var record: String
    var action: String
    var before: String?
    var after: String?
    /// ``AuditChain/image(of:key:)`` of the texts as they were written; nil in rows from before there were images.
    var image: [UInt8]?
    /// ``AuditChain/redaction(of:key:)``, when the texts are no longer as they were written.
    var redaction: [UInt8]?
  }

  /// What the head row says.
  struct Head: Equatable {
    /// Rows with a smaller number were written before the chain was begun, and are vouched for from then on.
    var firstID: Int64
    var begunAt: Int64
    var count: Int64
    var lastID: Int64
    var lastCode: [UInt8]
  }

  /// Before the first row.
  static let start = [UInt8](repeating: 0, count: 32)

  /// The code of a row that stands behind one with the code `previous`. Numbers are big-endian, texts stand behind their
  /// length, absent values are marked: no two rows give the same bytes.
  static func code(of entry: Entry, after previous: [UInt8], key: SymmetricKey) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      160 + entry.record.utf8.count + (entry.before?.utf8.count ?? 0) + (entry.after?.utf8.count ?? 0))
    bytes += previous
    append(entry.id, to: &bytes)
    append(entry.at, to: &bytes)
    append(entry.user, to: &bytes)
    for text in [entry.actor, entry.entity, entry.record, entry.action] { append(text, to: &bytes) }
    if let image = entry.image {
      // No length of a text.
      append(Int64(-2), to: &bytes)
      bytes += image
    } else {
      append(entry.before, to: &bytes)
      append(entry.after, to: &bytes)
    }
    return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
  }

  /// The code of what a row says its record looked like.
  static func image(of entry: Entry, key: SymmetricKey) -> [UInt8] {
    var bytes = Array("image".utf8)
    append(entry.before, to: &bytes)
    append(entry.after, to: &bytes)
    return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
  }

  /// The code of what is left of the texts of a row after an erasure.
  static func redaction(of entry: Entry, key: SymmetricKey) -> [UInt8] {
    var bytes = Array("redaction".utf8)
    append(entry.id, to: &bytes)
    bytes += entry.image ?? []
    append(entry.before, to: &bytes)
    append(entry.after, to: &bytes)
    return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
  }

  /// Whether the texts of a row are those its image was made of, or those an erasure left.
  static func isSound(_ entry: Entry, key: SymmetricKey) -> Bool {
    guard let image = entry.image else { return entry.redaction == nil }
    if let redaction = entry.redaction {
      return KeyRing.areEqual(redaction, self.redaction(of: entry, key: key))
    }
    return KeyRing.areEqual(image, self.image(of: entry, key: key))
  }

  /// The code of the head row itself.
  static func seal(of head: Head, key: SymmetricKey) -> [UInt8] {
    var bytes = Array("head".utf8)
    for number in [head.firstID, head.begunAt, head.count, head.lastID] { append(number, to: &bytes) }
    bytes += head.lastCode
    return Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
  }

  private static func append(_ number: Int64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }

  private static func append(_ number: Int64?, to bytes: inout [UInt8]) {
    bytes.append(number == nil ? 0 : 1)
    if let number { append(number, to: &bytes) }
  }

  private static func append(_ text: String?, to bytes: inout [UInt8]) {
    guard var text else { return append(Int64(-1), to: &bytes) }
    text.withUTF8 {
      append(Int64($0.count), to: &bytes)
      bytes.append(contentsOf: $0)
    }
  }

  static let columns = "id, at, user_id, actor, entity, entity_id, action, before, after, image, redaction"

  static func entry(_ c: Columns) -> Entry {
    Entry(
      id: c.int64(0), at: c.int64(1), user: c.int64OrNil(2), actor: c.text(3), entity: c.text(4),
      record: c.text(5), action: c.text(6), before: c.textOrNil(7), after: c.textOrNil(8),
      image: c.isNull(9) ? nil : c.blob(9), redaction: c.isNull(10) ? nil : c.blob(10))
  }

  /// The head row; nil when it is missing. `isSound` tells whether its own code fits.
  static func head(_ db: GRDB.Database, key: SymmetricKey) throws -> (head: Head, isSound: Bool)? {
    try db.first("SELECT first_id, begun_at, count, last_id, last_code, seal FROM audit_head") { c in
      let head = Head(
        firstID: c.int64(0), begunAt: c.int64(1), count: c.int64(2), lastID: c.int64(3), lastCode: c.blob(4))
      return (head, KeyRing.areEqual(c.blob(5), seal(of: head, key: key)))
    }
  }

  static func store(_ head: Head, key: SymmetricKey, in db: GRDB.Database) throws {
    try db.run(
      """
      INSERT OR REPLACE INTO audit_head (id, first_id, begun_at, count, last_id, last_code, seal)
      VALUES (1, ?, ?, ?, ?, ?, ?)
      """, .int(head.firstID), .int(head.begunAt), .int(head.count), .int(head.lastID), .blob(head.lastCode),
      .blob(seal(of: head, key: key)))
  }

  /// Writes codes into every row there is, and the head. What an erasure left of a row stays as it is.
  static func begin(at: Int64, key: SymmetricKey, in db: GRDB.Database) throws {
    var head = Head(firstID: 1, begunAt: at, count: 0, lastID: 0, lastCode: start)
    // The schema in which the chain was first begun had no images.
    let hasImages = try db.columns(in: "audit").contains { $0.name == "image" }
    let columns = hasImages ? columns : columns.replacing("image, redaction", with: "NULL, NULL")
    // A page of rows at a time: a statement must not read what another one is writing.
    while true {
      let entries = try db.all(
        "SELECT \(columns) FROM audit WHERE id > ? ORDER BY id LIMIT 1000",
        .int(head.count == 0 ? Int64.min : head.lastID), body: entry)
      if entries.isEmpty { break }
      for var entry in entries {
        if hasImages {
          if entry.image != nil, entry.redaction != nil {
            entry.redaction = redaction(of: entry, key: key)
          } else {
            entry.image = image(of: entry, key: key)
            entry.redaction = nil
          }
          try db.run(
            "UPDATE audit SET image = ?, redaction = ? WHERE id = ?", .optional(entry.image),
            .optional(entry.redaction), .int(entry.id))
        }
        head.lastCode = code(of: entry, after: head.lastCode, key: key)
        try db.run("UPDATE audit SET code = ? WHERE id = ?", .blob(head.lastCode), .int(entry.id))
        head.lastID = entry.id
        head.count += 1
      }
    }
    head.firstID = head.lastID == .max ? .max : head.lastID + 1
    try store(head, key: key, in: db)
  }

  /// The end of the chain within one write transaction. Read when the first row is written, stored once, at its end.
  final class Tail {
    private var state: (head: Head, key: SymmetricKey, isTaken: Bool)?

    /// Appends a row. A file as an earlier version left it has no chain: its rows get their codes when it is migrated.
    func append(_ entry: Entry, to writer: Writer) throws {
      guard writer.shared.ring != nil else { return try insert(entry, nil, nil, writer.db) }
      var (head, key, isTaken) = try state ?? load(writer)
      var entry = entry
      guard head.lastID < Int64.max - 1_000_000 else {
        throw StoreError.auditBroken(
          detail: "the numbers of the audit trail are used up by row \(head.lastID)")
      }
      entry.id = head.lastID + 1
      // Whoever wrote past the chain took a number: his row stays where it is and is found.
      while isTaken,
        try writer.db.first("SELECT 1 FROM audit WHERE id = ?", .int(entry.id), body: { _ in 1 }) != nil
      { entry.id += 1 }
      entry.image = AuditChain.image(of: entry, key: key)
      head.lastCode = AuditChain.code(of: entry, after: head.lastCode, key: key)
      try insert(entry, entry.id, head.lastCode, writer.db)
      head.lastID = entry.id
      head.count += 1
      state = (head, key, isTaken)
    }

    func store(in db: GRDB.Database) throws {
      guard let state else { return }
      try AuditChain.store(state.head, key: state.key, in: db)
    }

    func forget() { state = nil }

    /// - Throws: ``StoreError/auditBroken(detail:)``: a head that does not fit is never sealed again by going on.
    private func load(_ writer: Writer) throws -> (head: Head, key: SymmetricKey, isTaken: Bool) {
      let key = try writer.shared.requiredKeys(writer.db)[.audit]
      guard let (head, isSound) = try AuditChain.head(writer.db, key: key) else {
        throw StoreError.auditBroken(detail: "the head of the audit trail is missing")
      }
      guard isSound else {
        throw StoreError.auditBroken(detail: "the head of the audit trail was changed past planner")
      }
      let beyond = try writer.db.first(
        "SELECT 1 FROM audit WHERE id > ? LIMIT 1", .int(head.lastID), body: { _ in true })
      return (head, key, beyond == true)
    }

    private func insert(_ entry: Entry, _ id: Int64?, _ code: [UInt8]?, _ db: GRDB.Database) throws {
      let values: [SQLValue] = [
        .int(entry.at), .optional(entry.user), .text(entry.actor), .text(entry.entity), .text(entry.record),
        .text(entry.action), .optional(entry.before), .optional(entry.after),
      ]
      let columns = "at, user_id, actor, entity, entity_id, action, before, after"
      guard let id, let code else {
        return try db.run(
          "INSERT INTO audit (\(columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", arguments: values)
      }
      try db.run(
        "INSERT INTO audit (\(columns), id, code, image) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        arguments: values + [.int(id), .blob(code), .optional(entry.image)])
    }
  }
}

extension Migration {
  /// The codes of the audit trail, for the rows there are too, and its head. Its rows are never changed or removed.
  static let auditChain = Migration(
    name: "audit-chain",
    statements: [
      "ALTER TABLE audit ADD COLUMN code BLOB CHECK (length(code) = 32)",
      """
      CREATE TABLE audit_head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        first_id INTEGER NOT NULL,
        begun_at INTEGER NOT NULL,
        count INTEGER NOT NULL CHECK (count >= 0),
        last_id INTEGER NOT NULL,
        last_code BLOB NOT NULL CHECK (length(last_code) = 32),
        seal BLOB NOT NULL CHECK (length(seal) = 32)
      ) STRICT
      """,
      """
      CREATE TRIGGER audit_never_changed
      BEFORE UPDATE OF id, at, user_id, actor, entity, entity_id, action, before, after ON audit BEGIN
        SELECT RAISE(ABORT, 'audit.kept: rows of the audit trail are never changed');
      END
      """,
      """
      CREATE TRIGGER audit_never_removed BEFORE DELETE ON audit BEGIN
        SELECT RAISE(ABORT, 'audit.kept: rows of the audit trail are never removed');
      END
      """,
    ],
    code: { db, ring in
      guard let ring else { return }
      try AuditChain.begin(at: Date().milliseconds, key: try ring.keys(db)[.audit], in: db)
    })
}
