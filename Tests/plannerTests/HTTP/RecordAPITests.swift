import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Store
import Testing

@testable import planner

@Suite("Partners over the API")
struct PartnerAnswerTests {
  @Test(
    "a partner asked again is answered as it is now, whichever process changed it, and to whom it is in sight"
  )
  func again() async throws {
    let service = try ServiceFixture()
    let id = try service.addPartners(1, of: service.users[.manager]!.id)[0]
    let path = "/api/v1/partners/\(id)"
    let before = try await service.send(.get, path, as: .head)
    #expect(before.json["note"] == "")
    #expect(try await service.send(.get, path, as: .head).tag == before.tag)
    let stranger = try service.addUser("stranger", .manager)
    #expect(try await service.send(.get, path, headers: stranger.headers).status == 404)
    let elsewhere = try Database(path: service.database.path, mode: .existing)
    try elsewhere.write(as: Actor(name: "test"), at: service.services.now()) { writer in
      var partner = try #require(try writer.partner(id))
      partner.note = "changed"
      try writer.update(partner)
    }
    let now = try await service.send(.get, path, as: .head)
    #expect(now.json["note"] == "changed" && now.tag != before.tag)
    let known: HTTPFields = [.ifNoneMatch: try #require(now.response.headers[.eTag])]
    #expect(try await service.send(.get, path, as: .head, headers: known).status == 304)
    let few = try await service.send(.get, path + "?fields=name", as: .head)
    #expect(few.json["note"] == nil && few.json["name"] != nil)
  }
}

@Suite("Selections and views over the API")
struct SelectionAPITests {
  @Test("a preview counts what is in sight, and shows no more than it was asked for")
  func preview() async throws {
    let service = try ServiceFixture()
    try service.addPartners(4, of: service.users[.manager]!.id)
    try service.addPartners(3, of: service.users[.head]!.id, name: "Other")
    func count(_ selection: String, as role: UserRole) async throws -> JSONValue? {
      let answer = try await service.send(
        .post, "/api/v1/selections/preview", as: role, json: "{\"selection\":\(selection),\"limit\":2}")
      #expect(answer.status == 200, "\(answer.text)")
      if case .array(let partners)? = answer.json["partners"] { #expect(partners.count <= 2) }
      return answer.json["count"]
    }
    #expect(try await count("{\"all\":true}", as: .manager) == 4)
    #expect(try await count("{\"all\":true}", as: .head) == 7)
    #expect(try await count("{\"responsible\":\"head\"}", as: .manager) == 0)
    #expect(try await count("{\"not\":{\"responsible\":\"head\"}}", as: .head) == 4)
    let circle = "{\"circle\":{\"center\":{\"latitude\":53.9,\"longitude\":27.5},\"radius\":500}}"
    #expect(try await count(circle, as: .head) == 2)
    let ring = "[[27.49,53.8],[27.51,53.8],[27.51,54],[27.49,54],[27.49,53.8]]"
    #expect(
      try await count("{\"polygon\":{\"type\":\"Polygon\",\"coordinates\":[\(ring)]}}", as: .head) == 2)
    #expect(try await count("{\"or\":[\(circle),{\"responsible\":\"manager\"}]}", as: .head) == 5)
    let few = try await service.send(
      .post, "/api/v1/selections/preview", as: .head,
      json: "{\"selection\":{\"all\":true},\"countOnly\":true}")
    #expect(few.json["partners"] == nil && few.json["byResponsible"]?["manager"] == 4)
  }

  @Test("one's own selection is one's own, a shared one everybody's, and edits go by versions")
  func saved() async throws {
    let service = try ServiceFixture()
    let own = try await service.send(
      .post, "/api/v1/selections", as: .head,
      json: "{\"name\":\"Мои\",\"selection\":{\"status\":\"active\"}}")
    #expect(own.status == 201 && own.json["selection"] == ["status": ["active"]], "\(own.text)")
    let address = try #require(own.response.headers[.location])
    let stranger = try service.addUser("stranger", .manager)
    #expect(try await service.send(.get, address, headers: stranger.headers).status == 404)
    // However far somebody sees.
    #expect(try await service.send(.get, address, as: .administrator).status == 404)
    #expect(try await service.send(.delete, address, as: .administrator).status == 404)
    #expect(try await service.send(.get, "/api/v1/selections", as: .administrator).json["items"] == [])
    let within = "/api/v1/partners?selection=\(address.split(separator: "/").last!)"
    #expect(try await service.send(.get, within, as: .administrator).status == 400)
    #expect(try await service.send(.get, within, as: .head).status == 200)
    let shared = try await service.send(
      .patch, address, as: .head, json: "{\"shared\":true}", headers: [.ifMatch: "\"v1\""])
    #expect(shared.status == 200 && shared.tag == "\"v2\"" && shared.json["owner"] == .null, "\(shared.text)")
    #expect(try await service.send(.get, address, headers: stranger.headers).status == 200)
    #expect(try await service.send(.delete, address, headers: stranger.headers).status == 403)
    let late = try await service.send(
      .patch, address, as: .head, json: "{\"name\":\"Иначе\"}", headers: [.ifMatch: "\"v1\""])
    #expect(late.status == 412)
    let used = try await service.send(
      .post, "/api/v1/selections/preview", json: "{\"selection\":{\"saved\":\"Мои\"}}",
      headers: stranger.headers)
    #expect(used.status == 200)
    #expect(try await service.send(.get, within, headers: stranger.headers).status == 200)
    #expect(try await service.send(.delete, address, as: .head).status == 204)
  }

