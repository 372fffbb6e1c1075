import Exchange
import Foundation
import Store

/// Where the files of jobs stand: what was uploaded, what came out. One folder a job, beside the database, for this
/// user of the computer only.
struct JobSpool: Sendable {
  let folder: String

  init(folder: String) { self.folder = folder }
  init(database path: String) { folder = path + "-spool" }

  /// The path of a job's file; its folder is made.
  /// - Parameter name: one of ours, never a name that came from outside.
  func path(_ job: JobID, _ name: String) throws -> String {
    let place = folder + "/" + job.description
    do {
      try FileManager.default.createDirectory(
        atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw OutputError.unwritable(path: place, detail: "the folder cannot be made")
    }
    return place + "/" + name
  }

  func remove(_ job: JobID) { try? FileManager.default.removeItem(atPath: folder + "/" + job.description) }

  /// Removes folders of jobs that the database does not know, when they are older than `age`: of uploads that broke off.
  /// - Returns: how many.
  func removeStrays(known: (JobID) throws -> Bool, before instant: Date) rethrows -> Int {
    var removed = 0
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let path = folder + "/" + name
      guard let id = JobID(name), let facts = try? FileManager.default.attributesOfItem(atPath: path),
        let changed = facts[.modificationDate] as? Date, changed < instant, try !known(id)
      else { continue }
      try? FileManager.default.removeItem(atPath: path)
      removed += 1
    }
    return removed
  }
}
