import ArgumentParser
import CRM
import Foundation
import Geo
import Planning

/// How much of a list is printed. A list that stops says so.
struct ListLimit: ParsableArguments {
  @Option(help: "Most rows.") var limit = 50

  func validate() throws { try Self.check(limit) }

  static func check(_ limit: Int) throws {
    guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is 1 … 1000000") }
  }

  /// What stands below a list that stops; nil below a whole one.
  static func note(shown: Int, of total: Int) -> String? {
    shown < total ? "\(shown) of \(total) shown, --limit \(total) shows all" : nil
  }
}

/// Readers for option values as people write them. All throw `ValidationError`: a value that cannot be read is
/// wrong usage.
enum OptionValue {
  /// `30m`, `5h`, `1h30m`, `90s`.
  @Sendable static func seconds(_ text: String) throws -> Seconds {
    let milliseconds = try milliseconds(text)
    guard milliseconds % 1000 == 0 else { throw ValidationError("\"\(text)\" is no whole number of seconds") }
    return Seconds(milliseconds / 1000)
  }

  /// As ``seconds(_:)``, and `200ms`.
  @Sendable static func milliseconds(_ text: String) throws -> Int {
    let failure = ValidationError("\"\(text)\" is no duration: write 30m, 5h, 1h30m, 90s or 200ms")
    var total = 0
    var digits = ""
    var unit = ""
    func add() throws {
      let factor: Int? =
        switch unit {
        case "ms": 1
        case "s": 1000
        case "m", "min": 60_000
        case "h": 3_600_000
        default: nil
        }
      guard let factor, let number = Int(digits), number <= 1_000_000 else { throw failure }
      total += number * factor
      digits = ""
      unit = ""
    }
    for scalar in text.unicodeScalars {
      if ("0"..."9").contains(scalar) {
        if !unit.isEmpty { try add() }
        digits.unicodeScalars.append(scalar)
      } else {
        unit.unicodeScalars.append(scalar)
      }
    }
    try add()
    return total
  }

  /// `09:00-18:00`.
  @Sendable static func hours(_ text: String) throws -> PlanRequest.Hours {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let start = clock(parts[0]), let end = clock(parts[1]) else {
      throw ValidationError("\"\(text)\" are no hours: write 09:00-18:00")
    }
    return PlanRequest.Hours(start: start, end: end)
  }

  /// `12:00-14:00/45m`.
  @Sendable static func lunch(_ text: String) throws -> PlanRequest.Lunch {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw ValidationError("\"\(text)\" is no lunch: write 12:00-14:00/45m")
    }
    return PlanRequest.Lunch(window: try hours(String(parts[0])), length: try seconds(String(parts[1])))
  }

  @Sendable static func date(_ text: String) throws -> LocalDate {
    guard let date = LocalDate(text) else {
      throw ValidationError("\"\(text)\" is no date: write YYYY-MM-DD")
    }
    return date
  }

  /// Comma-separated words without empty ones. An option that is given names at least one: an empty variable of a
  /// script must not turn a filter off.
  static func list(_ texts: [String], option: String) throws -> [String] {
    try texts.flatMap { text in
      let words = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty }
      guard !words.isEmpty else {
        throw ValidationError("\(option) is empty: name at least one, or leave the option out")
      }
      return words
    }
  }

  /// A name a person gives: not empty.
  static func name(_ text: String, option: String) throws -> String {
    let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !name.isEmpty else { throw ValidationError("\(option) is empty: give a name") }
    return name
  }

  /// Raw values of an enumeration, comma-separated.
  static func cases<Value: RawRepresentable & CaseIterable>(
    _ texts: [String], option: String, of: Value.Type
  ) throws -> [Value] where Value.RawValue == String {
    try list(texts, option: option).map { text in
      guard let value = Value(rawValue: text) else {
        let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\"\(text)\" is no value of \(option): use \(known)")
      }
      return value
    }
  }

  /// ISO 3166-1 alpha-2 of a code or a country's name.
  @Sendable static func country(_ text: String) throws -> String {
    if let code = CountryCode.find(text) { return code }
    let near = CountryCode.near(text)
    throw ValidationError(
      "\"\(text)\" is no country: "
        + (near.isEmpty
          ? "write a code such as BY, or a name" : "did you mean \(near.joined(separator: ", "))?"))
  }

  /// Seconds after midnight of `09:00`; 24:00 is the latest.
  static func clock(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
      let hours = Int(parts[0]), let minutes = Int(parts[1]), (0...24).contains(hours),
      (0..<60).contains(minutes), hours < 24 || minutes == 0
    else { return nil }
    return hours * 3600 + minutes * 60
  }
}
