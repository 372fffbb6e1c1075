import Foundation

/// What somebody said about a task. It stands as it was said; its author may take it back.
public struct TaskComment: Hashable, Sendable, Codable {
  public var id: TaskCommentID
  public var task: TaskID
  public var author: UserID
  public var at: Date
  /// 1 … 4,000 characters, in lines.
  public var text: String

  public init(id: TaskCommentID = .new(), task: TaskID, author: UserID, at: Date, text: String) {
    (self.id, self.task, self.author, self.at, self.text) = (id, task, author, at, text)
  }
}

public typealias TaskCommentID = Identifier<TaskComment>

/// When somebody wants to be reminded of a task.
public struct TaskReminder: Hashable, Sendable, Codable {
  public var id: TaskReminderID
  public var task: TaskID
  public var user: UserID
  public var at: Date
  /// Language of the mail (BCP 47).
  public var language: String
  /// When a mail told of it; nil before, and for users without an address.
  public var mailedAt: Date?

  public init(
    id: TaskReminderID = .new(), task: TaskID, user: UserID, at: Date, language: String, mailedAt: Date? = nil
  ) {
    (self.id, self.task, self.user, self.at, self.mailedAt) = (id, task, user, at, mailedAt)
    self.language = language
  }
}

public typealias TaskReminderID = Identifier<TaskReminder>
