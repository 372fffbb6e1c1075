import CRM
import Foundation

extension ReadAccess {
  /// The protected fields a person has, masked. Leaves no trace: nothing is shown in clear.
  public func maskedFields(of person: ProtectedPerson) throws -> [MaskedField] {
    let stored = try db.all(
      "SELECT field, sealed, set_at FROM protected_field WHERE uid = ? AND entity = ?", person.blob,
      .text(person.entity)
    ) {
      (field: try $0.value(0, in: "protected_field") as ProtectedField, sealed: $0.blob(1), setAt: $0.date(2))
    }
    guard !stored.isEmpty else { return [] }
    let vault = try vault()
    return try stored.map { row in
      let value = try vault.openText(row.sealed, context: person.context(row.field))
      return MaskedField(field: row.field, masked: row.field.masked(value), setAt: row.setAt)
    }.sorted { $0.field < $1.field }
  }

  /// Who saw protected values of a person in clear, newest first. Reads the audit rows of this person alone.
  public func disclosures(of person: ProtectedPerson, limit: Int = 1000) throws -> [Disclosure] {
    try db.all(
      """
      SELECT a.at, u.uid, a.actor, ifnull(a.after ->> 'field', ''), ifnull(a.after ->> 'reason', '')
      FROM audit a LEFT JOIN user u ON u.id = a.user_id
      WHERE a.entity_id = ? AND a.entity = ? AND a.action = 'reveal' ORDER BY a.id DESC LIMIT ?
      """, .text(person.id), .text(person.entity), .int(limit)
    ) {
      Disclosure(
        at: $0.date(0), user: $0.idOrNil(1), actor: $0.text(2), field: $0.text(3), reason: $0.text(4))
    }
  }

  /// How long values are kept; fields without a rule are kept until somebody erases them.
  public func retentionRules() throws -> [RetentionRule] {
    try db.all("SELECT field, days FROM retention_rule") {
      RetentionRule(field: try $0.value(0, in: "retention_rule"), days: $0.int(1))
    }.sorted { $0.field < $1.field }
  }

  /// Sealed values that are no longer what was sealed, and those of people who are no longer there.
  public func protectedFieldFaults(limit: Int = 20) throws -> (unreadable: [String], orphans: [String]) {
    var unreadable: [String] = []
    var vault: Vault?
    try db.rows("SELECT entity, uid, field, sealed FROM protected_field ORDER BY id") { c in
      guard unreadable.count < limit else { return }
      let uuid = c.id(1, of: ContactPerson.self).description
      let opener = try vault ?? self.vault()
      vault = opener
      let context = Vault.Context(table: c.text(0), record: uuid, field: c.text(2))
      if (try? opener.open(c.blob(3), context: context)) == nil {
        unreadable.append("\(c.text(2)) of \(c.text(0)) \(uuid)")
      }
    }
    let orphans = try db.all(
      """
      SELECT DISTINCT p.uid FROM protected_field p WHERE p.entity = 'contactPerson'
        AND NOT EXISTS (SELECT 1 FROM contact_person c WHERE c.uid = p.uid) LIMIT ?
      """, .int(limit)
    ) { "contactPerson \($0.id(0, of: ContactPerson.self))" }
    return (unreadable, orphans)
  }
}

extension Writer {
  /// Seals a value in the place of the one there was. The audit row says that it was set, not what it is.
  /// - Throws: ``StoreError/badValue(field:detail:)`` for what cannot be a value of the field,
  ///   ``StoreError/notFound(entity:id:)`` for a person who is not there.
  public func setProtected(_ field: ProtectedField, of person: ProtectedPerson, value: String) throws {
    // The message never repeats what was given.
    guard let value = field.normalised(value) else {
      throw StoreError.badValue(field: field.rawValue, detail: "this is no such value")
    }
    try requireThere(person)
    let sealed = try vault().seal(value, context: person.context(field))
    let isNew = try sealedValue(field, of: person) == nil
    try db.run(
      """
      INSERT INTO protected_field (entity, uid, field, sealed, set_at) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (uid, entity, field) DO UPDATE SET sealed = excluded.sealed, set_at = excluded.set_at
      """, .text(person.entity), person.blob, .text(field.rawValue), .blob(sealed), .date(at))
    try audit(
      "protect", entity: person.entity, id: person.id,
      after: try JSONText.encode(["field": field.rawValue, "was": isNew ? "absent" : "present"]))
  }

