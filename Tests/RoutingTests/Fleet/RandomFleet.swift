@testable import Routing

/// Random problems for several vehicles, the same for the same seed.
struct RandomFleet {
  var random: SeededRandom
  var jobs = 0...4
  var shipments = 0...1
  var vehicles = 1...2
  /// How likely each feature is, in percent.
  var windows = 50
  var breaks = 40
  var holes = 3
  var capacities = 60
  var special = 30

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private mutating func pick(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + random.below(range.count)
  }
  private mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

  mutating func next() -> FleetProblem {
    let places = pick(3...6)
    let dimensions = chance(capacities) ? pick(1...2) : 0
    var problem = FleetProblem()
    let speeds = chance(special / 2)
    let costly = chance(special)
    problem.matrices["car"] = matrix(places, costs: !costly && chance(special))
    var jobCount = pick(jobs)
    let shipmentCount = pick(shipments)
    if jobCount + shipmentCount == 0 { jobCount = 1 }
    for k in 0..<jobCount {
      var job = FleetJob(stop(k, places))
      if dimensions > 0 {
        job.delivery = (0..<dimensions).map { _ in pick(0...3) }
        job.pickup = (0..<dimensions).map { _ in pick(0...2) }
      }
      if chance(special) { job.skills = [pick(1...2)] }
      if chance(special) { job.priority = pick(1...10) }
      problem.jobs.append(job)
    }
    for k in 0..<shipmentCount {
      var shipment = FleetShipment(pickup: stop(k, places), delivery: stop(k, places))
      if dimensions > 0 { shipment.amount = (0..<dimensions).map { _ in pick(0...3) } }
      if chance(special) { shipment.priority = pick(1...10) }
      problem.shipments.append(shipment)
    }
    let custom = problem.matrices["car"]?.costs != nil
    for k in 0..<pick(vehicles) {
      problem.vehicles.append(vehicle(k, places, dimensions, speeds, costly, custom))
    }
    return problem
  }

  private mutating func matrix(_ places: Int, costs: Bool) -> FleetMatrix {
    let points = (0..<places).map { _ in (pick(0...60), pick(0...60)) }
    var durations: [Int32] = []
    for a in points {
      for b in points {
        durations.append(Int32(abs(a.0 - b.0) + abs(a.1 - b.1) + (a == b ? 0 : pick(0...3))))
      }
    }
    for a in 0..<places {
      for b in 0..<places where a != b && chance(holes) { durations[a * places + b] = -1 }
    }
    let own = costs ? durations.map { $0 < 0 ? -1 : $0 / 2 + Int32(pick(0...20)) } : nil
    return FleetMatrix(count: places, durations: durations, distances: durations.map { $0 * 7 }, costs: own)
  }

  private mutating func stop(_ id: Int, _ places: Int) -> FleetStop {
    var stop = FleetStop(id: id, place: FleetPlace(pick(0...places - 1)))
    stop.service = pick(0...20)
    if chance(special) { stop.setup = pick(1...15) }
    if chance(special) { stop.servicePerType = ["slow": stop.service + 5] }
    if chance(windows) {
      let start = pick(0...150)
      stop.windows = [start...start + pick(0...80)]
      if chance(30) { stop.windows.append(start + 100...start + 100 + pick(0...50)) }
    }
    return stop
  }

  private mutating func vehicle(
    _ id: Int, _ places: Int, _ dimensions: Int, _ speeds: Bool, _ costly: Bool, _ custom: Bool
  ) -> FleetVehicle {
    var vehicle = FleetVehicle(id: id, start: FleetPlace(pick(0...places - 1)))
    if chance(70) { vehicle.end = FleetPlace(pick(0...places - 1)) }
    if vehicle.end != nil, chance(20) { vehicle.start = nil }
    vehicle.capacity = (0..<dimensions).map { _ in pick(2...8) }
    vehicle.skills = Set([1, 2].filter { _ in chance(70) })
    if chance(70) { vehicle.window = pick(0...40)...pick(150...350) }
    if chance(special) { vehicle.type = "slow" }
    if chance(breaks) {
      for k in 0..<pick(1...2) {
        let start = pick(0...100) + 90 * k
        vehicle.breaks.append(
          FleetBreak(
            id: k,
            windows: chance(80)
              ? [start...start + pick(10...60)] : [start...start + 5, start + 20...start + 60],
            service: pick(0...25),
            maxLoad: dimensions > 0 && chance(special) ? (0..<dimensions).map { _ in pick(0...4) } : nil))
      }
    }
    if chance(special) { vehicle.maxTasks = pick(1...4) }
    if chance(special) { vehicle.maxTravelTime = pick(60...250) }
    if chance(special) { vehicle.maxDistance = pick(500...1800) }
    if speeds { vehicle.speedFactor = [0.7, 1.0, 1.3][pick(0...2)] }
    if chance(special) { vehicle.costs.fixed = pick(0...60) }
    if costly, !custom {
      vehicle.costs.perHour = pick(0...2) * 1800
      vehicle.costs.perKilometre = pick(0...3) * 500
    }
    if costly { vehicle.costs.perTaskHour = pick(0...2) * 1800 }
    return vehicle
  }
}
