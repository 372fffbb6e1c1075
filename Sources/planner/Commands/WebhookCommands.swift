import ArgumentParser
import Foundation
import Geo
import Outbound
import Store

struct WebhookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "webhook", abstract: "Other programs that are told of changes.",
    subcommands: [
      WebhookAdd.self, WebhookList.self, WebhookPing.self, WebhookPause.self, WebhookResume.self,
      WebhookRotate.self, WebhookRemove.self,
    ])
}

struct WebhookJSON: Encodable {
  var id: String
  var url: String
  var note: String
  var events: [String]
  var state: String
  var failures: Int
  @OrNull var reason: String?
  var version: Int
  var createdAt: String
  var changedAt: String
  @OrNull var formerSecretUntil: String?

  init(_ webhook: Webhook) {
    id = webhook.id.description
    url = webhook.url
    note = webhook.note
    events = webhook.events.patterns
    state = webhook.state.rawValue
    failures = webhook.failures
    reason = webhook.reason
    version = webhook.version
    createdAt = JSONOutput.time(webhook.createdAt, in: .gmt)
    changedAt = JSONOutput.time(webhook.changedAt, in: .gmt)
    formerSecretUntil = webhook.formerSecretUntil.map { JSONOutput.time($0, in: .gmt) }
  }
}

/// Making and changing webhooks, as the commands and the API do it.
enum WebhookUseCases {
  /// Adds a webhook with a new secret, which is given this once.
  /// - Throws: `OutboundError` for an address that could never be called, `StoreError`.
  static func add(
    url: String, note: String, events: [String], in database: Database, as actor: Actor, at: Date
  ) throws -> (webhook: Webhook, secret: String) {
    _ = try OutboundURL(url)
    let events = try WebhookEvents(events)
    let secret = WebhookSignature.newSecret()
    let webhook = try database.write(as: actor, at: at) {
      try $0.addWebhook(url: url, note: note, events: events, secret: secret)
    }
    return (webhook, secret)
  }

  /// - Returns: the new secret, which is given this once.
  static func rotate(_ id: WebhookID, in database: Database, as actor: Actor, at: Date) throws -> String {
    try database.write(as: actor, at: at) { writer in
      try SigningSecret.rotate(at: at) { try writer.rotateWebhookSecret(id, to: $0, former: $1) }
    }
  }
}

private func webhookID(_ text: String) throws -> WebhookID {
  guard let id = WebhookID(text) else { throw WorkspaceError.badIdentifier(text, what: "webhook") }
  return id
}

struct WebhookAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Tells an address of changes from now on; prints the secret of its signatures once.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "https://host/path that takes POST requests.") var url: String
  @Option(help: "What it is told of: partner.update, partner.* or *; may be repeated.") var event: [String] =
    ["*"]
  @Option(help: "What it is for.") var note = ""

  func run() async throws {
    let made = try WebhookUseCases.add(
      url: url, note: note, events: event, in: try Workspace(global).existingDatabase(), as: .commandLine,
      at: Session.current.now())
    try SigningSecret.print(
      made.secret, of: WebhookJSON(made.webhook), named: "webhook", json: global.json,
      line: "Webhook \(made.webhook.id) is told of \(made.webhook.events.patterns.joined(separator: ", "))")
  }
}

struct WebhookList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "All webhooks.")
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let webhooks = try Workspace(global).existingDatabase().read { try $0.webhooks() }
    if global.json { return try JSONOutput.print(["webhooks": webhooks.map(WebhookJSON.init)]) }
    var table = TextTable([
      .init(title: "Webhook"), .init(title: "Address", shrinksTo: 20), .init(title: "Events", shrinksTo: 10),
      .init(title: "State"), .init(title: "Failures", alignment: .right),
    ])
    for webhook in webhooks {
      table.add([
        webhook.id.description, webhook.url, webhook.events.patterns.joined(separator: ", "),
        webhook.state.rawValue, "\(webhook.failures)",
      ])
    }
    table.print(orElse: "No webhook")
    for webhook in webhooks {
      if let reason = webhook.reason { Session.print("\(webhook.id) is disabled: \(reason)") }
    }
  }
}

struct WebhookPing: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ping", abstract: "Puts a call that tells of nothing into the outbox, to try the address.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The webhook.") var id: String

  func run() async throws {
    let id = try webhookID(id)
    let call = try Workspace(global).existingDatabase()
      .write(as: .commandLine, at: Session.current.now()) { try $0.pingWebhook(id) }
    if global.json { return try JSONOutput.print(["message": call.description]) }
    Session.print("Call \(call) waits; `planner outbox show \(call)` tells how it went")
  }
}

struct WebhookPause: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Makes no calls until it is resumed.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The webhook.") var id: String

  func run() async throws { try setActive(false, id, global) }
}

struct WebhookResume: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Makes calls again, of what happened meanwhile too.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The webhook.") var id: String

  func run() async throws { try setActive(true, id, global) }
}

private func setActive(_ isActive: Bool, _ id: String, _ global: GlobalOptions) throws {
  let id = try webhookID(id)
  let webhook = try Workspace(global).existingDatabase()
    .write(as: .commandLine, at: Session.current.now()) { try $0.updateWebhook(id, isActive: isActive) }
  if global.json { return try JSONOutput.print(WebhookJSON(webhook)) }
  Session.print("Webhook \(webhook.id) is \(webhook.state.rawValue)")
}

struct WebhookRotate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate-secret",
    abstract: "Gives it a new secret, printed once; for a day calls are signed with the former one as well.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The webhook.") var id: String

  func run() async throws {
    let id = try webhookID(id)
    let database = try Workspace(global).existingDatabase()
    let secret = try WebhookUseCases.rotate(id, in: database, as: .commandLine, at: Session.current.now())
    guard let webhook = try database.read({ try $0.webhook(id) }) else { return }
    try SigningSecret.print(secret, of: WebhookJSON(webhook), named: "webhook", json: global.json)
  }
}

struct WebhookRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Removes it; calls that wait are not made.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The webhook.") var id: String

  func run() async throws {
    let id = try webhookID(id)
    try Workspace(global).existingDatabase()
      .write(as: .commandLine, at: Session.current.now()) { try $0.removeWebhook(id) }
    if global.json { return try JSONOutput.print(["removed": id.description]) }
    Session.print("Webhook \(id) is removed")
  }
}
