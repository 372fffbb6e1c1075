import CRM
import Crypto
import Foundation
import Geo

/// One change of one record, as other programs are told of it. It names the record and says nothing of its content.
public struct Change: Sendable, Hashable {
  /// Its number in the audit trail: later changes have greater ones.
  public var number: Int64
  public var at: Date
  /// What made it: `cli`, `import`, `web`.
  public var actor: String
  public var user: UserID?
  /// `partner`, `trip`, `task`, …
  public var entity: String
  public var id: String
  /// `create`, `update`, `geocode`, …
  public var action: String
  /// The version the record had after it, of records that count them.
  public var version: Int?

  /// What webhooks subscribe to: `partner.update`.
  public var type: String { "\(entity).\(action)" }
}

/// A place in the sequence of all changes: right behind one of them. As text it is opaque to whoever keeps it.
///
/// It bears a mark of the change it stands behind, so that one of another database, or from before a backup was
/// restored, is recognised and never silently skips what happened since.
public struct ChangeCursor: Sendable, Hashable, CustomStringConvertible {
  /// 0: before the first change.
  public var number: Int64
  var mark: String

  init(number: Int64, mark: String) {
    self.number = number
    self.mark = mark
  }

  /// Nil when the text is no cursor.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int64(parts[0]), number >= 0, "\(number)" == parts[0],
      parts[1].utf8.count == 12,
      parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.init(number: number, mark: String(parts[1]))
  }

  public var description: String { "\(number)-\(mark)" }

  static let start = ChangeCursor(number: 0, mark: "000000000000")
}

/// A stretch of the sequence of changes.
public struct ChangePage: Sendable, Hashable {
  public var changes: [Change]
  /// Where to go on. Moves on also when nothing was to be seen.
  public var next: ChangeCursor
  /// Whether there was more when this was read.
  public var hasMore: Bool

  public init(changes: [Change], next: ChangeCursor, hasMore: Bool) {
    self.changes = changes
    self.next = next
    self.hasMore = hasMore
  }
}

/// Why a cursor leads nowhere.
public enum ChangeFeedError: CodedError, Equatable {
  /// What came behind it was removed: it is older than what is kept.
  case expired
  /// It is of another database, or of this one before a backup was restored.
  case foreign
  case unreadable

  public var code: String {
    switch self {
    case .expired: "changes.cursor.expired"
    case .foreign: "changes.cursor.foreign"
    case .unreadable: "changes.cursor.unreadable"
    }
  }
  public var message: String {
    switch self {
    case .expired: "changes behind this cursor are no longer kept"
    case .foreign: "this cursor is not of the data as it is now"
    case .unreadable: "this is no cursor"
    }
  }
  public var hint: String { "read the records anew and go on with the cursor that is given without one" }
}

extension ReadAccess {
  /// The changes behind a cursor, in the order in which they were committed. Numbers are given while a writer has its
  /// turn, so nothing ever comes in before what was seen.
  /// - Parameters:
  ///   - cursor: nil gives the oldest changes that are kept.
  ///   - limit: at most so many; 1 … 1000.
  ///   - scope: whose records; of those that somebody's are not, and of records of no person, `all` alone is told.
  /// - Throws: ``ChangeFeedError``.
  public func changes(
    after cursor: ChangeCursor?, limit: Int = 100, scope: RecordScope = .all
  ) throws -> ChangePage {
    let from = try checked(cursor)
    let limit = min(max(1, limit), 1000)
    // Rows looked at: somebody who may see little must not make a reader read everything at once.
    let most = scope == .all ? limit : limit * 20
    var page = ChangePage(changes: [], next: from, hasMore: false)
    let rows = try db.all(
      """
      SELECT a.id, a.at, a.actor, u.uid, a.entity, a.entity_id, a.action, json_extract(a.after, '$.version'),
        json_extract(a.before, '$.responsible'), json_extract(a.after, '$.responsible'),
        json_extract(ifnull(a.after, a.before), '$.task')
      FROM audit a LEFT JOIN user u ON u.id = a.user_id WHERE a.id > ? ORDER BY a.id LIMIT ?
      """, .int(from.number), .int(most + 1)
    ) { c in
      (
        change: ChangeFeed.change(c), names: [c.textOrNil(8), c.textOrNil(9)], task: c.textOrNil(10)
      )
    }
    for (index, row) in rows.enumerated() {
      guard index < most, page.changes.count < limit else {
        page.hasMore = true
        break
      }
      if try sees(scope, row.change, row.names, task: row.task) { page.changes.append(row.change) }
      page.next = ChangeFeed.cursor(behind: row.change)
    }
    return page
  }

  /// The place behind the newest change: for whoever reads all records now and wants the changes from here on.
  public func newestCursor() throws -> ChangeCursor {
    try db.first(
      "SELECT id, at, entity, entity_id, action FROM audit ORDER BY id DESC LIMIT 1",
      body: ChangeFeed.cursor) ?? .start
  }

