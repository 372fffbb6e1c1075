import Foundation

extension TextFolding {
  /// True when the text is in Unicode's composed form (NFC) for certain, found without Unicode's tables: nothing but
  /// ASCII, Latin letters below U+0300, Cyrillic letters and common dashes and quotes. False says nothing.
  ///
  /// All of these have `NFC_Quick_Check=Yes` and no combining mark is among them (UAX #15, §9).
  public static func isPlainlyComposed(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isPlainlyComposed($0, onlyTidy: false) }
  }

  /// The text in NFC; texts of the usual alphabets are returned as they are.
  public static func composed(_ text: String) -> String {
    isPlainlyComposed(text) ? text : text.precomposedStringWithCanonicalMapping
  }

  /// ``clean(_:limit:)`` would change nothing: composed, one line, single inner spaces, no control characters.
  static func isPlainlyClean(_ text: String, limit: Int) -> Bool {
    var text = text
    return text.withUTF8 { $0.count <= limit && isPlainlyComposed($0, onlyTidy: true) }
  }

  private static func isPlainlyComposed(_ bytes: UnsafeBufferPointer<UInt8>, onlyTidy: Bool) -> Bool {
    var i = 0
    // As if a space stood before the text: a leading one is untidy.
    var previous: UInt8 = 0x20
    while i < bytes.count {
      let b = bytes[i]
      if b < 0x80 {
        if onlyTidy, b < 0x20 || b == 0x7F || b == 0x20 && previous == 0x20 { return false }
        previous = b
        i += 1
        continue
      }
      previous = b
      guard i + 1 < bytes.count else { return false }
      let second = bytes[i + 1]
      switch b {
      case 0xC2:
        // U+0080 … U+009F are controls, U+00A0 is a space, U+00AD a soft hyphen.
        guard second > 0xA0 && second != 0xAD || !onlyTidy else { return false }
        i += 2
      case 0xC3...0xCB, 0xD0, 0xD1, 0xD3: i += 2
      case 0xD2:
        // U+0483 … U+0489 are combining.
        guard second >= 0x8A else { return false }
        i += 2
      case 0xE2:
        guard i + 2 < bytes.count else { return false }
        let third = bytes[i + 2]
        // U+2010 … U+2027 dashes and quotes, U+2116 №.
        guard second == 0x80 && (0x90...0xA7).contains(third) || second == 0x84 && third == 0x96 else {
          return false
        }
        i += 3
      default: return false
      }
    }
    return !onlyTidy || bytes.isEmpty || previous != 0x20
  }
}
