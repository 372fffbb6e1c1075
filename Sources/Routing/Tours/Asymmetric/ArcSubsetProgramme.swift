/// The shortest closed tour by dynamic programming over subsets, O(2ⁿ n²) time and O(2ⁿ n) memory.
///
/// Bellman 1962, "Dynamic programming treatment of the travelling salesman problem"; Held and Karp 1962.
enum ArcSubsetProgramme {
  /// The most nodes worth solving this way.
  static let most = 17

  /// - Parameter tour: receives the nodes in the order of the tour, starting with the last node of the matrix.
  /// - Returns: its length, or nil when there is no tour.
  static func solve(_ matrix: ArcMatrix, into tour: UnsafeMutablePointer<Int32>) -> Int? {
    let inner = matrix.count - 1
    let subsets = 1 << inner
    let table = UnsafeMutablePointer<Int32>.allocate(capacity: subsets * 16)
    defer { table.deallocate() }
    let rows = UnsafeMutablePointer<SIMD16<Int32>>.allocate(capacity: 16)
    defer { rows.deallocate() }
    let never = Int32.max >> 1
    for i in 0..<16 {
      var row = SIMD16<Int32>(repeating: never)
      for j in 0..<inner where i < inner && i != j && !matrix.isHole(i, j) {
        row[j] = Int32(matrix.cost(i, j))
      }
      rows[i] = row
    }
    for k in 0..<inner {
      let own = table + (1 << k) * 16
      own[k] = matrix.isHole(inner, k) ? never : Int32(matrix.cost(inner, k))
    }
    sweep(table, rows, inner, never)
    let all = subsets - 1
    let final = table + all * 16
    var best = Int32.max
    var end = -1
    for k in 0..<inner where !matrix.isHole(k, inner) && final[k] < never {
      let value = final[k] &+ Int32(matrix.cost(k, inner))
      if value < best {
        best = value
        end = k
      }
    }
    if end < 0 { return nil }
    retrace(table, matrix, end, into: tour)
    return Int(best)
  }

  /// Fills the table subset by subset: `table[s * 16 + k]` is the least cost of starting at the last node, visiting the
  /// subset s and ending in its member k. All members that may follow are computed at once.
  private static func sweep(
    _ table: UnsafeMutablePointer<Int32>, _ rows: UnsafeMutablePointer<SIMD16<Int32>>, _ inner: Int,
    _ never: Int32
  ) {
    let cap = SIMD16<Int32>(repeating: never)
    for subset in 1..<((1 << inner) - 1) {
      let own = table + subset * 16
      var best = cap
      var members = subset
      while members != 0 {
        let k = members.trailingZeroBitCount
        members &= members &- 1
        let value = rows[k] &+ SIMD16<Int32>(repeating: own[k])
        best = best.replacing(with: value, where: value .< best)
      }
      var others = ~subset & ((1 << inner) - 1)
      while others != 0 {
        let j = others.trailingZeroBitCount
        others &= others &- 1
        table[(subset | 1 << j) * 16 + j] = best[j]
      }
    }
  }

  private static func retrace(
    _ table: UnsafeMutablePointer<Int32>, _ matrix: ArcMatrix, _ end: Int,
    into tour: UnsafeMutablePointer<Int32>
  ) {
    let inner = matrix.count - 1
    var subset = (1 << inner) - 1
    var at = end
    var place = inner
    tour[0] = Int32(inner)
    while true {
      tour[place] = Int32(at)
      place -= 1
      let value = table[subset * 16 + at]
      subset &= ~(1 << at)
      if subset == 0 { break }
      var members = subset
      while members != 0 {
        let k = members.trailingZeroBitCount
        members &= members - 1
        if !matrix.isHole(k, at) && Int(table[subset * 16 + k]) + matrix.cost(k, at) == Int(value) {
          at = k
          break
        }
      }
    }
  }
}
