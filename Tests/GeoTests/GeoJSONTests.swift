import Foundation
import TestSupport
import Testing

@testable import Geo

@Suite("GeoJSON")
struct GeoJSONTests {
  private let square = "[[0,0],[10,0],[10,10],[0,10],[0,0]]"

  private func area(_ text: String) throws -> MultiPolygon { try GeoJSON.area(from: Data(text.utf8)) }
  private func areaCode(_ text: String) -> String? {
    do {
      _ = try GeoJSON.area(from: Data(text.utf8))
      return nil
    } catch { return error.code }
  }

  // MARK: Reading

  @Test("an area is read from every type that can hold one, longitude first, members in any order")
  func types() throws {
    let polygon = "{\"type\":\"Polygon\",\"coordinates\":[\(square)]}"
    let expected = MultiPolygon([
      Polygon(outer: [at(0, 0), at(0, 10), at(10, 10), at(10, 0), at(0, 0)])
    ])
    #expect(try area(polygon) == expected)
    #expect(
      try area("\u{FEFF} {\"coordinates\":[[\(square)]],\"bbox\":[1,2],\"type\":\"MultiPolygon\"} ")
        == expected)
    #expect(try area("{\"type\":\"Feature\",\"geometry\":\(polygon),\"properties\":null}") == expected)
    #expect(
      try area(
        """
        {"features":[{"type":"Feature","properties":{"a":[1,{"b":2}]},"geometry":null},
         {"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]},"properties":{}},
         {"type":"Feature","geometry":\(polygon),"properties":{}}],"type":"FeatureCollection"}
        """) == expected)
    #expect(
      try area(
        "{\"type\":\"GeometryCollection\",\"geometries\":[\(polygon),{\"type\":\"Point\",\"coordinates\":[1,2]}]}"
      )
        == expected)
    let holed = "{\"type\":\"Polygon\",\"coordinates\":[\(square),[[2,2],[2,4],[4,4],[2,2]]]}"
    #expect(try area(holed).polygons[0].holes.count == 1)
    #expect(try area(holed.replacingOccurrences(of: "0,0]", with: "0,0,155.5]")).polygons.count == 1)
  }

  @Test("bad text has a code and a place")
  func badText() throws {
    #expect(areaCode("") == "geo.geojson.malformed")
    #expect(areaCode("[]") == "geo.geojson.malformed")
    #expect(areaCode("{\"type\":\"Polygon\",\"coordinates\":[[[0,0]") == "geo.geojson.malformed")
    #expect(areaCode("{\"type\":\"Polygon\",\"coordinates\":[\(square)]} x") == "geo.geojson.malformed")
    #expect(areaCode("{}") == "geo.geojson.missingMember")
    #expect(areaCode("{\"type\":\"Polygon\"}") == "geo.geojson.missingMember")
    #expect(areaCode("{\"type\":\"FeatureCollection\"}") == "geo.geojson.missingMember")
    #expect(areaCode("{\"type\":\"Circle\",\"coordinates\":[1,2]}") == "geo.geojson.unknownType")
    #expect(areaCode("{\"type\":\"Point\",\"coordinates\":[1,2]}") == "geo.geojson.noArea")
    #expect(areaCode("{\"type\":\"FeatureCollection\",\"features\":[]}") == "geo.geojson.noArea")
    #expect(areaCode("{\"type\":\"Polygon\",\"coordinates\":\(square)}") == "geo.geojson.malformed")
    #expect(areaCode("{\"type\":\"Polygon\",\"coordinates\":[[[0,\"1\"]]]}") == "geo.geojson.badPosition")
    #expect(
      areaCode("{\"type\":\"Polygon\",\"coordinates\":[[[0],[1,1],[1,0],[0]]]}") == "geo.geojson.badPosition")
    // UTF-16, as some tools save.
    let wide = "{\"type\":\"Polygon\"}".data(using: .utf16LittleEndian)!
    #expect(throws: GeometryError.self) { try GeoJSON.area(from: wide) }
  }

  @Test("bad numbers have a code and a place: NaN, latitude 127, swapped values")
  func badNumbers() throws {
    func polygon(_ position: String) -> String {
      "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,0],\(position),[0,10],[0,0]]]}"
    }
    #expect(areaCode(polygon("[NaN,10]")) == "geo.geojson.notFinite")
    #expect(areaCode(polygon("[1e999,10]")) == "geo.geojson.notFinite")
    #expect(areaCode(polygon("[200,10]")) == "geo.polygon.longitudeOutOfRange")
    let error = try #require(throws: GeometryError.self) {
      try GeoJSON.area(from: Data(polygon("[10,127]").utf8))
    }
    #expect(error.code == "geo.polygon.latitudeOutOfRange")
    #expect(error.message.contains("127") && error.message.contains("point 3"))
    #expect(error.hint.contains("swapped"))
    let far = try #require(throws: GeometryError.self) {
      try GeoJSON.area(from: Data(polygon("[120,127]").utf8))
    }
    #expect(!far.hint.contains("swapped"))
  }

  @Test("bad shapes are refused on the way in, naming the feature")
  func badShapes() throws {
    #expect(
      areaCode("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,0],[10,10],[0,10]]]}")
        == "geo.polygon.unclosed")
    #expect(
      areaCode("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,10],[10,0],[0,10],[0,0]]]}")
        == "geo.polygon.selfCrossing")
    #expect(areaCode("{\"type\":\"Polygon\",\"coordinates\":[]}") == "geo.polygon.tooFewPoints")
    #expect(
      areaCode("{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[0,0]]]}") == "geo.polygon.tooFewPoints")
    let collection = """
      {"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{}},
       {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,95],[2,2],[0,0]]]},"properties":{}}]}
      """
    let error = try #require(throws: GeometryError.self) { try GeoJSON.area(from: Data(collection.utf8)) }
    #expect(error.message.contains("feature 2, outer ring, point 2"))
  }

  @Test("depth and size are limited")
  func limits() {
    let deep = "{\"type\":\"GeometryCollection\",\"geometries\":["
    #expect(areaCode(String(repeating: deep, count: 1000)) == "geo.geojson.tooDeep")
    #expect(
      areaCode("{\"type\":\"Polygon\",\"x\":" + String(repeating: "[", count: 100_000))
        == "geo.geojson.tooDeep")
    #expect(areaCode("{\"type\":\"Polygon\",\"coordinates\":[[[[[[0,0]]]]]]}") == "geo.geojson.tooDeep")
    #expect(throws: GeometryError.tooLarge(bytes: GeoJSON.maximumBytes + 1, limit: GeoJSON.maximumBytes)) {
      try GeoJSON.area(from: Data(count: GeoJSON.maximumBytes + 1))
    }
  }

  @Test("a line is read for corridors")
  func line() throws {
    let text = "{\"type\":\"LineString\",\"coordinates\":[[23.7,52.1],[27.5,53.9]]}"
    #expect(try GeoJSON.line(from: Data(text.utf8)) == LineString([at(52.1, 23.7), at(53.9, 27.5)]))
    let feature = "{\"type\":\"Feature\",\"properties\":{},\"geometry\":\(text)}"
    #expect(try GeoJSON.line(from: Data(feature.utf8)).points.count == 2)
    #expect(throws: GeometryError.noLine) {
      try GeoJSON.line(from: Data("{\"type\":\"Point\",\"coordinates\":[1,2]}".utf8))
    }
    #expect(throws: GeometryError.noLine) {
      try GeoJSON.line(from: Data("{\"type\":\"LineString\",\"coordinates\":[[1,2]]}".utf8))
    }
  }

  @Test("no cut of a valid file traps or hangs, and none but the whole is accepted")
  func truncation() {
    let text =
      "{\"type\":\"Feature\",\"properties\":{\"имя\":\"Брест \\u0411\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[\(square)]}}"
    let bytes = Array(text.utf8)
    for end in 0..<bytes.count {
      #expect(throws: GeometryError.self) { try GeoJSON.area(from: Data(bytes[..<end])) }
    }
    var dice = SplitMix(seed: 8)
    for _ in 0..<2000 {
      var broken = bytes
      for _ in 0..<3 {
        broken[Int(dice.next() % UInt64(broken.count))] = UInt8(truncatingIfNeeded: dice.next())
      }
      _ = try? GeoJSON.area(from: Data(broken))
    }
  }

  // MARK: Writing

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("a collection is written feature by feature with properties in order")
  func collection() throws {
    var pieces: [[UInt8]] = []
    var writer = GeoJSONWriter(members: [("name", "поездка")]) { pieces.append($0) }
    try writer.write(
      .init(
        id: "p1", geometry: .point(at(53.9045, 27.5615)),
        properties: [("name", "Минск"), ("count", 3), ("share", 0.5), ("open", true), ("none", .null)]))
    try writer.write(.init(geometry: nil, properties: [(String, JSONValue)]()))
    try writer.finish()
    #expect(
      text(pieces.flatMap { $0 }) == """
        {"type":"FeatureCollection","name":"поездка","features":[
        {"type":"Feature","id":"p1","geometry":{"type":"Point","coordinates":[27.5615,53.9045]},"properties":{"name":"Минск","count":3,"share":0.5,"open":true,"none":null}},
        {"type":"Feature","geometry":null,"properties":{}}
        ]}

        """)
    #expect(
      text(GeoJSONWriter.bytes([GeoJSON.Feature]())) == "{\"type\":\"FeatureCollection\",\"features\":[\n]}\n"
    )
  }

  @Test("a large collection is handed over in pieces of bounded size")
  func streaming() throws {
    var largest = 0
    var total = 0
    var writer = GeoJSONWriter {
      largest = max(largest, $0.count)
      total += $0.count
    }
    for i in 0..<20_000 {
      try writer.write(.init(geometry: .point(at(53, 27)), properties: [("name", .string("партнёр \(i)"))]))
    }
    try writer.finish()
    #expect(total > 2_000_000)
    #expect(largest < 80_000)
  }

  @Test(
    "coordinates have at most seven decimals and no needless zeros",
    arguments: [
      (27.5615, "27.5615"), (-0.00000004, "0"), (180.0, "180"), (-179.99999999, "-180"),
      (1.23456789, "1.2345679"),
      (-0.5, "-0.5"), (100.0000001, "100.0000001"), (0.0, "0"), (9.1, "9.1"),
    ])
  func decimals(value: Double, expected: String) {
    var bytes: [UInt8] = []
    GeoJSON.Geometry.writeDegrees(value, to: &bytes)
    #expect(text(bytes) == expected)
  }

  @Test("outer rings run counter-clockwise and holes clockwise, whatever way they came")
  func rightHandRule() {
    let outer = ring((0, 0), (0, 10), (10, 10), (10, 0))
    let hole = ring((2, 2), (2, 4), (4, 4), (4, 2))
    let expected =
      "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[2,2],[2,4],[4,4],[4,2],[2,2]]]}"
    for o in [outer, outer.reversed()] {
      for h in [hole, hole.reversed()] {
        #expect(text(GeoJSON.Geometry.polygon(Polygon(outer: o, holes: [h])).bytes) == expected)
      }
    }
  }

  @Test("polygons and lines across the 180th meridian are written cut")
  func antimeridian() {
    let polygon = Polygon(outer: ring((60, 170), (60, -170), (70, -170), (70, 170)))
    #expect(
      text(GeoJSON.Geometry.polygon(polygon).bytes).hasPrefix("{\"type\":\"MultiPolygon\""))
    let line = LineString([at(60, 170), at(62, -170)])
    #expect(
      text(GeoJSON.Geometry.line(line).bytes)
        == "{\"type\":\"MultiLineString\",\"coordinates\":[[[170,60],[180,61]],[[-180,61],[-170,62]]]}")
  }

  @Test("what is written reads back the same")
  func roundTrip() throws {
    let area = MultiPolygon([
      Polygon(outer: ring((0, 0), (0, 10), (10, 10), (10, 0)), holes: [ring((2, 2), (4, 4), (2, 4))]),
      Polygon(outer: ring((20.1234567, 20), (20, 30), (30, 20))),
    ])
    let back = try GeoJSON.area(from: Data(GeoJSON.Geometry.multiPolygon(area).bytes))
    #expect(back.polygons.count == 2 && back.polygons[0].holes.count == 1)
    #expect(Set(back.polygons[1].outer) == Set(area.polygons[1].outer))
  }

  @Test("no text breaks out of a string")
  func escaping() throws {
    let nasty = "\"\u{301}</script>\\\n\r\t\u{0}\u{1F}\u{2028}\u{2029}\u{7F}é\u{10FFFF}"
    let bytes = JSONValue.object([("k\"\u{301}", .string(nasty))]).bytes
    #expect(!bytes.contains { $0 < 0x20 || $0 == 0x7F })
    #expect(!text(bytes).contains("</script"))
    #expect(!text(bytes).unicodeScalars.contains { $0 == "\u{2028}" || $0 == "\u{2029}" })
    let parsed = try JSONValue(parsing: bytes)
    #expect(parsed == .object([("k\"\u{301}", .string(nasty))]))
    // Foundation agrees.
    let other = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    #expect(other == parsed)
  }

  @Test("values of every kind go out and come back, their objects in order")
  func values() throws {
    let value: JSONValue = [
      "z": 1, "a": [true, nil, 1.5, "x", [:] as JSONValue], "m": .double(.nan), "big": .double(1e300),
    ]
    let bytes = value.bytes
    #expect(text(bytes) == "{\"z\":1,\"a\":[true,null,1.5,\"x\",{}],\"m\":null,\"big\":1e+300}")
    let back = try JSONValue(parsing: bytes)
    #expect(back["z"] == 1 && back["big"]?.number == 1e300)
    #expect(back.bytes == bytes)
    #expect(throws: GeometryError.self) { try JSONValue(parsing: Array("{\"a\":1,}".utf8)) }
    #expect(throws: GeometryError.self) { try JSONValue(parsing: Array("1 2".utf8)) }
    let encoded = try JSONEncoder().encode(back)
    #expect(try JSONDecoder().decode(JSONValue.self, from: encoded)["a"] == value["a"])
  }

  @Test("a text that is known already stands for the value it was written of")
  func written() throws {
    let value: JSONValue = ["a": [1, "<", nil], "b": ["c": 2.5]]
    let outer = JSONValue.object([
      ("before", true), ("it", .written(value.bytes)), ("list", [.written([0x30])]),
    ])
    #expect(text(outer.bytes) == "{\"before\":true,\"it\":\(text(value.bytes)),\"list\":[0]}")
    #expect(try JSONValue(parsing: outer.bytes)["it"] == value)
    #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(outer))["it"] == value)
  }
}
