import Foundation
import Geo
import Kernels

extension RoadRouter {
  /// The area that can be driven to within a time: what lies within some hundred metres of a road reached in time.
  ///
  /// Rings do not cross, outer ones run anticlockwise; holes smaller than what is drawn round roads are closed. The time
  /// to leave the place for its nearest road is not counted.
  /// - Throws: ``RoadRoutingError/noRoad``
  public func reachable(from place: Coordinate, within time: Duration, options: RoadOptions = RoadOptions())
    throws(RoadRoutingError) -> MultiPolygon
  {
    guard let snap = snap(place, within: options.radius(of: 0) ?? Metres(.infinity)) else {
      throw .noRoad(index: 0, place: place)
    }
    let limit = Int32(clamping: Int(time / .milliseconds(1)))
    let position = snap.larger ?? snap.main ?? snap.near
    let pieces = graph.pieces(reachedFrom: position, within: limit)
    return ReachedArea(around: position.coordinate, pieces).polygon
  }
}

/// A stretch of road between two coordinates.
struct RoadPiece {
  var from: Coordinate
  var to: Coordinate
}

extension RoadGraph {
  /// All stretches of road that can be driven within so many milliseconds.
  func pieces(reachedFrom position: RoadPosition, within limit: Int32) -> [RoadPiece] {
    let ends = ends(at: position)
    let workspace = workspaces.take(vertexCount)
    defer { workspaces.give(workspace) }
    // Of each directed edge, the earliest time it is begun.
    var begun: [UInt32: Int32] = [:]
    workspace.reach(self, from: seeds(from: ends), within: limit) { vertex, time in
      let edge = vertexEdges[Int(vertex)]
      let start = time - milliseconds(edge)
      if start < limit { begun[edge] = min(begun[edge] ?? .max, start) }
    }
    var pieces: [RoadPiece] = [RoadPiece(from: position.coordinate, to: position.coordinate)]
    for end in ends {
      let part = limit >= end.millisecondsLeft ? 1 : Double(limit) / Double(max(1, end.millisecondsLeft))
      let begin = Double(end.milliseconds) / Double(max(1, end.wholeMilliseconds))
      add(end.edge, from: begin, to: begin + (1 - begin) * part, &pieces)
    }
    for (edge, start) in begun.sorted(by: { $0.key < $1.key }) {
      add(edge, from: 0, to: min(1, Double(limit - start) / Double(max(1, milliseconds(edge)))), &pieces)
    }
    return pieces
  }

  /// Adds the part of an edge's line between two fractions of its length.
  private func add(_ edge: UInt32, from: Double, to: Double, _ pieces: inout [RoadPiece]) {
    let segment = segments[Int(edge >> 1)]
    let isForward = edge & 1 == 0
    let whole = Double(segment.decimetres) / 10
    let first = isForward ? Int(segment.firstPoint) : Int(segment.lastPoint)
    let last = isForward ? Int(segment.lastPoint) : Int(segment.firstPoint)
    let step = isForward ? 1 : -1
    var passed = 0.0
    var k = first
    while k != last {
      let length = pieceLength(min(k, k + step))
      let (a, b) = (points[k].coordinate, points[k + step].coordinate)
      let low = max(0, (from * whole - passed) / max(length, 0.001))
      let high = min(1, (to * whole - passed) / max(length, 0.001))
      if low < high { pieces.append(RoadPiece(from: Self.between(a, b, low), to: Self.between(a, b, high))) }
      passed += length
      if passed >= to * whole { return }
      k += step
    }
  }

  private static func between(_ a: Coordinate, _ b: Coordinate, _ part: Double) -> Coordinate {
    RoadGeometry.coordinate(
      latitude: (a.latitude + part * (b.latitude - a.latitude)) * 1e7,
      longitude: a.longitude * 1e7 + part * RoadGeometry.east(a.longitude * 1e7, b.longitude * 1e7))
  }
}

/// The area near stretches of road, as the contour of the distance to them on a grid (marching squares; Lorensen, Cline
/// 1987, in the plane). Contours close and never cross, so the polygons are clean by construction.
struct ReachedArea {
  let polygon: MultiPolygon

