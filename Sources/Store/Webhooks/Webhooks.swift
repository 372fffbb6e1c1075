import CRM
import Foundation

extension ReadAccess {
  /// All webhooks, the oldest first.
  public func webhooks() throws -> [Webhook] {
    try db.all("SELECT \(webhookColumns) ORDER BY w.id", body: readWebhook)
  }

  public func webhook(_ id: WebhookID) throws -> Webhook? {
    try db.first("SELECT \(webhookColumns) WHERE w.uid = ?", id.blob, body: readWebhook)
  }

  /// Address and secrets of a webhook at an instant; nil when there is none.
  /// - Throws: ``StoreError/sealBroken(table:record:field:)`` when the one or the newest of the others does not open.
  public func webhookTarget(_ id: WebhookID, at: Date) throws -> WebhookTarget? {
    let found = try db.first(
      "SELECT url, state, \(WebhookSecrets.columns) FROM webhook WHERE uid = ?", id.blob
    ) { c in
      (
        target: WebhookTarget(id: id, url: c.text(0), state: try c.value(1, in: "webhook"), secrets: []),
        sealed: WebhookSecrets.read(c, from: 2, at: at)
      )
    }
    guard var found else { return nil }
    let vault = try vault()
    found.target.url = try WebhookAddress.open(found.target.url, of: id, in: vault)
    found.target.secrets = try webhookSecrets.open(found.sealed, of: id, in: vault)
    return found.target
  }

  /// Webhooks whose secret does not open: nothing can be signed for them.
  public func webhooksWithoutSecret() throws -> [WebhookID] {
    try webhookSecrets.unreadable(in: self, try vault())
  }

  /// Whether ``Writer/tellWebhooks(limit:)`` would find changes: asked often, so without a write.
  public func hasWebhookNews() throws -> Bool {
    try db.first(
      "SELECT 1 FROM webhook WHERE state = 'active' AND told < (SELECT max(id) FROM audit) LIMIT 1",
      body: { _ in true }) ?? false
  }
}

private let webhookColumns = """
  w.uid, w.url, w.note, w.events, w.state, w.failures, w.reason, w.former_until, w.version, u.uid, w.created_at,
  w.changed_at FROM webhook w LEFT JOIN user u ON u.id = w.created_by
  """

extension ReadAccess {
  private func readWebhook(_ c: Columns) throws -> Webhook {
    Webhook(
      id: c.id(0), url: try address(c.text(1), of: c.id(0)), note: c.text(2),
      events: try JSONText.decode(WebhookEvents.self, from: c.text(3), table: "webhook"),
      state: try c.value(4, in: "webhook"), failures: c.int(5), reason: c.textOrNil(6),
      formerSecretUntil: c.dateOrNil(7), version: c.int(8), createdBy: c.idOrNil(9), createdAt: c.date(10),
      changedAt: c.date(11))
  }

  /// One that does not open stops its own calls; the webhook is still listed, paused and removed.
  private func address(_ stored: String, of id: WebhookID) throws -> String {
    do {
      return try WebhookAddress.open(stored, of: id, in: try vault())
    } catch StoreError.sealBroken {
      return WebhookAddress.unknown
    }
  }
}

private typealias WebhookSecrets = SigningSecrets<Webhook>
private let webhookSecrets = WebhookSecrets(table: "webhook")

/// What the audit trail keeps of a webhook: never a secret, so of its address scheme, host and port alone.
private struct WebhookImage: Encodable {
  var url: String
  var note: String
  var events: WebhookEvents
  var state: Webhook.State
  var reason: String?
  var version: Int

  init(_ webhook: Webhook) {
    url = Self.shown(webhook.url)
    note = webhook.note
    events = webhook.events
    state = webhook.state
    reason = webhook.reason
    version = webhook.version
  }

