/// The words of what is said about a task, of who takes part in it and of reminders.
struct TaskTalkWords: Sendable {
  var participants: String
  var noParticipants: String
  /// Chooses whom.
  var addParticipant: String
  var takeOut: @Sendable (_ name: String) -> String
  var comments: String
  var noComments: String
  var comment: String
  var send: String
  var takeBack: @Sendable (_ author: String) -> String
  var commentRemoved: String
  var reminders: String
  var remindersText: String
  var remindAt: String
  var remind: String
  var inAnHour: String
  var tomorrow: String
  var dayBefore: String
  var mailed: String
  var forget: @Sendable (_ what: String) -> String
  /// Heads the reminders whose time has come.
  var due: String
  var seen: String
  var itemRemoved: String
}

extension TaskTalkWords {
  static let english = TaskTalkWords(
    participants: "Taking part", noParticipants: "Nobody but the responsible.",
    addParticipant: "Add somebody",
    takeOut: { "Take out: \($0)" }, comments: "Comments", noComments: "Nobody has said anything yet.",
    comment: "Your comment", send: "Send", takeBack: { "Take the comment of \($0) back" },
    commentRemoved: "The comment is removed.", reminders: "Remind me",
    remindersText: "It stands over your tasks then, and comes by mail.", remindAt: "At", remind: "Remind me",
    inAnHour: "In an hour", tomorrow: "Tomorrow at 9", dayBefore: "A day before the deadline",
    mailed: "by mail", forget: { "Forget: \($0)" }, due: "Reminders", seen: "Done with it",
    itemRemoved: "The item is removed.")

  static let russian = TaskTalkWords(
    participants: "Участники", noParticipants: "Только ответственный.", addParticipant: "Добавить участника",
    takeOut: { "Убрать: \($0)" }, comments: "Комментарии", noComments: "Комментариев пока нет.",
    comment: "Ваш комментарий", send: "Отправить", takeBack: { "Удалить комментарий: \($0)" },
    commentRemoved: "Комментарий удалён.", reminders: "Напомнить мне",
    remindersText: "Напоминание появится над вашими задачами и придёт письмом.", remindAt: "Когда",
    remind: "Напомнить", inAnHour: "Через час", tomorrow: "Завтра в 9", dayBefore: "За день до срока",
    mailed: "письмом", forget: { "Не напоминать: \($0)" }, due: "Напоминания", seen: "Готово",
    itemRemoved: "Пункт удалён.")
}
