import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Store
import Testing

@testable import planner

@Suite("Choosing on the map")
struct ChoosingTests {
  let service: ServiceFixture

  init() throws { service = try ServiceFixture.withMaps() }

  private func chosen(
    _ selection: String, _ query: String = "", as role: UserRole = .head, accept: String = "application/json"
  ) async throws -> ServiceFixture.Answer {
    try await service.send(
      .post, "/map/chosen\(query)", as: role, json: "{\"selection\":\(selection)}", headers: [.accept: accept]
    )
  }

  private func attribute(_ name: String, of answer: ServiceFixture.Answer) -> String? {
    answer.text.components(separatedBy: " data-\(name)=\"").dropFirst().first?.components(separatedBy: "\"")
      .first
  }

  /// In no particular order.
  private func ids(_ answer: ServiceFixture.Answer) throws -> Set<Substring> {
    Set(try #require(attribute("ids", of: answer)).split(separator: " "))
  }

  /// Text of an attribute as a browser reads it.
  private static func plain(_ text: String) -> String {
    text.replacing(/&#(\d+);/) { String(Character(Unicode.Scalar(UInt32($0.1)!)!)) }
      .replacing("&quot;", with: "\"").replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&amp;", with: "&")
  }

  /// The western half of the square, the lasso's parts overlapping each other.
  private static let west = """
    {"or":[{"polygon":{"type":"Polygon","coordinates":[[[23,51],[25.5,51],[25.5,55],[23,55],[23,51]]]}},
    {"polygon":{"type":"Polygon","coordinates":[[[24.9,51],[25.7,51],[25.7,55],[24.9,55],[24.9,51]]]}}]}
    """

  @Test("what was drawn is counted by status and responsible, and each of its partners is named")
  func counts() async throws {
    let answer = try await chosen(Self.west)
    #expect(answer.status == 200 && answer.text.contains("<h2>50 chosen</h2>"), "\(answer.text)")
    #expect(attribute("count", of: answer) == "50")
    let ids = try #require(attribute("ids", of: answer)).split(separator: " ")
    #expect(Set(ids).count == 50)
    let api = try await service.send(
      .post, "/api/v1/selections/preview", as: .head, json: "{\"selection\":\(Self.west),\"limit\":100}")
    guard case .array(let partners)? = api.json["partners"] else { return #expect(Bool(false)) }
    #expect(Set(partners.compactMap { $0["id"]?.text }) == Set(ids.map(String.init)))
    #expect(answer.text.contains("prospect <b>") && answer.text.contains("Nobody <b>"))
  }

  @Test("taking away and keeping only some is what the API makes of the same selection")
  func operations() async throws {
    let some =
      "{\"and\":[\(Self.west),{\"not\":{\"circle\":{\"center\":{\"latitude\":52,\"longitude\":24},\"radius\":60000}}}]}"
    let answer = try await chosen(some)
    let api = try await service.send(
      .post, "/api/v1/selections/preview", as: .head, json: "{\"selection\":\(some),\"countOnly\":true}")
    #expect(attribute("count", of: answer) == api.json["count"]?.number.map { String(Int($0)) })
    #expect(attribute("count", of: answer) != "50")
    #expect(try await chosen("{\"region\":\"BY\"}").text.contains("120 chosen"))
  }

  @Test("a manager's choice holds his and nobody's, and he makes only himself responsible")
  func sight() async throws {
    let own = try await chosen("{\"all\":true}", as: .manager)
    #expect(own.text.contains("80 chosen"))
    #expect(own.text.contains("<option value=\"manager\">") && !own.text.contains("<option value=\"head\">"))
    #expect(!own.text.contains("name=\"shared\""))
    let all = try await chosen("{\"all\":true}")
    #expect(all.text.contains("<option value=\"head\">") && all.text.contains("name=\"shared\""))
    let reader = try await chosen("{\"all\":true}", as: .accountant)
    #expect(reader.status == 200 && !reader.text.contains("data-act=\"assign\""))
  }

  @Test("the filters of the map narrow a choice, and what is kept under a name holds the same partners")
  func kept() async throws {
    for query in [
      "?kind=hotel", "?status=active&responsible=none", "?overdue=true",
      "?q=%D0%9F%D0%B0%D1%80%D1%82%D0%BD%D1%91%D1%80",
    ] {
      let answer = try await chosen(Self.west, query)
      let kept = Self.plain(try #require(attribute("selection", of: answer)))
      let saved = try await service.send(
        .post, "/api/v1/selections", as: .head,
        json: "{\"name\":\"\(query.dropFirst())\",\"selection\":\(kept)}")
      #expect(saved.status == 201, "\(query): \(saved.text)")
      let again = try await chosen(kept)
      let (before, after) = (try ids(answer), try ids(again))
      #expect(!before.isEmpty && after == before, "\(query)")
      #expect(attribute("count", of: again) != "50" || query.contains("q="))
    }
  }

  @Test("nobody chosen is said, and nothing is offered to be done")
  func nobody() async throws {
    let none = try await chosen("{\"circle\":{\"center\":{\"latitude\":0,\"longitude\":0},\"radius\":1}}")
    #expect(none.status == 200 && none.text.contains("0 chosen") && none.text.contains("Nobody is in there"))
    #expect(!none.text.contains("data-act=\"save\"") && !none.text.contains("data-act=\"assign\""))
  }

  @Test("a shape that is none is refused with what is wrong, as data for the script")
  func refused() async throws {
    for (selection, status) in [
      ("{}", 422), ("{\"polygon\":{\"type\":\"Point\",\"coordinates\":[1,2]}}", 422), ("[]", 422),
      ("{\"polygon\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,1],[1,0],[0,1],[0,0]]]}}", 422),
      ("{\"region\":\"Атлантида\"}", 422), ("{\"circle\":{}}", 422),
    ] {
      let answer = try await chosen(selection)
      #expect(answer.status == status, "\(selection): \(answer.text)")
      #expect(answer.code != nil && answer.json["hint"]?.text?.isEmpty == false)
    }
    #expect(try await service.send(.post, "/map/chosen", as: .head, body: "selection=x").status == 415)
    #expect(try await chosen("{\"all\":true}", "?colour=red").status == 400)
    #expect(try await service.send(.post, "/map/chosen", json: "{}").status == 401)
  }

  @Test("where one gets to by car needs roads, and says so")
  func reach() async throws {
    let answer = try await service.send(
      .post, "/map/reach", as: .head, json: "{\"from\":{\"latitude\":53,\"longitude\":25},\"minutes\":30}",
      headers: [.accept: "application/json"])
    #expect(answer.status == 422 && answer.text.contains("road graph"))
    let wrong = try await service.send(
      .post, "/map/reach", as: .head, json: "{\"from\":{\"latitude\":53,\"longitude\":25}}",
      headers: [.accept: "application/json"])
    #expect(wrong.status == 422)
  }

  @Test("the map offers the tools, with the code of the session for what changes something")
  func tools() async throws {
    let page = try await service.page("/map")
    for tool in ChoosingTool.allCases { #expect(page.text.contains("data-tool=\"\(tool.rawValue)\"")) }
    for language in [ChoosingWords.english, .russian] {
      #expect(ChoosingTool.allCases.allSatisfy { language.tools[$0] != nil && language.hints[$0] != nil })
    }
  }
}
