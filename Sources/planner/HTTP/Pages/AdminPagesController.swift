import CRM
import Foundation
import Hummingbird
import Store

/// Pages for whoever runs the service: people, what works by itself, the audit trail. They change what they show by the
/// API.
struct AdminPagesController: Sendable {
  let services: Services
  let renderer: PageRenderer
  /// What the trail is narrowed by.
  static let entities = [
    "partner", "trip", "task", "activity", "user", "selection", "region", "contactPerson",
  ]

  /// The newest of them.
  private static let jobsShown = 20

  func addRoutes(to table: RouteTable) {
    table.add(.get, "/admin", "pageAdmin", access: .needs(.readAudit)) { _, context in
      Response.seeOther((Self.tabs(context).first ?? .trail).address)
    }
    table.add(.get, "/admin/people", "pagePeople", access: .needs(.manageUsers), people)
    table.add(.get, "/admin/people/{id}", "pagePerson", access: .needs(.manageUsers), person)
    table.add(.get, "/admin/tags", "pageTags", access: .needs(.manageTags), tags)
    table.add(.get, "/admin/service", "pageService", access: .needs(.manageService), service)
    table.add(.get, "/admin/trail", "pageTrail", access: .needs(.readAudit), trail)
  }

  static func tabs(_ context: PageContext) -> [AdminView.Tab] {
    AdminView.Tab.allCases.filter { context.identity?.may($0.permission) == true }
  }

  private func page(
    _ content: AdminView.Content, _ request: Request, _ context: PageContext
  ) throws -> Response {
    let frame = PageFrame(request, context)
    let view = AdminView(content: content, tabs: Self.tabs(context), clock: services.clock)
    return .page(renderer.admin(view, in: frame), frame.language)
  }

  @Sendable private func people(request: Request, context: PageContext) async throws -> Response {
    _ = try QueryReader(request, known: [])
    let content = try await services.read {
      AdminView.Content.people(try $0.users(), teams: try $0.teams())
    }
    return try page(content, request, context)
  }

  @Sendable private func person(request: Request, context: PageContext) async throws -> Response {
    _ = try QueryReader(request, known: [])
    guard let id = context.parameters.get("id").flatMap({ UserID($0) }) else { throw HTTPError(.notFound) }
    let content = try await services.read { reader -> AdminView.Content? in
      guard let user = try reader.user(id) else { return nil }
      return .person(user, teams: try reader.teams())
    }
    guard let content else { throw HTTPError(.notFound) }
    return try page(content, request, context)
  }

  @Sendable private func tags(request: Request, context: PageContext) async throws -> Response {
    _ = try QueryReader(request, known: [])
    try TagsController.check(try context.viewer)
    let content = try await services.read { AdminView.Content.tags(try $0.tagUses(scope: .all)) }
    return try page(content, request, context)
  }

  @Sendable private func service(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(request, known: ["check"])
    let isAsked = try query.bool("check") == true
    guard let background = services.background else { throw HTTPError(.notFound) }
    let workers = try await background.workerStatus()
    let (workspace, database, now) = (background.workspace, services.database, services.now())
    let (backups, findings) = try await Blocking.run {
      (
        try BackupWorker.backups(workspace).map { try BackupWorker.list($0).backups },
        isAsked ? Doctor.run(workspace, database: database, now: now) : nil
      )
    }
    let clock = services.clock
    let jobs = try await services.read {
      JobsView(
        jobs: try $0.jobs(limit: Self.jobsShown), names: try RecordPagesController.names($0), clock: clock)
    }
    return try page(
      .service(workers: workers, jobs: jobs, backups: backups, findings: findings), request, context)
  }

  @Sendable private func trail(request: Request, context: PageContext) async throws -> Response {
    let query = try QueryReader(request, known: ["user", "entity", "cursor"])
    func chosen(_ name: String) throws -> String {
      try query.text(name)?.trimmingCharacters(in: .whitespaces) ?? ""
    }
    try ServiceController.checkTrail(try context.viewer)
    let (user, entity) = (try chosen("user").lowercased(), try chosen("entity"))
    var wanted = AuditQuery()
    if !user.isEmpty { wanted.user = [user] }
    if !entity.isEmpty { wanted.entity = entity }
    wanted.after = try query.cursor()
    let asked = wanted
    let content = try await services.read { reader in
      let page = try reader.auditPage(asked)
      return AdminView.Content.trail(
        .init(
          rows: page.items, users: try RecordPagesController.people(reader),
          names: try RecordPagesController.names(reader), user: user, entity: entity, entities: Self.entities,
          next: page.next.map { request.address(withCursor: $0.text) }))
    }
    return try page(content, request, context)
  }
}
