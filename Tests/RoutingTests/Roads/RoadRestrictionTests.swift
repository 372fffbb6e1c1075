import Geo
import Testing

@testable import Routing

@Suite("Turn restrictions")
struct RoadRestrictionTests {
  static let cross = """
      c
      |
    a-b-d
      |
      e
    """

  @Test("A forbidden turn is not taken, others at the junction are")
  func noTurn() throws {
    let map = try RoadMap(Self.cross, restrictions: ["no_left_turn: a-b > b > b-c"])
    // One right turn either way.
    #expect(["a b d b c", "a b e b c"].contains(map.route("a", "c")))
    #expect(map.route("a", "e") == "a b e")
    #expect(map.route("d", "c") == "d b c")
    #expect(map.route("e", "c") == "e b c")
    #expect(map.route("c", "a") == "c b a")
    #expect(map.meta.restrictions == 1)
  }

  @Test("The straight way only")
  func onlyStraightOn() throws {
    let map = try RoadMap(Self.cross, restrictions: ["only_straight_on: a-b > b > b-d"])
    #expect(map.route("a", "d") == "a b d")
    #expect(map.route("a", "c") == "a b d b c")
    #expect(map.route("a", "e") == "a b d b e")
    #expect(map.route("c", "a") == "c b a")
    #expect(map.route("c", "e") == "c b e")
  }

  @Test("No turning round, at a dead end either")
  func noUTurn() throws {
    let map = try RoadMap(
      Self.cross, restrictions: ["no_left_turn: a-b > b > b-c", "no_u_turn: b-d > d > b-d"])
    #expect(map.route("a", "c") == "a b e b c")
    let closed = try RoadMap(
      Self.cross,
      restrictions: [
        "no_left_turn: a-b > b > b-c", "no_u_turn: b-d > d > b-d", "no_u_turn: b-e > e > b-e",
      ])
    #expect(closed.route("a", "c") == "none")
    #expect(closed.route("a", "d") == "a b d")
  }

  static let ladder = """
    a-b-c
      |
    d-e-f
    """

  @Test("Not over a way to another, though each turn alone is allowed")
  func viaWay() throws {
    let map = try RoadMap(Self.ladder, restrictions: ["no_u_turn: a-b > b-e > e-d"])
    #expect(["a b e f e d", "a b c b e d"].contains(map.route("a", "d")))
    #expect(map.route("c", "d") == "c b e d")
    #expect(map.route("a", "f") == "a b e f")
    #expect(map.route("d", "a") == "d e b a")
    // Whoever sets out on the way between is not meant.
    #expect(map.route("be", "d") == "e d")
  }

  @Test("Over a way to one other only")
  func onlyViaWay() throws {
    let map = try RoadMap(Self.ladder, restrictions: ["only_left_turn: a-b > b-e > e-f"])
    #expect(map.route("a", "f") == "a b e f")
    #expect(map.route("a", "d") == "a b e f e d")
    #expect(map.route("a", "c") == "a b e f e b c")
    #expect(map.route("c", "d") == "c b e d")
  }

  static let comb = """
        x y
        | |
    a-b-c-d-z
    """

  @Test("Over several ways between, given in either order")
  func viaWays() throws {
    for via in ["b-c,c-d", "c-d,b-c"] {
      let map = try RoadMap(Self.comb, restrictions: ["no_left_turn: a-b > \(via) > d-y"])
      #expect(["a b c x c d y", "a b c d z d y"].contains(map.route("a", "y")))
      #expect(map.route("a", "z") == "a b c d z")
      #expect(map.route("x", "y") == "x c d y")
      #expect(map.route("bc", "y") == "c d y")
    }
  }

  @Test("Restrictions that overlap are both obeyed: the second begins while the first is on its way")
  func overlapping() throws {
    let map = try RoadMap(
      Self.comb,
      restrictions: ["no_left_turn: a-b > b-c > c-x", "no_left_turn: b-c > c-d > d-y"])
    #expect(map.route("a", "x") == "a b c d z d c x")
    #expect(map.route("a", "y") == "a b c d z d y")
    #expect(map.route("bc", "x") == "c x")
    #expect(map.route("x", "y") == "x c d y")
    let within = try RoadMap(
      Self.comb,
      restrictions: ["no_left_turn: a-b > b-c,c-d > d-z", "no_left_turn: c-d > d > d-y"])
    #expect(within.route("a", "y") == "a b c x c d z d y")
    #expect(within.route("a", "z") == "a b c x c d z")
  }

