import CRM
import Foundation
import Geo
import Synchronization

/// What selections need of every partner, in memory, by row id: 56 bytes a partner.
///
/// Reading it from the partner's row costs a walk down a B-tree for each candidate, three times what the R*Tree
/// and the exact test take together. The table is brought up to date before each use from `partner_change`, so
/// an answer is always that of the snapshot it is asked in.
struct PointTable: Sendable {
  struct Point: Sendable {
    var uuid: UUID
    var latitude: Double
    var longitude: Double
    /// Milliseconds since 1970; `Int64.min` for never.
    var lastVisit: Int64
    /// Row id of the user, 0 for nobody.
    var responsible: Int32
    /// The call interval in days, 0 for none.
    var interval: Int32
    var statusCode: UInt8
    /// ``absent`` where there is no partner.
    var kindCode: UInt8

    static let absent: UInt8 = .max

    @inline(__always) var exists: Bool { kindCode != Self.absent }
    @inline(__always) var coordinate: Coordinate? {
      latitude.isNaN ? nil : Coordinate(trustedLatitude: latitude, longitude: longitude)
    }
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

  /// Partners in ascending order of their row ids.
  func visitEach(_ body: (Int64, Point) -> Void) {
    for row in points.indices where points[row].exists { body(Int64(row), points[row]) }
  }

  /// The same for a body that may throw.
  func forEach(_ body: (Int64, Point) throws -> Void) rethrows {
    for row in points.indices where points[row].exists { try body(Int64(row), points[row]) }
  }

  static let none = Point(
    uuid: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), latitude: .nan, longitude: .nan,
    lastVisit: .min, responsible: 0, interval: 0, statusCode: 0, kindCode: Point.absent)

  static func code(_ status: PartnerStatus) -> Int {
    switch status {
    case .prospect: 0
    case .active: 1
    case .paused: 2
    case .closed: 3
    }
  }

  static func code(_ kind: PartnerKind) -> Int {
    switch kind {
    case .agency: 0
    case .hotel: 1
    case .carrier: 2
    case .supplier: 3
    case .corporate: 4
    }
  }

  /// Columns of `partner p` that make a point, the row id first.
  static let columns = """
    p.id, p.uid, p.location, p.responsible_id, p.status, p.kind, p.last_visit, p.call_interval_days
    """

  /// The point of a row of ``columns``.
  static func point(_ c: Columns) throws -> Point {
    let place = GeometryBlob.coordinate(c.bytes(2))
    return Point(
      uuid: c.id(1, of: Partner.self).uuid, latitude: place?.latitude ?? .nan,
      longitude: place?.longitude ?? .nan, lastVisit: c.int64OrNil(6) ?? .min,
      responsible: Int32(truncatingIfNeeded: c.int(3)), interval: Int32(clamping: c.int(7)),
      statusCode: UInt8(code(try c.value(4, in: "partner") as PartnerStatus)),
      kindCode: UInt8(code(try c.value(5, in: "partner") as PartnerKind)))
  }
}

extension ReadAccess {
  /// The points as of this snapshot; nil when rows are to be read: the first time anybody asks, since a process that
  /// asks once shall not read everyone, when a later snapshot's are in memory already, and inside a write, whose
  /// changes may yet be rolled back.
  func currentPoints() throws -> PointTable? {
    guard !access.isWriting, shared.wasAsked.exchange(true, ordering: .relaxed) else { return nil }
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
      SELECT \(PointTable.columns), c.partner_id
      FROM partner_change c LEFT JOIN partner p ON p.id = c.partner_id WHERE c.seq > ?
      """, .int(table.sequence)
    ) { c in
      let row = c.int(8)
      guard !c.isNull(0) else { return table.remove(row: row) }
      table.set(try PointTable.point(c), row: row)
    }
  }
}
