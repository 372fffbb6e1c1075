import CRM
import Foundation
import NetworkSupport
import Outbound
import Synchronization
import Testing

@testable import Store
@testable import planner

@Suite struct WebhookWorkerTests {
  let database: Database
  static let at = Date(timeIntervalSince1970: 1_780_909_200)

  init() throws { database = try Database.temporary() }

  func worker(after seconds: Double = 0, allow: String = "127.0.0.1", backoff: Backoff = .webhook) throws
    -> WebhookWorker
  {
    WebhookWorker(
      database: database,
      client: OutboundClient(
        userAgent: "planner/test", allowed: try OutboundAllowance(allow),
        limits: .init(deadline: .seconds(600))),
      backoff: backoff, now: { Self.at.addingTimeInterval(seconds) })
  }

  func add(_ port: Int, _ events: [String] = ["user.*"]) throws -> (webhook: Webhook, secret: String) {
    try WebhookUseCases.add(
      url: "http://127.0.0.1:\(port)/hook", note: "", events: events, in: database, as: Actor(name: "test"),
      at: Self.at)
  }

  func change(_ login: String) throws {
    try database.write(as: Actor(name: "test"), at: Self.at) {
      try $0.add(user: User(login: login, name: login, role: .manager))
    }
  }

  func webhook(_ id: WebhookID) throws -> Webhook { try #require(try database.read { try $0.webhook(id) }) }

  @Test("a webhook whose secret does not open is disabled, and the others get their calls once")
  func lostSecret() async throws {
    try await ScriptedServer.with(Script { _, _ in [.answer(204)] }) { server in
      let lost = try add(server.port).webhook.id
      let well = try add(server.port).webhook.id
      try database.write(as: Actor(name: "test"), at: Self.at) {
        try $0.db.run("UPDATE webhook SET secret = zeroblob(80) WHERE uid = ?", lost.blob)
      }
      #expect(try database.read { try $0.webhooksWithoutSecret() } == [lost])
      try change("anna")
      #expect(try await worker().run() == "2 changes to tell, 1 calls taken, 1 not")
      #expect(server.requests.count == 1)
      #expect(try webhook(well).state == .active)
      let ended = try webhook(lost)
      #expect(ended.state == .disabled && ended.reason?.hasPrefix("its secret does not open") == true)
      #expect(try await worker(after: 60).run() == "0 changes to tell, 0 calls taken, 0 not")
      // A new secret heals it; the one before is not missed.
      _ = try WebhookUseCases.rotate(lost, in: database, as: Actor(name: "test"), at: Self.at)
      #expect(try database.read { try $0.webhookTarget(lost, at: Self.at)?.secrets.count } == 1)
    }
  }

  @Test("a webhook whose address does not open is disabled, and the others get their calls once")
  func lostAddress() async throws {
    try await ScriptedServer.with(Script { _, _ in [.answer(204)] }) { server in
      let lost = try add(server.port).webhook.id
      let well = try add(server.port).webhook.id
      try database.write(as: Actor(name: "test"), at: Self.at) {
        try $0.db.run("UPDATE webhook SET url = 'sealed:AAAA' WHERE uid = ?", lost.blob)
      }
      try change("anna")
      #expect(try await worker().run() == "2 changes to tell, 1 calls taken, 1 not")
      #expect(server.requests.count == 1)
      #expect(try webhook(well).state == .active)
      let ended = try webhook(lost)
      #expect(ended.state == .disabled && ended.reason?.hasPrefix("its address does not open") == true)
      // Given once more it is called again, of what happened meanwhile too.
      try change("bela")
      try database.write(as: Actor(name: "test"), at: Self.at) {
        _ = try $0.updateWebhook(lost, url: "http://127.0.0.1:\(server.port)/hook", isActive: true)
      }
      #expect(try await worker(after: 60).run() == "2 changes to tell, 2 calls taken, 0 not")
    }
  }

  @Test("a call that is made once more after its last attempt says nothing new of its webhook")
  func resent() async throws {
    try await ScriptedServer.with(Script { _, _ in [.answer(500)] }) { server in
      let id = try add(server.port).webhook.id
      try change("anna")
      let short = Backoff(steps: [])
      _ = try await worker(backoff: short).run()
      #expect(try webhook(id).state == .disabled)
      try database.write(as: Actor(name: "test"), at: Self.at) { writer in
        try writer.updateWebhook(id, isActive: true)
        _ = try writer.resendOutbox(try #require(try writer.outbox(kind: .webhook).first?.id))
      }
      #expect(try await worker(after: 60, backoff: short).run().hasSuffix("0 calls taken, 1 not"))
      #expect(server.requests.count == 2)
      #expect(try webhook(id).state == .active)
    }
  }

  @Test("a call arrives signed, with the change in it, and its receiver believes it")
  func called() async throws {
    try await ScriptedServer.with(Script { _, _ in [.answer(204)] }) { server in
      let (webhook, secret) = try add(server.port)
      try change("anna")
      try change("bela")
      let worker = try worker()
      #expect(try worker.worker.hasWork?() == true)
      #expect(try await worker.run() == "2 changes to tell, 2 calls taken, 0 not")
      #expect(try worker.worker.hasWork?() == false)
      #expect(server.requests.count == 2)
      for request in server.requests {
        let parts = request.components(separatedBy: "\r\n\r\n")
        var headers: [String: String] = [:]
        for line in parts[0].components(separatedBy: "\r\n").dropFirst() {
          let pair = line.split(separator: ":", maxSplits: 1)
          headers[pair[0].lowercased()] = pair[1].trimmingCharacters(in: .whitespaces)
        }
        #expect(parts[0].hasPrefix("POST /hook HTTP/1.1"))
        #expect(headers["content-type"] == "application/json")
        try WebhookSignature.verify(
          id: headers["webhook-id"], timestamp: headers["webhook-timestamp"],
          signature: headers["webhook-signature"],
          body: Array(parts[1].utf8), secrets: [secret], now: Self.at)
        #expect(parts[1].contains(#""type":"user.create""#))
      }
      let calls = try database.read { try $0.outbox(destination: webhook.id.description) }
      #expect(calls.map(\.state) == [.sent, .sent] && calls.first?.message == "status 204")
    }
  }

  @Test("a run whose end could not be written, and the calls it had in hand, are made good by the next one")
  func recovered() async throws {
    try await ScriptedServer.with(Script { _, _ in [.answer(204)] }) { server in
      _ = try add(server.port)
      try change("anna")
      let worker = try worker()
      try database.write(as: .worker, at: Self.at) { writer throws in
        #expect(try writer.beginWorker(WebhookWorker.name, early: true))
        #expect(try writer.tellWebhooks() == 1)
        #expect(try writer.claimOutbox(kind: .webhook, limit: 8).messages.count == 1)
      }
      #expect(try worker.worker.hasWork?() == true)
      let told = try await WorkerSchedule.runOnce(worker.worker, in: database, now: { Self.at })
      #expect(told == "0 changes to tell, 1 calls taken, 0 not")
      #expect(server.requests.count == 1)
    }
  }

  @Test("a failed call is repeated under the same number, and Retry-After is heeded")
  func repeated() async throws {
    try await ScriptedServer.with(
      Script { number, _ in [number == 1 ? .answer(503, [("Retry-After", "600")]) : .answer(200)] }
    ) { server in
      let (webhook, _) = try add(server.port)
      try change("anna")
      #expect(try await worker().run() == "1 changes to tell, 0 calls taken, 1 not")
      #expect(try self.webhook(webhook.id).failures == 1)
      #expect(try await worker(after: 599).run() == "0 changes to tell, 0 calls taken, 0 not")
      #expect(try await worker(after: 600).run() == "0 changes to tell, 1 calls taken, 0 not")
      #expect(try self.webhook(webhook.id).failures == 0)
      let ids = server.requests.map {
        $0.lowercased().firstMatch(of: /webhook-id: *(\S+)/).map { String($0.1) }
      }
      #expect(ids.count == 2 && ids[0] == ids[1] && ids[0] != nil)
      let call = try #require(try database.read { try $0.outbox(kind: .webhook) }.first)
      #expect(try database.read { try $0.outboxAttempts(call.id) }.map(\.outcome) == ["later", "sent"])
    }
  }

  @Test("an address that refuses for days is disabled, with an audit row; one that is gone at once")
  func disabled() async throws {
    try await ScriptedServer.with(
      Script { _, request in [.answer(request.hasPrefix("POST /gone") ? 410 : 500)] }
    ) { server in
      let (webhook, _) = try add(server.port)
      try change("anna")
      var time = 0.0
      var attempts = 0
      while try self.webhook(webhook.id).state == .active {
        _ = try await worker(after: time).run()
        attempts += 1
        let next = try database.read { try $0.outbox(kind: .webhook) }.first?.nextAt
        time = next?.timeIntervalSince(Self.at) ?? time
      }
      #expect(attempts == 10 && time > 75 * 3600 && time < 100 * 3600, "\(attempts) \(time)")
      #expect(try self.webhook(webhook.id).reason?.contains("status 500") == true)
      #expect(
        try database.read { try $0.audit(entity: "webhook", id: webhook.id.description) }.last?.action
          == "disable")
      // By hand it is called again.
      try database.write(as: Actor(name: "test"), at: Self.at) {
        try $0.updateWebhook(webhook.id, url: "http://127.0.0.1:\(server.port)/gone", isActive: true)
        let call = try #require(try $0.outbox(kind: .webhook).first)
        _ = try $0.resendOutbox(call.id)
      }
      _ = try await worker(after: time + 1).run()
      #expect(try self.webhook(webhook.id).reason == "its address answered 410")
    }
  }

  @Test("calls go to no inner address unless the administrator listed it, and follow no redirect")
  func guarded() async throws {
    try await ScriptedServer.with(Script { _, _ in [.redirect("http://127.0.0.1:9/")] }) { server in
      let (webhook, _) = try add(server.port)
      try change("anna")
      #expect(try await worker(allow: "").run() == "1 changes to tell, 0 calls taken, 1 not")
      #expect(server.connections == 0)
      let call = try #require(try database.read { try $0.outbox(destination: webhook.id.description) }.first)
      #expect(call.code == "outbound.addressRefused")
      _ = try await worker(after: 3600).run()
      #expect(server.connections == 1)
      #expect(try database.read { try $0.outboxItem(call.id) }?.message == "status 302")
    }
    #expect(throws: OutboundError.self) {
      try WebhookUseCases.add(
        url: "file:///etc/passwd", note: "", events: ["*"], in: database, as: Actor(name: "test"), at: Self.at
      )
    }
  }

