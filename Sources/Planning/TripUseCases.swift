import CRM
import Foundation
import Geo
import Routing
import Store

extension TripPlanner {
  /// Plans over the partners the request selects now, days cut in the trip's time zone.
  /// - Throws: as ``plan(_:partners:plannedElsewhere:)``, and `StoreError`.
  public func plan(_ request: PlanRequest, in database: Database) async throws -> Result {
    try await plan(request, in: database, without: nil, history: .none)
  }

  /// The best trip over the partners the request selects now, and up to `count - 1` others that differ from it and from
  /// each other in at least a quarter of their legs and are at most 15 % worse, best first. None leaves out more.
  /// - Throws: as ``plan(_:in:)``; ``PlanningError/alternatives(_:)`` for a number that is none.
  public func alternatives(_ request: PlanRequest, in database: Database, count: Int) async throws -> [Result]
  {
    guard (1...Self.maximumAlternatives).contains(count) else { throw PlanningError.alternatives(count) }
    let (partners, elsewhere) = try asked(request, in: database, without: nil)
    let planner = try keeping(in: database, for: request, near: partners.compactMap(\.coordinate))
    let question = try await planner.question(
      request, partners: partners, plannedElsewhere: elsewhere, history: .none)
    // Nights are where the best plan spends them.
    let lodged = try await planner.solve(question).question
    var results: [Result] = []
    let (problem, options) = (lodged.draft.problem, request.searchOptions)
    let plans = await SearchInterrupt.running { TripSolver.alternatives(problem, count: count, options) }
    for plan in plans {
      results.append(try await planner.answer(plan, to: lodged))
    }
    return results
  }

  public static let maximumAlternatives = 9

  private func plan(
    _ request: PlanRequest, in database: Database, without trip: TripID?, history: TripHistory
  ) async throws -> Result {
    let (partners, elsewhere) = try asked(request, in: database, without: trip)
    let places = partners.compactMap(\.coordinate) + history.made.map(\.coordinate)
    return try await keeping(in: database, for: request, near: places).plan(
      request, partners: partners, plannedElsewhere: elsewhere, history: history)
  }

  /// Whom the request selects now, and who of them is a stop of another unfinished trip, whosever that is: a trip behind
  /// its days is unfinished all the same. A trip in sight is named before others, the one saved last first.
  func asked(_ request: PlanRequest, in database: Database, without trip: TripID?) throws -> (
    partners: [PartnerSummary], elsewhere: [PartnerID: OtherTrip]
  ) {
    let zone = try tripZone(of: request).zone
    return try database.read { reader in
      let partners = Self.inOrderGiven(
        try reader.summaries(request.selection, by: DayClock(zone: zone)), request.selection)
      guard request.skipPlannedElsewhere else { return (partners, [:]) }
      let open = try reader.openStops(of: partners.map(\.id)).filter { $0.trip != trip }
      let seen = open.filter { sight.contains($0.responsible) }
      let told = seen.map { ($0.partner, OtherTrip.named($0.title)) }
      let untold = open.map { ($0.partner, OtherTrip.unnamed) }
      let elsewhere: [PartnerID: OtherTrip] = Dictionary(told + untold) { first, _ in first }
      return (partners, elsewhere)
    }
  }

  /// The same planner with driving times kept in the database.
  public func keeping(in database: Database) -> TripPlanner {
    guard let roads else { return self }
    var planner = self
    planner.matrix = RoadMatrix(roads: KeptRoads(roads: roads, database: database))
    return planner
  }

  /// As ``keeping(in:)``, with the hotels in sight near these places where the request wants some for its nights.
  func keeping(
    in database: Database, for request: PlanRequest, near places: [Coordinate]
  ) throws -> TripPlanner {
    var planner = keeping(in: database)
    guard request.night == .away, let kind = request.rules.lodging, kind != .town else { return planner }
    planner.hotels = try database.read {
      try $0.hotels(within: Self.lodgingReach, of: places, scope: sight)
    }
    return planner
  }

  /// Keeps a planned trip and the task it becomes, in one transaction.
  /// - Parameter along: what is kept in the same transaction, a mail to the manager for instance.
  public func save(
    _ result: Result, responsible: UserID?, in database: Database, as actor: Actor, at: Date,
    along: (Trip, Writer) throws -> Void = { _, _ in }
  ) throws -> (trip: Trip, task: TripTask) {
    let (trip, task) = Self.published(result, responsible: responsible, creator: actor.user)
    try database.write(as: actor, at: at) { writer in
      try writer.save(trip, task: task)
      try along(trip, writer)
    }
    return (trip, task)
  }

  /// A planned trip as it is saved, and the task it becomes.
  public static func published(_ result: Result, responsible: UserID?, creator: UserID?) -> (
    trip: Trip, task: TripTask
  ) {
    var trip = result.trip
    trip.responsible = responsible
    trip.state = .published
    trip.unassigned = trip.unassigned.map(\.kept)
    let task = RouteChecklist.task(
      for: trip, partners: result.partners, responsible: responsible, creator: creator)
    return (trip, task)
  }

