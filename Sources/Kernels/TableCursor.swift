/// Walks over the lines and tab-parted columns of a table in memory.
public struct TableCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  /// Line just read, from 1.
  public private(set) var line = 0

  public init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Puts the column ranges of the next line into `columns`; false at the end. Empty lines are passed over.
  public mutating func next(_ columns: inout [Range<Int>]) -> Bool {
    columns.removeAll(keepingCapacity: true)
    while position < bytes.count {
      line += 1
      var start = position
      var i = position
      while i < bytes.count, bytes[i] != 10 {
        if bytes[i] == 9 {
          columns.append(start..<i)
          start = i + 1
        }
        i += 1
      }
      position = i + 1
      var end = i
      if end > start, bytes[end - 1] == 13 { end -= 1 }
      if columns.isEmpty && end == start { continue }
      columns.append(start..<end)
      return true
    }
    return false
  }

  public func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: bytes[range])
  }

  public func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// A plain decimal number such as `-12.345`; nil for anything else.
  public func number(_ range: Range<Int>) -> Double? {
    var i = range.lowerBound
    guard i < range.upperBound else { return nil }
    let negative = bytes[i] == UInt8(ascii: "-")
    if negative { i += 1 }
    var mantissa: Int64 = 0
    var scale = 1.0
    var digits = 0
    var fraction = false
    while i < range.upperBound {
      let c = bytes[i]
      if c == UInt8(ascii: "."), !fraction {
        fraction = true
      } else if c >= 0x30, c <= 0x39, digits < 17 {
        mantissa = mantissa * 10 + Int64(c - 0x30)
        digits += 1
        if fraction { scale *= 10 }
      } else {
        return nil
      }
      i += 1
    }
    guard digits > 0 else { return nil }
    return (negative ? -Double(mantissa) : Double(mantissa)) / scale
  }
}
