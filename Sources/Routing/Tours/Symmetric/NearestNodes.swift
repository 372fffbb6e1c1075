/// The nearest other nodes of every node, nearest first.
///
/// Nodes with coordinates are found by a k-d tree in O(n log n), others by looking at all pairs.
struct NearestNodes {
  /// `width` nodes per node, row by row.
  let nodes: UnsafeMutablePointer<Int32>
  let width: Int

  /// - Parameter width: how many neighbours; at most count - 1 are given.
  init(_ costs: TourCosts, width: Int, _ arena: Arena) {
    self.width = max(0, min(width, costs.count - 1))
    nodes = arena.take(costs.count * self.width, 0)
    guard costs.rule != .matrix, costs.count > 64 else {
      lookAtAllPairs(costs, arena)
      return
    }
    let quadrants = arena.take(self.width, Int8(0))
    if costs.rule == .geographical {
      var tree = KDTree(costs.sphere, count: costs.count, arena)
      for node in 0..<costs.count {
        let (east, north) = costs.directions(node)
        choose(node, &tree, costs.sphere, east, north, quadrants)
      }
    } else {
      var tree = KDTree(costs.position, count: costs.count, arena)
      for node in 0..<costs.count {
        choose(node, &tree, costs.position, SIMD2(1, 0), SIMD2(0, 1), quadrants)
      }
    }
  }

  /// Half the sum of every node's two cheapest edges: no round trip costs less. Nil for fewer than three nodes.
  func bound(_ costs: TourCosts) -> Int? {
    guard width > 1 else { return nil }
    var sum = 0
    for node in 0..<costs.count {
      for k in 0..<2 { sum += Int(costs.cost(Int32(node), nodes[node * width + k])) }
    }
    return (sum + 1) / 2
  }

  /// Lists the nearest nodes, but of each quadrant around the node at least one: where nodes stand in clusters all the
  /// nearest may be of one. The nearer half stays.
  private func choose<Point: SIMD & BitwiseCopyable>(
    _ node: Int, _ tree: inout KDTree<Point>, _ points: UnsafeMutablePointer<Point>, _ east: Point,
    _ north: Point, _ quadrants: UnsafeMutablePointer<Int8>
  ) where Point.Scalar == Double {
    let row = nodes + node * width
    tree.nearest(to: node, width, into: row)
    var listed = SIMD4<Int32>.zero
    for k in 0..<width {
      let quadrant = KDTree.quadrant(points[Int(row[k])] - points[node], east, north)
      quadrants[k] = Int8(truncatingIfNeeded: quadrant)
      listed[quadrant] &+= 1
    }
    for quadrant in 0..<4 where listed[quadrant] == 0 {
      // The farthest whose quadrant has others gives way; what was added lies at the end, of a quadrant of its own.
      var last = width - 1
      while last >= (width + 1) / 2 && listed[Int(quadrants[last])] < 2 { last -= 1 }
      guard last >= (width + 1) / 2 else { return }
      guard let other = tree.nearest(to: node, quadrant: quadrant, east, north) else { continue }
      listed[Int(quadrants[last])] &-= 1
      listed[quadrant] = 1
      for k in last..<(width - 1) {
        row[k] = row[k + 1]
        quadrants[k] = quadrants[k + 1]
      }
      var place = width - 1
      while place > 0 && isFarther(points[Int(row[place - 1])], points[Int(other)], points[node]) {
        row[place] = row[place - 1]
        quadrants[place] = quadrants[place - 1]
        place -= 1
      }
      row[place] = other
      quadrants[place] = Int8(truncatingIfNeeded: quadrant)
    }
  }

  @inline(__always)
  private func isFarther<Point: SIMD>(_ a: Point, _ b: Point, _ from: Point) -> Bool
  where Point.Scalar == Double {
    let (wayA, wayB) = (a - from, b - from)
    return (wayA * wayA).sum() > (wayB * wayB).sum()
  }

  private func lookAtAllPairs(_ costs: TourCosts, _ arena: Arena) {
    guard width > 0 else { return }
    let best = arena.take(width, 0.0)
    for node in 0..<costs.count {
      let row = nodes + node * width
      var held = 0
      for other in 0..<costs.count where other != node {
        let value = costs.nearness(node, other)
        if held == width && value >= best[width - 1] { continue }
        var place = held < width ? held : width - 1
        if held < width { held += 1 }
        while place > 0 && best[place - 1] > value {
          best[place] = best[place - 1]
          row[place] = row[place - 1]
          place -= 1
        }
        best[place] = value
        row[place] = Int32(other)
      }
    }
  }
}
