import CRM
import Foundation
import Store

/// The words partners are marked with: which there are, and one word for another.
struct TagsController: Sendable {
  let services: Services
  let background: Background

  func addRoutes(to table: RouteTable) {
    table.api(.get, "tags", "listTags", access: .reads(or: .manageTags), services, list)
    table.api(.post, "tags/changes", "changeTag", access: .needs(.manageTags), services, change)
  }

  private func list(_ call: APICall) async throws -> APIAnswer {
    _ = try call.query()
    let scope = call.viewer.scope
    return try await call.read { reader in
      APIPage.answer(
        try reader.tagUses(scope: scope).map {
          .object([("tag", .string($0.tag)), ("partners", .int($0.partners))])
        }, next: nil, call: call)
    }
  }

  /// Tags are changed wherever they stand, so by whoever sees everything.
  static func check(_ viewer: Viewer) throws {
    guard viewer.scope == .all else {
      throw APIError.forbidden("tags are changed by whoever sees all partners")
    }
  }

  private func change(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object(["tag", "to"])
    try Self.check(call.viewer)
    let tag = try PartnerResource.tag(try body.required("tag"))
    guard body["to"] != nil else {
      throw APIError.badField(
        path: "to", detail: "the member is missing", hint: "give another tag, or null for none")
    }
    let other = try body.value("to").map(PartnerResource.tag)
    guard other != tag else {
      throw try body.required("to").fault("\"\(tag)\" is called so already", hint: "give another tag")
    }
    let id = JobID.new()
    let input = String(decoding: try JSONEncoder().encode(TagJob(tag: tag, to: other)), as: UTF8.self)
    let answer = try await call.commit { writer in
      guard try writer.partnerCount(tagged: tag) > 0 else {
        throw StoreError.notFound(entity: "tag", id: tag)
      }
      let job = try writer.enqueueJob(kind: TagJob.kind, input: input, id: id)
      return .accepted(JobsController.json(job), at: "/api/v1/jobs/\(id)")
    }
    background.jobs.wake()
    return answer
  }
}
