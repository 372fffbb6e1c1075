import CRM
import Foundation
import Geo

extension ReadAccess {
  /// One page of the partners that `scope` shows, filtered and sorted.
  ///
  /// Who is on the page is decided in memory: a walk along the order while it fills the page soon, else one pass over all
  /// partners. O(partners) at most, with a small constant, whatever filters and order are combined. The first list of a
  /// process reads everybody.
  /// - Parameter clock: which day it is and where days begin.
  /// - Throws: ``StoreError/badCursor(_:)``, ``StoreError/badValue(field:detail:)`` for a limit out of range,
  ///   ``StoreError/notFound(entity:id:)`` for a login nobody has; for `within` as ``selectIDs(_:by:)``.
  public func partnerPage(
    _ query: PartnerQuery, scope: RecordScope, by clock: DayClock = DayClock()
  ) throws -> Page<PartnerSummary> {
    let limit = try Page<PartnerSummary>.checked(limit: query.limit)
    try query.after?.check(.partners, order: query.order)
    let directory = try partnerDirectory(query.sort)
    let filter = try PartnerFilter(query, scope: scope, in: directory, by: clock, reader: access)
    let (rows, isLast) = directory.rows(query, filter, limit: limit)
    let page = try summaries(of: rows, in: directory)
    let cursor = rows.last.map { row in
      ListCursor(.partners, order: query.order, key: directory.key(row, query.sort), row: Int64(row))
    }
    return Page(
      items: page, next: isLast ? nil : cursor,
      total: query.countsTotal ? directory.count(filter) : nil)
  }

  /// In the order of `rows`. Of a later state's partners those that are not there yet are left out.
  private func summaries(of rows: [Int32], in directory: PartnerDirectory) throws -> [PartnerSummary] {
    let keys = rows.map { (row: Int64($0), change: directory[Int($0)].change) }
    var logins: [Int64: String] = [:]
    func named(_ one: SummaryRow) throws -> PartnerSummary {
      var summary = one.summary
      if one.responsible != 0 {
        if logins[one.responsible] == nil {
          logins[one.responsible] = try db.first(
            "SELECT login FROM user WHERE id = ?", .int(one.responsible)
          ) { $0.text(0) }
        }
        summary.responsible = logins[one.responsible]
      }
      return summary
    }
    // What this snapshot has belongs to these changes only if it is of the same state.
    let isSameState = try !access.isWriting && directory.sequence == changeSequence()
    let known =
      isSameState ? shared.summaries.values(keys) : [SummaryRow?](repeating: nil, count: keys.count)
    var read: [(row: Int64, change: Int64, value: SummaryRow)] = []
    var page: [PartnerSummary] = []
    page.reserveCapacity(keys.count)
    for (key, value) in zip(keys, known) {
      if let value {
        page.append(try named(value))
      } else if var summary = try summary(row: key.row) {
        let login = summary.responsible
        summary.responsible = nil
        let row = SummaryRow(summary: summary, responsible: Int64(directory[Int(key.row)].responsible))
        if isSameState { read.append((key.row, key.change, row)) }
        summary.responsible = login
        page.append(summary)
      }
    }
    shared.summaries.keep(read)
    return page
  }

  /// A partner with everything that belongs to it, as ``partner(_:)`` reads it, from memory while nothing was changed.
  public func partnerDetail(_ id: PartnerID) throws -> Partner? {
    let found = try db.first(
      """
      SELECT p.id, c.seq FROM partner p LEFT JOIN partner_change c ON c.partner_id = p.id WHERE p.uid = ?
      """, id.blob
    ) { (row: $0.int64(0), change: $0.int64(1)) }
    guard let (row, change) = found else { return nil }
    guard !access.isWriting, change > 0 else { return try partner(row: row) }
    if let known = shared.details.value(row: row, change: change) { return known }
    let partner = try partner(row: row)
    if let partner { shared.details.keep([(row, change, partner)]) }
    return partner
  }
}

