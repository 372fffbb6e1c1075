import CRM
import Foundation
import Geo
import Store
import Testing

@testable import Exchange

@Suite("A calendar follows its trip, and never falls back")
struct TripCalendarHistoryTests {
  struct Event: Equatable {
    var sequence: Int
    var status: String
    var changed = ExportClock.calendarUTC(testNow)
  }
  let actor = Actor(name: "test")
  let database: Database
  var trip: Trip
  let task: TripTask

  init() throws {
    database = try Database.temporary()
    trip = sampleTrip()
    trip.state = .published
    let items = trip.days.flatMap(\.stops).map { ChecklistItem(id: .new(), title: $0.name, stop: $0.id) }
    task = TripTask(
      id: .new(), title: "x", trip: trip.id,
      checklist: [ChecklistItem(id: .new(), title: "day", children: items)])
    let (trip, task) = (trip, task)
    try database.write(as: actor, at: testNow) { writer in
      for stop in trip.days.flatMap(\.stops) {
        try writer.insert(Partner(id: stop.partner, kind: .agency, name: stop.name))
      }
      for left in trip.unassigned {
        try writer.insert(Partner(id: left.partner, kind: .agency, name: left.name))
      }
      try writer.save(trip, task: task)
    }
  }

  func calendar() throws -> [UInt8] {
    try database.read { reader in
      let stored = try #require(try reader.trip(trip.id))
      return TripCalendar.bytes(stored, history: try TripCalendarHistory(of: stored, in: reader), at: testNow)
    }
  }

  func events() throws -> [String: Event] { events(try calendar()) }

  /// By the partner or the day in the UID.
  func events(_ calendar: [UInt8]) -> [String: Event] {
    let text = String(decoding: calendar, as: UTF8.self).replacingOccurrences(of: "\r\n ", with: "")
    var events: [String: Event] = [:]
    for part in text.components(separatedBy: "BEGIN:VEVENT").dropFirst() {
      func value(_ name: String) -> String {
        part.components(separatedBy: "\r\n").first { $0.hasPrefix(name + ":") }.map {
          String($0.dropFirst(name.count + 1))
        } ?? ""
      }
      let uid = value("UID").replacingOccurrences(of: "\(trip.id)-", with: "")
      #expect(events[uid] == nil)
      events[uid] = Event(
        sequence: Int(value("SEQUENCE"))!, status: value("STATUS"), changed: value("LAST-MODIFIED"))
    }
    return events
  }

  func uid(_ index: Int) -> String { "\(trip.days.flatMap(\.stops)[index].partner)@planner" }

  func check(_ index: Int, _ state: ChecklistItem.State) throws {
    let item = task.checklist[0].children[index].id
    try database.write(as: actor, at: testNow) { _ = try $0.check(item: item, state: state) }
  }

