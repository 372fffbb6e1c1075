import CRM
import Foundation
import Geo

/// A selection as a question about one partner, asked of the point in memory or of the same columns read from the
/// row: who is selected is decided here and nowhere else.
indirect enum PartnerTest {
  case always
  case rows(RowSet)
  /// One bit for each code of ``PointTable``.
  case status(UInt32)
  case kind(UInt32)
  /// Row ids of users, 0 for nobody.
  case responsible(Set<Int32>)
  /// Milliseconds since 1970; never visited counts.
  case visitedBefore(Int64)
  case overdue(DueDays)
  case area(AreaTest)
  case all([PartnerTest])
  case any([PartnerTest])
  case not(PartnerTest)

  func holds(_ point: PointTable.Point, row: Int64) -> Bool {
    switch self {
    case .always: return true
    case .rows(let rows): return rows.contains(row)
    case .status(let bits): return bits & (1 << UInt32(point.statusCode)) != 0
    case .kind(let bits): return bits & (1 << UInt32(point.kindCode)) != 0
    case .responsible(let users): return users.contains(point.responsible)
    case .visitedBefore(let instant): return point.lastVisit < instant
    case .overdue(let days): return days.isDue(point)
    case .area(let area): return point.coordinate.map { area.contains($0) } ?? false
    case .all(let list):
      for one in list where !one.holds(point, row: row) { return false }
      return true
    case .any(let list):
      for one in list where one.holds(point, row: row) { return true }
      return false
    case .not(let one): return !one.holds(point, row: row)
    }
  }

  var isAlways: Bool { if case .always = self { true } else { false } }

  /// All of them, the cheap questions first.
  static func conjunction(_ list: [PartnerTest]) -> PartnerTest {
    let parts = list.filter { !$0.isAlways }
    guard parts.count > 1 else { return parts.first ?? .always }
    return .all(parts.filter { !$0.asksPlace } + parts.filter(\.asksPlace))
  }

  /// Any of them; areas alone are one area.
  static func disjunction(_ list: [PartnerTest]) -> PartnerTest {
    let areas = list.compactMap { if case .area(let area) = $0 { area } else { nil } }
    guard list.count > 1 else { return list.first ?? .any([]) }
    return areas.count == list.count ? .area(.any(areas)) : .any(list)
  }

  private var asksPlace: Bool {
    switch self {
    case .area: true
    case .all(let list), .any(let list): list.contains(where: \.asksPlace)
    case .not(let one): one.asksPlace
    default: false
    }
  }
}

/// By which instant a partner of each call interval must have been visited last. Due on the day that lies an interval
/// after the visit's day, days cut in the zone of asking.
final class DueDays {
  private let day: Int
  private let clock: DayClock
  private var latest: [Int32: Int64] = [:]
  /// As ``latest``, so many days later as a visit is due before.
  private var soon: [Int32: Int64] = [:]

  init(_ day: LocalDate, _ clock: DayClock) {
    self.day = day.daysSinceEpoch
    self.clock = clock
  }

  func isDue(_ point: PointTable.Point) -> Bool {
    isDue(interval: point.interval, lastVisit: point.lastVisit)
  }

  /// - Parameters:
  ///   - interval: days, 0 for none.
  ///   - lastVisit: milliseconds since 1970.
  func isDue(interval: Int32, lastVisit: Int64) -> Bool {
    guard interval > 0 else { return false }
    if let known = latest[interval] { return lastVisit < known }
    let instant = instant(interval, ahead: 0)
    latest[interval] = instant
    return lastVisit < instant
  }

  /// - Parameters:
  ///   - interval: days, 0 for none.
  ///   - lastVisit: milliseconds since 1970.
  func urgency(interval: Int32, lastVisit: Int64) -> Urgency {
    if isDue(interval: interval, lastVisit: lastVisit) { return .overdue }
    guard interval > 0 else { return .notDue }
    let known = soon[interval] ?? instant(interval, ahead: Urgency.lead(of: Int(interval)))
    soon[interval] = known
    return lastVisit < known ? .due : .notDue
  }

  /// Who was visited before it is due so many days after the day of asking.
  private func instant(_ interval: Int32, ahead: Int) -> Int64 {
    // Nothing is older than the first day there is.
    let first = max(day + ahead - Int(interval) + 1, LocalDate.first.daysSinceEpoch)
    return clock.start(of: LocalDate(daysSinceEpoch: first)).milliseconds
  }
}

extension LocalDate {
  fileprivate static let first = LocalDate(year: 1, month: 1, day: 1)!
}
