/// One number of an instance file, exact: `digits / 10^decimals`.
struct DecimalNumber: Equatable {
  var digits: Int
  var decimals: Int

  /// Reads `-12`, `3.50`, `+4.`, `1e3`; nil for anything else or more than 15 significant digits.
  init?(_ word: Substring.UTF8View) {
    var value = 0
    var places = 0
    var length = 0
    var negative = false
    var inFraction = false
    var rest = word.makeIterator()
    var next = rest.next()
    if next == 0x2D || next == 0x2B {
      negative = next == 0x2D
      next = rest.next()
    }
    while let byte = next, byte != 0x65, byte != 0x45 {
      if byte == 0x2E, !inFraction {
        inFraction = true
      } else if (0x30...0x39).contains(byte), value < 100_000_000_000_000, places < 15 {
        value = value * 10 + Int(byte - 0x30)
        length += 1
        if inFraction { places += 1 }
      } else {
        return nil
      }
      next = rest.next()
    }
    guard length > 0 else { return nil }
    while places > 0, value % 10 == 0 {
      value /= 10
      places -= 1
    }
    if next != nil {
      guard let power = DecimalNumber.exponent(&rest) else { return nil }
      places -= power
    }
    while places < 0 {
      guard value < 100_000_000_000_000 else { return nil }
      value *= 10
      places += 1
    }
    guard places <= 15 else { return nil }
    digits = negative ? -value : value
    decimals = places
  }

  private static func exponent(_ rest: inout Substring.UTF8View.Iterator) -> Int? {
    var text = ""
    while let byte = rest.next(), text.utf8.count < 4 { text.append(Character(UnicodeScalar(byte))) }
    guard let power = Int(text), abs(power) <= 15 else { return nil }
    return power
  }

  /// The value times 10^`places`; nil where that is no whole number or does not fit 2⁵⁰.
  func scaled(_ places: Int) -> Int? {
    guard places >= decimals else { return nil }
    var value = digits
    for _ in decimals..<places {
      guard abs(value) < 1 << 46 else { return nil }
      value *= 10
    }
    return abs(value) <= 1 << 50 ? value : nil
  }

  var double: Double {
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    return Double(digits) / power
  }
}

/// A line of numbers with its number in the file, counted from 1.
struct NumberLine {
  var line: Int
  var numbers: [DecimalNumber]

  /// Lines that hold something; `#` starts a comment, and bytes between numbers are blanks, tabs or commas.
  static func read(_ text: String) throws(InstanceFileError) -> [NumberLine] {
    var lines: [NumberLine] = []
    for (index, line) in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      var numbers: [DecimalNumber] = []
      let body = line.prefix { $0 != 0x23 }
      for word in body.split(whereSeparator: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x2C }) {
        guard let number = DecimalNumber(word) else {
          let shown = String(decoding: word.prefix(20), as: UTF8.self)
          throw .format(line: index + 1, reason: "\"\(shown)\" is no number")
        }
        numbers.append(number)
      }
      if !numbers.isEmpty { lines.append(NumberLine(line: index + 1, numbers: numbers)) }
    }
    return lines
  }

  func whole(_ column: Int, _ what: String, _ range: ClosedRange<Int>) throws(InstanceFileError) -> Int {
    guard column < numbers.count else {
      throw .format(line: line, reason: "\(what) is missing")
    }
    guard let value = numbers[column].scaled(0), range.contains(value) else {
      throw .format(
        line: line, reason: "\(what) must be a whole number of \(range.lowerBound) … \(range.upperBound)")
    }
    return value
  }
}
