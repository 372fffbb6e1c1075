import CRM
import Foundation
import Geo

/// A trip in a list.
public struct TripSummary: Sendable, Hashable {
  public var id: TripID
  public var title: String
  public var state: Trip.State
  public var responsible: UserID?
  public var days: Int
  public var stops: Int
  public var metres: Metres
  public var seconds: Seconds
  public var version: Int
  public var savedAt: Date
  public var task: TaskID?
}

/// A visit that is still to be made, as whoever plans another trip needs to know of it.
public struct OpenStop: Sendable, Hashable {
  public var partner: PartnerID
  public var trip: TripID
  public var title: String
  /// Who answers for the trip.
  public var responsible: UserID?
}

private let tripSummaryQuery = """
  SELECT t.uid, t.title, t.state, u.uid, (SELECT count(*) FROM trip_day d WHERE d.trip_id = t.id),
    (SELECT count(*) FROM trip_day d JOIN stop s ON s.day_id = d.id WHERE d.trip_id = t.id),
    t.metres, t.seconds, t.version, t.saved_at, k.uid
  FROM trip t LEFT JOIN user u ON u.id = t.responsible_id LEFT JOIN task k ON k.trip_id = t.id
  """

private func storedTripSummary(_ c: Columns) throws -> TripSummary {
  TripSummary(
    id: c.id(0), title: c.text(1), state: try c.value(2, in: "trip"), responsible: c.idOrNil(3),
    days: c.int(4), stops: c.int(5), metres: Metres(c.double(6)), seconds: Seconds(c.int(7)),
    version: c.int(8), savedAt: c.date(9), task: c.idOrNil(10))
}

extension ReadAccess {
  /// Trips, the latest saved first.
  /// - Parameter scope: only those whose responsible is within it.
  public func trips(limit: Int = 1000, in scope: RecordScope = .all) throws -> [TripSummary] {
    try db.all(
      """
      \(tripSummaryQuery) \(scope.condition(on: "t.responsible_id").map { "WHERE \($0)" } ?? "")
      ORDER BY t.saved_at DESC, t.id DESC LIMIT ?1
      """, arguments: [.int(limit)] + scope.arguments, body: storedTripSummary)
  }

  func tripSummary(row: Int64) throws -> TripSummary? {
    try db.first("\(tripSummaryQuery) WHERE t.id = ?", .int(row), body: storedTripSummary)
  }

  /// Stops of these partners that are still to be visited, in whosever unfinished trips, on whatever day; those of the
  /// trip saved last first. One query; O(partners · trips they were ever in).
  public func openStops(of partners: [PartnerID]) throws -> [OpenStop] {
    let names = partners.map { "\"\($0.description.replacing("-", with: ""))\"" }
    return try db.all(
      """
      SELECT p.uid, t.uid, t.title, u.uid
      FROM json_each(?) j CROSS JOIN partner p ON lower(hex(p.uid)) = j.value
        CROSS JOIN stop s ON s.partner_id = p.id
        JOIN trip_day d ON d.id = s.day_id JOIN trip t ON t.id = d.trip_id
        LEFT JOIN user u ON u.id = t.responsible_id
      WHERE s.visit IN ('planned', 'checkedIn') AND t.state NOT IN ('completed', 'cancelled')
      ORDER BY t.saved_at DESC, t.id DESC
      """, .text("[\(names.joined(separator: ","))]")
    ) { OpenStop(partner: $0.id(0), trip: $0.id(1), title: $0.text(2), responsible: $0.idOrNil(3)) }
  }

  public func tripCount() throws -> Int {
    try db.first("SELECT count(*) FROM trip") { $0.int(0) } ?? 0
  }

  /// IANA name of the zone in which a trip's days and clock times are; nil when there is no such trip.
  public func timeZone(ofTrip id: TripID) throws -> String? {
    try db.first("SELECT time_zone FROM trip WHERE uid = ?", id.blob) { $0.text(0) }
  }

