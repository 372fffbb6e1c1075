import CRM
import Foundation
import Geo
import Store
import Testing

@testable import Planning

@Suite("A trip under way is planned again from where it stands")
struct ReplanTests {
  let database: Database
  let planner = TripPlanner(facts: belarus)
  let actor = Actor(name: "test")
  let before = monday.adding(days: -3).instant(secondsAfterMidnight: 0, in: minsk)

  init() throws { database = try partnersAroundMinsk(as: actor, at: before) }

  func wanted(days: Int = 2, night: PlanRequest.End = .roundTrip) -> PlanRequest {
    var wanted = request(days: days)
    wanted.visit = Seconds(minutes: 50)
    wanted.lunch = .init(window: .init(start: 12 * 3600, end: 14 * 3600), length: Seconds(minutes: 45))
    wanted.end = night
    return wanted
  }

  func save(_ wanted: PlanRequest) async throws -> TripID {
    let result = try await planner.plan(wanted, in: database)
    return try planner.save(result, responsible: nil, in: database, as: actor, at: before).trip.id
  }

  func stored(_ id: TripID) throws -> (trip: Trip, task: TripTask) {
    try database.read { (try $0.trip(id)!, try $0.task(forTrip: id)!) }
  }

  func check(_ stop: Stop, _ state: ChecklistItem.State, of id: TripID) throws {
    let item = try stored(id).task.checklist.flatMap(\.children).first { $0.stop == stop.id }!
    try database.write(as: actor, at: before) { _ = try $0.check(item: item.id, state: state, at: before) }
  }

  func replan(_ id: TripID, at now: Date? = nil, from here: Coordinate? = nil) async throws -> Trip {
    let (trip, task) = try stored(id)
    let result = try await planner.replan(trip, from: here, in: database, at: now ?? before)
    _ = try planner.replace(trip, task: task, by: result, in: database, as: actor, at: before)
    return try stored(id).trip
  }

  func violations(_ trip: Trip) async throws -> [String] {
    let partners = try database.read { try $0.summaries(.all) }
    return try await planner.violations(
      of: trip, partners: Dictionary(uniqueKeysWithValues: partners.map { ($0.id, $0) }))
  }

