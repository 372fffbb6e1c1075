import Foundation
import Geo
import Store

/// What keeps the data safe by itself: backups in a folder, values erased in time, the audit trail read each night.
enum SafetyWorkers {
  /// Backups are made when `PLANNER_BACKUPS` names a folder; `PLANNER_BACKUP_KEEP` says how many are kept, as
  /// `planner backup --keep` does.
  static func workers(
    _ workspace: Workspace, _ database: Database, now: @escaping @Sendable () -> Date
  ) -> [Worker] {
    var workers = [retention(database, now: now), audit(database)]
    if let folder = workspace.environment["PLANNER_BACKUPS"], !folder.isEmpty {
      let keep =
        workspace.environment["PLANNER_BACKUP_KEEP"].flatMap { BackupRotation($0) } ?? BackupRotation()
      workers.insert(backup(database, Backups(folder: folder, rotation: keep), now: now), at: 0)
    }
    return workers
  }

  static func backup(
    _ database: Database, _ backups: Backups, now: @escaping @Sendable () -> Date
  ) -> Worker {
    Worker(
      name: "backup", about: "a backup into \(backups.folder)",
      cadence: .daily(minute: 2 * 60 + 30, .current), limit: .seconds(3600)
    ) {
      let run = try backups.run(database, at: now())
      return "\(run.made.bytes) bytes, \(run.kept.count) kept, \(run.removed.count) removed"
    }
  }

  static func retention(_ database: Database, now: @escaping @Sendable () -> Date) -> Worker {
    Worker(
      name: "retention", about: "erases protected values that are older than their rule allows",
      cadence: .daily(minute: 3 * 60, .current),
      hasWork: { try database.read { try !$0.retentionRules().isEmpty } }
    ) {
      let erased = try database.write(as: Actor(name: "retention"), at: now()) { try $0.eraseOutlived() }
      return "\(erased) erased"
    }
  }

  static func audit(_ database: Database) -> Worker {
    Worker(
      name: "audit", about: "reads the audit trail and fails when it was changed",
      cadence: .daily(minute: 3 * 60 + 30, .current), limit: .seconds(3600)
    ) {
      let found = try database.read { try $0.verifyAudit() }
      if let fault = found.fault { throw StoreError.auditBroken(detail: fault.description) }
      return "\(found.rows) rows, unbroken"
    }
  }
}
