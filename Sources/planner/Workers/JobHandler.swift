import Foundation
import Geo
import Store
import Synchronization

/// How one kind of job is done.
struct JobHandler: Sendable {
  var kind: String
  /// Does the work and gives its result as JSON. May be run again from the beginning when a process was killed.
  var run: @Sendable (_ job: Job, _ desk: JobDesk) async throws -> String
}

/// What the one at work on a job has: a place for files, and a way to tell how far he is.
final class JobDesk: Sendable {
  let spool: JobSpool
  private let job: JobID
  private let database: Database
  private let now: @Sendable () -> Date
  private let told: @Sendable () -> Void
  private let stop: @Sendable () -> Void
  private let written = Mutex<ContinuousClock.Instant?>(nil)

  /// Between two notes in the database: each is a transaction.
  private static let pace: Duration = .milliseconds(500)

  init(
    job: JobID, database: Database, spool: JobSpool, now: @escaping @Sendable () -> Date,
    told: @escaping @Sendable () -> Void, stop: @escaping @Sendable () -> Void
  ) {
    self.job = job
    self.database = database
    self.spool = spool
    self.now = now
    self.told = told
    self.stop = stop
  }

  /// Notes how far the work is; what comes quickly after another is passed over, the end is not.
  /// - Throws: `CancellationError` when the work is to end.
  func report(_ done: Int, of total: Int?) throws {
    try Task.checkCancellation()
    let isDue = written.withLock { last in
      if let last, done != total, last.duration(to: .now) < Self.pace { return false }
      last = .now
      return true
    }
    guard isDue else { return }
    let order = try database.write(as: .worker, at: now()) {
      try $0.jobProgress(job, done: done, total: total)
    }
    told()
    guard order == .goOn else {
      stop()
      throw CancellationError()
    }
  }
}

extension Actor {
  static let worker = Actor(name: "worker")
}

extension Job.Failure {
  init(_ error: any Error) {
    if let error = error as? any CodedError {
      self.init(code: error.code, message: error.message)
    } else {
      self.init(code: "internal", message: String("\(error)".prefix(500)))
    }
  }
}
