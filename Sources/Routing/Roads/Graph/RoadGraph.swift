import Foundation
import Geo

/// A road network ready to be asked, mapped from its file: nothing is read or copied at opening but the header. Any number
/// of threads may ask.
public final class RoadGraph: @unchecked Sendable {
  let file: SectionFileReader
  let points: UnsafeBufferPointer<RoadLayout.Point>
  let pointNodes: UnsafeBufferPointer<UInt32>
  let pointNodesHigh: UnsafeBufferPointer<UInt8>
  let segments: UnsafeBufferPointer<RoadLayout.Segment>
  let kinds: UnsafeBufferPointer<RoadLayout.Kind>
  let textBytes: UnsafeBufferPointer<UInt8>
  let textStarts: UnsafeBufferPointer<UInt32>
  /// Of each vertex, in the order of importance, its directed edge.
  let vertexEdges: UnsafeBufferPointer<UInt32>
  /// The vertex a trip that begins on a directed edge stands at, and all vertices of the edge.
  let edgeStarts: UnsafeBufferPointer<UInt32>
  let edgeVertexStarts: UnsafeBufferPointer<UInt32>
  let edgeVertices: UnsafeBufferPointer<UInt32>
  let turnStarts: UnsafeBufferPointer<UInt32>
  let turns: UnsafeBufferPointer<RoadLayout.Turn>
  let upStarts: UnsafeBufferPointer<UInt32>
  let ups: UnsafeBufferPointer<RoadLayout.Arc>
  let downStarts: UnsafeBufferPointer<UInt32>
  let downs: UnsafeBufferPointer<RoadLayout.Arc>
  let boxes: UnsafeBufferPointer<RoadLayout.Box>
  let items: UnsafeBufferPointer<RoadLayout.Item>
  /// Directed edges that leave each junction, closed ones too.
  let junctionStarts: UnsafeBufferPointer<UInt32>
  let junctionEdges: UnsafeBufferPointer<UInt32>

  public let path: String
  public let meta: RoadGraphMeta
  /// Changes with the data, the profile and the version of the file.
  public let version: String
  public let byteCount: Int
  let workspaces = WorkspacePool()
  /// Start of each level of the index in ``boxes``.
  let indexLevels: [Int]

  /// - Throws: ``RoadGraphError``
  public init(path: String) throws(RoadGraphError) {
    let opened: SectionFileReader
    do throws(SectionFile.Fault) {
      opened = try SectionFileReader(path: path, magic: RoadLayout.magic, version: RoadLayout.version)
    } catch {
      throw RoadGraphError(error, path: path)
    }
    guard opened.sectionCount == RoadLayout.Section.allCases.count else {
      throw .damaged(path: path, reason: "it has \(opened.sectionCount) sections")
    }
    file = opened
    func section<Record: BitwiseCopyable>(_ section: RoadLayout.Section, of: Record.Type)
      -> UnsafeBufferPointer<Record>
    {
      opened.section(section.rawValue, of: Record.self)
    }
    points = section(.points, of: RoadLayout.Point.self)
    pointNodes = section(.pointNodes, of: UInt32.self)
    pointNodesHigh = section(.pointNodesHigh, of: UInt8.self)
    segments = section(.segments, of: RoadLayout.Segment.self)
    kinds = section(.kinds, of: RoadLayout.Kind.self)
    textBytes = section(.textBytes, of: UInt8.self)
    textStarts = section(.textStarts, of: UInt32.self)
    vertexEdges = section(.vertexEdges, of: UInt32.self)
    edgeStarts = section(.edgeStarts, of: UInt32.self)
    edgeVertexStarts = section(.edgeVertexStarts, of: UInt32.self)
    edgeVertices = section(.edgeVertices, of: UInt32.self)
    turnStarts = section(.turnStarts, of: UInt32.self)
    turns = section(.turns, of: RoadLayout.Turn.self)
    upStarts = section(.upStarts, of: UInt32.self)
    ups = section(.ups, of: RoadLayout.Arc.self)
    downStarts = section(.downStarts, of: UInt32.self)
    downs = section(.downs, of: RoadLayout.Arc.self)
    boxes = section(.boxes, of: RoadLayout.Box.self)
    items = section(.items, of: RoadLayout.Item.self)
    junctionStarts = section(.junctionStarts, of: UInt32.self)
    junctionEdges = section(.junctionEdges, of: UInt32.self)
    indexLevels = SegmentIndex.levels(leaves: items.count)
    self.path = path
    byteCount = file.byteCount
    version = String(format: "%016llx", file.storedChecksum)
    do {
      meta = try JSONDecoder().decode(
        RoadGraphMeta.self, from: Data(file.section(RoadLayout.Section.meta.rawValue, of: UInt8.self)))
    } catch {
      throw .damaged(path: path, reason: "its description cannot be read")
    }
    guard upStarts.count == vertexEdges.count + 1, downStarts.count == upStarts.count,
      turnStarts.count == upStarts.count, edgeStarts.count == segments.count * 2,
      edgeVertexStarts.count == edgeStarts.count + 1, pointNodes.count == points.count,
      segments.count == meta.segments, vertexEdges.count == meta.vertices
    else { throw .damaged(path: path, reason: "its arrays do not fit together") }
  }