  /// Every leg begins where the one before ended, and nobody is at two doors at once.
  func expectPossible(_ trip: Trip, sourceLocation: SourceLocation = #_sourceLocation) {
    for day in trip.days {
      var here = trip.start.coordinate
      var now = day.start
      for (index, leg) in day.legs.enumerated() {
        #expect(leg.geometry.points.first == here, sourceLocation: sourceLocation)
        here = leg.geometry.points.last!
        guard index < day.stops.count, day.stops[index].visit != .skipped else { continue }
        let stop = day.stops[index]
        #expect(here == stop.coordinate, sourceLocation: sourceLocation)
        #expect(
          stop.arrival >= now.addingTimeInterval(Double(leg.seconds.value)), "\(stop.name)",
          sourceLocation: sourceLocation)
        now = stop.departure
      }
      #expect(here == trip.start.coordinate, sourceLocation: sourceLocation)
      #expect(day.end >= now, sourceLocation: sourceLocation)
    }
    let legs = trip.days.flatMap(\.legs)
    #expect(legs.reduce(.zero) { $0 + $1.seconds } == trip.seconds, sourceLocation: sourceLocation)
  }

  @Test("finished and skipped stops stay, the rest goes on from the last finished, twice over")
  func goesOn() async throws {
    let id = try await save(wanted())
    let first = try stored(id).trip.days[0]
    try check(first.stops[0], .done, of: id)
    try check(first.stops[1], .skipped, of: id)
    var trip = try await replan(id)
    expectPossible(trip)
    #expect(try await violations(trip) == [])
    #expect(trip.days[0].start == first.start)
    let kept = trip.days[0].stops.first { $0.id == first.stops[0].id }
    #expect(kept?.arrival == first.stops[0].arrival && kept?.departure == first.stops[0].departure)
    let skipped = trip.days[0].stops.first { $0.id == first.stops[1].id }
    #expect(skipped?.visit == .skipped && skipped?.serviceStart == first.stops[1].serviceStart)
    #expect(trip.days[0].stops.count { $0.visit == .planned } > 2)

    // Another one, out of turn and after lunch.
    let lunch = try #require(trip.days[0].lunch)
    let next = try #require(trip.days[0].stops.first { $0.visit == .planned && $0.serviceStart > lunch })
    try check(next, .done, of: id)
    trip = try await replan(id)
    expectPossible(trip)
    #expect(try await violations(trip) == [])
    let made = trip.days[0].stops.filter { $0.visit == .completed }
    #expect(made.map(\.id) == [first.stops[0].id, next.id])
    #expect(made[1].serviceStart == next.serviceStart)
    #expect(trip.days[0].lunch == lunch)
    let planned = trip.days[0].stops.filter { $0.visit == .planned }
    #expect(planned.allSatisfy { $0.arrival > next.departure })
    #expect(trip.days[0].end <= monday.instant(secondsAfterMidnight: 18 * 3600, in: minsk))

    // The old fault: the rest of the day begins again at nine from the office.
    let index = try #require(trip.days[0].stops.firstIndex { $0.visit == .planned })
    let early = monday.instant(secondsAfterMidnight: 9 * 3600 + 1700, in: minsk)
    trip.days[0].stops[index].arrival = early
    trip.days[0].stops[index].serviceStart = early
    trip.days[0].stops[index].departure = early.addingTimeInterval(3000)
    #expect(try await violations(trip).contains { $0.contains("arrivalTime") })
  }

  @Test("from where one is the day goes on there, the way there in it, and stays so when planned again")
  func fromHere() async throws {
    let id = try await save(wanted())
    let first = try stored(id).trip.days[0]
    try check(first.stops[0], .done, of: id)
    let here = Coordinate(trustedLatitude: 53.7, longitude: 27.2)
    let now = first.stops[0].departure.addingTimeInterval(3600)
    var trip = try await replan(id, at: now, from: here)
    expectPossible(trip)
    #expect(try await violations(trip) == [])
    func passed(_ trip: Trip) -> [Int] {
      trip.days[0].legs.indices.filter { trip.days[0].legs[$0].geometry.points.contains(here) }
    }
    #expect(passed(trip) == [1] && trip.days.map(\.stops.count).reduce(0, +) == 14 - trip.unassigned.count)
    let next = trip.days[0].stops[1]
    let drive = try await planner.matrix.matrix(for: [here, next.coordinate]).costs.seconds(from: 0, to: 1)
    #expect(next.arrival == now.addingTimeInterval(Double(try #require(drive).value)))
    // Asked again without a place, it goes on from where one said to be.
    trip = try await replan(id, at: now)
    expectPossible(trip)
    #expect(passed(trip) == [1] && trip.days[0].stops[1].partner == next.partner)
    #expect(try await violations(trip) == [])
    // Something is put in where there is room, and the place stays.
    try check(trip.days[0].stops[1], .done, of: id)
    let moved = try #require(trip.days[0].stops.last)
    let inserted = try await planner.insert(
      moved.partner, into: stored(id).trip, in: database, at: now.addingTimeInterval(3600))
    expectPossible(inserted.result.trip)
    #expect(passed(inserted.result.trip) == [1])
    #expect(try await violations(inserted.result.trip) == [])
    // Of a day the last place counts; what is on the way between visits made stays there.
    let later = try stored(id).trip.days[0].stops[1].departure.addingTimeInterval(3600)
    let there = Coordinate(trustedLatitude: 53.95, longitude: 27.9)
    trip = try await replan(id, at: later, from: there)
    expectPossible(trip)
    #expect(try await violations(trip) == [])
    #expect(passed(trip) == [] && trip.days[0].legs[2].geometry.points.contains(there))
    #expect(try PlanRequest(json: trip.request).positions?.map(\.coordinate) == [there])
    // A visit opened again behind the place leaves a trip that says what is wrong with it, and is planned anew.
    try check(trip.days[0].stops[0], .open, of: id)
    trip = try await replan(id, at: later)
    #expect(try await violations(trip) == [])
  }

  @Test("a place nothing comes after is not kept, and without a day that goes on there is none")
  func hereAtTheEnd() async throws {
    let id = try await save(wanted(days: 1, night: .open))
    try check(try stored(id).trip.days[0].stops[0], .done, of: id)
    let evening = monday.instant(secondsAfterMidnight: 20 * 3600, in: minsk)
    let here = Coordinate(trustedLatitude: 53.7, longitude: 27.2)
    let trip = try await replan(id, at: evening, from: here)
    #expect(trip.days[0].stops.count == 1 && trip.days[0].legs.count == 1)
    #expect(try PlanRequest(json: trip.request).positions == nil)
    #expect(try await violations(trip) == [])
    for now in [before, monday.adding(days: 1).instant(secondsAfterMidnight: 9 * 3600, in: minsk)] {
      let error = await #expect(throws: PlanningError.self) {
        try await planner.replan(stored(id).trip, from: here, in: database, at: now)
      }
      #expect(error?.code == "trip.notToday")
    }
  }

  @Test("a stop that was skipped and is open again is planned like any other")
  func reopened() async throws {
    let id = try await save(wanted())
    let first = try stored(id).trip.days[0].stops[0]
    try check(first, .skipped, of: id)
    _ = try await replan(id)
    try check(first, .open, of: id)
    let trip = try await replan(id)
    let stops = trip.days.flatMap(\.stops).filter { $0.partner == first.partner }
    #expect(stops.map(\.visit) == [.planned])
    expectPossible(trip)
    #expect(try await violations(trip) == [])
  }

  @Test("days that have passed get nothing new, and today goes on not before now")
  func pastDays() async throws {
    let id = try await save(wanted(days: 3))
    let now = monday.adding(days: 1).instant(secondsAfterMidnight: 11 * 3600, in: minsk)
    var trip = try await replan(id, at: now)
    #expect(trip.days.allSatisfy { $0.date > monday })
    #expect(trip.days.flatMap(\.stops).allSatisfy { $0.arrival > now })
    #expect(try await violations(trip) == [])
    expectPossible(trip)
    // A visit made on the last day makes the days before it past, whatever the clock says.
    let last = try #require(trip.days.last)
    try check(last.stops[0], .done, of: id)
    trip = try await replan(id)
    #expect(Set(trip.days.map(\.date)) == [last.date])
    #expect(trip.days[0].stops[0].visit == .completed)
    #expect(try await violations(trip) == [])
    expectPossible(trip)
  }

  @Test("an open stop with a photograph is planned like others, and stays as a record where no plan holds it")
  func photographed() async throws {
    let id = try await save(wanted())
    let stop = try #require(try stored(id).trip.days.last?.stops.first)
    let (task, anna) = (try stored(id).task, User(login: "anna", name: "Anna", role: .manager))
    let item = try #require(task.checklist.flatMap(\.children).first { $0.stop == stop.id })
    let photo = Photo(
      task: task.id, item: item.id, author: anna.id, at: before, width: 1, height: 1, size: 1)
    try database.write(as: actor, at: before) { writer in
      try writer.add(user: anna)
      try writer.add(photo: photo, picture: [1])
    }
    func change(_ ban: DoNotVisit?) throws {
      try database.write(as: actor, at: before) { writer in
        var partner = try #require(try writer.partner(stop.partner))
        partner.doNotVisit = ban
        try writer.update(partner)
      }
    }
    func recorded(_ trip: Trip) -> [PartnerID]? { (try? PlanRequest(json: trip.request))?.recorded }
    func kept(_ trip: Trip) -> Stop? { trip.days.flatMap(\.stops).first { $0.id == stop.id } }
    var trip = try await replan(id)
    #expect(kept(trip)?.visit == .planned)
    #expect(recorded(trip) == nil)
    expectPossible(trip)

    try change(DoNotVisit(reason: "ремонт"))
    let old = try #require(kept(trip))
    for _ in 0..<2 {
      trip = try await replan(id)
      #expect(kept(trip) == old && recorded(trip) == [stop.partner])
      #expect(!trip.unassigned.contains { $0.partner == stop.partner })
      #expect(try stored(id).task.checklist.flatMap(\.children).contains { $0.id == item.id })
      #expect(try await violations(trip) == [])
    }
    // Beside it others are put in, and put in one's own order without it.
    let other = try #require(trip.days[0].stops.first { $0.id != stop.id })
    let moved = try await planner.insert(other.partner, into: trip, in: database, at: before)
    #expect(kept(moved.result.trip) == old && recorded(moved.result.trip) == [stop.partner])
    let order = trip.days.map { day in
      (date: day.date, partners: day.stops.map(\.partner).filter { $0 != stop.partner })
    }
    let own = try await planner.reorder(trip, order: order, improves: false, in: database).result
    #expect(kept(own.trip) == old)
    _ = try planner.replace(trip, task: stored(id).task, by: own, in: database, as: actor, at: before)

    try change(nil)
    trip = try await replan(id)
    #expect(kept(trip)?.visit == .planned && recorded(trip) == nil)
    expectPossible(trip)
  }

  @Test("a trip that skips what other trips visit is put in one's own order with its own stops")
  func ownOrder() async throws {
    var question = wanted()
    question.skipPlannedElsewhere = true
    let id = try await save(question)
    let trip = try stored(id).trip
    var order = trip.days.map { (date: $0.date, partners: $0.stops.map(\.partner)) }
    order[0].partners.swapAt(0, 1)
    for improves in [false, true] {
      let own = try await planner.reorder(trip, order: order, improves: improves, in: database).result.trip
      #expect(
        Set(own.days.flatMap(\.stops).map(\.partner)) == Set(trip.days.flatMap(\.stops).map(\.partner)))
    }
  }

  @Test("with nothing left to fit, the plan is what was done and the way home")
  func nothingFits() async throws {
    let id = try await save(wanted(days: 1))
    let day = try stored(id).trip.days[0]
    try check(try #require(day.stops.last), .done, of: id)
    let trip = try await replan(id, at: monday.instant(secondsAfterMidnight: 20 * 3600, in: minsk))
    #expect(trip.days[0].stops.map(\.visit) == [.completed])
    #expect(trip.unassigned.count == 13)
    expectPossible(trip)
    #expect(try await violations(trip) == [])
  }

  @Test("with an open end the manager still comes home every night but the last")
  func openEnd() async throws {
    let id = try await save(wanted(night: .open))
    let trip = try stored(id).trip
    #expect(trip.days.count == 2)
    #expect(trip.days[0].legs.last?.geometry.points.last == trip.start.coordinate)
    #expect(trip.days[0].legs.count == trip.days[0].stops.count + 1)
    #expect(trip.days[1].legs.count == trip.days[1].stops.count)
    #expect(try await violations(trip) == [])
    var short = trip
    let back = short.days[0].legs.removeLast()
    short.days[0].end = short.days[0].end.addingTimeInterval(-Double(back.seconds.value))
    short.seconds = short.seconds - back.seconds
    short.metres = short.metres - back.metres
    #expect(try await violations(short).contains { $0.contains("endPoint") })
  }
}

