import TestSupport
import Testing

@testable import Kernels

/// Rings on whole numbers, judged by whole-number arithmetic that cannot round: the slow truth.
private struct GridPolygons {
  /// Polygons of rings of points; a grid unit is 2⁻²⁰, so that every coordinate is an exact double.
  var polygons: [[[(x: Int, y: Int)]]]
  static let unit = 1.0 / 1_048_576

  enum Place { case outside, boundary, inside }

  func place(_ x: Int, _ y: Int) -> Place {
    var result = Place.outside
    for rings in polygons {
      var inside = false
      for ring in rings {
        for i in ring.indices {
          let (a, b) = (ring[i], ring[(i + 1) % ring.count])
          let cross = Int128(b.x - a.x) * Int128(y - a.y) - Int128(b.y - a.y) * Int128(x - a.x)
          if cross == 0, x >= min(a.x, b.x), x <= max(a.x, b.x), y >= min(a.y, b.y), y <= max(a.y, b.y) {
            return .boundary
          }
          if (a.y > y) != (b.y > y) {
            // Left of an upward edge, right of a downward one.
            if (cross > 0) == (b.y > a.y) { inside.toggle() }
          }
        }
      }
      if inside { result = .inside }
    }
    return result
  }

  var index: PolygonIndex {
    var xs: [Double] = []
    var ys: [Double] = []
    var ringEnds: [Int] = []
    var polygonEnds: [Int] = []
    for rings in polygons {
      for ring in rings {
        xs += ring.map { Double($0.x) * Self.unit }
        ys += ring.map { Double($0.y) * Self.unit }
        ringEnds.append(xs.count)
      }
      polygonEnds.append(ringEnds.count)
    }
    return PolygonIndex(xs: xs, ys: ys, ringEnds: ringEnds, polygonEnds: polygonEnds)
  }
}

@Suite("Point in polygon")
struct PolygonIndexTests {
  @Test(
    "a random polygon holds exactly the points that whole-number arithmetic says, on small grids full of ties"
  )
  func tiesAgainstReference() {
    var dice = SplitMix(seed: 1)
    for _ in 0..<400 {
      let size = 2 + dice.below(9)
      let rings = (0..<(1 + dice.below(3))).map { _ in
        (0..<(3 + dice.below(9))).map { _ in (x: dice.below(size), y: dice.below(size)) }
      }
      // The rings as holes of one polygon, or each a polygon of its own.
      let grid = GridPolygons(polygons: dice.below(2) == 0 ? [rings] : rings.map { [$0] })
      let index = grid.index
      for x in -1...size {
        for y in -1...size {
          let expected = grid.place(x, y) != .outside
          let got = index.contains(Double(x) * GridPolygons.unit, Double(y) * GridPolygons.unit)
          #expect(got == expected, "\(grid.polygons) at \(x), \(y)")
        }
      }
    }
  }

  @Test("points a rounding error away from long slanting edges are judged exactly")
  func nearEdges() {
    var dice = SplitMix(seed: 2)
    for _ in 0..<60 {
      let span = 360 << 20
      let ring = (0..<(3 + dice.below(40))).map { _ in
        (x: dice.below(span) - span / 2, y: dice.below(span) - span / 2)
      }
      let grid = GridPolygons(polygons: [[ring]])
      let index = grid.index
      for _ in 0..<60 {
        let i = dice.below(ring.count)
        let (a, b) = (ring[i], ring[(i + 1) % ring.count])
        let t = dice.below(1 << 20)
        // The grid point nearest to a point of the edge, and its neighbours.
        let x = a.x + Int((Int128(b.x - a.x) * Int128(t)) >> 20) + dice.below(3) - 1
        let y = a.y + Int((Int128(b.y - a.y) * Int128(t)) >> 20) + dice.below(3) - 1
        let expected = grid.place(x, y)
        let got = index.position(Double(x) * GridPolygons.unit, Double(y) * GridPolygons.unit)
        #expect((got == .outside) == (expected == .outside))
        #expect((got == .boundary) == (expected == .boundary))
      }
    }
  }