  /// A trip with its days, stops, legs and left-out partners; nil when there is none.
  public func trip(_ id: TripID) throws -> Trip? {
    let found = try db.first(
      """
      SELECT t.id, t.title, t.state, u.uid, t.start_label, t.start_latitude, t.start_longitude,
        t.end_label, t.end_latitude, t.end_longitude, t.time_zone, t.matrix, t.metres, t.seconds,
        t.lower_bound_seconds, t.given_order_seconds, t.request, t.version
      FROM trip t LEFT JOIN user u ON u.id = t.responsible_id WHERE t.uid = ?
      """, id.blob
    ) { c in
      (
        row: c.int64(0),
        trip: Trip(
          id: id, title: c.text(1), state: try c.value(2, in: "trip"), responsible: c.idOrNil(3),
          start: Place(
            label: c.text(4),
            coordinate: try Coordinate(latitude: c.double(5), longitude: c.double(6))),
          end: c.isNull(7)
            ? nil
            : Place(
              label: c.text(7),
              coordinate: try Coordinate(latitude: c.double(8), longitude: c.double(9))),
          timeZone: c.text(10), days: [], unassigned: [], matrix: try c.value(11, in: "trip"),
          metres: Metres(c.double(12)), seconds: Seconds(c.int(13)),
          lowerBoundSeconds: c.intOrNil(14).map { Seconds($0) },
          givenOrderSeconds: c.intOrNil(15).map { Seconds($0) }, request: c.text(16), version: c.int(17))
      )
    }
    guard let (row, head) = found else { return nil }
    var trip = head
    let days = try db.all(
      """
      SELECT d.id, d.date, d.start_at, d.end_at, d.lunch_at, l.label, l.latitude, l.longitude, p.uid
      FROM trip_day d LEFT JOIN trip_lodging l ON l.day_id = d.id LEFT JOIN partner p ON p.id = l.partner_id
      WHERE d.trip_id = ? ORDER BY d.position
      """, .int(row)
    ) { c in
      guard let date = LocalDate(c.text(1)) else {
        throw StoreError.unreadable(table: "trip_day", detail: "\(c.text(1)) is no day")
      }
      return (
        row: c.int64(0),
        day: TripDay(
          date: date, start: c.date(2), end: c.date(3), stops: [], legs: [], lunch: c.dateOrNil(4),
          lodging: c.isNull(5)
            ? nil
            : Lodging(
              place: Place(
                label: c.text(5), coordinate: try Coordinate(latitude: c.double(6), longitude: c.double(7))),
              partner: c.idOrNil(8)))
      )
    }
    for (dayRow, day) in days {
      var day = day
      day.stops = try stops(day: dayRow)
      day.legs = try legs(day: dayRow)
      trip.days.append(day)
    }
    trip.unassigned = try db.all(
      """
      SELECT p.uid, s.name, s.latitude, s.longitude, s.reason, s.detail, ifnull(o.days, '[]')
      FROM unassigned_stop s JOIN partner p ON p.id = s.partner_id
        LEFT JOIN unassigned_obstacle o ON o.trip_id = s.trip_id AND o.position = s.position
      WHERE s.trip_id = ? ORDER BY s.position
      """, .int(row)
    ) { c in
      UnassignedStop(
        partner: c.id(0), name: c.text(1),
        coordinate: c.isNull(2) ? nil : try Coordinate(latitude: c.double(2), longitude: c.double(3)),
        reason: try c.value(4, in: "unassigned_stop"), detail: c.text(5),
        obstacles: try JSONText.decode([DayObstacle].self, from: c.text(6), table: "unassigned_stop"))
    }
    return trip
  }

  private func stops(day: Int64) throws -> [Stop] {
    try db.all(
      """
      SELECT s.uid, p.uid, s.name, s.location, s.arrival, s.service_start, s.departure, s.locked,
        s.visit, s.outcome, s.arrived_at, s.miss_reason
      FROM stop s JOIN partner p ON p.id = s.partner_id WHERE s.day_id = ? ORDER BY s.position
      """, .int(day)
    ) { c in
      guard let coordinate = GeometryBlob.coordinate(c.bytes(3)) else {
        throw StoreError.unreadable(table: "stop", detail: "a location is no point")
      }
      return Stop(
        id: c.id(0), partner: c.id(1), name: c.text(2), coordinate: coordinate, arrival: c.date(4),
        serviceStart: c.date(5), departure: c.date(6), locked: c.bool(7),
        visit: try c.value(8, in: "stop"), outcome: c.text(9), arrivedAt: c.dateOrNil(10),
        missReason: c.isNull(11) ? nil : try c.value(11, in: "stop"))
    }
  }

  private func legs(day: Int64) throws -> [Leg] {
    try db.all(
      "SELECT metres, seconds, geometry, source FROM leg WHERE day_id = ? ORDER BY position", .int(day)
    ) { c in
      guard let line = LegGeometry.line(c.bytes(2)) else {
        throw StoreError.unreadable(table: "leg", detail: "a geometry is no line")
      }
      return Leg(
        metres: Metres(c.double(0)), seconds: Seconds(c.int(1)), geometry: line,
        source: try c.value(3, in: "leg"))
    }
  }
}
