import CRM
import Foundation
import Testing

@testable import Store

@Suite struct WebhookTests {
  let database: Database

  init() throws { database = try Database.temporary() }

  @discardableResult
  func write<T>(after seconds: Double = 0, _ body: (Writer) throws -> T) throws -> T {
    try database.write(as: tester, at: noon.addingTimeInterval(seconds), body)
  }

  func add(_ patterns: [String]) throws -> Webhook {
    let events = try WebhookEvents(patterns)
    return try write {
      try $0.addWebhook(url: "https://a.example/x", note: "", events: events, secret: "whsec_one")
    }
  }

  func calls(_ webhook: Webhook) throws -> [String] {
    try database.read { try $0.outbox(destination: webhook.id.description) }.reversed().map(\.subject)
  }

  @Test("a webhook is told of each change it asked for from its making on, once, in order")
  func told() throws {
    try write { try $0.insert(fullPartner("Раньше")) }
    let partners = try add(["partner.*"])
    let all = try add(["*"])
    try write { writer in
      try writer.add(user: User(login: "anna", name: "Анна", role: .manager))
      var partner = fullPartner("Потом")
      try writer.insert(partner)
      partner.note = "x"
      partner = try #require(try writer.partner(partner.id))
      partner.note = "другое"
      try writer.update(partner)
    }
    #expect(try database.read { try $0.hasWebhookNews() })
    while try database.read({ try $0.hasWebhookNews() }) { _ = try write { try $0.tellWebhooks(limit: 2) } }
    #expect(try write { try $0.tellWebhooks() } == 0)
    #expect(try calls(partners) == ["partner.create", "partner.update"])
    #expect(try calls(all) == ["webhook.create", "user.create", "partner.create", "partner.update"])
  }

