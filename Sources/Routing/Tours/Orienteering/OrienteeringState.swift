/// The routes of all days with their times, and for each node left out its best place on each day.
///
/// Route r holds positions 0 … `length[r]`: the start, the visits, the end. `start` is the earliest begin of a visit,
/// `latest` the latest begin from which everything behind still holds (Savelsbergh 1992). Every change keeps the
/// routes feasible. `place` and `cost` (Vansteenwegen et al. 2009, "Iterated local search for the team orienteering
/// problem with time windows") hold for nodes left out, by `day * n + node`, as of the last ``rate(_:_:)``.
struct OrienteeringState {
  /// A place between two positions and the time there is.
  struct Gap {
    var leave: Int
    var latest: Int
    var start: Int
    var arc: Int
    var room: Int
    var before: Int32
    var next: Int32
    var place: Int32
  }

  let model: OrienteeringModel
  let stride: Int
  let order: UnsafeMutablePointer<Int32>
  let start: UnsafeMutablePointer<Int>
  let latest: UnsafeMutablePointer<Int>
  /// `arc[p]` leads to position p, with the visit before it.
  let arc: UnsafeMutablePointer<Int>
  let length: UnsafeMutablePointer<Int>
  /// Time driven and spent on visits, by day.
  let spent: UnsafeMutablePointer<Int>
  /// The day of each node, -1 where it is left out.
  let dayOf: UnsafeMutablePointer<Int32>
  let place: UnsafeMutablePointer<Int32>
  let cost: UnsafeMutablePointer<Int>
  private let gaps: UnsafeMutablePointer<Gap>
  var score = 0

  init(_ model: OrienteeringModel) {
    self.model = model
    let (n, m) = (model.n, model.days)
    stride = n + 2
    order = .allocate(capacity: m * stride)
    start = .allocate(capacity: m * stride)
    latest = .allocate(capacity: m * stride)
    arc = .allocate(capacity: m * stride)
    length = .allocate(capacity: m)
    spent = .allocate(capacity: m)
    dayOf = .allocate(capacity: n)
    place = .allocate(capacity: m * n)
    cost = .allocate(capacity: m * n)
    gaps = .allocate(capacity: stride)
    dayOf.initialize(repeating: -1, count: n)
    place.initialize(repeating: -1, count: m * n)
    cost.initialize(repeating: 0, count: m * n)
    for day in 0..<m {
      order[day * stride] = model.first
      order[day * stride + 1] = model.last
      length[day] = 1
      refresh(day)
    }
  }

  func free() {
    for pointer in [order, dayOf, place] { pointer.deallocate() }
    gaps.deallocate()
    for pointer in [start, latest, arc, length, spent, cost] { pointer.deallocate() }
  }

  /// Time driven and spent on visits on all days.
  var spentInAll: Int {
    var sum = 0
    for day in 0..<model.days { sum &+= spent[day] }
    return sum
  }

  mutating func copy(_ other: OrienteeringState) {
    let (n, m) = (model.n, model.days)
    for day in 0..<m {
      let (base, count) = (day &* stride, other.length[day] &+ 1)
      (order + base).update(from: other.order + base, count: count)
      (start + base).update(from: other.start + base, count: count)
      (latest + base).update(from: other.latest + base, count: count)
      (arc + base).update(from: other.arc + base, count: count)
      length[day] = other.length[day]
      spent[day] = other.spent[day]
    }
    dayOf.update(from: other.dayOf, count: n)
    place.update(from: other.place, count: m &* n)
    cost.update(from: other.cost, count: m &* n)
    score = other.score
  }

  /// Recomputes the times of a day from its order.
  func refresh(_ day: Int) {
    let base = day &* stride
    let (order, start, latest, arc) = (order + base, start + base, latest + base, arc + base)
    let (n, end) = (model.n, length[day])
    let (open, close) = (model.open + day &* n, model.close + day &* n)
    var clock = model.dayOpen[day]
    start[0] = clock
    arc[0] = 0
    var sum = 0
    for p in 1...end {
      let time = model.out[Int(order[p &- 1]) &* n &+ Int(order[p])]
      arc[p] = time
      sum &+= time
      clock &+= time
      if p < end { clock = max(clock, open[Int(order[p])]) }
      start[p] = clock
    }
    spent[day] = sum
    latest[end] = model.dayClose[day]
    var p = end &- 1
    while p >= 0 {
      let behind = latest[p &+ 1] &- arc[p &+ 1]
      latest[p] = p == 0 ? behind : min(close[Int(order[p])], behind)
      p &-= 1
    }
  }