@Suite("Trips on the edges of calendar and map")
struct EdgeTripTests {
  @Test("a night when clocks change is planned in real time", arguments: ["2027-03-28", "2026-10-25"])
  func clocksChange(day: String) async throws {
    let facts = PlaceFacts(
      timeZone: { _ in "Europe/Berlin" }, country: { _ in "DE" })
    let planner = TripPlanner(facts: facts)
    let partners = (1...6).map { number in
      let window = OpeningHours.Window(start: 0, end: 86_400)
      return partner(
        "№\(number)", at: Coordinate(trustedLatitude: 53.5 + 0.01 * Double(number), longitude: 13.26),
        number: UInt8(number), hours: OpeningHours(days: (0..<7).map { _ in [window] }, text: ""))
    }
    var wanted = PlanRequest(
      selection: .all,
      start: Place(
        label: "Neubrandenburg", coordinate: Coordinate(trustedLatitude: 53.55, longitude: 13.26)),
      firstDate: LocalDate(day)!, work: .init(start: 1800, end: 6 * 3600))
    wanted.visit = Seconds(minutes: 30)
    let trip = try await planner.plan(wanted, partners: partners).trip
    let stops = trip.days.flatMap(\.stops)
    #expect(stops.count >= 4)
    #expect(stops.allSatisfy { $0.departure.timeIntervalSince($0.serviceStart) == 1800 })
    #expect(zip(stops, stops.dropFirst()).allSatisfy { $0.departure <= $1.arrival })
    let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
    #expect(trip.days[0].end <= LocalDate(day)!.instant(secondsAfterMidnight: 6 * 3600, in: zone))
    let byID = Dictionary(uniqueKeysWithValues: partners.map { ($0.id, $0) })
    #expect(try await planner.violations(of: trip, partners: byID) == [])
  }

