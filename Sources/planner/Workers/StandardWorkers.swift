import Foundation
import Geo
import Logging
import Outbound
import Store

/// The jobs and workers every planner has, made from its workspace and environment.
enum StandardWorkers {
  /// Mail, reminders, webhooks, addresses without a place, clean-up, a look at the audit trail, backups, retention.
  /// - Parameters:
  ///   - publicURL: how the service is reached from outside, for links in mails.
  ///   - cleaning: what further parts clean up, by name; each says how many it removed.
  /// - Throws: `MailError`, `OutboundError` when the environment sets mail or outside hosts wrongly.
  static func workers(
    _ workspace: Workspace, _ database: Database, publicURL: String?,
    now: @escaping @Sendable () -> Date = { Date() },
    cleaning: [(name: String, clean: @Sendable (Date) throws -> Int)] = []
  ) throws -> [Worker] {
    let signIns: @Sendable (Date) throws -> Int = { date in
      try database.write(as: .worker, at: date) { try $0.forgetSignIns() }
    }
    // Standard practice keeps answers to idempotency keys for a day.
    let answers: @Sendable (Date) throws -> Int = { date in
      try database.write(as: .worker, at: date) {
        try $0.forgetAnswers(before: date.addingTimeInterval(-86_400))
      }
    }
    // Senders repeat for days, not for weeks.
    let inbound: @Sendable (Date) throws -> Int = { date in
      try database.write(as: .worker, at: date) {
        try $0.forgetInboundMessages(before: date.addingTimeInterval(-30 * 86_400))
      }
    }
    let sender = try MailSettings(environment: workspace.environment).map { SMTPSender(settings: $0) }
    return [
      MailWorker(
        database: database, sender: sender, language: .ofLocale(in: workspace.environment), now: now
      ).worker,
      ReminderWorker.worker(database, base: publicURL, now: now),
      WebhookWorker(
        database: database, client: try workspace.outboundClient(),
        backoff: Backoff(steps: Backoff.webhook.steps, seed: .random(in: .min ... .max)), now: now
      ).worker,
      GeocodingWorker(database: database, geocoder: { try workspace.geocoder() }, now: now).worker,
      Housekeeping(
        database: database, spool: JobSpool(database: workspace.databasePath), now: now,
        others: [
          ("sessions and links", signIns), ("kept answers", answers), ("inbound messages", inbound),
        ]
          + cleaning
      ).worker,
      AuditWorker.worker(database),
    ] + [try BackupWorker.worker(workspace, database), BackupWorker.retention(database)].compactMap { $0 }
  }

  static func jobs(
    _ workspace: Workspace, _ database: Database, now: @escaping @Sendable () -> Date = { Date() }
  ) -> [JobHandler] {
    [
      ImportJob.handler(database, geocoder: { try workspace.geocoder() }, now: now),
      GeocodeJob.handler(
        geocoder: { try workspace.geocoder() },
        dataMark: { BatchOptions.mark(of: workspace.gazetteerPath) }),
      TagJob.handler(database, now: now),
    ]
  }
}

extension Background {
  /// - Parameters:
  ///   - publicURL: how the service is reached from outside.
  ///   - more: further workers.
  ///   - cleaning: what other parts clean up every hour.
  static func live(
    _ workspace: Workspace, _ database: Database, publicURL: String?, more: [Worker] = [],
    cleaning: [(name: String, clean: @Sendable (Date) throws -> Int)] = [],
    logger: Logger = Logger(label: "planner.background")
  ) throws -> Background {
    Background(
      jobs: JobRunner(
        database: database, handlers: StandardWorkers.jobs(workspace, database),
        spool: JobSpool(database: workspace.databasePath), logger: logger),
      schedule: WorkerSchedule(
        database: database,
        workers: try StandardWorkers.workers(workspace, database, publicURL: publicURL, cleaning: cleaning)
          + more, logger: logger),
      workspace: workspace)
  }
}

extension Workspace {
  /// What calls out: may go to the public internet, and to the hosts in `PLANNER_OUTBOUND_ALLOW`.
  /// - Throws: `OutboundError` when the list cannot be read.
  func outboundClient() throws -> OutboundClient {
    OutboundClient(
      userAgent: OutsideConfiguration.product,
      allowed: try OutboundAllowance(environment["PLANNER_OUTBOUND_ALLOW"] ?? ""))
  }
}
