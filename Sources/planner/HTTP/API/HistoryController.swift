import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// What happened with a partner, and the protected data of its people.
struct HistoryController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(
      .get, "partners/{id}/timeline", "showTimeline", access: .needs(.readRecords), services, timeline)
    table.api(
      .get, "contacts/{id}/protected", "listProtected", access: .needs(.readRecords), services
    ) { call in
      _ = try call.query()
      let (id, viewer) = (try Self.contact(call), call.viewer)
      return try await call.read { reader in
        try Self.see(id, viewer, reader)
        let items = try reader.maskedFields(of: .contact(id)).map { field in
          JSONValue.object([
            ("field", .string(field.field.rawValue)), ("masked", .string(field.masked)),
            ("setAt", .instant(field.setAt)),
          ])
        }
        return APIPage.answer(items, next: nil, call: call)
      }
    }
    table.api(
      .put, "contacts/{id}/protected/{field}", "setProtected", access: .needs(.revealPersonalData), services
    ) { call in
      let (id, viewer, field) = (try Self.contact(call), call.viewer, try Self.field(call))
      let value = try call.body().object(["value"]).required("value").text(1...200)
      return try await call.commit(isSecret: true) { writer in
        try Self.see(id, viewer, writer, toChange: true)
        try writer.setProtected(field, of: .contact(id), value: value)
        return .done
      }
    }
    table.api(
      .post, "contacts/{id}/protected/{field}/reveal", "revealProtected", access: .needs(.revealPersonalData),
      services
    ) { call in
      let (id, viewer, field) = (try Self.contact(call), call.viewer, try Self.field(call))
      let reason = try call.body().object(["reason"]).required("reason").text(3...500)
      return try await call.commit(isSecret: true) { writer in
        try Self.see(id, viewer, writer)
        let value = try writer.reveal(field, of: .contact(id), reason: reason)
        return .ok(.object([("field", .string(field.rawValue)), ("value", .string(value))]))
      }
    }
    table.api(
      .get, "contacts/{id}/disclosures", "listDisclosures", access: .needs(.readAudit), services
    ) { call in
      _ = try call.query()
      let (id, viewer) = (try Self.contact(call), call.viewer)
      return try await call.read { reader in
        try Self.see(id, viewer, reader)
        let items = try reader.disclosures(of: .contact(id)).map { one in
          JSONValue.object([
            ("at", .instant(one.at)), ("user", .optional(one.user)), ("actor", .string(one.actor)),
            ("field", .string(one.field)), ("reason", .string(one.reason)),
          ])
        }
        return APIPage.answer(items, next: nil, call: call)
      }
    }
    table.api(
      .post, "contacts/{id}/erasure", "eraseProtected", access: .needs(.manageService), services
    ) { call in
      let id = try Self.contact(call)
      let reason = try call.body().object(["reason"]).required("reason").text(3...500)
      return try await call.commit { writer in
        let erased = try writer.erase(.contact(id), reason: reason)
        return .ok(.object([("erased", .texts(erased.map(\.rawValue)))]))
      }
    }
    addRetention(to: table)
  }

  private func addRetention(to table: RouteTable) {
    table.api(.get, "retention", "listRetention", access: .needs(.manageService), services) { call in
      _ = try call.query()
      return try await call.read { reader in
        let items = try reader.retentionRules().map { rule in
          JSONValue.object([("field", .string(rule.field.rawValue)), ("days", .int(rule.days))])
        }
        return APIPage.answer(items, next: nil, call: call)
      }
    }
    table.api(.put, "retention/{field}", "setRetention", access: .needs(.manageService), services) { call in
      let field = try Self.field(call)
      let member = try call.body().object(["days"]).required("days")
      let days = member.isNull ? nil : try member.integer(1...36_500)
      return try await call.commit { writer in
        try writer.setRetention(field, days: days)
        return .ok(.object([("field", .string(field.rawValue)), ("days", .optional(days))]))
      }
    }
  }

  private static func contact(_ call: APICall) throws -> ContactPersonID { try call.id("contact") }

  private static func field(_ call: APICall) throws -> ProtectedField {
    let name = call.parameter("field")
    guard let field = ProtectedField(rawValue: name) else {
      throw APIError.notFound(entity: "protected field", id: name)
    }
    return field
  }

  private static func see(
    _ id: ContactPersonID, _ viewer: Viewer, _ reader: some ReadAccess, toChange: Bool = false
  ) throws {
    guard let partner = try reader.partner(ofContact: id) else {
      throw StoreError.notFound(entity: "contact", id: id.description)
    }
    _ =
      try toChange
      ? PartnersController.own(partner, viewer, reader) : PartnersController.visible(partner, viewer, reader)
  }

  // MARK: Timeline

  private func timeline(_ call: APICall) async throws -> APIAnswer {
    let id: PartnerID = try call.id("partner")
    let query = try call.query("limit", "cursor")
    let limit = try query.integer("limit", 1...500) ?? 50
    let before = try query.text("cursor").map { text in
      guard let cursor = TimelineCursor(text) else { throw APIError.badCursor }
      return cursor
    }
    let viewer = call.viewer
    return try await call.read { reader in
      _ = try PartnersController.visible(id, viewer, reader)
      let entries = try reader.timeline(
        of: id, before: before, limit: limit, scope: viewer.scope, withDisclosures: viewer.may(.readAudit))
      let next = entries.count == limit ? entries.last?.cursor.description : nil
      return APIPage.answer(entries.map(Self.json), next: next, call: call)
    }
  }

  private static func json(_ entry: TimelineEntry) -> JSONValue {
    func parsed(_ text: String?) -> JSONValue {
      text.flatMap { try? JSONValue(parsing: Array($0.utf8)) } ?? .null
    }
    func trip(_ trip: TimelineEntry.TripReference) -> JSONValue {
      .object([
        ("id", .id(trip.id)), ("title", .string(trip.title)), ("state", .string(trip.state.rawValue)),
        ("task", .optional(trip.task)),
      ])
    }
    let content: [(String, JSONValue)] =
      switch entry.content {
      case .change(let action, let entity, let id, let before, let after):
        [
          ("kind", "change"), ("action", .string(action)), ("entity", .string(entity)), ("id", .string(id)),
          ("before", parsed(before)), ("after", parsed(after)),
        ]
      case .activity(let activity):
        [
          ("kind", "activity"), ("activity", .string(activity.kind.rawValue)), ("id", .id(activity.id)),
          ("outcome", .string(activity.outcome)), ("text", .string(activity.text)),
        ]
      case .stop(let of, let stop, let date, let visit, let outcome):
        [
          ("kind", "stop"), ("trip", trip(of)), ("id", .id(stop)), ("date", .string(date.description)),
          ("visit", .string(visit.rawValue)), ("outcome", .string(outcome)),
        ]
      case .leftOut(let of, let reason, let detail):
        [
          ("kind", "leftOut"), ("trip", trip(of)), ("reason", .string(reason.rawValue)),
          ("detail", .string(detail)),
        ]
      }
    return .object(
      [
        ("at", .instant(entry.at)), ("user", .optional(entry.user)), ("actor", .string(entry.actor)),
      ] + content)
  }
}
