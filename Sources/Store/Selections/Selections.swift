import CRM
import Foundation
import Geo

/// Which partners a selection holds, with the counts shown before anything is done.
public struct SelectedPartners: Sendable, Hashable {
  /// A selected partner's id and coordinate.
  public struct Entry: Sendable, Hashable {
    public var id: PartnerID
    public var coordinate: Coordinate?
    /// Its place in the file.
    let row: Int64
  }
  public var count: Int { entries.count }
  /// By status name; statuses nobody has are absent.
  public var byStatus: [String: Int]
  /// By login; the empty string stands for nobody.
  public var byResponsible: [String: Int]
  /// In no particular order.
  public var entries: [Entry]

  /// Who they are, for reading them one after another.
  public var chosen: ChosenPartners {
    var rows = RowSet()
    for entry in entries { rows.insert(entry.row) }
    return ChosenPartners(rows: rows)
  }
}

/// A selection's partners in full.
public struct SelectionResult: Sendable, Hashable, Codable {
  public var count: Int
  public var byStatus: [String: Int]
  public var byResponsible: [String: Int]
  /// By folded name.
  public var partners: [PartnerSummary]

  public init(
    count: Int, byStatus: [String: Int], byResponsible: [String: Int], partners: [PartnerSummary]
  ) {
    self.count = count
    self.byStatus = byStatus
    self.byResponsible = byResponsible
    self.partners = partners
  }
}

extension ReadAccess {
  /// Ids, places and counts of the selected partners: what a map needs while a lasso is being drawn, and what every
  /// other way of asking is built on.
  ///
  /// Areas go through the R*Tree and then through the exact test in double precision; a point on an area's
  /// boundary belongs to it. Areas are taken as they are: rings are read even-odd, and whether they cross
  /// themselves is asked where they enter (`MultiPolygon.validated()`) and by ``select(_:by:)``.
  ///
  /// O(candidates): those in the area's box, or of the list or tag, else all partners. Everything is asked of the
  /// points in memory, brought up to date first; of the rows themselves the first time a process asks.
  /// - Parameters:
  ///   - others: only those that are among these too, where they are given.
  ///   - clock: which day it is and where days begin.
  /// - Throws: ``StoreError/unknownRegion(_:choices:)``, ``StoreError/notFound(entity:id:)`` for a login nobody has.
  public func selectIDs(
    _ selection: Selection, among others: ChosenPartners? = nil, by clock: DayClock = DayClock()
  ) throws -> SelectedPartners {
    let plan = try plan(selection, by: clock)
    var entries: [SelectedPartners.Entry] = []
    var tally = Tally()
    try forEachSelected(plan, points: try currentPoints()) { row, point in
      if let others, !others.rows.contains(row) { return }
      entries.append(.init(id: PartnerID(point.uuid), coordinate: point.coordinate, row: row))
      tally.count(status: point.statusCode, responsible: Int(point.responsible))
    }
    return SelectedPartners(
      byStatus: tally.byStatus, byResponsible: try byLogin(tally), entries: entries)
  }

  /// The selected partners in full, by name, with counts by status and responsible.
  /// - Throws: as ``selectIDs(_:by:)``; `GeometryError` for an area that crosses itself.
  public func select(_ selection: Selection, by clock: DayClock = DayClock()) throws -> SelectionResult {
    try validateAreas(of: selection)
    let chosen = try selectIDs(selection, by: clock)
    var found = try chosen.entries.compactMap { entry in
      try namedSummary(row: entry.row).map { (key: $0.key, row: entry.row, partner: $0.partner) }
    }
    found.sort { ($0.key, $0.row) < ($1.key, $1.row) }
    return SelectionResult(
      count: chosen.count, byStatus: chosen.byStatus, byResponsible: chosen.byResponsible,
      partners: found.map(\.partner))
  }

  /// The selected partners by name.
  public func summaries(_ selection: Selection, by clock: DayClock = DayClock()) throws -> [PartnerSummary] {
    try select(selection, by: clock).partners
  }

