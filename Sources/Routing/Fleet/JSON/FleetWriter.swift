import Foundation

/// Writes VROOM's JSON output (`docs/API.md`, version 1.15).
public struct FleetWriter {
  /// Milliseconds, for `computing_times`.
  public struct Times: Sendable, Hashable {
    public var loading: Int
    public var solving: Int

    public init(loading: Int = 0, solving: Int = 0) {
      self.loading = loading
      self.solving = solving
    }
  }

  private let problem: FleetProblem
  private let hasLoads: Bool
  /// Places are told as rows only where the input has rows.
  private let hasRows: Bool
  private var text = ""

  public static func write(_ solution: FleetSolution, of problem: FleetProblem, times: Times = Times())
    -> String
  {
    var writer = FleetWriter(problem)
    writer.solution(solution, times)
    return writer.text
  }

  /// The answer to an input that is none: code 2, or 3 when driving times could not be had.
  public static func write(_ error: any Error, routing: Bool = false) -> String {
    var writer = FleetWriter(FleetProblem())
    writer.text = "{\"code\":\(error is FleetInputError ? 2 : routing ? 3 : 1),\"error\":"
    writer.string((error as? FleetInputError)?.message ?? "\(error)")
    writer.text += "}"
    return writer.text
  }

  private init(_ problem: FleetProblem) {
    self.problem = problem
    hasLoads = problem.dimensions > 0
    hasRows = problem.coordinates.isEmpty
  }

  // MARK: Parts

  private mutating func solution(_ solution: FleetSolution, _ times: Times) {
    let routes = solution.routes
    let measured = problem.matrices.values.allSatisfy { $0.distances != nil }
    func sum(_ value: (FleetRoute) -> Int) -> Int { routes.reduce(0) { $0 + value($1) } }
    text = "{\"code\":0,\"summary\":{\"cost\":\(Self.cost(solution.cost)),\"routes\":\(routes.count)"
    text += ",\"unassigned\":\(solution.unassigned.count)"
    if hasLoads {
      let size = problem.dimensions
      func total(_ values: (FleetRoute) -> [Int]) -> [Int] { (0..<size).map { d in sum { values($0)[d] } } }
      amounts(delivery: total(\.delivery), pickup: total(\.pickup))
    }
    text += ",\"setup\":\(sum(\.setup)),\"service\":\(sum(\.service)),\"duration\":\(sum(\.duration))"
    text += ",\"waiting_time\":\(sum(\.waiting)),\"priority\":\(sum(\.priority))"
    if measured { text += ",\"distance\":\(sum { $0.distance ?? 0 })" }
    text += ",\"violations\":"
    violations(FleetViolation.summary(routes.flatMap(\.violations)))
    text += ",\"computing_times\":{\"loading\":\(times.loading),\"solving\":\(times.solving),\"routing\":0}}"
    text += ",\"unassigned\":["
    for (k, task) in solution.unassigned.enumerated() {
      if k > 0 { text += "," }
      unassigned(task)
    }
    text += "],\"routes\":["
    for (k, item) in routes.enumerated() {
      if k > 0 { text += "," }
      route(item)
    }
    text += "]}"
  }

  /// VROOM cuts the fraction off.
  private static func cost(_ value: Double) -> Int {
    value < 9e18 ? Int((value + 1e-6).rounded(.down)) : .max
  }

  private mutating func amounts(delivery: [Int], pickup: [Int]) {
    text += ",\"delivery\":\(list(delivery)),\"amount\":\(list(delivery)),\"pickup\":\(list(pickup))"
  }

  private func list(_ numbers: [Int]) -> String {
    "[" + numbers.map(String.init).joined(separator: ",") + "]"
  }

  private mutating func unassigned(_ task: FleetTask) {
    let stop = stop(task)
    text += "{\"id\":\(stop.id)"
    place(stop.place)
    description(stop.description)
    text += ",\"type\":\"\(task.kind.rawValue)\"}"
  }

  private mutating func route(_ route: FleetRoute) {
    let vehicle = problem.vehicles[route.vehicle]
    text += "{\"vehicle\":\(vehicle.id),\"cost\":\(Self.cost(route.cost))"
    description(vehicle.description)
    if hasLoads { amounts(delivery: route.delivery, pickup: route.pickup) }
    text += ",\"setup\":\(route.setup),\"service\":\(route.service),\"duration\":\(route.duration)"
    text += ",\"waiting_time\":\(route.waiting),\"priority\":\(route.priority)"
    if let distance = route.distance { text += ",\"distance\":\(distance)" }
    text += ",\"steps\":["
    for (k, item) in route.steps.enumerated() {
      if k > 0 { text += "," }
      step(item, vehicle)
    }
    text += "],\"violations\":"
    violations(route.violations)
    if let geometry = route.geometry {
      text += ",\"geometry\":"
      string(geometry)
    }
    text += "}"
  }

  private mutating func step(_ step: FleetStep, _ vehicle: FleetVehicle) {
    switch step.content {
    case .start: text += "{\"type\":\"start\""
    case .end: text += "{\"type\":\"end\""
    case .rest(let k):
      text += "{\"type\":\"break\""
      description(vehicle.breaks[k].description)
      text += ",\"id\":\(vehicle.breaks[k].id)"
    case .task(let task):
      let stop = stop(task)
      text += "{\"type\":\"\(task.kind.rawValue)\""
      description(stop.description)
      text += ",\"id\":\(stop.id),\"job\":\(stop.id)"
    }
    if let place = step.place { self.place(place) }
    text += ",\"setup\":\(step.setup),\"service\":\(step.service),\"waiting_time\":\(step.waiting)"
    if hasLoads { text += ",\"load\":\(list(step.load))" }
    text += ",\"arrival\":\(step.arrival),\"duration\":\(step.duration)"
    if let distance = step.distance { text += ",\"distance\":\(distance)" }
    text += ",\"violations\":"
    violations(step.violations)
    text += "}"
  }

  private mutating func violations(_ list: [FleetViolation]) {
    let parts = list.map { violation in
      "{\"cause\":\"\(violation.cause.rawValue)\""
        + (violation.duration.map { ",\"duration\":\($0)" } ?? "") + "}"
    }
    text += "[" + parts.joined(separator: ",") + "]"
  }

  private func stop(_ task: FleetTask) -> FleetStop {
    switch task.kind {
    case .job: problem.jobs[task.index].stop
    case .pickup: problem.shipments[task.index].pickup
    case .delivery: problem.shipments[task.index].delivery
    }
  }

  private mutating func place(_ place: FleetPlace) {
    if let coordinate = place.coordinate {
      text += ",\"location\":[\(coordinate.longitude),\(coordinate.latitude)]"
    }
    if hasRows { text += ",\"location_index\":\(place.index)" }
  }

  private mutating func description(_ description: String?) {
    guard let description else { return }
    text += ",\"description\":"
    string(description)
  }

  private mutating func string(_ value: String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20: text += String(format: "\\u%04x", scalar.value)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
