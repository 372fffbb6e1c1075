import CRM
import Crypto
import Exchange
import Foundation
import Geo
import HTTPTypes
import Hummingbird
import NIOCore
import Store

/// Lists that come in: uploaded once, looked at, tried dry, imported, taken back.
struct ImportsController: Sendable {
  let services: Services
  let background: Background

  /// Bytes of an uploaded list.
  static let limit = 100 << 20

  func addRoutes(to table: RouteTable) {
    table.add(.post, "/api/v1/uploads", "createUpload", access: .needs(.importPartners), upload)
    table.api(
      .post, "uploads/{id}/preview", "previewUpload", access: .needs(.importPartners), services, preview)
    table.api(.post, "imports", "createImport", access: .needs(.importPartners), services, start)
    table.api(.get, "imports", "listImports", access: .needs(.importPartners), services, list)
    table.api(.post, "imports/{id}/undo", "undoImport", access: .needs(.importPartners), services, undo)
    table.api(
      .post, "geocode/batches", "createGeocodeBatch", access: .needs(.importPartners), services, geocode)
  }

  // MARK: Uploads

  /// Writes the body into the spool as it comes; memory does not grow with it. A repetition is told from another request
  /// by the hash of what came.
  @Sendable private func upload(request: Request, context: PageContext) async throws -> Response {
    guard let identity = context.identity else { throw APIError.signInNeeded }
    var call = APICall(
      request: request, context: context, identity: identity, services: services, bytes: [])
    _ = try call.idempotencyKey()
    let query = try QueryReader(request, known: ["name"])
    let name = try query.text("name") ?? "list.csv"
    let declared = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    guard declared <= Self.limit else { throw APIError.bodyTooLarge(limit: Self.limit) }
    let (id, spool, threads) = (JobID.new(), background.jobs.spool, services.threads)
    do {
      let file = try await threads.runIfActive { try SpoolFile(try spool.path(id, Self.file)) }
      var (size, hash) = (0, SHA256())
      for try await part in request.body {
        size += part.readableBytes
        guard size <= Self.limit else { throw APIError.bodyTooLarge(limit: Self.limit) }
        let data = Data(part.readableBytesView)
        hash.update(data: data)
        try await threads.runIfActive { try file.write(data) }
      }
      guard size > 0 else {
        throw APIError.badField(path: "body", detail: "it is empty", hint: "send the file as the body")
      }
      let note = Data("\(identity.user.id)\n\(name)".utf8)
      try await threads.runIfActive {
        try file.finish()
        let about = try SpoolFile(try spool.path(id, Self.note))
        try about.write(note)
        try about.finish()
      }
      call.digest = Array(hash.finalize())
      let answer = try await call.kept(
        .created(
          .object([("id", .id(id)), ("name", .string(name)), ("bytes", .int(size))]),
          at: "/api/v1/uploads/\(id)"))
      if answer.location != "/api/v1/uploads/\(id)" { spool.remove(id) }
      return answer.response(to: request)
    } catch {
      spool.remove(id)
      throw error
    }
  }

  private static let file = "input"
  private static let note = "upload"

  /// The file of an upload and its name, when it is the asker's own.
  private func uploaded(_ id: JobID, _ call: APICall) throws -> (path: String, name: String) {
    let folder = background.jobs.spool.folder + "/" + id.description
    guard let note = FileManager.default.contents(atPath: folder + "/" + Self.note) else {
      throw APIError.notFound(entity: "upload", id: id.description)
    }
    let lines = String(decoding: note, as: UTF8.self).split(separator: "\n", maxSplits: 1)
    guard lines.count == 2, lines[0] == call.identity.user.id.description else {
      throw APIError.notFound(entity: "upload", id: id.description)
    }
    return (folder + "/" + Self.file, String(lines[1]))
  }

  private func preview(_ call: APICall) async throws -> APIAnswer {
    let id: JobID = try call.id("upload")
    let body = try call.body().object(["mapping", "rows"])
    let mapping = try Self.mapping(body)
    let rows = try body["rows"]?.integer(1...100) ?? 20
    let (path, name) = try uploaded(id, call)
    let found = try await call.blocking {
      try UploadError.told(of: path, as: name) {
        try ImportPreview.read(path, mapping: mapping ?? ImportMapping(), rows: rows)
      }
    }
    return .ok(
      .object([
        ("name", .string(name)), ("headingRow", .int(found.headingRow)),
        (
          "columns",
          .array(
            found.columns.map { .object([("heading", .string($0.heading)), ("field", .optional($0.field))]) })
        ),
        ("rows", .array(found.rows.map { .texts($0) })), ("fields", .texts(ImportPreview.fields)),
      ]))
  }

  private static func mapping(_ body: RequestObject) throws -> ImportMapping? {
    guard let field = body.value("mapping") else { return nil }
    let yaml = try field.text(1...100_000, lines: true)
    do {
      return try ImportMapping(yaml: yaml)
    } catch {
      throw UploadError(error)
    }
  }

