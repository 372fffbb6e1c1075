import CRM
import Foundation
import Geo
import Testing

@testable import Exchange

/// The trip of ``trip(_:)`` on roads: its legs bend, but for the last of the second day, which is estimated.
private func roadTrip(_ text: String = "x") -> Trip {
  var trip = trip(text)
  trip.matrix = .roads
  for day in trip.days.indices {
    for leg in trip.days[day].legs.indices where day == 0 || leg < 2 {
      let points = trip.days[day].legs[leg].geometry.points
      let middle = Coordinate(
        trustedLatitude: (points[0].latitude + points[1].latitude) / 2 + 0.05,
        longitude: (points[0].longitude + points[1].longitude) / 2)
      trip.days[day].legs[leg].geometry = LineString([points[0], middle, points[1]])
      trip.days[day].legs[leg].source = .roads
    }
  }
  return trip
}

/// From 179° E to 179° W, by way of a road on either side.
private func pacificTrip() -> Trip {
  var trip = roadTrip("Вайпу")
  let places = [(-16.5, 179.0), (-16.6, 179.9), (-16.8, -179.9), (-16.9, -179.0)].map {
    Coordinate(trustedLatitude: $0.0, longitude: $0.1)
  }
  trip.start.coordinate = places[0]
  trip.days = [trip.days[0]]
  trip.days[0].stops = [trip.days[0].stops[0]]
  trip.days[0].stops[0].coordinate = places[3]
  trip.days[0].legs = [
    Leg(
      metres: Metres(220_000), seconds: Seconds(9000), geometry: LineString(places), source: .roads)
  ]
  trip.end = nil
  return trip
}

@Suite("Exports of trips on roads")
struct RoadExportTests {
  // MARK: - KML

