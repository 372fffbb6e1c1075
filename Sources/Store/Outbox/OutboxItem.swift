import CRM
import Foundation

/// One message to another computer: a mail, or a call of a webhook. Written in the transaction of the change it tells
/// of, so that there is never one without the other.
public struct OutboxItem: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable { case mail, webhook }

  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    /// Waits for its time.
    case pending
    /// A process has it, and the other side has seen nothing of its content.
    case claimed
    /// Its content is under way: from here on nobody but the other side knows whether it arrived, until it says so.
    case sending
    case sent
    /// The connection ended when the other side may have taken it. A mail in this state is never sent again by itself.
    case unknown
    case failed
  }

  public var id: OutboxID
  public var kind: Kind
  /// The mail address, or the webhook's identifier.
  public var destination: String
  /// The subject of the mail, or the type of the event.
  public var subject: String
  public var state: State
  public var attempts: Int
  public var nextAt: Date?
  /// Why it is where it is: of the last attempt.
  public var code: String?
  public var message: String?
  public var createdAt: Date
  public var endedAt: Date?
  /// Whether its content is still kept, so that it can be sent again.
  public var hasPayload: Bool
}

public typealias OutboxID = Identifier<OutboxItem>

/// A message to be sent now.
public struct OutboxMessage: Sendable, Hashable {
  public var id: OutboxID
  public var destination: String
  public var subject: String
  /// As it was given when it was posted.
  public var payload: [UInt8]
  /// How often it was tried before.
  public var attempts: Int
  public var createdAt: Date
}

/// How an attempt ended.
public enum OutboxOutcome: Sendable, Hashable {
  /// `message`: what the other side said.
  case sent(message: String)
  /// It did not arrive, and may be tried again at `next`.
  case later(code: String, message: String, next: Date)
  /// It may have arrived.
  case unknown(code: String, message: String)
  /// It did not arrive, and trying again is in vain.
  case failed(code: String, message: String)
}

/// One attempt in the log of a message.
public struct OutboxAttempt: Sendable, Hashable {
  public var number: Int
  public var at: Date
  /// `sent`, `later`, `unknown`, `failed`.
  public var outcome: String
  public var code: String?
  public var message: String?
}
