import CRM
import Foundation
import Geo
import HTTPTypes
import Store
import Testing

@testable import planner

@Suite("Tags over HTTP")
struct TagRoutesTests {
  let service: ServiceFixture

  init() throws {
    service = try ServiceFixture()
    try service.database.write(as: Actor(name: "test")) { writer in
      for number in 0..<150 {
        try writer.insert(Partner(kind: .agency, name: "Тур \(number)", tags: ["<vip>"]))
      }
    }
  }

  private func change(_ json: String, as role: UserRole = .head) async throws -> ServiceFixture.Answer {
    try await service.send(.post, "/api/v1/tags/changes", as: role, json: json)
  }

  @Test("a change is a job that goes on until nobody carries the old one, in the name of who asked")
  func changed() async throws {
    let answer = try await change(#"{"tag":"<VIP>","to":"Ключевой"}"#)
    let id = try #require(JobID(answer.json["id"]?.text ?? ""))
    #expect(answer.status == 202 && answer.response.headers[.location] == "/api/v1/jobs/\(id)")
    let database = service.database
    let runner = JobRunner(
      database: database,
      handlers: [TagJob.handler(database, now: { Date(timeIntervalSince1970: 1_780_909_200) })],
      spool: JobSpool(database: database.path), settings: .init(concurrency: 1), clock: StandingClock())
    let running = Task { await runner.run() }
    var last: Job?
    for try await job in runner.board.events(id, in: database, clock: StandingClock()) { last = job }
    runner.stop()
    await running.value
    #expect(
      last?.state == .done
        && last?.result.flatMap { try? JSONValue(parsing: Array($0.utf8)) }?["partners"] == 150)
    let tags = try await service.send(.get, "/api/v1/tags", as: .manager)
    #expect(tags.json["items"] == [["tag": "ключевой", "partners": 150]] && tags.json["next"] == .null)
    let head = try #require(service.users[.head])
    let rows = try database.read { try $0.auditPage(AuditQuery()).items }
    #expect(rows.first { $0.entity == "partner" }?.user == head.id)
  }

  @Test("what cannot be is refused with the reason, and changes nothing")
  func refused() async throws {
    let before = try service.content()
    for (json, status, code) in [
      (#"{"tag":"<vip>"}"#, 422, "http.body.field"),
      (#"{"tag":"<vip>","to":"<VIP>"}"#, 422, "http.body.field"),
      (#"{"tag":"<vip>","to":"a,b"}"#, 422, "http.body.field"),
      (#"{"tag":"нет","to":null}"#, 404, "store.tag.notFound"),
    ] {
      let answer = try await change(json)
      #expect(answer.status == status && answer.code?.hasPrefix(code) == true, "\(json): \(answer.text)")
    }
    #expect(try service.content() == before)
    for role in [UserRole.manager, .booking, .accountant] {
      #expect(try await change(#"{"tag":"<vip>","to":null}"#, as: role).status == 403)
      #expect(try await service.page("/admin/tags", as: role).status == 403)
    }
    // A head who sees only his own changes no partner of others by it.
    let head = try #require(service.users[.head])
    var narrow = head
    narrow.visibility = .own
    let changed = narrow
    try service.database.write(as: Actor(name: "test")) { _ = try $0.update(user: changed) }
    #expect(try await change(#"{"tag":"<vip>","to":null}"#).status == 403)
    #expect(try await service.page("/admin/tags").status == 403)
    #expect(try service.database.read { try $0.jobs() }.isEmpty)
  }

  @Test("the page lists them escaped, with their partners and what each may become")
  func page() async throws {
    let page = try await service.page("/admin/tags")
    #expect(page.status == 200 && page.text.contains("&lt;vip&gt;") && !page.text.contains("<vip>"))
    #expect(page.text.contains("%3Cvip%3E\"") && page.text.contains("150 partners"))
    #expect(page.text.contains("href=\"/admin/tags\" aria-current=\"page\""))
    let none = try ServiceFixture()
    #expect(try await none.page("/admin/tags").text.contains("No partner has a tag yet"))
  }
}
