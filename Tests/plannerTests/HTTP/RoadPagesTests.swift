import CRM
import Foundation
import Geo
import HTTPTypes
import Store
import Testing

@testable import planner

@Suite("The page for the road")
struct RoadPagesTests {
  let service: ServiceFixture

  init() throws { service = try ServiceFixture.withMaps() }

  /// A saved trip of the manager; the clock of the fixture stands on 8 June 2026.
  private func trip(
    from day: String, title: String, days: Int = 1
  ) async throws -> (trip: String, task: String) {
    let plan = try await service.send(
      .post, "/api/v1/plan", as: .manager,
      json: """
        {"selection":{"circle":{"center":{"latitude":52.2,"longitude":24.5},"radius":60000}},"start":"52.2,24.5",
        "days":\(days),"date":"\(day)","title":"\(title)","save":true}
        """)
    return (
      try #require(plan.json["trip"]?["id"]?.text, "\(plan.text)"), try #require(plan.json["taskId"]?.text)
    )
  }

  @Test("today's trip is shown, else the next, and who has none is told how to get one")
  func current() async throws {
    let none = try await service.page("/road", as: .manager)
    // The trip of the fixture has no task to walk by.
    #expect(none.status == 200 && none.text.contains("href=\"/plan\""))
    let later = try await trip(from: "2026-06-15", title: "Later")
    #expect(try await service.page("/road", as: .manager).text.contains("data-trip=\"\(later.trip)\""))
    let now = try await trip(from: "2026-06-08", title: "Now", days: 2)
    let page = try await service.page("/road", as: .manager)
    #expect(page.text.contains("data-trip=\"\(now.trip)\""))
    #expect(page.text.contains("href=\"/road/\(later.trip)\""))
    #expect(page.text.contains("data-date=\"2026-06-08\" data-shown"))
    try await service.advance(86_400)
    #expect(
      try await service.page("/road", as: .manager).text.contains("data-date=\"2026-06-09\" data-shown"))
    try await service.advance(3 * 86_400)
    // What was walked gives way to what comes.
    #expect(try await service.page("/road", as: .manager).text.contains("data-trip=\"\(later.trip)\""))
    #expect(try await service.page("/road", as: .head).text.contains("href=\"/plan\""))
  }

  @Test("whoever may not say what came of a stop has nothing to press, and sees the stops all the same")
  func readOnly() async throws {
    let made = try await trip(from: "2026-06-08", title: "Now")
    for (role, mayRecord, mayPlan) in [
      (UserRole.manager, true, true), (.head, true, true), (.booking, true, false),
      (.accountant, false, false),
    ] {
      let page = try await service.page("/road/\(made.trip)", as: role)
      #expect(page.status == 200 && page.text.contains("class=\"door\""))
      for part in ["data-act=\"arrive\"", "data-act=\"done\"", "data-act=\"reopen\"", "type=\"file\""] {
        #expect(page.text.contains(part) == mayRecord, "\(role) \(part)")
      }
      #expect(page.text.contains("data-replan=") == mayPlan, "\(role)")
    }
  }

  @Test("each stop has its item, its phone and its way there, and what partners are called harms nothing")
  func stops() async throws {
    let made = try await trip(from: "2026-06-08", title: "<b>")
    let task = try await service.send(.get, "/api/v1/tasks/\(made.task)", as: .manager)
    let items = try #require(task.json["checklist"]?.elements?[0]["children"]?.elements)
    let page = try await service.page("/road/\(made.trip)", as: .manager)
    for item in items { #expect(page.text.contains("data-item=\"\(item["id"]?.text ?? "-")\"")) }
    #expect(page.text.components(separatedBy: "class=\"door\"").count == items.count + 1)
    #expect(page.text.contains("Партнёр &lt;") && !page.text.contains("Партнёр <"))
    #expect(!page.text.contains("<b>"))
    #expect(page.text.contains("https://yandex.ru/maps/?rtext&#61;~52"))
    // A head sees it; a manager whose trip it is not does not.
    #expect(try await service.page("/road/\(made.trip)", as: .head).status == 200)
    let stranger = try service.addUser("stranger", .manager)
    var headers = stranger.headers
    headers[.accept] = "text/html"
    #expect(try await service.send(.get, "/road/\(made.trip)", headers: headers).status == 404)
    #expect(try await service.send(.get, "/road/\(made.trip)/report", headers: headers).status == 404)
    for wrong in ["/road/x", "/road/\(TripID.new())", "/road/\(made.trip)/report?day=2030-01-01"] {
      #expect([400, 404].contains(try await service.page(wrong, as: .manager).status), "\(wrong)")
    }
    #expect(try await service.page("/road?day=1", as: .manager).status == 400)
  }

  @Test("a report has what was planned beside what was told")
  func report() async throws {
    let made = try await trip(from: "2026-06-08", title: "Отчёт")
    let shown = try await service.send(.get, "/api/v1/trips/\(made.trip)", as: .manager)
    let stops = try #require(shown.json["days"]?.elements?[0]["stops"]?.elements)
    let task = try await service.send(.get, "/api/v1/tasks/\(made.task)", as: .manager)
    let items = try #require(task.json["checklist"]?.elements?[0]["children"]?.elements)
    #expect(stops.count > 1)
    func send(_ item: Int, _ what: String, _ body: String) async throws {
      let answer = try await service.send(
        .post, "/api/v1/tasks/\(made.task)/items/\(items[item]["id"]?.text ?? "")/\(what)", as: .manager,
        json: body)
      #expect(answer.status == 200, "\(answer.text)")
    }
    try await service.advance(86_400)
    // Twenty minutes after the time that was planned, told the day after.
    let planned = try #require(stops[0]["serviceStart"]?.text.flatMap(Instant.parse))
    func at(_ minutes: Double) -> String { Instant.text(planned.addingTimeInterval(minutes * 60)) }
    try await send(0, "arrive", "{\"at\":\"\(at(20))\"}")
    try await send(0, "check", "{\"state\":\"done\",\"outcome\":\"Ждут <цены>\",\"at\":\"\(at(45))\"}")
    try await send(1, "check", "{\"state\":\"skipped\",\"reason\":\"closed\",\"at\":\"\(at(90))\"}")
    let page = try await service.page("/road/\(made.trip)/report?day=2026-06-08", as: .manager)
    #expect(page.status == 200)
    let zone = try #require(TimeZone(identifier: shown.json["timeZone"]?.text ?? ""))
    func clock(_ minutes: Double) -> String {
      TripView.clock(planned.addingTimeInterval(minutes * 60), zone)
    }
    #expect(page.text.contains("\(clock(20))–\(clock(45))"), "\(page.text)")
    #expect(page.text.contains("20 min later") && page.text.contains("Ждут &lt;цены&gt;"))
    #expect(page.text.contains("closed") && page.text.contains("<b>1</b> visits made"))
    // Without a day it is the last on which something ended.
    let last = try await service.page("/road/\(made.trip)/report", as: .manager)
    #expect(last.text.contains("20 min later"))
  }

  @Test("the worker stands where it may answer for the page, and a phone can install the program")
  func files() async throws {
    let worker = try await service.send(.get, "/road-worker.js")
    #expect(worker.status == 200)
    #expect(worker.response.headers[.contentType]?.hasPrefix("text/javascript") == true)
    let manifest = try await service.send(.get, "/manifest.webmanifest")
    #expect(manifest.json["start_url"] == "/road" && manifest.json["display"] == "standalone")
    let page = try await service.page("/road", as: .manager)
    #expect(page.text.contains("rel=\"manifest\""))
    #expect(page.response.headers[.contentSecurityPolicy]?.contains("manifest-src 'self'") == true)
  }
}