  @Test("the body names the record and nothing of its content")
  func body() throws {
    let webhook = try add(["partner.create"])
    try write { try $0.insert(fullPartner("Секретный Партнёр")) }
    _ = try write { try $0.tellWebhooks() }
    let message = try #require(try write { try $0.claimOutbox(kind: .webhook, limit: 1) }.messages.first)
    let text = String(decoding: message.payload, as: UTF8.self)
    #expect(message.destination == webhook.id.description)
    #expect(
      text.contains(#""type":"partner.create""#) && text.contains(#""timestamp":"2026-06-08T09:00:00.000Z""#))
    #expect(text.contains(#""version":1"#) && !text.contains("Секретный"))
  }

  @Test("messages that leave are no events: nothing tells of itself for ever")
  func noLoop() throws {
    _ = try add(["*"])
    try write { _ = try $0.post(.mail, to: "a@b", subject: "", payload: [], once: "1") }
    var rounds = 0
    while try database.read({ try $0.hasWebhookNews() }), rounds < 20 {
      _ = try write { try $0.tellWebhooks() }
      rounds += 1
    }
    #expect(rounds < 3)
  }

  @Test("secrets are sealed, and a former one signs for its time")
  func secrets() throws {
    let webhook = try add(["*"])
    let until = noon.addingTimeInterval(60)
    try write { try $0.rotateWebhookSecret(webhook.id, to: "whsec_two", former: until) }
    func secrets(_ seconds: Double) throws -> [String]? {
      try database.read { try $0.webhookTarget(webhook.id, at: noon.addingTimeInterval(seconds))?.secrets }
    }
    #expect(try secrets(59) == ["whsec_two", "whsec_one"])
    #expect(try secrets(60) == ["whsec_two"])
    let raw = try database.read { reader in
      try reader.db.all("SELECT secret, former_secret FROM webhook") { $0.blob(0) + $0.blob(1) }.flatMap {
        $0
      }
    }
    #expect(!String(decoding: raw, as: UTF8.self).contains("whsec"))
    let images = try database.read { try $0.audit(entity: "webhook", id: webhook.id.description) }
    #expect(images.map(\.action) == ["create", "rotateSecret"])
    #expect(!images.contains { ($0.after ?? "").contains("whsec") })
  }

  /// What the row of a webhook holds as its address.
  func stored(_ webhook: Webhook) throws -> String? {
    try database.read {
      try $0.db.first("SELECT url FROM webhook WHERE uid = ?", webhook.id.blob) { $0.text(0) }
    }
  }

  func leave(_ url: String, in webhook: Webhook) throws {
    try write { try $0.db.run("UPDATE webhook SET url = ? WHERE uid = ?", .text(url), webhook.id.blob) }
  }

  @Test("addresses are sealed in their rows, and one in clear is read and sealed by the next write")
  func addresses() throws {
    let webhook = try add(["*"])
    func target() throws -> String? { try database.read { try $0.webhookTarget(webhook.id, at: noon)?.url } }
    func listed() throws -> [String] { try database.read { try $0.webhooks() }.map(\.url) }
    let first = try #require(try stored(webhook))
    #expect(first.hasPrefix("sealed:") && !first.contains("a.example"))
    #expect(webhook.url == "https://a.example/x")
    #expect(try target() == webhook.url)
    #expect(try listed() == [webhook.url])
    try write { try $0.updateWebhook(webhook.id, note: "другое") }
    #expect(try stored(webhook) == first)
    let moved = try write { try $0.updateWebhook(webhook.id, url: "https://b.example/y") }
    #expect(moved.url == "https://b.example/y")
    #expect(try target() == moved.url)
    #expect(try stored(webhook) != first)
    let old = "https://old.example/geheim"
    let writes: [(Writer) throws -> Void] = [
      { _ = try $0.updateWebhook(webhook.id, note: "x") },
      { try $0.rotateWebhookSecret(webhook.id, to: "whsec_two", former: noon) },
      { try $0.noteWebhookCall(webhook.id, taken: true) },
      { try $0.disableWebhook(webhook.id, reason: "410") },
    ]
    for body in writes {
      try leave(old, in: webhook)
      #expect(try target() == old)
      #expect(try listed() == [old])
      try write(body)
      #expect(try stored(webhook)?.hasPrefix("sealed:") == true)
      #expect(try target() == old)
    }
    #expect(try database.read { try $0.webhooksWithoutAddress() }.isEmpty)
  }

  @Test("the longest address is kept, a longer one is refused, and one that was there before is still called")
  func longAddress() throws {
    func address(_ count: Int) -> String {
      "https://a.example/" + String(repeating: "x", count: count - "https://a.example/".count)
    }
    let webhook = try add(["*"])
    let longest = address(Webhook.longestURL)
    #expect(try write { try $0.updateWebhook(webhook.id, url: longest) }.url == longest)
    let events = webhook.events
    let tooLong = address(Webhook.longestURL + 1)
    let writes: [(Writer) throws -> Void] = [
      { _ = try $0.addWebhook(url: tooLong, note: "", events: events, secret: "whsec_one") },
      { _ = try $0.updateWebhook(webhook.id, url: tooLong) },
    ]
    for body in writes {
      #expect(throws: StoreError.badValue(field: "", detail: "")) { try write(body) }
    }
    try leave(address(2000), in: webhook)
    #expect(try write { try $0.updateWebhook(webhook.id, note: "x") }.url == address(2000))
    #expect(try stored(webhook) == address(2000))
  }

  @Test("an address that does not open is told, and its webhook is still listed, given another or removed")
  func lostAddress() throws {
    let (lost, well) = (try add(["*"]), try add(["*"]))
    let foreign = try #require(try stored(well))
    for text in [foreign, "sealed:", "sealed:???", "sealed:AAAA"] {
      try leave(text, in: lost)
      #expect(try database.read { try $0.webhooksWithoutAddress() } == [lost.id])
      #expect(try database.read { try $0.webhooks() }.map(\.url) == ["…", well.url])
      #expect(throws: StoreError.sealBroken(table: "", record: "", field: "")) {
        try database.read { _ = try $0.webhookTarget(lost.id, at: noon) }
      }
      try write { try $0.updateWebhook(lost.id, note: "x", isActive: false) }
      #expect(try stored(lost) == text)
    }
    #expect(try write { try $0.updateWebhook(lost.id, url: lost.url) }.url == lost.url)
    try leave("sealed:", in: lost)
    try write { try $0.removeWebhook(lost.id) }
    #expect(try database.read { try $0.webhooksWithoutAddress() }.isEmpty)
  }