  /// How far from a road still counts, by how far the roads reach.
  private static func margin(_ reach: Double) -> Double { min(1500, max(200, reach / 100)) }

  init(around centre: Coordinate, _ pieces: [RoadPiece]) {
    let unit = RoadGeometry.metresPerUnit(atLatitude: centre.latitude)
    let (north, east) = (unit.north * 1e7, max(1, unit.east * 1e7))
    func plane(_ c: Coordinate) -> (Double, Double) {
      let across = RoadGeometry.east(centre.longitude * 1e7, c.longitude * 1e7) / 1e7
      return (across * east, (c.latitude - centre.latitude) * north)
    }
    var (minX, minY, maxX, maxY) = (0.0, 0.0, 0.0, 0.0)
    for piece in pieces {
      for (x, y) in [plane(piece.from), plane(piece.to)] {
        (minX, maxX) = (min(minX, x), max(maxX, x))
        (minY, maxY) = (min(minY, y), max(maxY, y))
      }
    }
    let margin = Self.margin(max(maxX - minX, maxY - minY) / 2)
    let cell = margin / 2
    let (left, bottom) = (minX - margin * 2, minY - margin * 2)
    let columns = Int(((maxX - minX) + margin * 4) / cell) + 2
    let rows = Int(((maxY - minY) + margin * 4) / cell) + 2
    // Distance of each grid point to the nearest stretch, as far as it matters.
    let far = margin * 2
    var field = [Double](repeating: far, count: columns * rows)
    for piece in pieces {
      let (ax, ay) = plane(piece.from)
      let (bx, by) = plane(piece.to)
      let (dx, dy) = (bx - ax, by - ay)
      let length = dx * dx + dy * dy
      let firstColumn = max(0, Int((min(ax, bx) - far - left) / cell))
      let lastColumn = min(columns - 1, Int((max(ax, bx) + far - left) / cell) + 1)
      let firstRow = max(0, Int((min(ay, by) - far - bottom) / cell))
      let lastRow = min(rows - 1, Int((max(ay, by) + far - bottom) / cell) + 1)
      for row in firstRow...max(firstRow, lastRow) {
        for column in firstColumn...max(firstColumn, lastColumn) {
          let (x, y) = (left + Double(column) * cell, bottom + Double(row) * cell)
          let part = length > 0 ? min(1, max(0, ((x - ax) * dx + (y - ay) * dy) / length)) : 0
          let (px, py) = (x - ax - part * dx, y - ay - part * dy)
          let distance = (px * px + py * py).squareRoot()
          if distance < field[row * columns + column] { field[row * columns + column] = distance }
        }
      }
    }
    // Beyond the 180th meridian the world begins anew, a whole turn away; beyond a pole there is none.
    var polygons: [Polygon] = []
    for turn in [0.0, -360, 360] {
      var part = field
      var isEmpty = true
      for row in 0..<rows {
        let isWorld = abs(centre.latitude + (bottom + Double(row) * cell) / north) <= 90
        for column in 0..<columns {
          let longitude = centre.longitude + (left + Double(column) * cell) / east + turn
          if !isWorld || abs(longitude) > 180 { part[row * columns + column] = far }
          if part[row * columns + column] < margin { isEmpty = false }
        }
      }
      guard !isEmpty else { continue }
      let rings = ContourLines(field: part, columns: columns, rows: rows, level: margin).rings.map { ring in
        Self.ring(ring.map { (x: left + $0.x * cell, y: bottom + $0.y * cell) }) { x, y in
          Coordinate(
            trustedLatitude: min(90, max(-90, centre.latitude + y / north)),
            longitude: min(180, max(-180, centre.longitude + x / east + turn)))
        }
      }
      polygons += Self.polygons(rings, leastHole: 4 * margin * margin)
    }
    polygon = MultiPolygon(polygons)
  }

  /// A ring's coordinates and its area in square metres, negative for a hole.
  private static func ring(_ plane: [(x: Double, y: Double)], _ coordinate: (Double, Double) -> Coordinate)
    -> (ring: [Coordinate], area: Double)
  {
    var area = 0.0
    for k in plane.indices {
      let next = plane[(k + 1) % plane.count]
      area += plane[k].x * next.y - next.x * plane[k].y
    }
    return (plane.map { coordinate($0.x, $0.y) }, area / 2)
  }