  @Test("a slow address does not hold up the others")
  func slow() async throws {
    let isTold = AsyncStream.makeStream(of: Void.self)
    try await ScriptedServer.with(Script { _, _ in [.silence] }) { silent in
      try await ScriptedServer.with(
        Script { _, _ in
          isTold.continuation.yield()
          return [.answer(200)]
        }
      ) { quick in
        _ = try add(silent.port)
        _ = try add(quick.port)
        try change("anna")
        let running = Task { try await worker().run() }
        for await _ in isTold.stream { break }
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
      }
    }
    // What was under way when the process stopped waits again, without an attempt counted.
    let counts = try database.read { try $0.outboxCounts() }
    #expect(counts[.webhook]?[.pending] == 1)
  }

  @Test(
    "many calls to an address that never answers hold up neither others nor what happens meanwhile",
    .timeLimit(.minutes(5)))
  func share() async throws {
    let told = AsyncStream.makeStream(of: Void.self)
    try await ScriptedServer.with(Script { _, _ in [.silence] }) { silent in
      try await ScriptedServer.with(
        Script { _, _ in
          told.continuation.yield()
          return [.answer(200)]
        }
      ) { quick in
        let (slow, _) = try add(silent.port)
        _ = try add(quick.port)
        for number in 1...40 { try change("anna\(number)") }
        var worker = try worker()
        worker.look = .milliseconds(20)
        let running = Task { [worker] in try await worker.run() }
        var count = 0
        for await _ in told.stream {
          count += 1
          if count == 40 { try change("bela") }
          if count == 41 { break }
        }
        let calls = try database.read { try $0.outbox(destination: slow.id.description) }
        #expect(calls.count { $0.state == .claimed } == 8)
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
        let counts = try database.read { try $0.outboxCounts() }
        #expect(counts[.webhook]?[.pending] == 41 && counts[.webhook]?[.claimed] == nil)
      }
    }
  }

