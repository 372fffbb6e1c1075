import Foundation

/// Folding of names to comparison keys, on raw UTF-8.
///
/// A key is lower case, without accents, with every run of punctuation turned into one space and apostrophes
/// removed, so that `Motal’`, `MOTAL'` and `motal` share one key. Cyrillic ё folds to е, й to и, ў to у.
public enum TextFold {
  /// Appends the key of `bytes` to `output`. Broken UTF-8 counts as punctuation; nothing traps.
  /// One pass; about 10 ns a byte.
  public static func fold(_ bytes: UnsafeBufferPointer<UInt8>, into output: inout [UInt8]) {
    let table = FoldTable.shared
    let start = output.count
    var pendingSpace = false
    var i = 0
    let count = bytes.count
    while i < count {
      let first = bytes[i]
      if first < 0x80 {
        i += 1
        let folded = table.ascii[Int(first)]
        if folded == 0 {
          pendingSpace = true
        } else if folded != 1 {
          if pendingSpace && output.count > start { output.append(0x20) }
          pendingSpace = false
          output.append(folded)
        }
        continue
      }
      let (scalar, length) = decode(bytes, at: i)
      i += length
      let range = table.range(of: scalar)
      switch range.kind {
      case .separator: pendingSpace = true
      case .ignored: break
      case .text:
        if pendingSpace && output.count > start { output.append(0x20) }
        pendingSpace = false
        output.append(contentsOf: table.bytes[range.start..<range.end])
      case .other(let replacement):
        if pendingSpace && output.count > start { output.append(0x20) }
        pendingSpace = false
        output.append(contentsOf: replacement)
      }
    }
  }

  /// The key of a string, as bytes.
  public static func fold(_ text: String) -> [UInt8] {
    var output: [UInt8] = []
    var text = text
    text.withUTF8 { bytes in
      output.reserveCapacity(bytes.count)
      fold(bytes, into: &output)
    }
    return output
  }

  /// One scalar and its length in bytes; U+FFFD of length 1 where the bytes are no UTF-8.
  @inline(__always)
  static func decode(_ bytes: UnsafeBufferPointer<UInt8>, at i: Int) -> (UInt32, Int) {
    let first = UInt32(bytes[i])
    func tail(_ k: Int) -> UInt32? {
      guard i + k < bytes.count, bytes[i + k] & 0xC0 == 0x80 else { return nil }
      return UInt32(bytes[i + k] & 0x3F)
    }
    if first >= 0xC2 && first < 0xE0, let a = tail(1) { return ((first & 0x1F) << 6 | a, 2) }
    if first >= 0xE0 && first < 0xF0, let a = tail(1), let b = tail(2) {
      let value = (first & 0x0F) << 12 | a << 6 | b
      if value >= 0x800 && !(0xD800...0xDFFF).contains(value) { return (value, 3) }
    }
    if first >= 0xF0 && first < 0xF5, let a = tail(1), let b = tail(2), let c = tail(3) {
      let value = (first & 0x07) << 18 | a << 12 | b << 6 | c
      if value >= 0x10000 && value <= 0x10FFFF { return (value, 4) }
    }
    return (0xFFFD, 1)
  }
}

/// What each scalar folds to; the alphabets of Europe are tabulated, the rest asked from Unicode's properties.
final class FoldTable: Sendable {
  enum Kind {
    case separator, ignored, text
    case other([UInt8])
  }
  static let shared = FoldTable()

  /// 0 separator, 1 ignored, else the folded byte.
  let ascii: [UInt8]
  /// Folded text of the tabulated scalars, one after another.
  let bytes: [UInt8]
  /// Start in `bytes` of each tabulated scalar; bit 31 set for ignored, bit 30 for separator.
  private let starts: [UInt32]
  private static let firstEnd: UInt32 = 0x0530
  private static let secondStart: UInt32 = 0x1E00
  private static let secondEnd: UInt32 = 0x2070

  private init() {
    var ascii = [UInt8](repeating: 0, count: 128)
    for c in UInt8(ascii: "a")...UInt8(ascii: "z") {
      ascii[Int(c)] = c
      ascii[Int(c) - 32] = c
    }
    for c in UInt8(ascii: "0")...UInt8(ascii: "9") { ascii[Int(c)] = c }
    ascii[Int(UInt8(ascii: "'"))] = 1
    ascii[Int(UInt8(ascii: "`"))] = 1
    self.ascii = ascii

    var bytes: [UInt8] = []
    var starts: [UInt32] = []
    for value in Array(0..<Self.firstEnd) + Array(Self.secondStart..<Self.secondEnd) {
      var flag: UInt32 = 0
      let at = UInt32(bytes.count)
      if let scalar = Unicode.Scalar(value) {
        switch Self.compute(scalar) {
        case .separator: flag = 1 << 30
        case .ignored: flag = 1 << 31
        case .text: break
        case .other(let text): bytes.append(contentsOf: text)
        }
      }
      starts.append(at | flag)
    }
    starts.append(UInt32(bytes.count))
    self.bytes = bytes
    self.starts = starts
  }

  @inline(__always)
  func range(of value: UInt32) -> (kind: Kind, start: Int, end: Int) {
    let index: Int
    if value < Self.firstEnd {
      index = Int(value)
    } else if value >= Self.secondStart && value < Self.secondEnd {
      index = Int(value - Self.secondStart + Self.firstEnd)
    } else {
      guard let scalar = Unicode.Scalar(value) else { return (.separator, 0, 0) }
      return (Self.compute(scalar), 0, 0)
    }
    let entry = starts[index]
    if entry & (1 << 30) != 0 { return (.separator, 0, 0) }
    if entry & (1 << 31) != 0 { return (.ignored, 0, 0) }
    let mask: UInt32 = (1 << 30) - 1
    return (.text, Int(entry & mask), Int(starts[index + 1] & mask))
  }

  /// Letters whose base form Unicode's decomposition does not give.
  private static let special: [UInt32: String] = [
    0x00DF: "ss", 0x1E9E: "ss", 0x00E6: "ae", 0x0153: "oe", 0x00F8: "o", 0x0142: "l", 0x0111: "d",
    0x00F0: "d", 0x00FE: "th", 0x0131: "i", 0x0127: "h", 0x0167: "t", 0x0491: "г", 0x0454: "е",
    0x0455: "дз", 0x0259: "e", 0x017F: "s",
  ]

  /// Apostrophes, primes, modifier letters used as soft signs, and characters without width.
  private static func isSilent(_ value: UInt32) -> Bool {
    switch value {
    case 0x02B0...0x02FF, 0x2018, 0x2019, 0x201B, 0x2032, 0x00B4, 0x200B...0x200F, 0xFEFF, 0x00AD: true
    default: false
    }
  }

  private static func compute(_ scalar: Unicode.Scalar) -> Kind {
    if isSilent(scalar.value) { return .ignored }
    let properties = scalar.properties
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .spacingMark: return .ignored
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      break
    default: return .separator
    }
    var text = ""
    let lower = properties.lowercaseMapping.decomposedStringWithCanonicalMapping
    for part in lower.unicodeScalars {
      switch part.properties.generalCategory {
      case .nonspacingMark, .enclosingMark, .spacingMark: continue
      default: break
      }
      if isSilent(part.value) { continue }
      if let replacement = special[part.value] {
        text += replacement
      } else {
        text.unicodeScalars.append(part)
      }
    }
    return text.isEmpty ? .ignored : .other(Array(text.utf8))
  }
}