  /// Reads the whole file and tells whether it is as it was written.
  public func isIntact() -> Bool { file.isIntact() }

  var vertexCount: Int { vertexEdges.count }

  func text(_ index: UInt32) -> String {
    guard Int(index) + 1 < textStarts.count else { return "" }
    let range = Int(textStarts[Int(index)])..<Int(textStarts[Int(index) + 1])
    return String(decoding: UnsafeBufferPointer(rebasing: textBytes[range]), as: UTF8.self)
  }

  /// Milliseconds along a directed edge; -1 where it is closed.
  @inline(__always)
  func milliseconds(_ edge: UInt32) -> Int32 { segments[Int(edge >> 1)].milliseconds(Int(edge & 1)) }

  /// By how many milliseconds driving a directed edge takes less than it counts.
  @inline(__always)
  func ease(_ edge: UInt32) -> Int32 {
    let segment = segments[Int(edge >> 1)]
    return segment.weight(Int(edge & 1)) - segment.milliseconds(Int(edge & 1))
  }

  /// All vertices of a directed edge.
  @inline(__always)
  func vertices(of edge: UInt32) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(
      rebasing: edgeVertices[Int(edgeVertexStarts[Int(edge)])..<Int(edgeVertexStarts[Int(edge) + 1])])
  }

  @inline(__always)
  func turns(of vertex: UInt32) -> UnsafeBufferPointer<RoadLayout.Turn> {
    UnsafeBufferPointer(rebasing: turns[Int(turnStarts[Int(vertex)])..<Int(turnStarts[Int(vertex) + 1])])
  }

  /// Directed edges that leave a junction, closed ones too.
  func edges(leaving junction: UInt32) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(
      rebasing: junctionEdges[Int(junctionStarts[Int(junction)])..<Int(junctionStarts[Int(junction) + 1])])
  }

  func kind(of segment: Int) -> RoadLayout.Kind { kinds[Int(segments[segment].kind)] }

  /// The number of a point's node in OpenStreetMap.
  func node(_ point: Int) -> Int64 { Int64(pointNodesHigh[point]) << 32 | Int64(pointNodes[point]) }
}

/// Why a road graph cannot be used.
public enum RoadGraphError: CodedError, Equatable {
  case missing(path: String)
  case unreadable(path: String, reason: String)
  case notRoads(path: String)
  case wrongVersion(path: String, found: Int)
  case damaged(path: String, reason: String)

  init(_ fault: SectionFile.Fault, path: String) {
    self =
      switch fault {
      case .missing: .missing(path: path)
      case .system(let reason): .unreadable(path: path, reason: reason)
      case .foreign: .notRoads(path: path)
      case .version(let found): .wrongVersion(path: path, found: found)
      case .damaged(let reason): .damaged(path: path, reason: reason)
      }
  }

  public var code: String {
    switch self {
    case .missing: "routing.roads.missing"
    case .unreadable: "routing.roads.unreadable"
    case .notRoads: "routing.roads.notRoads"
    case .wrongVersion: "routing.roads.wrongVersion"
    case .damaged: "routing.roads.damaged"
    }
  }

  public var message: String {
    switch self {
    case .missing(let path): "there is no road graph at \(path)"
    case .unreadable(let path, let reason): "the road graph \(path) cannot be read: \(reason)"
    case .notRoads(let path): "\(path) is no road graph"
    case .wrongVersion(let path, let found):
      "the road graph \(path) has version \(found) of the format, this program reads version \(RoadLayout.version)"
    case .damaged(let path, let reason): "the road graph \(path) is damaged: \(reason)"
    }
  }

  public var hint: String {
    switch self {
    case .unreadable: "check the path and its permissions"
    case .missing, .wrongVersion, .damaged: "make it with `planner import roads FILE.osm.pbf`"
    case .notRoads: "give a file made by `planner import roads`; an OpenStreetMap extract is imported first"
    }
  }
}
