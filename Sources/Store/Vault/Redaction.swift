import CRM
import Foundation

/// Takes a person out of what is kept of former times. The record of a person is an object with his identifier under
/// `id`; it stays, with nothing in it that tells who he was.
enum Redaction {
  static let blank = "—"

  /// - Parameters:
  ///   - json: compact JSON, as audit rows hold it.
  ///   - id: lower-case identifier.
  /// - Returns: the text without what it says of the person; nil when it says nothing of him.
  static func redact(_ json: String, person id: String) -> String? {
    let bytes = Array(json.utf8)
    let mark = Array("\"id\":\"\(id)\"".utf8)
    let left = Array("{\"id\":\"\(id)\",\"name\":\"\(blank)\",\"position\":\"\",\"contactPoints\":[]}".utf8)
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    // Where each open object begins in `out`, and whether it is the person's.
    var open: [(start: Int, isHis: Bool)] = []
    var isFound = false
    var at = 0
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "{"):
        open.append((out.count, false))
        out.append(bytes[at])
        at += 1
      case UInt8(ascii: "}"):
        out.append(bytes[at])
        at += 1
        if let object = open.popLast(), object.isHis {
          out.replaceSubrange(object.start..., with: left)
          isFound = true
        }
      case UInt8(ascii: "\""):
        if bytes[at...].starts(with: mark), !open.isEmpty { open[open.count - 1].isHis = true }
        let end = endOfString(bytes, from: at)
        out += bytes[at..<end]
        at = end
      default:
        out.append(bytes[at])
        at += 1
      }
    }
    guard isFound, out != bytes else { return nil }
    return String(decoding: out, as: UTF8.self)
  }

  /// The place behind the closing quotation mark of a string that begins at `start`.
  private static func endOfString(_ bytes: [UInt8], from start: Int) -> Int {
    var at = start + 1
    while at < bytes.count, bytes[at] != UInt8(ascii: "\"") { at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1 }
    return min(at + 1, bytes.count)
  }

  /// The image of a partner without what it says of a person.
  /// - Parameter id: the identifier as its column holds it.
  static func redact(_ image: PartnerImage, person id: SQLValue) throws -> PartnerImage {
    var tables = try image.tables()
    guard let people = tables.firstIndex(where: { $0.name == "contact_person" }),
      let uid = tables[people].columns.firstIndex(of: "uid"),
      let key = tables[people].columns.firstIndex(of: "id")
    else { return image }
    var rows: Set<SQLValue> = []
    for index in tables[people].rows.indices where tables[people].rows[index][uid] == id {
      rows.insert(tables[people].rows[index][key])
      for (name, value) in [("name", blank), ("job_title", "")] {
        guard let column = tables[people].columns.firstIndex(of: name) else { continue }
        tables[people].rows[index][column] = .text(value)
      }
    }
    if let points = tables.firstIndex(where: { $0.name == "contact_point" }),
      let person = tables[points].columns.firstIndex(of: "person_id")
    {
      tables[points].rows.removeAll { rows.contains($0[person]) }
    }
    return PartnerImage(tables: tables)
  }
}

extension Writer {
  /// Takes a contact person out of the texts of earlier audit rows and out of what imports keep to be undone. Audit rows
  /// from before there were images stay as they are: nothing would show whether they were changed by others.
  /// - Returns: how many audit rows were changed.
  func redactTraces(of id: ContactPersonID) throws -> Int {
    let key = try shared.requiredKeys(db)[.audit]
    let text = SQLValue.text(id.description)
    let entries = try db.all(
      """
      SELECT \(AuditChain.columns) FROM audit
      WHERE image IS NOT NULL AND (instr(before, ?) > 0 OR instr(after, ?) > 0) ORDER BY id
      """, text, text, body: AuditChain.entry)
    var count = 0
    for var entry in entries {
      let before = entry.before.flatMap { Redaction.redact($0, person: id.description) }
      let after = entry.after.flatMap { Redaction.redact($0, person: id.description) }
      guard before != nil || after != nil else { continue }
      // A row that somebody changed must not get a code that says it is sound.
      guard AuditChain.isSound(entry, key: key) else {
        throw StoreError.auditBroken(detail: "row \(entry.id) was changed past planner")
      }
      entry.before = before ?? entry.before
      entry.after = after ?? entry.after
      try db.run(
        "UPDATE audit SET before = ?, after = ?, redaction = ? WHERE id = ?", .optional(entry.before),
        .optional(entry.after), .blob(AuditChain.redaction(of: entry, key: key)), .int(entry.id))
      count += 1
    }
    let images = try db.all(
      "SELECT run_id, partner_id, image FROM import_change WHERE image IS NOT NULL AND instr(image, ?) > 0",
      id.blob
    ) { (run: $0.int64(0), partner: $0.int64(1), image: PartnerImage(bytes: $0.blob(2))) }
    for change in images {
      let image = try Redaction.redact(change.image, person: id.blob)
      try db.run(
        "UPDATE import_change SET image = ? WHERE run_id = ? AND partner_id = ?", .blob(image.bytes),
        .int(change.run), .int(change.partner))
    }
    return count
  }
}
