import CRM
import Foundation
import Geo
import Store
import Testing

@testable import planner

@Suite("Tasks on a board and in a calendar")
struct TaskPagesTests {
  let service: ServiceFixture
  let plain: TripTask
  let listed: TripTask

  init() throws {
    service = try ServiceFixture.withMaps()
    let own = service.users[.manager]!.id
    // 10 June, on the clock of the process.
    let deadline = DayClock().start(of: LocalDate("2026-06-10")!).addingTimeInterval(15 * 3600)
    plain = TripTask(title: "Позвонить <всем>", responsible: own, deadline: deadline)
    listed = TripTask(
      title: "Выставка", responsible: own, state: .inProgress,
      checklist: [ChecklistItem(title: "Стенд", children: [ChecklistItem(title: "Стол")])])
    let (plain, listed) = (plain, listed)
    try service.database.write(as: Actor(name: "test")) {
      try $0.save(plain)
      try $0.save(listed)
      try $0.save(TripTask(title: "Готово", responsible: own, state: .done))
      try $0.save(TripTask(title: "Ничьё"))
    }
  }

  /// What stands in a column.
  private func column(_ state: String, _ text: String) -> String {
    let rest = text.components(separatedBy: "data-drop=\"\(state)\"").dropFirst().first ?? ""
    return rest.components(separatedBy: "</section>")[0]
  }

  @Test("a board has a column for each state; what follows a trip or a checklist stays where it is")
  func board() async throws {
    let page = try await service.page("/tasks?view=board", as: .manager).text
    let (open, running, done) = (column("open", page), column("inProgress", page), column("done", page))
    #expect(open.contains("Позвонить &lt;всем&gt;") && open.contains("Ничьё") && !open.contains("Выставка"))
    #expect(running.contains("Выставка") && running.contains("follows its checklist"))
    #expect(!running.contains("draggable") && running.contains("0 of 1"))
    #expect(done.contains("Готово"))
    #expect(
      open.contains("draggable=\"true\" data-card data-act=\"/api/v1/tasks/\(plain.id)\" data-version=\"1\""))
    #expect(open.contains("{&quot;state&quot;:&quot;done&quot;}") || open.contains("data-body=\"{&#34;state"))
    // A manager changes what is his and nobody's; whose alone is shown when it is asked for.
    let mine = try await service.page("/tasks?view=board&responsible=manager", as: .manager).text
    #expect(mine.contains("Позвонить") && !mine.contains("Ничьё"))
    #expect(
      mine.contains("href=\"/tasks?view&#61;calendar&amp;responsible&#61;manager\"")
        || mine.contains("/tasks?view=calendar&amp;responsible=manager"))
    let reader = try await service.page("/tasks?view=board", as: .booking).text
    #expect(reader.contains("Ничьё"))
    #expect(try await service.page("/tasks?view=wall").status == 400)
    #expect(try await service.page("/tasks?view=board&month=june").status == 400)
  }

  @Test("tasks somebody takes part in are chosen beside whose they are, in every layout")
  func participants() async throws {
    var together = plain
    together.participants = [service.users[.booking]!.id]
    let task = together
    try service.database.write(as: Actor(name: "test")) { try $0.save(task) }
    for layout in ["all=true", "view=board", "view=calendar"] {
      let page = try await service.page("/tasks?\(layout)&participant=booking", as: .manager).text
      #expect(page.contains("Позвонить &lt;всем&gt;") && !page.contains("Выставка"), "\(layout)")
      #expect(!page.contains("is-trip"), "\(layout)")
      #expect(
        page.contains("&amp;participant=booking") || page.contains("participant&#61;booking"), "\(layout)")
      let chosen = page.components(separatedBy: "name=\"participant\"").last ?? ""
      #expect(chosen.contains("value=\"booking\" selected"), "\(layout)")
    }
    #expect(try await service.page("/tasks?participant=nobody-knows", as: .manager).status == 404)
  }

  @Test("a task of a trip stands under its own state and says why it stays there")
  func trips() async throws {
    let trip = try #require(try service.database.read { try $0.trips(limit: 1, in: .all).first })
    try service.database.write(as: Actor(name: "test")) {
      try $0.save(TripTask(title: "Объезд", responsible: service.users[.manager]!.id, trip: trip.id))
    }
    let page = try await service.page("/tasks?view=board", as: .manager).text
    #expect(page.contains("follows its trip"))
  }

  @Test("a calendar has whole weeks, deadlines on their day, trips on each of theirs")
  func calendar() async throws {
    let page = try await service.page("/tasks?view=calendar", as: .manager).text
    #expect(
      page.contains("June 2026") && page.contains("month&#61;2026-05") || page.contains("month=2026-05"))
    func day(_ date: String) -> String {
      (page.components(separatedBy: "data-drop-day=\"\(date)\"").dropFirst().first ?? "")
        .components(separatedBy: "data-drop-day")[0]
    }
    #expect(day("2026-06-10").contains("Позвонить &lt;всем&gt;") && day("2026-06-10").contains("15:00"))
    #expect(day("2026-06-10").contains("draggable=\"true\""))
    #expect(day("2026-06-09").contains("is-trip") && day("2026-06-09").contains("Поездка"))
    #expect(
      page.contains(
        "aria-current=\"date\" data-drop-day=\"\(DayClock(now: Date(timeIntervalSince1970: 1_780_909_200)).today)\""
      ))
    // The first of June 2026 is a Monday, its 30th a Tuesday: five weeks, to Sunday 5 July.
    #expect(page.components(separatedBy: "<ol class=\"week\">").count == 6)
    #expect(!day("2026-07-05").isEmpty && day("2026-07-06").isEmpty && day("2026-05-31").isEmpty)
    let nobody = try await service.page("/tasks?view=calendar&responsible=none", as: .manager).text
    #expect(!nobody.contains("is-trip") && !nobody.contains("Позвонить"))
    let other = try await service.page("/tasks?view=calendar&month=2026-12", as: .manager).text
    #expect(other.contains("December 2026") && other.contains("nobody is on the road"))
    #expect(other.contains("month=2027-01") || other.contains("month&#61;2027-01"))
    #expect(try await service.page("/tasks?view=calendar&month=2026-13").status == 400)
    let russian = try await service.send(
      .get, "/tasks?view=calendar", as: .manager, headers: [.accept: "text/html", .acceptLanguage: "ru"])
    #expect(russian.text.contains("Июнь 2026"))
  }

  @Test("months are cut at their ends, and weeks begin on Monday")
  func weeks() {
    for text in ["2026-02-01", "2027-02-01", "2028-02-01", "2026-12-01", "2026-06-01"] {
      let month = LocalDate(text)!
      let days = TaskCalendar.days(of: month)
      #expect(days.count % 7 == 0 && days.first!.weekday.rawValue == 0 && days.contains(month))
      #expect(days.contains(TaskCalendar.next(month, by: 1).adding(days: -1)))
      #expect(!days.dropLast(7).contains { $0 >= TaskCalendar.next(month, by: 1) })
    }
    #expect(TaskCalendar.next(LocalDate("2026-01-01")!, by: -1) == LocalDate("2025-12-01"))
    #expect(TaskCalendar.month("2026-6") == nil && TaskCalendar.month("") == nil)
  }
}
