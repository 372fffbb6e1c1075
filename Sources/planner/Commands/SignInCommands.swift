import ArgumentParser
import CRM
import Foundation
import Geo
import Store

struct UserPassword: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "password", abstract: "Sets a user's password, read from standard input.",
    discussion: "For example: printf '%s' \"$PASSWORD\" | planner user password anna. His sessions end.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Sign-in name.") var login: String

  func run() async throws {
    let workspace = Workspace(global)
    let database = try workspace.existingDatabase()
    let password = Session.current.input(1000)
    let user = try database.read { try PlanCommand.user(login.lowercased(), $0) }
    try SignInService.check(password, of: user, .shipped(workspace))
    let hash = try PasswordHash.make(password)
    try database.write(as: .commandLine, at: Session.current.now()) {
      try $0.setPassword(hash: hash, for: user.id)
    }
    if global.json { return try JSONOutput.print(UserJSON(user)) }
    Session.print("\(user.login) signs in with the new password")
  }
}

struct UserInvite: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invite", abstract: "Makes a code by which a user sets his password; good once.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Sign-in name.") var login: String
  @Flag(help: "Send it to the user by mail instead of showing it.") var mail = false
  @Option(help: "Language of the mail: en or ru.") var language = "en"

  func validate() throws {
    guard Language.all.contains(where: { $0.code == language }) else {
      throw ValidationError(
        "\"\(language)\" is no language: use " + Language.all.map(\.code).joined(separator: ", "))
    }
  }

  struct Posted: Encodable {
    var login: String
    var purpose: String
    @OrNull var message: String?
  }

  /// Puts the mail with the link into the outbox.
  private func post(_ database: Database, _ now: Date) throws {
    let base = try ServiceSettings(file: nil, environment: Session.current.environment).publicURL
    let spoken = Language.all.first { $0.code == language } ?? .english
    let posted = try database.write(as: .commandLine, at: now) { writer in
      let user = try PlanCommand.user(login.lowercased(), writer)
      let purpose: LinkPurpose = try writer.passwordHash(of: user.id) == nil ? .invitation : .reset
      let id = try LinkMail.post(purpose, for: user, base: base, language: spoken, in: writer)
      return Posted(login: user.login, purpose: purpose.rawValue, message: id?.description)
    }
    if global.json { return try JSONOutput.print(posted) }
    Session.print("A mail to \(posted.login) waits in the outbox (`planner outbox list`)")
  }

  struct Answer: Encodable {
    var login: String
    var purpose: String
    var code: String
    var expires: String
  }

  func run() async throws {
    let database = try Workspace(global).existingDatabase()
    let now = Session.current.now()
    if mail { return try post(database, now) }
    let answer = try database.write(as: .commandLine, at: now) { writer in
      let user = try PlanCommand.user(login.lowercased(), writer)
      let purpose: LinkPurpose = try writer.passwordHash(of: user.id) == nil ? .invitation : .reset
      let secret = try writer.makeLink(purpose, for: user.id)
      return Answer(
        login: user.login, purpose: purpose.rawValue, code: secret.text,
        expires: Instant.text(now.addingTimeInterval(purpose.life)))
    }
    if global.json { return try JSONOutput.print(answer) }
    Session.print(
      "Code for \(answer.login), good once until \(answer.expires), to be given at /set-password:")
    Session.print(answer.code)
  }
}

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Tokens by which programs act for a user.",
    subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self])
}

struct TokenJSON: Encodable {
  var id: String
  var login: String
  var name: String
  var scopes: [String]
  var made: String
  var expires: String
  var used: String?
  var revoked: String?
  var token: String?

  init(_ token: APIToken, login: String, secret: Secret? = nil) {
    id = token.id.description
    self.login = login
    name = token.name
    scopes = token.scopes.map(\.rawValue).sorted()
    made = Instant.text(token.made)
    expires = Instant.text(token.expires)
    used = token.used.map(Instant.text)
    revoked = token.revoked.map(Instant.text)
    self.token = secret?.text
  }
}

