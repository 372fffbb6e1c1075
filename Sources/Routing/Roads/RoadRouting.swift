import Geo

/// Something that knows roads: a graph of our own (``RoadRouter``) or a server that speaks OSRM's language.
public protocol RoadRouting: Sendable {
  /// Whether people walk these roads instead of driving.
  var isOnFoot: Bool { get }

  /// Names the network and how it is used; answers stay the same while it does. Part of the key of what is kept.
  func networkVersion() async throws -> String

  /// The nearest places on roads, nearest first; none where the network does not reach.
  func nearest(_ place: Coordinate, count: Int, options: RoadOptions) async throws -> [RoadWaypoint]

  /// The quickest drive through the places, in their order.
  /// - Throws: ``RoadRoutingError``
  func route(through places: [Coordinate], options: RoadOptions) async throws -> RoadRoute

  /// Driving times and distances from each source to each target.
  /// - Throws: ``RoadRoutingError``, but not for pairs without a way: those have no entry.
  func table(sources: [Coordinate], targets: [Coordinate], options: RoadOptions) async throws -> RoadTimes
}

extension RoadRouting {
  public var isOnFoot: Bool { false }
}

/// What a question may add.
public struct RoadOptions: Sendable, Hashable {
  /// Farthest that a place may be from the road it is put on; nil for no limit.
  public var radius: Metres?
  /// The same for single places, by their index in the question (sources, then targets, in a table); nil entries take
  /// `radius`.
  public var radiuses: [Metres?]
  /// Whether the answer has manoeuvres and intersections.
  public var steps: Bool
  /// Whether the answer has times, distances and node numbers between the points of its line.
  public var annotations: Bool

  public init(radius: Metres? = nil, radiuses: [Metres?] = [], steps: Bool = false, annotations: Bool = false)
  {
    self.radius = radius
    self.radiuses = radiuses
    self.steps = steps
    self.annotations = annotations
  }

  /// The limit for a place by its index in the question.
  public func radius(of index: Int) -> Metres? { index < radiuses.count ? radiuses[index] ?? radius : radius }
}

/// A place asked for, put on a road.
public struct RoadWaypoint: Sendable, Hashable {
  /// On the road.
  public var coordinate: Coordinate
  /// From the place asked for.
  public var distance: Metres
  /// Of the road; empty when it has none.
  public var name: String
  /// Nodes of OpenStreetMap before and after it on the road, where known.
  public var nodes: [Int64]
  /// On which side of the road the place lies, seen in the direction of its first node to its second.
  public var side: RoadPosition.Side

  public init(
    coordinate: Coordinate, distance: Metres, name: String = "", nodes: [Int64] = [],
    side: RoadPosition.Side = .on
  ) {
    self.coordinate = coordinate
    self.distance = distance
    self.name = name
    self.nodes = nodes
    self.side = side
  }
}

/// A drive through two places or more.
public struct RoadRoute: Sendable, Hashable {
  public var duration: Duration
  public var distance: Metres
  /// One less than there are waypoints.
  public var legs: [RoadLeg]
  public var waypoints: [RoadWaypoint]

  public init(legs: [RoadLeg], waypoints: [RoadWaypoint]) {
    duration = legs.reduce(.zero) { $0 + $1.duration }
    distance = legs.reduce(.zero) { $0 + $1.distance }
    self.legs = legs
    self.waypoints = waypoints
  }
}

/// The drive from one waypoint to the next.
public struct RoadLeg: Sendable, Hashable {
  public var duration: Duration
  public var distance: Metres
  /// From waypoint to waypoint along the roads; at least two points, equal ones when the waypoints are.
  public var line: LineString
  /// The two longest roads of the leg: "Bahnhofstraße, B 104".
  public var summary: String
  /// Empty unless asked for.
  public var steps: [RoadStep]
  /// Nil unless asked for.
  public var annotation: RoadAnnotation?

  public init(
    duration: Duration, distance: Metres, line: LineString, summary: String = "", steps: [RoadStep] = [],
    annotation: RoadAnnotation? = nil
  ) {
    self.duration = duration
    self.distance = distance
    self.line = line
    self.summary = summary
    self.steps = steps
    self.annotation = annotation
  }
}

/// What happens between the points of a leg's line; one entry a piece, `nodes` one more.
public struct RoadAnnotation: Sendable, Hashable {
  public var durations: [Duration]
  public var distances: [Metres]
  /// Numbers of OpenStreetMap of the points; the first and last are those before and after the waypoints.
  public var nodes: [Int64]

  public init(durations: [Duration], distances: [Metres], nodes: [Int64]) {
    self.durations = durations
    self.distances = distances
    self.nodes = nodes
  }
}

/// A manoeuvre, and the drive from it to the next.
public struct RoadStep: Sendable, Hashable {
  /// The words of OSRM's API.
  public enum ManoeuvreKind: String, Sendable, Hashable, CaseIterable {
    case depart, arrive, turn, merge, fork, roundabout, rotary, notification
    case newName = "new name"
    case onRamp = "on ramp"
    case offRamp = "off ramp"
    case endOfRoad = "end of road"
    case goOn = "continue"
    case exitRoundabout = "exit roundabout"
    case exitRotary = "exit rotary"
    case roundaboutTurn = "roundabout turn"
    case useLane = "use lane"
  }

