import Foundation
import Testing

@testable import Routing

/// `"highway=primary oneway=yes"` as tags; `·` in a value is a space.
func osmTags(_ text: String) -> [String: String] {
  var tags: [String: String] = [:]
  for pair in text.split(separator: " ") {
    let parts = pair.split(separator: "=", maxSplits: 1)
    tags[String(parts[0])] = parts.count > 1 ? String(parts[1]).replacing("·", with: " ") : ""
  }
  return tags
}

/// Which directions of a way are open: `→`, `←`, `↔`, or `×`; `(↔)` at the ends of trips only.
func profileShape(_ profile: RoadProfile, _ text: String) -> String {
  guard let way = profile.way(osmTags(text)) else { return "×" }
  let arrow =
    switch (way.forwardKilometresPerHour > 0, way.backwardKilometresPerHour > 0) {
    case (true, true): "↔"
    case (true, false): "→"
    case (false, true): "←"
    case (false, false): "open and closed"
    }
  return way.isEndsOnly ? "(\(arrow))" : arrow
}

@Suite("The car profile: which ways are open")
struct ProfileWayTests {
  @Test(
    "road classes are driven, what is no road for cars is not",
    arguments: [
      ("highway=motorway", RoadClass.motorway, "→"), ("highway=motorway_link", .motorwayLink, "↔"),
      ("highway=trunk", .trunk, "↔"), ("highway=trunk_link", .trunkLink, "↔"),
      ("highway=primary", .primary, "↔"), ("highway=primary_link", .primaryLink, "↔"),
      ("highway=secondary", .secondary, "↔"), ("highway=secondary_link", .secondaryLink, "↔"),
      ("highway=tertiary", .tertiary, "↔"), ("highway=tertiary_link", .tertiaryLink, "↔"),
      ("highway=unclassified", .unclassified, "↔"), ("highway=residential", .residential, "↔"),
      ("highway=living_street", .livingStreet, "(↔)"), ("highway=service", .service, "↔"),
      ("route=ferry", .ferry, "↔"), ("route=shuttle_train", .shuttleTrain, "↔"),
    ])
  func classes(text: String, roadClass: RoadClass, expected: String) throws {
    #expect(profileShape(.car, text) == expected)
    let way = try #require(RoadProfile.car.way(osmTags(text)))
    #expect(way.roadClass == roadClass)
    #expect(way.isLink == text.hasSuffix("_link"))
    #expect(way.isFerry == text.hasPrefix("route"))
  }

