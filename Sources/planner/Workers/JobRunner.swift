import Foundation
import Logging
import Store
import Synchronization

/// Does the jobs of the queue, some at a time, until it is stopped.
///
/// A job is this process's while its mark stands in the row; when the process is killed the next one to look takes the
/// job up again. A job that is cancelled ends at its next report or at the next await that heeds cancellation.
final class JobRunner: Sendable {
  struct Settings: Sendable {
    /// Jobs done at once.
    var concurrency = 2
    /// Between two looks at the queue when nobody wakes the runner: jobs may be queued by other processes.
    var poll: Duration = .seconds(2)
    /// What running jobs are given to end by themselves when the runner stops.
    var grace: Duration = .seconds(4)
    /// Attempts of a job that takes its process with it.
    var attempts = 3
  }

  let database: Database
  let spool: JobSpool
  let board: JobBoard
  private let handlers: [String: JobHandler]
  private let settings: Settings
  private let now: @Sendable () -> Date
  private let clock: any Clock<Duration>
  private let logger: Logger
  private let signal = Signal()

  private struct State {
    var isStopping = false
    var running: [JobID: Task<Void, Never>] = [:]
  }
  private let state = Mutex(State())

  init(
    database: Database, handlers: [JobHandler], spool: JobSpool, board: JobBoard = JobBoard(),
    settings: Settings = .init(), now: @escaping @Sendable () -> Date = { Date() },
    clock: any Clock<Duration> = ContinuousClock(), logger: Logger = Logger(label: "planner.jobs")
  ) {
    self.database = database
    self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { $1 }
    self.spool = spool
    self.board = board
    self.settings = settings
    self.now = now
    self.clock = clock
    self.logger = logger
  }

  /// Looks at the queue at once: a job was put there, or a running one is to be cancelled.
  func wake() { signal.wake() }

  /// Takes no new jobs and lets ``run()`` end.
  func stop() {
    state.withLock { $0.isStopping = true }
    signal.wake()
  }

  private var isStopping: Bool { state.withLock(\.isStopping) || Task.isCancelled }

  /// Works until ``stop()`` or until the task is cancelled. Jobs that do not end in time go back into the queue.
  func run() async {
    while !isStopping {
      await cancelAsked()
      guard state.withLock(\.running.count) < settings.concurrency, let job = await claim() else {
        await signal.wait(upTo: settings.poll, clock: clock)
        continue
      }
      begin(job)
    }
    await Ending.wait(
      for: { [self] in state.withLock { Array($0.running.values) } }, signal, settings.grace, clock)
  }

  private func claim() async -> Job? {
    let (database, kinds, most, now) = (database, Set(handlers.keys), settings.attempts, now)
    do {
      return try await Blocking.run {
        guard try database.read({ try $0.hasJobToClaim() }) else { return nil }
        return try database.write(as: .worker, at: now()) { try $0.claimJob(kinds: kinds, most: most) }
      }
    } catch {
      logger.warning("the queue of jobs cannot be read", metadata: ["error": "\(Job.Failure(error).code)"])
      return nil
    }
  }

  /// Ends running jobs that somebody asked to end, also those that report seldom.
  private func cancelAsked() async {
    let (database, running) = (database, state.withLock { Array($0.running.keys) })
    guard !running.isEmpty else { return }
    let asked = try? await Blocking.run {
      try database.read { reader in try running.filter { try reader.job($0)?.cancelAskedAt != nil } }
    }
    for id in asked ?? [] { state.withLock { $0.running[id] }?.cancel() }
  }

  private func begin(_ job: Job) {
    state.withLock { state in
      state.running[job.id] = Task.detached(executorPreference: BackgroundExecutor.shared) { [self] in
        await work(job)
        _ = self.state.withLock { $0.running.removeValue(forKey: job.id) }
        signal.wake()
      }
    }
    board.tell(job.id)
  }

