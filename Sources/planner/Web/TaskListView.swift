import CRM
import Foundation
import Geo
import Store

/// How tasks are laid out.
enum TaskLayout: String, Sendable, CaseIterable { case list, board, calendar }

/// Tasks as a list, a board or a calendar.
struct TaskListView: Sendable {
  /// What is shown of them.
  enum Content: Sendable {
    /// - Parameter next: address of the next page.
    case list([TaskSummary], isOpen: Bool, next: String?)
    case board(TaskBoard)
    case calendar(TaskCalendar)
  }

  var content: Content
  /// A login, `none` for nobody, empty for everybody.
  var responsible = ""
  /// A login, empty for everybody.
  var participant = ""
  /// What is filtered by, as the parameters of an address.
  var filters: [(String, String)] = []
  var names: [UserID: String]
  var clock: DayClock
  /// Those who may be responsible.
  var people: [(login: String, name: String)]
  var mayMake = false
  var mayAssign = false
  /// Login of who looks.
  var user = ""
  /// Whose time has come.
  var due: [DueReminder] = []

  private var layout: TaskLayout {
    switch content {
    case .list: .list
    case .board: .board
    case .calendar: .calendar
    }
  }

  /// The page's address with these parameters beside what is filtered by.
  private func address(_ parameters: [(String, String)]) -> String {
    let all = parameters + filters
    return "/tasks" + (all.isEmpty ? "" : "?" + all.map { "\($0)=\($1)" }.joined(separator: "&"))
  }

  func values(in language: Language) -> HTMLValue {
    let (words, own, editing) = (
      language.phrases.records, language.phrases.taskPages, language.phrases.editing
    )
    var isEverything = false
    if case .list(_, let isOpen, _) = content { isEverything = !isOpen }
    let tabs: [(String, String, Bool)] = [
      (words.openTasks, address([]), layout == .list && !isEverything),
      (words.everyTask, address([("all", "true")]), isEverything),
      (own.board, address([("view", "board")]), layout == .board),
      (own.calendar, address([("view", "calendar")]), layout == .calendar),
    ]
    var values: [String: HTMLValue] = [
      "heading": .text(words.tasks), "editWords": .text(editing.script),
      "make": mayMake
        ? .object([
          "newTask": .text(editing.newTask), "titleLabel": .text(editing.title),
          "itemsLabel": .text(editing.items), "itemsHint": .text(editing.itemsHint),
          "mayAssign": .flag(mayAssign), "save": .text(editing.save),
          "people": language.options(people.map { ($0.login, $0.name) }, chosen: user),
        ]) : .flag(false),
      "tabs": .list(
        tabs.map { .object(["name": .text($0), "address": .text($1), "chosen": .flag($2)]) }),
      "show": .text(words.show), "responsibleLabel": .text(language.phrases.responsible),
      "whose": language.options(
        [("", words.anybody), ("none", words.nobody)] + people.map { ($0.login, $0.name) },
        chosen: responsible),
      "participantLabel": .text(language.phrases.taskTalk.participants),
      "taking": language.options(
        [("", words.anybody)] + people.map { ($0.login, $0.name) }, chosen: participant),
      "kept": .list(
        (layout == .list ? (isEverything ? [("all", "true")] : []) : [("view", layout.rawValue)]).map {
          .object(["name": .text($0.0), "value": .text($0.1)])
        }),
      "taskHead": .text(words.task), "stateHead": .text(words.status), "deadlineHead": .text(words.deadline),
      "due": Self.due(due, clock, in: language), "hasRows": .flag(false), "nothing": .flag(false),
      "next": .flag(false), "board": .flag(false),
      "calendar": .flag(false), "nextLabel": .text(language.phrases.maps.nextPage),
    ]
    switch content {
    case .list(let items, _, let next):
      values["hasRows"] = .flag(!items.isEmpty)
      values["rows"] = .list(items.map { card($0, language) })
      values["next"] = .optional(next)
      if items.isEmpty {
        values["nothing"] = .object([
          "title": .text(words.noTasks.title), "text": .text(words.noTasks.text),
        ])
      }
    case .board(let board): values["board"] = self.board(board, language)
    case .calendar(let calendar):
      values["calendar"] = calendar.values(names: names, clock: clock, in: language) { month in
        address([("view", "calendar"), ("month", month)])
      }
    }
    return .object(values)
  }

