import ArgumentParser
import CRM
import Foundation
import Geo
import Store

struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "People who sign in or are named as responsible.",
    subcommands: [UserAdd.self, UserList.self, UserDisable.self, UserPassword.self, UserInvite.self])
}

struct UserJSON: Encodable {
  var id: String
  var login: String
  var name: String
  var role: String
  @OrNull var email: String?
  var disabled: Bool

  init(_ user: User) {
    id = user.id.description
    login = user.login
    name = user.name
    role = user.role.rawValue
    email = user.email
    disabled = user.disabled
  }
}

struct UserAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "add", abstract: "Adds a user.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Sign-in name: letters, digits, dot, hyphen, underscore.") var login: String
  @Option(help: "Full name.") var name: String
  @Option(help: "manager, head, booking, accountant or administrator.") var role: String
  @Option(help: "Where mails go: links to set a password, trips planned for him.") var email: String?
  @Option(help: "What he reads: en or ru. Mails to him are in it.") var language: String?

  func validate() throws {
    if UserRole(rawValue: role) == nil {
      throw ValidationError(
        "\"\(role)\" is no role: use " + UserRole.allCases.map(\.rawValue).joined(separator: ", "))
    }
    guard LoginName.isValid(login) else {
      throw ValidationError("\"\(login)\" is no sign-in name: \(LoginName.rule)")
    }
    if name.allSatisfy(\.isWhitespace) { throw ValidationError("--name is empty") }
    if let email, EmailAddress.normalise(email) == nil {
      throw ValidationError("\"\(email)\" is no e-mail address")
    }
    if let language, !Language.all.contains(where: { $0.code == language }) {
      throw ValidationError(
        "there is no language \"\(language)\": use " + Language.all.map(\.code).joined(separator: ", "))
    }
  }

  func run() async throws {
    var user = User(login: login.lowercased(), name: name, role: UserRole(rawValue: role) ?? .manager)
    user.email = email.flatMap(EmailAddress.normalise)
    user.language = language
    let added = user
    try Workspace(global).database()
      .write(as: .commandLine, at: Session.current.now()) { try $0.add(user: added) }
    if global.json { return try JSONOutput.print(UserJSON(user)) }
    Session.print("Added \(user.login), \(user.name), \(user.role.rawValue)")
  }
}

struct UserList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "All users.")
  @OptionGroup var global: GlobalOptions

  func run() async throws {
    let users = try Workspace(global).existingDatabase().read { try $0.users() }
    if global.json { return try JSONOutput.print(["users": users.map(UserJSON.init)]) }
    TextTable(
      [
        .init(title: "Login", shrinksTo: 16), .init(title: "Name", shrinksTo: 24), .init(title: "Role"),
        .init(title: "State"),
      ], users.map { [$0.login, $0.name, $0.role.rawValue, $0.disabled ? "disabled" : "active"] }
    ).print(orElse: "No user")
  }
}

struct UserDisable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable", abstract: "Bars a user from signing in and from new work; records stay.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Sign-in name.") var login: String

  func run() async throws {
    let database = try Workspace(global).existingDatabase()
    let user = try database.write(as: .commandLine, at: Session.current.now()) { writer in
      let user = try PlanCommand.user(login.lowercased(), writer)
      try writer.disable(user: user.id)
      return user
    }
    if global.json {
      var disabled = user
      disabled.disabled = true
      return try JSONOutput.print(UserJSON(disabled))
    }
    Session.print("Disabled \(user.login)")
  }
}
