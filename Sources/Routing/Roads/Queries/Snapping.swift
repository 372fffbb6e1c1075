import Foundation
import Geo

/// A place on a road.
public struct RoadPosition: Sendable, Hashable {
  public enum Side: String, Sendable, Hashable { case left, right, on }

  /// The segment, and how much of it lies behind, 0 … 1 as drawn.
  public var segment: Int
  public var fraction: Double
  /// On the line of the road.
  public var coordinate: Coordinate
  /// From the place asked for.
  public var distance: Metres
  /// Where the place asked for lies, seen along the segment as drawn.
  public var side: Side
  /// Connected part of the network, 0 is the largest.
  public var part: Int
  /// The point before the position on the segment's line.
  var point: Int
  /// Trips can set out from here to most roads of the part, and arrive from them.
  public var departs: Bool
  public var arrives: Bool
  public var isInSmallPart: Bool
  /// The same place on other roads: where the nearest point is a crossing or a corner, all that meet there.
  public var beside: [RoadPosition] = []

  /// Itself and those beside it.
  var places: [RoadPosition] { beside.isEmpty ? [self] : [self] + beside }
  /// Where a drive that begins or stops at an end of this position does so.
  func place(of end: RoadEnd) -> RoadPosition { end.beside == 0 ? self : beside[end.beside - 1] }
}

extension RoadGraph {
  /// As far apart in metres the same point may be found from two roads that meet there.
  private static let sameSpot = 0.001

  /// The nearest position, with those of other segments of its part that meet there beside it.
  func nearest(
    to place: Coordinate, within limit: Metres = Metres(.infinity),
    where isWanted: (RoadLayout.Segment) -> Bool
  ) -> RoadPosition? {
    let found = nearest(to: place, count: 1, within: limit, withEqual: true, where: isWanted)
    guard var first = found.first else { return nil }
    first.beside = found.dropFirst().filter {
      $0.part == first.part
        && RoadGeometry.metres($0.coordinate, first.coordinate) < Self.sameSpot
    }
    return first
  }

  /// The nearest positions on different segments, nearest first, at most `count`, not farther than `limit`.
  ///
  /// - Parameters:
  ///   - withEqual: all that are as near as the last of them, too.
  ///   - isWanted: passes over segments it is false for.
  func nearest(
    to place: Coordinate, count: Int, within limit: Metres = Metres(.infinity), withEqual: Bool = false,
    where isWanted: (RoadLayout.Segment) -> Bool = { _ in true }
  ) -> [RoadPosition] {
    guard !items.isEmpty, count > 0 else { return [] }
    let plane = SnapPlane(place)
    let levels = indexLevels
    var found: [RoadPosition] = []
    // Squared distances are metres on the plane around the place; floats as bits keep their order.
    var heap = NearHeap()
    defer { heap.deallocate() }
    let limitSquared = limit.value * limit.value
    let top = levels.count - 2
    heap.push(plane.squared(to: boxes[levels[top]]), NearHeap.node(level: top, index: 0))
    var seen: [UInt32] = []
    var pending: [RoadPosition] = []
    while let (squared, entry) = heap.pop() {
      if squared > limitSquared { break }
      if found.count >= count, squared.squareRoot() > found[found.count - 1].distance.value + Self.sameSpot {
        break
      }
      switch NearHeap.kind(entry) {
      case .position(let k):
        let segment = UInt32(pending[k].segment)
        if seen.contains(segment) { continue }
        seen.append(segment)
        found.append(pending[k])
        if found.count == count, !withEqual { return found }
      case .node(let level, let index):
        if level == 0 {
          let item = items[index]
          if seen.contains(item.segment) { continue }
          let segment = segments[Int(item.segment)]
          guard isWanted(segment) else { continue }
          let (position, distanceSquared) = project(plane, item, segment)
          // Another piece of the same segment may be nearer: then it comes out of the heap earlier.
          heap.push(distanceSquared, NearHeap.position(pending.count))
          pending.append(position)
        } else {
          let start = levels[level - 1] + index * SegmentIndex.fanOut
          let end = min(start + SegmentIndex.fanOut, levels[level])
          for child in start..<end {
            heap.push(
              plane.squared(to: boxes[child]),
              NearHeap.node(level: level - 1, index: child - levels[level - 1]))
          }
        }
      }
    }
    return found
  }

