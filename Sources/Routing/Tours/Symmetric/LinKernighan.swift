/// Local search by sequential moves of up to three exchanged edges (Lin 1965; Lin, Kernighan 1973) over a queue of nodes
/// worth looking at (Bentley's don't-look bits; Johnson, McGeoch 1997).
///
/// t1 … t6 alternate between removed edges (t1,t2), (t3,t4), (t5,t6) and joined ones (t2,t3), (t4,t5), (t6,t1); what is
/// removed is always dearer than what is joined so far. The first exchange may leave two cycles when the second
/// joins them again, which gives segment insertion and the pure 3-opt move.
struct LinKernighan<Costs: PairCosts> {
  let candidates: Candidates
  var tour: ArrayTour<Costs>
  private let move: SequentialMove
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

  /// Looks for an improving move that removes an edge at `t1`, and makes the first found.
  /// - Returns: its gain, 0 when there is none.
  @inline(__always)
  mutating func improve(from t1: Int32) -> Int {
    let gain = exchange(t1, 1)
    return gain > 0 ? gain : exchange(t1, -1)
  }

  @inline(__always)
  private func cost(_ a: Int32, _ b: Int32) -> Int { Int(tour.costs.cost(a, b)) }

  /// Removes the edge from `t1` to the node after it in direction `way`, 1 or -1, in which all words below read.
  @inline(never)
  private mutating func exchange(_ t1: Int32, _ way: Int) -> Int {
    let (order, place) = (tour.order, tour.place)
    let here = Int(place[Int(t1)])
    let t2 = order[here &+ way]
    let place2 = Int(place[Int(t2)])
    let removed = tour.edge(here, way)
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
      if gain > 0 {
        reverse(t1, t2, t3, before, way)
        return gain
      }
      // Places of t2 … t3, in whose number those of t2 … before are.
      var length = (place3 &- place2) &* way
      if length < 0 { length &+= tour.count }
      let rejoined = rejoin(t1, here, place2, length &- 1, t3, place3, before, g2, way)
      if rejoined > 0 { return rejoined }
      // The other side leaves the cycle of t2 … t3.
      let after = order[place3 &+ way]
      let open = g1 &+ tour.edge(place3, way)
      let merged = joinCycles(t1, here, place2, length, t3, place3, after, open, way)
      if merged > 0 { return merged }
    }
    return 0
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
  private mutating func rejoin(
    _ t1: Int32, _ place1: Int, _ place2: Int, _ length: Int, _ t3: Int32, _ place3: Int, _ t4: Int32,
    _ gained: Int, _ way: Int
  ) -> Int {
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
      let gain = g &+ tour.edge(place5, side) &- cost(t6, t1)
      if gain > 0 {
        set(0, t1, place1, way)
        set(1, t3, place3, 0 &- way)
        set(2, t5, place5, side)
        make()
        return gain
      }
    }
    return 0
  }

  /// The third exchange after two that left the cycle of t2 … t3: an edge of that cycle, either side.
  @inline(__always)
  private mutating func joinCycles(
    _ t1: Int32, _ place1: Int, _ place2: Int, _ length: Int, _ t3: Int32, _ place3: Int, _ t4: Int32,
    _ gained: Int, _ way: Int
  ) -> Int {
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
      var gain = g &+ tour.edge(place5, way) &- cost(after, t1)
      if place5 != place2 {
        let before = order[place5 &- way]
        let other = g &+ tour.edge(place5, 0 &- way) &- cost(before, t1)
        if other > gain {
          gain = other
          side = 0 &- way
        }
      }
      if gain > 0 {
        set(0, t1, place1, way)
        set(1, t3, place3, way)
        set(2, t5, place5, side)
        make()
        return gain
      }
    }
    return 0
  }

  /// Notes a removed edge, from `node` at `at` to its neighbour in direction `way`.
  @inline(__always)
  private func set(_ pair: Int, _ node: Int32, _ at: Int, _ way: Int) {
    move.t[2 &* pair] = node
    move.t[2 &* pair &+ 1] = tour.order[at &+ way]
    move.lowFirst[pair] = way > 0
    move.cut[pair] = way > 0 ? at : (at == 0 ? tour.count : at) &- 1
  }

  /// Makes the noted move and queues its ends.
  @inline(__always)
  private mutating func make() {
    _ = move.closes(3)
    tour.rebuild(3, move.sorted, move.sequence)
    for i in 0..<6 { push(move.t[i]) }
  }
}
