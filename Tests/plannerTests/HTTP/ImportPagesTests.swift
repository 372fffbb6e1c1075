import CRM
import Foundation
import Store
import Testing

@testable import planner

@Suite("The page of imports")
struct ImportPagesTests {
  let service: ServiceFixture

  init() throws { service = try ServiceFixture() }

  @Test("who may bring in lists gets the page with the runs before, each to be taken back once")
  func page() async throws {
    for role in [UserRole.manager, .accountant, .booking] {
      #expect(try await service.page("/import", as: role).status == 403)
      #expect(!(try await service.page("/partners", as: role).text.contains("href=\"/import\"")))
    }
    let empty = try await service.page("/import", as: .head)
    #expect(empty.status == 200 && !empty.text.contains("aria-labelledby=\"runs\""))
    #expect(try await service.page("/partners", as: .head).text.contains("href=\"/import\""))
    let run = try service.database.write(as: Actor(name: "test")) { writer in
      let run = try writer.beginImportRun(source: "список <b>.csv", options: "{}")
      try writer.finishImportRun(run, report: "{}")
      return run
    }
    let page = try await service.page("/import", as: .head)
    #expect(page.text.contains("список &lt;b&gt;.csv") && page.text.contains("data-run=\"\(run)\""))
    _ = try service.database.write(as: Actor(name: "test")) { try $0.undoImportRun(run) }
    let after = try await service.page("/import", as: .head)
    #expect(after.text.contains("taken back") && !after.text.contains("data-run=\"\(run)\""))
    #expect(try await service.page("/import?x=1", as: .head).status == 400)
  }
}
