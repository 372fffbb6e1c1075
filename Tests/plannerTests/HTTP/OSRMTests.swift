import Foundation
import Geo
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Routing
import TestSupport
import Testing

@testable import planner

/// The surface that speaks OSRM's language, driven in memory.
@Suite("Roads in OSRM's language over HTTP")
struct OSRMTests {
  static let pair = "13.2605,53.556;13.2643,53.5571"
  static let three = pair + ";13.2668,53.5549"

  private func get(
    _ uri: String, method: HTTPRequest.Method = .get, roads: (any RoadRouting)? = StraightRoads()
  ) async throws -> (TestResponse, JSONValue) {
    let router = try PlannerServer.routes(
      library: SampleTrip.library, assets: AssetController(webFiles: nil), roads: roads,
      gate: .everybody
    ).router
    let response = try await Application(router: router).test(.router) { client in
      try await client.execute(uri: uri, method: method)
    }
    let bytes = Array(response.body.readableBytesView)
    return (response, bytes.isEmpty ? .null : try JSONValue(parsing: bytes))
  }

  private func code(_ uri: String) async throws -> String? { try await get(uri).1["code"]?.text }

  @Test("answers are open to pages of any origin, and say so before they are asked")
  func headers() async throws {
    let (response, answer) = try await get("/route/v1/driving/\(Self.pair)?overview=false")
    #expect(response.status == .ok)
    #expect(answer["code"] == "Ok" && answer["data_version"] == "straight 1")
    #expect(response.headers[.accessControlAllowOrigin] == "*")
    #expect(response.headers[.contentType] == "application/json; charset=UTF-8")
    let (head, nothing) = try await get("/route/v1/driving/\(Self.pair)", method: .head)
    #expect(head.status == .ok && nothing == .null)
    let (options, _) = try await get("/table/v1/driving/\(Self.pair)", method: .options)
    #expect(options.status == .noContent && options.headers[.accessControlAllowOrigin] == "*")
    #expect(try await get("/route/v1/driving/\(Self.pair)", method: .post).0.status == .methodNotAllowed)
  }

  @Test("without a road network, or with one that fails, the answer is 503 or 500 in OSRM's shape")
  func unavailable() async throws {
    struct Secret: Error {}
    let uri = "/route/v1/driving/\(Self.pair)"
    let (none, answer) = try await get(uri, roads: nil)
    #expect(none.status == .serviceUnavailable && answer["code"] == "Unavailable")
    #expect(answer["message"]?.text?.contains("--roads") == true)
    #expect(none.headers[.accessControlAllowOrigin] == "*")
    // A question that cannot be read is told so all the same.
    #expect(try await get("/route/v1/driving/x", roads: nil).1["code"] == "InvalidQuery")
    let (behind, _) = try await get(uri, roads: StraightRoads(failure: RoadRoutingError.server("down")))
    #expect(behind.status == .serviceUnavailable)
    let (broken, told) = try await get(uri, roads: StraightRoads(failure: Secret()))
    #expect(broken.status == .internalServerError && told["code"] == "InternalError")
    #expect(!String(buffer: broken.body).contains("Secret"))
  }

  @Test("places come as numbers or as encoded lines of either precision, with or without .json")
  func coordinates() async throws {
    let places = [
      Coordinate(trustedLatitude: 53.556, longitude: 13.2605),
      Coordinate(trustedLatitude: 53.5571, longitude: 13.2643),
    ]
    func escaped(_ text: String) -> String {
      text.addingPercentEncoding(withAllowedCharacters: .alphanumerics)!
    }
    for text in [
      Self.pair, "+13.2605,53.556;1.32643e1,53.5571", "13.2605%2C53.556%3B13.2643,53.5571",
      "polyline(\(escaped(Polyline.encode(places))))",
      "polyline6(\(escaped(Polyline.encode(places, precision: .six))))",
      "polyline6(\(Polyline.encode(places, precision: .six)))",
    ] {
      for end in ["", ".json", ".json?steps=true", "?steps=false"] {
        let request = try OSRMRequest(uri: "/route/v1/car/\(text)\(end)")
        #expect(request.coordinates == places)
        #expect(request.options.steps == (end == ".json?steps=true"))
      }
    }
    #expect(try await code("/nearest/v1/driving/13,53") == "Ok")
    let (_, several) = try await get("/nearest/v1/driving/\(Self.pair)?number=2")
    guard case .array(let lists) = several["waypoints"], case .array(let first) = lists.first else {
      Issue.record("no lists")
      return
    }
    #expect(lists.count == 2 && first.count == 2)
  }

  @Test(
    "options of real clients that change nothing here are read",
    arguments: [
      "alternatives=true", "alternatives=3", "continue_straight=default", "continue_straight=true",
      "bearings=10,20;", "bearings=0,0;360,180", "hints=;", "hints=abc_-=;", "approaches=curb;unrestricted",
      "approaches=;", "exclude=motorway", "exclude=toll,ferry", "snapping=any", "generate_hints=false",
      "radiuses=;", "radiuses=unlimited;100.5", "waypoints=0;1", "steps=true&steps=false",
      "annotations=false", "annotations=duration,distance,nodes,weight,datasources,speed",
    ])
  func accepted(option: String) async throws {
    #expect(try await code("/route/v1/driving/\(Self.pair)?\(option)") == "Ok")
  }

