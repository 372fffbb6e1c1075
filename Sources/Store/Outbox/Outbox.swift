import CRM
import Foundation

extension ReadAccess {
  public func outboxItem(_ id: OutboxID) throws -> OutboxItem? {
    try db.first("SELECT \(itemColumns) WHERE uid = ?", id.blob, body: readItem)
  }

  /// Messages, newest first.
  /// - Parameters:
  ///   - destination: of one mail address or webhook only.
  ///   - before: go on behind this one.
  public func outbox(
    kind: OutboxItem.Kind? = nil, states: Set<OutboxItem.State> = [], destination: String? = nil,
    before: OutboxID? = nil, limit: Int = 100
  ) throws -> [OutboxItem] {
    var conditions = ["1"]
    var values: [SQLValue] = []
    if let kind {
      conditions.append("kind = ?")
      values.append(.text(kind.rawValue))
    }
    if !states.isEmpty {
      conditions.append("state IN (\(states.map { _ in "?" }.joined(separator: ",")))")
      values += states.map(\.rawValue).sorted().map { .text($0) }
    }
    if let destination {
      conditions.append("destination = ?")
      values.append(.text(destination))
    }
    if let before {
      conditions.append("id < (SELECT id FROM outbox WHERE uid = ?)")
      values.append(before.blob)
    }
    var found: [OutboxItem] = []
    try db.rows(
      "SELECT \(itemColumns) WHERE \(conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT ?",
      arguments: values + [.int(max(0, limit))]
    ) { found.append(try readItem($0)) }
    return found
  }

  /// The content of a message as it was posted; nil when there is no such message or its content is no longer kept.
  public func outboxPayload(_ id: OutboxID) throws -> [UInt8]? {
    let sealed = try db.first("SELECT payload FROM outbox WHERE uid = ?", id.blob) {
      $0.isNull(0) ? nil : $0.blob(0)
    }
    guard let sealed = sealed ?? nil else { return nil }
    return Array(try vault().open(sealed, context: payloadContext(id)))
  }

  /// All attempts of a message, the first one first.
  public func outboxAttempts(_ id: OutboxID) throws -> [OutboxAttempt] {
    try db.all(
      """
      SELECT number, at, outcome, code, message FROM outbox_attempt
      WHERE outbox_id = (SELECT id FROM outbox WHERE uid = ?) ORDER BY number
      """, id.blob
    ) { c in
      OutboxAttempt(
        number: c.int(0), at: c.date(1), outcome: c.text(2), code: c.textOrNil(3), message: c.textOrNil(4))
    }
  }

  /// Whether ``Writer/claimOutbox(kind:limit:)`` would find something: asked often, so without a write.
  public func hasOutboxWork(kind: OutboxItem.Kind, at: Date, isOwnOver: Bool = false) throws -> Bool {
    let isDue = try db.first(
      """
      SELECT 1 FROM outbox o WHERE kind = ? AND state = 'pending' AND next_at <= ?
        AND NOT EXISTS (SELECT 1 FROM webhook w WHERE w.id = o.webhook_id AND w.state <> 'active')
      LIMIT 1
      """, .text(kind.rawValue),
      .date(at), body: { _ in true })
    return try isDue == true || !outboxOrphans(kind: kind, isOwnOver: isOwnOver).isEmpty
  }

  /// How many messages are in each state.
  public func outboxCounts() throws -> [OutboxItem.Kind: [OutboxItem.State: Int]] {
    var counts: [OutboxItem.Kind: [OutboxItem.State: Int]] = [:]
    try db.rows("SELECT kind, state, count(*) FROM outbox GROUP BY kind, state") { c in
      counts[try c.value(0, in: "outbox"), default: [:]][try c.value(1, in: "outbox")] = c.int(2)
    }
    return counts
  }

