import CRM
import Foundation
import Geo

/// Which partners a selection holds, with the counts shown before anything is done.
public struct SelectedPartners: Sendable {
  /// A selected partner's place in the file, id and coordinate.
  public struct Entry: Sendable, Hashable {
    public var id: PartnerID
    public var coordinate: Coordinate?
  }
  public var count: Int { entries.count }
  /// By status name; statuses nobody has are absent.
  public var byStatus: [String: Int]
  /// By login; the empty string stands for nobody.
  public var byResponsible: [String: Int]
  /// In no particular order.
  public var entries: [Entry]
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
  /// Ids, places and counts of the selected partners: what a map needs while a lasso is being drawn.
  ///
  /// Areas go through the R*Tree and then through the exact test in double precision; a point on an area's
  /// boundary belongs to it. Areas are taken as they are: rings are read even-odd, and whether they cross
  /// themselves is asked where they enter (`MultiPolygon.validated()`) and by ``select(_:)``.
  ///
  /// O(candidates in the area's box). An area alone is answered from the points in memory, brought up to date
  /// first; with filters on other fields each candidate's row is read.
  /// - Throws: ``StoreError/unknownRegion(_:choices:)``, ``StoreError/notFound(entity:id:)`` for a login nobody has.
  public func selectIDs(_ selection: Selection) throws -> SelectedPartners {
    let plan = try plan(selection, validating: false)
    if let area = plan.area, plan.condition.isAlways, let points = try currentPoints() {
      return try select(area, rows: plan.rows, points: points)
    }
    var entries: [SelectedPartners.Entry] = []
    var tally = Tally()
    try forEachRow(plan, columns: ", p.uid, p.status, p.responsible_id") { c in
      entries.append(.init(id: c.id(2), coordinate: GeometryBlob.coordinate(c.bytes(1))))
      tally.count(status: try c.value(3, in: "partner"), responsible: c.int(4))
    }
    return SelectedPartners(
      byStatus: tally.byStatus, byResponsible: try byLogin(tally), entries: entries)
  }

  private func select(_ area: AreaTest, rows: RowSet?, points: PointTable) throws -> SelectedPartners {
    var entries: [SelectedPartners.Entry] = []
    var tally = Tally()
    let boxes = area.boxes
    var seen = RowSet()
    for box in boxes {
      try db.rows(
        "SELECT pkid FROM idx_partner_location WHERE xmax >= ? AND xmin <= ? AND ymax >= ? AND ymin <= ?",
        .double(box.west), .double(box.east), .double(box.south), .double(box.north)
      ) { c in
        let row = c.int(0)
        let point = points[row]
        guard let coordinate = point.coordinate, area.contains(coordinate) else { return }
        if let rows, !rows.contains(Int64(row)) { return }
        if boxes.count > 1 {
          guard !seen.contains(Int64(row)) else { return }
          seen.insert(Int64(row))
        }
        entries.append(.init(id: PartnerID(point.uuid), coordinate: coordinate))
        tally.count(status: point.status, responsible: Int(point.responsible))
      }
    }
    return SelectedPartners(
      byStatus: tally.byStatus, byResponsible: try byLogin(tally), entries: entries)
  }

  /// The selected partners in full, by name, with counts by status and responsible.
  public func select(_ selection: Selection) throws -> SelectionResult {
    var tally = Tally()
    var rows: [(row: Int64, key: String)] = []
    try forEachRow(plan(selection), columns: ", p.status, p.responsible_id, p.name_key") { c in
      tally.count(status: try c.value(2, in: "partner"), responsible: c.int(3))
      rows.append((c.int64(0), c.text(4)))
    }
    rows.sort { ($0.key, $0.row) < ($1.key, $1.row) }
    return SelectionResult(
      count: rows.count, byStatus: tally.byStatus, byResponsible: try byLogin(tally),
      partners: try rows.compactMap { try summary(row: $0.row) })
  }

  /// The selected partners by name.
  public func summaries(_ selection: Selection) throws -> [PartnerSummary] {
    try select(selection).partners
  }

  /// Calls `body` for each selected partner, oldest first, holding one at a time.
  public func forEachSummary(_ selection: Selection, _ body: (PartnerSummary) throws -> Void) throws {
    var rows = RowSet()
    try forEachRow(plan(selection), columns: "") { rows.insert($0.int64(0)) }
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

  func summary(row: Int64) throws -> PartnerSummary? {
    try db.first(
      """
      SELECT p.uid, p.name, p.kind, p.status, u.login,
        (SELECT a.text FROM address a WHERE a.partner_id = p.id
          ORDER BY a.type <> 'physical', a.position LIMIT 1),
        (SELECT c.value FROM contact_point c WHERE c.partner_id = p.id AND c.kind = 'phone'
          ORDER BY c.person_id IS NOT NULL, c.position LIMIT 1),
        p.location, g.level, g.stale, p.last_visit, p.call_interval_days,
        (SELECT group_concat(tag, char(31)) FROM partner_tag t WHERE t.partner_id = p.id),
        p.opening_hours, p.visit_seconds, p.do_not_visit, p.do_not_visit_until, p.do_not_visit_reason
      FROM partner p LEFT JOIN user u ON u.id = p.responsible_id
      LEFT JOIN geocode_result g ON g.partner_id = p.id AND g.is_current = 1
      WHERE p.id = ?
      """, .int(row)
    ) { c in
      PartnerSummary(
        id: c.id(0), name: c.text(1), kind: try c.value(2, in: "partner"),
        status: try c.value(3, in: "partner"), responsible: c.textOrNil(4), address: c.textOrNil(5),
        phone: c.textOrNil(6), coordinate: GeometryBlob.coordinate(c.bytes(7)),
        level: c.isNull(8) ? nil : try c.value(8, in: "geocode_result"), stale: c.bool(9),
        lastVisit: c.dateOrNil(10), callIntervalDays: c.intOrNil(11),
        tags: c.textOrNil(12).map { $0.unicodeScalars.split(separator: "\u{1F}").map { String($0) } } ?? [],
        openingHours: try c.openingHours(13), visitLength: c.intOrNil(14).map { Seconds($0) },
        doNotVisit: c.doNotVisit(15))
    }
  }
}

/// Counts while rows pass by.
private struct Tally {
  private var statuses = Array(repeating: 0, count: PartnerStatus.allCases.count)
  /// By row id of the user, 0 for nobody.
  private(set) var responsible: [Int] = [0]

  @inline(__always) mutating func count(status: PartnerStatus, responsible row: Int) {
    statuses[PointTable.code(status)] += 1
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
