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
  /// The position of each node, -1 where it is left out.
  let position: UnsafeMutablePointer<Int32>
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
    start = .allocate(capacity: capacity)
    latest = .allocate(capacity: capacity)
    drive = .allocate(capacity: capacity)
    floor = .allocate(capacity: capacity)
    stops = 1
    travel = 0
    position.initialize(repeating: -1, count: model.n)
    position[0] = 0
    order.initialize(repeating: 0, count: capacity)
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
    for pointer in [start, latest, drive, floor] { pointer.deallocate() }
  }

  /// Nodes served, node 0 not counted.
  var served: Int { stops &- 1 }

  /// The objective of what is served.
  var value: Int { model.objective == .travel ? travel : start[stops] }

  mutating func copy(_ other: WindowTourState) {
    stops = other.stops
    travel = other.travel
    order.update(from: other.order, count: stops &+ 1)
    position.update(from: other.position, count: model.n)
    start.update(from: other.start, count: stops &+ 1)
    latest.update(from: other.latest, count: stops &+ 1)
    drive.update(from: other.drive, count: stops &+ 1)
    floor.update(from: other.floor, count: stops &+ 1)
  }

  /// Recomputes positions, times and travel from the order. O(stops).
  mutating func refresh() {
    var sum = 0
    for p in 1...stops {
      let time = model.time(order[p &- 1], order[p])
      sum &+= stops == 1 ? 0 : time
      start[p] = max(model.open[Int(order[p])], start[p &- 1] &+ (stops == 1 ? 0 : time))
      if p < stops { position[Int(order[p])] = Int32(truncatingIfNeeded: p) }
    }
    travel = sum
    latest[stops] = model.close[0]
    drive[stops] = 0
    floor[stops] = 0
    guard stops > 1 else { return }
    for p in stride(from: stops &- 1, through: 0, by: -1) { pullBack(p) }
  }

  /// Recomputes what lies behind position p from p + 1.
  @inline(__always)
  private func pullBack(_ p: Int) {
    let node = Int(order[p])
    let time = model.times[node &* model.n &+ Int(order[p &+ 1])]
    latest[p] = min(p == 0 ? model.close[0] : model.close[node], latest[p &+ 1] &- time)
    drive[p] = time &+ drive[p &+ 1]
    let next = order[p &+ 1]
    floor[p] = max(floor[p &+ 1], p &+ 1 == stops ? 0 : model.open[Int(next)] &+ drive[p &+ 1])
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
      let first = model.times[before &* model.n &+ v]
      let begin = max(opens, start[p &- 1] &+ first)
      let arrival = begin &+ row[next]
      if begin <= closes, arrival <= latest[p] {
        var cost = first &+ row[next] &- (stops == 1 ? 0 : model.times[before &* model.n &+ next])
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

  /// Puts a left-out node to a place found feasible. O(stops).
  mutating func insert(_ node: Int32, at place: Int) {
    var p = stops &+ 1
    while p > place {
      order[p] = order[p &- 1]
      p &-= 1
    }
    order[place] = node
    stops &+= 1
    refresh()
  }

  /// Takes out the nodes marked by position -1. The times are recomputed.
  mutating func compact() {
    var kept = 1
    for p in 1..<stops where position[Int(order[p])] >= 0 {
      order[kept] = order[p]
      kept &+= 1
    }
    order[kept] = 0
    stops = kept
    refresh()
  }

  /// Takes over a whole order, node 0 first; false, with the state undefined, where it breaks a window.
  mutating func take(_ nodes: [Int]) -> Bool {
    position.update(repeating: -1, count: model.n)
    position[0] = 0
    stops = nodes.count
    for (p, node) in nodes.enumerated() { order[p] = Int32(node) }
    order[stops] = 0
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
