import Foundation

/// The time a search may take, counted from its own beginning.
struct SearchClock {
  private let limit: TourOptions.Budget
  private let begin: Double

  /// Seconds allowed in all; nil when iterations are counted instead.
  private(set) var total: Double?

  init(_ limit: TourOptions.Budget) {
    self.limit = limit
    begin = Self.now(limit)
    switch limit {
    case .iterations: total = nil
    case .deadline(let end): total = Self.seconds(end - ContinuousClock.now)
    case .processorTime(let length): total = Self.seconds(length)
    }
  }

  /// The same clock, but over so many seconds earlier.
  func less(_ seconds: Double) -> SearchClock {
    var shorter = self
    shorter.total = total.map { $0 - seconds }
    return shorter
  }

  /// Iterations allowed; nil when time is counted instead.
  var iterations: Int? {
    if case .iterations(let count) = limit { return max(0, count) }
    return nil
  }

  var elapsed: Double { Self.now(limit) - begin }

  /// Whether the time is over, or nobody waits for more: the task was cancelled.
  var isOver: Bool { Task.isCancelled || (total.map { elapsed > $0 } ?? false) }

  private static func seconds(_ length: Duration) -> Double {
    Double(length.components.seconds) + Double(length.components.attoseconds) * 1e-18
  }

  private static func now(_ limit: TourOptions.Budget) -> Double {
    var time = timespec()
    if case .processorTime = limit {
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    } else {
      clock_gettime(CLOCK_MONOTONIC, &time)
    }
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
