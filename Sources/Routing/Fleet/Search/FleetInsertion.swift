/// A place for a request: one task, or a pickup and its delivery.
struct FleetPlacement {
  var vehicle = -1
  /// The node before the task or the pickup.
  var after = -1
  /// The node before the delivery: the pickup itself when it follows at once.
  var deliveryAfter = -1
  var delta = Int.max
}

/// Insertion of single tasks.
///
/// Contract: `delta` is the growth of the search cost, exactly what ``FleetState/refresh(_:)`` gives after the
/// insertion; a placement is given only when the route stays feasible.
extension FleetState {
  /// What a leg costs after the leg before it is known, and what an insertion between two nodes adds.
  @inline(__always)
  func insertionCost(_ v: Int, _ before: Int, _ task: Int, _ after: Int) -> Int {
    model.cost(v, before, task) &+ model.cost(v, task, after) &- legCost[after]
  }

  /// The cheapest place of a single task in a route below `best.delta`.
  func cheapestPlace(for task: Int, in v: Int, _ best: inout FleetPlacement) {
    let row = model.vehicle[v]
    guard model.allowed[v &* model.tasks &+ task], count[v] < row.maxTasks else { return }
    if row.boundsLoad || row.taskRate != 0 {
      cheapestPlaceOfAny(for: task, in: v, row, &best)
      return
    }
    let fixed = count[v] == 0 ? row.fixed : 0
    let end = model.end(v)
    let stages = model.stages
    let places = model.places
    let capacitated = model.dimensions > 0
    let limited = row.maxTravel != .max || row.maxMetres != .max
    let breaks = row.breaks
    let there = model.place(task)
    let costsFrom = row.costs + there &* places
    let costsTo = row.costsTo + there &* places
    let secondsTo = row.seconds + there
    let lastEnd = Int(model.windowEnds[task]) &- 1
    let firstOpening = model.opening[task == 0 ? 0 : Int(model.windowEnds[task &- 1])]
    let lastClosing = model.closing[lastEnd]
    var before = model.start(v)
    var place = model.place(before)
    while before != end {
      let after = successor(before)
      let following = model.place(after)
      let delta = Int(costsTo[place]) &+ Int(costsFrom[following]) &- legCost[after] &+ fixed
      if delta < best.delta {
        // Times only grow along the route, and breaks only make them later: after the last window has closed it
        // stays closed.
        let leaving = earliest[before &* stages] &+ workBefore(before)
        if leaving > lastClosing { return }
        if latest[after &* stages &+ breaks] < firstOpening
          || leaving &+ Int(secondsTo[place &* places]) > lastClosing
        {
          before = after
          place = following
          continue
        }
        if !capacitated || fits(task, v, after: before) {
          if !limited || withinLimits(v, before, task, after) {
            if inTime(v, before, task, after) {
              best = FleetPlacement(vehicle: v, after: before, deliveryAfter: -1, delta: delta)
            }
          }
        } else if tooMuch(task, v, after: before) {
          return
        }
      }
      before = after
      place = following
    }
  }

  /// The same for vehicles whose work costs, or whose breaks depend on the load.
  private func cheapestPlaceOfAny(
    for task: Int, in v: Int, _ row: FleetVehicleRow, _ best: inout FleetPlacement
  ) {
    let fixed = count[v] == 0 ? row.fixed : 0
    let end = model.end(v)
    var before = model.start(v)
    while before != end {
      let after = successor(before)
      let delta = insertionCost(v, before, task, after) &+ fixed
      if delta < best.delta, model.dimensions == 0 || fits(task, v, after: before),
        row.boundsLoad
          ? inTimeByTrial(v, before, task, after)
          : withinLimits(v, before, task, after) && inTime(v, before, task, after)
      {
        best = FleetPlacement(vehicle: v, after: before, deliveryAfter: -1, delta: delta)
      }
      before = after
    }
  }

  /// Whether the amounts of a job fit when it stands after `before`.
  @inline(__always)
  func fits(_ task: Int, _ v: Int, after before: Int) -> Bool {
    let dimensions = model.dimensions
    for d in 0..<dimensions {
      let capacity = model.capacity[v &* dimensions &+ d]
      let delivery = model.initial[task &* dimensions &+ d]
      let pickup = model.added[task &* dimensions &+ d] &+ delivery
      if loadUpTo[before &* dimensions &+ d] &+ delivery > capacity { return false }
      if max(load[before &* dimensions &+ d], loadFrom[successor(before) &* dimensions &+ d]) &+ pickup
        > capacity
      {
        return false
      }
    }
    return true
  }

