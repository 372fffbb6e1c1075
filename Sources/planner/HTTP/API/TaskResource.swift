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
        ("stop", .optional(item.stop)), ("children", .array(item.children.map(line))),
      ])
    }
    return .object([
      ("id", .id(task.id)), ("title", .string(task.title)), ("state", .string(task.state.rawValue)),
      ("responsible", login(task.responsible)), ("creator", login(task.creator)),
      ("deadline", .optional(task.deadline)), ("trip", .optional(task.trip)),
      ("checklist", .array(task.checklist.map(line))), ("version", .int(task.version)),
    ])
  }

  /// The task, when it is in sight; what is not in sight is not there.
  static func visible(_ id: TaskID, _ viewer: Viewer, _ reader: some ReadAccess) throws -> TripTask {
    try RecordRights.visible(try reader.task(id), "task", id.description, of: { $0.responsible }, viewer)
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

  /// Items of a new task: titles, or objects with items below them.
  static func items(_ field: RequestField, depth: Int = 0) throws -> [ChecklistItem] {
    guard depth < 5 else { throw field.fault("items stand too deep", hint: "at most five deep") }
    return try field.array(limit: 200).map { item in
      if case .string = item.value { return ChecklistItem(title: try item.text(1...500)) }
      let body = try item.object(["title", "items"])
      return ChecklistItem(
        title: try body.required("title").text(1...500),
        children: try body["items"].map { try items($0, depth: depth + 1) } ?? [])
    }
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
