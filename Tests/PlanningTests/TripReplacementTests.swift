import CRM
import Foundation
import Geo
import Store
import Testing

@testable import Planning

@Suite("What a trip and its task keep when the trip is planned again")
struct TripReplacementTests {
  let database: Database
  let planner = TripPlanner(facts: belarus)
  let actor = Actor(name: "test")
  let before = monday.adding(days: -3).instant(secondsAfterMidnight: 0, in: minsk)

  init() throws { database = try partnersAroundMinsk(as: actor, at: before) }

  func save(days: Int = 2, _ selection: Selection = .all) async throws -> TripID {
    var wanted = request(days: days, selection: selection)
    wanted.visit = Seconds(minutes: 50)
    let result = try await planner.plan(wanted, in: database)
    return try planner.save(result, responsible: nil, in: database, as: actor, at: before).trip.id
  }

  func stored(_ id: TripID) throws -> (trip: Trip, task: TripTask) {
    try database.read { (try $0.trip(id)!, try $0.task(forTrip: id)!) }
  }

  func keep(_ result: TripPlanner.Result, _ id: TripID) throws -> (trip: Trip, task: TripTask) {
    let (trip, task) = try stored(id)
    return try planner.replace(trip, task: task, by: result, in: database, as: actor, at: before)
  }

  func replan(_ id: TripID, within sight: Selection? = nil, at now: Date? = nil) async throws -> (
    trip: Trip, task: TripTask
  ) {
    try keep(
      await planner.replan(stored(id).trip, within: sight, in: database, at: now ?? before), id)
  }

  func check(_ item: ChecklistItemID) throws {
    try database.write(as: actor, at: before) { _ = try $0.check(item: item, state: .done, at: before) }
  }

  func partners(_ trip: Trip) -> Set<PartnerID> {
    Set(trip.days.flatMap(\.stops).map(\.partner) + trip.unassigned.map(\.partner))
  }

  func selection(_ id: TripID) throws -> Selection {
    try PlanRequest(json: stored(id).trip.request).selection
  }

  @Test("lines, title and deadline of one's own stay, and a day that was done is done")
  func ownLines() async throws {
    let id = try await save()
    var task = try stored(id).task
    task.title = "Мой объезд"
    task.deadline = before.addingTimeInterval(30 * 86_400)
    task.checklist[0].children.insert(ChecklistItem(title: "Буклеты"), at: 1)
    task.checklist.insert(ChecklistItem(title: "Заправиться"), at: 0)
    task.checklist.append(ChecklistItem(title: "Отчёт"))
    let changed = task
    try database.write(as: actor, at: before) { try $0.save(changed) }
    let day = task.checklist[1]
    for item in day.children { try check(item.id) }

    let old = try stored(id).task
    let morning = monday.adding(days: 1).instant(secondsAfterMidnight: 8 * 3600, in: minsk)
    let told = try await replan(id, at: morning)
    let new = try stored(id).task
    #expect(new.title == "Мой объезд" && new.deadline == task.deadline)
    #expect(new.checklist.count == 4)
    #expect(new.checklist.first?.title == "Заправиться" && new.checklist.last?.title == "Отчёт")
    #expect(new.checklist[1].id == day.id && new.checklist[1].state == .done)
    #expect(new.checklist[1].children.map(\.id) == day.children.map(\.id))
    #expect(new.state == .inProgress)
    #expect(new.version == old.version + 1 && told.task.version == new.version)
  }

  @Test("lines of a day that is gone stand beside the days")
  func lineOfPassedDay() async throws {
    let id = try await save(days: 3)
    var task = try stored(id).task
    task.checklist[0].children.append(ChecklistItem(title: "Буклеты"))
    let changed = task
    try database.write(as: actor, at: before) { try $0.save(changed) }
    let morning = monday.adding(days: 1).instant(secondsAfterMidnight: 8 * 3600, in: minsk)
    let days = try await replan(id, at: morning).trip.days
    #expect(days.allSatisfy { $0.date > monday })
    let roots = try stored(id).task.checklist
    #expect(roots.count == days.count + 1 && roots.last?.title == "Буклеты")
  }