  /// What is inside lies left of a ring: outer rings have a positive area, holes a negative one.
  private static func polygons(_ rings: [(ring: [Coordinate], area: Double)], leastHole: Double) -> [Polygon]
  {
    let closed = { (ring: [Coordinate]) in ring + [ring[0]] }
    let outers = rings.filter { $0.area > 0 }.sorted { $0.area > $1.area }
    let holes = rings.filter { $0.area < -leastHole }
    var polygons = outers.map { Polygon(outer: closed($0.ring)) }
    let areas = holes.isEmpty ? [] : outers.map { Self.index($0.ring) }
    for hole in holes {
      // The smallest ring around it; rings do not cross, so one point tells.
      let (x, y) = (hole.ring[0].longitude, hole.ring[0].latitude)
      if let k = areas.lastIndex(where: { $0.contains(x, y) }) { polygons[k].holes.append(closed(hole.ring)) }
    }
    return polygons
  }

  private static func index(_ ring: [Coordinate]) -> PolygonIndex {
    PolygonIndex(
      xs: ring.map(\.longitude), ys: ring.map(\.latitude), ringEnds: [ring.count], polygonEnds: [1])
  }
}

/// Rings around where a field on a grid is below a level, with it on their left.
struct ContourLines {
  struct Point: Hashable {
    var x: Double
    var y: Double
  }
  private(set) var rings: [[Point]] = []

  /// - Precondition: the field is above the level along the grid's border.
  init(field: [Double], columns: Int, rows: Int, level: Double) {
    // An edge of the grid is named by its lower left point and direction: 2 k to the right, 2 k + 1 upward.
    var next: [Int: [Int]] = [:]
    func isIn(_ k: Int) -> Bool { field[k] < level }
    for row in 0..<rows - 1 {
      for column in 0..<columns - 1 {
        let k = row * columns + column
        let (a, b, c, d) = (isIn(k), isIn(k + 1), isIn(k + columns + 1), isIn(k + columns))
        if a == b, b == c, c == d { continue }
        let (bottom, right, top, left) = (2 * k, 2 * (k + 1) + 1, 2 * (k + columns), 2 * k + 1)
        func join(_ from: Int, _ to: Int) { next[from, default: []].append(to) }
        switch (a, b, c, d) {
        case (true, false, false, false): join(bottom, left)
        case (false, true, false, false): join(right, bottom)
        case (false, false, true, false): join(top, right)
        case (false, false, false, true): join(left, top)
        case (true, true, false, false): join(right, left)
        case (false, true, true, false): join(top, bottom)
        case (false, false, true, true): join(left, right)
        case (true, false, false, true): join(bottom, top)
        case (true, true, true, false): join(top, left)
        case (false, true, true, true): join(left, bottom)
        case (true, false, true, true): join(bottom, right)
        case (true, true, false, true): join(right, top)
        // Two corners across: kept apart.
        case (true, false, true, false):
          join(bottom, left)
          join(top, right)
        case (false, true, false, true):
          join(right, bottom)
          join(left, top)
        default: break
        }
      }
    }
    func point(_ edge: Int) -> Point {
      let k = edge >> 1
      let other = edge & 1 == 0 ? k + 1 : k + columns
      let (u, v) = (field[k], field[other])
      // Not on the grid point itself, so that rings of neighbouring cells do not touch.
      let part = min(0.999, max(0.001, (level - u) / (v - u)))
      let (x, y) = (Double(k % columns), Double(k / columns))
      return edge & 1 == 0 ? Point(x: x + part, y: y) : Point(x: x, y: y + part)
    }
    for start in next.keys.sorted() {
      while let first = next[start]?.popLast() {
        var ring = [point(start)]
        var edge = first
        while edge != start {
          ring.append(point(edge))
          guard let onward = next[edge]?.popLast() else { break }
          edge = onward
        }
        if ring.count > 2 { rings.append(ring) }
      }
    }
  }
}