  private func project(_ plane: SnapPlane, _ item: RoadLayout.Item, _ segment: RoadLayout.Segment) -> (
    RoadPosition, Double
  ) {
    var best = Double.infinity
    var bestPoint = Int(item.firstPoint)
    var bestPart = 0.0
    var bestSide = 0.0
    let last = min(Int(item.firstPoint) + SegmentIndex.pieces, Int(segment.lastPoint))
    for k in Int(item.firstPoint)..<last {
      let (ax, ay) = plane.metres(points[k])
      let (bx, by) = plane.metres(points[k + 1])
      let (dx, dy) = (bx - ax, by - ay)
      let length = dx * dx + dy * dy
      let part = length > 0 ? min(1, max(0, -(ax * dx + ay * dy) / length)) : 0
      let (px, py) = (ax + part * dx, ay + part * dy)
      let squared = px * px + py * py
      if squared < best {
        best = squared
        bestPoint = k
        bestPart = part
        // Positive when the origin lies left of the piece.
        bestSide = length > 0 ? (dy * ax - dx * ay) / length.squareRoot() : 0
      }
    }
    let (a, b) = (points[bestPoint], points[bestPoint + 1])
    let coordinate = RoadGeometry.coordinate(
      latitude: Double(a.latitude) + bestPart * Double(b.latitude - a.latitude),
      longitude: Double(a.longitude)
        + bestPart * RoadGeometry.east(Double(a.longitude), Double(b.longitude)))
    var before = 0.0
    for k in Int(segment.firstPoint)..<bestPoint { before += pieceLength(k) }
    before += bestPart * pieceLength(bestPoint)
    var whole = before + (1 - bestPart) * pieceLength(bestPoint)
    for k in bestPoint + 1..<max(bestPoint + 1, Int(segment.lastPoint)) { whole += pieceLength(k) }
    let position = RoadPosition(
      segment: Int(item.segment), fraction: whole > 0 ? min(1, before / whole) : 0, coordinate: coordinate,
      distance: Metres(best.squareRoot()), side: abs(bestSide) < 0.5 ? .on : bestSide > 0 ? .left : .right,
      part: Int(segment.part), point: bestPoint, departs: segment.flags & RoadLayout.Segment.departs != 0,
      arrives: segment.flags & RoadLayout.Segment.arrives != 0,
      isInSmallPart: segment.flags & RoadLayout.Segment.small != 0)
    return (position, best)
  }

  /// Metres between a point and the next.
  func pieceLength(_ k: Int) -> Double {
    RoadGeometry.metres(
      points[k].latitude, points[k].longitude, points[k + 1].latitude, points[k + 1].longitude)
  }
}

/// The plane around a place, in metres east and north of it.
struct SnapPlane {
  private let latitude: Double
  private let longitude: Double
  private let metresPerUnitNorth: Double
  private let metresPerUnitEast: Double
  /// Roads may lie on the other side of the 180th meridian.
  private let isNearDateLine: Bool

  init(_ place: Coordinate) {
    latitude = place.latitude * 1e7
    longitude = place.longitude * 1e7
    isNearDateLine = abs(place.longitude) > 170
    (metresPerUnitNorth, metresPerUnitEast) = RoadGeometry.metresPerUnit(atLatitude: place.latitude)
  }

  @inline(__always)
  func metres(_ point: RoadLayout.Point) -> (Double, Double) {
    let east =
      isNearDateLine
      ? RoadGeometry.east(longitude, Double(point.longitude)) : Double(point.longitude) - longitude
    return (east * metresPerUnitEast, (Double(point.latitude) - latitude) * metresPerUnitNorth)
  }

  @inline(__always)
  func squared(to box: RoadLayout.Box) -> Double {
    var east = max(0, max(Double(box.west) - longitude, longitude - Double(box.east)))
    if isNearDateLine {
      for place in [longitude - 360e7, longitude + 360e7] {
        east = min(east, max(0, max(Double(box.west) - place, place - Double(box.east))))
      }
    }
    let x = east * metresPerUnitEast
    let y = max(0, max(Double(box.south) - latitude, latitude - Double(box.north))) * metresPerUnitNorth
    return x * x + y * y
  }
}

/// A heap of squared distances and what stands there: a node of the index, or a position found.
private struct NearHeap {
  enum Kind {
    case node(level: Int, index: Int)
    case position(Int)
  }

  private struct Entry {
    var squared: Double
    var what: UInt64
  }
  private var entries: UnsafeMutablePointer<Entry>
  private var capacity = 512
  private var count = 0

  init() { entries = .allocate(capacity: capacity) }
  func deallocate() { entries.deallocate() }

  static func node(level: Int, index: Int) -> UInt64 { UInt64(level) << 56 | UInt64(index) }
  static func position(_ k: Int) -> UInt64 { 0xFF << 56 | UInt64(k) }
  static func kind(_ what: UInt64) -> Kind {
    let index = Int(what & (1 << 56 - 1))
    return what >> 56 == 0xFF ? .position(index) : .node(level: Int(what >> 56), index: index)
  }

  @inline(__always)
  mutating func push(_ squared: Double, _ what: UInt64) {
    if count == capacity {
      let new = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
      new.initialize(from: entries, count: count)
      entries.deallocate()
      entries = new
      capacity *= 2
    }
    var k = count
    count += 1
    while k > 0 {
      let parent = (k - 1) >> 1
      if entries[parent].squared <= squared { break }
      entries[k] = entries[parent]
      k = parent
    }
    entries[k] = Entry(squared: squared, what: what)
  }

  @inline(__always)
  mutating func pop() -> (Double, UInt64)? {
    guard count > 0 else { return nil }
    let top = entries[0]
    count -= 1
    let last = entries[count]
    var k = 0
    while true {
      var child = 2 * k + 1
      if child >= count { break }
      if child + 1 < count, entries[child + 1].squared < entries[child].squared { child += 1 }
      if entries[child].squared >= last.squared { break }
      entries[k] = entries[child]
      k = child
    }
    entries[k] = last
    return (top.squared, top.what)
  }
}
