import CRM
import Foundation
import GRDB
import Geo
import Synchronization
import Testing

@testable import Store

private func withFolder<T>(_ body: (String) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shared-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// Several processes at one file. Connections of their own stand for processes where nothing else tells them apart.
@Suite struct SharedFileTests {
  @Test("who begins one transaction after the other lets a waiting writer in after the one at work")
  func turns() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      let importer = try Database(path: path)
      let other = try Database(path: path)
      let places = FileLocks(path)
      let log = Mutex("")
      let done = DispatchSemaphore(value: 0)
      for batch in 0..<20 {
        try importer.write(as: tester) { _ in
          log.withLock { $0 += "i" }
          guard batch == 3 else { return }
          Thread.detachNewThread {
            try? other.write(as: tester) { _ in log.withLock { $0 += "o" } }
            done.signal()
          }
          // Goes on only when the other one waits, so that nothing hangs on who is faster.
          let limit = ContinuousClock.now + .seconds(60)
          while !places.isTaken(.queue), ContinuousClock.now < limit { sched_yield() }
        }
      }
      done.wait()
      #expect(log.withLock { $0 } == "iiiio" + String(repeating: "i", count: 16))
    }
  }

  @Test("two who write one transaction after the other take turns")
  func alternate() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      let databases = try (0..<2).map { _ in try Database(path: path) }
      let places = FileLocks(path)
      let counts = Mutex([0, 0])
      let widest = Mutex(0)
      DispatchQueue.concurrentPerform(iterations: 2) { who in
        for _ in 0..<40 {
          try? databases[who].write(as: tester) { _ in
            counts.withLock { counts in
              counts[who] += 1
              let ahead = counts[0] - counts[1]
              widest.withLock { $0 = max($0, abs(ahead)) }
            }
            // A transaction lasts until the other one waits or has ended.
            let limit = ContinuousClock.now + .seconds(60)
            while counts.withLock({ $0[1 - who] }) < 40, !places.isTaken(.queue), ContinuousClock.now < limit
            {
              sched_yield()
            }
          }
        }
      }
      #expect(counts.withLock { $0 } == [40, 40])
      #expect(widest.withLock { $0 } <= 1)
    }
  }

  @Test("several who make one file at the same time all get it")
  func creation() throws {
    try withFolder { folder in
      for round in 0..<3 {
        let path = folder + "/\(round).sqlite"
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { number in
          do {
            let database = try Database(path: path)
            try database.write(as: tester) {
              try $0.add(user: User(login: "user\(number)", name: "User", role: .manager))
            }
            try database.close()
          } catch {
            failures.withLock { $0.append("\(error)") }
          }
        }
        #expect(failures.withLock { $0 } == [])
        let users = try Database(path: path).read { try $0.users() }
        #expect(users.count == 4)
      }
    }
  }

  @Test("a file whose making was cut short counts as new; one with another's view does not")
  func unfinished() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      try raw(path, "CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY)")
      let count = try Database(path: path).read { try $0.partnerCount() }
      #expect(count == 0)
      let foreign = folder + "/foreign.sqlite"
      try raw(foreign, "CREATE VIEW invoice AS SELECT 1")
      #expect(throws: StoreError.notPlanner(path: "")) { _ = try Database(path: foreign) }
      #expect(!FileManager.default.fileExists(atPath: foreign + "-lock"))
    }
  }

  @Test("every write lets the generation grow, for all who have the file open; reading does not")
  func generation() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      let (one, other) = (try Database(path: path), try Database(path: path))
      let first = try #require(one.generation)
      #expect(other.generation == first)
      _ = try one.read { try $0.partnerCount() }
      #expect(one.generation == first)
      try other.write(as: tester) { try $0.insert(fullPartner()) }
      let second = try #require(one.generation)
      #expect(second > first && other.generation == second)
      // What is not kept may be counted, what is kept must be.
      #expect(throws: CancellationError.self) {
        try one.write(as: tester) { _ in throw CancellationError() }
      }
      let third = try #require(other.generation)
      #expect(third >= second)
      #expect(try one.read { $0.generation } == third)
      #expect(try Database(path: folder + "/second.sqlite").generation != nil)
      #expect(one.generation == third)
    }
  }

  @Test("a question that must not wait is answered while a connection is free, and only then")
  func readIfFree() throws {
    let database = try Database.temporary()
    @Sendable func nested(_ depth: Int) throws -> Int? {
      try database.readIfFree { _ in
        guard depth > 1 else { return 1 }
        // On a thread of its own, as a read may not stand inside another.
        let inner = Mutex<Result<Int?, any Error>>(.success(nil))
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
          inner.withLock { $0 = Result { try nested(depth - 1) } }
          done.signal()
        }
        done.wait()
        return try inner.withLock { try $0.get() }.map { $0 + 1 }
      } ?? nil
    }
    #expect(try nested(5) == 5)
    #expect(try nested(6) == nil)
    #expect(try nested(5) == 5)
  }

  @Test("a database closed for moving is whole without its journal, whichever connections it had")
  func moving() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      let database = try Database(path: path)
      try database.write(as: tester) { try $0.insert(fullPartner()) }
      let before = try dump(database)
      try database.closeForMoving()
      for end in ["-wal", "-shm"] { unlink(path + end) }
      #expect(rename(path, folder + "/moved.sqlite") == 0)
      #expect(try dump(Database(path: folder + "/moved.sqlite", mode: .existing)) == before)
    }
  }

  @Test("what ended processes left is removed; what is a living one's, or nobody's, stays")
  func leftovers() throws {
    try withFolder { folder in
      let ended = Process()
      ended.executableURL = URL(fileURLWithPath: "/bin/true")
      try ended.run()
      ended.waitUntilExit()
      let number = ended.processIdentifier
      let prefix = folder + "/demo.sqlite."
      let own = ProcessFiles.path(prefix, ".new")
      let stay = [
        own, prefix + "\(getppid()).5.new", prefix + "new", prefix + "\(number)-1.5.bak",
        prefix + "\(number)-1.x.new", prefix + "\(number)-1-2.5.new", folder + "/other.\(number)-1.5.new",
      ]
      // The second has this process's number and another start.
      let go = [
        prefix + "\(number)-1.5.new", prefix + "\(getpid())-1.5.new-wal", prefix + "\(number).5.new",
        prefix + "\(getpid()).5.new",
      ]
      for path in stay + go { try Data().write(to: URL(fileURLWithPath: path)) }
      ProcessFiles.removeLeftovers(prefix, ".new")
      #expect(stay.allSatisfy { FileManager.default.fileExists(atPath: $0) })
      #expect(!go.contains { FileManager.default.fileExists(atPath: $0) })
    }
  }

  @Test("a copy that a killed dry run left in the temporary folder goes with the next one")
  func abandonedCopy() throws {
    let database = try Database.temporary()
    let temporary = FileManager.default.temporaryDirectory.path
    let left = URL(fileURLWithPath: temporary + "/planner-\(getpid())-1.\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(at: left, withIntermediateDirectories: false)
    try Data("copy".utf8).write(to: left.appendingPathComponent("planner.sqlite"))
    let copy = try database.temporaryCopy()
    #expect(!FileManager.default.fileExists(atPath: left.path))
    #expect(FileManager.default.fileExists(atPath: copy.path))
  }
}

