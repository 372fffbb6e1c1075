import CRM
import Foundation
import Store

/// The secret address under which a calendar program reads somebody's trips.
enum CalendarAddress {
  private struct Made: Encodable {
    var login: String
    var token: String
    var path: String
    /// Nil where no `PLANNER_PUBLIC_URL` says how the service is reached.
    @OrNull var url: String?
  }

  private struct Closed: Encodable {
    var login: String
    var revoked: Int
  }

  /// Makes one more and prints it.
  static func make(for login: String, _ database: Database, json: Bool) throws {
    let base = try ServiceSettings(file: nil, environment: Session.current.environment).publicURL
    let token = CalendarToken()
    let user = try database.write(as: .commandLine, at: Session.current.now()) { writer in
      let user = try PlanCommand.user(login.lowercased(), writer)
      try writer.add(calendarToken: token, for: user.id)
      return user
    }
    let path = "/calendar/\(token.text).ics"
    let url = base.map { $0 + path }
    if json { return try JSONOutput.print(Made(login: user.login, token: token.text, path: path, url: url)) }
    Session.print(url ?? path)
    Session.print("Whoever knows this address reads the trips of \(user.name); it is not shown again.")
  }

  /// Closes all of them.
  static func close(of login: String, _ database: Database, json: Bool) throws {
    let (user, count) = try database.write(as: .commandLine, at: Session.current.now()) { writer in
      guard let user = try writer.user(login: login.lowercased()) else {
        throw WorkspaceError.unknownUser(login, known: try writer.users().map(\.login))
      }
      return (user, try writer.revokeCalendarTokens(of: user.id))
    }
    if json { return try JSONOutput.print(Closed(login: user.login, revoked: count)) }
    Session.print("Closed \(count) address\(count == 1 ? "" : "es") of the calendar of \(user.name)")
  }
}