  public enum Modifier: String, Sendable, Hashable, CaseIterable {
    case uturn, right, left, straight
    case sharpRight = "sharp right"
    case slightRight = "slight right"
    case slightLeft = "slight left"
    case sharpLeft = "sharp left"
  }

  /// A place where the driver could have gone elsewhere.
  public struct Intersection: Sendable, Hashable {
    public var coordinate: Coordinate
    /// Headings of the roads that leave it, growing, whole degrees clockwise from north.
    public var bearings: [Int]
    /// Whether each of them may be entered.
    public var entry: [Bool]
    /// Which of them the drive comes from (nil at the start) and goes to (nil at the end).
    public var incoming: Int?
    public var outgoing: Int?

    public init(coordinate: Coordinate, bearings: [Int], entry: [Bool], incoming: Int?, outgoing: Int?) {
      self.coordinate = coordinate
      self.bearings = bearings
      self.entry = entry
      self.incoming = incoming
      self.outgoing = outgoing
    }
  }

  public var duration: Duration
  public var distance: Metres
  public var name: String
  public var reference: String
  public var destinations: String
  public var isFerry: Bool
  /// Points of the leg's line, both ends included.
  public var line: LineString
  public var kind: ManoeuvreKind
  public var modifier: Modifier?
  public var location: Coordinate
  /// Headings before and after the manoeuvre, 0 … 359.
  public var bearingBefore: Int
  public var bearingAfter: Int
  /// Which exit of a roundabout, from 1.
  public var exit: Int?
  public var intersections: [Intersection]

  public init(
    duration: Duration, distance: Metres, name: String, reference: String = "", destinations: String = "",
    isFerry: Bool = false, line: LineString, kind: ManoeuvreKind, modifier: Modifier? = nil,
    location: Coordinate,
    bearingBefore: Int, bearingAfter: Int, exit: Int? = nil, intersections: [Intersection] = []
  ) {
    self.duration = duration
    self.distance = distance
    self.name = name
    self.reference = reference
    self.destinations = destinations
    self.isFerry = isFerry
    self.line = line
    self.kind = kind
    self.modifier = modifier
    self.location = location
    self.bearingBefore = bearingBefore
    self.bearingAfter = bearingAfter
    self.exit = exit
    self.intersections = intersections
  }
}

/// Driving times and distances of many pairs, row-major, sources by targets.
public struct RoadTimes: Sendable, Hashable {
  /// Nil where a place is on no road.
  public let sources: [RoadWaypoint?]
  public let targets: [RoadWaypoint?]
  /// -1 where there is no way.
  public let milliseconds: [Int32]
  /// -1 where there is no way or the distance is not known.
  public let decimetres: [Int32]

  /// - Precondition: tables of `sources.count * targets.count` entries.
  public init(
    sources: [RoadWaypoint?], targets: [RoadWaypoint?], milliseconds: [Int32], decimetres: [Int32]
  ) {
    precondition(
      milliseconds.count == sources.count * targets.count && decimetres.count == milliseconds.count)
    self.sources = sources
    self.targets = targets
    self.milliseconds = milliseconds
    self.decimetres = decimetres
  }

  /// Nil where there is no way.
  public func duration(from source: Int, to target: Int) -> Duration? {
    let value = milliseconds[source * targets.count + target]
    return value < 0 ? nil : .milliseconds(value)
  }

  public func distance(from source: Int, to target: Int) -> Metres? {
    let value = decimetres[source * targets.count + target]
    return value < 0 ? nil : Metres(Double(value) / 10)
  }
}

/// Why a question about roads has no answer.
public enum RoadRoutingError: CodedError, Equatable {
  /// No road near a place; `index` counts the places of the question.
  case noRoad(index: Int, place: Coordinate)
  /// There is no way from a place to the next.
  case noRoute(from: Int, to: Int)
  case tooFewPlaces(Int)
  /// A server that was asked does not answer as it should.
  case server(String)

  public var code: String {
    switch self {
    case .noRoad: "routing.roads.noRoad"
    case .noRoute: "routing.roads.noRoute"
    case .tooFewPlaces: "routing.roads.tooFewPlaces"
    case .server: "routing.roads.server"
    }
  }

  public var message: String {
    switch self {
    case .noRoad(let index, let place):
      "place \(index + 1) (\(place.latitude), \(place.longitude)) is near no road of the network"
    case .noRoute(let from, let to): "no road leads from place \(from + 1) to place \(to + 1)"
    case .tooFewPlaces(let count): "a route needs two places or more, \(count) given"
    case .server(let reason): "the routing server gives no answer: \(reason)"
    }
  }

  public var hint: String {
    switch self {
    case .noRoad:
      "give a place inside the imported extract, or import one that covers it with `planner import roads`"
    case .noRoute: "the places lie in parts of the network that are not connected; check their coordinates"
    case .tooFewPlaces: "give a start and an end"
    case .server: "check the server's address and that it runs"
    }
  }
}
