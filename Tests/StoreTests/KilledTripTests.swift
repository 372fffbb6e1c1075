import CRM
import Foundation
import Testing

@testable import Store

/// A process that saves trip after trip is killed in the middle of it, as ``KilledWriterTests`` does with imports. The long
/// form is `Tests/promises/promise_01.py`.
@Suite struct KilledTripTests {
  static let variable = "PLANNER_TEST_KILLED_TRIPS"
  static let limit = "PLANNER_TEST_FILE_LIMIT"

  @Test(
    "the saver of the killed-trips test",
    .enabled(if: ProcessInfo.processInfo.environment[variable] != nil, "runs only as a child process"))
  func child() throws {
    let environment = ProcessInfo.processInfo.environment
    let database = try Database(path: try #require(environment[Self.variable]))
    let partners = try database.read { reader in
      try reader.summaries(.all).compactMap { try reader.partner($0.id) }.filter { $0.location != nil }
    }
    if let bytes = environment[Self.limit].flatMap({ rlim_t($0) }) {
      signal(SIGXFSZ, SIG_IGN)
      var size = rlimit(rlim_cur: bytes, rlim_max: bytes)
      setrlimit(__rlimit_resource_t(1), &size)
    }
    do {
      while true {
        let (trip, task) = Self.trip(partners)
        try database.write(as: tester, at: noon) { try $0.save(trip, task: task) }
        FileHandle.standardOutput.write(Data("saved \(trip.id)\n".utf8))
      }
    } catch let error as StoreError {
      FileHandle.standardOutput.write(Data("refused \(error.code)\n".utf8))
    }
  }

  static func trip(_ partners: [Partner]) -> (Trip, TripTask) {
    let stops = partners.map {
      Stop(
        partner: $0.id, name: $0.name, coordinate: $0.location!.coordinate, arrival: noon, serviceStart: noon,
        departure: noon)
    }
    let trip = Trip(
      title: "Поездка", start: Place(label: "Офис", coordinate: place(53.9, 27.56)), end: nil,
      timeZone: "Europe/Minsk",
      days: [TripDay(date: LocalDate("2026-07-01")!, start: noon, end: noon, stops: stops, legs: [])],
      unassigned: [], matrix: .greatCircle, metres: .zero, seconds: .zero)
    let task = TripTask(
      title: "Поездка", trip: trip.id,
      checklist: [
        ChecklistItem(title: "день", children: stops.map { ChecklistItem(title: $0.name, stop: $0.id) })
      ])
    return (trip, task)
  }

  /// Runs the child until it has saved so many trips, or ends by itself; returns what it printed.
  static func run(_ path: String, until saved: Int, limit: Int? = nil) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["--testing-library", "swift-testing", "--filter", "KilledTripTests.child"]
    process.environment = ProcessInfo.processInfo.environment.merging(
      [variable: path].merging(limit.map { [Self.limit: "\($0)"] } ?? [:]) { $1 }
    ) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    var text = ""
    while text.components(separatedBy: "saved ").count - 1 < saved {
      let data = pipe.fileHandleForReading.availableData
      guard !data.isEmpty else { break }
      text += String(decoding: data, as: UTF8.self)
    }
    if limit == nil { kill(process.processIdentifier, SIGKILL) }
    text += String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }

  /// Trips that were acknowledged and are not there, trips that are not whole, and what is wrong with the file.
  static func faults(_ path: String, _ text: String) throws -> [String] {
    let database = try Database(path: path, mode: .existing)
    defer { try? database.close() }
    var faults = try database.integrityFindings()
    try database.read { reader in
      let there = Set(try reader.db.all("SELECT uid FROM trip") { $0.id(0, of: Trip.self) })
      for match in text.matches(of: /saved ([0-9a-f-]{36})\n/) {
        guard let id = TripID(String(match.1)), there.contains(id) else {
          faults.append("lost \(match.1)")
          continue
        }
      }
      for trip in there {
        let whole = try reader.trip(trip)?.days.flatMap(\.stops).count == 3
        let rows = try reader.audit(entity: "trip", id: trip.description).map(\.action)
        if !whole || rows.first != "create" { faults.append("trip \(trip) is not whole: \(rows)") }
      }
      let tasks = try reader.db.first(
        "SELECT count(*) FROM task k WHERE (SELECT count(*) FROM checklist_item i WHERE i.task_id = k.id) = 4"
      ) { $0.int(0) }
      if tasks != there.count { faults.append("\(there.count) trips, \(tasks ?? 0) whole tasks") }
      if let fault = try reader.verifyAudit().fault { faults.append(fault.description) }
    }
    return faults
  }

  static func withPartners(_ body: (String) throws -> Void) throws {
    try VaultTests.inFolder { path throws in
      let database = try Database(path: path)
      let values = SavedTrip(in: database)
      try database.write(as: tester, at: noon) { writer in
        try writer.add(user: values.user)
        for partner in values.partners { try writer.insert(partner) }
      }
      try database.closeForMoving()
      try body(path)
    }
  }

  @Test(
    "trips saved by a process that is killed are there whole, with task, checklist and audit, or not at all")
  func killed() throws {
    try Self.withPartners { path throws in
      for wanted in [1, 2, 5] {
        let text = try Self.run(path, until: wanted)
        #expect(text.contains("saved "))
        let faults = try Self.faults(path, text)
        #expect(faults == [])
      }
    }
  }

  @Test(
    "when files may grow no more a trip is refused with its code, whole or not at all, and the next one is saved"
  )
  func full() throws {
    try Self.withPartners { path throws in
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      for limit in [40_000, 100_000, 400_000, size] {
        let text = try Self.run(path, until: .max, limit: limit)
        #expect(text.contains("refused store.file.diskFull"), "\(limit)")
        let faults = try Self.faults(path, text)
        #expect(faults == [])
      }
      let after = try Self.run(path, until: 1)
      #expect(after.contains("saved "))
    }
  }
}
