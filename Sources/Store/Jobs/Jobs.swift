import CRM
import Foundation

extension ReadAccess {
  public func job(_ id: JobID) throws -> Job? {
    try db.first("SELECT \(jobColumns) WHERE j.uid = ?", id.blob, body: readJob)
  }

  /// Jobs, newest first.
  /// - Parameters:
  ///   - scope: whose jobs; those of no person are seen by ``RecordScope/all`` only.
  ///   - before: go on behind this one.
  public func jobs(scope: RecordScope = .all, before: JobID? = nil, limit: Int = 50) throws -> [Job] {
    var conditions = ["1"]
    var values: [SQLValue] = []
    if case .responsible(let users) = scope {
      let marks = users.map { _ in "?" }.joined(separator: ",")
      conditions.append("j.requested_by IN (SELECT id FROM user WHERE uid IN (\(marks)))")
      values += users.sorted().map(\.blob)
    }
    if let before {
      conditions.append("j.id < (SELECT id FROM job WHERE uid = ?)")
      values.append(before.blob)
    }
    var found: [Job] = []
    try db.rows(
      "SELECT \(jobColumns) WHERE \(conditions.joined(separator: " AND ")) ORDER BY j.id DESC LIMIT ?",
      arguments: values + [.int(max(0, limit))]
    ) { found.append(try readJob($0)) }
    return found
  }

  /// Whether ``Writer/claimJob(kinds:most:)`` would find something to do: asked often, so without a write.
  public func hasJobToClaim() throws -> Bool {
    if try db.first("SELECT 1 FROM job WHERE state = 'queued' LIMIT 1", body: { _ in true }) == true {
      return true
    }
    return try !orphanedJobs().isEmpty
  }

  /// Running jobs whose process is gone.
  fileprivate func orphanedJobs() throws -> [(row: Int64, id: JobID, attempts: Int, cancelled: Bool)] {
    try db.all(
      "SELECT id, uid, attempts, cancel_asked_at, process FROM job WHERE state = 'running' ORDER BY id"
    ) { c in
      (
        row: c.int64(0), id: c.id(1, of: Job.self), attempts: c.int(2), cancelled: !c.isNull(3),
        alive: ProcessMark.isAlive(c.text(4))
      )
    }.filter { !$0.alive }.map { ($0.row, $0.id, $0.attempts, $0.cancelled) }
  }
}

private let jobColumns = """
  j.uid, j.kind, j.state, u.uid, j.actor, j.input, j.progress_done, j.progress_total, j.result, j.error_code,
  j.error_message, j.attempts, j.created_at, j.started_at, j.finished_at, j.cancel_asked_at
  FROM job j LEFT JOIN user u ON u.id = j.requested_by
  """

private func readJob(_ c: Columns) throws -> Job {
  Job(
    id: c.id(0), kind: c.text(1), state: try c.value(2, in: "job"), requestedBy: c.idOrNil(3),
    actor: c.text(4), input: c.text(5), done: c.int(6), total: c.intOrNil(7), result: c.textOrNil(8),
    failure: c.textOrNil(9).map { Job.Failure(code: $0, message: c.text(10)) }, attempts: c.int(11),
    createdAt: c.date(12), startedAt: c.dateOrNil(13), finishedAt: c.dateOrNil(14),
    cancelAskedAt: c.dateOrNil(15))
}

extension Writer {
  /// Puts a job in the queue; the actor of the transaction is who asked for it.
  /// - Parameters:
  ///   - input: JSON.
  ///   - id: given by whoever named files after the job before it was made.
  @discardableResult
  public func enqueueJob(kind: String, input: String, id: JobID = .new()) throws -> Job {
    try db.run(
      "INSERT INTO job (uid, kind, state, requested_by, actor, input, created_at) VALUES (?, ?, 'queued', ?, ?, ?, ?)",
      id.blob, .text(kind), try userRow(actor.user), .text(actor.name), .text(input), .date(at))
    try audit("create", entity: "job", id: id.description, after: try JSONText.encode(["kind": kind]))
    return try requiredJob(id)
  }

