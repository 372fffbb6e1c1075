/// What a bound and a known tour allow to leave out: arcs that no shorter tour uses, and arcs that every one uses.
///
/// An arc added to the least 1-tree makes the dearest edge on the path between its ends superfluous; the difference is
/// the rise of the bound if a tour is to use it (its alpha value: Helsgaun 2000, "An effective implementation of the
/// Lin–Kernighan traveling salesman heuristic"; the elimination: Volgenant and Jonker 1982).
struct ArcTreeReduction {
  let capacity: Int
  private let stride: Int
  /// `dearest[i * stride + j]`: the dearest edge on the tree's path between the nodes i and j, from 1 on.
  private let dearest: UnsafeMutablePointer<Int32>
  /// Arcs left that leave and reach each node.
  let leavable: UnsafeMutablePointer<Int32>
  let reachable: UnsafeMutablePointer<Int32>

  /// The order in which a node joined the tree.
  private let turn: UnsafeMutablePointer<Int32>
  /// For each arc of the 1-tree, by its place in the list, how much the bound rises without it; after `replace`.
  let rise: UnsafeMutablePointer<Int32>

  init(capacity: Int) {
    self.capacity = capacity
    stride = (capacity + 7) & ~7
    dearest = .allocate(capacity: stride * capacity)
    leavable = .allocate(capacity: capacity)
    reachable = .allocate(capacity: capacity)
    turn = .allocate(capacity: capacity)
    rise = .allocate(capacity: capacity)
  }

  func deallocate() {
    dearest.deallocate()
    leavable.deallocate()
    reachable.deallocate()
    turn.deallocate()
    rise.deallocate()
  }

  /// Measures the paths of the tree `bound` found last.
  func measure(_ bound: ArcTreeBound) {
    let n = bound.count
    for step in 1..<max(1, n &- 1) {
      let node = Int(bound.joined[step])
      let other = Int(bound.parent[node])
      let own = bound.weight[node]
      let row = dearest + node &* stride
      let from = dearest + other &* stride
      for earlier in 0..<step {
        let k = Int(bound.joined[earlier])
        let value = k == other ? own : max(from[k], own)
        row[k] = value
        dearest[k &* stride &+ node] = value
      }
    }
  }

  /// The rise of the bound if the arc i → j is to be used, scaled; after `measure`.
  ///
  /// - Parameters:
  ///   - out: the reduced cost of the arc of the 1-tree that leaves node 0.
  ///   - into: the reduced cost of the arc of the 1-tree that reaches node 0.
  @inline(__always)
  func alpha(_ bound: ArcTreeBound, _ i: Int, _ j: Int, out: Int32, into: Int32) -> Int32 {
    let value = bound.reduced(i, j)
    if i == 0 { return value &- out }
    if j == 0 { return value &- into }
    return value &- dearest[i &* stride &+ j]
  }

  /// Takes out every arc whose use would raise the bound by `gap` or more, and counts the arcs left.
  func reduce(_ bound: ArcTreeBound, gap: Int) {
    let n = bound.count
    measure(bound)
    let out = bound.reduced(Int(bound.tails[0]), Int(bound.heads[0]))
    let into = bound.reduced(Int(bound.tails[n &- 1]), Int(bound.heads[n &- 1]))
    let limit = Int32(min(gap, Int(ArcTreeBound.never)))
    for j in 0..<n { reachable[j] = 0 }
    for i in 0..<n {
      var kept: Int32 = 0
      let row = bound.out + i &* bound.stride
      for j in 0..<n where row[j] < ArcTreeBound.absent {
        if alpha(bound, i, j, out: out, into: into) >= limit {
          row[j] = ArcTreeBound.absent
          bound.into[j &* bound.stride &+ i] = ArcTreeBound.absent
        } else {
          kept &+= 1
          reachable[j] &+= 1
        }
      }
      leavable[i] = kept
    }
  }

  /// For each arc of the 1-tree the rise of the bound when it is forbidden, found from the arcs left.
  func replace(_ bound: ArcTreeBound) {
    let n = bound.count
    for step in 0..<n { rise[step] = ArcTreeBound.never }
    for step in 1..<max(1, n &- 1) { turn[Int(bound.joined[step])] = Int32(truncatingIfNeeded: step) }
    turn[Int(bound.joined[0])] = 0
    for i in 1..<n {
      let row = bound.out + i &* bound.stride
      for j in 1..<n where row[j] < ArcTreeBound.absent { climb(bound, i, j, bound.reduced(i, j)) }
    }
    for j in 1..<n {
      if j != Int(bound.heads[0]) { lower(0, bound.reduced(0, j)) }
      if j != Int(bound.tails[n &- 1]) { lower(n &- 1, bound.reduced(j, 0)) }
    }
    for step in 0..<n {
      rise[step] &-= bound.reduced(Int(bound.tails[step]), Int(bound.heads[step]))
    }
  }

  @inline(__always)
  private func lower(_ step: Int, _ value: Int32) { if value < rise[step] { rise[step] = value } }

  /// Offers the arc i → j to every edge of the tree's path between its ends; the arc of the tree itself replaces nothing.
  @inline(__always)
  private func climb(_ bound: ArcTreeBound, _ i: Int, _ j: Int, _ value: Int32) {
    var a = Int(turn[i])
    var b = Int(turn[j])
    let last = max(a, b)
    if Int(bound.tails[last]) == i && Int(bound.heads[last]) == j { return }
    while a != b {
      if a > b {
        lower(a, value)
        a = Int(turn[Int(bound.parent[Int(bound.joined[a])])])
      } else {
        lower(b, value)
        b = Int(turn[Int(bound.parent[Int(bound.joined[b])])])
      }
    }
  }
}
