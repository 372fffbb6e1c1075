import Foundation
import Logging
import Store
import Synchronization

/// Runs the standing workers when their time has come, each once at a time among all processes of the database.
final class WorkerSchedule: Sendable {
  let workers: [Worker]
  private let database: Database
  private let now: @Sendable () -> Date
  private let clock: any Clock<Duration>
  private let poll: Duration
  private let grace: Duration
  private let logger: Logger
  private let signal = Signal()

  private struct State {
    var isStopping = false
    var running: [String: Task<Void, Never>] = [:]
    /// When a worker without work is asked again.
    var later: [String: Date] = [:]
  }
  private let state = Mutex(State())

  /// - Parameters:
  ///   - poll: between two looks at the times, which other processes may have changed.
  ///   - grace: what running workers are given to end by themselves when the schedule stops.
  init(
    database: Database, workers: [Worker], now: @escaping @Sendable () -> Date = { Date() },
    clock: any Clock<Duration> = ContinuousClock(), poll: Duration = .seconds(2),
    grace: Duration = .seconds(4),
    logger: Logger = Logger(label: "planner.workers")
  ) {
    self.database = database
    self.workers = workers
    self.now = now
    self.clock = clock
    self.poll = poll
    self.grace = grace
    self.logger = logger
  }

  /// Every worker with its last run and its next, in the order they were given.
  func status() throws -> [WorkerStatus] { try Self.status(of: workers, in: database) }

  static func status(of workers: [Worker], in database: Database) throws -> [WorkerStatus] {
    let runs = Dictionary(try database.read { try $0.workerRuns() }.map { ($0.name, $0) }) { $1 }
    return workers.map { WorkerStatus($0, runs[$0.name]) }
  }

  /// Looks at once whether a worker has work: something was put into its queue.
  func wake(_ name: String) {
    _ = state.withLock { $0.later.removeValue(forKey: name) }
    signal.wake()
  }

  func stop() {
    state.withLock { $0.isStopping = true }
    signal.wake()
  }

  private var isStopping: Bool { state.withLock(\.isStopping) || Task.isCancelled }

  /// Works until ``stop()`` or until the task is cancelled.
  func run() async {
    await plan()
    while !isStopping {
      for worker in await due() where !isStopping { begin(worker) }
      await signal.wait(upTo: poll, clock: clock)
    }
    await Ending.wait(for: { [self] in state.withLock { Array($0.running.values) } }, signal, grace, clock)
  }

  /// Gives each worker a time. A shorter cadence than before counts at once.
  private func plan() async {
    let (database, workers, now) = (database, workers, now)
    do {
      try await Blocking.run {
        try database.write(as: .worker, at: now()) { writer in
          for worker in workers {
            var first = worker.cadence.next(after: now())
            let latest = first
            if case .every = worker.cadence { first = now() }
            try writer.planWorker(worker.name, next: first, latest: latest)
          }
        }
      }
    } catch {
      logger.warning("workers cannot be planned", metadata: ["error": "\(Job.Failure(error).code)"])
    }
  }

  private func due() async -> [Worker] {
    let (database, date) = (database, now())
    let (running, later) = state.withLock { (Set($0.running.keys), $0.later) }
    guard
      let rows = try? await Blocking.run({ try database.read { try $0.workerRuns() } })
    else { return [] }
    let runs = Dictionary(rows.map { ($0.name, $0) }) { $1 }
    return workers.filter { worker in
      guard !running.contains(worker.name) else { return false }
      guard let run = runs[worker.name] else { return true }
      if run.askedAt != nil { return true }
      return run.nextAt.map { $0 <= date } ?? true && later[worker.name].map { $0 <= date } ?? true
    }
  }

  private func begin(_ worker: Worker) {
    state.withLock { state in
      state.running[worker.name] = Task.detached(executorPreference: BackgroundExecutor.shared) { [self] in
        await turn(worker)
        _ = self.state.withLock { $0.running.removeValue(forKey: worker.name) }
        if isStopping { signal.wake() }
      }
    }
  }

  private func turn(_ worker: Worker) async {
    let (database, now) = (database, now)
    do {
      let isAsked = try await Blocking.run {
        try database.read { try $0.workerRun(worker.name)?.askedAt != nil }
      }
      if !isAsked, let hasWork = worker.hasWork, try await !Blocking.run(hasWork) {
        state.withLock { $0.later[worker.name] = worker.cadence.next(after: now()) }
        return
      }
      let turn = WorkerTurn { [weak self] in self?.isStopping ?? true }
      _ = try await Self.runOnce(worker, in: database, now: now, clock: clock, early: false, turn: turn)
    } catch WorkerError.running {
      // Another process was quicker.
    } catch is CancellationError {
      // The service is stopping; the run is due again.
    } catch {
      logger.warning(
        "a worker failed", metadata: ["worker": "\(worker.name)", "error": "\(Job.Failure(error).code)"])
    }
  }

  /// The runs of this process, by database and name.
  private static let running = Mutex<Set<String>>([])

  /// Runs a worker once, whatever its time, and keeps the result.
  /// - Parameter early: although its time has not come.
  /// - Returns: what it says it did.
  /// - Throws: ``WorkerError/running(_:)`` when another run is under way; what the worker throws.
  static func runOnce(
    _ worker: Worker, in database: Database, now: @escaping @Sendable () -> Date = { Date() },
    clock: any Clock<Duration> = ContinuousClock(), early: Bool = true, turn: WorkerTurn = .whole
  ) async throws -> String {
    // Rows tell of runs of other processes. Those of this one are known here: the end of a run may not have got into
    // its row.
    let place = "\(database.path)\n\(worker.name)"
    guard running.withLock({ $0.insert(place).inserted }) else { throw WorkerError.running(worker.name) }
    defer { _ = running.withLock { $0.remove(place) } }
    let isOurs = try await Blocking.run {
      try database.write(as: .worker, at: now()) { writer in
        guard try writer.beginWorker(worker.name, early: early, isOwnOver: true) else { return false }
        try worker.recover?(writer)
        return true
      }
    }
    guard isOurs else { throw WorkerError.running(worker.name) }
    let result: Result<String, any Error>
    do {
      result = .success(try await limited(worker, turn, clock: clock))
    } catch {
      result = .failure(error)
    }
    if case .failure(is CancellationError) = result {
      try await Blocking.run {
        try database.write(as: .worker, at: now()) { try $0.leaveWorker(worker.name) }
      }
      throw CancellationError()
    }
    let next = worker.cadence.next(after: now())
    try await Blocking.run {
      try database.write(as: .worker, at: now()) { writer in
        switch result {
        case .success(let text): try writer.finishWorker(worker.name, message: text, next: next)
        case .failure(let error):
          let failure = Job.Failure(error)
          try writer.finishWorker(
            worker.name, message: failure.message, failure: failure.code, next: next)
        }
      }
    }
    return try result.get()
  }

  private static func limited(
    _ worker: Worker, _ turn: WorkerTurn, clock: any Clock<Duration>
  ) async throws -> String {
    try await withThrowingTaskGroup(of: String?.self) { group in
      defer { group.cancelAll() }
      group.addTask { try await worker.run(turn) }
      group.addTask {
        try await clock.sleep(for: worker.limit)
        return nil
      }
      guard let text = try await group.next() ?? nil else {
        throw WorkerError.timedOut(worker.name, worker.limit)
      }
      return text
    }
  }
}