  @Test("a polygon of 800 vertices with a hole agrees with the slow reference everywhere")
  func eightHundredVertices() {
    var dice = SplitMix(seed: 3)
    func star(_ n: Int, _ low: Int, _ high: Int) -> [(x: Int, y: Int)] {
      (0..<n).map { i in
        // A square spiral of directions; only whole numbers, no sine that may differ between machines.
        let side = i * 8 / n
        let step = (i * 8 % n) * 1000 / n
        let radius = low + dice.below(high - low)
        let directions = [
          (1000, step), (1000 - step, 1000), (-step, 1000), (-1000, 1000 - step), (-1000, -step),
          (-1000 + step, -1000), (step, -1000), (1000, -1000 + step),
        ]
        return (x: directions[side].0 * radius, y: directions[side].1 * radius)
      }
    }
    let grid = GridPolygons(polygons: [[star(800, 700, 1000), star(120, 200, 400)]])
    let index = grid.index
    var inside = 0
    for _ in 0..<4000 {
      let (x, y) = (dice.below(2_400_000) - 1_200_000, dice.below(2_400_000) - 1_200_000)
      let expected = grid.place(x, y) != .outside
      if expected { inside += 1 }
      #expect(index.contains(Double(x) * GridPolygons.unit, Double(y) * GridPolygons.unit) == expected)
    }
    #expect(inside > 500 && inside < 3500)
  }

  @Test("polygons that overlap are a union, not an exclusive or")
  func union() {
    let square = { (x: Double) in ([x, x + 2, x + 2, x], [0.0, 0, 2, 2]) }
    let (a, b) = (square(0), square(1))
    let index = PolygonIndex(
      xs: a.0 + b.0, ys: a.1 + b.1, ringEnds: [4, 8], polygonEnds: [1, 2])
    #expect(index.contains(1.5, 1))
    let asOne = PolygonIndex(xs: a.0 + b.0, ys: a.1 + b.1, ringEnds: [4, 8], polygonEnds: [2])
    #expect(!asOne.contains(1.5, 1))
  }

  @Test("edges, vertices and the edges of holes count as inside")
  func boundary() {
    let index = PolygonIndex(
      xs: [0, 10, 10, 0, 0, 4, 6, 6, 4, 4], ys: [0, 0, 10, 10, 0, 4, 4, 6, 6, 4], ringEnds: [5, 10],
      polygonEnds: [2])
    for (x, y) in [(0.0, 0.0), (10, 10), (5, 0), (5, 10), (0, 5), (10, 5), (4, 5), (5, 4), (6, 6)] {
      #expect(index.position(x, y) == .boundary)
      #expect(index.contains(x, y))
    }
    #expect(!index.contains(5, 5))
    #expect(index.contains(5, 3.999))
    #expect(!index.contains(.nan, 5))
    #expect(!index.contains(5, .nan))
    #expect(!index.contains(.infinity, 5))
  }

  @Test("nothing, a point and a line are answered without a trap")
  func degenerate() {
    #expect(!PolygonIndex(xs: [], ys: [], ringEnds: [], polygonEnds: []).contains(0, 0))
    #expect(!PolygonIndex(xs: [], ys: [], ringEnds: [0], polygonEnds: [1]).contains(0, 0))
    let point = PolygonIndex(xs: [1], ys: [1], ringEnds: [1], polygonEnds: [1])
    #expect(point.contains(1, 1) && !point.contains(1, 1.5))
    let line = PolygonIndex(xs: [0, 4], ys: [3, 3], ringEnds: [2], polygonEnds: [1])
    #expect(line.contains(2, 3) && !line.contains(5, 3) && !line.contains(2, 3.1))
    // So flat that the bands' scale would overflow.
    let tiny = Double.leastNormalMagnitude
    let flat = PolygonIndex(xs: [0, 4, 4], ys: [0, 0, tiny], ringEnds: [3], polygonEnds: [1])
    #expect(flat.contains(2, 0) && !flat.contains(2, 1))
  }

  @Test("the side of a line is exact where plain doubles say zero or the wrong sign")
  func orientation() {
    // Kettner et al., "Classroom examples of robustness problems": a grid of neighbours of (0.5, 0.5)
    // against the line from (12, 12) to (24, 24).
    let ulp = 0x1p-53
    var wrong = 0
    for i in 0..<64 {
      for k in 0..<64 {
        let (x, y) = (0.5 + Double(i) * ulp, 0.5 + Double(k) * ulp)
        let expected = (k - i).signum()
        let exact = PolygonOrientation.sign(12, 12, 24, 24, x, y)
        #expect((exact > 0 ? 1 : exact < 0 ? -1 : 0) == expected)
        let plain = (24.0 - 12) * (y - 12) - (24.0 - 12) * (x - 12)
        if (plain > 0 ? 1 : plain < 0 ? -1 : 0) != expected { wrong += 1 }
      }
    }
    // The control: without the exact sum many of these would be wrong.
    #expect(wrong > 500)
  }
}
