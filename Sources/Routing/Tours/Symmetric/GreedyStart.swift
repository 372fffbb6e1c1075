/// The greedy start: candidate pairs by increasing cost become edges where no node gets a third and no cycle
/// closes; the paths left over are joined end to nearest end (Bentley 1992, "Fast algorithms for geometric
/// traveling salesman problems").
enum GreedyStart {
  /// Writes a permutation of the nodes. O(n K log n) and O(f²) for the f paths left over.
  static func tour(
    _ costs: TourCosts, _ near: NearestNodes, width: Int, into order: UnsafeMutablePointer<Int32>,
    _ arena: Arena
  ) {
    let n = costs.count
    let link = arena.take(2 * n, Int32(-1))
    joinCheapest(costs, near, width: min(width, near.width), link, arena)
    chain(costs, link, order, arena)
  }

  private static func joinCheapest(
    _ costs: TourCosts, _ near: NearestNodes, width: Int, _ link: UnsafeMutablePointer<Int32>, _ arena: Arena
  ) {
    let n = costs.count
    var pairs: [UInt64] = []
    pairs.reserveCapacity(n * width)
    for node in 0..<n {
      for k in 0..<width {
        let other = Int(near.nodes[node * near.width + k])
        // A pair that both nodes list is taken once, at its smaller node.
        if other < node, (0..<width).contains(where: { near.nodes[other * near.width + $0] == node }) {
          continue
        }
        let cost = costs.cost(Int32(node), Int32(other))
        pairs.append(UInt64(cost) << 32 | UInt64(node * width + k))
      }
    }
    pairs.sort()
    let root = arena.take(n, Int32(0))
    for node in 0..<n { root[node] = Int32(node) }
    func find(_ start: Int) -> Int {
      var node = start
      while root[node] != node {
        root[node] = root[Int(root[node])]
        node = Int(root[node])
      }
      return node
    }
    for pair in pairs {
      let place = Int(pair & 0xFFFF_FFFF)
      let a = place / width
      let b = Int(near.nodes[a * near.width + place % width])
      guard link[2 * a + 1] < 0, link[2 * b + 1] < 0 else { continue }
      let (rootA, rootB) = (find(a), find(b))
      guard rootA != rootB else { continue }
      root[rootA] = Int32(rootB)
      link[2 * a + (link[2 * a] < 0 ? 0 : 1)] = Int32(b)
      link[2 * b + (link[2 * b] < 0 ? 0 : 1)] = Int32(a)
    }
  }

  private static func chain(
    _ costs: TourCosts, _ link: UnsafeMutablePointer<Int32>, _ order: UnsafeMutablePointer<Int32>,
    _ arena: Arena
  ) {
    let n = costs.count
    var ends: [Int32] = []
    for node in 0..<n where link[2 * node + 1] < 0 { ends.append(Int32(node)) }
    let seen = arena.take(n, false)
    var here = ends.first ?? 0
    var placed = 0
    while true {
      // Walk the path to its other end.
      var previous: Int32 = -1
      while true {
        order[placed] = here
        placed += 1
        seen[Int(here)] = true
        let (a, b) = (link[2 * Int(here)], link[2 * Int(here) + 1])
        let next = a >= 0 && a != previous && !seen[Int(a)] ? a : b
        guard next >= 0, !seen[Int(next)] else { break }
        previous = here
        here = next
      }
      if placed == n { return }
      var best = Double.infinity
      var bestAt = 0
      var k = 0
      while k < ends.count {
        if seen[Int(ends[k])] {
          ends[k] = ends[ends.count - 1]
          ends.removeLast()
          continue
        }
        let value = costs.nearness(Int(here), Int(ends[k]))
        if value < best {
          best = value
          bestAt = k
        }
        k += 1
      }
      here = ends[bestAt]
    }
  }
}
