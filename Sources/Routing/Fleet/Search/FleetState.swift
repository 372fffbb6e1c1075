/// Routes of all vehicles with the running figures that make an insertion cheap to judge.
///
/// One block of memory, so that a copy is one `memcpy`. By node and stage (number of breaks done before the
/// node's work begins) it keeps the earliest start of work and the latest from which the rest of the route
/// is still in time, after Savelsbergh 1992, "The vehicle routing problem with time windows: minimizing route
/// duration"; the stages make breaks float instead of standing at fixed places.
struct FleetState {
  let model: FleetTables
  private let memory: UnsafeMutableRawPointer
  private let size: Int

  /// By node.
  let earliest: UnsafeMutablePointer<Int>
  let latest: UnsafeMutablePointer<Int>
  /// Set-up and service as the route has it.
  let work: UnsafeMutablePointer<Int>
  /// By node and dimension: on board after the node; the most up to and from there.
  let load: UnsafeMutablePointer<Int>
  let loadUpTo: UnsafeMutablePointer<Int>
  let loadFrom: UnsafeMutablePointer<Int>
  /// Cost of the leg into the node.
  let legCost: UnsafeMutablePointer<Int>
  /// By vehicle.
  let cost: UnsafeMutablePointer<Int>
  let travel: UnsafeMutablePointer<Int>
  let metres: UnsafeMutablePointer<Int>
  let count: UnsafeMutablePointer<Int>
  /// Tells apart all contents that a route ever had; the number comes from the search's counter.
  let version: UnsafeMutablePointer<Int>
  /// Sums over vehicles and nodes: cost, priority of what is left out, tasks left out.
  let totals: UnsafeMutablePointer<Int>
  /// Room for three rows of stages, without meaning between calls.
  let scratch: UnsafeMutablePointer<Int>
  let next: UnsafeMutablePointer<Int32>
  let previous: UnsafeMutablePointer<Int32>
  /// Vehicle of a task, -1 when it is left out.
  let route: UnsafeMutablePointer<Int32>

  /// All routes empty.
  init(_ model: FleetTables) {
    self.model = model
    let n = model.nodes
    let words =
      n * (2 * model.stages + 2 + 3 * model.dimensions) + 5 * model.vehicles + 4 + 3 * model.stages
    size = words * 8 + 3 * n * 4
    memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    var at = memory
    func take(_ count: Int) -> UnsafeMutablePointer<Int> {
      let result = at.bindMemory(to: Int.self, capacity: count)
      at += count * 8
      return result
    }
    func take32(_ count: Int) -> UnsafeMutablePointer<Int32> {
      let result = at.bindMemory(to: Int32.self, capacity: count)
      at += count * 4
      return result
    }
    earliest = take(n * model.stages)
    latest = take(n * model.stages)
    work = take(n)
    load = take(n * model.dimensions)
    loadUpTo = take(n * model.dimensions)
    loadFrom = take(n * model.dimensions)
    legCost = take(n)
    cost = take(model.vehicles)
    travel = take(model.vehicles)
    metres = take(model.vehicles)
    count = take(model.vehicles)
    version = take(model.vehicles)
    totals = take(4)
    scratch = take(3 * model.stages)
    next = take32(n)
    previous = take32(n)
    route = take32(n)
    for node in 0..<n { route[node] = -1 }
    for node in 0..<model.tasks { totals[1] += Int(model.priority[node]) }
    totals[2] = model.tasks
    for v in 0..<model.vehicles {
      link(model.start(v), model.end(v))
      route[model.start(v)] = Int32(v)
      route[model.end(v)] = Int32(v)
      _ = refresh(v)
    }
  }

  func deallocate() { memory.deallocate() }

  func copy(from other: FleetState) { memory.copyMemory(from: other.memory, byteCount: size) }

