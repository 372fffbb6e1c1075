import Foundation
import Geo
import NetworkSupport
import Routing
import Synchronization
import Testing

@testable import Outbound

/// Answers that an `osrm-routed` gave, see Fixtures/OSRM/README.md.
enum RecordedOSRM {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/OSRM")

  /// By path and query.
  static let answers: [String: (status: Int, body: Data)] = {
    let list = try! String(contentsOf: folder.appendingPathComponent("requests.tsv"), encoding: .utf8)
    var answers: [String: (Int, Data)] = [:]
    for line in list.split(separator: "\n") {
      let cells = line.split(separator: "\t").map(String.init)
      answers[cells[2]] = (
        Int(cells[1])!, try! Data(contentsOf: folder.appendingPathComponent(cells[0] + ".json"))
      )
    }
    return answers
  }()

  /// Answers what was recorded and 404 to everything else.
  static let script = Script { _, request in
    let target = String(request.split(separator: " ")[1])
    guard let answer = answers[target] else { return [.answer(404)] }
    return [.answer(answer.status, [("Content-Type", "application/json")], body: answer.body)]
  }
}

func osrmClient(
  _ server: ScriptedServer, settings: OSRMSettings = OSRMSettings(), clock: ManualClock = ManualClock(),
  deadline: Duration = .patient, path: String = ""
) throws -> OSRMClient {
  let client = OutboundClient(
    userAgent: "planner/test", allowed: try OutboundAllowance("127.0.0.1"),
    limits: .init(deadline: deadline, bodyBytes: 1_000_000))
  return try OSRMClient(
    base: "http://127.0.0.1:\(server.port)\(path)", client: client, settings: settings, clock: clock.clock)
}

func place(_ longitude: Double, _ latitude: Double) -> Coordinate {
  Coordinate(trustedLatitude: latitude, longitude: longitude)
}

@Suite("A routing server that speaks OSRM's language")
struct OSRMClientTests {
  static let old = place(13.2605, 53.556)
  static let new = place(13.2643, 53.5571)
  static let ring = place(13.2668, 53.5549)
  static let monaco = place(7.42, 43.735)

  private func recorded<Value>(_ body: (OSRMClient) async throws -> Value) async throws -> Value {
    try await ScriptedServer.with(RecordedOSRM.script) { try await body(try osrmClient($0)) }
  }

  @Test("the version names the server, the profile and the data")
  func version() async throws {
    try await ScriptedServer.with(RecordedOSRM.script) { server in
      let version = try await osrmClient(server, path: "/").networkVersion()
      #expect(version == "osrm http://127.0.0.1:\(server.port) driving 2026-11")
    }
    let silent = #"{"code":"Ok","waypoints":[{"location":[7.5,43.25],"nodes":[3,4],"distance":1}]}"#
    try await ScriptedServer.with(Script { _, _ in [.answer(json: silent)] }) { server in
      let version = try await osrmClient(server).networkVersion()
      #expect(version.hasSuffix(" driving 7.5,43.25 [3, 4]"))
    }
  }

