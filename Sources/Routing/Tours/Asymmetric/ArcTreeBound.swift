/// A lower bound for tours of directed costs by Lagrangian relaxation: 1-trees over the pairs of nodes, with a
/// multiplier for the one arc that leaves a node and one for the one arc that reaches it.
///
/// Relaxed problem: a spanning tree of the nodes 1 … n − 1, each edge taken in its cheaper direction, and one arc out of
/// and one into node 0, at the costs c(i, j) − leave[i] − reach[j]. Every tour, its directions forgotten, is such a
/// 1-tree, and the best multipliers give the bound of the subtour relaxation of the asymmetric problem. Held and Karp
/// 1970/1971, "The traveling-salesman problem and minimum spanning trees"; for directed costs in the sense of Jonker
/// and Volgenant 1983, whose doubled graph joins the two halves of a node by an edge that is always taken.
///
/// Units: costs times `scale`, whole numbers, so that the bound is exact.
struct ArcTreeBound {
  /// Number of nodes, at least 3.
  private(set) var count: Int
  let stride: Int
  let capacity: Int
  /// Scaled costs by row and by column; pairs that cannot be driven hold `ArcTreeBound.absent`.
  let out: UnsafeMutablePointer<Int32>
  let into: UnsafeMutablePointer<Int32>
  let leave: UnsafeMutablePointer<Int32>
  let reach: UnsafeMutablePointer<Int32>
  /// The other end of the tree edge by which a node joined (nodes 1 …), and the order of joining.
  let parent: UnsafeMutablePointer<Int32>
  let joined: UnsafeMutablePointer<Int32>
  let weight: UnsafeMutablePointer<Int32>
  /// Arcs of the 1-tree that leave and reach each node.
  let leaving: UnsafeMutablePointer<Int32>
  let reaching: UnsafeMutablePointer<Int32>
  private let key: UnsafeMutablePointer<Int32>
  /// The arcs of the 1-tree, `count` pairs.
  let tails: UnsafeMutablePointer<Int32>
  let heads: UnsafeMutablePointer<Int32>

  /// Stands for the cost of a pair that cannot be driven.
  static let absent: Int32 = 1 << 29
  /// Reduced costs from here on belong to pairs that cannot be driven.
  static let never: Int32 = 1 << 28
  /// Multipliers stay within ± this.
  static let widest: Int32 = 1 << 26

  init(capacity: Int) {
    self.capacity = capacity
    count = capacity
    stride = (capacity + 7) & ~7
    out = .allocate(capacity: stride * capacity)
    into = .allocate(capacity: stride * capacity)
    leave = .allocate(capacity: stride)
    reach = .allocate(capacity: stride)
    parent = .allocate(capacity: stride)
    joined = .allocate(capacity: stride)
    weight = .allocate(capacity: stride)
    leaving = .allocate(capacity: stride)
    reaching = .allocate(capacity: stride)
    key = .allocate(capacity: stride)
    tails = .allocate(capacity: stride)
    heads = .allocate(capacity: stride)
    leave.initialize(repeating: 0, count: stride)
    reach.initialize(repeating: 0, count: stride)
    parent.initialize(repeating: 0, count: stride)
  }

  func deallocate() {
    out.deallocate()
    into.deallocate()
    leave.deallocate()
    reach.deallocate()
    parent.deallocate()
    joined.deallocate()
    weight.deallocate()
    leaving.deallocate()
    reaching.deallocate()
    key.deallocate()
    tails.deallocate()
    heads.deallocate()
  }

  /// The factor by which costs are multiplied: a power of two that leaves room for the multipliers, or 0 when the costs
  /// are too large for this bound.
  static func scale(_ matrix: ArcMatrix) -> Int {
    let room = Int(widest >> 1) / max(1, Int(matrix.dearest))
    if room < 1 { return 0 }
    var scale = 1
    while scale * 2 <= room && scale < 256 { scale *= 2 }
    return scale
  }

  /// Takes the costs of `matrix` times `scale`.
  func fill(_ matrix: ArcMatrix, scale: Int) {
    let factor = Int32(scale)
    for i in 0..<count {
      let row = out + i * stride
      let column = into + i * stride
      let fromRow = matrix.out + i * matrix.stride
      let fromColumn = matrix.into + i * matrix.stride
      for j in 0..<stride {
        let a = j < matrix.stride ? fromRow[j] : matrix.hole
        let b = j < matrix.stride ? fromColumn[j] : matrix.hole
        row[j] = a >= matrix.hole ? ArcTreeBound.absent : a &* factor
        column[j] = b >= matrix.hole ? ArcTreeBound.absent : b &* factor
      }
    }
  }

  /// Sets the number of nodes in use, at most `capacity`.
  mutating func resize(_ nodes: Int) { count = nodes }

  @inline(__always)
  func reduced(_ i: Int, _ j: Int) -> Int32 { out[i &* stride &+ j] &- leave[i] &- reach[j] }

