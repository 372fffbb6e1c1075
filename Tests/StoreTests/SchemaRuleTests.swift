import CRM
import Foundation
import GRDB
import Geo
import Testing

@testable import Store

/// Changes that break a rule between tables. Stops 1 … 3 are those of the first trip's partners 1 … 3, the first of
/// them visited; partner 4 was left out of it. Stops 4 and 5 are those of partners 1 and 2 in a second trip, whose task has an
/// item for the first; nobody visits partner 5.
@Suite struct SchemaRuleTests {
  static let stopColumns = "name, location, arrival, service_start, departure, locked, visit, outcome"

  static let breaches: [(rule: SchemaRule, sql: String)] = [
    (
      .partnerTwice,
      """
      INSERT INTO stop (uid, day_id, position, partner_id, \(stopColumns))
      SELECT randomblob(16), 2, 99, 1, \(stopColumns) FROM stop WHERE id = 1
      """
    ),
    (.partnerTwice, "UPDATE stop SET partner_id = 2 WHERE id = 3"),
    (
      .stopAndLeftOut,
      """
      INSERT INTO stop (uid, day_id, position, partner_id, \(stopColumns))
      SELECT randomblob(16), 2, 99, 4, \(stopColumns) FROM stop WHERE id = 1
      """
    ),
    (.stopAndLeftOut, "UPDATE stop SET partner_id = 4 WHERE id = 3"),
    (
      .stopAndLeftOut,
      "INSERT INTO unassigned_stop SELECT trip_id, 9, 2, name, NULL, NULL, reason, detail FROM unassigned_stop"
    ),
    (.stopAndLeftOut, "UPDATE unassigned_stop SET partner_id = 2"),
    (
      .stopMoved,
      "UPDATE stop SET day_id = (SELECT id FROM trip_day WHERE trip_id = 2), position = 9 WHERE id = 3"
    ),
    (.stopMoved, "UPDATE trip_day SET trip_id = 2, position = 9 WHERE id = 1"),
    (.stopOfOtherTrip, "UPDATE checklist_item SET stop_id = 5 WHERE stop_id = 3"),
    (
      .stopOfOtherTrip,
      """
      INSERT INTO checklist_item (uid, task_id, position, title, state, outcome, stop_id)
      VALUES (randomblob(16), 1, 9, '', 'open', '', 5)
      """
    ),
    (.stopOfOtherTrip, "UPDATE task SET trip_id = NULL WHERE id = 1"),
    (
      .parentOfOtherTask,
      """
      INSERT INTO checklist_item (uid, task_id, parent_id, position, title, state, outcome)
      VALUES (randomblob(16), 2, 1, 9, '', 'open', '')
      """
    ),
    (.parentOfOtherTask, "UPDATE checklist_item SET parent_id = 1 WHERE task_id = 2"),
    (.parentOfOtherTask, "UPDATE checklist_item SET task_id = 2, position = 9 WHERE id = 1"),
    (
      .visitOfOtherPartner,
      """
      INSERT INTO activity (uid, kind, partner_id, at, outcome, text, stop_id)
      VALUES (randomblob(16), 'visit', 3, 0, '', '', 2)
      """
    ),
    (.visitOfOtherPartner, "UPDATE activity SET partner_id = 2"),
    (.visitOfOtherPartner, "UPDATE stop SET partner_id = 5 WHERE id = 1"),
    (.personOfOther, "UPDATE contact_point SET partner_id = 2, position = 9 WHERE person_id = 1"),
    (.personOfOther, "UPDATE contact_person SET partner_id = 2, position = 9 WHERE partner_id = 1"),
    (
      .personOfOther,
      """
      INSERT INTO contact_point (partner_id, person_id, position, kind, value, normalised)
      SELECT 2, id, 9, 'web', 'x', 'x' FROM contact_person WHERE partner_id = 1
      """
    ),
    (.placeDiffers, "UPDATE partner SET location = NULL WHERE id = 1"),
    (.placeDiffers, "UPDATE partner SET location = MakePoint(23.688, 52.1, 4326) WHERE id = 1"),
    (.placeDiffers, "UPDATE partner SET location = MakePoint(23.7, 52.0975, 4326) WHERE id = 1"),
    (.placeDiffers, "UPDATE partner SET location = MakePoint(1, 1, 4326) WHERE id = 4"),
    (.placeDiffers, "UPDATE geocode_result SET latitude = 1 WHERE partner_id = 1"),
    (.placeDiffers, "UPDATE geocode_result SET longitude = 1 WHERE partner_id = 1"),
    (.placeDiffers, "UPDATE geocode_result SET is_current = 0 WHERE partner_id = 1"),
    (.placeDiffers, "UPDATE geocode_result SET partner_id = 4 WHERE partner_id = 1"),
    (.placeDiffers, "DELETE FROM geocode_result WHERE partner_id = 1"),
    (
      .placeDiffers,
      """
      INSERT INTO geocode_result (partner_id, is_current, manual, stale, latitude, longitude, level, score, provider,
        query, label, at) VALUES (4, 1, 0, 0, 1, 1, 'house', 1, 'x', '', '', 0)
      """
    ),
    (
      .placeDiffers,
      """
      INSERT INTO partner (uid, status, location, kind, name, name_key, version, revision)
      VALUES (randomblob(16), 'active', MakePoint(1, 1, 4326), 'agency', 'x', 'x', 1, 1)
      """
    ),
  ]