  @Test("only who makes others responsible shares a selection with everybody")
  func sharing() async throws {
    let service = try ServiceFixture()
    func make(_ name: String, as role: UserRole, shared: Bool) async throws -> ServiceFixture.Answer {
      try await service.send(
        .post, "/api/v1/selections", as: role,
        json: "{\"name\":\"\(name)\",\"selection\":{\"all\":true},\"shared\":\(shared)}")
    }
    for role in [UserRole.manager, .booking, .accountant] {
      let refused = try await make("Общая", as: role, shared: true)
      #expect(refused.status == 403 && refused.code == "http.forbidden", "\(role): \(refused.text)")
      let own = try await make("Моя", as: role, shared: false)
      let address = try #require(own.response.headers[.location])
      func change(_ json: String) async throws -> Int {
        try await service.send(.patch, address, as: role, json: json, headers: [.ifMatch: "\"v1\""]).status
      }
      #expect(try await change("{\"shared\":true}") == 403)
      #expect(try await change("{\"shared\":false,\"name\":\"Другая\"}") == 200)
    }
    let common = try await make("Общая", as: .administrator, shared: true)
    #expect(common.status == 201 && common.json["owner"] == .null)
    let address = try #require(common.response.headers[.location])
    for json in ["{\"shared\":false}", "{\"name\":\"Своя\"}"] {
      let refused = try await service.send(
        .patch, address, as: .manager, json: json, headers: [.ifMatch: "\"v1\""])
      #expect(refused.status == 403 && refused.code == "http.forbidden", "\(refused.text)")
    }
  }

