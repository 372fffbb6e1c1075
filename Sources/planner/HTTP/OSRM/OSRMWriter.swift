import Foundation
import Geo
import Routing

/// Routes and waypoints as OSRM writes them: seconds and metres to one decimal, coordinates to six.
struct OSRMWriter {
  let options: OSRMOptions
  /// How roads are gone along where no ferry is taken.
  var mode = "driving"

  func route(_ route: RoadRoute) -> JSONValue {
    var members: [(String, JSONValue)] = [
      ("legs", .array(route.legs.map(leg))), ("weight_name", "duration"),
    ]
    let line = Self.joined(route.legs.map(\.line))
    switch options.overview {
    case .none, .byLegs: break
    case .full: members.append(("geometry", geometry(line)))
    case .simplified:
      members.append(("geometry", geometry(line.simplified(tolerance: Self.pixel(of: line)))))
    }
    return .object(members + Self.costs(route.duration, route.distance))
  }

  private func leg(_ leg: RoadLeg) -> JSONValue {
    var members: [(String, JSONValue)] = []
    if let annotation = leg.annotation, !options.annotations.isEmpty {
      members.append(("annotation", self.annotation(annotation)))
    }
    members.append(("steps", .array(options.steps ? leg.steps.map(step) : [])))
    // OSRM names the roads only for those who see the steps.
    members.append(("summary", .string(options.steps ? leg.summary : "")))
    if options.overview == .byLegs { members.append(("geometry", geometry(leg.line))) }
    return .object(members + Self.costs(leg.duration, leg.distance))
  }

  private func annotation(_ annotation: RoadAnnotation) -> JSONValue {
    let wanted = options.annotations
    let durations = annotation.durations.map { Self.seconds($0) }
    var members: [(String, JSONValue)] = []
    if wanted.contains(.datasources) {
      members.append(("metadata", .object([("datasource_names", ["profile"])])))
      members.append(("datasources", .array(durations.map { _ in 0 })))
    }
    let tenths = JSONValue.array(durations.map { .double(Self.tenths($0)) })
    if wanted.contains(.duration) { members.append(("duration", tenths)) }
    if wanted.contains(.weight) { members.append(("weight", tenths)) }
    if wanted.contains(.distance) {
      members.append(
        ("distance", .array(annotation.distances.map { .double(Self.micrometres($0.value)) })))
    }
    if wanted.contains(.speed) {
      members.append(
        (
          "speed",
          .array(
            zip(annotation.distances, durations).map { metres, seconds in
              .double(seconds > 0 ? Self.tenths(metres.value / seconds) : 0)
            })
        ))
    }
    if wanted.contains(.nodes) {
      members.append(("nodes", .array(annotation.nodes.map { .int(Int($0)) })))
    }
    return .object(members)
  }

  private func step(_ step: RoadStep) -> JSONValue {
    var manoeuvre: [(String, JSONValue)] = [
      ("bearing_after", .int(step.bearingAfter)), ("bearing_before", .int(step.bearingBefore)),
      ("location", Self.location(step.location)),
    ]
    if let modifier = step.modifier { manoeuvre.append(("modifier", .string(modifier.rawValue))) }
    if let exit = step.exit { manoeuvre.append(("exit", .int(exit))) }
    manoeuvre.append(("type", .string(step.kind.rawValue)))

    // The arrival is a point; GeoJSON has no line of one point.
    let isPoint = step.kind == .arrive && options.geometries != .geojson
    var members: [(String, JSONValue)] = [
      ("intersections", .array(step.intersections.map(intersection))),
      // The network does not know on which side is driven.
      ("driving_side", "right"),
      ("geometry", geometry(isPoint ? LineString(Array(step.line.points.prefix(1))) : step.line)),
      ("maneuver", .object(manoeuvre)), ("name", .string(step.name)),
      ("mode", .string(step.isFerry ? "ferry" : mode)),
    ]
    if !step.reference.isEmpty { members.append(("ref", .string(step.reference))) }
    if !step.destinations.isEmpty { members.append(("destinations", .string(step.destinations))) }
    return .object(members + Self.costs(step.duration, step.distance))
  }

