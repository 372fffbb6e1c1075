/// What kind of road a way is, as far as routing and directions care.
public enum RoadClass: UInt8, Sendable, Hashable, CaseIterable {
  case motorway, motorwayLink, trunk, trunkLink, primary, primaryLink, secondary, secondaryLink
  case tertiary, tertiaryLink, unclassified, residential, livingStreet, service, road, track
  case ferry, shuttleTrain
  case pedestrian, footway, cycleway, bridleway, path, steps, corridor, platform, pier

  /// A slip road or another connection between two larger roads.
  public var isLink: Bool {
    switch self {
    case .motorwayLink, .trunkLink, .primaryLink, .secondaryLink, .tertiaryLink: true
    default: false
    }
  }

  /// The class's name in profile data: `motorwayLink`.
  public var name: String { "\(self)" }

  static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.name, $0) })
}

/// How one way of a map can be used by one profile.
public struct RoadWay: Hashable, Sendable {
  /// Speed along the way's nodes, 0 where this direction is closed. 0 … 200 km/h.
  public var forwardKilometresPerHour: Double
  /// Speed against the way's nodes, 0 where this direction is closed. 0 … 200 km/h.
  public var backwardKilometresPerHour: Double
  /// Private, destination-only, living street, driveway: usable at the two ends of a trip, never to pass through.
  public var isEndsOnly: Bool
  public var roadClass: RoadClass
  public var isRoundabout: Bool
  public var isToll: Bool
  public var isTunnel: Bool
  public var isBridge: Bool
  /// Seconds of the whole way where the map says so (ferries); the speeds do not count then.
  public var fixedSeconds: Double?
  /// How many times longer each direction of the way counts when a route is chosen, 1 or more: narrow roads, alleys,
  /// car parks. Times told to people are without it.
  public var forwardReluctance: Double
  public var backwardReluctance: Double
  /// NFC, empty when there is none.
  public var name: String
  /// Numbers of the road, `M1;E30`, empty when there is none.
  public var reference: String
  /// Where the signs say the road leads, empty when unknown or when it can be used both ways.
  public var destination: String

  public var isFerry: Bool { roadClass == .ferry || roadClass == .shuttleTrain }
  public var isLink: Bool { roadClass.isLink }

  public init(
    roadClass: RoadClass, forwardKilometresPerHour: Double, backwardKilometresPerHour: Double,
    isEndsOnly: Bool = false, isRoundabout: Bool = false, isToll: Bool = false, isTunnel: Bool = false,
    isBridge: Bool = false, fixedSeconds: Double? = nil, forwardReluctance: Double = 1,
    backwardReluctance: Double = 1, name: String = "", reference: String = "", destination: String = ""
  ) {
    self.roadClass = roadClass
    self.forwardKilometresPerHour = forwardKilometresPerHour
    self.backwardKilometresPerHour = backwardKilometresPerHour
    self.isEndsOnly = isEndsOnly
    self.isRoundabout = isRoundabout
    self.isToll = isToll
    self.isTunnel = isTunnel
    self.isBridge = isBridge
    self.fixedSeconds = fixedSeconds
    self.forwardReluctance = forwardReluctance
    self.backwardReluctance = backwardReluctance
    self.name = name
    self.reference = reference
    self.destination = destination
  }
}

/// What a node does to whoever passes it.
public struct RoadNodeRule: Hashable, Sendable {
  /// Which direction of its way a signal or sign is meant for.
  public enum Direction: UInt8, Sendable, Hashable { case both, forward, backward }

  /// Nobody of this profile passes: a bollard, a block, a closed gate.
  public var blocks: Bool
  /// Passed at the two ends of a trip only: a private gate.
  public var isEndsOnly: Bool
  /// Seconds that passing costs: a traffic light, a toll booth.
  public var seconds: Double
  /// The direction in which `seconds` are paid.
  public var direction: Direction
  /// `seconds` are paid by who comes on a road slower than another one there: a stop sign drawn in the
  /// middle of a junction (`stop=minor`).
  public var isForMinorRoads: Bool
  /// A sign that does not say for which direction it is stands this far before its junction at most: who comes from a
  /// junction that near and goes on for longer has it at their back.
  public var approachMetres: Double

  public init(
    blocks: Bool = false, isEndsOnly: Bool = false, seconds: Double = 0, direction: Direction = .both,
    isForMinorRoads: Bool = false, approachMetres: Double = 0
  ) {
    self.blocks = blocks
    self.isEndsOnly = isEndsOnly
    self.seconds = seconds
    self.direction = direction
    self.isForMinorRoads = isForMinorRoads
    self.approachMetres = approachMetres
  }
}

/// What a `type=restriction` relation means to a profile.
public enum RoadRestrictionRule: Hashable, Sendable {
  /// Why a relation forbids this profile nothing.
  public enum Reason: UInt8, Sendable, Hashable {
    /// The profile does not obey turn restrictions.
    case notObeyed
    /// It excepts this kind of traffic, or is about another kind only.
    case otherTraffic
    /// It carries no value that is known.
    case unknownValue
  }

  /// It forbids nothing.
  case none(Reason)
  /// Going from its `from` by its `via` to its `to` is forbidden.
  case no
  /// From its `from` by its `via`, only its `to` is allowed.
  case only
  /// Holds at some hours, days or weathers only: not obeyed, to be counted.
  case conditional
}
