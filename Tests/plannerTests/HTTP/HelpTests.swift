import Foundation
import HTTPTypes
import Testing

@testable import planner

@Suite("Help")
struct HelpTests {
  let service: ServiceFixture

  init() throws { service = try ServiceFixture() }

  @Test("explains every page in every language, and leads to each page of the tour")
  func complete() throws {
    for language in Language.all {
      let words = language.phrases.help
      for topic in HelpTopic.allCases {
        let one = try #require(words.topics[topic], "\(language.code): \(topic)")
        #expect(!one.text.isEmpty && one.text.allSatisfy { !$0.isEmpty } && !one.title.isEmpty)
      }
      #expect(words.tour.count == Language.all[0].phrases.help.tour.count)
    }
  }

  @Test("stands as a page of everything and as a piece for each page")
  func pieces() async throws {
    let all = try await service.page("/help")
    #expect(all.status == 200 && all.text.contains("id=\"help-everywhere\""))
    for topic in HelpTopic.allCases {
      #expect(all.text.contains("id=\"help-\(topic.rawValue)\""))
      let piece = try await service.page("/help/\(topic.rawValue)")
      #expect(piece.status == 200 && !piece.text.contains("<html"))
      #expect(piece.text.contains("id=\"help-\(topic.rawValue)\""))
      #expect(piece.text.components(separatedBy: "<section").count == 3, "itself, and what holds everywhere")
    }
    let tour = try await service.page("/help/tour")
    #expect(tour.text.components(separatedBy: "tour-step").count == 5)
    let russian = try await service.send(
      .get, "/help/map", as: .manager, headers: [.acceptLanguage: "ru"])
    #expect(russian.text.contains("Карта партнёров"))
    #expect(try await service.page("/help/moon").status == 404)
    #expect(try await service.page("/help?topic=map").status == 400)
  }

  @Test("each page says what explains it")
  func links() async throws {
    for (page, topic) in [
      ("/map", "map"), ("/plan", "plan"), ("/partners", "partners"), ("/review", "review"),
      ("/import", "importing"),
      ("/tasks", "tasks"), ("/search?q=a", "found"), ("/account", "account"), ("/admin/tags", "admin"),
      ("/admin/territories", "territories"),
    ] {
      #expect(try await service.page(page).text.contains("data-topic=\"\(topic)\""), "\(page)")
    }
    #expect(try await !service.page("/help").text.contains("data-topic"))
    // The tour comes by itself to whoever has a session, not to programs.
    #expect(try await !service.page("/map").text.contains("data-first"))
  }
}
