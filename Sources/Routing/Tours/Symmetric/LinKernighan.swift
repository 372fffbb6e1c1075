/// Local search by sequential moves of three exchanged edges and more (Lin 1965; Lin, Kernighan 1973) and a non-sequential
/// one of four, over a queue of nodes worth looking at (Bentley's don't-look bits; Johnson, McGeoch 1997).
///
/// t1 … t6 alternate between removed edges (t1,t2), (t3,t4), (t5,t6) and joined ones (t2,t3), (t4,t5), (t6,t1); what is
/// removed is always dearer than what is joined so far. The first exchange may leave two cycles when the second
/// joins them again, which gives segment insertion and the pure 3-opt move.
struct LinKernighan<Costs: PairCosts> {
  let candidates: Candidates
  var tour: ArrayTour<Costs>
  /// Edges that one move exchanges at most, 3 … `SequentialMove.deepest`: deep ones pay in the first descent, after
  /// kicks more shallow ones do.
  var depth = 5
  let move: SequentialMove
  /// Nodes waiting, first in first out, each at most once.
  private let queue: UnsafeMutablePointer<Int32>
  private let waits: UnsafeMutablePointer<Bool>
  private var head = 0
  private(set) var waiting = 0

  init(_ candidates: Candidates, _ tour: ArrayTour<Costs>, _ arena: Arena) {
    self.candidates = candidates
    self.tour = tour
    move = SequentialMove(arena)
    queue = arena.take(tour.count, 0)
    waits = arena.take(tour.count, false)
  }

  @inline(__always)
  mutating func push(_ node: Int32) {
    guard !waits[Int(node)] else { return }
    waits[Int(node)] = true
    var at = head &+ waiting
    if at >= tour.count { at &-= tour.count }
    queue[at] = node
    waiting &+= 1
  }

  @inline(__always)
  mutating func pop() -> Int32 {
    let node = queue[head]
    head &+= 1
    if head == tour.count { head = 0 }
    waiting &-= 1
    waits[Int(node)] = false
    return node
  }

  /// Empties the queue by improving moves, or looks at `most` nodes.
  /// - Returns: by how much the tour became cheaper.
  mutating func descend(atMost most: Int = .max) -> Int {
    var sum = 0
    var left = most
    while waiting > 0 && left > 0 {
      left &-= 1
      let node = pop()
      while true {
        guard tour.hasRoom || !tour.isLogging else { break }
        let gain = improve(from: node)
        if gain == 0 { break }
        sum &+= gain
      }
    }
    return sum
  }

  /// Looks for an improving move that removes an edge at `t1`, and makes the first found: up to three exchanges, then
  /// deeper ones on the way that promises most, then two exchanges apart.
  /// - Returns: its gain, 0 when there is none.
  @inline(__always)
  mutating func improve(from t1: Int32) -> Int {
    var found = Exchange()
    var apart = Exchange()
    for way in stride(from: 1, through: -1, by: -2) {
      var open = Exchange()
      exchange(t1, way, &found, &open, &apart)
      if found.gain > 0 {
        make(t1, found)
        return found.gain
      }
      if depth > 3 && open.gain > 0 {
        let gain = extend(t1, open)
        if gain > 0 { return gain }
      }
    }
    return apart.gain > 0 ? bridge(t1, apart) : 0
  }

  @inline(__always)
  func cost(_ a: Int32, _ b: Int32) -> Int { Int(tour.costs.cost(a, b)) }

  /// Up to three exchanges from t1. Of what closes, `gain` is by how much the tour becomes cheaper; of what is open, what
  /// was removed less what was joined.
  struct Exchange {
    var gain = 0
    /// The direction in which (t1,t2) is removed.
    var way = 1
    var t3: Int32 = 0
    var place3 = 0
    /// The direction from t3 to t4.
    var side3 = 0
    var t5: Int32 = 0
    var place5 = 0
    /// The direction from t5 to t6; 0 where two edges are exchanged.
    var side5 = 0
  }

