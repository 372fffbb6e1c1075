import CRM
import Foundation
import Geo
import HTTPTypes
import Outbound
import Store
import Testing

@testable import planner

@Suite("Messages of other programs")
struct InboundTests {
  let service: ServiceFixture
  let source: InboundSource
  let secret: String
  let partner: Partner

  init() throws {
    let service = try ServiceFixture()
    let secret = WebhookSignature.newSecret()
    var partner = Partner(kind: .agency, name: "Альбатрос")
    partner.contactPoints = [
      ContactPoint(kind: .phone, value: "8 029 123-45-67", normalised: "+375291234567")
    ]
    partner.externalReferences = [ExternalReference(system: "1C", key: "K-17")]
    let made = partner
    source = try service.database.write(as: Actor(name: "test")) { writer in
      try writer.insert(made)
      return try writer.addInboundSource(name: "exchange", note: "АТС", secret: secret)
    }
    (self.service, self.secret, self.partner) = (service, secret, partner)
  }

  /// A message, signed at the fixture's time unless told otherwise.
  func send(
    _ json: String, id: String = "m-1", after seconds: TimeInterval = 0, secret: String? = nil,
    to name: String = "exchange", signed body: String? = nil
  ) async throws -> ServiceFixture.Answer {
    let timestamp = Int(service.clock.withLock { $0 }.timeIntervalSince1970 + seconds)
    let signature = try WebhookSignature.sign(
      id: id, timestamp: timestamp, body: Array((body ?? json).utf8), secrets: [secret ?? self.secret])
    return try await service.send(
      .post, "/api/v1/inbound/\(name)", json: json,
      headers: [
        HTTPField.Name(WebhookSignature.idHeader)!: id,
        HTTPField.Name(WebhookSignature.timestampHeader)!: "\(timestamp)",
        HTTPField.Name(WebhookSignature.signatureHeader)!: signature,
      ])
  }

  func activities() throws -> [Activity] {
    try service.database.read { try $0.activityPage(ActivityQuery(), scope: .all).items }
  }

  static func call(_ name: String, more: String = "") -> String {
    "{\"type\":\"activity.record\",\"data\":{\(name),\"kind\":\"call\",\"outcome\":\"Перезвонить\"\(more)}}"
  }

  @Test("a call is recorded with the partner whose number, key or id is named, by its author")
  func record() async throws {
    let names = [
      "\"phone\":\"+375 (29) 123 45 67\"", "\"key\":{\"system\":\"1C\",\"key\":\"K-17\"}",
      "\"partner\":\"\(partner.id)\"",
    ]
    for (number, name) in names.enumerated() {
      let more = ",\"at\":\"2026-06-01T09:30:00.250Z\",\"author\":\"manager\""
      let answer = try await send(Self.call(name, more: more), id: "m-\(number)")
      #expect(answer.status == 200, "\(answer.text)")
      let made = try activities()
      #expect(made.count == number + 1)
      let activity = try #require(made.first { answer.json["record"]?.text == $0.id.description })
      #expect(activity.partner == partner.id && activity.kind == .call && activity.outcome == "Перезвонить")
      #expect(activity.author == service.users[.manager]?.id)
      #expect(activity.at == Instant.parse("2026-06-01T09:30:00.250Z"))
    }
    let told = try await service.send(
      .get, "/api/v1/inbound-sources/\(source.id)/messages", as: .administrator)
    #expect(told.json["items"]?.elements?.compactMap { $0["id"]?.text } == ["m-2", "m-1", "m-0"])
    #expect(told.json["items"]?.elements?.first?["type"]?.text == "activity.record")
    let record = try activities()[0].id.description
    let row = try service.database.read { try $0.audit(entity: "activity", id: record) }
    #expect(row.first?.actor == "inbound:exchange")
  }

