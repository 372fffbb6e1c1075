import ArgumentParser
import CRM
import Foundation
import Geo
import Planning
import Routing
import Store

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Plans a trip through a selection of partners: days of ordered stops with times.",
    discussion: """
      PLACE is an address, LAT,LON or partner:ID. Who does not fit is listed with the reason. With --save the \
      trip is kept and becomes a task with a route checklist.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup(title: "Selection") var selection: SelectionOptions
  @OptionGroup(title: "Trip") var trip: TripOptions
  @OptionGroup(title: "Rules") var rules: RuleOptions
  @OptionGroup(title: "Several managers") var managers: ManagerOptions

  @Flag(help: "Keep the trip and its task.")
  var save = false

  @OptionGroup var leftOut: LeftOutOptions

  @Option(
    help: ArgumentHelp(
      "Your own order of a day: it is kept, timed, and told what it breaks.", valueName: "DATE=ID,ID"))
  var order: [String] = []

  @Flag(help: "Start the search from --order instead of keeping it.")
  var improve = false

  @Option(help: "Also show up to N - 1 other plans that differ really and are little worse.")
  var alternatives: Int?

  @Option(help: "Which of the alternatives is printed and kept; 1 is the best.")
  var choose = 1

  func validate() throws {
    if let alternatives, !(1...TripPlanner.maximumAlternatives).contains(alternatives) {
      let error = PlanningError.alternatives(alternatives)
      throw ValidationError("\(error.message); \(error.hint)")
    }
    if choose < 1 || choose > alternatives ?? 1 {
      throw ValidationError("--choose is a number from 1 to that of --alternatives")
    }
    if trip.night == .home, rules.lodging != nil || rules.nightAwayFrom != nil {
      throw ValidationError("--night home has no place for --lodging and --night-away-from: leave one out")
    }
    if !order.isEmpty, alternatives != nil || rules.lodging != nil || rules.nightAwayFrom != nil {
      throw ValidationError(
        "--order is a plan of its own: leave out --alternatives, --lodging and --night-away-from")
    }
    if improve, order.isEmpty { throw ValidationError("--improve starts from --order: give that too") }
    for text in order { _ = try OptionValue.date(OptionValue.pair(text, option: "--order").id) }
    try validateManagers()
  }

  func run() async throws {
    if managers.isGiven { return try await runManagers() }
    let workspace = Workspace(global)
    let database = try workspace.existingDatabase()
    // Coordinates alone need no gazetteer; an address does, and then its absence is the error.
    let gazetteer = try trip.needsGazetteer ? workspace.gazetteer() : try? workspace.gazetteer()
    let (chosen, user) = try database.read { reader in
      let chosen = try selection.resolve(
        in: reader, workspace: workspace, filtersByResponsible: !save)
      return (chosen, try save ? selection.responsible.last.map { try Self.worker($0, reader) } : nil)
    }
    let geocoder = trip.needsGazetteer ? try gazetteer.map(workspace.geocoder(over:)) : nil
    let (rules, ruleNotes) = try rules.rules(in: database, for: chosen)
    let request = try await trip.request(
      selection: chosen, rules: rules, geocoder: geocoder, database: database)
    let planner = try workspace.tripPlanner(gazetteer: gazetteer)
    var violations: [String]?
    let results: [TripPlanner.Result]
    do {
      results =
        if !order.isEmpty {
          try await ordered(request, planner, database, &violations)
        } else if let alternatives {
          try await Interruption.endingSearches {
            try await planner.alternatives(request, in: database, count: alternatives)
          }
        } else {
          [try await Interruption.endingSearches { try await planner.plan(request, in: database) }]
        }
    } catch PlanningError.nothingFits(let left, let days, let start) {
      try sayNothingFits(left, request, start, matrix: planner.roads == nil ? .greatCircle : .roads)
      throw PlanningError.nothingFits(left, days: days, start: start)
    }
    guard choose <= results.count else {
      throw PlanningError.noAlternative(choose, found: results.count)
    }
    var result = results[choose - 1]
    result.notes += ruleNotes
    var task: TripTask?
    var saved = result.trip
    if save {
      (saved, task) = try planner.save(
        result, responsible: user?.id, in: database, as: .commandLine, at: Session.current.now(),
        along: try TripMail.ofCommandLine())
    }
    if global.json, alternatives != nil {
      return try JSONOutput.print(
        PlanJSON(
          trip: TripJSON(saved), taskId: task?.id.description, notes: result.notes,
          alternatives: results.map { AlternativeJSON($0.trip, best: results[0].trip) }, chosen: choose))
    }
    try Self.print(
      saved, task: task, partners: result.partners, notes: result.notes, byDay: leftOut.byDay,
      violations: violations, json: global.json)
    if alternatives != nil {
      Session.print()
      Session.print(AlternativeText.table(results.map(\.trip), chosen: choose))
    }
  }

  private func ordered(
    _ request: PlanRequest, _ planner: TripPlanner, _ database: Database, _ violations: inout [String]?
  ) async throws -> [TripPlanner.Result] {
    let list = try order.map { text in
      let (day, partners) = try OptionValue.pair(text, option: "--order")
      return (
        date: try OptionValue.date(day),
        partners: try OptionValue.list([partners], option: "--order").map {
          try RuleOptions.partner($0, in: database)
        }
      )
    }
    if improve { return [try await planner.improve(request, order: list, in: database)] }
    let scheduled = try await planner.schedule(request, order: list, in: database)
    violations = scheduled.violations.map(\.line)
    return [scheduled.result]
  }

  /// Everybody who was left out, when nobody fits.
  func sayNothingFits(
    _ left: [UnassignedStop], _ request: PlanRequest, _ start: Place, matrix: Trip.Matrix
  ) throws {
    let must = request.musts
    if global.json {
      return try JSONOutput.print(PlanJSON.nothing(left, must: must, start: start, matrix: matrix))
    }
    let named = TripText.mustVisits(leftOut: left, of: must)
    if !named.isEmpty { Session.printError(named) }
    Session.printError(TripText.leftOut(left, byDay: leftOut.byDay))
  }

  static func user(_ login: String, _ reader: some ReadAccess) throws -> User {
    guard let user = try reader.user(login: login) else {
      throw WorkspaceError.unknownUser(login, known: try reader.users().map(\.login))
    }
    return user
  }

  /// Someone who can be given work.
  /// - Throws: ``WorkspaceError/unknownUser``, ``WorkspaceError/disabledUser``.
  static func worker(_ login: String, _ reader: some ReadAccess) throws -> User {
    let user = try user(login, reader)
    guard !user.disabled else {
      throw WorkspaceError.disabledUser(
        user.login, active: try reader.users().filter { !$0.disabled }.map(\.login))
    }
    return user
  }

  static func print(
    _ trip: Trip, task: TripTask?, partners: [PartnerID: PartnerSummary], notes: [String],
    byDay: Bool = false, violations: [String]? = nil, json: Bool
  ) throws {
    if json {
      try JSONOutput.print(
        PlanJSON(
          trip: TripJSON(trip), taskId: task?.id.description, notes: notes, violations: violations))
      return
    }
    Session.print(trip.title)
    Session.print(TripText.places(trip))
    Session.print()
    Session.print(TripText.checklist(trip, task: task, partners: partners))
    Session.print()
    Session.print(TripText.summary(trip))
    if !trip.unassigned.isEmpty {
      let named = TripText.mustVisits(leftOut: trip.unassigned, of: trip.mustVisits)
      if !named.isEmpty { Session.print(named) }
      Session.print()
      Session.print(TripText.leftOut(trip.unassigned, byDay: byDay))
    }
    if let violations {
      Session.print()
      Session.print(
        violations.isEmpty
          ? "Your order keeps every rule" : "Your order breaks \(violations.count) of its rules:")
      for line in violations { Session.print(line) }
    }
    for note in notes { Session.print("Note: \(note)") }
    if let task {
      Session.print()
      Session.print("Trip \(trip.id), task \(task.id)")
    }
  }
}

/// How much is said of whoever is left out.
struct LeftOutOptions: ParsableArguments {
  @Flag(help: "Say of whoever is left out what stands in the way on each day (JSON always does).")
  var byDay = false
}

struct PlanJSON: Encodable {
  var trip: TripJSON
  @OrNull var taskId: String?
  /// What was assumed, in words; of a plan that was just made.
  var notes: [String]
  /// What an order of one's own breaks; absent for plans of the optimiser.
  var violations: [String]?
  /// All plans that were asked for, best first.
  var alternatives: [AlternativeJSON]?
  /// Which of them `trip` is, from 1.
  var chosen: Int?

  /// The answer when nobody fits: no days, everybody with a reason.
  struct Nothing: Encodable {
    struct Trip: Encodable {
      var days: [String] = []
      var start: TripJSON.PlaceJSON
      var unassigned: [TripJSON.Left]
      var metres = 0.0
      var seconds = 0
      @OrNull var lowerBoundSeconds: Int? = nil
      @OrNull var gapPercent: Double? = nil
      @OrNull var givenOrderSeconds: Int? = nil
      var matrix: String
    }
    var trip: Trip
    @OrNull var taskId: String? = nil
  }

  static func nothing(
    _ left: [UnassignedStop], must: Set<PartnerID>, start: Place, matrix: CRM.Trip.Matrix
  ) -> Nothing {
    Nothing(
      trip: .init(
        start: .init(start), unassigned: left.map { TripJSON.Left($0, must: must) }, matrix: matrix.rawValue))
  }
}

/// How a trip goes, as options.
struct TripOptions: ParsableArguments {
  enum Night: String, ExpressibleByArgument, CaseIterable { case home, away }
  enum Metric: String, ExpressibleByArgument, CaseIterable { case time, distance }

  /// Nil only where each of several managers has a start.
  @Option(help: ArgumentHelp("Where the trip starts.", valueName: "PLACE"))
  var start: String?

  @Option(help: ArgumentHelp("Where the trip ends.", valueName: "PLACE"))
  var end: String?

  @Flag(help: "Back to the start (as without --end and --open).")
  var roundTrip = false

  @Flag(help: "The trip ends at the last visit.")
  var open = false

  @Option(
    help: ArgumentHelp("First day (default: the next working day).", valueName: "YYYY-MM-DD"),
    transform: OptionValue.date)
  var date: LocalDate?

  @Option(help: "Number of days.")
  var days = 1

  @Option(
    help: ArgumentHelp("Working hours (default 09:00-18:00).", valueName: "HH:MM-HH:MM"),
    transform: OptionValue.hours)
  var work: PlanRequest.Hours?

  @Option(
    help: ArgumentHelp("Lunch break inside a window.", valueName: "HH:MM-HH:MM/LENGTH"),
    transform: OptionValue.lunch)
  var lunch: PlanRequest.Lunch?

  @Option(
    help: ArgumentHelp("Length of a visit (default 30m).", valueName: "LENGTH"),
    transform: OptionValue.seconds)
  var visit: Seconds?

  @Option(
    help: ArgumentHelp("Most driving a day.", valueName: "LENGTH"), transform: OptionValue.seconds)
  var maxDrive: Seconds?

  @Option(
    help: "Nights at home (each day starts there, and all but the last end there; the default) or away.")
  var night: Night?

  @Option(help: "What a shorter plan means.")
  var metric: Metric = .time

  @Option(help: "Seed of the search; equal seeds give equal plans.")
  var seed: UInt64 = 1

  @Option(
    help: ArgumentHelp("Bound of the search in time.", valueName: "LENGTH"),
    transform: OptionValue.milliseconds)
  var budget: Int?

  @Option(help: "Leave out who is located more vaguely: region, locality, street, interpolated, house.")
  var precision = GeocodeLevel.locality.rawValue

  @Option(help: "Leave out who was visited in the last N days.")
  var skipVisited: Int?

  @Flag(help: "Leave out who is a stop of another unfinished trip.")
  var skipPlanned = false

  @Option(help: ArgumentHelp("Partners that must be visited.", valueName: "ID,ID"))
  var must: [String] = []

  @Option(help: "Title of the trip.")
  var title: String?

  @Option(help: "Time zone of the trip (default: that of the start).")
  var timeZone: String?

  func validate() throws {
    if [roundTrip, open, end != nil].filter({ $0 }).count > 1 {
      throw ValidationError("give one of --end, --round-trip and --open")
    }
    if GeocodeLevel(rawValue: precision) == nil {
      throw ValidationError("\"\(precision)\" is no value of --precision")
    }
    if let skipVisited, skipVisited < 1 { throw ValidationError("--skip-visited is a number of days from 1") }
    do {
      try unplaced.validate()
    } catch {
      // A value that makes no trip is wrong usage like any other.
      throw ValidationError("\(error.message); \(error.hint)")
    }
  }

  /// The values of the options, with no selection and no places yet.
  private var unplaced: PlanRequest {
    PlanRequest(
      selection: .all, start: Place(label: "", coordinate: Coordinate(trustedLatitude: 0, longitude: 0)),
      firstDate: date ?? .today, dayCount: days, work: work ?? PlanRequest.standardHours, lunch: lunch,
      visit: visit ?? Seconds(minutes: 30), maxDriving: maxDrive, budgetMilliseconds: budget,
      timeZone: timeZone)
  }

  /// True when the start or the end is an address; what is neither is the resolver's to refuse.
  var needsGazetteer: Bool {
    [start, end].compactMap { $0 }.contains { text in
      if text.utf8.starts(with: "partner:".utf8) || text.allSatisfy(\.isWhitespace) { return false }
      do {
        return try CoordinateText.parse(text) == nil
      } catch {
        // Two numbers that are no coordinate: the resolver says what is wrong with them.
        return false
      }
    }
  }

  func request(
    selection: Selection, rules: TripRules, geocoder: (any GeocodingProvider)?, database: Database
  ) async throws -> PlanRequest {
    let resolver = PlaceResolver(
      geocoder: geocoder, partner: { id in try database.read { try $0.summaries(.ids([id])).first } })
    let from = try await resolver.resolve(start ?? "", role: .start)
    let finish: PlanRequest.End
    if let end {
      finish = .at(try await resolver.resolve(end, role: .end))
    } else {
      finish = open ? .open : .roundTrip
    }
    let must = try OptionValue.list(must, option: "--must").map {
      try RuleOptions.partner($0, in: database)
    }
    var draft = PlanDraft()
    draft.title = try title.map { try OptionValue.name($0, option: "--title") }
    (draft.date, draft.days, draft.work, draft.lunch) = (date, days, work, lunch)
    (draft.visit, draft.maxDriving) = (visit, maxDrive)
    draft.night = night.map { $0 == .home ? .home : .away }
    draft.metric = metric == .time ? .time : .distance
    (draft.seed, draft.budgetMilliseconds) = (seed, budget)
    draft.minimumLevel = GeocodeLevel(rawValue: precision)
    (draft.skipVisitedWithinDays, draft.skipPlannedElsewhere) = (skipVisited, skipPlanned)
    (draft.mustVisit, draft.timeZone, draft.rules) = (must, timeZone, rules)
    return draft.request(selection: selection, start: from, end: finish, today: .today)
  }
}
