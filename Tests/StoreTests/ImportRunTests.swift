import CRM
import Foundation
import Geo
import Testing

@testable import Store

@Suite struct ImportRunTests {
  let database: Database
  let existing = (1...5).map { fullPartner("Старый \($0)", key: "old-\($0)") }

  init() throws {
    database = try Database.temporary()
    let existing = existing
    try database.write(as: tester, at: noon) { writer in
      for partner in existing { try writer.insert(partner) }
    }
  }

  /// Changes the first three partners in different ways and creates four.
  func runImport() throws -> (run: ImportRunID, created: [PartnerID]) {
    let run = try database.write(as: Actor(name: "import"), at: noon) {
      try $0.beginImportRun(source: "list.csv", options: #"{"country":"BY"}"#)
    }
    var created: [PartnerID] = []
    try database.write(as: Actor(name: "import"), at: noon) { writer in
      for (index, old) in existing.prefix(3).enumerated() {
        let image = try writer.image(of: old.id)
        var partner = try writer.partner(old.id)!
        partner.name += " новый"
        if index == 0 { partner.contactPoints = [] }
        if index == 1 { partner.people.append(ContactPerson(name: "Ещё один")) }
        if index == 2 {
          partner.addresses[0].text = "г. Гродно, ул. Ожешко, 1"
          partner.location = geocode(place(53.68, 23.83))
        }
        try writer.update(partner)
        try writer.importChange(run, partner: old.id, before: image)
      }
      for number in 1...4 {
        let partner = fullPartner("Новый \(number)", key: "new-\(number)")
        try writer.insert(partner)
        try writer.importChange(run, partner: partner.id, before: nil)
        created.append(partner.id)
      }
    }
    return (run, created)
  }

  @Test("an undo puts back every row of every table, byte for byte")
  func undo() throws {
    let before = try dump(database)
    let (run, _) = try runImport()
    try database.write(as: tester, at: noon) {
      try $0.finishImportRun(run, report: #"{"created":4,"updated":3}"#)
    }
    #expect(try dump(database) != before)
    let done = try #require(try database.read { try $0.importRun(run) })
    #expect(done.state == .finished)
    #expect(done.created == 4)
    #expect(done.updated == 3)
    #expect(done.report == #"{"created":4,"updated":3}"#)
    let result = try database.write(as: tester, at: noon) { try $0.undoImportRun(run) }
    #expect(result.removed == 4)
    #expect(result.restored == 3)
    #expect(try dump(database) == before)
    let undone = try database.read {
      try $0.db.all("SELECT action, before, after FROM audit WHERE action LIKE 'import.undo.%'") {
        (action: $0.text(0), before: $0.textOrNil(1), after: $0.textOrNil(2))
      }
    }
    #expect(undone.count == 7)
    #expect(undone.allSatisfy { $0.before != nil && ($0.after == nil) == $0.action.hasSuffix("remove") })
    #expect(try database.read { try $0.importRun(run)?.state } == .undone)
    #expect(throws: StoreError.importAlreadyUndone(run: "")) {
      try database.write(as: tester) { try $0.undoImportRun(run) }
    }
    #expect(try database.read { try $0.db.first("PRAGMA integrity_check") { $0.text(0) } } == "ok")
    let ids = try database.read {
      try $0.selectIDs(.circle(center: place(52.0975, 23.688), radius: Metres(10)))
    }
    #expect(Set(ids.entries.map(\.id)) == Set(existing.map(\.id)))
  }

  @Test("a second run over the first undoes in turn")
  func twoRuns() throws {
    let before = try dump(database)
    let first = try runImport().run
    let middle = try dump(database)
    let second = try database.write(as: tester, at: noon) { writer in
      let run = try writer.beginImportRun(source: "second.csv")
      let id = existing[0].id
      let image = try writer.image(of: id)
      var partner = try writer.partner(id)!
      partner.note = "второй раз"
      try writer.update(partner)
      try writer.importChange(run, partner: id, before: image)
      return run
    }
    #expect(throws: StoreError.undoConflict(run: "", partners: [])) {
      try database.write(as: tester) { try $0.undoImportRun(first) }
    }
    try database.write(as: tester) { try $0.undoImportRun(second) }
    #expect(try dump(database) == middle)
    try database.write(as: tester) { try $0.undoImportRun(first) }
    #expect(try dump(database) == before)
  }

  @Test("an undo refuses, with the list, when partners were changed, visited or planned since")
  func conflicts() throws {
    let (run, created) = try runImport()
    try database.write(as: tester, at: noon) { writer in
      var partner = try writer.partner(existing[1].id)!
      partner.note = "правка"
      try writer.update(partner)
      try writer.record(activity: Activity(kind: .call, partner: created[0], at: noon))
      let office = Place(label: "Офис", coordinate: place(53.9, 27.56))
      try writer.save(
        Trip(
          title: "T", start: office, end: nil, timeZone: "Europe/Minsk", days: [],
          unassigned: [
            UnassignedStop(
              partner: created[1], name: "N", coordinate: nil, reason: .noCoordinates, detail: "")
          ], matrix: .greatCircle, metres: .zero, seconds: .zero))
    }
    let before = try dump(database)
    do {
      try database.write(as: tester) { try $0.undoImportRun(run) }
      Issue.record("undone")
    } catch StoreError.undoConflict(_, let partners) {
      #expect(partners.map(\.partner) == [existing[1].id, created[0], created[1]])
      #expect(partners.map(\.reason) == [.changedSince, .hasActivities, .inTrip])
    }
    #expect(try dump(database) == before)
  }

