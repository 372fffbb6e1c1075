import CRM
import Foundation
import Geo

/// Which features of a collection are wanted; everything that is said has to hold.
public struct FeatureQuery: Sendable, Hashable {
  /// A geometry that shares a point with it; features without geometry are not in any box.
  public var box: BoundingBox?
  public var time: FeatureTime?
  public var filters: [FeatureFilter]
  public var scope: RecordScope

  public init(
    box: BoundingBox? = nil, time: FeatureTime? = nil, filters: [FeatureFilter] = [],
    scope: RecordScope = .all
  ) {
    self.box = box
    self.time = time
    self.filters = filters
    self.scope = scope
  }
}

/// A span of time, both ends in it; nil is open. Features without a time are in no span.
public struct FeatureTime: Sendable, Hashable {
  public var first: Date?
  public var last: Date?
  public init(first: Date?, last: Date?) {
    self.first = first
    self.last = last
  }
}

/// A property that has to have a value.
public struct FeatureFilter: Sendable, Hashable {
  public let property: String
  private let value: Value

  private enum Value: Hashable {
    case int(Int64)
    case double(Double)
    case text(String)
    case blob([UInt8])
  }

  var bound: SQLValue {
    switch value {
    case .int(let value): .int(value)
    case .double(let value): .double(value)
    case .text(let value): .text(value)
    case .blob(let value): .blob(value)
    }
  }

  /// Reads the value as the property's kind writes it; nil when it is none.
  public init?(_ property: FeatureProperty, equals text: String) {
    self.property = property.name
    switch property.kind {
    case .text:
      if let values = property.values, !values.contains(text) { return nil }
      value = .text(text)
    case .integer:
      guard let number = Int64(text) else { return nil }
      value = .int(number)
    case .number:
      guard let number = Double(text), number.isFinite else { return nil }
      value = .double(number)
    case .boolean:
      // GDAL writes 1 and 0.
      let flags: [String: Int64] = ["true": 1, "1": 1, "false": 0, "0": 0]
      guard let flag = flags[text] else { return nil }
      value = .int(flag)
    case .instant:
      guard let instant = FeatureInstant.read(text) else { return nil }
      value = .int(instant.milliseconds)
    case .day:
      guard let day = LocalDate(text) else { return nil }
      value = .text(day.description)
    case .identifier:
      guard let id = PartnerID(text), case .blob(let bytes) = id.blob else { return nil }
      value = .blob(bytes)
    }
  }
}

/// Moments as RFC 3339 writes them.
public enum FeatureInstant {
  /// `2026-12-14T08:00:00Z`, with a fraction and an offset too; nil for anything else.
  public static func read(_ text: String) -> Date? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 40, bytes[10] == 0x54 || bytes[10] == 0x74,
      let day = LocalDate(String(decoding: bytes[..<10], as: UTF8.self)), bytes[13] == 0x3A, bytes[16] == 0x3A
    else { return nil }
    func digits(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      var value = 0
      for byte in bytes[range] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 0x30)
      }
      return value
    }
    guard let hour = digits(11..<13), let minute = digits(14..<16), let second = digits(17..<19), hour < 24,
      minute < 60, second <= 60
    else { return nil }
    var at = 19
    var milliseconds = 0
    if bytes[at] == 0x2E {
      var end = at + 1
      while end < bytes.count, (0x30...0x39).contains(bytes[end]) { end += 1 }
      guard end > at + 1 else { return nil }
      for place in 0..<3 {
        milliseconds =
          milliseconds * 10 + (at + 1 + place < end ? Int(bytes[at + 1 + place] - 0x30) : 0)
      }
      at = end
    }
    var offset = 0
    switch bytes.dropFirst(at).first {
    case 0x5A, 0x7A: guard bytes.count == at + 1 else { return nil }
    case 0x2B, 0x2D:
      guard bytes.count == at + 6, bytes[at + 3] == 0x3A, let hours = digits(at + 1..<at + 3),
        let minutes = digits(at + 4..<at + 6), hours < 24, minutes < 60
      else { return nil }
      offset = (hours * 60 + minutes) * (bytes[at] == 0x2D ? -1 : 1)
    default: return nil
    }
    let seconds = day.daysSinceEpoch * 86_400 + hour * 3600 + (minute - offset) * 60 + second
    return Date(milliseconds: Int64(seconds) * 1000 + Int64(milliseconds))
  }

  /// In UTC, to the second, with milliseconds where there are any.
  public static func write(_ instant: Date) -> String {
    let milliseconds = instant.milliseconds
    let day = Int(milliseconds / 86_400_000) - (milliseconds % 86_400_000 < 0 ? 1 : 0)
    let rest = Int(milliseconds) - day * 86_400_000
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let second = rest / 1000
    var text =
      "\(LocalDate(daysSinceEpoch: day))T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
    if rest % 1000 > 0 {
      let digits = String(rest % 1000)
      text += "." + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
    return text + "Z"
  }
}
