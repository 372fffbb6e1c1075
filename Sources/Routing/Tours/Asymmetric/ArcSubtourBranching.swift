/// Branch and bound over the assignment relaxation, for matrices whose two directions have little in common.
///
/// A node of the search is an assignment under forbidden and taken arcs; when it has subtours, the one with the fewest
/// free arcs is broken: the k-th child forbids its k-th arc and takes the ones before. Depth first, the cheapest child
/// first. Carpaneto, Dell'Amico and Toth 1995, "Exact solution of large-scale, asymmetric traveling salesman problems".
/// Only arcs whose reduced cost at the root is below the gap are kept (their reduction of the sparse problem).
struct ArcSubtourBranching {
  /// An open node: its bound and state, waiting to be branched on.
  private struct Node {
    let bound: Int
    let successor: UnsafeMutablePointer<Int32>
    let columnPrice: UnsafeMutablePointer<Int>
    /// For every kept arc: 0 free, 1 forbidden, 2 taken.
    let state: UnsafeMutablePointer<UInt8>

    func deallocate() {
      successor.deallocate()
      columnPrice.deallocate()
      state.deallocate()
    }
  }

  private let matrix: ArcMatrix
  private let count: Int
  private let arcs: Int
  private let firstArc: UnsafeMutablePointer<Int32>
  private let head: UnsafeMutablePointer<Int32>
  private let costs: UnsafeMutablePointer<Int32>
  private var open: [Node] = []
  private let predecessor: UnsafeMutablePointer<Int32>
  private let least: UnsafeMutablePointer<Int>
  private let way: UnsafeMutablePointer<Int32>
  private let isDone: UnsafeMutablePointer<Bool>
  private let reached: UnsafeMutablePointer<Int32>
  private let mark: UnsafeMutablePointer<Int32>
  private let clock: ArcClock
  private(set) var nodes = 0
  private(set) var best: Int
  let tour: UnsafeMutablePointer<Int32>

  /// - Parameters:
  ///   - assignment: the solved assignment of `matrix`, of cost `bound`.
  ///   - best: the length of a known tour.
  init(_ matrix: ArcMatrix, _ assignment: ArcAssignment, bound: Int, best: Int, _ clock: ArcClock) {
    self.matrix = matrix
    self.best = best
    self.clock = clock
    count = matrix.count
    let gap = best - bound
    func isKept(_ i: Int, _ j: Int) -> Bool {
      if i == j || matrix.isHole(i, j) { return false }
      return matrix.cost(i, j) - assignment.rowPrice[i] - assignment.columnPrice[j] < gap
        || Int(assignment.successor[i]) == j
    }
    var kept = 0
    for i in 0..<count { for j in 0..<count where isKept(i, j) { kept += 1 } }
    arcs = kept
    firstArc = .allocate(capacity: count + 1)
    head = .allocate(capacity: kept)
    costs = .allocate(capacity: kept)
    kept = 0
    for i in 0..<count {
      firstArc[i] = Int32(kept)
      for j in 0..<count where isKept(i, j) {
        head[kept] = Int32(j)
        costs[kept] = Int32(matrix.cost(i, j))
        kept += 1
      }
    }
    firstArc[count] = Int32(kept)
    predecessor = .allocate(capacity: count)
    least = .allocate(capacity: count)
    way = .allocate(capacity: count)
    isDone = .allocate(capacity: count)
    reached = .allocate(capacity: count)
    mark = .allocate(capacity: count)
    tour = .allocate(capacity: count)
    let root = allocateNode(bound)
    root.successor.update(from: assignment.successor, count: count)
    root.columnPrice.update(from: assignment.columnPrice, count: count)
    root.state.initialize(repeating: 0, count: max(1, arcs))
    open.append(root)
  }

  func deallocate() {
    for node in open { node.deallocate() }
    firstArc.deallocate()
    head.deallocate()
    costs.deallocate()
    predecessor.deallocate()
    least.deallocate()
    way.deallocate()
    isDone.deallocate()
    reached.deallocate()
    mark.deallocate()
    tour.deallocate()
  }

  /// Makes a shorter tour found elsewhere known.
  mutating func lower(to length: Int) { best = min(best, length) }

  /// Goes on until all is seen, the clock is over or `limit` more nodes were branched on.
  ///
  /// - Returns: whether all is seen, which proves `best` the least.
  mutating func run(limit: Int) -> Bool {
    var left = limit
    while let node = open.popLast() {
      if node.bound >= best {
        node.deallocate()
        continue
      }
      if left <= 0 || (left & 7 == 0 && clock.isOver) {
        open.append(node)
        return false
      }
      left -= 1
      nodes += 1
      branch(node)
      node.deallocate()
    }
    return true
  }

  private func allocateNode(_ bound: Int) -> Node {
    Node(
      bound: bound, successor: .allocate(capacity: count), columnPrice: .allocate(capacity: count),
      state: .allocate(capacity: max(1, arcs)))
  }

