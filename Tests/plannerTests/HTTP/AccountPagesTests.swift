import CRM
import Foundation
import Hummingbird
import Store
import Testing

@testable import planner

@Suite("The page of one's own account")
struct AccountPagesTests {
  let service: ServiceFixture

  init() throws { service = try ServiceFixture() }

  @Test("it shows one's own tokens, what they allow and until when, and offers no more than one has")
  func tokens() async throws {
    let made = try service.database.write(as: Actor(name: "test"), at: service.services.now()) { writer in
      try writer.addToken(
        for: service.users[.manager]!.id, name: "<QGIS>", scopes: [.maps],
        expires: writer.at.addingTimeInterval(86_400)
      ).0
    }
    let page = try await service.page("/account", as: .manager)
    #expect(page.status == 200 && page.text.contains("&lt;QGIS&gt;") && !page.text.contains("<QGIS>"))
    #expect(page.text.contains("data-act=\"/api/v1/tokens/\(made.id)\" data-method=\"DELETE\""))
    #expect(page.text.contains("maps only") && !page.text.contains("administration too</option>"))
    #expect(
      try await service.page("/account", as: .administrator).text.contains("administration too</option>"))
    #expect(try await !service.page("/account", as: .head).text.contains("QGIS"))
    try await service.advance(2 * 86_400)
    #expect(try await service.page("/account", as: .manager).text.contains("has run out"))
    let revoked = try await service.send(.delete, "/api/v1/tokens/\(made.id)", as: .manager)
    #expect(revoked.status == 204)
    let after = try await service.page("/account", as: .manager).text
    #expect(after.contains("revoked") && !after.contains("data-act=\"/api/v1/tokens/\(made.id)\""))
  }

  @Test("nobody who has not signed in gets there, and passwords are changed by whoever has a session")
  func people() async throws {
    let asked = try await service.send(.get, "/account", headers: [.accept: "text/html"])
    #expect(asked.status == 303 && asked.response.headers[.location]?.contains("sign-in") == true)
    #expect(try await service.page("/account?x=1", as: .manager).status == 400)
    // A token is no session.
    #expect(try await !service.page("/account", as: .manager).text.contains("/api/v1/password"))
    #expect(try await service.page("/help", as: .manager).text.contains("href=\"/account\""))
  }
}
