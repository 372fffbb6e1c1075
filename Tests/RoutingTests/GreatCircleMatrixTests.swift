import Geo
import Testing

@testable import Routing

@Suite("Estimated matrix")
struct GreatCircleMatrixTests {
  static let minsk = Coordinate(trustedLatitude: 53.9045, longitude: 27.5615)
  static let brest = Coordinate(trustedLatitude: 52.0976, longitude: 23.7341)

  @Test("speeds are sane in town and between towns")
  func speeds() {
    let car = GreatCircleMatrix.SpeedProfile.car
    func kilometresPerHour(_ kilometres: Double) -> Double {
      kilometres / car.seconds(for: Metres(kilometres: kilometres)).hours
    }
    #expect((20...30).contains(kilometresPerHour(1)))
    #expect((25...35).contains(kilometresPerHour(5)))
    #expect((45...65).contains(kilometresPerHour(50)))
    #expect((65...80).contains(kilometresPerHour(200)))
    #expect((70...82).contains(kilometresPerHour(500)))
    #expect(car.seconds(for: .zero) == .zero)
  }

  @Test("Minsk to Brest is about 350 km and four and a half hours by road")
  func knownDrive() {
    let drive = GreatCircleMatrix(detourFactor: 1.05).drive(from: Self.minsk, to: Self.brest)
    #expect((330_000...360_000).contains(drive.metres.value))
    #expect((4.0...5.0).contains(drive.seconds.hours))
  }

  @Test("the distance is the great circle times the stated factor")
  func factor() {
    let straight = GreatCircleMatrix.greatCircle(Self.minsk, Self.brest).value
    #expect((325_000...327_500).contains(straight))
    let drive = GreatCircleMatrix().drive(from: Self.minsk, to: Self.brest)
    #expect(abs(drive.metres.value - straight * 1.3) <= 1)
    #expect(GreatCircleMatrix().detourFactor == 1.3)
  }

  @Test("symmetric, zero for the same place, across the 180th meridian, antipodes finite")
  func corners() async throws {
    let points = [
      Coordinate(trustedLatitude: 10, longitude: 179.9), Coordinate(trustedLatitude: 10, longitude: -179.9),
      Coordinate(trustedLatitude: -10, longitude: 0), Coordinate(trustedLatitude: 10, longitude: 179.9),
      Coordinate(trustedLatitude: 90, longitude: 0), Coordinate(trustedLatitude: -90, longitude: 0),
    ]
    let matrix = try await GreatCircleMatrix().matrix(for: points).costs
    #expect(matrix.source == .greatCircle)
    for a in points.indices {
      for b in points.indices {
        #expect(matrix.seconds(from: a, to: b) == matrix.seconds(from: b, to: a))
      }
    }
    #expect(matrix.metres(from: 0, to: 3) == .zero)
    #expect(matrix.metres(from: 0, to: 1)! < Metres(kilometres: 40))
    #expect(matrix.metres(from: 4, to: 5)! > Metres(kilometres: 26_000))
    #expect(try await GreatCircleMatrix().matrix(for: []).costs.count == 0)
  }

  @Test("never quicker for being longer, and no detour is quicker than the way")
  func triangle() throws {
    var random = SeededRandom(seed: 3)
    let points = (0..<40).map { _ in
      Coordinate(trustedLatitude: 51 + 4 * random.unit(), longitude: 23 + 8 * random.unit())
    }
    let matrix = try GreatCircleMatrix().table(for: points)
    for a in 0..<40 {
      for b in 0..<40 {
        for c in 0..<40 {
          let way = matrix.seconds(from: a, to: c)!.value
          let detour = matrix.seconds(from: a, to: b)!.value + matrix.seconds(from: b, to: c)!.value
          #expect(way <= detour + 2)
        }
      }
    }
  }
}
