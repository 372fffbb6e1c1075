/// The order in which Hilbert's curve (1891) meets points of the plane: nodes near each other get near numbers, so that
/// what a search reads together lies together in memory (Platzman, Bartholdi 1989 use such a curve for tours).
enum SpaceFillingCurve {
  /// Bits of each coordinate.
  private static let bits: UInt32 = 16

  /// Point indexes by their place on the curve, ties by index. O(n log n).
  static func order(_ x: [Double], _ y: [Double]) -> [Int32] {
    let (left, bottom) = (x.min() ?? 0, y.min() ?? 0)
    let side = max((x.max() ?? 0) - left, (y.max() ?? 0) - bottom)
    let scale = side > 0 ? Double((1 << bits) - 1) / side : 0
    var keys = [UInt64](unsafeUninitializedCapacity: x.count) { buffer, held in
      for k in 0..<x.count {
        let place = distance(UInt32((x[k] - left) * scale), UInt32((y[k] - bottom) * scale))
        buffer[k] = UInt64(place) << 32 | UInt64(k)
      }
      held = x.count
    }
    keys.sort()
    return keys.map { Int32(truncatingIfNeeded: $0 & 0xFFFF_FFFF) }
  }

  /// How far along the curve a cell is, by turning quadrants from the largest down.
  private static func distance(_ column: UInt32, _ row: UInt32) -> UInt32 {
    var (x, y) = (column, row)
    var sum: UInt32 = 0
    var side: UInt32 = 1 << (bits - 1)
    while side > 0 {
      let right: UInt32 = x & side > 0 ? 1 : 0
      let upper: UInt32 = y & side > 0 ? 1 : 0
      sum &+= side &* side &* ((3 &* right) ^ upper)
      if upper == 0 {
        if right == 1 {
          x = ~x
          y = ~y
        }
        (x, y) = (y, x)
      }
      side >>= 1
    }
    return sum
  }
}
