import CRM
import Foundation

/// A program that tells planner what happened elsewhere: a telephone exchange, a web site, a mail robot. Each of its
/// messages is signed with a secret of its own.
public struct InboundSource: Sendable, Hashable {
  public var id: InboundSourceID
  /// Its place in the address it calls.
  public var name: String
  /// What it is for, in the words of whoever made it.
  public var note: String
  /// Messages of a source that is not are refused.
  public var isActive: Bool
  /// Until when messages signed with the former secret are taken as well.
  public var formerSecretUntil: Date?
  /// When it told something last, of what is still kept.
  public var lastMessageAt: Date?
  public var version: Int
  public var createdBy: UserID?
  public var createdAt: Date
  public var changedAt: Date
}

public typealias InboundSourceID = Identifier<InboundSource>

/// What is needed to believe a message.
public struct InboundKey: Sendable, Hashable {
  public var id: InboundSourceID
  public var isActive: Bool
  /// The secret, and in the time after a change of it the former one too.
  public var secrets: [String]
}

/// A message that was taken.
public struct InboundMessage: Sendable, Hashable {
  /// The sender's name of it, the same at each attempt.
  public var id: String
  public var type: String
  /// The record it made; nil when it made none.
  public var record: String?
  public var at: Date

  public init(id: String, type: String, record: String?, at: Date) {
    self.id = id
    self.type = type
    self.record = record
    self.at = at
  }
}
