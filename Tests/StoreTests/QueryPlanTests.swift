import CRM
import Foundation
import Geo
import Testing

@testable import Store

/// The plan SQLite makes for each hot query, on a database with statistics as they come. A query that stops using its
/// index reads every partner.
@Suite struct QueryPlanTests {
  /// What the statements run inside `body` do, as SQLite explains it.
  func plans(_ database: Database, _ body: (Reader) throws -> Void) throws -> [String] {
    try database.read { reader in
      let statements = StatementLog()
      reader.db.trace { statements.add("\($0)") }
      defer { reader.db.trace() }
      try body(reader)
      reader.db.trace()
      return try statements.all.filter { $0.hasPrefix("SELECT") }.flatMap { sql in
        try reader.db.all("EXPLAIN QUERY PLAN " + sql) { $0.text(3) }
      }
    }
  }

  static let explained = ["SELECT", "INSERT", "UPDATE", "DELETE"]

  /// The same for the statements of a write.
  func plans(writing database: Database, _ body: (Writer) throws -> Void) throws -> [String] {
    try database.write(as: tester, at: noon) { writer in
      let statements = StatementLog()
      writer.db.trace { statements.add("\($0)") }
      defer { writer.db.trace() }
      try body(writer)
      writer.db.trace()
      return try statements.all.filter { sql in Self.explained.contains { sql.hasPrefix($0) } }.flatMap {
        sql in
        try writer.db.all("EXPLAIN QUERY PLAN " + sql) { $0.text(3) }
      }
    }
  }

  final class StatementLog: @unchecked Sendable {
    private(set) var all: [String] = []
    func add(_ sql: String) { all.append(sql) }
  }

  /// A search of the R*Tree bounded on all four sides: one that reads all of it has nothing behind `2:`.
  static let boxSearch = "VIRTUAL TABLE INDEX 2:D1B0D3B2"

