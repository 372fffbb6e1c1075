/// Why a text is not the JSON that was expected. Offsets are in bytes from the start of the text.
public enum JSONFault: Error, Equatable, Sendable {
  /// Another byte than the grammar allows, or the text ends too early.
  case unexpected(at: Int)
  case endOfText
  case tooDeep(at: Int)
  /// NaN, an infinity, or a number too large for a double.
  case notFinite(at: Int)
  /// Invalid UTF-8, a bad escape, or a bare control character.
  case badText(at: Int)
  /// A position that is not two or more numbers, or arrays of unequal depth.
  case badPosition(at: Int)
}

/// Reads JSON (RFC 8259) from memory front to back without building a tree.
///
/// The bytes must stay in place while the scanner is used. Whitespace before each token is skipped.
public struct JSONScanner {
  private let base: UnsafePointer<UInt8>?
  private let end: Int
  /// Bytes read so far.
  public private(set) var position = 0

  public init(_ bytes: UnsafeBufferPointer<UInt8>) {
    base = bytes.baseAddress
    end = bytes.count
  }

  public enum Number: Equatable, Sendable {
    case int(Int)
    case double(Double)
    public var value: Double {
      switch self {
      case .int(let i): Double(i)
      case .double(let d): d
      }
    }
  }

  // MARK: Tokens

  /// The first byte of the next token, not consumed; 0 at the end of the text.
  public mutating func peek() -> UInt8 {
    guard let base else { return 0 }
    while position < end {
      let byte = base[position]
      if byte != 0x20 && byte != 0x0A && byte != 0x0D && byte != 0x09 { return byte }
      position += 1
    }
    return 0
  }

