import Foundation

/// The public name of one record: a UUIDv7 (RFC 9562 §5.7), so names sort by time of making and tell nothing
/// about how many there are. Inside the store a record also has a compact row id that never leaves it.
///
/// `Entity` keeps identifiers of different records apart at compile time.
public struct Identifier<Entity>: Hashable, Sendable, Codable, CustomStringConvertible, Comparable {
  public let uuid: UUID

  public init(_ uuid: UUID) { self.uuid = uuid }

  /// Reads the 36-character text form, any case; nil when it is not one.
  public init?(_ text: String) {
    guard let uuid = UUID(uuidString: text) else { return nil }
    self.uuid = uuid
  }

  /// A new identifier made now.
  public static func new() -> Self {
    var generator = SystemRandomNumberGenerator()
    return Self(.version7(at: Date(), using: &generator))
  }

  /// Lower-case 36-character form.
  public var description: String { uuid.uuidString.lowercased() }

  public static func < (a: Self, b: Self) -> Bool { a.description < b.description }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let uuid = UUID(uuidString: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "\"\(text)\" is no UUID")
    }
    self.uuid = uuid
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension UUID {
  /// A version 7 UUID: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562 §5.7).
  public static func version7(at date: Date, using generator: inout some RandomNumberGenerator) -> UUID {
    let milliseconds = UInt64(max(0, date.timeIntervalSince1970 * 1000))
    let a = UInt64.random(in: .min ... .max, using: &generator)
    let b = UInt64.random(in: .min ... .max, using: &generator)
    func byte(_ value: UInt64, _ shift: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: value >> shift) }
    return UUID(
      uuid: (
        byte(milliseconds, 40), byte(milliseconds, 32), byte(milliseconds, 24), byte(milliseconds, 16),
        byte(milliseconds, 8), byte(milliseconds, 0),
        0x70 | (byte(a, 8) & 0x0F), byte(a, 0),
        0x80 | (byte(b, 56) & 0x3F), byte(b, 48), byte(b, 40), byte(b, 32), byte(b, 24), byte(b, 16),
        byte(b, 8), byte(b, 0)
      ))
  }
}

public typealias UserID = Identifier<User>
public typealias TeamID = Identifier<Team>
public typealias PartnerID = Identifier<Partner>
public typealias ContactPersonID = Identifier<ContactPerson>
public typealias ActivityID = Identifier<Activity>
public typealias TaskID = Identifier<TripTask>
public typealias ChecklistItemID = Identifier<ChecklistItem>
public typealias SavedSelectionID = Identifier<SavedSelection>
public typealias TripID = Identifier<Trip>
public typealias StopID = Identifier<Stop>
