import Foundation

/// Which of many backups are kept: the newest of each of the last days, weeks, months and years that have one.
///
/// Periods without a backup do not count, so a computer that was off keeps what it has (the rule of `restic forget`).
/// Days are those of UTC, weeks begin on Monday (ISO 8601).
public struct BackupRotation: Sendable, Hashable {
  public var daily: Int
  public var weekly: Int
  public var monthly: Int
  public var yearly: Int

  public init(daily: Int = 7, weekly: Int = 5, monthly: Int = 12, yearly: Int = 0) {
    self.daily = daily
    self.weekly = weekly
    self.monthly = monthly
    self.yearly = yearly
  }

  /// Reads `daily=7,weekly=5,monthly=12,yearly=3` in any order; what is not named is none. Nil when nothing would be kept
  /// or the text is something else.
  public init?(_ text: String) {
    self.init(daily: 0, weekly: 0, monthly: 0, yearly: 0)
    var named: Set<Substring> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", omittingEmptySubsequences: false)
      guard pair.count == 2, let count = Int(pair[1]), (0...10_000).contains(count),
        named.insert(pair[0]).inserted
      else { return nil }
      switch pair[0] {
      case "daily": daily = count
      case "weekly": weekly = count
      case "monthly": monthly = count
      case "yearly": yearly = count
      default: return nil
      }
    }
    guard daily + weekly + monthly + yearly > 0 else { return nil }
  }

  /// Those of the instants whose backup is kept; the newest always is.
  public func kept(of instants: [Date]) -> Set<Date> {
    let newestFirst = Set(instants).sorted(by: >)
    var calendar = Calendar(identifier: .iso8601)
    calendar.timeZone = .gmt
    var kept = Set(newestFirst.prefix(1))
    let periods: [(count: Int, parts: Set<Calendar.Component>)] = [
      (daily, [.year, .month, .day]), (weekly, [.yearForWeekOfYear, .weekOfYear]),
      (monthly, [.year, .month]),
      (yearly, [.year]),
    ]
    for (count, parts) in periods {
      var seen: Set<DateComponents> = []
      for instant in newestFirst where seen.count < count {
        if seen.insert(calendar.dateComponents(parts, from: instant)).inserted { kept.insert(instant) }
      }
    }
    return kept
  }
}