  /// Finds again the best places on a day that has just become fuller. Who had none has none now: way round by one
  /// more visit is no shorter.
  func rateFuller(_ day: Int, _ nodes: UnsafePointer<Int32>, _ count: Int) {
    let gaps = findGaps(day)
    let place = place + day &* model.n
    for k in 0..<count where place[Int(nodes[k])] > 0 { rate(day, nodes[k], gaps) }
  }

  /// Finds the best place of each of these left-out nodes on a day.
  func rate(_ day: Int, _ nodes: UnsafePointer<Int32>, _ count: Int) {
    guard count > 0 else { return }
    let gaps = findGaps(day)
    for k in 0..<count { rate(day, nodes[k], gaps) }
  }

  /// Finds the best place of one left-out node on a day.
  func rate(_ day: Int, _ node: Int32) { rate(day, node, findGaps(day)) }

  /// Lists the places of a day that leave room for the shortest visit at all; their number.
  private func findGaps(_ day: Int) -> Int {
    let base = day &* stride
    let (order, start, latest, arc) = (order + base, start + base, latest + base, arc + base)
    var count = 0
    for p in 1...length[day] {
      let room = latest[p] &- start[p &- 1] &- arc[p]
      if room < model.shortestVisit { continue }
      gaps[count] = Gap(
        leave: start[p &- 1], latest: latest[p], start: start[p], arc: arc[p], room: room,
        before: order[p &- 1],
        next: order[p], place: Int32(truncatingIfNeeded: p))
      count &+= 1
    }
    return count
  }

  /// The place where a node delays what follows least, with a part of the time it takes.
  @inline(__always)
  private func rate(_ day: Int, _ node: Int32, _ count: Int) {
    let n = model.n
    let v = Int(node)
    let slot = day &* n &+ v
    let (opens, closes) = (model.open[slot], model.close[slot])
    var best = Int.max
    var found: Int32 = -1
    if closes >= opens {
      let (out, into) = (model.out + v &* n, model.into + v &* n)
      let least = model.leastInto[v]
      let visit = model.visit[v]
      var k = 0
      while k < count {
        let gap = gaps + k
        k &+= 1
        let leave = gap.pointee.leave
        if leave &+ least > closes { break }
        if gap.pointee.room < visit { continue }
        let limit = gap.pointee.latest
        if opens > limit { continue }
        let way = into[Int(gap.pointee.before)]
        let begin = max(opens, leave &+ way)
        let onward = out[Int(gap.pointee.next)]
        let arrival = begin &+ onward
        if begin > closes || arrival > limit { continue }
        let delay = max(0, arrival &- gap.pointee.start)
        let cost = delay &* 4 &+ way &+ onward &- gap.pointee.arc
        if cost < best {
          best = cost
          found = gap.pointee.place
        }
      }
    }
    place[slot] = found
    cost[slot] = best
  }

  /// Puts a left-out node to a place found feasible. The places of others on that day have to be rated again.
  mutating func insert(_ node: Int32, _ day: Int, at place: Int) {
    let order = order + day &* stride
    var p = length[day] &+ 1
    while p > place {
      order[p] = order[p &- 1]
      p &-= 1
    }
    order[place] = node
    length[day] &+= 1
    dayOf[Int(node)] = Int32(truncatingIfNeeded: day)
    score &+= model.score[Int(node)]
    refresh(day)
  }

  /// Drops from a day what is marked with `dayOf` -1; the score has been lowered already.
  func compact(_ day: Int) {
    let order = order + day &* stride
    var kept = 1
    for p in 1..<length[day] where dayOf[Int(order[p])] >= 0 {
      order[kept] = order[p]
      kept &+= 1
    }
    order[kept] = model.last
    length[day] = kept
    refresh(day)
  }

  /// Takes over a whole day; the caller sees to it that it is feasible and its nodes are free.
  mutating func take(_ day: Int, _ nodes: [Int32]) {
    let order = order + day &* stride
    for p in 1..<max(1, length[day]) where dayOf[Int(order[p])] == Int32(day) {
      dayOf[Int(order[p])] = -1
      score &-= model.score[Int(order[p])]
    }
    for (k, v) in nodes.enumerated() {
      order[k + 1] = v
      dayOf[Int(v)] = Int32(day)
      score &+= model.score[Int(v)]
    }
    length[day] = nodes.count + 1
    order[length[day]] = model.last
    refresh(day)
  }

  /// Whether a day keeps its windows after ``refresh(_:)``.
  func isFeasible(_ day: Int) -> Bool {
    let base = day &* stride
    for p in 0...length[day] where start[base &+ p] > latest[base &+ p] { return false }
    return true
  }
}
