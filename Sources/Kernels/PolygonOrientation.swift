/// On which side of a line a point lies, exactly.
///
/// Method: the determinant in plain doubles with a forward error bound, and only when that cannot tell the
/// sign, the same determinant summed without rounding (J. R. Shewchuk, "Adaptive Precision Floating-Point
/// Arithmetic and Fast Robust Geometric Predicates", 1997). Exact for finite coordinates whose products neither
/// overflow nor underflow, which holds for degrees.
public enum PolygonOrientation {
  /// Positive when `c` lies to the left of the directed line `a → b` (x to the right, y up), negative to the
  /// right, zero exactly on it. Only the sign has a meaning.
  @inlinable @inline(__always)
  public static func sign(
    _ ax: Double, _ ay: Double, _ bx: Double, _ by: Double, _ cx: Double, _ cy: Double
  ) -> Double {
    let left = (ax - cx) * (by - cy)
    let right = (ay - cy) * (bx - cx)
    let determinant = left - right
    let bound = errorFactor * (abs(left) + abs(right))
    if determinant > bound || -determinant > bound { return determinant }
    return exact(ax, ay, bx, by, cx, cy)
  }

  /// (3 + 16ε)ε with ε = 2⁻⁵³, Shewchuk's bound for the two-dimensional orientation test.
  @usableFromInline static let errorFactor = 3.3306690738754716e-16

  /// The sign of ax·by − ay·bx + bx·cy − by·cx + cx·ay − cy·ax without any rounding.
  @usableFromInline @inline(never)
  static func exact(
    _ ax: Double, _ ay: Double, _ bx: Double, _ by: Double, _ cx: Double, _ cy: Double
  ) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 12) { parts in
      var count = 0
      // Adds one term to a list of non-overlapping doubles ordered by growing magnitude.
      func add(_ term: Double) {
        var carry = term
        for i in 0..<count {
          let sum = carry + parts[i]
          let virtual = sum - carry
          parts[i] = (carry - (sum - virtual)) + (parts[i] - virtual)
          carry = sum
        }
        parts[count] = carry
        count += 1
      }
      func addProduct(_ u: Double, _ v: Double) {
        let high = u * v
        add((-high).addingProduct(u, v))
        add(high)
      }
      addProduct(ax, by)
      addProduct(-ay, bx)
      addProduct(bx, cy)
      addProduct(-by, cx)
      addProduct(cx, ay)
      addProduct(-cy, ax)
      // The last non-zero part outweighs all before it.
      for i in stride(from: count - 1, through: 0, by: -1) where parts[i] != 0 { return parts[i] }
      return 0
    }
  }
}
