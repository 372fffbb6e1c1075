import CRM
import Foundation
import Testing

@testable import Store

/// A process that imports batch after batch is killed in the middle of it. The process is this test program itself,
/// started again with the path of the file in its environment.
@Suite struct KilledWriterTests {
  static let variable = "PLANNER_TEST_KILLED_WRITER"
  static let batch = 25

  @Test(
    "the writer of the killed-process test",
    .enabled(if: ProcessInfo.processInfo.environment[variable] != nil, "runs only as a child process"))
  func child() throws {
    let path = try #require(ProcessInfo.processInfo.environment[Self.variable])
    let database = try Database(path: path)
    let run = try database.write(as: Actor(name: "import")) { try $0.beginImportRun(source: "child") }
    var number = 0
    while true {
      try database.write(as: Actor(name: "import")) { writer in
        for _ in 0..<Self.batch {
          number += 1
          let partner = fullPartner("Партнёр \(number)", key: "child-\(number)")
          try writer.insert(partner)
          try writer.importChange(run, partner: partner.id, before: nil)
        }
      }
      // Acknowledged: the parent counts these lines.
      FileHandle.standardOutput.write(Data("committed\n".utf8))
    }
  }

  @Test(
    "a writer killed at any moment leaves whole batches, none of the acknowledged lost, and can be undone")
  func killed() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("killed-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("planner.sqlite").path
    let empty = try Database(path: path)
    let before = try dump(empty)
    try empty.close()

    for wanted in [1, 3] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments = ["--testing-library", "swift-testing", "--filter", "KilledWriterTests.child"]
      process.environment = ProcessInfo.processInfo.environment.merging([Self.variable: path]) { $1 }
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = FileHandle.nullDevice
      try process.run()
      var text = ""
      while text.components(separatedBy: "committed\n").count - 1 < wanted {
        let data = pipe.fileHandleForReading.availableData
        guard !data.isEmpty else { break }
        text += String(decoding: data, as: UTF8.self)
      }
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      text += String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      let acknowledged = text.components(separatedBy: "committed\n").count - 1
      #expect(acknowledged >= wanted)

      let database = try Database(path: path, mode: .existing)
      let (count, whole, faults) = try database.read { reader in
        let count = try reader.partnerCount()
        let counts = try [
          "audit WHERE entity = 'partner' AND action = 'create'", "import_change", "idx_partner_location",
        ]
        .map { table in try reader.db.first("SELECT count(*) FROM \(table)") { $0.int(0) } ?? -1 }
        let integrity = try reader.db.first("PRAGMA integrity_check") { $0.text(0) } ?? ""
        let broken = try reader.db.all("PRAGMA foreign_key_check") { $0.text(0) }
        return (count, counts, [integrity] + broken)
      }
      #expect(count % Self.batch == 0)
      #expect(count >= acknowledged * Self.batch)
      #expect(faults == ["ok"])
      let runs = try database.read { try $0.importRuns() }
      #expect(runs.first?.state == .interrupted)
      #expect(runs.first?.created == count)
      #expect(whole[1...].allSatisfy { $0 == count })
      try database.write(as: tester) { try $0.undoImportRun(runs[0].id) }
      try database.write(as: tester) { try $0.db.run("DELETE FROM import_run") }
      #expect(try dump(database) == before)
      try database.close()
    }
  }
}