  @Test("a paused webhook is told afterwards; a disabled one drops what waits, with an audit row")
  func states() throws {
    let webhook = try add(["partner.*"])
    try write { try $0.updateWebhook(webhook.id, isActive: false) }
    try write { try $0.insert(fullPartner("А")) }
    #expect(try write { try $0.tellWebhooks() } == 0)
    try write { try $0.updateWebhook(webhook.id, isActive: true) }
    #expect(try write { try $0.tellWebhooks() } == 1)
    try write { try $0.updateWebhook(webhook.id, isActive: false) }
    #expect(try write { try $0.claimOutbox(kind: .webhook, limit: 5) }.messages.isEmpty)
    #expect(try !database.read { try $0.hasOutboxWork(kind: .webhook, at: noon) })
    try write { try $0.updateWebhook(webhook.id, isActive: true) }
    #expect(try write { try $0.claimOutbox(kind: .webhook, limit: 5) }.messages.count == 1)
    _ = try write { try $0.pingWebhook(webhook.id) }
    try write { try $0.disableWebhook(webhook.id, reason: "410") }
    let disabled = try #require(try database.read { try $0.webhook(webhook.id) })
    #expect(disabled.state == .disabled && disabled.reason == "410")
    // The one under way may have been taken: it ends as it ends.
    #expect(try database.read { try $0.outbox() }.map(\.state) == [.failed, .claimed])
    #expect(
      try database.read { try $0.audit(entity: "webhook", id: webhook.id.description) }.last?.action
        == "disable")
    try write { try $0.insert(fullPartner("Б", key: "2")) }
    #expect(try write { try $0.tellWebhooks() } == 0)
    let again = try write { try $0.updateWebhook(webhook.id, isActive: true) }
    #expect(again.state == .active && again.reason == nil && again.failures == 0)
    #expect(try write { try $0.tellWebhooks() } == 1)
    try write { try $0.removeWebhook(webhook.id) }
    #expect(try database.read { try $0.webhooks() }.isEmpty)
    #expect(throws: StoreError.notFound(entity: "webhook", id: "")) {
      try write { try $0.removeWebhook(webhook.id) }
    }
  }

  @Test("no webhook has more than its share of calls in hand, and what it has beyond leaves room for others")
  func share() throws {
    let (first, second) = (try add(["partner.*"]), try add(["partner.*"]))
    for number in 0..<5 { try write { try $0.insert(fullPartner("П\(number)", key: "\(number)")) } }
    #expect(try write { try $0.tellWebhooks() } == 10)
    func claim(share: Int?) throws -> [OutboxMessage] {
      try write { try $0.claimOutbox(kind: .webhook, limit: 3, share: share) }.messages
    }
    let taken = try claim(share: 2)
    #expect(taken.map(\.destination) == Array(repeating: first.id.description, count: 2))
    let others = try claim(share: 2)
    #expect(others.map(\.destination) == Array(repeating: second.id.description, count: 2))
    #expect(try claim(share: 2).isEmpty)
    try write { _ = try $0.finishOutbox(taken[0].id, .sent(message: "")) }
    #expect(try claim(share: 2).map(\.destination) == [first.id.description])
    #expect(try claim(share: nil).count == 3)
  }

  @Test(
    "of an address the trail keeps scheme, host and port alone",
    arguments: [
      ("https://hooks.example:8443/services/T0/geheim?key=geheim#geheim", "https://hooks.example:8443/…"),
      ("https://hooks.example?key=geheim", "https://hooks.example/…"),
      ("https://geheim:geheim@hooks.example/\u{308}geheim", "https://hooks.example/…"),
      ("http://127.0.0.1:9/", "http://127.0.0.1:9/"), ("https://hooks.example", "https://hooks.example"),
      ("geheim", "…"),
    ])
  func maskedAddress(_ url: String, _ kept: String) throws {
    let events = try WebhookEvents(["*"])
    let webhook = try write {
      try $0.addWebhook(url: url, note: "", events: events, secret: "whsec_one")
    }
    try write { try $0.updateWebhook(webhook.id, url: url + "2") }
    try write { try $0.removeWebhook(webhook.id) }
    let rows = try database.read { try $0.audit(entity: "webhook", id: webhook.id.description) }
    let images = rows.flatMap { [$0.before, $0.after] }.compactMap { $0 }
    #expect(rows.count == 3 && images.count == 4)
    #expect(images.allSatisfy { !$0.contains("geheim") }, "\(images)")
    #expect(images[0].contains("\"url\":\"\(kept)\""), "\(images[0])")
    #expect(try database.read { try $0.verifyAudit() }.fault == nil)
  }

  @Test("an edit based on an older version is refused")
  func versions() throws {
    let webhook = try add(["*"])
    try write { try $0.updateWebhook(webhook.id, note: "один", version: 1) }
    #expect(throws: StoreError.staleVersion(entity: "webhook", id: "", expected: 0, actual: 0)) {
      try write { try $0.updateWebhook(webhook.id, note: "два", version: 1) }
    }
    #expect(try database.read { try $0.webhook(webhook.id)?.note } == "один")
  }

  @Test(
    "what is no type of event is refused",
    arguments: [[], [""], ["partner"], ["*.create"], ["a b.c"], ["partner."], [".x"], ["partner.*.*"]])
  func badEvents(_ patterns: [String]) {
    #expect(throws: StoreError.badValue(field: "", detail: "")) { try WebhookEvents(patterns) }
  }
}