  /// Gives the oldest waiting job to this process. Running jobs whose process is gone come first back into the queue,
  /// or end: as cancelled when that was asked for, as failed (`job.interrupted`) after `most` attempts.
  /// - Parameters:
  ///   - kinds: those this process can do.
  ///   - most: attempts of one job; a job that kills its process must not do so for ever.
  public func claimJob(kinds: Set<String>, most: Int = 3) throws -> Job? {
    for orphan in try orphanedJobs() {
      if orphan.cancelled {
        try end(orphan.row, orphan.id, .cancelled)
      } else if orphan.attempts >= most {
        try end(
          orphan.row, orphan.id,
          .failed(
            .init(
              code: "job.interrupted",
              message: "the program ended \(orphan.attempts) times before the work did")))
      } else {
        try db.run("UPDATE job SET state = 'queued', process = NULL WHERE id = ?", .int(orphan.row))
      }
    }
    let marks = kinds.map { _ in "?" }.joined(separator: ",")
    var found: (row: Int64, id: JobID)?
    try db.rows(
      "SELECT id, uid FROM job WHERE state = 'queued' AND kind IN (\(marks)) ORDER BY id LIMIT 1",
      arguments: kinds.sorted().map { .text($0) }
    ) { found = ($0.int64(0), $0.id(1)) }
    guard let found else { return nil }
    try db.run(
      """
      UPDATE job SET state = 'running', process = ?, attempts = attempts + 1, started_at = ?, progress_done = 0,
        progress_total = NULL WHERE id = ?
      """, .text(ProcessMark.current), .date(at), .int(found.row))
    return try requiredJob(found.id)
  }

  /// Notes how far a job of this process has come, and tells it whether to go on.
  public func jobProgress(_ id: JobID, done: Int, total: Int?) throws -> JobOrder {
    let state = try db.first("SELECT process, cancel_asked_at FROM job WHERE uid = ?", id.blob) {
      (process: $0.textOrNil(0), cancelled: !$0.isNull(1))
    }
    guard let state, state.process == ProcessMark.current else { return .drop }
    try db.run(
      "UPDATE job SET progress_done = ?, progress_total = ? WHERE uid = ?", .int(max(0, done)),
      .optional(total.map { max(0, $0) }), id.blob)
    return state.cancelled ? .cancel : .goOn
  }

  /// Ends a job of this process. Nothing happens to a job that is another's by now.
  /// - Returns: whether it was still this process's.
  @discardableResult
  public func finishJob(_ id: JobID, _ outcome: JobOutcome) throws -> Bool {
    guard let row = try ownJob(id) else { return false }
    try end(row, id, outcome)
    return true
  }

  /// Puts a job of this process back into the queue: the process stops. The attempt does not count.
  @discardableResult
  public func handBackJob(_ id: JobID) throws -> Bool {
    guard let row = try ownJob(id) else { return false }
    try db.run(
      "UPDATE job SET state = 'queued', process = NULL, attempts = max(0, attempts - 1) WHERE id = ?",
      .int(row))
    return true
  }

  /// Ends a job that waits; asks one that runs to end. One that is over stays as it is.
  /// - Throws: ``StoreError/notFound(entity:id:)``.
  @discardableResult
  public func cancelJob(_ id: JobID) throws -> Job {
    let job = try requiredJob(id)
    switch job.state {
    case .queued:
      let row = try db.first("SELECT id FROM job WHERE uid = ?", id.blob) { $0.int64(0) }!
      try end(row, id, .cancelled)
    case .running where job.cancelAskedAt == nil:
      try db.run("UPDATE job SET cancel_asked_at = ? WHERE uid = ?", .date(at), id.blob)
      try audit("askCancel", entity: "job", id: id.description)
    case .running, .done, .failed, .cancelled: break
    }
    return try requiredJob(id)
  }

  /// Forgets jobs that ended before an instant.
  /// - Returns: their ids, for whoever keeps files of them.
  public func removeJobs(endedBefore instant: Date) throws -> [JobID] {
    let old = try db.all(
      "SELECT uid FROM job WHERE finished_at < ? ORDER BY finished_at LIMIT 1000", .date(instant)
    ) { $0.id(0, of: Job.self) }
    for id in old {
      try db.run("DELETE FROM job WHERE uid = ?", id.blob)
      try audit("delete", entity: "job", id: id.description)
    }
    return old
  }

  private func requiredJob(_ id: JobID) throws -> Job {
    guard let job = try job(id) else { throw StoreError.notFound(entity: "job", id: id.description) }
    return job
  }

  private func ownJob(_ id: JobID) throws -> Int64? {
    try db.first(
      "SELECT id FROM job WHERE uid = ? AND state = 'running' AND process = ?", id.blob,
      .text(ProcessMark.current)
    ) { $0.int64(0) }
  }

  private func end(_ row: Int64, _ id: JobID, _ outcome: JobOutcome) throws {
    var state = Job.State.cancelled
    var result: String?
    var failure: Job.Failure?
    switch outcome {
    case .done(let text): (state, result) = (.done, text)
    case .failed(let why): (state, failure) = (.failed, why)
    case .cancelled: break
    }
    try db.run(
      """
      UPDATE job SET state = ?, process = NULL, finished_at = ?, result = ?, error_code = ?, error_message = ?
      WHERE id = ?
      """, .text(state.rawValue), .date(at), .optional(result), .optional(failure?.code),
      .optional(failure?.message), .int(row))
    try audit(
      state.rawValue, entity: "job", id: id.description,
      after: try JSONText.encode(failure.map { ["code": $0.code] } ?? [:]))
  }
}