  static func fixture() throws -> SavedTrip {
    let fixture = try SavedTrip()
    try fixture.database.write(as: tester, at: noon) { try fixture.writeAnother(to: $0) }
    return fixture
  }

  @Test("a rule refuses with its own code and nothing is changed", arguments: breaches.indices)
  func refuses(_ index: Int) throws {
    let breach = Self.breaches[index]
    let database = try Self.fixture().database
    let before = try dump(database)
    do {
      try database.write(as: tester) { try $0.db.run(breach.sql) }
      Issue.record("not refused: \(breach.sql)")
    } catch let error as StoreError {
      #expect(error.code == "store.\(breach.rule.rawValue)", "\(breach.sql): \(error)")
      #expect(!error.message.isEmpty && !error.message.contains(breach.rule.rawValue))
      #expect(!error.hint.isEmpty)
    }
    #expect(try dump(database) == before)
  }

  @Test("each rule has a change that breaks it")
  func complete() {
    #expect(Set(Self.breaches.map(\.rule)) == Set(SchemaRule.allCases))
  }

  @Test("no trigger is idle: without it, a change that breaks its rule goes through")
  func needed() throws {
    struct WentThrough: Error {}
    let database = try Self.fixture().database
    let triggers = try database.read {
      try $0.db.all(
        """
        SELECT name FROM sqlite_schema WHERE type = 'trigger'
          AND (name GLOB '*_rule_*' OR name GLOB 'place_due_*') AND name <> 'place_due_partner_delete'
        """
      ) { $0.text(0) }
    }
    #expect(triggers.count == 18)
    for trigger in triggers {
      let through = try Self.breaches.contains { breach in
        var wentThrough = false
        do {
          try database.write(as: tester) { writer in
            try writer.db.run("DROP TRIGGER \(trigger)")
            try writer.db.run(breach.sql)
            try writer.refuseOwedPlaces()
            throw WentThrough()
          }
        } catch is WentThrough {
          wentThrough = true
        } catch is StoreError {}
        return wentThrough
      }
      #expect(through, "\(trigger)")
    }
  }

  @Test("rows that keep the rules are found sound")
  func sound() throws {
    let database = try Self.fixture().database
    #expect(try database.read { try $0.ruleBreaches() }.isEmpty)
    #expect(try database.integrityFindings().isEmpty)
  }

  @Test("rows whose owner is gone, and partners the index of places misses or has in vain, are found")
  func orphans() throws {
    let database = try Self.fixture().database
    try raw(database.path, "PRAGMA foreign_keys = OFF; INSERT INTO partner_tag VALUES (99, 'x')")
    try database.write(as: tester) { writer in
      try writer.db.run("DELETE FROM idx_partner_location WHERE pkid IN (1, 2)")
      try writer.db.run("INSERT INTO idx_partner_location VALUES (4, 1, 1, 1, 1)")
    }
    #expect(
      try database.integrityFindings() == [
        "row NULL of \"partner_tag\" refers to nothing in \"partner\"",
        "partners missing from the index of places: 2",
        "entries without a located partner in the index of places: 1",
      ])
  }

  @Test("place and current result may change in either order, and back, as long as they agree in the end")
  func eitherOrder() throws {
    let database = try Self.fixture().database
    let moves = [
      "UPDATE partner SET location = MakePoint(24, 53, 4326) WHERE id = 1",
      "UPDATE geocode_result SET latitude = 53, longitude = 24 WHERE partner_id = 1",
    ]
    for order in [moves, moves.reversed()] {
      try database.write(as: tester) { writer in
        for sql in order { try writer.db.run(sql) }
        try writer.db.run("UPDATE partner SET location = NULL WHERE id = 2")
        try writer.db.run("UPDATE partner SET location = MakePoint(24.1, 52.2, 4326) WHERE id = 2")
        try writer.db.run("DELETE FROM geocode_result WHERE partner_id = 5")
        try writer.db.run("UPDATE partner SET location = NULL WHERE id = 5")
      }
    }
    #expect(try database.read { try $0.ruleBreaches() }.isEmpty)
    #expect(try database.read { try $0.partner(row: 5)?.location } == nil)
    // A partner that goes takes what it owes with it.
    try database.write(as: tester) { writer in
      try writer.db.run("UPDATE partner SET location = MakePoint(1, 1, 4326) WHERE id = 5")
      try writer.db.run("DELETE FROM partner WHERE id = 5")
    }
  }

  @Test("another program's transaction that leaves a place without its result cannot be committed")
  func otherProgram() throws {
    let database = try Self.fixture().database
    var configuration = Configuration()
    configuration.prepareDatabase { try SpatiaLite.attach(to: $0) }
    let queue = try DatabaseQueue(path: database.path, configuration: configuration)
    #expect(throws: DatabaseError.self) {
      try queue.write {
        try $0.execute(sql: "UPDATE partner SET location = MakePoint(1, 1, 4326) WHERE id = 4")
      }
    }
    try queue.close()
    #expect(try database.read { try $0.ruleBreaches() }.isEmpty)
  }
}

