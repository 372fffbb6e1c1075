import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Store
import Testing

@testable import planner

extension ServiceFixture {
  /// Partners of one user on a line eastward, a kilometre or so apart.
  @discardableResult
  func addPartners(_ count: Int, of user: UserID?, name: String = "Partner") throws -> [PartnerID] {
    try database.write(as: Actor(name: "test"), at: services.now()) { writer in
      try (0..<count).map { index in
        var partner = Partner(kind: .agency, name: "\(name) \(index)")
        partner.responsible = user
        try writer.insert(partner)
        try writer.setPin(
          Coordinate(trustedLatitude: 53.9, longitude: 27.5 + Double(index) / 60), for: partner.id)
        return partner.id
      }
    }
  }

  /// One more user with a token.
  func addUser(_ login: String, _ role: UserRole, visibility: Visibility? = nil) throws -> (
    user: User, headers: HTTPFields
  ) {
    let user = User(login: login, name: login, role: role, visibility: visibility)
    let secret = try database.write(as: Actor(name: "test"), at: services.now()) { writer in
      try writer.add(user: user)
      return try writer.addToken(
        for: user.id, name: "test", scopes: Set(TokenScope.allCases),
        expires: services.now().addingTimeInterval(86_400)
      ).1.text
    }
    return (user, [.authorization: "Bearer \(secret)"])
  }
}

@Suite("Trips over the API")
struct TripAPITests {
  private static let key = HTTPField.Name("Idempotency-Key")!

  private func plan(_ more: String = "") -> String {
    "{\"selection\":{\"all\":true},\"start\":\"53.9,27.49\",\"date\":\"2026-06-15\",\"timeZone\":\"Europe/Minsk\"\(more)}"
  }

