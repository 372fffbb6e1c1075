import CRM
import Foundation

/// A task in a list.
public struct TaskSummary: Sendable, Hashable {
  public var id: TaskID
  public var title: String
  public var state: TripTask.State
  public var responsible: UserID?
  public var deadline: Date?
  public var trip: TripID?
  /// IANA name of the trip's zone; nil without a trip.
  public var timeZone: String?
  /// Items that are stops of the trip, without one those that have none below them, and how many of them are done or
  /// skipped.
  public var items: Int
  public var finished: Int
  public var version: Int
}

/// An item that is done itself.
private let isLeaf = """
  i.task_id = k.id AND CASE WHEN k.trip_id IS NULL
    THEN NOT EXISTS (SELECT 1 FROM checklist_item c WHERE c.parent_id = i.id) ELSE i.stop_id IS NOT NULL END
  """

private let taskSummaryQuery = """
  SELECT k.uid, k.title, k.state, u.uid, k.deadline, t.uid,
    (SELECT count(*) FROM checklist_item i WHERE \(isLeaf)),
    (SELECT count(*) FROM checklist_item i WHERE \(isLeaf) AND i.state <> 'open'),
    t.time_zone, k.version
  FROM task k LEFT JOIN user u ON u.id = k.responsible_id LEFT JOIN trip t ON t.id = k.trip_id
  """

private func storedTaskSummary(_ c: Columns) throws -> TaskSummary {
  TaskSummary(
    id: c.id(0), title: c.text(1), state: try c.value(2, in: "task"), responsible: c.idOrNil(3),
    deadline: c.dateOrNil(4), trip: c.idOrNil(5), timeZone: c.textOrNil(8), items: c.int(6),
    finished: c.int(7), version: c.int(9))
}

extension ReadAccess {
  /// All tasks, newest first.
  public func tasks(limit: Int = 1000) throws -> [TaskSummary] {
    try db.all("\(taskSummaryQuery) ORDER BY k.id DESC LIMIT ?", .int(limit), body: storedTaskSummary)
  }

  func taskSummary(row: Int64) throws -> TaskSummary? {
    try db.first("\(taskSummaryQuery) WHERE k.id = ?", .int(row), body: storedTaskSummary)
  }

  public func taskCount() throws -> Int {
    try db.first("SELECT count(*) FROM task") { $0.int(0) } ?? 0
  }

  /// A task with its checklist tree; nil when there is none.
  public func task(_ id: TaskID) throws -> TripTask? {
    try task(where: "k.uid = ?", id.blob)
  }

  /// The task that carries a trip's checklist.
  public func task(forTrip id: TripID) throws -> TripTask? {
    try task(where: "k.trip_id = (SELECT id FROM trip WHERE uid = ?)", id.blob)
  }

  /// The task an item belongs to.
  public func task(ofItem id: ChecklistItemID) throws -> TripTask? {
    try task(where: "k.id = (SELECT task_id FROM checklist_item WHERE uid = ?)", id.blob)
  }

  /// One item with what lies below it; nil when there is none.
  public func checklistItem(_ id: ChecklistItemID) throws -> ChecklistItem? {
    func search(_ items: [ChecklistItem]) -> ChecklistItem? {
      for item in items {
        if item.id == id { return item }
        if let found = search(item.children) { return found }
      }
      return nil
    }
    return try task(ofItem: id).flatMap { search($0.checklist) }
  }

