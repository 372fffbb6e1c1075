import ArgumentParser
import CRM
import Foundation
import Geo
import Planning
import Routing
import Store

/// Who goes when several managers go at once, as options.
struct ManagerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Plan for several managers at once: their logins. Partners are shared among them, each gets a trip.",
      valueName: "LOGIN,LOGIN"))
  var managers: [String] = []

  @Option(
    help: ArgumentHelp(
      """
      How partners are shared: territory (to the manager responsible, else to the nearest), total (least driving of \
      all) or longest (least work of whoever works longest). Default: territory.
      """, valueName: "RULE"))
  var share: TeamProblem.Share?

  @Option(help: ArgumentHelp("Where one of the managers starts.", valueName: "LOGIN=PLACE"))
  var managerStart: [String] = []

  @Option(help: ArgumentHelp("Where one of the managers ends.", valueName: "LOGIN=PLACE"))
  var managerEnd: [String] = []

  @Option(help: ArgumentHelp("Working hours of one of the managers.", valueName: "LOGIN=HH:MM-HH:MM"))
  var managerWork: [String] = []

  @Option(help: ArgumentHelp("First day of one of the managers.", valueName: "LOGIN=YYYY-MM-DD"))
  var managerDate: [String] = []

  @Option(help: ArgumentHelp("Number of days of one of the managers.", valueName: "LOGIN=N"))
  var managerDays: [String] = []

  /// Options of single managers with their names.
  private var single: [(name: String, values: [String])] {
    [
      ("--manager-start", managerStart), ("--manager-end", managerEnd), ("--manager-work", managerWork),
      ("--manager-date", managerDate), ("--manager-days", managerDays),
    ]
  }

  var isGiven: Bool { !managers.isEmpty }

  func validate() throws {
    for (name, values) in single {
      for text in values { _ = try Self.value(text, name) }
    }
    for text in managerWork { _ = try OptionValue.hours(Self.value(text, "--manager-work").value) }
    for text in managerDate { _ = try OptionValue.date(Self.value(text, "--manager-date").value) }
    for text in managerDays { _ = try Self.days(text) }
    if isGiven {
      _ = try OptionValue.list(managers, option: "--managers")
    } else if let option = single.first(where: { !$0.values.isEmpty })?.name
      ?? (share == nil ? nil : "--share")
    {
      throw ValidationError("\(option) is for several managers: name them with --managers")
    }
  }

  /// The managers that go, each with his trip's options.
  /// - Throws: ``WorkspaceError``, ``TeamPlanningError``.
  func trips(_ common: TripOptions, in reader: some ReadAccess) throws -> [(manager: User, trip: TripOptions)]
  {
    let logins = try OptionValue.list(managers, option: "--managers").map { $0.lowercased() }
    for (index, login) in logins.enumerated() where logins[..<index].contains(login) {
      throw TeamPlanningError.twice(login)
    }
    guard logins.count > 1 else { throw TeamPlanningError.oneManager }
    var going: [(manager: User, trip: TripOptions)] = []
    for login in logins { going.append((try PlanCommand.worker(login, reader), common)) }
    func change(_ texts: [String], _ option: String, _ body: (inout TripOptions, String) throws -> Void)
      throws
    {
      for text in texts {
        let (login, value) = try Self.value(text, option)
        guard let index = logins.firstIndex(of: login) else {
          throw TeamPlanningError.notGoing(login, option: option)
        }
        try body(&going[index].trip, value)
      }
    }
    try change(managerStart, "--manager-start") { $0.start = $1 }
    try change(managerEnd, "--manager-end") {
      ($0.end, $0.roundTrip, $0.open) = ($1, false, false)
    }
    try change(managerWork, "--manager-work") { $0.work = try OptionValue.hours($1) }
    try change(managerDate, "--manager-date") { $0.date = try OptionValue.date($1) }
    try change(managerDays, "--manager-days") { $0.days = try Self.count($1) }
    for member in going where member.trip.start == nil {
      throw TeamPlanningError.noStart(member.manager.login)
    }
    return going
  }

  private static func value(_ text: String, _ option: String) throws -> (login: String, value: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw ValidationError("\"\(text)\" is no value of \(option): write the login, = and the value")
    }
    return (parts[0].lowercased(), parts[1])
  }

  private static func days(_ text: String) throws -> Int { try count(value(text, "--manager-days").value) }

  private static func count(_ text: String) throws -> Int {
    guard let count = Int(text), (1...PlanRequest.maximumDays).contains(count) else {
      throw ValidationError(
        "\"\(text)\" is no value of --manager-days: use 1 … \(PlanRequest.maximumDays)")
    }
    return count
  }
}

extension TeamProblem.Share: ExpressibleByArgument {}
