import Geo
import Testing

@testable import Routing

@Suite("Driving on roads where these reach, estimated elsewhere")
struct RoadDetourTests {
  /// A network in which a drive is so many times as long as the straight line and takes a second for ten metres.
  private struct Network: RoadRouting {
    /// Times the straight line, by its metres; nil where no way leads.
    var detour: @Sendable (_ from: Coordinate, _ to: Coordinate, _ metres: Double) -> Double?
    /// From a place to its road; nil when none is near.
    var roadDistance: @Sendable (Coordinate) -> Metres? = { _ in Metres(3) }
    var routeFailure: RoadRoutingError?

    func networkVersion() async throws -> String { "test" }
    func nearest(_ place: Coordinate, count: Int, options: RoadOptions) async throws -> [RoadWaypoint] { [] }
    func route(through places: [Coordinate], options: RoadOptions) async throws -> RoadRoute {
      if let routeFailure { throw routeFailure }
      return RoadRoute(
        legs: [RoadLeg(duration: .seconds(1), distance: Metres(1), line: LineString(places))], waypoints: [])
    }
    func table(sources: [Coordinate], targets: [Coordinate], options: RoadOptions) async throws -> RoadTimes {
      let places = sources.map { place in
        roadDistance(place).map { RoadWaypoint(coordinate: place, distance: $0) }
      }
      var decimetres: [Int32] = []
      for (i, from) in sources.enumerated() {
        for (j, to) in targets.enumerated() {
          let metres = GreatCircleMatrix.greatCircle(from, to).value
          guard places[i] != nil, places[j] != nil, let factor = detour(from, to, metres) else {
            decimetres.append(-1)
            continue
          }
          decimetres.append(Int32((metres * factor * 10).rounded()))
        }
      }
      return RoadTimes(
        sources: places, targets: places, milliseconds: decimetres.map { $0 < 0 ? -1 : $0 * 10 },
        decimetres: decimetres)
    }
  }

  /// So many metres north of a town.
  private static func place(_ metres: Double) -> Coordinate {
    Coordinate(trustedLatitude: 53 + metres / 111_195, longitude: 13)
  }

  @Test("a pair without a way is estimated with the detour of the others, and said to be")
  func missingPairs() async throws {
    let points = [0, 1000, 2500, 60_000].map(Self.place)
    let network = Network(
      detour: { _, _, _ in 1.5 }, roadDistance: { $0 == points[3] ? nil : Metres(3) })
    let drives = try await RoadMatrix(roads: network).matrix(for: points)
    #expect(drives.costs.source == .roads)
    #expect(drives.source(from: 0, to: 2) == .roads)
    #expect(drives.source(from: 0, to: 3) == .greatCircle)
    #expect(drives.source(from: 3, to: 0) == .greatCircle)
    #expect(abs(try #require(drives.costs.metres(from: 0, to: 2)).value - 3750) < 5)
    #expect(abs(try #require(drives.costs.metres(from: 0, to: 3)).value - 78_190) < 90)
    #expect(drives.roadDistances == [Metres(3), Metres(3), Metres(3), nil])
    #expect(abs(try #require(drives.detourFactor) - 1.303) < 0.01)
  }

  @Test("one direction may follow roads and the other not")
  func oneWay() async throws {
    let points = [0, 1000].map(Self.place)
    let network = Network(detour: { from, _, _ in from == points[0] ? 2 : nil })
    let drives = try await RoadMatrix(roads: network).matrix(for: points)
    #expect(drives.source(from: 0, to: 1) == .roads)
    #expect(drives.source(from: 1, to: 0) == .greatCircle)
  }

  @Test("near places learn from near ones, far places from far ones, and few drives are believed little")
  func classes() {
    var model = DetourModel(estimate: GreatCircleMatrix())
    for _ in 0..<200 {
      model.learn(greatCircle: Metres(1000), road: Metres(2000), seconds: 300)
      model.learn(greatCircle: Metres(50_000), road: Metres(55_000), seconds: 2400)
    }
    model.finish()
    #expect(abs(model.drive(Metres(1500)).metres.value / 1500 - 1.97) < 0.02)
    #expect(abs(model.drive(Metres(60_000)).metres.value / 60_000 - 1.11) < 0.02)
    // Times follow their own ratio: 2 km take 288 s by the estimate and 300 s on these roads.
    #expect(abs(model.drive(Metres(1000)).seconds.value - 297) <= 3)
    // Between the two, and not far from what is taken for granted.
    #expect((1.3...1.7).contains(model.drive(Metres(5000)).metres.value / 5000))
  }

