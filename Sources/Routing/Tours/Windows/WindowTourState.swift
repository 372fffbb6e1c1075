/// A partial or whole tour with its times.
///
/// Positions 0 … `stops`: position 0 is node 0 at the start, position `stops` node 0 at the end. `start[p]` is the
/// earliest begin of service, `latest[p]` the latest begin from which everything behind still holds (Savelsbergh
/// 1992, "The vehicle routing problem with time windows: minimizing route duration"). For the makespan,
/// the return from a begin s at p is `max(s + drive[p], floor[p])`. Every change keeps the tour feasible.
struct WindowTourState {
  let model: WindowTourModel
  let capacity: Int
  let order: UnsafeMutablePointer<Int32>
  /// The position of each node, -1 where it is left out; as of the last ``rank()``, but for nodes put in since.
  let position: UnsafeMutablePointer<Int32>
  /// The time driven to each position from the one before.
  let leg: UnsafeMutablePointer<Int>
  let start: UnsafeMutablePointer<Int>
  let latest: UnsafeMutablePointer<Int>
  let drive: UnsafeMutablePointer<Int>
  let floor: UnsafeMutablePointer<Int>
  var stops: Int
  var travel: Int

  init(_ model: WindowTourModel) {
    self.model = model
    capacity = model.n + 1
    order = .allocate(capacity: capacity)
    position = .allocate(capacity: model.n)
    leg = .allocate(capacity: capacity)
    start = .allocate(capacity: capacity)
    latest = .allocate(capacity: capacity)
    drive = .allocate(capacity: capacity)
    floor = .allocate(capacity: capacity)
    stops = 1
    travel = 0
    position.initialize(repeating: -1, count: model.n)
    position[0] = 0
    order.initialize(repeating: 0, count: capacity)
    leg.initialize(repeating: 0, count: capacity)
    start.initialize(repeating: 0, count: capacity)
    latest.initialize(repeating: 0, count: capacity)
    drive.initialize(repeating: 0, count: capacity)
    floor.initialize(repeating: 0, count: capacity)
    start[0] = model.open[0]
    start[1] = model.open[0]
    latest[0] = model.close[0]
    latest[1] = model.close[0]
  }

  func free() {
    order.deallocate()
    position.deallocate()
    for pointer in [leg, start, latest, drive, floor] { pointer.deallocate() }
  }

  /// Nodes served, node 0 not counted.
  var served: Int { stops &- 1 }

  /// The objective of what is served.
  var value: Int { model.objective == .travel ? travel : start[stops] }

  /// Positions are not taken over: ``rank()`` counts them again.
  mutating func copy(_ other: WindowTourState) {
    stops = other.stops
    travel = other.travel
    order.update(from: other.order, count: stops &+ 1)
    leg.update(from: other.leg, count: stops &+ 1)
    start.update(from: other.start, count: stops &+ 1)
    latest.update(from: other.latest, count: stops &+ 1)
    guard model.objective == .makespan else { return }
    drive.update(from: other.drive, count: stops &+ 1)
    floor.update(from: other.floor, count: stops &+ 1)
  }

  /// Counts the positions of all nodes. O(n).
  mutating func rank() {
    position.update(repeating: -1, count: model.n)
    for p in 0..<stops { position[Int(order[p])] = Int32(truncatingIfNeeded: p) }
  }

  /// Recomputes times and travel from the order. O(stops).
  mutating func refresh() {
    var sum = 0
    for p in 1...stops {
      let time = stops == 1 ? 0 : model.time(order[p &- 1], order[p])
      leg[p] = time
      sum &+= time
    }
    travel = sum
    latest[stops] = model.close[0]
    drive[stops] = 0
    floor[stops] = 0
    pushOn(from: 1, until: stops)
    guard stops > 1 else { return }
    pullBack(from: stops &- 1, until: 0)
  }

  /// Recomputes `start` from position p on, at least to `last`, then until nothing changes.
  @inline(__always)
  private func pushOn(from p: Int, until last: Int) {
    var p = p
    var clock = start[p &- 1]
    while p <= stops {
      clock = max(model.open[Int(order[p])], clock &+ leg[p])
      if p > last, start[p] == clock { return }
      start[p] = clock
      p &+= 1
    }
  }

  /// Recomputes what lies behind position p and, further to the front, at least to `first`, then until nothing changes.
  @inline(__always)
  private func pullBack(from p: Int, until first: Int) {
    var p = p
    var by = latest[p &+ 1]
    if model.objective == .travel {
      while p >= 0 {
        by = min(model.close[Int(order[p])], by &- leg[p &+ 1])
        if p < first, latest[p] == by { return }
        latest[p] = by
        p &-= 1
      }
      return
    }
    while p >= 0 {
      by = min(model.close[Int(order[p])], by &- leg[p &+ 1])
      latest[p] = by
      drive[p] = leg[p &+ 1] &+ drive[p &+ 1]
      let next = order[p &+ 1]
      floor[p] = max(floor[p &+ 1], p &+ 1 == stops ? 0 : model.open[Int(next)] &+ drive[p &+ 1])
      p &-= 1
    }
  }

