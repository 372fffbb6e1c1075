import Foundation
import TestSupport
import Testing

@testable import Geo

/// A closed ring of (latitude, longitude) pairs.
func ring(_ pairs: (Double, Double)...) -> [Coordinate] {
  let open = pairs.map { at($0.0, $0.1) }
  return open + open.prefix(1)
}

@Suite("Areas")
struct PolygonTests {
  private func code(_ area: MultiPolygon) -> String? {
    do {
      _ = try area.validated()
      return nil
    } catch { return error.code }
  }
  private func code(_ outer: [Coordinate], holes: [[Coordinate]] = []) -> String? {
    code(MultiPolygon([Polygon(outer: outer, holes: holes)]))
  }

  @Test("sound areas pass: with holes, several parts, either way round, touching at a point")
  func sound() {
    let square = ring((0, 0), (0, 10), (10, 10), (10, 0))
    #expect(code(square) == nil)
    #expect(code(square.reversed()) == nil)
    #expect(code(square, holes: [ring((2, 2), (2, 4), (4, 4)), ring((6, 6), (6, 8), (8, 8))]) == nil)
    #expect(code(square, holes: [ring((0, 5), (3, 3), (3, 6))]) == nil)
    #expect(code(MultiPolygon([Polygon(outer: square), Polygon(outer: square)])) == nil)
    // A repeated point is no fault.
    #expect(code([at(0, 0), at(0, 10), at(0, 10), at(10, 10), at(0, 0)]) == nil)
  }

  @Test("each fault has its code and says where it is")
  func faults() throws {
    #expect(code(MultiPolygon([])) == "geo.polygon.empty")
    #expect(code([]) == "geo.polygon.tooFewPoints")
    #expect(code([at(0, 0), at(0, 1), at(0, 0)]) == "geo.polygon.tooFewPoints")
    #expect(code([at(0, 0), at(0, 0), at(0, 0), at(0, 0)]) == "geo.polygon.tooFewPoints")
    #expect(code([at(0, 0), at(0, 1), at(1, 1), at(1, 0)]) == "geo.polygon.unclosed")
    #expect(code(ring((0, 0), (4, 4), (4, 0), (0, 4))) == "geo.polygon.selfCrossing")
    let square = ring((0, 0), (0, 10), (10, 10), (10, 0))
    #expect(code(square, holes: [ring((20, 20), (20, 22), (22, 22))]) == "geo.polygon.holeOutside")
    #expect(code(square, holes: [ring((5, 5), (5, 15), (8, 15))]) == "geo.polygon.selfCrossing")
    #expect(
      code(square, holes: [ring((2, 2), (2, 8), (8, 8), (8, 2)), ring((4, 4), (4, 5), (5, 5))])
        == "geo.polygon.holesOverlap")
    #expect(code(square, holes: [square]) == "geo.polygon.selfCrossing")

