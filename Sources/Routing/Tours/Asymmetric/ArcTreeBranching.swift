/// Branch and bound over the 1-tree bound, for matrices that are nearly symmetric.
///
/// A node of the search holds the matrix that is left when the arcs taken are contracted: a path of taken arcs is one
/// node, entered at its first and left at its last stop. Depth first; an arc of the least 1-tree at a node with too many
/// of them is taken first, then forbidden (Held and Karp 1971; Volgenant and Jonker 1982). Arcs are taken out by their
/// alpha values, and a node with one arc left takes it.
struct ArcTreeBranching {
  /// One level of the depth-first search.
  private struct Level {
    var bound: ArcTreeBound
    let first: UnsafeMutablePointer<Int32>
    let last: UnsafeMutablePointer<Int32>
    let link: UnsafeMutablePointer<Int32>
    var base = 0
    var fork: (tail: Int, head: Int) = (0, 0)

    init(nodes: Int, of count: Int) {
      bound = ArcTreeBound(capacity: nodes)
      first = .allocate(capacity: nodes)
      last = .allocate(capacity: nodes)
      link = .allocate(capacity: count)
    }

    func deallocate() {
      bound.deallocate()
      first.deallocate()
      last.deallocate()
      link.deallocate()
    }
  }

  private let count: Int
  private let scale: Int
  private var levels: [Level] = []
  private let ascent: ArcTreeAscent
  private let reduction: ArcTreeReduction
  private let clock: ArcClock
  private var depth = 0
  /// Nodes examined.
  private(set) var nodes = 0
  /// The length of the shortest tour known, and its order once one was found here.
  private(set) var best: Int
  let tour: UnsafeMutablePointer<Int32>
  private(set) var foundTour = false

  /// - Parameters:
  ///   - root: the bound at the multipliers of the root; its arcs are copied.
  ///   - best: the length of a known tour, or one more than any tour costs.
  init(root: ArcTreeBound, scale: Int, best: Int, _ clock: ArcClock) {
    count = root.count
    self.scale = scale
    self.best = best
    self.clock = clock
    ascent = ArcTreeAscent(capacity: count)
    reduction = ArcTreeReduction(capacity: count)
    tour = .allocate(capacity: count)
    var level = Level(nodes: count, of: count)
    copy(root, to: &level.bound)
    for i in 0..<count {
      level.first[i] = Int32(i)
      level.last[i] = Int32(i)
      level.link[i] = -1
    }
    levels.append(level)
  }

  func deallocate() {
    for level in levels { level.deallocate() }
    ascent.deallocate()
    reduction.deallocate()
    tour.deallocate()
  }

  /// Goes on with the search until all is seen, the clock is over or `limit` more nodes were examined.
  ///
  /// - Returns: whether all is seen, which proves `best` the least.
  mutating func run(limit: Int) -> Bool {
    var left = limit
    while depth >= 0 {
      if left <= 0 || (left & 3 == 0 && clock.isOver) { return false }
      left -= 1
      nodes += 1
      if examine(depth) {
        descend(from: depth)
        depth += 1
        include(depth)
      } else {
        retreat()
      }
    }
    return true
  }

  /// Goes back to the level above and forbids there the arc that was taken.
  private mutating func retreat() {
    depth -= 1
    if depth >= 0 { forbid(depth, levels[depth].fork.tail, levels[depth].fork.head) }
  }

  /// Makes a shorter tour found elsewhere known.
  mutating func lower(to length: Int) { best = min(best, length) }

