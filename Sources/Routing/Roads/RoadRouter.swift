import Foundation
import Geo

/// Answers questions about roads from a graph of our own.
public final class RoadRouter: RoadRouting {
  public let graph: RoadGraph
  private let threads: Int

  /// A place whose nearest road is in a small part of the network may be this much farther from a road of a larger one
  /// and be put there, when the others of the question are not in that part.
  static let detourToLargerPart = Metres(1000)

  public init(graph: RoadGraph, threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
    self.graph = graph
    self.threads = threads
  }

  public var isOnFoot: Bool { graph.meta.profile == RoadProfile.foot.name }

  public func networkVersion() async throws -> String { version }

  /// The same for callers that do not wait.
  public var version: String { "roads:\(graph.version)" }

  // MARK: Places

  /// The places a stop may be put on, each no nearer than the one before.
  struct Snap {
    /// On the nearest road.
    var near: RoadPosition
    /// On the nearest from which most of its part of the network can be reached, and that can be reached from there.
    var main: RoadPosition?
    /// The same on a part that is not small.
    var larger: RoadPosition?
  }

  /// Nil when no road is within the limit.
  func snap(_ place: Coordinate, within limit: Metres) -> Snap? {
    let both = RoadLayout.Segment.departs | RoadLayout.Segment.arrives
    func isRoad(_ segment: RoadLayout.Segment) -> Bool {
      graph.kinds[Int(segment.kind)].flags & RoadLayout.Kind.ferry == 0
    }
    guard let near = graph.nearest(to: place, within: limit, where: isRoad) else { return nil }
    let main =
      near.departs && near.arrives
      ? near : graph.nearest(to: place, within: limit) { $0.flags & both == both && isRoad($0) }
    guard let main, main.isInSmallPart else { return Snap(near: near, main: main, larger: main) }
    let reach = min(limit, main.distance + Self.detourToLargerPart)
    let larger = graph.nearest(to: place, within: reach) {
      $0.flags & both == both && isRoad($0) && $0.flags & RoadLayout.Segment.small == 0
    }
    return Snap(near: near, main: main, larger: larger)
  }

  /// Where places are put on roads, nil for one without a road near enough.
  struct Positions {
    /// On the nearest roads.
    var near: [RoadPosition?]
    /// On roads that reach each other when the nearest do not; nil where those surely do.
    var main: [RoadPosition?]?
  }

  /// Puts places on roads so that as many as can be reach each other: on the nearest roads; when these do not, on those
  /// from and to which most drives are possible, when these are in one part of the network, else on those of larger parts.
  func positions(of places: [Coordinate], _ options: RoadOptions) -> Positions {
    var known: [Coordinate: Snap?] = [:]
    let snaps = places.enumerated().map { index, place -> Snap? in
      let limit = options.radius(of: index) ?? Metres(.infinity)
      // Stops are often asked for twice, as sources and as targets.
      if options.radiuses.isEmpty, let snap = known[place] { return snap }
      let snap = snap(place, within: limit)
      known[place] = snap
      return snap
    }
    let near = snaps.map { $0?.near }
    let parts = Set(near.compactMap { $0?.part })
    if parts.count <= 1, near.allSatisfy({ $0.map { $0.departs && $0.arrives } ?? true }) {
      return Positions(near: near)
    }
    let mainParts = Set(snaps.compactMap { $0?.main?.part })
    return Positions(
      near: near,
      main: snaps.map { snap in
        mainParts.count <= 1 ? snap?.main ?? snap?.near : snap?.larger ?? snap?.main ?? snap?.near
      })
  }

  func waypoint(_ position: RoadPosition) -> RoadWaypoint {
    RoadWaypoint(
      coordinate: position.coordinate, distance: position.distance,
      name: graph.text(graph.segments[position.segment].name),
      nodes: [graph.node(position.point), graph.node(position.point + 1)], side: position.side)
  }

  public func nearest(_ place: Coordinate, count: Int, options: RoadOptions = RoadOptions()) async throws
    -> [RoadWaypoint]
  {
    let limit = options.radius(of: 0) ?? Metres(.infinity)
    return graph.nearest(to: place, count: count, within: limit) {
      $0.flags & (RoadLayout.Segment.departs | RoadLayout.Segment.arrives) != 0
        && graph.kinds[Int($0.kind)].flags & RoadLayout.Kind.ferry == 0
    }.map(waypoint)
  }

  // MARK: Tables

  public func table(sources: [Coordinate], targets: [Coordinate], options: RoadOptions = RoadOptions())
    async throws
    -> RoadTimes
  {
    times(sources: sources, targets: targets, options: options)
  }

