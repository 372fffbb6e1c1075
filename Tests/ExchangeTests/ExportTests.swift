import CRM
import Foundation
import FoundationXML
import Geo
import Testing

@testable import Exchange

/// What each writer is fed: quotes, markup, formulas, line ends, combining marks, control characters, both alphabets.
let hostileTexts: [String] = [
  "Вояж", "=1+1", "+375", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1+1", "=\u{301}1", "\u{FEFF}=1",
  "\u{200B}@x",
  "\"", "\"\"", "\"\u{301}", "',", ";\"=1", "a,b", "a;b", "<b>&amp;</b>", "]]>", "<!--", "</script>", "\\",
  "\\n", "a\nb", "a\r\nb",
  "\u{0}", "\u{1}\u{8}\u{B}\u{1F}", "\u{7F}\u{85}\u{9F}", "\u{2028}\u{2029}", "\u{FFFE}\u{FFFF}", "🏨👩‍👩‍👧",
  "e\u{301}\u{302}",
  String(repeating: "е\u{301}", count: 200), "BEGIN:VEVENT", "END:VCALENDAR\r\nX:1", ":;,\\", "", " ", "שלום",
  "%s%n$(x)`y`", "'=1", "''+1", "'", "'a", "' =1",
]

/// A trip of two days whose every text is `text`.
func trip(_ text: String) -> Trip {
  let start = Place(label: text, coordinate: Coordinate(trustedLatitude: 53.9045, longitude: 27.5615))
  func at(_ hours: Double) -> Date { testNow.addingTimeInterval(hours * 3600) }
  func day(_ number: Int) -> TripDay {
    let offset = Double(number) * 24
    var previous = start.coordinate
    var legs: [Leg] = []
    let stops = (0..<2).map { i -> Stop in
      let place = Coordinate(trustedLatitude: 52 + Double(i) / 10, longitude: 23.7 + Double(number))
      legs.append(
        Leg(
          metres: Metres(1234.5), seconds: Seconds(600), geometry: LineString([previous, place]),
          source: .greatCircle))
      previous = place
      return Stop(
        id: StopID(UUID(uuidString: "00000000-0000-7000-8000-00000000000\(number * 2 + i)")!),
        partner: PartnerID(UUID(uuidString: "00000000-0000-7000-8000-0000000000A\(number * 2 + i)")!),
        name: text,
        coordinate: place, arrival: at(offset + Double(i)), serviceStart: at(offset + Double(i) + 0.1),
        departure: at(offset + Double(i) + 0.6), outcome: text)
    }
    legs.append(
      Leg(
        metres: Metres(9), seconds: Seconds(60), geometry: LineString([previous, start.coordinate]),
        source: .greatCircle))
    return TripDay(
      date: LocalDate(at(offset), in: TimeZone(identifier: "Europe/Minsk")!), start: at(offset),
      end: at(offset + 4),
      stops: stops, legs: legs)
  }
  return Trip(
    id: TripID(UUID(uuidString: "00000000-0000-7000-8000-0000000000FF")!), title: text, start: start,
    end: start,
    timeZone: "Europe/Minsk", days: [day(0), day(1)],
    unassigned: [
      UnassignedStop(
        partner: PartnerID(UUID(uuidString: "00000000-0000-7000-8000-0000000000B0")!), name: text,
        coordinate: nil,
        reason: .noCoordinates, detail: text)
    ], matrix: .greatCircle, metres: Metres(5000), seconds: Seconds(3600))
}

func summary(_ text: String, id: String = "00000000-0000-7000-8000-0000000000A0") -> PartnerSummary {
  PartnerSummary(
    id: PartnerID(UUID(uuidString: id)!), name: text, kind: .agency, status: .active, responsible: text,
    address: text,
    phone: text, coordinate: Coordinate(trustedLatitude: 52, longitude: 23.7), level: .house, tags: [text],
    openingHours: OpeningHours(days: Array(repeating: [], count: 7), text: text))
}

