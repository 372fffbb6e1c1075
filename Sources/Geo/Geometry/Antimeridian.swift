/// A ring followed over the ground: x is a longitude that runs on beyond ±180 instead of jumping.
///
/// An edge that spans more than 180° of longitude, but less than 360°, is taken to go the short way, across
/// the 180th meridian. One of exactly 360° runs along a parallel all round the globe (the border of a world
/// rectangle, or of Antarctica at the pole).
struct UnwrappedRing {
  struct Vertex: Equatable {
    var x: Double
    var y: Double
  }
  /// Closed when the ring given was, and when it winds round a pole.
  var vertices: [Vertex] = []
  var west = Double.infinity
  var east = -Double.infinity
  /// Whether any edge crosses the 180th meridian.
  var crosses = false

  init(_ ring: [Coordinate]) {
    var turn = 0.0
    var previous: Coordinate?
    vertices.reserveCapacity(ring.count)
    for c in ring {
      if let previous {
        let step = c.longitude - previous.longitude
        if abs(step) > 180, abs(step) < 360 {
          turn -= step > 0 ? 360 : -360
          crosses = true
        }
      }
      add(Vertex(x: c.longitude + turn, y: c.latitude))
      previous = c
    }
    // A ring that comes back a full turn away has gone round a pole: close it over that pole.
    if turn != 0, ring.count > 1, ring.first == ring.last, let first = vertices.first,
      let last = vertices.last
    {
      let mean = ring.reduce(0) { $0 + $1.latitude } / Double(ring.count)
      let pole = mean < 0 ? -90.0 : 90.0
      add(Vertex(x: last.x, y: pole))
      add(Vertex(x: first.x, y: pole))
      add(first)
    }
  }

  private mutating func add(_ v: Vertex) {
    vertices.append(v)
    west = min(west, v.x)
    east = max(east, v.x)
  }
}

extension MultiPolygon {
  /// The same area with no polygon crossing the 180th meridian (RFC 7946 §3.1.9). Areas that do not cross it come
  /// back unchanged. Edges spanning more than 180° are taken to go the short way round; a ring round a pole
  /// is closed over it.
  public func cutAtAntimeridian() -> MultiPolygon {
    guard polygons.contains(where: \.crossesAntimeridian) else { return self }
    return MultiPolygon(polygons.flatMap { $0.crossesAntimeridian ? $0.cutAtAntimeridian() : [$0] })
  }
}

extension LineString {
  /// The same line in pieces none of which crosses the 180th meridian (RFC 7946 §3.1.9).
  public func cutAtAntimeridian() -> [LineString] {
    var pieces: [LineString] = []
    var current: [Coordinate] = []
    for c in points {
      if let last = current.last {
        let step = c.longitude - last.longitude
        if abs(step) > 180, abs(step) < 360 {
          let side = step > 0 ? -180.0 : 180.0
          let wanted = c.longitude - (step > 0 ? 360 : -360)
          let span = wanted - last.longitude
          let t = span == 0 ? 0 : (side - last.longitude) / span
          let latitude = last.latitude + t * (c.latitude - last.latitude)
          let edge = Coordinate(trustedLatitude: latitude, longitude: side)
          if edge != last { current.append(edge) }
          if current.count > 1 { pieces.append(LineString(current)) }
          let other = Coordinate(trustedLatitude: latitude, longitude: -side)
          current = other == c ? [] : [other]
        }
      }
      current.append(c)
    }
    if current.count > 1 || pieces.isEmpty { pieces.append(LineString(current)) }
    return pieces
  }
}

extension Polygon {
  fileprivate var crossesAntimeridian: Bool {
    ([outer] + holes).contains { ring in
      zip(ring, ring.dropFirst()).contains { a, b in
        let step = abs(a.longitude - b.longitude)
        return step > 180 && step < 360
      }
    }
  }

  fileprivate func cutAtAntimeridian() -> [Polygon] {
    let outerRing = UnwrappedRing(outer)
    var rings = [outerRing.vertices]
    let middle = (outerRing.west + outerRing.east) / 2
    for hole in holes {
      let ring = UnwrappedRing(hole)
      let shift = ((middle - (ring.west + ring.east) / 2) / 360).rounded() * 360
      rings.append(ring.vertices.map { .init(x: $0.x + shift, y: $0.y) })
    }
    var pending = [CutPolygon(rings)]
    var done: [Polygon] = []
    while var polygon = pending.popLast() {
      if polygon.west >= 180 || polygon.east <= -180 {
        polygon.shift(by: polygon.west >= 180 ? -360 : 360)
        pending.append(polygon)
      } else if polygon.east > 180 {
        pending += polygon.part(from: 180) + polygon.part(upTo: 180)
      } else if polygon.west < -180 {
        pending += polygon.part(upTo: -180) + polygon.part(from: -180)
      } else {
        done.append(polygon.polygon)
      }
    }
    return done.sorted { ($0.outer.first?.longitude ?? 0) > ($1.outer.first?.longitude ?? 0) }
  }
}

