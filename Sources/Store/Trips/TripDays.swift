import CRM
import Foundation

/// A day of a trip in a calendar.
public struct TripDaySummary: Sendable, Hashable {
  public var date: LocalDate
  public var trip: TripID
  public var title: String
  public var state: Trip.State
  public var responsible: UserID?
  public var stops: Int
}

extension ReadAccess {
  /// Days of the trips whose responsible user `scope` shows, by date and by when they begin; cancelled trips have none.
  /// - Parameter limit: at most so many.
  public func tripDays(
    from first: LocalDate, to last: LocalDate, scope: RecordScope, limit: Int = 1000
  ) throws -> [TripDaySummary] {
    try db.all(
      """
      SELECT d.date, t.uid, t.title, t.state, u.uid, (SELECT count(*) FROM stop s WHERE s.day_id = d.id)
      FROM trip_day d JOIN trip t ON t.id = d.trip_id LEFT JOIN user u ON u.id = t.responsible_id
      WHERE d.date BETWEEN ?1 AND ?3 AND t.state <> 'cancelled'
        AND \(scope.condition(on: "t.responsible_id") ?? "?2 IS NULL")
      ORDER BY d.date, d.start_at, d.id LIMIT ?4
      """,
      arguments: [
        .text(first.description), scope.arguments.first ?? .null, .text(last.description), .int(limit),
      ]
    ) { c in
      guard let date = LocalDate(c.text(0)) else {
        throw StoreError.unreadable(table: "trip_day", detail: "\(c.text(0)) is no day")
      }
      return TripDaySummary(
        date: date, trip: c.id(1), title: c.text(2), state: try c.value(3, in: "trip"),
        responsible: c.idOrNil(4), stops: c.int(5))
    }
  }
}
