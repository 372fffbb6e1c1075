/// Local search by sequential moves of up to five exchanged edges (Lin, Kernighan 1973; Helsgaun 2000) over a
/// queue of nodes worth looking at (Bentley's don't-look bits; Johnson, McGeoch 1997).
///
/// The first exchange may leave two cycles when the second joins them again, which gives segment insertion and
/// the pure 3-opt move; from the third on every partial move could be closed.
struct LinKernighan {
  let costs: TourCosts
  let candidates: Candidates
  var tour: ArrayTour
  private let move: SequentialMove
  /// Nodes waiting, first in first out, each at most once.
  private let queue: UnsafeMutablePointer<Int32>
  private let waits: UnsafeMutablePointer<Bool>
  private var head = 0
  private(set) var waiting = 0
  let depth: Int
  /// How many candidates are tried at each level.
  private let breadth: UnsafeMutablePointer<Int>

  init(
    _ costs: TourCosts, _ candidates: Candidates, _ tour: ArrayTour, depth: Int, breadth: [Int],
    _ arena: Arena
  ) {
    self.costs = costs
    self.candidates = candidates
    self.tour = tour
    self.depth = min(depth, SequentialMove.deepest - 1)
    move = SequentialMove(arena)
    queue = arena.take(costs.count, 0)
    waits = arena.take(costs.count, false)
    self.breadth = arena.take(SequentialMove.deepest, 0)
    for level in 0..<min(breadth.count, SequentialMove.deepest) {
      self.breadth[level] = min(breadth[level], candidates.width)
    }
  }

  @inline(__always)
  mutating func push(_ node: Int32) {
    guard !waits[Int(node)] else { return }
    waits[Int(node)] = true
    var at = head &+ waiting
    if at >= costs.count { at &-= costs.count }
    queue[at] = node
    waiting &+= 1
  }

  @inline(__always)
  mutating func pop() -> Int32 {
    let node = queue[head]
    head &+= 1
    if head == costs.count { head = 0 }
    waiting &-= 1
    waits[Int(node)] = false
    return node
  }

