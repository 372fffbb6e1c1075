/// The nodes that a node may be joined to by the search, cheapest first, `width` a node.
///
/// A list that is shorter ends with entries of cost Int32.max, at which every search by gain stops.
struct Candidates {
  /// Node and cost to it.
  let near: UnsafeMutablePointer<SIMD2<Int32>>
  let width: Int

  init(count: Int, width: Int, _ arena: Arena) {
    self.width = width
    near = arena.take(count * width, SIMD2(0, Int32.max))
  }

  /// Whether `other` is among the candidates of `node`.
  @inline(__always)
  func lists(_ node: Int, _ other: Int32) -> Bool {
    for k in 0..<width where near[node &* width &+ k].x == other && near[node &* width &+ k].y < .max {
      return true
    }
    return false
  }

  /// The first `width` of the nearest nodes.
  init(_ nearest: NearestNodes, _ costs: some PairCosts, count: Int, width: Int, _ arena: Arena) {
    self.init(count: count, width: max(1, min(width, nearest.width)), arena)
    for node in 0..<count {
      for k in 0..<min(self.width, nearest.width) {
        let other = nearest.nodes[node * nearest.width + k]
        near[node * self.width + k] = SIMD2(other, costs.cost(Int32(node), other))
      }
      sort(node)
    }
  }

  /// The `width` edges of the graph of least α at each node (Helsgaun 2000), ties by cost.
  init(
    _ graph: CandidateGraph, _ tree: SparseOneTree, _ pi: UnsafeMutablePointer<Int32>, width: Int,
    _ arena: Arena
  ) {
    self.init(count: graph.count, width: width, arena)
    let keys = arena.take(width, SIMD2<Int32>.zero)
    for node in 0..<graph.count {
      let row = near + node * width
      var held = 0
      for k in Int(graph.begin[node])..<Int(graph.begin[node + 1]) {
        let other = Int(graph.node[k])
        let value = graph.cost[k] &+ pi[node] &+ pi[other]
        let key = SIMD2(tree.alpha(node, other, value), value)
        func isLess(_ a: SIMD2<Int32>, _ b: SIMD2<Int32>) -> Bool { a.x < b.x || (a.x == b.x && a.y < b.y) }
        if held == width && !isLess(key, keys[width - 1]) { continue }
        var place = held < width ? held : width - 1
        if held < width { held += 1 }
        while place > 0 && isLess(key, keys[place - 1]) {
          keys[place] = keys[place - 1]
          row[place] = row[place - 1]
          place -= 1
        }
        keys[place] = key
        row[place] = SIMD2(Int32(other), value)
      }
      sort(node)
    }
  }

  /// Puts a node's list in order of cost: rounding can have changed the order by distance.
  func sort(_ node: Int) {
    let row = near + node * width
    for k in 1..<max(1, width) {
      let entry = row[k]
      var place = k
      while place > 0 && row[place - 1].y > entry.y {
        row[place] = row[place - 1]
        place -= 1
      }
      row[place] = entry
    }
  }
}