  /// Changes with greater numbers, whosever they are.
  func changes(behind number: Int64, limit: Int) throws -> [Change] {
    try db.all(
      """
      SELECT a.id, a.at, a.actor, u.uid, a.entity, a.entity_id, a.action, json_extract(a.after, '$.version')
      FROM audit a LEFT JOIN user u ON u.id = a.user_id WHERE a.id > ? ORDER BY a.id LIMIT ?
      """, .int(number), .int(limit), body: ChangeFeed.change)
  }

  private func checked(_ cursor: ChangeCursor?) throws -> ChangeCursor {
    let oldest = try db.first("SELECT min(id) FROM audit") { $0.int64OrNil(0) } ?? nil
    guard let cursor else { return ChangeCursor(number: (oldest ?? 1) - 1, mark: ChangeCursor.start.mark) }
    if cursor.number == 0 {
      guard (oldest ?? 1) == 1 else { throw ChangeFeedError.expired }
      return cursor
    }
    let stored = try db.first(
      "SELECT id, at, entity, entity_id, action FROM audit WHERE id = ?", .int(cursor.number),
      body: ChangeFeed.cursor)
    if let stored {
      guard stored == cursor else { throw ChangeFeedError.foreign }
      return cursor
    }
    // Its own change may have been removed, as long as the next one is there.
    guard let oldest, cursor.number < oldest else { throw ChangeFeedError.foreign }
    guard cursor.number == oldest - 1 else { throw ChangeFeedError.expired }
    return cursor
  }

  /// Whether somebody sees a change: the record is his now, or was before or after it.
  /// - Parameter task: of a comment or a photograph, which may be gone.
  private func sees(
    _ scope: RecordScope, _ change: Change, _ names: [String?], task: String?
  ) throws -> Bool {
    guard case .responsible(let users) = scope else { return true }
    if names.contains(where: { $0.flatMap { UserID($0) }.map(users.contains) ?? false }) { return true }
    let isOfTask = change.entity == "taskComment" || change.entity == "photo"
    let record = isOfTask ? task ?? "" : change.id
    guard let id = UUID(uuidString: record).map({ Identifier<Void>($0) }) else { return false }
    if change.entity == "user" { return users.contains(UserID(id.uuid)) }
    let owner: String? =
      switch change.entity {
      case "partner":
        "SELECT u.uid FROM partner p JOIN user u ON u.id = p.responsible_id WHERE p.uid = ?"
      case "trip": "SELECT u.uid FROM trip t JOIN user u ON u.id = t.responsible_id WHERE t.uid = ?"
      case "task", "taskComment", "photo": Self.involved("SELECT id FROM task WHERE uid = ?1")
      case "checklistItem": Self.involved("SELECT task_id FROM checklist_item WHERE uid = ?1")
      case "activity":
        """
        SELECT u.uid FROM activity a JOIN partner p ON p.id = a.partner_id
        JOIN user u ON u.id = p.responsible_id WHERE a.uid = ?
        """
      case "job": "SELECT u.uid FROM job j JOIN user u ON u.id = j.requested_by WHERE j.uid = ?"
      default: nil
      }
    guard let owner else { return false }
    return try db.all(owner, id.blob) { users.contains($0.id(0)) }.contains(true)
  }

  /// The responsible and the participants of a task, by what its row is.
  private static func involved(_ task: String) -> String {
    """
    SELECT u.uid FROM task k JOIN user u ON u.id = k.responsible_id WHERE k.id = (\(task))
    UNION SELECT u.uid FROM task_participant p JOIN user u ON u.id = p.user_id WHERE p.task_id = (\(task))
    """
  }
}

/// Reads changes and makes cursors.
enum ChangeFeed {
  static func change(_ c: Columns) -> Change {
    Change(
      number: c.int64(0), at: c.date(1), actor: c.text(2), user: c.idOrNil(3), entity: c.text(4),
      id: c.text(5),
      action: c.text(6), version: c.intOrNil(7))
  }

  static func cursor(_ c: Columns) -> ChangeCursor {
    cursor(number: c.int64(0), at: c.int64(1), entity: c.text(2), id: c.text(3), action: c.text(4))
  }

  static func cursor(behind change: Change) -> ChangeCursor {
    cursor(
      number: change.number, at: change.at.milliseconds, entity: change.entity, id: change.id,
      action: change.action)
  }

  private static func cursor(number: Int64, at: Int64, entity: String, id: String, action: String)
    -> ChangeCursor
  {
    let text = "\(number)\u{0}\(at)\u{0}\(entity)\u{0}\(id)\u{0}\(action)"
    let mark = SHA256.hash(data: Data(text.utf8)).prefix(6).map { String(format: "%02x", $0) }.joined()
    return ChangeCursor(number: number, mark: mark)
  }
}
