import ArgumentParser
import CRM
import Foundation
import Geo
import Planning
import Store

struct TripCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trip", abstract: "Saved trips.",
    subcommands: [
      TripList.self, TripShow.self, TripCheck.self, TripReplan.self, TripInsert.self, TripCompare.self,
      TripLock.self,
      TripUnlock.self, TripCancel.self, TripRemove.self,
    ])
}

/// A saved trip with all that is printed of it.
struct SavedTrip {
  var trip: Trip
  var task: TripTask?
  var partners: [PartnerID: PartnerSummary]

  init(trip: Trip, task: TripTask?, partners: [PartnerID: PartnerSummary]) {
    self.trip = trip
    self.task = task
    self.partners = partners
  }

  init(_ text: String, in database: Database) throws {
    guard let id = TripID(text) else { throw WorkspaceError.badIdentifier(text, what: "trip") }
    (trip, task, partners) = try database.read { reader in
      guard let trip = try reader.trip(id) else { throw PlanningError.tripUnknown(text) }
      var partners: [PartnerID: PartnerSummary] = [:]
      let ids = trip.days.flatMap(\.stops).map(\.partner) + trip.unassigned.map(\.partner)
      for partner in try reader.summaries(.ids(ids)) { partners[partner.id] = partner }
      return (trip, try reader.task(forTrip: id), partners)
    }
  }
}

struct TripList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Saved trips, newest first.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var rows: ListLimit

  struct Row: Encodable {
    var id: String
    var title: String
    var state: String
    var days: Int
    var stops: Int
    var metres: Double
    var task: String?
  }

  struct Answer: Encodable {
    var trips: [Row]
    /// How many there are, shown or not.
    var total: Int
  }

  func run() async throws {
    let (total, found) = try Workspace(global).existingDatabase().read { reader in
      (try reader.tripCount(), try reader.trips(limit: rows.limit))
    }
    let trips = found.map { trip in
      Row(
        id: trip.id.description, title: trip.title, state: trip.state.rawValue, days: trip.days,
        stops: trip.stops, metres: trip.metres.value, task: trip.task?.description)
    }
    if global.json { return try JSONOutput.print(Answer(trips: trips, total: total)) }
    TextTable(
      [
        .init(title: "Trip"), .init(title: "Title", shrinksTo: 20), .init(title: "State"),
        .init(title: "Days", alignment: .right),
        .init(title: "Stops", alignment: .right), .init(title: "km", alignment: .right),
      ],
      trips.map { row in
        [
          row.id, row.title, row.state, "\(row.days)", "\(row.stops)",
          TripText.kilometres(Metres(row.metres)),
        ]
      }
    ).print(of: total, orElse: "No trip")
  }
}

struct TripShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "A saved trip and its checklist.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var leftOut: LeftOutOptions
  @Argument(help: "Identifier of the trip.") var id: String

  func run() async throws {
    let saved = try SavedTrip(id, in: Workspace(global).existingDatabase())
    try PlanCommand.print(
      saved.trip, task: saved.task, partners: saved.partners, notes: [], byDay: leftOut.byDay,
      json: global.json)
  }
}

struct TripCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks a saved trip against its request and today's partners; lists what it breaks.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Identifier of the trip.") var id: String

  struct Answer: Encodable {
    var ok: Bool
    var violations: [String]
  }

  func run() async throws {
    let workspace = Workspace(global)
    let database = try workspace.existingDatabase()
    let saved = try SavedTrip(id, in: database)
    let planner = try workspace.tripPlanner(gazetteer: try? workspace.gazetteer())
    let found = try await planner.keeping(in: database).violations(of: saved.trip, partners: saved.partners)
    if global.json {
      try JSONOutput.print(Answer(ok: found.isEmpty, violations: found))
    } else {
      for line in found { Session.print(line) }
      if found.isEmpty { Session.print("The trip keeps every rule of its request") }
    }
    if !found.isEmpty { throw WorkspaceError.checkFound(found.count) }
  }
}

struct TripReplan: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replan",
    abstract: "Plans the rest of a saved trip again over today's partners.",
    discussion: """
      Finished and skipped stops stay as they were. The rest goes on from where and when the last finished visit \
      ended, not before now; days that are over get nothing new.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Identifier of the trip.") var id: String
  @Flag(help: "Keep the new plan in place of the old one: the same trip and task, one version on.") var save =
    false
  @Option(help: "Where you are, as an address or LAT,LON: today goes on from there.") var from: String?
  @OptionGroup var leftOut: LeftOutOptions

  func run() async throws {
    let workspace = Workspace(global)
    let database = try workspace.existingDatabase()
    let saved = try SavedTrip(id, in: database)
    try TripPlanner.refuseCancelled(saved.trip)
    let gazetteer = try? workspace.gazetteer()
    let planner = try workspace.tripPlanner(gazetteer: gazetteer)
    var here: Coordinate?
    if let from {
      let resolver = PlaceResolver(geocoder: gazetteer) { id in
        try database.read { try $0.summaries(.ids([id])).first }
      }
      here = try await resolver.resolve(from, role: .start).coordinate
    }
    let place = here
    let result = try await Interruption.endingSearches {
      try await planner.replan(saved.trip, from: place, in: database, at: Session.current.now())
    }
    var trip = result.trip
    var task: TripTask?
    if save {
      (trip, task) = try planner.replace(
        saved.trip, task: saved.task, by: result, in: database, as: .commandLine,
        at: Session.current.now())
    }
    let partners = saved.partners.merging(result.partners) { _, new in new }
    try PlanCommand.print(
      trip, task: task, partners: partners, notes: result.notes, byDay: leftOut.byDay, json: global.json)
    if !global.json {
      Session.print(
        "Before: \(TripText.kilometres(saved.trip.metres)) km, \(TripText.duration(saved.trip.seconds)) driving"
      )
    }
  }
}

struct TripCancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Calls a saved trip and its task off; its stops stay as history.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Identifier of the trip.") var id: String

  func run() async throws {
    let database = try Workspace(global).existingDatabase()
    let trip = try SavedTrip(id, in: database).trip
    let changed = try database.write(as: .commandLine, at: Session.current.now()) {
      try $0.cancelTrip(trip.id)
    }
    if global.json {
      return try JSONOutput.print(TripEnding(trip: trip.id, state: "cancelled", changed: changed))
    }
    Session.print("Cancelled \"\(trip.title)\"" + (changed ? "" : " (as before, nothing changed)"))
  }
}

struct TripRemove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Takes a saved trip and its task away; refused when a visit is recorded on one of its stops.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Identifier of the trip.") var id: String

  func run() async throws {
    let database = try Workspace(global).existingDatabase()
    let trip = try SavedTrip(id, in: database).trip
    try database.write(as: .commandLine, at: Session.current.now()) { try $0.removeTrip(trip.id) }
    if global.json {
      return try JSONOutput.print(TripEnding(trip: trip.id, state: "removed", changed: true))
    }
    Session.print("Removed \"\(trip.title)\"")
  }
}

/// The answer of `trip cancel` and `trip remove`.
struct TripEnding: Encodable {
  var trip: String
  var state: String
  var changed: Bool

  init(trip: TripID, state: String, changed: Bool) {
    self.trip = trip.description
    self.state = state
    self.changed = changed
  }
}