  @Test("a view names only filters, orders and columns of its list, and another's is not there")
  func views() async throws {
    let service = try ServiceFixture()
    let body =
      "{\"name\":\"Без визита\",\"list\":\"partners\",\"filters\":{\"overdue\":\"true\"},\"sort\":\"-lastVisit\",\"columns\":[\"name\"]}"
    let made = try await service.send(.post, "/api/v1/views", as: .manager, json: body)
    #expect(made.status == 201, "\(made.text)")
    let address = try #require(made.response.headers[.location])
    #expect(try await service.send(.get, address, as: .booking).status == 404)
    let shared = try await service.send(
      .patch, address, as: .manager, json: "{\"shared\":true}", headers: [.ifMatch: "\"v1\""])
    #expect(shared.tag == "\"v2\"")
    #expect(try await service.send(.get, address, as: .booking).status == 200)
    #expect(try await service.send(.delete, address, as: .booking).status == 403)
    for (from, to) in [("overdue", "colour"), ("-lastVisit", "-colour"), ("\"name\"]", "\"colour\"]")] {
      let bad = try await service.send(
        .post, "/api/v1/views", as: .manager, json: body.replacing(from, with: to))
      #expect(bad.status == 422, "\(to): \(bad.text)")
    }
    #expect(try await service.send(.post, "/api/v1/views", as: .manager, json: body).status == 409)
    #expect(try await service.send(.delete, address, as: .manager).status == 204)
  }
}

@Suite("Tasks and activities over the API")
struct TaskAPITests {
  @Test("a plain task is made, edited by versions, and its items are added, moved, checked and removed")
  func plain() async throws {
    let service = try ServiceFixture()
    let made = try await service.send(
      .post, "/api/v1/tasks", as: .manager,
      json: "{\"title\":\"Выставка\",\"items\":[\"Стенд\",{\"title\":\"Письма\",\"items\":[\"Минск\"]}]}")
    #expect(made.status == 201, "\(made.text)")
    let address = try #require(made.response.headers[.location])
    let added = try await service.send(
      .post, "\(address)/items", as: .manager, json: "{\"title\":\"Первое\",\"position\":1}")
    #expect(added.status == 201 && added.tag == "\"v2\"", "\(added.text)")
    guard case .array(let items)? = added.json["checklist"], let item = items.first?["id"]?.text,
      let letters = items.last?["id"]?.text
    else {
      Issue.record("\(added.text)")
      return
    }
    #expect(items.map { $0["title"] } == ["Первое", "Стенд", "Письма"])
    let moved = try await service.send(
      .patch, "\(address)/items/\(item)", as: .manager, json: "{\"parent\":\"\(letters)\"}",
      headers: [.ifMatch: "\"v2\""])
    #expect(moved.status == 200 && moved.tag == "\"v3\"", "\(moved.text)")
    let circle = try await service.send(
      .patch, "\(address)/items/\(letters)", as: .manager, json: "{\"parent\":\"\(item)\"}",
      headers: [.ifMatch: "\"v3\""])
    #expect(circle.status == 422, "\(circle.text)")
    let check = "\(address)/items/\(item)/check"
    let done = try await service.send(
      .post, check, as: .manager, json: "{\"state\":\"done\",\"outcome\":\"Готово\"}")
    #expect(done.json["changed"] == true && done.json["taskState"] == "inProgress", "\(done.text)")
    let again = try await service.send(.post, check, as: .manager, json: "{\"state\":\"done\"}")
    #expect(again.json["changed"] == false)
    let late = try await service.send(
      .patch, address, as: .manager, json: "{\"title\":\"Иначе\"}", headers: [.ifMatch: "\"v1\""])
    #expect(late.status == 412 && late.json["current"]?["version"] == 4, "\(late.text)")
    #expect(try await service.send(.delete, "\(address)/items/\(letters)", as: .manager).status == 204)
    #expect(try await service.send(.delete, "\(address)/items/\(letters)", as: .manager).status == 404)
    let stranger = try service.addUser("stranger", .manager)
    let watcher = try service.addUser("watcher", .manager, visibility: .all)
    #expect(try await service.send(.get, address, headers: stranger.headers).status == 404)
    #expect(
      try await service.send(.post, "\(address)/items", json: "{\"title\":\"x\"}", headers: watcher.headers)
        .status == 403)
    let given = try await service.send(
      .post, "/api/v1/tasks", as: .manager, json: "{\"title\":\"x\",\"responsible\":\"head\"}")
    #expect(given.status == 403)
  }

