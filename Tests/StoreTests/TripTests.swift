import CRM
import Foundation
import Geo
import Testing

@testable import Store

@Suite struct TripTests {
  @Test("a trip and its task come back exactly as they were saved")
  func roundTrip() throws {
    let saved = try SavedTrip(visited: false)
    try saved.database.read { access throws in
      #expect(try access.trip(saved.trip.id) == saved.trip)
      #expect(try access.task(saved.task.id) == saved.task)
      #expect(try access.task(forTrip: saved.trip.id) == saved.task)
      #expect(
        try access.checklistItem(saved.task.checklist[1].children[0].id)
          == saved.task.checklist[1].children[0])
      let list = try access.trips()
      #expect(list.map(\.id) == [saved.trip.id])
      #expect(list[0].days == 2)
      #expect(list[0].stops == 3)
      #expect(list[0].task == saved.task.id)
      #expect(try access.tasks().map(\.items) == [3])
      #expect(try access.audit(entity: "trip", id: saved.trip.id.description).map(\.action) == ["create"])
      #expect(try access.audit(entity: "task", id: saved.task.id.description).map(\.action) == ["create"])
    }
  }

  @Test("a task is saved twice in one transaction, and found by what it is called last")
  func twice() throws {
    let saved = try SavedTrip(visited: false)
    var task = saved.task
    try saved.database.write(as: tester, at: noon) { writer in
      for title in ["Объезд", "Обход"] {
        task.title = title
        try writer.save(task)
      }
    }
    let found = try #require(try saved.database.read { try $0.task(task.id) })
    #expect(found.title == "Обход" && found.version == saved.task.version + 2)
  }

  @Test("trip, task and audit are saved together or not at all")
  func together() throws {
    let saved = try SavedTrip(visited: false)
    var trip = saved.trip
    trip.id = .new()
    var task = saved.task
    task.id = .new()
    task.trip = trip.id
    // The stops belong to the first trip still: two trips cannot share them.
    task.checklist[0].children[0].stop = .new()
    let before = try dump(saved.database)
    let audits = try saved.database.read { try $0.auditCount() }
    for day in trip.days.indices {
      for stop in trip.days[day].stops.indices { trip.days[day].stops[stop].id = .new() }
    }
    let changed = (trip, task)
    #expect(throws: StoreError.self) {
      try saved.database.write(as: tester) { try $0.save(changed.0, task: changed.1) }
    }
    #expect(try dump(saved.database) == before)
    #expect(try saved.database.read { try $0.auditCount() } == audits)
  }

  @Test("saving again grows the version and keeps visits; an older version is refused")
  func versions() throws {
    let saved = try SavedTrip()
    var trip = try saved.database.read { try $0.trip(saved.trip.id) }!
    let original = trip
    trip.title = "Новое имя"
    // The second day's stop moves to the first day's start.
    trip.days[0].stops.insert(trip.days[1].stops.removeFirst(), at: 0)
    trip.days[0].legs.append(trip.days[1].legs.removeFirst())
    trip.days.removeLast()
    var task = try saved.database.read { try $0.task(saved.task.id) }!
    task.checklist[0].children.insert(task.checklist[1].children[0], at: 0)
    task.checklist.removeLast()
    try saved.database.write(as: tester, at: noon) { [trip, task] in try $0.save(trip, task: task) }
    let stored = try saved.database.read { try $0.trip(trip.id) }!
    #expect(stored.version == original.version + 1)
    var expected = trip
    expected.version = original.version + 1
    #expect(stored == expected)
    var changed = task
    changed.version += 1
    #expect(try saved.database.read { try $0.task(task.id) } == changed)
    #expect(stored.days[0].stops[1].visit == .completed)
    #expect(try saved.database.read { try $0.activities(of: saved.partners[0].id).count } == 1)
    #expect(throws: StoreError.staleVersion(entity: "trip", id: "", expected: 0, actual: 0)) {
      try saved.database.write(as: tester) { try $0.save(original) }
    }
  }

  @Test(
    "a trip called off keeps its stops; one without visits can be taken away, and then an import be undone")
  func endings() throws {
    let saved = try SavedTrip()
    let id = saved.trip.id
    #expect(throws: StoreError.tripHasVisits(title: "", stops: [])) {
      try saved.database.write(as: tester) { try $0.removeTrip(id) }
    }
    #expect(try saved.database.write(as: tester) { try $0.cancelTrip(id) })
    #expect(try saved.database.write(as: tester) { try $0.cancelTrip(id) } == false)
    let (trip, task) = try saved.database.read { (try $0.trip(id)!, try $0.task(forTrip: id)!) }
    #expect(trip.state == .cancelled && task.state == .cancelled)
    #expect(trip.days.flatMap(\.stops).count == 3)
    // The visit counted too.
    #expect(trip.version == saved.trip.version + 2)
    let item = task.checklist[0].children[0].id
    try saved.database.write(as: tester) {
      _ = try $0.check(item: item, state: .open)
      try $0.removeTrip(id)
    }
    try saved.database.read { access throws in
      #expect(try access.trip(id) == nil && access.task(task.id) == nil)
      #expect(
        try access.audit(entity: "trip", id: id.description).map(\.action).suffix(2) == ["cancel", "delete"])
      #expect(try access.audit(entity: "task", id: task.id.description).last?.action == "delete")
    }
    #expect(throws: StoreError.notFound(entity: "trip", id: "")) {
      try saved.database.write(as: tester) { try $0.removeTrip(id) }
    }
  }

  @Test("stops to come are those of unfinished trips, whosever, the trip saved last first")
  func openStops() throws {
    let saved = try SavedTrip()
    try saved.database.write(as: tester, at: noon.addingTimeInterval(60)) { try saved.writeAnother(to: $0) }
    let ids = saved.partners.map(\.id)
    func open(_ ids: [PartnerID]) throws -> [OpenStop] {
      try saved.database.read { try $0.openStops(of: ids) }
    }
    let found = try open(ids)
    #expect(found.map(\.title) == ["Другая", "Другая", "Брест", "Брест"])
    #expect(Set(found.prefix(2).map(\.partner)) == [ids[0], ids[1]])
    #expect(Set(found.suffix(2).map(\.partner)) == [ids[1], ids[2]])
    #expect(found.map(\.responsible) == [nil, nil, saved.user.id, saved.user.id])
    #expect(found.last?.trip == saved.trip.id)
    #expect(try open([ids[2]]).map(\.partner) == [ids[2]])
    #expect(try open([]).isEmpty && open([ids[3]]).isEmpty)
    try saved.database.write(as: tester, at: noon) { _ = try $0.cancelTrip(saved.trip.id) }
    #expect(try open(ids).map(\.title) == ["Другая", "Другая"])
  }

  @Test("an import whose partners stood in a trip can be undone once the trip is removed")
  func undoAfterRemoval() throws {
    let database = try SavedTrip(visited: false).database
    let partner = fullPartner("Новый", key: "900")
    let run = try database.write(as: tester) { writer in
      let run = try writer.beginImportRun(source: "list.csv")
      try writer.insert(partner)
      try writer.importChange(run, partner: partner.id, before: nil)
      try writer.finishImportRun(run, report: "{}")
      return run
    }
    let stop = Stop(
      partner: partner.id, name: partner.name, coordinate: place(52, 24), arrival: noon, serviceStart: noon,
      departure: noon)
    let trip = Trip(
      title: "Поездка", start: Place(label: "Офис", coordinate: place(52, 24)), end: nil,
      timeZone: "Europe/Minsk",
      days: [TripDay(date: LocalDate("2026-06-08")!, start: noon, end: noon, stops: [stop], legs: [])],
      unassigned: [], matrix: .greatCircle, metres: .zero, seconds: .zero)
    try database.write(as: tester) { try $0.save(trip) }
    #expect(throws: StoreError.undoConflict(run: "", partners: [])) {
      try database.write(as: tester) { try $0.undoImportRun(run) }
    }
    try database.write(as: tester) { try $0.removeTrip(trip.id) }
    #expect(try database.write(as: tester) { try $0.undoImportRun(run).removed } == 1)
  }

  @Test("a leg across the 180th meridian is as long in the file as on the ground, and comes back as it was")
  func meridian() throws {
    let saved = try SavedTrip(visited: false)
    var trip = saved.trip
    let line = LineString([place(-16.8, 179.8), place(-16.7, -179.4), place(-16.9, 179.9)])
    trip.days[0].legs[0].geometry = line
    try saved.database.write(as: tester) { [trip] in try $0.save(trip) }
    try saved.database.read { access throws in
      let stored = try access.trip(trip.id)!
      #expect(stored.days[0].legs[0].geometry == line)
      let (leg, points, route) = try access.db.first(
        """
        SELECT ST_Length(l.geometry, 1), ST_NumPoints(l.geometry), (SELECT max(MbrMaxX(GeometryN(t.route, 1)) - MbrMinX(GeometryN(t.route, 1)))
          FROM trip t)
        FROM leg l JOIN trip_day d ON d.id = l.day_id WHERE d.position = 0 AND l.position = 0
        """
      ) { ($0.double(0), $0.int(1), $0.double(2)) }!
      // Up to the meridian and on from its other side, twice.
      #expect(points == 3 + 4)
      let ground = zip(line.points, line.points.dropFirst()).reduce(0) {
        $0 + Geodesy.distance($1.0, $1.1).value
      }
      #expect(abs(leg - ground) < ground / 1000)
      // In pieces none of which spans the globe.
      #expect(route < 1)
    }
  }

  @Test("a stop with a visit cannot be dropped from its trip, one without can")
  func lostVisits() throws {
    let saved = try SavedTrip()
    var trip = try saved.database.read { try $0.trip(saved.trip.id) }!
    let full = trip
    trip.days[0].stops.removeFirst()
    trip.days[0].legs.removeFirst()
    let shorter = trip
    #expect(throws: StoreError.stopHasVisit(stops: [])) {
      try saved.database.write(as: tester) { try $0.save(shorter) }
    }
    trip = full
    trip.days[0].stops.removeLast()
    trip.days[0].legs.removeLast()
    try saved.database.write(as: tester) { [trip] in try $0.save(trip) }
    #expect(try saved.database.read { try $0.trip(trip.id)?.days[0].stops.count } == 1)
    #expect(try saved.database.read { try $0.task(saved.task.id)?.checklist[0].children.count } == 1)
  }
}

