import ArgumentParser
import CRM
import Exchange
import Foundation
import Geo
import Planning
import Store

/// What single days and single partners of a trip must keep, as options.
struct RuleOptions: ParsableArguments {
  enum Prefer: String, ExpressibleByArgument, CaseIterable { case count, urgency }

  @Option(
    help: ArgumentHelp("Longest way of a day.", valueName: "KM"), transform: OptionValue.kilometres)
  var maxDistance: Metres?

  @Option(
    help: ArgumentHelp("A day may end so much later than working hours.", valueName: "LENGTH"),
    transform: OptionValue.seconds)
  var overtime: Seconds?

  @Option(
    help: ArgumentHelp("To park and be let in, on top of each visit.", valueName: "LENGTH"),
    transform: OptionValue.seconds)
  var setUp: Seconds?

  @Option(
    help: ArgumentHelp("Longest wait at a door, the day's first apart.", valueName: "LENGTH"),
    transform: OptionValue.seconds)
  var maxWait: Seconds?

  @Option(
    help: ArgumentHelp("Go on these weekdays only: mon-fri, or tue,thu.", valueName: "DAYS"),
    transform: OptionValue.weekdays)
  var weekdays: [Weekday]?

  @Option(
    help:
      "Spend nights away in a hotel among the partners, in a town, or in any of them: implies --night away.")
  var lodging: TripRules.Lodging?

  @Option(
    help: ArgumentHelp(
      "Spend a night away only when the day's last stop is so far from the start: implies --lodging any.",
      valueName: "KM"), transform: OptionValue.kilometres)
  var nightAwayFrom: Metres?

  @Option(help: "Whom to visit when not all fit: as many as can be, or by overdue call interval.")
  var prefer: Prefer = .count

  @Option(
    help: ArgumentHelp(
      "CSV or XLSX with what partners sold (columns code or id, turnover): whom to visit when not all fit goes by it "
        + "too.", valueName: "FILE"))
  var turnover: String?

  @Option(help: ArgumentHelp("A partner counts as N visits when not all fit.", valueName: "ID=N"))
  var value: [String] = []

  @Option(
    help: ArgumentHelp("A time agreed: the visit starts then.", valueName: "ID=YYYY-MM-DDTHH:MM"))
  var appointment: [String] = []

  @Option(help: ArgumentHelp("Visit a partner on these days only.", valueName: "ID=DATE,DATE"))
  var on: [String] = []

  @Option(help: ArgumentHelp("First visit of its day.", valueName: "ID,ID"))
  var first: [String] = []

  @Option(help: ArgumentHelp("Last visit of its day.", valueName: "ID,ID"))
  var last: [String] = []

  @Option(help: ArgumentHelp("N-th visit of its day.", valueName: "ID=N"))
  var position: [String] = []

  @Option(
    help: ArgumentHelp("Visit A before B, or B not at all: the bank before the client.", valueName: "A=B"))
  var before: [String] = []

  /// Values that cannot be read are wrong usage before anything is opened.
  func validate() throws {
    _ = try OptionValue.list(first, option: "--first")
    _ = try OptionValue.list(last, option: "--last")
    for text in on { _ = try Self.days(OptionValue.pair(text, option: "--on").value) }
    for text in appointment {
      _ = try Self.moment(OptionValue.pair(text, option: "--appointment").value)
    }
    for text in position { _ = try Self.number(text, option: "--position", upTo: 1000) }
    for text in value { _ = try Self.number(text, option: "--value", upTo: TripRules.maximumWeight) }
    for text in before { _ = try OptionValue.pair(text, option: "--before") }
  }

  /// The options as rules of a request, with notes.
  /// - Parameter selection: whom the trip is about.
  /// - Throws: ``WorkspaceError`` for partners that are none, ``TurnoverTable/Failure``, `TableError`.
  func rules(in database: Database, for selection: Selection) throws -> (rules: TripRules, notes: [String]) {
    var rules = try rules(in: database)
    guard let turnover else { return (rules, []) }
    let table = try TurnoverTable(path: turnover)
    let selected = Selection.or([selection, .ids(rules.partners)])
    let found = try database.read { try $0.turnovers(table.amounts, of: selected) }
    rules.turnover = found.turnovers
    return (rules, found.notes)
  }

