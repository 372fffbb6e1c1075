/// How soon a partner wants to be visited, by its call interval.
public enum Urgency: String, Sendable, Hashable, CaseIterable, Codable {
  /// The interval has run out.
  case overdue
  /// It runs out within ``lead(of:)``.
  case due
  /// It lasts longer, or there is none.
  case notDue

  /// Days before the end of an interval from which on a visit is due: a quarter of it, 14 at most.
  /// - Parameter interval: in days.
  public static func lead(of interval: Int) -> Int { min(14, max(0, interval) / 4) }

  /// - Parameters:
  ///   - lastVisit: the day of it; nil when there was none.
  ///   - interval: in days; nil or 0 when there is none.
  public init(lastVisit: LocalDate?, interval: Int?, today: LocalDate) {
    guard let interval, interval > 0 else {
      self = .notDue
      return
    }
    let left = lastVisit.map { $0.daysSinceEpoch + interval - today.daysSinceEpoch } ?? 0
    self = left <= 0 ? .overdue : left <= Self.lead(of: interval) ? .due : .notDue
  }
}
