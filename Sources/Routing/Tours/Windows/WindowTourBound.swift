#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lower bound on every tour, and on every way to end a begun one, from walks that keep the windows but may repeat
/// nodes, with prices that make repeating dear.
///
/// The state-space relaxation of Christofides, Mingozzi and Toth 1981 over node and time, without walks that go straight
/// back where they came from, with prices by subgradient ascent (Held and Karp 1971). Time is cut into slots of 2^h
/// units, each taken at its beginning, so that wide windows stay cheap and the bound valid. Values are ×``unit`` whole
/// numbers.
final class WindowTourBound {
  static let unit = 64
  /// No way to end.
  static let never = Int.max / 4

  /// The least two values of a node and slot, by different neighbours on the walk.
  struct State {
    var least = WindowTourBound.never
    /// The least by a neighbour other than `by`.
    var second = WindowTourBound.never
    /// The neighbour of `least`; 0 for node 0, -1 where there is none.
    var by: Int32 = -1

    /// The least value by a neighbour other than `node`.
    @inline(__always)
    func avoiding(_ node: Int32) -> Int { by == node ? second : least }

    @inline(__always)
    mutating func offer(_ value: Int, _ node: Int32) {
      if node == by {
        least = min(least, value)
      } else if value < least {
        second = least
        least = value
        by = node
      } else if value < second {
        second = value
      }
    }
  }

  /// An arc to a node other than node 0.
  struct Arc {
    var time: Int
    var open: Int
    var close: Int
    /// The index of slot s at the node it leads to is `base + s`.
    var base: Int
    /// Time in ``unit`` (nothing for the makespan) less the price of the node it leads to.
    var cost: Int
    var node: Int32
  }

  let n: Int
  let model: WindowTourModel
  let tight: WindowTightening
  let shift: Int
  /// The index of slot s at node i is `base[i] + s`, from `firstSlot[i]` on.
  let base: [Int]
  let firstSlot: [Int]
  let finalSlot: [Int]
  let slotsInAll: Int
  let lastSlot: Int
  /// The arcs out of node i are `arcs[heads[i] ..< heads[i + 1]]`, those that can be left latest first.
  let arcs: UnsafeMutablePointer<Arc>
  let heads: [Int]
  /// The most arcs in a row within one slot.
  let rounds: Int
  let states: UnsafeMutablePointer<State>
  private(set) var price: [Int]
  private(set) var bestPrice: [Int]
  /// The best bound so far, ×``unit``.
  private(set) var best = Int.min

  /// - Parameters:
  ///   - mostSlots: time is cut so that no more slots are needed, as long as no arc is shorter than a slot.
  ///   - atLast: above this many slots, such arcs are put up with.
  ///   - prices: where the ascent begins; the assignment bound without.
  init(
    _ model: WindowTourModel, _ tight: WindowTightening, mostSlots: Int = 24_000, atLast: Int = 48_000,
    prices: [Int]? = nil
  ) {
    let n = model.n
    self.n = n
    self.model = model
    self.tight = tight
    shift = Self.slotShift(model, tight, mostSlots, atLast)
    var (first, final, base) = ([0], [0], [0])
    var total = 0
    for i in 1..<n {
      first.append(tight.open[i] >> shift)
      final.append(tight.close[i] >> shift)
      base.append(total - first[i])
      total += final[i] - first[i] + 1
    }
    firstSlot = first
    finalSlot = final
    self.base = base
    slotsInAll = total
    lastSlot = final.max() ?? 0
    // Those that can be driven latest first, so that the rest is passed over at once.
    let pairs = (0..<n).map { i in
      (1..<n).filter { tight.allowed[i * n + $0] }.sorted {
        (tight.close[$1] - model.times[i * n + $1], $0) < (tight.close[$0] - model.times[i * n + $0], $1)
      }
    }
    arcs = .allocate(capacity: max(1, pairs.reduce(0) { $0 + $1.count }))
    var heads = [0]
    for (i, successors) in pairs.enumerated() {
      for (k, j) in successors.enumerated() {
        (arcs + heads[i] + k).initialize(
          to: Arc(
            time: model.times[i * n + j], open: tight.open[j], close: tight.close[j], base: base[j], cost: 0,
            node: Int32(j)))
      }
      heads.append(heads[i] + successors.count)
    }
    self.heads = heads
    rounds = WindowTourBound.longestWithinSlot(model, tight, 1 << shift)
    states = .allocate(capacity: max(1, total))
    price = prices ?? [Int](repeating: 0, count: n)
    bestPrice = price
    if prices == nil, model.objective == .travel { startFromAssignment() }
  }

