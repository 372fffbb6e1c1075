import CRM
import Foundation
import Testing

@testable import Store

/// What runs every few seconds, or on a table that grows, uses its index.
@Suite struct JobQueryPlanTests {
  static let hot: [(name: String, index: String, run: @Sendable (Reader) throws -> Void)] = [
    ("job by id", "sqlite_autoindex_job_1", { _ = try $0.job(.new()) }),
    ("is there a job to do", "job_open", { _ = try $0.hasJobToClaim() }),
    ("message by id", "sqlite_autoindex_outbox_1", { _ = try $0.outboxItem(.new()) }),
    ("is there a mail to send", "outbox_due", { _ = try $0.hasOutboxWork(kind: .mail, at: noon) }),
    ("calls of a webhook", "outbox_destination", { _ = try $0.outbox(destination: "x") }),
    ("changes behind a cursor", "INTEGER PRIMARY KEY (rowid>?)", { _ = try $0.changes(after: nil) }),
    (
      "addresses to look up", "partner_not_located", { _ = try $0.partnersToGeocode(at: noon, limit: 1) }
    ),
    (
      "changed addresses to look up", "geocode_result_review",
      { _ = try $0.partnersToGeocode(at: noon, limit: 1) }
    ),
    ("jobs of a manager", "job_asker", { _ = try $0.jobs(scope: .responsible([.new()])) }),
  ]

  @Test("the index is used by", arguments: hot.indices)
  func usesIndex(_ i: Int) throws {
    let query = Self.hot[i]
    let database = try Database.temporary()
    let plan = try QueryPlanTests().plans(database, query.run)
    #expect(plan.contains { $0.contains(query.index) }, "\(query.name): \(plan)")
  }

  static let writes: [(name: String, index: String, run: @Sendable (Writer) throws -> Void)] = [
    ("the next job", "job_open", { _ = try $0.claimJob(kinds: ["a", "b"]) }),
    ("the next mail", "outbox_due", { _ = try $0.claimOutbox(kind: .mail, limit: 1) }),
    ("messages that ended long ago", "outbox_ended", { _ = try $0.removeOutbox(endedBefore: noon) }),
    ("jobs that ended long ago", "job_finished", { _ = try $0.removeJobs(endedBefore: noon) }),
  ]

  @Test("the index is used by the write", arguments: writes.indices)
  func writeUsesIndex(_ i: Int) throws {
    let query = Self.writes[i]
    let plan = try QueryPlanTests().plans(writing: try Database.temporary(), query.run)
    #expect(plan.contains { $0.contains(query.index) }, "\(query.name): \(plan)")
    #expect(!plan.contains { $0.hasPrefix("SCAN") && !$0.contains("USING") }, "\(plan)")
  }
}
