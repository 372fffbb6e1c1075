/// The sparse graph in which trees are looked for: every node's nearest nodes and the edges of one tour, which make
/// it connected. Edges stand at both ends, in compressed rows.
struct CandidateGraph {
  let count: Int
  /// Node i's edges are `begin[i] ..< begin[i + 1]`.
  let begin: UnsafeMutablePointer<Int32>
  let node: UnsafeMutablePointer<Int32>
  /// Costs times two to the `finest` of ``TourCosts``.
  let cost: UnsafeMutablePointer<Int32>

  init(
    _ near: NearestNodes, width: Int, _ tour: UnsafeMutablePointer<Int32>, _ costs: TourCosts, _ arena: Arena
  ) {
    let n = costs.count
    let width = min(width, near.width)
    count = n
    begin = arena.take(n + 1, 0)
    // Room for every listed edge at both ends; what the other end lists too is dropped there.
    var degree = [Int32](repeating: 0, count: n)
    var pairs: [SIMD2<Int32>] = []
    pairs.reserveCapacity(n * (width + 1))
    func lists(_ a: Int, _ b: Int32) -> Bool {
      for k in 0..<width where near.nodes[a * near.width + k] == b { return true }
      return false
    }
    func add(_ a: Int32, _ b: Int32) {
      pairs.append(SIMD2(a, b))
      degree[Int(a)] += 1
      degree[Int(b)] += 1
    }
    for a in 0..<n {
      for k in 0..<width {
        let b = near.nodes[a * near.width + k]
        if Int(b) < a && lists(Int(b), Int32(a)) { continue }
        add(Int32(a), b)
      }
      let (from, to) = (tour[a], tour[a + 1 == n ? 0 : a + 1])
      if n > 2 && !lists(Int(from), to) && !lists(Int(to), from) { add(from, to) }
    }
    for a in 0..<n { begin[a + 1] = begin[a] + degree[a] }
    node = arena.take(2 * pairs.count, 0)
    cost = arena.take(2 * pairs.count, 0)
    var fill = [Int32](unsafeUninitializedCapacity: n) { buffer, held in
      for a in 0..<n { buffer[a] = begin[a] }
      held = n
    }
    for pair in pairs {
      let value = costs.cost(pair.x, pair.y) << costs.finest
      for (a, b) in [(pair.x, pair.y), (pair.y, pair.x)] {
        let at = Int(fill[Int(a)])
        node[at] = b
        cost[at] = value
        fill[Int(a)] += 1
      }
    }
  }
}