  @Test("crooked streets of a town say next to nothing of a drive across the country")
  func fewShortDrives() {
    var model = DetourModel(estimate: GreatCircleMatrix())
    for _ in 0..<400 { model.learn(greatCircle: Metres(900), road: Metres(2700), seconds: 900) }
    model.finish()
    let far = model.drive(Metres(120_000))
    #expect(far.metres.value < 120_000 * 1.35)
    let usual = GreatCircleMatrix().speed.seconds(for: far.metres).value
    #expect(far.seconds.value < usual * 11 / 10)
    #expect(model.drive(Metres(900)).metres.value > 900 * 2.9)
  }

  @Test("a place far from its road does not make roads crooked")
  func farFromRoads() async throws {
    // Each place is put on the road 1,500 metres to its south; the drives are straight.
    let points = [0, 1000, 2000, 3000, 60_000].map(Self.place)
    struct Offset: RoadRouting {
      let last: Coordinate
      func networkVersion() async throws -> String { "test" }
      func nearest(_ place: Coordinate, count: Int, options: RoadOptions) async throws -> [RoadWaypoint] {
        []
      }
      func route(through places: [Coordinate], options: RoadOptions) async throws -> RoadRoute {
        throw RoadRoutingError.noRoad(index: 0, place: places[0])
      }
      func table(sources: [Coordinate], targets: [Coordinate], options: RoadOptions) async throws -> RoadTimes
      {
        let places = sources.enumerated().map { k, place in
          place == last
            ? nil
            : RoadWaypoint(
              coordinate: Coordinate(trustedLatitude: 52 + Double(k) * 0.1, longitude: 13),
              distance: Metres(1500))
        }
        var decimetres: [Int32] = []
        for a in places {
          for b in places {
            guard let a, let b else {
              decimetres.append(-1)
              continue
            }
            decimetres.append(Int32(GreatCircleMatrix.greatCircle(a.coordinate, b.coordinate).value * 10))
          }
        }
        return RoadTimes(
          sources: places, targets: places, milliseconds: decimetres.map { $0 < 0 ? -1 : $0 * 5 },
          decimetres: decimetres)
      }
    }
    let drives = try await RoadMatrix(roads: Offset(last: points[4])).matrix(for: points)
    #expect(try #require(drives.detourFactor) < 1.31)
  }

  @Test("no estimate is shorter than the straight line, and two doors of a street teach nothing")
  func bounds() {
    var model = DetourModel(estimate: GreatCircleMatrix())
    model.learn(greatCircle: Metres(50), road: Metres(900), seconds: 60)
    model.finish()
    #expect(model.drive(Metres(1000)).metres == Metres(1300))
    for _ in 0..<100 { model.learn(greatCircle: Metres(1000), road: Metres(400), seconds: 60) }
    model.finish()
    #expect(model.drive(Metres(1000)).metres == Metres(1000))
  }

  @Test("without any drive on roads the matrix is the estimate's")
  func noRoads() async throws {
    let points = [0, 1000, 9000].map(Self.place)
    let drives = try await RoadMatrix(roads: Network(detour: { _, _, _ in nil })).matrix(for: points)
    #expect(try GreatCircleMatrix().table(for: points) == drives.costs)
    #expect(drives.source(from: 0, to: 1) == .greatCircle)
    #expect(drives.detourFactor == nil)
  }

  @Test("drives of less than a hundred metres are on roads too")
  func nextDoor() async throws {
    let points = [0, 60].map(Self.place)
    let drives = try await RoadMatrix(roads: Network(detour: { _, _, _ in 2 })).matrix(for: points)
    #expect(drives.costs.source == .roads)
    #expect(drives.source(from: 0, to: 1) == .roads)
    #expect(drives.detourFactor == nil)
  }

  @Test("a line that cannot be drawn is none, a server that fails is an error")
  func geometry() async throws {
    let (from, to) = (Self.place(0), Self.place(1000))
    var network = Network(detour: { _, _, _ in 1 })
    #expect(try await RoadMatrix(roads: network).geometry(from: from, to: to) == LineString([from, to]))
    network.routeFailure = .noRoute(from: 0, to: 1)
    #expect(try await RoadMatrix(roads: network).geometry(from: from, to: to) == nil)
    network.routeFailure = .server("down")
    let failing = RoadMatrix(roads: network)
    await #expect(throws: RoadRoutingError.server("down")) {
      try await failing.geometry(from: from, to: to)
    }
  }
}
