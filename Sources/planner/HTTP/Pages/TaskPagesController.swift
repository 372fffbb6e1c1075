import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// The page of tasks: a list, a board by how far they are, a calendar of their deadlines and of trips.
struct TaskPagesController: Sendable {
  let services: Services
  let renderer: PageRenderer

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/tasks", "pageTasks", access: .needs(.readRecords), tasks)
  }

  @Sendable private func tasks(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(
      request, known: ["all", "cursor", "view", "responsible", "participant", "month"])
    let (viewer, clock) = (try context.viewer, services.clock)
    let isBoard: TaskLayout = try query.choices("view", TaskLayout.self)?.first ?? .list
    func login(_ name: String) throws -> String {
      try query.text(name)?.trimmingCharacters(in: .whitespaces).lowercased() ?? ""
    }
    let (responsible, participant) = (try login("responsible"), try login("participant"))
    let isOpen = try query.bool("all") != true
    var wanted = TaskQuery()
    if !responsible.isEmpty { wanted.responsible = [responsible == PartnerChoice.nobody ? "" : responsible] }
    if !participant.isEmpty { wanted.participant = [participant] }
    wanted.after = try query.cursor()
    let month = try query.text("month").map { text in
      guard let month = TaskCalendar.month(text) else {
        throw APIError.badParameter("month", detail: "\"\(text)\" is no month", hint: "write 2026-06")
      }
      return month
    }
    let today = clock.today
    let shown = month ?? LocalDate(year: today.year, month: today.month, day: 1) ?? today
    let mayEdit = context.identity?.may(.editTasks) == true
    let (base, identity) = (wanted, context.identity)
    let filters: [(String, String)] = [("responsible", responsible), ("participant", participant)]
      .filter { !$0.1.isEmpty }.map { ($0.0, Request.escaped($0.1)) }
    let view = try await services.read { reader in
      let content: TaskListView.Content =
        switch isBoard {
        case .list: try Self.list(base, isOpen, viewer, request, reader)
        case .board: .board(try Self.board(base, viewer, mayEdit, reader))
        case .calendar: .calendar(try Self.calendar(base, shown, viewer, mayEdit, clock, reader))
        }
      return TaskListView(
        content: content, responsible: responsible, participant: participant,
        filters: filters, names: try RecordPagesController.names(reader), clock: clock,
        people: try RecordPagesController.people(reader), mayMake: mayEdit,
        mayAssign: identity?.may(.assignOthers) == true, user: identity?.user.login ?? "",
        due: try reader.reminders(for: viewer.user, until: clock.now).filter {
          try reader.task($0.reminder.task).map {
            try TaskResource.isSeen($0, by: viewer.user, in: reader)
          } ?? false
        })
    }
    let frame = PageFrame(request, context)
    return .page(renderer.tasks(view, in: frame), frame.language)
  }

  private static func list(
    _ base: TaskQuery, _ isOpen: Bool, _ viewer: Viewer, _ request: Request, _ reader: Reader
  ) throws -> TaskListView.Content {
    var query = base
    if isOpen { query.state = [.open, .inProgress] }
    let page = try reader.taskPage(query, scope: viewer.scope)
    return .list(
      page.items, isOpen: isOpen, next: page.next.map { request.address(withCursor: $0.text) })
  }

  private static func board(
    _ base: TaskQuery, _ viewer: Viewer, _ mayEdit: Bool, _ reader: Reader
  ) throws -> TaskBoard {
    var board = TaskBoard(tasks: [:], totals: [:], viewer: viewer, mayEdit: mayEdit)
    for state in TaskBoard.states {
      var query = base
      query.state = [state]
      query.after = nil
      query.limit = TaskBoard.limit(state)
      query.countsTotal = true
      let page = try reader.taskPage(query, scope: viewer.scope)
      board.tasks[state] = page.items
      board.totals[state] = page.total
    }
    return board
  }

  private static func calendar(
    _ base: TaskQuery, _ month: LocalDate, _ viewer: Viewer, _ mayEdit: Bool, _ clock: DayClock,
    _ reader: Reader
  ) throws -> TaskCalendar {
    let days = TaskCalendar.days(of: month)
    guard let first = days.first, let last = days.last else {
      return TaskCalendar(month: month, tasks: [], trips: [], viewer: viewer, mayEdit: mayEdit)
    }
    var query = base
    query.after = nil
    query.limit = 500
    query.dueFrom = clock.start(of: first)
    query.dueBefore = clock.start(of: last.adding(days: 1))
    // A trip stands on its days; its task would say the same.
    let tasks = try reader.taskPage(query, scope: viewer.scope).items.filter { $0.trip == nil }
    var trips = try reader.tripDays(from: first, to: last, scope: viewer.scope)
    if let login = base.responsible.first {
      let user = login.isEmpty ? nil : try reader.user(login: login)?.id
      trips = trips.filter { $0.responsible == user }
    }
    if let login = base.participant.first, let user = try reader.user(login: login)?.id {
      let theirs = try Set(trips.map(\.trip)).filter {
        try reader.task(forTrip: $0)?.participants.contains(user) == true
      }
      trips = trips.filter { theirs.contains($0.trip) }
    }
    return TaskCalendar(month: month, tasks: tasks, trips: trips, viewer: viewer, mayEdit: mayEdit)
  }
}