  /// The selected partners whose places cost least, the least first, of equal ones the first added. All places are
  /// weighed in memory; only the partners that are given are read.
  /// - Parameters:
  ///   - count: at most so many.
  ///   - others: none of these.
  ///   - cost: of a place.
  /// - Throws: as ``selectIDs(_:among:by:)``.
  public func summaries(
    _ selection: Selection, least count: Int, without others: Set<PartnerID> = [],
    by cost: (Coordinate) -> Double
  ) throws -> [PartnerSummary] {
    var weighed: [(cost: Double, row: Int64)] = []
    for entry in try selectIDs(selection).entries where !others.contains(entry.id) {
      if let place = entry.coordinate { weighed.append((cost(place), entry.row)) }
    }
    weighed.sort { ($0.cost, $0.row) < ($1.cost, $1.row) }
    return try weighed.prefix(count).compactMap { try summary(row: $0.row) }
  }

  /// Calls `body` for each selected partner, oldest first, holding one at a time.
  public func forEachSummary(
    _ selection: Selection, by clock: DayClock = DayClock(), _ body: (PartnerSummary) throws -> Void
  ) throws {
    try validateAreas(of: selection)
    var rows = RowSet()
    for entry in try selectIDs(selection, by: clock).entries { rows.insert(entry.row) }
    try rows.visitEach { row in
      if let summary = try summary(row: row) { try body(summary) }
    }
  }

  private func byLogin(_ tally: Tally) throws -> [String: Int] {
    var result: [String: Int] = [:]
    for (row, count) in tally.responsible.enumerated() where count > 0 {
      let login =
        row == 0 ? "" : try db.first("SELECT login FROM user WHERE id = ?", .int(row)) { $0.text(0) }
      result[login ?? "", default: 0] += count
    }
    return result
  }

  func summary(row: Int64) throws -> PartnerSummary? { try namedSummary(row: row)?.partner }

  /// With the folded name by which lists are sorted.
  private func namedSummary(row: Int64) throws -> (key: String, partner: PartnerSummary)? {
    try db.first(
      """
      SELECT p.uid, p.name, p.kind, p.status, u.login,
        (SELECT a.text FROM address a WHERE a.partner_id = p.id
          ORDER BY a.type <> 'physical', a.position LIMIT 1),
        (SELECT c.value FROM contact_point c WHERE c.partner_id = p.id AND c.kind = 'phone'
          ORDER BY c.person_id IS NOT NULL, c.position LIMIT 1),
        p.location, g.level, g.stale, p.last_visit, p.call_interval_days,
        (SELECT group_concat(tag, char(31)) FROM partner_tag t WHERE t.partner_id = p.id),
        p.opening_hours, p.visit_seconds, p.do_not_visit, p.do_not_visit_until, p.do_not_visit_reason,
        p.name_key
      FROM partner p LEFT JOIN user u ON u.id = p.responsible_id
      LEFT JOIN geocode_result g ON g.partner_id = p.id AND g.is_current = 1
      WHERE p.id = ?
      """, .int(row)
    ) { c in
      let partner = PartnerSummary(
        id: c.id(0), name: c.text(1), kind: try c.value(2, in: "partner"),
        status: try c.value(3, in: "partner"), responsible: c.textOrNil(4), address: c.textOrNil(5),
        phone: c.textOrNil(6), coordinate: GeometryBlob.coordinate(c.bytes(7)),
        level: c.isNull(8) ? nil : try c.value(8, in: "geocode_result"), stale: c.bool(9),
        lastVisit: c.dateOrNil(10), callIntervalDays: c.intOrNil(11),
        tags: c.textOrNil(12).map { $0.unicodeScalars.split(separator: "\u{1F}").map { String($0) } } ?? [],
        openingHours: try c.openingHours(13), visitLength: c.intOrNil(14).map { Seconds($0) },
        doNotVisit: c.doNotVisit(15))
      return (c.text(18), partner)
    }
  }
}

/// Counts while rows pass by.
private struct Tally {
  private var statuses = Array(repeating: 0, count: PartnerStatus.allCases.count)
  /// By row id of the user, 0 for nobody.
  private(set) var responsible: [Int] = [0]

  @inline(__always) mutating func count(status code: UInt8, responsible row: Int) {
    statuses[Int(code)] += 1
    if row >= responsible.count {
      responsible.append(contentsOf: repeatElement(0, count: row + 1 - responsible.count))
    }
    responsible[row] += 1
  }

  var byStatus: [String: Int] {
    var result: [String: Int] = [:]
    for status in PartnerStatus.allCases where statuses[PointTable.code(status)] > 0 {
      result[status.rawValue] = statuses[PointTable.code(status)]
    }
    return result
  }
}
