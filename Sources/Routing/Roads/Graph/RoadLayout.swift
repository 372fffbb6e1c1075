import Geo

/// The file of a road graph (`*.roads`): a `SectionFile` of the arrays that queries work on, as they stand in memory.
enum RoadLayout {
  static let magic = "PLNROAD\n"
  /// Raised with every change of the arrays: a file of another version is made again.
  static let version = 2

  enum Section: Int, CaseIterable {
    case meta
    case points, pointNodes, pointNodesHigh
    case segments, kinds, textBytes, textStarts
    case vertexEdges, edgeStarts, edgeVertexStarts, edgeVertices
    case turnStarts, turns
    case upStarts, ups, downStarts, downs
    case boxes, items
    case junctionStarts, junctionEdges
  }

  static let none = UInt32.max

  /// Two directions over one line; see ``RoadSegments``.
  struct Segment {
    var firstPoint: UInt32
    var lastPoint: UInt32
    var from: UInt32
    var to: UInt32
    var decimetres: Int32
    /// Milliseconds, -1 where closed.
    var forward: Int32
    var backward: Int32
    /// The same as it counts when a route is chosen: narrow roads and alleys count more.
    var forwardWeight: Int32
    var backwardWeight: Int32
    var name: UInt32
    var reference: UInt32
    /// Number of the connected part of the network, from the largest.
    var part: UInt32
    var kind: UInt16
    var flags: UInt16

    /// Trips can set out from it to the main body of its part, and arrive on it from there.
    static let departs: UInt16 = 1
    static let arrives: UInt16 = 2
    static let endsOnly: UInt16 = 4
    /// Its part has few roads.
    static let small: UInt16 = 8

    func milliseconds(_ direction: Int) -> Int32 { direction == 0 ? forward : backward }
    func weight(_ direction: Int) -> Int32 { direction == 0 ? forwardWeight : backwardWeight }
    func junction(atEndOf direction: Int) -> UInt32 { direction == 0 ? to : from }
    func junction(atStartOf direction: Int) -> UInt32 { direction == 0 ? from : to }
  }

  struct Kind {
    var roadClass: UInt8
    var flags: UInt8
    var spare: UInt16 = 0
    var destination: UInt32 = 0

    static let roundabout: UInt8 = 1
    static let ferry: UInt8 = 2
    static let link: UInt8 = 4
    static let toll: UInt8 = 8
    static let tunnel: UInt8 = 16
    static let bridge: UInt8 = 32
  }

  struct Point {
    var latitude: Int32
    var longitude: Int32
    var coordinate: Coordinate {
      Coordinate(trustedLatitude: Double(latitude) / 1e7, longitude: Double(longitude) / 1e7)
    }
  }

  /// A turn: the vertex it leads to, and what it and that vertex's edge count.
  struct Turn {
    var head: UInt32
    var weight: Int32
  }

  /// An arc of the hierarchy: its other, more important end, what it counts, milliseconds, decimetres, and the vertex a
  /// shortcut passes.
  struct Arc {
    var end: UInt32
    var weight: Int32
    var time: Int32
    var length: Int32
    var middle: UInt32
  }

  struct Box {
    var south: Int32
    var west: Int32
    var north: Int32
    var east: Int32
  }

  /// Some pieces of a segment's line, from a point on.
  struct Item {
    var segment: UInt32
    var firstPoint: UInt32
  }
}

/// What a road graph says about itself.
public struct RoadGraphMeta: Codable, Sendable, Hashable {
  /// An extract it was made of.
  public struct Source: Codable, Sendable, Hashable {
    public var name: String
    public var bytes: Int
    /// When the data was taken, seconds since 1970, where the file says it.
    public var timestamp: Int?
    public init(name: String, bytes: Int, timestamp: Int?) {
      self.name = name
      self.bytes = bytes
      self.timestamp = timestamp
    }
  }

  public var profile: String
  public var profileFingerprint: String
  public var sources: [Source]
  public var bounds: BoundingBox
  public var ways: Int
  public var segments: Int
  public var directedEdges: Int
  public var vertices: Int
  public var turns: Int
  public var shortcuts: Int
  /// Turn restrictions obeyed, those that depend on a condition (passed over), and those that name no turn here.
  public var restrictions: Int
  public var conditionalRestrictions: Int
  public var brokenRestrictions: Int
  /// Connected parts of the network, and how many segments the largest has.
  public var parts: Int
  public var largestPart: Int
  public var metres: Double
}