  /// The cheapest feasible place of `node`: the position it would take, -1 where there is none.
  ///
  /// - Parameter blink: a place is overlooked with this chance of 2³² (Christiaens and Vanden Berghe 2020).
  func cheapestPlace(
    of node: Int32, blink: UInt64, _ random: inout SeededRandom
  ) -> (place: Int, cost: Int) {
    let v = Int(node)
    let (opens, closes) = (model.open[v], model.close[v])
    let into = model.leastIn[v]
    let row = model.times + v &* model.n
    let column = model.timesInto + v &* model.n
    let makespan = model.objective == .makespan
    // Places before `low` end too early for this node.
    var (low, high) = (1, stops)
    let earliest = opens &+ model.leastOut[v]
    while low < high {
      let middle = (low &+ high) / 2
      if latest[middle] < earliest { low = middle &+ 1 } else { high = middle }
    }
    var best = Int.max
    var place = -1
    var p = low
    while p <= stops {
      let before = Int(order[p &- 1])
      if start[p &- 1] &+ into > closes { break }
      let next = Int(order[p])
      let first = column[before]
      let begin = max(opens, start[p &- 1] &+ first)
      let arrival = begin &+ row[next]
      if begin <= closes, arrival <= latest[p] {
        var cost = first &+ row[next] &- leg[p]
        if makespan {
          let served = p == stops ? arrival : max(arrival, model.open[next])
          cost &+= max(served &+ drive[p], floor[p]) << 20
        }
        if cost < best, blink == 0 || random.next() >> 32 >= blink {
          best = cost
          place = p
        }
      }
      p &+= 1
    }
    return (place, best)
  }

  /// Puts a left-out node to a place found feasible. O(stops), and less where waiting takes up the change.
  mutating func insert(_ node: Int32, at place: Int) {
    let moved = stops &+ 1 &- place
    (order + (place &+ 1)).update(from: order + place, count: moved)
    (leg + (place &+ 1)).update(from: leg + place, count: moved)
    (start + (place &+ 1)).update(from: start + place, count: moved)
    (latest + (place &+ 1)).update(from: latest + place, count: moved)
    if model.objective == .makespan {
      (drive + (place &+ 1)).update(from: drive + place, count: moved)
      (floor + (place &+ 1)).update(from: floor + place, count: moved)
    }
    stops &+= 1
    order[place] = node
    let (first, second) = (model.time(order[place &- 1], node), model.time(node, order[place &+ 1]))
    travel &+= first &+ second &- leg[place &+ 1]
    leg[place] = first
    leg[place &+ 1] = second
    position[Int(node)] = Int32(truncatingIfNeeded: place)
    pushOn(from: place, until: place)
    pullBack(from: place, until: place)
  }

  /// Takes out the nodes marked by position -1. The times are recomputed.
  mutating func compact() {
    var first = 1
    while first < stops, position[Int(order[first])] >= 0 { first &+= 1 }
    guard first < stops else { return }
    // Behind the last gap the legs are as before, and so may the times be.
    var (kept, last) = (first, first)
    for p in first..<stops {
      let node = order[p]
      if position[Int(node)] < 0 {
        last = kept
        continue
      }
      order[kept] = node
      start[kept] = start[p]
      latest[kept] = latest[p]
      leg[kept] = leg[p]
      if model.objective == .makespan {
        drive[kept] = drive[p]
        floor[kept] = floor[p]
      }
      kept &+= 1
    }
    let end = stops
    stops = kept
    order[kept] = 0
    start[kept] = start[end]
    latest[kept] = latest[end]
    leg[kept] = leg[end]
    drive[kept] = 0
    floor[kept] = 0
    if kept == 1 { return refresh() }
    for p in first...last { leg[p] = model.time(order[p &- 1], order[p]) }
    var sum = 0
    for p in 1...stops { sum &+= leg[p] }
    travel = sum
    pushOn(from: first, until: last)
    pullBack(from: last &- 1, until: first &- 1)
  }

  /// Changes the places of the runs `first ..< middle` and `middle ... last`, found feasible. Positions are kept.
  mutating func exchange(_ first: Int, _ middle: Int, _ last: Int, travel change: Int) {
    reverse(first, middle &- 1)
    reverse(middle, last)
    reverse(first, last)
    for p in first...last { position[Int(order[p])] = Int32(truncatingIfNeeded: p) }
    for p in first...last &+ 1 { leg[p] = model.time(order[p &- 1], order[p]) }
    travel &+= change
    pushOn(from: first, until: last)
    pullBack(from: last, until: first &- 1)
  }

  @inline(__always)
  private func reverse(_ first: Int, _ last: Int) {
    var (a, b) = (first, last)
    while a < b {
      let held = order[a]
      order[a] = order[b]
      order[b] = held
      a &+= 1
      b &-= 1
    }
  }

  /// Takes over a whole order, node 0 first; false, with the state undefined, where it breaks a window.
  mutating func take(_ nodes: [Int]) -> Bool {
    stops = nodes.count
    for (p, node) in nodes.enumerated() { order[p] = Int32(node) }
    order[stops] = 0
    rank()
    refresh()
    return isFeasible
  }

  /// Whether every window holds after ``refresh()``.
  var isFeasible: Bool {
    guard stops > 1 else { return true }
    for p in 1...stops where start[p] > model.close[Int(order[p])] { return false }
    return travel < WindowTourModel.far
  }
}
