/// For each node the few arcs worth adding, nearest first: `out` for arcs that leave it, `into` for arcs that reach it.
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
  /// - Parameter rank: the worth of the arc i → j, less is better, below 2³¹.
  @inline(__always)
  func fill(_ matrix: ArcMatrix, rank: (Int, Int) -> Int32) {
    for i in 0..<count {
      choose(i, out, rank: { rank(i, $0) }, costs: matrix.out + i * matrix.stride)
      choose(i, into, rank: { rank($0, i) }, costs: matrix.into + i * matrix.stride)
    }
  }

  @inline(__always)
  private func choose(
    _ node: Int, _ list: UnsafeMutablePointer<Int32>, rank: (Int) -> Int32, costs: UnsafeMutablePointer<Int32>
  ) {
    let chosen = list + node * width
    var filled = 0
    for other in 0..<count where other != node {
      let key = Int64(rank(other)) << 32 | Int64(costs[other])
      if filled == width && key >= keys[width - 1] { continue }
      var place = filled < width ? filled : width - 1
      while place > 0 && keys[place - 1] > key {
        keys[place] = keys[place - 1]
        chosen[place] = chosen[place - 1]
        place -= 1
      }
      keys[place] = key
      chosen[place] = Int32(truncatingIfNeeded: other)
      if filled < width { filled += 1 }
    }
    for k in 1..<max(1, width) {
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