  /// Consumes `byte` if the next token starts with it.
  public mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte, position < end else { return false }
    position += 1
    return true
  }

  public mutating func expect(_ byte: UInt8) throws(JSONFault) {
    if !take(byte) { throw position < end ? .unexpected(at: position) : .endOfText }
  }

  /// True when only whitespace is left.
  public mutating func isAtEnd() -> Bool {
    _ = peek()
    return position >= end
  }

  /// Skips the byte order mark that some editors put before UTF-8.
  public mutating func skipByteOrderMark() {
    if let base, position == 0, end >= 3, base[0] == 0xEF, base[1] == 0xBB, base[2] == 0xBF { position = 3 }
  }

  /// Consumes `true`, `false` or `null`: 1, 0 and -1.
  public mutating func literal() throws(JSONFault) -> Int {
    switch peek() {
    case UInt8(ascii: "t"): return try word("true", 1)
    case UInt8(ascii: "f"): return try word("false", 0)
    case UInt8(ascii: "n"): return try word("null", -1)
    default: throw position < end ? .unexpected(at: position) : .endOfText
    }
  }

  private mutating func word(_ text: StaticString, _ value: Int) throws(JSONFault) -> Int {
    let length = text.utf8CodeUnitCount
    guard let base, end - position >= length else { throw .endOfText }
    for i in 0..<length where base[position + i] != text.utf8Start[i] {
      throw .unexpected(at: position)
    }
    position += length
    return value
  }

  /// Reads an object, giving each member's name; `body` must consume the member's value.
  public mutating func object(
    _ body: (inout JSONScanner, String) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try expect(UInt8(ascii: "{"))
    if take(UInt8(ascii: "}")) { return }
    repeat {
      let name = try string()
      try expect(UInt8(ascii: ":"))
      try body(&self, name)
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"))
  }

  /// Reads an array; `body` must consume one element.
  public mutating func array(
    _ body: (inout JSONScanner) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try expect(UInt8(ascii: "["))
    if take(UInt8(ascii: "]")) { return }
    repeat { try body(&self) } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"))
  }

  // MARK: Strings

  public mutating func string() throws(JSONFault) -> String {
    try expect(UInt8(ascii: "\""))
    guard let base else { throw .endOfText }
    let start = position
    while position < end {
      let byte = base[position]
      if byte == 0x22 {
        let bytes = UnsafeBufferPointer(start: base + start, count: position - start)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .badText(at: start) }
        position += 1
        return text
      }
      if byte == 0x5C { return try escapedString(from: start) }
      if byte < 0x20 { throw .badText(at: position) }
      position += 1
    }
    throw .endOfText
  }

  private mutating func escapedString(from start: Int) throws(JSONFault) -> String {
    guard let base else { throw .endOfText }
    var bytes = [UInt8](UnsafeBufferPointer(start: base + start, count: position - start))
    while position < end {
      let byte = base[position]
      position += 1
      switch byte {
      case 0x22:
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .badText(at: start) }
        return text
      case 0x5C:
        guard position < end else { throw .endOfText }
        let escape = base[position]
        position += 1
        switch escape {
        case 0x22, 0x5C, 0x2F: bytes.append(escape)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "u"):
          let at = position - 2
          var value = try hexUnit()
          if (0xD800..<0xDC00).contains(value), position + 1 < end, base[position] == 0x5C,
            base[position + 1] == UInt8(ascii: "u")
          {
            position += 2
            let low = try hexUnit()
            guard (0xDC00..<0xE000).contains(low) else { throw .badText(at: at) }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
          }
          guard let scalar = Unicode.Scalar(value) else { throw .badText(at: at) }
          bytes.append(contentsOf: UTF8.encode(scalar)!)
        default: throw .badText(at: position - 1)
        }
      case 0..<0x20: throw .badText(at: position - 1)
      default: bytes.append(byte)
      }
    }
    throw .endOfText
  }

  private mutating func hexUnit() throws(JSONFault) -> UInt32 {
    guard let base, end - position >= 4 else { throw .endOfText }
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = base[position]
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: throw .badText(at: position)
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  // MARK: Numbers

  /// Whole numbers without a point or exponent that fit come as `int`.
  public mutating func number() throws(JSONFault) -> Number {
    let first = peek()
    let start = position
    guard let base, start < end else { throw .endOfText }
    // What JavaScript and Python write for numbers that JSON has no form for.
    if first == UInt8(ascii: "N") || first == UInt8(ascii: "I") { throw .notFinite(at: start) }
    var at = start
    let negative = first == UInt8(ascii: "-")
    if negative { at += 1 }
    if negative, at < end, base[at] == UInt8(ascii: "I") { throw .notFinite(at: start) }
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    let integerStart = at
    while at < end, base[at] &- 0x30 < 10 {
      if digits < 19 { mantissa = mantissa &* 10 &+ UInt64(base[at] &- 0x30) }
      if digits > 0 || base[at] != 0x30 { digits += 1 }
      at += 1
    }
    let integerDigits = at - integerStart
    guard integerDigits > 0 else { throw .unexpected(at: at) }
    if integerDigits > 1, base[integerStart] == 0x30 { throw .unexpected(at: integerStart) }
    var isWhole = true
    if at < end, base[at] == UInt8(ascii: ".") {
      isWhole = false
      at += 1
      let fractionStart = at
      while at < end, base[at] &- 0x30 < 10 {
        if digits < 19 {
          mantissa = mantissa &* 10 &+ UInt64(base[at] &- 0x30)
          exponent -= 1
        }
        if digits > 0 || base[at] != 0x30 { digits += 1 }
        at += 1
      }
      guard at > fractionStart else { throw .unexpected(at: at) }
    }
    if at < end, base[at] | 0x20 == UInt8(ascii: "e") {
      isWhole = false
      at += 1
      var negativeExponent = false
      if at < end, base[at] == UInt8(ascii: "-") || base[at] == UInt8(ascii: "+") {
        negativeExponent = base[at] == UInt8(ascii: "-")
        at += 1
      }
      let exponentStart = at
      var value = 0
      while at < end, base[at] &- 0x30 < 10 {
        value = min(100_000, value * 10 + Int(base[at] &- 0x30))
        at += 1
      }
      guard at > exponentStart else { throw .unexpected(at: at) }
      exponent += negativeExponent ? -value : value
    }
    position = at
    if isWhole, digits < 19 { return .int(negative ? -Int(mantissa) : Int(mantissa)) }
    // A mantissa and a power of ten that are both exact give the correctly rounded quotient or product
    // (W. D. Clinger, "How to read floating point numbers accurately", 1990).
    if digits < 19, mantissa <= 1 << 53, abs(exponent) <= 22 {
      let value =
        exponent < 0
        ? Double(mantissa) / Self.powersOfTen[-exponent] : Double(mantissa) * Self.powersOfTen[exponent]
      return .double(negative ? -value : value)
    }
    let text = String(decoding: UnsafeBufferPointer(start: base + start, count: at - start), as: UTF8.self)
    guard let value = Double(text) else { throw .unexpected(at: start) }
    guard value.isFinite else { throw .notFinite(at: start) }
    return .double(value)
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
    1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  // MARK: Values

  /// Consumes any value, checking its grammar.
  public mutating func skipValue(depth: Int) throws(JSONFault) {
    guard depth > 0 else { throw .tooDeep(at: position) }
    switch peek() {
    case UInt8(ascii: "{"):
      try object { (scanner, _) throws(JSONFault) in try scanner.skipValue(depth: depth - 1) }
    case UInt8(ascii: "["):
      try array { (scanner) throws(JSONFault) in try scanner.skipValue(depth: depth - 1) }
    case UInt8(ascii: "\""): _ = try string()
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): _ = try literal()
    default: _ = try number()
    }
  }

  /// Reads the value of a GeoJSON `coordinates` member, whatever the geometry type turns out to be.
  public mutating func coordinates() throws(JSONFault) -> JSONCoordinates {
    var result = JSONCoordinates()
    var level = 0
    guard peek() == UInt8(ascii: "[") else { throw .badPosition(at: position) }
    repeat {
      if take(UInt8(ascii: "[")) {
        level += 1
        guard level <= 4 else { throw .tooDeep(at: position - 1) }
        let byte = peek()
        if byte == UInt8(ascii: "[") { continue }
        if byte == UInt8(ascii: "]") {
          if result.depth == 0 {
            guard level == 1 else { throw .badPosition(at: position) }
          } else if level == result.depth {
            throw .badPosition(at: position)
          }
        } else {
          if result.depth == 0 { result.depth = level }
          guard level == result.depth else { throw .badPosition(at: position) }
          try result.append(&self)
        }
      } else {
        throw position < end ? .badPosition(at: position) : .endOfText
      }
      while level > 0, take(UInt8(ascii: "]")) {
        result.close(level)
        level -= 1
      }
      if level > 0 { try expect(UInt8(ascii: ",")) }
    } while level > 0
    return result
  }
}

