/// Symmetric costs of pairs as the inner loops read them. Searches are compiled for each kind, so that no loop asks
/// which it is.
protocol PairCosts {
  /// The cost of edge (a, b), penalties of both ends included.
  func cost(_ a: Int32, _ b: Int32) -> Int32
}

/// All pairs in one table, row by row.
struct TableCosts: PairCosts {
  let values: UnsafeMutablePointer<Int32>
  let count: Int

  @inline(__always)
  func cost(_ a: Int32, _ b: Int32) -> Int32 {
    values[Int(truncatingIfNeeded: a) &* count &+ Int(truncatingIfNeeded: b)]
  }
}

/// Straight-line distances rounded to the nearest whole number.
struct PlaneCosts: PairCosts {
  let position: UnsafeMutablePointer<SIMD2<Double>>

  @inline(__always)
  func cost(_ a: Int32, _ b: Int32) -> Int32 {
    let square = position.squaredDistance(Int(truncatingIfNeeded: a), Int(truncatingIfNeeded: b))
    return Int32(truncatingIfNeeded: Int(square.squareRoot() + 0.5))
  }
}

/// Straight-line distances rounded to the nearest whole number, times two to the `shift`, with penalties.
struct PenalisedPlaneCosts: PairCosts {
  let position: UnsafeMutablePointer<SIMD2<Double>>
  let penalty: UnsafeMutablePointer<Int32>
  let shift: Int32

  @inline(__always)
  func cost(_ a: Int32, _ b: Int32) -> Int32 {
    let (i, j) = (Int(truncatingIfNeeded: a), Int(truncatingIfNeeded: b))
    let plain = Int32(truncatingIfNeeded: Int(position.squaredDistance(i, j).squareRoot() + 0.5))
    return plain &<< shift &+ penalty[i] &+ penalty[j]
  }
}

/// Straight-line distances, or those divided by the root of ten, rounded up, times two to the `shift`, with penalties.
struct CeilingCosts: PairCosts {
  let position: UnsafeMutablePointer<SIMD2<Double>>
  /// What squares are divided by: 1, or 10 of TSPLIB's pseudo-Euclidean rule.
  let divisor: Double
  let penalty: UnsafeMutablePointer<Int32>
  let shift: Int32

  @inline(__always)
  func cost(_ a: Int32, _ b: Int32) -> Int32 {
    let (i, j) = (Int(truncatingIfNeeded: a), Int(truncatingIfNeeded: b))
    let root = (position.squaredDistance(i, j) / divisor).squareRoot()
    let whole = Int32(truncatingIfNeeded: Int(root))
    let plain = Double(whole) < root ? whole &+ 1 : whole
    return plain &<< shift &+ penalty[i] &+ penalty[j]
  }
}

extension UnsafeMutablePointer where Pointee == SIMD2<Double> {
  /// The square of the straight line between two points of a list.
  @inline(__always)
  fileprivate func squaredDistance(_ i: Int, _ j: Int) -> Double {
    let way = self[i] - self[j]
    let square = way * way
    return square.x + square.y
  }
}
