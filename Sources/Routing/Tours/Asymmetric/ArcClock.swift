import Glibc

/// The moment at which work has to end, on one of the system's clocks.
struct ArcClock {
  private let clock: clockid_t
  let started: Int
  let deadline: Int

  /// - Parameters:
  ///   - nanoseconds: the budget from now on; nil for none.
  ///   - threadTime: whether processor time of this thread is counted instead of time on the wall.
  init(nanoseconds: Int?, threadTime: Bool) {
    clock = threadTime ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC
    let now = ArcClock.read(clock)
    started = now
    deadline = nanoseconds.map { $0 >= .max - now ? .max : now + $0 } ?? .max
  }

  private init(clock: clockid_t, started: Int, deadline: Int) {
    self.clock = clock
    self.started = started
    self.deadline = deadline
  }

  /// Nanoseconds since the start.
  var elapsed: Int { ArcClock.read(clock) &- started }

  /// Whether the time is over, or nobody waits for more: the task was cancelled.
  var isOver: Bool { (deadline != .max && ArcClock.read(clock) >= deadline) || Task.isCancelled }

  /// A clock that ends after `share` of the time left, or with this one if there is no deadline.
  func part(_ share: Double) -> ArcClock {
    if deadline == .max { return self }
    let now = ArcClock.read(clock)
    let left = Double(max(0, deadline - now)) * share
    return ArcClock(clock: clock, started: started, deadline: min(deadline, now + Int(left)))
  }

  private static func read(_ clock: clockid_t) -> Int {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec)
  }
}