extension PartnerDirectory {
  /// The rows of a page, and whether nobody comes behind them.
  func rows(_ query: PartnerQuery, _ filter: PartnerFilter, limit: Int) -> (rows: [Int32], isLast: Bool) {
    let order = order(query.sort)
    let candidates = filter.candidates(in: self)
    var best = FirstRows(limit + 1) { [self] a, b in
      query.descending ? precedes(b, a, query.sort) : precedes(a, b, query.sort)
    }
    if candidates.count(of: entries.count) <= query.walk {
      candidates.visit(entries.count) { row in
        guard filter.holds(entries[row], row: row) else { return }
        let row = Int32(truncatingIfNeeded: row)
        if let after = query.after {
          let place = compare(row, to: after, query.sort)
          guard query.descending ? place < 0 : place > 0 else { return }
        }
        best.offer(row)
      }
      let found = best.sorted
      return (Array(found.prefix(limit)), found.count <= limit)
    }
    let start = query.after.map { position(behind: $0, query) } ?? 0
    func row(_ step: Int) -> Int32 { query.descending ? order[order.count - 1 - step] : order[step] }
    var found: [Int32] = []
    found.reserveCapacity(limit + 1)
    let near = min(order.count, start + query.walk)
    var step = start
    while step < near, found.count <= limit {
      let row = row(step)
      if filter.holds(entries[Int(row)], row: Int(row)) { found.append(row) }
      step += 1
    }
    if found.count <= limit, step < order.count {
      // Few hold, or they stand far behind: all candidates in the order of memory, keeping the first.
      let edge = row(step)
      candidates.visit(entries.count) { row in
        guard filter.holds(entries[row], row: row) else { return }
        let row = Int32(truncatingIfNeeded: row)
        let isBefore = query.descending ? precedes(edge, row, query.sort) : precedes(row, edge, query.sort)
        if !isBefore { best.offer(row) }
      }
      found += best.sorted.prefix(limit + 1 - found.count)
    }
    let isLast = found.count <= limit
    return (Array(found.prefix(limit)), isLast)
  }

  func count(_ filter: PartnerFilter) -> Int {
    var count = 0
    filter.candidates(in: self).visit(entries.count) { row in
      if filter.holds(entries[row], row: row) { count += 1 }
    }
    return count
  }

  /// The first step along the order that is behind the cursor's place. O(log partners).
  private func position(behind cursor: ListCursor, _ query: PartnerQuery) -> Int {
    let order = order(query.sort)
    var (low, high) = (0, order.count)
    while low < high {
      let middle = (low + high) / 2
      let place = compare(
        query.descending ? order[order.count - 1 - middle] : order[middle], to: cursor, query.sort)
      let isBehind = query.descending ? place < 0 : place > 0
      if isBehind { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// The first so many of what is offered, in an order: a heap whose root is the last of them.
private struct FirstRows {
  private let limit: Int
  private let precedes: (Int32, Int32) -> Bool
  private var heap: [Int32] = []

  init(_ limit: Int, by precedes: @escaping (Int32, Int32) -> Bool) {
    self.limit = limit
    self.precedes = precedes
  }

  mutating func offer(_ row: Int32) {
    if heap.count < limit {
      heap.append(row)
      var child = heap.count - 1
      while child > 0, precedes(heap[(child - 1) / 2], heap[child]) {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
    } else if let root = heap.first, precedes(row, root) {
      heap[0] = row
      var parent = 0
      while true {
        var child = 2 * parent + 1
        guard child < heap.count else { break }
        if child + 1 < heap.count, precedes(heap[child], heap[child + 1]) { child += 1 }
        guard precedes(heap[parent], heap[child]) else { break }
        heap.swapAt(parent, child)
        parent = child
      }
    }
  }

  var sorted: [Int32] { heap.sorted(by: precedes) }
}
