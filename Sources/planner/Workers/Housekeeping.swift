import Foundation
import Store

/// Forgets what was kept for people to look at and is old by now.
struct Housekeeping: Sendable {
  static let name = "cleanup"

  var database: Database
  var spool: JobSpool
  var now: @Sendable () -> Date = { Date() }
  /// Jobs with their files, after their end.
  var jobDays = 30
  /// Messages that have left or failed.
  var outboxDays = 90
  /// What other parts clean up, by name: sessions, tokens, idempotency keys. Each says how many it removed.
  var others: [(name: String, clean: @Sendable (Date) throws -> Int)] = []

  var worker: Worker {
    Worker(
      name: Self.name, about: "forgets old jobs, messages, sessions and keys",
      cadence: .every(.seconds(3600)),
      run: { _ in try await run() })
  }

  func run() async throws -> String {
    let this = self
    return try await Blocking.run { try this.clean() }
  }

  private func clean() throws -> String {
    let date = now()
    func before(_ days: Int) -> Date { date.addingTimeInterval(-Double(days) * 86_400) }
    var parts: [String] = []
    let jobs = try database.write(as: .worker, at: date) { try $0.removeJobs(endedBefore: before(jobDays)) }
    for id in jobs { spool.remove(id) }
    parts.append("\(jobs.count) jobs")
    let messages = try database.write(as: .worker, at: date) {
      try $0.removeOutbox(endedBefore: before(outboxDays))
    }
    parts.append("\(messages) messages")
    let strays = try spool.removeStrays(
      known: { id in try database.read { try $0.job(id) != nil } }, before: before(1))
    if strays > 0 { parts.append("\(strays) broken-off uploads") }
    for (name, clean) in others { parts.append("\(try clean(date)) \(name)") }
    return "removed: " + parts.joined(separator: ", ")
  }
}
