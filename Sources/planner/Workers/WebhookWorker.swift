import Foundation
import Outbound
import Store

/// Tells webhooks of changes: puts a call into the outbox for each change somebody subscribed to, and makes the calls
/// that are due.
struct WebhookWorker: Sendable {
  static let name = "webhooks"

  var database: Database
  var client: OutboundClient
  var backoff = Backoff.webhook
  var now: @Sendable () -> Date = { Date() }
  /// Calls made at once.
  var concurrency = 32
  /// Calls made at once to one webhook: one whose address is silent leaves the rest to the others.
  var share = 8
  /// How long news waits at most while calls are under way.
  var look = Duration.seconds(2)
  /// A run takes nothing up after so many seconds and leaves the rest to the next one, well before a worker is ended.
  private static let longest = 300.0

  var worker: Worker {
    Worker(
      name: Self.name, about: "tells other programs of changes", cadence: .every(.seconds(2)),
      hasWork: {
        try database.read {
          try $0.hasWebhookNews() || $0.hasOutboxWork(kind: .webhook, at: now(), isOwnOver: true)
        }
      },
      recover: { _ = try $0.reclaimOutbox(kind: .webhook, isOwnOver: true) },
      run: run)
  }

  /// Calls go out as places become free: none waits for another webhook's slow answer.
  func run(_ turn: WorkerTurn = .whole) async throws -> String {
    let (ends, begun) = (Ends(database: database, now: now), now())
    return try await withThrowingTaskGroup(of: Bool?.self, returning: String.self) { group in
      defer { group.cancelAll() }
      var (told, taken, refused) = (0, 0, 0)
      var (underWay, isLooking) = (0, false)
      while true {
        try Task.checkCancellation()
        if !turn.isEnding(), now().timeIntervalSince(begun) < Self.longest {
          let (calls, messages) = try await claim(concurrency - underWay)
          told += calls
          for message in messages { group.addTask { try await call(message, ends) } }
          underWay += messages.count
          // Behind those of a webhook that has its share others may stand.
          if !messages.isEmpty, underWay < concurrency { continue }
          if underWay == 0, try await hasNews() { continue }
        }
        guard underWay > 0 else { break }
        if !isLooking {
          isLooking = true
          group.addTask {
            try await Task.sleep(for: look)
            return nil
          }
        }
        // Several places at once are worth a transaction; fewer are filled when it is time to look.
        var freed = 0
        while isLooking, underWay > 0, freed < max(1, share / 2), let result = try await group.next() {
          guard let isTaken = result else {
            isLooking = false
            continue
          }
          (underWay, freed) = (underWay - 1, freed + 1)
          if isTaken { taken += 1 } else { refused += 1 }
        }
      }
      return "\(told) changes to tell, \(taken) calls taken, \(refused) not"
    }
  }

  /// Tells of what is new, and takes calls that are due.
  private func claim(_ limit: Int) async throws -> (told: Int, messages: [OutboxMessage]) {
    let (database, now, share) = (database, now, share)
    return try await Blocking.run {
      try database.write(as: .worker, at: now()) { writer in
        let told = try writer.tellWebhooks()
        return (told, try writer.claimOutbox(kind: .webhook, limit: limit, share: share).messages)
      }
    }
  }

  private func hasNews() async throws -> Bool {
    let database = database
    return try await Blocking.run { try database.read { try $0.hasWebhookNews() } }
  }

