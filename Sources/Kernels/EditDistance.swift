/// How many typing errors lie between two short texts.
public enum EditDistance {
  /// The least number of insertions, deletions, replacements and swaps of neighbours (optimal string alignment) that
  /// turn `a` into `b`, or nil when it exceeds `limit`. O(|a|·limit).
  public static func between(
    _ a: UnsafeBufferPointer<UInt8>, _ b: UnsafeBufferPointer<UInt8>, limit: Int
  ) -> Int? {
    let (n, m) = (a.count, b.count)
    guard abs(n - m) <= limit else { return nil }
    let width = m + 1
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * width) { rows in
      let far = Int32(limit + 1)
      var (before, last, row) = (0, width, 2 * width)
      for j in 0...m { rows[last + j] = Int32(j) }
      for i in stride(from: 1, through: n, by: 1) {
        let from = max(1, i - limit)
        let to = min(m, i + limit)
        rows[row] = Int32(i)
        if from > 1 { rows[row + from - 1] = far }
        var least = i <= limit ? Int32(i) : far
        for j in stride(from: from, through: to, by: 1) {
          let change: Int32 = a[i - 1] == b[j - 1] ? 0 : 1
          let up = j < i + limit ? rows[last + j] : far
          var cost = min(rows[last + j - 1] + change, min(up, rows[row + j - 1]) + 1)
          if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
            cost = min(cost, rows[before + j - 2] + 1)
          }
          rows[row + j] = min(cost, far)
          least = min(least, cost)
        }
        if to < m { rows[row + to + 1] = far }
        if least > Int32(limit) { return nil }
        (before, last, row) = (last, row, before)
      }
      let distance = Int(rows[last + m])
      return distance <= limit ? distance : nil
    }
  }

  public static func between(_ a: [UInt8], _ b: [UInt8], limit: Int) -> Int? {
    a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { between(a, $0, limit: limit) } }
  }

  /// The text nearest to `a` by edit distance: positions in `texts` and distances, nearest first, at most `limit`
  /// errors away. O(all bytes · limit).
  public static func nearest(
    to a: [UInt8], in texts: [[UInt8]], limit: Int
  ) -> [(position: Int, distance: Int)] {
    var found: [(position: Int, distance: Int)] = []
    for (i, text) in texts.enumerated() {
      if let distance = between(a, text, limit: limit) { found.append((i, distance)) }
    }
    return found.sorted { ($0.distance, $0.position) < ($1.distance, $1.position) }
  }
}
