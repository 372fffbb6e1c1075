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

  /// The first `width` of the nearest nodes.
  init(_ nearest: NearestNodes, _ costs: TourCosts, width: Int, _ arena: Arena) {
    self.init(count: costs.count, width: max(1, min(width, nearest.width)), arena)
    for node in 0..<costs.count {
      for k in 0..<min(self.width, nearest.width) {
        let other = nearest.nodes[node * nearest.width + k]
        near[node * self.width + k] = SIMD2(other, costs.cost(Int32(node), other))
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
