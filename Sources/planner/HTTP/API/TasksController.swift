import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// Tasks with their checklists: those of trips, and plain ones.
struct TasksController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(.get, "tasks", "listTasks", access: .needs(.readRecords), services, list)
    table.api(.post, "tasks", "createTask", access: .needs(.editTasks), services, create)
    table.api(.get, "tasks/{id}", "showTask", access: .needs(.readRecords), services, show)
    table.api(.patch, "tasks/{id}", "changeTask", access: .needs(.editTasks), services, change)
    table.api(.post, "tasks/{id}/items", "addItem", access: .needs(.editTasks), services, addItem)
    table.api(
      .patch, "tasks/{id}/items/{item}", "changeItem", access: .needs(.editTasks), services, changeItem)
    table.api(
      .delete, "tasks/{id}/items/{item}", "removeItem", access: .needs(.editTasks), services, removeItem)
    table.api(
      .post, "tasks/{id}/items/{item}/check", "checkItem", access: .needs(.editTasks), services, checkItem)
    table.api(
      .post, "tasks/{id}/items/{item}/arrive", "arriveAtItem", access: .needs(.editTasks), services, arrive)
  }

  static let parameters = [
    "state", "responsible", "participant", "dueFrom", "dueBefore", "sort", "limit", "cursor", "total",
  ]
  static let sorts = ["created", "-created"]

  private func list(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query(Self.parameters)
    var wanted = TaskQuery()
    wanted.state = try query.choices("state") ?? []
    wanted.responsible = try query.logins("responsible")
    wanted.participant = try query.list("participant")?.map { $0.lowercased() } ?? []
    wanted.dueFrom = try query.instant("dueFrom")
    wanted.dueBefore = try query.instant("dueBefore")
    wanted.newestFirst = try query.order(Self.sorts) != "created"
    wanted.limit = try query.integer("limit", 1...500) ?? 50
    wanted.after = try query.cursor()
    wanted.countsTotal = try query.bool("total") ?? false
    let (asked, scope) = (wanted, call.viewer.scope)
    return try await call.read { reader in
      let page = try reader.taskPage(asked, scope: scope)
      let logins = try TripResource.logins(reader)
      return APIPage.answer(
        page.items.map { TaskResource.json($0, logins: logins) }, next: page.next?.text, total: page.total,
        call: call)
    }
  }

  private func show(_ call: APICall) async throws -> APIAnswer {
    let id: TaskID = try call.id("task")
    _ = try call.query()
    let viewer = call.viewer
    return try await call.read { try Self.answer(try TaskResource.visible(id, viewer, $0), $0) }
  }

  private static func answer(_ task: TripTask, _ reader: some ReadAccess) throws -> APIAnswer {
    .ok(try TaskResource.json(task, reader), version: task.version)
  }

  private func create(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object(["title", "responsible", "deadline", "participants", "items"])
    let viewer = call.viewer
    let made = TripTask(
      title: try body.required("title").text(1...300), creator: viewer.user,
      deadline: try body.value("deadline")?.instant())
    let (base, language) = (services.settings.publicURL, call.request.language)
    return try await call.commit { writer in
      var task = made
      task.checklist = try body["items"].map { try TaskResource.items($0, viewer, writer) } ?? []
      task.participants = try body["participants"].map { try TaskResource.participants($0, writer) } ?? []
      task.responsible = viewer.user
      if let field = body["responsible"] {
        task.responsible = try PartnerResource.responsible(field, writer)
      }
      guard task.responsible == nil || viewer.assigns(from: viewer.user, to: task.responsible) else {
        throw APIError.needs(.assignOthers)
      }
      try writer.save(task)
      try Self.welcome(task, before: [], base: base, language: language, in: writer)
      return .created(
        try TaskResource.json(task, writer), at: "/api/v1/tasks/\(task.id)", version: task.version)
    }
  }

  /// Tells those who take part from now on.
  private static func welcome(
    _ task: TripTask, before: [UserID], base: String?, language: Language, in writer: Writer
  ) throws {
    for user in task.participants where !before.contains(user) && user != writer.actor.user {
      try TaskMail.post(
        .joined, of: task.title, task.id, to: user, base: base, language: language, in: writer)
    }
  }

  /// Changes a task in one transaction.
  /// - Parameter needsVersion: the change names the version it was based on.
  private func edited(
    _ call: APICall, _ field: RequestField?, needsVersion: Bool = true, status: Int = 200,
    _ body: @escaping @Sendable (inout TripTask, Writer) throws -> Void
  ) async throws -> APIAnswer {
    let id: TaskID = try call.id("task")
    let viewer = call.viewer
    let version: Int? = if needsVersion { try call.version() } else { nil }
    let current: @Sendable (Reader) throws -> JSONValue = { reader in
      try TaskResource.json(TaskResource.visible(id, viewer, reader), reader)
    }
    return try await call.edit(field?.value ?? .null, current: current) { writer in
      let before = try TaskResource.own(id, viewer, writer, version: version)
      var task = before
      try body(&task, writer)
      if task != before {
        try writer.save(task)
        if task.checklist != before.checklist { try writer.followItems(ofTask: id) }
      }
      var told = try Self.answer(TaskResource.visible(id, viewer, writer), writer)
      told.status = status
      if status == 201 { told.location = "/api/v1/tasks/\(id)" }
      return told
    }
  }

  private func change(_ call: APICall) async throws -> APIAnswer {
    let field = try call.body()
    let body = try field.object(["title", "responsible", "deadline", "state", "participants"])
    let title = try body["title"]?.text(1...300)
    let deadline = try body["deadline"].map { try $0.isNull ? nil : $0.instant() }
    let state: TripTask.State? = try body["state"]?.choice()
    let viewer = call.viewer
    let (base, language) = (services.settings.publicURL, call.request.language)
    return try await edited(call, field) { task, writer in
      if task.trip != nil, let field = body["state"] ?? body["responsible"] {
        throw field.fault("the task follows its trip", hint: "change the trip, or check its stops")
      }
      if let title { task.title = title }
      if let field = body["participants"] {
        let before = task.participants
        task.participants = try TaskResource.participants(field, before: before, writer)
        try Self.welcome(task, before: before, base: base, language: language, in: writer)
      }
      if let deadline { task.deadline = deadline }
      if let state { task.state = state }
      guard let field = body["responsible"] else { return }
      let responsible = try PartnerResource.responsible(field, writer)
      guard viewer.assigns(from: task.responsible, to: responsible) else {
        throw APIError.needs(.assignOthers)
      }
      task.responsible = responsible
    }
  }

  // MARK: Items

  private static func place(_ body: RequestObject) throws -> ChecklistPlace {
    ChecklistPlace(
      parent: try body.value("parent")?.id(), position: try body.value("position")?.integer(1...10_000))
  }

  private static func put(
    _ item: ChecklistItem, at place: ChecklistPlace, into task: inout TripTask, _ field: RequestField
  ) throws {
    guard place.put(item, into: &task.checklist) else {
      throw field.fault(
        "no item that can hold others has this parent's id", hint: "leave parent out for the top")
    }
    guard ChecklistPlace.depth(task.checklist) <= 6, ChecklistPlace.count(task.checklist) <= 2000 else {
      throw field.fault("the checklist is too deep or too long", hint: "at most 6 deep and 2000 items")
    }
  }

  private func addItem(_ call: APICall) async throws -> APIAnswer {
    let field = try call.body()
    let body = try field.object(["title", "partner", "parent", "position"])
    let place = try Self.place(body)
    let viewer = call.viewer
    return try await edited(call, field, needsVersion: false, status: 201) { task, writer in
      try Self.put(try TaskResource.item(body, in: field, viewer, writer), at: place, into: &task, field)
    }
  }

  /// The item, when it is a plain one of the task.
  private static func plain(_ id: ChecklistItemID, of task: TripTask) throws -> ChecklistItem {
    guard let item = ChecklistPlace.find(id, in: task.checklist) else {
      throw StoreError.notFound(entity: "checklistItem", id: id.description)
    }
    guard !item.isOfTrip else {
      throw APIError.conflict("the item is a stop of a trip, or a day of one", hint: "change the trip")
    }
    return item
  }

  private func changeItem(_ call: APICall) async throws -> APIAnswer {
    let id: ChecklistItemID = try call.id("checklistItem", "item")
    let field = try call.body()
    let body = try field.object(["title", "parent", "position"])
    let title = try body["title"]?.text(1...500)
    let place = try Self.place(body)
    let moves = body["parent"] != nil || body["position"] != nil
    return try await edited(call, field) { task, _ in
      var item = try Self.plain(id, of: task)
      if let title { item.title = title }
      guard moves || title != nil else { return }
      var target = place
      if !moves || body["parent"] == nil { target.parent = Self.parent(of: id, in: task.checklist) }
      if !moves {
        target.position = Self.position(of: id, in: task.checklist)
      }
      _ = ChecklistPlace.take(id, from: &task.checklist)
      try Self.put(item, at: target, into: &task, field)
    }
  }

  private static func parent(of id: ChecklistItemID, in items: [ChecklistItem]) -> ChecklistItemID? {
    for item in items {
      if item.children.contains(where: { $0.id == id }) { return item.id }
      if let found = parent(of: id, in: item.children) { return found }
    }
    return nil
  }

  private static func position(of id: ChecklistItemID, in items: [ChecklistItem]) -> Int? {
    if let index = items.firstIndex(where: { $0.id == id }) { return index + 1 }
    return items.lazy.compactMap { position(of: id, in: $0.children) }.first
  }

  private func removeItem(_ call: APICall) async throws -> APIAnswer {
    let id: ChecklistItemID = try call.id("checklistItem", "item")
    var answer = try await edited(call, nil, needsVersion: false) { task, _ in
      _ = try Self.plain(id, of: task)
      _ = ChecklistPlace.take(id, from: &task.checklist)
    }
    if answer.status == 200 { answer = .done }
    return answer
  }

  /// Records how an item ended, as `planner task check` does: on a stop with one visit of the partner. Repeating it
  /// changes nothing.
  private func checkItem(_ call: APICall) async throws -> APIAnswer {
    let task: TaskID = try call.id("task")
    let id: ChecklistItemID = try call.id("checklistItem", "item")
    let body = try call.body().object(["state", "outcome", "at", "reason", "seen"])
    let state: ChecklistItem.State = try body.required("state").choice()
    let reason: MissReason? = try body.value("reason")?.choice()
    if let field = body.value("reason"), state != .skipped {
      throw field.fault("only what is skipped has a reason", hint: "leave reason out")
    }
    let seen: ChecklistItem.State? = try body.value("seen")?.choice()
    let outcome = try body.value("outcome")?.text(0...2000, lines: true)
    let at = try body.value("at")?.past(call.now, hint: "give when the visit was")
    let viewer = call.viewer
    return try await call.commit { writer in
      try Self.checkOwn(id, of: task, viewer, writer)
      let result = try writer.check(
        item: id, state: state, outcome: outcome, at: at, reason: reason, seen: seen)
      let after = try TaskResource.visible(task, viewer, writer)
      return .ok(
        .object([
          ("item", .id(id)), ("state", .string(result.item.state.rawValue)),
          ("outcome", .string(result.item.outcome)), ("changed", .bool(result.changed)),
          ("taskState", .string(result.taskState.rawValue)), ("visit", .optional(result.visit)),
        ]), version: after.version)
    }
  }

  /// Whoever takes part ticks off too, but for a trip's stops: those are visits of whose trip it is, told by whoever
  /// may record activities.
  /// - Throws: what refuses a change of the item.
  static func checkOwn(
    _ id: ChecklistItemID, of task: TaskID, _ viewer: Viewer, _ writer: Writer
  ) throws {
    var known = try TaskResource.visible(task, viewer, writer)
    if known.trip != nil || !known.participants.contains(viewer.user) {
      known = try TaskResource.own(task, viewer, writer)
    }
    guard let item = ChecklistPlace.find(id, in: known.checklist) else {
      throw StoreError.notFound(entity: "checklistItem", id: id.description)
    }
    guard item.stop == nil || viewer.may(.recordActivities) else { throw APIError.needs(.recordActivities) }
  }

  /// Records that the manager is at the door of a stop. Repeating it changes nothing.
  private func arrive(_ call: APICall) async throws -> APIAnswer {
    let task: TaskID = try call.id("task")
    let id: ChecklistItemID = try call.id("checklistItem", "item")
    let at = try call.body().object(["at"]).value("at")?.past(call.now, hint: "give when you came")
    let viewer = call.viewer
    return try await call.commit { writer in
      try Self.checkOwn(id, of: task, viewer, writer)
      let told = try writer.arrive(at: id, at: at)
      return .ok(
        .object([
          ("item", .id(id)), ("visit", .string(told.visit.rawValue)),
          ("arrivedAt", .optional(told.arrivedAt)),
          ("changed", .bool(told.changed)),
        ]), version: try TaskResource.visible(task, viewer, writer).version)
    }
  }
}
