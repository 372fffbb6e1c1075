/// The linear program of set partitioning over some days: each visit is made once, and so many days are used.
///
/// A primal simplex with a dense inverse, begun anew for each set of days. Prices are kept within a box around those they
/// are asked near (Marsten, Hogan and Blankenship 1975, "The boxstep method for large-scale optimization"): making a visit
/// less or more often is allowed for the prices at its edges. O(rows · (rows + days)) time a pivot.
struct DayProgram {
  struct Column {
    var day: DayEnumeration.Day
    var kind: Int
    /// Driving, in parts of a second.
    var cost: Double
  }

  struct Answer {
    var value = 0.0
    /// Prices of visits.
    var prices: [Double]
    /// Days used in all, mostly a fraction.
    var days: Double
  }

  private let visits: Int
  private let columns: [Column]
  /// Rows are the visits, the days of each kind at most, all days at most and at least.
  private let rightSide: [Double]
  /// One column a row that makes it right: a visit not made, or a day less; then visits made too often; then, for too few
  /// days, a day more than there are.
  private let slacks: [(row: Int, sign: Double, cost: Double)]
  private var rows: Int { rightSide.count }
  private var atMost: Int { rows - 2 }
  private var atLeast: Int { rows - 1 }

  init(visits: Int, _ counts: DayCounts, _ columns: [Column], near center: [Double], box: Double) {
    self.visits = visits
    self.columns = columns
    let days = counts.most + [counts.total.upperBound, counts.total.lowerBound]
    // A little more or less of each, so that no two are even.
    rightSide = ([Double](repeating: 1, count: visits) + days.map(Double.init)).enumerated().map {
      $1 + Double(($0 &* 7919) % 101 + 1) * 1e-7
    }
    let rows = visits + days.count
    let missing = center.reduce(0) { $0 + abs($1) } + box * Double(visits)
    slacks =
      (0..<rows).map { row in
        (row, 1, row < visits ? center[row] + box : row == rows - 1 ? missing : 0)
      } + (0..<visits).map { ($0, -1, box - center[$0]) } + [(rows - 1, -1, 0)]
  }

  /// - Returns: nil where the simplex did not end.
  func solve() -> Answer? {
    let m = rows
    var basis = (0..<m).map { columns.count + $0 }
    var inverse = [Double](repeating: 0, count: m * m)
    for k in 0..<m { inverse[k * m + k] = 1 }
    var values = rightSide
    var duals = (0..<m).map { slacks[$0].cost }
    var entering = [Double](repeating: 0, count: m)
    for _ in 0..<50 * (m + 20) {
      guard let best = cheapest(duals) else { return answer(basis, values, duals) }
      for k in 0..<m { entering[k] = 0 }
      forRows(of: best.column) { row, share in
        for k in 0..<m { entering[k] += inverse[k * m + row] * share }
      }
      var leaving = (ratio: Double.infinity, row: -1)
      for k in 0..<m where entering[k] > 1e-9 {
        let ratio = values[k] / entering[k]
        if ratio < leaving.ratio { leaving = (ratio, k) }
      }
      guard leaving.row >= 0 else { return nil }
      let (r, pivot) = (leaving.row, entering[leaving.row])
      basis[r] = best.column
      inverse.withUnsafeMutableBufferPointer { inverse in
        for j in 0..<m { inverse[r * m + j] /= pivot }
        for k in 0..<m where k != r && entering[k] != 0 {
          for j in 0..<m { inverse[k * m + j] -= entering[k] * inverse[r * m + j] }
        }
      }
      values[r] /= pivot
      for k in 0..<m where k != r { values[k] = max(0, values[k] - entering[k] * values[r]) }
      for j in 0..<m { duals[j] += best.reduced * inverse[r * m + j] }
    }
    return nil
  }

  /// The column that would lower the sum most for each of it; nil when none would.
  private func cheapest(_ duals: [Double]) -> (reduced: Double, column: Int)? {
    var best = (reduced: -1e-6, column: -1)
    for (k, column) in columns.enumerated() {
      let reduced = column.cost - paid(column, duals)
      if reduced < best.reduced { best = (reduced, k) }
    }
    for (k, slack) in slacks.enumerated() {
      let reduced = slack.cost - slack.sign * duals[slack.row]
      if reduced < best.reduced { best = (reduced, columns.count + k) }
    }
    return best.column < 0 ? nil : best
  }

  private func forRows(of k: Int, _ body: (Int, Double) -> Void) {
    guard k < columns.count else {
      let slack = slacks[k - columns.count]
      return body(slack.row, slack.sign)
    }
    for visit in columns[k].day.visits { body(visit, 1) }
    for row in [visits + columns[k].kind, atMost, atLeast] { body(row, 1) }
  }

  @inline(__always)
  private func paid(_ column: Column, _ duals: [Double]) -> Double {
    column.day.visits.reduce(duals[visits + column.kind] + duals[atMost] + duals[atLeast]) {
      $0 + duals[$1]
    }
  }

  private func answer(_ basis: [Int], _ values: [Double], _ duals: [Double]) -> Answer {
    Answer(
      value: zip(duals, rightSide).reduce(0) { $0 + $1.0 * $1.1 }, prices: Array(duals[..<visits]),
      days: zip(basis, values).reduce(0) { $1.0 < columns.count ? $0 + $1.1 : $0 })
  }
}