  /// Messages that a process had when it ended.
  func outboxOrphans(
    kind: OutboxItem.Kind, isOwnOver: Bool
  ) throws -> [(row: Int64, id: OutboxID, wasSending: Bool)] {
    try db.all(
      "SELECT id, uid, state, process FROM outbox WHERE kind = ? AND state IN ('claimed', 'sending')",
      .text(kind.rawValue)
    ) { c in
      (
        row: c.int64(0), id: c.id(1, of: OutboxItem.self), wasSending: c.text(2) == "sending",
        alive: ProcessMark.isOwn(c.text(3)) ? !isOwnOver : ProcessMark.isAlive(c.text(3))
      )
    }.filter { !$0.alive }.map { ($0.row, $0.id, $0.wasSending) }
  }
}

private let itemColumns = """
  uid, kind, destination, subject, state, attempts, next_at, code, message, created_at, ended_at,
  payload IS NOT NULL FROM outbox
  """

private func readItem(_ c: Columns) throws -> OutboxItem {
  OutboxItem(
    id: c.id(0), kind: try c.value(1, in: "outbox"), destination: c.text(2), subject: c.text(3),
    state: try c.value(4, in: "outbox"), attempts: c.int(5), nextAt: c.dateOrNil(6), code: c.textOrNil(7),
    message: c.textOrNil(8), createdAt: c.date(9), endedAt: c.dateOrNil(10), hasPayload: c.bool(11))
}

private func payloadContext(_ id: OutboxID) -> Vault.Context {
  Vault.Context(table: "outbox", record: id.description, field: "payload")
}

extension Writer {
  /// Puts a message into the outbox with the change that this transaction makes.
  /// - Parameters:
  ///   - once: two messages never have the same; the second one is not posted.
  ///   - payload: kept sealed until the message has arrived. It may hold links with secrets.
  /// - Returns: nil when there is a message of this `once` already.
  @discardableResult
  public func post(
    _ kind: OutboxItem.Kind, to destination: String, subject: String, payload: some Collection<UInt8>,
    once: String, notBefore: Date? = nil
  ) throws -> OutboxID? {
    try post(
      kind, to: destination, webhook: .null, subject: subject, payload: payload, once: once,
      notBefore: notBefore)
  }

  func post(
    _ kind: OutboxItem.Kind, to destination: String, webhook: SQLValue, subject: String,
    payload: some Collection<UInt8>, once: String, notBefore: Date? = nil
  ) throws -> OutboxID? {
    let id = OutboxID.new()
    let sealed = try vault().seal(Data(payload), context: payloadContext(id))
    try db.run(
      """
      INSERT INTO outbox (uid, kind, destination, webhook_id, subject, once_key, payload, state, next_at, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?) ON CONFLICT (once_key) DO NOTHING
      """, id.blob, .text(kind.rawValue), .text(destination), webhook, .text(subject), .text(once),
      .blob(sealed),
      .date(notBefore ?? at), .date(at))
    guard db.changedRows == 1 else { return nil }
    // Webhooks are told of audit rows: a row for each call would be told of in turn.
    if kind == .mail { try audit("create", entity: "outbox", id: id.description) }
    return id
  }

  /// Takes back the messages of processes that ended: where nothing was under way into the queue, a webhook's too (its
  /// receiver knows it by its number), a mail that was under way as `unknown`.
  /// - Parameter isOwnOver: this process has none in hand, so those that bear its mark are left from an attempt whose end
  ///   could not be written.
  /// - Returns: the mails that became `unknown` just now.
  public func reclaimOutbox(kind: OutboxItem.Kind, isOwnOver: Bool = false) throws -> [OutboxItem] {
    var lost: [OutboxItem] = []
    for orphan in try outboxOrphans(kind: kind, isOwnOver: isOwnOver) {
      if orphan.wasSending, kind == .mail {
        try end(
          orphan.row, orphan.id, kind,
          .unknown(code: "mail.interrupted", message: "the program ended while the mail was under way"))
        if let item = try outboxItem(orphan.id) { lost.append(item) }
      } else {
        try db.run(
          "UPDATE outbox SET state = 'pending', process = NULL, next_at = ? WHERE id = ?", .date(at),
          .int(orphan.row))
      }
    }
    return lost
  }