  /// What a list and a board show of a task.
  private func card(_ task: TaskSummary, _ language: Language) -> HTMLValue {
    .object(cardValues(task, language))
  }

  private func cardValues(_ task: TaskSummary, _ language: Language) -> [String: HTMLValue] {
    let words = language.phrases.records
    let isOver = task.state == .done || task.state == .cancelled
    // On the clock of the trip, else on the reader's.
    let own = DayClock(
      now: clock.now, zone: task.timeZone.flatMap { TimeZone(identifier: $0) } ?? clock.zone)
    return [
      "title": .text(task.title), "link": .text("/tasks/\(task.id)"),
      "state": .text(words.taskStates[task.state] ?? task.state.rawValue),
      "checked": .optional(task.items > 0 ? words.checked(task.finished, task.items) : nil),
      "responsible": .optional(task.responsible.flatMap { names[$0] }),
      "deadline": .optional(
        task.deadline.map { language.moment($0, own) }),
      "late": .optional(
        !isOver && task.deadline.map { $0 < clock.now } == true ? words.overdue : nil),
    ]
  }

  // MARK: The board

  private func board(_ board: TaskBoard, _ language: Language) -> HTMLValue {
    let (words, own) = (language.phrases.records, language.phrases.taskPages)
    let columns = TaskBoard.states
    return .object([
      "columns": .list(
        columns.map { state in
          let tasks = board.tasks[state] ?? []
          let total = board.totals[state] ?? tasks.count
          return .object([
            "state": .text(state.rawValue), "name": .text(words.taskStates[state] ?? state.rawValue),
            "total": .number(total), "empty": .optional(tasks.isEmpty ? own.nothing : nil),
            "more": .optional(total > tasks.count ? own.more(total - tasks.count) : nil),
            "tasks": .list(
              tasks.map { task in
                var values = cardValues(task, language)
                let moves = board.moves(task)
                values["movable"] = .flag(moves)
                values["address"] = .text("/api/v1/tasks/\(task.id)")
                values["version"] = .number(task.version)
                values["moveLabel"] = .text(own.move)
                values["fixed"] = .optional(
                  moves
                    ? nil : task.trip != nil ? own.followsTrip : task.items > 0 ? own.followsChecklist : nil)
                values["moves"] = .list(
                  moves
                    ? columns.filter { $0 != state }.map {
                      .object([
                        "body": .text("{\"state\":\"\($0.rawValue)\"}"),
                        "name": .text(words.taskStates[$0] ?? $0.rawValue),
                      ])
                    } : [])
                return .object(values)
              }),
          ])
        })
    ])
  }
}

/// Tasks by how far they are.
struct TaskBoard: Sendable {
  /// The columns.
  static let states: [TripTask.State] = [.open, .inProgress, .done]
  /// So many of each.
  static func limit(_ state: TripTask.State) -> Int { state == .done ? 20 : 100 }

  var tasks: [TripTask.State: [TaskSummary]]
  var totals: [TripTask.State: Int]
  /// Whoever may change tasks, and whose.
  var viewer: Viewer
  var mayEdit: Bool

  /// Whether somebody says how far the task is: a trip and a checklist say it themselves.
  func moves(_ task: TaskSummary) -> Bool {
    mayEdit && task.trip == nil && task.items == 0 && viewer.changes(task.responsible)
  }
}

extension PageRenderer {
  func tasks(_ view: TaskListView, in frame: PageFrame) -> String {
    page(
      title: frame.language.phrases.records.tasks, trips: [], in: frame.at(.tasks),
      content: ["tasks": view.values(in: frame.language)],
      more: ["withForms": .flag(view.mayMake || !view.due.isEmpty)])
  }
}