  /// An address with … for what stands behind the host, which often lets in whoever has it.
  private static func shown(_ url: String) -> String {
    guard let slashes = url.range(of: "://") else { return WebhookAddress.unknown }
    let rest = url.unicodeScalars[slashes.upperBound...]
    let end = rest.firstIndex { "/?#\\".unicodeScalars.contains($0) } ?? rest.endIndex
    let begin = rest[..<end].lastIndex(of: "@").map(rest.index(after:)) ?? rest.startIndex
    let origin = String(url[..<slashes.upperBound]) + String(rest[begin..<end])
    let target = String(rest[end...])
    return origin + (["", "/"].contains(target) ? target : "/…")
  }
}

extension Writer {
  /// Adds a webhook that is told of changes from now on.
  /// - Parameter secret: `whsec_` and base64; shown to nobody afterwards.
  /// - Throws: ``StoreError/badValue(field:detail:)`` for an address longer than ``Webhook/longestURL``.
  public func addWebhook(url: String, note: String, events: WebhookEvents, secret: String) throws -> Webhook {
    let id = WebhookID.new()
    let vault = try vault()
    let address = try WebhookAddress.seal(url, of: id, in: vault)
    let sealed = try webhookSecrets.seal(secret, of: id, in: vault)
    try db.run(
      """
      INSERT INTO webhook (uid, url, note, events, secret, state, told, created_by, created_at, changed_at)
      VALUES (?, ?, ?, ?, ?, 'active', (SELECT ifnull(max(id), 0) FROM audit), ?, ?, ?)
      """, id.blob, .text(address), .text(note.composed), .text(try JSONText.encode(events)), .blob(sealed),
      try userRow(actor.user), .date(at), .date(at))
    let webhook = try required(id)
    try keep("create", webhook, before: nil)
    return webhook
  }

  /// Changes what a person may change; made active again it is told of what happened meanwhile.
  /// - Parameter version: the one the change is based on; nil whatever it is.
  /// - Throws: ``StoreError/notFound(entity:id:)``, ``StoreError/staleVersion(entity:id:expected:actual:)``,
  ///   ``StoreError/badValue(field:detail:)`` for an address longer than ``Webhook/longestURL``.
  @discardableResult
  public func updateWebhook(
    _ id: WebhookID, url: String? = nil, note: String? = nil, events: WebhookEvents? = nil,
    isActive: Bool? = nil, version: Int? = nil
  ) throws -> Webhook {
    let before = try required(id)
    if let version, version != before.version {
      throw StoreError.staleVersion(
        entity: "webhook", id: id.description, expected: version, actual: before.version)
    }
    var state = before.state
    if let isActive { state = isActive ? .active : before.state == .disabled ? .disabled : .paused }
    try sealAddress(of: id, as: url)
    try db.run(
      """
      UPDATE webhook SET note = ?, events = ?, state = ?, reason = ?, failures = ?,
        version = version + 1, changed_at = ? WHERE uid = ?
      """, .text((note ?? before.note).composed),
      .text(try JSONText.encode(events ?? before.events)), .text(state.rawValue),
      .optional(state == .disabled ? before.reason : nil),
      .int(state == .active && before.state != .active ? 0 : before.failures), .date(at), id.blob)
    let after = try required(id)
    try keep("update", after, before: before)
    return after
  }

  /// Gives a webhook a new secret; until `former` its calls are signed with the one before too.
  public func rotateWebhookSecret(_ id: WebhookID, to secret: String, former until: Date) throws {
    let before = try required(id)
    try webhookSecrets.rotate(id, to: secret, former: until, in: self)
    try sealAddress(of: id)
    try keep("rotateSecret", try required(id), before: before)
  }

  /// Removes a webhook; what waits for it is not sent.
  public func removeWebhook(_ id: WebhookID) throws {
    let before = try required(id)
    try dropCalls(of: id, code: "webhook.removed", states: [.pending, .claimed, .sending])
    try delete(WebhookImage(before), id, from: "webhook", entity: "webhook")
  }