@Suite struct ChecklistTests {
  let saved: SavedTrip
  var first: ChecklistItemID { saved.task.checklist[0].children[0].id }
  var second: ChecklistItemID { saved.task.checklist[0].children[1].id }
  var third: ChecklistItemID { saved.task.checklist[1].children[0].id }

  init() throws { saved = try SavedTrip(visited: false) }

  func check(
    _ item: ChecklistItemID, _ state: ChecklistItem.State, _ outcome: String? = nil, after seconds: Double = 0
  ) throws -> CheckResult {
    let at = noon.addingTimeInterval(seconds)
    return try saved.database.write(as: Actor(user: saved.user.id, name: "web"), at: at) {
      try $0.check(item: item, state: state, outcome: outcome)
    }
  }

  @Test("checking an item records the outcome on the stop and one visit on the partner")
  func check() throws {
    let result = try check(first, .done, "Договорились", after: 4000)
    #expect(result.changed)
    #expect(result.taskState == .inProgress)
    try saved.database.read { access throws in
      let stop = try access.trip(saved.trip.id)!.days[0].stops[0]
      #expect(stop.visit == .completed)
      #expect(stop.outcome == "Договорились")
      let visits = try access.activities(of: saved.partners[0].id)
      #expect(visits.map(\.id) == [result.visit])
      #expect(visits[0].kind == .visit)
      #expect(visits[0].stop == stop.id)
      #expect(visits[0].author == saved.user.id)
      #expect(visits[0].outcome == "Договорились")
      #expect(try access.partner(saved.partners[0].id)?.lastVisit == noon.addingTimeInterval(4000))
      let item = try access.checklistItem(first)!
      #expect(item.state == .done)
      #expect(item.doneAt == noon.addingTimeInterval(4000))
      #expect(item.doneBy == saved.user.id)
    }
  }