  static let hot: [(name: String, index: String, run: @Sendable (Reader) throws -> Void)] = [
    ("timeline of a partner", "audit_entity", { _ = try $0.timelineOfFirst() }),
    ("timeline of a partner, activities", "activity_partner", { _ = try $0.timelineOfFirst() }),
    ("timeline of a partner, trips", "stop_partner", { _ = try $0.timelineOfFirst() }),
    ("who saw a person", "audit_entity", { _ = try $0.disclosures(of: .contact(.new())) }),
    (
      "protected fields of a person", "sqlite_autoindex_protected_field_1",
      { _ = try $0.maskedFields(of: .contact(.new())) }
    ),
    ("partner by id", "sqlite_autoindex_partner_1", { _ = try $0.partner(PartnerID.new()) }),
    (
      "partner by outside key", "PRIMARY KEY (system=? AND key=?)",
      { _ = try $0.partners(system: "a", key: "b") }
    ),
    ("partner by number", "partner_registration", { _ = try $0.partners(registrationNumber: "1") }),
    ("partner by phone", "contact_point_normalised", { _ = try $0.partners(phone: "+1") }),
    ("partner by e-mail", "contact_point_normalised", { _ = try $0.partners(email: "a@b.c") }),
    (
      "partner by similar name", "PRIMARY KEY (place=? AND word>? AND word<?)",
      { _ = try $0.partners(similarTo: "abc", near: nil, orInTown: ["x"], orAt: "y") }
    ),
    (
      "partner without a place by name", "partner_name_not_located",
      { _ = try $0.partnersWithoutPlace(named: "abc") }
    ),
    (
      "history of places", "geocode_result_partner",
      { _ = try $0.geocodeHistory(of: PartnerID.new()) }
    ),
    ("places to review", "geocode_result_review", { _ = try $0.partnersToReview() }),
    ("audit of a record", "audit_entity", { _ = try $0.audit(entity: "partner", id: "x") }),
    ("activities of a partner", "activity_partner", { _ = try $0.activities(of: PartnerID.new()) }),
    ("task of a trip", "sqlite_autoindex_task_2", { _ = try $0.task(forTrip: TripID.new()) }),
    (
      "task of an item", "sqlite_autoindex_checklist_item_1",
      { _ = try $0.task(ofItem: ChecklistItemID.new()) }
    ),
    ("trips, the latest first", "trip_saved", { _ = try $0.trips() }),
    ("area of a country's regions", "region_country", { _ = try $0.regionArea(code: "BY") }),
    ("places to review, without any", "partner_not_located", { _ = try $0.partnersToReview() }),
    ("saved selection", "selection_name", { _ = try $0.savedSelection(named: "x") }),
    ("region by code", "sqlite_autoindex_region_1", { _ = try $0.regionArea(code: "BY-BR") }),
    (
      "features near a place", Self.boxSearch,
      { reader in
        let box = BoundingBox(south: 52, west: 23, north: 53, east: 24)
        _ = try reader.match(.partners, FeatureQuery(box: box))
      }
    ),
    (
      "territories near a place", Self.boxSearch,
      { reader in
        let box = BoundingBox(south: 52, west: 23, north: 53, east: 24)
        _ = try reader.match(.territories, FeatureQuery(box: box))
      }
    ),
    (
      "whose calendar a token opens", "sqlite_autoindex_calendar_token_2",
      { _ = try $0.user(of: CalendarToken()) }
    ),
    (
      "trips somebody had", "audit_kind",
      { _ = try $0.tripsLost(by: .new(), since: noon) }
    ),
    (
      "partners of a manager in batches", "partner_responsible",
      { _ = try $0.partners(after: nil, limit: 10, scope: .responsible([])) }
    ),
    ("partners of a manager", "partner_responsible", { _ = try $0.select(.responsible(["anna"])) }),
    ("partners of a status", "partner_status", { _ = try $0.select(.status([.paused])) }),
    (
      "partners not visited", "partner_last_visit",
      { _ = try $0.select(.and([.kind([.agency]), .notVisitedSince(LocalDate("2026-01-01")!)])) }
    ),
    (
      "tasks of a manager", "task_responsible",
      {
        var query = TaskQuery()
        query.responsible = ["anna"]
        _ = try $0.taskPage(query, scope: .all)
      }
    ),
    (
      "tasks somebody takes part in", "task_participant_user",
      {
        var query = TaskQuery()
        query.participant = ["anna"]
        _ = try $0.taskPage(query, scope: .all)
      }
    ),
    (
      "trips of a manager", "trip_responsible",
      {
        var query = TripQuery()
        query.responsible = ["anna"]
        _ = try $0.tripPage(query, scope: .all)
      }
    ),
    (
      "activities of a partner in pages", "activity_partner_at",
      { reader in
        var query = ActivityQuery()
        query.partner = try reader.partners(system: "bitrix", key: "1").first
        _ = try reader.activityPage(query, scope: .all)
      }
    ),
    (
      "activities by an author", "activity_author",
      {
        var query = ActivityQuery()
        query.author = ["anna"]
        _ = try $0.activityPage(query, scope: .all)
      }
    ),
    ("activities of everybody", "activity_at", { _ = try $0.activityPage(ActivityQuery(), scope: .all) }),
    (
      "changes by somebody", "audit_user",
      {
        var query = AuditQuery()
        query.user = ["anna"]
        _ = try $0.auditPage(query)
      }
    ),
    (
      "changes of a kind of record", "audit_kind",
      {
        var query = AuditQuery()
        query.entity = "webhook"
        _ = try $0.auditPage(query)
      }
    ),
    (
      "changes of a record in pages", "audit_entity",
      {
        var query = AuditQuery()
        query.entity = "partner"
        query.record = "x"
        _ = try $0.auditPage(query)
      }
    ),
    (
      "changes of a kind by somebody", "audit_user",
      {
        var query = AuditQuery()
        query.entity = "partner"
        query.user = ["anna"]
        _ = try $0.auditPage(query)
      }
    ),
    ("partners planned elsewhere", "partner_hex", { _ = try $0.openStops(of: [.new()]) }),
    ("partners planned elsewhere, their stops", "stop_partner", { _ = try $0.openStops(of: [.new()]) }),
    (
      "hotels near the places of a trip", boxSearch,
      { _ = try $0.hotels(within: Metres(kilometres: 30), of: [place(52, 24)]) }
    ),
    ("partners of a tag", "partner_tag_tag", { _ = try $0.select(.tag(["vip"])) }),
    (
      "partners in an area", boxSearch,
      { _ = try $0.selectIDs(.circle(center: place(52, 24), radius: Metres(100))) }
    ),
    (
      "partners in an area with a filter", boxSearch,
      { _ = try $0.select(.and([.status([.active]), .circle(center: place(52, 24), radius: Metres(100))])) }
    ),
  ]

