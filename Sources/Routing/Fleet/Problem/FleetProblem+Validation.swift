extension FleetProblem {
  /// - Throws: ``FleetInputError`` with the first fault and its path in VROOM's JSON.
  public func validate() throws(FleetInputError) { try FleetValidation(self).run() }
}

/// Checks everything that the search takes for granted.
struct FleetValidation {
  private let problem: FleetProblem
  private let dimensions: Int
  /// Rows that every matrix has.
  private let rows: Int

  init(_ problem: FleetProblem) {
    self.problem = problem
    dimensions = problem.dimensions
    rows = problem.matrices.values.map(\.count).min() ?? problem.coordinates.count
  }

  /// Bounds of the numbers; sums of them stay far inside 64 bits.
  enum Bound {
    static let time = 1 << 40
    static let amount = 1 << 40
    static let rate = 10_000_000
    static let fixed = 1 << 40
    static let tasks = 10_000
    static let vehicles = 2000
    static let dimensions = 64
    static let speed = 0.01...100.0
  }

  func run() throws(FleetInputError) {
    guard !problem.vehicles.isEmpty else {
      throw FleetInputError(
        .noVehicle, at: "vehicles", "no vehicle is given", hint: "give at least one vehicle")
    }
    guard !problem.jobs.isEmpty || !problem.shipments.isEmpty else {
      throw FleetInputError(
        .noTask, at: "jobs", "no task is given", hint: "give at least one job or shipment")
    }
    guard problem.vehicles.count <= Bound.vehicles,
      problem.jobs.count + 2 * problem.shipments.count <= Bound.tasks
    else {
      throw FleetInputError(
        .tooLarge, at: "", "more than \(Bound.tasks) tasks or \(Bound.vehicles) vehicles",
        hint: "split the problem by day or by area")
    }
    try validateMatrices()
    try validateTasks()
    try validateVehicles()
  }

  private func validateMatrices() throws(FleetInputError) {
    for (profile, matrix) in problem.matrices.sorted(by: { $0.key < $1.key }) {
      let path = "matrices.\(profile)"
      for (name, table) in [
        ("durations", matrix.durations), ("distances", matrix.distances), ("costs", matrix.costs),
      ] {
        guard let table else { continue }
        guard matrix.count >= 0, matrix.count <= 46_340, table.count == matrix.count * matrix.count else {
          throw FleetInputError(
            .matrixShape, at: "\(path).\(name)",
            "\(matrix.count) places need \(matrix.count) rows of as many entries",
            hint: "make all rows of all tables of a profile equally long")
        }
      }
    }
    for (v, vehicle) in problem.vehicles.enumerated()
    where problem.matrices[vehicle.profile] == nil && problem.coordinates.isEmpty {
      throw FleetInputError(
        .unknownProfile, at: "vehicles[\(v)].profile",
        "there is no matrix for profile \"\(vehicle.profile)\"",
        hint: "give matrices.\(vehicle.profile).durations, or coordinates for all places and no matrix")
    }
  }

  private func validateTasks() throws(FleetInputError) {
    var seen: [String: Set<Int>] = [:]
    func unique(_ id: Int, _ kind: String, _ path: String) throws(FleetInputError) {
      if !seen[kind, default: []].insert(id).inserted {
        throw FleetInputError(
          .duplicateID, at: "\(path).id", "\(kind) \(id) is given twice", hint: "give each \(kind) its own id"
        )
      }
    }
    for (k, job) in problem.jobs.enumerated() {
      let path = "jobs[\(k)]"
      try validate(job.stop, path)
      try unique(job.stop.id, "job", path)
      try amounts(job.delivery, "\(path).delivery")
      try amounts(job.pickup, "\(path).pickup")
      try number(job.priority, 0...100, "\(path).priority")
    }
    for (k, shipment) in problem.shipments.enumerated() {
      let path = "shipments[\(k)]"
      try validate(shipment.pickup, "\(path).pickup")
      try validate(shipment.delivery, "\(path).delivery")
      try unique(shipment.pickup.id, "pickup", "\(path).pickup")
      try unique(shipment.delivery.id, "delivery", "\(path).delivery")
      try amounts(shipment.amount, "\(path).amount")
      try number(shipment.priority, 0...100, "\(path).priority")
    }
  }

  private func validate(_ stop: FleetStop, _ path: String) throws(FleetInputError) {
    try place(stop.place, "\(path).location_index")
    try number(stop.setup, 0...Bound.time, "\(path).setup")
    try number(stop.service, 0...Bound.time, "\(path).service")
    for (type, value) in stop.setupPerType {
      try number(value, 0...Bound.time, "\(path).setup_per_type.\(type)")
    }
    for (type, value) in stop.servicePerType {
      try number(value, 0...Bound.time, "\(path).service_per_type.\(type)")
    }
    try windows(stop.windows, "\(path).time_windows")
  }