  /// Finds the least 1-tree at the present multipliers, by Prim's method over dense rows.
  ///
  /// - Returns: its scaled bound; nil when the nodes do not hang together.
  func tree() -> Int? {
    let n = count
    let width = (n &+ 7) & ~7
    for j in 0..<width { key[j] = ArcTreeBound.absent &+ ArcTreeBound.never }
    for j in n..<max(n, width) { key[j] = .min }
    key[0] = .min
    key[1] = .min
    joined[0] = 1
    parent[1] = 1
    var last = 1
    var total = 0
    for step in 1..<max(1, n &- 1) {
      let (nearest, least) = extend(last, width)
      if least >= ArcTreeBound.never { return nil }
      key[nearest] = .min
      joined[step] = Int32(truncatingIfNeeded: nearest)
      weight[nearest] = least
      total &+= Int(least)
      last = nearest
    }
    return close(total)
  }

  /// Lowers the keys by the rows of the node that joined last.
  ///
  /// - Returns: the node of least key outside the tree, and its key.
  @inline(__always)
  private func extend(_ last: Int, _ width: Int) -> (Int, Int32) {
    let row = out + last &* stride
    let column = into + last &* stride
    let leaveHere = SIMD4<Int32>(repeating: leave[last])
    let reachHere = SIMD4<Int32>(repeating: reach[last])
    let mark = SIMD4<Int32>(repeating: Int32(truncatingIfNeeded: last))
    var least = SIMD4<Int32>(repeating: .max)
    var place = SIMD4<Int32>(repeating: 0)
    var index = SIMD4<Int32>(0, 1, 2, 3)
    let four = SIMD4<Int32>(repeating: 4)
    var j = 0
    while j < width {
      let along = vector(row, j) &- vector(reach, j) &- leaveHere
      let back = vector(column, j) &- vector(leave, j) &- reachHere
      let cheaper = along.replacing(with: back, where: back .< along)
      let old = vector(key, j)
      let better = cheaper .< old
      let now = old.replacing(with: cheaper, where: better)
      setVector(key, j, now)
      setVector(parent, j, vector(parent, j).replacing(with: mark, where: better))
      // Nodes of the tree hold the least number, which wraps to the greatest here.
      let rank = now &- SIMD4<Int32>(repeating: 1)
      let nearer = rank .< least
      least = least.replacing(with: rank, where: nearer)
      place = place.replacing(with: index, where: nearer)
      index = index &+ four
      j &+= 4
    }
    var best = least[0]
    var node = place[0]
    for lane in 1..<4 where least[lane] < best || (least[lane] == best && place[lane] < node) {
      best = least[lane]
      node = place[lane]
    }
    return (Int(node), best == .max ? .max : best &+ 1)
  }

  @inline(__always)
  private func vector(_ base: UnsafeMutablePointer<Int32>, _ j: Int) -> SIMD4<Int32> {
    UnsafeRawPointer(base + j).loadUnaligned(as: SIMD4<Int32>.self)
  }

  @inline(__always)
  private func setVector(_ base: UnsafeMutablePointer<Int32>, _ j: Int, _ value: SIMD4<Int32>) {
    UnsafeMutableRawPointer(base + j).storeBytes(of: value, as: SIMD4<Int32>.self)
  }

  /// Adds the two arcs of node 0 and the multipliers, and counts the arcs at each node.
  @inline(__always)
  private func close(_ treeWeight: Int) -> Int? {
    let n = count
    for i in 0..<n {
      leaving[i] = 0
      reaching[i] = 0
    }
    var total = treeWeight
    for step in 1..<max(1, n &- 1) {
      let node = Int(joined[step])
      let other = Int(parent[node])
      let isOut = reduced(node, other) <= reduced(other, node)
      let tail = isOut ? node : other
      let head = isOut ? other : node
      tails[step] = Int32(truncatingIfNeeded: tail)
      heads[step] = Int32(truncatingIfNeeded: head)
      leaving[tail] &+= 1
      reaching[head] &+= 1
    }
    var bestOut = Int32.max
    var bestIn = Int32.max
    var to = 0
    var from = 0
    for j in 1..<n {
      let a = reduced(0, j)
      let b = reduced(j, 0)
      if a < bestOut {
        bestOut = a
        to = j
      }
      if b < bestIn {
        bestIn = b
        from = j
      }
    }
    if bestOut >= ArcTreeBound.never || bestIn >= ArcTreeBound.never { return nil }
    tails[0] = 0
    heads[0] = Int32(truncatingIfNeeded: to)
    tails[n &- 1] = Int32(truncatingIfNeeded: from)
    heads[n &- 1] = 0
    leaving[0] &+= 1
    reaching[to] &+= 1
    leaving[from] &+= 1
    reaching[0] &+= 1
    total &+= Int(bestOut) &+ Int(bestIn)
    for i in 0..<n { total &+= Int(leave[i]) &+ Int(reach[i]) }
    return total
  }
}
