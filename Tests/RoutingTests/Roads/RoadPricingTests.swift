import Geo
import Testing

@testable import Routing

@Suite("What a drive of another router counts")
struct RoadPricingTests {
  static let block = """
    a-b-c
    |   |
    d-e-f
    """

  /// The drive from a third of the way from a to d to two thirds of the way from c to f.
  private func verdict(_ map: RoadMap, along letters: String) -> (
    RoadPricing, RoadPricing.Verdict, [Coordinate]
  ) {
    let pricing = RoadPricing(RoadRouter(graph: map.graph))
    let ends = [map.place("a", "d", 0.3), map.place("c", "f", 0.7)]
    let nodes = letters.map { Int64($0.asciiValue!) }
    return (pricing, pricing.verdict(along: nodes, from: ends[0], to: ends[1]), ends)
  }

  @Test("The drive the router chooses counts what it does there; another one more")
  func chosen() throws {
    let map = try RoadMap(
      Self.block, ways: ["d-e: highway=residential maxspeed=10"], nodes: ["b: highway=traffic_signals"])
    let (pricing, over, ends) = verdict(map, along: "dabcf")
    let chosen = try #require(pricing.chosen(from: ends[0], to: ends[1]))
    #expect(over == .price(chosen))
    #expect(chosen.turns == 2 && chosen.total > 30)
    guard case .price(let under) = verdict(map, along: "adefc").1 else {
      Issue.record("the way over d is open")
      return
    }
    #expect(under.total > chosen.total)
  }

  @Test("A road closed to the direction is named by its nodes")
  func closed() throws {
    let map = try RoadMap(Self.block, ways: ["c-b: highway=residential oneway=yes"])
    #expect(verdict(map, along: "dabcf").1 == .closed(from: 98, to: 99))
    #expect(verdict(map, along: "dabzcf").1 == .closed(from: 98, to: 122))
  }

  @Test("A turn that is not allowed is named by its node")
  func turn() throws {
    let map = try RoadMap(Self.block, nodes: ["b: barrier=swing_gate access=private"])
    #expect(verdict(map, along: "dabcf").1 == .turn(at: 98))
  }

  @Test("A drive that begins on another road is told")
  func ends() throws {
    let map = try RoadMap(Self.block)
    #expect(verdict(map, along: "def").1 == .ends)
  }
}

extension RoadMap {
  /// A share of the way between two nodes.
  fileprivate func place(_ from: Character, _ to: Character, _ share: Double) -> Coordinate {
    let ends = [from, to].map { letter in
      graph.points[graph.points.indices.first { graph.node($0) == Int64(letter.asciiValue!) }!].coordinate
    }
    return Coordinate(
      trustedLatitude: ends[0].latitude + share * (ends[1].latitude - ends[0].latitude),
      longitude: ends[0].longitude + share * (ends[1].longitude - ends[0].longitude))
  }
}