  /// The same as ``table(sources:targets:options:)`` for callers that do not wait.
  public func times(sources: [Coordinate], targets: [Coordinate], options: RoadOptions = RoadOptions())
    -> RoadTimes
  {
    let positions = positions(of: sources + targets, options)
    func table(_ positions: [RoadPosition?]) -> (times: RoadTimes, holes: Int) {
      let from = Array(positions[..<sources.count])
      let to = Array(positions[sources.count...])
      let table = RoadTable(graph, sources: from, targets: to, threads: threads)
      let times = RoadTimes(
        sources: from.map { $0.map(waypoint) }, targets: to.map { $0.map(waypoint) },
        milliseconds: table.milliseconds, decimetres: table.decimetres)
      return (times, table.milliseconds.count { $0 < 0 })
    }
    let near = table(positions.near)
    guard near.holes > 0, let main = positions.main.map(table), main.holes < near.holes else {
      return near.times
    }
    return main.times
  }

  // MARK: Routes

  public func route(through places: [Coordinate], options: RoadOptions = RoadOptions()) async throws
    -> RoadRoute
  {
    try drive(through: places, options: options)
  }

  /// The same as ``route(through:options:)`` for callers that do not wait.
  public func drive(through places: [Coordinate], options: RoadOptions = RoadOptions())
    throws(RoadRoutingError)
    -> RoadRoute
  {
    guard places.count > 1 else { throw .tooFewPlaces(places.count) }
    let positions = self.positions(of: places, options)
    if let k = positions.near.firstIndex(of: nil) { throw .noRoad(index: k, place: places[k]) }
    do throws(RoadRoutingError) {
      return try drive(positions.near.compactMap(\.self), options)
    } catch {
      guard let main = positions.main else { throw error }
      return try drive(main.compactMap(\.self), options)
    }
  }

  private func drive(_ positions: [RoadPosition], _ options: RoadOptions) throws(RoadRoutingError)
    -> RoadRoute
  {
    var legs: [RoadLeg] = []
    for k in 1..<positions.count {
      let (from, to) = (positions[k - 1], positions[k])
      guard let path = graph.path(from: from, to: to) else { throw .noRoute(from: k - 1, to: k) }
      legs.append(leg(path, from.place(of: path.from), to.place(of: path.to), options))
    }
    return RoadRoute(legs: legs, waypoints: positions.map(waypoint))
  }

  private func leg(_ path: RoadPath, _ from: RoadPosition, _ to: RoadPosition, _ options: RoadOptions)
    -> RoadLeg
  {
    let passed = graph.points(of: path, from: from, to: to)
    var line = [from.coordinate]
    line.reserveCapacity(passed.count + 2)
    for (point, _) in passed { line.append(graph.points[point].coordinate) }
    line.append(to.coordinate)
    var leg = RoadLeg(
      duration: .milliseconds(path.milliseconds), distance: Metres(Double(path.decimetres) / 10),
      line: LineString(line), summary: summary(path))
    if options.steps { leg.steps = RoadSteps(graph, path, from, to, passed, line).steps }
    if options.annotations { leg.annotation = annotation(path, from, to, passed, line) }
    return leg
  }

  /// The names of the two roads of the leg that most of it is driven on, in the order driven.
  private func summary(_ path: RoadPath) -> String {
    var lengths: [UInt32: (length: Int32, first: Int)] = [:]
    for (k, edge) in path.edges.enumerated() {
      let segment = graph.segments[Int(edge >> 1)]
      let text = segment.name != 0 ? segment.name : segment.reference
      if text != 0 { lengths[text, default: (0, k)].length += segment.decimetres }
    }
    return lengths.sorted { ($1.value.length, $0.value.first) < ($0.value.length, $1.value.first) }.prefix(2)
      .sorted { $0.value.first < $1.value.first }.map { graph.text($0.key) }.joined(separator: ", ")
  }

  private func annotation(
    _ path: RoadPath, _ from: RoadPosition, _ to: RoadPosition, _ passed: [(point: Int, edge: Int)],
    _ line: [Coordinate]
  ) -> RoadAnnotation {
    let isForward = { (edge: UInt32) in edge & 1 == 0 }
    let firstNode = graph.node(isForward(path.edges[0]) ? from.point : from.point + 1)
    let lastNode = graph.node(isForward(path.edges[path.edges.count - 1]) ? to.point + 1 : to.point)
    var durations: [Duration] = []
    var distances: [Metres] = []
    for k in 1..<line.count {
      let metres = RoadGeometry.metres(line[k - 1], line[k])
      let edge = path.edges[k - 1 < passed.count ? passed[k - 1].edge : path.edges.count - 1]
      let segment = graph.segments[Int(edge >> 1)]
      let speed = Double(segment.milliseconds(Int(edge & 1))) / Double(max(1, segment.decimetres))
      durations.append(.milliseconds(Int((metres * 10 * speed).rounded())))
      distances.append(Metres(metres))
    }
    return RoadAnnotation(
      durations: durations, distances: distances,
      nodes: [firstNode] + passed.map { graph.node($0.point) } + [lastNode])
  }
}