  /// - Returns: whether the address took it.
  private func call(_ message: OutboxMessage, _ ends: Ends) async throws -> Bool {
    let (database, now) = (database, now)
    let id = WebhookID(message.destination)
    let found: WebhookTarget?
    do {
      found = try await Blocking.run {
        try id.flatMap { id in try database.read { try $0.webhookTarget(id, at: now()) } }
      }
    } catch let error as StoreError
      where error.code == StoreError.sealBroken(table: "", record: "", field: "").code
    {
      // One that cannot be called or signed for any more is no reason to call nobody.
      let isAddress = if case .sealBroken(_, _, "url") = error { true } else { false }
      try await ends.keep(
        End(
          message: message.id, webhook: id, outcome: .failed(code: error.code, message: error.message),
          reason: isAddress
            ? "its address does not open: give it once more, then resume it"
            : "its secret does not open: give it a new one, then resume it"))
      return false
    }
    guard let id, let target = found else {
      try await ends.keep(
        End(message: message.id, webhook: nil, outcome: .failed(code: "webhook.removed", message: "")))
      return false
    }
    let answer: Result<OutboundClient.Answer, any Error>
    do {
      let timestamp = Int(now().timeIntervalSince1970)
      let signature = try WebhookSignature.sign(
        id: message.id.description, timestamp: timestamp, body: message.payload, secrets: target.secrets)
      answer = .success(
        try await client.post(
          target.url, body: message.payload,
          headers: [
            (WebhookSignature.idHeader, message.id.description),
            (WebhookSignature.timestampHeader, "\(timestamp)"), (WebhookSignature.signatureHeader, signature),
          ]))
    } catch {
      answer = .failure(error)
    }
    if case .failure(is CancellationError) = answer {
      // It is not known whether the call arrived; its receiver knows it by its number when it comes again.
      try await ends.keep(End(message: message.id, webhook: id, outcome: nil))
      throw CancellationError()
    }
    let (outcome, reason) = judged(answer, message)
    try await ends.keep(End(message: message.id, webhook: id, outcome: outcome, reason: reason))
    if case .sent = outcome { return true }
    return false
  }

  /// How a call ended, and why its webhook is to be disabled, if it is.
  private func judged(
    _ answer: Result<OutboundClient.Answer, any Error>, _ message: OutboxMessage
  ) -> (OutboxOutcome, reason: String?) {
    var code = "webhook.refused"
    var text: String
    var asked: Duration?
    switch answer {
    case .success(let answer):
      if (200..<300).contains(answer.status) { return (.sent(message: "status \(answer.status)"), nil) }
      text = "status \(answer.status)"
      // Standard Webhooks: the receiver wants no more calls.
      if answer.status == 410 {
        return (.failed(code: "webhook.gone", message: text), "its address answered 410")
      }
      asked = answer.retryAfter.flatMap { Int($0) }.map { .seconds(min(max(0, $0), 86_400)) }
    case .failure(let error):
      let failure = Job.Failure(error)
      (code, text) = (failure.code, failure.message)
    }
    let count = message.attempts + 1
    guard let wait = backoff.wait(after: count, key: message.id.description) else {
      // Somebody had it made once more after the last attempt: that says nothing new of the webhook.
      guard count <= backoff.steps.count + 1 else {
        return (.failed(code: "webhook.givenUp", message: "\(code): \(text)"), nil)
      }
      return (
        .failed(code: "webhook.givenUp", message: "\(code): \(text)"),
        "a call was not taken in \(count) attempts, the last time: \(text)"
      )
    }
    let seconds = max(wait, asked ?? .zero) / .seconds(1)
    return (.later(code: code, message: text, next: now().addingTimeInterval(seconds)), nil)
  }

  /// How one call ended.
  private struct End: Sendable {
    var message: OutboxID
    /// Nil when it is no more.
    var webhook: WebhookID?
    /// Nil when that is not known and the call is to be made again.
    var outcome: OutboxOutcome?
    /// Why the webhook is to be disabled, if it is.
    var reason: String?
  }

  /// Keeps how calls ended: what ends while others are being written is written together, so that many short calls cost
  /// few transactions, and what ends alone waits for none.
  private actor Ends {
    let database: Database
    let now: @Sendable () -> Date
    private var waiting: [End] = []
    private var isWriting = false

    init(database: Database, now: @escaping @Sendable () -> Date) {
      self.database = database
      self.now = now
    }

    func keep(_ end: End) async throws {
      waiting.append(end)
      guard !isWriting else { return }
      isWriting = true
      defer { isWriting = false }
      while !waiting.isEmpty {
        let (database, now, ends) = (database, now, waiting)
        waiting = []
        try await Blocking.run {
          try database.write(as: .worker, at: now()) { writer in
            for end in ends { try Self.write(end, writer) }
          }
        }
      }
    }

    private static func write(_ end: End, _ writer: Writer) throws {
      guard let outcome = end.outcome else { return try writer.handBackOutbox(end.message) }
      guard try writer.finishOutbox(end.message, outcome) != nil, let webhook = end.webhook,
        try writer.webhook(webhook) != nil
      else { return }
      if case .sent = outcome {
        try writer.noteWebhookCall(webhook, taken: true)
      } else {
        try writer.noteWebhookCall(webhook, taken: false)
      }
      if let reason = end.reason { try writer.disableWebhook(webhook, reason: reason) }
    }
  }
}