  /// Whether no later place can take the delivery either: what is on board only adds up.
  @inline(__always)
  private func tooMuch(_ task: Int, _ v: Int, after before: Int) -> Bool {
    let dimensions = model.dimensions
    for d in 0..<dimensions
    where loadUpTo[before &* dimensions &+ d] &+ model.initial[task &* dimensions &+ d]
      > model.capacity[v &* dimensions &+ d]
    { return true }
    return false
  }

  @inline(__always)
  func withinLimits(_ v: Int, _ before: Int, _ task: Int, _ after: Int) -> Bool {
    let old = count[v] == 0 ? 0 : model.travel(v, before, after)
    let driven = travel[v] &+ model.travel(v, before, task) &+ model.travel(v, task, after) &- old
    if driven > model.vehicle[v].maxTravel { return false }
    let oldMetres = count[v] == 0 ? 0 : model.metres(v, before, after)
    return metres[v] &+ model.metres(v, before, task) &+ model.metres(v, task, after) &- oldMetres
      <= model.vehicle[v].maxMetres
  }

  /// Whether the route stays in time with the task between two nodes that follow each other.
  @inline(__always)
  func inTime(_ v: Int, _ before: Int, _ task: Int, _ after: Int) -> Bool {
    let first = model.travel(v, before, task)
    let second = model.travel(v, task, after)
    if first >= Int(FleetTables.hole) || second >= Int(FleetTables.hole) { return false }
    let workThere = model.action(v, before, task)
    let changes = workChanges(v, before, task, after)
    if model.vehicle[v].breaks > 0 {
      return inTimeWithBreaks(v, before, task, after, first, second, workThere, changes)
    }
    let stages = model.stages
    let start = model.opening(task, from: earliest[before &* stages] &+ workBefore(before) &+ first)
    if start >= FleetTables.never { return false }
    let arrival = start &+ workThere &+ second
    if changes { return restInTime(v, from: after, arrival, model.action(v, task, after)) }
    return arrival <= latest[after &* stages]
  }

  @inline(__always) func workBefore(_ node: Int) -> Int { node >= model.tasks ? 0 : work[node] }

  /// Whether the set-up at `after` comes or goes when `task` stands before it.
  @inline(__always)
  private func workChanges(_ v: Int, _ before: Int, _ task: Int, _ after: Int) -> Bool {
    guard model.setup[after &* model.types &+ model.vehicle[v].type] > 0 else { return false }
    return (model.place[before] == model.place[after]) != (model.place[task] == model.place[after])
  }

  /// Walks the rest of a route without breaks, arriving at `node` at a time and working there for another
  /// length than before.
  func restInTime(_ v: Int, from node: Int, _ arrival: Int, _ changedWork: Int) -> Bool {
    var time = model.opening(node, from: arrival)
    var node = node
    var busy = changedWork
    let end = model.end(v)
    while time < FleetTables.never, node != end {
      let following = successor(node)
      time = model.opening(following, from: time &+ busy &+ model.travel(v, node, following))
      busy = work[following]
      node = following
    }
    return time < FleetTables.never
  }

  private func inTimeWithBreaks(
    _ v: Int, _ before: Int, _ task: Int, _ after: Int, _ first: Int, _ second: Int, _ workThere: Int,
    _ changes: Bool
  ) -> Bool {
    if changes { return inTimeByTrial(v, before, task, after) }
    let stages = model.stages
    let breaks = model.vehicle[v].breaks
    // Without any break nothing is later: when even that is too late, all else is.
    let soonest = model.opening(task, from: earliest[before &* stages] &+ workBefore(before) &+ first)
    if soonest >= FleetTables.never || soonest &+ workThere &+ second > latest[after &* stages &+ breaks] {
      return false
    }
    for done in 0...breaks where earliest[before &* stages &+ done] < FleetTables.never {
      for taken in 0...breaks &- done {
        let there = model.arrival(
          v, leaving: earliest[before &* stages &+ done] &+ workBefore(before), travel: first, stage: done,
          taken: taken)
        if there >= FleetTables.never { break }
        let start = model.opening(task, from: there)
        if start >= FleetTables.never { break }
        for more in 0...breaks &- done &- taken {
          let arrival = model.arrival(
            v, leaving: start &+ workThere, travel: second, stage: done &+ taken, taken: more)
          if arrival >= FleetTables.never { break }
          if arrival <= latest[after &* stages &+ done &+ taken &+ more] { return true }
        }
      }
    }
    return false
  }

  // MARK: By trial

  /// Inserts, asks, takes out again. For what the figures cannot tell: set-up that changes beside breaks.
  private func inTimeByTrial(_ v: Int, _ before: Int, _ task: Int, _ after: Int) -> Bool {
    insert(task, after: before, v)
    let feasible = refresh(v)
    remove(task)
    _ = refresh(v)
    return feasible
  }
}