  @inline(__always) var totalCost: Int { totals[0] }
  @inline(__always) var priorityLeftOut: Int { totals[1] }
  @inline(__always) var leftOut: Int { totals[2] }

  /// The aims in their order: priority served, tasks served, cost.
  func isBetter(than other: FleetState) -> Bool {
    (priorityLeftOut, leftOut, totalCost) < (other.priorityLeftOut, other.leftOut, other.totalCost)
  }

  @inline(__always) func link(_ a: Int, _ b: Int) {
    next[a] = Int32(truncatingIfNeeded: b)
    previous[b] = Int32(truncatingIfNeeded: a)
  }

  @inline(__always) func successor(_ node: Int) -> Int { Int(next[node]) }
  @inline(__always) func predecessor(_ node: Int) -> Int { Int(previous[node]) }

  /// Puts a task after `position`; the route's figures wait for ``refresh(_:)``.
  func insert(_ task: Int, after position: Int, _ v: Int) {
    let follower = successor(position)
    link(position, task)
    link(task, follower)
    route[task] = Int32(truncatingIfNeeded: v)
    count[v] &+= 1
    totals[1] &-= Int(model.priority[task])
    totals[2] &-= 1
  }

  /// Takes a task out; the route's figures wait for ``refresh(_:)``.
  func remove(_ task: Int) {
    link(predecessor(task), successor(task))
    count[Int(route[task])] &-= 1
    route[task] = -1
    totals[1] &+= Int(model.priority[task])
    totals[2] &+= 1
  }

  /// Recomputes a route's figures. Gives false when the route breaks a constraint; its figures are then of no
  /// use.
  func refresh(_ v: Int) -> Bool {
    totals[0] &-= cost[v]
    let start = model.start(v)
    if count[v] == 0 {
      cost[v] = 0
      travel[v] = 0
      metres[v] = 0
      link(start, model.end(v))
      emptyFigures(v)
      return true
    }
    var total = model.vehicle[v].fixed
    var driven = 0
    var length = 0
    var node = start
    let end = model.end(v)
    while node != end {
      let following = successor(node)
      let leg = model.travel(v, node, following)
      if leg >= Int(FleetTables.hole) {
        cost[v] = 0
        return false
      }
      driven &+= leg
      length &+= model.metres(v, node, following)
      let price = model.cost(v, node, following)
      legCost[following] = price
      total &+= price
      node = following
    }
    cost[v] = total
    travel[v] = driven
    metres[v] = length
    totals[0] &+= total
    let row = model.vehicle + v
    guard count[v] <= row.pointee.maxTasks, driven <= row.pointee.maxTravel, length <= row.pointee.maxMetres
    else { return false }
    guard model.dimensions == 0 || refreshLoads(v) else { return false }
    return row.pointee.breaks == 0 ? refreshTimes(v) : refreshStages(v)
  }

  private func emptyFigures(_ v: Int) {
    let start = model.start(v)
    let end = model.end(v)
    for k in 0..<model.stages {
      earliest[start * model.stages + k] = FleetTables.never
      latest[end * model.stages + k] = -FleetTables.never
    }
    earliest[start * model.stages] = model.opening(start, from: 0)
    latest[end * model.stages + model.vehicle[v].breaks] = model.closing(end, to: FleetTables.never)
    for d in 0..<model.dimensions {
      for node in [start, end] {
        load[node * model.dimensions + d] = 0
        loadUpTo[node * model.dimensions + d] = 0
        loadFrom[node * model.dimensions + d] = 0
      }
    }
    legCost[end] = 0
  }

