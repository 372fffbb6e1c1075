import CRM
import Foundation
import Geo

extension ReadAccess {
  /// The directory as of this snapshot, or of a later committed state that is in memory already.
  func partnerDirectory(_ sort: PartnerQuery.Sort) throws -> PartnerDirectory {
    if access.isWriting {
      // What this transaction sees may yet be rolled back: nobody else shall see it.
      var table = PartnerDirectory()
      try bringUpToDate(&table)
      table.prepare(sort)
      return table
    }
    let sequence = try changeSequence()
    return try shared.directory.withLock { slot in
      if let table = slot, table.sequence >= sequence, table.isPrepared(sort) { return table }
      // Out of the slot while it is changed, so that no copy is made.
      var table = slot ?? PartnerDirectory()
      slot = nil
      defer { slot = table }
      if table.sequence < sequence {
        try bringUpToDate(&table)
        table.sequence = sequence
      }
      table.prepare(sort)
      return table
    }
  }

  /// The number of the last change of any partner.
  func changeSequence() throws -> Int64 {
    try db.first("SELECT max(seq) FROM partner_change") { $0.int64(0) } ?? 0
  }

  private func bringUpToDate(_ table: inout PartnerDirectory) throws {
    table.apply(table.sequence == 0 ? try readEverybody() : try readChanged(since: table.sequence))
  }

  private static var partnerColumns: String {
    """
    p.id, p.uid, p.last_visit, p.responsible_id, p.call_interval_days, p.status, p.kind, p.name_key,
      c.seq, c.changed_at, c.partner_id
    """
  }

  private func reading(_ c: Columns) throws -> PartnerDirectory.Reading {
    var entry = PartnerDirectory.none
    entry.uuid = c.id(1, of: Partner.self).uuid
    entry.lastVisit = c.int64OrNil(2) ?? .min
    entry.responsible = Int32(truncatingIfNeeded: c.int(3))
    entry.interval = Int32(clamping: c.int(4))
    entry.statusCode = UInt8(PointTable.code(try c.value(5, in: "partner") as PartnerStatus))
    entry.kindCode = UInt8(PointTable.code(try c.value(6, in: "partner") as PartnerKind))
    entry.change = c.int64(8)
    entry.changedAt = c.int64(9)
    return PartnerDirectory.Reading(entry: entry, name: Array(c.text(7).utf8))
  }

  private func place(_ c: Columns, at i: Int32, in reading: inout PartnerDirectory.Reading) {
    if let city = c.textOrNil(i) { reading.city = Array(TextFolding.fold(city).utf8) }
    reading.region = PartnerDirectory.RegionKey(country: c.text(i + 1), code: c.text(i + 2))
  }

  private func level(_ c: Columns, at i: Int32, in reading: inout PartnerDirectory.Reading) throws {
    let level: GeocodeLevel = try c.value(i, in: "geocode_result")
    reading.entry.levelCode = level.code
    reading.entry.stale = c.bool(i + 1)
  }

  /// One walk through each table.
  private func readEverybody() throws -> [(row: Int, reading: PartnerDirectory.Reading?)] {
    var found: [PartnerDirectory.Reading?] = []
    try db.rows(
      """
      SELECT \(Self.partnerColumns) FROM partner p LEFT JOIN partner_change c ON c.partner_id = p.id
      ORDER BY p.id
      """
    ) { c in
      let row = c.int(0)
      if row >= found.count { found.append(contentsOf: repeatElement(nil, count: row + 1 - found.count)) }
      found[row] = try reading(c)
    }
    // The first physical address, else the first.
    var placed = RowSet()
    var physical = RowSet()
    try db.rows(
      "SELECT partner_id, city, country, region_code, type = 'physical' FROM address ORDER BY partner_id, position"
    ) { c in
      let row = c.int64(0)
      guard Int(row) < found.count, !physical.contains(row), c.bool(4) || !placed.contains(row) else {
        return
      }
      placed.insert(row)
      if c.bool(4) { physical.insert(row) }
      found[Int(row)].modify { place(c, at: 1, in: &$0) }
    }
    try db.rows("SELECT partner_id, level, stale FROM geocode_result WHERE is_current = 1") { c in
      guard c.int(0) < found.count else { return }
      try found[c.int(0)].modify { try level(c, at: 1, in: &$0) }
    }
    try db.rows("SELECT partner_id, tag FROM partner_tag ORDER BY partner_id, tag") { c in
      guard c.int(0) < found.count else { return }
      found[c.int(0)].modify { $0.tags.append(c.text(1)) }
    }
    return found.enumerated().map { (row: $0.offset, reading: $0.element) }
  }

  private func readChanged(since sequence: Int64) throws -> [(row: Int, reading: PartnerDirectory.Reading?)] {
    var found: [(row: Int, reading: PartnerDirectory.Reading?)] = []
    try db.rows(
      """
      SELECT \(Self.partnerColumns) FROM partner_change c LEFT JOIN partner p ON p.id = c.partner_id
      WHERE c.seq > ?
      """, .int(sequence)
    ) { c in found.append((c.int(10), c.isNull(0) ? nil : try reading(c))) }
    let places = Dictionary(found.enumerated().map { ($1.row, $0) }) { first, _ in first }
    // One query for all instead of one for each: an import changes hundreds at a time.
    func each(_ sql: String, _ body: (Columns, inout PartnerDirectory.Reading) throws -> Void) throws {
      try db.rows(sql, .int(sequence)) { c in
        guard let place = places[c.int(0)] else { return }
        try found[place].reading.modify { try body(c, &$0) }
      }
    }
    var placed = RowSet()
    try each(
      """
      SELECT a.partner_id, a.city, a.country, a.region_code
      FROM partner_change c CROSS JOIN address a ON a.partner_id = c.partner_id WHERE c.seq > ?
      ORDER BY a.partner_id, a.type <> 'physical', a.position
      """
    ) { c, reading in
      guard !placed.contains(c.int64(0)) else { return }
      placed.insert(c.int64(0))
      place(c, at: 1, in: &reading)
    }
    try each(
      """
      SELECT g.partner_id, g.level, g.stale FROM partner_change c
      CROSS JOIN geocode_result g ON g.partner_id = c.partner_id AND g.is_current = 1 WHERE c.seq > ?
      """
    ) { try level($0, at: 1, in: &$1) }
    try each(
      """
      SELECT t.partner_id, t.tag FROM partner_change c
      CROSS JOIN partner_tag t ON t.partner_id = c.partner_id WHERE c.seq > ? ORDER BY t.partner_id, t.tag
      """
    ) { $1.tags.append($0.text(1)) }
    return found
  }
}

extension Optional {
  /// Changes the value where it is, if there is one.
  fileprivate mutating func modify(_ change: (inout Wrapped) throws -> Void) rethrows {
    guard self != nil else { return }
    try change(&self!)
  }
}

extension GeocodeLevel {
  /// Its number among all.
  var code: UInt8 { UInt8(Self.allCases.firstIndex(of: self)!) }
}
