import CRM
import Foundation
import Geo
import Store

/// Tasks and their checklists as the API shows and takes them.
enum TaskResource {
  static func json(_ task: TaskSummary, logins: [UserID: String]) -> JSONValue {
    .object([
      ("id", .id(task.id)), ("title", .string(task.title)), ("state", .string(task.state.rawValue)),
      ("responsible", .optional(task.responsible.flatMap { logins[$0] })),
      ("deadline", .optional(task.deadline)), ("trip", .optional(task.trip)), ("items", .int(task.items)),
      ("finished", .int(task.finished)),
    ])
  }

  static func json(_ task: TripTask, _ reader: some ReadAccess) throws -> JSONValue {
    let logins = try TripResource.logins(reader)
    func login(_ id: UserID?) -> JSONValue { .optional(id.flatMap { logins[$0] }) }
    func line(_ item: ChecklistItem) -> JSONValue {
      .object([
        ("id", .id(item.id)), ("title", .string(item.title)), ("state", .string(item.state.rawValue)),
        ("outcome", .string(item.outcome)), ("doneAt", .optional(item.doneAt)),
        ("doneBy", login(item.doneBy)),
        ("stop", .optional(item.stop)), ("partner", .optional(item.partner)),
        ("children", .array(item.children.map(line))),
      ])
    }
    return .object([
      ("id", .id(task.id)), ("title", .string(task.title)), ("state", .string(task.state.rawValue)),
      ("responsible", login(task.responsible)), ("creator", login(task.creator)),
      ("deadline", .optional(task.deadline)), ("trip", .optional(task.trip)),
      ("participants", .texts(task.participants.compactMap { logins[$0] }.sorted())),
      ("checklist", .array(task.checklist.map(line))), ("version", .int(task.version)),
    ])
  }

  static func json(_ comment: TaskComment, logins: [UserID: String]) -> JSONValue {
    .object([
      ("id", .id(comment.id)), ("author", .optional(logins[comment.author])), ("at", .instant(comment.at)),
      ("text", .string(comment.text)),
    ])
  }

  static func json(_ reminder: TaskReminder) -> JSONValue {
    .object([
      ("id", .id(reminder.id)), ("task", .id(reminder.task)), ("at", .instant(reminder.at)),
      ("mailedAt", .optional(reminder.mailedAt)),
    ])
  }

  /// The task, when it is in sight, or one of those whose records are takes part in it; what is not in sight is not
  /// there.
  static func visible(_ id: TaskID, _ viewer: Viewer, _ reader: some ReadAccess) throws -> TripTask {
    let task = try reader.task(id)
    if let task, task.participants.contains(where: { viewer.scope.contains($0) }) { return task }
    return try RecordRights.visible(task, "task", id.description, of: { $0.responsible }, viewer)
  }

  /// Whether a user sees a task, by himself or because he takes part in it.
  static func isSeen(_ task: TripTask, by user: UserID, in reader: some ReadAccess) throws -> Bool {
    guard let user = try reader.user(user), !user.disabled else { return false }
    let scope = try reader.viewer(user).scope
    return scope.contains(task.responsible) || task.participants.contains { scope.contains($0) }
  }

  /// As ``visible(_:_:_:)``, for a change.
  /// - Parameter version: the one the change is based on; nil for changes that need none.
  static func own(
    _ id: TaskID, _ viewer: Viewer, _ reader: some ReadAccess, version: Int? = nil
  ) throws -> TripTask {
    let task = try visible(id, viewer, reader)
    try RecordRights.checkChange(
      "task", id.description, of: task.responsible, viewer, version: version, actual: task.version)
    return task
  }

  /// Items of a new task: titles, or objects with items below them. One about a partner is called as the partner is.
  static func items(
    _ field: RequestField, _ viewer: Viewer, _ reader: some ReadAccess, depth: Int = 0
  ) throws -> [ChecklistItem] {
    guard depth < 5 else { throw field.fault("items stand too deep", hint: "at most five deep") }
    return try field.array(limit: 200).map { item in
      if case .string = item.value { return ChecklistItem(title: try item.text(1...500)) }
      let body = try item.object(["title", "partner", "items"])
      var made = try Self.item(body, in: item, viewer, reader)
      made.children = try body["items"].map { try items($0, viewer, reader, depth: depth + 1) } ?? []
      return made
    }
  }

  /// An item with `title`, `partner` or both.
  static func item(
    _ body: RequestObject, in field: RequestField, _ viewer: Viewer, _ reader: some ReadAccess
  ) throws -> ChecklistItem {
    let partner: PartnerID? = try body.value("partner")?.id()
    let name = try partner.map { id in
      guard let found = try reader.partner(id), viewer.sees(found.responsible) else {
        throw (body["partner"] ?? field).fault(
          "there is no partner \(id) in sight", hint: "GET /api/v1/partners lists them")
      }
      return String(found.name.prefix(500))
    }
    return ChecklistItem(
      title: try body["title"]?.text(1...500) ?? name ?? body.required("title").text(1...500),
      partner: partner)
  }

  /// Logins of those who take part.
  /// - Parameter before: those who take part already; of them even who may not sign in any more can stay.
  static func participants(
    _ field: RequestField, before: [UserID] = [], _ reader: some ReadAccess
  ) throws -> [UserID] {
    Set(
      try field.array(limit: 50).map { one in
        if case .string(let login) = one.value, let known = try reader.user(login: login.lowercased()),
          before.contains(known.id)
        {
          return known.id
        }
        guard let user = try PartnerResource.responsible(one, reader) else {
          throw one.fault("nobody takes part", hint: "leave it out")
        }
        return user
      }
    ).sorted()
  }
}

/// Where in a checklist an item stands.
struct ChecklistPlace {
  /// Nil for the roots.
  var parent: ChecklistItemID?
  /// From 1; nil for the end.
  var position: Int?

  static func find(_ id: ChecklistItemID, in items: [ChecklistItem]) -> ChecklistItem? {
    for item in items {
      if item.id == id { return item }
      if let found = find(id, in: item.children) { return found }
    }
    return nil
  }

  /// Takes an item out of the tree.
  static func take(_ id: ChecklistItemID, from items: inout [ChecklistItem]) -> ChecklistItem? {
    if let index = items.firstIndex(where: { $0.id == id }) { return items.remove(at: index) }
    for index in items.indices {
      if let found = take(id, from: &items[index].children) { return found }
    }
    return nil
  }

  /// Puts an item into the tree; false when there is no such parent, or it is a stop.
  func put(_ item: ChecklistItem, into items: inout [ChecklistItem]) -> Bool {
    guard let parent else {
      items.insert(item, at: min(max(0, (position ?? .max) - 1), items.count))
      return true
    }
    for index in items.indices {
      if items[index].id == parent {
        guard items[index].stop == nil else { return false }
        return ChecklistPlace(position: position).put(item, into: &items[index].children)
      }
      if put(item, into: &items[index].children) { return true }
    }
    return false
  }

  static func depth(_ items: [ChecklistItem]) -> Int {
    1 + (items.map { depth($0.children) }.max() ?? -1)
  }

  static func count(_ items: [ChecklistItem]) -> Int {
    items.reduce(items.count) { $0 + count($1.children) }
  }
}

extension ChecklistItem {
  /// A stop of a trip, or a day that holds some: the trip says where it stands.
  var isOfTrip: Bool { stop != nil || children.contains(where: \.isOfTrip) }
}
