import Foundation
import Geo

/// The draft cut into segments at junctions. A segment is a piece of one way between two junctions; both its directions
/// share it. Directed edge `2 s` runs along segment `s` as drawn, `2 s + 1` against it.
struct RoadSegments {
  struct Segment {
    /// Its line is `points[firstPoint ... lastPoint]`.
    var firstPoint: Int32
    var lastPoint: Int32
    /// Junctions at its ends.
    var from: Int32
    var to: Int32
    var decimetres: Int32
    /// Driving time in milliseconds each way, -1 where closed.
    var forward: Int32
    var backward: Int32
    /// The same as it counts when a route is chosen.
    var forwardWeight: Int32
    var backwardWeight: Int32
    var kind: Int32
    var name: Int32
    var reference: Int32
    var isEndsOnly: Bool
  }

  var segments: [Segment] = []
  /// The segments of a way are `waySegments[w]`, in its order.
  var waySegments: [Range<Int32>] = []
  /// Ways that the extract holds only parts of.
  var brokenWays: Set<Int32> = []
  /// Index of the draft's node for each point of each segment.
  var points: [Int32] = []
  /// The draft's node of each junction.
  var junctions: [Int32] = []

  private static func milliseconds(_ decimetres: Int32, _ speed: Double, _ reluctance: Double) -> Int32 {
    speed > 0 ? max(1, Int32(clamping: Int((Double(decimetres) * 360 / speed * reluctance).rounded()))) : -1
  }

  /// Empty ones.
  init() {}

  /// Cuts ways at nodes that several of them share, that a profile has a rule for, and at ends.
  init(_ draft: inout RoadDraft) {
    // How often a node is used, up to two.
    var uses = [UInt8](repeating: 0, count: draft.nodeIDs.count)
    for way in draft.ways {
      let range = way.firstNode..<way.firstNode + way.nodeCount
      for k in range {
        let node = Int(draft.nodes[k])
        if draft.latitudes[node] == .min {
          draft.nodes[k] = -1
          draft.counts.missingNodes += 1
          continue
        }
        let isEnd = k == range.lowerBound || k == range.upperBound - 1
        uses[node] = min(2, uses[node] + (isEnd ? 2 : 1))
      }
    }
    for node in draft.rules.keys { uses[Int(node)] = 2 }

    var junctionOf = [Int32](repeating: -1, count: draft.nodeIDs.count)
    func junction(_ node: Int32, _ list: inout [Int32]) -> Int32 {
      if junctionOf[Int(node)] < 0 {
        junctionOf[Int(node)] = Int32(list.count)
        list.append(node)
      }
      return junctionOf[Int(node)]
    }
    waySegments.reserveCapacity(draft.ways.count)
    for way in draft.ways {
      let kind = draft.kinds[Int(way.kind)]
      let first = Int32(segments.count)
      var isWhole = true
      var line: [Int32] = []
      var length = 0.0
      func close(_ draft: RoadDraft) -> Segment? {
        guard line.count > 1 else { return nil }
        let decimetres = Int32(clamping: max(1, Int((length * 10).rounded())))
        return Segment(
          firstPoint: 0, lastPoint: 0, from: 0, to: 0, decimetres: decimetres,
          forward: Self.milliseconds(decimetres, kind.forwardKilometresPerHour, 1),
          backward: Self.milliseconds(decimetres, kind.backwardKilometresPerHour, 1),
          forwardWeight: Self.milliseconds(
            decimetres, kind.forwardKilometresPerHour, kind.forwardReluctance),
          backwardWeight: Self.milliseconds(
            decimetres, kind.backwardKilometresPerHour, kind.backwardReluctance),
          kind: way.kind, name: way.name,
          reference: way.reference, isEndsOnly: kind.isEndsOnly)
      }
      func flush(_ draft: RoadDraft) {
        guard var segment = close(draft) else { return }
        segment.firstPoint = Int32(points.count)
        points.append(contentsOf: line)
        segment.lastPoint = Int32(points.count - 1)
        segment.from = junction(line[0], &junctions)
        segment.to = junction(line[line.count - 1], &junctions)
        segments.append(segment)
      }
      for k in way.firstNode..<way.firstNode + way.nodeCount {
        let node = draft.nodes[k]
        guard node >= 0 else {
          // The extract ends here: what is before and after are roads of their own.
          isWhole = false
          flush(draft)
          line = []
          length = 0
          continue
        }
        if node == line.last { continue }
        if let last = line.last { length += Self.metres(draft, last, node) }
        line.append(node)
        if uses[Int(node)] > 1, line.count > 1 {
          flush(draft)
          line = [node]
          length = 0
        }
      }
      flush(draft)
      let range = first..<Int32(segments.count)
      if let seconds = kind.fixedSeconds { share(seconds, among: range) }
      if !isWhole { brokenWays.insert(Int32(waySegments.count)) }
      waySegments.append(range)
    }
  }

  /// Gives each segment its part of a time stated for the whole way.
  private mutating func share(_ seconds: Double, among range: Range<Int32>) {
    let total = range.reduce(0.0) { $0 + Double(segments[Int($1)].decimetres) }
    guard total > 0, seconds > 0 else { return }
    for k in range {
      let part = Double(segments[Int(k)].decimetres) / total * seconds * 1000
      let milliseconds = max(1, Int32(clamping: Int(part.rounded())))
      if segments[Int(k)].forward >= 0 {
        segments[Int(k)].forward = milliseconds
        segments[Int(k)].forwardWeight = milliseconds
      }
      if segments[Int(k)].backward >= 0 {
        segments[Int(k)].backward = milliseconds
        segments[Int(k)].backwardWeight = milliseconds
      }
    }
  }

  /// On the ellipsoid.
  private static func metres(_ draft: RoadDraft, _ a: Int32, _ b: Int32) -> Double {
    RoadGeometry.metres(
      draft.latitudes[Int(a)], draft.longitudes[Int(a)], draft.latitudes[Int(b)], draft.longitudes[Int(b)])
  }

  // MARK: Directed edges

  var edgeCount: Int { segments.count * 2 }
  /// Driving time of a directed edge; -1 where it is closed.
  func milliseconds(_ edge: Int) -> Int32 {
    edge & 1 == 0 ? segments[edge >> 1].forward : segments[edge >> 1].backward
  }
  /// What driving a directed edge counts when a route is chosen.
  func weight(_ edge: Int) -> Int32 {
    edge & 1 == 0 ? segments[edge >> 1].forwardWeight : segments[edge >> 1].backwardWeight
  }
  func tail(_ edge: Int) -> Int32 { edge & 1 == 0 ? segments[edge >> 1].from : segments[edge >> 1].to }
  func head(_ edge: Int) -> Int32 { edge & 1 == 0 ? segments[edge >> 1].to : segments[edge >> 1].from }
}
