import CRM
import Foundation
import Geo
import Store
import Synchronization
import Testing

@testable import planner

/// A clock on which nobody's time passes: what waits for it waits until it is woken or cancelled.
struct StandingClock: Clock {
  var now: ContinuousClock.Instant { .now }
  var minimumResolution: Duration { .zero }
  func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
    try await Task.sleep(for: .seconds(86_400))
  }
}

/// A clock on which every sleep is over at once.
struct HastyClock: Clock {
  var now: ContinuousClock.Instant { .now }
  var minimumResolution: Duration { .zero }
  func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    await Task.yield()
  }
}

@Suite struct JobRunnerTests {
  let database: Database
  let spool: JobSpool
  let at = Date(timeIntervalSince1970: 1_780_909_200)

  init() throws {
    database = try Database.temporary()
    spool = JobSpool(database: database.path)
  }

  func runner(_ handlers: [JobHandler], clock: any Clock<Duration> = StandingClock()) -> JobRunner {
    JobRunner(
      database: database, handlers: handlers, spool: spool, settings: .init(concurrency: 2),
      now: { [at] in at }, clock: clock)
  }

  func enqueue(_ kind: String, _ input: String = "{}") throws -> JobID {
    try database.write(as: Actor(name: "test"), at: at) { try $0.enqueueJob(kind: kind, input: input) }.id
  }