  /// Gives due messages to this process, the longest due first, after those of ended processes were taken back.
  /// - Parameter share: no webhook has more calls than so many in hand; what it has beyond waits, and more of others may be
  ///   found by asking again. Nil for no limit.
  /// - Returns: the messages, and the mails that became `unknown` just now.
  public func claimOutbox(
    kind: OutboxItem.Kind, limit: Int, share: Int? = nil
  ) throws -> (messages: [OutboxMessage], lost: [OutboxItem]) {
    let lost = try reclaimOutbox(kind: kind)
    let inHand = "(SELECT count(*) FROM outbox h WHERE h.webhook_id = o.webhook_id AND h.state = 'claimed')"
    let due = try db.all(
      """
      SELECT id, uid, destination, subject, payload, attempts, created_at, \(inHand) FROM outbox o
      WHERE kind = ?1 AND state = 'pending' AND next_at <= ?2
        AND NOT EXISTS (SELECT 1 FROM webhook w WHERE w.id = o.webhook_id AND w.state <> 'active')
        AND (?4 IS NULL OR \(inHand) < ?4)
      ORDER BY next_at, id LIMIT ?3
      """, .text(kind.rawValue), .date(at), .int(limit), .optional(share)
    ) { c in
      (
        row: c.int64(0), sealed: c.blob(4), inHand: c.int(7),
        message: OutboxMessage(
          id: c.id(1), destination: c.text(2), subject: c.text(3), payload: [], attempts: c.int(5),
          createdAt: c.date(6))
      )
    }
    let vault = due.isEmpty ? nil : try vault()
    var messages: [OutboxMessage] = []
    var taken: [String: Int] = [:]
    for item in due {
      var message = item.message
      if let share, item.inHand + taken[message.destination, default: 0] >= share { continue }
      do {
        message.payload = Array(try vault!.open(item.sealed, context: payloadContext(message.id)))
      } catch let error as StoreError {
        try end(item.row, message.id, kind, .failed(code: error.code, message: error.message))
        continue
      }
      try db.run(
        "UPDATE outbox SET state = 'claimed', process = ?, next_at = NULL WHERE id = ?",
        .text(ProcessMark.current), .int(item.row))
      taken[message.destination, default: 0] += 1
      messages.append(message)
    }
    return (messages, lost)
  }

  /// Notes, on disk before it returns, that the content of a message is about to go over the line.
  /// - Returns: false when the message is no longer this process's: then it must not be sent.
  public func beginSending(_ id: OutboxID) throws -> Bool {
    try db.run(
      "UPDATE outbox SET state = 'sending' WHERE uid = ? AND state = 'claimed' AND process = ?", id.blob,
      .text(ProcessMark.current))
    return db.changedRows == 1
  }

  /// Notes how an attempt of this process ended. Nothing happens to a message that is no longer this process's.
  @discardableResult
  public func finishOutbox(_ id: OutboxID, _ outcome: OutboxOutcome) throws -> OutboxItem? {
    let own = try db.first(
      "SELECT id, kind FROM outbox WHERE uid = ? AND state IN ('claimed', 'sending') AND process = ?",
      id.blob,
      .text(ProcessMark.current)
    ) { (row: $0.int64(0), kind: try $0.value(1, in: "outbox") as OutboxItem.Kind) }
    guard let own else { return nil }
    try end(own.row, id, own.kind, outcome)
    return try outboxItem(id)
  }

  /// Puts a message of this process back as it was: it was not tried.
  public func handBackOutbox(_ id: OutboxID) throws {
    try db.run(
      """
      UPDATE outbox SET state = 'pending', process = NULL, next_at = ?
      WHERE uid = ? AND state = 'claimed' AND process = ?
      """, .date(at), id.blob, .text(ProcessMark.current))
  }

