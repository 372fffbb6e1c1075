import Foundation
import TestSupport
import Testing

@testable import Geo

struct PolylineTests {
  private static let line = [
    Coordinate(trustedLatitude: 38.5, longitude: -120.2),
    Coordinate(trustedLatitude: 40.7, longitude: -120.95),
    Coordinate(trustedLatitude: 43.252, longitude: -126.453),
  ]

  @Test("the example of the format's description is written and read")
  func example() throws {
    #expect(Polyline.encode(Self.line) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@")
    #expect(try Polyline.decode("_p~iF~ps|U_ulLnnqC_mqNvxq`@".utf8) == Self.line)
    #expect(Polyline.encode(Self.line, precision: .six) == "_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI")
    #expect(Polyline.encode([]) == "")
    #expect(try Polyline.decode("".utf8).isEmpty)
  }

  @Test("any line comes back to the last decimal kept, poles and the 180th meridian included")
  func roundTrip() throws {
    var random = SplitMix(seed: 3)
    for precision in Polyline.Precision.allCases {
      let unit = pow(10.0, Double(precision.rawValue))
      var points = [(90.0, 180.0), (-90, -180), (0, 0), (90, -180), (-90, 180)].map {
        Coordinate(trustedLatitude: $0.0, longitude: $0.1)
      }
      points += (0..<200).map { _ in
        Coordinate(
          trustedLatitude: Double.random(in: -90...90, using: &random),
          longitude: Double.random(in: -180...180, using: &random))
      }
      let read = try Polyline.decode(Polyline.encode(points, precision: precision).utf8, precision: precision)
      #expect(read.count == points.count)
      for (a, b) in zip(read, points) {
        #expect(
          abs(a.latitude - b.latitude) <= 0.5001 / unit && abs(a.longitude - b.longitude) <= 0.5001 / unit)
      }
    }
  }

  @Test(
    "text that is no line has a code and a place",
    arguments: [
      ("_p~iF~ps|", PolylineError.unreadable(offset: 9)), ("_p~iF", .unreadable(offset: 5)),
      ("_p~iF ps|U", .unreadable(offset: 5)), ("~~~~~~~~~~", .unreadable(offset: 7)),
      ("__________@", .unreadable(offset: 7)), ("_gsia@?", .offTheGlobe(point: 0)),
      ("_p~iF~ps|U_gsia@?", .offTheGlobe(point: 1)),
    ])
  func faults(_ text: String, _ error: PolylineError) {
    #expect(throws: error) { try Polyline.decode(text.utf8) }
  }
}

struct SimplificationTests {
  private func line(_ points: [(Double, Double)]) -> LineString {
    LineString(points.map { Coordinate(trustedLatitude: $0.0, longitude: $0.1) })
  }

  @Test("points on the way are left out, corners and ends stay")
  func corners() {
    let bent = line([(52, 24), (52, 24.1), (52, 24.2), (52.1, 24.2), (52.2, 24.2)])
    #expect(bent.simplified(tolerance: Metres(100)) == line([(52, 24), (52, 24.2), (52.2, 24.2)]))
    #expect(bent.simplified(tolerance: Metres(1e7)) == line([(52, 24), (52.2, 24.2)]))
    let loop = line([(52, 24), (52, 24.2), (52, 24)])
    #expect(loop.simplified(tolerance: Metres(100)) == loop)
    let across = line([(52, 179.9), (52, -179.95), (52, -179.8)])
    #expect(across.simplified(tolerance: Metres(100)).points.count == 2)
  }

  @Test("nothing that is left out is farther than the tolerance, on a long winding line too")
  func tolerance() {
    let points = (0..<20_000).map { k in
      (52 + 0.01 * sin(Double(k) / 50) + 0.0001 * sin(Double(k)), 24 + Double(k) / 10_000)
    }
    let whole = line(points)
    let short = whole.simplified(tolerance: Metres(30))
    #expect(short.points.count < 4000 && short.points.count > 100)
    var next = 0
    for point in whole.points {
      if next + 1 < short.points.count, point == short.points[next + 1] { next += 1 }
      let (a, b) = (short.points[next], short.points[min(next + 1, short.points.count - 1)])
      // Distance by the height of a triangle: its sides are measured on the ellipsoid.
      let (ab, pa, pb) = (
        Geodesy.distance(a, b).value, Geodesy.distance(point, a).value, Geodesy.distance(point, b).value
      )
      guard ab > 0 else { continue }
      let s = (ab + pa + pb) / 2
      let height = 2 * max(0, s * (s - ab) * (s - pa) * (s - pb)).squareRoot() / ab
      #expect(height <= 31)
    }
  }
}
