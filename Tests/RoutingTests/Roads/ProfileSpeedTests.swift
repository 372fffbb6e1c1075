import Testing

@testable import Routing

@Suite("The car profile: how fast ways are driven")
struct ProfileSpeedTests {
  private func speeds(_ text: String, country: String? = nil) -> [Double] {
    guard let way = RoadProfile.car.way(osmTags(text), country: country) else { return [] }
    return [way.forwardKilometresPerHour, way.backwardKilometresPerHour]
  }

  @Test(
    "speeds of road classes",
    arguments: [
      ("motorway oneway=no", 90), ("motorway_link", 45), ("trunk", 85), ("trunk_link", 40), ("primary", 65),
      ("primary_link", 30), ("secondary", 55), ("secondary_link", 25), ("tertiary", 40),
      ("tertiary_link", 20),
      ("unclassified", 25), ("residential", 25), ("living_street", 10), ("service", 15),
      ("track motor_vehicle=yes", 10), ("path motor_vehicle=yes", 10), ("pedestrian motor_vehicle=yes", 10),
    ])
  func classes(text: String, speed: Double) { #expect(speeds("highway=" + text) == [speed, speed]) }

  @Test("ferries and car trains have a speed for where no duration is told")
  func ferries() {
    #expect(speeds("route=ferry") == [5, 5])
    #expect(speeds("route=shuttle_train") == [10, 10])
  }

  @Test(
    "limits in the many ways they are written",
    arguments: [
      ("60", 60), ("5", 5), ("12.5", 12.5), (" 60 ", 60), ("60 km/h", 60), ("60kmh", 60), ("60 kph", 60),
      ("30 mph", 48.28032), ("30mph", 48.28032), ("30 mp/h", 48.28032), ("30 MPH", 48.28032),
      ("10 knots", 18.52), ("10 kn", 18.52), ("50;30", 30), ("30; 50", 30), ("50|30|40", 30), ("60,90", 60),
      ("none", 140), ("walk", 7), ("none;100", 100), ("50 @ (22:00-06:00)", 50),
      ("BY:urban", 60), ("BY:rural", 90), ("BY:motorway", 110), ("BY:living_street", 20),
      ("RU:urban", 60), ("ru:urban", 60), ("RU:rural", 90), ("RU:motorway", 110), ("RU:living_street", 20),
      ("PL:urban", 50), ("PL:rural", 90), ("PL:trunk", 100), ("PL:expressway", 120), ("PL:motorway", 140),
      ("LT:urban", 50), ("LT:rural", 90), ("LT:motorway", 130), ("LV:urban", 50), ("LV:rural", 90),
      ("EE:urban", 50), ("EE:rural", 90), ("UA:urban", 50), ("UA:rural", 90), ("UA:trunk", 110),
      ("UA:motorway", 130), ("DE:urban", 50), ("DE:rural", 100), ("DE:motorway", 140),
      ("DE:living_street", 7),
      ("FI:rural", 80), ("ZZ:urban", 50), ("BE-VLG:rural", 70), ("BE-ZZZ:motorway", 120),
      ("DE:zone30", 30), ("DE:zone:30", 30), ("RU:zone20", 20), ("BY:60", 60), ("zone30", 30),
      ("zone:40", 40),
      ("urban", 50), ("motorway", 130), ("RU:urban;40", 40),
      ("", nil), ("0", nil), ("0.5", nil), ("signals", nil), ("variable", nil), ("sign", nil), ("RU", nil),
      ("RU:", nil), (":urban", 50), (":", nil), (";", nil), ("fast", nil), ("999", nil), ("-60", nil),
      ("RU:sign", nil),
      ("ab30", nil), ("9999999999999999999999", nil), ("DE:zone99999999999999999999", nil), ("é", nil),
    ] as [(String, Double?)])
  func limits(text: String, expected: Double?) throws {
    let maxspeed = try #require(RoadProfile.car.rules.maxspeed)
    let limit = maxspeed.limit(text, nil)
    #expect(limit.map { ($0 * 1e6).rounded() } == expected.map { ($0 * 1e6).rounded() })
  }

  @Test("a zone looked up whole is the zone looked up in parts")
  func wholeZones() throws {
    let maxspeed = try #require(RoadProfile.car.rules.maxspeed)
    #expect(maxspeed.wholeZones.count > 100)
    for (zone, limit) in maxspeed.wholeZones {
      #expect(maxspeed.limit(zone.lowercased(), nil) == limit, "\(zone)")
    }
  }

  @Test("a zone without a country is of the country where the way lies")
  func country() {
    #expect(speeds("highway=residential maxspeed=urban", country: "BY") == [48, 48])
    #expect(speeds("highway=residential maxspeed=urban", country: "ru") == [48, 48])
    #expect(speeds("highway=residential maxspeed=urban", country: "PL") == [40, 40])
    #expect(speeds("highway=residential maxspeed=DE:urban", country: "BY") == [40, 40])
    #expect(speeds("highway=residential", country: "BY") == [25, 25])
  }

  @Test("a limit counts four fifths, above and below the speed of the class")
  func factor() {
    #expect(speeds("highway=residential maxspeed=60") == [48, 48])
    #expect(speeds("highway=motorway oneway=no maxspeed=50") == [40, 40])
  }

  @Test(
    "limits by direction, advice and zones",
    arguments: [
      ("maxspeed=50 maxspeed:forward=100", [80, 40]), ("maxspeed:backward=20", [25, 16]),
      ("maxspeed=50 maxspeed:advisory=30", [24, 24]), ("maxspeed=30 maxspeed:advisory=50", [24, 24]),
      ("maxspeed=signals maxspeed:advisory=30", [24, 24]),
      ("maxspeed:advisory:forward=30 maxspeed=50", [24, 40]),
      ("maxspeed:lanes=30|50", [25, 25]), ("maxspeed:hgv=30 maxspeed:conditional=20·@·wet", [25, 25]),
      ("source:maxspeed=RU:urban", [48, 48]), ("maxspeed:type=BY:rural", [72, 72]),
      ("zone:maxspeed=DE:30", [24, 24]),
      ("zone:maxspeed=20", [16, 16]), ("zone:traffic=RU:urban", [48, 48]),
      ("maxspeed=40 source:maxspeed=RU:urban", [32, 32]),
      ("source:maxspeed=sign maxspeed:type=sign", [25, 25]),
      ("source:maxspeed:forward=RU:rural", [72, 25]),
      ("maxspeed=signals source:maxspeed=RU:urban", [48, 48]),
    ])
  func keys(extra: String, expected: [Double]) {
    #expect(speeds("highway=residential " + extra) == expected)
  }

  @Test(
    "bad surfaces slow down, also below a limit",
    arguments: [
      ("surface=asphalt", 65), ("surface=compacted", 65), ("surface=paving_stones", 60),
      ("surface=gravel", 40),
      ("surface=unpaved", 40), ("surface=sett", 40), ("surface=cobblestone", 30),
      ("surface=unhewn_cobblestone", 30), ("surface=sand", 20),
      ("surface=mud", 10), ("surface=asphalt;gravel", 40), ("surface=sand;·gravel", 20), ("surface=odd", 65),
      ("tracktype=grade1", 60), ("tracktype=grade2", 40), ("tracktype=grade3", 30), ("tracktype=grade4", 25),
      ("tracktype=grade5", 20), ("smoothness=good", 65), ("smoothness=bad", 40), ("smoothness=very_bad", 20),
      ("smoothness=horrible", 10), ("smoothness=very_horrible", 5),
      ("surface=gravel smoothness=horrible", 10),
      ("surface=gravel maxspeed=90", 40), ("surface=gravel maxspeed=40", 32), ("ford=yes", 10),
    ])
  func surfaces(extra: String, expected: Double) {
    #expect(speeds("highway=primary " + extra) == [expected, expected])
  }

  @Test("a bridge that opens is slow unless it has a limit")
  func movable() {
    #expect(speeds("highway=primary bridge=movable") == [5, 5])
    #expect(speeds("highway=primary bridge=movable maxspeed=60") == [48, 48])
  }
}
