import CRM
import Foundation
import Geo
import Testing

@testable import Store

@Suite("The timeline of a partner")
struct TimelineTests {
  @Test("what was sealed of a person goes with him, and who had seen it stays in the partner's history")
  func formerPeople() throws {
    let saved = try SavedTrip()
    let id = saved.partners[0].id
    let person = saved.partners[0].people[0].id
    func write<T>(_ hours: Double, _ body: (Writer) throws -> T) throws -> T {
      try saved.database.write(
        as: Actor(user: saved.user.id, name: "web"), at: noon.addingTimeInterval(hours * 3600), body)
    }
    try write(1) { try $0.setProtected(.birthDate, of: .contact(person), value: "1985-04-12") }
    _ = try write(2) { try $0.reveal(.birthDate, of: .contact(person), reason: "виза") }
    try write(3) { writer in
      var partner = try #require(try writer.partner(id))
      partner.people = []
      try writer.update(partner)
    }
    let actions = try saved.database.read { try $0.timeline(of: id) }.compactMap { entry -> String? in
      if case .change(let action, "contactPerson", person.description, _, _) = entry.content {
        action
      } else {
        nil
      }
    }
    #expect(actions == ["erase", "reveal", "protect"])
    let faults = try saved.database.read { try $0.protectedFieldFaults() }
    #expect(faults.orphans.isEmpty && faults.unreadable.isEmpty)
    let untold = try saved.database.read { try $0.timeline(of: id, withDisclosures: false) }
    #expect(untold.count == (try saved.database.read { try $0.timeline(of: id) }.count) - 1)
  }

  @Test("it shows changes, activities and trips of this partner alone, newest first")
  func contents() throws {
    let saved = try SavedTrip()
    let id = saved.partners[0].id
    let person = saved.partners[0].people[0].id
    func at(_ hours: Double) -> Date { noon.addingTimeInterval(hours * 3600) }
    try saved.database.write(as: Actor(user: saved.user.id, name: "web"), at: at(1)) { writer in
      try writer.record(
        activity: Activity(kind: .call, partner: id, at: at(1), author: saved.user.id, outcome: "дозвонились")
      )
    }
    try saved.database.write(as: Actor(user: saved.user.id, name: "web"), at: at(2)) {
      try $0.setProtected(.birthDate, of: .contact(person), value: "1985-04-12")
    }
    let line = try saved.database.read { try $0.timeline(of: id) }
    #expect(line.map(\.at) == line.map(\.at).sorted(by: >))
    guard case .change("protect", "contactPerson", person.description, nil, _) = line[0].content else {
      Issue.record("\(line[0])")
      return
    }
    #expect(line[0].user == saved.user.id && line[0].actor == "web")
    guard case .activity(let call) = line[1].content else {
      Issue.record("\(line[1])")
      return
    }
    #expect(call.kind == .call && call.outcome == "дозвонились" && call.author == saved.user.id)
    let stops = line.compactMap { entry -> TimelineEntry.TripReference? in
      guard
        case .stop(let trip, saved.trip.days[0].stops[0].id, _, .completed, "Договорились") = entry.content
      else { return nil }
      return trip
    }
    #expect(
      stops == [
        TimelineEntry.TripReference(
          id: saved.trip.id, title: "Брест", state: .draft, task: saved.task.id)
      ])
    let visits = line.filter { if case .activity(let a) = $0.content { a.kind == .visit } else { false } }
    #expect(visits.count == 1)
    let created = line.filter {
      if case .change("create", _, id.description, nil, _) = $0.content { true } else { false }
    }
    #expect(created.count == 1)
    let left = try saved.database.read { try $0.timeline(of: saved.partners[3].id) }
    #expect(
      left.contains { if case .leftOut(_, .noCoordinates, "no place") = $0.content { true } else { false } })
    // Whoever does not see the trip is told of none of it.
    func trips(_ partner: Int, _ scope: RecordScope) throws -> Int {
      try saved.database.read { try $0.timeline(of: saved.partners[partner].id, scope: scope) }.count {
        if case .change = $0.content { return false }
        if case .activity = $0.content { return false }
        return true
      }
    }
    for partner in [0, 3] {
      #expect(try trips(partner, .responsible([saved.user.id])) == 1)
      #expect(try trips(partner, .responsible([UserID.new()])) == 0)
    }
    #expect(throws: StoreError.notFound(entity: "partner", id: "")) {
      try saved.database.read { _ = try $0.timeline(of: .new()) }
    }
  }

  @Test("pages of any size give the same entries once each, while new ones come in front")
  func pages() throws {
    let saved = try SavedTrip()
    let id = saved.partners[0].id
    // Many of the same instant.
    for round in 0..<30 {
      try saved.database.write(as: tester, at: noon.addingTimeInterval(Double(round / 7))) { writer in
        try writer.record(
          activity: Activity(kind: .note, partner: id, at: noon.addingTimeInterval(Double(round / 7))))
        var partner = try #require(try writer.partner(id))
        partner.note = "\(round)"
        try writer.update(partner)
      }
    }
    let all = try saved.database.read { try $0.timeline(of: id, limit: 500) }
    #expect(Set(all.map(\.cursor)).count == all.count && all.count > 60)
    for size in [1, 7, 50] {
      var seen: [TimelineEntry] = []
      var cursor: TimelineCursor?
      while true {
        let page = try saved.database.read { try $0.timeline(of: id, before: cursor, limit: size) }
        if page.isEmpty { break }
        seen += page
        cursor = page.last.flatMap { TimelineCursor($0.cursor.description) }
        try saved.database.write(as: tester, at: noon.addingTimeInterval(9999)) {
          try $0.record(activity: Activity(kind: .call, partner: id, at: noon.addingTimeInterval(9999)))
        }
      }
      #expect(Array(seen.suffix(all.count)) == all)
    }
    for text in ["", "1", "1.2", "1.2.x", "1.10.3", "1.2.3.4", "x.2.3"] {
      #expect(TimelineCursor(text) == nil)
    }
  }
}