  @Test(
    "what cannot be meant is refused with OSRM's codes, never with a status of 500",
    arguments: [
      ("/route/v1/driving/1,2;3", "InvalidQuery"), ("/route/v1/driving/1,2;3,4;", "InvalidQuery"),
      ("/route/v1/driving/1,2;3,4 ", "InvalidUrl"), ("/route/v1/driving/1,2;nan,4", "InvalidQuery"),
      ("/route/v1/driving/1,2;3,1e999", "InvalidValue"),
      ("/route/v1/driving/1,2;3,4?steps=true%20", "InvalidUrl"),
      ("/route/v1/driving/1,2;3,-91", "InvalidValue"),
      ("/route/v1/driving/polyline(", "InvalidQuery"), ("/route/v1/driving/polyline(_", "InvalidQuery"),
      ("/route/v1/driving/polyline(%7E%7E%7E%7E%7E%7E%7E%7E%7E)", "InvalidQuery"),
      ("/route/v1/driving/polyline(%00)", "InvalidUrl"), ("/route/v1/driving/%FF%FE", "InvalidUrl"),
      ("/route/v1/driving/polyline()", "InvalidOptions"), ("/route/v1/driving/%", "InvalidQuery"),
      ("/route/v1/driving/1,2;3,4?", "InvalidQuery"), ("/route/v1/driving/1,2;3,4?steps", "InvalidQuery"),
      ("/route/v1/driving/1,2;3,4?steps=", "InvalidQuery"), ("/route/v1/driving/1,2;3,4?=1", "InvalidQuery"),
      ("/route/v1/driving/1,2;3,4?steps=true&", "InvalidQuery"),
      ("/route/v1/driving/1,2;3,4?number=1", "InvalidQuery"),
      ("/route/v1/driving/1,2;3,4?annotations=duration,", "InvalidQuery"),
      ("/route/v1/driving/1,2;3,4?exclude=", "InvalidQuery"),
      ("/route/v1/driving/1,2;3,4?bearings=10;", "InvalidQuery"),
      ("/route/v1/driving/1,2;3,4?bearings=361,5;", "InvalidOptions"),
      ("/route/v1/driving/1,2;3,4?hints=;;", "InvalidOptions"),
      ("/route/v1/driving/1,2;3,4?waypoints=0;2", "InvalidOptions"),
      ("/route/v1/driving/1,2;3,4;5,6?waypoints=0;2", "NotImplemented"),
      ("/route/v1/driving/1,2;3,4.flatbuffers", "NotImplemented"),
      ("/route/v1/driving/1,2;3,4.xml", "InvalidQuery"), ("/route/v1x/driving/1,2;3,4", "InvalidVersion"),
      ("/route//driving/1,2;3,4", "InvalidUrl"), ("/route/v1/", "InvalidUrl"),
      ("/match/v1/driving/1,2;3,4", "InvalidService"), ("/tile/v1/car/tile(1,2,3).mvt", "InvalidService"),
      ("/table/v1/driving/1,2;3,4?sources=", "InvalidQuery"),
      ("/table/v1/driving/1,2;3,4?sources=99999999999999999999", "InvalidQuery"),
      ("/table/v1/driving/1,2;3,4?destinations=0;-1", "InvalidQuery"),
      ("/table/v1/driving/1,2;3,4?scale_factor=0", "InvalidOptions"),
      ("/table/v1/driving/1,2;3,4?fallback_speed=-1", "InvalidOptions"),
      ("/nearest/v1/driving/polyline()", "InvalidOptions"),
      ("/nearest/v1/driving/1,2?number=100000000000000000000", "InvalidQuery"),
      ("/trip/v1/driving/1,2;3,4?source=last", "InvalidQuery"),
      ("/trip/v1/driving/1,2;3,4?alternatives=true", "InvalidQuery"),
    ])
  func refused(uri: String, code: String) async throws {
    let answer = try await OSRMService(roads: StraightRoads()).answer(to: uri)
    let value = try JSONValue(parsing: answer.body)
    #expect(value["code"]?.text == code && answer.status == 400)
    #expect(value["message"]?.text?.isEmpty == false)
  }

  @Test("any bytes get an answer")
  func noise() async throws {
    let pieces = [
      "/", "route", "table", "trip", "v1", "driving", "1,2;3,4", "polyline(", ")", "?", "&", "=", ";", ",",
      "%",
      "%3F", "steps", "true", "sources", "0", "radiuses", "-", "1e", ".", ".json", "é", "\u{0}", "number",
      "all",
    ]
    var random = SplitMix(seed: 7)
    let service = OSRMService(roads: StraightRoads())
    for _ in 0..<3000 {
      var uri = Bool.random(using: &random) ? "/route/v1/driving/1,2;3,4?" : "/table/v1/car/"
      for _ in 0..<Int.random(in: 0...8, using: &random) { uri += pieces.randomElement(using: &random)! }
      let answer = try await service.answer(to: uri)
      #expect(answer.status == 200 || answer.status == 400, "\(uri)")
    }
  }