/// A process whose files may grow no further. The process is this test program itself, started again.
@Suite struct FullDiskTests {
  static let variable = "PLANNER_TEST_FULL_DISK"

  @Test(
    "a write that the system does not take is told as a full disk",
    arguments: [
      ResultCode.SQLITE_FULL, .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_SHMSIZE,
    ])
  func codes(_ code: ResultCode) {
    let error = StoreError(DatabaseError(resultCode: code), path: "var/planner.sqlite")
    #expect(error.code == "store.file.diskFull")
    #expect(error.message.contains("var/planner.sqlite"))
    #expect(error.hint.contains("free some space"))
  }

  @Test(
    "the writer of the full-disk test",
    .enabled(if: ProcessInfo.processInfo.environment[variable] != nil, "runs only as a child process"))
  func child() throws {
    let path = try #require(ProcessInfo.processInfo.environment[Self.variable])
    let database = try Database(path: path)
    signal(SIGXFSZ, SIG_IGN)
    var limit = rlimit(rlim_cur: 1_500_000, rlim_max: 1_500_000)
    setrlimit(__rlimit_resource_t(1), &limit)
    var said = "none"
    for batch in 0..<100 {
      do {
        try database.write(as: tester) { writer in
          for i in 0..<25 { try writer.insert(fullPartner("Партнёр \(batch) \(i)", key: "\(batch)-\(i)")) }
        }
      } catch {
        said = (error as? any CodedError)?.code ?? "\(error)"
        break
      }
    }
    try Data(said.utf8).write(to: URL(fileURLWithPath: path + ".said"))
  }

