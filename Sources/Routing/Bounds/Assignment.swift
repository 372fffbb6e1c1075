/// The cheapest perfect matching of rows to columns, and the prices that prove it.
///
/// Shortest augmenting paths with dual variables, O(n³): Jonker and Volgenant 1987, "A shortest augmenting path
/// algorithm for dense and sparse linear assignment problems".
struct Assignment {
  /// The sum of the chosen entries.
  private(set) var cost = 0
  /// The column of each row.
  private(set) var columns: [Int]
  /// Prices whose sum over row and column is at most the entry, equal at chosen ones.
  private(set) var rowPrices: [Int]
  private(set) var columnPrices: [Int]

  /// - Parameter costs: row-major, `count * count`, each in 0 … 2⁵⁰; a forbidden pair is dear, never absent.
  init(count n: Int, costs: [Int]) {
    columns = [Int](repeating: 0, count: n)
    rowPrices = columns
    columnPrices = columns
    var rowOf = [Int](repeating: -1, count: n)
    var way = rowOf
    var least = columns
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
          let price = rowPrices[row]
          for j in 0..<n where !done[j] {
            let reduced = costs[row &* n &+ j] &- price &- columnPrices[j]
            if reduced < least[j] {
              least[j] = reduced
              way[j] = reached
            }
            if least[j] < delta {
              delta = least[j]
              nearest = j
            }
          }
          rowPrices[start] += delta
          for j in 0..<n {
            if done[j] {
              rowPrices[rowOf[j]] += delta
              columnPrices[j] -= delta
            } else {
              least[j] -= delta
            }
          }
          reached = nearest
          row = rowOf[reached]
        } while row >= 0
        // Turn the path around.
        while reached >= 0 {
          let before = way[reached]
          rowOf[reached] = before >= 0 ? rowOf[before] : start
          reached = before
        }
      }
      for j in 0..<n {
        columns[rowOf[j]] = j
        cost += costs[rowOf[j] &* n &+ j]
      }
    }
  }
}
