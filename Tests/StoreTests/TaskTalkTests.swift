import CRM
import Foundation
import Testing

@testable import Store

@Suite("Who takes part in a task, what is said about it, who is reminded of it")
struct TaskTalkTests {
  let database: Database
  let anna = User(login: "anna", name: "Anna", role: .manager)
  let boris = User(login: "boris", name: "Boris", role: .manager)
  let vera = User(login: "vera", name: "Vera", role: .manager)

  init() throws {
    database = try Database.temporary()
    let people = [anna, boris, vera]
    try database.write(as: tester, at: noon) { writer in for user in people { try writer.add(user: user) } }
  }

  private func save(_ task: TripTask) throws {
    try database.write(as: tester, at: noon) { try $0.save(task) }
  }

  private func seen(by user: User, _ query: TaskQuery = TaskQuery()) throws -> [String] {
    try database.read { try $0.taskPage(query, scope: .responsible([user.id])).items.map(\.title) }
  }

  @Test("participants are kept in order, none twice, and grow the version when they change")
  func participants() throws {
    var task = TripTask(
      title: "Ярмарка", responsible: anna.id, participants: [vera.id, boris.id, vera.id])
    try save(task)
    let kept = try #require(try database.read { try $0.task(task.id) })
    #expect(kept.participants == [boris.id, vera.id].sorted() && kept.version == 1)
    task.participants = [boris.id]
    try save(task)
    let after = try #require(try database.read { try $0.task(task.id) })
    #expect(after.participants == [boris.id] && after.version == 2)
  }

  @Test("whoever takes part sees the task in lists, finds it, and is told of its changes; others do not")
  func sight() throws {
    try save(TripTask(title: "Альфа вместе", responsible: anna.id, participants: [boris.id]))
    try save(TripTask(title: "Бета одна", responsible: anna.id))
    try save(TripTask(title: "Гамма ничья", participants: [boris.id]))
    #expect(try seen(by: boris) == ["Гамма ничья", "Альфа вместе"])
    #expect(try seen(by: vera) == ["Гамма ничья"])
    #expect(try seen(by: anna) == ["Гамма ничья", "Бета одна", "Альфа вместе"])
    var query = TaskQuery()
    query.countsTotal = true
    query.limit = 1
    let page = try database.read { try $0.taskPage(query, scope: .responsible([boris.id])) }
    #expect(page.total == 2 && page.items.map(\.title) == ["Гамма ничья"])
    query.after = page.next
    #expect(try seen(by: boris, query) == ["Альфа вместе"])
    var whose = TaskQuery()
    whose.responsible = ["anna"]
    #expect(try seen(by: boris, whose) == ["Альфа вместе"])
    func found(_ user: User) throws -> [String] {
      try database.read {
        try $0.search(SearchQuery("альфа", kinds: [], limit: 5), scope: .responsible([user.id])).map(\.label)
      }
    }
    #expect(try found(boris) == ["Альфа вместе"] && found(vera) == [])
    func told(_ user: User) throws -> Int {
      try database.read {
        try $0.changes(after: nil, scope: .responsible([user.id])).changes.count { $0.entity == "task" }
      }
    }
    #expect(try told(boris) == 2 && told(vera) == 0 && told(anna) == 2)
  }

  @Test("tasks are filtered by who takes part, among those in sight")
  func filtered() throws {
    try save(TripTask(title: "Альфа", responsible: anna.id, participants: [boris.id]))
    try save(TripTask(title: "Бета", responsible: anna.id, participants: [vera.id]))
    try save(TripTask(title: "Гамма", responsible: boris.id))
    var query = TaskQuery()
    query.participant = ["boris"]
    query.countsTotal = true
    let page = try database.read { try $0.taskPage(query, scope: .all) }
    #expect(page.items.map(\.title) == ["Альфа"] && page.total == 1)
    #expect(try seen(by: boris, query) == ["Альфа"] && seen(by: vera, query) == [])
    query.participant = ["boris", "vera"]
    #expect(try seen(by: anna, query) == ["Бета", "Альфа"])
    query.participant = ["nobody"]
    #expect(throws: StoreError.self) { try database.read { _ = try $0.taskPage(query, scope: .all) } }
  }

