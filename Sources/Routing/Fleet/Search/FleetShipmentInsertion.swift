/// Insertion of a pickup with its delivery; the contract is that of single tasks.
extension FleetState {
  /// The cheapest pair of places in a route below `best.delta`.
  func cheapestPlace(forPickup pickup: Int, in v: Int, _ best: inout FleetPlacement) {
    let row = model.vehicle[v]
    guard model.allowed[v &* model.tasks &+ pickup], count[v] < row.maxTasks &- 1 else { return }
    let delivery = pickup &+ 1
    let fixed = count[v] == 0 ? row.fixed : 0
    let end = model.end(v)
    let plain = row.breaks == 0 && row.maxTravel == .max && row.maxMetres == .max
    let limited = row.maxTravel != .max || row.maxMetres != .max
    let between = model.cost(v, pickup, delivery)
    let lastClosing = model.closing[Int(model.windowEnds[pickup]) &- 1]
    var before = model.start(v)
    while before != end {
      let after = successor(before)
      if earliest[before &* model.stages] > lastClosing { return }
      let to = model.cost(v, before, pickup)
      let together = to &+ between &+ model.cost(v, delivery, after) &- legCost[after] &+ fixed
      let apart = to &+ model.cost(v, pickup, after) &- legCost[after] &+ fixed
      let mayPart = after != end && apart < best.delta
      if together < best.delta || mayPart, carries(pickup, v, after: before) {
        if plain {
          if let start = plainStart(v, before, pickup) {
            let left = start &+ model.action(v, before, pickup)
            if together < best.delta, delivers(v, delivery, pickup, after, left) {
              best = FleetPlacement(vehicle: v, after: before, deliveryAfter: pickup, delta: together)
            }
            if mayPart { deliver(pickup, v, before, apart, left, &best) }
          }
        } else if row.boundsLoad || limited {
          if together < best.delta, tryPair(v, pickup, before, pickup) {
            best = FleetPlacement(vehicle: v, after: before, deliveryAfter: pickup, delta: together)
          }
          if mayPart, row.boundsLoad || inTime(v, before, pickup, after) {
            deliverByTrial(pickup, v, before, apart, &best)
          }
        } else if startStages(v, before, pickup) {
          if together < best.delta, fitsTogether(v, before, pickup, after) {
            best = FleetPlacement(vehicle: v, after: before, deliveryAfter: pickup, delta: together)
          }
          if mayPart { deliverWithBreaks(pickup, v, before, apart, &best) }
        }
      }
      before = after
    }
  }

  /// Whether the delivery may follow the pickup at once in a route with breaks; starts at the pickup are in the
  /// scratch.
  private func fitsTogether(_ v: Int, _ before: Int, _ pickup: Int, _ after: Int) -> Bool {
    let delivery = pickup &+ 1
    guard after >= model.tasks || model.action(v, delivery, after) == work[after] else {
      return tryPair(v, pickup, before, pickup)
    }
    return deliversWithBreaks(
      v, scratch, pickup, after, model.action(v, before, pickup), delivery: delivery)
  }

  /// Whether the amount may be on board after `node`.
  @inline(__always)
  func carries(_ pickup: Int, _ v: Int, after node: Int) -> Bool {
    let dimensions = model.dimensions
    for d in 0..<dimensions
    where load[node &* dimensions &+ d] &+ model.added[pickup &* dimensions &+ d]
      > model.capacity[v &* dimensions &+ d]
    { return false }
    return true
  }

  /// Drives on from the pickup, left at `left`, node by node and tries the delivery after each.
  private func deliver(
    _ pickup: Int, _ v: Int, _ before: Int, _ cost: Int, _ left: Int, _ best: inout FleetPlacement
  ) {
    let delivery = pickup &+ 1
    let end = model.end(v)
    var node = successor(before)
    let leg = model.travel(v, pickup, node)
    if leg >= Int(FleetTables.hole) { return }
    var time = model.opening(node, from: left &+ leg)
    var busy = model.action(v, pickup, node)
    let exact = work[node] == busy
    while node != end {
      if time >= FleetTables.never || (exact && time > latest[node &* model.stages]) { return }
      if !carries(pickup, v, after: node) { return }
      let after = successor(node)
      let delta = cost &+ model.cost(v, node, delivery) &+ model.cost(v, delivery, after) &- legCost[after]
      if delta < best.delta, delivers(v, delivery, node, after, time &+ busy) {
        best = FleetPlacement(vehicle: v, after: before, deliveryAfter: node, delta: delta)
      }
      time = model.opening(after, from: time &+ busy &+ model.travel(v, node, after))
      node = after
      busy = work[node]
    }
  }

  /// The same where breaks or limits need the whole route.
  private func deliverByTrial(
    _ pickup: Int, _ v: Int, _ before: Int, _ cost: Int, _ best: inout FleetPlacement
  ) {
    let delivery = pickup &+ 1
    let end = model.end(v)
    var node = successor(before)
    while node != end, carries(pickup, v, after: node) {
      let after = successor(node)
      let delta = cost &+ model.cost(v, node, delivery) &+ model.cost(v, delivery, after) &- legCost[after]
      if delta < best.delta, tryPair(v, pickup, before, node) {
        best = FleetPlacement(vehicle: v, after: before, deliveryAfter: node, delta: delta)
      }
      node = after
    }
  }

  private func plainStart(_ v: Int, _ before: Int, _ pickup: Int) -> Int? {
    let leg = model.travel(v, before, pickup)
    if leg >= Int(FleetTables.hole) { return nil }
    let start = model.opening(
      pickup, from: earliest[before &* model.stages] &+ workBefore(before) &+ leg)
    return start >= FleetTables.never ? nil : start
  }

  /// Whether the delivery between two nodes of a route without breaks is in time, leaving the first at `time`.
  private func delivers(_ v: Int, _ delivery: Int, _ node: Int, _ after: Int, _ time: Int) -> Bool {
    let first = model.travel(v, node, delivery)
    let second = model.travel(v, delivery, after)
    if first >= Int(FleetTables.hole) || second >= Int(FleetTables.hole) { return false }
    let start = model.opening(delivery, from: time &+ first)
    if start >= FleetTables.never { return false }
    let arrival = start &+ model.action(v, node, delivery) &+ second
    let busy = model.action(v, delivery, after)
    return after < model.tasks && busy != work[after]
      ? restInTime(v, from: after, arrival, busy) : arrival <= latest[after &* model.stages]
  }

  /// Inserts both, asks, takes both out again.
  func tryPair(_ v: Int, _ pickup: Int, _ before: Int, _ node: Int) -> Bool {
    insert(pickup, after: before, v)
    insert(pickup &+ 1, after: node, v)
    let feasible = refresh(v)
    remove(pickup &+ 1)
    remove(pickup)
    _ = refresh(v)
    return feasible
  }
}