  func job(_ id: JobID) throws -> Job { try #require(try database.read { try $0.job(id) }) }

  /// Waits for the end of a job; gives what its watcher saw.
  func watch(_ id: JobID, _ runner: JobRunner) async throws -> [Job] {
    var seen: [Job] = []
    for try await job in runner.board.events(id, in: database, clock: StandingClock()) { seen.append(job) }
    return seen
  }

  @Test("jobs are done, their progress and result are seen by a watcher, and errors keep their code")
  func done() async throws {
    let work = JobHandler(kind: "count") { _, desk in
      for n in 1...5 { try desk.report(n, of: 5) }
      return #"{"counted":5}"#
    }
    let broken = JobHandler(kind: "broken") { _, _ in
      throw StoreError.badValue(field: "x", detail: "y")
    }
    let good = try enqueue("count")
    let bad = try enqueue("broken")
    let runner = runner([work, broken])
    let running = Task { await runner.run() }
    let seen = try await watch(good, runner)
    #expect(seen.last?.state == .done && seen.last?.result == #"{"counted":5}"#)
    #expect(seen.last?.done == 5 && seen.last?.total == 5)
    #expect(try await watch(bad, runner).last?.failure?.code == "store.value.bad")
    #expect(try await watch(.new(), runner).isEmpty)
    runner.stop()
    await running.value
  }

  @Test("no more jobs run at once than set, and all come to their turn")
  func bounded() async throws {
    let most = Mutex((now: 0, most: 0))
    let work = JobHandler(kind: "count") { _, _ in
      most.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      // The first waits for a second beside it; a third must not come.
      while most.withLock(\.most) < 2 { await Task.yield() }
      for _ in 0..<20 { await Task.yield() }
      most.withLock { $0.now -= 1 }
      return "{}"
    }
    let ids = try (0..<9).map { _ in try enqueue("count") }
    let runner = runner([work])
    let running = Task { await runner.run() }
    for id in ids { #expect(try await watch(id, runner).last?.state == .done) }
    runner.stop()
    await running.value
    #expect(most.withLock(\.most) == 2)
  }

  /// A job that goes on until it is cancelled.
  static func endless(_ begun: Signal) -> JobHandler {
    JobHandler(kind: "endless") { _, _ in
      begun.wake()
      try await Task.sleep(for: .seconds(86_400))
      return "{}"
    }
  }

  @Test("a running job that somebody cancels ends as cancelled")
  func cancelled() async throws {
    let begun = Signal()
    let runner = runner([Self.endless(begun)])
    let id = try enqueue("endless")
    let running = Task { await runner.run() }
    await begun.wait(upTo: .seconds(600))
    try database.write(as: Actor(name: "test")) { _ = try $0.cancelJob(id) }
    runner.wake()
    #expect(try await watch(id, runner).last?.state == .cancelled)
    runner.stop()
    await running.value
  }

  @Test("a stop gives running jobs a moment, hands back what does not end, and begins no more")
  func stopped() async throws {
    let begun = Signal()
    // Time does not stand here: the moment is over at once.
    let runner = runner([Self.endless(begun)], clock: HastyClock())
    let id = try enqueue("endless")
    let running = Task { await runner.run() }
    await begun.wait(upTo: .seconds(600))
    runner.stop()
    let late = try enqueue("endless")
    await running.value
    let handedBack = try job(id)
    #expect(handedBack.state == .queued && handedBack.attempts == 0)
    #expect(try job(late).state == .queued)
  }

  @Test("a job that ends within the moment given keeps its result")
  func endsInTime() async throws {
    let begun = Signal()
    let mayEnd = Signal()
    let work = JobHandler(kind: "slow") { _, _ in
      begun.wake()
      await mayEnd.wait(upTo: .seconds(600))
      try Task.checkCancellation()
      return "{}"
    }
    let runner = runner([work])
    let id = try enqueue("slow")
    let running = Task { await runner.run() }
    await begun.wait(upTo: .seconds(600))
    runner.stop()
    mayEnd.wake()
    await running.value
    #expect(try job(id).state == .done)
  }

  @Test("an import runs as a job: the same counts as the command, a report, and a dry run keeps nothing")
  func imported() async throws {
    let runner = runner([ImportJob.handler(database, geocoder: { NoGeocoder() }, now: { [at] in at })])
    func run(
      _ input: ImportJob, _ text: String = "Название;Адрес\nВояж;Минск, ул. Немига 3\nТур;Брест\n"
    ) async throws -> Job {
      let id = JobID.new()
      try Data(text.utf8)
        .write(to: URL(fileURLWithPath: try spool.path(id, input.file)))
      try database.write(as: Actor(name: "web"), at: at) {
        _ = try $0.enqueueJob(
          kind: ImportJob.kind, input: String(decoding: try JSONEncoder().encode(input), as: UTF8.self),
          id: id)
      }
      runner.wake()
      return try #require(try await watch(id, runner).last)
    }
    let running = Task { await runner.run() }
    let dry = try await run(ImportJob(name: "список.csv", dryRun: true))
    #expect(dry.state == .done && dry.result?.contains(#""created":2"#) == true)
    #expect(try database.read { try $0.partnerCount() } == 0)
    let real = try await run(ImportJob(name: "список.csv"))
    #expect(real.state == .done && real.done == 2 && real.total == 2)
    #expect(try database.read { try $0.partnerCount() } == 2)
    #expect(try database.read { try $0.importRuns().map(\.source) } == ["список.csv"])
    #expect(FileManager.default.fileExists(atPath: try spool.path(real.id, ImportJob.report)))
    let bad = try await run(ImportJob(name: "x", mapping: "columns: [nothing"))
    #expect(bad.state == .failed && bad.failure?.code == "partner.import.mappingUnreadable")
    // The file is told as it was called: where the service keeps it is nobody's.
    let torn = try await run(
      ImportJob(name: "наш список.xlsx", file: "input.xlsx"), "PK\u{3}\u{4} no archive")
    #expect(torn.failure?.code == "table.xlsx.corrupt", "\(String(describing: torn.failure))")
    #expect(torn.failure?.message.hasPrefix("наш список.xlsx is damaged") == true)
    runner.stop()
    await running.value
  }

  @Test("an import as a job changes what the one who asked for it sees")
  func importSight() async throws {
    let anna = User(login: "anna", name: "Анна", role: .head, visibility: .own)
    let boris = User(login: "boris", name: "Борис", role: .head)
    let partner = Partner(
      kind: .agency, name: "Вояж", responsible: boris.id, registrationNumber: "190000001")
    try database.write(as: Actor(name: "test"), at: at) { writer in
      for user in [anna, boris] { try writer.add(user: user) }
      try writer.insert(partner)
    }
    let runner = runner([ImportJob.handler(database, geocoder: { NoGeocoder() }, now: { [at] in at })])
    let running = Task { await runner.run() }
    for (user, updated) in [(anna, 0), (boris, 1)] {
      let (id, input) = (JobID.new(), ImportJob(name: "a.csv", geocode: false))
      try Data("Название;УНП;Примечание\nВояж;190000001;новое\n".utf8)
        .write(to: URL(fileURLWithPath: try spool.path(id, input.file)))
      let text = String(decoding: try JSONEncoder().encode(input), as: UTF8.self)
      try database.write(as: Actor(user: user.id, name: "web"), at: at) {
        _ = try $0.enqueueJob(kind: ImportJob.kind, input: text, id: id)
      }
      runner.wake()
      let job = try #require(try await watch(id, runner).last)
      #expect(job.state == .done && job.result?.contains("\"updated\":\(updated)") == true)
    }
    runner.stop()
    await running.value
  }

  @Test("addresses of a file are geocoded as a job, and the outputs lie in the spool")
  func geocoded() async throws {
    let runner = runner([GeocodeJob.handler(geocoder: { NoGeocoder() }, dataMark: { "1" })])
    let id = JobID.new()
    try Data("Имя;Адрес\nА;Минск\nБ;Брест\n".utf8)
      .write(to: URL(fileURLWithPath: try spool.path(id, "input.csv")))
    try database.write(as: Actor(name: "web"), at: at) {
      _ = try $0.enqueueJob(
        kind: GeocodeJob.kind,
        input: #"{"name":"a.csv","file":"input.csv","column":"Адрес","threshold":0.7,"guardFormulas":false}"#,
        id: id)
    }
    let running = Task { await runner.run() }
    let job = try #require(try await watch(id, runner).last)
    #expect(job.state == .done && job.result?.contains(#""rows":2"#) == true)
    let output = try String(contentsOfFile: try spool.path(id, GeocodeJob.output), encoding: .utf8)
    #expect(output.hasPrefix("Имя,Адрес,latitude"))
    runner.stop()
    await running.value
  }
}

/// A geocoder that knows no place.
struct NoGeocoder: GeocodingProvider {
  var name: String { "none" }
  func geocode(_ query: GeocodeQuery) async throws -> [GeocodeCandidate] { [] }
}