  @Test("nearest roads come with their nodes, nearest first, and none from beyond the limit")
  func nearest() async throws {
    let found = try await recorded { try await $0.nearest(Self.old, count: 3, options: RoadOptions()) }
    #expect(
      found.map(\.nodes) == [
        [1_187_033_651, 29_685_265], [1_187_033_651, 477_224_611], [1_187_033_657, 1_187_033_651],
      ])
    #expect(found[0].name == "Kleine Wollweberstraße")
    #expect(found[0].coordinate == place(13.260489, 53.556173))
    #expect(abs(found[0].distance.value - 19.268) < 0.001)
    let none = try await recorded { client in
      try await client.nearest(Self.old, count: 1, options: RoadOptions(radius: Metres(0.5)))
    }
    #expect(none.isEmpty)
  }

  @Test("a route comes with legs, lines, manoeuvres and annotations")
  func route() async throws {
    let route = try await recorded { client in
      try await client.route(
        through: [Self.old, Self.new, Self.ring], options: RoadOptions(steps: true, annotations: true))
    }
    #expect(route.legs.map(\.duration) == [.milliseconds(61_400), .milliseconds(247_200)])
    #expect(route.legs.map(\.distance) == [Metres(320.4), Metres(1806.1)])
    #expect(route.duration == .milliseconds(308_600))
    let first = route.legs[0]
    #expect(first.summary == "Neutorstraße, Wartlaustraße")
    #expect(first.steps.map(\.kind) == [.depart, .newName, .turn, .turn, .arrive])
    #expect(first.steps.map(\.modifier) == [.right, .straight, .left, .right, .left])
    #expect(first.steps[1].intersections[0].incoming == 3)
    #expect(first.steps[1].intersections[0].bearings == [0, 90, 180, 270])
    #expect(first.steps[1].intersections[0].entry == [true, true, true, false])
    #expect(first.steps[0].intersections[0].incoming == nil)
    #expect(first.line.points.first == route.waypoints[0].coordinate)
    #expect(first.line.points.last == route.waypoints[1].coordinate)
    let annotation = try #require(first.annotation)
    #expect(annotation.durations.count == 11 && annotation.nodes.count == 12)
    // The line has a piece for each entry, and is as long as it says.
    #expect(first.line.points.count == 12)
    let length = zip(first.line.points, first.line.points.dropFirst()).reduce(0) {
      $0 + Geodesy.distance($1.0, $1.1).value
    }
    #expect(abs(length - 320.4) < 3)
  }

  @Test("places without a road and places without a way are told by their number")
  func refusals() async throws {
    await #expect(throws: RoadRoutingError.noRoad(index: 1, place: Self.new)) {
      try await recorded { client in
        try await client.route(
          through: [Self.old, Self.new], options: RoadOptions(radiuses: [nil, Metres(0.5)]))
      }
    }
    await #expect(throws: RoadRoutingError.noRoute(from: 1, to: 2)) {
      try await recorded { client in
        try await client.route(through: [Self.old, Self.new, Self.monaco], options: RoadOptions())
      }
    }
    await #expect(throws: RoadRoutingError.tooFewPlaces(1)) {
      try await recorded { try await $0.route(through: [Self.old], options: RoadOptions()) }
    }
  }

  @Test("a table has no entry where there is no way, and none for places too far from their road")
  func table() async throws {
    let places = [Self.old, Self.monaco, Self.new]
    let times = try await recorded { client in
      try await client.table(sources: places, targets: places, options: RoadOptions())
    }
    #expect(times.milliseconds == [0, -1, 61_400, -1, 0, -1, 62_200, -1, 0])
    #expect(times.decimetres == [0, -1, 3204, -1, 0, -1, 3204, -1, 0])
    #expect(times.sources[1]?.coordinate == place(7.420012, 43.73488))
    let near = try await recorded { client in
      try await client.table(sources: places, targets: places, options: RoadOptions(radius: Metres(20)))
    }
    #expect(near.milliseconds == [0, -1, -1, -1, 0, -1, -1, -1, -1])
    #expect(near.targets.map { $0 == nil } == [false, false, true])
  }

  @Test("distances that OSRM rounds below zero between neighbours are zero")
  func roundedBelowZero() async throws {
    let places = [place(13.232, 53.562), place(13.234, 53.562)]
    let times = try await recorded { client in
      try await client.table(sources: places, targets: places, options: RoadOptions())
    }
    #expect(times.milliseconds == [0, 0, 0, 0])
    #expect(times.decimetres == [0, 0, 4, 0])
  }

  @Test("the environment names the server; what is written wrongly has a code")
  func configured() async throws {
    #expect(try OSRMClient.configured(from: ["PLANNER_OSRM_URL": ""]) == nil)
    let client = try #require(
      try OSRMClient.configured(from: [
        "PLANNER_OSRM_URL": "https://osrm.example/de/", "PLANNER_OSRM_PROFILE": "car",
        "PLANNER_OSRM_TABLE": "500",
      ]))
    #expect(client.base == "https://osrm.example/de")
    #expect(client.settings.profile == "car" && client.settings.tableSide == 500)
    func code(_ more: [String: String]) -> String? {
      do {
        _ = try OSRMClient.configured(
          from: ["PLANNER_OSRM_URL": "https://osrm.example"].merging(more) { $1 })
        return nil
      } catch {
        return (error as? any CodedError)?.code
      }
    }
    #expect(code(["PLANNER_OSRM_URL": "osrm.example"]) == "outbound.badURL")
    #expect(code(["PLANNER_OSRM_URL": "https://osrm.example/?key=1"]) == "outbound.badURL")
    #expect(code(["PLANNER_OSRM_URL": "ftp://osrm.example"]) == "outbound.schemeRefused")
    #expect(code(["PLANNER_OSRM_PROFILE": "a/b"]) == "routing.osrm.badProfile")
    #expect(code(["PLANNER_OSRM_TABLE": "0"]) == "routing.osrm.badNumber")
    #expect(code(["PLANNER_OSRM_CONCURRENCY": "many"]) == "routing.osrm.badNumber")
    #expect(code(["PLANNER_OUTBOUND_ALLOW": "/"]) == "outbound.badAllowance")
  }

  @Test("a server on this computer is asked only when the administrator listed it")
  func guarded() async throws {
    try await ScriptedServer.with(RecordedOSRM.script) { server in
      var environment = ["PLANNER_OSRM_URL": "http://127.0.0.1:\(server.port)"]
      let refused = try #require(try OSRMClient.configured(from: environment))
      let error = await #expect(throws: RoadRoutingError.self) { try await refused.networkVersion() }
      #expect(error?.message.contains("PLANNER_OUTBOUND_ALLOW") == true)
      #expect(server.connections == 0)
      environment["PLANNER_OUTBOUND_ALLOW"] = "127.0.0.1:\(server.port)"
      let allowed = try #require(try OSRMClient.configured(from: environment))
      #expect(try await allowed.networkVersion().hasSuffix("2026-11"))
    }
  }
}
