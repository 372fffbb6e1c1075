/// Folded text as one byte a letter, so that a slip is one error whatever the alphabet.
public enum TextLetters {
  /// Letters and digits of a folded key (``TextFold``), spaces left out: ASCII as it is, Cyrillic from 0x80 on, all else
  /// by its low bits from 0xC0 on.
  public static func letters(ofFolded key: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(key.count)
    var i = 0
    while i < key.count {
      if key[i] < 0x80 {
        if key[i] != 0x20 { result.append(key[i]) }
        i += 1
        continue
      }
      let (value, length) = TextFold.decode(key, at: i)
      result.append(
        (0x0430...0x045F).contains(value) ? 0x80 | UInt8(value - 0x0430) : 0xC0 | UInt8(value & 0x3F))
      i += length
    }
    return result
  }

  public static func letters(ofFolded key: [UInt8]) -> [UInt8] {
    key.withUnsafeBufferPointer { letters(ofFolded: $0) }
  }

  /// Which letters occur, as bits: texts that differ in more than twice as many bits as errors are allowed are farther
  /// apart than that.
  public static func mask(_ letters: some Sequence<UInt8>) -> UInt64 {
    letters.reduce(0) { $0 | 1 << UInt64($1 & 63) }
  }
}
