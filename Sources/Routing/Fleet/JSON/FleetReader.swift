import Geo

/// Reads VROOM's JSON input (`docs/API.md`, version 1.15).
///
/// Members that VROOM does not know are passed over, as VROOM does. Whole numbers may be written with a zero
/// fraction; entries of matrices may be null, or 2³¹ and more, for pairs that cannot be driven.
public struct FleetReader {
  private var placeOf: [Coordinate: Int] = [:]
  private var coordinates: [Coordinate] = []
  private var hasMatrix = false

  /// - Throws: ``FleetInputError`` with the path of the first fault.
  public static func read(_ bytes: [UInt8]) throws(FleetInputError) -> FleetProblem {
    var result: Result<FleetJSON, FleetInputError>?
    bytes.withUnsafeBufferPointer { buffer in
      do throws(FleetInputError) {
        result = .success(try FleetJSON.parse(buffer))
      } catch {
        result = .failure(error)
      }
    }
    var reader = FleetReader()
    return try reader.problem(FleetField(value: try result!.get(), path: ""))
  }

  private mutating func problem(_ root: FleetField) throws(FleetInputError) -> FleetProblem {
    guard case .object = root.value else { throw root.fault("an object with vehicles and jobs or shipments") }
    var problem = FleetProblem()
    try matrices(root, &problem)
    hasMatrix = !problem.matrices.isEmpty
    let list = try root.required("vehicles", hint: "give at least one vehicle")
    for field in try list.elements() { problem.vehicles.append(try vehicle(field)) }
    for field in try root.member("jobs")?.elements() ?? [] { problem.jobs.append(try job(field)) }
    for field in try root.member("shipments")?.elements() ?? [] {
      problem.shipments.append(try shipment(field))
    }
    problem.coordinates = coordinates
    if case .object(let options)? = try root.member("options")?.value, case .bool(true)? = options["g"] {
      problem.wantsGeometry = true
    }
    try problem.validate()
    return problem
  }

  // MARK: Matrices

  private func matrices(_ root: FleetField, _ problem: inout FleetProblem) throws(FleetInputError) {
    if let table = try root.member("matrix") {
      let (count, durations) = try matrix(table)
      problem.matrices["car"] = FleetMatrix(count: count, durations: durations)
    }
    for (profile, field) in try root.member("matrices")?.members() ?? [] {
      let (count, durations) = try matrix(
        field.required("durations", hint: "give the driving times in seconds, a row for each place"))
      func table(_ name: String) throws(FleetInputError) -> [Int32]? {
        guard let member = try field.member(name) else { return nil }
        let (rows, values) = try matrix(member)
        guard rows == count else {
          throw FleetInputError(
            .matrixShape, at: member.path, "\(rows) rows where durations has \(count)",
            hint: "make the tables of a profile equally large")
        }
        return values
      }
      let distances = try table("distances")
      problem.matrices[profile] = FleetMatrix(
        count: count, durations: durations, distances: distances, costs: try table("costs"))
    }
  }

  private func matrix(_ field: FleetField) throws(FleetInputError) -> (Int, [Int32]) {
    let rows = try field.elements()
    guard rows.count <= 10_000 else {
      throw FleetInputError(
        .tooLarge, at: field.path, "more than 10000 rows", hint: "split the problem by area")
    }
    var values: [Int32] = []
    values.reserveCapacity(rows.count * rows.count)
    for row in rows {
      let before = values.count
      switch row.value {
      case .integers(let numbers):
        for (k, number) in numbers.enumerated() { values.append(try entry(number, row, k)) }
      case .array(let list):
        for (k, value) in list.enumerated() {
          switch value {
          case .null: values.append(-1)
          case .integer(let number): values.append(try entry(number, row, k))
          case .real(let number) where number >= 0 && number.rounded() < 1e15:
            values.append(try entry(Int(number.rounded()), row, k))
          default:
            throw FleetInputError(
              .matrixValue, at: "\(row.path)[\(k)]", "expected a whole number, found \(value.kind)",
              hint: "give whole numbers from 0, and null for a pair that cannot be driven")
          }
        }
      default: throw row.fault("a row of whole numbers")
      }
      guard values.count - before == rows.count else {
        throw FleetInputError(
          .matrixShape, at: row.path, "\(values.count - before) entries in a table of \(rows.count) rows",
          hint: "make every row as long as the table has rows")
      }
    }
    return (rows.count, values)
  }

