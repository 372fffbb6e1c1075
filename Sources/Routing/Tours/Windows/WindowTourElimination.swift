/// What a bound and a tour rule out: arcs and parts of windows that no better tour uses, by walks from node 0 up to an
/// arc, the arc, and the best end from there.
///
/// Reduced-cost elimination over the state space: Baldacci, Mingozzi and Roberti 2012, "New state-space relaxations for
/// solving the traveling salesman problem with time windows".
struct WindowTourElimination {
  private let bound: WindowTourBound
  private let n: Int
  private let shift: Int
  /// The least values of walks from node 0 to each node and slot.
  private let states: UnsafeMutablePointer<WindowTourBound.State>
  /// What no better tour reaches.
  private let limit: Int
  /// The least value of a walk over each arc, row-major, price-reduced as in the bound: the less, the likelier a good
  /// tour drives it.
  private(set) var through: [Int]
  private(set) var open: [Int]
  private(set) var close: [Int]

  /// Whether a better tour may use the arc.
  func allows(_ arc: Int) -> Bool { through[arc] <= limit }

  /// Uses the prices in force and evaluated. O(slots · arcs of a node).
  init(_ bound: WindowTourBound, upper: Int) {
    self.bound = bound
    n = bound.n
    shift = bound.shift
    limit = (upper &- 1) &* WindowTourBound.unit &- bound.constant
    states = .allocate(capacity: max(1, bound.slotsInAll))
    states.initialize(repeating: WindowTourBound.State(), count: bound.slotsInAll)
    through = [Int](repeating: WindowTourBound.never, count: n * n)
    (open, close) = (bound.tight.open, bound.tight.close)
    defer { states.deallocate() }
    leave()
    for slot in 0...bound.lastSlot { pass(slot) }
    narrow()
  }

  /// The arcs out of node 0.
  private mutating func leave() {
    for k in bound.heads[0]..<bound.heads[1] {
      let arc = bound.arcs[k]
      let arrival = max(arc.open, open[0] &+ arc.time)
      if arrival > arc.close { continue }
      let index = arc.base &+ (arrival >> shift)
      states[index].offer(arc.cost, 0)
      through[Int(arc.node)] = min(through[Int(arc.node)], arc.cost &+ bound.states[index].least)
    }
  }

  /// The arcs that leave in one slot: those within the slot first, as often as they can follow each other.
  private mutating func pass(_ slot: Int) {
    for _ in 0..<bound.rounds {
      var changed = false
      for i in 1..<n where slot >= bound.firstSlot[i] && slot <= bound.finalSlot[i] {
        changed = extend(i, slot, within: true) || changed
      }
      if !changed { break }
    }
    for i in 1..<n where slot >= bound.firstSlot[i] && slot <= bound.finalSlot[i] {
      _ = extend(i, slot, within: false)
    }
  }

  private mutating func extend(_ i: Int, _ slot: Int, within: Bool) -> Bool {
    let state = states[bound.base[i] &+ slot]
    if state.by < 0 { return false }
    let here = Int32(truncatingIfNeeded: i)
    let edge = max(slot << shift, bound.tight.open[i])
    var changed = false
    for k in bound.heads[i]..<bound.heads[i &+ 1] {
      let arc = bound.arcs + k
      let arrival = max(arc.pointee.open, edge &+ arc.pointee.time)
      if arrival > arc.pointee.close { break }
      let target = arrival >> shift
      let index = arc.pointee.base &+ target
      let value = state.avoiding(arc.pointee.node) &+ arc.pointee.cost
      if within {
        if target != slot || value >= states[index].second { continue }
        let (least, second) = (states[index].least, states[index].second)
        states[index].offer(value, here)
        changed = changed || states[index].least < least || states[index].second < second
        continue
      }
      if target != slot, value < states[index].second { states[index].offer(value, here) }
      let whole = value &+ bound.states[index].avoiding(here)
      let pair = i &* n &+ Int(arc.pointee.node)
      if whole < through[pair] { through[pair] = whole }
    }
    if !within, let closing = bound.closingCost(i, edge) {
      through[i &* n] = min(through[i &* n], state.least &+ closing)
    }
    return changed
  }

  /// A tour is at a node no earlier than a walk of its value can be, and no later than it could still end.
  private mutating func narrow() {
    for i in 1..<n {
      var least = WindowTourBound.never
      var (first, last) = (-1, -1)
      for slot in bound.firstSlot[i]...bound.finalSlot[i] {
        let index = bound.base[i] &+ slot
        least = min(least, states[index].least)
        if least >= WindowTourBound.never || least &+ bound.states[index].least > limit { continue }
        if first < 0 { first = slot }
        last = slot
      }
      guard first >= 0 else {
        close[i] = open[i] - 1
        continue
      }
      open[i] = max(open[i], first << shift)
      close[i] = min(close[i], (last << shift) + (1 << shift) - 1)
    }
  }
}
