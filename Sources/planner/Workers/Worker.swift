import Foundation
import Geo
import Store

/// A standing piece of work: what it does, how often, and whether there is anything to do.
struct Worker: Sendable {
  enum Cadence: Sendable, Hashable {
    /// So long after the end of the last run.
    case every(Duration)
    /// Once a day at a time of the day, in minutes since midnight of the zone.
    case daily(minute: Int, TimeZone)

    /// When the run after one that ended at `date` is.
    func next(after date: Date) -> Date {
      switch self {
      case .every(let duration):
        return date.addingTimeInterval(duration / .seconds(1))
      case .daily(let minute, let zone):
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        // At the change to summer time the hour may be missing: then it is the first moment after.
        return calendar.nextDate(
          after: date, matching: DateComponents(hour: minute / 60, minute: minute % 60),
          matchingPolicy: .nextTime) ?? date.addingTimeInterval(86_400)
      }
    }

    /// `every 30 s`, `daily 03:30 Europe/Minsk`.
    var text: String {
      switch self {
      case .every(let duration):
        let seconds = Int(duration / .seconds(1))
        if seconds > 0, seconds % 3600 == 0 { return "every \(seconds / 3600) h" }
        if seconds > 0, seconds % 60 == 0 { return "every \(seconds / 60) min" }
        return "every \(GeoText.decimals(duration / .seconds(1), seconds > 0 ? 0 : 1)) s"
      case .daily(let minute, let zone):
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        return "daily \(two(minute / 60)):\(two(minute % 60)) \(zone.identifier)"
      }
    }
  }

  /// Stable; the key of its row.
  var name: String
  /// What it does, in a few words.
  var about: String
  var cadence: Cadence
  /// A run that takes longer is cancelled.
  var limit: Duration = .seconds(600)
  /// Asked before a run is begun, so that a worker with nothing to do costs no write; nil: always.
  var hasWork: (@Sendable () throws -> Bool)?
  /// Puts right what a run of this process left whose end could not be written, because the disk was full for a while;
  /// within the transaction that begins the next one.
  var recover: (@Sendable (Writer) throws -> Void)?
  /// Does the work and says what was done.
  var run: @Sendable (WorkerTurn) async throws -> String
}

/// One run of a worker.
struct WorkerTurn: Sendable {
  /// Whether the one who runs the worker wants it to come to an end: asked between two pieces of work, so that a stop
  /// waits for one piece only.
  var isEnding: @Sendable () -> Bool

  /// Nobody ends it.
  static let whole = WorkerTurn { false }
}

/// A worker with what became of its last run: what the administrator sees.
struct WorkerStatus: Sendable, Encodable {
  var name: String
  var about: String
  var cadence: String
  var running: Bool
  @OrNull var lastStartedAt: String?
  @OrNull var lastFinishedAt: String?
  /// `ok` or `error`; null before the first run.
  @OrNull var lastResult: String?
  @OrNull var lastCode: String?
  @OrNull var lastMessage: String?
  @OrNull var nextAt: String?
  /// A run out of turn was asked for.
  var asked: Bool
  var runs: Int
  /// Failed runs since the last good one.
  var failures: Int

  init(_ worker: Worker, _ run: WorkerRun?) {
    func text(_ date: Date?) -> String? { date.map { JSONOutput.time($0, in: .gmt) } }
    name = worker.name
    about = worker.about
    cadence = worker.cadence.text
    running = run?.isRunning ?? false
    lastStartedAt = text(run?.startedAt)
    lastFinishedAt = text(run?.finishedAt)
    lastResult = run?.outcome?.rawValue
    lastCode = run?.code
    lastMessage = run?.message
    nextAt = text(run?.nextAt)
    asked = run?.askedAt != nil
    runs = run?.runs ?? 0
    failures = run?.failures ?? 0
  }
}

/// Why a worker did not run.
enum WorkerError: CodedError, Equatable {
  case unknown(String, known: [String])
  case running(String)
  case timedOut(String, Duration)

  var code: String {
    switch self {
    case .unknown: "worker.notFound"
    case .running: "worker.running"
    case .timedOut: "worker.timedOut"
    }
  }
  var message: String {
    switch self {
    case .unknown(let name, _): "there is no worker \"\(name)\""
    case .running(let name): "a run of \(name) is under way"
    case .timedOut(let name, let limit): "a run of \(name) took longer than \(Int(limit / .seconds(1))) s"
    }
  }
  var hint: String {
    switch self {
    case .unknown(_, let known): "workers: " + known.joined(separator: ", ")
    case .running: "wait for its end; `planner workers` shows the state"
    case .timedOut: "what it committed is kept; the next run goes on"
    }
  }
  var choices: [String] {
    if case .unknown(_, let known) = self { return known }
    return []
  }
}
