import Foundation

/// What is known of a standing worker: its last run and its next.
public struct WorkerRun: Sendable, Hashable {
  public enum Outcome: String, Sendable, Hashable, Codable { case ok, error }
  public var name: String
  /// A process is at it now.
  public var isRunning: Bool
  public var startedAt: Date?
  public var finishedAt: Date?
  public var outcome: Outcome?
  /// Of an error.
  public var code: String?
  /// What was done, or what went wrong.
  public var message: String?
  public var nextAt: Date?
  /// Somebody asked for a run out of turn.
  public var askedAt: Date?
  public var runs: Int
  public var failures: Int
}

extension ReadAccess {
  /// All workers that were ever planned, by name.
  public func workerRuns() throws -> [WorkerRun] {
    try db.all(
      """
      SELECT name, process, started_at, finished_at, outcome, code, message, next_at, asked_at, runs, failures
      FROM worker_run ORDER BY name
      """, body: readRun)
  }

  public func workerRun(_ name: String) throws -> WorkerRun? {
    try db.first(
      """
      SELECT name, process, started_at, finished_at, outcome, code, message, next_at, asked_at, runs, failures
      FROM worker_run WHERE name = ?
      """, .text(name), body: readRun)
  }
}

private func readRun(_ c: Columns) throws -> WorkerRun {
  WorkerRun(
    name: c.text(0), isRunning: c.textOrNil(1).map(ProcessMark.isAlive) ?? false, startedAt: c.dateOrNil(2),
    finishedAt: c.dateOrNil(3), outcome: c.isNull(4) ? nil : try c.value(4, in: "worker_run"),
    code: c.textOrNil(5), message: c.textOrNil(6), nextAt: c.dateOrNil(7), askedAt: c.dateOrNil(8),
    runs: c.int(9), failures: c.int(10))
}

/// Runs of workers leave no audit rows: they are the machine's own housekeeping, and what they change leaves its own.
extension Writer {
  /// Notes when a worker is to run next, unless that is known and no later than `latest`.
  public func planWorker(_ name: String, next: Date, latest: Date) throws {
    try db.run(
      """
      INSERT INTO worker_run (name, next_at) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at WHERE next_at IS NULL OR next_at > ?
      """, .text(name), .date(next), .date(latest))
  }

  /// Asks for a run out of turn, by whichever process has the workers.
  /// - Throws: ``StoreError/notFound(entity:id:)``.
  public func askWorker(_ name: String) throws {
    try db.run("UPDATE worker_run SET asked_at = ? WHERE name = ?", .date(at), .text(name))
    guard db.changedRows == 1 else { throw StoreError.notFound(entity: "worker", id: name) }
  }

  /// Takes a worker for one run of this process.
  /// - Parameters:
  ///   - early: run it although its time has not come.
  ///   - isOwnOver: no run of this process is under way, so what a row says of one is left from a run whose end could
  ///     not be written.
  /// - Returns: false when another run is under way, or its time has not come.
  public func beginWorker(_ name: String, early: Bool = false, isOwnOver: Bool = false) throws -> Bool {
    if early { try db.run("INSERT INTO worker_run (name) VALUES (?) ON CONFLICT DO NOTHING", .text(name)) }
    let holder = try db.first(
      """
      SELECT process FROM worker_run
      WHERE name = ? AND (? OR asked_at IS NOT NULL OR next_at IS NULL OR next_at <= ?)
      """, .text(name), .bool(early), .date(at)
    ) { $0.textOrNil(0) }
    guard let holder else { return false }
    if let holder, ProcessMark.isAlive(holder), !(isOwnOver && ProcessMark.isOwn(holder)) { return false }
    try db.run(
      "UPDATE worker_run SET process = ?, started_at = ?, asked_at = NULL WHERE name = ?",
      .text(ProcessMark.current), .date(at), .text(name))
    return true
  }

  /// Notes how a run of this process ended and when the next one is.
  /// - Parameter failure: nil when it went well.
  public func finishWorker(_ name: String, message: String, failure code: String? = nil, next: Date) throws {
    try db.run(
      """
      UPDATE worker_run SET process = NULL, finished_at = ?, outcome = ?, code = ?, message = ?, next_at = ?,
        runs = runs + 1, failures = CASE WHEN ? IS NULL THEN 0 ELSE failures + 1 END
      WHERE name = ? AND process = ?
      """, .date(at), .text(code == nil ? "ok" : "error"), .optional(code), .text(message), .date(next),
      .optional(code), .text(name), .text(ProcessMark.current))
  }

  /// Gives a worker back without a result: the process stops. Its time stays as it was.
  public func leaveWorker(_ name: String) throws {
    try db.run(
      "UPDATE worker_run SET process = NULL WHERE name = ? AND process = ?", .text(name),
      .text(ProcessMark.current))
  }
}
