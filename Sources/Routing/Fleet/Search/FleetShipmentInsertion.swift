/// Insertion of a pickup with its delivery; the contract is that of single tasks.
extension FleetState {
  /// The cheapest pair of places in a route below `best.delta`.
  func cheapestPlace(forPickup pickup: Int, in v: Int, _ best: inout FleetPlacement) {
    let row = model.vehicle + v
    guard model.allowed[v &* model.tasks &+ pickup], count[v] < row.pointee.maxTasks &- 1 else { return }
    let delivery = pickup &+ 1
    let fixed = count[v] == 0 ? row.pointee.fixed : 0
    let end = model.end(v)
    var before = model.start(v)
    while before != end {
      let after = successor(before)
      if carries(pickup, v, after: before) {
        let together =
          model.cost(v, before, pickup) &+ model.cost(v, pickup, delivery) &+ model.cost(v, delivery, after)
          &- legCost[after] &+ fixed
        if together < best.delta, fitsTogether(v, pickup, before, after) {
          best = FleetPlacement(vehicle: v, after: before, deliveryAfter: pickup, delta: together)
        }
        let apart = insertionCost(v, before, pickup, after) &+ fixed
        if after != end, apart < best.delta {
          deliver(pickup, v, before, apart, &best)
        }
      }
      before = after
    }
  }

  /// Whether the amount may be on board after `node`.
  @inline(__always)
  private func carries(_ pickup: Int, _ v: Int, after node: Int) -> Bool {
    let dimensions = model.dimensions
    for d in 0..<dimensions
    where load[node &* dimensions &+ d] &+ model.added[pickup &* dimensions &+ d]
      > model.capacity[v &* dimensions &+ d]
    { return false }
    return true
  }

  /// Drives on from the pickup node by node and tries the delivery after each.
  private func deliver(_ pickup: Int, _ v: Int, _ before: Int, _ cost: Int, _ best: inout FleetPlacement) {
    let delivery = pickup &+ 1
    let end = model.end(v)
    let plain = model.vehicle[v].breaks == 0
    var time = 0
    var node = successor(before)
    if plain {
      guard let start = plainStart(v, before, pickup) else { return }
      let leg = model.travel(v, pickup, node)
      if leg >= Int(FleetTables.hole) { return }
      time = model.opening(node, from: start &+ model.action(v, before, pickup) &+ leg)
    }
    var busy = model.action(v, pickup, node)
    let exact = work[node] == busy
    while node != end {
      if plain {
        if time >= FleetTables.never || (exact && time > latest[node &* model.stages]) { return }
      }
      if !carries(pickup, v, after: node) { return }
      let after = successor(node)
      let delta = cost &+ model.cost(v, node, delivery) &+ model.cost(v, delivery, after) &- legCost[after]
      if delta < best.delta {
        let feasible =
          plain
          ? delivers(v, delivery, node, after, time &+ busy) && limitsAllow(v, pickup, before, node)
          : tryPair(v, pickup, before, node)
        if feasible {
          best = FleetPlacement(vehicle: v, after: before, deliveryAfter: node, delta: delta)
        }
      }
      if plain {
        time = model.opening(after, from: time &+ busy &+ model.travel(v, node, after))
      }
      node = after
      busy = work[node]
    }
  }

  /// Whether the delivery may follow the pickup at once.
  private func fitsTogether(_ v: Int, _ pickup: Int, _ before: Int, _ after: Int) -> Bool {
    let row = model.vehicle[v]
    guard row.breaks == 0, row.maxTravel == .max, row.maxMetres == .max else {
      return tryPair(v, pickup, before, pickup)
    }
    guard let start = plainStart(v, before, pickup) else { return false }
    return delivers(v, pickup &+ 1, pickup, after, start &+ model.action(v, before, pickup))
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

  private func limitsAllow(_ v: Int, _ pickup: Int, _ before: Int, _ node: Int) -> Bool {
    let row = model.vehicle + v
    if row.pointee.maxTravel == .max, row.pointee.maxMetres == .max { return true }
    return tryPair(v, pickup, before, node)
  }

  /// Inserts both, asks, takes both out again.
  private func tryPair(_ v: Int, _ pickup: Int, _ before: Int, _ node: Int) -> Bool {
    insert(pickup, after: before, v)
    insert(pickup &+ 1, after: node, v)
    let feasible = refresh(v)
    remove(pickup &+ 1)
    remove(pickup)
    _ = refresh(v)
    return feasible
  }
}