  @Test("a repeated message changes nothing and gets the first answer; another body under its id is refused")
  func repeated() async throws {
    let json = Self.call("\"phone\":\"+375291234567\"")
    let first = try await send(json)
    let content = try service.content()
    // Days later, signed anew.
    try await service.advance(3 * 86_400)
    let again = try await send(json)
    #expect(first.status == 200 && again.text == first.text)
    let other = try await send(Self.call("\"phone\":\"+375291234567\"", more: ",\"text\":\"иное\""))
    #expect(other.status == 422 && other.code == "inbound.message.otherBody")
    #expect(other.text.contains("webhook-id") && !other.text.contains("Idempotency-Key"))
    #expect(try service.content() == content)
    #expect(try activities().count == 1)
  }

  @Test("twenty equal messages at once have one effect and one answer")
  func concurrent() async throws {
    let json = Self.call("\"phone\":\"+375291234567\"")
    let answers = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<20 { group.addTask { try await send(json).text } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(answers.count == 1)
    #expect(try activities().count == 1)
  }

  @Test("a message that cannot be believed is refused and changes nothing")
  func unbelieved() async throws {
    let json = Self.call("\"phone\":\"+375291234567\"")
    let before = try service.content()
    let other = try await send(json, secret: WebhookSignature.newSecret())
    #expect(other.status == 401 && other.code == "webhook.signature.wrong")
    let altered = try await send(json, signed: json + " ")
    #expect(altered.status == 401 && altered.code == "webhook.signature.wrong")
    let old = try await send(json, after: -301)
    #expect(old.status == 401 && old.code == "webhook.signature.tooOld")
    let early = try await send(json, after: 301)
    #expect(early.status == 401 && early.code == "webhook.signature.tooNew")
    let unsigned = try await service.send(.post, "/api/v1/inbound/exchange", as: .administrator, json: json)
    #expect(unsigned.status == 401 && unsigned.code == "webhook.signature.missing")
    // Whether there is such a source is not told.
    let unknown = try await send(json, to: "nobody")
    #expect(unknown.status == 401 && unknown.text == other.text)
    #expect(try service.content() == before)
  }

  @Test("after a change of the secret the former one is right for a day")
  func rotation() async throws {
    let answer = try await service.send(
      .post, "/api/v1/inbound-sources/\(source.id)/secret", as: .administrator, json: "{}")
    let new = try #require(answer.json["secret"]?.text)
    #expect(try await send("{\"type\":\"webhook.ping\"}", id: "a", secret: new).status == 200)
    #expect(try await send("{\"type\":\"webhook.ping\"}", id: "b").status == 200)
    try await service.advance(86_401)
    #expect(try await send("{\"type\":\"webhook.ping\"}", id: "c", secret: new).status == 200)
    #expect(try await send("{\"type\":\"webhook.ping\"}", id: "d").status == 401)
  }

  @Test(
    "a message that says nothing we know is told what is wrong, and may be sent again under its id",
    arguments: [
      ("{\"type\":\"deal.won\",\"data\":{}}", "inbound.type.unknown"),
      (call("\"phone\":\"+375291112233\""), "inbound.partner.unknown"),
      (call("\"phone\":\"+375297777777\""), "inbound.partner.several"),
      (call("\"phone\":\"123\""), "http.body.field"),
      (call("\"key\":{\"system\":\"1C\",\"key\":\"K-18\"}"), "inbound.partner.unknown"),
      (call("\"partner\":\"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\""), "inbound.partner.unknown"),
      (
        call("\"phone\":\"+375291234567\",\"partner\":\"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\""),
        "http.body.field"
      ),
      (call("\"text\":\"\""), "http.body.field"),
      (call("\"phone\":\"+375291234567\"", more: ",\"author\":\"nobody\""), "inbound.user.unknown"),
      (call("\"phone\":\"+375291234567\"", more: ",\"at\":\"2099-01-01T00:00:00Z\""), "http.body.field"),
      (call("\"phone\":\"+375291234567\"", more: ",\"colour\":\"red\""), "http.body.field"),
      ("{\"type\":\"activity.record\"}", "http.body.field"),
    ])
  func refused(json: String, code: String) async throws {
    let twins = ["Первый", "Второй"].map { name in
      var partner = Partner(kind: .agency, name: name)
      partner.contactPoints = [
        ContactPoint(kind: .phone, value: "+375297777777", normalised: "+375297777777")
      ]
      return partner
    }
    try service.database.write(as: Actor(name: "test")) { writer in
      for twin in twins { try writer.insert(twin) }
    }
    let before = try service.content()
    let answer = try await send(json)
    #expect(answer.status == 422 && answer.code == code, "\(answer.text)")
    #expect(answer.json["hint"]?.text?.isEmpty == false)
    if code == "inbound.partner.several" {
      #expect(answer.json["choices"]?.elements?.compactMap(\.text) == twins.map(\.id.description).sorted())
    }
    #expect(try service.content() == before)
    #expect(try await send(Self.call("\"phone\":\"+375291234567\"")).status == 200)
  }

  @Test("a source is made, listed, changed, paused and removed by an administrator; its secret is told once")
  func sources() async throws {
    let made = try await service.send(
      .post, "/api/v1/inbound-sources", as: .administrator, json: "{\"name\":\"site\",\"note\":\"Сайт\"}")
    #expect(made.status == 201 && made.json["address"]?.text == "/api/v1/inbound/site")
    let address = try #require(made.response.headers[.location])
    let key = try #require(made.json["secret"]?.text)
    #expect(try await send("{\"type\":\"webhook.ping\"}", secret: key, to: "site").status == 200)
    let twice = try await service.send(
      .post, "/api/v1/inbound-sources", as: .administrator, json: "{\"name\":\"site\"}")
    #expect(twice.status == 409 && twice.code == "store.inboundSource.duplicate")
    let bad = try await service.send(
      .post, "/api/v1/inbound-sources", as: .administrator, json: "{\"name\":\"Наш сайт\"}")
    #expect(bad.status == 422)
    let list = try await service.send(.get, "/api/v1/inbound-sources", as: .administrator)
    #expect(list.json["items"]?.elements?.compactMap { $0["name"]?.text } == ["exchange", "site"])
    #expect(!list.text.contains("whsec_"))
    let paused = try await service.send(
      .patch, address, as: .administrator, json: "{\"active\":false}", headers: [.ifMatch: "\"v1\""])
    #expect(paused.status == 200 && paused.tag == "\"v2\"")
    let refused = try await send("{\"type\":\"webhook.ping\"}", id: "m-2", secret: key, to: "site")
    #expect(refused.status == 403 && refused.code == "inbound.source.paused")
    #expect(
      try await send("{\"type\":\"webhook.ping\"}", id: "m-2", to: "site").code == "webhook.signature.wrong")
    #expect(try await service.send(.delete, address, as: .administrator).status == 204)
    #expect(try await send("{\"type\":\"webhook.ping\"}", secret: key, to: "site").status == 401)
    #expect(try await service.send(.get, address, as: .administrator).status == 404)
  }

  @Test("names of messages are forgotten after a while, not their records")
  func forgotten() async throws {
    _ = try await send(Self.call("\"phone\":\"+375291234567\""))
    let now = service.clock.withLock { $0 }
    try service.database.write(as: .worker, at: now) { writer throws in
      #expect(try writer.forgetInboundMessages(before: now) == 0)
      #expect(try writer.forgetInboundMessages(before: now.addingTimeInterval(1)) == 1)
    }
    #expect(try activities().count == 1)
  }

  @Test("a message of more than 256 KiB is not read")
  func large() async throws {
    let text = String(repeating: "x", count: InboundController.limit)
    #expect(try await send("{\"type\":\"\(text)\"}").status == 413)
  }
}
