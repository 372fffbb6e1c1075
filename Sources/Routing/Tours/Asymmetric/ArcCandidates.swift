/// For each node the few arcs worth adding, nearest first, −1 after the last: `out` for arcs that leave it, `into` for arcs that reach it.
struct ArcCandidates {
  let count: Int
  let width: Int
  /// How many of the list are tried for the second arc of a move.
  let breadth: Int
  let out: UnsafeMutablePointer<Int32>
  let into: UnsafeMutablePointer<Int32>
  private let keys: UnsafeMutablePointer<Int64>

  init(count: Int, width: Int, breadth: Int) {
    self.count = count
    self.width = max(1, min(width, count - 1))
    self.breadth = min(self.width, breadth)
    out = .allocate(capacity: count * self.width)
    into = .allocate(capacity: count * self.width)
    keys = .allocate(capacity: self.width + 1)
  }

  func deallocate() {
    out.deallocate()
    into.deallocate()
    keys.deallocate()
  }

  @inline(__always)
  func list(_ direction: Int) -> UnsafeMutablePointer<Int32> { direction > 0 ? out : into }

  /// Chooses for every node the `width` arcs of least `rank` (ties by cost), then sorts them by cost.
  ///
  /// - Parameters:
  ///   - most: how many of a node at most, `width` when nil.
  ///   - limit: arcs of this rank or more are left out.
  ///   - rank: the worth of the arc i → j, less is better.
  @inline(__always)
  func fill(_ matrix: ArcMatrix, most: Int? = nil, below limit: Int32 = .max, rank: (Int, Int) -> Int32) {
    let most = min(width, most ?? width)
    for i in 0..<count {
      choose(i, out, most, limit, rank: { rank(i, $0) }, costs: matrix.out + i * matrix.stride)
      choose(i, into, most, limit, rank: { rank($0, i) }, costs: matrix.into + i * matrix.stride)
    }
  }

  @inline(__always)
  private func choose(
    _ node: Int, _ list: UnsafeMutablePointer<Int32>, _ most: Int, _ limit: Int32, rank: (Int) -> Int32,
    costs: UnsafeMutablePointer<Int32>
  ) {
    let chosen = list + node * width
    var filled = 0
    for other in 0..<count where other != node {
      let worth = rank(other)
      if worth >= limit { continue }
      let key = Int64(worth) << 32 | Int64(costs[other])
      if filled == most && key >= keys[most - 1] { continue }
      var place = filled < most ? filled : most - 1
      while place > 0 && keys[place - 1] > key {
        keys[place] = keys[place - 1]
        chosen[place] = chosen[place - 1]
        place -= 1
      }
      keys[place] = key
      chosen[place] = Int32(truncatingIfNeeded: other)
      if filled < most { filled += 1 }
    }
    for k in filled..<width { chosen[k] = -1 }
    for k in 1..<max(1, filled) {
      let item = chosen[k]
      let cost = costs[Int(item)]
      var place = k
      while place > 0 && costs[Int(chosen[place - 1])] > cost {
        chosen[place] = chosen[place - 1]
        place -= 1
      }
      chosen[place] = item
    }
  }
}
