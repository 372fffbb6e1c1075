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
}
