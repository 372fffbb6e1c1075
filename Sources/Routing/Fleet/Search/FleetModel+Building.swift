/// Owns the memory of ``FleetTables``.
final class FleetModel {
  let problem: FleetProblem
  private(set) var tables: FleetTables
  /// Search cost of one unit of the caller's cost.
  private(set) var costScale = 1.0
  /// Row of the caller's matrices by place; the last place has none.
  let rows: [Int]
  private var blocks: [UnsafeMutableRawPointer] = []

  deinit { for block in blocks { block.deallocate() } }

  /// - Precondition: the problem is valid and has all its matrices.
  init(_ problem: FleetProblem) {
    self.problem = problem
    let vehicles = problem.vehicles
    let stops = Self.stops(of: problem)
    var used = Set(stops.map(\.place.index))
    for vehicle in vehicles {
      if let start = vehicle.start { used.insert(start.index) }
      if let end = vehicle.end { used.insert(end.index) }
    }
    rows = used.sorted()
    let placeOf = Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1, $0) })
    let typeNames = [nil] + Array(Set(vehicles.compactMap(\.type))).sorted().map { String?.some($0) }
    let typeOf = Dictionary(uniqueKeysWithValues: typeNames.enumerated().map { ($1, $0) })
    let ticks = vehicles.allSatisfy { $0.speedFactor == 1 } ? 1 : 100
    let builder = FleetTableBuilder(
      problem: problem, stops: stops, rows: rows, placeOf: placeOf, typeNames: typeNames, typeOf: typeOf,
      ticks: ticks)
    (tables, costScale) = builder.build(&blocks)
  }

  /// The stops in the order of the nodes.
  static func stops(of problem: FleetProblem) -> [FleetStop] {
    problem.jobs.map(\.stop) + problem.shipments.flatMap { [$0.pickup, $0.delivery] }
  }
}

/// Fills the tables once.
struct FleetTableBuilder {
  let problem: FleetProblem
  let stops: [FleetStop]
  let rows: [Int]
  let placeOf: [Int: Int]
  let typeNames: [String?]
  let typeOf: [String?: Int]
  let ticks: Int

  func build(_ blocks: inout [UnsafeMutableRawPointer]) -> (FleetTables, Double) {
    let vehicles = problem.vehicles
    let dimensions = problem.dimensions
    var windowEnds: [Int32] = []
    var opening: [Int] = []
    var closing: [Int] = []
    for node in 0..<stops.count + 2 * vehicles.count {
      let windows: [ClosedRange<Int>]
      if node < stops.count {
        windows = stops[node].windows
      } else {
        windows = vehicles[(node - stops.count) / 2].window.map { [$0] } ?? []
      }
      append(windows, &opening, &closing, &windowEnds)
    }
    let ends = vehicles.flatMap { [place($0.start), place($0.end)] }
    let loads = amounts(dimensions)
    let (scale, matrices) = driving(&blocks)
    let rests = breaks(dimensions)
    let tables = FleetTables(
      tasks: stops.count, nodes: stops.count + 2 * vehicles.count, vehicles: vehicles.count,
      places: rows.count + 1, types: typeNames.count, dimensions: dimensions,
      stages: (vehicles.map(\.breaks.count).max() ?? 0) + 1, ticks: ticks,
      place: keep(stops.map { Int32(placeOf[$0.place.index]!) } + ends, &blocks),
      mate: keep(mates(), &blocks), priority: keep(priorities(), &blocks),
      windowEnds: keep(windowEnds, &blocks),
      setup: keep(stopTimes { $0.setup($1) }, &blocks),
      service: keep(stopTimes { $0.service($1) }, &blocks),
      opening: keep(opening, &blocks), closing: keep(closing, &blocks),
      initial: keep(loads.initial, &blocks), added: keep(loads.added, &blocks),
      vehicle: keep(vehicleRows(matrices, scale), &blocks),
      capacity: keep(vehicles.flatMap { padded($0.capacity, dimensions) }, &blocks),
      allowed: keep(allowed(), &blocks),
      breakService: keep(rests.service, &blocks), breakWindowEnds: keep(rests.ends, &blocks),
      breakOpening: keep(rests.opening, &blocks), breakClosing: keep(rests.closing, &blocks),
      breakLoad: keep(rests.load, &blocks))
    return (tables, scale)
  }