  private func task(where condition: String, _ value: SQLValue) throws -> TripTask? {
    let found = try db.first(
      """
      SELECT k.id, k.uid, k.title, u.uid, c.uid, k.deadline, k.state, t.uid, k.version
      FROM task k LEFT JOIN user u ON u.id = k.responsible_id LEFT JOIN user c ON c.id = k.creator_id
      LEFT JOIN trip t ON t.id = k.trip_id WHERE \(condition)
      """, value
    ) { c in
      (
        row: c.int64(0),
        task: TripTask(
          id: c.id(1), title: c.text(2), responsible: c.idOrNil(3), creator: c.idOrNil(4),
          deadline: c.dateOrNil(5), state: try c.value(6, in: "task"), trip: c.idOrNil(7),
          version: c.int(8))
      )
    }
    guard let (row, head) = found else { return nil }
    var task = head
    task.participants = try db.all(
      """
      SELECT u.uid FROM task_participant p JOIN user u ON u.id = p.user_id WHERE p.task_id = ? ORDER BY u.uid
      """, .int(row)
    ) { $0.id(0) }
    var children: [Int64: [(row: Int64, item: ChecklistItem)]] = [:]
    try db.rows(
      """
      SELECT i.id, ifnull(i.parent_id, 0), i.uid, i.title, i.state, i.outcome, i.done_at, u.uid, s.uid, p.uid
      FROM checklist_item i LEFT JOIN user u ON u.id = i.done_by LEFT JOIN stop s ON s.id = i.stop_id
      LEFT JOIN partner p ON p.id = i.partner_id
      WHERE i.task_id = ? ORDER BY i.task_id, ifnull(i.parent_id, 0), i.position
      """, .int(row)
    ) { c in
      let item = ChecklistItem(
        id: c.id(2), title: c.text(3), state: try c.value(4, in: "checklist_item"), outcome: c.text(5),
        doneAt: c.dateOrNil(6), doneBy: c.idOrNil(7), stop: c.idOrNil(8), partner: c.idOrNil(9))
      children[c.int64(1), default: []].append((c.int64(0), item))
    }
    func tree(_ parent: Int64) -> [ChecklistItem] {
      (children[parent] ?? []).map { row, item in
        var item = item
        item.children = tree(row)
        return item
      }
    }
    task.checklist = tree(0)
    return task
  }
}

extension Writer {
  /// Stores a new or changed task with its checklist. Items that are gone from the tree are removed.
  public func save(_ task: TripTask) throws {
    let before = try self.task(task.id)
    let trip: SQLValue =
      try task.trip.map { id in
        guard let row = try db.first("SELECT id FROM trip WHERE uid = ?", id.blob, body: { $0.int64(0) })
        else { throw StoreError.notFound(entity: "trip", id: id.description) }
        return .int(row)
      } ?? .null
    // The old items go first: the stops they are may belong to the trip the task had.
    try db.run("DELETE FROM checklist_item WHERE task_id = (SELECT id FROM task WHERE uid = ?)", task.id.blob)
    let values: [SQLValue] = [
      .text(task.title.composed), try userRow(task.responsible), try userRow(task.creator),
      .date(task.deadline), .text(task.state.rawValue), trip, task.id.blob,
    ]
    // Two statements: what a trigger passes over, an upsert that fires it does not.
    try db.run(
      before == nil
        ? "INSERT INTO task (title, responsible_id, creator_id, deadline, state, trip_id, uid) VALUES (?, ?, ?, ?, ?, ?, ?)"
        : """
        UPDATE task SET title = ?, responsible_id = ?, creator_id = ?, deadline = ?, state = ?, trip_id = ?,
          version = version + 1 WHERE uid = ?
        """, arguments: values)
    let row = try db.first("SELECT id FROM task WHERE uid = ?", task.id.blob) { $0.int64(0) }!
    var after = task
    after.participants = Set(task.participants).sorted()
    try set(participants: after.participants, of: row, before: before?.participants ?? [])
    try insert(task.checklist, task: row, parent: .null)
    if let before { after.version = before.version + 1 }
    try audit(
      before == nil ? "create" : "update", entity: "task", id: task.id.description,
      before: try before.map { try JSONText.encode($0) }, after: try JSONText.encode(after))
  }

  private func set(participants: [UserID], of task: Int64, before: [UserID]) throws {
    for user in before where !participants.contains(user) {
      try db.run(
        "DELETE FROM task_participant WHERE task_id = ? AND user_id = ?", .int(task), .int(try userRow(user)))
    }
    for user in participants where !before.contains(user) {
      try db.run(
        "INSERT INTO task_participant (task_id, user_id) VALUES (?, ?)", .int(task), .int(try userRow(user)))
    }
  }

  private func insert(_ items: [ChecklistItem], task: Int64, parent: SQLValue) throws {
    for (position, item) in items.enumerated() {
      let stop: SQLValue = try item.stop.map { .int(try stopRow($0)) } ?? .null
      let partner: SQLValue = try item.partner.flatMap { try partnerRow($0) }.map { .int($0) } ?? .null
      try db.run(
        """
        INSERT INTO checklist_item (uid, task_id, parent_id, position, title, state, outcome, done_at,
          done_by, stop_id, partner_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        item.id.blob, .int(task), parent, .int(position), .text(item.title.composed),
        .text(item.state.rawValue), .text(item.outcome.composed), .date(item.doneAt),
        try userRow(item.doneBy), stop, partner)
      try insert(item.children, task: task, parent: .int(db.lastRow))
    }
  }
}