/// A polygon on the unwrapped plane that can be cut by a meridian. The outer ring runs counter-clockwise, holes
/// clockwise; closing points are left out.
private struct CutPolygon {
  typealias Vertex = UnwrappedRing.Vertex
  var rings: [[Vertex]]

  /// Holes without an extent are left out.
  init(_ given: [[Vertex]]) {
    rings = given.enumerated().compactMap { i, ring in
      var open = ring
      if open.count > 1, open.first == open.last { open.removeLast() }
      if i > 0, open.count < 3 { return nil }
      return (Self.doubleArea(open) >= 0) == (i == 0) ? open : open.reversed()
    }
  }

  var west: Double { rings[0].reduce(.infinity) { min($0, $1.x) } }
  var east: Double { rings[0].reduce(-.infinity) { max($0, $1.x) } }

  mutating func shift(by degrees: Double) {
    rings = rings.map { $0.map { Vertex(x: $0.x + degrees, y: $0.y) } }
  }

  var polygon: Polygon {
    let closed = rings.map { ring in
      (ring + [ring[0]]).map {
        Coordinate(trustedLatitude: $0.y, longitude: max(-180, min(180, $0.x)))
      }
    }
    return Polygon(outer: closed[0], holes: Array(closed.dropFirst()))
  }

  func part(upTo x: Double) -> [CutPolygon] { part(on: x) { $0.x < x } }
  func part(from x: Double) -> [CutPolygon] { part(on: x) { $0.x >= x } }

  /// The pieces on one side of a meridian.
  ///
  /// Where the boundary crosses the meridian its crossings, ordered by latitude, bound alternately what is
  /// inside and outside; each chain of kept vertices is joined to the next along the inside stretches.
  private func part(on x: Double, _ isKept: (Vertex) -> Bool) -> [CutPolygon] {
    var whole: [[Vertex]] = []
    var chains: [[Vertex]] = []
    for ring in rings {
      guard let start = ring.indices.first(where: { !isKept(ring[$0]) }) else {
        whole.append(ring)
        continue
      }
      var chain: [Vertex] = []
      for offset in 0..<ring.count {
        let a = ring[(start + offset) % ring.count]
        let b = ring[(start + offset + 1) % ring.count]
        if isKept(a) { chain.append(a) }
        if isKept(a) != isKept(b) {
          let t = a.x == b.x ? 0 : (x - a.x) / (b.x - a.x)
          let crossing = Vertex(x: x, y: a.y + t * (b.y - a.y))
          chain.append(crossing)
          if isKept(a) {
            chains.append(chain)
            chain = []
          }
        }
      }
    }
    // Both ends of every chain, in order of latitude.
    let ends = chains.indices.flatMap { [(chain: $0, isStart: true), (chain: $0, isStart: false)] }
      .sorted { a, b in
        let ya = (a.isStart ? chains[a.chain].first : chains[a.chain].last)!.y
        let yb = (b.isStart ? chains[b.chain].first : chains[b.chain].last)!.y
        return ya < yb
      }
    var partner: [Int: Int] = [:]
    for i in stride(from: 0, to: ends.count - 1, by: 2) {
      let (a, b) = (ends[i], ends[i + 1])
      if !a.isStart, b.isStart { partner[a.chain] = b.chain }
      if a.isStart, !b.isStart { partner[b.chain] = a.chain }
    }
    var outers: [[Vertex]] = []
    var used = Set<Int>()
    for first in chains.indices where !used.contains(first) {
      var ring: [Vertex] = []
      var current: Int? = first
      while let chain = current, used.insert(chain).inserted {
        for v in chains[chain] where ring.last != v { ring.append(v) }
        current = partner[chain]
      }
      if ring.first == ring.last, ring.count > 1 { ring.removeLast() }
      if ring.count > 2, Self.doubleArea(ring) != 0 { outers.append(ring) }
    }
    var holes: [[Vertex]] = []
    for ring in whole {
      if Self.doubleArea(ring) >= 0 { outers.append(ring) } else { holes.append(ring) }
    }
    return outers.map { outer in
      CutPolygon([outer] + (outers.count == 1 ? holes : holes.filter { Self.holds(outer, $0[0]) }))
    }
  }

  static func doubleArea(_ ring: [Vertex]) -> Double {
    var total = 0.0
    for i in ring.indices {
      let (a, b) = (ring[i], ring[(i + 1) % ring.count])
      total += (a.x - ring[0].x) * (b.y - ring[0].y) - (b.x - ring[0].x) * (a.y - ring[0].y)
    }
    return total
  }

  static func holds(_ ring: [Vertex], _ v: Vertex) -> Bool {
    var inside = false
    for i in ring.indices {
      let (a, b) = (ring[i], ring[(i + 1) % ring.count])
      if (a.y > v.y) != (b.y > v.y), v.x < (b.x - a.x) * (v.y - a.y) / (b.y - a.y) + a.x {
        inside.toggle()
      }
    }
    return inside
  }
}
