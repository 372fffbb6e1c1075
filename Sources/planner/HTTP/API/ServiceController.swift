import CRM
import Foundation
import Geo
import Hummingbird
import Outbound
import Store

/// What an administrator looks at and sets: workers, webhooks, the trail of changes, search of everything.
struct ServiceController: Sendable {
  let services: Services
  let background: Background

  func addRoutes(to table: RouteTable) {
    table.api(.get, "workers", "listWorkers", access: .needs(.manageService), services) { call in
      _ = try call.query()
      let status = try await background.workerStatus()
      return APIPage.answer(try status.map { try JSONValue.encoding($0) }, next: nil, call: call)
    }
    table.api(.post, "workers/{name}/run", "runWorker", access: .needs(.manageService), services) { call in
      try await background.askWorker(call.parameter("name"), as: call.identity.actor, at: call.now)
      return .accepted(.object([("asked", .string(call.parameter("name")))]), at: "/api/v1/workers")
    }
    table.api(.get, "changes", "listChanges", access: .needs(.readRecords), services, changes)
    table.api(.get, "audit", "listAudit", access: .needs(.readAudit), services, audit)
    table.api(.get, "webhooks", "listWebhooks", access: .needs(.manageService), services) { call in
      _ = try call.query()
      return try await call.read { APIPage.answer(try $0.webhooks().map(Self.json), next: nil, call: call) }
    }
    table.api(.post, "webhooks", "createWebhook", access: .needs(.manageService), services, addWebhook)
    table.api(.get, "webhooks/{id}", "showWebhook", access: .needs(.manageService), services) { call in
      let id: WebhookID = try call.id("webhook")
      _ = try call.query()
      return try await call.read { reader in
        guard let webhook = try reader.webhook(id) else {
          throw StoreError.notFound(entity: "webhook", id: id.description)
        }
        return .ok(Self.json(webhook), version: webhook.version)
      }
    }
    table.api(
      .patch, "webhooks/{id}", "changeWebhook", access: .needs(.manageService), services, changeWebhook)
    table.api(.delete, "webhooks/{id}", "removeWebhook", access: .needs(.manageService), services) { call in
      let id: WebhookID = try call.id("webhook")
      return try await call.commit { writer in
        try writer.removeWebhook(id)
        return .done
      }
    }
    table.api(.post, "webhooks/{id}/ping", "pingWebhook", access: .needs(.manageService), services) { call in
      let id: WebhookID = try call.id("webhook")
      return try await call.commit { writer in
        .accepted(.object([("message", .id(try writer.pingWebhook(id)))]), at: "/api/v1/webhooks/\(id)")
      }
    }
    table.api(.post, "webhooks/{id}/secret", "rotateSecret", access: .needs(.manageService), services) {
      call in
      let id: WebhookID = try call.id("webhook")
      return try await call.commit(isSecret: true) { writer in
        let secret = try SigningSecret.rotate(at: writer.at) {
          try writer.rotateWebhookSecret(id, to: $0, former: $1)
        }
        return SigningSecret.answer(secret, of: "/api/v1/webhooks/\(id)")
      }
    }
  }

  // MARK: Changes

  private func changes(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query("after", "limit")
    let limit = try query.integer("limit", 1...1000) ?? 100
    let after = try query.text("after")
    let scope = call.viewer.scope
    return try await call.read { reader in
      if after == "now" {
        return Self.page(ChangePage(changes: [], next: try reader.newestCursor(), hasMore: false))
      }
      let cursor = try after.map { text in
        guard let cursor = ChangeCursor(text) else { throw ChangeFeedError.unreadable }
        return cursor
      }
      return Self.page(try reader.changes(after: cursor, limit: limit, scope: scope))
    }
  }

  private static func page(_ page: ChangePage) -> APIAnswer {
    .ok(
      .object([
        (
          "changes",
          .array(
            page.changes.map { change in
              .object([
                ("at", .instant(change.at)), ("type", .string(change.type)),
                ("entity", .string(change.entity)),
                ("id", .string(change.id)), ("action", .string(change.action)),
                ("version", .optional(change.version)), ("actor", .string(change.actor)),
                ("user", .optional(change.user)),
              ])
            })
        ), ("next", .string(page.next.description)), ("hasMore", .bool(page.hasMore)),
      ]))
  }