  private func validateVehicles() throws(FleetInputError) {
    var seen = Set<Int>()
    for (v, vehicle) in problem.vehicles.enumerated() {
      let path = "vehicles[\(v)]"
      guard seen.insert(vehicle.id).inserted else {
        throw FleetInputError(
          .duplicateID, at: "\(path).id", "vehicle \(vehicle.id) is given twice",
          hint: "give each vehicle its own id")
      }
      guard vehicle.start != nil || vehicle.end != nil else {
        throw FleetInputError(
          .noPlace, at: path, "the vehicle has neither a start nor an end",
          hint: "give start_index or end_index with a matrix, else start or end as [longitude, latitude]")
      }
      if let start = vehicle.start { try place(start, "\(path).start_index") }
      if let end = vehicle.end { try place(end, "\(path).end_index") }
      try amounts(vehicle.capacity, "\(path).capacity")
      if let window = vehicle.window { try windows([window], "\(path).time_window") }
      try validateLimits(vehicle, path)
      try validateBreaks(vehicle, path)
    }
  }

  private func validateLimits(_ vehicle: FleetVehicle, _ path: String) throws(FleetInputError) {
    let costs = vehicle.costs
    try number(costs.fixed, 0...Bound.fixed, "\(path).costs.fixed")
    try number(costs.perHour, 0...Bound.rate, "\(path).costs.per_hour")
    try number(costs.perKilometre, 0...Bound.rate, "\(path).costs.per_km")
    try number(costs.perTaskHour, 0...Bound.rate, "\(path).costs.per_task_hour")
    try number(vehicle.maxTasks ?? 0, 0...Bound.time, "\(path).max_tasks")
    try number(vehicle.maxTravelTime ?? 0, 0...Bound.time, "\(path).max_travel_time")
    try number(vehicle.maxDistance ?? 0, 0...Bound.time, "\(path).max_distance")
    guard Bound.speed.contains(vehicle.speedFactor) else {
      throw FleetInputError(
        .outOfRange, at: "\(path).speed_factor", "\(vehicle.speedFactor) is no usable factor",
        hint: "use a factor from 0.01 to 100; 1 drives as the matrix says")
    }
    guard let matrix = problem.matrices[vehicle.profile] else { return }
    if matrix.costs != nil, costs.perHour != 3600 || costs.perKilometre != 0 {
      throw FleetInputError(
        .costs, at: "\(path).costs",
        "the profile has a cost matrix, so per_hour and per_km say the same twice",
        hint: "drop per_hour and per_km, or the cost matrix")
    }
    if matrix.distances == nil, costs.perKilometre != 0 || vehicle.maxDistance != nil {
      throw FleetInputError(
        .missing, at: "matrices.\(vehicle.profile).distances",
        "\(path) has a cost or a limit by distance, and no distances are given",
        hint: "give the distances in metres beside the durations")
    }
  }

  private func validateBreaks(_ vehicle: FleetVehicle, _ path: String) throws(FleetInputError) {
    var seen = Set<Int>()
    for (k, rest) in vehicle.breaks.enumerated() {
      let path = "\(path).breaks[\(k)]"
      guard seen.insert(rest.id).inserted else {
        throw FleetInputError(
          .duplicateID, at: "\(path).id", "break \(rest.id) is given twice",
          hint: "give each break of a vehicle its own id")
      }
      guard k < 16 else {
        throw FleetInputError(.tooLarge, at: path, "more than 16 breaks", hint: "split the vehicle's day")
      }
      try number(rest.service, 0...Bound.time, "\(path).service")
      try windows(rest.windows, "\(path).time_windows")
      if let load = rest.maxLoad { try amounts(load, "\(path).max_load") }
    }
  }

  // MARK: Parts

  private func number(_ value: Int, _ range: ClosedRange<Int>, _ path: String) throws(FleetInputError) {
    guard range.contains(value) else {
      throw FleetInputError(
        .outOfRange, at: path, "\(value) is out of range",
        hint: "use a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  private func place(_ place: FleetPlace, _ path: String) throws(FleetInputError) {
    guard place.index >= 0, place.index < rows else {
      throw FleetInputError(
        .indexOutOfRange, at: path, "\(place.index) is no row of the matrices, which have \(rows)",
        hint: rows > 0 ? "use an index from 0 to \(rows - 1)" : "give a matrix with rows")
    }
  }

  private func amounts(_ values: [Int], _ path: String) throws(FleetInputError) {
    guard values.isEmpty || values.count == dimensions, dimensions <= Bound.dimensions else {
      throw FleetInputError(
        .amounts, at: path, "\(values.count) numbers where others have \(dimensions)",
        hint: "give all amounts and capacities the same length, at most \(Bound.dimensions)")
    }
    for (k, value) in values.enumerated() { try number(value, 0...Bound.amount, "\(path)[\(k)]") }
  }

  private func windows(_ windows: [ClosedRange<Int>], _ path: String) throws(FleetInputError) {
    for (k, window) in windows.enumerated() {
      try number(window.lowerBound, 0...Bound.time, "\(path)[\(k)][0]")
      try number(window.upperBound, 0...Bound.time, "\(path)[\(k)][1]")
      guard k == 0 || windows[k - 1].upperBound <= window.lowerBound else {
        throw FleetInputError(
          .windows, at: "\(path)[\(k)]",
          "the window starts at \(window.lowerBound), before the end \(windows[k - 1].upperBound) of the one before",
          hint: "sort the windows and join those that overlap")
      }
    }
  }
}
