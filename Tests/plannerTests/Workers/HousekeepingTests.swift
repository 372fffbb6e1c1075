import CRM
import Foundation
import Geo
import Store
import Synchronization
import Testing

@testable import planner

@Suite struct HousekeepingTests {
  static let at = Date(timeIntervalSince1970: 1_780_909_200)

  /// Finds what it was told, and remembers what it was asked.
  final class Known: GeocodingProvider {
    let name = "known"
    let places: [String: Coordinate]
    let asked = Mutex<[String]>([])
    init(_ places: [String: Coordinate]) { self.places = places }
    func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate] {
      asked.withLock { $0.append(query.text) }
      return places[query.text].map {
        [
          GeocodeCandidate(
            label: query.text, level: .house, score: query.text == "Почти" ? 0.39 : 0.9, coordinate: $0,
            components: .init(), provider: name)
        ]
      } ?? []
    }
  }

  @Test("a write that meets a full disk is told as one, any other refusal as what it is")
  func fullDisk() throws {
    #expect(throws: StoreError.diskFull(path: "")) { try SpoolFile("/dev/full").write(Data([1])) }
    for number in [ENOSPC, EDQUOT, EFBIG] {
      #expect((JobSpool.failure("x", number) as? StoreError) == .diskFull(path: "x"))
    }
    #expect((JobSpool.failure("x", EACCES) as? any CodedError)?.code == "file.unwritable")
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("spool-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let spool = JobSpool(folder: folder)
    let path = try spool.path(.new(), "input")
    let file = try SpoolFile(path)
    for part in ["один;", "два"] { try file.write(Data(part.utf8)) }
    try file.finish()
    #expect(FileManager.default.contents(atPath: path) == Data("один;два".utf8))
    let facts = try FileManager.default.attributesOfItem(atPath: path)
    #expect(facts[.posixPermissions] as? Int == 0o600)
  }

  func partner(_ name: String, _ address: String) -> Partner {
    Partner(kind: .agency, name: name, status: .active, addresses: [Address(text: address)])
  }

  @Test(
    "addresses without a place are looked up, those not found again after days, edited ones at once, pins never"
  )
  func geocoding() async throws {
    let database = try Database.temporary()
    let minsk = try Coordinate(latitude: 53.9, longitude: 27.56)
    let found = partner("Найденный", "Минск")
    var lost = partner("Потерянный", "Нигде")
    let pinned = partner("Закреплённый", "Где-то")
    let guessed = partner("Угаданный", "Почти")
    try database.write(as: Actor(name: "test"), at: Self.at) { writer in
      for partner in [found, lost, pinned, guessed] { try writer.insert(partner) }
      try writer.setPin(minsk, for: pinned.id)
    }
    let geocoder = Known(["Минск": minsk, "Брест": minsk, "Почти": minsk])
    func run(_ days: Double) async throws -> String {
      let date = Self.at.addingTimeInterval(days * 86_400)
      return try await GeocodingWorker(database: database, geocoder: { geocoder }, now: { date }).run()
    }
    #expect(try await run(0) == "3 looked up, 1 found")
    #expect(try database.read { try $0.partner(found.id) }?.location?.coordinate == minsk)
    #expect(try await run(0.9) == "nothing to look up")
    #expect(try await run(1) == "2 looked up, 0 found")
    #expect(try await run(7.9) == "nothing to look up")
    #expect(try await run(8) == "2 looked up, 0 found")
    // Edited: looked up at once, although its time has not come.
    lost = try #require(try database.read { try $0.partner(lost.id) })
    lost.addresses[0].text = "Брест"
    let edited = lost
    try database.write(as: Actor(name: "test"), at: Self.at) { try $0.update(edited) }
    #expect(try await run(8) == "1 looked up, 1 found")
    // A place whose address changed is looked up anew; a pin set by hand is not.
    for id in [found.id, pinned.id] {
      var partner = try #require(try database.read { try $0.partner(id) })
      partner.addresses[0].text = "Брест"
      let changed = partner
      try database.write(as: Actor(name: "test"), at: Self.at) { try $0.update(changed) }
    }
    #expect(try await run(9) == "1 looked up, 1 found")
    #expect(try await run(9) == "nothing to look up")
    #expect(geocoder.asked.withLock { $0.count { $0 == "Где-то" } } == 0)
  }

  @Test("old jobs go with their files, old messages and broken-off uploads too; what is young stays")
  func cleanup() async throws {
    let database = try Database.temporary()
    let spool = JobSpool(database: database.path)
    let (old, young, stray) = (JobID.new(), JobID.new(), JobID.new())
    func write(_ days: Double, _ body: (Writer) throws -> Void) throws {
      try database.write(as: Actor(name: "test"), at: Self.at.addingTimeInterval(days * 86_400), body)
    }
    for id in [old, young, stray] {
      try Data().write(to: URL(fileURLWithPath: try spool.path(id, "input.csv")))
    }
    for (id, days) in [(old, 0.0), (young, 20)] {
      try write(days) { writer in
        try writer.enqueueJob(kind: "x", input: "{}", id: id)
        try writer.cancelJob(id)
        let message = try #require(try writer.post(.mail, to: "a@b", subject: "", payload: [], once: "\(id)"))
        try writer.withdrawOutbox(message)
      }
    }
    let past = Self.at.addingTimeInterval(-10 * 86_400)
    for id in [old, stray] {
      try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: spool.folder + "/\(id)")
    }
    let now = Self.at.addingTimeInterval(45 * 86_400)
    var keeping = Housekeeping(database: database, spool: spool, now: { now })
    keeping.others = [("things", { _ in 7 })]
    keeping.outboxDays = 30
    #expect(try await keeping.run() == "removed: 1 jobs, 1 messages, 1 broken-off uploads, 7 things")
    #expect(try FileManager.default.contentsOfDirectory(atPath: spool.folder) == [young.description])
    #expect(try database.read { try $0.jobs() }.map(\.id) == [young])
  }

  @Test("sessions, links and attempts that have run out are forgotten")
  func signIns() throws {
    let database = try Database.temporary()
    let anna = User(login: "anna", name: "Анна", role: .manager)
    try database.write(as: Actor(name: "test"), at: Self.at) { writer in
      try writer.add(user: anna)
      _ = try writer.makeLink(.reset, for: anna.id)
      try writer.noteAttempt("login:anna")
    }
    func forget(_ seconds: Double) throws -> Int {
      try database.write(as: Actor(name: "test"), at: Self.at.addingTimeInterval(seconds)) {
        try $0.forgetSignIns()
      }
    }
    #expect(try forget(3599) == 0)
    #expect(try forget(3600) == 1)
    #expect(try forget(86_400) == 1)
  }
}
