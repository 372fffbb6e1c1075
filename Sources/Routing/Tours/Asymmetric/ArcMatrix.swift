/// A dense matrix of directed costs and its transpose, the form in which every engine of this folder reads a problem.
///
/// Rows are starts, columns are ends, `stride` entries a row (a multiple of eight so that rows can be read in vectors).
/// A pair that cannot be driven, the diagonal and the padding hold `hole`, which is more than any tour without holes
/// costs as long as `count × dearest` stays below 2³⁰.
struct ArcMatrix {
  let count: Int
  let stride: Int
  /// Costs of leaving a node: `out[i * stride + j]` is the cost of i → j.
  let out: UnsafeMutablePointer<Int32>
  /// Costs of reaching a node: `into[j * stride + i]` is the cost of i → j.
  let into: UnsafeMutablePointer<Int32>
  /// The cost standing for a pair that cannot be driven.
  private(set) var hole: Int32
  /// The dearest pair that can be driven.
  private(set) var dearest: Int32

  /// Memory is taken uninitialised: `fill` must follow, and `deallocate` at the end.
  init(count: Int) {
    self.count = count
    stride = (count + 7) & ~7
    out = .allocate(capacity: max(1, stride * count))
    into = .allocate(capacity: max(1, stride * count))
    hole = 1 << 30
    dearest = 0
  }

  func deallocate() {
    out.deallocate()
    into.deallocate()
  }

  /// Fills the matrix from `cost(i, j)`, negative for a pair that cannot be driven.
  @inline(__always)
  mutating func fill(_ cost: (Int, Int) -> Int32) {
    var most: Int32 = 0
    for i in 0..<count {
      let row = out + i * stride
      for j in 0..<count {
        let value = i == j ? -1 : cost(i, j)
        row[j] = value
        if value > most { most = value }
      }
      for j in count..<stride { row[j] = -1 }
    }
    dearest = most
    hole = Int32(min(1 << 30, Int(most) * count + 1))
    for i in 0..<count {
      let row = out + i * stride
      for j in 0..<stride where row[j] < 0 { row[j] = hole }
    }
    for j in 0..<count {
      let column = into + j * stride
      for i in 0..<count { column[i] = out[i * stride + j] }
      for i in count..<stride { column[i] = hole }
    }
  }

  @inline(__always)
  func cost(_ i: Int, _ j: Int) -> Int { Int(out[i &* stride &+ j]) }

  @inline(__always)
  func isHole(_ i: Int, _ j: Int) -> Bool { out[i &* stride &+ j] == hole && hole > dearest }

  /// The length of a closed tour, holes counted at their price.
  func length(_ tour: UnsafePointer<Int32>) -> Int {
    var sum = 0
    var last = Int(tour[count - 1])
    for p in 0..<count {
      let next = Int(tour[p])
      sum &+= cost(last, next)
      last = next
    }
    return sum
  }

  /// Mean difference of the two directions of a pair over the mean cost of a pair, pairs with a hole or a free
  /// direction (an open end) left out;
  /// 0 for a symmetric matrix, about 0.02 for road times, above 0.3 for the scheduling instances of TSPLIB.
  func asymmetry() -> Double {
    var difference = 0
    var sum = 0
    for i in 0..<count {
      let row = out + i * stride
      let back = into + i * stride
      for j in 0..<i where row[j] < hole && back[j] < hole && row[j] > 0 && back[j] > 0 {
        difference &+= Int(abs(row[j] &- back[j]))
        sum &+= Int(row[j]) &+ Int(back[j])
      }
    }
    return sum == 0 ? 0 : 2 * Double(difference) / Double(sum)
  }

  /// Whether every node can be reached from every other by pairs that can be driven.
  func hangsTogether() -> Bool { reaches(out) && reaches(into) }

  private func reaches(_ costs: UnsafeMutablePointer<Int32>) -> Bool {
    var isSeen = [Bool](repeating: false, count: count)
    var open = [0]
    isSeen[0] = true
    var seen = 1
    while let node = open.popLast() {
      let row = costs + node * stride
      for other in 0..<count where !isSeen[other] && row[other] < hole {
        isSeen[other] = true
        seen += 1
        open.append(other)
      }
    }
    return seen == count
  }
}
