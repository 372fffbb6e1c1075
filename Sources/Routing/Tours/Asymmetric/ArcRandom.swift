/// A stream of pseudo-random numbers, the same for the same seed on every machine.
///
/// xorshift64* (Marsaglia 2003; Vigna 2016), seeded through one round of splitmix64 so that near seeds differ at once.
struct ArcRandom {
  private var state: UInt64

  init(seed: UInt64) {
    var z = seed &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    state = (z ^ (z >> 31)) | 1
  }

  /// A number in `0 ..< bound`, `bound` in 1 … 2³¹.
  @inline(__always)
  mutating func below(_ bound: Int) -> Int {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    let high = (state &* 0x2545_F491_4F6C_DD1D) >> 32
    return Int((high &* UInt64(truncatingIfNeeded: bound)) >> 32)
  }
}
