import ArgumentParser
import CRM
import Foundation
import Store

struct TokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Secret addresses under which programs read what belongs to somebody.",
    subcommands: [TokenCreate.self, TokenRevoke.self])
}

struct TokenCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Makes the address of somebody's calendar; it is shown this once.")
  @OptionGroup var global: GlobalOptions
  @Option(help: "Sign-in name of whose trips the calendar shows.") var calendar: String

  struct Answer: Encodable {
    var login: String
    var token: String
    var path: String
  }

  func run() async throws {
    let token = CalendarToken()
    let database = try Workspace(global).existingDatabase()
    let user = try database.write(as: .commandLine, at: Session.current.now()) { writer in
      let user = try PlanCommand.user(calendar.lowercased(), writer)
      try writer.add(calendarToken: token, for: user.id)
      return user
    }
    let path = "/calendar/\(token.text).ics"
    if global.json {
      return try JSONOutput.print(Answer(login: user.login, token: token.text, path: path))
    }
    Session.print("The calendar of \(user.name) is at \(path)")
    Session.print("Whoever knows the address reads it. It is not shown again.")
  }
}

struct TokenRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "Closes every address of somebody's calendar.")
  @OptionGroup var global: GlobalOptions
  @Option(help: "Sign-in name.") var calendar: String

  struct Answer: Encodable {
    var login: String
    var revoked: Int
  }

  func run() async throws {
    let database = try Workspace(global).existingDatabase()
    let (user, count) = try database.write(as: .commandLine, at: Session.current.now()) { writer in
      guard let user = try writer.user(login: calendar.lowercased()) else {
        throw WorkspaceError.unknownUser(calendar, known: try writer.users().map(\.login))
      }
      return (user, try writer.revokeCalendarTokens(of: user.id))
    }
    if global.json { return try JSONOutput.print(Answer(login: user.login, revoked: count)) }
    Session.print("Closed \(count) address\(count == 1 ? "" : "es") of the calendar of \(user.name)")
  }
}
