/// The least 1-tree of a sparse graph under node penalties π (Held, Karp 1970): a least spanning tree and the
/// second cheapest edge of one of its leaves, of that leaf where this edge is dearest (Helsgaun 2000).
///
/// Edge (i,j) costs c(i,j) + π(i) + π(j), whole numbers scaled as in ``TourCosts``. Of a graph that lacks edges it is no bound.
struct SparseOneTree {
  private let graph: CandidateGraph
  /// Per node, its node in the tree towards the root; -1 at the root.
  let parent: UnsafeMutablePointer<Int32>
  /// Per node, the penalised cost of the edge to its parent.
  let parentCost: UnsafeMutablePointer<Int32>
  /// By how many the tree had taken a node: parents before children; -1 while it is outside.
  let rank: UnsafeMutablePointer<Int32>
  let degree: UnsafeMutablePointer<Int32>
  /// The leaf with the second edge, where that leads, and its penalised cost.
  private(set) var special: Int32 = 0
  private(set) var specialTo: Int32 = 0
  private(set) var specialCost: Int32 = 0
  /// A binary heap from 1 on: a cost, then the node it would bring; what a cheaper entry overtook is left in it.
  private let heap: UnsafeMutablePointer<UInt64>
  private var held = 0

  init(_ graph: CandidateGraph, _ arena: Arena) {
    self.graph = graph
    let n = graph.count
    parent = arena.take(n, -1)
    parentCost = arena.take(n, 0)
    rank = arena.take(n, 0)
    degree = arena.take(n, 0)
    heap = arena.room(Int(graph.begin[n]) + 3)
  }

  /// Builds the tree by Prim's algorithm (1957) over a heap: O(m log m).
  /// - Returns: its penalised cost less twice the sum of π.
  mutating func build(_ pi: UnsafeMutablePointer<Int32>) -> Int {
    let n = graph.count
    var sum = 0
    for k in 0..<n {
      parentCost[k] = .max
      rank[k] = -1
      degree[k] = 0
      sum &-= 2 &* Int(pi[k])
    }
    held = 0
    parent[0] = -1
    var here = 0
    var taken = 0
    while true {
      rank[here] = Int32(truncatingIfNeeded: taken)
      taken &+= 1
      if taken > 1 {
        sum &+= Int(parentCost[here])
        degree[here] &+= 1
        degree[Int(parent[here])] &+= 1
      }
      if taken == n { break }
      relax(here, pi)
      repeat {
        guard held > 0 else { return sum }
        here = Int(truncatingIfNeeded: heap[1] & 0xFFFF_FFFF)
        removeLeast()
      } while rank[here] >= 0
    }
    return sum &+ addSpecialEdge(pi)
  }

  @inline(__always)
  private mutating func relax(_ here: Int, _ pi: UnsafeMutablePointer<Int32>) {
    let own = pi[here]
    for k in Int(graph.begin[here])..<Int(graph.begin[here &+ 1]) {
      let other = Int(graph.node[k])
      let value = graph.cost[k] &+ own &+ pi[other]
      guard value < parentCost[other], rank[other] < 0 else { continue }
      parentCost[other] = value
      parent[other] = Int32(truncatingIfNeeded: here)
      held &+= 1
      let entry =
        UInt64(UInt32(bitPattern: value) ^ 0x8000_0000) << 32 | UInt64(truncatingIfNeeded: other)
      var place = held
      while place > 1 && heap[place >> 1] > entry {
        heap[place] = heap[place >> 1]
        place >>= 1
      }
      heap[place] = entry
    }
  }

  @inline(__always)
  private mutating func removeLeast() {
    let last = heap[held]
    held &-= 1
    // Down to a leaf along the lesser children, then up: the last entry is mostly a large one.
    var place = 1
    var down = 2
    heap[held &+ 1] = .max
    while down <= held {
      let (left, right) = (heap[down], heap[down &+ 1])
      heap[place] = min(left, right)
      place = down &+ (right < left ? 1 : 0)
      down = 2 &* place
    }
    while place > 1 && heap[place >> 1] > last {
      heap[place] = heap[place >> 1]
      place >>= 1
    }
    heap[place] = last
  }

  private mutating func addSpecialEdge(_ pi: UnsafeMutablePointer<Int32>) -> Int {
    specialCost = .min
    for leaf in 0..<graph.count where degree[leaf] == 1 {
      // The root is a leaf whose only edge leads to a child.
      var second = Int32.max
      var to: Int32 = -1
      for k in Int(graph.begin[leaf])..<Int(graph.begin[leaf + 1]) {
        let other = graph.node[k]
        if other == parent[leaf] || parent[Int(other)] == Int32(leaf) { continue }
        let value = graph.cost[k] &+ pi[leaf] &+ pi[Int(other)]
        if value < second {
          second = value
          to = other
        }
      }
      if to >= 0 && second > specialCost {
        specialCost = second
        special = Int32(leaf)
        specialTo = to
      }
    }
    guard specialCost > .min else {
      specialCost = 0
      specialTo = special
      return 0
    }
    degree[Int(special)] += 1
    degree[Int(specialTo)] += 1
    return Int(specialCost)
  }

  /// By how much the 1-tree grows when it must have edge (a,b) of penalised cost `value` (Helsgaun's α).
  func alpha(_ a: Int, _ b: Int, _ value: Int32) -> Int32 {
    if a == Int(special) || b == Int(special) {
      let (s, other) = a == Int(special) ? (a, b) : (b, a)
      if Int(parent[s]) == other || Int(parent[other]) == s { return 0 }
      return max(0, value &- specialCost)
    }
    var dearest = Int32.min
    var (i, j) = (a, b)
    while i != j {
      if rank[i] > rank[j] {
        dearest = max(dearest, parentCost[i])
        i = Int(parent[i])
      } else {
        dearest = max(dearest, parentCost[j])
        j = Int(parent[j])
      }
    }
    return dearest == .min ? 0 : max(0, value &- dearest)
  }
}