  @Test("a plan has the members the command line prints, and without save nothing is kept")
  func dry() async throws {
    let service = try ServiceFixture()
    try service.addPartners(5, of: service.users[.manager]!.id)
    let before = try service.content()
    let answer = try await service.send(.post, "/api/v1/plan", as: .manager, json: plan())
    #expect(answer.status == 200, "\(answer.text)")
    guard case .array(let days)? = answer.json["trip"]?["days"], let day = days.first,
      case .array(let stops)? = day["stops"], case .array(let legs)? = day["legs"]
    else {
      Issue.record("\(answer.text)")
      return
    }
    #expect(stops.count == 5 && legs.count == 6)
    for name in [
      "partner", "name", "latitude", "longitude", "arrival", "serviceStart", "departure", "locked",
    ] {
      #expect(stops[0][name] != nil, "a stop has no \(name)")
    }
    for name in [
      "unassigned", "metres", "seconds", "lowerBoundSeconds", "gapPercent", "givenOrderSeconds", "matrix",
    ] { #expect(answer.json["trip"]?[name] != nil, "the trip has no \(name)") }
    #expect(answer.json["taskId"] == .null)
    let other = try await service.send(.post, "/api/v1/plan", as: .head, json: plan())
    #expect(other.json["trip"]?["metres"] == answer.json["trip"]?["metres"])
    #expect(try service.content() == before)
  }

  @Test("a saved plan is a trip and a task, made once for one key")
  func saved() async throws {
    let service = try ServiceFixture()
    try service.addPartners(3, of: service.users[.manager]!.id)
    let body = plan(",\"save\":true,\"title\":\"Брест\"")
    let first = try await service.send(
      .post, "/api/v1/plan", as: .manager, json: body, headers: [Self.key: "k"])
    let again = try await service.send(
      .post, "/api/v1/plan", as: .manager, json: body, headers: [Self.key: "k"])
    #expect(first.status == 201 && first.tag == "\"v1\"", "\(first.text)")
    #expect(again.text == first.text)
    #expect(try service.database.read { try ($0.tripCount(), $0.taskCount()) } == (1, 1))
    let address = try #require(first.response.headers[.location])
    let trip = try await service.send(.get, address, as: .manager)
    #expect(trip.json["title"] == "Брест" && trip.json["responsible"] == "manager")
    #expect(trip.json["taskId"] == first.json["taskId"])
    let list = try await service.send(.get, "/api/v1/trips?total=true", as: .manager)
    #expect(list.json["total"] == 1)
    for format in ["geojson", "gpx", "kml", "ics", "csv"] {
      let file = try await service.send(.get, "\(address)/files/\(format)", as: .manager)
      #expect(file.status == 200 && !file.text.isEmpty, "\(format)")
    }
    #expect(try await service.send(.get, "\(address)/files/pdf", as: .manager).status == 404)
  }

  @Test("what is not in sight is not there, what is another's is refused, and nobody assigns others unasked")
  func rights() async throws {
    let service = try ServiceFixture()
    try service.addPartners(2, of: service.users[.manager]!.id)
    let made = try await service.send(
      .post, "/api/v1/plan", as: .manager, json: plan(",\"save\":true"))
    let address = try #require(made.response.headers[.location])
    let stranger = try service.addUser("stranger", .manager)
    let watcher = try service.addUser("watcher", .manager, visibility: .all)
    #expect(try await service.send(.get, address, headers: stranger.headers).status == 404)
    #expect(
      try await service.send(.post, "\(address)/cancel", json: "{}", headers: stranger.headers).status == 404)
    #expect(try await service.send(.get, address, headers: watcher.headers).status == 200)
    #expect(
      try await service.send(.post, "\(address)/cancel", json: "{}", headers: watcher.headers).status == 403)
    #expect(try await service.send(.delete, address, headers: watcher.headers).status == 403)
    // The stranger's own plan holds none of the other's partners.
    let plan = try await service.send(.post, "/api/v1/plan", json: plan(), headers: stranger.headers)
    #expect(plan.status == 422 && plan.code == "plan.emptySelection", "\(plan.text)")
    let forOther = try await service.send(
      .post, "/api/v1/plan", as: .manager, json: self.plan(",\"save\":true,\"responsible\":\"stranger\""))
    #expect(forOther.status == 403)
    let byHead = try await service.send(
      .post, "/api/v1/plan", as: .head, json: self.plan(",\"save\":true,\"responsible\":\"stranger\""))
    #expect(byHead.status == 201)
    // Whoever gets a trip that somebody with more sight planned sees no more by planning it again.
    let own = try service.addPartners(1, of: service.users[.booking]!.id, name: "Чужой")
    let given = try #require(byHead.response.headers[.location])
    for path in ["\(given)/replan", "\(given)/compare"] {
      let answer = try await service.send(.post, path, json: "{}", headers: stranger.headers)
      #expect(answer.status == 200, "\(answer.text)")
      #expect(!answer.text.contains("Чужой") && !answer.text.contains(own[0].description))
    }
    #expect(
      try await service.send(.post, "\(given)/replan", as: .head, json: "{}").text.contains(
        own[0].description))
  }

  @Test("who is planned elsewhere is left out, and that trip is named to those alone who see it")
  func plannedElsewhere() async throws {
    let service = try ServiceFixture()
    let partners = try service.addPartners(3, of: nil)
    let stranger = try service.addUser("stranger", .manager)
    let first = plan(",\"title\":\"Тайная\",\"save\":true").replacingOccurrences(
      of: "{\"all\":true}", with: "{\"ids\":[\"\(partners[0])\"]}")
    let taken = try await service.send(.post, "/api/v1/plan", json: first, headers: stranger.headers)
    #expect(taken.status == 201, "\(taken.text)")
    func left(_ answer: ServiceFixture.Answer) -> [String] {
      (answer.json["trip"] ?? answer.json)["unassigned"]?.elements?.compactMap { $0["detail"]?.text } ?? []
    }
    let asked = plan(",\"skipPlanned\":true")
    let own = try await service.send(.post, "/api/v1/plan", as: .manager, json: asked)
    #expect(left(own) == ["is a stop of another trip"], "\(own.text)")
    #expect(!own.text.contains("Тайная") && !own.text.contains("stranger"))
    let draft = try await service.send(
      .post, "/plan/draft", as: .manager, json: asked,
      headers: [.accept: "application/json", .acceptLanguage: "en"])
    #expect(draft.status == 200 && draft.text.contains("is a stop of another trip"), "\(draft.text)")
    #expect(!draft.text.contains("Тайная"))
    let one = "{\"date\":\"2026-06-15\",\"partners\":[\"\(partners[0])\"]}"
    let refused = try await service.send(
      .post, "/api/v1/plan", as: .manager, json: plan(",\"skipPlanned\":true,\"order\":[\(one)]"))
    #expect((400..<500).contains(refused.status) && !refused.text.contains("Тайная"), "\(refused.text)")
    let head = try await service.send(.post, "/api/v1/plan", as: .head, json: asked)
    #expect(left(head) == ["is a stop of \"Тайная\""], "\(head.text)")
    // What the head keeps for a manager tells him no more than he sees.
    let given = try await service.send(
      .post, "/api/v1/plan", as: .head,
      json: plan(",\"skipPlanned\":true,\"save\":true,\"responsible\":\"manager\""))
    let address = try #require(given.response.headers[.location])
    let kept = try await service.send(.get, address, as: .manager)
    #expect(left(kept) == ["is a stop of another trip"], "\(kept.text)")
    let again = try await service.send(.post, "\(address)/replan", as: .manager, json: "{}")
    #expect(left(again) == ["is a stop of another trip"], "\(again.text)")
  }

  @Test("nights are spent in hotels in sight alone")
  func hotels() async throws {
    let service = try ServiceFixture()
    try service.addPartners(4, of: service.users[.manager]!.id)
    try service.database.write(as: Actor(name: "test"), at: service.services.now()) { writer in
      let hotel = Partner(kind: .hotel, name: "Чужая", responsible: service.users[.head]!.id)
      try writer.insert(hotel)
      try writer.setPin(Coordinate(trustedLatitude: 53.91, longitude: 27.52), for: hotel.id)
    }
    let asked = plan(
      ",\"days\":2,\"night\":\"away\",\"visitSeconds\":14400,\"rules\":{\"lodging\":\"hotel\"}"
    ).replacingOccurrences(of: "{\"all\":true}", with: "{\"kind\":\"agency\"}")
    let own = try await service.send(.post, "/api/v1/plan", as: .manager, json: asked)
    #expect(own.status == 200 && !own.text.contains("Чужая"), "\(own.text)")
    let head = try await service.send(.post, "/api/v1/plan", as: .head, json: asked)
    #expect(head.status == 200 && head.text.contains("Чужая"), "\(head.text)")
  }

  @Test("a trip is planned again, ordered, locked, added to and ended by the version it was read in")
  func changes() async throws {
    let service = try ServiceFixture()
    let partners = try service.addPartners(4, of: service.users[.manager]!.id)
    let three = partners.prefix(3).map { "\"\($0)\"" }.joined(separator: ",")
    let made = try await service.send(
      .post, "/api/v1/plan", as: .manager,
      json:
        "{\"selection\":{\"ids\":[\(three)]},\"start\":{\"latitude\":53.9,\"longitude\":27.49},\"date\":\"2026-06-15\",\"save\":true}"
    )
    let address = try #require(made.response.headers[.location])
    #expect(
      try await service.send(.post, "\(address)/check", as: .manager, json: "{}").json["ok"] == true)
    let dry = try await service.send(
      .post, "\(address)/insert", as: .manager, json: "{\"partner\":\"\(partners[3])\"}")
    #expect(dry.status == 200 && dry.json["saved"] == false && dry.tag == nil, "\(dry.text)")
    let without = try await service.send(
      .post, "\(address)/insert", as: .manager, json: "{\"partner\":\"\(partners[3])\",\"save\":true}")
    #expect(without.status == 428)
    let inserted = try await service.send(
      .post, "\(address)/insert", as: .manager, json: "{\"partner\":\"\(partners[3])\",\"save\":true}",
      headers: [.ifMatch: "\"v1\""])
    #expect(inserted.status == 200 && inserted.tag == "\"v2\"", "\(inserted.text)")
    let late = try await service.send(
      .post, "\(address)/replan", as: .manager, json: "{\"save\":true}", headers: [.ifMatch: "\"v1\""])
    #expect(late.status == 412 && late.json["current"]?["version"] == 2, "\(late.text)")
    // Its day is a week away: nobody is anywhere on it.
    for (place, code) in [
      ("{\"latitude\":53.9,\"longitude\":27.5}", "trip.notToday"), ("{\"latitude\":91}", "http.body.field"),
    ] {
      let refused = try await service.send(
        .post, "\(address)/replan", as: .manager, json: "{\"from\":\(place)}")
      #expect(refused.status == 422 && refused.code == code, "\(refused.text)")
    }
    let replanned = try await service.send(
      .post, "\(address)/replan", as: .manager, json: "{\"save\":true}", headers: [.ifMatch: "\"v2\""])
    #expect(replanned.status == 200 && replanned.tag == "\"v3\"", "\(replanned.text)")
    let order = partners.reversed().map { "\"\($0)\"" }.joined(separator: ",")
    let ordered = try await service.send(
      .post, "\(address)/order", as: .manager,
      json: "{\"order\":[{\"date\":\"2026-06-15\",\"partners\":[\(order)]}],\"save\":true}",
      headers: [.ifMatch: "\"v3\""])
    #expect(ordered.status == 200 && ordered.tag == "\"v4\"", "\(ordered.text)")
    let locked = try await service.send(
      .post, "\(address)/lock", as: .manager, json: "{\"all\":true}", headers: [.ifMatch: "\"v4\""])
    #expect(locked.status == 200 && locked.tag == "\"v5\"", "\(locked.text)")
    let titled = try await service.send(
      .patch, address, as: .manager, json: "{\"title\":\"Другой\"}", headers: [.ifMatch: "\"v5\""])
    #expect(titled.json["title"] == "Другой" && titled.json["version"] == 6)
    let compared = try await service.send(.post, "\(address)/compare", as: .manager, json: "{}")
    #expect(compared.status == 200 && compared.json["newLegs"] != nil, "\(compared.text)")
    let ended = try await service.send(.post, "\(address)/cancel", as: .manager, json: "{}")
    #expect(ended.json["state"] == "cancelled")
    #expect(try await service.send(.delete, address, as: .manager).status == 204)
    #expect(try await service.send(.get, address, as: .manager).status == 404)
  }

  @Test("a trip that was called off is planned again in no way, and is compared still")
  func cancelled() async throws {
    let service = try ServiceFixture()
    let partners = try service.addPartners(2, of: service.users[.manager]!.id)
    let made = try await service.send(
      .post, "/api/v1/plan", as: .manager, json: plan(",\"save\":true"))
    let address = try #require(made.response.headers[.location])
    #expect(try await service.send(.post, "\(address)/cancel", as: .manager, json: "{}").status == 200)
    let before = try service.content()
    let order = "\"order\":[{\"date\":\"2026-06-15\",\"partners\":[\"\(partners[0])\"]}]"
    for (path, body) in [("replan", ""), ("insert", "\"partner\":\"\(partners[0])\""), ("order", order)] {
      let saved = try await service.send(
        .post, "\(address)/\(path)", as: .manager, json: "{\(body)\(body.isEmpty ? "" : ",")\"save\":true}",
        headers: [.ifMatch: "\"v2\""])
      #expect(saved.status == 409 && saved.code == "trip.cancelled", "\(saved.text)")
      let shown = try await service.send(
        .post, "\(address)/\(path)", as: .manager, json: "{\(body)}")
      #expect(shown.status == 409 && shown.code == "trip.cancelled", "\(shown.text)")
    }
    #expect(try service.content() == before)
    #expect(try await service.send(.post, "\(address)/compare", as: .manager, json: "{}").status == 200)
  }

  @Test("several managers share the partners, and each gets a trip")
  func team() async throws {
    let service = try ServiceFixture()
    _ = try service.addUser("second", .manager)
    try service.addPartners(6, of: nil)
    let answer = try await service.send(
      .post, "/api/v1/plan", as: .head,
      json: plan(",\"managers\":[\"manager\",{\"login\":\"second\",\"start\":\"53.9,27.6\"}],\"save\":true"))
    #expect(answer.status == 201, "\(answer.text)")
    guard case .array(let managers)? = answer.json["managers"] else {
      Issue.record("\(answer.text)")
      return
    }
    #expect(managers.count == 2)
    #expect(try service.database.read { try $0.tripCount() } >= 1)
  }

  @Test(
    "what cannot be planned is told by place and hint",
    arguments: [
      ("{}", 422, "selection"), ("{\"selection\":{\"all\":true}}", 422, "start"),
      ("{\"selection\":{},\"start\":\"53.9,27\"}", 422, "selection"),
      ("{\"selection\":{\"all\":true},\"start\":\"53.9,27\",\"work\":\"18:00-09:00\"}", 422, "work"),
      ("{\"selection\":{\"all\":true},\"start\":\"53.9,27\",\"end\":\"53,27\",\"open\":true}", 422, "end"),
      ("{\"selection\":{\"region\":\"Nowhere\"},\"start\":\"53.9,27\"}", 422, "selection.region"),
      ("{\"selection\":{\"all\":true},\"start\":\"93.9,27\"}", 422, ""),
      ("{\"selection\":{\"polygon\":{\"type\":\"Point\"}},\"start\":\"53.9,27\"}", 422, "selection.polygon"),
    ] as [(String, Int, String)])
  func refusals(json: String, status: Int, place: String) async throws {
    let service = try ServiceFixture()
    let answer = try await service.send(.post, "/api/v1/plan", as: .manager, json: json)
    #expect(answer.status == status, "\(answer.text)")
    #expect(answer.json["detail"]?.text?.hasPrefix(place) == true, "\(answer.text)")
  }
}
