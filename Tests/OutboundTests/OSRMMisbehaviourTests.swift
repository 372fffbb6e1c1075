import Foundation
import Geo
import NetworkSupport
import Routing
import Synchronization
import Testing

@testable import Outbound

/// Servers that are busy, broken, or no routing servers at all.
@Suite("Routing servers that misbehave")
struct OSRMMisbehaviourTests {
  private static let pair = [place(13.2605, 53.556), place(13.2643, 53.5571)]
  private static let table =
    "{\"code\":\"Ok\",\"durations\":[[0,1],[2,0]],\"distances\":[[0,10],[20,0]],\"sources\":\(points),\"destinations\":\(points)}"
  private static let points =
    #"[{"location":[13.2605,53.556],"distance":0},{"location":[13.2643,53.5571],"distance":0}]"#

  private func times(_ client: OSRMClient) async throws -> RoadTimes {
    try await client.table(sources: Self.pair, targets: Self.pair, options: RoadOptions())
  }

  @Test("a busy or failing server is asked three times, with pauses that grow or that it asks for")
  func patience() async throws {
    for status in [429, 500, 502, 503] {
      let clock = ManualClock()
      try await ScriptedServer.with(
        Script { number, _ in number < 3 ? [.answer(status)] : [.answer(json: Self.table)] }
      ) { server in
        let found = try await times(osrmClient(server, clock: clock))
        #expect(found.milliseconds == [0, 1000, 2000, 0])
        #expect(server.requests.count == 3)
      }
      #expect(clock.slots == [.seconds(2), .seconds(6)])
    }
    let clock = ManualClock()
    try await ScriptedServer.with(
      Script { number, _ in number < 2 ? [.answer(429, [("Retry-After", "20")])] : [.answer(json: Self.table)]
      }
    ) { server in _ = try await times(osrmClient(server, clock: clock)) }
    #expect(clock.slots == [.seconds(20)])
  }

  @Test("a server that stays busy, or asks for a long pause, is given up with a word on why")
  func givenUp() async throws {
    try await ScriptedServer.with(Script { _, _ in [.answer(503)] }) { server in
      let error = await #expect(throws: RoadRoutingError.self) { try await times(osrmClient(server)) }
      #expect(error?.code == "routing.roads.server" && error?.message.contains("503") == true)
      #expect(server.requests.count == 3)
    }
    try await ScriptedServer.with(Script { _, _ in [.answer(429, [("Retry-After", "3600")])] }) { server in
      await #expect(throws: RoadRoutingError.self) { try await times(osrmClient(server)) }
      #expect(server.requests.count == 1)
    }
  }

