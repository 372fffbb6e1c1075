import CRM
import Foundation

/// A reminder whose time has come, with what it is about.
public struct DueReminder: Sendable, Hashable {
  public var reminder: TaskReminder
  public var title: String
  public var deadline: Date?
}

extension ReadAccess {
  /// What was said about a task, the first first.
  public func comments(of task: TaskID) throws -> [TaskComment] {
    try db.all(
      "\(storedComments) WHERE c.task_id = (SELECT id FROM task WHERE uid = ?) ORDER BY c.id", task.blob,
      body: storedComment)
  }

  public func comment(_ id: TaskCommentID) throws -> TaskComment? {
    try db.first("\(storedComments) WHERE c.uid = ?", id.blob, body: storedComment)
  }

  /// When a user is reminded of a task, the earliest first.
  public func reminders(of task: TaskID, for user: UserID) throws -> [TaskReminder] {
    try db.all(
      """
      \(storedReminders) WHERE k.uid = ? AND u.uid = ? ORDER BY r.at
      """, task.blob, user.blob, body: storedReminder)
  }

  public func reminder(_ id: TaskReminderID) throws -> TaskReminder? {
    try db.first("\(storedReminders) WHERE r.uid = ?", id.blob, body: storedReminder)
  }

  /// A user's reminders of tasks that are not over, the earliest first.
  /// - Parameter until: only those whose time has come by then; nil for all.
  public func reminders(for user: UserID, until: Date? = nil) throws -> [DueReminder] {
    try db.all(
      """
      \(storedReminders) WHERE r.user_id = (SELECT id FROM user WHERE uid = ?1) AND (?2 IS NULL OR r.at <= ?2)
        AND k.state IN ('open', 'inProgress') ORDER BY r.at, r.id
      """, user.blob, .date(until), body: dueReminder)
  }

  /// Whether somebody is to be told of something.
  public func hasDueReminders(at instant: Date) throws -> Bool {
    try db.first("SELECT 1 FROM task_reminder WHERE told_at IS NULL AND at <= ? LIMIT 1", .date(instant)) {
      _ in
      true
    } ?? false
  }
}

private let storedComments = """
  SELECT c.uid, k.uid, u.uid, c.at, c.text
  FROM task_comment c JOIN task k ON k.id = c.task_id JOIN user u ON u.id = c.author_id
  """

private func storedComment(_ c: Columns) throws -> TaskComment {
  TaskComment(id: c.id(0), task: c.id(1), author: c.id(2), at: c.date(3), text: c.text(4))
}

private let storedReminders = """
  SELECT r.uid, k.uid, u.uid, r.at, r.language, r.mailed_at, k.title, k.deadline
  FROM task_reminder r JOIN task k ON k.id = r.task_id JOIN user u ON u.id = r.user_id
  """

private func storedReminder(_ c: Columns) throws -> TaskReminder {
  TaskReminder(
    id: c.id(0), task: c.id(1), user: c.id(2), at: c.date(3), language: c.text(4), mailedAt: c.dateOrNil(5))
}

private func dueReminder(_ c: Columns) throws -> DueReminder {
  DueReminder(reminder: try storedReminder(c), title: c.text(6), deadline: c.dateOrNil(7))
}

extension Writer {
  private func taskRow(_ id: TaskID) throws -> Int64 {
    guard let row = try db.first("SELECT id FROM task WHERE uid = ?", id.blob, body: { $0.int64(0) }) else {
      throw StoreError.notFound(entity: "task", id: id.description)
    }
    return row
  }

  /// - Throws: ``StoreError/notFound(entity:id:)`` without such a task or author.
  public func add(comment: TaskComment) throws {
    var kept = comment
    kept.text = comment.text.composed
    try db.run(
      "INSERT INTO task_comment (uid, task_id, author_id, at, text) VALUES (?, ?, ?, ?, ?)", kept.id.blob,
      .int(try taskRow(kept.task)), .int(try userRow(kept.author)), .date(kept.at), .text(kept.text))
    try audit(
      "create", entity: "taskComment", id: kept.id.description, after: try JSONText.encode(kept))
  }

  /// - Throws: ``StoreError/notFound(entity:id:)``.
  public func remove(comment id: TaskCommentID) throws {
    try delete(comment(id), id, from: "task_comment", entity: "taskComment")
  }

  /// Adds a reminder; one of the same user at the same instant is that one.
  /// - Returns: the reminder that is kept.
  @discardableResult
  public func add(reminder: TaskReminder) throws -> TaskReminder {
    let wanted = Date(milliseconds: reminder.at.milliseconds)
    if let same = try reminders(of: reminder.task, for: reminder.user).first(where: { $0.at == wanted }) {
      return same
    }
    try db.run(
      "INSERT INTO task_reminder (uid, task_id, user_id, at, language) VALUES (?, ?, ?, ?, ?)",
      reminder.id.blob, .int(try taskRow(reminder.task)), .int(try userRow(reminder.user)), .date(wanted),
      .text(reminder.language))
    try audit(
      "create", entity: "taskReminder", id: reminder.id.description, after: try JSONText.encode(reminder))
    var kept = reminder
    kept.at = wanted
    return kept
  }

  /// - Throws: ``StoreError/notFound(entity:id:)``.
  public func remove(reminder id: TaskReminderID) throws {
    try delete(reminder(id), id, from: "task_reminder", entity: "taskReminder")
  }

  /// Takes the reminders whose time has come and of which nobody was told yet: whoever calls this tells their users, in
  /// the same transaction. Those of tasks that are over are passed over.
  /// - Parameter tell: posts a mail; false when the user cannot be reached by one.
  /// - Returns: how many were told.
  public func tellDueReminders(limit: Int = 100, _ tell: (DueReminder) throws -> Bool) throws -> Int {
    let due = try db.all(
      """
      \(storedReminders) WHERE r.told_at IS NULL AND r.at <= ? ORDER BY r.at LIMIT ?
      """, .date(at), .int(limit), body: dueReminder)
    var told = 0
    for one in due {
      let state = try task(one.reminder.task)?.state
      let isOver = state != .open && state != .inProgress
      let isMailed = isOver ? false : try tell(one)
      if isMailed { told += 1 }
      try db.run(
        "UPDATE task_reminder SET told_at = ?, mailed_at = ? WHERE uid = ?", .date(at),
        .date(isMailed ? at : nil), one.reminder.id.blob)
    }
    return told
  }
}
