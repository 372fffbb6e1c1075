import Geo
import Routing
import TestSupport
import Testing

@testable import planner

@Suite("Trips in OSRM's language")
struct OSRMTripTests {
  /// An asymmetric table of random times, up to 1000 s.
  private static func times(_ count: Int, seed: UInt64) -> RoadTimes {
    var random = SplitMix(seed: seed)
    let waypoint = RoadWaypoint(coordinate: Coordinate(trustedLatitude: 52, longitude: 24), distance: .zero)
    let times = (0..<count * count).map { place -> Int32 in
      place / count == place % count ? 0 : Int32.random(in: 1...10_000, using: &random) * 100
    }
    let waypoints = [RoadWaypoint?](repeating: waypoint, count: count)
    return RoadTimes(
      sources: waypoints, targets: waypoints, milliseconds: times,
      decimetres: .init(repeating: 0, count: count * count))
  }

  private static func length(_ order: [Int], _ times: RoadTimes, roundtrip: Bool) -> Int {
    let stops = roundtrip ? order + [order[0]] : order
    return zip(stops, stops.dropFirst()).reduce(0) {
      $0 + Int(times.milliseconds[$1.0 * times.targets.count + $1.1])
    }
  }

  private static func permutations(_ list: [Int]) -> [[Int]] {
    guard list.count > 1 else { return [list] }
    return list.indices.flatMap { index in
      var rest = list
      let first = rest.remove(at: index)
      return permutations(rest).map { [first] + $0 }
    }
  }

  @Test("every kind of trip is as short as the best of all orders", arguments: 1...8)
  func best(seed: Int) throws {
    for count in [1, 2, 3, 6] {
      let times = Self.times(count, seed: UInt64(seed))
      let orders = Self.permutations(Array(0..<count))
      for roundtrip in [true, false] {
        for first in [true, false] {
          for last in [true, false] where roundtrip || first || last {
            let order = try OSRMTripOrder(times: times).order(
              roundtrip: roundtrip, startsAtFirst: first, endsAtLast: last)
            #expect(order.sorted() == Array(0..<count))
            // A tour with both ends given leads from the last straight to the first.
            let fits: ([Int]) -> Bool =
              roundtrip && first != last
              ? { _ in true }
              : { (!first || $0.first == 0) && (!last || $0.last == count - 1) }
            let least = orders.filter(fits).map { Self.length($0, times, roundtrip: roundtrip) }.min()
            #expect(
              Self.length(order, times, roundtrip: roundtrip) == least,
              "\(count) \(roundtrip) \(first) \(last)")
            if first { #expect(order.first == 0) }
            if last, !first || !roundtrip { #expect((roundtrip ? order.first : order.last) == count - 1) }
            if last, first { #expect(order.last == count - 1) }
          }
        }
      }
    }
  }

  @Test("a trip tells for each place, in the order given, when it comes")
  func indices() async throws {
    let service = OSRMService(roads: StraightRoads())
    // On a line: 0, 3, 1, 2.
    let uri = "/trip/v1/driving/24.0,52;24.3,52;24.1,52;24.2,52?roundtrip=false&source=first&overview=false"
    let answer = try JSONValue(parsing: try await service.answer(to: uri).body)
    guard case .array(let waypoints) = answer["waypoints"], case .array(let trips) = answer["trips"],
      case .array(let legs) = trips[0]["legs"]
    else {
      Issue.record("no trip")
      return
    }
    #expect(waypoints.map { $0["waypoint_index"] } == [0, 3, 1, 2])
    #expect(waypoints.allSatisfy { $0["trips_index"] == 0 })
    #expect(waypoints[1]["location"] == [24.3, 52.00004])
    #expect(legs.count == 3)
    let round = try JSONValue(
      parsing: try await service.answer(to: uri.replacing("roundtrip=false", with: "roundtrip=true")).body)
    guard case .array(let tours) = round["trips"], case .array(let parts) = tours[0]["legs"] else { return }
    #expect(parts.count == 4)
  }

  @Test("a trip of as many places as are allowed is answered with every place once")
  func large() throws {
    let times = Self.times(200, seed: 1)
    let order = try OSRMTripOrder(times: times).order(
      roundtrip: false, startsAtFirst: false, endsAtLast: true)
    #expect(order.sorted() == Array(0..<200) && order.last == 199)
  }
}
