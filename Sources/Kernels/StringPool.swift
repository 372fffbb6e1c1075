/// Texts, each kept once, numbered from 0 in the order in which they came; number 0 is the empty text.
///
/// Holds the bytes of all texts in one array and an open-addressing table of numbers, so that millions of house numbers
/// and street names cost a few bytes each.
public struct StringPool: Sendable {
  public private(set) var bytes: [UInt8] = []
  /// Where each text starts in `bytes`; one more entry than texts.
  public private(set) var starts: [UInt32] = [0, 0]
  /// Numbers + 1, 0 for free; the size is a power of two.
  private var table: [UInt32]

  public init() {
    table = [UInt32](repeating: 0, count: 1 << 10)
    place(0)
  }

  /// Takes up texts that stand one after another, number 0 (the empty text) first.
  /// - Parameter starts: one more entry than texts, rising.
  public init(bytes: UnsafeBufferPointer<UInt8>, starts: UnsafeBufferPointer<UInt32>) {
    self.bytes = Array(bytes)
    self.starts = starts.count >= 2 ? Array(starts) : [0, 0]
    var size = 1 << 10
    while size < self.starts.count * 2 { size *= 2 }
    table = [UInt32](repeating: 0, count: size)
    for id in 0..<count { place(id) }
  }

  public var count: Int { starts.count - 1 }

  /// FNV-1a with a final mix: the same on every machine, used in files.
  @inline(__always)
  public static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var h: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text { h = (h ^ UInt64(byte)) &* 0x100_0000_01b3 }
    h ^= h >> 32
    return h &* 0x9e37_79b9_7f4a_7c15
  }

  @inline(__always)
  public func withText<R>(_ id: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> R) rethrows -> R {
    let range = Int(starts[id])..<Int(starts[id + 1])
    return try bytes.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range])) }
  }

  public func text(_ id: Int) -> String { withText(id) { String(decoding: $0, as: UTF8.self) } }

  private mutating func place(_ id: Int) {
    let mask = table.count - 1
    var slot = withText(id) { Int(truncatingIfNeeded: Self.hash($0) >> 20) } & mask
    while table[slot] != 0 { slot = (slot + 1) & mask }
    table[slot] = UInt32(id + 1)
  }

  /// The number of a text; nil when it is not there.
  public func find(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: Self.hash(text) >> 20) & mask
    while table[slot] != 0 {
      let id = Int(table[slot]) - 1
      if equal(id, text) { return id }
      slot = (slot + 1) & mask
    }
    return nil
  }

  private func equal(_ id: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    let (start, end) = (Int(starts[id]), Int(starts[id + 1]))
    guard end - start == text.count else { return false }
    for k in 0..<text.count where bytes[start + k] != text[k] { return false }
    return true
  }

  /// The number of a text, new when it was not there.
  public mutating func intern(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    let mask = table.count - 1
    var slot = Int(truncatingIfNeeded: Self.hash(text) >> 20) & mask
    while table[slot] != 0 {
      let id = Int(table[slot]) - 1
      if equal(id, text) { return id }
      slot = (slot + 1) & mask
    }
    let id = count
    bytes.append(contentsOf: text)
    starts.append(UInt32(bytes.count))
    table[slot] = UInt32(id + 1)
    if count * 2 > table.count {
      table = [UInt32](repeating: 0, count: table.count * 2)
      for id in 0..<count { place(id) }
    }
    return id
  }

  public mutating func intern(_ text: [UInt8]) -> Int { text.withUnsafeBufferPointer { intern($0) } }

  public mutating func intern(_ text: String) -> Int {
    var text = text
    return text.withUTF8 { intern($0) }
  }
}
