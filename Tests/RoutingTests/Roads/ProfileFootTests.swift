import Testing

@testable import Routing

@Suite("The walking profile")
struct ProfileFootTests {
  @Test(
    "where people walk",
    arguments: [
      ("highway=footway", "↔"), ("highway=path", "↔"), ("highway=pedestrian", "↔"),
      ("highway=pedestrian area=yes", "↔"),
      ("highway=steps", "↔"), ("highway=track", "↔"), ("highway=residential", "↔"), ("highway=primary", "↔"),
      ("highway=living_street", "↔"), ("highway=service service=driveway", "↔"), ("highway=corridor", "↔"),
      ("man_made=pier", "↔"), ("railway=platform", "↔"), ("public_transport=platform", "↔"),
      ("route=ferry", "↔"),
      ("highway=motorway", "×"), ("highway=trunk", "×"), ("highway=primary motorroad=yes", "×"),
      ("highway=trunk foot=yes", "↔"), ("highway=trunk sidewalk=right", "↔"),
      ("highway=trunk sidewalk:left=yes", "↔"),
      ("highway=trunk sidewalk=no", "×"), ("highway=trunk sidewalk=both foot=no", "×"),
      ("highway=cycleway", "×"), ("highway=cycleway foot=designated", "↔"), ("highway=construction", "×"),
      ("highway=footway access=no", "×"), ("highway=footway access=no foot=yes", "↔"),
      ("highway=footway access=private", "(↔)"), ("highway=service foot=customers", "(↔)"),
      ("highway=primary foot=use_sidepath", "×"), ("highway=residential motor_vehicle=no", "↔"),
      ("route=ferry foot=no", "×"), ("route=bus", "×"), ("building=yes", "×"),
      ("highway=path sac_scale=hiking", "↔"), ("highway=path sac_scale=alpine_hiking", "×"),
    ])
  func ways(text: String, expected: String) { #expect(profileShape(.foot, text) == expected) }

  @Test(
    "one-way streets bind people on foot only where a sign says so",
    arguments: [
      ("oneway=yes", "↔"), ("oneway=-1", "↔"), ("junction=roundabout", "↔"), ("oneway=reversible", "↔"),
      ("oneway:foot=yes", "→"), ("oneway:foot=-1", "←"), ("foot:backward=no", "→"),
    ])
  func oneway(extra: String, expected: String) {
    #expect(profileShape(.foot, "highway=residential " + extra) == expected)
    #expect(!RoadProfile.foot.obeysOneway)
    #expect(RoadProfile.car.obeysOneway)
  }

  @Test(
    "people walk five kilometres an hour, slower on steps and soft ground, whatever the limit",
    arguments: [
      ("highway=footway", 5), ("highway=residential maxspeed=60", 5), ("highway=steps", 2.5),
      ("highway=path surface=gravel", 3.75), ("highway=path surface=sand", 2.5), ("highway=path ford=yes", 2),
      ("highway=path sac_scale=demanding_mountain_hiking", 3),
    ])
  func speeds(text: String, expected: Double) throws {
    let way = try #require(RoadProfile.foot.way(osmTags(text)))
    #expect(way.forwardKilometresPerHour == expected)
    #expect(way.backwardKilometresPerHour == expected)
  }

  @Test("barriers for cars are none for people; walls are")
  func nodes() {
    #expect(RoadProfile.foot.node(osmTags("barrier=bollard")) == nil)
    #expect(RoadProfile.foot.node(osmTags("barrier=gate")) == nil)
    #expect(RoadProfile.foot.node(osmTags("barrier=stile")) == RoadNodeRule(seconds: 5))
    #expect(RoadProfile.foot.node(osmTags("barrier=wall")) == RoadNodeRule(blocks: true))
    #expect(RoadProfile.foot.node(osmTags("barrier=fence foot=yes")) == nil)
    #expect(RoadProfile.foot.node(osmTags("barrier=gate access=no")) == RoadNodeRule(blocks: true))
    #expect(RoadProfile.foot.node(osmTags("barrier=gate foot=private")) == RoadNodeRule(isEndsOnly: true))
    #expect(RoadProfile.foot.node(osmTags("barrier=gate motor_vehicle=no")) == nil)
  }

  @Test("turn restrictions and turn costs are for vehicles")
  func turns() {
    #expect(!RoadProfile.foot.obeysTurnRestrictions)
    #expect(RoadProfile.foot.restriction(osmTags("restriction=no_left_turn")) == .none(.notObeyed))
    #expect(RoadProfile.foot.turnCost(angleDegrees: -90) == 0)
    #expect(RoadProfile.foot.turnCost(angleDegrees: 180, isUTurn: true) == 0)
  }

  @Test("a ferry takes people as long as anybody")
  func ferry() { #expect(RoadProfile.foot.way(osmTags("route=ferry duration=1:00"))?.fixedSeconds == 3600) }
}