  @Test("repeating a check changes nothing, whenever it comes")
  func idempotent() throws {
    _ = try check(first, .done, "Договорились", after: 4000)
    let before = try dump(saved.database)
    let audits = try saved.database.read { try $0.auditCount() }
    let again = try check(first, .done, "Договорились", after: 9000)
    #expect(!again.changed)
    #expect(again.visit != nil)
    #expect(try dump(saved.database) == before)
    #expect(try saved.database.read { try $0.auditCount() } == audits)
  }

  @Test("repeating a check without an outcome keeps the one recorded and changes nothing")
  func repeatedWithoutOutcome() throws {
    _ = try check(first, .done, "Договорились", after: 4000)
    let before = try dump(saved.database)
    let audits = try saved.database.read { try $0.auditCount() }
    let again = try check(first, .done, after: 9000)
    #expect(!again.changed)
    #expect(again.item.outcome == "Договорились")
    #expect(try dump(saved.database) == before)
    #expect(try saved.database.read { try $0.auditCount() } == audits)
    #expect(try check(first, .done, "").item.outcome.isEmpty)
  }

  @Test("another outcome corrects the one visit")
  func correction() throws {
    let one = try check(first, .done, "Никого", after: 4000)
    let two = try check(first, .done, "Нашли хозяйку", after: 9000)
    #expect(one.visit == two.visit)
    let visits = try saved.database.read { try $0.activities(of: saved.partners[0].id) }
    #expect(visits.map(\.outcome) == ["Нашли хозяйку"])
    #expect(visits[0].at == noon.addingTimeInterval(4000))
  }

