import CRM
import Foundation
import Geo
import Store
import Testing

@testable import Planning

@Suite("From a selection in the database to a saved task")
struct SavedTripTests {
  let database: Database
  let planner = TripPlanner(facts: belarus)
  let actor = Actor(name: "test")
  let clock = monday.instant(secondsAfterMidnight: 0, in: minsk)

  init() throws {
    database = try Database.temporary()
    try database.write(as: actor, at: clock) { writer in
      for (name, place) in [
        ("Брест-тур", Towns.brest), ("Гродно-тур", Towns.grodno), ("Лида-тур", Towns.lida),
        ("Барановичи-тур", Towns.baranovichi),
      ] {
        try writer.insert(
          Partner(
            kind: .agency, name: name,
            addresses: [Address(text: "ул. Советская, 1")],
            location: GeocodeResult(
              coordinate: place, level: .house, score: 1, provider: "given", query: "", label: "", at: clock))
        )
      }
      try writer.insert(Partner(kind: .hotel, name: "Без адреса"))
    }
  }

  func wanted(_ selection: Selection = .all) -> PlanRequest {
    var wanted = request(days: 3, selection: selection)
    wanted.night = .away
    wanted.title = "Запад"
    return wanted
  }

  @Test("planning writes nothing, saving writes trip, task and audit rows together")
  func save() async throws {
    let before = try database.read { try $0.auditCount() }
    let result = try await planner.plan(wanted(), in: database)
    #expect(try database.read { try $0.auditCount() } == before)
    #expect(try database.read { try $0.trips() }.isEmpty)
    let (trip, task) = try planner.save(result, responsible: nil, in: database, as: actor, at: clock)
    let (stored, storedTask) = try database.read { (try $0.trip(trip.id), try $0.task(forTrip: trip.id)) }
    #expect(stored?.days.flatMap(\.stops).map(\.id) == trip.days.flatMap(\.stops).map(\.id))
    #expect(stored?.unassigned.map(\.reason) == [.noCoordinates])
    #expect(storedTask?.id == task.id)
    #expect(
      storedTask?.checklist.flatMap(\.children).map(\.stop) == trip.days.flatMap(\.stops).map(\.id))
    #expect(try database.read { try $0.audit(entity: "trip", id: trip.id.description) }.count == 1)
    #expect(try database.read { try $0.audit(entity: "task", id: task.id.description) }.count == 1)
  }

  @Test("who was not visited since a day is asked by the days of the trip's zone")
  func daysOfTheTrip() async throws {
    let visited = try #require(try database.read { try $0.summaries(.all).first { $0.name == "Брест-тур" } })
    // 2026-05-31 21:30 UTC: June has begun in Minsk, not yet in UTC.
    let late = monday.instant(secondsAfterMidnight: 1800, in: minsk)
    try database.write(as: actor, at: late) {
      try $0.record(activity: Activity(kind: .visit, partner: visited.id, at: late))
    }
    var question = wanted(.notVisitedSince(monday))
    func asked() async throws -> Bool {
      try await planner.plan(question, in: database).partners[visited.id] != nil
    }
    #expect(try await !asked())
    question.timeZone = "UTC"
    #expect(try await asked())
  }

  @Test("a saved trip, read back, passes the check")
  func readBack() async throws {
    var wanted = wanted()
    wanted.lunch = .init(window: .init(start: 12 * 3600, end: 14 * 3600), length: Seconds(minutes: 45))
    let result = try await planner.plan(wanted, in: database)
    let (trip, _) = try planner.save(result, responsible: nil, in: database, as: actor, at: clock)
    let stored = try #require(try database.read { try $0.trip(trip.id) })
    let partners = try database.read { try $0.summaries(.all) }
    let byID = Dictionary(uniqueKeysWithValues: partners.map { ($0.id, $0) })
    #expect(try await planner.violations(of: stored, partners: byID) == [])
  }

  @Test("planned again, finished stops stay out and new partners come in")
  func replan() async throws {
    let result = try await planner.plan(wanted(), in: database)
    let (trip, task) = try planner.save(result, responsible: nil, in: database, as: actor, at: clock)
    let first = try #require(task.checklist.first?.children.first)
    try database.write(as: actor, at: clock) { writer in
      _ = try writer.check(item: first.id, state: .done, outcome: "договор", at: clock)
      try writer.insert(
        Partner(
          kind: .agency, name: "Пинск-тур",
          location: GeocodeResult(
            coordinate: Towns.pinsk, level: .house, score: 1, provider: "given", query: "", label: "",
            at: clock)))
    }
    let saved = try #require(try database.read { try $0.trip(trip.id) })
    let again = try await planner.replan(saved, in: database, at: clock)
    let stops = again.trip.days.flatMap(\.stops)
    let done = try #require(saved.days.flatMap(\.stops).first { $0.id == first.stop })
    #expect(stops.filter { $0.partner == done.partner } == [done])
    #expect(stops.map(\.name).contains("Пинск-тур"))
  }

  @Test("planned again and kept, it is the same trip and task: stops by partner stay, the version grows")
  func replace() async throws {
    let result = try await planner.plan(wanted(), in: database)
    let (trip, task) = try planner.save(result, responsible: nil, in: database, as: actor, at: clock)
    let first = try #require(task.checklist.first?.children.first)
    try database.write(as: actor, at: clock) { writer in
      _ = try writer.check(item: first.id, state: .done, outcome: "договор", at: clock)
    }
    let (saved, savedTask) = try database.read { (try $0.trip(trip.id)!, try $0.task(forTrip: trip.id)) }
    let again = try await planner.replan(saved, in: database, at: clock)
    let (kept, _) = try planner.replace(
      saved, task: savedTask, by: again, in: database, as: actor, at: clock)
    let (trips, tasks, stored, storedTask) = try database.read {
      (try $0.trips(), try $0.tasks(), try $0.trip(trip.id)!, try $0.task(forTrip: trip.id)!)
    }
    #expect(trips.map(\.id) == [trip.id])
    #expect(tasks.map(\.id) == [task.id])
    #expect(stored.version == saved.version + 1)
    #expect(kept.version == stored.version)
    #expect(Set(stored.days.flatMap(\.stops).map(\.id)) == Set(trip.days.flatMap(\.stops).map(\.id)))
    let done = storedTask.checklist.flatMap(\.children).first { $0.stop == first.stop }
    #expect(done?.state == .done)
    #expect(done?.outcome == "договор")
    let legs = stored.days.flatMap(\.legs).reduce(0) { $0 + $1.seconds.value }
    #expect(stored.seconds.value == legs)
    let partners = try database.read { try $0.summaries(.all) }
    let byID = Dictionary(uniqueKeysWithValues: partners.map { ($0.id, $0) })
    #expect(try await planner.violations(of: stored, partners: byID) == [])
  }

  @Test("a must-visit dropped from a saved trip is a violation")
  func droppedMustVisit() async throws {
    let must = try database.read { try $0.summaries(.all) }.filter { $0.name == "Брест-тур" }.map(\.id)
    var wanted = wanted()
    wanted.end = .open
    wanted.mustVisit = must
    var trip = try await planner.plan(wanted, in: database).trip
    let day = try #require(trip.days.firstIndex { $0.stops.contains { must.contains($0.partner) } })
    let index = try #require(trip.days[day].stops.firstIndex { must.contains($0.partner) })
    let stop = trip.days[day].stops.remove(at: index)
    trip.unassigned.append(
      UnassignedStop(
        partner: stop.partner, name: stop.name, coordinate: stop.coordinate, reason: .dayFull, detail: ""))
    let partners = try database.read { try $0.summaries(.all) }
    let byID = Dictionary(uniqueKeysWithValues: partners.map { ($0.id, $0) })
    let found = try await planner.violations(of: trip, partners: byID)
    #expect(found.contains { $0.contains("mustVisit") && $0.contains("Брест-тур") }, "\(found)")
  }

  @Test("a partner of another unfinished trip is left out when asked")
  func plannedElsewhere() async throws {
    let lida = try database.read { try $0.summaries(.all) }.filter { $0.name == "Лида-тур" }.map(\.id)
    let first = try await planner.plan(wanted(.ids(lida)), in: database)
    _ = try planner.save(first, responsible: nil, in: database, as: actor, at: clock)
    var second = wanted()
    second.skipPlannedElsewhere = true
    // Behind its days, the other trip is unfinished all the same.
    second.firstDate = second.firstDate.adding(days: 1)
    let result = try await planner.plan(second, in: database)
    let left = result.trip.unassigned.first { $0.reason == .plannedElsewhere }
    #expect(left?.name == "Лида-тур")
    #expect(left?.detail == "is a stop of \"Запад\"")
    // What is kept is read by others too.
    let (kept, _) = try planner.save(result, responsible: nil, in: database, as: actor, at: clock)
    let told = try database.read { try $0.trip(kept.id) }?.unassigned.first { $0.reason == .plannedElsewhere }
    #expect(told?.detail == "is a stop of another trip")
  }

  @Test("a trip out of sight keeps its partners from another plan and is not named, one in sight is")
  func plannedOutOfSight() async throws {
    let users = ["anna", "boris"].map { User(login: $0, name: $0, role: .manager) }
    try database.write(as: actor, at: clock) { writer in for user in users { try writer.add(user: user) } }
    let lida = try database.read { try $0.summaries(.all) }.filter { $0.name == "Лида-тур" }.map(\.id)
    func save(_ title: String, of user: User) async throws {
      var titled = wanted(.ids(lida))
      titled.title = title
      let result = try await planner.plan(titled, in: database)
      _ = try planner.save(result, responsible: user.id, in: database, as: actor, at: clock)
    }
    var question = wanted()
    question.skipPlannedElsewhere = true
    func detail(within sight: RecordScope) async throws -> String? {
      var own = planner
      own.sight = sight
      let left = try await own.plan(question, in: database).trip.unassigned
      return left.first { $0.reason == .plannedElsewhere }?.detail
    }
    try await save("Тайная", of: users[1])
    #expect(try await detail(within: .all) == "is a stop of \"Тайная\"")
    #expect(try await detail(within: .responsible([users[0].id])) == "is a stop of another trip")
    // The one in sight is told, though the other was saved later.
    try await save("Своя", of: users[0])
    try await save("Тайная", of: users[1])
    #expect(try await detail(within: .responsible([users[0].id])) == "is a stop of \"Своя\"")
  }

  @Test("the hotels of a night are those in sight, and none are read where no night wants one")
  func hotelsInSight() async throws {
    let users = ["anna", "boris"].map { User(login: $0, name: $0, role: .manager) }
    try database.write(as: actor, at: clock) { writer in
      for user in users { try writer.add(user: user) }
      for (name, owner) in [("Чужая", users[1].id), ("Своя", users[0].id)] {
        try writer.insert(
          Partner(
            kind: .hotel, name: name, responsible: owner,
            location: GeocodeResult(
              coordinate: Towns.brest, level: .house, score: 1, provider: "given", query: "", label: "",
              at: clock)))
      }
    }
    var own = planner
    own.sight = .responsible([users[0].id])
    var question = wanted()
    #expect(try own.keeping(in: database, for: question, near: [Towns.brest]).hotels.isEmpty)
    question.rules.lodging = .hotel
    let hotels = try own.keeping(in: database, for: question, near: [Towns.brest]).hotels
    #expect(hotels.map(\.place.label) == ["Своя"])
    #expect(try own.keeping(in: database, for: question, near: [Towns.grodno]).hotels.isEmpty)
  }
}