  @Test("skipping a stop raises its SEQUENCE, opening it again once more, and no other event moves")
  func skipping() throws {
    let before = try events()
    #expect(before.count == 4)
    #expect(before.values.allSatisfy { $0 == Event(sequence: 0, status: "CONFIRMED") })
    try check(1, .skipped)
    var after = try events()
    #expect(after[uid(1)] == Event(sequence: 1, status: "CANCELLED"))
    try check(1, .open)
    after = try events()
    #expect(after[uid(1)] == Event(sequence: 2, status: "CONFIRMED"))
    for index in [0, 2, 3] { #expect(after[uid(index)] == before[uid(index)]) }
    #expect(try calendar() == calendar())
  }

  @Test("a stop that a new plan left out is cancelled, and comes back with a higher SEQUENCE")
  func withdrawn() throws {
    try check(0, .skipped)
    try check(0, .open)
    var shorter = trip
    // Each of the two was a change of the trip.
    shorter.version = 3
    shorter.days[0].stops.removeFirst()
    shorter.days[0].legs.removeFirst()
    let first = shorter
    try database.write(as: actor, at: testNow) { try $0.save(first) }
    var now = try events()
    #expect(now.count == 4)
    #expect(now[uid(0)] == Event(sequence: 3, status: "CANCELLED"))
    #expect(now[uid(1)] == Event(sequence: 1, status: "CONFIRMED"))
    // Planned anew: the same partner under a new stop.
    var longer = trip
    longer.version = 4
    longer.days[0].stops[0].id = .new()
    let second = longer
    try database.write(as: actor, at: testNow) { try $0.save(second) }
    now = try events()
    #expect(now[uid(0)] == Event(sequence: 4, status: "CONFIRMED"))
  }

  @Test("each change says when it was, on the events it touches only")
  func lastModified() throws {
    let later = testNow.addingTimeInterval(3600)
    let item = task.checklist[0].children[1].id
    try database.write(as: actor, at: later) { _ = try $0.check(item: item, state: .skipped) }
    var now = try events()
    #expect(now[uid(1)]?.changed == ExportClock.calendarUTC(later))
    for index in [0, 2, 3] { #expect(now[uid(index)]?.changed == ExportClock.calendarUTC(testNow)) }
    let planned = testNow.addingTimeInterval(7200)
    var again = trip
    again.version = 2
    try database.write(as: actor, at: planned) { [again] in try $0.save(again) }
    // The new plan is the old one but for the visit that is to be made again.
    now = try events()
    #expect(
      now[uid(1)] == Event(sequence: 2, status: "CONFIRMED", changed: ExportClock.calendarUTC(planned)))
    for index in [0, 2, 3] { #expect(now[uid(index)] == Event(sequence: 0, status: "CONFIRMED")) }
  }

  @Test("a lock, an arrival and the hours of another day leave an event as it was, and its day")
  func unmoved() throws {
    let later = testNow.addingTimeInterval(3600)
    let item = task.checklist[0].children[1].id
    try database.write(as: actor, at: later) { _ = try $0.arrive(at: item) }
    var again = trip
    again.version = 2
    again.days[0].stops[0].locked = true
    again.days[1].stops[1].serviceStart += 600
    try database.write(as: actor, at: later) { [again] in try $0.save(again) }
    let now = try database.read { reader in
      let stored = try #require(try reader.trip(trip.id))
      var calendar = ManagerCalendar(name: "Анна", at: testNow)
      calendar.add(stored, history: try TripCalendarHistory(of: stored, in: reader))
      return events(calendar.finished())
    }
    let (still, moved) = (
      Event(sequence: 0, status: "CONFIRMED"),
      Event(sequence: 1, status: "CONFIRMED", changed: ExportClock.calendarUTC(later))
    )
    for index in 0..<4 { #expect(now[uid(index)] == (index == 3 ? moved : still)) }
    for index in 0..<2 {
      #expect(now["day-\(trip.days[index].date)@planner"] == (index == 1 ? moved : still))
    }
  }

  @Test("a new address and a new telephone of the partner are changes of its event, a note is none")
  func reach() throws {
    let id = trip.days[0].stops[0].partner
    let later = testNow.addingTimeInterval(3600)
    func change(_ body: (inout Partner) -> Void) throws -> Event? {
      try database.write(as: actor, at: later) { writer in
        var partner = try #require(try writer.partner(id))
        body(&partner)
        try writer.update(partner)
      }
      let now = try events()
      for index in 1..<4 { #expect(now[uid(index)] == Event(sequence: 0, status: "CONFIRMED")) }
      return now[uid(0)]
    }
    func moved(_ sequence: Int) -> Event {
      Event(sequence: sequence, status: "CONFIRMED", changed: ExportClock.calendarUTC(later))
    }
    func phone(_ digits: String) -> ContactPoint {
      ContactPoint(kind: .phone, value: digits, normalised: digits)
    }
    var now = try change { $0.note = "x" }
    #expect(now == Event(sequence: 0, status: "CONFIRMED"))
    now = try change { $0.addresses = [Address(text: "Брест, ул. Ленина, 1")] }
    #expect(now == moved(1))
    now = try change { $0.contactPoints = [phone("+375291234567")] }
    #expect(now == moved(2))
    // Its own telephone is shown, not a person's.
    let person = ContactPerson(name: "Ольга", contactPoints: [phone("+375297654321")])
    now = try change { $0.people = [person] }
    #expect(now == moved(2))
    now = try change { $0.contactPoints = [] }
    #expect(now == moved(3))
  }

  @Test(
    "a trip handed over or removed is cancelled for whoever had it, and comes back with a higher SEQUENCE")
  func lost() throws {
    let (anna, boris) = (
      User(login: "anna", name: "Анна", role: .manager), User(login: "boris", name: "Борис", role: .manager)
    )
    let later = testNow.addingTimeInterval(3600)
    var version = 1
    func give(_ user: User) throws {
      var given = trip
      given.responsible = user.id
      given.version = version
      try database.write(as: actor, at: later) { [given] in try $0.save(given) }
      version += 1
    }
    func lost(_ user: User, since: Date = testNow) throws -> [String: Event] {
      try database.read { reader in
        var calendar = ManagerCalendar(name: user.name, at: testNow)
        for change in try reader.tripsLost(by: user.id, since: since) {
          try calendar.withdraw(change, in: reader)
        }
        return events(calendar.finished())
      }
    }
    func all(_ events: [String: Event], _ count: Int, _ sequence: Int, _ status: String) -> Bool {
      let wanted = Event(sequence: sequence, status: status, changed: ExportClock.calendarUTC(later))
      return events.count == count && events.values.allSatisfy { $0 == wanted }
    }
    try database.write(as: actor, at: testNow) { for user in [anna, boris] { try $0.add(user: user) } }
    try give(anna)
    #expect(try lost(anna).isEmpty)
    try give(boris)
    #expect(all(try lost(anna), 4 + trip.days.count, 2, "CANCELLED"))
    #expect(try lost(boris).isEmpty)
    #expect(try lost(anna, since: later + 1).isEmpty)
    try give(anna)
    #expect(try lost(anna).isEmpty)
    #expect(all(try events(), 4, 3, "CONFIRMED"))
    try database.write(as: actor, at: later) { try $0.removeTrip(trip.id) }
    #expect(all(try lost(anna), 4 + trip.days.count, 4, "CANCELLED"))
    #expect(all(try lost(boris), 4 + trip.days.count, 3, "CANCELLED"))
  }

  @Test("a trip that is called off cancels all its events, days too, with a higher SEQUENCE and its time")
  func calledOff() throws {
    let later = testNow.addingTimeInterval(60)
    let id = trip.id
    try database.write(as: actor, at: later) { _ = try $0.cancelTrip(id) }
    let now = try events()
    #expect(now.count == 4)
    let wanted = Event(sequence: 1, status: "CANCELLED", changed: ExportClock.calendarUTC(later))
    #expect(now.values.allSatisfy { $0 == wanted })
    let whole = try database.read { reader in
      let stored = try #require(try reader.trip(id))
      var calendar = ManagerCalendar(name: "Анна", at: testNow)
      calendar.add(stored, history: try TripCalendarHistory(of: stored, in: reader))
      return String(decoding: calendar.finished(), as: UTF8.self)
    }
    let count = { (text: String) in whole.components(separatedBy: text + "\r\n").count - 1 }
    #expect(
      count("BEGIN:VEVENT") == 4 + trip.days.count && count("STATUS:CANCELLED") == count("BEGIN:VEVENT"))
    #expect(count("LAST-MODIFIED:\(ExportClock.calendarUTC(later))") == count("BEGIN:VEVENT"))
    #expect(count("SEQUENCE:1") == count("BEGIN:VEVENT"))
  }

  @Test(
    "lines of two- and four-byte letters are folded between letters, at 75 octets at most, for every beginning"
  )
  func folding() throws {
    for length in 0..<12 {
      for letter in ["я", "€", "🚌"] {
        let title = String(repeating: "a", count: length) + String(repeating: letter, count: 200)
        var lines = ICSLines()
        lines.add("SUMMARY:", escaping: title)
        let parts = lines.bytes.split(separator: 0x0A, omittingEmptySubsequences: true)
        for (number, part) in parts.enumerated() {
          #expect(part.last == 0x0D && part.count - 1 <= 75)
          #expect(String(validating: part, as: UTF8.self) != nil)
          #expect(number == 0 || part.first == 0x20)
          // No line is shorter than it need be.
          if number < parts.count - 1 { #expect(part.count - 1 > 75 - letter.utf8.count) }
        }
        let whole = parts.enumerated().map { $1.dropLast().dropFirst($0 > 0 ? 1 : 0) }.joined()
        #expect(String(decoding: Array(whole), as: UTF8.self) == "SUMMARY:" + title)
      }
    }
  }
}

/// The trip of the export tests, under a name that no property hides.
private func sampleTrip() -> Trip { trip("Вояж") }