  /// Empties the queue by improving moves.
  /// - Returns: by how much the tour became cheaper.
  mutating func descend() -> Int {
    var sum = 0
    while waiting > 0 {
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
  mutating func improve(from t1: Int32) -> Int {
    let gain = exchange(t1, forward: true)
    return gain > 0 ? gain : exchange(t1, forward: false)
  }

  /// Level 1: removes the edge from `t1` to the next or the previous node.
  private mutating func exchange(_ t1: Int32, forward: Bool) -> Int {
    let here = Int(tour.place[Int(t1)])
    let t2 = forward ? tour.next(t1) : tour.previous(t1)
    move.t[0] = t1
    move.t[1] = t2
    move.lowFirst[0] = forward
    move.cut[0] = forward ? here : (here == 0 ? tour.count : here) &- 1
    let removed = Int(costs.cost(t1, t2))
    let row = candidates.near + Int(t2) &* candidates.width
    let (next2, previous2) = (tour.next(t2), tour.previous(t2))
    for k in 0..<breadth[0] {
      let (t3, joined) = (row[k].x, Int(row[k].y))
      let g1 = removed &- joined
      if g1 <= 0 { break }
      if t3 == next2 || t3 == previous2 { continue }
      let place3 = Int(tour.place[Int(t3)])
      let (after, before) = (tour.next(t3), tour.previous(t3))
      let beforePlace = (place3 == 0 ? tour.count : place3) &- 1
      // The side at which two exchanged edges give one round trip.
      let t4 = forward ? before : after
      let g2 = g1 &+ Int(costs.cost(t3, t4))
      let gain = g2 &- Int(costs.cost(t4, t1))
      if gain > 0 {
        reverse(t1, t2, t3, t4, forward)
        push(t1)
        push(t2)
        push(t3)
        push(t4)
        return gain
      }
      move.t[2] = t3
      move.t[3] = t4
      move.lowFirst[1] = !forward
      move.cut[1] = forward ? beforePlace : place3
      let deeper = rejoin(t1, t2, t3, t4, forward, g2)
      if deeper > 0 { return deeper }
      // The other side leaves two cycles.
      let other = forward ? after : before
      move.t[3] = other
      move.lowFirst[1] = forward
      move.cut[1] = forward ? place3 : beforePlace
      let g2Other = g1 &+ Int(costs.cost(t3, other))
      let joining = joinCycles(t1, t2, t3, other, forward, g2Other)
      if joining > 0 { return joining }
    }
    return 0
  }

  /// The 2-opt move (Croes 1958): (t1,t2), (t3,t4) leave, (t2,t3), (t4,t1) join. The shorter side is turned.
  @inline(__always)
  private mutating func reverse(_ t1: Int32, _ t2: Int32, _ t3: Int32, _ t4: Int32, _ forward: Bool) {
    let n = tour.count
    let (first, last) = forward ? (t2, t4) : (t1, t3)
    let (firstOther, _) = forward ? (t3, t1) : (t4, t2)
    var length = Int(tour.place[Int(last)]) &- Int(tour.place[Int(first)]) &+ 1
    if length <= 0 { length &+= n }
    if 2 &* length <= n {
      tour.reverse(from: Int(tour.place[Int(first)]), length)
    } else {
      tour.reverse(from: Int(tour.place[Int(firstOther)]), n &- length)
    }
  }

  /// Level 3 after a first exchange that gave one round trip: the only side that does so again.
  @inline(__always)
  private mutating func rejoin(
    _ t1: Int32, _ t2: Int32, _ t3: Int32, _ t4: Int32, _ forward: Bool, _ gained: Int
  ) -> Int {
    let row = candidates.near + Int(t4) &* candidates.width
    let (next4, previous4) = (tour.next(t4), tour.previous(t4))
    for k in 0..<breadth[1] {
      let (t5, joined) = (row[k].x, Int(row[k].y))
      let g = gained &- joined
      if g <= 0 { break }
      if t5 == next4 || t5 == previous4 { continue }
      let inside = forward ? tour.between(t2, t5, t4) : tour.between(t4, t5, t2)
      let gain = closeOrDeepen(t1, t5, toNext: inside == forward, g)
      if gain > 0 { return gain }
    }
    return 0
  }

  /// Level 3 after a first exchange that left the cycle of t2 … t3: an edge of that cycle, either side.
  @inline(__always)
  private mutating func joinCycles(
    _ t1: Int32, _ t2: Int32, _ t3: Int32, _ t4: Int32, _ forward: Bool, _ gained: Int
  ) -> Int {
    let row = candidates.near + Int(t4) &* candidates.width
    for k in 0..<breadth[2] {
      let (t5, joined) = (row[k].x, Int(row[k].y))
      let g = gained &- joined
      if g <= 0 { break }
      if t5 == t3 || !(forward ? tour.between(t2, t5, t3) : tour.between(t3, t5, t2)) { continue }
      let gain = closeOrDeepen(t1, t5, toNext: forward, g)
      if gain > 0 { return gain }
      if t5 == t2 { continue }
      let otherGain = closeOrDeepen(t1, t5, toNext: !forward, g)
      if otherGain > 0 { return otherGain }
    }
    return 0
  }

  /// Removes the third edge, from `t5` to its next or previous node, then closes the move or goes deeper.
  @inline(__always)
  private mutating func closeOrDeepen(_ t1: Int32, _ t5: Int32, toNext: Bool, _ gained: Int) -> Int {
    let place5 = Int(tour.place[Int(t5)])
    let t6 = toNext ? tour.next(t5) : tour.previous(t5)
    let g = gained &+ Int(costs.cost(t5, t6))
    let gain = g &- Int(costs.cost(t6, t1))
    guard gain > 0 || depth > 3 else { return 0 }
    move.t[4] = t5
    move.t[5] = t6
    move.lowFirst[2] = toNext
    move.cut[2] = toNext ? place5 : (place5 == 0 ? tour.count : place5) &- 1
    if gain > 0 {
      _ = move.closes(3)
      make(3)
      return gain
    }
    return deepen(3, g)
  }

  /// Levels above 3: `k` edges are removed, the last one's far end is joined on.
  private mutating func deepen(_ k: Int, _ gained: Int) -> Int {
    let t1 = move.t[0]
    let end = move.t[2 &* k &- 1]
    let row = candidates.near + Int(end) &* candidates.width
    let (nextEnd, previousEnd) = (tour.next(end), tour.previous(end))
    for c in 0..<breadth[k] {
      let (from, joined) = (row[c].x, Int(row[c].y))
      let g1 = gained &- joined
      if g1 <= 0 { break }
      if from == nextEnd || from == previousEnd { continue }
      let place = Int(tour.place[Int(from)])
      for toNext in 0..<2 {
        let cut = toNext == 1 ? place : (place == 0 ? tour.count : place) &- 1
        if isRemoved(cut, k) { continue }
        let to = toNext == 1 ? tour.next(from) : tour.previous(from)
        let g2 = g1 &+ Int(costs.cost(from, to))
        let gain = g2 &- Int(costs.cost(to, t1))
        if gain <= 0 && k &+ 1 >= depth { continue }
        move.t[2 &* k] = from
        move.t[2 &* k &+ 1] = to
        move.lowFirst[k] = toNext == 1
        move.cut[k] = cut
        guard move.closes(k &+ 1) else { continue }
        if gain > 0 {
          make(k &+ 1)
          return gain
        }
        let deeper = deepen(k &+ 1, g2)
        if deeper > 0 { return deeper }
      }
    }
    return 0
  }

  @inline(__always)
  private func isRemoved(_ cut: Int, _ k: Int) -> Bool {
    for i in 0..<k where move.cut[i] == cut { return true }
    return false
  }

  /// Makes the closed move of `k` exchanged edges and queues its ends.
  @inline(__always)
  private mutating func make(_ k: Int) {
    tour.rebuild(k, move.sorted, move.sequence)
    for i in 0..<(2 &* k) { push(move.t[i]) }
  }
}