  private func intersection(_ intersection: RoadStep.Intersection) -> JSONValue {
    var members: [(String, JSONValue)] = []
    if let outgoing = intersection.outgoing { members.append(("out", .int(outgoing))) }
    if let incoming = intersection.incoming { members.append(("in", .int(incoming))) }
    members.append(("entry", .array(intersection.entry.map { .bool($0) })))
    members.append(("bearings", .array(intersection.bearings.map { .int($0) })))
    members.append(("location", Self.location(intersection.coordinate)))
    return .object(members)
  }

  /// - Parameters:
  ///   - nodes: whether the nodes of OpenStreetMap before and after it are told.
  ///   - more: further members.
  func waypoint(
    _ waypoint: RoadWaypoint, nodes: Bool = false, more: [(String, JSONValue)] = []
  ) -> JSONValue {
    var members = more
    if nodes { members.append(("nodes", .array(waypoint.nodes.map { .int(Int($0)) }))) }
    if options.generateHints { members.append(("hint", .string(Self.hint(waypoint.coordinate)))) }
    members.append(("location", Self.location(waypoint.coordinate)))
    members.append(("name", .string(waypoint.name)))
    members.append(("distance", .double(Self.micrometres(waypoint.distance.value))))
    return .object(members)
  }

  // MARK: Parts

  private static func costs(_ duration: Duration, _ distance: Metres) -> [(String, JSONValue)] {
    let seconds = JSONValue.double(tenths(seconds(duration)))
    return [("weight", seconds), ("duration", seconds), ("distance", .double(tenths(distance.value)))]
  }

  private func geometry(_ line: LineString) -> JSONValue {
    switch options.geometries {
    case .polyline: .string(Polyline.encode(line.points))
    case .polyline6: .string(Polyline.encode(line.points, precision: .six))
    case .geojson:
      .object([("coordinates", .array(line.points.map(Self.location))), ("type", "LineString")])
    }
  }

  private static func location(_ place: Coordinate) -> JSONValue {
    .array([.double(sixth(place.longitude)), .double(sixth(place.latitude))])
  }

  /// Opaque to whoever gets it: where the waypoint is.
  private static func hint(_ place: Coordinate) -> String {
    withUnsafeBytes(
      of: (Int32(sixth(place.latitude) * 1e6).littleEndian, Int32(sixth(place.longitude) * 1e6).littleEndian)
    ) { Data($0).base64EncodedString() }
    .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
  }

  /// Lines that continue each other as one; each place once.
  static func joined(_ lines: [LineString]) -> LineString {
    var points: [Coordinate] = []
    for line in lines {
      points += points.last != nil && points.last == line.points.first ? line.points[1...] : line.points[...]
    }
    if points.count == 1 { points.append(points[0]) }
    return LineString(points)
  }

  /// What a pixel shows of a line that fills a map of 2048 × 1280 pixels, at most as near as maps go.
  static func pixel(of line: LineString) -> Metres {
    guard let box = BoundingBox(around: line.points) else { return .zero }
    let degree = 111_195.0
    // Across the 180th meridian the line is not as wide as its box.
    let across = box.east - box.west
    let width = min(across, 360 - across) * degree * cos((box.south + box.north) / 2 * .pi / 180)
    return Metres(max(0.5, abs(width) / 2048, (box.north - box.south) * degree / 1280))
  }

  static func seconds(_ duration: Duration) -> Double {
    let parts = duration.components
    return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
  }

  static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
  private static func sixth(_ value: Double) -> Double { (value * 1e6).rounded() / 1e6 }
  private static func micrometres(_ value: Double) -> Double { sixth(value) }
}
