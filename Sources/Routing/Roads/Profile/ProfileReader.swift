import Foundation

/// A JSON value.
enum ProfileValue: Decodable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([ProfileValue])
  case object([String: ProfileValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([ProfileValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: ProfileValue].self))
    }
  }
}

/// Reads profile data and knows at which place of it, so that every error names the place.
struct ProfileReader {
  let value: ProfileValue
  let path: String

  init(_ data: Data) throws {
    do {
      value = try JSONDecoder().decode(ProfileValue.self, from: data)
      path = ""
    } catch DecodingError.dataCorrupted(let context) {
      let cause = context.underlyingError.map { ($0 as NSError).userInfo["NSDebugDescription"] ?? $0 }
      throw RoadProfileError.notJSON(cause.map { "\($0)" } ?? context.debugDescription)
    } catch {
      throw RoadProfileError.notJSON("\(error)")
    }
  }

  private init(_ value: ProfileValue, _ path: String) {
    self.value = value
    self.path = path
  }

  private func wanted(_ what: String) -> RoadProfileError {
    .value(path: path.isEmpty ? "(the whole)" : path, wanted: what)
  }

  private func inside(_ key: String) -> String { path.isEmpty ? key : path + "." + key }

  /// Refuses members that are not `known`: a misspelt key would silently do nothing.
  func knowing(_ known: String...) throws -> ProfileReader {
    guard case .object(let members) = value else { throw wanted("an object") }
    if let odd = members.keys.filter({ !known.contains($0) }).min() {
      throw RoadProfileError.unknownKey(path: inside(odd), known: known)
    }
    return self
  }

  func optional(_ key: String) throws -> ProfileReader? {
    guard case .object(let members) = value else { throw wanted("an object") }
    return members[key].map { ProfileReader($0, inside(key)) }
  }

  func callAsFunction(_ key: String) throws -> ProfileReader {
    guard let member = try optional(key) else { throw RoadProfileError.missing(path: inside(key)) }
    return member
  }

  /// Members in the order of their keys.
  var members: [(key: String, value: ProfileReader)] {
    get throws {
      guard case .object(let members) = value else { throw wanted("an object") }
      return members.sorted { $0.key < $1.key }.map { ($0.key, ProfileReader($0.value, inside($0.key))) }
    }
  }

  var elements: [ProfileReader] {
    get throws {
      guard case .array(let elements) = value else { throw wanted("a list") }
      return elements.enumerated().map { ProfileReader($1, "\(path)[\($0)]") }
    }
  }

  var string: String {
    get throws {
      guard case .string(let text) = value, !text.isEmpty else { throw wanted("a text that is not empty") }
      return text
    }
  }

  var bool: Bool {
    get throws {
      guard case .bool(let flag) = value else { throw wanted("true or false") }
      return flag
    }
  }

  func number(_ range: ClosedRange<Double>) throws -> Double {
    guard case .number(let number) = value, range.contains(number) else {
      throw wanted("a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func word<Value>(of words: [String: Value]) throws -> Value {
    guard case .string(let text) = value, let known = words[text] else {
      throw wanted("one of " + words.keys.sorted().joined(separator: ", "))
    }
    return known
  }

  var strings: [String] {
    get throws { try elements.map { try $0.string } }
  }

  /// Numbers by tag value.
  func numbers(_ range: ClosedRange<Double>) throws -> [String: Double] {
    try Dictionary(uniqueKeysWithValues: members.map { ($0.key, try $0.value.number(range)) })
  }
}