  @Test("whoever takes part no more does not find it any more")
  func left() throws {
    var task = TripTask(title: "Дельта", responsible: anna.id, participants: [boris.id])
    try save(task)
    task.participants = []
    try save(task)
    #expect(try seen(by: boris) == [])
    let found = try database.read {
      try $0.search(SearchQuery("дельта", kinds: [], limit: 5), scope: .responsible([boris.id]))
    }
    #expect(found.isEmpty)
  }

  @Test("comments stand in the order they were said, and go with their task")
  func comments() throws {
    let task = TripTask(title: "Ярмарка", responsible: anna.id)
    try save(task)
    let one = TaskComment(task: task.id, author: anna.id, at: noon, text: "Первый\nв две строки")
    let two = TaskComment(task: task.id, author: boris.id, at: noon, text: "Второй")
    try database.write(as: tester, at: noon) { writer in
      try writer.add(comment: one)
      try writer.add(comment: two)
    }
    #expect(try database.read { try $0.comments(of: task.id) } == [one, two])
    try database.write(as: tester, at: noon) { try $0.remove(comment: one.id) }
    #expect(try database.read { try $0.comments(of: task.id) } == [two])
    #expect(throws: StoreError.self) {
      try database.write(as: tester, at: noon) { try $0.remove(comment: one.id) }
    }
    let audit = try database.read { try $0.changes(after: nil).changes.filter { $0.entity == "taskComment" } }
    #expect(audit.map(\.action) == ["create", "create", "delete"])
    // The removal too is told to whose task it is, and to nobody else.
    func told(_ user: User) throws -> Int {
      try database.read {
        try $0.changes(after: nil, scope: .responsible([user.id])).changes.count {
          $0.entity == "taskComment"
        }
      }
    }
    #expect(try told(anna) == 3 && told(vera) == 0)
  }

  @Test("a reminder is told once, at its time, and not of a task that is over")
  func reminders() throws {
    let (open, over) = (
      TripTask(title: "Открыта", responsible: anna.id), TripTask(title: "Готова", state: .done)
    )
    try save(open)
    try save(over)
    func reminder(_ task: TripTask, _ minutes: Double) -> TaskReminder {
      TaskReminder(
        task: task.id, user: anna.id, at: noon.addingTimeInterval(minutes * 60), language: "ru")
    }
    let first = reminder(open, 10)
    try database.write(as: tester, at: noon) { writer in
      #expect(try writer.add(reminder: first) == first)
      // The same instant again is the same reminder.
      #expect(try writer.add(reminder: reminder(open, 10)).id == first.id)
      _ = try writer.add(reminder: reminder(open, 30))
      _ = try writer.add(reminder: reminder(over, 5))
    }
    func tell(_ minutes: Double) throws -> [String] {
      var titles: [String] = []
      _ = try database.write(as: tester, at: noon.addingTimeInterval(minutes * 60)) { writer in
        try writer.tellDueReminders {
          titles.append("\($0.title) \($0.reminder.language)")
          return true
        }
      }
      return titles
    }
    #expect(try database.read { try !$0.hasDueReminders(at: noon) })
    #expect(try database.read { try $0.hasDueReminders(at: noon.addingTimeInterval(600)) })
    #expect(try tell(9) == [])
    #expect(try tell(10) == ["Открыта ru"])
    #expect(try tell(11) == [])
    let due = try database.read {
      try $0.reminders(for: anna.id, until: noon.addingTimeInterval(1200))
    }
    #expect(due.map(\.title) == ["Открыта"] && due[0].reminder.mailedAt == noon.addingTimeInterval(600))
    #expect(try database.read { try $0.reminders(for: anna.id).count } == 2)
    try database.write(as: tester, at: noon) { try $0.remove(reminder: first.id) }
    #expect(try database.read { try $0.reminders(for: anna.id).count } == 1)
  }

  @Test("a line of a checklist says which partner it is about")
  func partner() throws {
    let partner = Partner(kind: .agency, name: "Агентство")
    let task = TripTask(
      title: "Обзвон",
      checklist: [ChecklistItem(title: "Агентство", partner: partner.id), ChecklistItem(title: "Ещё")])
    try database.write(as: tester, at: noon) { writer in
      try writer.insert(partner)
      try writer.save(task)
    }
    #expect(try database.read { try $0.task(task.id)?.checklist.map(\.partner) } == [partner.id, nil])
  }
}
