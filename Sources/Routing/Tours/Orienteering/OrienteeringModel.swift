/// What the search reads of an ``OrienteeringProblem``: visit lengths folded into times, windows by day, nearness.
/// Immutable after `init`.
final class OrienteeringModel {
  static let far = 1 << 46
  static let neighboursKept = 30

  let n: Int
  let days: Int
  let first: Int32
  let last: Int32
  /// `out[v * n + x]`: the visit at v and the way to x. `into[v * n + x]`: the visit at x and the way to v.
  let out: UnsafeMutablePointer<Int>
  let into: UnsafeMutablePointer<Int>
  /// By `day * n + node`, narrowed to what can be reached; `close < open` where the node cannot be visited that day.
  let open: UnsafeMutablePointer<Int>
  let close: UnsafeMutablePointer<Int>
  let dayOpen: UnsafeMutablePointer<Int>
  let dayClose: UnsafeMutablePointer<Int>
  let score: UnsafeMutablePointer<Int>
  let leastInto: UnsafeMutablePointer<Int>
  /// The visit with no way: no place with less room will do.
  let visit: UnsafeMutablePointer<Int>
  let shortestVisit: Int
  /// `kept` near nodes of each node, best first; start and end not among them.
  let near: UnsafeMutablePointer<Int32>
  let kept: Int
  /// Nodes that can be visited on some day and score.
  let usable: [Int32]
  /// The sum of their scores: nothing collects more.
  let scoreInAll: Int

  init(_ problem: OrienteeringProblem) {
    let (n, m) = (problem.count, problem.days.count)
    self.n = n
    days = m
    first = Int32(problem.start)
    last = Int32(problem.end)
    out = .allocate(capacity: n * n)
    into = .allocate(capacity: n * n)
    open = .allocate(capacity: m * n)
    close = .allocate(capacity: m * n)
    dayOpen = .allocate(capacity: m)
    dayClose = .allocate(capacity: m)
    score = .allocate(capacity: n)
    leastInto = .allocate(capacity: n)
    visit = .allocate(capacity: n)
    visit.initialize(from: problem.service, count: n)
    score.initialize(from: problem.score, count: n)
    for i in 0..<n {
      for j in 0..<n {
        let time = problem.times[i * n + j]
        let service = i == problem.start ? 0 : problem.service[i]
        let value = time < 0 ? Self.far : time + service
        out[i * n + j] = value
        into[j * n + i] = value
      }
    }
    for v in 0..<n {
      var least = Self.far
      for x in 0..<n where x != v { least = min(least, into[v * n + x]) }
      leastInto[v] = least
    }
    let (there, back) = (
      Self.shortestWays(out, n, from: problem.start), Self.shortestWays(into, n, from: problem.end)
    )
    for day in 0..<m {
      dayOpen[day] = problem.days[day].open
      dayClose[day] = problem.days[day].close
      for v in 0..<n {
        let window = problem.windows[day][v]
        open[day * n + v] = max(window.open, problem.days[day].open + there[v])
        close[day * n + v] = min(window.close, problem.days[day].close - back[v])
      }
    }
    let (open, close) = (open, close)
    usable = (0..<n).filter { v in
      v != problem.start && v != problem.end && problem.score[v] > 0
        && (0..<m).contains { close[$0 * n + v] >= open[$0 * n + v] }
    }.map { Int32($0) }
    shortestVisit = usable.map { problem.service[Int($0)] }.min() ?? 0
    scoreInAll = usable.reduce(0) { $0 + problem.score[Int($1)] }
    kept = min(Self.neighboursKept, max(0, usable.count - 1))
    near = .allocate(capacity: max(1, n * kept))
    near.initialize(repeating: 0, count: max(1, n * kept))
    rankNeighbours()
  }

  deinit {
    for pointer in [out, into, open, close, dayOpen, dayClose, score, leastInto, visit] {
      pointer.deallocate()
    }
    near.deallocate()
  }

  /// The shortest ways from a node, visits on the way included (Dijkstra 1959): a way by other places may be shorter
  /// than the way straight there.
  private static func shortestWays(_ way: UnsafeMutablePointer<Int>, _ n: Int, from source: Int) -> [Int] {
    var shortest = [Int](repeating: far, count: n)
    var isDone = [Bool](repeating: false, count: n)
    shortest[source] = 0
    for _ in 0..<n {
      var next = -1
      for v in 0..<n where !isDone[v] && (next < 0 || shortest[v] < shortest[next]) { next = v }
      isDone[next] = true
      if shortest[next] >= far { break }
      for v in 0..<n { shortest[v] = min(shortest[v], shortest[next] + way[next * n + v]) }
    }
    return shortest
  }

  /// Whether two days have the same length and the same windows.
  func isAlike(_ a: Int, _ b: Int) -> Bool {
    dayOpen[a] == dayOpen[b] && dayClose[a] == dayClose[b]
      && (0..<n).allSatisfy { open[a * n + $0] == open[b * n + $0] && close[a * n + $0] == close[b * n + $0] }
  }

  /// Near in way and in time: the best day counts.
  private func rankNeighbours() {
    guard kept > 0 else { return }
    for v in usable {
      let v = Int(v)
      func way(_ i: Int, _ j: Int) -> Int {
        var best = Int.max
        for day in 0..<days {
          let (a, b) = (day * n + i, day * n + j)
          if close[a] < open[a] || close[b] < open[b] { continue }
          let time = out[i * n + j]
          best = min(best, time + max(0, open[b] - time - close[a]) / 5 + max(0, open[a] + time - close[b]))
        }
        return best
      }
      let ranked = usable.filter { $0 != v }.map { (min(way(v, Int($0)), way(Int($0), v)), $0) }.sorted {
        $0 < $1
      }
      for k in 0..<kept { near[v * kept + k] = ranked[k].1 }
    }
  }
}
