/// Walks over tab-separated lines in memory without building strings.
public enum TSVScanner {
  /// Calls `body` for each line that is not empty, with the bytes of its fields in order. Line ends `\n` and
  /// `\r\n`; no quoting. Fields beyond `limit` stay unsplit in the last one.
  public static func forEachLine(
    _ bytes: UnsafeBufferPointer<UInt8>, limit: Int = 32,
    _ body: ([UnsafeBufferPointer<UInt8>]) -> Void
  ) {
    guard let base = bytes.baseAddress else { return }
    var fields: [UnsafeBufferPointer<UInt8>] = []
    fields.reserveCapacity(limit)
    var position = 0
    while position < bytes.count {
      var start = position
      fields.removeAll(keepingCapacity: true)
      while position < bytes.count, base[position] != 0x0A {
        if base[position] == 0x09, fields.count < limit - 1 {
          fields.append(UnsafeBufferPointer(start: base + start, count: position - start))
          start = position + 1
        }
        position += 1
      }
      var end = position
      if end > start, base[end - 1] == 0x0D { end -= 1 }
      position += 1
      if fields.isEmpty, end == start { continue }
      fields.append(UnsafeBufferPointer(start: base + start, count: end - start))
      body(fields)
    }
  }

  /// A field as a number; nil when it is none.
  public static func double(_ field: UnsafeBufferPointer<UInt8>) -> Double? {
    guard !field.isEmpty else { return nil }
    var scanner = JSONScanner(field)
    guard let number = try? scanner.number(), scanner.isAtEnd() else {
      return Double(String(decoding: field, as: UTF8.self))
    }
    return number.value
  }
}