  @inline(__always)
  func wrapped(_ at: Int) -> Int { at < 0 ? at &+ tour.count : at >= tour.count ? at &- tour.count : at }

  /// Removes the edge from `t1` to the node after it in direction `way`, 1 or -1, in which all words below read.
  @inline(never)
  private func exchange(
    _ t1: Int32, _ way: Int, _ found: inout Exchange, _ open: inout Exchange, _ apart: inout Exchange
  ) {
    let (order, place) = (tour.order, tour.place)
    let here = Int(place[Int(t1)])
    let t2 = order[here &+ way]
    let place2 = Int(place[Int(t2)])
    let removed = tour.edge(here, way)
    // Only deeper exchanges need the best open way; what closes costs about `least` or more.
    let isDeep = depth > 3
    let least = Int(candidates.near[Int(t1) &* candidates.width].y)
    let row = candidates.near + Int(t2) &* candidates.width
    for k in 0..<candidates.width {
      let (t3, joined) = (row[k].x, Int(row[k].y))
      let g1 = removed &- joined
      if g1 <= 0 { break }
      let place3 = Int(place[Int(t3)])
      // The side at which two exchanged edges give one round trip.
      let before = order[place3 &- way]
      if before == t2 { continue }
      let g2 = g1 &+ tour.edge(place3, 0 &- way)
      let gain = g2 &- cost(before, t1)
      if gain > found.gain { found = Exchange(gain: gain, way: way, t3: t3, place3: place3, side3: 0 &- way) }
      // Places of t2 … t3, in whose number those of t2 … before are.
      var length = (place3 &- place2) &* way
      if length < 0 { length &+= tour.count }
      rejoin(t1, place2, length &- 1, t3, place3, before, g2, way, isDeep, least, &found, &open)
      // The other side leaves the cycle of t2 … t3.
      let after = order[place3 &+ way]
      let removedBoth = g1 &+ tour.edge(place3, way)
      let gainApart = removedBoth &- cost(after, t1)
      if gainApart > apart.gain && after != t1 {
        apart = Exchange(gain: gainApart, way: way, t3: t3, place3: place3, side3: way)
      }
      joinCycles(t1, place2, length, t3, place3, after, removedBoth, way, isDeep, least, &found, &open)
      if found.gain > 0 { return }
    }
  }

  @inline(never)
  private mutating func make(_ t1: Int32, _ found: Exchange) {
    let (order, place) = (tour.order, tour.place)
    let here = Int(place[Int(t1)])
    if found.side5 == 0 {
      let t2 = order[here &+ found.way]
      let t4 = order[found.place3 &+ found.side3]
      reverse(t1, t2, found.t3, t4, found.way)
      return
    }
    set(0, t1, here, found.way)
    set(1, found.t3, found.place3, found.side3)
    set(2, found.t5, found.place5, found.side5)
    _ = move.closes(3)
    tour.rebuild(3, move.sorted, move.sequence)
    for i in 0..<6 { push(move.t[i]) }
  }

  /// The 2-opt move (Croes 1958): (t1,t2), (t3,t4) leave, (t2,t3), (t4,t1) join. The shorter side is turned.
  @inline(__always)
  private mutating func reverse(_ t1: Int32, _ t2: Int32, _ t3: Int32, _ t4: Int32, _ way: Int) {
    let n = tour.count
    let (first, last) = way > 0 ? (t2, t4) : (t4, t2)
    let firstOther = way > 0 ? t3 : t1
    var length = Int(tour.place[Int(last)]) &- Int(tour.place[Int(first)]) &+ 1
    if length <= 0 { length &+= n }
    if 2 &* length <= n {
      tour.reverse(from: Int(tour.place[Int(first)]), length)
    } else {
      tour.reverse(from: Int(tour.place[Int(firstOther)]), n &- length)
    }
    push(t1)
    push(t2)
    push(t3)
    push(t4)
  }

