import CRM
import Foundation
import Outbound
import Store

/// Sends the mails of the outbox.
///
/// A mail is claimed, its sending is noted on disk when the server is ready for the content, and its end is noted when
/// the server has answered. So after a kill at any moment the row tells what may have happened: before the note nothing
/// left and it goes back into the queue; after it the mail may have arrived, is `unknown` and is never sent again by
/// itself. Of every mail that did not arrive, or may not have, a person is told by a task.
struct MailWorker: Sendable {
  static let name = "mail"

  var database: Database
  /// Nil: no mail server is set, and mails wait.
  var sender: (any MailSender)?
  var backoff = Backoff.mail
  /// The service's own, of the tasks about mails: what language a person reads is kept nowhere.
  var language = Language.all[0]
  var now: @Sendable () -> Date = { Date() }

  var worker: Worker {
    Worker(
      name: Self.name,
      about: sender == nil ? "sends mails (no mail server is set: they wait)" : "sends mails",
      cadence: .every(.seconds(5)),
      hasWork: {
        guard sender != nil else { return false }
        return try database.read { try $0.hasOutboxWork(kind: .mail, at: now(), isOwnOver: true) }
      },
      recover: { [language] writer in
        for item in try writer.reclaimOutbox(kind: .mail, isOwnOver: true) {
          try writer.addTask(about: item, title: language.mailTask(item))
        }
      },
      run: run)
  }

  /// Sends what is due, one mail after the other.
  /// - Returns: what was done, in words.
  func run(_ turn: WorkerTurn = .whole) async throws -> String {
    guard let sender else { return "no mail server is set" }
    var counts = Counts()
    while !turn.isEnding() {
      try Task.checkCancellation()
      // One at a time: what a killed process had in hand is at most one.
      guard let message = try await claim(&counts) else { break }
      try await send(message, by: sender, &counts)
    }
    return counts.text
  }

  private struct Counts {
    var sent = 0
    var later = 0
    var failed = 0
    var unknown = 0
    var text: String {
      [(sent, "sent"), (later, "to be tried again"), (failed, "failed"), (unknown, "unknown")]
        .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
  }

  private func claim(_ counts: inout Counts) async throws -> OutboxMessage? {
    let (database, now, language) = (database, now, language)
    let (message, lost) = try await Blocking.run {
      try database.write(as: .worker, at: now()) { writer in
        let found = try writer.claimOutbox(kind: .mail, limit: 1)
        for item in found.lost { try writer.addTask(about: item, title: language.mailTask(item)) }
        return (found.messages.first, found.lost.count)
      }
    }
    counts.unknown += lost
    return message
  }

  private func send(_ message: OutboxMessage, by sender: any MailSender, _ counts: inout Counts) async throws
  {
    let (database, now, language) = (database, now, language)
    let outcome: MailOutcome
    do {
      let draft = try MailDraft(encoded: message.payload)
      outcome = await sender.send(draft, id: message.id.description, date: message.createdAt) {
        guard try database.write(as: .worker, at: now(), { try $0.beginSending(message.id) }) else {
          throw CancellationError()
        }
      }
    } catch {
      outcome = .refused(code: error.code, reply: error.message)
    }
    let result: OutboxOutcome
    switch outcome {
    case .sent(let reply):
      result = .sent(message: reply)
      counts.sent += 1
    case .later(let code, let reply):
      if let wait = backoff.wait(after: message.attempts + 1, key: message.id.description) {
        result = .later(code: code, message: reply, next: now().addingTimeInterval(wait / .seconds(1)))
        counts.later += 1
      } else {
        result = .failed(code: "mail.givenUp", message: "\(code): \(reply)")
        counts.failed += 1
      }
    case .refused(let code, let reply):
      result = .failed(code: code, message: reply)
      counts.failed += 1
    case .unknown(let code, let reply):
      result = .unknown(code: code, message: reply)
      counts.unknown += 1
    }
    // What the server said must get into the row even when this task is being cancelled.
    _ = try await Blocking.run {
      try database.write(as: .worker, at: now()) { writer in
        guard let item = try writer.finishOutbox(message.id, result) else { return }
        if item.state == .failed || item.state == .unknown {
          try writer.addTask(about: item, title: language.mailTask(item))
        }
      }
    }
  }
}

extension Language {
  /// What the task about a mail is called.
  func mailTask(_ item: OutboxItem) -> String {
    let isUnsure = item.state == .unknown
    if code == "ru" {
      let what = isUnsure ? "могло не дойти" : "не дошло"
      return "Письмо на адрес \(item.destination) \(what): \(item.subject)"
    }
    return
      "A mail to \(item.destination) \(isUnsure ? "may not have arrived" : "did not arrive"): \(item.subject)"
  }
}

extension Writer {
  /// A task for an administrator about a mail that needs a person.
  fileprivate func addTask(about item: OutboxItem, title: String) throws {
    let keeper = try users().first { $0.role == .administrator && !$0.disabled }
    try save(TripTask(title: title, responsible: keeper?.id))
  }
}
