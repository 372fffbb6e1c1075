import CRM
import Foundation
import Geo

/// An address of another program that is told of changes.
public struct Webhook: Sendable, Hashable {
  public enum State: String, Sendable, Hashable, Codable, CaseIterable {
    case active
    /// By a person; what happens meanwhile is told when it is active again.
    case paused
    /// By the program, after its address refused for long.
    case disabled
  }

  /// What an address may have at most, in bytes: sealed it is longer, and its column holds 2000 characters.
  public static let longestURL = 1400

  public var id: WebhookID
  /// `…` when it does not open.
  public var url: String
  /// What it is for, in the words of whoever made it.
  public var note: String
  public var events: WebhookEvents
  public var state: State
  /// Calls that failed since the last one that was taken.
  public var failures: Int
  /// Why it is disabled.
  public var reason: String?
  /// Until when calls are signed with the former secret as well.
  public var formerSecretUntil: Date?
  public var version: Int
  public var createdBy: UserID?
  public var createdAt: Date
  public var changedAt: Date
}

public typealias WebhookID = Identifier<Webhook>

/// The types of events somebody wants to be told of: `partner.update`, `partner.*` or `*`.
public struct WebhookEvents: Sendable, Hashable, Codable {
  public let patterns: [String]

  /// - Throws: ``StoreError/badValue(field:detail:)`` when one of them is no pattern, or there is none or too many.
  public init(_ patterns: [String]) throws(StoreError) {
    guard (1...100).contains(patterns.count) else {
      throw .badValue(field: "events", detail: "1 to 100 types of events are wanted")
    }
    for pattern in patterns where pattern.wholeMatch(of: /\*|[A-Za-z]{1,40}\.(\*|[A-Za-z.]{1,60})/) == nil {
      throw .badValue(
        field: "events", detail: "\"\(pattern.prefix(80))\" is no type: write partner.update, partner.* or *")
    }
    self.patterns = patterns
  }

  public init(from decoder: any Decoder) throws {
    try self.init(try decoder.singleValueContainer().decode([String].self))
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(patterns)
  }

  /// Whether an event is told. Messages that leave are no events: telling of one would make the next.
  public func contains(entity: String, action: String) -> Bool {
    guard entity != "outbox" else { return false }
    return patterns.contains { $0 == "*" || $0 == "\(entity).*" || $0 == "\(entity).\(action)" }
  }
}

/// What a call to a webhook needs.
public struct WebhookTarget: Sendable, Hashable {
  public var id: WebhookID
  public var url: String
  public var state: Webhook.State
  /// The secret, and in the time after a change of it the former one too.
  public var secrets: [String]
}

/// The body of a call: which record changed, not what it holds. Whoever wants to know asks with his own rights.
struct WebhookBody: Encodable {
  struct Record: Encodable {
    var entity: String
    var id: String
    var action: String
    var actor: String
    var user: String?
    var version: Int?
    var cursor: String
  }
  var type: String
  var timestamp: String
  var data: Record?

  init(_ change: Change) {
    type = change.type
    timestamp = Self.text(change.at)
    data = Record(
      entity: change.entity, id: change.id, action: change.action, actor: change.actor,
      user: change.user?.description, version: change.version,
      cursor: ChangeFeed.cursor(behind: change).description)
  }

  init(ping at: Date) {
    type = Self.ping
    timestamp = Self.text(at)
  }

  static let ping = "webhook.ping"

  /// RFC 3339 in UTC, to the millisecond.
  private static func text(_ date: Date) -> String {
    date.formatted(
      Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
  }

  var bytes: [UInt8] {
    get throws { Array(try JSONText.encode(self).utf8) }
  }
}