  @Test("questions that are too large are refused before anything is computed")
  func tooBig() async throws {
    let limits = OSRMLimits(table: 4, route: 3, trip: 3, nearest: 3)
    let service = OSRMService(roads: StraightRoads(), limits: limits)
    func code(_ uri: String) async throws -> String? {
      try JSONValue(parsing: try await service.answer(to: uri).body)["code"]?.text
    }
    let four = "1,52;2,52;3,52;4,52"
    #expect(try await code("/route/v1/driving/\(four)") == "TooBig")
    #expect(try await code("/trip/v1/driving/\(four)") == "TooBig")
    #expect(try await code("/table/v1/driving/\(four)") == "Ok")
    #expect(try await code("/table/v1/driving/\(four);5,52") == "TooBig")
    #expect(try await code("/table/v1/driving/\(four);5,52?sources=0") == "Ok")
    #expect(try await code("/table/v1/driving/\(four);\(four);5,52?sources=0") == "TooBig")
    #expect(try await code("/nearest/v1/driving/1,52?number=4") == "TooBig")
    #expect(OSRMLimits().table == 1000 && OSRMLimits().route == 500 && OSRMLimits().trip == 500)
  }

  @Test("lines come in the form asked for: simplified, whole or not at all")
  func geometries() async throws {
    func geometry(_ options: String) async throws -> JSONValue? {
      guard case .array(let routes) = try await get("/route/v1/driving/\(Self.pair)?\(options)").1["routes"]
      else { return nil }
      return routes[0]["geometry"]
    }
    #expect(try await geometry("overview=false") == nil)
    #expect(try await geometry("overview=by_legs") == nil)
    if case .array(let routes) = try await get("/route/v1/driving/\(Self.pair)?overview=by_legs").1["routes"],
      case .array(let legs) = routes[0]["legs"]
    {
      #expect(try Polyline.decode(try #require(legs[0]["geometry"]?.text).utf8).count == 3)
    } else {
      Issue.record("no route")
    }
    for (name, precision) in [("polyline", Polyline.Precision.five), ("polyline6", .six)] {
      let text = try #require(try await geometry("overview=full&geometries=\(name)")?.text)
      let points = try Polyline.decode(text.utf8, precision: precision)
      #expect(points.count == 3)
      #expect(
        Geodesy.distance(points[0], Coordinate(trustedLatitude: 53.55604, longitude: 13.2605)).value < 1)
    }
    let line = try #require(try await geometry("overview=full&geometries=geojson"))
    #expect(line["type"] == "LineString")
    guard case .array(let points) = line["coordinates"] else { return }
    #expect(points == [[13.2605, 53.55604], [13.2624, 53.55669], [13.2643, 53.55714]])
    let short = try #require(try await geometry("geometries=polyline")?.text)
    #expect(try Polyline.decode(short.utf8).count <= 3)
  }

  @Test("tables fill holes by straight lines where asked, and scale times only")
  func table() async throws {
    let uri = "/table/v1/driving/13.2605,53.556;7.42,43.735;13.2643,53.5571?annotations=duration,distance"
    let (_, plain) = try await get(uri + "&sources=0;1&destinations=2;0")
    #expect(plain["durations"] == [[28, 0], [.null, .null]])
    #expect(plain["distances"] == [[280, 0], [.null, .null]])
    #expect(plain["fallback_speed_cells"] == nil)
    let (_, filled) = try await get(uri + "&sources=0;1&destinations=2;0&fallback_speed=100&scale_factor=2")
    let straight = Geodesy.distance(
      Coordinate(trustedLatitude: 43.735, longitude: 7.42),
      Coordinate(trustedLatitude: 53.556, longitude: 13.2605)
    ).value
    #expect(filled["fallback_speed_cells"] == [[1, 0], [1, 1]])
    guard case .array(let rows) = filled["durations"], case .array(let row) = rows[1] else { return }
    #expect(abs(row[1].number! - straight / 100 * 2) < 0.06)
    guard case .array(let lengths) = filled["distances"], case .array(let length) = lengths[1] else { return }
    #expect(abs(length[1].number! - straight) < 0.06)
    #expect(lengths[0] == [280, 0] && rows[0] == [56, 0])
  }

  @Test("a limit on the way to the road holds for its own place, also among sources and destinations")
  func radiuses() async throws {
    func message(_ uri: String) async throws -> String? { try await get(uri).1["message"]?.text }
    let wanted = "Could not find a matching segment for coordinate 2"
    #expect(try await message("/route/v1/driving/\(Self.three)?radiuses=unlimited;;1") == wanted)
    #expect(
      try await message("/table/v1/driving/\(Self.three)?radiuses=10;;1&sources=2&destinations=0;1") == wanted
    )
    #expect(try await code("/table/v1/driving/\(Self.three)?radiuses=10;;1&sources=0&destinations=1") == "Ok")
    #expect(try await message("/trip/v1/driving/\(Self.three)?radiuses=10;;1") == wanted)
  }
}