  @Test("a trip and its task have the state their stops give them, and the deadline is the trip's end")
  func states() async throws {
    let id = try await save(days: 1)
    let (trip, task) = try stored(id)
    let last = try #require(trip.days[0].stops.last)
    try check(try #require(task.checklist[0].children.first { $0.stop == last.id }).id)
    #expect(try stored(id).trip.state == .inProgress)
    _ = try await replan(id, at: monday.instant(secondsAfterMidnight: 20 * 3600, in: minsk))
    let new = try stored(id)
    #expect(new.trip.days[0].stops.map(\.visit) == [.completed])
    #expect(new.trip.state == .completed && new.task.state == .done)
    #expect(new.task.checklist.map(\.state) == [.done])
    #expect(new.task.deadline == new.trip.days.last?.end)
  }

  @Test("a stop one has come to keeps address and telephone in its line")
  func arrived() async throws {
    let id = try await save()
    var task = try stored(id).task
    let line = task.checklist[0].children[0]
    task.checklist[0].children[0].title = line.title + " · ул. Советская, 1"
    let changed = task
    try database.write(as: actor, at: before) { writer in
      try writer.save(changed)
      _ = try writer.arrive(at: line.id, at: before)
    }
    _ = try await replan(id)
    let kept = try stored(id).task.checklist.flatMap(\.children).first { $0.id == line.id }
    #expect(kept?.title == line.title + " · ул. Советская, 1")
  }

  @Test("whoever sees less plans a trip again and changes nothing of what it asks for")
  func sight() async throws {
    let id = try await save()
    let asked = try selection(id)
    let new = Partner(
      kind: .agency, name: "Новый",
      location: GeocodeResult(
        coordinate: Coordinate(trustedLatitude: 53.8, longitude: 27.4), level: .house, score: 1,
        provider: "given", query: "", label: "", at: before))
    try database.write(as: actor, at: before) { try $0.insert(new) }
    for _ in 0..<2 {
      let trip = try await replan(id, within: .ids([PartnerID.new()])).trip
      #expect(!partners(trip).contains(new.id))
      #expect(try selection(id) == asked)
    }
    let whole = try await replan(id).trip
    #expect(partners(whole).contains(new.id))
  }

  @Test("a locked stop stays in the trip when its partner would not be selected any more")
  func locked() async throws {
    let id = try await save(.notVisitedSince(monday.adding(days: -3)))
    var trip = try stored(id).trip
    let (held, free) = (trip.days[0].stops[0].partner, trip.days[0].stops[1].partner)
    try trip.lock([held], by: [.day])
    let changed = trip
    let noon = before.addingTimeInterval(12 * 3600)
    try database.write(as: actor, at: noon) { writer in
      try writer.save(changed)
      for partner in [held, free] {
        try writer.record(activity: Activity(kind: .visit, partner: partner, at: noon))
      }
    }
    let asked = try selection(id)
    let again = try await replan(id).trip
    #expect(again.days[0].stops.contains { $0.partner == held && $0.locked })
    #expect(!partners(again).contains(free))
    #expect(try selection(id) == asked)
  }

  @Test("however often a trip is put in order, what it asks for stands no deeper")
  func depth() async throws {
    let id = try await save()
    var depths: [Int] = []
    for _ in 0..<3 {
      let trip = try stored(id).trip
      let order = trip.days.map { (date: $0.date, partners: $0.stops.map(\.partner)) }
      _ = try keep(
        await planner.reorder(trip, order: order, improves: false, in: database).result, id)
      depths.append(try selection(id).depth)
    }
    #expect(Set(depths).count == 1)
    let ids = [PartnerID.new(), PartnerID.new()]
    #expect(Selection.all.beside([ids[0]]).beside(ids) == .or([.all, .ids(ids)]))
  }
}
