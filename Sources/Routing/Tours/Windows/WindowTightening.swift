/// What follows from the windows before any search: tighter windows, which node must come before which, and which
/// arcs no feasible tour drives.
///
/// Window reduction: Desrochers, Desrosiers and Solomon 1992, "A new optimization algorithm for the vehicle routing
/// problem with time windows". Precedence and arc elimination: Langevin et al. 1993, Dumas et al. 1995. Travel times
/// need not obey the triangle inequality: what must come first is judged by shortest paths. O(n³) a round.
struct WindowTightening {
  /// Above this many nodes nothing is concluded: a round would take longer than the search.
  static let mostNodes = 400

  let count: Int
  private(set) var open: [Int]
  private(set) var close: [Int]
  /// Whether a feasible tour may drive from one node straight to the other.
  private(set) var allowed: [Bool]
  /// Row i, column j: i must be served before j.
  private(set) var before: [Bool]
  /// Proven: no tour serves all.
  private(set) var infeasible = false
  private let times: [Int32]
  /// Shortest paths by time without waiting, row-major.
  private(set) var shortest: [Int]

  init(_ problem: WindowTourProblem) {
    count = problem.count
    times = problem.times
    open = problem.open
    close = problem.close
    let n = count
    allowed = (0..<n * n).map { $0 / n != $0 % n && problem.times[$0] >= 0 }
    before = [Bool](repeating: false, count: n * n)
    shortest = []
    guard n > 1, n <= Self.mostNodes else { return }
    shortest = Self.shortestPaths(n, times)
    for _ in 0..<4 where !infeasible {
      let windows = tightenWindows()
      let arcs = eliminate()
      if !windows, !arcs { break }
    }
  }

  static let far = Int.max / 4

  static func shortestPaths(_ n: Int, _ times: [Int32]) -> [Int] {
    var path = times.map { $0 < 0 ? far : Int($0) }
    for k in 0..<n { path[k * n + k] = 0 }
    path.withUnsafeMutableBufferPointer { path in
      for k in 0..<n {
        for i in 0..<n {
          let first = path[i &* n &+ k]
          if first >= far { continue }
          for j in 0..<n {
            let through = first &+ path[k &* n &+ j]
            if through < path[i &* n &+ j] { path[i &* n &+ j] = through }
          }
        }
      }
    }
    return path
  }

  /// The four reductions until nothing changes; true where something did.
  private mutating func tightenWindows() -> Bool {
    let n = count
    var changed = false
    var again = true
    var rounds = 0
    while again, rounds < 20, !infeasible {
      again = false
      rounds += 1
      for j in 1..<n {
        var (firstIn, lastIn) = (Self.far, -1)
        var (firstOut, lastOut) = (Self.far, -1)
        for i in 0..<n where i != j {
          if allowed[i * n + j] {
            let time = Int(times[i * n + j])
            firstIn = min(firstIn, open[i] + time)
            lastIn = max(lastIn, (i == 0 ? open[0] : close[i]) + time)
          }
          if allowed[j * n + i] {
            let time = Int(times[j * n + i])
            firstOut = min(firstOut, i == 0 ? open[j] : open[i] - time)
            lastOut = max(lastOut, close[i] - time)
          }
        }
        let from = max(open[j], firstIn, min(close[j], firstOut))
        let to = min(close[j], max(from, lastIn), lastOut)
        if from > open[j] || to < close[j] {
          again = true
          open[j] = max(open[j], from)
          close[j] = min(close[j], to)
          if open[j] > close[j] {
            infeasible = true
            return true
          }
        }
      }
      changed = changed || again
    }
    return changed
  }

  /// Finds what must come first, then the arcs it rules out; true where an arc went.
  private mutating func eliminate() -> Bool {
    let n = count
    for i in 1..<n {
      for j in 1..<n where i != j && open[j] + shortest[j * n + i] > close[i] { before[i * n + j] = true }
    }
    for k in 1..<n {
      for i in 1..<n where before[i * n + k] {
        for j in 1..<n where before[k * n + j] { before[i * n + j] = true }
      }
    }
    for i in 1..<n where before[i * n + i] { infeasible = true }
    var changed = false
    for i in 0..<n {
      for j in 0..<n where allowed[i * n + j] && !canFollow(i, j) {
        allowed[i * n + j] = false
        changed = true
      }
    }
    return changed
  }

  private func canFollow(_ i: Int, _ j: Int) -> Bool {
    let n = count
    if i == 0 { return !(1..<n).contains { before[$0 * n + j] } && open[0] + Int(times[j]) <= close[j] }
    if j == 0 { return !(1..<n).contains { before[i * n + $0] } && open[i] + Int(times[i * n]) <= close[0] }
    let arrival = open[i] + Int(times[i * n + j])
    if before[j * n + i] || arrival > close[j] { return false }
    let start = max(open[j], arrival)
    for k in 1..<n where k != i && k != j {
      if before[i * n + k], before[k * n + j] { return false }
      // Neither k … i, j nor i, j … k: then k has no place beside this arc.
      if start + shortest[j * n + k] > close[k],
        max(open[i], open[k] + shortest[k * n + i]) + Int(times[i * n + j]) > close[j]
      {
        return false
      }
    }
    return true
  }

  /// Removes arcs that no tour of less travel than `upper` drives, by the assignment bound and its reduced times
  /// (Fischetti and Toth 1992); true where one went.
  mutating func forbidDear(upper: Int) -> Bool {
    let n = count
    let costs = (0..<n * n).map { allowed[$0] ? Int(times[$0]) : 1 << 32 }
    let prices = Assignment(count: n, costs: costs)
    let (rows, columns) = (prices.rowPrices, prices.columnPrices)
    let value = rows.reduce(0, +) + columns.reduce(0, +)
    if value >= upper {
      infeasible = true
      return true
    }
    var changed = false
    for k in 0..<n * n where allowed[k] && value + costs[k] - rows[k / n] - columns[k % n] >= upper {
      allowed[k] = false
      changed = true
    }
    return changed
  }

  /// Takes over what no better tour uses, and its conclusions; true where something went.
  mutating func restrict(_ elimination: WindowTourElimination) -> Bool {
    var changed = false
    for k in allowed.indices where allowed[k] && !elimination.allows(k) {
      allowed[k] = false
      changed = true
    }
    for i in 1..<count {
      if elimination.open[i] > open[i] || elimination.close[i] < close[i] { changed = true }
      open[i] = max(open[i], elimination.open[i])
      close[i] = min(close[i], elimination.close[i])
      if open[i] > close[i] { infeasible = true }
    }
    if changed, !infeasible { conclude() }
    return changed
  }

  /// Draws the conclusions of removed arcs.
  mutating func conclude() {
    guard count > 1 else { return }
    for _ in 0..<3 where !infeasible {
      let windows = tightenWindows()
      let arcs = eliminate()
      if !windows, !arcs { break }
    }
  }
}
