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
    let logins = try loginsByRow()
    func named(_ one: SummaryRow) -> PartnerSummary {
      var summary = one.summary
      if one.responsible != 0 { summary.responsible = logins[one.responsible] }
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
        page.append(named(value))
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

  /// The logins of all users by row: a company has some hundreds.
  private func loginsByRow() throws -> [Int64: String] {
    if let generation = access.generation, let known = shared.logins(of: generation) { return known }
    var names: [Int64: String] = [:]
    try db.rows("SELECT id, login FROM user") { names[$0.int64(0)] = $0.text(1) }
    if let generation = access.generation { shared.keep(logins: names, of: generation) }
    return names
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
    let last = order.rows.count - 1
    // Steps along the order as it is asked for; places are those of the ascending one.
    func row(_ step: Int) -> Int { Int(order.rows[query.descending ? last - step : step]) }
    func step(of row: Int) -> Int {
      query.descending ? last - Int(order.places[row]) : Int(order.places[row])
    }
    let start = query.after.map { position(behind: $0, query) } ?? 0
    let candidates = filter.candidates(in: self)
    let isWalked = candidates.count(of: entries.count) > 2 * query.walk
    var found: [Int] = []
    found.reserveCapacity(limit + 1)
    var next = start
    if isWalked {
      let near = min(order.rows.count, start + query.walk)
      while next < near, found.count <= limit {
        let row = row(next)
        if filter.holds(entries[row], row: row) { found.append(next) }
        next += 1
      }
    }
    if found.count <= limit, next <= last {
      // Few hold, or they stand far behind: all candidates in the order of memory, keeping the first.
      var first = Smallest(limit + 1 - found.count)
      candidates.visit(entries.count) { row in
        guard filter.holds(entries[row], row: row) else { return }
        let step = step(of: row)
        if step >= next { first.offer(step) }
      }
      found += first.sorted
    }
    return (found.prefix(limit).map { Int32(truncatingIfNeeded: row($0)) }, found.count <= limit)
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
    let order = order(query.sort).rows
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

/// The smallest so many of the numbers that are offered: a heap whose root is the largest of them.
private struct Smallest {
  private let limit: Int
  private var heap: [Int] = []

  init(_ limit: Int) {
    self.limit = limit
    heap.reserveCapacity(limit)
  }

  @inline(__always) mutating func offer(_ number: Int) {
    if heap.count == limit, number >= heap[0] { return }
    insert(number)
  }

  private mutating func insert(_ number: Int) {
    guard heap.count == limit else {
      heap.append(number)
      var child = heap.count - 1
      while child > 0, heap[(child - 1) / 2] < heap[child] {
        heap.swapAt(child, (child - 1) / 2)
        child = (child - 1) / 2
      }
      return
    }
    heap[0] = number
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < limit else { return }
      if child + 1 < limit, heap[child] < heap[child + 1] { child += 1 }
      guard heap[parent] < heap[child] else { return }
      heap.swapAt(parent, child)
      parent = child
    }
  }

  var sorted: [Int] { heap.sorted() }
}
