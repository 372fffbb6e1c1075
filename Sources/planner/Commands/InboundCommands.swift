import ArgumentParser
import Foundation
import Geo
import Outbound
import Store

struct InboundCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inbound", abstract: "Other programs that tell planner what happened.",
    subcommands: [
      InboundAdd.self, InboundList.self, InboundMessages.self, InboundPause.self, InboundResume.self,
      InboundRotate.self, InboundRemove.self,
    ])
}

private struct InboundJSON: Encodable {
  var id: String
  var name: String
  var note: String
  var address: String
  var active: Bool
  @OrNull var lastMessageAt: String?
  var version: Int
  @OrNull var formerSecretUntil: String?

  init(_ source: InboundSource) {
    id = source.id.description
    name = source.name
    note = source.note
    address = "/api/v1/inbound/\(source.name)"
    active = source.isActive
    lastMessageAt = source.lastMessageAt.map { JSONOutput.time($0, in: .gmt) }
    version = source.version
    formerSecretUntil = source.formerSecretUntil.map { JSONOutput.time($0, in: .gmt) }
  }
}

extension ReadAccess {
  /// The source of this name or id.
  fileprivate func source(_ text: String) throws -> InboundSource {
    let wanted = text.lowercased()
    guard
      let source = try inboundSources().first(where: { $0.name == wanted || $0.id.description == wanted })
    else { throw StoreError.notFound(entity: "inboundSource", id: text) }
    return source
  }
}

struct InboundAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Lets a program send messages; prints the secret of its signatures once.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its name in the address it calls: small letters, digits, hyphens.") var name: String
  @Option(help: "What it is for.") var note = ""

  func run() async throws {
    let secret = WebhookSignature.newSecret()
    let (name, note) = (name, note)
    let source = try Workspace(global).existingDatabase()
      .write(as: .commandLine, at: Session.current.now()) {
        try $0.addInboundSource(name: name, note: note, secret: secret)
      }
    try SigningSecret.print(
      secret, of: InboundJSON(source), named: "source", json: global.json,
      line: "\(source.name) may call /api/v1/inbound/\(source.name)")
  }
}

struct InboundList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "All programs that may.")
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let sources = try Workspace(global).existingDatabase().read { try $0.inboundSources() }
    if global.json { return try JSONOutput.print(["sources": sources.map(InboundJSON.init)]) }
    var table = TextTable([
      .init(title: "Name"), .init(title: "State"), .init(title: "Last message"),
      .init(title: "Note", shrinksTo: 10),
    ])
    for source in sources {
      table.add([
        source.name, source.isActive ? "active" : "paused",
        source.lastMessageAt.map { JSONOutput.time($0, in: .gmt) } ?? "", source.note,
      ])
    }
    table.print(orElse: "No source of messages")
  }
}

struct InboundMessages: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "messages", abstract: "What a program told in the last 30 days, the newest first.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its name.") var name: String
  @Option(help: "Most messages.") var limit = 50

  private struct Line: Encodable {
    var id: String
    var type: String
    var at: String
    @OrNull var record: String?
  }

  func validate() throws {
    guard (1...10_000).contains(limit) else { throw ValidationError("--limit is 1 to 10000") }
  }

  func run() async throws {
    let (name, limit) = (name, limit)
    let messages = try Workspace(global).existingDatabase().read {
      try $0.inboundMessages(of: try $0.source(name).id, limit: limit)
    }
    if global.json {
      return try JSONOutput.print([
        "messages": messages.map {
          Line(id: $0.id, type: $0.type, at: JSONOutput.time($0.at, in: .gmt), record: $0.record)
        }
      ])
    }
    var table = TextTable([
      .init(title: "At"), .init(title: "Type"), .init(title: "Message", shrinksTo: 12),
      .init(title: "Record"),
    ])
    for message in messages {
      table.add([JSONOutput.time(message.at, in: .gmt), message.type, message.id, message.record ?? ""])
    }
    table.print(orElse: "No message")
  }
}

struct InboundPause: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Refuses its messages until it is resumed.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its name.") var name: String

  func run() async throws { try setActive(false, name, global) }
}

struct InboundResume: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Takes its messages again.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its name.") var name: String

  func run() async throws { try setActive(true, name, global) }
}

private func setActive(_ isActive: Bool, _ name: String, _ global: GlobalOptions) throws {
  let source = try Workspace(global).existingDatabase()
    .write(as: .commandLine, at: Session.current.now()) {
      try $0.updateInboundSource(try $0.source(name).id, isActive: isActive)
    }
  if global.json { return try JSONOutput.print(InboundJSON(source)) }
  Session.print("\(source.name) is \(source.isActive ? "active" : "paused")")
}

struct InboundRotate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate-secret",
    abstract: "Gives it a new secret, printed once; for a day the former one is right as well.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its name.") var name: String

  func run() async throws {
    let (name, at) = (name, Session.current.now())
    let (source, secret) = try Workspace(global).existingDatabase().write(as: .commandLine, at: at) {
      writer in
      let id = try writer.source(name).id
      let secret = try SigningSecret.rotate(at: at) { try writer.rotateInboundSecret(id, to: $0, former: $1) }
      return (try writer.source(id.description), secret)
    }
    try SigningSecret.print(secret, of: InboundJSON(source), named: "source", json: global.json)
  }
}

struct InboundRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Takes no more of its messages; what they made stays.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its name.") var name: String

  func run() async throws {
    let name = name
    let id = try Workspace(global).existingDatabase()
      .write(as: .commandLine, at: Session.current.now()) { writer in
        let id = try writer.source(name).id
        try writer.removeInboundSource(id)
        return id
      }
    if global.json { return try JSONOutput.print(["removed": id.description]) }
    Session.print("\(name) is removed")
  }
}
