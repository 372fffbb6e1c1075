/// The encodings that instance files come in: UTF-8, with or without a byte order mark, and UTF-16 with one.
public enum InstanceEncoding {
  /// The text of a file as UTF-8 without a byte order mark.
  /// - Throws: ``InstanceFileError/encoding(_:)`` for UTF-32 and for UTF-16 that is cut off or has lone surrogates.
  public static func utf8(_ bytes: [UInt8]) throws(InstanceFileError) -> [UInt8] {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      throw .encoding("UTF-32 is not read")
    }
    if bytes.starts(with: [0xFF, 0xFE]) { return try decode(bytes, low: 0) }
    if bytes.starts(with: [0xFE, 0xFF]) { return try decode(bytes, low: 1) }
    return bytes
  }

  /// - Parameter low: which byte of two is the lower one.
  private static func decode(_ bytes: [UInt8], low: Int) throws(InstanceFileError) -> [UInt8] {
    guard bytes.count % 2 == 0 else { throw .encoding("the last UTF-16 character is cut off") }
    let units = stride(from: 2, to: bytes.count, by: 2).map {
      UInt16(bytes[$0 + 1 - low]) << 8 | UInt16(bytes[$0 + low])
    }
    var text: [UInt8] = []
    text.reserveCapacity(units.count)
    let isFaulty = transcode(
      units.makeIterator(), from: UTF16.self, to: UTF8.self, stoppingOnError: true
    ) { text.append($0) }
    guard !isFaulty else { throw .encoding("a lone surrogate in UTF-16 after \(text.count) bytes of text") }
    return text
  }
}
