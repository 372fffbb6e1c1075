import CRM
import Foundation
import Geo
import Synchronization

/// What region queries need of every partner, in memory, by row id: 48 bytes a partner.
///
/// Reading it from the partner's row costs a walk down a B-tree for each candidate, three times what the R*Tree
/// and the exact test take together. The table is brought up to date before each use from `partner_change`, so
/// an answer is always that of the snapshot it is asked in.
struct PointTable: Sendable {
  struct Point: Sendable {
    var uuid: UUID
    var latitude: Double
    var longitude: Double
    /// Row id of the user, 0 for nobody.
    var responsible: Int32
    var statusCode: UInt8

    @inline(__always) var coordinate: Coordinate? {
      latitude.isNaN ? nil : Coordinate(trustedLatitude: latitude, longitude: longitude)
    }
    @inline(__always) var status: PartnerStatus { PointTable.statuses[Int(statusCode)] }
  }

  /// The change it is up to date with.
  var sequence: Int64 = 0
  private var points: [Point] = []

  @inline(__always) subscript(row: Int) -> Point { row < points.count ? points[row] : Self.none }

  mutating func set(_ point: Point, row: Int) {
    if row >= points.count {
      points.append(contentsOf: repeatElement(Self.none, count: row + 1 - points.count))
    }
    points[row] = point
  }

  mutating func remove(row: Int) {
    if row < points.count { points[row] = Self.none }
  }

  static let none = Point(
    uuid: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), latitude: .nan, longitude: .nan,
    responsible: 0, statusCode: 0)
  static let statuses = PartnerStatus.allCases

  @inline(__always) static func code(_ status: PartnerStatus) -> Int {
    switch status {
    case .prospect: 0
    case .active: 1
    case .paused: 2
    case .closed: 3
    }
  }
}

extension ReadAccess {
  /// The points as of this snapshot; nil when a later snapshot's are in memory already, or inside a write, whose
  /// changes may yet be rolled back.
  func currentPoints() throws -> PointTable? {
    guard !access.isWriting else { return nil }
    let sequence = try db.first("SELECT max(seq) FROM partner_change") { $0.int64(0) } ?? 0
    return try shared.points.withLock { slot in
      if let table = slot {
        if table.sequence == sequence { return table }
        if table.sequence > sequence { return nil }
      }
      // Out of the slot while it is changed, so that no copy is made.
      var table = slot ?? PointTable()
      slot = nil
      try bringUpToDate(&table)
      table.sequence = sequence
      slot = table
      return table
    }
  }

  private func bringUpToDate(_ table: inout PointTable) throws {
    try db.rows(
      """
      SELECT c.partner_id, p.uid, p.location, p.responsible_id, p.status
      FROM partner_change c LEFT JOIN partner p ON p.id = c.partner_id WHERE c.seq > ?
      """, .int(table.sequence)
    ) { c in
      let row = c.int(0)
      guard !c.isNull(1) else { return table.remove(row: row) }
      let place = GeometryBlob.coordinate(c.bytes(2))
      table.set(
        PointTable.Point(
          uuid: c.id(1, of: Partner.self).uuid, latitude: place?.latitude ?? .nan,
          longitude: place?.longitude ?? .nan, responsible: Int32(truncatingIfNeeded: c.int(3)),
          statusCode: UInt8(PointTable.code(try c.value(4, in: "partner")))),
        row: row)
    }
  }
}
