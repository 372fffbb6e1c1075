import CRM
import Foundation

extension ReadAccess {
  /// All sources by name.
  public func inboundSources() throws -> [InboundSource] {
    try db.all("SELECT \(sourceColumns) ORDER BY s.name", body: readSource)
  }

  public func inboundSource(_ id: InboundSourceID) throws -> InboundSource? {
    try db.first("SELECT \(sourceColumns) WHERE s.uid = ?", id.blob, body: readSource)
  }

  /// The source that is called so at an instant, with its secrets; nil when there is none.
  public func inboundKey(_ name: String, at: Date) throws -> InboundKey? {
    let found = try db.first(
      "SELECT uid, is_active, \(SourceSecrets.columns) FROM inbound_source WHERE name = ?", .text(name)
    ) { c in
      (
        key: InboundKey(id: c.id(0), isActive: c.bool(1), secrets: []),
        sealed: SourceSecrets.read(c, from: 2, at: at)
      )
    }
    guard var found else { return nil }
    do {
      found.key.secrets = try sourceSecrets.open(found.sealed, of: found.key.id, in: try vault())
    } catch StoreError.sealBroken {
      // No signature is right until it has a new one.
    }
    return found.key
  }

  /// Sources whose secret does not open: none of their messages is believed.
  public func inboundSourcesWithoutSecret() throws -> [InboundSourceID] {
    try sourceSecrets.unreadable(in: self, try vault())
  }

  /// The message a source gave this name earlier; nil when it is new.
  /// - Parameter fingerprint: SHA-256 of its body, 32 bytes.
  /// - Throws: ``StoreError/otherRequest(key:)`` when the name stood over another body.
  public func inboundMessage(
    _ message: String, of source: InboundSourceID, fingerprint: [UInt8]
  ) throws -> InboundMessage? {
    let found = try db.first(
      """
      SELECT m.message, m.type, m.record, m.at, m.fingerprint
      FROM inbound_message m JOIN inbound_source s ON s.id = m.source_id WHERE s.uid = ? AND m.message = ?
      """, source.blob, .text(message)
    ) { (message: readMessage($0), fingerprint: $0.blob(4)) }
    guard let found else { return nil }
    guard found.fingerprint == fingerprint else { throw StoreError.otherRequest(key: message) }
    return found.message
  }

  /// What a source told, the newest first.
  public func inboundMessages(of source: InboundSourceID, limit: Int = 100) throws -> [InboundMessage] {
    try db.all(
      """
      SELECT m.message, m.type, m.record, m.at
      FROM inbound_message m JOIN inbound_source s ON s.id = m.source_id WHERE s.uid = ?
      ORDER BY m.at DESC, m.message DESC LIMIT ?
      """, source.blob, .int(limit), body: readMessage)
  }
}

private let sourceColumns = """
  s.uid, s.name, s.note, s.is_active, s.former_until,
  (SELECT max(m.at) FROM inbound_message m WHERE m.source_id = s.id), s.version, u.uid, s.created_at, s.changed_at
  FROM inbound_source s LEFT JOIN user u ON u.id = s.created_by
  """

private func readSource(_ c: Columns) -> InboundSource {
  InboundSource(
    id: c.id(0), name: c.text(1), note: c.text(2), isActive: c.bool(3), formerSecretUntil: c.dateOrNil(4),
    lastMessageAt: c.dateOrNil(5), version: c.int(6), createdBy: c.idOrNil(7), createdAt: c.date(8),
    changedAt: c.date(9))
}

private func readMessage(_ c: Columns) -> InboundMessage {
  InboundMessage(id: c.text(0), type: c.text(1), record: c.textOrNil(2), at: c.date(3))
}

private typealias SourceSecrets = SigningSecrets<InboundSource>
private let sourceSecrets = SourceSecrets(table: "inbound_source")

/// What the audit trail keeps of a source: never a secret.
private struct SourceImage: Encodable {
  var name: String
  var note: String
  var isActive: Bool
  var version: Int

  init(_ source: InboundSource) {
    name = source.name
    note = source.note
    isActive = source.isActive
    version = source.version
  }
}