  /// Whether a place is among the `length + 1` from `first` on in direction `way`.
  @inline(__always)
  private func isWithin(_ at: Int, _ first: Int, _ length: Int, _ way: Int) -> Bool {
    var steps = (at &- first) &* way
    if steps < 0 { steps &+= tour.count }
    return steps <= length
  }

  /// The third exchange after two that gave one round trip: the only side that does so again.
  @inline(__always)
  private func rejoin(
    _ t1: Int32, _ place2: Int, _ length: Int, _ t3: Int32, _ place3: Int, _ t4: Int32,
    _ gained: Int, _ way: Int, _ isDeep: Bool, _ least: Int, _ found: inout Exchange, _ open: inout Exchange
  ) {
    let (order, place) = (tour.order, tour.place)
    let row = candidates.near + Int(t4) &* candidates.width
    let beyond = order[Int(place[Int(t4)]) &- way]
    for k in 0..<candidates.width {
      let (t5, joined) = (row[k].x, Int(row[k].y))
      let g = gained &- joined
      if g <= 0 { break }
      if t5 == t3 || t5 == beyond { continue }
      let place5 = Int(place[Int(t5)])
      let side = isWithin(place5, place2, length, way) ? way : 0 &- way
      let t6 = order[place5 &+ side]
      let next = g &+ tour.edge(place5, side)
      if next &- least <= found.gain { continue }
      let gain = next &- cost(t6, t1)
      if isDeep && next > open.gain {
        open = Exchange(
          gain: next, way: way, t3: t3, place3: place3, side3: 0 &- way, t5: t5, place5: place5, side5: side)
      }
      if gain > found.gain {
        found = Exchange(
          gain: gain, way: way, t3: t3, place3: place3, side3: 0 &- way, t5: t5, place5: place5, side5: side)
      }
    }
  }

  /// The third exchange after two that left the cycle of t2 … t3: an edge of that cycle, either side.
  @inline(__always)
  private func joinCycles(
    _ t1: Int32, _ place2: Int, _ length: Int, _ t3: Int32, _ place3: Int, _ t4: Int32,
    _ gained: Int, _ way: Int, _ isDeep: Bool, _ least: Int, _ found: inout Exchange, _ open: inout Exchange
  ) {
    let (order, place) = (tour.order, tour.place)
    let row = candidates.near + Int(t4) &* candidates.width
    for k in 0..<candidates.width {
      let (t5, joined) = (row[k].x, Int(row[k].y))
      let g = gained &- joined
      if g <= 0 { break }
      if t5 == t3 { continue }
      let place5 = Int(place[Int(t5)])
      guard isWithin(place5, place2, length, way) else { continue }
      let after = order[place5 &+ way]
      var side = way
      var next = g &+ tour.edge(place5, way)
      var gain = next &- cost(after, t1)
      if isDeep && next > open.gain {
        open = Exchange(
          gain: next, way: way, t3: t3, place3: place3, side3: way, t5: t5, place5: place5, side5: way)
      }
      if place5 != place2 {
        let before = order[place5 &- way]
        next = g &+ tour.edge(place5, 0 &- way)
        if isDeep && next > open.gain {
          open = Exchange(
            gain: next, way: way, t3: t3, place3: place3, side3: way, t5: t5, place5: place5, side5: 0 &- way)
        }
        let other = next &- cost(before, t1)
        if other > gain {
          gain = other
          side = 0 &- way
        }
      }
      if gain > found.gain {
        found = Exchange(
          gain: gain, way: way, t3: t3, place3: place3, side3: way, t5: t5, place5: place5, side5: side)
      }
    }
  }

  /// Notes a removed edge, from `node` at `at` to its neighbour in direction `way`.
  @inline(__always)
  func set(_ pair: Int, _ node: Int32, _ at: Int, _ way: Int) {
    move.t[2 &* pair] = node
    move.t[2 &* pair &+ 1] = tour.order[at &+ way]
    move.lowFirst[pair] = way > 0
    move.cut[pair] = way > 0 ? at : (at == 0 ? tour.count : at) &- 1
  }
}
