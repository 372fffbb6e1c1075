import CRM
import Foundation
import Geo
import Testing

@testable import Store

/// Statements that break an invariant, each against a database with one partner, one trip and one task.
@Suite struct SchemaTests {
  static let breaches: [(rule: String, sql: String)] = [
    (
      "a login is unique",
      "INSERT INTO user (uid, login, name, role) SELECT zeroblob(16), login, 'X', role FROM user"
    ),
    ("a login is lower case", "UPDATE user SET login = 'ANNA'"),
    ("a role is known", "UPDATE user SET role = 'root'"),
    ("an id has 16 bytes", "UPDATE partner SET uid = x'0102'"),
    ("a status is known", "UPDATE partner SET status = 'lost'"),
    ("a kind is known", "UPDATE partner SET kind = 'shop'"),
    ("a name is not empty", "UPDATE partner SET name = ''"),
    ("a call interval is positive", "UPDATE partner SET call_interval_days = 0"),
    ("a visit is not negative", "UPDATE partner SET visit_seconds = -1"),
    ("hours are JSON", "UPDATE partner SET opening_hours = '{'"),
    ("a ban's day is a day", "UPDATE partner SET do_not_visit = 1, do_not_visit_until = 'soon'"),
    ("a ban's reason needs a ban", "UPDATE partner SET do_not_visit = 0, do_not_visit_reason = 'x'"),
    ("a responsible exists", "UPDATE partner SET responsible_id = 99"),
    ("a place is in range", "UPDATE partner SET location = MakePoint(27, 127, 4326)"),
    ("a place is WGS 84", "UPDATE partner SET location = MakePoint(27, 53, 3857)"),
    ("a place is a point", "UPDATE partner SET location = GeomFromText('LINESTRING(1 1, 2 2)', 4326)"),
    ("a place is a geometry", "UPDATE partner SET location = x'00'"),
    ("a latitude is in range", "UPDATE geocode_result SET latitude = 127"),
    ("a longitude is in range", "UPDATE geocode_result SET longitude = -181"),
    ("a latitude is no NaN", "UPDATE geocode_result SET latitude = NULL"),
    ("a score is 0 … 1", "UPDATE geocode_result SET score = 1.01"),
    ("a level is known", "UPDATE geocode_result SET level = 'roof'"),
    (
      "one place is current",
      """
      INSERT INTO geocode_result (partner_id, is_current, manual, stale, latitude, longitude, level, score, provider,
      query, label, at) SELECT partner_id, 1, 0, 0, 1, 1, level, 1, 'x', '', '', 0 FROM geocode_result
      """
    ),
    (
      "an outside key names one partner",
      "INSERT INTO external_reference SELECT system, key, partner_id, 5, NULL FROM external_reference"
    ),
    ("a contact kind is known", "UPDATE contact_point SET kind = 'fax'"),
    ("an address type is known", "UPDATE address SET type = 'home'"),
    ("an address has a place of its own", "UPDATE address SET position = 0"),
    (
      "a region code is unique",
      "INSERT INTO region SELECT id + 1, code, level, country, names, aliases, 1, area, origin FROM region"
    ),
    ("a region's origin is known", "UPDATE region SET origin = 'found'"),
    ("a region has an area", "UPDATE region SET area = MakePoint(1, 1, 4326)"),
    (
      "a selection's name is unique",
      "INSERT INTO selection SELECT id + 1, zeroblob(16), name, owner_id, selection, version FROM selection"
    ),
    ("a trip's state is known", "UPDATE trip SET state = 'lost'"),
    ("an end is whole", "UPDATE trip SET end_label = 'x', end_latitude = NULL"),
    ("a day does not end before it starts", "UPDATE trip_day SET end_at = start_at - 1"),
    ("a date stands once in a trip", "UPDATE trip_day SET date = '2026-06-08'"),
    ("a stop has a place of its own", "UPDATE stop SET position = 0"),
    ("a visit does not start before the arrival", "UPDATE stop SET service_start = arrival - 1"),
    ("a visit does not end before it starts", "UPDATE stop SET departure = service_start - 1"),
    ("a stop has a partner", "UPDATE stop SET partner_id = 99 WHERE id = 2"),
    ("a stop has a point", "UPDATE stop SET location = NULL"),
    ("a leg is a line", "UPDATE leg SET geometry = MakePoint(1, 1, 4326)"),
    ("a leg is not negative", "UPDATE leg SET metres = -1"),
    ("a reason is known", "UPDATE unassigned_stop SET reason = 'mood'"),
    ("a partner in a trip stays", "DELETE FROM partner"),
    (
      "a stop has one visit",
      "INSERT INTO activity SELECT id + 1, zeroblob(16), kind, partner_id, at, author_id, '', '', stop_id FROM activity"
    ),
    ("only a visit has a stop", "UPDATE activity SET kind = 'call'"),
    (
      "a trip has one task",
      "INSERT INTO task SELECT id + 1, zeroblob(16), title, NULL, NULL, NULL, state, trip_id, version FROM task"
    ),
    ("a stop is one item", "UPDATE checklist_item SET stop_id = (SELECT min(id) FROM stop)"),
    ("an open item is not done at a time", "UPDATE checklist_item SET state = 'open', done_at = 1"),
    ("a done item is done at a time", "UPDATE checklist_item SET state = 'done', done_at = NULL"),
    ("an item has a place of its own", "UPDATE checklist_item SET parent_id = NULL, position = 0"),
    (
      "an audit row names its actor",
      "INSERT INTO audit (at, actor, entity, entity_id, action) VALUES (0, '', 'x', 'x', 'x')"
    ),
    (
      "an audit image is JSON",
      "INSERT INTO audit (at, actor, entity, entity_id, action, after) VALUES (0, 'a', 'x', 'x', 'x', '{')"
    ),
    ("a type is kept", "UPDATE partner SET version = 'two'"),
  ]

  @Test("the schema refuses", arguments: breaches.indices)
  func refuses(_ index: Int) throws {
    let breach = Self.breaches[index]
    let fixture = try SavedTrip()
    let before = try dump(fixture.database)
    do {
      try fixture.database.write(as: tester) { try $0.db.run(breach.sql) }
      Issue.record("not refused: \(breach.rule)")
    } catch let error as StoreError {
      #expect(error.code == "store.constraint", "\(breach.rule): \(error)")
    }
    #expect(try dump(fixture.database) == before)
  }
}
