import Geo
import Testing

@testable import Routing

@Suite("Manoeuvres as a driver is told them")
struct RoadStepsTests {
  /// `kind modifier name` of each step between two drawn nodes, departure and arrival left out.
  private static func told(_ map: RoadMap, _ from: Character, _ to: Character) throws -> [String] {
    func place(_ letter: Character) throws -> Coordinate {
      let node = Int64(letter.asciiValue!)
      return map.graph.points[try #require(map.graph.points.indices.first { map.graph.node($0) == node })]
        .coordinate
    }
    let route = try RoadRouter(graph: map.graph).drive(
      through: [try place(from), try place(to)], options: RoadOptions(steps: true))
    return route.legs[0].steps.dropFirst().dropLast().map {
      [$0.kind.rawValue, $0.modifier?.rawValue ?? "", $0.name].filter { !$0.isEmpty }.joined(separator: " ")
    }
  }

  private static let bend = """
    a   b   c

        d
    """

  @Test("A slip road of a street is turned into, that of a motorway is a ramp")
  func ramps() throws {
    func map(_ main: String, _ link: String) throws -> RoadMap {
      try RoadMap(
        Self.bend, ways: ["a-b-c: highway=\(main) name=Main oneway=no", "b-d: highway=\(link) name=Stub"])
    }
    #expect(try Self.told(map("primary", "primary_link"), "a", "d") == ["turn right Stub"])
    #expect(try Self.told(map("motorway", "motorway_link"), "a", "d") == ["off ramp right Stub"])
    #expect(try Self.told(map("primary", "motorway_link"), "a", "d") == ["on ramp right Stub"])
  }

  @Test("Where a road goes on under its name a slip road beside it is no fork, two arms of its name are")
  func forks() throws {
    let drawing = """
      a         b         c

                          d
      """
    let beside = try RoadMap(
      drawing, ways: ["a-b-c: highway=primary name=Main", "b-d: highway=primary_link"])
    #expect(try Self.told(beside, "a", "c") == [])
    let other = try RoadMap(
      drawing, ways: ["a-b-c: highway=primary name=Main", "b-d: highway=primary name=Side"])
    #expect(try Self.told(other, "a", "c") == [])
    let arms = try RoadMap(
      drawing,
      ways: [
        "a-b: highway=primary name=Main", "b-c: highway=primary name=Main", "b-d: highway=primary name=Main",
      ])
    #expect(try Self.told(arms, "a", "c") == ["fork slight left Main"])
  }

  @Test("Who can only turn is told so where roads meet, and told the new name where none do")
  func onlyWay() throws {
    let ways = ["a-b: highway=residential name=Old", "b-d: highway=residential name=New"]
    let meeting = try RoadMap(
      Self.bend, ways: ways + ["c-b: highway=residential name=Against oneway=yes"])
    #expect(try Self.told(meeting, "a", "d") == ["turn right New"])
    let bend = try RoadMap(Self.bend.replacing("c", with: " "), ways: ways)
    #expect(try Self.told(bend, "a", "d") == ["new name right New"])
  }

  @Test("A roundabout that has the name of a street that meets it is a plain one, one of its own is a rotary")
  func rotaries() throws {
    func map(_ name: String) throws -> RoadMap {
      try RoadMap(
        """
            n
            o
        w p   q e
            r
            s
        """,
        ways: [
          "o-p-r-q-o: highway=primary junction=roundabout name=\(name)", "w-p: highway=primary name=West",
          "q-e: highway=primary name=East", "n-o: highway=primary name=North",
          "r-s: highway=primary name=South",
        ])
    }
    #expect(try Self.told(map("Circus"), "w", "e").first?.hasPrefix("rotary") == true)
    #expect(try Self.told(map("Circus"), "w", "e").last?.hasPrefix("exit rotary") == true)
    #expect(try Self.told(map("South"), "w", "e").first?.hasPrefix("roundabout") == true)
    #expect(try Self.told(map("South"), "w", "e").last?.hasPrefix("exit roundabout") == true)
  }
}
