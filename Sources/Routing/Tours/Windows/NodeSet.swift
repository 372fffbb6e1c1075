/// A set of small numbers in a fixed number of machine words.
protocol NodeSet: Equatable {
  /// Numbers below this fit.
  static var capacity: Int { get }
  init()
  func contains(_ number: Int) -> Bool
  mutating func insert(_ number: Int)
  func isSuperset(of other: Self) -> Bool
  var mixed: UInt64 { get }
}

/// Numbers 0 … 63.
struct NodeSet64: NodeSet {
  static let capacity = 64
  private var word: UInt64 = 0

  @inline(__always) func contains(_ number: Int) -> Bool {
    word &>> UInt64(truncatingIfNeeded: number) & 1 != 0
  }
  @inline(__always) mutating func insert(_ number: Int) { word |= 1 &<< UInt64(truncatingIfNeeded: number) }
  @inline(__always) func isSuperset(of other: Self) -> Bool { other.word & ~word == 0 }
  @inline(__always) var mixed: UInt64 { word &* 0xBF58_476D_1CE4_E5B9 }
}

/// Numbers 0 … 127.
struct NodeSet128: NodeSet {
  static let capacity = 128
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  @inline(__always) func contains(_ number: Int) -> Bool {
    (number < 64 ? low : high) &>> UInt64(truncatingIfNeeded: number) & 1 != 0
  }
  @inline(__always) mutating func insert(_ number: Int) {
    let bit = UInt64(1) &<< UInt64(truncatingIfNeeded: number)
    low |= number < 64 ? bit : 0
    high |= number < 64 ? 0 : bit
  }
  @inline(__always) func isSuperset(of other: Self) -> Bool { (other.low & ~low) | (other.high & ~high) == 0 }
  @inline(__always) var mixed: UInt64 {
    let first = low &* 0xBF58_476D_1CE4_E5B9
    return (first ^ (first &>> 29) ^ high) &* 0x94D0_49BB_1331_11EB
  }
}

/// Numbers 0 … 255.
struct NodeSet256: NodeSet {
  static let capacity = 256
  private var low = NodeSet128()
  private var high = NodeSet128()

  @inline(__always) func contains(_ number: Int) -> Bool {
    number < 128 ? low.contains(number) : high.contains(number &- 128)
  }
  @inline(__always) mutating func insert(_ number: Int) {
    if number < 128 { low.insert(number) } else { high.insert(number &- 128) }
  }
  @inline(__always) func isSuperset(of other: Self) -> Bool {
    low.isSuperset(of: other.low) && high.isSuperset(of: other.high)
  }
  @inline(__always) var mixed: UInt64 {
    let first = low.mixed
    return (first ^ (first &>> 31)) &+ high.mixed &* 0x9E37_79B9_7F4A_7C15
  }
}