/// How the writers live with the rules.
@Suite struct RuledWriterTests {
  @Test("a trip with a partner twice, or visited and left out, is refused as a whole")
  func partnerTwice() throws {
    let saved = try SavedTrip()
    let before = try dump(saved.database)
    var twice = try #require(try saved.database.read { try $0.trip(saved.trip.id) })
    var again = twice.days[0].stops[0]
    again.id = .new()
    twice.days[1].stops.append(again)
    var both = saved.trip
    both.version = twice.version
    both.days = twice.days
    both.days[1].stops.removeLast()
    both.unassigned.append(
      UnassignedStop(
        partner: saved.partners[2].id, name: "x", coordinate: nil, reason: .dayFull, detail: ""))
    for (trip, rule) in [(twice, SchemaRule.partnerTwice), (both, .stopAndLeftOut)] {
      #expect(throws: StoreError.rule(rule, detail: "")) {
        try saved.database.write(as: tester) { try $0.save(trip) }
      }
    }
    #expect(try dump(saved.database) == before)
  }

  @Test("planned again, a partner may have another stop, be left out instead, or come in from those left out")
  func plannedAgain() throws {
    let saved = try SavedTrip()
    var trip = try #require(try saved.database.read { try $0.trip(saved.trip.id) })
    // The second stop is a new one of the same partner, the third is left out, who was left out comes third.
    trip.days[0].stops[1].id = .new()
    let third = trip.days[1].stops[0]
    let left = trip.unassigned[0]
    trip.days[1].stops = [
      Stop(
        partner: left.partner, name: left.name, coordinate: third.coordinate, arrival: third.arrival,
        serviceStart: third.serviceStart, departure: third.departure)
    ]
    trip.unassigned = [
      UnassignedStop(partner: third.partner, name: third.name, coordinate: nil, reason: .dayFull, detail: "")
    ]
    try saved.database.write(as: tester, at: noon) { [trip] in try $0.save(trip) }
    trip.version += 1
    #expect(try saved.database.read { try $0.trip(trip.id) } == trip)
    #expect(try saved.database.read { try $0.ruleBreaches() }.isEmpty)
  }

  @Test("a stop cannot be taken over by another trip")
  func takenOver() throws {
    let saved = try SavedTrip()
    var other = saved.trip
    other.id = .new()
    let before = try dump(saved.database)
    #expect(throws: StoreError.rule(.stopMoved, detail: "")) {
      try saved.database.write(as: tester) { [other] in try $0.save(other) }
    }
    #expect(try dump(saved.database) == before)
  }

  @Test("a task may go over to another trip when its items do")
  func taskOfAnotherTrip() throws {
    let saved = try SavedTrip(visited: false)
    try saved.database.write(as: tester, at: noon) { writer in
      var other = saved.trip
      other.id = .new()
      for day in other.days.indices {
        for stop in other.days[day].stops.indices { other.days[day].stops[stop].id = .new() }
      }
      try writer.save(other)
      var task = saved.task
      task.trip = other.id
      for day in task.checklist.indices {
        for item in task.checklist[day].children.indices {
          task.checklist[day].children[item].stop = other.days[day].stops[item].id
        }
      }
      try writer.save(task)
      task.version += 1
      #expect(try writer.task(task.id) == task)
    }
  }

  @Test("a visit of another partner on a stop is refused")
  func otherVisit() throws {
    let saved = try SavedTrip()
    let visit = Activity(
      kind: .visit, partner: saved.partners[2].id, at: noon, stop: saved.trip.days[0].stops[1].id)
    #expect(throws: StoreError.rule(.visitOfOtherPartner, detail: "")) {
      try saved.database.write(as: tester) { try $0.record(activity: visit) }
    }
  }
}
