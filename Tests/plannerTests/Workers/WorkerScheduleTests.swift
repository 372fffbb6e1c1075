import Foundation
import Geo
import Store
import Synchronization
import Testing

@testable import planner

@Suite struct WorkerScheduleTests {
  let database: Database
  let at = Date(timeIntervalSince1970: 1_780_909_200)

  init() throws { database = try Database.temporary() }

  func worker(_ name: String, _ run: @escaping @Sendable () async throws -> String) -> Worker {
    Worker(name: name, about: "counts", cadence: .every(.seconds(60)), run: { _ in try await run() })
  }

  /// A schedule that worked until the signal came, and was stopped.
  func run(_ workers: [Worker], until signal: Signal) async -> WorkerSchedule {
    let schedule = WorkerSchedule(
      database: database, workers: workers, now: { [at] in at }, clock: StandingClock())
    let running = Task { await schedule.run() }
    await signal.wait(upTo: .seconds(600))
    schedule.stop()
    await running.value
    return schedule
  }

  @Test("a worker runs when its time has come, once, and its result and next time are kept")
  func due() async throws {
    let ran = Signal()
    let count = Mutex(0)
    let worker = worker("count") {
      count.withLock { $0 += 1 }
      ran.wake()
      return "1 counted"
    }
    let schedule = await run([worker], until: ran)
    let status = try #require(try schedule.status().first)
    #expect(status.lastResult == "ok" && status.lastMessage == "1 counted" && status.runs == 1)
    #expect(status.nextAt == "2026-06-08T09:01:00Z" && status.cadence == "every 1 min")
    // Its time has not come.
    let again = WorkerSchedule(
      database: database, workers: [worker], now: { [at] in at.addingTimeInterval(59) },
      clock: StandingClock())
    let rerun = Task { await again.run() }
    again.stop()
    await rerun.value
    #expect(count.withLock { $0 } == 1)
  }

  @Test(
    "a failed run keeps code and message; a run out of turn is asked for, and refused while one is under way")
  func asked() async throws {
    let failing = worker("fails") { throw StoreError.busy(path: "x") }
    await #expect(throws: StoreError.busy(path: "x")) {
      try await WorkerSchedule.runOnce(failing, in: database, now: { [at] in at })
    }
    var status = try #require(try WorkerSchedule.status(of: [failing], in: database).first)
    #expect(status.lastCode == "store.file.busy" && status.failures == 1)
    let begun = Signal()
    let mayEnd = Signal()
    let slow = worker("slow") {
      begun.wake()
      await mayEnd.wait(upTo: .seconds(600))
      return "done"
    }
    let first = Task { try await WorkerSchedule.runOnce(slow, in: database, now: { [at] in at }) }
    await begun.wait(upTo: .seconds(600))
    await #expect(throws: WorkerError.running("slow")) {
      try await WorkerSchedule.runOnce(slow, in: database, now: { [at] in at })
    }
    status = try #require(try WorkerSchedule.status(of: [slow], in: database).first)
    #expect(status.running)
    mayEnd.wake()
    #expect(try await first.value == "done")
    let quick = worker("slow") { "again" }
    let again = try await WorkerSchedule.runOnce(quick, in: database, now: { [at] in at })
    #expect(again == "again")
  }

  @Test("a worker with nothing to do is not begun; one that takes too long is ended")
  func limits() async throws {
    var idle = worker("idle") { "never" }
    let looked = Signal()
    idle.hasWork = {
      looked.wake()
      return false
    }
    let schedule = await run([idle], until: looked)
    #expect(try schedule.status().first?.runs == 0)

    let endless = worker("endless") {
      try await Task.sleep(for: .seconds(86_400))
      return "never"
    }
    await #expect(throws: WorkerError.timedOut("endless", .seconds(600))) {
      try await WorkerSchedule.runOnce(endless, in: database, now: { [at] in at }, clock: HastyClock())
    }
  }

  @Test("a worker is told that the service stops, so that it ends between two pieces of work")
  func ending() async throws {
    let began = Signal()
    let worker = Worker(name: "long", about: "counts", cadence: .every(.seconds(60))) { turn in
      began.wake()
      while !turn.isEnding() { await Task.yield() }
      return "came to an end"
    }
    let schedule = await run([worker], until: began)
    #expect(try schedule.status().first?.lastMessage == "came to an end")
  }

  @Test("a daily worker keeps its hour of the zone across the change to summer time")
  func daily() throws {
    let zone = try #require(TimeZone(identifier: "Europe/Warsaw"))
    let cadence = Worker.Cadence.daily(minute: 2 * 60 + 30, zone)
    let format = ISO8601DateFormatter()
    func next(_ text: String) throws -> String {
      format.string(from: cadence.next(after: try #require(format.date(from: text))))
    }
    #expect(try next("2026-03-27T12:00:00Z") == "2026-03-28T01:30:00Z")
    // 02:30 does not exist on 29 March.
    #expect(try next("2026-03-28T02:00:00Z") == "2026-03-29T01:00:00Z")
    #expect(try next("2026-03-29T02:00:00Z") == "2026-03-30T00:30:00Z")
    #expect(cadence.text == "daily 02:30 Europe/Warsaw")
  }
}
