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
    table.add(.get, "/tasks", "pageTasks", access: .needs(.readRecords), tasks)
    table.add(.get, "/tasks/{id}", "pageTask", access: .needs(.readRecords), task)
    table.add(.get, "/search", "pageSearch", access: .needs(.readRecords), search)
    table.add(.get, "/search/hits", "pageSearchHits", access: .needs(.readRecords), hits)
  }

  private func read<T: Sendable>(_ body: @escaping @Sendable (Reader) throws -> T) async throws -> T {
    let database = services.database
    return try await services.threads.runIfActive { try database.read(body) }
  }

  private var clock: DayClock { DayClock(now: services.now(), zone: .current) }

  private static func viewer(_ context: PageContext) throws -> Viewer {
    guard let identity = context.identity else { throw APIError.signInNeeded }
    return identity.viewer
  }

  /// Names of those who work: login and name, by name.
  private static func people(_ reader: Reader) throws -> [(login: String, name: String)] {
    try reader.users().filter { !$0.disabled }.map { ($0.login, $0.name) }.sorted { $0.1 < $1.1 }
  }

  private static func names(_ reader: Reader) throws -> [UserID: String] {
    Dictionary(try reader.users().map { ($0.id, $0.name) }) { first, _ in first }
  }

  @Sendable private func partners(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(
      request, known: ["q", "kind", "status", "responsible", "overdue", "sort", "cursor"])
    func chosen(_ name: String) throws -> String {
      try query.text(name)?.trimmingCharacters(in: .whitespaces) ?? ""
    }
    var filter = PartnerListView.Filter()
    filter.text = try chosen("q")
    filter.kind = try chosen("kind")
    filter.status = try chosen("status")
    filter.responsible = try chosen("responsible")
    filter.isOverdue = try query.bool("overdue") ?? false
    let sort = try chosen("sort")
    filter.sort = sort.isEmpty ? "name" : sort
    var wanted = PartnerQuery()
    wanted.text = filter.text
    if !filter.kind.isEmpty { wanted.kind = try query.choices("kind") ?? [] }
    if !filter.status.isEmpty { wanted.status = try query.choices("status") ?? [] }
    if !filter.responsible.isEmpty {
      wanted.responsible = [filter.responsible == "none" ? "" : filter.responsible.lowercased()]
    }
    if filter.isOverdue { wanted.overdue = true }
    if !sort.isEmpty { try query.sort(&wanted.sort, &wanted.descending) }
    wanted.after = try query.cursor()
    wanted.countsTotal = true
    let (asked, kept, clock) = (wanted, filter, clock)
    let scope = try Self.viewer(context).scope
    let view = try await read { reader in
      let page = try reader.partnerPage(asked, scope: scope, by: clock)
      return PartnerListView(
        filter: kept, items: page.items, total: page.total ?? page.items.count,
        people: try Self.people(reader), next: page.next.map { request.address(withCursor: $0.text) },
        clock: clock)
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
    let (viewer, clock) = (try Self.viewer(context), clock)
    let view = try await read { reader in
      let partner = try PartnersController.visible(id, viewer, reader)
      let entries = try reader.timeline(of: id, before: before, limit: 50)
      let names = try Self.names(reader)
      return PartnerCardView(
        partner: partner, responsible: partner.responsible.flatMap { names[$0] }, timeline: entries,
        names: names,
        older: entries.count == 50
          ? entries.last.map { request.address(withCursor: $0.cursor.description) } : nil,
        clock: clock)
    }
    let frame = PageFrame(request, context)
    return .page(renderer.partner(view, in: frame), frame.language)
  }

  @Sendable private func tasks(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(request, known: ["all", "cursor"])
    var wanted = TaskQuery()
    let isOpen = try query.bool("all") != true
    if isOpen { wanted.state = [.open, .inProgress] }
    wanted.after = try query.cursor()
    let (asked, clock, scope) = (wanted, clock, try Self.viewer(context).scope)
    let view = try await read { reader in
      let page = try reader.taskPage(asked, scope: scope)
      return TaskListView(
        items: page.items, isOpen: isOpen, names: try Self.names(reader),
        next: page.next.map { request.address(withCursor: $0.text) }, clock: clock)
    }
    let frame = PageFrame(request, context)
    return .page(renderer.tasks(view, in: frame), frame.language)
  }

  /// A trip's task is shown with its trip.
  @Sendable private func task(request: Request, context: PageContext) async throws -> Response {
    guard let id = context.parameters.get("id").flatMap({ TaskID($0) }) else { throw HTTPError(.notFound) }
    let viewer = try Self.viewer(context)
    let task = try await read { try TaskResource.visible(id, viewer, $0) }
    return .seeOther(task.trip.map { "/trips/\($0)" } ?? "/tasks?all=true")
  }

  private func found(
    _ limit: Int, _ request: Request, _ context: PageContext
  ) async throws -> SearchView {
    let query = try QueryReader(request, known: ["q"])
    let text = try query.text("q")?.trimmingCharacters(in: .whitespaces) ?? ""
    let scope = try Self.viewer(context).scope
    guard !text.isEmpty else { return SearchView(text: "", hits: []) }
    return SearchView(
      text: text,
      hits: try await read { try $0.search(SearchQuery(text, kinds: [], limit: limit), scope: scope) })
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