  private func arc(_ i: Int, _ j: Int) -> Int {
    for a in Int(firstArc[i])..<Int(firstArc[i + 1]) where Int(head[a]) == j { return a }
    return -1
  }

  private mutating func branch(_ node: Node) {
    guard let start = shortestSubtour(node) else { return record(node) }
    let first = open.count
    let taken = allocateNode(0)
    taken.state.update(from: node.state, count: arcs)
    defer { taken.deallocate() }
    var i = start
    repeat {
      let j = Int(node.successor[i])
      let a = arc(i, j)
      if node.state[a] == 0 {
        child(node, taken, i, j, a)
        take(taken.state, i, j, a)
      }
      i = j
    } while i != start
    let children = open[first...].sorted { $0.bound > $1.bound }
    open.replaceSubrange(first..., with: children)
  }

  /// Forbids all other arcs that leave i or reach j.
  private func take(_ state: UnsafeMutablePointer<UInt8>, _ i: Int, _ j: Int, _ a: Int) {
    for b in Int(firstArc[i])..<Int(firstArc[i + 1]) where b != a { state[b] = 1 }
    for k in 0..<count where k != i {
      let b = arc(k, j)
      if b >= 0 { state[b] = 1 }
    }
    state[a] = 2
  }

  private mutating func child(_ node: Node, _ taken: Node, _ i: Int, _ j: Int, _ a: Int) {
    let next = allocateNode(node.bound)
    next.state.update(from: taken.state, count: arcs)
    next.state[a] = 1
    next.successor.update(from: node.successor, count: count)
    next.columnPrice.update(from: node.columnPrice, count: count)
    next.successor[i] = -1
    guard let rise = augment(next, i, freed: j), node.bound + rise < best else {
      next.deallocate()
      return
    }
    open.append(
      Node(
        bound: node.bound + rise, successor: next.successor, columnPrice: next.columnPrice, state: next.state)
    )
  }

  /// Reassigns the free row `start` to the free column `freed` by the shortest alternating path over the kept arcs.
  ///
  /// - Returns: the rise of the assignment's cost; nil when there is no path below the gap.
  private func augment(_ node: Node, _ start: Int, freed: Int) -> Int? {
    let old = Int(matrix.cost(start, freed)) &- node.columnPrice[freed]
    for i in 0..<count {
      least[i] = .max
      isDone[i] = false
      if node.successor[i] >= 0 { predecessor[Int(node.successor[i])] = Int32(truncatingIfNeeded: i) }
    }
    var row = start
    var base = 0
    var seen = 0
    var column = -1
    while true {
      for a in Int(firstArc[row])..<Int(firstArc[row &+ 1]) where node.state[a] != 1 {
        let j = Int(head[a])
        if isDone[j] { continue }
        let value = base &+ Int(costs[a]) &- node.columnPrice[j]
        if value < least[j] {
          if least[j] == .max {
            reached[seen] = Int32(truncatingIfNeeded: j)
            seen &+= 1
          }
          least[j] = value
          way[j] = Int32(truncatingIfNeeded: row)
        }
      }
      column = -1
      var nearest = Int.max
      for k in 0..<seen {
        let j = Int(reached[k])
        if !isDone[j] && least[j] < nearest {
          nearest = least[j]
          column = j
        }
      }
      if column < 0 || nearest &- old >= best &- node.bound { return nil }
      isDone[column] = true
      if column == freed { break }
      row = Int(predecessor[column])
      base = nearest &- (matrix.cost(row, column) &- node.columnPrice[column])
    }
    let end = least[freed]
    for k in 0..<seen {
      let j = Int(reached[k])
      if isDone[j] { node.columnPrice[j] &+= least[j] &- end }
    }
    var j = freed
    while true {
      let i = Int(way[j])
      let before = Int(node.successor[i])
      node.successor[i] = Int32(truncatingIfNeeded: j)
      if i == start { break }
      j = before
    }
    return end &- old
  }

  /// A node of the subtour with the fewest free arcs; nil when the assignment is a tour.
  private func shortestSubtour(_ node: Node) -> Int? {
    for i in 0..<count { mark[i] = 0 }
    var best = Int.max
    var start = -1
    for i in 0..<count where mark[i] == 0 {
      var free = 0
      var length = 0
      var at = i
      repeat {
        mark[at] = 1
        length += 1
        let j = Int(node.successor[at])
        if node.state[arc(at, j)] == 0 { free += 1 }
        at = j
      } while at != i
      if length == count { return nil }
      if free < best {
        best = free
        start = i
      }
    }
    return start
  }

  private mutating func record(_ node: Node) {
    if node.bound >= best { return }
    best = node.bound
    var at = 0
    for p in 0..<count {
      tour[p] = Int32(at)
      at = Int(node.successor[at])
    }
  }
}
