import CRM
import Crypto
import Foundation
import Geo

/// The secret part of the address of somebody's calendar: 32 random bytes. Whoever has it reads the calendar, so it is
/// shown once, when it is made; the store keeps its hash. A fast hash is enough: there is nothing to guess.
public struct CalendarToken: Sendable, Hashable {
  /// 43 letters and digits of base64url (RFC 4648 §5).
  public let text: String

  /// A new one.
  public init() {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<4).flatMap { _ in
      withUnsafeBytes(of: generator.next() as UInt64) { Array($0) }
    }
    text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
      .replacing("=", with: "")
  }

  /// One that a client named; nil when it has not the form of one.
  public init?(_ text: String) {
    let isPlain = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == 0x2D || byte == 0x5F
    }
    guard text.utf8.count == 43, isPlain else { return nil }
    self.text = text
  }

  var hash: SQLValue { .blob(Array(SHA256.hash(data: Data(text.utf8)))) }
}

/// A token as lists show it: never the token itself.
public struct CalendarTokenInfo: Sendable, Hashable {
  public var id: UUID
  public var made: Date
  public var revoked: Date?
}

extension ReadAccess {
  /// Whose calendar the token opens; nil when it is unknown, revoked, or its user is disabled.
  public func user(of token: CalendarToken) throws -> User? {
    let id: UserID? = try db.first(
      """
      SELECT u.uid FROM calendar_token c JOIN user u ON u.id = c.user_id
      WHERE c.hash = ? AND c.revoked_at IS NULL AND u.disabled_at IS NULL
      """, token.hash
    ) { $0.id(0) }
    return try id.flatMap { try user($0) }
  }

  /// Oldest first.
  public func calendarTokens(of user: UserID) throws -> [CalendarTokenInfo] {
    try db.all(
      "SELECT uid, made_at, revoked_at FROM calendar_token WHERE user_id = ? ORDER BY id",
      .int(try userRow(user))
    ) { CalendarTokenInfo(id: $0.id(0, of: User.self).uuid, made: $0.date(1), revoked: $0.dateOrNil(2)) }
  }

  /// Trips somebody is responsible for that end after a moment, the first to begin first.
  public func tripIDs(responsible user: UserID, endingAfter moment: Date) throws -> [TripID] {
    try db.all(
      """
      SELECT t.uid, (SELECT min(d.start_at) FROM trip_day d WHERE d.trip_id = t.id) AS start
      FROM trip t WHERE t.responsible_id = ?
        AND (SELECT max(d.end_at) FROM trip_day d WHERE d.trip_id = t.id) > ?
      ORDER BY start, t.id
      """, .int(try userRow(user)), .date(moment)
    ) { $0.id(0) }
  }
}

extension Writer {
  /// Lets the token open somebody's calendar.
  /// - Throws: ``StoreError/notFound(entity:id:)``.
  public func add(calendarToken token: CalendarToken, for user: UserID) throws {
    let id = UserID.new()
    try db.run(
      "INSERT INTO calendar_token (uid, user_id, hash, made_at) VALUES (?, ?, ?, ?)", id.blob,
      .int(try userRow(user)), token.hash, .date(at))
    try audit(
      "create", entity: "calendarToken", id: id.description,
      after: try JSONText.encode(["user": user.description]))
  }

  /// Closes every address of somebody's calendar; how many were open.
  /// - Throws: ``StoreError/notFound(entity:id:)``.
  @discardableResult
  public func revokeCalendarTokens(of user: UserID) throws -> Int {
    let row = try userRow(user)
    let open = try calendarTokens(of: user).filter { $0.revoked == nil }
    try db.run(
      "UPDATE calendar_token SET revoked_at = max(?, made_at) WHERE user_id = ? AND revoked_at IS NULL",
      .date(at), .int(row))
    for token in open {
      try audit("revoke", entity: "calendarToken", id: UserID(token.id).description)
    }
    return open.count
  }
}
