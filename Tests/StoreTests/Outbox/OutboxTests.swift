import CRM
import Foundation
import Testing

@testable import Store

@Suite struct OutboxTests {
  let database: Database

  init() throws { database = try Database.temporary() }

  func write<T>(after seconds: Double = 0, _ body: (Writer) throws -> T) throws -> T {
    try database.write(as: tester, at: noon.addingTimeInterval(seconds), body)
  }

  func post(_ once: String, after seconds: Double = 0) throws -> OutboxID? {
    try write(after: seconds) {
      try $0.post(
        .mail, to: "a@b.example", subject: "Тема", payload: Array("geheim-\(once)".utf8), once: once)
    }
  }

  func item(_ id: OutboxID) throws -> OutboxItem { try #require(try database.read { try $0.outboxItem(id) }) }

  /// Makes what is in hand that of a process that is gone.
  func kill() throws {
    try write { try $0.db.run("UPDATE outbox SET process = '1:1' WHERE process IS NOT NULL") }
  }

  @Test("a message is posted with the change it tells of, or not at all, and once for its key")
  func posted() throws {
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try write { writer in
        _ = try writer.post(.mail, to: "a@b.example", subject: "", payload: [], once: "1")
        throw Stop()
      }
    }
    #expect(try database.read { try $0.outbox() }.isEmpty)
    let first = try post("1")
    #expect(first != nil)
    #expect(try post("1") == nil)
    #expect(try database.read { try $0.outbox(kind: .mail) }.map(\.id) == [first])
    #expect(try database.read { try $0.outboxCounts() } == [.mail: [.pending: 1]])
  }

  @Test("the content is sealed in the file, and gone when the mail has arrived")
  func sealed() throws {
    let id = try #require(try post("1"))
    #expect(try database.read { try $0.outboxPayload(id) } == Array("geheim-1".utf8))
    let raw = try database.read { reader in
      try reader.db.first("SELECT payload FROM outbox") { $0.blob(0) } ?? []
    }
    #expect(!String(decoding: raw, as: UTF8.self).contains("geheim"))
    let message = try #require(try write { try $0.claimOutbox(kind: .mail, limit: 1) }.messages.first)
    #expect(message.payload == Array("geheim-1".utf8))
    #expect(try write { try $0.beginSending(id) })
    try write(after: 2) { _ = try $0.finishOutbox(id, .sent(message: "250 taken")) }
    let sent = try item(id)
    #expect(sent.state == .sent && !sent.hasPayload && sent.attempts == 1)
    #expect(try database.read { try $0.outboxPayload(id) } == nil)
    #expect(throws: StoreError.outboxNotResendable(id: "", state: "")) {
      try write { try $0.resendOutbox(id) }
    }
    let actions = try database.read { try $0.audit(entity: "outbox", id: id.description) }.map(\.action)
    #expect(actions == ["create", "sent"])
  }

  @Test("what is to be tried later waits for its time, and every attempt stands in the log")
  func later() throws {
    let id = try #require(try post("1"))
    for attempt in 1...3 {
      let now = Double(attempt - 1) * 60
      #expect(
        try write(after: now) { try $0.claimOutbox(kind: .mail, limit: 5) }.messages.map(\.attempts) == [
          attempt - 1
        ])
      #expect(try write(after: now) { try $0.claimOutbox(kind: .mail, limit: 5) }.messages.isEmpty)
      try write(after: now) {
        _ = try $0.finishOutbox(
          id, .later(code: "mail.later", message: "450", next: noon.addingTimeInterval(now + 60)))
      }
      #expect(try !database.read { try $0.hasOutboxWork(kind: .mail, at: noon.addingTimeInterval(now + 59)) })
      #expect(try database.read { try $0.hasOutboxWork(kind: .mail, at: noon.addingTimeInterval(now + 60)) })
      #expect(try write(after: now + 59) { try $0.claimOutbox(kind: .mail, limit: 5) }.messages.isEmpty)
    }
    #expect(try database.read { try $0.outboxAttempts(id) }.map(\.outcome) == ["later", "later", "later"])
    // What is over is over.
    #expect(try write { try $0.finishOutbox(id, .sent(message: "")) } == nil)
  }

  @Test("of a killed process: what had not begun goes back into the queue, what was under way is unknown")
  func killed() throws {
    let first = try #require(try post("1"))
    let second = try #require(try post("2"))
    _ = try write { try $0.claimOutbox(kind: .mail, limit: 2) }
    #expect(try write { try $0.beginSending(second) })
    try kill()
    #expect(try !write { try $0.beginSending(first) })
    #expect(try database.read { try $0.hasOutboxWork(kind: .mail, at: noon) })
    let again = try write(after: 5) { try $0.claimOutbox(kind: .mail, limit: 5) }
    #expect(again.messages.map(\.id) == [first])
    #expect(again.lost.map(\.id) == [second])
    #expect(try item(second).state == .unknown)
    // Never again by itself; by a person it is.
    #expect(try write(after: 1e6) { try $0.claimOutbox(kind: .mail, limit: 5) }.messages.isEmpty)
    #expect(try write(after: 1e6) { try $0.resendOutbox(second) }.state == .pending)
    #expect(
      try write(after: 1e6) { try $0.claimOutbox(kind: .mail, limit: 5) }.messages.map(\.id) == [second])
  }

  @Test("what has not left can be taken back, and what is old is forgotten")
  func withdrawn() throws {
    let id = try #require(try post("1"))
    try write { try $0.withdrawOutbox(id) }
    #expect(try item(id).code == "outbox.withdrawn")
    #expect(try write { try $0.claimOutbox(kind: .mail, limit: 5) }.messages.isEmpty)
    #expect(throws: StoreError.outboxNotResendable(id: "", state: "")) {
      try write { try $0.withdrawOutbox(id) }
    }
    let kept = try post("2")
    #expect(try write { try $0.removeOutbox(endedBefore: noon) } == 0)
    #expect(try write { try $0.removeOutbox(endedBefore: noon.addingTimeInterval(1)) } == 1)
    #expect(try database.read { try $0.outbox() }.map(\.id) == [kept])
    #expect(throws: StoreError.notFound(entity: "outbox", id: "")) { try write { try $0.resendOutbox(id) } }
  }

  @Test("a message whose seal is broken fails with the reason, and the others go on")
  func broken() throws {
    let bad = try #require(try post("1"))
    let good = try post("2", after: 1)
    try write { try $0.db.run("UPDATE outbox SET payload = x'0102' WHERE uid = ?", bad.blob) }
    #expect(try write(after: 2) { try $0.claimOutbox(kind: .mail, limit: 5) }.messages.map(\.id) == [good])
    #expect(try item(bad).state == .failed)
  }

  @Test("eight senders at once never get the same message")
  func claimedOnce() async throws {
    for number in 0..<40 { _ = try post("\(number)") }
    let path = database.path
    let claimed = try await withThrowingTaskGroup(of: [OutboxID].self) { group in
      for _ in 0..<8 {
        group.addTask {
          let own = try Database(path: path, mode: .existing)
          var ids: [OutboxID] = []
          while let message = try own.write(as: tester, { try $0.claimOutbox(kind: .mail, limit: 1) })
            .messages.first
          {
            ids.append(message.id)
          }
          return ids
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(claimed.count == 40 && Set(claimed).count == 40)
  }
}
