import Kernels

/// A JSON value with the arrays of whole numbers, which matrices are, kept flat.
enum FleetJSON {
  case null
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case text(String)
  case integers([Int])
  case array([FleetJSON])
  case object([String: FleetJSON])

  /// The most levels of arrays and objects.
  static let depth = 24

  var kind: String {
    switch self {
    case .null: "null"
    case .bool: "true or false"
    case .integer: "a whole number"
    case .real: "a number with a fraction or too many digits"
    case .text: "a text"
    case .integers, .array: "an array"
    case .object: "an object"
    }
  }

  /// - Throws: ``FleetInputError`` of the kinds `notJSON` and `givenTwice`.
  static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(FleetInputError) -> FleetJSON {
    var scanner = JSONScanner(bytes)
    scanner.skipByteOrderMark()
    try refuseOtherFormats(&scanner, bytes)
    var doubled: String?
    do {
      let value = try value(&scanner, depth, &doubled)
      guard scanner.isAtEnd() else { throw JSONFault.unexpected(at: scanner.position) }
      if let doubled {
        throw FleetInputError(
          .givenTwice, at: "", "an object has the member \"\(doubled)\" twice", hint: "keep one of them")
      }
      return value
    } catch let error as FleetInputError {
      throw error
    } catch {
      throw FleetInputError(
        .notJSON, at: "", describe(error as? JSONFault ?? .endOfText),
        hint: "give a JSON object with vehicles, jobs or shipments, and matrices")
    }
  }

  /// A text of another format is told as what it is, not by the first of its letters that JSON has no use for.
  private static func refuseOtherFormats(
    _ scanner: inout JSONScanner, _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(FleetInputError) {
    let first = scanner.peek()
    let start = scanner.position
    guard start < bytes.count, !"{[\"-0123456789tfn".utf8.contains(first) else { return }
    let line = 1 + bytes[..<start].filter { $0 == UInt8(ascii: "\n") }.count
    let word = bytes[start...].prefix(20).prefix { $0 >= 0x20 }
    throw FleetInputError(
      .notJSON, at: "",
      "line \(line): the file is no JSON, it begins with \"\(String(decoding: word, as: UTF8.self))\"",
      hint: "give VROOM's JSON input, or another --format: "
        + InstanceFormat.allCases.filter { $0 != .vroom }.map(\.rawValue).joined(separator: ", "))
  }

  private static func describe(_ fault: JSONFault) -> String {
    switch fault {
    case .unexpected(let at): "the text is not JSON at byte \(at)"
    case .endOfText: "the JSON text ends too early"
    case .tooDeep(let at): "more than \(depth) levels of arrays and objects at byte \(at)"
    case .notFinite(let at): "the number at byte \(at) is not finite"
    case .badText(let at): "the text at byte \(at) has a bad escape or is not UTF-8"
    case .badPosition(let at): "the position at byte \(at) is none"
    }
  }

  private static func value(
    _ scanner: inout JSONScanner, _ depth: Int, _ doubled: inout String?
  ) throws(JSONFault) -> FleetJSON {
    guard depth > 0 else { throw .tooDeep(at: scanner.position) }
    switch scanner.peek() {
    case UInt8(ascii: "{"): return try object(&scanner, depth, &doubled)
    case UInt8(ascii: "["): return try array(&scanner, depth, &doubled)
    case UInt8(ascii: "\""): return .text(try scanner.string())
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try scanner.literal() == 1)
    case UInt8(ascii: "n"):
      _ = try scanner.literal()
      return .null
    default: return number(try scanner.number())
    }
  }

  private static func object(
    _ scanner: inout JSONScanner, _ depth: Int, _ doubled: inout String?
  ) throws(JSONFault) -> FleetJSON {
    var members: [String: FleetJSON] = [:]
    var twice: String?
    try scanner.object { (scanner, name) throws(JSONFault) in
      var inner: String?
      let value = try value(&scanner, depth - 1, &inner)
      if members.updateValue(value, forKey: name) != nil { twice = twice ?? name }
      twice = twice ?? inner
    }
    doubled = doubled ?? twice
    return .object(members)
  }

  private static func array(
    _ scanner: inout JSONScanner, _ depth: Int, _ doubled: inout String?
  ) throws(JSONFault) -> FleetJSON {
    var integers: [Int] = []
    var values: [FleetJSON] = []
    var flat = true
    var twice: String?
    try scanner.array { (scanner) throws(JSONFault) in
      let value = try value(&scanner, depth - 1, &twice)
      if flat, case .integer(let number) = value {
        integers.append(number)
      } else {
        if flat {
          values = integers.map { .integer($0) }
          flat = false
        }
        values.append(value)
      }
    }
    doubled = doubled ?? twice
    return flat ? .integers(integers) : .array(values)
  }

  /// Whole numbers count as such however they are written: `300.0` is 300.
  private static func number(_ number: JSONScanner.Number) -> FleetJSON {
    switch number {
    case .int(let value): return .integer(value)
    case .double(let value):
      return value.rounded() == value && abs(value) < 1e15 ? .integer(Int(value)) : .real(value)
    }
  }
}
