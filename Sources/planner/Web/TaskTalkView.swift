import CRM
import Foundation
import Geo
import Store

/// Who takes part in a task, what is said about it, and when the reader is reminded of it.
struct TaskTalkView: Sendable {
  var comments: [TaskComment] = []
  /// The reader's own.
  var reminders: [TaskReminder] = []
  /// Who looks; he takes his comments back.
  var user: UserID
  /// Say something, be reminded.
  var maySpeak = false

  func values(for task: TripTask, _ view: TaskView, in language: Language) -> HTMLValue {
    let words = language.phrases.taskTalk
    let (names, address) = (view.names, "/api/v1/tasks/\(task.id)")
    return .object([
      "version": .number(task.version), "address": .text(address),
      "participantsLabel": .text(words.participants),
      "noParticipants": .optional(task.participants.isEmpty ? words.noParticipants : nil),
      "participants": .list(participants(task, view, words)),
      "join": join(task, view, language), "add": .text(language.phrases.editing.add),
      "commentsLabel": .text(words.comments),
      "noComments": .optional(comments.isEmpty ? words.noComments : nil),
      "comments": .list(
        comments.map { comment in
          let author = names[comment.author] ?? "–"
          return .object([
            "author": .text(author), "when": .text(language.moment(comment.at, view.clock)),
            "said": .text(comment.text),
            "remove": maySpeak && comment.author == user
              ? .object([
                "address": .text("\(address)/comments/\(comment.id)"), "label": .text(words.takeBack(author)),
                "told": .text(words.commentRemoved),
                "undo": .text(JSONValue.object([("text", .string(comment.text))]).json),
                "undoTo": .text("\(address)/comments"), "undoLabel": .text(language.phrases.views.undo),
              ]) : .flag(false),
          ])
        }),
      "maySpeak": .flag(maySpeak), "commentLabel": .text(words.comment), "send": .text(words.send),
      "remindersLabel": .text(words.reminders), "remindersText": .text(words.remindersText),
      "remindAtLabel": .text(words.remindAt), "remind": .text(words.remind),
      "presets": .list(presets(task, view.clock, words)),
      "reminders": .list(
        reminders.map { reminder in
          let when = language.moment(reminder.at, view.clock)
          return .object([
            "when": .text(when), "mailed": .optional(reminder.mailedAt == nil ? nil : words.mailed),
            "remove": .text("/api/v1/reminders/\(reminder.id)"), "forget": .text(words.forget(when)),
          ])
        }),
    ])
  }

  private func participants(_ task: TripTask, _ view: TaskView, _ words: TaskTalkWords) -> [HTMLValue] {
    let logins = view.logins
    return task.participants.map { one in
      let name = view.names[one] ?? "–"
      let others = task.participants.filter { $0 != one }.compactMap { logins[$0] }
      return .object([
        "name": .text(name),
        "remove": view.mayEdit
          ? .object([
            "body": .text(Self.body(others)), "label": .text(words.takeOut(name)),
          ]) : .flag(false),
      ])
    }
  }

  /// Adds one to those who take part.
  private func join(_ task: TripTask, _ view: TaskView, _ language: Language) -> HTMLValue {
    let taking = task.participants.compactMap { view.logins[$0] }
    let others = view.people.filter { !taking.contains($0.login) && $0.login != view.responsible }
    guard view.mayEdit, !others.isEmpty else { return .flag(false) }
    return .object([
      "label": .text(language.phrases.taskTalk.addParticipant),
      "people": language.options(
        [("", "–")] + others.map { (JSONValue.texts(taking + [$0.login]).json, $0.name) }, chosen: ""),
    ])
  }

  private static func body(_ logins: [String]) -> String {
    JSONValue.object([("participants", .texts(logins))]).json
  }

  /// Times one presses instead of typing.
  private func presets(_ task: TripTask, _ clock: DayClock, _ words: TaskTalkWords) -> [HTMLValue] {
    var times: [(String, Date)] = [
      (words.inAnHour, clock.now.addingTimeInterval(3600)),
      (words.tomorrow, clock.start(of: clock.today.adding(days: 1)).addingTimeInterval(9 * 3600)),
    ]
    if let deadline = task.deadline { times.append((words.dayBefore, deadline.addingTimeInterval(-86_400))) }
    return times.filter { $0.1 > clock.now }.map { name, at in
      .object([
        "name": .text(name), "body": .text(JSONValue.object([("at", .instant(Instant.rounded(at)))]).json),
      ])
    }
  }
}

extension TaskListView {
  /// The reader's reminders whose time has come.
  static func due(_ reminders: [DueReminder], _ clock: DayClock, in language: Language) -> HTMLValue {
    guard !reminders.isEmpty else { return .flag(false) }
    let words = language.phrases.taskTalk
    return .object([
      "dueLabel": .text(words.due),
      "list": .list(
        reminders.map { due in
          .object([
            "title": .text(due.title), "address": .text("/tasks/\(due.reminder.task)"),
            "when": .text(language.moment(due.reminder.at, clock)),
            "remove": .text("/api/v1/reminders/\(due.reminder.id)"), "seen": .text(words.seen),
            "seenLabel": .text("\(words.seen): \(due.title)"),
          ])
        }),
    ])
  }
}