struct TokenCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Makes a token and prints it; it is told this once.",
    discussion:
      "With --calendar it makes the secret address of a calendar instead, for programs that subscribe to it.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Sign-in name of whom it acts for.") var login: String?
  @Option(name: .customLong("user"), help: "The same, as an option.") var user: String?
  @Option(help: "What it is for.") var name = "command line"
  @Option(help: "read, write, admin, maps, separated by commas; by default all that the user may do.")
  var scopes: String?
  @Option(help: "Days until it runs out, at most 730.") var days = 90
  @Option(help: ArgumentHelp("Whose trips the calendar shows; it does not run out.", valueName: "LOGIN"))
  var calendar: String?

  func validate() throws {
    if calendar != nil {
      guard login == nil, user == nil, scopes == nil else {
        throw ValidationError("--calendar goes without a user and scopes of its own")
      }
      return
    }
    guard login != nil || user != nil else { throw ValidationError("name the user the token acts for") }
    guard (1...730).contains(days) else { throw ValidationError("--days is 1 … 730") }
    for scope in scopes?.split(separator: ",") ?? [] where TokenScope(rawValue: String(scope)) == nil {
      throw ValidationError(
        "\"\(scope)\" is no scope: use " + TokenScope.allCases.map(\.rawValue).joined(separator: ", "))
    }
    if name.allSatisfy(\.isWhitespace) { throw ValidationError("--name is empty") }
  }

  func run() async throws {
    let database = try Workspace(global).existingDatabase()
    if let calendar { return try CalendarAddress.make(for: calendar, database, json: global.json) }
    let chosen = scopes.map { Set($0.split(separator: ",").compactMap { TokenScope(rawValue: String($0)) }) }
    let now = Session.current.now()
    let answer = try database.write(as: .commandLine, at: now) { writer in
      let owner = try PlanCommand.user((login ?? user ?? "").lowercased(), writer)
      guard !owner.disabled else {
        throw WorkspaceError.disabledUser(
          owner.login, active: try writer.users().filter { !$0.disabled }.map(\.login))
      }
      let (token, secret) = try writer.addToken(
        for: owner.id, name: name, scopes: chosen ?? Set(TokenScope.allCases),
        expires: now.addingTimeInterval(Double(days) * 86_400))
      return TokenJSON(token, login: owner.login, secret: secret)
    }
    if global.json { return try JSONOutput.print(answer) }
    Session.print(answer.token ?? "")
  }
}

struct TokenList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "All tokens, newest first.")
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let tokens = try Workspace(global).existingDatabase().read { reader in
      let logins = Dictionary(uniqueKeysWithValues: try reader.users().map { ($0.id, $0.login) })
      return try reader.tokens(of: nil).map { TokenJSON($0, login: logins[$0.user] ?? "") }
    }
    if global.json { return try JSONOutput.print(["tokens": tokens]) }
    TextTable(
      [
        .init(title: "Id"), .init(title: "Login", shrinksTo: 12), .init(title: "For", shrinksTo: 16),
        .init(title: "Scopes", shrinksTo: 12), .init(title: "Until"), .init(title: "State"),
      ],
      tokens.map {
        [
          $0.id, $0.login, $0.name, $0.scopes.joined(separator: ","), String($0.expires.prefix(10)),
          $0.revoked == nil ? "good" : "revoked",
        ]
      }
    ).print(orElse: "No token")
  }
}

struct TokenRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "revoke", abstract: "Ends a token at once.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Its id, as `planner token list` shows it.") var id: String?
  @Option(help: ArgumentHelp("Closes all addresses of this user's calendar instead.", valueName: "LOGIN"))
  var calendar: String?

  func validate() throws {
    guard (id == nil) != (calendar == nil) else {
      throw ValidationError("name the token, or with --calendar the user")
    }
  }

  func run() async throws {
    if let calendar {
      return try CalendarAddress.close(
        of: calendar, try Workspace(global).existingDatabase(), json: global.json)
    }
    let id = id ?? ""
    guard let token = TokenID(id) else { throw WorkspaceError.badIdentifier(id, what: "token") }
    try Workspace(global).existingDatabase().write(as: .commandLine, at: Session.current.now()) {
      try $0.revoke(token: token, of: nil)
    }
    if global.json { return try JSONOutput.print(["revoked": id]) }
    Session.print("Revoked \(id)")
  }
}
