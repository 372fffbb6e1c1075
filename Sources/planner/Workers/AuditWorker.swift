import Foundation
import Store

/// Reads the whole audit trail each night; the administrator sees the run fail when it was changed past planner.
enum AuditWorker {
  static func worker(_ database: Database) -> Worker {
    Worker(
      name: "audit", about: "reads the audit trail and fails when it was changed",
      cadence: .daily(minute: 4 * 60 + 30, .current), limit: .seconds(3600)
    ) { _ in
      let found = try await Blocking.run { try database.read { try $0.verifyAudit() } }
      if let fault = found.fault { throw StoreError.auditBroken(detail: fault.description) }
      return "\(found.rows) rows, unbroken"
    }
  }
}
