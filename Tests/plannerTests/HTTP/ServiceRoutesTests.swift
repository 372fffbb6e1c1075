import CRM
import Foundation
import Geo
import HTTPTypes
import Store
import Testing

@testable import planner

@Suite("Partners and their history over HTTP")
struct PartnerRoutesTests {
  private func create(
    _ service: ServiceFixture, _ name: String, as role: UserRole = .head, more: String = ""
  ) async throws -> ServiceFixture.Answer {
    try await service.send(
      .post, "/api/v1/partners", as: role, json: "{\"kind\":\"agency\",\"name\":\"\(name)\"\(more)}")
  }

  @Test("a manager sees and changes his own and nobody's, and another's is not there for him")
  func rights() async throws {
    let service = try ServiceFixture()
    let mine = try await create(service, "Моё", as: .manager)
    #expect(mine.status == 201 && mine.json["responsible"] == "manager")
    let nobodys = try await create(service, "Ничьё")
    let others = try await create(service, "Чужое", more: ",\"responsible\":\"head\"")
    func path(_ answer: ServiceFixture.Answer) throws -> String {
      try #require(answer.response.headers[.location])
    }
    func change(_ answer: ServiceFixture.Answer, _ json: String) async throws -> Int {
      try await service.send(
        .patch, try path(answer), as: .manager, json: json, headers: [.ifMatch: try #require(answer.tag)]
      ).status
    }
    #expect(try await service.send(.get, try path(others), as: .manager).status == 404)
    #expect(try await change(others, "{\"note\":\"x\"}") == 404)
    #expect(try await change(nobodys, "{\"responsible\":\"head\"}") == 403, "he gives nothing to others")
    #expect(try await change(nobodys, "{\"responsible\":\"manager\"}") == 200, "he takes what is nobody's")
    let list = try await service.send(.get, "/api/v1/partners?fields=name&total=true", as: .manager)
    #expect(list.json["total"] == 2)
    #expect(list.json["items"] == [["name": "Моё"], ["name": "Ничьё"]])
    #expect(try await service.send(.get, "/api/v1/partners?total=true", as: .head).json["total"] == 3)
  }

  @Test("a list comes in pages that follow their cursors, each with the address of the next")
  func pages() async throws {
    let service = try ServiceFixture()
    for number in 1...7 { _ = try await create(service, "Тур \(number)") }
    var address: String? = "/api/v1/partners?limit=3&sort=-name&fields=name"
    var names: [String] = []
    while let next = address {
      let page = try await service.send(.get, next, as: .head)
      guard case .array(let items)? = page.json["items"] else { return }
      names += items.compactMap { $0["name"]?.text }
      let link = page.response.headers[HTTPField.Name("Link")!]
      address = link.map { String($0.dropFirst().prefix { $0 != ">" }) }
      #expect((address == nil) == (page.json["next"] == .null))
    }
    #expect(names == (1...7).reversed().map { "Тур \($0)" })
    let bad = try await service.send(.get, "/api/v1/partners?cursor=zzz", as: .head)
    #expect(bad.status == 400 && bad.code == "http.parameter.cursor")
  }

  @Test("many are changed at once, each for itself, and each result is told")
  func bulk() async throws {
    let service = try ServiceFixture()
    var ids: [String] = []
    for name in ["А", "Б"] { ids.append(try #require(try await create(service, name).json["id"]?.text)) }
    let other = try #require(
      try await create(service, "В", more: ",\"responsible\":\"head\"").json["id"]?.text)
    let missing = PartnerID.new().description
    let list = (ids + [other, missing]).map { "\"\($0)\"" }.joined(separator: ",")
    let answer = try await service.send(
      .post, "/api/v1/partners/bulk", as: .manager,
      json: "{\"ids\":[\(list)],\"change\":{\"status\":\"paused\"},\"addTags\":[\"Сеть\"]}")
    #expect(answer.status == 200 && answer.json["changed"] == 2)
    guard case .array(let results)? = answer.json["results"] else { return }
    #expect(results.map { $0["status"] } == [200, 200, 404, 404])
    let one = try await service.send(.get, "/api/v1/partners/\(ids[0])", as: .head)
    #expect(one.json["status"] == "paused" && one.json["tags"] == ["сеть"] && one.json["version"] == 2)
    #expect(try await service.send(.get, "/api/v1/partners/\(other)", as: .head).json["status"] == "active")
  }

  @Test("a pin, a person and protected data show in the timeline, and the value in the clear nowhere")
  func history() async throws {
    let service = try ServiceFixture()
    let made = try await create(service, "Ветразь")
    let path = try #require(made.response.headers[.location])
    let pinned = try await service.send(
      .put, path + "/pin", as: .head, json: "{\"latitude\":52.1,\"longitude\":23.7}",
      headers: [.ifMatch: try #require(made.tag)])
    #expect(pinned.status == 200 && pinned.json["location"]?["manual"] == true)
    let person = try await service.send(.post, path + "/contacts", as: .head, json: "{\"name\":\"Анна\"}")
    let contact = try #require(person.json["id"]?.text)
    let field = "/api/v1/contacts/\(contact)/protected/passportNumber"
    #expect(
      try await service.send(.put, field, as: .booking, json: "{\"value\":\"MP7654321\"}").status == 204)
    #expect(try await service.send(.put, field, as: .head, json: "{\"value\":\"MP7654321\"}").status == 403)
    let masked = try await service.send(.get, "/api/v1/contacts/\(contact)/protected", as: .head)
    #expect(masked.text.contains("•") && !masked.text.contains("MP7654321"))
    #expect(try await service.send(.post, field + "/reveal", as: .booking, json: "{}").status == 422)
    let clear = try await service.send(.post, field + "/reveal", as: .booking, json: "{\"reason\":\"виза\"}")
    #expect(clear.json["value"] == "MP7654321")
    let looks = try await service.send(.get, "/api/v1/contacts/\(contact)/disclosures", as: .head)
    guard case .array(let seen)? = looks.json["items"] else { return }
    #expect(seen.count == 1 && seen[0]["reason"] == "виза")
    let timeline = try await service.send(.get, path + "/timeline", as: .head)
    #expect(timeline.text.contains("\"action\":\"geocode\"") && !timeline.text.contains("MP7654321"))
    // Who saw what is told to those who read the trail.
    #expect(timeline.text.contains("\"action\":\"reveal\""))
    let without = try await service.send(.get, path + "/timeline", as: .booking)
    #expect(without.text.contains("\"action\":\"geocode\"") && !without.text.contains("reveal"))
    let changes = try await service.send(.get, "/api/v1/changes", as: .administrator)
    #expect(changes.text.contains("\"type\":\"partner.create\"") && !changes.text.contains("MP7654321"))
    let audit = try await service.send(.get, "/api/v1/audit?limit=500", as: .head)
    #expect(!audit.text.contains("MP7654321"))
  }

  @Test("people that come without their ids are known by their names, when those are one's own")
  func recognised() async throws {
    let service = try ServiceFixture()
    let people = #"[{"name":"Анна","position":"директор"},{"name":"Борис"},{"name":"Борис"}]"#
    let made = try await create(service, "Ветразь", more: ",\"people\":\(people)")
    func ids(_ answer: ServiceFixture.Answer) -> [String] {
      (answer.json["people"]?.elements ?? []).compactMap { $0["id"]?.text }
    }
    let before = ids(made)
    let changed = try await service.send(
      .patch, try #require(made.response.headers[.location]), as: .head,
      json: #"{"people":[{"name":"Борис"},{"name":"Вера"},{"name":"Анна"}]}"#,
      headers: [.ifMatch: try #require(made.tag)])
    let after = ids(changed)
    #expect(before.count == 3 && after.count == 3 && after[2] == before[0])
    #expect(!before.contains(after[0]) && !before.contains(after[1]))
  }

  @Test("the trail holds records whole, so it is read by whoever sees them all")
  func trail() async throws {
    let service = try ServiceFixture()
    let addresses = ["/api/v1/audit", "/admin/trail"]
    for address in addresses { #expect(try await service.page(address, as: .head).status == 200) }
    var narrow = try #require(service.users[.head])
    narrow.visibility = .own
    let changed = narrow
    try service.database.write(as: Actor(name: "test")) { _ = try $0.update(user: changed) }
    for address in addresses { #expect(try await service.page(address, as: .head).status == 403) }
  }

  @Test("people of a partner are edited by its version, and an edit that comes too late is shown both")
  func contacts() async throws {
    let service = try ServiceFixture()
    let path = try #require(try await create(service, "Ветразь").response.headers[.location])
    let made = try await service.send(.post, path + "/contacts", as: .head, json: "{\"name\":\"Анна\"}")
    #expect(made.status == 201 && made.tag == "\"v2\"")
    let contact = try #require(made.response.headers[.location])
    func send(
      _ method: HTTPRequest.Method, _ json: String? = nil, tag: String?
    ) async throws -> ServiceFixture.Answer {
      var headers: HTTPFields = [:]
      headers[.ifMatch] = tag
      return try await service.send(method, contact, as: .head, json: json, headers: headers)
    }
    let without = try await send(.put, "{\"name\":\"Бэла\"}", tag: nil)
    #expect(without.status == 428, "\(without.text)")
    let first = try await send(.put, "{\"name\":\"Бэла\"}", tag: made.response.headers[.eTag])
    #expect(first.status == 200 && first.tag == "\"v3\"", "\(first.text)")
    #expect(try await send(.put, "{\"name\":\"Бэла\"}", tag: "\"v3\"").tag == "\"v3\"")
    let late = try await send(.put, "{\"name\":\"Вера\"}", tag: "\"v2\"")
    #expect(late.status == 412 && late.tag == "\"v3\"" && late.json["submitted"] == ["name": "Вера"])
    #expect(late.json["current"]?["people"]?.elements?.first?["name"] == "Бэла", "\(late.text)")
    let removal = try await send(.delete, tag: "\"v2\"")
    #expect(removal.status == 412 && removal.json["current"]?["version"] == 3)
    #expect(try await send(.delete, tag: "v3").status == 400)
    #expect(try await send(.delete, tag: "\"v3\"").status == 204)
    let again = try await service.send(.post, path + "/contacts", as: .head, json: "{\"name\":\"Анна\"}")
    let address = try #require(again.response.headers[.location])
    #expect(try await service.send(.delete, address, as: .head).status == 204)
  }

  @Test("an upload is its owner's, is looked at, and becomes a job with a copy of the file")
  func imports() async throws {
    let service = try ServiceFixture()
    let csv = "Название;Адрес\nВояж;г. Брест, ул. Ленина, 1\n"
    let upload = try await service.send(
      .post, "/api/v1/uploads?name=list.csv", as: .head, headers: [.contentType: "text/csv"], body: csv)
    #expect(upload.status == 201)
    let id = try #require(upload.json["id"]?.text)
    let preview = try await service.send(.post, "/api/v1/uploads/\(id)/preview", as: .head, json: "{}")
    #expect(
      preview.json["columns"] == [
        ["heading": "Название", "field": "name"], ["heading": "Адрес", "field": "address"],
      ])
    #expect(
      try await service.send(.post, "/api/v1/uploads/\(id)/preview", as: .administrator, json: "{}").status
        == 404)
    let job = try await service.send(
      .post, "/api/v1/imports", as: .head, json: "{\"upload\":\"\(id)\",\"dryRun\":true}")
    #expect(job.status == 202 && job.json["state"] == "queued")
    let address = try #require(job.response.headers[.location])
    #expect(try await service.send(.get, address, as: .head).status == 200)
    #expect(try await service.send(.get, address, as: .manager).status == 404)
    let none = try await service.send(
      .post, "/api/v1/uploads?name=a", as: .head, headers: [.contentType: "text/csv"], body: "x;y\n1;2\n")
    let bad = try await service.send(
      .post, "/api/v1/uploads/\(none.json["id"]?.text ?? "")/preview", as: .head, json: "{}")
    #expect(bad.status == 422 && !bad.text.contains("spool"), "\(bad.text)")
  }
}

@Suite("Webhooks over HTTP")
struct WebhookRoutesTests {
  @Test(
    "an answer with the address of a webhook is not kept beside the sealed one, and an address has an end")
  func addresses() async throws {
    let service = try ServiceFixture()
    let url = "https://a.example/geheim"
    let made = try await service.send(
      .post, "/api/v1/webhooks", as: .administrator, json: "{\"url\":\"\(url)\"}")
    #expect(made.status == 201 && made.json["url"]?.text == url, "\(made.text)")
    let path = try #require(made.response.headers[.location])
    func change(_ json: String, tag: String, key: String? = nil) async throws -> ServiceFixture.Answer {
      var headers: HTTPFields = [.ifMatch: tag]
      headers[HTTPField.Name("Idempotency-Key")!] = key
      return try await service.send(.patch, path, as: .administrator, json: json, headers: headers)
    }
    let changed = try await change("{\"note\":\"x\"}", tag: "\"v1\"", key: "k-1")
    #expect(changed.status == 200 && changed.json["url"]?.text == url, "\(changed.text)")
    let administrator = try #require(service.users[.administrator]).id
    let kept = try service.database.read {
      try $0.answer(to: "k-1", of: administrator, fingerprint: [UInt8](repeating: 0, count: 32))
    }
    #expect(kept == nil)
    func long(_ count: Int) -> String { url + String(repeating: "x", count: count - url.count) }
    let fits = try await change("{\"url\":\"\(long(1400))\"}", tag: "\"v2\"")
    #expect(fits.status == 200 && fits.json["url"]?.text == long(1400), "\(fits.text)")
    for other in [long(1401), long(1399) + "ы"] {
      let refused = try await change("{\"url\":\"\(other)\"}", tag: "\"v3\"")
      #expect(refused.status == 422 && refused.code == "http.body.field", "\(refused.text)")
    }
  }
}
