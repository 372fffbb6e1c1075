import Foundation
import TestSupport
import Testing

@testable import Geo

@Suite("Other reference systems")
struct ProjectionTests {
  static let minsk = Coordinate(trustedLatitude: 53.9, longitude: 27.5667)
  static let warsaw = Coordinate(trustedLatitude: 52.2297, longitude: 21.0122)

  private func projection(_ epsg: Int) throws -> Projection {
    try Projection(try #require(ReferenceSystem(named: "EPSG:\(epsg)")))
  }

  @Test("latitude comes first where the register says so, northing in Poland, easting in Mercator and UTM")
  func axes() throws {
    #expect(try projection(4326).positions([Self.minsk]) == [.init(first: 53.9, second: 27.5667)])
    let mercator = try #require(try projection(3857).positions([Self.minsk])?.first)
    // x = R λ.
    #expect(abs(mercator.first - 6_378_137 * 27.5667 * .pi / 180) < 0.001)
    let utm = try #require(try projection(32635).positions([Self.minsk])?.first)
    #expect(
      (500_000 - 0.6 * 70_000...560_000).contains(utm.first) && (5_900_000...6_000_000).contains(utm.second))
    let poland = try #require(try projection(2180).positions([Self.warsaw])?.first)
    // Warsaw in CS92 as published: x (north) 486 km, y (east) 637 km.
    #expect((480_000...490_000).contains(poland.first) && (630_000...645_000).contains(poland.second))
  }

  @Test("there and back is the same place, for every system", arguments: ReferenceSystem.all)
  func thereAndBack(_ system: ReferenceSystem) throws {
    let projection = try Projection(system)
    var random = SplitMix(seed: 7)
    for _ in 0..<50 {
      let place = Coordinate(
        trustedLatitude: random.between(50, 56), longitude: random.between(16, 30))
      let position = try #require(projection.positions([place])?.first)
      let back = try #require(projection.coordinate(position))
      #expect(Geodesy.distance(place, back).value < 0.01)
    }
  }

  @Test("a pole has no place in Mercator, and a geometry with one is not written")
  func pole() throws {
    let mercator = try projection(3857)
    let pole = Coordinate(trustedLatitude: 90, longitude: 0)
    #expect(mercator.positions([Self.minsk, pole]) == nil)
    var bytes = Array("x".utf8)
    #expect(!GeoJSON.Geometry.line(LineString([Self.minsk, pole])).write(to: &bytes, in: mercator))
    #expect(bytes == Array("x".utf8))
  }

  @Test("a box of a system holds whatever lies in it, and its north rim bulges")
  func box() throws {
    let poland = try projection(2180)
    var random = SplitMix(seed: 3)
    let low = Projection.Position(first: 200_000, second: 200_000)
    let high = Projection.Position(first: 700_000, second: 800_000)
    let box = try #require(poland.boundingBox(low: low, high: high))
    for _ in 0..<500 {
      let inside = Projection.Position(
        first: random.between(low.first, high.first), second: random.between(low.second, high.second))
      #expect(box.contains(try #require(poland.coordinate(inside))))
    }
  }

  @Test(
    "systems are known by their address, and others are not",
    arguments: ["", "EPSG:9999", "EPSG:-1", "http://x"])
  func unknown(_ name: String) {
    #expect(ReferenceSystem(named: name) == nil)
    #expect(ReferenceSystem(named: "http://www.opengis.net/def/crs/EPSG/0/2180")?.epsg == 2180)
    #expect(ReferenceSystem(named: "[EPSG:4326]")?.epsg == 4326)
  }

  @Test("positions are written to the millimetre and in the order of the axes")
  func text() throws {
    var bytes: [UInt8] = []
    #expect(GeoJSON.Geometry.point(Self.minsk).write(to: &bytes, in: try projection(4326)))
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"type":"Point","coordinates":[53.9,27.5667]}"#)
  }
}

@Suite("What a box touches")
struct BoxIntersectionTests {
  private func place(_ latitude: Double, _ longitude: Double) -> Coordinate {
    Coordinate(trustedLatitude: latitude, longitude: longitude)
  }

  @Test("a line that only passes through, or only its own box reaches")
  func lines() {
    let box = BoundingBox(south: 0, west: 0, north: 1, east: 1)
    #expect(box.intersects(.line(LineString([place(-1, 0.5), place(2, 0.5)]))))
    #expect(!box.intersects(.line(LineString([place(-1, 0.9), place(0.1, 2)]))))
    #expect(box.intersects(.line(LineString([place(1, 1), place(2, 2)]))))
  }

  @Test("an area around it, beside it, and one whose hole holds it")
  func areas() {
    let box = BoundingBox(south: 0, west: 0, north: 1, east: 1)
    func ring(_ low: Double, _ high: Double) -> [Coordinate] {
      [place(low, low), place(low, high), place(high, high), place(high, low), place(low, low)]
    }
    #expect(box.intersects(.polygon(Polygon(outer: ring(-5, 5)))))
    #expect(!box.intersects(.polygon(Polygon(outer: ring(-5, 5), holes: [ring(-2, 2)]))))
    #expect(!box.intersects(.polygon(Polygon(outer: ring(2, 5)))))
  }

  @Test("across the 180th meridian")
  func antimeridian() {
    let box = BoundingBox(south: -20, west: 170, north: 0, east: -170)
    #expect(box.intersects(.point(place(-10, 179))) && box.intersects(.point(place(-10, -179))))
    #expect(!box.intersects(.point(place(-10, 0))))
    #expect(box.intersects(.line(LineString([place(-10, 160), place(-10, -160)]))))
    #expect(!box.intersects(.line(LineString([place(-10, 100), place(-10, 160)]))))
  }

  @Test("the same as trying many points of the line")
  func random() {
    var random = SplitMix(seed: 11)
    let box = BoundingBox(south: 0, west: 0, north: 10, east: 10)
    for _ in 0..<2000 {
      let a = place(random.between(-15, 25), random.between(-15, 25))
      let b = place(random.between(-15, 25), random.between(-15, 25))
      let touches = (0...400).contains { step in
        let t = Double(step) / 400
        return box.contains(
          place(a.latitude + (b.latitude - a.latitude) * t, a.longitude + (b.longitude - a.longitude) * t))
      }
      // Sampling may miss a corner cut by less than a step, never the other way.
      if touches { #expect(box.intersects(.line(LineString([a, b])))) }
      if !box.intersects(.line(LineString([a, b]))) { #expect(!touches) }
    }
  }
}

@Suite("Packing a stream")
struct GzipStreamTests {
  @Test("pieces come out as they went in, whatever their sizes")
  func pieces() throws {
    var random = SplitMix(seed: 5)
    var all: [UInt8] = []
    var packed: [UInt8] = []
    let stream = try #require(GzipStream())
    for size in [0, 1, 70_000, 300_000, 17] {
      let piece = (0..<size).map { _ in UInt8(random.below(7)) }
      all += piece
      packed += stream.pack(piece)
    }
    packed += stream.finish()
    #expect(try Gzip.inflate(Data(packed)) == Data(all))
  }
}
