import CRM
import Foundation

extension ReadAccess {
  /// Records that nothing leads to any more: trips without a task, visits whose stop says that there was none, sealed
  /// values of people who are gone. Each with the first few.
  public func orphans(limit: Int = 10) throws -> [(what: String, records: [String], hint: String)] {
    let trips = try db.all(
      """
      SELECT t.uid FROM trip t WHERE t.state <> 'draft'
        AND NOT EXISTS (SELECT 1 FROM task k WHERE k.trip_id = t.id) LIMIT ?
      """, .int(limit)
    ) { $0.id(0, of: Trip.self).description }
    let visits = try db.all(
      """
      SELECT a.uid FROM activity a JOIN stop s ON s.id = a.stop_id WHERE s.visit <> 'completed' LIMIT ?
      """, .int(limit)
    ) { $0.id(0, of: Activity.self).description }
    let people = try protectedFieldFaults(limit: limit).orphans
    return [
      (
        "trips without a task", trips,
        "`planner trip replan TRIP --save` writes the trip and its checklist anew"
      ),
      ("visits of stops that were not visited", visits, "`planner task check ITEM` records the visit anew"),
      (
        "sealed values of people who are gone", people,
        "`planner protected erase PERSON --reason …` erases them"
      ),
    ].filter { !$0.1.isEmpty }
  }

  /// Pins set by hand whose address text was changed since.
  public func stalePinCount() throws -> Int {
    try db.first(
      """
      SELECT count(*) FROM geocode_result INDEXED BY geocode_result_review
      WHERE is_current = 1 AND stale = 1 AND manual = 1
        AND (stale = 1 OR level IN ('region', 'locality', 'street', 'interpolated'))
      """
    ) { $0.int(0) } ?? 0
  }

  /// The instant of the last change; nil when there was none.
  public func lastChange() throws -> Date? {
    try db.first("SELECT at FROM audit ORDER BY id DESC LIMIT 1") { $0.date(0) }
  }
}