  /// Notes whether an address took a call. Housekeeping: no audit row.
  public func noteWebhookCall(_ id: WebhookID, taken: Bool) throws {
    try db.run(
      "UPDATE webhook SET failures = CASE WHEN ? THEN 0 ELSE failures + 1 END WHERE uid = ?", .bool(taken),
      id.blob)
    try sealAddress(of: id)
  }

  /// Ends the calls of an address that refused for long, with those that wait.
  public func disableWebhook(_ id: WebhookID, reason: String) throws {
    let before = try required(id)
    guard before.state != .disabled else { return }
    // Those under way end by themselves: they may have been taken.
    try dropCalls(of: id, code: "webhook.disabled", states: [.pending])
    try db.run(
      """
      UPDATE webhook SET state = 'disabled', reason = ?, version = version + 1, changed_at = ? WHERE uid = ?
      """, .text(reason), .date(at), id.blob)
    try sealAddress(of: id)
    try keep("disable", try required(id), before: before)
  }

  /// Puts a call into the outbox that tells of nothing, to try an address.
  public func pingWebhook(_ id: WebhookID) throws -> OutboxID {
    _ = try required(id)
    return try post(
      .webhook, to: id.description, webhook: .int(try row(id)), subject: WebhookBody.ping,
      payload: try WebhookBody(ping: at).bytes,
      once: "ping:\(id):\(OutboxID.new())")!
  }

  /// Puts a call into the outbox for each change that an active webhook wants to be told of and was not yet. The place
  /// each has come to moves in the same transaction, so none is left out or told twice.
  /// - Parameter limit: changes looked at for each webhook.
  /// - Returns: how many calls.
  public func tellWebhooks(limit: Int = 500) throws -> Int {
    let waiting = try db.all(
      "SELECT uid, events, told FROM webhook WHERE state = 'active' AND told < (SELECT max(id) FROM audit)"
    ) { c in
      (
        id: c.id(0, of: Webhook.self),
        events: try JSONText.decode(WebhookEvents.self, from: c.text(1), table: "webhook"), told: c.int64(2)
      )
    }
    var calls = 0
    for webhook in waiting {
      var told = webhook.told
      for change in try changes(behind: told, limit: limit) {
        told = change.number
        guard webhook.events.contains(entity: change.entity, action: change.action) else { continue }
        let posted = try post(
          .webhook, to: webhook.id.description, webhook: .int(try row(webhook.id)), subject: change.type,
          payload: try WebhookBody(change).bytes,
          once: "change:\(webhook.id):\(change.number)")
        if posted != nil { calls += 1 }
      }
      try db.run("UPDATE webhook SET told = ? WHERE uid = ?", .int(told), webhook.id.blob)
    }
    return calls
  }

  private func required(_ id: WebhookID) throws -> Webhook {
    guard let webhook = try webhook(id) else {
      throw StoreError.notFound(entity: "webhook", id: id.description)
    }
    return webhook
  }

  private func row(_ id: WebhookID) throws -> Int64 {
    try db.first("SELECT id FROM webhook WHERE uid = ?", id.blob) { $0.int64(0) } ?? 0
  }

  private func keep(_ action: String, _ webhook: Webhook, before: Webhook?) throws {
    try audit(
      action, entity: "webhook", id: webhook.id.description,
      before: try before.map { try JSONText.encode(WebhookImage($0)) },
      after: try JSONText.encode(WebhookImage(webhook)))
  }

  private func dropCalls(of id: WebhookID, code: String, states: [OutboxItem.State]) throws {
    let names = states.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    try db.run(
      """
      UPDATE outbox SET state = 'failed', next_at = NULL, process = NULL, ended_at = ?, code = ?
      WHERE webhook_id = ? AND state IN (\(names))
      """, .date(at), .text(code), .int(try row(id)))
  }
}
