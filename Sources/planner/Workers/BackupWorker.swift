import Foundation
import Store

/// Backups and retention as standing workers.
enum BackupWorker {
  /// The folder of `PLANNER_BACKUPS` with the rotation of `PLANNER_BACKUPS_KEEP`; nil when none is set.
  /// - Throws: ``MaintenanceError/badRotation(_:)``: backups are not removed by a rule that nobody gave.
  static func backups(_ workspace: Workspace) throws(MaintenanceError) -> Backups? {
    guard let folder = workspace.environment["PLANNER_BACKUPS"], !folder.isEmpty else { return nil }
    guard let text = workspace.environment["PLANNER_BACKUPS_KEEP"], !text.isEmpty else {
      return Backups(folder: folder)
    }
    guard let rotation = BackupRotation(text) else { throw .badRotation(text) }
    return Backups(folder: folder, rotation: rotation)
  }

  /// The backups of the folder, newest first, and the names of those that cannot be read. The first backup makes the folder:
  /// before it there are none.
  static func list(_ backups: Backups) throws -> (backups: [BackupFile], unreadable: [String]) {
    guard FileManager.default.fileExists(atPath: backups.folder) else { return ([], []) }
    return try backups.list()
  }

  /// A backup each night, when a folder is set.
  static func worker(
    _ workspace: Workspace, _ database: Database, now: @escaping @Sendable () -> Date = { Date() }
  ) throws -> Worker? {
    guard let backups = try backups(workspace) else { return nil }
    return Worker(
      name: "backup", about: "backs the database up into \(backups.folder)",
      cadence: .daily(minute: 3 * 60 + 30, .current), limit: .seconds(3600)
    ) { _ in
      let run = try await Blocking.run { try backups.run(database, at: now()) }
      return "made \((run.made.path as NSString).lastPathComponent), \(run.kept.count) kept"
    }
  }

  /// Erases protected values that are older than their rule allows.
  static func retention(
    _ database: Database, now: @escaping @Sendable () -> Date = { Date() }
  ) -> Worker {
    Worker(
      name: "retention", about: "erases personal data that is older than its rule allows",
      cadence: .daily(minute: 4 * 60, .current)
    ) { _ in
      let erased = try await Blocking.run {
        try database.write(as: .worker, at: now()) { try $0.eraseOutlived() }
      }
      return "\(erased) values erased"
    }
  }
}
