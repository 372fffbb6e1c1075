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
  /// boundary belongs to it.
  /// - Throws: ``StoreError/unknownRegion(_:choices:)``, `GeometryError` for an area that is none,
  ///   ``StoreError/notFound(entity:id:)`` for a login nobody has.
  public func selectIDs(_ selection: Selection) throws -> SelectedPartners {
    var entries: [SelectedPartners.Entry] = []
    var statuses: [String: Int] = [:]
    var responsible: [Int64: Int] = [:]
    try forEachRow(selection, columns: ", p.uid, p.status, p.responsible_id") { c in
      entries.append(.init(id: c.id(2), coordinate: GeometryBlob.coordinate(c.bytes(1))))
      statuses[c.text(3), default: 0] += 1
      responsible[c.isNull(4) ? 0 : c.int64(4), default: 0] += 1
    }
    return SelectedPartners(
      byStatus: statuses, byResponsible: try logins(responsible), entries: entries)
  }

  /// The selected partners in full, by name, with counts by status and responsible.
  public func select(_ selection: Selection) throws -> SelectionResult {
    var statuses: [String: Int] = [:]
    var responsible: [Int64: Int] = [:]
    var rows: [(row: Int64, key: String)] = []
    try forEachRow(selection, columns: ", p.status, p.responsible_id, p.name_key") { c in
      statuses[c.text(2), default: 0] += 1
      responsible[c.isNull(3) ? 0 : c.int64(3), default: 0] += 1
      rows.append((c.int64(0), c.text(4)))
    }
    rows.sort { ($0.key, $0.row) < ($1.key, $1.row) }
    return SelectionResult(
      count: rows.count, byStatus: statuses, byResponsible: try logins(responsible),
      partners: try rows.compactMap { try summary(row: $0.row) })
  }

  /// The selected partners by name.
  public func summaries(_ selection: Selection) throws -> [PartnerSummary] {
    try select(selection).partners
  }

  /// Calls `body` for each selected partner, oldest first, holding one at a time.
  public func forEachSummary(_ selection: Selection, _ body: (PartnerSummary) throws -> Void) throws {
    var rows = RowSet()
    try forEachRow(selection, columns: "") { rows.insert($0.int64(0)) }
    try rows.forEach { row in
      if let summary = try summary(row: row) { try body(summary) }
    }
  }

  private func logins(_ counts: [Int64: Int]) throws -> [String: Int] {
    var result: [String: Int] = [:]
    for (row, count) in counts {
      let login = try db.first("SELECT login FROM user WHERE id = ?", .int(row)) { $0.text(0) }
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

extension ReadAccess {
  /// Selections kept by name, in the order of names.
  public func savedSelections() throws -> [SavedSelection] {
    try db.all(
      """
      SELECT s.uid, s.name, u.uid, s.selection FROM selection s LEFT JOIN user u ON u.id = s.owner_id
      ORDER BY s.name, s.id
      """, body: Self.savedSelection)
  }

  /// The owner's selection of that name, else the one that belongs to nobody.
  public func savedSelection(named name: String, owner: UserID? = nil) throws -> SavedSelection? {
    try db.first(
      """
      SELECT s.uid, s.name, u.uid, s.selection FROM selection s LEFT JOIN user u ON u.id = s.owner_id
      WHERE s.name = ? AND (s.owner_id IS NULL OR u.uid = ?) ORDER BY s.owner_id IS NULL LIMIT 1
      """, .text(name.composed), owner?.blob ?? .null, body: Self.savedSelection)
  }

  private static func savedSelection(_ c: Columns) throws -> SavedSelection {
    SavedSelection(
      id: c.id(0), name: c.text(1), owner: c.idOrNil(2),
      selection: try JSONText.decode(Selection.self, from: c.text(3), table: "selection"))
  }
}

extension Writer {
  /// Keeps a selection under its name. A selection of the same id is replaced.
  /// - Throws: ``StoreError/duplicate(entity:key:)`` when the owner has another one of that name.
  public func save(selection: SavedSelection) throws {
    let owner = try userRow(selection.owner)
    let name = selection.name.composed
    let taken = try db.first(
      "SELECT uid FROM selection WHERE name = ? AND ifnull(owner_id, 0) = ifnull(?, 0)", .text(name), owner
    ) { $0.id(0, of: SavedSelection.self) }
    if let taken, taken != selection.id {
      throw StoreError.duplicate(entity: "selection", key: name)
    }
    let before = try db.first("SELECT selection FROM selection WHERE uid = ?", selection.id.blob) {
      $0.text(0)
    }
    let text = try JSONText.encode(selection.selection)
    try db.run(
      """
      INSERT INTO selection (uid, name, owner_id, selection) VALUES (?, ?, ?, ?)
      ON CONFLICT (uid) DO UPDATE SET name = excluded.name, owner_id = excluded.owner_id,
        selection = excluded.selection
      """, selection.id.blob, .text(name), owner, .text(text))
    try audit(
      before == nil ? "create" : "update", entity: "selection", id: selection.id.description,
      before: before, after: text)
  }
}
