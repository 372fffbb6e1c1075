import Foundation
import Geo
import Testing

@testable import Routing

@Suite("Roads as they may be driven")
struct RoadRuleTests {
  static let block = """
    a-b-c
    |   |
    d-e-f
    """

  @Test("A one-way road is driven as drawn, and one drawn the other way round against it")
  func oneway() throws {
    let map = try RoadMap(Self.block, ways: ["a-b-c: highway=residential oneway=yes"])
    #expect(map.route("a", "c") == "a b c")
    #expect(map.route("c", "a") == "c f e d a")
    let turned = try RoadMap(Self.block, ways: ["a-b-c: highway=residential oneway=-1"])
    #expect(turned.route("a", "c") == "a d e f c")
    #expect(turned.route("c", "a") == "c b a")
  }

  @Test("A roundabout is a one-way road without being said to be one")
  func roundabout() throws {
    let map = try RoadMap(
      """
      a-b-c-f
        | |
        d-e
      """, ways: ["b-d-e-c-b: highway=residential junction=roundabout"])
    #expect(map.route("a", "f") == "a b d e c f")
    #expect(map.route("f", "a") == "f c b a")
  }

  @Test("A motorway is one-way, unless it says it is not")
  func motorway() throws {
    let map = try RoadMap(
      "a-b-c-d", ways: ["a-b-c: highway=motorway", "c-d: highway=motorway oneway=no"])
    #expect(map.route("a", "d") == "a b c d")
    #expect(map.route("d", "c") == "d c")
    #expect(map.route("c", "a") == "none")
  }

  @Test("A bollard blocks, a gate lets pass, and what leads up to a bollard can be driven to and left")
  func barriers() throws {
    let blocked = try RoadMap(Self.block, nodes: ["b: barrier=bollard"])
    #expect(blocked.route("a", "c") == "a d e f c")
    #expect(blocked.route("ab", "bc") == "a d e f c")
    let open = try RoadMap(Self.block, nodes: ["b: barrier=swing_gate"])
    #expect(open.route("a", "c") == "a b c")
    // Turning round before the bollard: from the one-way road there is no other way.
    let turning = try RoadMap(
      """
      a-b-c
        |
      e-d
      """, ways: ["a-b: highway=residential", "b-c: highway=residential"], nodes: ["c: barrier=bollard"],
      restrictions: ["no_right_turn: a-b > b > b-d"])
    #expect(turning.route("a", "e") == "a b c b d e")
  }

  @Test("A bollard that is tagged open to motor vehicles is passed, a closed gate is not")
  func barrierAccess() throws {
    let map = try RoadMap(
      Self.block, nodes: ["b: barrier=bollard motor_vehicle=yes", "e: barrier=gate access=no"])
    #expect(map.route("d", "f") == "d a b c f")
  }

  @Test("A traffic light costs its seconds, in the direction it is meant for")
  func trafficLight() throws {
    let plain = try RoadMap("a-b-c")
    let both = try RoadMap("a-b-c", nodes: ["b: highway=traffic_signals"])
    let there = try RoadMap(
      "a-b-c", ways: ["a-b-c: highway=residential"],
      nodes: ["b: highway=traffic_signals traffic_signals:direction=forward"])
    let back = try RoadMap(
      "a-b-c", ways: ["a-b-c: highway=residential"],
      nodes: ["b: highway=traffic_signals traffic_signals:direction=backward"])
    #expect(plain.seconds("a", "c") == plain.seconds("c", "a"))
    #expect(both.seconds("a", "c") == plain.seconds("a", "c") + 2)
    #expect(both.seconds("c", "a") == plain.seconds("c", "a") + 2)
    #expect(there.seconds("a", "c") == plain.seconds("a", "c") + 2)
    #expect(there.seconds("c", "a") == plain.seconds("a", "c"))
    #expect(back.seconds("a", "c") == plain.seconds("a", "c"))
    #expect(back.seconds("c", "a") == plain.seconds("c", "a") + 2)
  }

  @Test("A gate that may be opened takes a minute")
  func gate() throws {
    let plain = try RoadMap("a-b-c")
    let gated = try RoadMap("a-b-c", nodes: ["b: barrier=gate"])
    #expect(gated.seconds("a", "c") == plain.seconds("a", "c") + 60)
  }

