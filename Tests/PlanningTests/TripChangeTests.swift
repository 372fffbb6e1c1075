import CRM
import Foundation
import Geo
import Store
import Testing

@testable import Planning

@Suite("A saved trip is changed: one stop more, stops locked, two trips compared, alternatives")
struct TripChangeTests {
  let database: Database
  let planner = TripPlanner(facts: belarus)
  let actor = Actor(name: "test")
  let before = monday.adding(days: -3).instant(secondsAfterMidnight: 0, in: minsk)

  init() throws { database = try partnersAroundMinsk(as: actor, at: before) }

  func ids() throws -> [String: PartnerID] {
    Dictionary(try database.read { try $0.summaries(.all) }.map { ($0.name, $0.id) }) { first, _ in first }
  }

  /// Two days through all but the partners named.
  func save(without: [String] = [], _ change: (inout PlanRequest) -> Void = { _ in }) async throws -> Trip {
    let known = try ids()
    var wanted = request(
      days: 2, selection: .and([.all, .not(.ids(without.compactMap { known[$0] }))]))
    wanted.visit = Seconds(minutes: 40)
    change(&wanted)
    let result = try await planner.plan(wanted, in: database)
    return try planner.save(result, responsible: nil, in: database, as: actor, at: before).trip
  }

  func stored(_ id: TripID) throws -> (trip: Trip, task: TripTask) {
    try database.read { (try $0.trip(id)!, try $0.task(forTrip: id)!) }
  }

  func order(_ trip: Trip) -> [[String]] { trip.days.map { $0.stops.map(\.name) } }

  func check(_ trip: Trip) async throws {
    let partners = try database.read { try $0.summaries(.all) }
    let broken = try await planner.violations(
      of: trip, partners: Dictionary(partners.map { ($0.id, $0) }) { first, _ in first })
    #expect(broken.isEmpty, "\(broken)")
  }

  // MARK: One stop more

  @Test("a partner goes to its cheapest place; all others keep day and order")
  func insert() async throws {
    let trip = try await save(without: ["№7"])
    let new = try #require(try ids()["№7"])
    // Who takes part in the trip's task goes on taking part.
    let boris = User(login: "boris", name: "Boris", role: .manager)
    try database.write(as: actor, at: before) { writer in
      try writer.add(user: boris)
      var task = try #require(try writer.task(forTrip: trip.id))
      task.participants = [boris.id]
      try writer.save(task)
    }
    let found = try await planner.insert(new, into: trip, in: database, at: before)
    let (saved, task) = try planner.replace(
      trip, task: stored(trip.id).task, by: found.result, in: database, as: actor, at: before)
    #expect(order(saved).map { $0.filter { $0 != "№7" } } == order(trip))
    let day = try #require(saved.days.first { $0.date == found.date })
    #expect(day.stops[found.position - 1].name == "№7")
    #expect(saved.seconds == trip.seconds + found.addedSeconds)
    #expect(!found.wasStop)
    #expect(task.checklist.flatMap(\.children).count == 14 && task.participants == [boris.id])
    try await check(stored(trip.id).trip)
    // It belongs to the trip from now on.
    let again = try await planner.replan(stored(trip.id).trip, in: database, at: before)
    #expect(again.trip.days.flatMap(\.stops).contains { $0.partner == new })
    // No place is cheaper: moving it there and back changes nothing.
    let moved = try await planner.insert(new, into: stored(trip.id).trip, in: database, at: before)
    #expect(moved.wasStop)
    #expect(order(moved.result.trip) == order(saved))
  }

