import ArgumentParser
import CRM
import Foundation
import Geo
import Planning
import Store

struct TaskCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "task", abstract: "Tasks and their checklists.",
    subcommands: [TaskList.self, TaskShow.self, TaskCheck.self, TaskReopen.self])
}

struct TaskList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Tasks, newest first.")
  @OptionGroup var global: GlobalOptions
  @OptionGroup var rows: ListLimit

  struct Answer: Encodable {
    var tasks: [Row]
    /// How many there are, shown or not.
    var total: Int
  }

  struct Row: Encodable {
    var id: String
    var title: String
    var state: String
    var deadline: String?
    var trip: String?
    var items: Int
    var finished: Int

    init(_ task: TaskSummary) {
      id = task.id.description
      title = task.title
      state = task.state.rawValue
      deadline = task.deadline.map { JSONOutput.time($0, in: TaskText.zone(task.timeZone)) }
      trip = task.trip?.description
      items = task.items
      finished = task.finished
    }
  }

  func run() async throws {
    let (total, tasks) = try Workspace(global).existingDatabase().read { reader in
      (try reader.taskCount(), try reader.tasks(limit: rows.limit))
    }
    if global.json { return try JSONOutput.print(Answer(tasks: tasks.map(Row.init), total: total)) }
    TextTable(
      [
        .init(title: "Task"), .init(title: "Title", shrinksTo: 24), .init(title: "State"),
        .init(title: "Deadline"), .init(title: "Done", alignment: .right),
      ],
      tasks.map { task in
        [
          task.id.description, task.title, task.state.rawValue,
          task.deadline.map { TaskText.moment($0, in: TaskText.zone(task.timeZone)) } ?? "—",
          "\(task.finished)/\(task.items)",
        ]
      }
    ).print(of: total, orElse: "No task")
  }
}

struct TaskShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "A task with its checklist.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Identifier of the task.") var id: String

  func run() async throws {
    guard let key = TaskID(id) else { throw WorkspaceError.badIdentifier(id, what: "task") }
    let (task, zone) = try Workspace(global).existingDatabase().read { reader in
      guard let task = try reader.task(key) else { throw WorkspaceError.unknownTask(id) }
      return (task, TaskText.zone(try task.trip.flatMap { try reader.timeZone(ofTrip: $0) }))
    }
    if global.json { return try JSONOutput.print(TaskJSON(task, zone: zone)) }
    let deadline = task.deadline.map { " · until \(TaskText.moment($0, in: zone))" } ?? ""
    Session.print("\(task.title) · \(task.state.rawValue)\(deadline)")
    Session.print(TaskText.tree(task.checklist))
  }
}

struct TaskCheck: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks an item off: records the outcome on the stop and one visit on the partner.",
    discussion: "Checking the same item again changes nothing.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Identifier of the checklist item.") var item: String
  @Option(help: "What came of the visit.") var outcome: String?
  @Flag(help: "The visit was not made; --outcome says why.") var skip = false

  struct Answer: Encodable {
    var item: String
    var state: String
    var outcome: String
    var changed: Bool
  }

  func run() async throws {
    guard let key = ChecklistItemID(item) else {
      throw WorkspaceError.badIdentifier(item, what: "checklist item")
    }
    let database = try Workspace(global).existingDatabase()
    let at = Session.current.now()
    let result = try database.write(as: .commandLine, at: at) {
      try $0.check(item: key, state: skip ? .skipped : .done, outcome: outcome, at: at)
    }
    let answer = Answer(
      item: key.description, state: result.item.state.rawValue, outcome: result.item.outcome,
      changed: result.changed)
    if global.json { return try JSONOutput.print(answer) }
    let mark = result.item.state == .skipped ? "[-]" : "[x]"
    Session.print("\(mark) \(result.item.title)" + (result.changed ? "" : " (as before, nothing changed)"))
  }
}

struct TaskReopen: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reopen",
    abstract: "Takes a check or a skip back: the item is open again, a visit recorded by it is removed.")
  @OptionGroup var global: GlobalOptions
  @Argument(help: "Identifier of the checklist item.") var item: String

  func run() async throws {
    guard let key = ChecklistItemID(item) else {
      throw WorkspaceError.badIdentifier(item, what: "checklist item")
    }
    let at = Session.current.now()
    let result = try Workspace(global).existingDatabase().write(as: .commandLine, at: at) {
      try $0.check(item: key, state: .open, at: at)
    }
    if global.json {
      return try JSONOutput.print(
        TaskCheck.Answer(
          item: key.description, state: result.item.state.rawValue, outcome: result.item.outcome,
          changed: result.changed))
    }
    Session.print("[ ] \(result.item.title)" + (result.changed ? "" : " (as before, nothing changed)"))
  }
}

struct TaskJSON: Encodable {
  struct Item: Encodable {
    var id: String
    var title: String
    var state: String
    var outcome: String
    var doneAt: String?
    var stop: String?
    var children: [Item]

    init(_ item: ChecklistItem, zone: TimeZone) {
      id = item.id.description
      title = item.title
      state = item.state.rawValue
      outcome = item.outcome
      doneAt = item.doneAt.map { JSONOutput.time($0, in: zone) }
      stop = item.stop?.description
      children = item.children.map { Item($0, zone: zone) }
    }
  }

  var id: String
  var title: String
  var state: String
  var deadline: String?
  var trip: String?
  var checklist: [Item]

  /// - Parameter zone: that of the trip, or the computer's.
  init(_ task: TripTask, zone: TimeZone) {
    id = task.id.description
    title = task.title
    state = task.state.rawValue
    deadline = task.deadline.map { JSONOutput.time($0, in: zone) }
    trip = task.trip?.description
    checklist = task.checklist.map { Item($0, zone: zone) }
  }
}

enum TaskText {
  /// The zone of the task's trip; the computer's for a task without one.
  static func zone(_ identifier: String?) -> TimeZone {
    identifier.map { TimeZone(identifier: $0) ?? .gmt } ?? Session.current.zone
  }

  /// `2026-06-05 18:00`.
  static func moment(_ instant: Date, in zone: TimeZone) -> String {
    "\(LocalDate(instant, in: zone)) \(RouteChecklist.clock(instant, zone))"
  }

  /// The checklist as an indented tree, each line with the identifier `task check` takes.
  static func tree(_ items: [ChecklistItem]) -> String {
    var lines: [String] = []
    func walk(_ items: [ChecklistItem], depth: Int) {
      for item in items {
        let mark: String =
          switch item.state {
          case .open: "[ ]"
          case .done: "[x]"
          case .skipped: "[-]"
          }
        let indent = String(repeating: "  ", count: depth)
        if item.children.isEmpty {
          let title = DisplayWidth.fit(item.title, columns: TextTable.maximumWidth - 42 - indent.count)
          lines.append("\(item.id)  \(indent)\(mark) \(title)")
        } else {
          lines.append("\(indent)\(DisplayWidth.fit(item.title, columns: TextTable.maximumWidth))")
        }
        if !item.outcome.isEmpty {
          lines.append(
            String(repeating: " ", count: 42) + indent + DisplayWidth.fit(item.outcome, columns: 64))
        }
        walk(item.children, depth: depth + 1)
      }
    }
    walk(items, depth: 0)
    return lines.joined(separator: "\n")
  }
}
