import TestSupport
import Testing

@testable import Kernels

@Suite("Rings that cross")
struct PolygonCrossingTests {
  private func find(_ rings: [[(Double, Double)]]) -> PolygonCrossing? {
    var ends: [Int] = []
    var count = 0
    for ring in rings {
      count += ring.count
      ends.append(count)
    }
    return PolygonCrossing.find(
      xs: rings.flatMap { $0.map(\.0) }, ys: rings.flatMap { $0.map(\.1) }, ringEnds: ends)
  }

  @Test("a bow tie is found with its edges and its place")
  func bowTie() throws {
    let fault = try #require(find([[(0, 0), (4, 4), (4, 0), (0, 4)]]))
    #expect(fault.first == 0 && fault.second == 2)
    #expect(fault.x == 2 && fault.y == 2)
  }

  @Test("convex, concave and nested rings pass")
  func sound() {
    #expect(find([[(0, 0), (4, 0), (4, 4), (0, 4)]]) == nil)
    #expect(find([[(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)]]) == nil)
    #expect(find([[(0, 0), (9, 0), (9, 9), (0, 9)], [(2, 2), (2, 5), (5, 5), (5, 2)]]) == nil)
  }

  @Test("rings may touch at a point but not run through each other there")
  func touching() {
    // A hole whose corner stands on the outer ring.
    #expect(find([[(0, 0), (9, 0), (9, 9), (0, 9)], [(0, 4), (3, 6), (3, 2)]]) == nil)
    // Two lobes that share one vertex side by side.
    #expect(find([[(0, 0), (2, 2), (0, 4), (-1, 2), (0, 0.5)], [(2, 2), (4, 0), (4, 4)]]) == nil)
    // One ring pinched at a vertex without crossing itself.
    #expect(find([[(0, 0), (2, 2), (4, 0), (4, 4), (2, 2), (0, 4)]]) == nil)
    // A figure of eight through a common vertex.
    #expect(find([[(0, 0), (2, 2), (4, 4), (4, 0), (2, 2), (0, 4)]]) != nil)
    // A vertex on an edge, its chain going through.
    #expect(find([[(0, 0), (4, 0), (4, 4), (2, 0), (1, -2)]]) != nil)
  }

  @Test("edges that run along each other and spikes are faults")
  func overlaps() {
    #expect(find([[(0, 0), (4, 0), (4, 4), (0, 4)], [(1, 0), (3, 0), (2, 2)]]) != nil)
    #expect(find([[(0, 0), (4, 0), (6, 0), (4, 0), (4, 4), (0, 4)]]) != nil)
    #expect(find([[(0, 0), (4, 0), (2, 0)]]) != nil)
  }

  @Test("the sweep finds a crossing exactly when testing all pairs does")
  func againstAllPairs() {
    var dice = SplitMix(seed: 7)
    var crossing = 0
    for _ in 0..<500 {
      let n = 3 + dice.below(7)
      // General position: multiples of a prime keep three points off one line almost always; ties are dropped.
      let ring = (0..<n).map { _ in (Double(dice.below(997)), Double(dice.below(991))) }
      var expected = false
      var degenerate = false
      for i in 0..<n {
        for j in (i + 1)..<n {
          let (p, q, r, s) = (ring[i], ring[(i + 1) % n], ring[j], ring[(j + 1) % n])
          func side(_ a: (Double, Double), _ b: (Double, Double), _ c: (Double, Double)) -> Double {
            (b.0 - a.0) * (c.1 - a.1) - (b.1 - a.1) * (c.0 - a.0)
          }
          let isNeighbour = j == i + 1 || (i == 0 && j == n - 1)
          let sides = [side(p, q, r), side(p, q, s), side(r, s, p), side(r, s, q)]
          if !isNeighbour {
            if sides.contains(0) { degenerate = true }
            if sides[0] * sides[1] < 0, sides[2] * sides[3] < 0 { expected = true }
          } else if j == i + 1, side(p, q, s) == 0 {
            degenerate = true
          } else if j != i + 1, side(r, s, q) == 0 {
            degenerate = true
          }
        }
      }
      if degenerate { continue }
      if expected { crossing += 1 }
      #expect((find([ring]) != nil) == expected, "\(ring)")
    }
    #expect(crossing > 50)
  }
}