  /// A value in clear. Writes exactly one audit row, so a value that was shown was shown to somebody known, for a reason
  /// that is kept. Show it only after the transaction has ended.
  /// - Throws: ``StoreError/badValue(field:detail:)`` without a reason, ``StoreError/notFound(entity:id:)`` when the
  ///   person has no such value.
  public func reveal(_ field: ProtectedField, of person: ProtectedPerson, reason: String) throws -> String {
    let reason = try checked(reason)
    guard let sealed = try sealedValue(field, of: person) else {
      throw StoreError.notFound(entity: field.rawValue, id: "of \(person.entity) \(person.id)")
    }
    let value = try vault().openText(sealed, context: person.context(field))
    try audit(
      "reveal", entity: person.entity, id: person.id,
      after: try JSONText.encode(["field": field.rawValue, "reason": reason]))
    return value
  }

  /// Erases the protected values of a person. Of a contact person the name and the ways to reach him go as well; the
  /// record stays, so that what hangs on it is whole. What is left is the audit row: which fields, when, by whom, why.
  /// The same goes for what earlier audit rows and imports keep of him: rows of the trail stay, under codes that show it.
  /// - Returns: the fields that had values.
  /// - Throws: ``StoreError/badValue(field:detail:)`` without a reason, ``StoreError/notFound(entity:id:)`` when neither
  ///   the person nor anything of his is there, ``StoreError/auditBroken(detail:)`` when an audit row about him was
  ///   changed past planner.
  @discardableResult
  public func erase(_ person: ProtectedPerson, reason: String) throws -> [ProtectedField] {
    let reason = try checked(reason)
    let fields = try maskedOrBroken(of: person)
    var erased = fields.map(\.rawValue)
    let rows = try forgetting { () throws -> Int? in
      try db.run(
        "DELETE FROM protected_field WHERE uid = ? AND entity = ?", person.blob, .text(person.entity))
      guard case .contact(let id) = person else { return nil }
      let isThere = try blank(id)
      if isThere { erased += ["name", "contacts"] }
      let rows = try redactTraces(of: id)
      guard isThere || rows > 0 || !fields.isEmpty else {
        throw StoreError.notFound(entity: person.entity, id: person.id)
      }
      return rows
    }
    try audit(
      "erase", entity: person.entity, id: person.id,
      after: try JSONText.encode(Erasure(fields: erased, reason: reason, days: nil, rows: rows)))
    return fields
  }

  /// Erases what is sealed of people who are no longer with a partner: nobody could ask for it any more.
  func eraseSealed(ofThoseGone before: [ContactPerson], _ after: [ContactPerson]) throws {
    for person in before where !after.contains(where: { $0.id == person.id }) {
      let person = ProtectedPerson.contact(person.id)
      let fields = try maskedOrBroken(of: person)
      guard !fields.isEmpty else { continue }
      try forgetting {
        try db.run(
          "DELETE FROM protected_field WHERE uid = ? AND entity = ?", person.blob, .text(person.entity))
      }
      try audit(
        "erase", entity: person.entity, id: person.id,
        after: try JSONText.encode(
          Erasure(fields: fields.map(\.rawValue), reason: "removed from the partner")))
    }
  }

  /// Sets how long values of a field are kept; nil: until somebody erases them.
  public func setRetention(_ field: ProtectedField, days: Int?) throws {
    if let days, !(0...36_500).contains(days) {
      throw StoreError.badValue(field: "days", detail: "\(days) is not between 0 and 36500")
    }
    let before = try retentionRules().first { $0.field == field }?.days
    guard before != days else { return }
    if let days {
      try db.run(
        "INSERT OR REPLACE INTO retention_rule (field, days) VALUES (?, ?)", .text(field.rawValue), .int(days)
      )
    } else {
      try db.run("DELETE FROM retention_rule WHERE field = ?", .text(field.rawValue))
    }
    func image(_ days: Int?) throws -> String? { try days.map { try JSONText.encode(["days": $0]) } }
    try audit(
      "set", entity: "retentionRule", id: field.rawValue, before: try image(before), after: try image(days))
  }