  private func work(_ job: Job) async {
    let desk = JobDesk(
      job: job.id, database: database, spool: spool, now: now, told: { [board] in board.tell(job.id) },
      stop: { [weak self] in self?.state.withLock { $0.running[job.id] }?.cancel() })
    let outcome: JobOutcome?
    do {
      guard let handler = handlers[job.kind] else { return }
      outcome = .done(result: try await handler.run(job, desk))
    } catch is CancellationError {
      // Cancelled by somebody or because the runner stops; the row tells which.
      outcome = nil
    } catch {
      outcome = .failed(Job.Failure(error))
    }
    await end(job.id, outcome)
    board.tell(job.id)
  }

  /// A result must not be lost to a disk that is full for a while: it is written as soon as that is possible.
  private func end(_ id: JobID, _ outcome: JobOutcome?) async {
    let (database, now) = (database, now)
    while true {
      do {
        _ = try await Blocking.run {
          try database.write(as: .worker, at: now()) { writer in
            if let outcome { return try writer.finishJob(id, outcome) }
            return try writer.job(id)?.cancelAskedAt != nil
              ? try writer.finishJob(id, .cancelled) : try writer.handBackJob(id)
          }
        }
        return
      } catch {
        logger.error(
          "the end of a job cannot be noted",
          metadata: ["job": "\(id)", "error": "\(Job.Failure(error).code)"])
        guard !isStopping, (try? await clock.sleep(for: settings.poll)) != nil else { return }
      }
    }
  }
}

/// Tells those who watch a job that something about it has changed.
final class JobBoard: Sendable {
  private let watchers = Mutex<[JobID: [ObjectIdentifier: Signal]]>([:])
  private let isClosed = Atomic(false)

  /// Ends all watching: the process stops, and a stream must not hold it up.
  func close() {
    isClosed.store(true, ordering: .relaxed)
    for signal in watchers.withLock({ $0.values.flatMap(\.values) }) { signal.wake() }
  }

  func tell(_ job: JobID) {
    for signal in watchers.withLock({ $0[job].map { Array($0.values) } ?? [] }) { signal.wake() }
  }

  fileprivate func add(_ signal: Signal, to job: JobID) {
    watchers.withLock { $0[job, default: [:]][ObjectIdentifier(signal)] = signal }
  }

  fileprivate func remove(_ signal: Signal, from job: JobID) {
    watchers.withLock { all in
      all[job]?[ObjectIdentifier(signal)] = nil
      if all[job]?.isEmpty == true { all[job] = nil }
    }
  }

  /// A job as it stands now and after each change, up to its end; nothing when there is no such job. Changes that
  /// follow each other quickly may come as one. Works for jobs of other processes too, which are looked at each `poll`.
  func events(
    _ job: JobID, in database: Database, poll: Duration = .seconds(1),
    clock: any Clock<Duration> = ContinuousClock()
  ) -> AsyncThrowingStream<Job, any Error> {
    let watch = Watch(job, board: self)
    return AsyncThrowingStream {
      while true {
        try Task.checkCancellation()
        if watch.last?.state.isEnded == true || self.isClosed.load(ordering: .relaxed) { return nil }
        guard let found = try await Blocking.run({ try database.read { try $0.job(job) } }) else {
          return nil
        }
        if found != watch.last {
          watch.last = found
          return found
        }
        await watch.signal.wait(upTo: poll, clock: clock)
      }
    }
  }

  private final class Watch: Sendable {
    let signal = Signal()
    private let job: JobID
    private let board: JobBoard
    private let state = Mutex<Job?>(nil)
    var last: Job? {
      get { state.withLock { $0 } }
      set { state.withLock { $0 = newValue } }
    }

    init(_ job: JobID, board: JobBoard) {
      self.job = job
      self.board = board
      board.add(signal, to: job)
    }

    deinit { board.remove(signal, from: job) }
  }
}