  // MARK: Imports

  private func start(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object(["upload", "mapping", "dryRun", "country", "system", "geocode"])
    let upload: JobID = try body.required("upload").id()
    _ = try Self.mapping(body)
    let (path, name) = try uploaded(upload, call)
    var input = ImportJob(name: name)
    input.mapping = try body.value("mapping")?.text(1...100_000, lines: true)
    input.dryRun = try body["dryRun"]?.bool() ?? false
    input.country = try body.value("country").map(Self.country)
    input.system = try body.value("system")?.text(1...100)
    input.geocode = try body["geocode"]?.bool() ?? true
    return try await enqueue(ImportJob.kind, input, file: input.file, from: path, call)
  }

  private func geocode(_ call: APICall) async throws -> APIAnswer {
    let body = try call.body().object(["upload", "column", "country", "threshold", "guardFormulas"])
    let upload: JobID = try body.required("upload").id()
    let (path, name) = try uploaded(upload, call)
    var input = GeocodeJob(name: name, column: try body.required("column").text(1...200))
    input.country = try body.value("country").map(Self.country)
    input.threshold = try body["threshold"]?.number(0...1) ?? input.threshold
    input.guardFormulas = try body["guardFormulas"]?.bool() ?? false
    return try await enqueue(GeocodeJob.kind, input, file: input.file, from: path, call)
  }

  private static func country(_ field: RequestField) throws -> String {
    let text = try field.text(2...2).uppercased()
    guard text.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
      throw field.fault("\"\(text)\" is no country", hint: "give two letters: BY")
    }
    return text
  }

  /// The job has a copy of the file: the upload may be tried dry first and imported then.
  private func enqueue(
    _ kind: String, _ input: some Codable & Sendable, file: String, from path: String, _ call: APICall
  ) async throws -> APIAnswer {
    let id = JobID.new()
    let (spool, background) = (background.jobs.spool, background)
    let text = String(decoding: try JSONEncoder().encode(input), as: UTF8.self)
    let answer: APIAnswer
    do {
      try await call.blocking {
        let target = try spool.path(id, file)
        // A second name of the same bytes: nothing writes into an uploaded file.
        guard link(path, target) == 0 else { throw JobSpool.failure(target, errno) }
      }
      answer = try await call.commit { writer in
        let job = try writer.enqueueJob(kind: kind, input: text, id: id)
        return .accepted(JobsController.json(job), at: "/api/v1/jobs/\(id)")
      }
    } catch {
      spool.remove(id)
      throw error
    }
    if answer.location != "/api/v1/jobs/\(id)" { spool.remove(id) }
    background.jobs.wake()
    return answer
  }

  private func list(_ call: APICall) async throws -> APIAnswer {
    let query = try call.query("limit", "cursor")
    let limit = try query.integer("limit", 1...500) ?? 50
    let after = try query.cursor()
    let scope = call.viewer.scope
    return try await call.read { reader in
      let page = try reader.importRunPage(limit: limit, after: after, scope: scope)
      let items = page.items.map { run in
        JSONValue.object([
          ("id", .id(run.id)), ("file", .string(run.source)), ("state", .string(run.state.rawValue)),
          ("started", .instant(run.startedAt)), ("finished", .optional(run.finishedAt)),
          ("created", .int(run.created)), ("updated", .int(run.updated)),
        ])
      }
      return APIPage.answer(items, next: page.next?.text, call: call)
    }
  }

  private func undo(_ call: APICall) async throws -> APIAnswer {
    let id: ImportRunID = try call.id("import run")
    let scope = call.viewer.scope
    return try await call.commit { writer in
      guard try writer.importRun(id, in: scope) != nil else {
        throw StoreError.notFound(entity: "importRun", id: id.description)
      }
      guard try !writer.importRun(id, touchesBeyond: scope) else {
        throw APIError.forbidden("the import run \(id) has to do with partners that are another's")
      }
      let (removed, restored) = try writer.undoImportRun(id)
      return .ok(.object([("removed", .int(removed)), ("restored", .int(restored))]))
    }
  }
}

/// A fault of an uploaded file, told without the server's own path of it.
struct UploadError: CodedError {
  let code: String
  private(set) var message: String
  let hint: String
  let choices: [String]

  init(_ error: any CodedError) {
    code = error.code
    message = error.message
    hint = error.hint
    choices = error.choices
  }

  /// - Parameter path: where the file lies in the spool; it is told as `name`, what lies beside it by its own.
  init(_ error: any CodedError, of path: String, as name: String) {
    self.init(error)
    message = message.replacing(path, with: name).replacing(Self.folder(of: path), with: "")
  }

  private static func folder(of path: String) -> String { (path as NSString).deletingLastPathComponent + "/" }

  /// Faults of the file are the asker's to mend, and the server's own paths are nobody's.
  static func told<T>(of path: String, as name: String, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as any CodedError where error is TableError || error is ImportError {
      throw UploadError(error, of: path, as: name)
    }
  }
}
