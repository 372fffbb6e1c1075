import Hummingbird
import NIOPosix
import Synchronization

/// Where trips are planned: two at once on threads of their own, so that the search keeps no other answer waiting. The
/// rest stand in a queue of bounded length; whoever leaves takes his work with him.
final class PlanningDesk: TaskExecutor {
  static let places = 2
  static let queueLimit = 32

  private struct State {
    var free = PlanningDesk.places
    var nextNumber = 0
    var waiting: [(number: Int, ready: CheckedContinuation<Void, any Error>)] = []
  }

  private let state = Mutex(State())
  private let pool = NIOThreadPool(numberOfThreads: PlanningDesk.places)

  init() { pool.start() }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    pool.submit { _ in job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// Does the work when a place is free.
  /// - Throws: ``APIError/planningBusy``; ``APIError/callerGone`` when the connection closed meanwhile.
  func run<Answer: Sendable>(
    for call: APICall, _ work: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    do {
      // Without a socket there is nobody who could leave.
      guard !call.context.remoteAddress.isEmpty else { return try await queued(work) }
      call.context.ending.set()
      return try await call.request.body.whileCallerStays { try await self.queued(work) }
    } catch is CancellationError {
      throw APIError.callerGone
    }
  }

  private func queued<Answer: Sendable>(
    _ work: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await takePlace()
    defer { leavePlace() }
    let answer = try await withTaskExecutorPreference(self) { try await work() }
    // A search that was ended early has no answer worth giving.
    try Task.checkCancellation()
    return answer
  }

  private func takePlace() async throws {
    let number = state.withLock { state in
      state.nextNumber += 1
      return state.nextNumber
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (ready: CheckedContinuation<Void, any Error>) in
        let now: Result<Void, any Error>? = state.withLock { state in
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.free > 0 {
            state.free -= 1
            return .success(())
          }
          guard state.waiting.count < Self.queueLimit else { return .failure(APIError.planningBusy) }
          state.waiting.append((number, ready))
          return nil
        }
        if let now { ready.resume(with: now) }
      }
    } onCancel: {
      let left: CheckedContinuation<Void, any Error>? = state.withLock { state in
        guard let index = state.waiting.firstIndex(where: { $0.number == number }) else { return nil }
        return state.waiting.remove(at: index).ready
      }
      left?.resume(throwing: CancellationError())
    }
  }

  private func leavePlace() {
    let next: CheckedContinuation<Void, any Error>? = state.withLock { state in
      if state.waiting.isEmpty {
        state.free += 1
        return nil
      }
      return state.waiting.removeFirst().ready
    }
    next?.resume()
  }
}

extension RequestBody {
  /// Does the work, and ends it when the caller closes the connection. The body was read before.
  /// - Throws: `CancellationError` when the caller is gone.
  func whileCallerStays<Answer: Sendable>(
    _ work: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await consumeWithCancellationOnInboundClose { rest in
      // The library does not end the stream of a caller who left, and a stream that is dropped while it is neither ended
      // nor given up by a reader stops the process: it is given up at once.
      _ = rest.makeAsyncIterator()
      return try await work()
    }
  }
}
