/// Exact dynamic programming over (nodes served, last node), forward by the number served.
///
/// Dumas, Desrosiers, Gelinas and Solomon 1995, "An optimal algorithm for the traveling salesman problem with time
/// windows", with the completion bounds of ``WindowTourBound`` (after Baldacci, Mingozzi and Roberti 2012). Labels
/// carry time and price-reduced cost; one with more of both than another of the same state is dropped. For the
/// makespan the time alone decides. At most ``mostNodes`` nodes.
struct WindowTourExact {
  static let mostNodes = 256
  typealias NodeSet = SIMD4<UInt64>

  enum Outcome {
    /// Every tour below the bound was tried: the best of them, nil where none is.
    case complete(tour: [Int]?)
    /// Some labels were dropped for their number: the best tour of the others.
    case narrowed(tour: [Int]?)
    /// Stopped by time.
    case stopped
  }

  private struct Label {
    var set: NodeSet
    var time: Int
    var cost: Int
    var trail: Int32
    var node: Int32
    var alive = true
    /// The next label of the same state.
    var link: Int32 = -1
  }

  private let model: WindowTourModel
  private let bound: WindowTourBound
  private let n: Int
  private let successors: [[Int32]]
  private let before: [NodeSet]
  private let shortest: [Int]
  private let urgent: [Int32]
  private var upper: Int
  private var trail: [(node: Int32, back: Int32)] = []
  private var next: [Label] = []
  private var table: [Int32] = []
  private var mask = 0

  /// - Parameter upper: only tours of a lower value are looked for.
  init(_ model: WindowTourModel, _ tight: WindowTightening, _ bound: WindowTourBound, upper: Int) {
    self.model = model
    self.bound = bound
    n = model.n
    let n = model.n
    successors = (0..<n).map { i in (1..<n).filter { tight.allowed[i * n + $0] }.map { Int32($0) } }
    before = (0..<n).map { j in
      var set = NodeSet()
      for i in 0..<n where tight.before[i * n + j] { set[i >> 6] |= 1 << UInt64(i & 63) }
      return set
    }
    shortest = tight.shortest
    urgent = (1..<n).map { Int32($0) }.sorted { (tight.close[Int($0)], $0) < (tight.close[Int($1)], $1) }
    self.upper = upper
  }

  /// - Parameter width: labels kept of each layer, the most promising by their completion bound.
  mutating func run(width: Int, expired: () -> Bool) -> Outcome {
    var layer = [
      Label(set: NodeSet(), time: model.open[0], cost: 0, trail: -1, node: 0)
    ]
    var narrowed = false
    for _ in 1..<n {
      next.removeAll(keepingCapacity: true)
      resize(max(1024, layer.count * 4))
      for k in layer.indices where layer[k].alive {
        if k & 63 == 0, expired() { return .stopped }
        extend(layer[k])
      }
      swap(&layer, &next)
      if layer.count > width { narrowed = narrow(&layer, width) || narrowed }
      for k in layer.indices where layer[k].alive {
        trail.append((layer[k].node, layer[k].trail))
        layer[k].trail = Int32(trail.count - 1)
      }
    }
    return narrowed ? .narrowed(tour: finish(layer)) : .complete(tour: finish(layer))
  }

  /// Keeps the labels of least completion bound; true where some went.
  private func narrow(_ layer: inout [Label], _ width: Int) -> Bool {
    var alive: [(key: Int, time: Int, index: Int)] = []
    alive.reserveCapacity(layer.count)
    for (k, label) in layer.enumerated() where label.alive {
      alive.append((label.cost &+ bound.ending(Int(label.node), label.time, label.set), label.time, k))
    }
    guard alive.count > width else { return false }
    alive.sort { ($0.key, $0.time, $0.index) < ($1.key, $1.time, $1.index) }
    layer = alive[..<width].map { layer[$0.index] }
    return true
  }