    let bowTie = MultiPolygon([Polygon(outer: square), Polygon(outer: ring((0, 0), (4, 4), (4, 0), (0, 4)))])
    let error = try #require(throws: GeometryError.self) { _ = try bowTie.validated() }
    guard case .selfCrossing(let path, let other, let near) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(path == GeometryPath(polygon: 2, ring: 1, point: 1))
    #expect(other == GeometryPath(polygon: 2, ring: 1, point: 3))
    #expect(near == at(2, 2))
    #expect(error.message.contains("polygon 2, outer ring, point 1"))
  }

  @Test("a prepared area answers like the slow rule for every place on a grid, holes and parts included")
  func prepared() {
    let area = MultiPolygon([
      Polygon(outer: ring((0, 0), (0, 10), (10, 10), (10, 0)), holes: [ring((3, 3), (3, 7), (7, 7), (7, 3))]),
      Polygon(outer: ring((4, 4), (4, 6), (6, 6), (6, 4))),
      Polygon(outer: ring((20, 20), (20, 30), (30, 20))),
    ])
    let prepared = PreparedPolygon(area)
    #expect(prepared.boundingBox == BoundingBox(south: 0, west: 0, north: 30, east: 30))
    #expect(prepared.contains(at(1, 1)) && prepared.contains(at(5, 5)) && prepared.contains(at(22, 22)))
    #expect(
      !prepared.contains(at(3.5, 3.5)) && !prepared.contains(at(29, 29)) && !prepared.contains(at(15, 15)))
    // The boundary, of the hole too, counts as inside.
    #expect(prepared.contains(at(0, 5)) && prepared.contains(at(3, 5)) && prepared.contains(at(10, 10)))
    #expect(!PreparedPolygon(MultiPolygon([])).contains(at(0, 0)))
  }

  // MARK: The 180th meridian

  @Test("an area across the 180th meridian is cut there and holds the same points")
  func cut() {
    // Chukotka's rectangle with a hole on the meridian and one beside it.
    let area = MultiPolygon([
      Polygon(
        outer: ring((60, 170), (60, -170), (70, -170), (70, 170)),
        holes: [ring((64, 178), (64, -178), (66, -178), (66, 178)), ring((62, 172), (62, 174), (63, 174))])
    ])
    let cut = area.cutAtAntimeridian()
    #expect(cut.polygons.count == 2)
    for polygon in cut.polygons {
      let longitudes = polygon.outer.map(\.longitude)
      #expect((longitudes.max() ?? 0) - (longitudes.min() ?? 0) <= 10)
    }
    #expect((try? cut.validated()) != nil)
    #expect(cut.polygons.map(\.holes.count).sorted() == [0, 1])
    let prepared = PreparedPolygon(area)
    for (latitude, longitude, expected) in [
      (61.0, 175.0, true), (61, -175, true), (61, 180, true), (61, -180, true), (65, 179, false),
      (65, -179, false), (65, 180, false), (62.4, 173.5, false), (69, 171, true), (61, 0, false),
      (61, 169, false),
      (61, -169, false),
    ] {
      #expect(prepared.contains(at(latitude, longitude)) == expected, "\(latitude) \(longitude)")
    }
    // Ground is measured along geodesics, which bulge over the parallels that the cut parts follow in two halves.
    #expect(abs(Geodesy.area(area).value / Geodesy.area(cut).value - 1) < 0.02)
    #expect((try? area.validated()) != nil)
  }

  @Test(
    "rings without an extent beside the 180th meridian do not hang or trap the cut", .timeLimit(.minutes(1)))
  func emptyRings() {
    let outer = ring((60, 170), (60, -170), (70, -170), (70, 170))
    for hole in [[], [at(65, 180)], [at(65, 180), at(65, 180)], [at(65, 179), at(65, -179), at(65, 179)]] {
      let cut = MultiPolygon([Polygon(outer: outer, holes: [hole])]).cutAtAntimeridian()
      #expect(cut.polygons.count == 2)
    }
    for flat in [
      [at(65, 179), at(65, -179), at(65, 179)], [at(65, -179), at(66, 179)], [at(0, -180), at(1, 179)],
    ] {
      let cut = MultiPolygon([Polygon(outer: flat)]).cutAtAntimeridian()
      #expect(cut.polygons.count <= 2)
    }
  }

  @Test("a concave area that crosses the meridian several times falls into as many parts")
  func comb() {
    // A comb whose back lies west of the meridian and whose three teeth reach across.
    let area = MultiPolygon([
      Polygon(
        outer: ring(
          (0, 178), (0, -178), (1, -178), (1, 179), (2, 179), (2, -178), (3, -178), (3, 179), (4, 179),
          (4, -178),
          (5, -178), (5, 178)))
    ])
    let cut = area.cutAtAntimeridian()
    #expect(cut.polygons.count == 4)
    #expect((try? cut.validated()) != nil)
    let prepared = PreparedPolygon(area)
    #expect(
      prepared.contains(at(0.5, -179)) && prepared.contains(at(2.5, -179)) && prepared.contains(at(4.5, -179))
    )
    #expect(!prepared.contains(at(1.5, -179)) && !prepared.contains(at(3.5, -179)))
    #expect(prepared.contains(at(1.5, 178.5)))
  }

  @Test("random areas across the meridian hold the same points as when turned away from it")
  func turned() {
    var dice = SplitMix(seed: 6)
    for _ in 0..<60 {
      let n = 5 + Int(dice.between(0, 30))
      // A star around a centre: simple, mostly concave.
      let points = (0..<n).map { i -> (Double, Double) in
        let angle = 2 * Double.pi * Double(i) / Double(n)
        let radius = dice.between(3, 30)
        return (radius * sin(angle), radius * cos(angle))
      }
      func wrapped(_ x: Double) -> Double { x > 180 ? x - 360 : x }
      let here = MultiPolygon([Polygon(outer: ring2(points.map { at($0.0, $0.1) }))])
      let there = MultiPolygon([Polygon(outer: ring2(points.map { at($0.0, wrapped($0.1 + 180)) }))])
      let (a, b) = (PreparedPolygon(here), PreparedPolygon(there))
      for _ in 0..<200 {
        let (y, x) = (dice.between(-32, 32), dice.between(-32, 32))
        #expect(a.contains(at(y, x)) == b.contains(at(y, wrapped(x + 180))))
      }
    }
  }
  private func ring2(_ open: [Coordinate]) -> [Coordinate] { open + open.prefix(1) }

  @Test("a ring round a pole is closed over it; a world rectangle stays whole")
  func poles() {
    let cap = MultiPolygon([Polygon(outer: ring((80, -120), (80, 0), (80, 120)))])
    let prepared = PreparedPolygon(cap)
    #expect(prepared.contains(at(89, 50)) && prepared.contains(at(85, 180)) && prepared.contains(at(81, -60)))
    #expect(!prepared.contains(at(79, 50)))
    let world = MultiPolygon([Polygon(outer: ring((-90, -180), (-90, 180), (90, 180), (90, -180)))])
    #expect(world.cutAtAntimeridian() == world)
    #expect(PreparedPolygon(world).contains(at(10, 10)))
  }

  @Test("a line across the meridian is cut where it crosses; others stay whole")
  func lines() {
    let line = LineString([at(60, 170), at(62, -170), at(64, -160)])
    let cut = line.cutAtAntimeridian()
    #expect(
      cut == [
        LineString([at(60, 170), at(61, 180)]), LineString([at(61, -180), at(62, -170), at(64, -160)]),
      ])
    let plain = LineString([at(0, 0), at(10, 10)])
    #expect(plain.cutAtAntimeridian() == [plain])
    let touching = LineString([at(0, 170), at(0, 180)])
    #expect(touching.cutAtAntimeridian() == [touching])
  }
}
