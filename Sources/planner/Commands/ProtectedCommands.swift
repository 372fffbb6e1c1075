import ArgumentParser
import CRM
import Foundation
import Geo
import Store

struct ProtectedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "protected",
    abstract: "Passports, birth dates and the like: sealed, masked, shown for a reason, erased in time.",
    subcommands: [
      ProtectedList.self, ProtectedSet.self, ProtectedReveal.self, ProtectedWhoSaw.self, ProtectedErase.self,
      ProtectedRetention.self,
    ])

  static func field(_ text: String) throws -> ProtectedField {
    guard let field = ProtectedField(rawValue: text) else {
      let all = ProtectedField.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("\"\(text)\" is no protected field: use \(all)")
    }
    return field
  }

  static func person(_ text: String) throws -> ProtectedPerson {
    guard let id = ContactPersonID(text) else { throw WorkspaceError.badIdentifier(text, what: "person") }
    return .contact(id)
  }
}

struct ProtectedList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "The people of a partner with what is known of them, masked.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The partner's identifier.") var partner: String

  struct Person: Encodable {
    var id: String
    var name: String
    var fields: [String: String]
  }

  func run() async throws {
    guard let id = PartnerID(partner) else { throw WorkspaceError.badIdentifier(partner, what: "partner") }
    let people = try Workspace(global).existingDatabase().read { reader in
      guard let partner = try reader.partner(id) else { throw WorkspaceError.unknownPartner(partner) }
      return try partner.people.map { person in
        let fields = try reader.maskedFields(of: .contact(person.id))
        return Person(
          id: person.id.description, name: person.name,
          fields: Dictionary(fields.map { ($0.field.rawValue, $0.masked) }) { first, _ in first })
      }
    }
    if global.json { return try JSONOutput.print(["people": people]) }
    TextTable(
      [
        .init(title: "Person"), .init(title: "Name", shrinksTo: 16), .init(title: "Protected", shrinksTo: 20),
      ],
      people.map { person in
        [
          person.id, person.name,
          person.fields.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "),
        ]
      }
    ).print(orElse: "Nobody")
  }
}

struct ProtectedSet: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Seals a value, read from standard input so that no list of commands shows it.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The person's identifier.") var person: String
  @Argument(help: "Which: passportNumber, birthDate, …", transform: ProtectedCommand.field)
  var field: ProtectedField

  func run() async throws {
    let person = try ProtectedCommand.person(person)
    let value = Session.current.input(1000)
    try Workspace(global).existingDatabase().write(as: .commandLine, at: Session.current.now()) {
      try $0.setProtected(field, of: person, value: value)
    }
    if global.json { return try JSONOutput.print(["field": field.rawValue]) }
    Session.print("\(field.rawValue) is sealed")
  }
}

struct ProtectedReveal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reveal", abstract: "Prints a value in clear; who saw it and why is kept.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The person's identifier.") var person: String
  @Argument(help: "Which: passportNumber, birthDate, …", transform: ProtectedCommand.field)
  var field: ProtectedField
  @Option(help: "Why it is needed.") var reason: String
  @Option(help: "Who looks: a sign-in name.") var by: String

  func run() async throws {
    let person = try ProtectedCommand.person(person)
    let database = try Workspace(global).existingDatabase()
    let user = try database.read { try PlanCommand.worker(by.lowercased(), $0) }
    let value = try database.write(
      as: Actor(user: user.id, name: Actor.commandLine.name), at: Session.current.now()
    ) { try $0.reveal(field, of: person, reason: reason) }
    if global.json { return try JSONOutput.print([field.rawValue: value]) }
    Session.print(value)
  }
}

struct ProtectedWhoSaw: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "who-saw", abstract: "Who saw protected values of a person in clear, newest first.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The person's identifier.") var person: String

  struct Look: Encodable {
    var at: String
    var who: String
    var field: String
    var reason: String
  }

  func run() async throws {
    let person = try ProtectedCommand.person(person)
    let looks = try Workspace(global).existingDatabase().read { reader in
      let names = Dictionary(try reader.users().map { ($0.id, $0.login) }) { first, _ in first }
      return try reader.disclosures(of: person).map {
        Look(
          at: JSONOutput.time($0.at, in: .gmt), who: $0.user.flatMap { names[$0] } ?? $0.actor,
          field: $0.field, reason: $0.reason)
      }
    }
    if global.json { return try JSONOutput.print(["looks": looks]) }
    TextTable(
      [
        .init(title: "At"), .init(title: "Who", shrinksTo: 8), .init(title: "Field"),
        .init(title: "Reason", shrinksTo: 20),
      ], looks.map { [$0.at, $0.who, $0.field, $0.reason] }
    ).print(orElse: "Nobody")
  }
}

struct ProtectedErase: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "erase",
    abstract: "Erases what is known of a person; the record and the proof of the erasure stay.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "The person's identifier.") var person: String
  @Option(help: "Why: kept in the trail.") var reason: String

  func run() async throws {
    let person = try ProtectedCommand.person(person)
    let fields = try Workspace(global).existingDatabase().write(
      as: .commandLine, at: Session.current.now()
    ) { try $0.erase(person, reason: reason) }
    if global.json { return try JSONOutput.print(["erased": fields.map(\.rawValue)]) }
    Session.print("Erased: " + (fields.map(\.rawValue) + ["name", "contacts"]).joined(separator: ", "))
  }
}

struct ProtectedRetention: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retention",
    abstract: "How long values are kept; --run erases those that are older.",
    discussion:
      "Without options the rules are printed. A field without a rule is kept until somebody erases it.")
  @OptionGroup var global: GlobalOptions
  @Option(help: "The field whose rule is set.", transform: ProtectedCommand.field) var field: ProtectedField?
  @Option(help: "Days after which its values are erased; `none` takes the rule back.") var days: String?
  @Flag(name: .customLong("run"), help: "Erase what is older than its rule allows.") var isRun = false

  func validate() throws {
    guard (field == nil) == (days == nil) else { throw ValidationError("--field and --days go together") }
    if let days, days != "none", Int(days) == nil {
      throw ValidationError("\"\(days)\" is no number of days")
    }
  }

  struct Answer: Encodable {
    var rules: [RetentionRule]
    var erased: Int?
  }

  func run() async throws {
    let database = try Workspace(global).existingDatabase()
    let at = Session.current.now()
    if let field, let days {
      try database.write(as: .commandLine, at: at) { try $0.setRetention(field, days: Int(days)) }
    }
    let erased = isRun ? try database.write(as: .commandLine, at: at) { try $0.eraseOutlived() } : nil
    let rules = try database.read { try $0.retentionRules() }
    if global.json { return try JSONOutput.print(Answer(rules: rules, erased: erased)) }
    for rule in rules { Session.print("\(rule.field.rawValue): \(rule.days) days") }
    if rules.isEmpty { Session.print("No rule: values are kept until somebody erases them") }
    if let erased { Session.print("\(erased) erased") }
  }
}