  /// Times of a vehicle without breaks.
  private func refreshTimes(_ v: Int) -> Bool {
    let stages = model.stages
    let start = model.start(v)
    let end = model.end(v)
    var node = start
    var time = model.opening(start, from: 0)
    earliest[start &* stages] = time
    work[start] = 0
    while node != end {
      let following = successor(node)
      time = model.opening(following, from: time &+ work[node] &+ model.travel(v, node, following))
      if time >= FleetTables.never { return false }
      earliest[following &* stages] = time
      work[following] = model.action(v, node, following)
      node = following
    }
    time = model.closing(end, to: FleetTables.never)
    latest[end &* stages] = time
    while node != start {
      let before = predecessor(node)
      time = model.closing(before, to: time &- model.travel(v, before, node) &- work[before])
      latest[before &* stages] = time
      node = before
    }
    return true
  }

  /// Times of a vehicle with breaks: for each number of breaks done.
  private func refreshStages(_ v: Int) -> Bool {
    let stages = model.stages
    let breaks = model.vehicle[v].breaks
    let start = model.start(v)
    let end = model.end(v)
    for k in 0...breaks {
      earliest[start &* stages &+ k] = k == 0 ? model.opening(start, from: 0) : FleetTables.never
      latest[end &* stages &+ k] =
        k == breaks ? model.closing(end, to: FleetTables.never) : -FleetTables.never
    }
    work[start] = 0
    var node = start
    while node != end {
      let following = successor(node)
      work[following] = model.action(v, node, following)
      let drive = model.travel(v, node, following)
      for k in 0...breaks {
        var best = FleetTables.never
        for before in 0...k where earliest[node &* stages &+ before] < FleetTables.never {
          if before < k, !mayRest(v, before..<k, after: node) { continue }
          let arrival = model.arrival(
            v, leaving: earliest[node &* stages &+ before] &+ work[node], travel: drive, stage: before,
            taken: k &- before)
          if arrival < FleetTables.never { best = min(best, model.opening(following, from: arrival)) }
        }
        earliest[following &* stages &+ k] = best
      }
      node = following
    }
    if earliest[end &* stages &+ breaks] >= FleetTables.never { return false }
    while node != start {
      let before = predecessor(node)
      let drive = model.travel(v, before, node)
      for k in 0...breaks {
        var best = -FleetTables.never
        for after in k...breaks where latest[node &* stages &+ after] > -FleetTables.never {
          if after > k, !mayRest(v, k..<after, after: before) { continue }
          let leaving = model.leaving(
            v, arriving: latest[node &* stages &+ after], travel: drive, stage: k, taken: after &- k)
          if leaving > -FleetTables.never {
            best = max(best, model.closing(before, to: leaving &- work[before]))
          }
        }
        latest[before &* stages &+ k] = best
      }
      node = before
    }
    return true
  }

  /// Whether the load after `node` allows the breaks.
  @inline(__always)
  private func mayRest(_ v: Int, _ range: Range<Int>, after node: Int) -> Bool {
    guard model.vehicle[v].boundsLoad else { return true }
    for rest in range {
      for d in 0..<model.dimensions
      where load[node &* model.dimensions &+ d]
        > model.breakLoad[(model.vehicle[v].firstBreak &+ rest) &* model.dimensions &+ d]
      { return false }
    }
    return true
  }

  private func refreshLoads(_ v: Int) -> Bool {
    let start = model.start(v)
    let end = model.end(v)
    let dimensions = model.dimensions
    var fits = true
    for d in 0..<dimensions {
      let capacity = model.capacity[v &* dimensions &+ d]
      var now = 0
      var node = successor(start)
      while node != end {
        now &+= model.initial[node &* dimensions &+ d]
        node = successor(node)
      }
      var most = 0
      node = start
      while true {
        now &+= model.added[node &* dimensions &+ d]
        load[node &* dimensions &+ d] = now
        most = max(most, now)
        loadUpTo[node &* dimensions &+ d] = most
        if node == end { break }
        node = successor(node)
      }
      if most > capacity { fits = false }
      most = 0
      while true {
        most = max(most, load[node &* dimensions &+ d])
        loadFrom[node &* dimensions &+ d] = most
        if node == start { break }
        node = predecessor(node)
      }
    }
    return fits
  }
}