  @Test(
    "what is closed to cars",
    arguments: [
      "", "building=yes", "highway=", "highway=footway", "highway=path", "highway=steps", "highway=cycleway",
      "highway=pedestrian", "highway=track", "highway=road", "highway=construction", "highway=proposed",
      "highway=abandoned", "highway=raceway", "highway=escape", "highway=busway", "highway=bus_guideway",
      "highway=platform", "highway=corridor", "railway=rail", "route=bus", "man_made=pier",
      "highway=service area=yes", "highway=residential impassable=yes",
      "highway=residential status=impassable",
      "highway=residential construction=yes", "highway=residential construction=residential",
      "highway=residential proposed=yes", "highway=service service=emergency_access",
      "highway=residential winter_road=yes", "highway=residential ice_road=yes",
      "highway=primary hov=designated", "highway=primary smoothness=impassable",
      "highway=tertiary oneway=reversible", "highway=residential ford=boat",
    ])
  func closed(text: String) { #expect(profileShape(.car, text) == "×") }

  @Test(
    "work that leaves a road open does not close it",
    arguments: ["construction=no", "construction=minor", "construction=widening", "proposed=no", "area=no"])
  func works(extra: String) { #expect(profileShape(.car, "highway=residential " + extra) == "↔") }

  @Test(
    "a class that is no road for cars is driven where a sign says so, never by a permission for some",
    arguments: [
      ("highway=track motor_vehicle=yes", "↔"), ("highway=track access=yes", "↔"),
      ("highway=track motorcar=designated", "↔"), ("highway=pedestrian motor_vehicle=yes", "↔"),
      ("highway=track access=no motor_vehicle=yes", "↔"), ("highway=track access=yes vehicle=no", "×"),
      ("highway=track motor_vehicle=destination", "×"), ("highway=track access=private", "×"),
      ("highway=track motor_vehicle=nonsense", "×"), ("highway=track motor_vehicle:forward=yes", "→"),
      ("highway=track foot=yes", "×"), ("highway=abandoned motor_vehicle=yes", "×"),
    ])
  func onlyWhenAllowed(text: String, expected: String) { #expect(profileShape(.car, text) == expected) }

  @Test(
    "the most particular access tag decides, and its direction before both",
    arguments: [
      ("access=no", "×"), ("vehicle=no", "×"), ("motor_vehicle=no", "×"), ("motorcar=no", "×"),
      ("access=no vehicle=yes", "↔"), ("vehicle=no motor_vehicle=yes", "↔"),
      ("motor_vehicle=no motorcar=yes", "↔"),
      ("motor_vehicle=yes motorcar=no", "×"), ("access=yes motor_vehicle=private", "(↔)"),
      ("access=private motorcar=yes", "↔"), ("bus=yes access=no", "×"), ("foot=no bicycle=no hgv=no", "↔"),
      ("motor_vehicle:forward=no", "←"), ("motor_vehicle:backward=no", "→"),
      ("motor_vehicle=no motor_vehicle:forward=yes", "→"), ("motor_vehicle:forward=destination", "(↔)"),
      ("access:forward=no motorcar=yes", "↔"), ("motor_vehicle:forward=no oneway=yes", "×"),
      ("motor_vehicle:conditional=no·@·(Mo-Fr) access:conditional=no", "↔"),
    ])
  func accessOrder(extra: String, expected: String) {
    #expect(profileShape(.car, "highway=residential " + extra) == expected)
  }

  @Test(
    "what access values say",
    arguments: [
      ("yes", "↔"), ("designated", "↔"), ("permissive", "↔"), ("official", "↔"), ("unknown", "↔"),
      ("private", "(↔)"), ("destination", "(↔)"), ("delivery", "(↔)"), ("customers", "(↔)"),
      ("permit", "(↔)"),
      ("residents", "(↔)"), ("no", "×"), ("agricultural", "×"), ("forestry", "×"), ("emergency", "×"),
      ("psv", "×"), ("military", "×"), ("agricultural;forestry", "×"), ("agricultural;·destination", "(↔)"),
      ("no;yes", "↔"), ("strange;odd", "↔"),
    ])
  func accessValues(value: String, expected: String) {
    #expect(profileShape(.car, "highway=residential motor_vehicle=\(value)") == expected)
  }

  @Test(
    "one-way streets",
    arguments: [
      ("oneway=yes", "→"), ("oneway=1", "→"), ("oneway=true", "→"), ("oneway=-1", "←"),
      ("oneway=reverse", "←"),
      ("oneway=no", "↔"), ("oneway=0", "↔"), ("oneway=alternating", "↔"), ("oneway=nonsense", "↔"),
      ("oneway=yes oneway:motor_vehicle=no", "↔"), ("oneway:motorcar=-1 oneway:vehicle=yes", "←"),
      ("oneway=no oneway:bus=yes oneway:bicycle=yes", "↔"), ("oneway=yes oneway:bicycle=no", "→"),
      ("junction=roundabout", "→"), ("junction=circular", "→"), ("junction=roundabout oneway=no", "↔"),
      ("junction=roundabout oneway=-1", "←"), ("junction=jughandle", "↔"),
      ("oneway:conditional=yes·@·(Mo)", "↔"),
    ])
  func oneway(extra: String, expected: String) {
    #expect(profileShape(.car, "highway=residential " + extra) == expected)
  }

  @Test("a motorway is one-way unless it says otherwise")
  func motorway() {
    #expect(profileShape(.car, "highway=motorway oneway=no") == "↔")
    #expect(profileShape(.car, "highway=motorway oneway=-1") == "←")
  }

  @Test(
    "ways for the two ends of a trip",
    arguments: ["service=driveway", "service=parking_aisle", "service=drive-through", "access=private"])
  func endsOnly(extra: String) { #expect(profileShape(.car, "highway=service " + extra) == "(↔)") }

  @Test(
    "lanes that are all for others close their direction",
    arguments: [
      ("hov:lanes=designated|designated", "×"), ("hov:lanes=designated|", "↔"),
      ("hov:lanes=designated|yes", "↔"),
      ("bus:lanes:forward=designated", "←"), ("psv:lanes:backward=designated|designated", "→"),
    ])
  func lanes(extra: String, expected: String) {
    #expect(profileShape(.car, "highway=primary " + extra) == expected)
  }

  @Test(
    "too low, too narrow, too short or too weak for a car",
    arguments: [
      ("maxheight=1.8", "×"), ("maxheight=2", "↔"), ("maxheight=1,9·m", "×"), ("maxheight=190·cm", "×"),
      ("maxheight=6'2\"", "×"), ("maxheight=7'", "↔"), ("maxheight=default", "↔"),
      ("maxheight=below_default", "↔"),
      ("maxheight:physical=1.7 maxheight=3", "×"), ("maxheight:physical=unknown maxheight=1.5", "×"),
      ("maxwidth=1.5", "×"), ("width=1.2", "×"), ("width=2.5", "↔"), ("est_width=1", "×"),
      ("maxlength=4", "×"),
      ("maxweight=1.5", "×"), ("maxweight=3.5", "↔"), ("maxweight=1500·kg", "×"),
      ("maxweight=10000·lbs", "↔"),
      ("maxweight=none", "↔"), ("maxweightrating=1", "↔"),
    ])
  func limits(extra: String, expected: String) {
    #expect(profileShape(.car, "highway=residential " + extra) == expected)
  }

  @Test("ferries obey access tags and take the time they say")
  func ferries() throws {
    #expect(profileShape(.car, "route=ferry motor_vehicle=no") == "×")
    #expect(profileShape(.car, "route=ferry access=no motorcar=yes") == "↔")
    #expect(profileShape(.car, "route=ferry access=private") == "(↔)")
    #expect(RoadProfile.car.way(osmTags("route=ferry"))?.fixedSeconds == nil)
    #expect(RoadProfile.car.way(osmTags("highway=primary duration=00:20"))?.fixedSeconds == nil)
    // A ferry that is drawn as a road as well is a ferry.
    #expect(RoadProfile.car.way(osmTags("highway=primary route=ferry duration=00:20"))?.fixedSeconds == 1200)
  }

  @Test(
    "durations",
    arguments: [
      ("00:20", 1200), ("1:30", 5400), ("01:30:15", 5415), ("45", 2700), ("2.5", 150), ("90·min", 5400),
      ("2·h", 7200), ("1h·30min", 5400), ("1·d", 86400), ("PT15M", 900), ("PT1H30M", 5400), ("PT90S", 90),
      ("P1DT2H", 93600), ("P1D", 86400), ("PT0.5H", 1800), ("0:00:00.5", 1), ("", nil), ("0", nil),
      ("00:00", nil),
      ("-5", nil), ("P1M", nil), ("P1Y", nil), ("PT", nil), ("P", nil), ("1:2:3:4", nil), ("soon", nil),
      ("12:xx", nil), ("99999999", nil), (":", nil), ("1e9", nil), ("30·лет", nil),
    ] as [(String, Double?)])
  func durations(text: String, seconds: Double?) {
    #expect(TagText.duration(text.replacing("·", with: " ")) == seconds)
  }

  @Test(
    "narrow roads, alleys and car parks count longer than they take",
    arguments: [
      ("highway=residential", 1), ("highway=residential lanes=1", 2), ("highway=residential lanes=2", 1),
      ("highway=residential lanes=1 oneway=yes", 1), ("highway=residential width=3", 2),
      ("highway=residential width=3 oneway=yes", 1), ("highway=residential width=3.5", 1.667),
      ("highway=residential width=4", 1.333), ("highway=residential width=5 lanes=2", 1.25),
      ("highway=residential width=6", 1), ("highway=residential lane_markings=no", 1.333),
      ("highway=residential lane_markings=no oneway=yes", 1),
      ("highway=residential lane_markings=no width=5", 1.25), ("highway=residential priority=forward", 1),
      ("highway=residential priority=backward", 1.429), ("highway=residential priority=backward width=3", 2),
      ("highway=service service=alley", 2),
      ("highway=service service=parking_aisle", 2), ("highway=service service=driveway", 2),
      ("highway=primary side_road=yes", 1.25), ("highway=primary oneway=alternating", 2.5),
      ("highway=primary side_road=yes width=3", 2),
    ])
  func reluctance(text: String, expected: Double) {
    #expect(RoadProfile.car.way(osmTags(text))?.forwardReluctance == expected)
  }

  @Test("who has to let the others pass first is slower, in this direction only")
  func yielding() throws {
    var way = try #require(RoadProfile.car.way(osmTags("highway=residential priority=forward")))
    #expect(way.forwardReluctance == 1 && way.backwardReluctance == 1.429)
    way = try #require(RoadProfile.car.way(osmTags("highway=residential priority=backward")))
    #expect(way.forwardReluctance == 1.429 && way.backwardReluctance == 1)
  }

  @Test("names, numbers, destinations and marks come along")
  func descriptions() throws {
    var way = try #require(
      RoadProfile.car.way([
        "highway": "trunk", "name": " улица Якуба Коласа ", "ref": "М1;E30", "toll": "yes",
        "bridge": "viaduct",
        "oneway": "yes", "destination": "Брест;Варшава",
      ]))
    #expect(way.name == "улица Якуба Коласа")
    #expect(way.reference == "М1;E30")
    #expect(way.destination == "Брест;Варшава")
    #expect(way.isToll && way.isBridge && !way.isTunnel && !way.isRoundabout)

    way = try #require(
      RoadProfile.car.way(
        osmTags("highway=trunk tunnel=yes bridge=no toll=no junction=roundabout oneway=no destination=A")))
    #expect(way.isTunnel && !way.isBridge && !way.isToll && way.isRoundabout)
    #expect(way.destination.isEmpty)

    way = try #require(
      RoadProfile.car.way(osmTags("highway=trunk oneway=-1 destination:forward=A destination:backward=B")))
    #expect(way.destination == "B")
    way = try #require(RoadProfile.car.way(osmTags("highway=trunk oneway=yes destination:ref=A5")))
    #expect(way.destination == "A5")
  }

  @Test("names are composed", arguments: ["Й", "é", "ά", "가", "آ", "Bahnhofstraße", "Лесная"])
  func composed(name: String) throws {
    let decomposed = name.decomposedStringWithCanonicalMapping
    let way = try #require(RoadProfile.car.way(["highway": "residential", "name": decomposed]))
    #expect(Array(way.name.utf8) == Array(name.precomposedStringWithCanonicalMapping.utf8))
  }
}
