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
    for i in found.indices where found[i].reading != nil {
      let row = SQLValue.int(found[i].row)
      try found[i].reading.modify { reading in
        try db.rows(
          """
          SELECT city, country, region_code FROM address WHERE partner_id = ?
          ORDER BY type <> 'physical', position LIMIT 1
          """, row
        ) { place($0, at: 0, in: &reading) }
        try db.rows(
          "SELECT level, stale FROM geocode_result WHERE partner_id = ? AND is_current = 1", row
        ) { try level($0, at: 0, in: &reading) }
        try db.rows("SELECT tag FROM partner_tag WHERE partner_id = ? ORDER BY tag", row) {
          reading.tags.append($0.text(0))
        }
      }
    }
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