  private func keep<T: BitwiseCopyable>(
    _ values: [T], _ blocks: inout [UnsafeMutableRawPointer]
  ) -> UnsafeMutablePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(1, values.count))
    values.withUnsafeBufferPointer {
      if let base = $0.baseAddress { memory.initialize(from: base, count: $0.count) }
    }
    blocks.append(UnsafeMutableRawPointer(memory))
    return memory
  }

  private func append(
    _ windows: [ClosedRange<Int>], _ opening: inout [Int], _ closing: inout [Int], _ ends: inout [Int32]
  ) {
    if windows.isEmpty {
      opening.append(0)
      closing.append(FleetTables.never / 2)
    }
    for window in windows {
      opening.append(window.lowerBound * ticks)
      closing.append(window.upperBound * ticks)
    }
    ends.append(Int32(opening.count))
  }

  private func place(_ place: FleetPlace?) -> Int32 { Int32(place.map { placeOf[$0.index]! } ?? rows.count) }

  private func padded(_ amounts: [Int], _ dimensions: Int) -> [Int] {
    amounts + [Int](repeating: 0, count: dimensions - amounts.count)
  }

  private func mates() -> [Int32] {
    let jobs = problem.jobs.count
    return stops.indices.map { Int32($0 < jobs ? -1 : jobs + (($0 - jobs) ^ 1)) }
      + [Int32](repeating: -1, count: 2 * problem.vehicles.count)
  }

  private func priorities() -> [Int32] {
    problem.jobs.map { Int32($0.priority) }
      + problem.shipments.flatMap { [Int32($0.priority), Int32($0.priority)] }
      + [Int32](repeating: 0, count: 2 * problem.vehicles.count)
  }

  private func stopTimes(_ value: (FleetStop, String?) -> Int) -> [Int] {
    stops.flatMap { stop in typeNames.map { value(stop, $0) * ticks } }
      + [Int](repeating: 0, count: 2 * problem.vehicles.count * typeNames.count)
  }

  private func amounts(_ dimensions: Int) -> (initial: [Int], added: [Int]) {
    var initial: [Int] = []
    var added: [Int] = []
    for job in problem.jobs {
      let delivery = padded(job.delivery, dimensions)
      initial += delivery
      added += zip(padded(job.pickup, dimensions), delivery).map { $0 - $1 }
    }
    for shipment in problem.shipments {
      let amount = padded(shipment.amount, dimensions)
      initial += [Int](repeating: 0, count: 2 * dimensions)
      added += amount + amount.map { -$0 }
    }
    let ends = [Int](repeating: 0, count: 2 * problem.vehicles.count * dimensions)
    return (initial + ends, added + ends)
  }

  private func allowed() -> [Bool] {
    let skills = problem.jobs.map(\.skills) + problem.shipments.flatMap { [$0.skills, $0.skills] }
    return problem.vehicles.flatMap { vehicle in skills.map { $0.isSubset(of: vehicle.skills) } }
  }

  private func breaks(
    _ dimensions: Int
  ) -> (service: [Int], ends: [Int32], opening: [Int], closing: [Int], load: [Int]) {
    var result: (service: [Int], ends: [Int32], opening: [Int], closing: [Int], load: [Int]) = (
      [], [], [], [], []
    )
    for rest in problem.vehicles.flatMap(\.breaks) {
      result.service.append(rest.service * ticks)
      append(rest.windows, &result.opening, &result.closing, &result.ends)
      result.load += rest.maxLoad.map { padded($0, dimensions) } ?? [Int](repeating: .max, count: dimensions)
    }
    return result
  }

  private func vehicleRows(_ matrices: [FleetVehicleRow], _ scale: Double) -> [FleetVehicleRow] {
    var groups: [FleetVehicle: Int] = [:]
    var firstBreak = 0
    return problem.vehicles.enumerated().map { v, vehicle in
      var row = matrices[v]
      row.type = typeOf[vehicle.type]!
      row.fixed = Int((Double(vehicle.costs.fixed) * scale).rounded())
      row.taskRate = Double(vehicle.costs.perTaskHour) * scale / Double(3600 * ticks)
      row.firstBreak = firstBreak
      row.breaks = vehicle.breaks.count
      firstBreak += row.breaks
      row.maxTasks = vehicle.maxTasks ?? .max
      row.maxTravel = vehicle.maxTravelTime.map { $0 * ticks } ?? .max
      row.maxMetres = vehicle.maxDistance ?? .max
      row.boundsLoad = vehicle.breaks.contains { $0.maxLoad != nil }
      var like = vehicle
      like.id = 0
      like.description = nil
      like.steps = []
      like.breaks = vehicle.breaks.map {
        FleetBreak(id: 0, windows: $0.windows, service: $0.service, maxLoad: $0.maxLoad)
      }
      row.group = groups[like] ?? v
      groups[like] = row.group
      return row
    }
  }
}
