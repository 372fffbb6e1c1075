import Foundation

/// Reads what mappers write into values.
enum TagText {
  /// Without white space at both ends.
  static func trimmed(_ text: Substring) -> String {
    let bytes = text.utf8
    var (start, end) = (bytes.startIndex, bytes.endIndex)
    while start < end, bytes[start] <= 32 { start = bytes.index(after: start) }
    while start < end, bytes[bytes.index(before: end)] <= 32 { end = bytes.index(before: end) }
    return String(text[start..<end])
  }

  static func trimmed(_ text: String) -> String {
    guard let first = text.utf8.first, let last = text.utf8.last else { return text }
    return first > 32 && last > 32 ? text : trimmed(text[...])
  }

  /// The number at the beginning and what follows it.
  static func leadingNumber(
    _ text: String, commaIsPoint: Bool = false
  ) -> (number: Double, rest: Substring)? {
    leadingNumber(text[...], commaIsPoint: commaIsPoint)
  }

  static func leadingNumber(
    _ text: Substring, commaIsPoint: Bool = false
  ) -> (number: Double, rest: Substring)? {
    let bytes = text.utf8
    var index = bytes.startIndex
    while index < bytes.endIndex, bytes[index] == 32 { index = bytes.index(after: index) }
    var number = 0.0
    var unit = 0.0
    var hasDigits = false
    while index < bytes.endIndex {
      let byte = bytes[index]
      if byte &- 48 < 10 {
        hasDigits = true
        if unit == 0 {
          number = number * 10 + Double(byte - 48)
        } else {
          number += Double(byte - 48) * unit
          unit /= 10
        }
      } else if unit == 0, hasDigits,
        byte == UInt8(ascii: ".") || (commaIsPoint && byte == UInt8(ascii: ","))
      {
        unit = 0.1
      } else {
        break
      }
      index = bytes.index(after: index)
    }
    return hasDigits && number.isFinite ? (number, text[index...]) : nil
  }

  /// Seconds of a `duration`: `1:30`, `1:30:00`, minutes, `90 min`, ISO 8601 (`PT1H30M`).
  /// Nil when it cannot be read, is not positive, or is longer than 30 days.
  static func duration(_ text: String) -> Double? {
    let trimmed = trimmed(text)
    let seconds: Double? =
      if trimmed.utf8.contains(UInt8(ascii: ":")) {
        clock(trimmed)
      } else {
        units(trimmed)
      }
    guard let seconds, seconds > 0, seconds <= 30 * 86400 else { return nil }
    return max(seconds, 1)
  }

  private static func clock(_ text: String) -> Double? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 3 else { return nil }
    var seconds = 0.0
    for (part, unit) in zip(parts, [3600.0, 60, 1]) {
      guard let (number, rest) = leadingNumber(part), rest.isEmpty else { return nil }
      seconds += number * unit
    }
    return seconds
  }

  private static func units(_ text: String) -> Double? {
    var rest = text[...]
    let isISO = rest.utf8.first == UInt8(ascii: "P")
    if isISO { rest = rest.dropFirst() }
    var isTime = !isISO
    var seconds = 0.0
    var hasNumber = false
    while true {
      rest = rest.drop { $0 == " " }
      if isISO, !isTime, rest.utf8.first == UInt8(ascii: "T") {
        isTime = true
        rest = rest.dropFirst()
      }
      if rest.isEmpty { return hasNumber ? seconds : nil }
      guard let (number, after) = leadingNumber(rest, commaIsPoint: true) else { return nil }
      hasNumber = true
      let word = after.drop { $0 == " " }.prefix { $0.isLetter && (!isISO || $0 != "T") }
      rest = after.drop { $0 == " " }.dropFirst(word.count)
      switch (word.lowercased(), isTime) {
      case ("d", _), ("day", true), ("days", true): seconds += number * 86400
      case ("w", false): seconds += number * 604_800
      case ("h", true), ("hour", true), ("hours", true): seconds += number * 3600
      case ("m", true), ("min", true), ("minute", true), ("minutes", true): seconds += number * 60
      case ("s", true), ("sec", true), ("seconds", true): seconds += number
      case ("", true) where !isISO: seconds += number * 60
      default: return nil
      }
    }
  }

  /// A text for people: trimmed, NFC.
  static func shown(_ text: String?) -> String {
    guard let text else { return "" }
    let trimmed = trimmed(text)
    // Letters of these two ranges are composed already; checking bytes is cheaper than composing every name.
    let isComposed = trimmed.utf8.allSatisfy { byte in
      byte < 0xCC || byte == 0xD0 || byte == 0xD1
    }
    return isComposed ? trimmed : trimmed.precomposedStringWithCanonicalMapping
  }
}
