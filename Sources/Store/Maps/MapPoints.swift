import CRM
import Foundation
import Geo

/// A partner as a dot on a map.
public struct MapPoint: Sendable {
  public var partner: PartnerID
  public var latitude: Double
  public var longitude: Double
  /// Place of the status among `PartnerStatus.allCases`.
  public var statusIndex: Int
  public var kind: PartnerKind
  public var urgency: Urgency
  public var lastVisit: Date?
  /// Row of the user, for ``ReadAccess/details(of:)``.
  let responsible: Int64
  let row: Int64

  public var status: PartnerStatus { PartnerStatus.allCases[statusIndex] }
  public var isOverdue: Bool { urgency == .overdue }
}

/// Partners that a query holds, as one state of the database has them.
public struct ChosenPartners: Sendable {
  let rows: RowSet

  public var count: Int { rows.count }
}

extension ReadAccess {
  /// Calls `body` for each partner with a place in the box that the scope shows, in the order of the file. Asked of the
  /// points in memory: through the R*Tree for a small box, one after another for a large one.
  /// - Parameter chosen: only these.
  public func forEachPoint(
    in box: BoundingBox, scope: RecordScope = .all, among chosen: ChosenPartners? = nil,
    by clock: DayClock = DayClock(), _ body: (MapPoint) throws -> Void
  ) throws {
    let due = DueDays(clock.today, clock)
    var users: Set<Int32>?
    if case .responsible(let ids) = scope {
      // What is nobody's is everybody's.
      var rows: Set<Int32> = [0]
      for id in ids {
        if let row = try db.first("SELECT id FROM user WHERE uid = ?", id.blob, body: { $0.int(0) }) {
          rows.insert(Int32(truncatingIfNeeded: row))
        }
      }
      users = rows
    }
    func offer(_ row: Int64, _ point: PointTable.Point) throws {
      guard point.latitude >= box.south, point.latitude <= box.north, point.longitude >= box.west,
        point.longitude <= box.east
      else { return }
      if let users, !users.contains(point.responsible) { return }
      if let chosen, !chosen.rows.contains(row) { return }
      try body(
        MapPoint(
          partner: PartnerID(point.uuid), latitude: point.latitude, longitude: point.longitude,
          statusIndex: Int(point.statusCode), kind: PartnerKind.allCases[Int(point.kindCode)],
          urgency: due.urgency(interval: point.interval, lastVisit: point.lastVisit),
          lastVisit: point.lastVisit == .min ? nil : Date(milliseconds: point.lastVisit),
          responsible: Int64(point.responsible), row: row))
    }
    let isSmall = (box.east - box.west) * (box.north - box.south) < 100
    let bounds: [SQLValue] = [
      .double(box.west), .double(box.east), .double(box.south), .double(box.north),
    ]
    let inBox = "i.xmax >= ? AND i.xmin <= ? AND i.ymax >= ? AND i.ymin <= ?"
    if let points = try currentPoints() {
      guard isSmall else { return try points.forEach(offer) }
      var rows = RowSet()
      try db.rows("SELECT i.pkid FROM idx_partner_location i WHERE \(inBox)", arguments: bounds) {
        rows.insert($0.int64(0))
      }
      try rows.visitEach { try offer($0, points[Int($0)]) }
    } else {
      try db.rows(
        """
        SELECT \(PointTable.columns) FROM idx_partner_location i CROSS JOIN partner p ON p.id = i.pkid
        WHERE \(inBox) ORDER BY p.id
        """, arguments: bounds
      ) { try offer($0.int64(0), try PointTable.point($0)) }
    }
  }

  /// Whom a query holds of those that the scope shows; its order and its place in the list do not count.
  /// - Throws: as ``partnerPage(_:scope:by:)``.
  public func chosenPartners(
    _ query: PartnerQuery, scope: RecordScope, by clock: DayClock = DayClock()
  ) throws -> ChosenPartners {
    let directory = try partnerDirectory(query.sort)
    let filter = try PartnerFilter(query, scope: scope, in: directory, by: clock, reader: access)
    var rows = RowSet()
    filter.candidates(in: directory).visit(directory.entries.count) { row in
      if filter.holds(directory[row], row: row) { rows.insert(Int64(row)) }
    }
    return ChosenPartners(rows: rows)
  }

  /// The smallest box around all of these that are on the map; nil when none is.
  public func extent(of chosen: ChosenPartners, scope: RecordScope = .all) throws -> BoundingBox? {
    var box: BoundingBox?
    let world = BoundingBox(south: -90, west: -180, north: 90, east: 180)
    try forEachPoint(in: world, scope: scope, among: chosen) { point in
      box = BoundingBox(
        south: min(box?.south ?? 90, point.latitude), west: min(box?.west ?? 180, point.longitude),
        north: max(box?.north ?? -90, point.latitude), east: max(box?.east ?? -180, point.longitude))
    }
    return box
  }

  /// Name and login of the responsible user of each point.
  public func details(of points: [MapPoint]) throws -> [(name: String, responsible: String?)] {
    try points.map { point in
      try db.first(
        "SELECT p.name, u.login FROM partner p LEFT JOIN user u ON u.id = p.responsible_id WHERE p.id = ?",
        .int(point.row)
      ) { ($0.text(0), $0.textOrNil(1)) } ?? ("", nil)
    }
  }

  /// Changes whenever the regions do.
  public func regionRevision() throws -> Int {
    try db.first("SELECT revision FROM region LIMIT 1") { $0.int(0) } ?? 0
  }
}
