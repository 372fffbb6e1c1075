/// First routes: what is hardest to place later goes first.
///
/// Regret-2 insertion (Potvin and Rousseau 1993, "A parallel route building algorithm for the vehicle routing
/// and scheduling problem with time windows"). Requests are heads: jobs, and pickups that stand for their
/// shipment.
struct FleetConstruction {
  let model: FleetTables
  let heads: [Int32]

  /// Inserts what is left out, by priority, then by the largest regret.
  func fill(_ state: FleetState) {
    var waiting = heads.filter { state.route[Int($0)] < 0 }
    let vehicles = model.vehicles
    var places = [FleetPlacement](repeating: FleetPlacement(), count: waiting.count * vehicles)
    func rate(_ row: Int, _ v: Int) {
      var best = FleetPlacement()
      state.place(Int(waiting[row]), in: v, &best)
      places[row * vehicles + v] = best
    }
    for row in waiting.indices { for v in 0..<vehicles { rate(row, v) } }
    while !waiting.isEmpty {
      guard let (row, placement) = choose(waiting, places) else { return }
      state.insert(head: Int(waiting[row]), at: placement)
      let last = waiting.count - 1
      if row != last {
        waiting[row] = waiting[last]
        for v in 0..<vehicles { places[row * vehicles + v] = places[last * vehicles + v] }
      }
      waiting.removeLast()
      for row in waiting.indices { rate(row, placement.vehicle) }
    }
  }

  private func choose(_ waiting: [Int32], _ places: [FleetPlacement]) -> (Int, FleetPlacement)? {
    var choice: (row: Int, placement: FleetPlacement)?
    var bestKey = (-1, Int.min, Int.min)
    for row in waiting.indices {
      var first = FleetPlacement()
      var second = Int.max
      for v in 0..<model.vehicles {
        let place = places[row * model.vehicles + v]
        if place.delta < first.delta {
          second = first.delta
          first = place
        } else {
          second = min(second, place.delta)
        }
      }
      guard first.vehicle >= 0 else { continue }
      let regret = second == .max ? Int.max : second &- first.delta
      let key = (Int(model.priority[Int(waiting[row])]), regret, -first.delta)
      if choice == nil || key > bestKey {
        choice = (row, first)
        bestKey = key
      }
    }
    return choice.map { ($0.row, $0.placement) }
  }
}

extension FleetState {
  /// The cheapest place of a request in a route, below `best.delta`.
  @inline(__always)
  func place(_ head: Int, in v: Int, _ best: inout FleetPlacement) {
    if model.mate[head] < 0 {
      cheapestPlace(for: head, in: v, &best)
    } else {
      cheapestPlace(forPickup: head, in: v, &best)
    }
  }

  /// Puts a request into its place and brings the route up to date. Gives false, with the route as it was, when
  /// the route would break a constraint.
  @discardableResult
  func insert(head: Int, at placement: FleetPlacement) -> Bool {
    insert(head, after: placement.after, placement.vehicle)
    if placement.deliveryAfter >= 0 { insert(head &+ 1, after: placement.deliveryAfter, placement.vehicle) }
    if refresh(placement.vehicle) { return true }
    if placement.deliveryAfter >= 0 { remove(head &+ 1) }
    remove(head)
    _ = refresh(placement.vehicle)
    return false
  }
}