  /// Erases the values that are older than their rule allows, by the clock of this transaction.
  /// - Returns: how many there were.
  @discardableResult
  public func eraseOutlived() throws -> Int {
    var count = 0
    for rule in try retentionRules() {
      let limit = at.addingTimeInterval(-Double(rule.days) * 86_400)
      let old = try db.all(
        "SELECT entity, uid FROM protected_field WHERE field = ? AND set_at <= ?", .text(rule.field.rawValue),
        .date(limit)
      ) { (entity: $0.text(0), id: $0.id(1, of: ContactPerson.self)) }
      for (entity, id) in old {
        try forgetting {
          try db.run(
            "DELETE FROM protected_field WHERE uid = ? AND entity = ? AND field = ?", id.blob, .text(entity),
            .text(rule.field.rawValue))
        }
        try audit(
          "erase", entity: entity, id: id.description,
          after: try JSONText.encode(
            Erasure(fields: [rule.field.rawValue], reason: "retention", days: rule.days)))
      }
      count += old.count
    }
    return count
  }

  private struct Erasure: Encodable {
    var fields: [String]
    var reason: String
    /// Of a retention rule.
    var days: Int?
    /// Earlier rows of the trail that told of the person.
    var rows: Int?
  }

  private func checked(_ reason: String) throws -> String {
    let reason = reason.composed
    guard reason.unicodeScalars.contains(where: { !$0.properties.isWhitespace }), reason.utf8.count <= 1000
    else { throw StoreError.badValue(field: "reason", detail: "it must say why, in at most 1000 bytes") }
    return reason
  }

  private func sealedValue(_ field: ProtectedField, of person: ProtectedPerson) throws -> [UInt8]? {
    try db.first(
      "SELECT sealed FROM protected_field WHERE uid = ? AND entity = ? AND field = ?", person.blob,
      .text(person.entity), .text(field.rawValue)
    ) { $0.blob(0) }
  }

  /// The fields that have a value, whether it opens or not.
  private func maskedOrBroken(of person: ProtectedPerson) throws -> [ProtectedField] {
    try db.all(
      "SELECT field FROM protected_field WHERE uid = ? AND entity = ?", person.blob, .text(person.entity)
    ) { try $0.value(0, in: "protected_field") }.sorted()
  }

  /// Removes values so that their bytes do not stay in free parts of the file's pages.
  func forgetting<T>(_ body: () throws -> T) throws -> T {
    try db.run("PRAGMA secure_delete = 1")
    defer { try? db.run("PRAGMA secure_delete = 0") }
    return try body()
  }

  private func requireThere(_ person: ProtectedPerson) throws {
    guard case .contact = person else { return }
    let found = try db.first("SELECT 1 FROM contact_person WHERE uid = ?", person.blob) { _ in true }
    guard found == true else { throw StoreError.notFound(entity: person.entity, id: person.id) }
  }

  /// Takes name, job and contact points from a contact person. False when he is not there.
  private func blank(_ id: ContactPersonID) throws -> Bool {
    let found = try db.first("SELECT id, partner_id FROM contact_person WHERE uid = ?", id.blob) {
      (person: $0.int64(0), partner: $0.int64(1))
    }
    guard let (person, partner) = found else { return false }
    try db.run(
      "UPDATE contact_person SET name = ?, job_title = '' WHERE id = ?", .text(Redaction.blank),
      .int(person))
    try db.run("DELETE FROM contact_point WHERE person_id = ?", .int(person))
    try db.run(
      "UPDATE partner SET version = version + 1, revision = revision + 1 WHERE id = ?", .int(partner))
    return true
  }
}

extension ProtectedPerson {
  var blob: SQLValue { withUnsafeBytes(of: uuid.uuid) { .blob([UInt8]($0)) } }

  func context(_ field: ProtectedField) -> Vault.Context {
    Vault.Context(table: entity, record: id, field: field.rawValue)
  }
}
