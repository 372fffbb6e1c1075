#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// When a search has to end: by iterations, by time, or because its task is cancelled.
///
/// With a time the number of iterations depends on the machine; with iterations alone the answer depends on problem,
/// seed and iterations only.
public struct SearchBudget: Sendable, Hashable {
  /// Which time counts.
  public enum Clock: Sendable, Hashable {
    /// Time that passes.
    case wall
    /// Time this thread computes: for measuring beside other work.
    case thread
  }

  public var iterations: Int?
  public var seconds: Double?
  public var clock: Clock

  public init(iterations: Int? = nil, seconds: Double? = nil, clock: Clock = .wall) {
    self.iterations = iterations
    self.seconds = seconds
    self.clock = clock
  }
}

/// A running ``SearchBudget``.
struct SearchDeadline {
  let budget: SearchBudget
  private let began: Double

  init(_ budget: SearchBudget) {
    self.budget = budget
    began = Self.now(budget.clock)
  }

  private static func now(_ clock: SearchBudget.Clock) -> Double {
    var time = timespec()
    clock_gettime(clock == .wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Seconds since the start.
  var elapsed: Double { Self.now(budget.clock) - began }

  /// The share of the budget used, 1 and more when it is over; asked every few iterations.
  func used(iterations: Int) -> Double {
    if Task.isCancelled { return 2 }
    var share = 0.0
    if let limit = budget.iterations { share = limit > 0 ? Double(iterations) / Double(limit) : 1 }
    if let limit = budget.seconds { share = max(share, limit > 0 ? elapsed / limit : 1) }
    return share
  }
}
