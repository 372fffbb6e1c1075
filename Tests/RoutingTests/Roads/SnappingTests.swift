import Foundation
import Geo
import Testing

@testable import Routing

@Suite("Places put on roads")
struct SnappingTests {
  @Test("The nearest roads are those of all roads, nearest first", arguments: 0..<10)
  func nearest(_ batch: Int) throws {
    for seed in batch * 20..<batch * 20 + 20 {
      let built = try RoadHierarchyTests.Built(seed: seed)
      let graph = built.graph
      var random = SeededRandom(seed: UInt64(seed) &+ 5)
      for _ in 0..<10 {
        let place = Coordinate(
          trustedLatitude: 53.995 + 0.02 * random.unit(), longitude: 26.995 + 0.03 * random.unit())
        let all = graph.segments.indices.filter {
          graph.segments[$0].forward >= 0 || graph.segments[$0].backward >= 0
        }.map { Self.distance(place, $0, graph) }.sorted()
        let found = graph.nearest(to: place, count: 5)
        #expect(found.count == min(5, all.count))
        #expect(Set(found.map(\.segment)).count == found.count)
        for (k, position) in found.enumerated() {
          #expect(abs(position.distance.value - all[k]) < 0.01, "map \(seed)")
          #expect(abs(Self.distance(place, position.segment, graph) - all[k]) < 0.01, "map \(seed)")
          #expect((0...1).contains(position.fraction))
        }
        let limit = Metres(all[all.count / 2] + 0.005)
        #expect(
          graph.nearest(to: place, count: .max, within: limit).count
            == all.count { $0 <= limit.value })
        let main = graph.nearest(to: place, count: 1) { $0.part == 0 }
        #expect(main.allSatisfy { $0.part == 0 })
      }
    }
  }

  /// Metres from a place to the nearest point of a segment, on the plane around the place; degrees by the usual series.
  static func distance(_ place: Coordinate, _ segment: Int, _ graph: RoadGraph) -> Double {
    let angle = place.latitude * .pi / 180
    let north = 111_132.954 - 559.822 * cos(2 * angle) + 1.175 * cos(4 * angle)
    let east = 111_412.84 * cos(angle) - 93.5 * cos(3 * angle) + 0.118 * cos(5 * angle)
    func plane(_ k: Int) -> (Double, Double) {
      let point = graph.points[k]
      return (
        (Double(point.longitude) / 1e7 - place.longitude) * east,
        (Double(point.latitude) / 1e7 - place.latitude) * north
      )
    }
    let record = graph.segments[segment]
    return (Int(record.firstPoint)..<Int(record.lastPoint)).map { k in
      let (a, b) = (plane(k), plane(k + 1))
      let (dx, dy) = (b.0 - a.0, b.1 - a.1)
      let along = max(0, min(1, -(a.0 * dx + a.1 * dy) / max(dx * dx + dy * dy, 1e-12)))
      return hypot(a.0 + along * dx, a.1 + along * dy)
    }.min()!
  }

  @Test("The side a place lies on is that of the road as drawn, and the share of the road behind it is right")
  func sides() throws {
    let map = try RoadMap("a---b")
    let (a, b) = (map.graph.points[0].coordinate, map.graph.points[1].coordinate)
    func snapped(_ share: Double, north: Double) -> RoadPosition {
      map.graph.nearest(
        to: Coordinate(
          trustedLatitude: a.latitude + north, longitude: a.longitude + share * (b.longitude - a.longitude)),
        count: 1)[0]
    }
    let isEastward = a.longitude < b.longitude
    #expect(snapped(0.25, north: 0.0002).side == (isEastward ? .left : .right))
    #expect(snapped(0.25, north: -0.0002).side == (isEastward ? .right : .left))
    #expect(snapped(0.25, north: 0).side == .on)
    #expect(abs(snapped(0.25, north: 0.0002).fraction - 0.25) < 1e-4)
    #expect(abs(snapped(0.25, north: 0.0002).distance.value - 22.115) < 0.01)
    #expect(snapped(-0.5, north: 0).fraction == 0)
    #expect(snapped(1.5, north: 0).fraction == 1)
  }

  @Test("At a crossing all roads that meet there are begun and arrived on, and the best of them is taken")
  func crossing() throws {
    let map = try RoadMap(
      """
      a-b-c
        |
        d
      """, ways: ["a-b: highway=residential", "b-c: highway=residential", "b-d: highway=residential"])
    let b = try #require(map.graph.points.indices.first { map.graph.node($0) == 98 })
    let router = RoadRouter(graph: map.graph)
    let snap = try #require(map.graph.nearest(to: map.graph.points[b].coordinate) { _ in true })
    #expect(snap.beside.count == 2)
    #expect(Set(snap.places.map(\.segment)).count == 3)
    for end in ["c", "d"] {
      let node = Int64(Character(end).asciiValue!)
      let k = try #require(map.graph.points.indices.first { map.graph.node($0) == node })
      let places = [map.graph.points[b].coordinate, map.graph.points[k].coordinate]
      // No turn: the drive begins on the road that leads there.
      let route = try router.drive(through: places)
      let segment = map.graph.segments[
        try #require(
          snap.places.map(\.segment).first { s in
            let record = map.graph.segments[s]
            return map.graph.node(Int(record.lastPoint)) == node
          })]
      #expect(route.legs[0].duration == .milliseconds(segment.forward))
      #expect(route.legs[0].line.points.count == 2)
    }
    let beside = map.graph.nearest(
      to: Coordinate(
        trustedLatitude: map.graph.points[b].coordinate.latitude + 0.0001,
        longitude: map.graph.points[b].coordinate.longitude - 0.0003)
    ) { _ in true }
    #expect(beside?.beside.isEmpty == true)
  }
}
