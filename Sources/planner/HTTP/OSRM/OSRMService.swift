import Geo
import Routing

/// How large a question may be.
struct OSRMLimits: Sendable {
  /// A table has at most this many squared entries, and coordinates for twice as many.
  var table = 1000
  var route = 500
  var trip = 500
  /// Roads that one coordinate may be put on.
  var nearest = 100
}

/// An answer in OSRM's language.
struct OSRMAnswer: Sendable {
  var status = 200
  var body: [UInt8]

  init(_ value: JSONValue) { body = value.bytes }

  init(body: [UInt8]) { self.body = body }

  init(_ problem: OSRMProblem) {
    status = problem.status
    body =
      JSONValue.object([
        ("message", .string(problem.message)), ("code", .string(problem.code.rawValue)),
      ]).bytes
  }
}

/// Answers questions in OSRM's language from a road network.
struct OSRMService: Sendable {
  /// None: every question is answered with `Unavailable`.
  var roads: (any RoadRouting)?
  var limits = OSRMLimits()

  /// - Parameter uri: path and query as they came.
  /// - Throws: what is nobody's question's fault and not foreseen; `CancellationError`.
  func answer(to uri: String) async throws -> OSRMAnswer {
    do {
      let request = try OSRMRequest(uri: uri)
      try checkSize(request)
      guard let roads else {
        throw OSRMProblem(
          code: .unavailable,
          message:
            "There is no road network here: make one with planner import roads, or name one with --roads.")
      }
      let version = try await roads.networkVersion()
      switch request.service {
      case .route: return try await route(request, on: roads, version: version)
      case .table: return try await table(request, on: roads, version: version)
      case .nearest: return try await nearest(request, on: roads, version: version)
      case .trip: return try await trip(request, on: roads, version: version)
      }
    } catch let problem as OSRMProblem {
      return OSRMAnswer(problem)
    } catch let error as RoadRoutingError {
      return OSRMAnswer(Self.problem(error))
    }
  }

  private func checkSize(_ request: OSRMRequest) throws(OSRMProblem) {
    let count = request.coordinates.count
    switch request.service {
    case .route:
      guard count <= limits.route else {
        throw OSRMProblem(
          code: .tooBig,
          message: "Number of entries \(count) is higher than current maximum (\(limits.route))")
      }
    case .trip:
      guard count <= limits.trip else {
        throw OSRMProblem(code: .tooBig, message: "Too many trip coordinates")
      }
    case .table:
      let entries =
        (request.options.sources?.count ?? count) * (request.options.destinations?.count ?? count)
      guard entries <= limits.table * limits.table, count <= 2 * limits.table else {
        throw OSRMProblem(code: .tooBig, message: "Too many table coordinates")
      }
    case .nearest:
      guard request.options.number <= limits.nearest else {
        throw OSRMProblem(
          code: .tooBig,
          message:
            "Number of results \(request.options.number) is higher than current maximum (\(limits.nearest))")
      }
      guard count <= limits.nearest else {
        throw OSRMProblem(
          code: .tooBig,
          message: "Number of entries \(count) is higher than current maximum (\(limits.nearest))")
      }
    }
  }

  private static func problem(_ error: RoadRoutingError) -> OSRMProblem {
    switch error {
    case .noRoad(let index, _): noSegment(index)
    case .noRoute: OSRMProblem(code: .noRoute, message: "Impossible route between points")
    case .tooFewPlaces: .options("Number of coordinates needs to be at least two.")
    case .server: OSRMProblem(code: .unavailable, message: error.message)
    }
  }

  static func noSegment(_ index: Int) -> OSRMProblem {
    OSRMProblem(
      code: .noSegment, message: "Could not find a matching segment for coordinate \(index)")
  }

  // MARK: Services

  private func route(
    _ request: OSRMRequest, on roads: any RoadRouting, version: String
  ) async throws -> OSRMAnswer {
    let route = try await roads.route(
      through: request.coordinates,
      options: Self.roadOptions(request.options, Array(request.coordinates.indices))
    )
    let writer = OSRMWriter(options: request.options, mode: roads.isOnFoot ? "walking" : "driving")
    var members = Self.head(version)
    members.append(("routes", .array([writer.route(route)])))
    if !request.options.skipWaypoints {
      members.append(("waypoints", .array(route.waypoints.map { writer.waypoint($0) })))
    }
    return OSRMAnswer(.object(members))
  }

  private func nearest(
    _ request: OSRMRequest, on roads: any RoadRouting, version: String
  ) async throws -> OSRMAnswer {
    let writer = OSRMWriter(options: request.options)
    var lists: [JSONValue] = []
    for (index, place) in request.coordinates.enumerated() {
      let found = try await roads.nearest(
        place, count: request.options.number, options: Self.roadOptions(request.options, [index]))
      guard !found.isEmpty else {
        throw OSRMProblem(
          code: .noSegment, message: "Could not find a matching segment for coordinate")
      }
      lists.append(.array(found.map { writer.waypoint($0, nodes: true) }))
    }
    // One list for one place, as it always was; a list of lists for several.
    return OSRMAnswer(
      .object(Self.head(version) + [("waypoints", lists.count == 1 ? lists[0] : .array(lists))]))
  }

  private func table(
    _ request: OSRMRequest, on roads: any RoadRouting, version: String
  ) async throws -> OSRMAnswer {
    let sources = request.options.sources ?? Array(request.coordinates.indices)
    let targets = request.options.destinations ?? Array(request.coordinates.indices)
    let times = try await Self.times(request, from: sources, to: targets, on: roads)
    return OSRMAnswer(
      body: OSRMTableWriter(request: request, sources: sources, targets: targets, times: times)
        .body(head: Self.head(version)))
  }

  /// A table in which every place is on a road.
  static func times(
    _ request: OSRMRequest, from sources: [Int], to targets: [Int], on roads: any RoadRouting
  ) async throws -> RoadTimes {
    let asked = sources + targets
    let times: RoadTimes
    do {
      times = try await roads.table(
        sources: sources.map { request.coordinates[$0] }, targets: targets.map { request.coordinates[$0] },
        options: roadOptions(request.options, asked))
    } catch RoadRoutingError.noRoad(let index, _) where asked.indices.contains(index) {
      throw noSegment(asked[index])
    }
    for (index, waypoint) in zip(asked, times.sources + times.targets) where waypoint == nil {
      throw noSegment(index)
    }
    return times
  }

  static func head(_ version: String) -> [(String, JSONValue)] {
    [("code", "Ok"), ("data_version", .string(version))]
  }

  /// - Parameter indices: which coordinates are asked about, in the order of the question to the network.
  static func roadOptions(_ options: OSRMOptions, _ indices: [Int]) -> RoadOptions {
    RoadOptions(
      radiuses: options.radiuses.isEmpty ? [] : indices.map { options.radiuses[$0].map { Metres($0) } },
      steps: options.steps, annotations: !options.annotations.isEmpty)
  }
}
