import Geo
import Routing

/// A network of straight roads at 36 km/h from anywhere to anywhere, on two islands: north and south of 50° N. Every
/// road is some 4.5 m beside the place asked for. Times are whole tenths of seconds, as OSRM tells them.
struct StraightRoads: RoadRouting {
  var version = "straight 1"
  /// Thrown instead of any answer.
  var failure: (any Error)?

  func networkVersion() async throws -> String {
    if let failure { throw failure }
    return version
  }

  private static func rounded(_ latitude: Double, _ longitude: Double) -> Coordinate {
    Coordinate(
      trustedLatitude: (latitude * 1e6).rounded() / 1e6, longitude: (longitude * 1e6).rounded() / 1e6)
  }

  private func snapped(_ place: Coordinate, _ limit: Metres?, step: Int = 1) -> RoadWaypoint? {
    let coordinate = Self.rounded(place.latitude + 0.00004 * Double(step), place.longitude)
    let distance = Metres((Geodesy.distance(place, coordinate).value * 1e6).rounded() / 1e6)
    guard limit.map({ distance <= $0 }) ?? true else { return nil }
    return RoadWaypoint(coordinate: coordinate, distance: distance, name: "Прямая улица")
  }

  private func metres(_ a: RoadWaypoint, _ b: RoadWaypoint) -> Double? {
    guard (a.coordinate.latitude < 50) == (b.coordinate.latitude < 50) else { return nil }
    return Geodesy.distance(a.coordinate, b.coordinate).value.rounded()
  }

  func nearest(_ place: Coordinate, count: Int, options: RoadOptions) async throws -> [RoadWaypoint] {
    if let failure { throw failure }
    return (1...count).compactMap { step in
      var waypoint = snapped(place, options.radius(of: 0), step: step)
      waypoint?.nodes = [Int64(step), 5_000_000_000]
      return waypoint
    }
  }

  func route(through places: [Coordinate], options: RoadOptions) async throws -> RoadRoute {
    if let failure { throw failure }
    let waypoints = try places.enumerated().map { index, place in
      guard let waypoint = snapped(place, options.radius(of: index)) else {
        throw RoadRoutingError.noRoad(index: index, place: place)
      }
      return waypoint
    }
    var legs: [RoadLeg] = []
    for (index, (from, to)) in zip(waypoints, waypoints.dropFirst()).enumerated() {
      guard let metres = metres(from, to) else {
        throw RoadRoutingError.noRoute(from: index, to: index + 1)
      }
      legs.append(leg(from.coordinate, to.coordinate, metres, options))
    }
    return RoadRoute(legs: legs, waypoints: waypoints)
  }

  private func leg(
    _ from: Coordinate, _ to: Coordinate, _ metres: Double, _ options: RoadOptions
  ) -> RoadLeg {
    let middle = Self.rounded(
      (from.latitude + to.latitude) / 2 + 0.0001, (from.longitude + to.longitude) / 2)
    let duration = Duration.milliseconds(Int(metres) * 100)
    func step(
      _ kind: RoadStep.ManoeuvreKind, _ modifier: RoadStep.Modifier?, _ line: [Coordinate], _ metres: Double,
      incoming: Int?, outgoing: Int?
    ) -> RoadStep {
      RoadStep(
        duration: .milliseconds(Int(metres) * 100), distance: Metres(metres), name: "Прямая улица",
        reference: kind == .turn ? "М 1" : "", destinations: kind == .turn ? "Брест" : "",
        isFerry: kind == .turn, line: LineString(line), kind: kind, modifier: modifier, location: line[0],
        bearingBefore: 90, bearingAfter: 359, exit: kind == .turn ? 2 : nil,
        intersections: [
          RoadStep.Intersection(
            coordinate: line[0], bearings: [10, 190], entry: [true, false], incoming: incoming,
            outgoing: outgoing)
        ])
    }
    let half = (metres / 2).rounded(.down)
    return RoadLeg(
      duration: duration, distance: Metres(metres), line: LineString([from, middle, to]),
      summary: "Прямая улица",
      steps: options.steps
        ? [
          step(.depart, .left, [from, middle], half, incoming: nil, outgoing: 0),
          step(.turn, .sharpRight, [middle, to], metres - half, incoming: 1, outgoing: 0),
          step(.arrive, nil, [to, to], 0, incoming: 0, outgoing: nil),
        ] : [],
      annotation: options.annotations
        ? RoadAnnotation(
          durations: [.milliseconds(Int(half) * 100), .milliseconds(Int(metres - half) * 100)],
          distances: [Metres(half), Metres(metres - half)], nodes: [1, 5_000_000_000, 3]) : nil)
  }

  func table(
    sources: [Coordinate], targets: [Coordinate], options: RoadOptions
  ) async throws -> RoadTimes {
    if let failure { throw failure }
    let from = sources.enumerated().map { snapped($1, options.radius(of: $0)) }
    let to = targets.enumerated().map { snapped($1, options.radius(of: sources.count + $0)) }
    let metres = from.flatMap { a in
      to.map { b -> Int32 in
        guard let a, let b, let metres = self.metres(a, b) else { return -1 }
        return Int32(metres)
      }
    }
    return RoadTimes(
      sources: from, targets: to, milliseconds: metres.map { $0 < 0 ? -1 : $0 * 100 },
      decimetres: metres.map { $0 < 0 ? -1 : $0 * 10 })
  }
}