  @Test("nothing new comes before now, nor before what is done")
  func insertUnderWay() async throws {
    let trip = try await save(without: ["№0"])
    let first = trip.days[0].stops[0]
    let item = try stored(trip.id).task.checklist.flatMap(\.children).first { $0.stop == first.id }!
    try database.write(as: actor, at: before) {
      _ = try $0.check(item: item.id, state: .done, at: first.departure)
    }
    let new = try #require(try ids()["№0"])
    let now = first.departure
    let found = try await planner.insert(new, into: stored(trip.id).trip, in: database, at: now)
    let stop = try #require(
      found.result.trip.days.flatMap(\.stops).first { $0.partner == new })
    #expect(stop.arrival > now)
    #expect(found.result.trip.days[0].stops[0].visit == .completed)
    await #expect(throws: PlanningError.visitOver(name: first.name)) {
      try await planner.insert(first.partner, into: stored(trip.id).trip, in: database, at: now)
    }
  }

  @Test("where there is no room, it is told what each day would break")
  func noRoom() async throws {
    let trip = try await save(without: ["№3"]) {
      $0.dayCount = 1
      $0.visit = Seconds(minutes: 25)
      $0.work = .init(start: 9 * 3600, end: 16 * 3600 + 1800)
    }
    let new = try #require(try ids()["№3"])
    let error = await #expect(throws: PlanningError.self) {
      var tight = trip
      var request = try PlanRequest(json: trip.request)
      let end = trip.days[0].end.timeIntervalSince(monday.instant(secondsAfterMidnight: 0, in: minsk))
      request.work.end = Int(end)
      tight.request = try request.json()
      _ = try await planner.insert(new, into: tight, in: database, at: before)
    }
    guard case .noPlace("№3", let obstacles) = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(obstacles.count == 1)
    #expect(obstacles[0].breaks.map(\.rule) == [.workEnd])
    #expect(error?.code == "trip.insert.noPlace")
  }

  // MARK: Locks

  @Test("a locked day, place and time are kept by a new plan, and the trip's version grows")
  func locks() async throws {
    let trip = try await save()
    let second = trip.days[1].stops[0]
    let first = trip.days[0].stops[1]
    var locked = trip
    try locked.lock([second.partner], by: [.day])
    try locked.lock([first.partner], by: [.day, .position, .time])
    let changed = locked
    try database.write(as: actor, at: before) { try $0.save(changed) }
    let kept = try stored(trip.id).trip
    #expect(kept.version == trip.version + 1)
    #expect(kept.days.flatMap(\.stops).filter(\.locked).count == 2)
    // Shorter visits make another plan; what is locked stays.
    var moved = kept
    var request = try PlanRequest(json: kept.request)
    request.visit = Seconds(minutes: 25)
    moved.request = try request.json()
    let again = try await planner.replan(moved, in: database, at: before).trip
    #expect(again.days[1].stops.contains { $0.partner == second.partner && $0.locked })
    let day = try #require(again.days.first { $0.date == trip.days[0].date })
    let index = try #require(day.stops.firstIndex { $0.partner == first.partner })
    #expect(index == 1)
    #expect(day.stops[index].serviceStart == first.serviceStart)
    try await check(again)
    var free = again
    try free.unlock([first.partner, second.partner])
    #expect(free.days.flatMap(\.stops).allSatisfy { !$0.locked })
    #expect(try PlanRequest(json: free.request).rules.stops.isEmpty)
  }

  @Test("who is no stop to come is not locked")
  func lockNobody() async throws {
    var trip = try await save(without: ["№1"])
    let other = try #require(try ids()["№1"])
    #expect(throws: PlanningError.lockUnknown(partner: other.description, title: trip.title)) {
      try trip.lock([other], by: [.day])
    }
  }

  // MARK: Side by side

  @Test("two trips are compared stop by stop")
  func compare() async throws {
    let first = try await save(without: ["№1"])
    let same = try TripComparison(first, first)
    #expect(same.added.isEmpty && same.removed.isEmpty && same.moved.isEmpty && same.newLegs == 0)
    var second = first
    let gone = second.days[0].stops.removeFirst()
    let stop = second.days[0].stops.removeLast()
    second.days[1].stops.append(stop)
    second.metres += Metres(1000)
    let found = try TripComparison(first, second)
    #expect(found.removed.map(\.name) == [gone.name])
    #expect(found.moved.map(\.name) == [stop.name])
    #expect(found.moved[0].before?.date == first.days[0].date)
    #expect(
      found.moved[0].after
        == .init(date: first.days[1].date, position: second.days[1].stops.count))
    #expect(found.second.metres == found.first.metres + Metres(1000))
    #expect(found.newLegs > 0)
  }

  @Test("alternatives differ really, the best first, none leaves out more")
  func alternatives() async throws {
    var wanted = request(days: 2)
    wanted.visit = Seconds(minutes: 40)
    let found = try await planner.alternatives(wanted, in: database, count: 3)
    #expect(found.count > 1)
    let best = found[0].trip
    #expect(order(best) == order(try await planner.plan(wanted, in: database).trip))
    for other in found.dropFirst() {
      #expect(other.trip.unassigned.count <= best.unassigned.count)
      #expect(Double(other.trip.seconds.value) <= 1.15 * Double(best.seconds.value))
      #expect(try TripComparison(best, other.trip).newLegs >= 0.2)
      try await check(other.trip)
    }
    await #expect(throws: PlanningError.alternatives(0)) {
      try await planner.alternatives(wanted, in: database, count: 0)
    }
  }
}