  @Test("a skip records no visit, and takes back one recorded by mistake with the last visit")
  func skip() throws {
    let earlier = noon.addingTimeInterval(-86_400)
    try saved.database.write(as: tester, at: noon) {
      try $0.record(activity: Activity(kind: .visit, partner: saved.partners[0].id, at: earlier))
    }
    _ = try check(first, .done, after: 4000)
    #expect(
      try saved.database.read { try $0.partner(saved.partners[0].id)?.lastVisit }
        == noon.addingTimeInterval(4000))
    _ = try check(first, .skipped, "закрыто", after: 5000)
    try saved.database.read { access throws in
      #expect(try access.partner(saved.partners[0].id)?.lastVisit == earlier)
      #expect(try access.activities(of: saved.partners[0].id).count == 1)
      #expect(try access.trip(saved.trip.id)!.days[0].stops[0].visit == .skipped)
    }
  }

  @Test("days, task and trip items follow their stops: open, in progress, done, and back")
  func states() throws {
    #expect(try check(first, .done).taskState == .inProgress)
    #expect(try check(second, .skipped).taskState == .inProgress)
    #expect(try saved.database.read { try $0.task(saved.task.id)!.checklist[0].state } == .done)
    #expect(try check(third, .done).taskState == .done)
    #expect(try saved.database.read { try $0.task(saved.task.id)!.state } == .done)
    #expect(try check(third, .open).taskState == .inProgress)
    #expect(try saved.database.read { try $0.activities(of: saved.partners[2].id).isEmpty })
    #expect(try saved.database.read { try $0.tasks()[0].finished } == 2)
  }

  @Test("what follows a check is in the audit trail with how it was before")
  func audited() throws {
    let partner = saved.partners[0].id
    let visit = try #require(try check(first, .done, "Никого", after: 4000).visit)
    _ = try check(first, .done, "Нашли", after: 5000)
    _ = try check(second, .done)
    _ = try check(first, .skipped, "закрыто", after: 6000)
    _ = try check(second, .open)
    try saved.database.read { access throws in
      let day = try access.audit(entity: "checklistItem", id: saved.task.checklist[0].id.description)
      #expect(day.map(\.action) == ["state", "state"])
      #expect(day[0].before?.contains("\"state\":\"open\"") == true)
      #expect(day[0].after?.contains("\"state\":\"done\"") == true)
      let activity = try access.audit(entity: "activity", id: visit.description)
      #expect(activity.map(\.action) == ["create", "update", "delete"])
      #expect(activity[1].before == activity[0].after)
      #expect(activity[2].before == activity[1].after)
      #expect(activity[2].after == nil)
      let visits = try access.audit(entity: "partner", id: partner.description).filter {
        $0.action == "visit"
      }
      let instant = noon.addingTimeInterval(4000).milliseconds
      #expect(visits.map(\.before) == ["{}", "{\"lastVisit\":\(instant)}"])
      #expect(visits.map(\.after) == ["{\"lastVisit\":\(instant)}", "{}"])
    }
  }

  @Test("a last visit known from elsewhere outlives a visit taken back")
  func importedLastVisit() throws {
    let known = noon.addingTimeInterval(86_400)
    var partner = fullPartner("Знакомый", key: "77")
    partner.lastVisit = known
    try saved.database.write(as: tester) { [partner] in
      try $0.insert(partner)
      try $0.record(activity: Activity(kind: .visit, partner: partner.id, at: noon))
    }
    #expect(try saved.database.read { try $0.partner(partner.id)?.lastVisit } == known)
    #expect(
      try saved.database.read {
        try $0.audit(entity: "partner", id: partner.id.description).map(\.action)
      } == ["create"])
  }

  @Test("a published trip follows its stops: under way, completed, and back, with audit rows")
  func tripState() throws {
    func state() throws -> Trip.State? {
      try saved.database.read { try $0.trip(saved.trip.id)?.state }
    }
    _ = try check(first, .done)
    #expect(try state() == .draft)
    _ = try check(first, .open)
    try saved.database.write(as: tester) { try $0.db.run("UPDATE trip SET state = 'published'") }
    _ = try check(first, .done)
    #expect(try state() == .inProgress)
    _ = try check(second, .skipped)
    #expect(try state() == .inProgress)
    _ = try check(third, .done)
    #expect(try state() == .completed)
    _ = try check(third, .open)
    #expect(try state() == .inProgress)
    let rows = try saved.database.read { try $0.audit(entity: "trip", id: saved.trip.id.description) }
    #expect(
      rows.filter { $0.action == "state" }.map(\.after)
        == ["inProgress", "completed", "inProgress"].map { "{\"state\":\"\($0)\"}" })
    try saved.database.write(as: tester) { try $0.db.run("UPDATE trip SET state = 'cancelled'") }
    _ = try check(third, .done)
    #expect(try state() == .cancelled)
  }

  @Test("one comes to a stop once; taking it back forgets when, an end keeps it, and a plan anew does too")
  func arrival() throws {
    func stop() throws -> Stop? {
      try saved.database.read { try $0.trip(saved.trip.id)?.days.first?.stops.first }
    }
    func arrive(_ seconds: Double) throws -> Bool {
      try saved.database.write(as: tester, at: noon) {
        try $0.arrive(at: first, at: noon.addingTimeInterval(seconds)).changed
      }
    }
    let version = try saved.database.read { try $0.task(saved.task.id)?.version } ?? 0
    #expect(try arrive(60) && !arrive(120))
    #expect(try stop()?.visit == .checkedIn && stop()?.arrivedAt == noon.addingTimeInterval(60))
    #expect(try saved.database.read { try $0.task(saved.task.id)?.version } == version + 1)
    #expect(try check(first, .open).changed)
    #expect(try stop()?.visit == .planned && stop()?.arrivedAt == nil)
    #expect(try !check(first, .open).changed)
    #expect(try arrive(180))
    _ = try check(first, .done)
    #expect(try stop()?.visit == .completed && stop()?.arrivedAt == noon.addingTimeInterval(180))
    let trip = try #require(try saved.database.read { try $0.trip(saved.trip.id) })
    try saved.database.write(as: tester) { try $0.save(trip) }
    #expect(try stop()?.arrivedAt == noon.addingTimeInterval(180))
    // Told late, of a stop that has ended: the end stays.
    _ = try check(second, .done)
    let late = try saved.database.write(as: tester, at: noon) { try $0.arrive(at: second, at: noon) }
    #expect(late.visit == .completed && late.changed)
    let told = try saved.database.read {
      try $0.audit(entity: "stop", id: trip.days[0].stops[0].id.description)
    }
    #expect(told.map(\.action) == ["arrive", "visit", "arrive", "visit"])
    #expect(throws: StoreError.itemIsNoVisit(id: "")) {
      try saved.database.write(as: tester) { try $0.arrive(at: saved.task.checklist[0].id) }
    }
    #expect(throws: StoreError.notFound(entity: "checklistItem", id: "")) {
      try saved.database.write(as: tester) { try $0.arrive(at: .new()) }
    }
  }

  @Test("a skipped stop keeps why, and forgets it when it was visited after all")
  func missReason() throws {
    func check(_ state: ChecklistItem.State, _ reason: MissReason?) throws -> Bool {
      try saved.database.write(as: tester, at: noon) {
        try $0.check(item: first, state: state, outcome: "да", reason: reason).changed
      }
    }
    func reason() throws -> MissReason? {
      try saved.database.read { try $0.trip(saved.trip.id)?.days[0].stops[0].missReason }
    }
    #expect(try check(.skipped, .closed) && reason() == .closed)
    #expect(try !check(.skipped, .closed) && !check(.skipped, nil))
    #expect(try check(.skipped, .refused) && reason() == .refused)
    #expect(try check(.done, nil) && reason() == nil)
  }

  @Test("who saw another state than there is changes nothing, unless it is the wanted one")
  func seen() throws {
    func check(
      _ state: ChecklistItem.State, _ outcome: String, seen: ChecklistItem.State
    ) throws -> Bool {
      try saved.database.write(as: tester, at: noon) {
        try $0.check(item: first, state: state, outcome: outcome, seen: seen).changed
      }
    }
    #expect(try check(.done, "первый", seen: .open))
    #expect(try !check(.done, "первый", seen: .open))
    #expect(throws: StoreError.itemChanged(id: "", state: .done, outcome: "")) {
      try check(.skipped, "второй", seen: .open)
    }
    #expect(throws: StoreError.itemChanged(id: "", state: .done, outcome: "")) {
      try check(.done, "второй", seen: .open)
    }
    #expect(try check(.done, "второй", seen: .done))
  }

  @Test("an item that is a day, or none at all, is refused")
  func refused() throws {
    #expect(throws: StoreError.itemIsNoStop(id: "")) { try check(saved.task.checklist[0].id, .done) }
    #expect(throws: StoreError.notFound(entity: "checklistItem", id: "")) { try check(.new(), .done) }
  }

  @Test("an older visit does not move the last visit back")
  func lastVisit() throws {
    _ = try check(first, .done, after: 4000)
    try saved.database.write(as: tester) {
      try $0.record(
        activity: Activity(kind: .visit, partner: saved.partners[0].id, at: noon.addingTimeInterval(-9e6)))
      try $0.record(
        activity: Activity(kind: .call, partner: saved.partners[0].id, at: noon.addingTimeInterval(9e6)))
    }
    #expect(
      try saved.database.read { try $0.partner(saved.partners[0].id)?.lastVisit }
        == noon.addingTimeInterval(4000))
  }

  @Test("a stop has one visit, however it is recorded")
  func oneVisit() throws {
    _ = try check(first, .done)
    let stop = saved.trip.days[0].stops[0].id
    #expect(throws: StoreError.duplicate(entity: "visit", key: "")) {
      try saved.database.write(as: tester) {
        try $0.record(activity: Activity(kind: .visit, partner: saved.partners[0].id, at: noon, stop: stop))
      }
    }
  }
}
