import CRM
import Foundation
import Testing

@testable import Store

@Suite struct JobTests {
  let database: Database
  let anna = User(login: "anna", name: "Анна", role: .manager)
  let bela = User(login: "bela", name: "Бела", role: .manager)

  init() throws {
    let database = try Database.temporary()
    let users = [anna, bela]
    try database.write(as: tester, at: noon) { writer in for user in users { try writer.add(user: user) } }
    self.database = database
  }

  func write<T>(by user: User? = nil, after seconds: Double = 0, _ body: (Writer) throws -> T) throws -> T {
    try database.write(
      as: Actor(user: user?.id, name: "test"), at: noon.addingTimeInterval(seconds), body)
  }

  /// Makes the running job one of a process that is gone.
  func kill(_ id: JobID) throws {
    try write { try $0.db.run("UPDATE job SET process = '1:1' WHERE uid = ?", id.blob) }
  }

  @Test("a job goes through the queue: the oldest first, its progress, its result, each with an audit row")
  func course() throws {
    let first = try write(by: anna) { try $0.enqueueJob(kind: "import", input: #"{"a":1}"#) }
    let second = try write(by: bela, after: 1) { try $0.enqueueJob(kind: "import", input: "{}") }
    #expect(first.state == .queued && first.requestedBy == anna.id && first.total == nil)
    let claimed = try write(after: 2) { try $0.claimJob(kinds: ["import"]) }
    #expect(claimed?.id == first.id && claimed?.state == .running && claimed?.attempts == 1)
    #expect(try write { try $0.jobProgress(first.id, done: 3, total: 9) } == .goOn)
    #expect(try database.read { try $0.job(first.id)?.done } == 3)
    #expect(try write(after: 3) { try $0.finishJob(first.id, .done(result: #"{"rows":9}"#)) })
    let done = try #require(try database.read { try $0.job(first.id) })
    #expect(
      done.state == .done && done.result == #"{"rows":9}"# && done.finishedAt == noon.addingTimeInterval(3))
    // What is over stays so.
    #expect(try !write { try $0.finishJob(first.id, .cancelled) })
    #expect(try write { try $0.cancelJob(first.id) }.state == .done)
    #expect(try write { try $0.jobProgress(first.id, done: 1, total: 1) } == .drop)
    #expect(
      try database.read { try $0.audit(entity: "job", id: first.id.description).map(\.action) } == [
        "create", "done",
      ])
    #expect(try write { try $0.claimJob(kinds: ["other"]) } == nil)
    #expect(try write { try $0.claimJob(kinds: ["other", "import"])?.id } == second.id)
  }

  @Test("jobs of a killed process come back into the queue, and end as failed after the third time")
  func interrupted() throws {
    let job = try write { try $0.enqueueJob(kind: "import", input: "{}") }
    for attempt in 1...3 {
      let claimed = try write { try $0.claimJob(kinds: ["import"]) }
      #expect(claimed?.id == job.id && claimed?.attempts == attempt)
      #expect(try !database.read { try $0.hasJobToClaim() })
      try kill(job.id)
      #expect(try database.read { try $0.hasJobToClaim() })
    }
    #expect(try write { try $0.claimJob(kinds: ["import"]) } == nil)
    let ended = try #require(try database.read { try $0.job(job.id) })
    #expect(ended.state == .failed && ended.failure?.code == "job.interrupted")
  }

  @Test("a job handed back at a stop is begun again, and the attempt does not count")
  func handedBack() throws {
    let job = try write { try $0.enqueueJob(kind: "import", input: "{}") }
    for _ in 1...5 {
      #expect(try write { try $0.claimJob(kinds: ["import"])?.attempts } == 1)
      #expect(try write { try $0.handBackJob(job.id) })
      #expect(try !write { try $0.handBackJob(job.id) })
    }
  }

  @Test(
    "cancelling ends a waiting job at once and tells the one at work; of a killed process it ends as cancelled"
  )
  func cancelled() throws {
    let waiting = try write { try $0.enqueueJob(kind: "import", input: "{}") }
    #expect(try write { try $0.cancelJob(waiting.id) }.state == .cancelled)
    let job = try write { try $0.enqueueJob(kind: "import", input: "{}") }
    _ = try write { try $0.claimJob(kinds: ["import"]) }
    #expect(try write { try $0.cancelJob(job.id) }.state == .running)
    #expect(try write { try $0.jobProgress(job.id, done: 1, total: 2) } == .cancel)
    try kill(job.id)
    #expect(try write { try $0.claimJob(kinds: ["import"]) } == nil)
    #expect(try database.read { try $0.job(job.id)?.state } == .cancelled)
    #expect(throws: StoreError.notFound(entity: "job", id: "")) { try write { try $0.cancelJob(.new()) } }
  }

  @Test("a list shows whose jobs one may see, page by page")
  func listed() throws {
    var mine: [JobID] = []
    for number in 0..<6 {
      let job = try write(by: number.isMultiple(of: 2) ? anna : bela) {
        try $0.enqueueJob(kind: "import", input: "{}")
      }
      if number.isMultiple(of: 2) { mine.append(job.id) }
    }
    try write { _ = try $0.enqueueJob(kind: "import", input: "{}") }
    let scope = RecordScope.responsible([anna.id])
    let page = try database.read { try $0.jobs(scope: scope, limit: 2) }
    let rest = try database.read { try $0.jobs(scope: scope, before: page.last?.id, limit: 10) }
    #expect((page + rest).map(\.id) == mine.reversed())
    #expect(try database.read { try $0.jobs(scope: .responsible([])) }.isEmpty)
    #expect(try database.read { try $0.jobs() }.count == 7)
  }

  @Test("what ended long ago is forgotten, what waits or runs is not")
  func removed() throws {
    let old = try write { try $0.enqueueJob(kind: "import", input: "{}") }
    try write { _ = try $0.cancelJob(old.id) }
    let waiting = try write { try $0.enqueueJob(kind: "import", input: "{}") }
    #expect(try write { try $0.removeJobs(endedBefore: noon) } == [])
    #expect(try write { try $0.removeJobs(endedBefore: noon.addingTimeInterval(1)) } == [old.id])
    #expect(try database.read { try $0.jobs() }.map(\.id) == [waiting.id])
  }

  @Test("eight processes that claim at once never get the same job")
  func claimedOnce() async throws {
    for _ in 0..<40 { try write { _ = try $0.enqueueJob(kind: "import", input: "{}") } }
    let path = database.path
    let claimed = try await withThrowingTaskGroup(of: [JobID].self) { group in
      for _ in 0..<8 {
        group.addTask {
          let own = try Database(path: path, mode: .existing)
          var ids: [JobID] = []
          while let job = try own.write(as: tester, { try $0.claimJob(kinds: ["import"]) }) {
            ids.append(job.id)
          }
          return ids
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(claimed.count == 40 && Set(claimed).count == 40)
  }

  @Test("a worker is taken by one at a time, when its time has come or when somebody asked")
  func workers() throws {
    let next = noon.addingTimeInterval(60)
    try write { try $0.planWorker("outbox", next: next, latest: next) }
    #expect(try !write { try $0.beginWorker("outbox") })
    #expect(try write(after: 60) { try $0.beginWorker("outbox") })
    #expect(try !write(after: 61) { try $0.beginWorker("outbox", early: true) })
    #expect(try database.read { try $0.workerRun("outbox")?.isRunning } == true)
    try write(after: 62) {
      try $0.finishWorker("outbox", message: "down", failure: "x.down", next: noon.addingTimeInterval(120))
    }
    var run = try #require(try database.read { try $0.workerRun("outbox") })
    #expect(run.outcome == .error && run.code == "x.down" && run.failures == 1 && !run.isRunning)
    #expect(try !write(after: 63) { try $0.beginWorker("outbox") })
    try write(after: 64) { try $0.askWorker("outbox") }
    #expect(try write(after: 65) { try $0.beginWorker("outbox") })
    // The process ends without a word: the next one takes over when the time has come.
    try write { try $0.db.run("UPDATE worker_run SET process = '1:1'") }
    #expect(try write(after: 120) { try $0.beginWorker("outbox") })
    try write(after: 121) { try $0.finishWorker("outbox", message: "2 sent", next: next) }
    run = try #require(try database.read { try $0.workerRun("outbox") })
    #expect(run.outcome == .ok && run.failures == 0 && run.runs == 2 && run.message == "2 sent")
    #expect(throws: StoreError.notFound(entity: "worker", id: "")) { try write { try $0.askWorker("x") } }
    // A shorter cadence counts at once, a longer one does not put off what is due.
    try write { try $0.planWorker("outbox", next: noon, latest: noon.addingTimeInterval(30)) }
    #expect(try database.read { try $0.workerRun("outbox")?.nextAt } == noon)
  }
}