  @Test("A stop sign in the middle of a crossing is for the slower roads when it says so")
  func minorStop() throws {
    let drawing = """
        x
        |
      a-b-c
        |
        y
      """
    let ways = ["a-b-c: highway=primary", "x-b-y: highway=residential"]
    let plain = try RoadMap(drawing, ways: ways)
    let minor = try RoadMap(drawing, ways: ways, nodes: ["b: highway=stop stop=minor"])
    let all = try RoadMap(drawing, ways: ways, nodes: ["b: highway=stop"])
    #expect(minor.seconds("a", "c") == plain.seconds("a", "c"))
    #expect(minor.seconds("x", "y") == plain.seconds("x", "y") + 2)
    #expect(all.seconds("a", "c") == plain.seconds("a", "c") + 2)
  }

  @Test("A stop sign without a direction that stands just before a junction is for who comes to the junction")
  func approach() throws {
    let near = """
      a---s-b-c
            |
            d
      """
    // The letters are drawn farther apart than signs stand.
    let json = String(decoding: PackageResources.car_json, as: UTF8.self)
    let far = try RoadProfile(json: Data(json.replacing("\"metres\": 20", with: "\"metres\": 120").utf8))
    let plain = try RoadMap(near, profile: far)
    let sign = try RoadMap(near, nodes: ["s: highway=stop"], profile: far)
    let light = try RoadMap(near, nodes: ["s: highway=traffic_signals"], profile: far)
    let there = try RoadMap(
      near, ways: ["a-s-b: highway=residential"], nodes: ["s: highway=stop direction=forward"], profile: far)
    #expect(sign.seconds("a", "c") == plain.seconds("a", "c") + 2)
    #expect(sign.seconds("c", "a") == plain.seconds("c", "a"))
    #expect(light.seconds("c", "a") == plain.seconds("c", "a") + 2)
    #expect(there.seconds("c", "a") == plain.seconds("c", "a"))
  }

  @Test("Narrow roads and alleys are avoided, but the time told is what driving them takes")
  func reluctance() throws {
    let wide = try RoadMap(Self.block, ways: ["a-b-c: highway=residential"])
    let narrow = try RoadMap(Self.block, ways: ["a-b-c: highway=residential width=3.5"])
    #expect(wide.route("a", "c") == "a b c")
    #expect(narrow.route("a", "c") == "a b c")
    let path = try #require(narrow.path("a", "c"))
    #expect(path.milliseconds == (try #require(wide.path("a", "c"))).milliseconds)
    #expect(abs(Double(path.weight) / Double(path.milliseconds) - 1.667) < 0.01)
    let table = RoadTable(
      narrow.graph, sources: narrow.positions("ab"), targets: narrow.positions("bc"), threads: 1)
    #expect(table.milliseconds[0] == narrow.path("ab", "bc")?.milliseconds)
    #expect(table.weights[0] == narrow.path("ab", "bc")?.weight)
    let longer = try RoadMap(Self.block, ways: ["a-b-c: highway=residential width=3 maxspeed=20"])
    #expect(longer.route("a", "c") == "a d e f c")
  }

  @Test("Turning across the oncoming traffic waits for a gap, but not on a roundabout")
  func oncoming() throws {
    let map = try RoadMap(
      """
      a-b-c
        |
        d
      """)
    let ring = try RoadMap(
      """
      a-b-c
        |
        d
      """, ways: ["a-b-c: highway=residential junction=roundabout", "b-d: highway=residential"])
    let car = RoadProfile.car
    func cost(_ angle: Double, _ meets: Bool) throws -> Double {
      try #require(car.turnCost(angleDegrees: angle, meetsTraffic: meets))
    }
    // Left into b–d from c, right from a.
    let left = map.seconds("bc", "bd") - map.seconds("ab", "bd")
    #expect(abs(left - (try cost(-90, true) - cost(90, true))) < 0.05)
    let straight = ring.seconds("ab", "bc")
    #expect(abs(ring.seconds("ab", "bd") - straight - (try cost(90, false))) < 0.05)
  }

