/// What every move reads: times with holes as ``far``, windows, neighbours. Immutable after `init`.
final class WindowTourModel {
  /// Stands for a pair that cannot be driven; sums of a few stay within `Int`.
  static let far = 1 << 44
  static let neighboursKept = 40

  let n: Int
  let objective: WindowTourObjective
  /// Row-major, `n * n`.
  let times: UnsafeMutablePointer<Int>
  /// The same by columns: row j holds the times into j.
  let timesInto: UnsafeMutablePointer<Int>
  let open: UnsafeMutablePointer<Int>
  let close: UnsafeMutablePointer<Int>
  /// The least time into and out of each node.
  let leastIn: UnsafeMutablePointer<Int>
  let leastOut: UnsafeMutablePointer<Int>
  /// `kept` near nodes of each node, best first, node 0 not among them.
  let near: UnsafeMutablePointer<Int32>
  let kept: Int

  /// - Parameter ranked: whether neighbours are kept; bounds need none.
  init(
    _ problem: WindowTourProblem, _ tight: WindowTightening, _ objective: WindowTourObjective,
    ranked: Bool = true
  ) {
    n = problem.count
    self.objective = objective
    times = .allocate(capacity: n * n)
    timesInto = .allocate(capacity: n * n)
    open = .allocate(capacity: n)
    close = .allocate(capacity: n)
    leastIn = .allocate(capacity: n)
    leastOut = .allocate(capacity: n)
    kept = ranked ? min(Self.neighboursKept, max(n - 2, 0)) : 0
    near = .allocate(capacity: max(1, n * kept))
    for k in 0..<n * n {
      times[k] = k / n == k % n || problem.times[k] < 0 ? Self.far : Int(problem.times[k])
    }
    for i in 0..<n {
      for j in 0..<n { timesInto[j * n + i] = times[i * n + j] }
      open[i] = tight.open[i]
      close[i] = tight.close[i]
      leastIn[i] = Self.far
      leastOut[i] = Self.far
    }
    for i in 0..<n {
      for j in 0..<n where i != j {
        leastIn[j] = min(leastIn[j], times[i * n + j])
        leastOut[i] = min(leastOut[i], times[i * n + j])
      }
    }
    rankNeighbours()
  }

  deinit {
    for pointer in [times, timesInto, open, close, leastIn, leastOut] { pointer.deallocate() }
    near.deallocate()
  }

  /// Nearness in space and time: Vidal et al. 2013, "A hybrid genetic algorithm with adaptive diversity management
  /// for a large class of vehicle routing problems with time-windows".
  private func rankNeighbours() {
    guard kept > 0 else { return }
    // What every way out of i, then every way into j costs anyway says nothing of nearness.
    var into = [Int](repeating: Self.far, count: n)
    for i in 0..<n {
      for j in 0..<n where i != j { into[j] = min(into[j], times[i * n + j] - leastOut[i]) }
    }
    func way(_ i: Int, _ j: Int) -> Int {
      let time = times[i * n + j]
      let wait = max(0, open[j] - time - close[i]) / 5 + max(0, open[i] + time - close[j])
      return time - leastOut[i] - into[j] + wait
    }
    for i in 1..<n {
      let ranked = (1..<n).filter { $0 != i }.map { (min(way(i, $0), way($0, i)), Int32($0)) }.sorted {
        $0 < $1
      }
      for (k, entry) in ranked.prefix(kept).enumerated() { near[i * kept + k] = entry.1 }
    }
    for k in 0..<kept { near[k] = Int32(k + 1) }
  }

  @inline(__always) func time(_ from: Int32, _ to: Int32) -> Int { times[Int(from) &* n &+ Int(to)] }
}