extension Writer {
  /// Adds a source of messages.
  /// - Parameters:
  ///   - name: 1 to 40 of `a`–`z`, `0`–`9` and hyphens, not used by another.
  ///   - secret: `whsec_` and base64; shown to nobody afterwards.
  /// - Throws: ``StoreError/badValue(field:detail:)``, ``StoreError/duplicate(entity:key:)``.
  public func addInboundSource(name: String, note: String, secret: String) throws -> InboundSource {
    guard name.wholeMatch(of: /[a-z0-9][a-z0-9-]{0,39}/) != nil else {
      throw StoreError.badValue(
        field: "name",
        detail: "\"\(name.prefix(60))\" is no name for an address: small letters, digits, hyphens")
    }
    guard try db.first("SELECT 1 FROM inbound_source WHERE name = ?", .text(name), body: { _ in true }) == nil
    else { throw StoreError.duplicate(entity: "inboundSource", key: name) }
    let id = InboundSourceID.new()
    try db.run(
      """
      INSERT INTO inbound_source (uid, name, note, secret, created_by, created_at, changed_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """, id.blob, .text(name), .text(note.composed),
      .blob(try sourceSecrets.seal(secret, of: id, in: try vault())), try userRow(actor.user), .date(at),
      .date(at))
    let source = try required(id)
    try keep("create", source, before: nil)
    return source
  }

  /// Changes what a person may change. The name stays: other programs call by it.
  /// - Parameter version: the one the change is based on; nil whatever it is.
  /// - Throws: ``StoreError/notFound(entity:id:)``, ``StoreError/staleVersion(entity:id:expected:actual:)``.
  @discardableResult
  public func updateInboundSource(
    _ id: InboundSourceID, note: String? = nil, isActive: Bool? = nil, version: Int? = nil
  ) throws -> InboundSource {
    let before = try required(id)
    if let version, version != before.version {
      throw StoreError.staleVersion(
        entity: "inboundSource", id: id.description, expected: version, actual: before.version)
    }
    try db.run(
      "UPDATE inbound_source SET note = ?, is_active = ?, version = version + 1, changed_at = ? WHERE uid = ?",
      .text((note ?? before.note).composed), .bool(isActive ?? before.isActive), .date(at), id.blob)
    let after = try required(id)
    try keep("update", after, before: before)
    return after
  }

  /// Gives a source a new secret; until `former` messages signed with the one before are taken too.
  public func rotateInboundSecret(_ id: InboundSourceID, to secret: String, former until: Date) throws {
    let before = try required(id)
    try sourceSecrets.rotate(id, to: secret, former: until, in: self)
    try keep("rotateSecret", try required(id), before: before)
  }

  /// Removes a source and the names of its messages. What they made stays.
  public func removeInboundSource(_ id: InboundSourceID) throws {
    let before = try required(id)
    try delete(SourceImage(before), id, from: "inbound_source", entity: "inboundSource")
  }

  /// Notes a message, so that a repetition of it has no second effect. Housekeeping: what it did has audit rows of its
  /// own.
  /// - Parameter fingerprint: SHA-256 of its body, 32 bytes.
  public func keep(
    inbound message: InboundMessage, of source: InboundSourceID, fingerprint: [UInt8]
  ) throws {
    try db.run(
      """
      INSERT INTO inbound_message (source_id, message, type, fingerprint, record, at)
      VALUES ((SELECT id FROM inbound_source WHERE uid = ?), ?, ?, ?, ?, ?)
      """, source.blob, .text(message.id), .text(message.type), .blob(fingerprint), .optional(message.record),
      .date(message.at))
  }

  /// Forgets names of messages; repetitions so late are new messages.
  /// - Returns: how many.
  public func forgetInboundMessages(before: Date) throws -> Int {
    try db.run("DELETE FROM inbound_message WHERE at < ?", .date(before))
    return db.changedRows
  }

  private func required(_ id: InboundSourceID) throws -> InboundSource {
    guard let source = try inboundSource(id) else {
      throw StoreError.notFound(entity: "inboundSource", id: id.description)
    }
    return source
  }

  private func keep(_ action: String, _ source: InboundSource, before: InboundSource?) throws {
    try audit(
      action, entity: "inboundSource", id: source.id.description,
      before: try before.map { try JSONText.encode(SourceImage($0)) },
      after: try JSONText.encode(SourceImage(source)))
  }
}
