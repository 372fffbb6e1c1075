import CRM
import Crypto
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import Outbound
import Store

/// Programs that tell planner what happened elsewhere: who they are, and what they say.
struct InboundController: Sendable {
  let services: Services
  /// Bytes of a message.
  static let limit = 256 << 10

  func addRoutes(to table: RouteTable) {
    table.signedAPI(.post, "inbound/{source}", "receiveMessage", limit: Self.limit, receive)
    table.api(.get, "inbound-sources", "listSources", access: .needs(.manageService), services) { call in
      _ = try call.query()
      return try await call.read {
        APIPage.answer(try $0.inboundSources().map(Self.json), next: nil, call: call)
      }
    }
    table.api(.post, "inbound-sources", "createSource", access: .needs(.manageService), services, add)
    table.api(.get, "inbound-sources/{id}", "showSource", access: .needs(.manageService), services) { call in
      let id: InboundSourceID = try call.id("inboundSource")
      _ = try call.query()
      return try await call.read { reader in
        let source = try Self.required(id, reader)
        return .ok(Self.json(source), version: source.version)
      }
    }
    table.api(
      .patch, "inbound-sources/{id}", "changeSource", access: .needs(.manageService), services, change)
    table.api(.delete, "inbound-sources/{id}", "removeSource", access: .needs(.manageService), services) {
      call in
      let id: InboundSourceID = try call.id("inboundSource")
      return try await call.commit { writer in
        try writer.removeInboundSource(id)
        return .done
      }
    }
    table.api(
      .get, "inbound-sources/{id}/messages", "listMessages", access: .needs(.manageService), services,
      messages)
    table.api(
      .post, "inbound-sources/{id}/secret", "rotateSourceSecret", access: .needs(.manageService), services
    ) { call in
      let id: InboundSourceID = try call.id("inboundSource")
      return try await call.commit(isSecret: true) { writer in
        let secret = try SigningSecret.rotate(at: writer.at) {
          try writer.rotateInboundSecret(id, to: $0, former: $1)
        }
        return SigningSecret.answer(secret, of: "/api/v1/inbound-sources/\(id)")
      }
    }
  }

  // MARK: Sources

  private static func json(_ source: InboundSource) -> JSONValue {
    .object([
      ("id", .id(source.id)), ("name", .string(source.name)), ("note", .string(source.note)),
      ("address", .string("/api/v1/inbound/\(source.name)")), ("active", .bool(source.isActive)),
      ("lastMessage", .optional(source.lastMessageAt)), ("version", .int(source.version)),
      ("created", .instant(source.createdAt)), ("changed", .instant(source.changedAt)),
      ("formerSecretUntil", .optional(source.formerSecretUntil)),
    ])
  }

  private static func required(_ id: InboundSourceID, _ reader: some ReadAccess) throws -> InboundSource {
    guard let source = try reader.inboundSource(id) else {
      throw StoreError.notFound(entity: "inboundSource", id: id.description)
    }
    return source
  }

  private func add(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object(["name", "note"])
    let name = try body.required("name").text(1...40)
    let note = try body["note"]?.text(0...500) ?? ""
    let secret = WebhookSignature.newSecret()
    return try await call.commit(isSecret: true) { writer in
      let made = try writer.addInboundSource(name: name, note: note, secret: secret)
      return SigningSecret.answer(
        secret, of: "/api/v1/inbound-sources/\(made.id)", made: Self.json(made), version: made.version)
    }
  }

  private func change(_ call: APICall) async throws -> APIAnswer {
    let id: InboundSourceID = try call.id("inboundSource")
    let field = try call.body()
    let body = try field.object(["note", "active"])
    let version = try call.version()
    let note = try body["note"]?.text(0...500)
    let active = try body["active"]?.bool()
    let current: @Sendable (Reader) throws -> JSONValue = {
      try $0.inboundSource(id).map(Self.json) ?? .null
    }
    return try await call.edit(field.value, current: current) { writer in
      let after = try writer.updateInboundSource(id, note: note, isActive: active, version: version)
      return .ok(Self.json(after), version: after.version)
    }
  }

  private func messages(_ call: APICall) async throws -> APIAnswer {
    let id: InboundSourceID = try call.id("inboundSource")
    let limit = try call.query("limit").integer("limit", 1...500) ?? 100
    return try await call.read { reader in
      _ = try Self.required(id, reader)
      return APIPage.answer(
        try reader.inboundMessages(of: id, limit: limit).map(Self.json), next: nil, call: call)
    }
  }

  private static func json(_ message: InboundMessage) -> JSONValue {
    .object([
      ("id", .string(message.id)), ("type", .string(message.type)), ("record", .optional(message.record)),
      ("at", .instant(message.at)),
    ])
  }

  // MARK: Messages

  private static func header(_ name: String, _ request: Request) -> String? {
    HTTPField.Name(name).flatMap { request.headers[$0] }
  }

  private func receive(_ call: OpenCall) async throws -> APIAnswer {
    let (database, now) = (services.database, services.now())
    let name = call.context.parameters.get("source") ?? ""
    let key = try await database.readShort(on: services.threads) { try $0.inboundKey(name, at: now) }
    let id = Self.header(WebhookSignature.idHeader, call.request)
    try WebhookSignature.verify(
      id: id, timestamp: Self.header(WebhookSignature.timestampHeader, call.request),
      signature: Self.header(WebhookSignature.signatureHeader, call.request), body: call.bytes,
      // A name that is none is refused as a wrong secret is: nobody learns which there are.
      secrets: key?.secrets ?? [], now: now)
    guard let key, let id else { throw WebhookSignatureError.wrong }
    guard key.isActive else { throw InboundError.paused(name) }
    guard id.unicodeScalars.count <= 255 else { throw InboundError.longID }
    let content = try InboundContent(call.body(), at: now)
    let fingerprint = Array(SHA256.hash(data: Data(call.bytes)))
    let actor = Actor(name: "inbound:\(name)")
    do {
      let message = try await services.writers.runIfActive {
        try database.write(as: actor, at: now) { writer in
          if let earlier = try writer.inboundMessage(id, of: key.id, fingerprint: fingerprint) {
            return earlier
          }
          let message = InboundMessage(
            id: id, type: content.type, record: try content.apply(writer), at: now)
          try writer.keep(inbound: message, of: key.id, fingerprint: fingerprint)
          return message
        }
      }
      return .ok(Self.json(message))
    } catch StoreError.otherRequest {
      throw InboundError.otherBody(id)
    }
  }
}