  @Test("a person the import brought and somebody sealed something of stands in the way of its undo")
  func sealed() throws {
    let (run, created) = try runImport()
    let person = try #require(try database.read { try $0.partner(created[2])?.people.first?.id })
    try database.write(as: tester, at: noon) {
      try $0.setProtected(.birthDate, of: .contact(person), value: "1985-04-12")
    }
    do {
      try database.write(as: tester) { try $0.undoImportRun(run) }
      Issue.record("undone")
    } catch StoreError.undoConflict(_, let partners) {
      #expect(partners.map(\.partner) == [created[2]] && partners.map(\.reason) == [.hasProtected])
    }
    try database.write(as: tester, at: noon) { try $0.erase(.contact(person), reason: "просьба") }
    #expect(try database.read { try $0.maskedFields(of: .contact(person)) }.isEmpty)
  }

  @Test("so does one the import added to a partner that was there, and what is sealed of the others does not")
  func sealedOfAdded() throws {
    let run = try runImport().run
    let people = try #require(try database.read { try $0.partner(existing[1].id)?.people.map(\.id) })
    #expect(people.count == 2)
    try database.write(as: tester, at: noon) { writer in
      for person in people {
        try writer.setProtected(.birthDate, of: .contact(person), value: "1985-04-12")
      }
    }
    do {
      try database.write(as: tester) { try $0.undoImportRun(run) }
      Issue.record("undone")
    } catch StoreError.undoConflict(_, let partners) {
      #expect(partners.map(\.partner) == [existing[1].id] && partners.map(\.reason) == [.hasProtected])
    }
    #expect(try database.read { try $0.maskedFields(of: .contact(people[1])) }.count == 1)
    // What outlived its rule stands in no way.
    try database.write(as: tester, at: noon) { writer in
      try writer.setRetention(.birthDate, days: 0)
      #expect(try writer.eraseOutlived() == 2)
      try writer.setProtected(.birthDate, of: .contact(people[0]), value: "1985-04-12")
    }
    try database.write(as: tester, at: noon) { try $0.undoImportRun(run) }
    #expect(try database.read { try $0.partner(existing[1].id)?.people.map(\.id) } == [people[0]])
    #expect(try database.read { try $0.maskedFields(of: .contact(people[0])) }.count == 1)
  }

  @Test("what the service looked up by itself does not stand in the way of an undo, an edit after it does")
  func lookedUp() throws {
    let before = try dump(database)
    let run = try database.write(as: Actor(name: "import"), at: noon) { writer in
      let run = try writer.beginImportRun(source: "list.csv")
      for number in 1...2 {
        var partner = fullPartner("Без места \(number)", key: "far-\(number)")
        partner.location = nil
        try writer.insert(partner)
        try writer.importChange(run, partner: partner.id, before: nil)
      }
      return run
    }
    let waiting = try database.read { try $0.partnersToGeocode(at: noon, limit: 10) }
    #expect(waiting.count == 2)
    for item in waiting {
      let isKept = try database.write(as: tester, at: noon) {
        try $0.keepGeocode(geocode(place(53.9, 27.5)), for: item, retry: noon)
      }
      #expect(isKept)
    }
    #expect(throws: StoreError.undoConflict(run: "", partners: [])) {
      try database.write(as: tester, at: noon) { writer in
        var partner = try writer.partner(waiting[0].partner)!
        partner.note = "правка"
        try writer.update(partner)
        try writer.undoImportRun(run)
      }
    }
    try database.write(as: tester, at: noon) { try $0.undoImportRun(run) }
    #expect(try dump(database) == before)
  }

  @Test("a closed run takes no further changes")
  func closedRun() throws {
    let (run, created) = try runImport()
    try database.write(as: tester) { try $0.finishImportRun(run, report: "{}") }
    #expect(throws: StoreError.importNotRunning(run: "", state: "")) {
      try database.write(as: tester) { try $0.importChange(run, partner: created[0], before: nil) }
    }
    #expect(throws: StoreError.notFound(entity: "importRun", id: "")) {
      try database.write(as: tester) { try $0.undoImportRun(.new()) }
    }
  }

  @Test("the run of a process that is gone counts as interrupted and can be undone")
  func interrupted() throws {
    let before = try dump(database)
    let (run, _) = try runImport()
    #expect(try database.read { try $0.importRun(run)?.state } == .running)
    try database.write(as: tester) { try $0.db.run("UPDATE import_run SET process = '999999999:1'") }
    #expect(try database.read { try $0.importRun(run)?.state } == .interrupted)
    try database.write(as: tester) { try $0.undoImportRun(run) }
    #expect(try dump(database) == before)
  }

  @Test("the run of another living process is left alone")
  func otherProcess() throws {
    let (run, _) = try runImport()
    let parent = try #require(ProcessMark.mark(of: getppid()))
    try database.write(as: tester) { try $0.db.run("UPDATE import_run SET process = ?", .text(parent)) }
    #expect(throws: StoreError.importRunning(run: "")) {
      try database.write(as: tester) { try $0.undoImportRun(run) }
    }
  }
}
