/// The nearest other nodes of every node, nearest first.
///
/// Planar nodes are found by a k-d tree (Bentley 1975) in O(n log n), others by looking at all pairs.
struct NearestNodes {
  /// `width` nodes per node, row by row.
  let nodes: UnsafeMutablePointer<Int32>
  let width: Int

  /// - Parameter width: how many neighbours; at most count - 1 are given.
  init(_ costs: TourCosts, width: Int, _ arena: Arena) {
    self.width = min(width, costs.count - 1)
    nodes = arena.take(costs.count * self.width, 0)
    if costs.isPlanar && costs.count > 64 {
      var tree = KDTree(costs, arena)
      let around = arena.take(self.width + 4 * Self.perQuadrant, Int32(0))
      for node in 0..<costs.count { choose(node, &tree, around, costs) }
    } else {
      lookAtAllPairs(costs, arena)
    }
  }

  /// Of each quadrant around a node so many nodes are listed before nearer ones of a quadrant that has more: where nodes
  /// stand in clusters all the nearest may be of one.
  private static let perQuadrant = 2

  /// Lists the nearest half, then those of the quadrants, then the next nearest; in the end by distance.
  private func choose(
    _ node: Int, _ tree: inout KDTree, _ around: UnsafeMutablePointer<Int32>, _ costs: TourCosts
  ) {
    let row = nodes + node * width
    tree.nearest(to: node, width, into: around)
    let sure = (width + 1) / 2
    var held = 0
    func add(_ other: Int32) {
      guard held < width else { return }
      for k in 0..<held where row[k] == other { return }
      row[held] = other
      held += 1
    }
    for k in 0..<sure { add(around[k]) }
    for quadrant in 0..<4 {
      let found = tree.nearest(to: node, Self.perQuadrant, into: around + width, quadrant: quadrant)
      for k in 0..<found { add(around[width + k]) }
    }
    for k in sure..<width { add(around[k]) }
    for k in 1..<max(1, width) {
      let other = row[k]
      let value = costs.nearness(node, Int(other))
      var place = k
      while place > 0 && costs.nearness(node, Int(row[place - 1])) > value {
        row[place] = row[place - 1]
        place -= 1
      }
      row[place] = other
    }
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

/// A balanced k-d tree over planar nodes: nodes in tree order, split at the median of the wider side.
struct KDTree {
  private let costs: TourCosts
  /// Node indexes in tree order; a range's middle splits it.
  private let order: UnsafeMutablePointer<Int32>
  private let px: UnsafeMutablePointer<Double>
  private let py: UnsafeMutablePointer<Double>
  /// Per middle: whether the split is by y.
  private let byY: UnsafeMutablePointer<Bool>
  private let best: UnsafeMutablePointer<Double>
  private let found: UnsafeMutablePointer<Int32>
  private var held = 0
  private var wanted = 0
  private var worst = Double.infinity
  private static let leaf = 8
  private static let widest = 64

  init(_ costs: TourCosts, _ arena: Arena) {
    self.costs = costs
    let n = costs.count
    order = arena.take(n, 0)
    px = arena.take(n, 0)
    py = arena.take(n, 0)
    byY = arena.take(n, false)
    best = arena.take(Self.widest, 0)
    found = arena.take(Self.widest, 0)
    for node in 0..<n { order[node] = Int32(node) }
    build(0, n)
    for place in 0..<n {
      px[place] = costs.x[Int(order[place])]
      py[place] = costs.y[Int(order[place])]
    }
  }

  private func build(_ low: Int, _ high: Int) {
    guard high - low > Self.leaf else { return }
    var (minX, maxX) = (Double.infinity, -Double.infinity)
    var (minY, maxY) = (minX, maxX)
    for place in low..<high {
      let node = Int(order[place])
      minX = min(minX, costs.x[node])
      maxX = max(maxX, costs.x[node])
      minY = min(minY, costs.y[node])
      maxY = max(maxY, costs.y[node])
    }
    let middle = (low + high) / 2
    byY[middle] = maxY - minY > maxX - minX
    select(low, high, middle, byY[middle] ? costs.y : costs.x)
    build(low, middle)
    build(middle + 1, high)
  }

  /// Hoare's selection: places before `middle` hold no larger key, those after it no smaller.
  private func select(_ first: Int, _ end: Int, _ middle: Int, _ key: UnsafeMutablePointer<Double>) {
    var (low, high) = (first, end - 1)
    while low < high {
      let pivot = key[Int(order[(low + high) / 2])]
      var (i, j) = (low, high)
      while i <= j {
        while key[Int(order[i])] < pivot { i += 1 }
        while key[Int(order[j])] > pivot { j -= 1 }
        if i <= j {
          (order[i], order[j]) = (order[j], order[i])
          i += 1
          j -= 1
        }
      }
      if middle <= j { high = j } else if middle >= i { low = i } else { return }
    }
  }

  /// Writes the `count` nearest other nodes, nearest first; `count` at most 64.
  /// - Parameter quadrant: 0 … 3 for those right of (bit 0) and above (bit 1) the node only, nil for all.
  /// - Returns: how many there were.
  @discardableResult
  mutating func nearest(
    to node: Int, _ count: Int, into row: UnsafeMutablePointer<Int32>, quadrant: Int? = nil
  ) -> Int {
    held = 0
    wanted = count
    worst = .infinity
    if let quadrant {
      lookInto(quadrant, 0, costs.count, costs.x[node], costs.y[node], Int32(node))
    } else {
      descend(0, costs.count, costs.x[node], costs.y[node], Int32(node))
    }
    for place in 0..<held { row[place] = found[place] }
    return held
  }

  private mutating func lookInto(
    _ quadrant: Int, _ low: Int, _ high: Int, _ x: Double, _ y: Double, _ node: Int32
  ) {
    if high - low <= Self.leaf {
      for place in low..<high where Self.quadrant(px[place] - x, py[place] - y) == quadrant {
        offer(place, x, y, node)
      }
      return
    }
    let middle = (low + high) / 2
    let away = byY[middle] ? y - py[middle] : x - px[middle]
    // Whether the quadrant lies on the side of larger coordinates.
    let isAbove = quadrant & (byY[middle] ? 2 : 1) != 0
    let isNearLow = away < 0
    for isLow in [isNearLow, !isNearLow] {
      if isLow == isNearLow || away * away < worst {
        // Beyond a split on its own far side there is nothing of the quadrant.
        let isEmpty = isLow ? isAbove && away > 0 : !isAbove && away < 0
        if !isEmpty {
          lookInto(quadrant, isLow ? low : middle + 1, isLow ? middle : high, x, y, node)
        }
      }
      if isLow == isNearLow, away * away < worst,
        Self.quadrant(px[middle] - x, py[middle] - y) == quadrant
      {
        offer(middle, x, y, node)
      }
    }
  }

  @inline(__always)
  private static func quadrant(_ dx: Double, _ dy: Double) -> Int { (dx >= 0 ? 1 : 0) | (dy >= 0 ? 2 : 0) }

  private mutating func descend(_ low: Int, _ high: Int, _ x: Double, _ y: Double, _ node: Int32) {
    if high - low <= Self.leaf {
      for place in low..<high { offer(place, x, y, node) }
      return
    }
    let middle = (low + high) / 2
    let away = byY[middle] ? y - py[middle] : x - px[middle]
    if away < 0 {
      descend(low, middle, x, y, node)
    } else {
      descend(middle + 1, high, x, y, node)
    }
    guard away * away < worst else { return }
    offer(middle, x, y, node)
    if away < 0 {
      descend(middle + 1, high, x, y, node)
    } else {
      descend(low, middle, x, y, node)
    }
  }

  @inline(__always)
  private mutating func offer(_ at: Int, _ x: Double, _ y: Double, _ node: Int32) {
    let (dx, dy) = (px[at] - x, py[at] - y)
    let value = dx * dx + dy * dy
    guard value < worst, order[at] != node else { return }
    var place = held < wanted ? held : wanted - 1
    if held < wanted { held += 1 }
    while place > 0 && best[place - 1] > value {
      best[place] = best[place - 1]
      found[place] = found[place - 1]
      place -= 1
    }
    best[place] = value
    found[place] = order[at]
    if held == wanted { worst = best[wanted - 1] }
  }
}
