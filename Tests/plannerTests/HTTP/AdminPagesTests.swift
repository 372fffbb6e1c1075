import CRM
import Foundation
import Store
import Testing

@testable import planner

@Suite("Pages for whoever runs the service")
struct AdminPagesTests {
  let service: ServiceFixture

  init() throws { service = try ServiceFixture() }

  @Test("people stand with role, team and what they see; each has a page that changes him by the API")
  func people() async throws {
    let team = Team(name: "Запад <i>")
    try service.database.write(as: Actor(name: "test")) { try $0.save(team: team) }
    let list = try await service.page("/admin/people", as: .administrator)
    #expect(
      list.status == 200 && list.text.contains("booking officer") && list.text.contains("Запад &lt;i&gt;"))
    #expect(
      list.text.components(separatedBy: "href=\"/admin/people/").count == 1 + UserRole.allCases.count)
    let manager = try #require(service.users[.manager])
    let page = try await service.page("/admin/people/\(manager.id)", as: .administrator)
    #expect(page.status == 200 && page.text.contains("data-to=\"/api/v1/users/\(manager.id)\""))
    #expect(page.text.contains("data-version=\"\(manager.version)\""))
    // Without an address nothing can be mailed; a link can be shown.
    #expect(!page.text.contains("/invitation\"") && page.text.contains("/link\""))
    let changed = try await service.send(
      .patch, "/api/v1/users/\(manager.id)", as: .administrator,
      json: #"{"disabled":true,"email":"m@example.org"}"#, headers: [.ifMatch: "\"v\(manager.version)\""])
    #expect(changed.status == 200)
    let after = try await service.page("/admin/people/\(manager.id)", as: .administrator)
    #expect(!after.text.contains("/link\"") && after.text.contains("value=\"m@example.org\""))
    #expect(try await service.page("/admin/people", as: .administrator).text.contains("may not sign in"))
    #expect(try await service.page("/admin/people/nobody", as: .administrator).status == 404)
  }

  @Test("the service says what runs, what it keeps, and when asked how the data are")
  func status() async throws {
    let page = try await service.page("/admin/service", as: .administrator)
    #expect(page.status == 200 && page.text.contains("No folder for backups is set"))
    #expect(
      !page.text.contains("id=\"findings\"") && page.text.contains("check&#61;true")
        || page.text.contains("check=true"))
    let checked = try await service.page("/admin/service?check=true", as: .administrator)
    #expect(checked.status == 200 && checked.text.contains("fine"))
  }

  @Test("the trail is read by who and what, escaped, page after page")
  func trail() async throws {
    for number in 0..<60 {
      _ = try await service.send(
        .post, "/api/v1/partners", as: .head,
        json: "{\"kind\":\"agency\",\"name\":\"<b>\(number)</b>\",\"geocode\":false}")
    }
    let all = try await service.page("/admin/trail", as: .administrator)
    #expect(all.status == 200 && all.text.contains("rel=\"next\"") && !all.text.contains("<b>"))
    let some = try await service.page("/admin/trail?user=head&entity=partner", as: .administrator)
    #expect(some.text.contains("Partner · added") && !some.text.contains("Person · "))
    #expect(some.text.contains("href=\"/partners/"))
    let none = try await service.page("/admin/trail?entity=moon", as: .administrator)
    #expect(none.text.contains("Nothing was found"))
    #expect(try await service.page("/admin/trail?colour=red", as: .administrator).status == 400)
  }

  @Test("leads each to the first page he may open, and is offered to nobody else")
  func ways() async throws {
    let answer = try await service.page("/admin", as: .administrator)
    #expect(answer.status == 303 && answer.response.headers[.location] == "/admin/people")
    #expect(try await service.page("/partners", as: .administrator).text.contains("href=\"/admin\""))
    for role in UserRole.allCases where !role.permissions.contains(.readAudit) {
      #expect(try await !service.page("/partners", as: role).text.contains("href=\"/admin\""))
    }
  }
}
