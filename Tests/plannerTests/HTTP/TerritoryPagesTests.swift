import CRM
import Foundation
import Geo
import HTTPTypes
import Store
import Testing

@testable import planner

@Suite("Territories on the map")
struct TerritoryPagesTests {
  let service: ServiceFixture

  init() throws {
    service = try ServiceFixture()
    func square(_ west: Double) throws -> MultiPolygon {
      let corners = [(west, 52.0), (west + 1, 52), (west + 1, 53), (west, 53), (west, 52)]
      return try MultiPolygon([
        Polygon(outer: corners.map { try Coordinate(latitude: $0.1, longitude: $0.0) })
      ])
    }
    func region(_ code: String, _ name: String, _ west: Double) throws -> Region {
      try Region(
        code: code, level: code.count == 2 ? .country : .subdivision, country: String(code.prefix(2)),
        names: ["en": name, "ru": "\(name) <обл>"], aliases: [], area: square(west))
    }
    try service.database.write(as: Actor(name: "test")) { writer in
      try writer.replaceRegions([
        try region("BY", "Belarus", 23), try region("BY-BR", "Brest", 23), try region("BY-HR", "Hrodna", 24),
        try region("BY-MI", "Minsk", 25), try region("PL", "Poland", 20),
        try region("PL-20", "Podlaskie", 22),
      ])
      for (name, code) in [("А", "BY-BR"), ("Б", "BY-BR"), ("В", "BY-HR"), ("Г", nil)] {
        try writer.insert(
          Partner(
            kind: .agency, name: name,
            addresses: [
              Address(
                type: .physical, text: "Адрес \(name)",
                components: AddressComponents(country: "BY", regionCode: code))
            ]))
      }
    }
  }

  private func put(_ code: String, _ managers: String, as role: UserRole = .head) async throws -> Int {
    try await service.send(
      .put, "/api/v1/territories/\(code)", as: role, json: "{\"managers\":[\(managers)]}"
    ).status
  }

  private func state(as role: UserRole = .head) async throws -> String {
    let answer = try await service.page("/admin/territories/state", as: role)
    #expect(answer.status == 200)
    return answer.text
  }

  /// The part of a text behind a heading, up to the next section.
  private func part(_ id: String, _ text: String) -> String {
    (text.components(separatedBy: "<h2 id=\"\(id)\">").dropFirst().first ?? "")
      .components(separatedBy: "</section>")[0]
  }

  @Test("says who has what, which partners are nobody's, and which are with two")
  func gaps() async throws {
    let nothing = part("gaps", try await state())
    #expect(nothing.contains("Nobody&#39;s: 3 partners") && nothing.contains("1 partner more whose address"))
    #expect(nothing.contains("data-region=\"BY-BR\"") && !nothing.contains("data-region=\"BY-MI\""))
    #expect(try await put("BY-BR", "\"manager\"") == 200)
    #expect(try await put("BY-HR", "\"manager\",\"head\"") == 200)
    let some = try await state()
    #expect(!part("gaps", some).contains("Nobody&#39;s"))
    #expect(part("gaps", some).contains("With two or more: 1 partner"))
    #expect(part("managers", some).contains("2 regions, 3 partners"))
    #expect(part("managers", some).contains("1 region, 1 partner"))
    #expect(try await put("BY-HR", "\"head\"") == 200)
    #expect(part("gaps", try await state()).contains("Every region with partners has one manager."))
  }

