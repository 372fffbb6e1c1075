import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// Lists as people keep them.
struct ViewsController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(.get, "views", "listViews", access: .needs(.readRecords), services, list)
    table.api(.post, "views", "createView", access: .needs(.keepViews), services, create)
    table.api(.get, "views/{id}", "showView", access: .needs(.readRecords), services, show)
    table.api(.patch, "views/{id}", "changeView", access: .needs(.keepViews), services, change)
    table.api(.delete, "views/{id}", "removeView", access: .needs(.keepViews), services, remove)
  }

  /// What a view of a list may name.
  private static func names(_ list: SavedView.List) -> (filters: [String], sorts: [String], columns: [String])
  {
    let paging: Set = ["sort", "limit", "cursor", "total", "fields"]
    func filters(_ parameters: [String]) -> [String] { parameters.filter { !paging.contains($0) } }
    return switch list {
    case .partners:
      (
        filters(PartnersController.parameters),
        PartnerQuery.Sort.allCases.flatMap { [$0.rawValue, "-" + $0.rawValue] },
        PartnerResource.listMembers
      )
    case .tasks:
      (
        filters(TasksController.parameters), TasksController.sorts,
        ["id", "title", "state", "responsible", "deadline", "trip", "items", "finished"]
      )
    case .trips:
      (
        filters(TripsController.parameters), TripsController.sorts,
        [
          "id", "title", "state", "responsible", "days", "stops", "metres", "seconds", "version", "savedAt",
          "taskId",
        ]
      )
    case .activities:
      (
        filters(ActivitiesController.parameters), ActivitiesController.sorts,
        ["id", "kind", "partner", "at", "author", "outcome", "text", "stop"]
      )
    }
  }

  private static func json(_ view: SavedView, _ reader: some ReadAccess) throws -> JSONValue {
    .object([
      ("id", .id(view.id)), ("name", .string(view.name)), ("list", .string(view.list.rawValue)),
      ("owner", .optional(try reader.user(view.owner)?.login)), ("shared", .bool(view.shared)),
      ("filters", .object(view.filters.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
      ("sort", .optional(view.sort.isEmpty ? nil : view.sort)), ("columns", .texts(view.columns)),
      ("version", .int(view.version)),
    ])
  }

  private static func visible(_ id: SavedViewID, _ viewer: Viewer, _ reader: some ReadAccess) throws
    -> SavedView
  {
    guard let view = try reader.savedView(id), view.owner == viewer.user || view.shared else {
      throw StoreError.notFound(entity: "view", id: id.description)
    }
    return view
  }

  private static func own(_ id: SavedViewID, _ viewer: Viewer, _ reader: some ReadAccess) throws -> SavedView
  {
    let view = try visible(id, viewer, reader)
    guard view.owner == viewer.user || viewer.may(.assignOthers) else {
      throw APIError.forbidden("the view \"\(view.name)\" is another's")
    }
    return view
  }

  /// Applies the members of a change, each name one that the list knows.
  private static func apply(_ body: RequestObject, to view: inout SavedView) throws {
    let names = names(view.list)
    if let name = body["name"] { view.name = try name.text(1...200) }
    if let shared = body["shared"] { view.shared = try shared.bool() }
    if let filters = body["filters"] {
      let object = try filters.object(names.filters)
      view.filters = try object.fields.mapValues { try $0.text(0...1000) }
    }
    if let sort = body["sort"] {
      view.sort = sort.isNull ? "" : try sort.text(1...50)
      guard view.sort.isEmpty || names.sorts.contains(view.sort) else {
        throw sort.fault("it is no order of this list", hint: "known: " + names.sorts.joined(separator: ", "))
      }
    }
    if let columns = body["columns"] {
      view.columns = try columns.array(limit: 50).map { column in
        let text = try column.text(1...50)
        guard names.columns.contains(text) else {
          throw column.fault(
            "there is no such column", hint: "known: " + names.columns.joined(separator: ", "))
        }
        return text
      }
      guard Set(view.columns).count == view.columns.count else {
        throw columns.fault("a column stands twice", hint: "give each once")
      }
    }
  }

  private func list(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query("list")
    let lists = try query.choices("list", SavedView.List.self)
    let viewer = call.viewer
    return try await call.read { reader in
      let views = try reader.savedViews(for: viewer.user).filter { lists?.contains($0.list) ?? true }
      return APIPage.answer(try views.map { try Self.json($0, reader) }, next: nil, call: call)
    }
  }

  private func show(_ call: APICall) async throws -> APIAnswer {
    let id: SavedViewID = try call.id("view")
    _ = try call.query()
    let viewer = call.viewer
    return try await call.read { reader in
      let view = try Self.visible(id, viewer, reader)
      return .ok(try Self.json(view, reader), version: view.version)
    }
  }

  private func create(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object(["name", "list", "shared", "filters", "sort", "columns"])
    var view = SavedView(
      name: try body.required("name").text(1...200), list: try body.required("list").choice(),
      owner: call.viewer.user)
    try Self.apply(body, to: &view)
    let made = view
    return try await call.commit { writer in
      let kept = try writer.save(view: made)
      return .created(try Self.json(kept, writer), at: "/api/v1/views/\(kept.id)", version: kept.version)
    }
  }

  private func change(_ call: APICall) async throws -> APIAnswer {
    let id: SavedViewID = try call.id("view")
    let field = try call.body()
    let body = try field.object(["name", "shared", "filters", "sort", "columns"])
    let (version, viewer) = (try call.version(), call.viewer)
    let current: @Sendable (Reader) throws -> JSONValue = { reader in
      try Self.json(Self.visible(id, viewer, reader), reader)
    }
    return try await call.edit(field.value, current: current) { writer in
      var view = try Self.own(id, viewer, writer)
      view.version = version
      try Self.apply(body, to: &view)
      let kept = try writer.save(view: view)
      return .ok(try Self.json(kept, writer), version: kept.version)
    }
  }

  private func remove(_ call: APICall) async throws -> APIAnswer {
    let id: SavedViewID = try call.id("view")
    let viewer = call.viewer
    return try await call.commit { writer in
      _ = try Self.own(id, viewer, writer)
      try writer.remove(view: id)
      return .done
    }
  }
}