  @Test("Speed and length make the time: 200 metres at 36 km/h are 20 seconds")
  func speed() throws {
    let map = try RoadMap("a---b", ways: ["a-b: highway=residential maxspeed=45"])
    #expect(abs(map.seconds("a", "b") - 20) < 0.02)
    #expect(abs(map.seconds("ab@0.25", "ab@0.75") - 10) < 0.02)
  }

  @Test("The faster of two roads of one length is taken, and each direction has its speed")
  func speeds() throws {
    let map = try RoadMap(
      Self.block,
      ways: ["a-b-c: highway=residential maxspeed:forward=50 maxspeed:backward=10"])
    #expect(map.route("a", "c") == "a b c")
    #expect(map.route("c", "a") == "c f e d a")
  }

  @Test("Turns cost by their angle: straight on next to nothing, right less than left, bends nothing")
  func turnCosts() throws {
    let grid = try RoadMap(
      """
      a-b-c
      | | |
      d-e-f
      | | |
      g-h-i
      """)
    // Not by the middle, with its three turns.
    #expect(["a b c f i", "a d g h i"].contains(grid.route("a", "i")))
    #expect(grid.route("d", "f") == "d e f")
    #expect(grid.seconds("de", "eh") > grid.seconds("de", "ef") + 1)
    #expect(grid.seconds("de", "be") > grid.seconds("de", "eh") + 0.1)
    let line = try RoadMap("a-b-c")
    #expect(abs(grid.seconds("d", "f") - line.seconds("a", "c")) < 0.05)
    let bend = try RoadMap(
      """
      a-b
        |
        c
      """)
    #expect(abs(bend.seconds("a", "c") - line.seconds("a", "c")) < 0.05)
  }

  @Test("Turning round is for dead ends and costs its seconds")
  func deadEnd() throws {
    let map = try RoadMap(
      """
      a-b-c
        |
        d
      """, restrictions: ["no_right_turn: a-b > b > b-d"])
    #expect(map.route("a", "d") == "a b c b d")
    #expect(map.seconds("a", "d") > 20 + 4 * 14)
    // On the open road nobody turns: from a's road back to a leads round the block.
    let block = try RoadMap(
      Self.block, ways: ["a-b: highway=residential oneway=yes", "b-c: highway=residential oneway=yes"])
    #expect(block.route("ab@0.8", "ab@0.2") == "b c f e d a")
  }

  @Test("A ferry takes the time it states, by parts for its pieces")
  func ferry() throws {
    let map = try RoadMap("a-b-c-d", ways: ["b-c: route=ferry duration=00:10"])
    let road = try RoadMap("a-b")
    let seconds = map.seconds("b", "c")
    #expect(abs(seconds - 600) < 0.01)
    #expect(map.seconds("a", "d") >= 600 + 2 * road.seconds("a", "b"))
    #expect(map.seconds("a", "d") < 600 + 2 * road.seconds("a", "b") + 1)
    #expect(map.route("d", "a") == "d c b a")
    let called = try RoadMap(
      """
      a-b-c-d
          |
          e
      """, ways: ["b-c-d: route=ferry duration=01:00"])
    #expect(abs(called.seconds("b", "c") - 1800) < 1)
    #expect(called.route("a", "e") == "a b c e")
  }

  @Test("A way that leaves the extract ends there, and goes on where it comes back")
  func clipped() throws {
    let map = try RoadMap(
      """
      a-b-c-d-e
      |     |
      f     g
      """, ways: ["a-b-c-d-e: highway=residential"], missing: "c")
    #expect(map.route("f", "b") == "f a b")
    #expect(map.route("g", "e") == "g d e")
    #expect(map.route("a", "e") == "none")
    #expect(map.draft.counts.missingNodes == 0)
    #expect(map.meta.segments == 4)
  }

  @Test("A closed way is driven round either way, and from any place on it")
  func closedWay() throws {
    let map = try RoadMap(
      """
      a-b---c
        |   |
        e---d
      """, ways: ["b-c-d-e-b: highway=residential"])
    #expect(map.route("a", "c") == "a b c")
    #expect(map.route("a", "e") == "a b e")
    #expect(map.route("cd", "a") == "c b a")
    #expect(map.route("de", "a") == "e b a")
    #expect(map.route("bc", "be") == "b")
    #expect(map.route("a", "a") == "a")
    let oneway = try RoadMap(
      """
      a-b---c
        |   |
        e---d
      """, ways: ["b-c-d-e-b: highway=residential oneway=yes"])
    #expect(oneway.route("a", "e") == "a b c d e")
    #expect(oneway.route("de", "a") == "e b a")
    #expect(oneway.route("de", "cd") == "e b c")
    let alone = try RoadMap(
      """
      b---c
      |   |
      e---d
      """, ways: ["b-c-d-e-b: highway=residential oneway=yes"])
    #expect(alone.route("bc@0.6", "bc@0.4") == "c d e b")
  }

