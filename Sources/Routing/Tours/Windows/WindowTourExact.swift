/// Exact dynamic programming over (nodes served, last node), forward by the number served.
///
/// Dumas, Desrosiers, Gelinas and Solomon 1995, "An optimal algorithm for the traveling salesman problem with time
/// windows", with the completion bounds of ``WindowTourBound`` (after Baldacci, Mingozzi and Roberti 2012). Labels
/// carry time and price-reduced cost; one with more of both than another of the same state is dropped. For the
/// makespan the time alone decides. At most ``mostNodes`` nodes.
struct WindowTourExact {
  static let mostNodes = NodeSet256.capacity

  enum Outcome {
    /// Every tour below the bound was tried: the best of them, nil where none is.
    case complete(tour: [Int]?)
    /// Some labels were dropped for their number: the best tour of the others.
    case narrowed(tour: [Int]?)
    /// Stopped by time.
    case stopped
  }

  let model: WindowTourModel
  let tight: WindowTightening
  let bound: WindowTourBound
  let upper: Int
  let arcs: [Bool]?

  /// - Parameters:
  ///   - upper: only tours of a lower value are looked for.
  ///   - arcs: only these are driven, row-major; all that are allowed without.
  init(
    _ model: WindowTourModel, _ tight: WindowTightening, _ bound: WindowTourBound, upper: Int,
    arcs: [Bool]? = nil
  ) {
    self.arcs = arcs
    self.model = model
    self.tight = tight
    self.bound = bound
    self.upper = upper
  }

  /// - Parameter width: labels kept of each layer, the most promising by their completion bound.
  func run(width: Int, expired: () -> Bool) -> Outcome {
    if model.n <= NodeSet64.capacity { return run(NodeSet64.self, width, expired) }
    if model.n <= NodeSet128.capacity { return run(NodeSet128.self, width, expired) }
    return run(NodeSet256.self, width, expired)
  }

  private func run<Nodes: NodeSet>(_: Nodes.Type, _ width: Int, _ expired: () -> Bool) -> Outcome {
    var layers = WindowTourLayers<Nodes>(self)
    return layers.run(width: width, expired: expired)
  }
}

/// The layers of ``WindowTourExact``, for sets of one size.
struct WindowTourLayers<Nodes: NodeSet> {
  private struct Label {
    var set: Nodes
    var time: Int
    var cost: Int
    /// Cost and the least it takes to end.
    var key: Int
    var trail: Int32
    var node: Int32
    var alive = true
    /// The next label of the same state.
    var link: Int32 = -1
  }

  /// A way on from a node; those that can be left latest come first.
  private struct Successor {
    var time: Int
    var open: Int
    var close: Int
    var cost: Int
    var before: Nodes
    var node: Int32
  }

  /// A node not served that closes soon.
  private struct Urgent {
    var node: Int
    var close: Int
  }

  private static var urgentLooked: Int { 10 }

  private let model: WindowTourModel
  private let bound: WindowTourBound
  private let n: Int
  private let successors: [[Successor]]
  private let shortest: [Int]
  private let byClose: [Urgent]
  private let upper: Int
  private let goal: Int
  private var urgent: [Urgent] = []
  private var trail: [(node: Int32, back: Int32)] = []
  private var next: [Label] = []
  private var table: [Int32] = []
  private var mask = 0

  init(_ exact: WindowTourExact) {
    let (model, tight, bound) = (exact.model, exact.tight, exact.bound)
    self.model = model
    self.bound = bound
    let n = model.n
    self.n = n
    let before = (0..<n).map { j in
      var set = Nodes()
      for i in 0..<n where tight.before[i * n + j] { set.insert(i) }
      return set
    }
    let makespan = model.objective == .makespan
    successors = (0..<n).map { i in
      (bound.heads[i]..<bound.heads[i + 1]).compactMap { k in
        let arc = bound.arcs[k]
        let j = Int(arc.node)
        guard tight.allowed[i * n + j], exact.arcs?[i * n + j] ?? true else { return nil }
        return Successor(
          time: arc.time, open: arc.open, close: arc.close,
          cost: (makespan ? 0 : arc.time * WindowTourBound.unit) - bound.price[j], before: before[j],
          node: arc.node)
      }
    }
    shortest = tight.shortest
    byClose = (1..<n).sorted { (tight.close[$0], $0) < (tight.close[$1], $1) }.map {
      Urgent(node: $0, close: model.close[$0])
    }
    upper = exact.upper
    goal = exact.upper &* WindowTourBound.unit &- bound.constant
  }

  mutating func run(width: Int, expired: () -> Bool) -> WindowTourExact.Outcome {
    var layer = [Label(set: Nodes(), time: model.open[0], cost: 0, key: 0, trail: -1, node: 0)]
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

  /// Keeps the labels of least completion bound, of equals the earlier found; true where some went.
  private func narrow(_ layer: inout [Label], _ width: Int) -> Bool {
    var alive = 0
    var (least, most) = (Int.max, Int.min)
    for label in layer where label.alive {
      alive += 1
      least = min(least, label.key)
      most = max(most, label.key)
    }
    guard alive > width else { return false }
    let size = (most - least) / 1024 + 1
    var counts = [Int](repeating: 0, count: 1025)
    for label in layer where label.alive { counts[(label.key - least) / size] += 1 }
    var (last, sum) = (0, 0)
    while sum + counts[last] <= width {
      sum += counts[last]
      last += 1
    }
    var room = width - sum
    layer.removeAll { label in
      if !label.alive { return true }
      let bin = (label.key - least) / size
      if bin == last { room -= 1 }
      return bin > last || (bin == last && room < 0)
    }
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
    findUrgent(label.set)
    successors[i].withUnsafeBufferPointer { successors in
      for way in successors {
        let time = max(way.open, label.time &+ way.time)
        if time > way.close { break }
        let j = Int(way.node)
        if label.set.contains(j) { continue }
        if !label.set.isSuperset(of: way.before) { continue }
        let cost = label.cost &+ way.cost
        var set = label.set
        set.insert(j)
        let key = cost &+ bound.ending(j, time, set)
        if key >= goal { continue }
        if !canReachUrgent(j, time) { continue }
        store(Label(set: set, time: time, cost: cost, key: key, trail: label.trail, node: way.node))
      }
    }
  }

  /// The nodes that close next of those not served.
  @inline(__always)
  private mutating func findUrgent(_ set: Nodes) {
    urgent.removeAll(keepingCapacity: true)
    for candidate in byClose where !set.contains(candidate.node) {
      urgent.append(candidate)
      if urgent.count == Self.urgentLooked { return }
    }
  }

  /// Whether they can still be reached in time.
  @inline(__always)
  private func canReachUrgent(_ j: Int, _ time: Int) -> Bool {
    for other in urgent where time &+ shortest[j &* n &+ other.node] > other.close && other.node != j {
      return false
    }
    return true
  }

  private mutating func resize(_ wanted: Int) {
    var size = 1024
    while size < wanted { size *= 2 }
    table = [Int32](repeating: -1, count: size)
    mask = size - 1
  }

  @inline(__always)
  private static func hash(_ set: Nodes, _ node: Int32) -> Int {
    var h = set.mixed ^ UInt64(truncatingIfNeeded: node) &* 0x9E37_79B9_7F4A_7C15
    h = (h ^ (h &>> 32)) &* 0xBF58_476D_1CE4_E5B9
    return Int(truncatingIfNeeded: h &>> 20)
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
