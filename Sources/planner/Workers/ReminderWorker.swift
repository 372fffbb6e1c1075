import Foundation
import Store

/// Mails whoever wanted to be reminded of a task; on the pages a reminder stands from its time on, mail or not.
enum ReminderWorker {
  static let name = "reminders"

  /// - Parameter base: how the service is reached from outside, for the link.
  static func worker(
    _ database: Database, base: String?, now: @escaping @Sendable () -> Date = { Date() }
  ) -> Worker {
    Worker(
      name: name, about: "reminds of tasks by mail", cadence: .every(.seconds(60)),
      hasWork: { try database.read { try $0.hasDueReminders(at: now()) } },
      run: { _ in
        try await Blocking.run {
          let told = try database.write(as: .worker, at: now()) { writer in
            try writer.tellDueReminders { due in
              let reminder = due.reminder
              // Who takes part no more is not told of it.
              guard let task = try writer.task(reminder.task),
                try TaskResource.isSeen(task, by: reminder.user, in: writer)
              else { return false }
              return try TaskMail.post(
                .reminder(reminder.id), of: due.title, reminder.task, to: reminder.user, base: base,
                language: Language.all.first { $0.code == reminder.language } ?? Language.all[0], in: writer)
            }
          }
          return "\(told) mails"
        }
      })
  }
}