  /// Bounds a level, reduces it, and chooses the arc to branch on.
  ///
  /// - Returns: false when nothing better can be below it.
  private mutating func examine(_ depth: Int) -> Bool {
    var round = 0
    while true {
      let n = levels[depth].bound.count
      if n < 3 {
        finishPair(depth)
        return false
      }
      let enough = (best - 1) * scale + 1 - levels[depth].base
      let steps = round == 0 ? 60 : 20
      let end = ascent.run(
        &levels[depth].bound, upper: best * scale - levels[depth].base, enough: enough, steps: steps,
        patience: 8, step: 1.3, finest: 0.02, clock)
      switch end {
      case .none: return false
      case .tour(let value):
        if levels[depth].base + value <= (best - 1) * scale { record(depth) }
        return false
      case .bound(let value):
        if value >= enough { return false }
        _ = levels[depth].bound.tree()
        reduction.reduce(levels[depth].bound, gap: enough - value)
      }
      switch force(depth) {
      case .dead: return false
      case .changed: round += 1
      case .unchanged: return choose(depth)
      }
    }
  }

  private enum Forcing { case dead, changed, unchanged }

  /// Takes the arcs that are the only ones left at a node.
  private mutating func force(_ depth: Int) -> Forcing {
    var changed = false
    var i = 0
    while i < levels[depth].bound.count && levels[depth].bound.count > 2 {
      let bound = levels[depth].bound
      let leaving = bound.arcs(of: bound.out, at: i)
      let reaching = bound.arcs(of: bound.into, at: i)
      if leaving.count == 0 || reaching.count == 0 { return .dead }
      if leaving.count == 1 || reaching.count == 1 {
        if leaving.count == 1 { contract(depth, i, leaving.last) } else { contract(depth, reaching.last, i) }
        changed = true
        i = 0
        continue
      }
      i &+= 1
    }
    return changed ? .changed : .unchanged
  }

  /// Chooses an arc of the 1-tree at a node that has too many, where the fewest arcs are left; of these the
  /// one without which the bound rises most.
  private mutating func choose(_ depth: Int) -> Bool {
    let bound = levels[depth].bound
    let n = bound.count
    reduction.replace(bound)
    var fewest = Int.max
    var best = Int32.min
    var fork = (tail: -1, head: -1)
    for t in 0..<n {
      let i = Int(bound.tails[t])
      let j = Int(bound.heads[t])
      var left = Int.max
      if bound.leaving[i] > 1 { left = Int(reduction.leavable[i]) }
      if bound.reaching[j] > 1 { left = min(left, Int(reduction.reachable[j])) }
      if left == .max { continue }
      let value = reduction.rise[t]
      if left < fewest || (left == fewest && value > best) {
        fewest = left
        best = value
        fork = (i, j)
      }
    }
    if fork.tail < 0 { return false }
    levels[depth].fork = fork
    return true
  }

  // MARK: Changing a level

  private func copy(_ from: ArcTreeBound, to: inout ArcTreeBound) {
    to.resize(from.count)
    for i in 0..<from.count {
      let row = to.out + i * to.stride
      let column = to.into + i * to.stride
      row.update(from: from.out + i * from.stride, count: from.count)
      column.update(from: from.into + i * from.stride, count: from.count)
      for k in from.count..<max(from.count, to.stride) {
        row[k] = ArcTreeBound.absent
        column[k] = ArcTreeBound.absent
      }
    }
    to.leave.update(from: from.leave, count: from.count)
    to.reach.update(from: from.reach, count: from.count)
  }

  private mutating func descend(from depth: Int) {
    let nodes = levels[depth].bound.count
    if levels.count == depth + 1 {
      levels.append(Level(nodes: nodes, of: count))
    } else if levels[depth + 1].bound.capacity < nodes {
      levels[depth + 1].deallocate()
      levels[depth + 1] = Level(nodes: nodes, of: count)
    }
    copy(levels[depth].bound, to: &levels[depth + 1].bound)
    let from = levels[depth]
    let to = levels[depth + 1]
    to.first.update(from: from.first, count: nodes)
    to.last.update(from: from.last, count: nodes)
    to.link.update(from: from.link, count: count)
    levels[depth + 1].base = from.base
  }

  private mutating func include(_ depth: Int) {
    let fork = levels[depth - 1].fork
    contract(depth, fork.tail, fork.head)
  }

