import Foundation

/// When and where a question about days is asked: which day it is, and at which instant days begin. A visit at
/// 23:30 UTC was made the next day in Minsk.
public struct DayClock: Hashable, Sendable {
  public var now: Date
  public var zone: TimeZone

  /// - Parameter zone: the process's own when nothing is said: that of the environment variable `TZ`, else of the
  ///   machine.
  public init(now: Date = Date(), zone: TimeZone = .current) {
    self.now = now
    self.zone = zone
  }

  public var today: LocalDate { LocalDate(now, in: zone) }

  /// The first instant of a day.
  public func start(of day: LocalDate) -> Date { day.instant(secondsAfterMidnight: 0, in: zone) }
}
