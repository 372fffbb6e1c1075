import Foundation
import Geo

/// A person's data that is sealed in the file, masked in lists, and read in clear only with a reason.
public enum ProtectedField: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
  case passportNumber, passportValidUntil, nationalDocument, personalNumber, birthDate

  public static func < (a: ProtectedField, b: ProtectedField) -> Bool {
    allCases.firstIndex(of: a)! < allCases.firstIndex(of: b)!
  }

  var isDay: Bool { self == .birthDate || self == .passportValidUntil }

  /// The value as it is kept: a day as `YYYY-MM-DD`, a number in NFC and capitals with single blanks; nil when it is none.
  public func normalised(_ text: String) -> String? {
    let text = TextFolding.composed(text.trimmingWhitespace())
    if isDay { return LocalDate(text)?.description }
    let words = text.uppercased().unicodeScalars.split(whereSeparator: \.properties.isWhitespace)
    let value = words.map { String($0) }.joined(separator: " ")
    let isPlain = value.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || " -/№.".unicodeScalars.contains($0)
    }
    guard (3...60).contains(value.unicodeScalars.count), isPlain else { return nil }
    return value
  }

  /// What lists show: of a number its last characters, at most four and never more than a third; of a day nothing.
  public func masked(_ value: String) -> String {
    let scalars = Array(value.unicodeScalars)
    guard !isDay else { return "••••-••-••" }
    let shown = min(4, scalars.count / 3)
    var end = String.UnicodeScalarView()
    end.append(contentsOf: scalars.suffix(shown))
    return String(repeating: "•", count: scalars.count - shown) + String(end)
  }
}

/// Whose protected data it is.
public enum ProtectedPerson: Sendable, Hashable {
  case contact(ContactPersonID)
  /// Somebody who travels; known by the identifier of his record.
  case traveller(UUID)

  /// What audit rows call the record.
  public var entity: String {
    switch self {
    case .contact: "contactPerson"
    case .traveller: "traveller"
    }
  }

  public var uuid: UUID {
    switch self {
    case .contact(let id): id.uuid
    case .traveller(let id): id
    }
  }

  /// Lower-case identifier of the record.
  public var id: String { uuid.uuidString.lowercased() }
}

/// A protected value as everybody who sees the person may see it.
public struct MaskedField: Sendable, Hashable, Codable {
  public var field: ProtectedField
  public var masked: String
  public var setAt: Date
  public init(field: ProtectedField, masked: String, setAt: Date) {
    self.field = field
    self.masked = masked
    self.setAt = setAt
  }
}

/// One look at a protected value in clear.
public struct Disclosure: Sendable, Hashable, Codable {
  public var at: Date
  /// Who looked; nil when the account is not known.
  public var user: UserID?
  /// How: `web`, `cli`.
  public var actor: String
  public var field: String
  public var reason: String
  public init(at: Date, user: UserID?, actor: String, field: String, reason: String) {
    self.at = at
    self.user = user
    self.actor = actor
    self.field = field
    self.reason = reason
  }
}

/// How long values of a field are kept after they were set.
public struct RetentionRule: Sendable, Hashable, Codable {
  public var field: ProtectedField
  public var days: Int
  public init(field: ProtectedField, days: Int) {
    self.field = field
    self.days = days
  }
}
