import CRM
import Foundation
import Geo

/// What a map that colours regions shows of one.
public struct RegionFacts: Sendable, Hashable {
  public var partners = 0
  /// Their call interval has run out.
  public var overdue = 0
  /// No visit for 90 days, or never.
  public var unvisited = 0

  public init(partners: Int = 0, overdue: Int = 0, unvisited: Int = 0) {
    (self.partners, self.overdue, self.unvisited) = (partners, overdue, unvisited)
  }

  public static func += (sum: inout RegionFacts, other: RegionFacts) {
    sum.partners += other.partners
    sum.overdue += other.overdue
    sum.unvisited += other.unvisited
  }
}

extension ReadAccess {
  /// Days without a visit from which on a partner counts as ``RegionFacts/unvisited``.
  public static var unvisitedDays: Int { 90 }

  /// Of the partners a query holds and the scope shows, how many there are in each region, by the code of the address
  /// that is visited; whoever's region is not known is in none. O(partners held), from memory.
  public func regionFacts(
    _ query: PartnerQuery, scope: RecordScope, by clock: DayClock = DayClock()
  ) throws -> [String: RegionFacts] {
    let directory = try partnerDirectory(query.sort)
    let filter = try PartnerFilter(query, scope: scope, in: directory, by: clock, reader: access)
    let due = DueDays(clock.today, clock)
    let since = clock.start(of: clock.today.adding(days: -Self.unvisitedDays)).milliseconds
    var facts = [RegionFacts](repeating: RegionFacts(), count: directory.regions.values.count)
    filter.candidates(in: directory).visit(directory.entries.count) { row in
      let entry = directory[row]
      guard filter.holds(entry, row: row) else { return }
      facts[Int(entry.region)] += RegionFacts(
        partners: 1, overdue: due.isDue(interval: entry.interval, lastVisit: entry.lastVisit) ? 1 : 0,
        unvisited: entry.lastVisit < since ? 1 : 0)
    }
    var byCode: [String: RegionFacts] = [:]
    for (key, fact) in zip(directory.regions.values, facts) where !key.code.isEmpty && fact.partners > 0 {
      byCode[key.code.uppercased(), default: RegionFacts()] += fact
    }
    return byCode
  }
}