  private func entry(_ number: Int, _ row: FleetField, _ k: Int) throws(FleetInputError) -> Int32 {
    guard number >= 0 else {
      throw FleetInputError(
        .matrixValue, at: "\(row.path)[\(k)]", "\(number) is negative",
        hint: "give whole numbers from 0, and null for a pair that cannot be driven")
    }
    return number > Int(Int32.max) ? -1 : Int32(number)
  }

  // MARK: Places

  private mutating func place(
    _ field: FleetField, index: String, location: String
  ) throws(FleetInputError) -> FleetPlace? {
    let coordinate = try field.member(location)?.coordinate()
    if hasMatrix {
      guard let given = try field.member(index) else {
        guard coordinate == nil else {
          throw FleetInputError(
            .missing, at: "\(field.path).\(index)", "the input has a matrix, and the place has no row in it",
            hint: "give \(index), or drop the matrices to have driving times made from coordinates")
        }
        return nil
      }
      return FleetPlace(try given.integer(), coordinate: coordinate)
    }
    guard let coordinate else {
      guard try field.member(index) == nil else {
        throw FleetInputError(
          .missing, at: "matrices", "\(field.path).\(index) needs a matrix, and none is given",
          hint: "give matrices, or \(location) as [longitude, latitude]")
      }
      return nil
    }
    if let known = placeOf[coordinate] { return FleetPlace(known, coordinate: coordinate) }
    placeOf[coordinate] = coordinates.count
    coordinates.append(coordinate)
    return FleetPlace(coordinates.count - 1, coordinate: coordinate)
  }

  // MARK: Tasks

  private mutating func stop(_ field: FleetField) throws(FleetInputError) -> FleetStop {
    let id = try identifier(field)
    guard let place = try place(field, index: "location_index", location: "location") else {
      throw FleetInputError(
        .noPlace, at: field.path, "the task has no place",
        hint: hasMatrix ? "give location_index" : "give location as [longitude, latitude]")
    }
    var stop = FleetStop(id: id, place: place)
    stop.description = try field.member("description")?.text()
    stop.setup = try field.member("setup")?.integer() ?? 0
    stop.service = try field.member("service")?.integer() ?? 0
    stop.setupPerType = try field.member("setup_per_type")?.integersByName() ?? [:]
    stop.servicePerType = try field.member("service_per_type")?.integersByName() ?? [:]
    if let member = try field.member("time_windows") { stop.windows = try windows(member) }
    return stop
  }

  private func windows(_ field: FleetField) throws(FleetInputError) -> [ClosedRange<Int>] {
    let windows = try field.windows()
    guard !windows.isEmpty else {
      throw FleetInputError(
        .windows, at: field.path, "the list of windows is empty",
        hint: "give a window, or drop the member for any time")
    }
    return windows
  }

  private func identifier(_ field: FleetField) throws(FleetInputError) -> Int {
    let member = try field.required("id", hint: "give a whole number from 0 as id")
    let id = try member.integer()
    guard id >= 0 else {
      throw FleetInputError(
        .outOfRange, at: member.path, "\(id) is negative", hint: "use a whole number from 0")
    }
    return id
  }

  private mutating func job(_ field: FleetField) throws(FleetInputError) -> FleetJob {
    var job = FleetJob(try stop(field))
    job.delivery = try field.member("delivery")?.integers() ?? []
    // The name of before version 1.7.
    if job.delivery.isEmpty { job.delivery = try field.member("amount")?.integers() ?? [] }
    job.pickup = try field.member("pickup")?.integers() ?? []
    job.skills = Set(try field.member("skills")?.integers() ?? [])
    job.priority = try field.member("priority")?.integer() ?? 0
    return job
  }

  private mutating func shipment(_ field: FleetField) throws(FleetInputError) -> FleetShipment {
    let pickup = try stop(try field.required("pickup", hint: "give the pickup of the shipment"))
    let delivery = try stop(try field.required("delivery", hint: "give the delivery of the shipment"))
    var shipment = FleetShipment(pickup: pickup, delivery: delivery)
    shipment.amount = try field.member("amount")?.integers() ?? []
    shipment.skills = Set(try field.member("skills")?.integers() ?? [])
    shipment.priority = try field.member("priority")?.integer() ?? 0
    return shipment
  }

