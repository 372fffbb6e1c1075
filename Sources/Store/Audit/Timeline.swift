import CRM
import Foundation
import Geo

extension ReadAccess {
  /// What happened with a partner, newest first: changes of it and of its people, activities, trips it is or was to be
  /// visited in. One query; reads the rows of this partner alone.
  /// - Parameters:
  ///   - before: the last entry of the page before; nil for the first page.
  ///   - limit: entries of a page, 1 to 500.
  ///   - scope: trips of whoever is out of it are left out.
  ///   - withDisclosures: who was shown sealed values too, and why: for those who read the trail.
  /// - Throws: ``StoreError/notFound(entity:id:)`` when there is no such partner.
  public func timeline(
    of id: PartnerID, before: TimelineCursor? = nil, limit: Int = 50, scope: RecordScope = .all,
    withDisclosures: Bool = true
  ) throws -> [TimelineEntry] {
    guard let row = try db.first("SELECT id FROM partner WHERE uid = ?", id.blob, body: { $0.int64(0) })
    else { throw StoreError.notFound(entity: "partner", id: id.description) }
    let people = try db.all("SELECT uid FROM contact_person WHERE partner_id = ?", .int(row)) {
      $0.id(0, of: ContactPerson.self).description
    }
    // Those who were with the partner once: each stands in what a change of the partner found.
    let former = try db.all(
      """
      SELECT DISTINCT json_extract(h.value, '$.id') FROM audit a, json_each(a.before, '$.people') h
      WHERE a.entity = 'partner' AND a.entity_id = ? AND a.before IS NOT NULL
      """, .text(id.description)
    ) { $0.text(0) }
    let records = try JSONText.encode([id.description] + Set(people + former).sorted())
    let seen = try userRows(of: scope).map { try JSONText.encode($0.sorted()) }
    let cursor = before ?? TimelineCursor(milliseconds: .max, rank: 9, row: .max)
    return try db.all(
      timelineQuery, .text(records), .int(row), .int(cursor.milliseconds), .int(cursor.rank),
      .int(cursor.row),
      .int(min(max(limit, 1), 500)), .bool(withDisclosures), .optional(seen)
    ) { try entry($0, partner: id) }
  }

  private func entry(_ c: Columns, partner: PartnerID) throws -> TimelineEntry {
    let content: TimelineEntry.Content
    switch c.int(1) {
    case 3:
      content = .change(
        action: c.text(5), entity: c.text(6), id: c.text(7), before: c.textOrNil(8), after: c.textOrNil(9))
    case 2:
      content = .activity(
        Activity(
          id: c.id(10), kind: try c.value(5, in: "activity"), partner: partner, at: c.date(0),
          author: c.idOrNil(3), outcome: c.text(8), text: c.text(9), stop: c.idOrNil(11)))
    default:
      let trip = TimelineEntry.TripReference(
        id: c.id(10), title: c.text(6), state: try c.value(7, in: "trip"), task: c.idOrNil(12))
      guard c.int(1) == 1 else {
        content = .leftOut(trip: trip, reason: try c.value(5, in: "unassigned_stop"), detail: c.text(9))
        break
      }
      guard let date = LocalDate(c.text(8)) else {
        throw StoreError.unreadable(table: "trip_day", detail: "\(c.text(8)) is no day")
      }
      content = .stop(
        trip: trip, stop: c.id(11), date: date, visit: try c.value(5, in: "stop"), outcome: c.text(9))
    }
    return TimelineEntry(
      at: c.date(0), user: c.idOrNil(3), actor: c.text(4), content: content,
      cursor: TimelineCursor(milliseconds: c.int64(0), rank: c.int(1), row: c.int64(2)))
  }
}

/// Columns: at, rank, row, user, actor, then what the rank needs. The note that a visit moved the partner's last visit
/// is left out: the visit itself is there.
private let timelineQuery = """
  SELECT * FROM (
    SELECT a.at AS at, 3 AS rank, a.id AS row, u.uid, a.actor, a.action, a.entity, a.entity_id, a.before, a.after,
      NULL, NULL, NULL
    FROM audit a LEFT JOIN user u ON u.id = a.user_id
    WHERE a.entity_id IN (SELECT value FROM json_each(?1)) AND a.entity IN ('partner', 'contactPerson')
      AND a.action <> 'visit' AND (?7 OR a.action <> 'reveal')
    UNION ALL
    SELECT v.at, 2, v.id, u.uid, '', v.kind, '', '', v.outcome, v.text, v.uid, s.uid, NULL
    FROM activity v LEFT JOIN user u ON u.id = v.author_id LEFT JOIN stop s ON s.id = v.stop_id
    WHERE v.partner_id = ?2
    UNION ALL
    SELECT t.saved_at, 1, s.id, u.uid, '', s.visit, t.title, t.state, d.date, s.outcome, t.uid, s.uid, k.uid
    FROM stop s JOIN trip_day d ON d.id = s.day_id JOIN trip t ON t.id = d.trip_id
    LEFT JOIN user u ON u.id = t.responsible_id LEFT JOIN task k ON k.trip_id = t.id
    WHERE s.partner_id = ?2 AND (?8 IS NULL OR ifnull(t.responsible_id, 0) IN (SELECT value FROM json_each(?8)))
    UNION ALL
    SELECT t.saved_at, 0, t.id, u.uid, '', o.reason, t.title, t.state, '', o.detail, t.uid, NULL, k.uid
    FROM unassigned_stop o JOIN trip t ON t.id = o.trip_id
    LEFT JOIN user u ON u.id = t.responsible_id LEFT JOIN task k ON k.trip_id = t.id
    WHERE o.partner_id = ?2 AND (?8 IS NULL OR ifnull(t.responsible_id, 0) IN (SELECT value FROM json_each(?8)))
  ) WHERE (at, rank, row) < (?3, ?4, ?5)
  ORDER BY at DESC, rank DESC, row DESC LIMIT ?6
  """