  private func forbid(_ depth: Int, _ i: Int, _ j: Int) {
    let bound = levels[depth].bound
    bound.out[i &* bound.stride &+ j] = ArcTreeBound.absent
    bound.into[j &* bound.stride &+ i] = ArcTreeBound.absent
  }

  /// Takes the arc i → j: the two become one node in the place of i, and the last node moves to the place of j.
  private mutating func contract(_ depth: Int, _ i: Int, _ j: Int) {
    let level = levels[depth]
    let bound = level.bound
    let n = bound.count
    let stride = bound.stride
    levels[depth].base &+= Int(bound.out[i &* stride &+ j])
    level.link[Int(level.last[i])] = level.first[j]
    level.last[i] = level.last[j]
    let rowI = bound.out + i &* stride
    let rowJ = bound.out + j &* stride
    for k in 0..<n {
      rowI[k] = rowJ[k]
      bound.into[k &* stride &+ i] = rowJ[k]
    }
    rowI[i] = ArcTreeBound.absent
    bound.into[i &* stride &+ i] = ArcTreeBound.absent
    bound.leave[i] = bound.leave[j]
    let z = n &- 1
    if j != z {
      level.first[j] = level.first[z]
      level.last[j] = level.last[z]
      bound.leave[j] = bound.leave[z]
      bound.reach[j] = bound.reach[z]
      for k in 0..<n {
        bound.out[j &* stride &+ k] = bound.out[z &* stride &+ k]
        bound.into[j &* stride &+ k] = bound.into[z &* stride &+ k]
      }
      for k in 0..<z {
        bound.into[k &* stride &+ j] = bound.into[k &* stride &+ z]
        bound.out[k &* stride &+ j] = bound.out[k &* stride &+ z]
      }
      bound.out[j &* stride &+ j] = ArcTreeBound.absent
      bound.into[j &* stride &+ j] = ArcTreeBound.absent
    }
    for k in 0..<z {
      bound.out[k &* stride &+ z] = ArcTreeBound.absent
      bound.into[k &* stride &+ z] = ArcTreeBound.absent
    }
    levels[depth].bound.resize(z)
  }

  // MARK: Tours

  private mutating func finishPair(_ depth: Int) {
    let level = levels[depth]
    let bound = level.bound
    if bound.count == 1 { return }
    let along = bound.out[1]
    let back = bound.out[bound.stride]
    if along >= ArcTreeBound.absent || back >= ArcTreeBound.absent { return }
    let value = level.base + Int(along) + Int(back)
    if value > (best - 1) * scale { return }
    level.link[Int(level.last[0])] = level.first[1]
    level.link[Int(level.last[1])] = level.first[0]
    best = value / scale
    follow(level.link)
  }

  /// Takes the tour that the least 1-tree of a level is.
  private mutating func record(_ depth: Int) {
    let level = levels[depth]
    let bound = level.bound
    var sum = level.base
    for t in 0..<bound.count {
      let i = Int(bound.tails[t])
      let j = Int(bound.heads[t])
      sum += Int(bound.out[i * bound.stride + j])
      level.link[Int(level.last[i])] = level.first[j]
    }
    best = sum / scale
    follow(level.link)
  }

  private mutating func follow(_ link: UnsafeMutablePointer<Int32>) {
    var at = 0
    for p in 0..<count {
      tour[p] = Int32(at)
      at = Int(link[at])
    }
    foundTour = true
  }
}

extension ArcTreeBound {
  /// How many arcs are left in a node's row of `out` or `into`, and the other end of the last of them.
  @inline(__always)
  fileprivate func arcs(of table: UnsafeMutablePointer<Int32>, at node: Int) -> (count: Int, last: Int) {
    let row = table + node &* stride
    var (kept, last) = (0, 0)
    for other in 0..<count where row[other] < Self.absent {
      kept &+= 1
      last = other
    }
    return (kept, last)
  }
}
