import CRM
import Foundation
import Geo

/// A value of a request's body with its path, read by what it must be.
struct RequestField: Sendable {
  let value: JSONValue
  let path: String

  init(_ value: JSONValue, path: String = "") {
    self.value = value
    self.path = path
  }

  func fault(_ detail: String, hint: String) -> APIError {
    .badField(path: path.isEmpty ? "body" : path, detail: detail, hint: hint)
  }

  private func wanted(_ what: String) -> APIError {
    fault("expected \(what), found \(value.kind)", hint: "give \(what)")
  }

  /// The members of an object that has no others than these.
  func object(_ known: [String]) throws -> RequestObject {
    guard case .object(let members) = value else { throw wanted("an object") }
    var fields: [String: RequestField] = [:]
    for member in members {
      guard known.contains(member.name) else {
        throw RequestField(member.value, path: below(member.name)).fault(
          "there is no such member", hint: "known: " + known.joined(separator: ", "))
      }
      guard fields[member.name] == nil else {
        throw RequestField(member.value, path: below(member.name)).fault(
          "the member stands twice", hint: "give it once")
      }
      fields[member.name] = RequestField(member.value, path: below(member.name))
    }
    return RequestObject(fields: fields, path: path)
  }

  private func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  var isNull: Bool { value == .null }

  /// - Parameter limit: most elements.
  func array(limit: Int) throws -> [RequestField] {
    guard case .array(let values) = value else { throw wanted("an array") }
    guard values.count <= limit else {
      throw fault("\(values.count) elements, at most \(limit) are taken", hint: "send less at once")
    }
    return values.enumerated().map { RequestField($1, path: "\(path)[\($0)]") }
  }

  /// Text of so many Unicode scalars in NFC, without the control characters that no field has a use for.
  func text(_ length: ClosedRange<Int>, lines: Bool = false) throws -> String {
    guard case .string(let given) = value else { throw wanted("a text") }
    let text = TextFolding.composed(given)
    for scalar in text.unicodeScalars where scalar.properties.generalCategory == .control {
      guard lines, scalar == "\n" || scalar == "\t" else {
        throw fault(
          "the text holds a control character (U+\(String(scalar.value, radix: 16, uppercase: true)))",
          hint: "leave it out")
      }
    }
    let count = text.unicodeScalars.count
    guard length.contains(count) else {
      throw fault(
        count < length.lowerBound
          ? "the text is too short: \(count) of at least \(length.lowerBound) characters"
          : "the text is too long: \(count) of at most \(length.upperBound) characters",
        hint: "give \(length.lowerBound) to \(length.upperBound) characters")
    }
    if length.lowerBound > 0, text.unicodeScalars.allSatisfy(\.properties.isWhitespace) {
      throw fault("the text is blank", hint: "give \(length.lowerBound) to \(length.upperBound) characters")
    }
    return text
  }

  func bool() throws -> Bool {
    guard case .bool(let flag) = value else { throw wanted("true or false") }
    return flag
  }