  // MARK: Vehicles

  private mutating func vehicle(_ field: FleetField) throws(FleetInputError) -> FleetVehicle {
    var vehicle = FleetVehicle(id: try identifier(field))
    vehicle.start = try place(field, index: "start_index", location: "start")
    vehicle.end = try place(field, index: "end_index", location: "end")
    vehicle.profile = try field.member("profile")?.text() ?? "car"
    vehicle.description = try field.member("description")?.text()
    vehicle.type = try field.member("type")?.text()
    vehicle.capacity = try field.member("capacity")?.integers() ?? []
    vehicle.skills = Set(try field.member("skills")?.integers() ?? [])
    vehicle.window = try field.member("time_window")?.window()
    vehicle.speedFactor = try field.member("speed_factor")?.real() ?? 1
    vehicle.maxTasks = try field.member("max_tasks")?.integer()
    vehicle.maxTravelTime = try field.member("max_travel_time")?.integer()
    vehicle.maxDistance = try field.member("max_distance")?.integer()
    if let costs = try field.member("costs") {
      vehicle.costs.fixed = try costs.member("fixed")?.integer() ?? 0
      vehicle.costs.perTaskHour = try costs.member("per_task_hour")?.integer() ?? 0
      let perKilometre = try costs.member("per_km")?.integer()
      vehicle.costs.perKilometre = perKilometre ?? 0
      // By distance alone, when only that is given.
      vehicle.costs.perHour = try costs.member("per_hour")?.integer() ?? (perKilometre == nil ? 3600 : 0)
    }
    for rest in try field.member("breaks")?.elements() ?? [] { vehicle.breaks.append(try self.rest(rest)) }
    sortBreaks(&vehicle)
    for step in try field.member("steps")?.elements() ?? [] { vehicle.steps.append(try given(step)) }
    return vehicle
  }

  /// Breaks are taken in the order of their windows.
  private func sortBreaks(_ vehicle: inout FleetVehicle) {
    func key(_ rest: FleetBreak) -> (Int, Int) {
      (rest.windows.first?.lowerBound ?? 0, rest.windows.last?.upperBound ?? .max)
    }
    let order = vehicle.breaks.enumerated().sorted { a, b in
      key(a.element) == key(b.element) ? a.offset < b.offset : key(a.element) < key(b.element)
    }
    vehicle.breaks = order.map(\.element)
  }

  private func rest(_ field: FleetField) throws(FleetInputError) -> FleetBreak {
    var rest = FleetBreak(id: try identifier(field))
    rest.description = try field.member("description")?.text()
    rest.service = try field.member("service")?.integer() ?? 0
    if let member = try field.member("time_windows") { rest.windows = try windows(member) }
    rest.maxLoad = try field.member("max_load")?.integers()
    return rest
  }

  private func given(_ field: FleetField) throws(FleetInputError) -> FleetGivenStep {
    let type = try field.required("type", hint: "use start, job, pickup, delivery, break or end")
    guard let kind = FleetGivenStep.Kind(rawValue: try type.text()) else {
      throw FleetInputError(
        .outOfRange, at: type.path, "the type of the step is not known",
        hint: "use start, job, pickup, delivery, break or end")
    }
    var step = FleetGivenStep(kind)
    if kind != .start, kind != .end { step.id = try identifier(field) }
    step.serviceAt = try time(field, "service_at")
    step.serviceAfter = try time(field, "service_after")
    step.serviceBefore = try time(field, "service_before")
    return step
  }

  private func time(_ field: FleetField, _ name: String) throws(FleetInputError) -> Int? {
    guard let member = try field.member(name) else { return nil }
    let time = try member.integer()
    guard (0...FleetValidation.Bound.time).contains(time) else {
      throw FleetInputError(
        .outOfRange, at: member.path, "\(time) is out of range",
        hint: "use a whole number from 0 to \(FleetValidation.Bound.time)")
    }
    return time
  }
}