  private func rules(in database: Database) throws -> TripRules {
    var rules = TripRules(
      maxDistance: maxDistance, overtime: overtime, setUp: setUp, maxWait: maxWait, weekdays: weekdays,
      worth: prefer == .urgency ? .urgency : .equal, lodging: lodging ?? (nightAwayFrom == nil ? nil : .any),
      nightAwayFrom: nightAwayFrom)
    func partner(_ text: String) throws -> PartnerID { try Self.partner(text, in: database) }
    func place(_ text: String, _ place: TripRules.Place) throws {
      let id = try partner(text)
      guard rules.stop(id)?.place == nil else {
        throw ValidationError("\(text) has two places: give one of --first, --last and --position")
      }
      rules.change(id) { $0.place = place }
    }
    for text in try OptionValue.list(first, option: "--first") { try place(text, .first) }
    for text in try OptionValue.list(last, option: "--last") { try place(text, .last) }
    for text in position {
      let (id, number) = try Self.number(text, option: "--position", upTo: 1000)
      try place(id, .position(number))
    }
    for text in value {
      let (id, number) = try Self.number(text, option: "--value", upTo: TripRules.maximumWeight)
      let one = try partner(id)
      guard rules.stop(one)?.weight == nil else { throw ValidationError("\(id) has two values of --value") }
      rules.change(one) { $0.weight = number }
    }
    for text in on {
      let (id, dates) = try OptionValue.pair(text, option: "--on")
      let days = try Self.days(dates)
      rules.change(try partner(id)) { $0.dates = ($0.dates ?? []) + days }
    }
    for text in appointment {
      let (id, when) = try OptionValue.pair(text, option: "--appointment")
      let moment = try Self.moment(when)
      let one = try partner(id)
      guard rules.stop(one)?.appointment == nil else {
        throw ValidationError("\(id) has two appointments: give one, or plan the second in a trip of its own")
      }
      rules.change(one) { $0.appointment = moment }
    }
    for text in before {
      let (one, other) = try OptionValue.pair(text, option: "--before")
      rules.orders.append(.init(before: try partner(one), after: try partner(other)))
    }
    return rules
  }

  /// A partner there is.
  /// - Throws: ``WorkspaceError/badIdentifier(_:what:)``, ``WorkspaceError/unknownPartner(_:)``.
  static func partner(_ text: String, in database: Database) throws -> PartnerID {
    guard let id = PartnerID(text) else { throw WorkspaceError.badIdentifier(text, what: "partner") }
    guard try database.read({ try $0.partner(id) }) != nil else { throw WorkspaceError.unknownPartner(text) }
    return id
  }

  private static func days(_ text: String) throws -> [LocalDate] {
    try OptionValue.list([text], option: "--on").map(OptionValue.date)
  }

  /// `2026-05-04T14:00`.
  static func moment(_ text: String) throws -> TripRules.Appointment {
    let parts = text.split(separator: "T", omittingEmptySubsequences: false)
    guard parts.count == 2, let date = LocalDate(String(parts[0])), let time = OptionValue.clock(parts[1]),
      time < 86_400
    else { throw ValidationError("\"\(text)\" is no time of an appointment: write ID=2026-05-04T14:00") }
    return .init(date: date, time: time)
  }

  private static func number(_ text: String, option: String, upTo most: Int) throws -> (
    id: String, number: Int
  ) {
    let (id, value) = try OptionValue.pair(text, option: option)
    guard let number = Int(value), (1...most).contains(number) else {
      throw ValidationError("\"\(value)\" is no value of \(option): write ID=N, N from 1 to \(most)")
    }
    return (id, number)
  }
}

extension TripRules.Lodging: ExpressibleByArgument {}

extension OptionValue {
  /// `ID=VALUE`, both there.
  static func pair(_ text: String, option: String) throws -> (id: String, value: String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
      throw ValidationError(
        "\"\(text)\" is no value of \(option): write the partner's identifier, = and the value")
    }
    return (parts[0], parts[1])
  }

  /// `250`, `250km`, `12.5`.
  @Sendable static func kilometres(_ text: String) throws -> Metres {
    let number = text.hasSuffix("km") ? String(text.dropLast(2)) : text
    guard let value = Double(number.trimmingCharacters(in: .whitespaces)), value > 0, value <= 10_000 else {
      throw ValidationError("\"\(text)\" are no kilometres: write 250, at most 10000")
    }
    return Metres(kilometres: value)
  }

  /// `mon-fri`, `sat,sun`, `fri-mon`.
  @Sendable static func weekdays(_ text: String) throws -> [Weekday] {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    let failure = ValidationError("\"\(text)\" are no weekdays: write mon-fri, or tue,thu")
    func day(_ name: Substring) throws -> Int {
      let name = name.lowercased().trimmingCharacters(in: .whitespaces)
      guard name.utf8.count >= 3, let index = names.firstIndex(of: String(name.prefix(3))) else {
        throw failure
      }
      let full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"][index]
      guard full.hasPrefix(name) else { throw failure }
      return index
    }
    var days = Set<Int>()
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false)
      guard (1...2).contains(ends.count) else { throw failure }
      let first = try day(ends[0])
      let last = try day(ends[ends.count - 1])
      var next = first
      days.insert(next)
      while next != last {
        next = (next + 1) % 7
        days.insert(next)
      }
    }
    return days.sorted().compactMap(Weekday.init(rawValue:))
  }
}