/// RFC 4180, written apart from the reader under test.
func parseCSV(_ bytes: [UInt8]) -> [[String]] {
  var rows: [[String]] = []
  var row: [String] = []
  var cell: [UInt8] = []
  var i = 0
  var quoted = false
  while i < bytes.count {
    let b = bytes[i]
    if quoted {
      if b == 0x22, i + 1 < bytes.count, bytes[i + 1] == 0x22 {
        cell.append(b)
        i += 1
      } else if b == 0x22 {
        quoted = false
      } else {
        cell.append(b)
      }
    } else if b == 0x22 {
      quoted = true
    } else if b == 0x2C || b == 0x0D {
      row.append(String(decoding: cell, as: UTF8.self))
      cell = []
      if b == 0x0D {
        rows.append(row)
        row = []
        i += 1
      }
    } else {
      cell.append(b)
    }
    i += 1
  }
  return rows
}

@Suite struct ExportTests {
  // MARK: - CSV

  @Test("no text becomes a formula or another cell", arguments: hostileTexts)
  func csv(_ text: String) throws {
    let rows = parseCSV(TripCSV.bytes(trip(text), partners: [summary(text).id: summary(text)]))
    #expect(rows.count == 6)
    #expect(Set(rows.map(\.count)) == [19])
    let starters = "=+-@\t\r\n＝＋－＠".unicodeScalars
    for row in rows {
      for (column, cell) in row.enumerated() where ![9, 10].contains(column) {
        let first = cell.unicodeScalars.first { $0 != " " && $0 != "\u{FEFF}" && $0 != "\u{200B}" }
        #expect(first.map { !starters.contains($0) } ?? true, "\(cell.debugDescription)")
      }
    }
    // What was written comes back, but for NUL.
    let plain = String(
      text.unicodeScalars.filter { $0 != "\u{0}" }.map { Character($0) }.map(String.init).joined())
    #expect(Array(FormulaGuard.removing(rows[1][3]).utf8) == Array(plain.utf8))
  }

  @Test("partners written as CSV are read back by the importer's reader")
  func csvRoundTrip() throws {
    let folder = TemporaryFolder()
    let box = Box()
    var writer = try PartnersCSV { box.bytes += $0 }
    for text in hostileTexts { try writer.write(Partner(kind: .agency, name: text), responsible: text) }
    try writer.finish()
    let reader = try TableFile.open(folder.write(box.bytes))
    var names: [String] = []
    while let row = try reader.next() { names.append(FormulaGuard.removing(row.cells[1])) }
    #expect(names.count == hostileTexts.count + 1)
    for (text, name) in zip(hostileTexts, names.dropFirst()) {
      let kept = text.unicodeScalars.filter {
        ($0.value >= 0x20 || "\t\n\r".unicodeScalars.contains($0)) && $0.value != 0x7F
      }
      #expect(Array(name.unicodeScalars) == Array(kept), "\(text.debugDescription)")
    }
  }

  @Test("negative numbers are numbers, not guarded text")
  func csvNumbers() throws {
    let box = Box()
    var writer = CSVWriter(byteOrderMark: true) { box.bytes += $0 }
    try writer.row([.double(-12.5), .int(-3), .double(.nan), .double(1e-7), .text("-3")])
    try writer.finish()
    #expect(box.bytes == [0xEF, 0xBB, 0xBF] + Array("-12.5,-3,,0.000000100,\"'-3\"\r\n".utf8))
  }

  // MARK: - GeoJSON

