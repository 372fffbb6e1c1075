/// The least 1-tree of a sparse graph under node penalties π (Held, Karp 1970): a least spanning tree and the
/// second cheapest edge of one of its leaves, of that leaf where this edge is dearest (Helsgaun 2000).
///
/// Edge (i,j) costs c(i,j) + π(i) + π(j). Of a graph that lacks edges it is no bound.
struct SparseOneTree {
  private let graph: CandidateGraph
  /// Per node, its node in the tree towards the root; -1 at the root.
  let parent: UnsafeMutablePointer<Int32>
  /// Per node, the penalised cost of the edge to its parent.
  let parentCost: UnsafeMutablePointer<Double>
  /// Nodes by the order in which the tree took them: parents before children.
  let rank: UnsafeMutablePointer<Int32>
  let degree: UnsafeMutablePointer<Int32>
  /// The leaf with the second edge, where that leads, and its penalised cost.
  private(set) var special: Int32 = 0
  private(set) var specialTo: Int32 = 0
  private(set) var specialCost = 0.0
  private let heap: UnsafeMutablePointer<Int32>
  private let at: UnsafeMutablePointer<Int32>
  private var held = 0

  init(_ graph: CandidateGraph, _ arena: Arena) {
    self.graph = graph
    let n = graph.count
    parent = arena.take(n, -1)
    parentCost = arena.take(n, 0)
    rank = arena.take(n, 0)
    degree = arena.take(n, 0)
    heap = arena.take(n + 1, 0)
    at = arena.take(n, 0)
  }

  /// Builds the tree by Prim's algorithm over a heap: O(m log n).
  /// - Returns: its penalised cost less twice the sum of π.
  mutating func build(_ pi: UnsafeMutablePointer<Double>) -> Double {
    let n = graph.count
    var sum = 0.0
    for k in 0..<n {
      parentCost[k] = .infinity
      at[k] = -1
      degree[k] = 0
      sum -= 2 * pi[k]
    }
    held = 0
    parent[0] = -1
    var here = 0
    for taken in 0..<n {
      rank[here] = Int32(truncatingIfNeeded: taken)
      at[here] = -2
      if taken > 0 {
        sum += parentCost[here]
        degree[here] &+= 1
        degree[Int(parent[here])] &+= 1
      }
      relax(here, pi)
      guard held > 0 else { break }
      here = popLeast()
    }
    return sum + addSpecialEdge(pi)
  }

  @inline(__always)
  private mutating func relax(_ here: Int, _ pi: UnsafeMutablePointer<Double>) {
    let own = pi[here]
    for k in Int(graph.begin[here])..<Int(graph.begin[here &+ 1]) {
      let other = Int(graph.node[k])
      guard at[other] != -2 else { continue }
      let value = graph.cost[k] + own + pi[other]
      guard value < parentCost[other] else { continue }
      parentCost[other] = value
      parent[other] = Int32(truncatingIfNeeded: here)
      if at[other] < 0 {
        held &+= 1
        rise(other, held)
      } else {
        rise(other, Int(at[other]))
      }
    }
  }

  @inline(__always)
  private func rise(_ node: Int, _ from: Int) {
    var place = from
    let key = parentCost[node]
    while place > 1 {
      let up = place >> 1
      let upper = heap[up]
      if parentCost[Int(upper)] <= key { break }
      heap[place] = upper
      at[Int(upper)] = Int32(truncatingIfNeeded: place)
      place = up
    }
    heap[place] = Int32(truncatingIfNeeded: node)
    at[node] = Int32(truncatingIfNeeded: place)
  }

  @inline(__always)
  private mutating func popLeast() -> Int {
    let least = Int(heap[1])
    let last = Int(heap[held])
    held &-= 1
    guard held > 0 else { return least }
    let key = parentCost[last]
    var place = 1
    while true {
      var down = 2 &* place
      if down > held { break }
      if down < held && parentCost[Int(heap[down &+ 1])] < parentCost[Int(heap[down])] { down &+= 1 }
      let lower = heap[down]
      if parentCost[Int(lower)] >= key { break }
      heap[place] = lower
      at[Int(lower)] = Int32(truncatingIfNeeded: place)
      place = down
    }
    heap[place] = Int32(truncatingIfNeeded: last)
    at[last] = Int32(truncatingIfNeeded: place)
    return least
  }

  private mutating func addSpecialEdge(_ pi: UnsafeMutablePointer<Double>) -> Double {
    specialCost = -.infinity
    for leaf in 0..<graph.count where degree[leaf] == 1 {
      // The root is a leaf whose only edge leads to a child.
      var second = Double.infinity
      var to: Int32 = -1
      for k in Int(graph.begin[leaf])..<Int(graph.begin[leaf + 1]) {
        let other = graph.node[k]
        if other == parent[leaf] || parent[Int(other)] == Int32(leaf) { continue }
        let value = graph.cost[k] + pi[leaf] + pi[Int(other)]
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
    guard specialCost > -.infinity else {
      specialCost = 0
      specialTo = special
      return 0
    }
    degree[Int(special)] += 1
    degree[Int(specialTo)] += 1
    return specialCost
  }

  /// By how much the 1-tree grows when it must have edge (a,b) of penalised cost `value` (Helsgaun's α).
  func alpha(_ a: Int, _ b: Int, _ value: Double) -> Double {
    if a == Int(special) || b == Int(special) {
      let (s, other) = a == Int(special) ? (a, b) : (b, a)
      if Int(parent[s]) == other || Int(parent[other]) == s { return 0 }
      return max(0, value - specialCost)
    }
    var dearest = -Double.infinity
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
    return max(0, value - dearest)
  }
}