  @Test("KML keeps to its schema whatever the text", arguments: hostileTexts)
  func hostileKML(_ text: String) throws {
    let checker = KMLChecker()
    #expect(
      checker.check(TripKML.bytes(trip(text), partners: [summary(text).id: summary(text)])) == [],
      "\(text.debugDescription)")
    // Start, two days of two stops and three legs, one left out.
    #expect(checker.placemarks.count == 12)
    #expect(checker.folders.count == 3)
    for placemark in checker.placemarks {
      // What a viewer would read as markup is only what the writer made.
      let rest = (placemark.texts["description"] ?? "").replacingOccurrences(of: "<br>", with: "")
      #expect(!rest.contains("<") && !rest.contains("\""), "\(rest)")
    }
  }

  @Test("KML has a folder a day, stops in order with name, address, telephone and times, then the legs")
  func tripKML() throws {
    var partner = summary("Вояж & Ко")
    partner.address = "ул. Советская, 1"
    partner.phone = "8 (0162) 20-11-22; <b>"
    var second = summary("Лида", id: "00000000-0000-7000-8000-0000000000A1")
    second.phone = "+375 154 52-11-22"
    let checker = KMLChecker()
    let bytes = TripKML.bytes(
      roadTrip("Вояж & Ко"), partners: [partner.id: partner, second.id: second])
    #expect(checker.check(bytes) == [])
    #expect(checker.folders == ["Day 1 · 2026-11-18", "Day 2 · 2026-11-19", "Left out"])
    let day = checker.placemarks.filter { $0.folder == "Day 1 · 2026-11-18" }
    #expect(day.map(\.kinds) == [["Point"], ["Point"], ["LineString"], ["LineString"], ["LineString"]])
    #expect(
      day.map { $0.texts["name"] } == [
        "1.1 Вояж & Ко", "1.2 Вояж & Ко", "→ Вояж & Ко", "→ Вояж & Ко", "→ Вояж & Ко",
      ])
    #expect(day[0].texts["address"] == "ул. Советская, 1")
    #expect(
      day[0].texts["description"]
        == "2026-11-18 14:12–14:42<br>ул. Советская, 1<br>8 (0162) 20-11-22; &lt;b&gt;<br>Вояж &amp; Ко")
    // A number that cannot be dialled from everywhere is no RFC 3966 number.
    #expect(day[0].texts["phoneNumber"] == nil)
    #expect(day[1].texts["phoneNumber"] == "tel:+375154521122")
    #expect(day[0].data["arrival"] == "2026-11-18T14:06:40+03:00")
    #expect(day[0].data["departure"] == "2026-11-18T14:42:40+03:00")
    #expect(day[0].coordinates == ["23.7,52"])
    #expect(day[2].coordinates == ["27.5615,53.9045 25.63075,53.00225 23.7,52"])
    #expect(day[2].data["source"] == "roads")
    #expect(day[2].texts["description"] == "1.2 km, 10 min")
    #expect(day[2].texts["styleUrl"] == "#day-1")
  }

  @Test("estimated legs have a style of their own in the colour of the day")
  func estimatedKML() throws {
    let checker = KMLChecker()
    let bytes = TripKML.bytes(roadTrip())
    #expect(checker.check(bytes) == [])
    let last = try #require(checker.placemarks.last { $0.kinds == ["LineString"] })
    #expect(last.texts["styleUrl"] == "#day-2-estimated")
    #expect(last.texts["description"] == "0.0 km, 1 min, estimated")
    // D55E00, turned round behind its opacity.
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("<Style id=\"day-2-estimated\"><IconStyle><color>ff005ed5</color>"))
    #expect(text.contains("<color>99005ed5</color>\n<width>2</width>"))
  }

  @Test("days beyond the last colour take the first again")
  func manyDays() {
    var long = roadTrip()
    long.days = (0..<10).map { _ in long.days[0] }
    let checker = KMLChecker()
    #expect(checker.check(TripKML.bytes(long)) == [])
    #expect(
      checker.placemarks.contains { $0.folder == "Day 9 · 2026-11-18" && $0.texts["styleUrl"] == "#day-1" })
  }

  @Test("partners and regions stream as KML, empty ones too")
  func streams() throws {
    let box = Box()
    var partners = PartnersKML { box.bytes += $0 }
    for text in hostileTexts { try partners.write(summary(text)) }
    var nowhere = summary("Нигде")
    nowhere.coordinate = nil
    try partners.write(nowhere)
    try partners.finish()
    let checker = KMLChecker()
    #expect(checker.check(box.bytes) == [])
    #expect(checker.placemarks.count == hostileTexts.count + 1)
    #expect(checker.placemarks.last?.kinds == [])
    #expect(checker.placemarks.first?.texts["styleUrl"] == "#active")
    box.bytes = []
    var regions = RegionsKML { box.bytes += $0 }
    func ring(_ points: [(Double, Double)]) -> [Coordinate] {
      (points + [points[0]]).map { Coordinate(trustedLatitude: $0.0, longitude: $0.1) }
    }
    try regions.write(
      Region(
        code: "FJ", level: .country, country: "FJ", names: ["en": "Fiji", "ru": "Фиджи"],
        area: MultiPolygon([
          Polygon(
            outer: ring([(-17, 178), (-17, -179), (-16, -179), (-16, 178)]),
            holes: [ring([(-16.6, 178.5), (-16.4, 178.5), (-16.4, 178.7)])])
        ])))
    try regions.finish()
    let areas = KMLChecker()
    #expect(areas.check(box.bytes) == [])
    // Cut at the 180th meridian.
    #expect(areas.placemarks.first?.kinds.count == 3)
    #expect(areas.placemarks.first?.data["name:ru"] == "Фиджи")
    box.bytes = []
    var none = PartnersKML { box.bytes += $0 }
    try none.finish()
    #expect(KMLChecker().check(box.bytes) == [])
  }

  // MARK: - GPX

  @Test("a GPX track follows the roads, a route goes from door to door")
  func gpx() throws {
    var onRoads = roadTrip()
    // The road begins beside the door.
    let road = Coordinate(trustedLatitude: 53.905, longitude: 27.562)
    onRoads.days[0].legs[0].geometry = LineString(
      [road] + onRoads.days[0].legs[0].geometry.points.dropFirst())
    let bytes = TripGPX.bytes(onRoads, at: testNow)
    let checker = GPXChecker()
    #expect(checker.check(bytes) == [])
    // Three legs of two pieces, joined; then two of two and one of one.
    #expect(checker.counts["trkpt"] == 7 + 6)
    #expect(checker.counts["trkseg"] == 2)
    #expect(checker.counts["rtept"] == 8)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("<trkpt lat=\"53.905\" lon=\"27.562\"/>"))
    #expect(text.contains("<rtept lat=\"53.9045\" lon=\"27.5615\">"))
    #expect(!text.contains("<rtept lat=\"53.905\""))
  }

  // MARK: - GeoJSON

  @Test("each GeoJSON leg has its line, source, metres and seconds; what is estimated is paler")
  func geoJSON() throws {
    let legs = TripGeoJSON.features(of: roadTrip()).filter { $0["kind"] == "leg" }
    #expect(legs.count == 6)
    #expect(legs.map { $0["source"]?.text } == Array(repeating: "roads", count: 5) + ["greatCircle"])
    #expect(legs[0].geometry?.lines.first?.points.count == 3)
    #expect(legs[0]["metres"] == .double(1235) && legs[0]["seconds"] == 600)
    #expect(legs[0]["stroke-opacity"] == 0.9 && legs[5]["stroke-opacity"] == 0.55)
  }

  // MARK: - The 180th meridian

  @Test("a leg across the 180th meridian is cut there in GeoJSON and KML, and followed by the GPX track")
  func antimeridian() throws {
    let trip = pacificTrip()
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(TripGeoJSON.bytes(trip))) as? [String: Any])
    let features = try #require(json["features"] as? [[String: Any]])
    let leg = try #require(
      features.first { ($0["properties"] as? [String: Any])?["kind"] as? String == "leg" })
    let geometry = try #require(leg["geometry"] as? [String: Any])
    #expect(geometry["type"] as? String == "MultiLineString")
    let pieces = try #require(geometry["coordinates"] as? [[[Double]]])
    #expect(pieces.map { $0.map { $0[0] } } == [[179, 179.9, 180], [-180, -179.9, -179]])
    let checker = KMLChecker()
    #expect(checker.check(TripKML.bytes(trip)) == [])
    let line = try #require(checker.placemarks.first { $0.kinds.contains("LineString") })
    #expect(line.kinds == ["LineString", "LineString"])
    #expect(line.coordinates[1].hasPrefix("-180,-16.7"))
    let gpx = GPXChecker()
    #expect(gpx.check(TripGPX.bytes(trip, at: testNow)) == [])
    #expect(gpx.counts["trkpt"] == 4)
  }
}
