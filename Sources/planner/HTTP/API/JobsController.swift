import CRM
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// Long work: what it is, how far it is, what came of it.
struct JobsController: Sendable {
  let services: Services
  let background: Background

  func addRoutes(to table: RouteTable) {
    table.api(.get, "jobs", "listJobs", access: .reads(or: .manageService, .manageTags), services, list)
    table.api(.get, "jobs/{id}", "showJob", access: .reads(or: .manageService, .manageTags), services) {
      call in
      _ = try call.query()
      return .ok(Self.json(try await job(call)))
    }
    table.api(.delete, "jobs/{id}", "cancelJob", access: .needs(.editTasks), services) { call in
      let job = try await job(call)
      return .ok(Self.json(try await background.cancel(job.id, as: call.identity.actor, at: call.now)))
    }
    table.add(
      .get, "/api/v1/jobs/{id}/events", "watchJob", access: .reads(or: .manageService, .manageTags), watch)
    table.add(
      .get, "/api/v1/jobs/{id}/files/{name}", "showJobFile", access: .reads(or: .manageService, .manageTags),
      file)
  }

  private func list(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query("limit", "cursor")
    let limit = try query.integer("limit", 1...500) ?? 50
    let before: JobID? = try query.id("cursor")
    let scope = call.viewer.may(.manageService) ? RecordScope.all : .responsible([call.identity.user.id])
    return try await call.read { reader in
      let jobs = try reader.jobs(scope: scope, before: before, limit: limit + 1)
      let page = jobs.prefix(limit)
      return APIPage.answer(
        page.map(Self.json), next: jobs.count > limit ? page.last?.id.description : nil, call: call)
    }
  }

  /// The job, when it is the asker's own or he runs the service.
  private func job(_ call: APICall) async throws -> Job {
    let id: JobID = try call.id("job")
    return try await Self.job(id, for: call.viewer, services)
  }

  private static func job(_ id: JobID, for viewer: Viewer, _ services: Services) async throws -> Job {
    let database = services.database
    let found = try await services.threads.runIfActive { try database.read { try $0.job(id) } }
    guard let found, found.requestedBy == viewer.user || viewer.may(.manageService) else {
      throw APIError.notFound(entity: "job", id: id.description)
    }
    return found
  }

  private func job(_ context: PageContext) async throws -> Job {
    let text = context.parameters.get("id") ?? ""
    guard let id = JobID(text), let viewer = context.identity?.viewer else {
      throw APIError.notFound(entity: "job", id: text)
    }
    return try await Self.job(id, for: viewer, services)
  }

  static func json(_ job: Job) -> JSONValue {
    func parsed(_ text: String?) -> JSONValue {
      text.flatMap { try? JSONValue(parsing: Array($0.utf8)) } ?? .null
    }
    let failure: JSONValue =
      job.failure.map { .object([("code", .string($0.code)), ("message", .string($0.message))]) } ?? .null
    return .object([
      ("id", .id(job.id)), ("kind", .string(job.kind)), ("state", .string(job.state.rawValue)),
      ("done", .int(job.done)), ("total", .optional(job.total)), ("result", parsed(job.result)),
      ("failure", failure), ("created", .instant(job.createdAt)), ("started", .optional(job.startedAt)),
      ("finished", .optional(job.finishedAt)),
    ])
  }

  /// Server-sent events (WHATWG HTML §9.2): one `job` event with each change, up to the job's end.
  @Sendable private func watch(request: Request, context: PageContext) async throws -> Response {
    let first = try await job(context)
    let board = background.jobs.board
    let database = services.database
    return Response(
      status: .ok,
      headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        for try await job in board.events(first.id, in: database) {
          let text = Self.json(job).json
          try await writer.write(ByteBuffer(string: "event: job\ndata: \(text)\n\n"))
        }
        try await writer.finish(nil)
      })
  }

  /// Files that a job made, under the names its result gives.
  @Sendable private func file(request: Request, context: PageContext) async throws -> Response {
    let job = try await job(context)
    let name = context.parameters.get("name") ?? ""
    guard [ImportJob.report, GeocodeJob.output, GeocodeJob.review].contains(name), job.state.isEnded else {
      throw APIError.notFound(entity: "file", id: name)
    }
    let path = try background.jobs.spool.path(job.id, name)
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw APIError.notFound(entity: "file", id: name)
    }
    let threads = services.threads
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store",
        .contentDisposition: "attachment; filename=\"\(name)\"",
      ],
      body: ResponseBody(contentLength: Int(try handle.seekToEnd())) { writer in
        try handle.seek(toOffset: 0)
        while let part = try await threads.runIfActive({ try handle.read(upToCount: 64 << 10) }),
          !part.isEmpty
        {
          try await writer.write(ByteBuffer(data: part))
        }
        try handle.close()
        try await writer.finish(nil)
      })
  }
}