  @Test("A restriction in the tail of a longer one ends a drive as much as alone")
  func inTheTail() throws {
    // On the way of the longer one, from its second edge on, the shorter ends before the longer does.
    let map = try RoadMap(
      Self.comb,
      restrictions: ["no_left_turn: a-b > b-c,c-d > d-y", "no_straight_on: b-c > c > c-d"])
    #expect(map.route("a", "d") == "a b c x c d")
    #expect(map.route("a", "y") == "a b c x c d y")
  }

  @Test("No entry from several ways")
  func noEntry() throws {
    let map = try RoadMap(Self.cross, restrictions: ["no_entry: a-b,c-b > b > b-e"])
    #expect(map.route("a", "e") == "a b d b e")
    #expect(map.route("c", "e") == "c b d b e")
    #expect(map.route("d", "e") == "d b e")
    #expect(map.meta.restrictions == 1)
  }

  @Test("No exit to several ways")
  func noExit() throws {
    let map = try RoadMap(Self.cross, restrictions: ["no_exit: a-b > b > b-c,b-e"])
    #expect(map.route("a", "c") == "a b d b c")
    #expect(map.route("a", "e") == "a b d b e")
    #expect(map.route("d", "e") == "d b e")
  }

  @Test("What excepts motorcars or is for other traffic binds no car")
  func exceptions() throws {
    let map = try RoadMap(
      Self.cross,
      restrictions: [
        "no_left_turn except=psv;motorcar: a-b > b > b-c",
        "restriction:hgv=no_right_turn: a-b > b > b-e",
        "no_straight_on except=bicycle: a-b > b > b-d",
      ])
    #expect(map.route("a", "c") == "a b c")
    #expect(map.route("a", "e") == "a b e")
    #expect(["a b c b d", "a b e b d"].contains(map.route("a", "d")))
    #expect(map.meta.restrictions == 1)
  }

  @Test("Restrictions with a condition are passed over and counted, those with hours beside them hold")
  func conditional() throws {
    let map = try RoadMap(
      Self.cross,
      restrictions: [
        "restriction:conditional=no_left_turn~@~(Mo-Fr~07:00-09:00): a-b > b > b-c",
        "no_right_turn hour_on=7 hour_off=9: a-b > b > b-e",
      ])
    #expect(map.route("a", "c") == "a b c")
    #expect(map.route("a", "e") != "a b e")
    #expect(map.meta.conditionalRestrictions == 1)
    #expect(map.meta.restrictions == 1)
  }

  @Test("Restrictions that name no turn of the map are counted and harm nothing")
  func broken() throws {
    let map = try RoadMap(
      Self.cross,
      restrictions: [
        "no_left_turn: a-b > e > b-c", "no_left_turn: a-z > b > b-c", "no_left_turn: a-b > z > b-c",
        "only_straight_on: a-b > b > b-c,b-d",
      ])
    #expect(map.route("a", "c") == "a b c")
    #expect(map.meta.restrictions == 0)
    #expect(map.meta.brokenRestrictions == 4)
  }

  @Test("A restriction of a way that the extract holds a part of is obeyed")
  func clippedWay() throws {
    let map = try RoadMap(
      """
          c
          |
      z-a-b-d
          |
          e
      """, ways: ["z-a-b: highway=residential"], restrictions: ["no_left_turn: a-b > b > b-c"], missing: "z")
    #expect(map.route("a", "c") != "a b c")
    #expect(map.route("a", "d") == "a b d")
    #expect(map.meta.restrictions == 1 && map.meta.brokenRestrictions == 0)
  }

  @Test("A restriction holds on the piece of a long way that meets the junction")
  func longWays() throws {
    let map = try RoadMap(
      """
      p   q
      |   |
      a-m-b-c
          |
          e
      """, ways: ["a-m-b: highway=residential", "b-c: highway=residential"],
      restrictions: ["no_left_turn: m-b > b > b-q"])
    #expect(["p a m b c b q", "p a m b e b q"].contains(map.route("p", "q")))
    #expect(["m b c b q", "m b e b q"].contains(map.route("am", "q")))
    #expect(map.route("e", "q") == "e b q")
  }
}