  @Test(
    "On one segment what lies before is reached along it, what lies behind on a one-way road round the block")
  func sameSegment() throws {
    let map = try RoadMap(Self.block, ways: ["a-b-c: highway=residential oneway=yes"])
    #expect(map.route("ab@0.2", "ab@0.8") == "direct")
    #expect(map.seconds("ab@0.5", "ab@0.5") == 0)
    #expect(map.route("ab@0.2", "bc@0.8") == "b")
    #expect(map.route("ab@0.8", "ab@0.2") == "b c f e d a")
    #expect(map.route("de@0.8", "de@0.2") == "direct")
  }

  @Test("A part of its own leads nowhere else")
  func parts() throws {
    let map = try RoadMap(
      """
      a-b-c x-y
      |   |
      d-e-f
      """)
    #expect(map.route("a", "x") == "none")
    #expect(map.route("y", "a") == "none")
    #expect(map.route("x", "y") == "x y")
    #expect(map.meta.parts == 2)
    #expect(map.meta.largestPart == 6)
    #expect(map.positions("xy")[0].part == 1)
    #expect(map.positions("ab")[0].part == 0)
  }

  @Test("Into a one-way dead end there is a way, out of it none, and it is known beforehand")
  func culDeSac() throws {
    let map = try RoadMap(
      """
      a-b-c x
      |   |/
      d-e-f-y
      """,
      ways: ["f-y: highway=residential oneway=yes", "x-f: highway=residential oneway=yes"])
    #expect(map.route("a", "y").hasSuffix("f y"))
    #expect(map.route("fy", "a") == "none")
    #expect(map.route("xf", "a").hasPrefix("f"))
    #expect(map.route("a", "xf") == "none")
    let (into, out, ring) = (map.positions("fy")[0], map.positions("xf")[0], map.positions("ab")[0])
    #expect(into.arrives && !into.departs)
    #expect(out.departs && !out.arrives)
    #expect(ring.departs && ring.arrives)
  }

  @Test("Two extracts that share a way become one network, and a way is taken once")
  func merged() throws {
    let west = AsciiRoads(
      drawing: """
        a-b-c
          |
          e
        """, restrictions: ["no_right_turn: a-b > b > b-e"])
    let east = AsciiRoads(
      drawing: """
          b-c-d
            |
            f
        """.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
    let map = try RoadMap([west, east])
    #expect(map.route("a", "d") == "a b c d")
    #expect(map.route("f", "a") == "f c b a")
    #expect(map.draft.counts.repeatedWays == 1)
    #expect(map.meta.segments == 5)
    #expect(map.meta.sources.count == 2)
    let alone = try RoadMap([west])
    let twice = try RoadMap([west, west])
    #expect(twice.meta.segments == alone.meta.segments)
    #expect(twice.meta.turns == alone.meta.turns)
    #expect(twice.meta.restrictions == 1)
    #expect(twice.route("a", "e") == "a b c b e")
  }

  @Test("On foot one goes where a car may not, and a car not where one walks")
  func foot() throws {
    let ways = ["a-b-c: highway=footway", "d-e: highway=residential oneway=yes"]
    let drawing = """
      a-b-c
      |   |
      d-e-f
      """
    let car = try RoadMap(drawing, ways: ways, nodes: ["e: barrier=bollard"])
    #expect(car.route("d", "f") == "none")
    let foot = try RoadMap(
      drawing, ways: ways, nodes: ["e: barrier=bollard"],
      restrictions: ["no_straight_on: d-e > e > e-f"], profile: .foot)
    #expect(foot.route("a", "c") == "a b c")
    #expect(foot.route("f", "d") == "f e d")
    #expect(foot.route("d", "f") == "d e f")
    #expect(foot.meta.restrictions == 0)
  }
}
