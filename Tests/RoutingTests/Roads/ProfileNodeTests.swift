import Foundation
import Testing

@testable import Routing

@Suite("The car profile: nodes, turn restrictions, turns")
struct ProfileNodeTests {
  @Test(
    "an ordinary node is nothing",
    arguments: ["", "highway=crossing", "entrance=main", "barrier=swing_gate", "name=A"])
  func ordinary(text: String) { #expect(RoadProfile.car.node(osmTags(text)) == nil) }

  @Test(
    "barriers that are passed",
    arguments: [
      "cattle_grid", "border_control", "toll_booth", "sally_port", "swing_gate", "no",
      "entrance",
      "height_restrictor", "arch", "bollard bollard=rising", "kerb kerb=lowered", "kerb kerb=flush",
      "kerb highway=crossing", "bollard motor_vehicle=yes", "bollard access=yes", "block motorcar=permissive",
      "height_restrictor maxheight=2.5", "bollard access=unheard-of", "gate access=yes",
      "lift_gate motor_vehicle=permissive",
    ])
  func passed(barrier: String) { #expect(RoadProfile.car.node(osmTags("barrier=" + barrier)) == nil) }

  @Test(
    "barriers that block",
    arguments: [
      "bollard", "block", "chain", "cycle_barrier", "fence", "wall", "jersey_barrier", "stile", "debris",
      "yes", "kerb",
      "kerb kerb=raised", "bollard bollard=fixed", "gate access=no", "gate motor_vehicle=no",
      "lift_gate vehicle=forestry",
      "gate access=yes motorcar=no", "height_restrictor maxheight=1.9", "bus_trap", "bollard foot=yes",
    ])
  func blocking(barrier: String) {
    #expect(RoadProfile.car.node(osmTags("barrier=" + barrier))?.blocks == true)
  }

  @Test("a private gate is passed at the ends of a trip", arguments: ["private", "destination", "customers"])
  func privateGate(value: String) {
    #expect(
      RoadProfile.car.node(osmTags("barrier=gate access=\(value)"))
        == RoadNodeRule(isEndsOnly: true, seconds: 60))
  }

  @Test(
    "a gate that has to be opened takes a minute", arguments: ["gate", "lift_gate", "gate access=unknown"])
  func openedGate(barrier: String) {
    #expect(RoadProfile.car.node(osmTags("barrier=" + barrier)) == RoadNodeRule(seconds: 60))
  }

  @Test("an access tag closes a node without a barrier")
  func accessAlone() { #expect(RoadProfile.car.node(osmTags("access=no")) == RoadNodeRule(blocks: true)) }

  @Test(
    "lights and signs cost time in the direction they are for",
    arguments: [
      ("highway=traffic_signals", RoadNodeRule(seconds: 2)),
      (
        "highway=traffic_signals traffic_signals:direction=forward",
        RoadNodeRule(seconds: 2, direction: .forward)
      ),
      ("highway=traffic_signals direction=backward", RoadNodeRule(seconds: 2, direction: .backward)),
      (
        "highway=traffic_signals traffic_signals:direction=forward direction=backward",
        RoadNodeRule(seconds: 2, direction: .forward)
      ),
      ("highway=traffic_signals traffic_signals:direction=both", RoadNodeRule(seconds: 2)),
      ("highway=stop", RoadNodeRule(seconds: 2, approachMetres: 20)),
      ("highway=stop stop=minor", RoadNodeRule(seconds: 2, isForMinorRoads: true, approachMetres: 20)),
      ("highway=stop direction=forward stop=all", RoadNodeRule(seconds: 2, direction: .forward)),
      ("highway=give_way", RoadNodeRule(seconds: 1)),
      ("highway=traffic_signals barrier=bollard", RoadNodeRule(blocks: true, seconds: 2)),
    ])
  func signals(text: String, expected: RoadNodeRule) {
    #expect(RoadProfile.car.node(osmTags(text)) == expected)
  }

  @Test(
    "turn restrictions",
    arguments: [
      ("restriction=no_left_turn", .no), ("restriction=no_right_turn", .no), ("restriction=no_u_turn", .no),
      ("restriction=no_straight_on", .no), ("restriction=no_entry", .no), ("restriction=no_exit", .no),
      ("restriction=only_straight_on", .only), ("restriction=only_left_turn", .only),
      ("restriction=only_u_turn", .only),
      ("restriction:motorcar=no_left_turn", .no), ("restriction:motor_vehicle=only_right_turn", .only),
      ("restriction:vehicle=no_left_turn", .no),
      ("restriction:motorcar=only_left_turn restriction=no_left_turn", .only),
      ("restriction=no_left_turn except=psv", .no), ("restriction=no_left_turn except=bicycle;psv", .no),
      ("restriction=no_left_turn except=motorcar", .none(.otherTraffic)),
      ("restriction=no_left_turn except=psv;·motor_vehicle", .none(.otherTraffic)),
      ("restriction=no_left_turn except=vehicle", .none(.otherTraffic)),
      ("restriction:hgv=no_left_turn", .none(.otherTraffic)),
      ("restriction:hgv:conditional=no_left_turn·@·(Mo)", .none(.otherTraffic)),
      ("restriction:conditional=no_left_turn·@·(07:00-09:00)", .conditional),
      ("restriction:motorcar:conditional=no_left_turn·@·wet", .conditional),
      ("restriction=no_left_turn restriction:conditional=none·@·(Su)", .no),
      ("restriction=no_left_turn day_on=Monday day_off=Friday", .no),
      ("restriction=only_left_turn hour_on=07:00 hour_off=09:00", .only),
      ("restriction=no_right_turn_on_red", .conditional),
      ("restriction=none", .none(.unknownValue)), ("restriction=yes", .none(.unknownValue)),
      ("type=restriction", .none(.unknownValue)), ("", .none(.unknownValue)),
    ] as [(String, RoadRestrictionRule)])
  func restrictions(text: String, expected: RoadRestrictionRule) {
    #expect(RoadProfile.car.restriction(osmTags(text)) == expected)
  }

  @Test("a turn costs more the sharper it is, and more across the oncoming traffic")
  func turns() throws {
    let car = RoadProfile.car
    func cost(_ angle: Double) throws -> Double { try #require(car.turnCost(angleDegrees: angle)) }
    #expect(try cost(0) < 0.02)
    #expect(abs(try cost(90) - 2.105) < 0.001)
    #expect(abs(try cost(-90) - 5.395 - 2 / (1 + exp(-3.25))) < 0.001)
    #expect(abs(try #require(car.turnCost(angleDegrees: -90, meetsTraffic: false)) - 5.395) < 0.001)
    #expect(try cost(180) > 7)
    for angle in stride(from: 0.0, to: 179, by: 1) {
      #expect(try cost(angle) <= cost(angle + 1))
      #expect(try cost(-angle) <= cost(-angle - 1))
      if angle > 0 { #expect(try cost(-angle) > cost(angle)) }
    }
  }

  @Test("a bend of one road is no turn")
  func bend() { #expect(RoadProfile.car.turnCost(angleDegrees: 120, isJunction: false) == 0) }

  @Test("turning round is for dead ends and costs 20 seconds on top")
  func uTurns() throws {
    let car = RoadProfile.car
    #expect(car.turnCost(angleDegrees: 180, isUTurn: true) == nil)
    let cost = try #require(
      car.turnCost(angleDegrees: 180, isUTurn: true, isDeadEnd: true, isJunction: false))
    #expect(cost > 27 && cost < 27.5)
  }

  @Test("an angle that is none costs as going straight", arguments: [Double.nan, .infinity, -.infinity])
  func oddAngles(angle: Double) {
    #expect(RoadProfile.car.turnCost(angleDegrees: angle) == RoadProfile.car.turnCost(angleDegrees: 0))
  }

  @Test("an angle beyond half a turn counts as half a turn")
  func farAngles() {
    #expect(RoadProfile.car.turnCost(angleDegrees: 1e9) == RoadProfile.car.turnCost(angleDegrees: 180))
  }
}
