/// Insertion of shipments into routes with breaks: times by the number of breaks done are carried along.
extension FleetState {
  /// Earliest starts at `pickup` after `before`, by stage, into the first row of the scratch.
  func startStages(_ v: Int, _ before: Int, _ pickup: Int) -> Bool {
    let travel = model.travel(v, before, pickup)
    if travel >= Int(FleetTables.hole) { return false }
    return advance(v, earliest + before &* model.stages, workBefore(before), travel, pickup, scratch)
  }

  /// Starts at `node` by stage, from starts at the node before it, its work and the drive; false when there are none.
  private func advance(
    _ v: Int, _ from: UnsafeMutablePointer<Int>, _ busy: Int, _ travel: Int, _ node: Int,
    _ to: UnsafeMutablePointer<Int>
  ) -> Bool {
    let breaks = model.vehicle[v].breaks
    var reached = false
    for stage in 0...breaks { to[stage] = FleetTables.never }
    for done in 0...breaks where from[done] < FleetTables.never {
      for taken in 0...breaks &- done {
        let arrival = model.arrival(v, leaving: from[done] &+ busy, travel: travel, stage: done, taken: taken)
        if arrival >= FleetTables.never { break }
        let start = model.opening(node, from: arrival)
        if start >= FleetTables.never { break }
        to[done &+ taken] = min(to[done &+ taken], start)
        reached = true
      }
    }
    return reached
  }

  /// Whether the delivery fits between `node`, whose starts by stage are given, and `after`.
  func deliversWithBreaks(
    _ v: Int, _ starts: UnsafeMutablePointer<Int>, _ node: Int, _ after: Int, _ busy: Int, delivery: Int
  ) -> Bool {
    let first = model.travel(v, node, delivery)
    let second = model.travel(v, delivery, after)
    if first >= Int(FleetTables.hole) || second >= Int(FleetTables.hole) { return false }
    let there = scratch + 2 &* model.stages
    guard advance(v, starts, busy, first, delivery, there) else { return false }
    let breaks = model.vehicle[v].breaks
    let work = model.action(v, node, delivery)
    for done in 0...breaks where there[done] < FleetTables.never {
      for taken in 0...breaks &- done {
        let arrival = model.arrival(
          v, leaving: there[done] &+ work, travel: second, stage: done, taken: taken)
        if arrival >= FleetTables.never { break }
        if arrival <= latest[after &* model.stages &+ done &+ taken] { return true }
      }
    }
    return false
  }

  /// Drives on from the pickup, whose starts are in the first row of the scratch, and tries the delivery after
  /// each node. Where set-up comes or goes the whole route is tried.
  func deliverWithBreaks(
    _ pickup: Int, _ v: Int, _ before: Int, _ cost: Int, _ best: inout FleetPlacement
  ) {
    let delivery = pickup &+ 1
    let end = model.end(v)
    let breaks = model.vehicle[v].breaks
    let starts = scratch + model.stages
    var node = successor(before)
    let leg = model.travel(v, pickup, node)
    if leg >= Int(FleetTables.hole) { return }
    guard advance(v, scratch, model.action(v, before, pickup), leg, node, starts) else { return }
    var busy = model.action(v, pickup, node)
    let exact = work[node] == busy
    while node != end {
      if exact {
        var alive = false
        for stage in 0...breaks where starts[stage] <= latest[node &* model.stages &+ stage] { alive = true }
        if !alive { return }
      }
      if !carries(pickup, v, after: node) { return }
      let after = successor(node)
      let delta = cost &+ model.cost(v, node, delivery) &+ model.cost(v, delivery, after) &- legCost[after]
      if delta < best.delta {
        let steady = after == end || model.action(v, delivery, after) == work[after]
        if steady
          ? deliversWithBreaks(v, starts, node, after, busy, delivery: delivery)
          : tryPair(v, pickup, before, node)
        {
          best = FleetPlacement(vehicle: v, after: before, deliveryAfter: node, delta: delta)
        }
      }
      let next = scratch + 2 &* model.stages
      guard advance(v, starts, busy, model.travel(v, node, after), after, next) else { return }
      for stage in 0...breaks { starts[stage] = next[stage] }
      node = after
      busy = work[node]
    }
  }
}