  @Test("silence, a connection that ends early, other services' answers and junk are failures of the server")
  func junk() async throws {
    let cut = Array("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{\"code\":\"Ok\",\"dur".utf8)
    let answers: [[ScriptedServer.Act]] = [
      [.send(cut), .close], [.reset], [.answer(404)], [.answer(json: "")], [.answer(json: "[]")],
      [.answer(json: "{\"code\":7}")], [.answer(json: "{\"code\":\"Ok\"}")],
      [.answer(json: "<html>busy</html>")],
      [.answer(400, body: "{\"code\":\"InvalidQuery\",\"message\":\"no \u{1B}[31m\"}".utf8)],
    ]
    for acts in answers {
      try await ScriptedServer.with(Script { _, _ in acts }) { server in
        let client = try osrmClient(server)
        let table = await #expect(throws: RoadRoutingError.self) { try await times(client) }
        #expect(table?.code == "routing.roads.server" && table?.message.contains("\u{1B}") == false)
        let route = await #expect(throws: RoadRoutingError.self) {
          try await client.route(through: Self.pair, options: RoadOptions())
        }
        #expect(route?.code == "routing.roads.server")
        let nearest = await #expect(throws: RoadRoutingError.self) {
          try await client.nearest(Self.pair[0], count: 1, options: RoadOptions())
        }
        #expect(nearest?.code == "routing.roads.server")
        let version = await #expect(throws: RoadRoutingError.self) { try await client.networkVersion() }
        #expect(version?.code == "routing.roads.server")
      }
    }
    try await ScriptedServer.with(Script { _, _ in [.silence] }) { server in
      let client = try osrmClient(server, deadline: .milliseconds(200))
      await #expect(throws: RoadRoutingError.self) { try await times(client) }
    }
  }

  @Test(
    "tables of another size, negative or huge entries and places off the globe are not taken",
    arguments: [
      ("[[0,1],[2,0]]", "[[0,1]]"), ("[[0,1],[2,0]]", "[[0],[2]]"), ("[[0,1],[2,0]]", "[[0,1,5],[2,0]]"),
      ("[[0,1],[2,0]]", "[[0,-9],[2,0]]"), ("[[0,1],[2,0]]", "[[0,1e9],[2,0]]"),
      ("[[0,1],[2,0]]", "[[0,\"1\"],[2,0]]"), ("[[0,10],[20,0]]", "[[0,10]]"),
      ("[[0,10],[20,0]]", "[[0,10],[20]]"),
      ("[[0,10],[20,0]]", "[[0,9e9],[20,0]]"), ("13.2605,53.556", "13.2605,153.556"),
      ("13.2605,53.556", "13.2605"),
      ("\"distance\":0", "\"distance\":-9"), ("\"distance\":0", "\"distance\":\"far\""),
    ])
  func wrongTables(_ right: String, _ wrong: String) async throws {
    let text = Self.table.replacing(right, with: wrong)
    #expect(text != Self.table)
    try await ScriptedServer.with(Script { _, _ in [.answer(json: text)] }) { server in
      _ = await #expect(throws: RoadRoutingError.self) { try await times(osrmClient(server)) }
    }
  }

  @Test("routes with legs, waypoints or lines missing or broken are not taken")
  func wrongRoutes() async throws {
    let answer = try #require(
      RecordedOSRM.answers.first { $0.key.hasPrefix("/route/") && $0.key.contains("annotations=duration,") })
    let text = String(decoding: answer.value.body, as: UTF8.self)
    let places = [place(13.2605, 53.556), place(13.2643, 53.5571), place(13.2668, 53.5549)]
    func route(_ text: String) async throws -> RoadRoute {
      try await ScriptedServer.with(Script { _, _ in [.answer(json: text)] }) { server in
        try await osrmClient(server).route(through: places, options: RoadOptions(annotations: true))
      }
    }
    #expect(try await route(text).legs.count == 2)
    for (right, wrong) in [
      ("\"routes\":[", "\"routes\":[{},"), ("\"legs\":[", "\"legs\":[{},"),
      ("\"waypoints\":[", "\"waypoints\":[{},"),
      ("\"steps\":[", "\"steps\":[],\"was\":["), ("\"geometry\":\"", "\"geometry\":\"\u{7F}"),
      ("\"nodes\":[", "\"nodes\":[1,"), ("\"duration\":[", "\"duration\":[1,"),
      ("\"maneuver\":", "\"manoeuvre\":"),
      ("\"bearings\":[", "\"bearings\":[1,"),
    ] {
      let broken = text.replacing(right, with: wrong)
      #expect(broken != text)
      await #expect(throws: RoadRoutingError.self, "\(wrong)") { try await route(broken) }
    }
  }

  /// A server with a limit on tables that answers the difference of indices of sources and destinations.
  private static func limited(side: Int, roadless: Int? = nil) -> Script {
    Script { _, request in
      let target = request.split(separator: " ")[1]
      let parts = target.split(separator: "?")
      let places = parts[0].split(separator: "/").last!.split(separator: ";").map { pair in
        pair.split(separator: ",").map { Double($0)! }
      }
      func list(_ name: String) -> [Int] {
        parts[1].split(separator: "&").first { $0.hasPrefix(name) }!.dropFirst(name.count)
          .split(separator: ";").map { Int($0)! }
      }
      let (rows, columns) = (list("sources="), list("destinations="))
      guard rows.count * columns.count <= side * side else {
        return [.answer(400, body: "{\"code\":\"TooBig\",\"message\":\"Too many table coordinates\"}".utf8)]
      }
      // A place's number is its longitude in thousandths.
      func number(_ index: Int) -> Int { Int((places[index][0] * 1000).rounded()) }
      if let roadless, let bad = places.indices.first(where: { number($0) == roadless }) {
        return [
          .answer(
            400,
            body:
              "{\"code\":\"NoSegment\",\"message\":\"Could not find a matching segment for coordinate \(bad)\"}"
              .utf8)
        ]
      }
      func waypoints(_ list: [Int]) -> String {
        list.map { "{\"location\":[\(places[$0][0]),\(places[$0][1])],\"distance\":0}" }.joined(
          separator: ",")
      }
      let entries = rows.map { row in
        "[" + columns.map { "\(number(row) * 100 + number($0))" }.joined(separator: ",") + "]"
      }.joined(separator: ",")
      return [
        .answer(
          json:
            "{\"code\":\"Ok\",\"durations\":[\(entries)],\"sources\":[\(waypoints(rows))],\"destinations\":[\(waypoints(columns))]}"
        )
      ]
    }
  }

  private static let many = (0..<25).map { place(Double($0) / 1000, 1) }

  private func check(_ times: RoadTimes, without roadless: Int? = nil) {
    for row in 0..<25 {
      for column in 0..<24 {
        let wanted: Int32 =
          row == roadless || column + 1 == roadless ? -1 : Int32(row * 100 + column + 1) * 1000
        #expect(times.milliseconds[row * 24 + column] == wanted, "\(row) \(column)")
      }
    }
    #expect(times.decimetres.allSatisfy { $0 == -1 })
    #expect(times.sources.indices.allSatisfy { (times.sources[$0] == nil) == ($0 == roadless) })
    #expect(times.targets.indices.allSatisfy { (times.targets[$0] == nil) == ($0 + 1 == roadless) })
  }

  @Test("a table larger than the server allows is put together from blocks")
  func blocks() async throws {
    try await ScriptedServer.with(Self.limited(side: 10)) { server in
      let client = try osrmClient(server, settings: OSRMSettings(tableSide: 10))
      check(
        try await client.table(sources: Self.many, targets: Array(Self.many[1...]), options: RoadOptions()))
      #expect(server.requests.count == 9)
    }
  }

  @Test("a server with a smaller limit than thought is asked for smaller blocks, down to one entry")
  func tooBig() async throws {
    for side in [7, 1] {
      try await ScriptedServer.with(Self.limited(side: side)) { server in
        let client = try osrmClient(server)
        check(
          try await client.table(sources: Self.many, targets: Array(Self.many[1...]), options: RoadOptions()))
      }
    }
    try await ScriptedServer.with(Self.limited(side: 0)) { server in
      _ = await #expect(throws: RoadRoutingError.self) {
        try await osrmClient(server).table(sources: Self.many, targets: Self.many, options: RoadOptions())
      }
    }
  }

  @Test("one place without a road does not cost the others their entries")
  func roadless() async throws {
    try await ScriptedServer.with(Self.limited(side: 10, roadless: 13)) { server in
      let client = try osrmClient(server, settings: OSRMSettings(tableSide: 10))
      check(
        try await client.table(sources: Self.many, targets: Array(Self.many[1...]), options: RoadOptions()),
        without: 13)
    }
  }

  private final class Counter: Sendable {
    let value = Mutex((now: 0, most: 0))
  }

  @Test("no more requests are under way than the settings allow")
  func concurrency() async throws {
    let turnstile = Turnstile(places: 3)
    let seen = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<50 {
        group.addTask {
          await turnstile.enter()
          seen.value.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
          await Task.yield()
          seen.value.withLock { $0.now -= 1 }
          await turnstile.leave()
        }
      }
    }
    #expect(seen.value.withLock(\.now) == 0)
    #expect((1...3).contains(seen.value.withLock(\.most)))
  }

  @Test("a long route is asked for in parts that share a place")
  func longRoute() async throws {
    let script = Script { _, request in
      let target = request.split(separator: " ")[1]
      let places = target.split(separator: "?")[0].split(separator: "/").last!.split(separator: ";")
      let waypoints = places.map { "{\"location\":[\($0)],\"distance\":0}" }.joined(separator: ",")
      let leg =
        "{\"duration\":1,\"distance\":2,\"steps\":[{\"duration\":1,\"distance\":2,\"geometry\":\"????\",\"maneuver\":{\"type\":\"depart\",\"location\":[0,0]}}]}"
      let legs = Array(repeating: leg, count: places.count - 1).joined(separator: ",")
      return [
        .answer(json: "{\"code\":\"Ok\",\"routes\":[{\"legs\":[\(legs)]}],\"waypoints\":[\(waypoints)]}")
      ]
    }
    try await ScriptedServer.with(script) { server in
      let places = (0..<250).map { place(Double($0) / 1000, 1) }
      let route = try await osrmClient(server).route(through: places, options: RoadOptions())
      #expect(route.waypoints.map(\.coordinate) == places)
      #expect(route.legs.count == 249 && route.duration == .seconds(249))
      #expect(server.requests.count == 3)
    }
  }
}