  @Test("a ping arrives and tells of nothing; a new secret signs beside the former one")
  func ping() async throws {
    try await ScriptedServer.with(Script { _, _ in [.answer(200)] }) { server in
      let (webhook, _) = try add(server.port)
      _ = try WebhookUseCases.rotate(webhook.id, in: database, as: Actor(name: "test"), at: Self.at)
      try database.write(as: Actor(name: "test"), at: Self.at) { _ = try $0.pingWebhook(webhook.id) }
      _ = try await worker().run()
      let request = try #require(server.requests.first)
      #expect(request.contains(#""type":"webhook.ping""#))
      #expect(request.components(separatedBy: "v1,").count == 3)
    }
  }

  @Test("waits grow, are shifted by the seed alone, and end")
  func backoff() {
    let plain = Backoff(steps: [.seconds(10), .seconds(100)], jitter: 0.2, seed: 1)
    let waits = (1...100).compactMap { plain.wait(after: 1, key: "\($0)") }
    #expect(waits.allSatisfy { $0 >= .seconds(10) && $0 <= .seconds(12) })
    #expect(Set(waits).count > 90)
    #expect(
      plain.wait(after: 1, key: "a")
        == Backoff(steps: plain.steps, jitter: 0.2, seed: 1).wait(after: 1, key: "a"))
    #expect(
      plain.wait(after: 1, key: "a")
        != Backoff(steps: plain.steps, jitter: 0.2, seed: 2).wait(after: 1, key: "a"))
    #expect(plain.wait(after: 3, key: "a") == nil && plain.wait(after: 0, key: "a") == nil)
  }
}