  /// Asks the rest of a saved trip's question again over today's partners. Stops whose visit is over stay as they
  /// were; the rest is planned from where and when the last visit made ended, and never before `now`. Days that
  /// are over get nothing new. An open stop with photographs that finds no place stays on its day as a record.
  /// - Parameters:
  ///   - sight: whom the asker sees, beside those who are in the trip already; nil for everybody.
  ///   - here: where he is now: today goes on from there, and the way there counts as driven. Nil goes on from the last
  ///     visit made, or from where he was when he last said so.
  /// - Throws: ``PlanningError/nothingLeft(title:)`` when every stop is over; with a place
  ///   ``PlanningError/notToday(title:)`` when no day of the trip goes on now, ``PlanningError/offRoad(_:)``.
  public func replan(
    _ trip: Trip, within sight: Selection? = nil, from here: Coordinate? = nil, in database: Database,
    at now: Date
  ) async throws -> Result {
    var (request, zone) = try Self.storedRequest(of: trip)
    let question = request.selection
    request.selection = Self.selection(of: trip, request, within: sight)
    let photographed = try database.read { try $0.photographedStops(of: trip.id) }
    var positions = try Self.positions(of: trip, request, from: here, at: now, in: zone)
    while true {
      request.positions = positions.isEmpty ? nil : positions
      var history = TripHistory(of: trip, request: request, at: now, in: zone, positions: positions)
      history.keep(trip) { photographed.contains($0.id) }
      do {
        var result = try await plan(request, in: database, without: trip.id, history: history)
        let led = positions.filter { leads($0, to: result.trip) }
        if led.count == positions.count {
          // What is asked stays what it was: who plans it next may see more.
          var kept = try PlanRequest(json: result.trip.request)
          kept.selection = question
          result.trip.request = try kept.json()
          return result
        }
        positions = led
      } catch ProblemError.progress where here != nil {
        throw PlanningError.offRoad(here!)
      }
    }
  }

  /// Whom a trip is planned again over: who is selected now and the stops locked by hand, of these the stops and
  /// whoever is in sight. Whoever asked first may have seen more.
  private static func selection(
    of trip: Trip, _ request: PlanRequest, within sight: Selection?
  ) -> Selection {
    var selection = request.selection
    let stops = trip.days.flatMap(\.stops)
    let known = request.rules.locked
    let locked = stops.filter { $0.visit == .planned && known.contains($0.partner) }.map(\.partner)
    let isAsked =
      if case .ids(let list) = selection { Set(list).isSuperset(of: locked) } else { locked.isEmpty }
    if !isAsked { selection = .or([selection, .ids(locked)]) }
    guard let sight else { return selection }
    return .and([selection, .or([.ids(stops.map(\.partner)), sight])])
  }

  /// Whether something of the trip comes after one was there; else nobody needs to know.
  private func leads(_ position: PlanRequest.Position, to trip: Trip) -> Bool {
    guard let day = trip.days.first(where: { $0.date == position.date }) else { return false }
    // Nobody drives to what only stays as a record.
    return zip(day.stops, day.legs).contains { $0.arrival >= position.at && $1.metres > .zero }
      || day.legs.count > day.stops.count
  }

  /// Where one was on days of the trip, and is today.
  private static func positions(
    of trip: Trip, _ request: PlanRequest, from here: Coordinate?, at now: Date, in zone: TimeZone
  ) throws -> [PlanRequest.Position] {
    let days = TripHistory(of: trip, request: request, at: now, in: zone).days
    let today = LocalDate(now, in: zone)
    var positions = (request.positions ?? []).filter { position in
      days[position.date]?.isOver == false
        || days[position.date]?.made.contains { $0.arrival >= position.at } == true
    }
    guard let here else { return positions }
    guard request.dates.contains(today), days[today]?.isOver == false else {
      throw PlanningError.notToday(title: trip.title)
    }
    let ended = days[today]?.made.last?.departure ?? now
    positions.removeAll { $0.date == today }
    positions.append(PlanRequest.Position(date: today, at: max(now, ended), coordinate: here))
    return positions.sorted { $0.date < $1.date }
  }

  /// An explicit list of partners is an order; everything else comes as the store sorts it.
  static func inOrderGiven(_ partners: [PartnerSummary], _ selection: Selection) -> [PartnerSummary] {
    let list: [PartnerID]
    switch selection {
    case .ids(let ids): list = ids
    case .and(let parts):
      let lists = parts.compactMap { if case .ids(let ids) = $0 { ids } else { nil } }
      list = lists.first ?? []
    default: list = []
    }
    guard !list.isEmpty else { return partners }
    var place: [PartnerID: Int] = [:]
    for (index, id) in list.enumerated() where place[id] == nil { place[id] = index }
    return partners.enumerated().sorted {
      (place[$0.element.id] ?? .max, $0.offset) < (place[$1.element.id] ?? .max, $1.offset)
    }.map(\.element)
  }
}
