import Foundation
import Geo
import Testing

@testable import Routing

@Suite("The area that can be driven to")
struct ReachedAreaTests {
  private static func square(_ half: Double) -> [RoadPiece] {
    let corners = [(-half, -half), (-half, half), (half, half), (half, -half)].map {
      Coordinate(trustedLatitude: 50 + $0.0, longitude: 20 + $0.1)
    }
    return corners.indices.map { RoadPiece(from: corners[$0], to: corners[($0 + 1) % 4]) }
  }

  private static let centre = Coordinate(trustedLatitude: 50, longitude: 20)

  @Test("Roads round a place leave a hole, and roads inside it are an area of their own in it")
  func nestedRings() throws {
    let inner = [RoadPiece(from: Self.centre, to: Self.centre)]
    let area = ReachedArea(around: Self.centre, Self.square(0.1) + Self.square(0.05) + inner).polygon
    #expect(area.polygons.count == 3)
    #expect(area.polygons.map(\.holes.count) == [1, 1, 0])
    for polygon in area.polygons {
      for ring in [polygon.outer] + polygon.holes { #expect(ring.first == ring.last && ring.count > 4) }
    }
    // Each hole lies between its own ring and the next.
    let box = try #require(BoundingBox(around: area.polygons[0].holes[0]))
    let next = try #require(BoundingBox(around: area.polygons[1].outer))
    #expect(box.south < next.south && next.north < box.north && box.west < next.west && next.east < box.east)
  }

  @Test("A place alone is a disc round it")
  func disc() throws {
    let area = ReachedArea(around: Self.centre, [RoadPiece(from: Self.centre, to: Self.centre)]).polygon
    #expect(area.polygons.count == 1 && area.polygons[0].holes.isEmpty)
    for corner in area.polygons[0].outer {
      #expect(abs(RoadGeometry.metres(Self.centre, corner) - 200) < 15)
    }
  }

  @Test("An area across the 180th meridian lies on both sides of it, and none lies beyond a pole")
  func endsOfTheWorld() throws {
    let east = Coordinate(trustedLatitude: -17, longitude: 179.999)
    let west = Coordinate(trustedLatitude: -17, longitude: -179.98)
    for centre in [east, west] {
      let area = ReachedArea(around: centre, [RoadPiece(from: east, to: west)]).polygon
      #expect(area.polygons.count == 2)
      for polygon in area.polygons {
        let box = try #require(BoundingBox(around: polygon.outer))
        #expect(box.east - box.west < 0.03)
        #expect(abs(box.south + 17.0018) < 0.0005 && abs(box.north + 16.9982) < 0.0005)
      }
    }
    let near = Coordinate(trustedLatitude: -17, longitude: 179.9995)
    #expect(ReachedArea(around: near, [RoadPiece(from: near, to: near)]).polygon.polygons.count == 2)
    for pole in [
      Coordinate(trustedLatitude: 89.9999, longitude: 20), Coordinate(trustedLatitude: -90, longitude: 0),
    ] {
      let area = ReachedArea(around: pole, [RoadPiece(from: pole, to: pole)]).polygon
      #expect(area.polygons.joined.allSatisfy { abs($0.latitude) <= 90 && abs($0.longitude) <= 180 })
    }
  }

  @Test("A place beside the 180th meridian is put on the road that crosses it")
  func snappedAcross() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("across-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try """
    <osm version="0.6"><node id="1" lat="-17" lon="179.99"/><node id="2" lat="-17" lon="-179.99"/>
    <way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way></osm>
    """.write(toFile: folder.path + "/a.osm", atomically: false, encoding: .utf8)
    try RoadGraphBuilder.build(
      from: [folder.path + "/a.osm"], profile: .car, output: folder.path + "/a.roads")
    let graph = try RoadGraph(path: folder.path + "/a.roads")
    for longitude in [-180, 180, 179.995, -179.995] {
      let found = graph.nearest(to: Coordinate(trustedLatitude: -17.0001, longitude: longitude), count: 1)
      #expect(abs(try #require(found.first).distance.value - 11.06) < 0.1)
      let wanted = (longitude < 0 ? longitude + 360 : longitude) - 179.99
      #expect(abs(found[0].fraction - wanted / 0.02) < 0.001)
    }
    let area = try RoadRouter(graph: graph).reachable(
      from: Coordinate(trustedLatitude: -17, longitude: 179.995), within: .seconds(600))
    #expect(area.polygons.count == 2)
  }
}

extension [Polygon] {
  /// All coordinates of their rings.
  fileprivate var joined: [Coordinate] { flatMap { ([$0.outer] + $0.holes).flatMap(\.self) } }
}
