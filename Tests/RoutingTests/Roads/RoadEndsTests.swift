import Geo
import Testing

@testable import Routing

@Suite("Roads for the ends of a trip only")
struct RoadEndsTests {
  static let block = """
    a-b-c
    |   |
    d-e-f
    """
  /// The short way, from a to c, is of the kind.
  static let kinds = [
    "highway=service access=private", "highway=living_street",
    "highway=residential motor_vehicle=destination",
    "highway=service service=parking_aisle", "highway=residential access=customers",
  ]

  @Test("Nobody drives through", arguments: kinds)
  func through(_ kind: String) throws {
    // A long way round.
    let map = try RoadMap(
      """
      g-a-b-c-h
        |   |
        |   |
        |   |
        d-e-f
      """, ways: ["a-b-c: \(kind) maxspeed=100"])
    #expect(map.route("g", "h") == "g a d e f c h")
    #expect(map.route("h", "g") == "h c f e d a g")
  }

  @Test("Trips set out from them and arrive on them by either end", arguments: kinds)
  func ends(_ kind: String) throws {
    let map = try RoadMap(Self.block, ways: ["a-b-c: \(kind) maxspeed=100"])
    #expect(map.route("ab", "f") == "b c f")
    #expect(map.route("ab", "d") == "a d")
    #expect(map.route("d", "ab") == "d a")
    #expect(map.route("d", "bc@0.2") == "d a b")
    #expect(map.route("f", "bc") == "f c")
    #expect(map.route("ab", "bc") == "b")
    #expect(map.route("bc", "ab") == "b")
  }

  @Test("From one such road over public ones to another")
  func both() throws {
    let map = try RoadMap(
      """
      a-b-c-d-e-f
      |   |     |
      g---h-----i
      """,
      ways: [
        "a-b: highway=service access=private", "b-c: highway=service access=private",
        "e-f: highway=service access=private",
      ])
    #expect(map.route("ab", "ef") == "b c d e")
    #expect(map.route("ef", "ab") == "e d c b")
    // Not by such a road between public ones.
    let between = try RoadMap(
      """
      a-b-c-d-e-f
      |   | |   |
      g---h-j---i
      """,
      ways: [
        "a-b: highway=service access=private", "c-d: highway=service access=private",
        "e-f: highway=service access=private",
      ])
    #expect(between.route("ab@0.9", "ef@0.1") == "b c h j d e")
  }

  @Test("What can be reached over such roads only is reached, and left")
  func islands() throws {
    let map = try RoadMap(
      """
      a-b-c-d-e
      |   |
      f---g
      """, ways: ["c-d: highway=service access=private"])
    #expect(map.route("a", "e") == "a b c d e")
    #expect(map.route("e", "a") == "e d c b a")
    #expect(map.route("f", "de").hasSuffix("c d"))
    // An island between two private roads is no way through either.
    let bridge = try RoadMap(
      """
      a-b-c-d
      |     |
      |     |
      |     |
      e-f-g-h
      """,
      ways: ["a-b: highway=service access=private", "c-d: highway=service access=private"])
    #expect(bridge.route("ea@0.9", "hd@0.9") == "e f g h")
    #expect(bridge.route("e", "bc") == "e a b")
    #expect(bridge.route("bc", "h") == "c d h")
  }

  @Test("Where all roads are such, they are driven")
  func allPrivate() throws {
    let map = try RoadMap(
      "a-b-c", ways: ["a-b: highway=service access=private", "b-c: highway=service access=private"])
    #expect(map.route("a", "c") == "a b c")
    #expect(map.positions("ab")[0].departs)
    #expect(map.positions("bc")[0].arrives)
  }

  @Test("A private gate is passed at the ends of a trip, not on the way")
  func privateGate() throws {
    let yard = try RoadMap(
      """
      a-b-c
      |
      d
      """, nodes: ["b: barrier=swing_gate access=private"])
    #expect(yard.route("d", "c") == "d a b c")
    #expect(yard.route("bc", "d") == "b a d")
    let street = try RoadMap(Self.block, nodes: ["b: barrier=swing_gate access=private"])
    #expect(street.route("d", "f") == "d e f")
    #expect(street.route("ab", "bc") == "a d e f c")
    let drive = try RoadMap(
      Self.block, ways: ["b-c: highway=service access=private"],
      nodes: ["b: barrier=swing_gate access=private"])
    #expect(drive.route("ab", "bc") == "b")
    #expect(drive.route("bc@0.2", "a") == "b a")
    #expect(drive.route("d", "f") == "d e f")
  }

  @Test("A private yard behind a bollard is reached from its other side")
  func blockedYard() throws {
    let map = try RoadMap(
      Self.block, ways: ["a-b: highway=service access=private", "b-c: highway=service access=private"],
      nodes: ["b: barrier=block"])
    #expect(map.route("d", "bc@0.1") == "d e f c")
    #expect(map.route("ab", "bc") == "a d e f c")
  }

  @Test("Restrictions hold on such roads as on others")
  func restricted() throws {
    let map = try RoadMap(
      """
        c
        |
      a-b-d
      |   |
      e---f
      """, ways: ["a-b: highway=service access=private"],
      restrictions: ["no_left_turn: a-b > b > b-c"])
    #expect(map.route("ab@0.9", "c") == "b d b c" || map.route("ab@0.9", "c") == "a e f d b c")
    #expect(map.route("d", "c") == "d b c")
    #expect(map.route("d", "ab@0.5") == "d b")
  }
}