  @Test("the index is used by", arguments: hot.indices)
  func usesIndex(_ i: Int) throws {
    let query = Self.hot[i]
    let saved = try SavedTrip()
    let plan = try plans(saved.database, query.run)
    #expect(plan.contains { $0.contains(query.index) }, "\(query.name): \(plan)")
    #expect(
      !plan.contains {
        ($0.hasPrefix("SCAN p") || $0.hasPrefix("SCAN partner")) && !$0.contains("USING")
      },
      "\(query.name) reads every partner: \(plan)")
  }

  @Test(
    "a change of a partner finds its words, an undo its trips and a removal the items below by their indexes")
  func writes() throws {
    let saved = try SavedTrip()
    let owed = try plans(writing: saved.database) { try $0.refuseOwedPlaces() }
    #expect(owed.first == "SCAN d", "each write asks: \(owed)")
    let update = try plans(writing: saved.database) { writer in
      var partner = try #require(try writer.partner(saved.partners[0].id))
      partner.note = "другое"
      try writer.update(partner)
    }
    #expect(update.contains { $0.contains("partner_name_word_partner") }, "\(update)")
    let undo = try plans(writing: saved.database) { _ = try $0.undoConflicts(row: 1) }
    #expect(undo.contains { $0.contains("INDEX stop_partner") }, "\(undo)")
    #expect(undo.contains { $0.contains("INDEX unassigned_stop_partner") }, "\(undo)")
    // What SQLite asks of a foreign key's children when the parent's row goes.
    let below = try plans(saved.database) {
      _ = try $0.db.first("SELECT id FROM checklist_item WHERE parent_id = 1") { $0.int(0) }
    }
    #expect(below.contains { $0.contains("checklist_item_parent") }, "\(below)")
    let points = try plans(saved.database) {
      _ = try $0.db.first("SELECT id FROM contact_point WHERE person_id = 1") { $0.int(0) }
    }
    #expect(points.contains { $0.contains("contact_point_person") }, "\(points)")
  }

  static let filters: [Selection] = [
    .status([.active]), .kind([.agency]), .responsible([""]), .notVisitedSince(LocalDate("2026-06-01")!),
    .overdue(asOf: LocalDate("2026-06-08")!),
  ]

  @Test(
    "the second question of a process reads no partner's row, with an area or without", arguments: filters)
  func fromMemory(_ filter: Selection) throws {
    let saved = try SavedTrip()
    let circle = Selection.circle(center: place(52.1, 23.7), radius: Metres(kilometres: 200))
    for selection in [filter, .and([filter, circle]), .or([filter, circle]), .not(filter)] {
      for _ in 1...2 { _ = try saved.database.read { try $0.selectIDs(selection) } }
      let plan = try plans(saved.database) { _ = try $0.selectIDs(selection) }
      #expect(!plan.contains { $0.contains(" p") && !$0.contains("partner_change") }, "\(plan)")
    }
  }

  @Test("of those around a way only the partners that are given are read")
  func least() throws {
    let saved = try SavedTrip()
    let (end, all) = (place(52.4, 24.9), saved.partners.map(\.id))
    try saved.database.read { reader throws in
      let statements = StatementLog()
      reader.db.trace { statements.add("\($0)") }
      defer { reader.db.trace() }
      func nearest(_ count: Int, without: Set<PartnerID> = []) throws -> [PartnerID] {
        try reader.summaries(.all, least: count, without: without) {
          Geodesy.distance(end, $0).value
        }.map(\.id)
      }
      #expect(try nearest(1) == [all[2]])
      #expect(statements.all.count { $0.contains("group_concat(tag") } == 1)
      #expect(try nearest(2, without: [all[2]]) == [all[1], all[0]])
      // Who has no place costs nothing and is near nothing.
      #expect(try nearest(10) == [all[2], all[1], all[0]])
    }
  }

  @Test("the rules between tables find their rows by indexes")
  func rules() throws {
    let saved = try SavedTrip()
    let bodies = try saved.database.read {
      try $0.db.all("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name GLOB '*_rule_*'") {
        $0.text(0)
      }
    }
    #expect(bodies.count == 13)
    for body in bodies {
      let head = try #require(body.range(of: "BEGIN"))
      for statement in body[head.upperBound...].components(separatedBy: ";").dropLast() {
        let sql = statement.replacing(/RAISE\(ABORT, '[^']*'\)/, with: "1").replacing(
          /(NEW|OLD)\.\w+/, with: "7")
        let plan = try saved.database.read { try $0.db.all("EXPLAIN QUERY PLAN " + sql) { $0.text(3) } }
        #expect(!plan.contains { $0.hasPrefix("SCAN ") && $0 != "SCAN CONSTANT ROW" }, "\(sql): \(plan)")
      }
    }
  }

  @Test("reading a whole partner, trip or task scans no table")
  func aggregates() throws {
    let saved = try SavedTrip()
    let plan = try plans(saved.database) {
      _ = try $0.partner(saved.partners[0].id)
      _ = try $0.trip(saved.trip.id)
      _ = try $0.task(saved.task.id)
      _ = try $0.summary(row: 1)
    }
    #expect(!plan.isEmpty)
    #expect(
      !plan.contains { $0.hasPrefix("SCAN") && !$0.contains("USING") && !$0.hasPrefix("SCAN CONSTANT") },
      "\(plan)")
  }

  @Test("when a partner was changed is noted by its index")
  func changedAt() throws {
    let saved = try SavedTrip()
    let plan = try plans(saved.database) {
      _ = try $0.db.first("SELECT id FROM partner p WHERE lower(hex(p.uid)) = 'x'") { $0.int(0) }
    }
    #expect(plan.contains { $0.contains("partner_hex") }, "\(plan)")
  }

  @Test("every index says in its comment which query uses it")
  func comments() throws {
    let statements = Migrations.all.flatMap(\.statements).filter {
      $0.contains("CREATE") && $0.contains("INDEX")
    }
    .filter { !$0.contains("CREATE TABLE") && !$0.contains("CreateSpatialIndex") }
    #expect(statements.count > 10)
    for statement in statements { #expect(statement.hasPrefix("-- "), "\(statement)") }
  }
}

extension Reader {
  fileprivate func timelineOfFirst() throws -> [TimelineEntry] {
    guard let partner = try partner(row: 1) else { return [] }
    return try timeline(of: partner.id)
  }
}
