import CRM
import Foundation
import Hummingbird
import Store

/// The page for the phone: the stops of the day in order, what came of each, also without a signal; and the report of a
/// day. What is entered goes through the API. The page's service worker keeps the page, its script keeps the entries.
struct RoadPagesController: Sendable {
  let services: Services
  let renderer: PageRenderer
  private let worker = StaticAsset(
    Data(WebAssets.roadWorker), contentType: "text/javascript; charset=utf-8")

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/road", "pageRoad", access: .needs(.readRecords), current)
    table.add(.get, "/road/{id}", "pageRoadTrip", access: .needs(.readRecords), trip)
    table.add(.get, "/road/{id}/report", "pageRoadReport", access: .needs(.readRecords), report)
    let worker = worker
    // At the top, so that it may answer for `/road`.
    table.add(.get, "/road-worker.js", "roadWorker", access: .open) { request, _ in
      try worker.response(to: request, immutable: false)
    }
    table.add(.get, "/manifest.webmanifest", "webManifest", access: .open) { request, _ in
      try Self.manifest.response(to: request, immutable: false)
    }
  }

  /// What a phone needs to know to put planner among its programs (W3C Web Application Manifest).
  private static let manifest = StaticAsset(
    Data(
      """
      {"id":"/road","name":"planner","short_name":"planner","start_url":"/road","scope":"/","display":"standalone",\
      "background_color":"#f4f5f7","theme_color":"#0b5c8f",\
      "icons":[{"src":"/assets/icon.svg","sizes":"any","type":"image/svg+xml","purpose":"any"}]}
      """.utf8), contentType: "application/manifest+json")

  /// The trip of whoever asks that has today's day, else the next one.
  @Sendable private func current(request: Request, context: PageContext) async throws -> Response {
    _ = try QueryReader(request, known: [])
    let (viewer, frame, now) = (try context.viewer, PageFrame(request, context), services.now())
    let view = try await services.read { reader -> RoadView? in
      let mine = try Self.trips(of: viewer, at: now, reader)
      for trip in mine {
        if let view = try Self.view(trip, among: mine, viewer, frame, now, reader) { return view }
      }
      return nil
    }
    return .page(renderer.road(view, in: frame), frame.language)
  }

  @Sendable private func trip(request: Request, context: PageContext) async throws -> Response {
    _ = try QueryReader(request, known: [])
    let id = try Self.identifier(context)
    let (viewer, frame, now) = (try context.viewer, PageFrame(request, context), services.now())
    let view = try await services.read { reader -> RoadView? in
      let trip = try TripResource.visible(id, viewer, reader)
      return try Self.view(trip, among: Self.trips(of: viewer, at: now, reader), viewer, frame, now, reader)
    }
    return .page(renderer.road(view, in: frame), frame.language)
  }

  @Sendable private func report(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(request, known: ["day"])
    let (id, wanted) = (try Self.identifier(context), try query.date("day"))
    let (viewer, frame) = (try context.viewer, PageFrame(request, context))
    let view = try await services.read { reader -> RoadReportView in
      let trip = try TripResource.visible(id, viewer, reader)
      guard let task = try reader.task(forTrip: id), !trip.days.isEmpty else { throw HTTPError(.notFound) }
      let day = try wanted.map { date in
        guard let day = trip.days.firstIndex(where: { $0.date == date }) else {
          throw APIError.badParameter(
            "day", detail: "the trip has no day \(date)",
            hint: "its days: " + trip.days.map(\.date.description).joined(separator: ", "))
        }
        return day
      }
      return RoadReportView(
        trip: trip, task: task, photos: try reader.photos(of: task.id),
        day: day ?? trip.days.lastIndex { $0.stops.contains { $0.visit.isOver } } ?? 0,
        responsible: try trip.responsible.flatMap { try reader.user($0)?.name })
    }
    return .page(renderer.roadReport(view, in: frame), frame.language)
  }

  private static func identifier(_ context: PageContext) throws -> TripID {
    guard let id = context.parameters.get("id").flatMap({ TripID($0) }) else { throw HTTPError(.notFound) }
    return id
  }

  /// Trips of whoever asks that are not over: the one of today first, then by their first day.
  private static func trips(of viewer: Viewer, at now: Date, _ reader: Reader) throws -> [Trip] {
    var wanted = TripQuery()
    wanted.state = [.published, .inProgress]
    wanted.responsible = try [reader.user(viewer.user)?.login ?? ""]
    wanted.limit = 30
    // A day before, since days are those of each trip's own zone.
    wanted.from = LocalDate(now, in: .gmt).adding(days: -1)
    func key(_ trip: Trip) -> (isOver: Int, day: LocalDate) {
      let today = LocalDate(now, in: TimeZone(identifier: trip.timeZone) ?? .gmt)
      let coming = trip.days.map(\.date).filter { $0 >= today }.min()
      return coming.map { (0, $0) } ?? (1, trip.days.last?.date ?? today)
    }
    return try reader.tripPage(wanted, scope: viewer.scope).items.compactMap { try reader.trip($0.id) }
      .filter { !$0.days.isEmpty }.sorted { key($0) < key($1) }
  }

  private static func view(
    _ trip: Trip, among mine: [Trip], _ viewer: Viewer, _ frame: PageFrame, _ now: Date, _ reader: Reader
  ) throws -> RoadView? {
    guard let task = try reader.task(forTrip: trip.id) else { return nil }
    var partners: [PartnerID: Partner] = [:]
    for stop in trip.days.flatMap(\.stops) { partners[stop.partner] = try reader.partner(stop.partner) }
    return RoadView(
      trip: trip, task: task, partners: partners, photos: try reader.photos(of: task.id),
      others: mine.filter { $0.id != trip.id }.map { ($0.id, $0.title) },
      user: try reader.user(viewer.user)?.login ?? "", pageCode: frame.person?.code,
      mayRecord: viewer.may(.recordActivities) && viewer.changes(task.responsible),
      mayPlan: viewer.may(.planTrips) && viewer.changes(trip.responsible), now: now)
  }
}