/// The numbers of a GeoJSON geometry, flat, with the ends of its rings and polygons.
public struct JSONCoordinates: Sendable {
  /// 1 for a position, 2 for a line or points, 3 for rings or lines, 4 for polygons, 0 for `[]`.
  public fileprivate(set) var depth = 0
  /// First and second number of each position; further ones (altitude) are dropped.
  public fileprivate(set) var xs: [Double] = []
  public fileprivate(set) var ys: [Double] = []
  /// For each ring (array of positions) the position after its last number.
  public fileprivate(set) var ringEnds: [Int] = []
  /// For each polygon (array of rings) the ring after its last.
  public fileprivate(set) var polygonEnds: [Int] = []

  fileprivate mutating func append(_ scanner: inout JSONScanner) throws(JSONFault) {
    func part(_ scanner: inout JSONScanner) throws(JSONFault) -> Double {
      switch scanner.peek() {
      case UInt8(ascii: "-"), 0x30...0x39, UInt8(ascii: "N"), UInt8(ascii: "I"):
        return try scanner.number().value
      default: throw .badPosition(at: scanner.position)
      }
    }
    xs.append(try part(&scanner))
    guard scanner.take(UInt8(ascii: ",")) else { throw .badPosition(at: scanner.position) }
    ys.append(try part(&scanner))
    while scanner.take(UInt8(ascii: ",")) { _ = try part(&scanner) }
    guard scanner.peek() == UInt8(ascii: "]") else { throw .badPosition(at: scanner.position) }
  }

  fileprivate mutating func close(_ level: Int) {
    if level == depth - 1 { ringEnds.append(xs.count) }
    if level == depth - 2 { polygonEnds.append(ringEnds.count) }
  }
}
