/// A balanced k-d tree (Bentley 1975) over points of the plane or, as nodes of the sphere, of space: nodes in tree order,
/// split at the median of the widest side.
struct KDTree<Point: SIMD & BitwiseCopyable> where Point.Scalar == Double {
  private let count: Int
  private let points: UnsafeMutablePointer<Point>
  /// Node indexes in tree order; a range's middle splits it.
  private let order: UnsafeMutablePointer<Int32>
  private let at: UnsafeMutablePointer<Point>
  /// Per middle: the axis of the split.
  private let axis: UnsafeMutablePointer<UInt8>
  private let best: UnsafeMutablePointer<Double>
  private let found: UnsafeMutablePointer<Int32>
  private var held = 0
  private var wanted = 0
  private var worst = Double.infinity
  private var here = Point()
  private var node: Int32 = 0
  private var east = Point()
  private var north = Point()
  private static var leaf: Int { 8 }
  private static var widest: Int { 64 }

  init(_ points: UnsafeMutablePointer<Point>, count: Int, _ arena: Arena) {
    self.count = count
    self.points = points
    order = arena.room(count)
    at = arena.room(count)
    axis = arena.take(count, 0)
    best = arena.take(Self.widest, 0)
    found = arena.take(Self.widest, 0)
    for node in 0..<count { order[node] = Int32(truncatingIfNeeded: node) }
    build(0, count)
    for place in 0..<count { at[place] = points[Int(order[place])] }
  }

  private func build(_ low: Int, _ high: Int) {
    guard high - low > Self.leaf else { return }
    var least = points[Int(order[low])]
    var most = least
    for place in low..<high {
      let here = points[Int(order[place])]
      least = pointwiseMin(least, here)
      most = pointwiseMax(most, here)
    }
    let middle = (low + high) / 2
    var widest = 0
    for k in 1..<Point.scalarCount where most[k] - least[k] > most[widest] - least[widest] { widest = k }
    axis[middle] = UInt8(widest)
    select(low, high, middle, widest)
    build(low, middle)
    build(middle + 1, high)
  }

  /// Hoare's selection: places before `middle` hold no larger key, those after it no smaller.
  private func select(_ first: Int, _ end: Int, _ middle: Int, _ axis: Int) {
    @inline(__always) func key(_ place: Int) -> Double { points[Int(order[place])][axis] }
    var (low, high) = (first, end - 1)
    while low < high {
      let pivot = key((low + high) / 2)
      var (i, j) = (low, high)
      while i <= j {
        while key(i) < pivot { i += 1 }
        while key(j) > pivot { j -= 1 }
        if i <= j {
          (order[i], order[j]) = (order[j], order[i])
          i += 1
          j -= 1
        }
      }
      if middle <= j { high = j } else if middle >= i { low = i } else { return }
    }
  }

  /// Writes the `wanted` nearest other nodes, nearest first; `wanted` at most 64.
  mutating func nearest(to node: Int, _ wanted: Int, into row: UnsafeMutablePointer<Int32>) {
    begin(node, wanted)
    descend(0, count)
    for place in 0..<held { row[place] = found[place] }
  }

  /// The nearest of those that lie in one quadrant as seen from the node: 0 … 3, in direction `east` (bit 0) and
  /// `north` (bit 1), or against them; nil when there is none.
  mutating func nearest(to node: Int, quadrant: Int, _ east: Point, _ north: Point) -> Int32? {
    begin(node, 1)
    (self.east, self.north) = (east, north)
    lookInto(quadrant, 0, count)
    return held == 1 ? found[0] : nil
  }

  private mutating func begin(_ node: Int, _ wanted: Int) {
    held = 0
    self.wanted = wanted
    self.node = Int32(truncatingIfNeeded: node)
    worst = .infinity
    here = points[node]
  }

  private mutating func lookInto(_ quadrant: Int, _ low: Int, _ high: Int) {
    if high - low <= Self.leaf {
      for place in low..<high where Self.quadrant(at[place] - here, east, north) == quadrant { offer(place) }
      return
    }
    let middle = (low + high) / 2
    let side = Int(axis[middle])
    let away = here[side] - at[middle][side]
    // Beyond a split of the plane on its own far side there is nothing of the quadrant.
    let isAbove = quadrant & (side == 0 ? 1 : 2) != 0
    let isFlat = Point.scalarCount == 2
    let isNearLow = away < 0
    for turn in 0..<2 {
      let isLow = (turn == 0) == isNearLow
      let isEmpty = isFlat && (isLow ? isAbove && away > 0 : !isAbove && away < 0)
      if !isEmpty && (turn == 0 || away * away < worst) {
        if isLow { lookInto(quadrant, low, middle) } else { lookInto(quadrant, middle + 1, high) }
      }
      if turn == 0, away * away < worst, Self.quadrant(at[middle] - here, east, north) == quadrant {
        offer(middle)
      }
    }
  }

  @inline(__always)
  static func quadrant(_ way: Point, _ east: Point, _ north: Point) -> Int {
    ((way * east).sum() >= 0 ? 1 : 0) | ((way * north).sum() >= 0 ? 2 : 0)
  }

  private mutating func descend(_ low: Int, _ high: Int) {
    if high - low <= Self.leaf {
      for place in low..<high { offer(place) }
      return
    }
    let middle = (low + high) / 2
    let side = Int(axis[middle])
    let away = here[side] - at[middle][side]
    if away < 0 { descend(low, middle) } else { descend(middle + 1, high) }
    guard away * away < worst else { return }
    offer(middle)
    if away < 0 { descend(middle + 1, high) } else { descend(low, middle) }
  }

  @inline(__always)
  private mutating func offer(_ candidate: Int) {
    let way = at[candidate] - here
    let value = (way * way).sum()
    guard value < worst, order[candidate] != node else { return }
    var place = held < wanted ? held : wanted - 1
    if held < wanted { held += 1 }
    while place > 0 && best[place - 1] > value {
      best[place] = best[place - 1]
      found[place] = found[place - 1]
      place -= 1
    }
    best[place] = value
    found[place] = order[candidate]
    if held == wanted { worst = best[wanted - 1] }
  }
}
