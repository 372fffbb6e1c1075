import Geo
import Routing

extension OSRMService {
  /// The shortest tour or way through all places by driving time, then driven as a route.
  func trip(
    _ request: OSRMRequest, on roads: any RoadRouting, version: String
  ) async throws -> OSRMAnswer {
    let options = request.options
    // OSRM's rule: a way that is no tour has at least one end given.
    guard options.roundtrip || options.startsAtFirst || options.endsAtLast else {
      throw OSRMProblem.notSupported
    }
    let all = Array(request.coordinates.indices)
    let times = try await Self.times(request, from: all, to: all, on: roads)
    guard times.milliseconds.allSatisfy({ $0 >= 0 }) else {
      throw OSRMProblem(code: .noTrips, message: "No trip visiting all destinations possible.")
    }
    let order = try OSRMTripOrder(times: times).order(
      roundtrip: options.roundtrip, startsAtFirst: options.startsAtFirst, endsAtLast: options.endsAtLast)
    let stops = options.roundtrip ? order + [order[0]] : order
    let route = try await roads.route(
      through: stops.map { request.coordinates[$0] }, options: Self.roadOptions(options, stops))

    let writer = OSRMWriter(options: options, mode: roads.isOnFoot ? "walking" : "driving")
    var members = Self.head(version)
    members.append(("trips", .array([writer.route(route)])))
    if !options.skipWaypoints {
      var places = [Int](repeating: 0, count: order.count)
      for (place, index) in order.enumerated() { places[index] = place }
      members.append(
        (
          "waypoints",
          .array(
            places.map { place in
              writer.waypoint(
                route.waypoints[place], more: [("trips_index", 0), ("waypoint_index", .int(place))])
            })
        ))
    }
    return OSRMAnswer(.object(members))
  }
}

/// In which order to visit places so that driving takes the least time: proven least for up to about a dozen.
struct OSRMTripOrder {
  /// Square and without holes.
  let times: RoadTimes

  private var count: Int { times.sources.count }

  /// - Precondition: a way that is no tour has an end given.
  func order(roundtrip: Bool, startsAtFirst: Bool, endsAtLast: Bool) throws -> [Int] {
    let last = count - 1
    guard last > 0 else { return [0] }
    if roundtrip {
      // Where a tour begins is free, so one given end costs nothing; with both, the last leads straight to the first.
      if startsAtFirst, endsAtLast { return try solved(from: 0, end: .at(last)) }
      return try solved(from: endsAtLast ? last : 0, end: .roundTrip)
    }
    switch (startsAtFirst, endsAtLast) {
    case (true, true): return try solved(from: 0, end: .at(last))
    case (true, false): return try solved(from: 0, end: .open)
    case (false, true): return try solved(from: nil, end: .at(last))
    case (false, false): preconditionFailure("a way without an end given")
    }
  }

  /// - Parameter start: nil where any place but the end may be the first: a point more, from which all are reached
  ///   for nothing.
  private func solved(from start: Int?, end: TripProblem.End) throws -> [Int] {
    let points = start == nil ? count + 1 : count
    // Tenths of seconds, so that rounding decides nothing.
    var seconds = [Seconds?](repeating: .zero, count: points * points)
    for from in 0..<count {
      for to in 0..<count where from != to {
        let value = (Int(times.milliseconds[from * count + to]) + 50) / 100
        seconds[from * points + to] = Seconds(value)
      }
    }
    let matrix = try CostMatrix(
      count: points, seconds: seconds, metres: [Metres?](repeating: .zero, count: points * points),
      source: .roads)
    var visited = Array(0..<count).filter { $0 != start }
    if case .at(let place) = end { visited.removeAll { $0 == place } }
    let problem = try TripProblem(
      matrix: matrix, visits: visited.map { TripProblem.Visit(point: $0, service: .zero, mustVisit: true) },
      start: start ?? count, end: end, days: [TripProblem.Day(work: 0..<1 << 40)])
    let plan = TripSolver.solve(problem)
    var order = start.map { [$0] } ?? []
    order += plan.days.flatMap { $0.stops.map { visited[$0.visit] } }
    if case .at(let place) = end { order.append(place) }
    // Nothing limits the day, so nothing is left out.
    guard order.count == count else {
      throw OSRMProblem(code: .noTrips, message: "No trip visiting all destinations possible.")
    }
    return order
  }
}
