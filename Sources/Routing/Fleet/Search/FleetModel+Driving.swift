extension FleetTableBuilder {
  /// What decides the tables of a vehicle.
  private struct DrivingKey: Hashable {
    var profile: String
    var speedFactor: Double
    var perHour: Int
    var perKilometre: Int
  }

  /// Rows with the driving tables of each vehicle, shared between those that drive alike, and the number of
  /// search cost units in one unit of the caller's cost.
  func driving(_ blocks: inout [UnsafeMutableRawPointer]) -> (Double, [FleetVehicleRow]) {
    let keys = problem.vehicles.map {
      DrivingKey(
        profile: $0.profile, speedFactor: $0.speedFactor, perHour: $0.costs.perHour,
        perKilometre: $0.costs.perKilometre)
    }
    let scale = scale(keys)
    var made: [DrivingKey: FleetVehicleRow] = [:]
    let rows = keys.map { key in
      if let row = made[key] { return row }
      let row = tables(key, scale, &blocks)
      made[key] = row
      return row
    }
    return (scale, rows)
  }

  /// One when all costs are whole numbers, else as fine as 30 bits a leg allow.
  private func scale(_ keys: [DrivingKey]) -> Double {
    var most = 1.0
    var whole = problem.vehicles.allSatisfy { $0.costs.perTaskHour % 3600 == 0 }
    for key in Set(keys) {
      guard let matrix = problem.matrices[key.profile] else { continue }
      let costs = matrix.costs != nil
      if !costs, key.speedFactor != 1 || key.perHour % 3600 != 0 || key.perKilometre % 1000 != 0 {
        whole = false
      }
      forEachPair { from, to in
        let k = rows[from] * matrix.count + rows[to]
        most = max(most, legCost(matrix, k, key))
      }
    }
    let room = Double(1 << 28) / most
    return whole ? min(1, room) : min(Double(18_000 * ticks), room)
  }

  private func forEachPair(_ body: (Int, Int) -> Void) {
    for from in rows.indices { for to in rows.indices where from != to { body(from, to) } }
  }

  private func legCost(_ matrix: FleetMatrix, _ k: Int, _ key: DrivingKey) -> Double {
    guard matrix.durations[k] >= 0 else { return 0 }
    if let costs = matrix.costs { return Double(costs[k]) }
    let seconds = Double(travelTicks(matrix.durations[k], key.speedFactor)) / Double(ticks)
    return Double(key.perHour) * seconds / 3600
      + Double(key.perKilometre) * Double(matrix.distances?[k] ?? 0) / 1000
  }

  /// Ticks of a drive; drives of more than half a year count as holes.
  private func travelTicks(_ seconds: Int32, _ speedFactor: Double) -> Int32 {
    guard seconds >= 0 else { return FleetTables.hole }
    let value = FleetTime.ticks(Int(seconds), ticks: ticks, speedFactor: speedFactor)
    return Int32(min(Int(FleetTables.hole), value))
  }

  private func tables(
    _ key: DrivingKey, _ scale: Double, _ blocks: inout [UnsafeMutableRawPointer]
  ) -> FleetVehicleRow {
    let matrix = problem.matrices[key.profile]!
    let places = rows.count + 1
    func zeros() -> UnsafeMutablePointer<Int32> {
      let memory = UnsafeMutablePointer<Int32>.allocate(capacity: places * places)
      memory.initialize(repeating: 0, count: places * places)
      blocks.append(UnsafeMutableRawPointer(memory))
      return memory
    }
    let seconds = zeros()
    let costs = zeros()
    let costsTo = zeros()
    let metres = matrix.distances == nil ? nil : zeros()
    for from in rows.indices {
      for to in rows.indices {
        let k = rows[from] * matrix.count + rows[to]
        let at = from * places + to
        // A place is reached from itself at once when its diagonal is a hole.
        if from == to, matrix.durations[k] < 0 { continue }
        seconds[at] = travelTicks(matrix.durations[k], key.speedFactor)
        let hole = seconds[at] >= FleetTables.hole
        costs[at] = hole ? FleetTables.hole : Int32((legCost(matrix, k, key) * scale).rounded())
        costsTo[to * places + from] = costs[at]
        metres?[at] = hole ? 0 : matrix.distances![k]
      }
    }
    return FleetVehicleRow(
      seconds: UnsafePointer(seconds), costs: UnsafePointer(costs),
      costsTo: UnsafePointer(costsTo), metres: metres.map { UnsafePointer($0) })
  }
}

/// Ticks and seconds.
enum FleetTime {
  static func ticks(_ seconds: Int, ticks: Int, speedFactor: Double) -> Int {
    if ticks == 1 { return seconds }
    let value = Double(seconds * ticks) / speedFactor
    return value < 1e15 ? Int(value.rounded()) : 1_000_000_000_000_000
  }

  /// Whole seconds, halves upwards.
  static func seconds(_ value: Int, ticks: Int) -> Int { ticks == 1 ? value : (value + ticks / 2) / ticks }
}