  @Test("when files may grow no further the batch in flight is gone whole and the ones before stay")
  func limitReached() throws {
    try withFolder { folder in
      let path = folder + "/planner.sqlite"
      try Database(path: path).close()
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments = ["--testing-library", "swift-testing", "--filter", "FullDiskTests.child"]
      process.environment = ProcessInfo.processInfo.environment.merging([Self.variable: path]) { $1 }
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(try String(contentsOfFile: path + ".said", encoding: .utf8) == "store.file.diskFull")
      let database = try Database(path: path, mode: .existing)
      #expect(try database.integrityFindings() == [])
      let count = try database.read { try $0.partnerCount() }
      #expect(count > 0 && count % 25 == 0)
      try database.write(as: tester) { try $0.insert(fullPartner("Ещё один", key: "more")) }
    }
  }
}

@Suite struct SelectionDepthTests {
  /// `depth` of NOT, AND and OR inside each other.
  static func nested(_ depth: Int, _ wrap: (Int, Selection) -> Selection) -> Selection {
    (0..<depth).reduce(Selection.status([.active])) { wrap($1, $0) }
  }

  static let shapes: [@Sendable (Int, Selection) -> Selection] = [
    { _, inner in .not(inner) },
    { i, inner in i % 2 == 0 ? .and([inner, .kind([.agency])]) : .or([inner, .tag(["vip"])]) },
    { i, inner in i % 2 == 0 ? .not(inner) : .or([.kind([.hotel]), inner]) },
    { i, inner in
      i % 2 == 0 ? .and([.circle(center: place(52, 23), radius: Metres(1e6)), inner]) : .not(inner)
    },
  ]

  @Test(
    "a selection as deep as allowed is answered, kept and read back; a deeper one is refused with its code")
  func depth() throws {
    let database = try Database.temporary()
    try database.write(as: tester) { try $0.insert(fullPartner()) }
    for shape in Self.shapes {
      let most = Self.nested(Selection.maximumDepth, shape)
      #expect(most.depth == Selection.maximumDepth)
      _ = try database.read { try $0.select(most) }
      try database.write(as: tester) { writer in
        try writer.save(selection: SavedSelection(name: "deep \(UUID())", selection: most))
      }
      let deeper = Self.nested(Selection.maximumDepth + 1, shape)
      #expect(throws: StoreError.badValue(field: "", detail: "")) {
        _ = try database.read { try $0.select(deeper) }
      }
      #expect(throws: StoreError.badValue(field: "", detail: "")) {
        try database.write(as: tester) { writer in
          try writer.save(selection: SavedSelection(name: "deeper", selection: deeper))
        }
      }
      let text = try JSONEncoder().encode(deeper)
      #expect(throws: DecodingError.self) { _ = try JSONDecoder().decode(Selection.self, from: text) }
    }
    let saved = try database.read { try $0.savedSelections() }
    #expect(saved.count == Self.shapes.count)
    #expect(saved.allSatisfy { $0.selection.depth == Selection.maximumDepth })
  }
}
