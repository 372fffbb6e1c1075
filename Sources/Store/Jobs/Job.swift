import CRM
import Foundation

/// One piece of long work that somebody asked for: an import, a batch of addresses. It outlives the request that
/// asked for it, and the process that began it.
public struct Job: Sendable, Hashable {
  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    case queued, running, done, failed, cancelled
    /// Nothing happens to it any more.
    public var isEnded: Bool { self == .done || self == .failed || self == .cancelled }
  }

  /// Why a job came to no result: a stable code and a message that says what and where.
  public struct Failure: Sendable, Hashable {
    public var code: String
    public var message: String
    public init(code: String, message: String) {
      self.code = code
      self.message = message
    }
  }

  public var id: JobID
  /// What kind of work; names the one who does it.
  public var kind: String
  public var state: State
  public var requestedBy: UserID?
  /// What made it, as in the audit trail.
  public var actor: String
  /// JSON.
  public var input: String
  /// Items done, and items in all when known.
  public var done: Int
  public var total: Int?
  /// JSON; of a job that is done.
  public var result: String?
  public var failure: Failure?
  /// How often it was begun.
  public var attempts: Int
  public var createdAt: Date
  public var startedAt: Date?
  public var finishedAt: Date?
  /// When somebody asked to end it.
  public var cancelAskedAt: Date?
}

public typealias JobID = Identifier<Job>

/// What became of a job.
public enum JobOutcome: Sendable, Hashable {
  /// JSON.
  case done(result: String)
  case failed(Job.Failure)
  case cancelled
}

/// What the one at work is told when he reports.
public enum JobOrder: Sendable, Hashable {
  case goOn
  /// Somebody asked to end it.
  case cancel
  /// It is no longer this process's: it was ended or taken up by another.
  case drop
}
