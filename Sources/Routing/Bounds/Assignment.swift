/// The cheapest perfect matching of rows to columns.
///
/// Shortest augmenting paths with dual variables, O(n³): Jonker and Volgenant 1987, "A shortest augmenting path
/// algorithm for dense and sparse linear assignment problems".
enum Assignment {
  /// - Parameter costs: row-major, `count * count`, each in 0 … 2⁵⁰.
  /// - Returns: the sum of the chosen entries and the column of each row.
  static func solve(count n: Int, costs: [Int]) -> (cost: Int, columns: [Int]) {
    guard n > 0 else { return (0, []) }
    var rowPrice = [Int](repeating: 0, count: n)
    var columnPrice = [Int](repeating: 0, count: n)
    var rowOf = [Int](repeating: -1, count: n)
    var way = [Int](repeating: -1, count: n)
    var least = [Int](repeating: 0, count: n)
    var done = [Bool](repeating: false, count: n)
    for start in 0..<n {
      for j in 0..<n {
        least[j] = .max
        done[j] = false
        way[j] = -1
      }
      var row = start
      var reached = -1
      repeat {
        if reached >= 0 { done[reached] = true }
        var delta = Int.max
        var nearest = -1
        for j in 0..<n where !done[j] {
          let reduced = costs[row * n + j] - rowPrice[row] - columnPrice[j]
          if reduced < least[j] {
            least[j] = reduced
            way[j] = reached
          }
          if least[j] < delta {
            delta = least[j]
            nearest = j
          }
        }
        rowPrice[start] += delta
        for j in 0..<n {
          if done[j] {
            rowPrice[rowOf[j]] += delta
            columnPrice[j] -= delta
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
    var columns = [Int](repeating: 0, count: n)
    var cost = 0
    for j in 0..<n {
      columns[rowOf[j]] = j
      cost += costs[rowOf[j] * n + j]
    }
    return (cost, columns)
  }
}
