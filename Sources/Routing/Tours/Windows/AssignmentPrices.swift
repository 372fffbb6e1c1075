/// Prices of rows and columns that prove the cheapest matching of rows to columns.
///
/// Shortest augmenting paths, O(n³): Jonker and Volgenant 1987, "A shortest augmenting path algorithm for dense and
/// sparse linear assignment problems".
enum AssignmentPrices {
  /// - Parameter costs: row-major, `n * n`, each 0 … 2⁴⁵; a forbidden pair is dear, never absent.
  /// - Returns: prices whose sum over row and column is at most the entry, and as large as can be in all.
  static func solve(_ n: Int, _ costs: [Int]) -> (rows: [Int], columns: [Int]) {
    var rows = [Int](repeating: 0, count: n)
    var columns = [Int](repeating: 0, count: n)
    var rowOf = [Int](repeating: -1, count: n)
    var way = [Int](repeating: -1, count: n)
    var least = [Int](repeating: 0, count: n)
    var done = [Bool](repeating: false, count: n)
    costs.withUnsafeBufferPointer { costs in
      for start in 0..<n {
        for j in 0..<n {
          least[j] = .max
          done[j] = false
        }
        var row = start
        var reached = -1
        repeat {
          if reached >= 0 { done[reached] = true }
          var delta = Int.max
          var nearest = -1
          let price = rows[row]
          for j in 0..<n where !done[j] {
            let reduced = costs[row &* n &+ j] &- price &- columns[j]
            if reduced < least[j] {
              least[j] = reduced
              way[j] = reached
            }
            if least[j] < delta {
              delta = least[j]
              nearest = j
            }
          }
          rows[start] += delta
          for j in 0..<n {
            if done[j] {
              rows[rowOf[j]] += delta
              columns[j] -= delta
            } else {
              least[j] -= delta
            }
          }
          reached = nearest
          row = rowOf[reached]
        } while row >= 0
        while reached >= 0 {
          let before = way[reached]
          rowOf[reached] = before >= 0 ? rowOf[before] : start
          reached = before
        }
      }
    }
    return (rows, columns)
  }
}
