import CRM
import Foundation
import Geo
import HTTPTypes
import Store
import Testing

@testable import planner

@Suite("Talking about tasks")
struct TaskTalkAPITests {
  let service: ServiceFixture

  init() throws {
    service = try ServiceFixture(settings: ServiceSettings(rateLimit: 0, publicURL: "https://crm.example"))
    // Whoever is told by mail has an address.
    let people = service.users
    try service.database.write(as: Actor(name: "test")) { writer in
      for (role, user) in people {
        var user = user
        user.email = "\(role.rawValue)@example.org"
        try writer.update(user: user)
      }
    }
  }

  private func made(_ json: String, as role: UserRole = .head) async throws -> (id: String, version: String) {
    let answer = try await service.send(.post, "/api/v1/tasks", as: role, json: json)
    #expect(answer.status == 201, "\(answer.text)")
    return (try #require(answer.json["id"]?.text), try #require(answer.tag))
  }

  private func mails() throws -> [String] {
    try service.database.read { reader in
      try reader.outbox(kind: .mail).map { "\($0.destination): \($0.subject)" }
    }.sorted()
  }

  @Test("a mail is in the language of whoever reads it, which pages and administrators note")
  func languages() async throws {
    let manager = try #require(service.users[.manager]).id
    let session = try service.database.write(as: Actor(name: "test"), at: service.services.now()) {
      try $0.beginSession(for: manager, address: "", agent: "")
    }
    var atPage: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
    func told() async throws -> JSONValue? {
      try await service.send(.get, "/api/v1/session", as: .manager).json["user"]?["language"]
    }
    // A program with a token looks as it likes; a person at a page chooses.
    _ = try await service.send(.post, "/look", as: .manager, headers: atPage, body: "language=ru")
    #expect(try await told() == .null)
    atPage[.cookie] = "planner_session=\(session.text)"
    for (body, language) in [("theme=dark", JSONValue.null), ("language=ru", "ru"), ("theme=dark", "ru")] {
      let look = try await service.send(.post, "/look", headers: atPage, body: body)
      #expect(look.status == 303, "\(look.text)")
      #expect(try await told() == language)
      let shown = try await service.send(.get, "/api/v1/session", headers: [.cookie: atPage[.cookie] ?? ""])
      #expect(shown.json["user"]?["language"] == language, "\(shown.text)")
    }
    let booking = try #require(service.users[.booking]).id
    let address = "/api/v1/users/\(booking)"
    let read = try await service.send(.get, address, as: .administrator)
    #expect(read.json["language"] == .null)
    let tag: HTTPFields = [.ifMatch: try #require(read.tag)]
    let wrong = try await service.send(
      .patch, address, as: .administrator, json: #"{"language":"xx"}"#, headers: tag)
    #expect(wrong.status == 422 && wrong.text.contains("known: en, ru"), "\(wrong.text)")
    let changed = try await service.send(
      .patch, address, as: .administrator, json: #"{"language":"en"}"#, headers: tag)
    #expect(changed.json["language"] == "en", "\(changed.text)")
    _ = try await made(#"{"title":"Ярмарка","participants":["manager","booking"]}"#)
    #expect(
      try mails() == [
        "booking@example.org: You take part: Ярмарка", "manager@example.org: Вы участник: Ярмарка",
      ])
  }

  @Test("whoever takes part sees the task, speaks and ticks off, and does not change it")
  func participants() async throws {
    let task = try await made(#"{"title":"Ярмарка","items":["Стенд"]}"#)
    let address = "/api/v1/tasks/\(task.id)"
    #expect(try await service.send(.get, address, as: .manager).status == 404)
    #expect(
      try await service.send(.post, "\(address)/comments", as: .manager, json: #"{"text":"Я"}"#).status == 404
    )
    let joined = try await service.send(
      .patch, address, as: .head, json: #"{"participants":["manager","booking","manager"]}"#,
      headers: [.ifMatch: task.version])
    #expect(joined.status == 200 && joined.json["participants"] == ["booking", "manager"], "\(joined.text)")
    func titles(_ query: String) async throws -> [String] {
      let answer = try await service.send(.get, "/api/v1/tasks?participant=\(query)", as: .manager)
      return try #require(answer.json["items"]?.elements, "\(answer.text)").compactMap { $0["title"]?.text }
    }
    #expect(try await titles("Manager") == ["Ярмарка"])
    #expect(try await titles("head").isEmpty)
    #expect(try await titles("head,booking") == ["Ярмарка"])
    #expect(
      try mails() == [
        "booking@example.org: You take part: Ярмарка", "manager@example.org: You take part: Ярмарка",
      ])
    let seen = try await service.send(.get, address, as: .manager)
    #expect(seen.status == 200)
    #expect(
      try await service.send(
        .patch, address, as: .manager, json: #"{"title":"Моя"}"#, headers: [.ifMatch: seen.tag ?? ""]
      ).status == 403)
    let item = try #require(seen.json["checklist"]?.elements?.first?["id"]?.text)
    let ticked = try await service.send(
      .post, "\(address)/items/\(item)/check", as: .manager, json: #"{"state":"done"}"#)
    #expect(ticked.status == 200 && ticked.json["taskState"]?.text == "done")
    for bad in [
      #"{"participants":["nobody-of-this-name"]}"#, #"{"participants":[null]}"#, #"{"participants":"anna"}"#,
    ] {
      let answer = try await service.send(
        .patch, address, as: .head, json: bad, headers: [.ifMatch: "\"v3\""])
      #expect(answer.status == 422 && answer.json["hint"]?.text?.isEmpty == false, "\(answer.text)")
    }
  }

  @Test("a comment is told to all who have to do with the task but its author, who alone takes it back")
  func comments() async throws {
    let task = try await made(#"{"title":"Договор","responsible":"manager","participants":["booking"]}"#)
    let address = "/api/v1/tasks/\(task.id)/comments"
    let said = try await service.send(
      .post, address, as: .manager, json: #"{"text":"Жду <подписи>\nдо пятницы"}"#,
      headers: [.acceptLanguage: "ru"])
    #expect(said.status == 201 && said.json["author"]?.text == "manager", "\(said.text)")
    #expect(
      try mails() == [
        "booking@example.org: You take part: Договор", "booking@example.org: Новый комментарий: Договор",
        "head@example.org: Новый комментарий: Договор",
      ])
    let list = try await service.send(.get, address, as: .booking)
    #expect(list.json["items"]?.elements?.map { $0["text"]?.text } == ["Жду <подписи>\nдо пятницы"])
    let id = try #require(said.json["id"]?.text)
    let before = try service.content()
    #expect(try await service.send(.delete, "\(address)/\(id)", as: .head).status == 403)
    #expect(try await service.send(.post, address, as: .manager, json: #"{"text":" \n "}"#).status == 422)
    #expect(
      try await service.send(
        .post, address, as: .manager, json: "{\"text\":\"\(String(repeating: "я", count: 4001))\"}"
      ).status == 422)
    let other = try await made(#"{"title":"Другая","responsible":"manager"}"#)
    #expect(
      try await service.send(.delete, "/api/v1/tasks/\(other.id)/comments/\(id)", as: .manager).status == 404)
    #expect(before != "")
    let page = try await service.page("/tasks/\(task.id)", as: .manager)
    #expect(page.text.contains("Жду &lt;подписи&gt;") && page.text.contains("\(address)/\(id)"))
    // Whoever did not say it is not offered to take it back.
    #expect(try await !service.page("/tasks/\(task.id)", as: .head).text.contains("\(address)/\(id)"))
    #expect(try await service.send(.delete, "\(address)/\(id)", as: .manager).status == 204)
    #expect(try await service.send(.get, address, as: .manager).json["items"] == [])
  }

  @Test("a reminder stands over the tasks from its time on and comes by mail once")
  func reminders() async throws {
    let task = try await made(#"{"title":"Счёт","responsible":"manager"}"#)
    let (now, address) = (service.services.now(), "/api/v1/tasks/\(task.id)/reminders")
    func json(_ minutes: Double) -> String {
      "{\"at\":\"\(Instant.text(now.addingTimeInterval(minutes * 60)))\"}"
    }
    let set = try await service.send(
      .post, address, as: .manager, json: json(60), headers: [.acceptLanguage: "ru"])
    #expect(set.status == 201, "\(set.text)")
    #expect(try await service.send(.post, address, as: .manager, json: json(60)).json["id"] == set.json["id"])
    let late = try await service.send(.post, address, as: .manager, json: json(-1))
    #expect(late.status == 422 && late.json["detail"]?.text?.contains("over") == true, "\(late.text)")
    #expect(try await service.send(.get, "/api/v1/reminders", as: .head).json["items"] == [])
    #expect(
      try await !service.page("/tasks", as: .manager).text.contains("/api/v1/reminders/"))
    try await service.advance(3601)
    let worker = ReminderWorker.worker(
      service.database, base: "https://crm.example", now: service.services.now)
    #expect(try worker.hasWork?() == true)
    #expect(try await worker.run(.whole) == "1 mails")
    #expect(try worker.hasWork?() == false)
    #expect(try mails().contains("manager@example.org: Напоминание: Счёт"))
    let page = try await service.page("/tasks", as: .manager)
    #expect(page.text.contains("/api/v1/reminders/") && page.text.contains("Счёт"))
    #expect(try await !service.page("/tasks", as: .head).text.contains("/api/v1/reminders/"))
    let id = try #require(set.json["id"]?.text)
    #expect(try await service.send(.delete, "/api/v1/reminders/\(id)", as: .head).status == 404)
    #expect(try await service.send(.delete, "/api/v1/reminders/\(id)", as: .manager).status == 204)
    #expect(try await service.send(.get, "/api/v1/reminders", as: .manager).json["items"] == [])
  }

  @Test("a task is made of partners, each a line that leads to it; one out of sight is refused")
  func partners() async throws {
    func partner(_ name: String, _ responsible: String) async throws -> String {
      let answer = try await service.send(
        .post, "/api/v1/partners", as: .head,
        json:
          "{\"kind\":\"agency\",\"name\":\"\(name)\",\"responsible\":\"\(responsible)\",\"geocode\":false}")
      return try #require(answer.json["id"]?.text)
    }
    let (own, others) = (try await partner("Своё", "manager"), try await partner("Чужое", "head"))
    let task = try await made(
      "{\"title\":\"Обзвон\",\"items\":[{\"partner\":\"\(own)\"},{\"partner\":\"\(own)\",\"title\":\"Ещё раз\"}]}",
      as: .manager)
    let read = try await service.send(.get, "/api/v1/tasks/\(task.id)", as: .manager)
    let items = try #require(read.json["checklist"]?.elements)
    #expect(items.map { $0["title"]?.text } == ["Своё", "Ещё раз"])
    #expect(items.map { $0["partner"]?.text } == [own, own])
    #expect(
      try await service.page("/tasks/\(task.id)", as: .manager).text.contains("href=\"/partners/\(own)\""))
    let before = try service.content()
    let refused = try await service.send(
      .post, "/api/v1/tasks", as: .manager,
      json: "{\"title\":\"Обзвон\",\"items\":[{\"partner\":\"\(others)\"}]}")
    #expect(
      refused.status == 422 && refused.json["detail"]?.text?.contains(others) == true, "\(refused.text)")
    #expect(
      try await service.send(.post, "/api/v1/tasks", as: .manager, json: #"{"title":"О","items":[{}]}"#)
        .status
        == 422)
    #expect(try service.content() == before)
  }
}