  @Test("a must-visit that no day holds comes first among those left out and is a violation")
  func mustVisit() async throws {
    let planner = TripPlanner(facts: belarus)
    let partners = [
      partner("Без места", at: nil, number: 1), partner("Лида", at: Towns.lida, number: 2),
      partner("Закрыто", at: Towns.lida, number: 3, hours: hours(9, 18, days: 5...6)),
    ]
    var wanted = request()
    wanted.mustVisit = [partners[2].id]
    let trip = try await planner.plan(wanted, partners: partners).trip
    #expect(trip.unassigned.map(\.name) == ["Закрыто", "Без места"])
    #expect(trip.mustVisitsLeftOut.map(\.name) == ["Закрыто"])
    let byID = Dictionary(uniqueKeysWithValues: partners.map { ($0.id, $0) })
    #expect(
      try await planner.violations(of: trip, partners: byID)
        == ["Закрыто, mustVisit: left out, closedThatDay: closed on 2026-06-01"])
  }

  @Test("a start of two numbers is whole in the title; a lunch outside the working hours is refused")
  func titleAndLunch() async throws {
    let planner = TripPlanner(facts: belarus)
    let partners = [partner("Лида", at: Towns.lida, number: 2)]
    var wanted = request()
    wanted.start.label = "53.9, 27.5667"
    #expect(try await planner.plan(wanted, partners: partners).trip.title == "53.9, 27.5667, 2026-06-01")
    wanted.lunch = .init(window: .init(start: 7 * 3600, end: 8 * 3600), length: Seconds(minutes: 45))
    let error = await #expect(throws: PlanningError.self) {
      try await planner.plan(wanted, partners: partners)
    }
    #expect(error?.message.contains("outside the working hours 09:00-18:00") == true)
  }

  @Test("when everybody is too far, the error names the start that was understood")
  func tooFar() async throws {
    let planner = TripPlanner(facts: belarus)
    var wanted = request()
    wanted.start = Place(label: "Лондон", coordinate: Coordinate(trustedLatitude: 51.5, longitude: -0.1))
    let error = await #expect(throws: PlanningError.self) {
      try await planner.plan(wanted, partners: [partner("Лида", at: Towns.lida, number: 2)])
    }
    #expect(error?.message == "no visit fits into 1 day from Лондон (51.5, -0.1): 1 tooFar")
  }
}
