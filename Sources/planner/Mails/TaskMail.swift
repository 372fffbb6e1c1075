import CRM
import Foundation
import Outbound
import Store

/// The mails about a task: that one takes part now, that somebody said something, that one wanted to be reminded. Each is
/// posted in the transaction of what it tells of.
enum TaskMail {
  enum Occasion: Sendable {
    case joined
    case said(TaskComment, by: String)
    case reminder(TaskReminderID)
  }

  /// Tells a user, when he has an address and may sign in.
  /// - Parameters:
  ///   - base: how the service is reached from outside; without it the mail has no link.
  ///   - language: of the mail, when nobody said what the user reads.
  /// - Returns: whether a mail was posted.
  @discardableResult
  static func post(
    _ occasion: Occasion, of title: String, _ task: TaskID, to user: UserID, base: String?,
    language: Language, in writer: Writer
  ) throws -> Bool {
    guard let user = try writer.user(user), !user.disabled, let address = user.email,
      let to = try? MailAddress(name: user.name, address: address)
    else { return false }
    let draft = draft(occasion, of: title, task, to: to, base: base, language: .of(user, else: language))
    let once =
      switch occasion {
      case .joined: "joined:\(task):\(user.id):\(writer.at.timeIntervalSince1970)"
      case .said(let comment, _): "comment:\(comment.id):\(user.id)"
      case .reminder(let id): "reminder:\(id)"
      }
    return try writer.post(
      .mail, to: address, subject: draft.subject, payload: try draft.encoded, once: once) != nil
  }

  /// Tells those of a task what was said about it: the responsible, the creator and the participants, as far as they see
  /// it, but not the one who said it.
  static func post(
    _ comment: TaskComment, on task: TripTask, base: String?, language: Language, in writer: Writer
  ) throws {
    let author = try writer.user(comment.author)?.name ?? ""
    let involved = Set([task.responsible, task.creator].compactMap(\.self) + task.participants)
    for user in involved.subtracting([comment.author]).sorted() {
      guard try TaskResource.isSeen(task, by: user, in: writer) else { continue }
      try post(
        .said(comment, by: author), of: task.title, task.id, to: user, base: base, language: language,
        in: writer)
    }
  }

  static func draft(
    _ occasion: Occasion, of title: String, _ task: TaskID, to: MailAddress, base: String?, language: Language
  ) -> MailDraft {
    let (words, quoted) = (language.taskMail, language.phrases.quoted(title))
    var parts = [words.greeting(to.name)]
    let subject: String
    switch occasion {
    case .joined:
      subject = words.joinedSubject(title)
      parts.append(words.joined(quoted))
    case .said(let comment, let author):
      subject = words.saidSubject(title)
      parts += [words.said(author, quoted), comment.text]
    case .reminder:
      subject = words.reminderSubject(title)
      parts.append(words.reminder(quoted))
    }
    if let base { parts.append("\(base)/tasks/\(task)") }
    return MailDraft(to: to, subject: subject, text: parts.joined(separator: "\n\n"))
  }
}

/// What a mail about a task says.
struct TaskMailWords: Sendable {
  var greeting: @Sendable (_ name: String) -> String
  var joined: @Sendable (_ title: String) -> String
  var said: @Sendable (_ author: String, _ title: String) -> String
  var reminder: @Sendable (_ title: String) -> String
  var joinedSubject: @Sendable (_ title: String) -> String
  var saidSubject: @Sendable (_ title: String) -> String
  var reminderSubject: @Sendable (_ title: String) -> String
}

extension Language {
  var taskMail: TaskMailWords { code == "ru" ? .russian : .english }
}

extension TaskMailWords {
  static let english = TaskMailWords(
    greeting: LinkMailWords.english.greeting, joined: { "You take part in the task \($0) now." },
    said: { "\($0) wrote about the task \($1):" },
    reminder: { "You wanted to be reminded of the task \($0)." },
    joinedSubject: { "You take part: \($0)" }, saidSubject: { "New comment: \($0)" },
    reminderSubject: { "Reminder: \($0)" })

  static let russian = TaskMailWords(
    greeting: LinkMailWords.russian.greeting, joined: { "Теперь вы участвуете в задаче \($0)." },
    said: { "\($0): комментарий к задаче \($1):" },
    reminder: { "Вы просили напомнить о задаче \($0)." },
    joinedSubject: { "Вы участник: \($0)" }, saidSubject: { "Новый комментарий: \($0)" },
    reminderSubject: { "Напоминание: \($0)" })
}