  @Test("GeoJSON stays one FeatureCollection with every text as it was", arguments: hostileTexts)
  func geoJSON(_ text: String) throws {
    let ring = [(52.0, 23.0), (52.0, 24.0), (53.0, 24.0), (52.0, 23.0)].map {
      Coordinate(trustedLatitude: $0.0, longitude: $0.1)
    }
    let region = Region(
      code: "BY-BR", level: .subdivision, country: "BY", names: ["en": text.isEmpty ? "x" : text],
      area: MultiPolygon([Polygon(outer: ring)]))
    let bytes = TripGeoJSON.bytes(trip(text), regions: [region], partners: [summary(text).id: summary(text)])
    let object = try JSONSerialization.jsonObject(with: Data(bytes)) as! [String: Any]
    #expect(object["type"] as? String == "FeatureCollection")
    let features = object["features"] as! [[String: Any]]
    let properties = features.map { $0["properties"] as! [String: Any] }
    #expect(
      properties.map { $0["kind"] as! String } == ["region"] + Array(repeating: "leg", count: 6) + ["start"]
        + Array(repeating: "stop", count: 4) + ["leftOut"])
    #expect(features.allSatisfy { $0["type"] as? String == "Feature" && $0.keys.contains("geometry") })
    for stop in properties where stop["kind"] as? String == "stop" {
      // Foundation's reader drops a byte-order mark at the head of a string.
      let expected = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
      #expect(Array((stop["name"] as! String).utf8) == Array(expected.utf8))
    }
    let first = features.first { ($0["properties"] as! [String: Any])["kind"] as? String == "stop" }!
    #expect((first["geometry"] as! [String: Any])["coordinates"] as? [Double] == [23.7, 52])
    let colours = Set(properties.filter { $0["kind"] as? String == "leg" }.map { $0["stroke"] as! String })
    #expect(colours == [DayColour.ofDay(0).hex, DayColour.ofDay(1).hex])
    #expect(features.last!["geometry"] is NSNull)
    #expect(properties.last!["reason"] as? String == "noCoordinates")
  }

  @Test("times in GeoJSON are local with their offset")
  func geoJSONTimes() throws {
    let features = TripGeoJSON.features(of: trip("x"))
    let stop = try #require(features.first { $0["kind"] == "stop" })
    let text = try #require(stop["arrival"]?.text)
    #expect(text.hasSuffix("+03:00"))
    #expect(ISO8601DateFormatter().date(from: text) == testNow)
  }

  @Test("partners and regions stream as collections, empty ones too")
  func streams() throws {
    let box = Box()
    var partners = PartnersGeoJSON { box.bytes += $0 }
    for text in hostileTexts { try partners.write(summary(text)) }
    try partners.finish()
    let object = try JSONSerialization.jsonObject(with: Data(box.bytes)) as! [String: Any]
    #expect((object["features"] as! [Any]).count == hostileTexts.count)
    box.bytes = []
    var regions = RegionsGeoJSON { box.bytes += $0 }
    try regions.finish()
    let empty = try JSONSerialization.jsonObject(with: Data(box.bytes)) as! [String: Any]
    #expect((empty["features"] as! [Any]).isEmpty)
  }

  // MARK: - GPX

  @Test("GPX keeps to its schema whatever the text", arguments: hostileTexts)
  func gpx(_ text: String) throws {
    let bytes = TripGPX.bytes(trip(text), partners: [summary(text).id: summary(text)], at: testNow)
    let checker = GPXChecker()
    #expect(checker.check(bytes) == [], "\(text.debugDescription)")
    #expect(checker.counts["wpt"] == 4)
    #expect(checker.counts["rte"] == 2)
    #expect(checker.counts["trk"] == 2)
    #expect(checker.counts["trkpt"] == 8)
    let kept = text.unicodeScalars.filter {
      !(0x7F...0x9F).contains($0.value) && ($0.value >= 0x20 || "\t\n\r".unicodeScalars.contains($0))
        && $0.value != 0xFFFE && $0.value != 0xFFFF
    }
    #expect(Array(checker.firstWaypointName.unicodeScalars) == Array("1.1 ".unicodeScalars) + Array(kept))
  }

  @Test("degrees are plain decimals of seven places at most")
  func degrees() {
    #expect(TripGPX.degrees(52) == "52")
    #expect(TripGPX.degrees(-0.00000012) == "-0.0000001")
    #expect(TripGPX.degrees(23.70000001) == "23.7")
    #expect(TripGPX.degrees(-179.9999999) == "-179.9999999")
    #expect(TripGPX.degrees(180) == "179.9999999")
  }

  // MARK: - iCalendar

  @Test("iCalendar folds, escapes and closes what it opens", arguments: hostileTexts)
  func calendar(_ text: String) throws {
    var planned = trip(text)
    planned.version = 4
    let bytes = TripCalendar.bytes(
      planned, at: testNow, partners: [summary(text).id: summary(text)])
    // Physical lines: CRLF only, 75 octets at most, each whole UTF-8.
    var lines: [[UInt8]] = []
    var line: [UInt8] = []
    for (i, b) in bytes.enumerated() {
      if b == 0x0A {
        #expect(bytes[i - 1] == 0x0D)
        lines.append(Array(line.dropLast()))
        line = []
      } else {
        #expect(b >= 0x20 || b == 0x09 || b == 0x0D)
        line.append(b)
      }
    }
    #expect(line.isEmpty)
    for line in lines {
      #expect(line.count <= 75)
      #expect(String(validating: line, as: UTF8.self) != nil)
    }
    var unfolded: [[UInt8]] = []
    for line in lines {
      if line.first == 0x20 {
        unfolded[unfolded.count - 1] += line.dropFirst()
      } else {
        unfolded.append(line)
      }
    }
    let logical = unfolded.map { String(decoding: $0, as: UTF8.self) }
    #expect(logical.first == "BEGIN:VCALENDAR")
    #expect(logical.last == "END:VCALENDAR")
    #expect(logical.filter { $0 == "BEGIN:VEVENT" }.count == 4)
    #expect(logical.filter { $0 == "END:VEVENT" }.count == 4)
    #expect(logical.filter { $0 == "SEQUENCE:3" }.count == 4)
    #expect(Set(logical.filter { $0.hasPrefix("UID:") }).count == 4)
    let names: Set<Substring> = [
      "BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "X-WR-CALNAME", "UID", "DTSTAMP", "SEQUENCE",
      "DTSTART",
      "DTEND", "SUMMARY", "LOCATION", "GEO", "DESCRIPTION", "STATUS", "TRANSP",
    ]
    for line in logical { #expect(names.contains(line.prefix { $0 != ":" }), "\(line.debugDescription)") }
    #expect(logical.filter { $0.hasPrefix("SUMMARY:") }.count == 4)
  }

  @Test("a text survives escaping and folding")
  func calendarText() {
    var lines = ICSLines()
    lines.add("SUMMARY:", escaping: "Вояж; ул. Ленина, 5\\2\r\nэтаж " + String(repeating: "ё", count: 60))
    let text = String(decoding: lines.bytes, as: UTF8.self).replacingOccurrences(of: "\r\n ", with: "")
    #expect(
      text == "SUMMARY:Вояж\\; ул. Ленина\\, 5\\\\2\\nэтаж " + String(repeating: "ё", count: 60) + "\r\n")
  }

  @Test("an event keeps its UID when the trip is planned again, with a higher SEQUENCE")
  func stableUID() {
    func uids(_ bytes: [UInt8]) -> Set<String> {
      let text = String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: "\r\n ", with: "")
      return Set(text.components(separatedBy: "\r\n").filter { $0.hasPrefix("UID:") })
    }
    let first = trip("x")
    var again = first
    for d in again.days.indices {
      for s in again.days[d].stops.indices { again.days[d].stops[s].id = .new() }
    }
    again.days.reverse()
    #expect(
      uids(TripCalendar.bytes(first, at: testNow))
        == uids(TripCalendar.bytes(again, at: testNow.addingTimeInterval(60))))
  }

  @Test("times are UTC and end after they start")
  func calendarTimes() {
    let text = String(decoding: TripCalendar.bytes(trip("x"), at: testNow), as: UTF8.self)
    #expect(text.contains("DTSTAMP:20261118T110640Z"))
    #expect(text.contains("DTSTART:20261118T111240Z"))
    #expect(text.contains("DTEND:20261118T114240Z"))
    #expect(text.contains("STATUS:TENTATIVE"))
  }
}

final class Box { var bytes: [UInt8] = [] }