  /// The assignment bound is where the ascent begins: Fischetti and Toth 1992.
  private func startFromAssignment() {
    let costs = (0..<n * n).map { tight.allowed[$0] ? model.times[$0] : 1 << 32 }
    let prices = Assignment(count: n, costs: costs)
    let (rows, columns) = (prices.rowPrices, prices.columnPrices)
    for j in 1..<n where abs(rows[j] + columns[j]) < 1 << 30 { price[j] = (rows[j] + columns[j]) * Self.unit }
  }

  deinit {
    states.deallocate()
    arcs.deallocate()
  }

  /// Slots as wide as it takes, but no wider than the shortest arc as long as memory and time allow.
  private static func slotShift(
    _ model: WindowTourModel, _ tight: WindowTightening, _ mostSlots: Int, _ atLast: Int
  ) -> Int {
    let n = model.n
    var width = 0
    for i in 1..<n { width += tight.close[i] - tight.open[i] + 1 }
    var least = Int.max
    for i in 1..<n {
      for j in 1..<n where tight.allowed[i * n + j] { least = min(least, model.times[i * n + j]) }
    }
    var shift = 0
    while width >> shift > mostSlots, 2 << shift <= least || width >> shift > atLast { shift += 1 }
    return shift
  }

  /// The most arcs in a row an elementary path can drive in one slot, each counted from the slot's beginning: as many
  /// as join the nodes that such arcs connect.
  private static func longestWithinSlot(_ model: WindowTourModel, _ tight: WindowTightening, _ slot: Int)
    -> Int
  {
    let n = model.n
    var group = Array(0..<n)
    func root(_ i: Int) -> Int {
      var i = i
      while group[i] != i {
        group[i] = group[group[i]]
        i = group[i]
      }
      return i
    }
    for i in 1..<n {
      for j in 1..<n where tight.allowed[i * n + j] && model.times[i * n + j] < slot {
        group[root(i)] = root(j)
      }
    }
    var size = [Int](repeating: 0, count: n)
    for i in 1..<n { size[root(i)] += 1 }
    return (size.max() ?? 1) - 1
  }

  /// The least price-reduced value of ending from `node` when its service begins at `time`, going on to a node not in
  /// `set`.
  @inline(__always)
  func ending<Nodes: NodeSet>(_ node: Int, _ time: Int, _ set: Nodes) -> Int {
    let state = states + (base[node] &+ (time >> shift))
    let next = Int(state.pointee.by)
    if next > 0, set.contains(next) { return state.pointee.second }
    return state.pointee.least
  }

  /// The sum of prices in force: a walk's reduced value plus this is its value.
  private(set) var constant = 0

  /// Computes ``states`` for the prices in force. O(slots · arcs of a node).
  func evaluate() -> Int {
    constant = price.reduce(0, +)
    let makespan = model.objective == .makespan
    for k in 0..<heads[n] {
      arcs[k].cost = (makespan ? 0 : arcs[k].time &* Self.unit) &- price[Int(arcs[k].node)]
    }
    var within: [(from: Int, to: Int, cost: Int, here: Int32, next: Int32)] = []
    for slot in stride(from: lastSlot, through: 0, by: -1) {
      within.removeAll(keepingCapacity: true)
      for i in 1..<n where slot >= firstSlot[i] && slot <= finalSlot[i] { fill(i, slot, makespan, &within) }
      var round = 0
      while round < rounds, !within.isEmpty {
        // From last round's values only: a round adds one arc.
        let before = within.map { states[$0.to].avoiding($0.here) }
        var changed = false
        for (arc, value) in zip(within, before) where arc.cost &+ value < states[arc.from].second {
          let old = states[arc.from]
          states[arc.from].offer(arc.cost &+ value, arc.next)
          changed = changed || old.least != states[arc.from].least || old.second != states[arc.from].second
        }
        if !changed { break }
        round += 1
      }
    }
    return begin().value
  }

  @inline(__always)
  func closingCost(_ i: Int, _ edge: Int) -> Int? {
    let time = model.times[i &* n]
    guard tight.allowed[i &* n], edge &+ time <= model.close[0] else { return nil }
    return (model.objective == .makespan ? edge &+ time : time) &* Self.unit
  }