  /// Sends a message once more because a person says so: one that failed, is unknown, or waits for its next attempt;
  /// a webhook's also when it was sent.
  /// - Throws: ``StoreError/notFound(entity:id:)``, ``StoreError/outboxNotResendable(id:state:)``.
  public func resendOutbox(_ id: OutboxID) throws -> OutboxItem {
    guard let item = try outboxItem(id) else {
      throw StoreError.notFound(entity: "outbox", id: id.description)
    }
    let mayBe: Set<OutboxItem.State> =
      item.kind == .webhook ? [.pending, .failed, .unknown, .sent] : [.pending, .failed, .unknown]
    guard mayBe.contains(item.state), item.hasPayload else {
      throw StoreError.outboxNotResendable(id: id.description, state: item.state.rawValue)
    }
    try db.run(
      "UPDATE outbox SET state = 'pending', ended_at = NULL, next_at = ? WHERE uid = ?", .date(at), id.blob)
    try audit("resend", entity: "outbox", id: id.description)
    return try outboxItem(id)!
  }

  /// Takes a message back that has not left.
  /// - Throws: as ``resendOutbox(_:)``.
  public func withdrawOutbox(_ id: OutboxID) throws {
    guard let item = try outboxItem(id) else {
      throw StoreError.notFound(entity: "outbox", id: id.description)
    }
    guard item.state == .pending else {
      throw StoreError.outboxNotResendable(id: id.description, state: item.state.rawValue)
    }
    try db.run(
      """
      UPDATE outbox SET state = 'failed', next_at = NULL, ended_at = ?, code = 'outbox.withdrawn', message = NULL,
        payload = NULL WHERE uid = ?
      """, .date(at), id.blob)
    try audit("withdraw", entity: "outbox", id: id.description)
  }

  /// Forgets messages that ended before an instant.
  /// - Returns: how many.
  public func removeOutbox(endedBefore instant: Date) throws -> Int {
    try db.run(
      "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE ended_at < ? ORDER BY ended_at LIMIT 5000)",
      .date(instant))
    return db.changedRows
  }

  private func end(_ row: Int64, _ id: OutboxID, _ kind: OutboxItem.Kind, _ outcome: OutboxOutcome) throws {
    var state = OutboxItem.State.pending
    var word = "later"
    var next: Date?
    let (code, message): (String?, String)
    switch outcome {
    case .sent(let text): (state, word, code, message) = (.sent, "sent", nil, text)
    case .later(let why, let text, let date): (next, code, message) = (date, why, text)
    case .unknown(let why, let text): (state, word, code, message) = (.unknown, "unknown", why, text)
    case .failed(let why, let text): (state, word, code, message) = (.failed, "failed", why, text)
    }
    // The content of a mail that arrived is no longer needed; it may hold a link that lets somebody in.
    let forgets = kind == .mail && state == .sent
    try db.run(
      """
      UPDATE outbox SET state = ?, process = NULL, attempts = attempts + 1, next_at = ?, ended_at = ?, code = ?,
        message = ?, payload = CASE WHEN ? THEN NULL ELSE payload END WHERE id = ?
      """, .text(state.rawValue), .date(next), state == .pending ? .null : .date(at), .optional(code),
      .text(message), .bool(forgets), .int(row))
    try db.run(
      """
      INSERT INTO outbox_attempt (outbox_id, number, at, outcome, code, message)
      SELECT id, attempts, ?, ?, ?, ? FROM outbox WHERE id = ?
      """, .date(at), .text(word), .optional(code), .text(message), .int(row))
    if kind == .mail, state != .pending {
      try audit(
        word, entity: "outbox", id: id.description,
        after: try JSONText.encode(code.map { ["code": $0] } ?? [:]))
    }
  }
}
