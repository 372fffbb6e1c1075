import Foundation
import Geo
import Hummingbird
import HummingbirdTesting
import Outbound
import Routing
import Testing

@testable import planner

/// Our client asking our server: what a network says comes through both unchanged.
@Suite("OSRM's language there and back")
struct OSRMRoundTripTests {
  private static let places = [
    Coordinate(trustedLatitude: 53.556, longitude: 13.2605),
    Coordinate(trustedLatitude: 53.5571, longitude: 13.2643),
    Coordinate(trustedLatitude: 53.5549, longitude: 13.2668),
    Coordinate(trustedLatitude: 53.5549, longitude: -0.5),
  ]
  private static let south = Coordinate(trustedLatitude: -43.735, longitude: 7.42)

  private func through(
    _ roads: any RoadRouting, settings: OSRMSettings = OSRMSettings(),
    _ body: @Sendable (OSRMClient) async throws -> Void
  ) async throws {
    let router = try PlannerServer.routes(
      library: SampleTrip.library, assets: AssetController(webFiles: nil), roads: roads,
      gate: .everybody
    ).router
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
    try await application.test(.live) { server in
      let client = OutboundClient(
        userAgent: "planner/test", allowed: try OutboundAllowance("127.0.0.1"),
        limits: .init(deadline: .seconds(600), bodyBytes: 50_000_000))
      try await body(
        try OSRMClient(base: "http://127.0.0.1:\(server.port!)", client: client, settings: settings))
    }
  }

  @Test("routes with manoeuvres and annotations, tables, nearest roads and the version are the same")
  func same() async throws {
    let roads = StraightRoads()
    try await through(roads) { client in
      for options in [
        RoadOptions(), RoadOptions(steps: true), RoadOptions(steps: true, annotations: true),
        RoadOptions(radius: Metres(50)),
      ] {
        let route = try await client.route(through: Self.places, options: options)
        #expect(try await roads.route(through: Self.places, options: options) == route)
      }
      let all = Self.places + [Self.south]
      let times = try await client.table(sources: all, targets: Self.places, options: RoadOptions())
      #expect(try await roads.table(sources: all, targets: Self.places, options: RoadOptions()) == times)
      #expect(times.duration(from: 4, to: 0) == nil && times.duration(from: 0, to: 1) != nil)
      let nearest = try await client.nearest(Self.south, count: 3, options: RoadOptions())
      #expect(try await roads.nearest(Self.south, count: 3, options: RoadOptions()) == nearest)
      let version = try await client.networkVersion()
      #expect(version.hasSuffix(" driving straight 1"))
    }
  }

  @Test("a table in blocks, some places on no road, is the same as in one piece")
  func blocks() async throws {
    let roads = StraightRoads()
    let places = (0..<23).map { Coordinate(trustedLatitude: 52 + Double($0) / 100, longitude: 24) }
    // Limits are by place: the client leaves out what is too far, whatever the server thinks.
    var radiuses = [Metres?](repeating: nil, count: 46)
    radiuses[5] = Metres(1)
    radiuses[30] = Metres(1)
    let options = RoadOptions(radiuses: radiuses)
    try await through(roads, settings: OSRMSettings(tableSide: 7)) { client in
      let times = try await client.table(sources: places, targets: places, options: options)
      #expect(try await roads.table(sources: places, targets: places, options: options) == times)
      #expect(times.sources[5] == nil && times.targets[7] == nil && times.sources[7] != nil)
    }
  }

  @Test("errors come through with the numbers of their places")
  func errors() async throws {
    try await through(StraightRoads()) { client in
      let places = [Self.places[0], Self.places[1], Self.south]
      await #expect(throws: RoadRoutingError.noRoute(from: 1, to: 2)) {
        try await client.route(through: places, options: RoadOptions())
      }
      await #expect(throws: RoadRoutingError.noRoad(index: 1, place: places[1])) {
        try await client.route(through: places, options: RoadOptions(radiuses: [nil, Metres(1)]))
      }
      let none = try await client.nearest(places[0], count: 1, options: RoadOptions(radius: Metres(1)))
      #expect(none.isEmpty)
    }
  }

  @Test("a graph of our own, asked through both, gives what it gives at home")
  func realRoads() async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("osrm-\(UUID()).roads")
    defer { try? FileManager.default.removeItem(at: file) }
    let extract = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../data/osm/neubrandenburg.osm.pbf").standardized
    let roads = try RoadRouter(graph: Self.graph(of: extract.path, at: file.path))
    try await through(roads) { client in
      let places = Array(Self.places.prefix(3))
      let options = RoadOptions(steps: true, annotations: true)
      let home = try await roads.route(through: places, options: options)
      let route = try await client.route(through: places, options: options)
      #expect(route.legs.map(\.summary) == home.legs.map(\.summary))
      for (ours, theirs) in zip(route.legs, home.legs) {
        #expect(abs((ours.duration - theirs.duration) / .seconds(1)) <= 0.0501)
        #expect(abs(ours.distance.value - theirs.distance.value) <= 0.0501)
        #expect(ours.steps.map(\.kind) == theirs.steps.map(\.kind))
        #expect(ours.steps.map(\.modifier) == theirs.steps.map(\.modifier))
        #expect(ours.steps.map(\.name) == theirs.steps.map(\.name))
        #expect(ours.steps.map(\.intersections.count) == theirs.steps.map(\.intersections.count))
        #expect(ours.line.points.count == theirs.line.points.count)
        #expect(zip(ours.line.points, theirs.line.points).allSatisfy { Geodesy.distance($0, $1).value < 0.2 })
        #expect(ours.annotation?.nodes == theirs.annotation?.nodes)
      }
      let homeTimes = try await roads.table(sources: places, targets: places, options: RoadOptions())
      let times = try await client.table(sources: places, targets: places, options: RoadOptions())
      #expect(zip(times.milliseconds, homeTimes.milliseconds).allSatisfy { abs($0 - $1) <= 50 })
      #expect(times.decimetres == homeTimes.decimetres)
      let same = try await client.route(through: [places[0], places[0]], options: options)
      #expect(same.duration == .zero && same.legs[0].line.points.count == 2)
      // Routes as long as the times that tables tell.
      #expect(abs(Double(times.milliseconds[1]) / 1000 - route.legs[0].duration / .seconds(1)) < 0.11)
    }
  }

  private static func graph(of extract: String, at path: String) throws -> RoadGraph {
    try RoadGraphBuilder.build(from: [extract], profile: .car, output: path)
    return try RoadGraph(path: path)
  }
}