  @Test("checking a stop records one visit, however often it is sent; the trip's own items stay")
  func stop() async throws {
    let service = try ServiceFixture()
    let partners = try service.addPartners(1, of: service.users[.manager]!.id)
    let plan = try await service.send(
      .post, "/api/v1/plan", as: .manager,
      json: "{\"selection\":{\"all\":true},\"start\":\"53.9,27.49\",\"date\":\"2026-06-15\",\"save\":true}")
    let address = "/api/v1/tasks/\(try #require(plan.json["taskId"]?.text, "\(plan.text)"))"
    let task = try await service.send(.get, address, as: .manager)
    guard case .array(let days)? = task.json["checklist"], case .array(let stops)? = days[0]["children"],
      let stop = stops[0]["id"]?.text
    else {
      Issue.record("\(task.text)")
      return
    }
    #expect(try await service.send(.delete, "\(address)/items/\(stop)", as: .manager).status == 409)
    let trip = "/api/v1/trips/\(try #require(plan.json["trip"]?["id"]?.text))"
    let partner = "/api/v1/partners/\(partners[0])"
    let before = try await service.tags(of: [trip, partner], as: .manager)
    for (body, status) in [
      ("{}", 200), ("{\"at\":null}", 200), ("{\"at\":\"2030-01-01T00:00:00Z\"}", 422), ("{\"when\":1}", 422),
    ] {
      let answer = try await service.send(
        .post, "\(address)/items/\(stop)/arrive", as: .manager, json: body)
      #expect(answer.status == status, "\(answer.text)")
    }
    let watcher = try service.addUser("watcher", .manager, visibility: .all)
    #expect(
      try await service.send(.post, "\(address)/items/\(stop)/arrive", json: "{}", headers: watcher.headers)
        .status == 403)
    // A visit is told by whoever may record activities, and offered to nobody else.
    for (verb, body) in [("check", "{\"state\":\"done\"}"), ("arrive", "{}")] {
      let answer = try await service.send(
        .post, "\(address)/items/\(stop)/\(verb)", as: .accountant, json: body)
      #expect(answer.status == 403 && answer.code == "http.forbidden", "\(answer.text)")
    }
    let page = String(address.dropFirst("/api/v1".count))
    let shut = "disabled data-act=\"\(address)/items/\(stop)/check\""
    for (role, isShut) in [(UserRole.head, false), (.accountant, true)] {
      #expect(try await service.page(page, as: role).text.contains(shut) == isShut)
    }
    let day = try #require(days[0]["id"]?.text)
    #expect(
      try await service.send(.post, "\(address)/items/\(day)/arrive", as: .manager, json: "{}").code
        == "store.checklist.notAVisit")
    let reasoned = try await service.send(
      .post, "\(address)/items/\(stop)/check", as: .manager,
      json: "{\"state\":\"done\",\"reason\":\"closed\"}")
    #expect(reasoned.status == 422, "\(reasoned.text)")
    let late = try await service.send(
      .post, "\(address)/items/\(stop)/check", as: .manager,
      json: "{\"state\":\"skipped\",\"reason\":\"closed\",\"seen\":\"done\"}")
    #expect(late.status == 409 && late.code == "store.checklist.changed", "\(late.text)")
    let shown = try await service.send(.get, trip, as: .manager)
    let told = shown.json["days"]?.elements?[0]["stops"]?.elements?[0]
    #expect(told?["visit"] == "checkedIn" && told?["arrivedAt"] != nil && told?["missReason"] == nil)
    let check = "{\"state\":\"done\",\"outcome\":\"Договор\"}"
    for _ in 0..<3 {
      let answer = try await service.send(
        .post, "\(address)/items/\(stop)/check", as: .manager, json: check)
      #expect(answer.status == 200 && answer.json["taskState"] == "done", "\(answer.text)")
    }
    let visits = try await service.send(
      .get, "/api/v1/activities?partner=\(partners[0])&kind=visit", as: .manager)
    guard case .array(let list)? = visits.json["items"] else {
      Issue.record("\(visits.text)")
      return
    }
    #expect(list.count == 1 && list[0]["outcome"] == "Договор")
    // Who asks again hears of the visit; who plans the trip anew without knowing of it comes too late.
    for (path, tag) in before {
      let again = try await service.send(.get, path, as: .manager, headers: [.ifNoneMatch: tag])
      let now = try #require(again.response.headers[.eTag])
      #expect(again.status == 200 && now != tag, "\(path)")
      #expect(try await service.send(.get, path, as: .manager, headers: [.ifNoneMatch: now]).status == 304)
    }
    let anew = try await service.send(
      .post, "\(trip)/replan", as: .manager, json: "{\"save\":true}", headers: [.ifMatch: before[0].tag])
    #expect(anew.status == 412, "\(anew.text)")
    let edited = try await service.send(
      .patch, partner, as: .manager, json: "{\"note\":\"да\"}", headers: [.ifMatch: before[1].tag])
    #expect(edited.status == 200, "\(edited.text)")
    #expect(try service.database.read { try $0.partner(partners[0])?.lastVisit } != nil)
  }

  @Test("an activity is recorded on a partner of one's own, and a visit moves its last visit")
  func activities() async throws {
    let service = try ServiceFixture()
    let partners = try service.addPartners(1, of: service.users[.manager]!.id)
    let address = "/api/v1/partners/\(partners[0])/activities"
    let made = try await service.send(
      .post, address, as: .manager,
      json: "{\"kind\":\"visit\",\"at\":\"2026-06-01T09:00:00Z\",\"outcome\":\"Да\"}")
    #expect(made.status == 201, "\(made.text)")
    let visit = try #require(made.response.headers[.location])
    #expect(try await service.send(.get, visit, as: .manager).json["author"] == "manager")
    let shown = try await service.send(.get, "/api/v1/partners/\(partners[0])", as: .manager)
    #expect(shown.json["lastVisit"] == "2026-06-01T09:00:00Z")
    let future = try await service.send(
      .post, address, as: .manager, json: "{\"kind\":\"visit\",\"at\":\"2030-06-01T09:00:00Z\"}")
    #expect(future.status == 422)
    let stranger = try service.addUser("stranger", .manager)
    let watcher = try service.addUser("watcher", .manager, visibility: .all)
    let note = "{\"kind\":\"note\"}"
    #expect(try await service.send(.post, address, json: note, headers: stranger.headers).status == 404)
    #expect(try await service.send(.get, visit, headers: stranger.headers).status == 404)
    #expect(try await service.send(.post, address, json: note, headers: watcher.headers).status == 403)
  }
}

extension ServiceFixture {
  /// What stands in `ETag` of each, whole.
  fileprivate func tags(of paths: [String], as role: UserRole) async throws -> [(path: String, tag: String)] {
    var found: [(path: String, tag: String)] = []
    for path in paths {
      found.append((path, try #require(try await send(.get, path, as: role).response.headers[.eTag])))
    }
    return found
  }
}
