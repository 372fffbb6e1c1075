import CRM
import Foundation

/// One change: who did what to which record, when, and how it looked before and after.
public struct AuditRow: Sendable, Hashable {
  public var at: Date
  public var user: UserID?
  public var actor: String
  public var action: String
  public var entity: String
  public var id: String
  /// JSON; nil when there was nothing before.
  public var before: String?
  /// JSON; nil when there is nothing after.
  public var after: String?
  /// Its place in the trail: later changes have greater numbers.
  public var number: Int64
}

private let auditQuery = """
  SELECT a.at, u.uid, a.actor, a.action, a.entity, a.entity_id, a.before, a.after, a.id
  FROM audit a LEFT JOIN user u ON u.id = a.user_id
  """

private func storedAuditRow(_ row: Columns) throws -> AuditRow {
  AuditRow(
    at: row.date(0), user: row.idOrNil(1), actor: row.text(2), action: row.text(3),
    entity: row.text(4), id: row.text(5), before: row.textOrNil(6), after: row.textOrNil(7),
    number: row.int64(8))
}

extension ReadAccess {
  /// The changes of one record, oldest first.
  /// - Parameter entity: `partner`, `trip`, `task`, `checklistItem`, `user`, `selection`, `region`, `importRun`.
  public func audit(entity: String, id: String) throws -> [AuditRow] {
    try db.all(
      "\(auditQuery) WHERE a.entity_id = ? AND a.entity = ? ORDER BY a.id", .text(id), .text(entity),
      body: storedAuditRow)
  }

  /// Trips that were somebody's and have become another's, nobody's or gone since a moment: for each the change that took
  /// it last, oldest first. Its `before` is the trip as it was his. O(changes of trips since then).
  public func tripsLost(by user: UserID, since moment: Date) throws -> [AuditRow] {
    let rows = try db.all(
      """
      \(auditQuery) WHERE a.entity = 'trip'
        AND a.id > ifnull((SELECT o.id FROM audit o WHERE o.entity = 'trip' AND o.at < ?1
          ORDER BY o.id DESC LIMIT 1), 0)
        AND json_extract(a.before, '$.responsible') = ?2
        AND json_extract(a.after, '$.responsible') IS NOT ?2
      ORDER BY a.id
      """, .date(moment), .text(user.description), body: storedAuditRow)
    var last: [String: AuditRow] = [:]
    for row in rows { last[row.id] = row }
    return try last.values.sorted { $0.number < $1.number }.filter { row in
      guard let id = TripID(row.id) else { return false }
      // He may have got it back.
      return try trip(id)?.responsible != user
    }
  }

  func auditRow(_ row: Int64) throws -> AuditRow? {
    try db.first("\(auditQuery) WHERE a.id = ?", .int(row), body: storedAuditRow)
  }

  /// How many changes were ever recorded.
  public func auditCount() throws -> Int {
    try db.first("SELECT count(*) FROM audit") { $0.int(0) } ?? 0
  }
}

extension Writer {
  /// Notes a change in the audit trail, in the same transaction. Neither text may hold a protected value.
  /// - Parameters:
  ///   - before: JSON; nil when there was nothing before.
  ///   - after: JSON; nil when there is nothing after.
  func audit(_ action: String, entity: String, id: String, before: String? = nil, after: String? = nil) throws
  {
    try tail.append(
      AuditChain.Entry(
        id: 0, at: at.milliseconds, user: try actor.user.map { try userRow($0) }, actor: actor.name,
        entity: entity, record: id, action: action, before: before, after: after), to: self)
  }
}

extension Writer {
  /// Takes a record out of its table and notes in the trail what it was.
  /// - Parameter record: as it stands; nil when there is none of that id.
  /// - Throws: ``StoreError/notFound(entity:id:)``.
  func delete<Record>(
    _ record: (some Encodable)?, _ id: Identifier<Record>, from table: String, entity: String
  ) throws {
    guard let record else { throw StoreError.notFound(entity: entity, id: id.description) }
    try db.run("DELETE FROM \(table) WHERE uid = ?", id.blob)
    try audit("delete", entity: entity, id: id.description, before: try JSONText.encode(record))
  }
}

/// JSON of audit rows and of values kept whole.
enum JSONText {
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .millisecondsSince1970
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func decode<T: Decodable>(_ type: T.Type, from text: String, table: String) throws -> T {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .millisecondsSince1970
    do {
      return try decoder.decode(type, from: Data(text.utf8))
    } catch {
      throw StoreError.unreadable(table: table, detail: "\(error)")
    }
  }
}
