import Foundation
import Synchronization

/// Wakes one task that waits for something to do. A wake that comes while nobody waits is kept for the next one.
final class Signal: Sendable {
  private struct State {
    var isSet = false
    var waiting: CheckedContinuation<Void, Never>?
  }
  private let state = Mutex(State())

  func wake() {
    let waiting = state.withLock { state in
      defer { state.waiting = nil }
      if state.waiting == nil { state.isSet = true }
      return state.waiting
    }
    waiting?.resume()
  }

  /// Returns when woken, when `limit` has passed, or when the task is cancelled. One task at a time.
  func wait(upTo limit: Duration, clock: any Clock<Duration> = ContinuousClock()) async {
    let timer = Task {
      try await clock.sleep(for: limit)
      wake()
    }
    defer { timer.cancel() }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isSet = state.withLock { state in
          if !state.isSet { state.waiting = continuation }
          defer { state.isSet = false }
          return state.isSet
        }
        if isSet { continuation.resume() }
      }
    } onCancel: {
      wake()
    }
  }
}

/// Work that blocks (the database, files, the mail library) runs on threads kept for it, none on the few that carry
/// every connection.
enum Blocking {
  static func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result(catching: body)) }
    }
  }
}

/// Runs jobs and workers, whole, on threads kept for what blocks: an import is in transactions nearly all of the time,
/// and opening a geocoder may take seconds. The few threads that carry every connection are left to requests.
final class BackgroundExecutor: TaskExecutor {
  static let shared = BackgroundExecutor()
  private let queue = DispatchQueue(label: "planner.background", qos: .utility, attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
  }
}

/// How work that is under way comes to an end when its process stops.
enum Ending {
  /// What is left to work that heeds no cancellation, an import in the middle of a transaction for instance. What it
  /// does then is undone by the database, and the next process takes it up.
  static let last: Duration = .seconds(3)

  /// Waits until nothing runs any more: `grace` for it to end by itself, then ``last`` after it was cancelled.
  /// - Parameters:
  ///   - running: what runs now.
  ///   - signal: woken whenever something has ended.
  static func wait(
    for running: @escaping @Sendable () -> [Task<Void, Never>], _ signal: Signal, _ grace: Duration,
    _ clock: any Clock<Duration>
  ) async {
    let isOver = Atomic(false)
    let timer = Task {
      try await clock.sleep(for: grace)
      for task in running() { task.cancel() }
      try await ContinuousClock().sleep(for: last)
      isOver.store(true, ordering: .relaxed)
      signal.wake()
    }
    while !running().isEmpty, !isOver.load(ordering: .relaxed) {
      await signal.wait(upTo: .seconds(1), clock: clock)
    }
    timer.cancel()
  }
}
