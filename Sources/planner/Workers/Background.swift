import Foundation
import Geo
import Logging
import Store

/// Everything that works behind the requests of one process: the jobs and the standing workers.
///
/// The composition root makes it, adds the workers that other parts bring (clean-up, retention, backups) and runs it
/// beside the server.
final class Background: Sendable {
  let jobs: JobRunner
  let schedule: WorkerSchedule
  /// Where the files of the process are.
  let workspace: Workspace

  init(jobs: JobRunner, schedule: WorkerSchedule, workspace: Workspace) {
    self.workspace = workspace
    self.jobs = jobs
    self.schedule = schedule
  }

  /// Works until ``stop()`` or until the task is cancelled; returns when all that ran has ended or was handed back.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.jobs.run() }
      group.addTask { await self.schedule.run() }
    }
  }

  func stop() {
    jobs.stop()
    schedule.stop()
    jobs.board.close()
  }

  /// Puts a job in the queue and lets it begin at once. Its files are in the spool already, under `id`.
  @discardableResult
  func enqueue(
    kind: String, input: some Encodable & Sendable, id: JobID, as actor: Actor, at: Date = Date()
  ) async throws -> Job {
    let text = String(decoding: try JSONEncoder().encode(input), as: UTF8.self)
    let database = jobs.database
    let job = try await Blocking.run {
      try database.write(as: actor, at: at) { try $0.enqueueJob(kind: kind, input: text, id: id) }
    }
    jobs.wake()
    return job
  }

  /// Ends a waiting job, or asks a running one to end.
  func cancel(_ id: JobID, as actor: Actor, at: Date = Date()) async throws -> Job {
    let database = jobs.database
    let job = try await Blocking.run { try database.write(as: actor, at: at) { try $0.cancelJob(id) } }
    jobs.wake()
    jobs.board.tell(id)
    return job
  }

  /// Every worker with its last run and its next.
  func workerStatus() async throws -> [WorkerStatus] {
    let schedule = schedule
    return try await Blocking.run { try schedule.status() }
  }

  /// Lets a worker run out of turn, in whichever process has the workers.
  /// - Throws: ``WorkerError/unknown(_:known:)``.
  func askWorker(_ name: String, as actor: Actor, at: Date = Date()) async throws {
    let known = schedule.workers.map(\.name)
    guard known.contains(name) else { throw WorkerError.unknown(name, known: known) }
    let database = jobs.database
    try await Blocking.run { try database.write(as: actor, at: at) { try $0.askWorker(name) } }
    schedule.wake(name)
  }
}