  /// The trail holds records whole, so it is for whoever sees them all.
  static func checkTrail(_ viewer: Viewer) throws {
    guard viewer.scope == .all else {
      throw APIError.forbidden("the audit trail is read by whoever sees everything")
    }
  }

  private func audit(_ call: APICall) async throws -> APIAnswer {
    try Self.checkTrail(call.viewer)
    let query = try call.query("entity", "record", "user", "from", "to", "limit", "cursor")
    var wanted = AuditQuery()
    wanted.entity = try query.text("entity")
    wanted.record = try query.text("record")
    wanted.user = try query.list("user")?.map { $0.lowercased() } ?? []
    wanted.from = try query.instant("from")
    wanted.to = try query.instant("to")
    wanted.limit = try query.integer("limit", 1...500) ?? 50
    wanted.after = try query.cursor()
    let asked = wanted
    return try await call.read { reader in
      let page = try reader.auditPage(asked)
      let items = page.items.map { row in
        func parsed(_ text: String?) -> JSONValue {
          text.flatMap { try? JSONValue(parsing: Array($0.utf8)) } ?? .null
        }
        return JSONValue.object([
          ("at", .instant(row.at)), ("user", .optional(row.user)), ("actor", .string(row.actor)),
          ("entity", .string(row.entity)), ("id", .string(row.id)), ("action", .string(row.action)),
          ("before", parsed(row.before)), ("after", parsed(row.after)),
        ])
      }
      return APIPage.answer(items, next: page.next?.text, call: call)
    }
  }

  // MARK: Webhooks

  private static func json(_ webhook: Webhook) -> JSONValue {
    .object([
      ("id", .id(webhook.id)), ("url", .string(webhook.url)), ("note", .string(webhook.note)),
      ("events", .texts(webhook.events.patterns)), ("state", .string(webhook.state.rawValue)),
      ("failures", .int(webhook.failures)), ("reason", .optional(webhook.reason)),
      ("version", .int(webhook.version)), ("created", .instant(webhook.createdAt)),
      ("changed", .instant(webhook.changedAt)), ("formerSecretUntil", .optional(webhook.formerSecretUntil)),
    ])
  }

  private static func address(_ field: RequestField) throws -> String {
    let text = try field.text(8...Webhook.longestURL)
    do {
      _ = try OutboundURL(text)
    } catch {
      throw field.fault(error.message, hint: error.hint)
    }
    guard text.utf8.count <= Webhook.longestURL else {
      throw field.fault(
        "it is longer than \(Webhook.longestURL) bytes", hint: "give a shorter address")
    }
    return text
  }

  private static func events(_ field: RequestField) throws -> WebhookEvents {
    let patterns = try field.array(limit: 100).map { try $0.text(1...100) }
    do {
      return try WebhookEvents(patterns)
    } catch {
      throw field.fault(error.message, hint: "write partner.update, partner.* or *")
    }
  }

  private func addWebhook(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object(["url", "note", "events"])
    let url = try Self.address(body.required("url"))
    let note = try body["note"]?.text(0...500) ?? ""
    let events = try body["events"].map(Self.events) ?? WebhookEvents(["*"])
    let secret = WebhookSignature.newSecret()
    return try await call.commit(isSecret: true) { writer in
      let made = try writer.addWebhook(url: url, note: note, events: events, secret: secret)
      return SigningSecret.answer(
        secret, of: "/api/v1/webhooks/\(made.id)", made: Self.json(made), version: made.version)
    }
  }

  private func changeWebhook(_ call: APICall) async throws -> APIAnswer {
    let id: WebhookID = try call.id("webhook")
    let field = try call.body()
    let body = try field.object(["url", "note", "events", "active"])
    let version = try call.version()
    let url = try body["url"].map(Self.address)
    let note = try body["note"]?.text(0...500)
    let events = try body["events"].map(Self.events)
    let active = try body["active"]?.bool()
    let current: @Sendable (Reader) throws -> JSONValue = { try $0.webhook(id).map(Self.json) ?? .null }
    return try await call.edit(field.value, current: current, isSecret: true) { writer in
      let after = try writer.updateWebhook(
        id, url: url, note: note, events: events, isActive: active, version: version)
      return .ok(Self.json(after), version: after.version)
    }
  }
}
