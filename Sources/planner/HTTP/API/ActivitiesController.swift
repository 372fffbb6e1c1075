import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// What happened with partners: visits, calls, meetings, mails, notes.
struct ActivitiesController: Sendable {
  let services: Services

  func addRoutes(to table: RouteTable) {
    table.api(.get, "activities", "listActivities", access: .needs(.readRecords), services, list)
    table.api(.get, "activities/{id}", "showActivity", access: .needs(.readRecords), services, show)
    table.api(
      .post, "partners/{id}/activities", "recordActivity", access: .needs(.recordActivities), services, record
    )
  }

  static let parameters = ["partner", "author", "kind", "from", "to", "sort", "limit", "cursor"]
  static let sorts = ["at", "-at"]
  static let pastHint = "give when it happened; plan what is to come"

  private static func json(_ activity: Activity, logins: [UserID: String]) -> JSONValue {
    .object([
      ("id", .id(activity.id)), ("kind", .string(activity.kind.rawValue)), ("partner", .id(activity.partner)),
      ("at", .instant(activity.at)), ("author", .optional(activity.author.flatMap { logins[$0] })),
      ("outcome", .string(activity.outcome)), ("text", .string(activity.text)),
      ("stop", .optional(activity.stop)),
    ])
  }

  private func list(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query(Self.parameters)
    var wanted = ActivityQuery()
    wanted.partner = try query.id("partner")
    wanted.author = try query.logins("author")
    wanted.kind = try query.choices("kind") ?? []
    (wanted.from, wanted.to) = (try query.instant("from"), try query.instant("to"))
    wanted.newestFirst = try query.order(Self.sorts) != "at"
    wanted.limit = try query.integer("limit", 1...500) ?? 50
    wanted.after = try query.cursor()
    let (asked, scope) = (wanted, call.viewer.scope)
    return try await call.read { reader in
      let page = try reader.activityPage(asked, scope: scope)
      let logins = try TripResource.logins(reader)
      return APIPage.answer(
        page.items.map { Self.json($0, logins: logins) }, next: page.next?.text, call: call)
    }
  }

  private func show(_ call: APICall) async throws -> APIAnswer {
    let id: ActivityID = try call.id("activity")
    _ = try call.query()
    let viewer = call.viewer
    return try await call.read { reader in
      guard let activity = try reader.activity(id), let partner = try reader.partner(activity.partner),
        viewer.sees(partner.responsible)
      else { throw StoreError.notFound(entity: "activity", id: id.description) }
      return .ok(Self.json(activity, logins: try TripResource.logins(reader)))
    }
  }

  private func record(_ call: APICall) async throws -> APIAnswer {
    let id: PartnerID = try call.id("partner")
    let body = try call.body().object(["kind", "at", "outcome", "text"])
    let kind: Activity.Kind = try body.required("kind").choice()
    let at = try body.value("at")?.past(call.now, hint: Self.pastHint) ?? call.now
    let activity = Activity(
      kind: kind, partner: id, at: Instant.rounded(at),
      author: call.viewer.user,
      outcome: try body["outcome"]?.text(0...2000, lines: true) ?? "",
      text: try body["text"]?.text(0...20_000, lines: true) ?? "")
    let viewer = call.viewer
    return try await call.commit { writer in
      _ = try PartnersController.own(id, viewer, writer)
      try writer.record(activity: activity)
      return .created(
        Self.json(activity, logins: try TripResource.logins(writer)),
        at: "/api/v1/activities/\(activity.id)")
    }
  }
}