  private func fill(
    _ i: Int, _ slot: Int, _ makespan: Bool,
    _ within: inout [(from: Int, to: Int, cost: Int, here: Int32, next: Int32)]
  ) {
    let edge = max(slot << shift, tight.open[i])
    var state = State()
    if let cost = closingCost(i, edge) { state.offer(cost, 0) }
    let here = Int32(truncatingIfNeeded: i)
    var arc = arcs + heads[i]
    let end = arcs + heads[i &+ 1]
    if rounds == 0 {
      while arc < end {
        let arrival = max(arc.pointee.open, edge &+ arc.pointee.time)
        if arrival > arc.pointee.close { break }
        let onward = states[arc.pointee.base &+ (arrival >> shift)].avoiding(here)
        let value = arc.pointee.cost &+ onward
        if value < state.second { state.offer(value, arc.pointee.node) }
        arc += 1
      }
    } else {
      while arc < end {
        let arrival = max(arc.pointee.open, edge &+ arc.pointee.time)
        if arrival > arc.pointee.close { break }
        let target = arrival >> shift
        let index = arc.pointee.base &+ target
        if target == slot {
          within.append((base[i] &+ slot, index, arc.pointee.cost, here, arc.pointee.node))
        } else {
          state.offer(arc.pointee.cost &+ states[index].avoiding(here), arc.pointee.node)
        }
        arc += 1
      }
    }
    states[base[i] &+ slot] = state
  }

  private func begin() -> (value: Int, first: Int) {
    var least = Self.never
    var chosen = -1
    for k in heads[0]..<heads[1] {
      let arc = arcs[k]
      let arrival = max(arc.open, tight.open[0] &+ arc.time)
      if arrival > arc.close { continue }
      let value = arc.cost &+ states[arc.base &+ (arrival >> shift)].least
      if value < least {
        least = value
        chosen = Int(arc.node)
      }
    }
    return (least >= Self.never / 2 ? Self.never : least &+ constant, chosen)
  }

  /// How often each node stands in the best walk.
  private func visits(_ first: Int) -> [Int] {
    var count = [Int](repeating: 0, count: n)
    guard first > 0 else { return count }
    var (previous, here) = (0, first)
    var time = max(tight.open[first], tight.open[0] &+ model.times[first])
    var steps = 0
    while here > 0, steps < 50 * n {
      count[here] += 1
      steps += 1
      let edge = max((time >> shift) << shift, tight.open[here])
      let next = successor(here, edge, not: previous)
      if next <= 0 { break }
      time = max(tight.open[next], edge &+ model.times[here &* n &+ next])
      (previous, here) = (here, next)
    }
    return count
  }

  /// Where the best walk goes on that does not go back to `previous`.
  private func successor(_ i: Int, _ edge: Int, not previous: Int) -> Int {
    let state = states[base[i] &+ (edge >> shift)]
    if Int(state.by) != previous || previous == 0 { return Int(state.by) }
    if let cost = closingCost(i, edge), cost == state.second { return 0 }
    for k in heads[i]..<heads[i + 1] where Int(arcs[k].node) != previous {
      let arc = arcs[k]
      let arrival = max(arc.open, edge &+ arc.time)
      if arrival > arc.close { continue }
      let onward = states[arc.base &+ (arrival >> shift)].avoiding(Int32(i))
      if arc.cost &+ onward == state.second { return Int(arc.node) }
    }
    return -1
  }

  /// Raises the bound for `rounds` or until `expired`, and leaves the best prices in force and evaluated.
  ///
  /// Subgradient ascent with steps that shrink geometrically and averaged directions, which zigzag less (Crowder 1976).
  /// - Parameter first: the first step, as a part of the step that would close the gap to `upper`.
  func ascend(rounds: Int, upper: Int, first: Double, expired: () -> Bool) {
    var step = first
    let shrink = pow(0.02, 1 / Double(max(1, rounds)))
    var direction = [Double](repeating: 0, count: n)
    for round in 0..<rounds {
      let bound = evaluate()
      if bound >= Self.never {
        best = Self.never
        return
      }
      if bound > best {
        best = bound
        bestPrice = price
      }
      if best > (upper &- 1) &* Self.unit || expired() { break }
      let count = visits(begin().first)
      let share = round == 0 ? 1 : 0.3
      var norm = 0.0
      for j in 1..<n {
        direction[j] = share * Double(1 - count[j]) + (1 - share) * direction[j]
        norm += direction[j] * direction[j]
      }
      if norm < 1e-9 { break }
      let gap = max(Double(upper &* Self.unit &- best), 0.001 * Double(max(best, Self.unit)))
      let size = step * gap / max(1, norm)
      for j in 1..<n { price[j] += Int((size * direction[j]).rounded()) }
      step *= shrink
    }
    price = bestPrice
    _ = evaluate()
  }

  /// The bound in the units of the problem.
  var lowerBound: Int {
    best == Int.min ? 0 : best >= Self.never ? Self.never : max(0, (best + Self.unit - 1) / Self.unit)
  }
}