  /// The last arcs, back to node 0.
  private func finish(_ layer: [Label]) -> [Int]? {
    var best = upper
    var found: Int32 = -1
    for label in layer where label.alive {
      let time = model.times[Int(label.node) &* n]
      if label.time &+ time > model.close[0] { continue }
      let value =
        model.objective == .makespan
        ? label.time &+ time : (label.cost &+ bound.constant) / WindowTourBound.unit &+ time
      if value < best {
        best = value
        found = label.trail
      }
    }
    guard found >= 0 else { return nil }
    var tour: [Int] = []
    while found >= 0 {
      tour.append(Int(trail[Int(found)].node))
      found = trail[Int(found)].back
    }
    return [0] + tour.reversed()
  }

  private mutating func extend(_ label: Label) {
    let i = Int(label.node)
    let row = model.times + i &* n
    let makespan = model.objective == .makespan
    let goal = upper &* WindowTourBound.unit &- bound.constant
    let left = ~label.set
    for successor in successors[i] {
      let j = Int(successor)
      let bit = UInt64(1) << UInt64(j & 63)
      if label.set[j >> 6] & bit != 0 { continue }
      if (before[j] & left) != NodeSet() { continue }
      let time = max(model.open[j], label.time &+ row[j])
      if time > model.close[j] { continue }
      let cost = label.cost &+ (makespan ? 0 : row[j] &* WindowTourBound.unit) &- bound.price[j]
      var set = label.set
      set[j >> 6] |= bit
      if cost &+ bound.ending(j, time, set) >= goal { continue }
      if !canReachUrgent(j, time, set) { continue }
      store(Label(set: set, time: time, cost: cost, trail: label.trail, node: successor))
    }
  }

  /// Whether the nodes that close next can still be reached in time.
  @inline(__always)
  private func canReachUrgent(_ j: Int, _ time: Int, _ set: NodeSet) -> Bool {
    var looked = 0
    for node in urgent {
      let k = Int(node)
      if set[k >> 6] & (1 << UInt64(k & 63)) != 0 { continue }
      if time &+ shortest[j &* n &+ k] > model.close[k] { return false }
      looked &+= 1
      if looked == 12 { break }
    }
    return true
  }

  private mutating func resize(_ wanted: Int) {
    var size = 1024
    while size < wanted { size *= 2 }
    table = [Int32](repeating: -1, count: size)
    mask = size - 1
  }

  private static func hash(_ set: NodeSet, _ node: Int32) -> Int {
    var h = UInt64(truncatingIfNeeded: node) &* 0x9E37_79B9_7F4A_7C15
    for k in 0..<4 {
      h = (h ^ set[k]) &* 0xBF58_476D_1CE4_E5B9
      h ^= h >> 29
    }
    return Int(truncatingIfNeeded: h >> 3)
  }

  private mutating func store(_ label: Label) {
    if next.count * 2 > mask { grow() }
    var at = Self.hash(label.set, label.node) & mask
    while table[at] >= 0 {
      let head = Int(table[at])
      if next[head].node == label.node, next[head].set == label.set { break }
      at = (at &+ 1) & mask
    }
    var k = table[at]
    while k >= 0 {
      let other = next[Int(k)]
      if other.alive {
        if other.time <= label.time, other.cost <= label.cost { return }
        if label.time <= other.time, label.cost <= other.cost { next[Int(k)].alive = false }
      }
      k = other.link
    }
    var label = label
    if table[at] >= 0 {
      // The head stays, so that probing still finds the state.
      label.link = next[Int(table[at])].link
      next[Int(table[at])].link = Int32(next.count)
    } else {
      table[at] = Int32(next.count)
    }
    next.append(label)
  }

  private mutating func grow() {
    let heads = table.filter { $0 >= 0 }
    table = [Int32](repeating: -1, count: (mask + 1) * 2)
    mask = table.count - 1
    for head in heads {
      var at = Self.hash(next[Int(head)].set, next[Int(head)].node) & mask
      while table[at] >= 0 { at = (at &+ 1) & mask }
      table[at] = head
    }
  }
}
