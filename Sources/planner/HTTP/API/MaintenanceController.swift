import CRM
import Foundation
import Geo
import Hummingbird
import Store

/// Health of the data, and its backups.
struct MaintenanceController: Sendable {
  let services: Services
  let workspace: Workspace

  func addRoutes(to table: RouteTable) {
    table.api(.get, "doctor", "examine", access: .needs(.manageService), services) { call in
      _ = try call.query()
      let (database, now, workspace) = (services.database, call.now, workspace)
      let findings = try await call.blocking { Doctor.run(workspace, database: database, now: now) }
      return .ok(
        .object([
          ("ok", .bool(findings.allSatisfy(\.ok))),
          ("findings", .array(try findings.map { try JSONValue.encoding($0) })),
        ]))
    }
    table.api(.get, "backups", "listBackups", access: .needs(.manageService), services) { call in
      _ = try call.query()
      guard let backups = try BackupWorker.backups(workspace) else {
        return APIPage.answer([], next: nil, call: call)
      }
      let (found, unreadable) = try await call.blocking { try BackupWorker.list(backups) }
      let items =
        found.map(Self.json)
        + unreadable.map {
          .object([("name", .string($0)), ("made", .null), ("bytes", .null), ("ok", false)])
        }
      return APIPage.answer(items, next: nil, call: call)
    }
    table.api(.post, "backups", "makeBackup", access: .needs(.manageService), services) { call in
      guard let backups = try BackupWorker.backups(workspace) else { throw MaintenanceError.noBackupFolder }
      let (database, now) = (services.database, call.now)
      return try await call.once {
        let run = try backups.run(database, at: now)
        return .created(
          .object([
            ("made", Self.json(run.made)), ("removed", .texts(run.removed)), ("kept", .int(run.kept.count)),
          ]),
          at: "/api/v1/backups")
      }
    }
  }

  private static func json(_ file: BackupFile) -> JSONValue {
    .object([
      ("name", .string((file.path as NSString).lastPathComponent)), ("made", .instant(file.note.madeAt)),
      ("bytes", .int(file.bytes)), ("ok", true),
    ])
  }
}

enum MaintenanceError: CodedError, Equatable {
  case noBackupFolder
  /// What `PLANNER_BACKUPS_KEEP` says.
  case badRotation(String)

  var code: String {
    switch self {
    case .noBackupFolder: "backup.noFolder"
    case .badRotation: "backup.badRotation"
    }
  }
  var message: String {
    switch self {
    case .noBackupFolder: "no folder for backups is set"
    case .badRotation(let text): "PLANNER_BACKUPS_KEEP: \"\(text)\" does not say which backups to keep"
    }
  }
  var hint: String {
    switch self {
    case .noBackupFolder: "set PLANNER_BACKUPS and start the service again"
    case .badRotation: "write daily=7,weekly=5,monthly=12"
    }
  }
}
