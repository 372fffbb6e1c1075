import ArgumentParser
import Foundation
import Geo
import Outbound
import Store

struct OutboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outbox",
    abstract: "Messages to other computers: what waits, what left, what did not arrive.",
    subcommands: [OutboxList.self, OutboxShow.self, OutboxResend.self, OutboxWithdraw.self])
}

private struct ItemJSON: Encodable {
  var id: String
  var kind: String
  var destination: String
  var subject: String
  var state: String
  var attempts: Int
  var createdAt: String
  @OrNull var nextAt: String?
  @OrNull var endedAt: String?
  @OrNull var code: String?
  @OrNull var message: String?

  init(_ item: OutboxItem) {
    func text(_ date: Date?) -> String? { date.map { JSONOutput.time($0, in: .gmt) } }
    id = item.id.description
    kind = item.kind.rawValue
    destination = item.destination
    subject = item.subject
    state = item.state.rawValue
    attempts = item.attempts
    createdAt = JSONOutput.time(item.createdAt, in: .gmt)
    nextAt = text(item.nextAt)
    endedAt = text(item.endedAt)
    code = item.code
    message = item.message
  }
}

private func outboxID(_ text: String) throws -> OutboxID {
  guard let id = OutboxID(text) else { throw WorkspaceError.badIdentifier(text, what: "message") }
  return id
}

struct OutboxList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Messages, newest first.")
  @OptionGroup var global: GlobalOptions
  @Option(help: "mail or webhook.") var kind: String?
  @Option(help: "pending, claimed, sending, sent, unknown or failed.") var state: String?
  @Option(help: "The most messages listed.") var limit = 50

  func validate() throws {
    if let kind, OutboxItem.Kind(rawValue: kind) == nil {
      throw ValidationError("\"\(kind)\" is neither mail nor webhook")
    }
    if let state, OutboxItem.State(rawValue: state) == nil {
      throw ValidationError(
        "\"\(state)\" is no state: use " + OutboxItem.State.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 … 10000") }
  }

  func run() async throws {
    let items = try Workspace(global).existingDatabase().read { reader in
      try reader.outbox(
        kind: kind.flatMap { OutboxItem.Kind(rawValue: $0) },
        states: state.flatMap { OutboxItem.State(rawValue: $0) }.map { [$0] } ?? [], limit: limit)
    }
    if global.json { return try JSONOutput.print(["messages": items.map(ItemJSON.init)]) }
    var table = TextTable([
      .init(title: "Message"), .init(title: "To", shrinksTo: 16), .init(title: "Subject", shrinksTo: 12),
      .init(title: "State"), .init(title: "Tries", alignment: .right), .init(title: "Why", shrinksTo: 8),
    ])
    for item in items {
      table.add([
        item.id.description, item.destination, item.subject, item.state.rawValue, "\(item.attempts)",
        item.code ?? "",
      ])
    }
    table.print(orElse: "No message")
  }
}

struct OutboxShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One message with its attempts.",
    discussion: """
      --content prints what it says, as long as it is kept: a mail may hold a link that lets its reader in, so it is \
      for those only who may read the key file.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The message.") var id: String
  @Flag(help: "Print the content too.") var content = false

  private struct Answer: Encodable {
    struct Attempt: Encodable {
      var at: String
      var outcome: String
      @OrNull var code: String?
      @OrNull var message: String?
    }
    var message: ItemJSON
    var attempts: [Attempt]
    @OrNull var content: String?
  }

  func run() async throws {
    let id = try outboxID(id)
    let isAsked = content
    let (item, attempts, payload) = try Workspace(global).existingDatabase().read { reader in
      (
        try reader.outboxItem(id), try reader.outboxAttempts(id),
        isAsked ? try reader.outboxPayload(id) : nil
      )
    }
    guard let item else { throw StoreError.notFound(entity: "outbox", id: id.description) }
    let text = try payload.map { bytes in
      item.kind == .mail ? try MailDraft(encoded: bytes).text : String(decoding: bytes, as: UTF8.self)
    }
    if global.json {
      return try JSONOutput.print(
        Answer(
          message: ItemJSON(item),
          attempts: attempts.map {
            .init(
              at: JSONOutput.time($0.at, in: .gmt), outcome: $0.outcome, code: $0.code, message: $0.message)
          }, content: text))
    }
    Session.print("\(item.kind.rawValue) to \(item.destination): \(item.subject)")
    Session.print(
      "\(item.state.rawValue), \(Counted.text(item.attempts, "attempt"))"
        + (item.nextAt.map { ", next \(WorkersCommand.short(JSONOutput.time($0, in: .gmt))) UTC" } ?? ""))
    for attempt in attempts {
      let words = [attempt.code, attempt.message].compactMap { $0 }.filter { !$0.isEmpty }
      Session.print(
        "\(WorkersCommand.short(JSONOutput.time(attempt.at, in: .gmt)))  \(attempt.outcome)  "
          + words.joined(separator: ": "))
    }
    if isAsked { Session.print("\n" + (text ?? "Its content is no longer kept.")) }
  }
}

struct OutboxResend: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resend", abstract: "Sends a message once more, also one that may have arrived.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The message.") var id: String

  func run() async throws {
    let id = try outboxID(id)
    let item = try Workspace(global).existingDatabase()
      .write(as: .commandLine, at: Session.current.now()) { try $0.resendOutbox(id) }
    if global.json { return try JSONOutput.print(ItemJSON(item)) }
    Session.print("\(item.id) is \(item.state.rawValue) again")
  }
}

struct OutboxWithdraw: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "withdraw", abstract: "Takes a message back that has not left.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The message.") var id: String

  func run() async throws {
    let id = try outboxID(id)
    let database = try Workspace(global).existingDatabase()
    try database.write(as: .commandLine, at: Session.current.now()) { try $0.withdrawOutbox(id) }
    if global.json {
      return try JSONOutput.print(try database.read { try $0.outboxItem(id) }.map(ItemJSON.init))
    }
    Session.print("\(id) is withdrawn")
  }
}
