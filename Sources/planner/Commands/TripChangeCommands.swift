import ArgumentParser
import CRM
import Foundation
import Geo
import Planning
import Store

struct TripInsert: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "insert",
    abstract: "Puts one partner at its best place into a saved trip; all others keep their order.",
    discussion: """
      Visits made stay as they were, nothing new comes before now. A stop of the trip is moved to its best place.
      """)
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Identifier of the trip.") var id: String
  @Argument(help: "Identifier of the partner.") var partner: String
  @Flag(help: "Show the place and keep the trip as it is.") var dryRun = false

  struct Answer: Encodable {
    var partner: String
    var date: LocalDate
    var position: Int
    var addedMetres: Double
    var addedSeconds: Int
    var moved: Bool
    var saved: Bool
    var trip: TripJSON
  }

  func run() async throws {
    let workspace = Workspace(global)
    let database = try workspace.existingDatabase()
    let saved = try SavedTrip(id, in: database)
    try TripPlanner.refuseCancelled(saved.trip)
    let chosen = try RuleOptions.partner(partner, in: database)
    let planner = try workspace.tripPlanner(gazetteer: try? workspace.gazetteer())
    let now = Session.current.now()
    let found = try await planner.insert(chosen, into: saved.trip, in: database, at: now)
    var trip = found.result.trip
    var task = saved.task
    if !dryRun {
      (trip, task) = try planner.replace(
        saved.trip, task: saved.task, by: found.result, in: database, as: .commandLine, at: now)
    }
    if global.json {
      return try JSONOutput.print(
        Answer(
          partner: chosen.description, date: found.date, position: found.position,
          addedMetres: found.addedMetres.value, addedSeconds: found.addedSeconds.value, moved: found.wasStop,
          saved: !dryRun, trip: TripJSON(trip)))
    }
    let partners = saved.partners.merging(found.result.partners) { _, new in new }
    let name = partners[chosen]?.name ?? partner
    Session.print(
      "\(name): \(found.date), place \(found.position), "
        + "\(TripText.signed(found.addedMetres)) km, \(TripText.signed(found.addedSeconds)) driving")
    Session.print()
    Session.print(TripText.checklist(trip, task: dryRun ? nil : task, partners: partners))
    if dryRun {
      Session.print()
      Session.print("Nothing is kept; without --dry-run it is")
    }
  }
}

struct TripCompare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "What a second trip has that the first has not; without a second, a plan made now of the same.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Identifier of the first trip.") var first: String
  @Argument(help: "Identifier of the second; none plans the rest of the first again.") var second: String?

  func run() async throws {
    let workspace = Workspace(global)
    let database = try workspace.existingDatabase()
    let old = try SavedTrip(first, in: database).trip
    let new: Trip
    if let second {
      new = try SavedTrip(second, in: database).trip
    } else {
      let planner = try workspace.tripPlanner(gazetteer: try? workspace.gazetteer())
      new = try await Interruption.endingSearches {
        try await planner.replan(old, in: database, at: Session.current.now()).trip
      }
    }
    let comparison = try TripComparison(old, new)
    if global.json { return try JSONOutput.print(ComparisonJSON(comparison)) }
    Session.print(ComparisonText.table(comparison, isFresh: second == nil))
    let changes = ComparisonText.changes(comparison)
    Session.print()
    Session.print(changes.isEmpty ? "Every stop stands where it stood" : changes)
  }
}

/// Which stops of which trip, and what to keep of them.
struct LockedStops: ParsableArguments {
  @Argument(help: "Identifier of the trip.") var id: String
  @Argument(help: "Identifiers of partners whose stops are meant.") var partners: [String] = []
  @Flag(help: "All stops that are still to come.") var all = false

  func validate() throws {
    if partners.isEmpty != all { throw ValidationError("name partners of the trip, or give --all") }
  }

  func partners(of trip: Trip) throws -> [PartnerID] {
    guard !all else { return trip.partnersToCome }
    return try partners.map { text in
      guard let id = PartnerID(text) else { throw WorkspaceError.badIdentifier(text, what: "partner") }
      return id
    }
  }
}

struct TripLock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Locks stops of a saved trip to their day, their place or their time; a new plan keeps them.",
    discussion: "Without --position and --time a stop keeps its day and may move within it.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var stops: LockedStops
  @Flag(help: "Keep the place in the order of the day.") var position = false
  @Flag(help: "Keep the time at which the visit starts.") var time = false

  func run() async throws {
    try LockAnswer.change(stops, global) { trip, partners in
      var locks: Set<Trip.Lock> = [.day]
      if position { locks.insert(.position) }
      if time { locks.insert(.time) }
      try trip.lock(partners, by: locks)
    }
  }
}

struct TripUnlock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unlock", abstract: "Takes locks of stops away: a new plan may move them again.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var stops: LockedStops

  func run() async throws {
    try LockAnswer.change(stops, global) { trip, partners in try trip.unlock(partners) }
  }
}

/// The answer of `trip lock` and `trip unlock`.
struct LockAnswer: Encodable {
  struct Stop: Encodable {
    var partner: String
    var name: String
    var date: LocalDate
    var locked: Bool
  }
  var trip: String
  var version: Int
  var stops: [Stop]

  static func change(
    _ stops: LockedStops, _ global: GlobalOptions, _ body: (inout Trip, [PartnerID]) throws -> Void
  ) throws {
    let database = try Workspace(global).existingDatabase()
    var trip = try SavedTrip(stops.id, in: database).trip
    let partners = try stops.partners(of: trip)
    let before = trip
    try body(&trip, partners)
    if trip != before {
      let changed = trip
      try database.write(as: .commandLine, at: Session.current.now()) { try $0.save(changed) }
      trip.version += 1
    }
    let chosen = Set(partners)
    let list = trip.days.flatMap { day in
      day.stops.filter { chosen.contains($0.partner) }.map {
        Stop(partner: $0.partner.description, name: $0.name, date: day.date, locked: $0.locked)
      }
    }
    if global.json {
      return try JSONOutput.print(
        LockAnswer(trip: trip.id.description, version: trip.version, stops: list))
    }
    for stop in list { Session.print("\(stop.locked ? "Locked" : "Free"): \(stop.date), \(stop.name)") }
    if trip == before { Session.print("Nothing changed") }
  }
}