  @Test("a manager of a whole country has all its regions")
  func country() async throws {
    #expect(try await put("BY", "\"manager\"") == 200)
    let text = try await state()
    #expect(part("managers", text).contains("3 regions, 3 partners"))
    #expect(part("gaps", text).contains("Every region with partners has one manager."))
    #expect(
      text.contains("data-regions=\"{&quot;BY&quot;:[&quot;manager&quot;]}\"")
        || text.contains("&#34;BY&#34;"))
  }

  @Test(
    "is a page with a map for those who manage territories; names of regions are in the reader's language")
  func page() async throws {
    let page = try await service.page("/admin/territories", as: .head)
    #expect(page.status == 200 && page.text.contains("/assets/territories.js"))
    #expect(page.text.contains("Brest") && page.text.contains("aria-current=\"page\">Territories<"))
    // A head of sales has no page of people.
    #expect(!page.text.contains("href=\"/admin/people\""))
    let russian = try await service.send(
      .get, "/admin/territories", as: .head, headers: [.accept: "text/html", .acceptLanguage: "ru"])
    #expect(russian.text.contains("Brest &lt;обл&gt;") && russian.text.contains("Ничьи: 3 партнёра"))
    #expect(try await service.page("/admin/territories", as: .manager).status == 403)
    #expect(try await service.page("/admin/territories/state", as: .booking).status == 403)
    #expect(try await service.page("/admin/territories?colour=red", as: .head).status == 400)
    #expect(try await service.page("/admin/territories?country=Poland", as: .head).status == 400)
    // Of a country where nobody is, the regions are listed when they are asked for.
    #expect(!page.text.contains("Podlaskie") && page.text.contains("<option value=\"PL\">Poland</option>"))
    let asked = try await service.page("/admin/territories?country=pl", as: .head)
    #expect(asked.text.contains("id=\"country-PL\" open") && asked.text.contains("Podlaskie"))
    let start = try await service.page("/admin", as: .head)
    #expect(start.status == 303 && start.response.headers[.location] == "/admin/territories")
  }
}

@Suite("A selection taken out as a file")
struct SelectionExportTests {
  let service: ServiceFixture

  init() throws { service = try ServiceFixture.withMaps() }

  private func file(
    _ format: String, _ selection: String, as role: UserRole = .head
  ) async throws -> ServiceFixture.Answer {
    try await service.send(
      .post, "/api/v1/exports/partners.\(format)", as: role, json: "{\"selection\":\(selection)}")
  }

  @Test("holds those of the selection in sight and nobody else, in both forms")
  func files() async throws {
    let selection = #"{"circle":{"center":{"latitude":52,"longitude":24},"radius":150000}}"#
    let preview = try await service.send(
      .post, "/api/v1/selections/preview", as: .head, json: "{\"selection\":\(selection),\"limit\":5000}")
    let wanted = Set(try #require(preview.json["partners"]?.elements).compactMap { $0["id"]?.text })
    #expect(wanted.count > 3)
    let map = try await file("geojson", selection)
    #expect(map.status == 200 && map.response.headers[.contentType] == "application/geo+json")
    let features = try #require(map.json["features"]?.elements)
    #expect(Set(features.compactMap { $0["id"]?.text ?? $0["properties"]?["id"]?.text }) == wanted)
    let table = try await file("csv", selection)
    #expect(table.status == 200)
    for id in wanted { #expect(table.text.contains(id)) }
    #expect(table.text.split(separator: "\r\n").count == wanted.count + 1, "\(table.text.prefix(300))")
    let all = try await file("csv", #"{"all":true}"#, as: .manager)
    let seen = try await service.send(.get, "/api/v1/exports/partners.csv", as: .manager)
    #expect(all.status == 200 && all.text == seen.text)
    #expect(
      all.text.split(separator: "\r\n").count
        < (try await file("csv", #"{"all":true}"#)).text.split(separator: "\r\n").count)
  }

  @Test("of nobody is an empty file; a selection that says nothing is refused")
  func nobody() async throws {
    let nobody = try await file("geojson", #"{"tag":"no-such-tag"}"#)
    #expect(nobody.status == 200 && nobody.json["features"] == [])
    for bad in ["{}", "7", #"{"region":"Atlantis"}"#] {
      let answer = try await file("csv", bad)
      #expect(answer.status == 422 && answer.code == "http.body.field", "\(answer.text)")
    }
  }
}
