import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// Pages of partners, tasks and what is searched for.
struct RecordPagesController: Sendable {
  let services: Services
  let renderer: PageRenderer

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/partners", "pagePartners", access: .needs(.readRecords), partners)
    table.add(.get, "/partners/{id}", "pagePartner", access: .needs(.readRecords), partner)
    table.add(.get, "/tasks/{id}", "pageTask", access: .needs(.readRecords), task)
    table.add(.get, "/search", "pageSearch", access: .needs(.readRecords), search)
    table.add(.get, "/search/hits", "pageSearchHits", access: .needs(.readRecords), hits)
  }

  private var clock: DayClock { services.clock }

  /// Names of those who work: login and name, by name.
  static func people(_ reader: Reader) throws -> [(login: String, name: String)] {
    try reader.users().filter { !$0.disabled }.map { ($0.login, $0.name) }.sorted { $0.1 < $1.1 }
  }

  static func names(_ reader: Reader) throws -> [UserID: String] {
    Dictionary(try reader.users().map { ($0.id, $0.name) }) { first, _ in first }
  }

  @Sendable private func partners(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(request, known: PartnerChoice.parameters + ["sort", "cursor"])
    let choice = try PartnerChoice(query)
    let sort = try query.text("sort")?.trimmingCharacters(in: .whitespaces) ?? ""
    var wanted = choice.query
    if !sort.isEmpty { try query.sort(&wanted.sort, &wanted.descending) }
    wanted.after = try query.cursor()
    wanted.countsTotal = true
    let (asked, clock, identity) = (wanted, clock, context.identity)
    let scope = try context.viewer.scope
    let (mayImport, mayReview) = (
      context.identity?.may(.importPartners) == true, context.identity?.may(.editPartners) == true
    )
    let view = try await services.read { reader in
      let page = try reader.partnerPage(asked, scope: scope, by: clock)
      return PartnerListView(
        choice: choice, sort: sort.isEmpty ? "name" : sort, items: page.items,
        total: page.total ?? page.items.count,
        offer: try ChoiceOffer(reader, scope, by: clock), views: try KeptViews(reader, identity),
        next: page.next.map { request.address(withCursor: $0.text) },
        clock: clock, mayImport: mayImport, mayReview: mayReview)
    }
    let frame = PageFrame(request, context)
    return .page(renderer.partners(view, in: frame), frame.language)
  }

  @Sendable private func partner(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(request, known: ["cursor"])
    guard let id = context.parameters.get("id").flatMap({ PartnerID($0) }) else { throw HTTPError(.notFound) }
    let before = try query.text("cursor").map { text in
      guard let cursor = TimelineCursor(text) else { throw APIError.badCursor }
      return cursor
    }
    let (viewer, clock, identity) = (try context.viewer, clock, context.identity)
    let view = try await services.read { reader in
      let partner = try PartnersController.visible(id, viewer, reader)
      let isOwn = viewer.changes(partner.responsible)
      let (mayEdit, mayLog) = (
        isOwn && identity?.may(.editPartners) == true, isOwn && identity?.may(.recordActivities) == true
      )
      let edit = PartnerEditView(
        people: identity?.may(.assignOthers) == true ? try Self.people(reader) : [],
        responsible: try partner.responsible.flatMap { try reader.user($0)?.login }, around: nil,
        mayEdit: mayEdit, mayLog: mayLog)
      let entries = try reader.timeline(
        of: id, before: before, limit: 50, scope: viewer.scope, withDisclosures: viewer.may(.readAudit))
      let names = try Self.names(reader)
      return PartnerCardView(
        partner: partner, responsible: partner.responsible.flatMap { names[$0] }, timeline: entries,
        names: names, photos: try reader.photos(at: id),
        older: entries.count == 50
          ? entries.last.map { request.address(withCursor: $0.cursor.description) } : nil,
        clock: clock, edit: mayEdit || mayLog ? edit : nil)
    }
    let frame = PageFrame(request, context)
    return .page(renderer.partner(view, in: frame), frame.language)
  }

  @Sendable private func task(request: Request, context: PageContext) async throws -> Response {
    guard let id = context.parameters.get("id").flatMap({ TaskID($0) }) else { throw HTTPError(.notFound) }
    _ = try QueryReader(request, known: [])
    let (viewer, clock, identity) = (try context.viewer, clock, context.identity)
    let view = try await services.read { reader in
      let task = try TaskResource.visible(id, viewer, reader)
      let zone = try task.trip.flatMap { try reader.timeZone(ofTrip: $0) }.flatMap {
        TimeZone(identifier: $0)
      }
      return TaskView(
        task: task, names: try Self.names(reader), people: try Self.people(reader),
        responsible: try task.responsible.flatMap { try reader.user($0)?.login },
        mayEdit: identity?.may(.editTasks) == true && viewer.changes(task.responsible),
        mayAssign: identity?.may(.assignOthers) == true,
        mayRecord: identity?.may(.recordActivities) == true,
        clock: DayClock(now: clock.now, zone: zone ?? clock.zone),
        talk: TaskTalkView(
          comments: try reader.comments(of: id), reminders: try reader.reminders(of: id, for: viewer.user),
          user: viewer.user, maySpeak: identity?.may(.editTasks) == true),
        logins: try TripResource.logins(reader),
        photos: viewer.sees(task.responsible) ? try reader.photos(of: id) : [])
    }
    let frame = PageFrame(request, context)
    return .page(renderer.task(view, in: frame), frame.language)
  }

  private func found(
    _ limit: Int, _ request: Request, _ context: PageContext
  ) async throws -> SearchView {
    let query = try QueryReader(request, known: ["q"])
    let text = try query.text("q")?.trimmingCharacters(in: .whitespaces) ?? ""
    let viewer = try context.viewer
    guard !text.isEmpty else { return SearchView(text: "", hits: []) }
    return SearchView(
      text: text,
      hits: try await services.read {
        try $0.search(SearchQuery(text, kinds: [], limit: limit), for: viewer)
      })
  }

  @Sendable private func search(request: Request, context: PageContext) async throws -> Response {
    let view = try await found(SearchQuery.maximumLimit, request, context)
    var frame = PageFrame(request, context)
    frame.query = view.text
    return .page(renderer.search(view, in: frame), frame.language)
  }

  /// What the search box shows while one types.
  @Sendable private func hits(request: Request, context: PageContext) async throws -> Response {
    let language = request.language
    return .page(renderer.hits(try await found(8, request, context), in: language), language)
  }
}

extension PageContext {
  /// Who looks at a page.
  /// - Throws: ``APIError/signInNeeded``.
  var viewer: Viewer {
    get throws {
      guard let identity else { throw APIError.signInNeeded }
      return identity.viewer
    }
  }
}

extension Services {
  /// Reads one state of the database without keeping a thread that answers.
  func read<T: Sendable>(_ body: @escaping @Sendable (Reader) throws -> T) async throws -> T {
    let database = database
    return try await threads.runIfActive { try database.read(body) }
  }
}