  func integer(_ range: ClosedRange<Int>) throws -> Int {
    let number: Int
    switch value {
    case .int(let int): number = int
    case .double(let double) where double == double.rounded() && abs(double) < 1e15: number = Int(double)
    default: throw wanted("a whole number")
    }
    guard range.contains(number) else {
      throw fault(
        "\(number) is out of range", hint: "give \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func number(_ range: ClosedRange<Double>) throws -> Double {
    guard let number = value.number else { throw wanted("a number") }
    guard range.contains(number) else {
      throw fault(
        "\(number) is out of range", hint: "give \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// One of an enumeration's raw values.
  func choice<E: RawRepresentable & CaseIterable>(_ type: E.Type = E.self) throws -> E
  where E.RawValue == String {
    let names = E.allCases.map(\.rawValue).joined(separator: ", ")
    guard case .string(let text) = value, let found = E(rawValue: text) else {
      throw fault("\(value.told) is none of: \(names)", hint: "give one of: \(names)")
    }
    return found
  }

  func id<E>(_ entity: Identifier<E>.Type = Identifier<E>.self) throws -> Identifier<E> {
    guard case .string(let text) = value, let id = Identifier<E>(text) else {
      throw fault("\(value.told) is no identifier", hint: "give the 36 characters of an id")
    }
    return id
  }

  func date() throws -> LocalDate {
    guard case .string(let text) = value, let date = LocalDate(text) else {
      throw fault("\(value.told) is no date", hint: "write 2026-06-01")
    }
    return date
  }

  /// An instant in the form of RFC 3339.
  func instant() throws -> Date {
    guard case .string(let text) = value, let instant = Instant.parse(text) else {
      throw fault("\(value.told) is no instant", hint: "write 2026-06-01T09:30:00Z")
    }
    return instant
  }

  /// An instant of something that has happened; the clocks of two computers may be five minutes apart.
  func past(_ now: Date, hint: String) throws -> Date {
    let at = try instant()
    guard at <= now.addingTimeInterval(300) else { throw fault("it lies in the future", hint: hint) }
    return at
  }

  /// `{"latitude":…,"longitude":…}`.
  func coordinate() throws -> Coordinate {
    let object = try object(["latitude", "longitude"])
    let latitude = try object.required("latitude").number(-90...90)
    let longitude = try object.required("longitude").number(-180...180)
    return Coordinate(trustedLatitude: latitude, longitude: longitude)
  }

  /// A value that knows its own JSON form.
  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    do {
      return try JSONDecoder().decode(type, from: Data(value.bytes))
    } catch let error as DecodingError {
      throw APIError.badField(
        path: path.isEmpty ? "body" : path, detail: DecodingText.detail(error),
        hint: "the document of the API shows its form")
    }
  }
}

/// The members of an object in a request's body.
struct RequestObject: Sendable {
  let fields: [String: RequestField]
  let path: String

  /// The member; nil when it is absent.
  subscript(name: String) -> RequestField? { fields[name] }

  /// The member; nil when it is absent or null.
  func value(_ name: String) -> RequestField? {
    fields[name].flatMap { $0.isNull ? nil : $0 }
  }

  func required(_ name: String) throws -> RequestField {
    guard let field = fields[name] else {
      throw APIError.badField(
        path: path.isEmpty ? name : "\(path).\(name)", detail: "the member is missing", hint: "give it")
    }
    return field
  }
}

extension JSONValue {
  /// What kind of value it is, in words.
  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .int, .double: "a number"
    case .string: "a text"
    case .array: "an array"
    case .object: "an object"
    case .written: "JSON"
    }
  }

  /// The value as it may stand in a message: short, in quotes when a text.
  var told: String {
    guard case .string(let text) = self else { return kind }
    let short = text.unicodeScalars.prefix(40)
    return
      "\"\(String(String.UnicodeScalarView(short)))\(short.count < text.unicodeScalars.count ? "…" : "")\""
  }

  /// As it is written.
  var json: String { String(decoding: bytes, as: UTF8.self) }

  static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
  static func optional(_ number: Int?) -> JSONValue { number.map { .int($0) } ?? .null }
  static func optional(_ number: Double?) -> JSONValue { number.map { .double($0) } ?? .null }
  static func optional(_ instant: Date?) -> JSONValue { instant.map { .string(Instant.text($0)) } ?? .null }
  static func instant(_ instant: Date) -> JSONValue { .string(Instant.text(instant)) }
  static func texts(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map { .string($0) }) }
  static func id<E>(_ id: Identifier<E>) -> JSONValue { .string(id.description) }
  static func optional<E>(_ id: Identifier<E>?) -> JSONValue { id.map { .string($0.description) } ?? .null }

  /// Anything that has a JSON form of its own.
  static func encoding(_ value: some Encodable) throws -> JSONValue {
    try JSONValue(parsing: [UInt8](JSONEncoder().encode(value)))
  }
}

/// Instants as RFC 3339 in UTC with milliseconds where there are any.
enum Instant {
  static func text(_ date: Date) -> String {
    let milliseconds = Int((date.timeIntervalSince1970 * 1000).rounded())
    let seconds = milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    let rest = milliseconds - seconds * 1000
    let text = JSONOutput.time(Date(timeIntervalSince1970: TimeInterval(seconds)), in: .gmt)
    guard rest > 0 else { return text }
    let digits = String(1000 + rest).dropFirst()
    return text.dropLast() + ".\(digits)Z"
  }

  static func parse(_ text: String) -> Date? {
    guard (20...40).contains(text.utf8.count) else { return nil }
    let whole = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
    let parts = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    // The format style takes the offsets that zones have; RFC 3339 takes all up to 23:59.
    var (local, offset) = (text, 0)
    if let match = text.wholeMatch(of: /(.+)([+-])([01][0-9]|2[0-3]):([0-5][0-9])/),
      let hours = Int(match.3), let minutes = Int(match.4)
    {
      local = match.1 + "Z"
      offset = (hours * 3600 + minutes * 60) * (match.2 == "+" ? 1 : -1)
    }
    guard let date = (try? whole.parse(local)) ?? (try? parts.parse(local)) else { return nil }
    let seconds = date.timeIntervalSince1970 - Double(offset)
    guard (-62_135_596_800...253_402_300_799).contains(seconds) else { return nil }
    return rounded(Date(timeIntervalSince1970: seconds))
  }

  /// To the millisecond, as the database keeps it.
  static func rounded(_ date: Date) -> Date {
    Date(timeIntervalSince1970: (date.timeIntervalSince1970 * 1000).rounded() / 1000)
  }
}

/// What is wrong with JSON that a type does not take, without the decoder's own words for types.
enum DecodingText {
  static func detail(_ error: DecodingError) -> String {
    func at(_ path: [any CodingKey]) -> String {
      let text = path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
      return text.isEmpty ? "" : "\(text): "
    }
    return switch error {
    case .keyNotFound(let key, let context): at(context.codingPath) + "\"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      at(context.codingPath) + "a value of another kind is needed"
    case .dataCorrupted(let context): at(context.codingPath) + context.debugDescription
    @unknown default: "it cannot be read"
    }
  }
}
