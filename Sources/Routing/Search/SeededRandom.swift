/// SplitMix64 (Steele, Lea, Flood 2014): small, fast, and the same numbers on every machine and with every
/// version of the standard library.
struct SeededRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 ..< bound, by multiplication (Lemire 2019); the bias is below 2⁻³² for the bounds used here.
  mutating func below(_ bound: Int) -> Int {
    Int(((next() >> 32) &* UInt64(truncatingIfNeeded: bound)) >> 32)
  }

  /// 0 ..< 1.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func shuffle(_ list: inout [Int]) {
    for k in stride(from: list.count - 1, to: 0, by: -1) { list.swapAt(k, below(k + 1)) }
  }
}
