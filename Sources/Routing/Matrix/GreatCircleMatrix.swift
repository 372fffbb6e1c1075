import Foundation
import Geo

/// Driving estimated without roads: the great-circle distance times a detour factor, and a speed that grows
/// with the length of the drive.
///
/// Driving `d` road metres takes the time to pass each speed band in turn, so a drive of 5 km in town takes
/// about ten minutes (29 km/h) and one of 200 km between towns about 2 h 45 min (73 km/h). The time is a
/// concave function of the distance, therefore the triangle inequality holds up to rounding, and a drive is
/// never quicker for being longer. Distances are on the mean sphere (haversine, R = 6,371,008.8 m, IUGG); its
/// 0.5 % from the ellipsoid is small beside the spread of the factor itself. Symmetric, without holes.
///
/// The default factor of 1.3 is the usual circuity of European road networks (Ballou, Rahardja, Sakai 2002,
/// "Selected country circuity factors for road travel distance estimation": 1.2 – 1.5 by country).
public struct GreatCircleMatrix: MatrixProvider, Hashable {
  /// Speeds by how much of the drive lies behind.
  public struct SpeedProfile: Sendable, Hashable {
    public struct Band: Sendable, Hashable {
      /// The band ends after this many road metres of a drive.
      public var upTo: Metres
      public var kilometresPerHour: Double
      public init(upTo: Metres, kilometresPerHour: Double) {
        self.upTo = upTo
        self.kilometresPerHour = kilometresPerHour
      }
    }

    /// In order of `upTo`; the last speed holds for everything beyond.
    public let bands: [Band]

    /// - Precondition: at least one band, distances and speeds growing, first speed above zero.
    public init(_ bands: [Band]) {
      precondition(!bands.isEmpty && bands[0].kilometresPerHour > 0, "a speed profile needs a speed")
      precondition(
        zip(bands, bands.dropFirst()).allSatisfy {
          $0.upTo < $1.upTo && $0.kilometresPerHour <= $1.kilometresPerHour
        }, "bands must grow in distance and speed")
      self.bands = bands
    }

    /// Town streets, the edge of town, country roads, main roads.
    public static let car = SpeedProfile([
      Band(upTo: Metres(kilometres: 2), kilometresPerHour: 25),
      Band(upTo: Metres(kilometres: 8), kilometresPerHour: 33),
      Band(upTo: Metres(kilometres: 25), kilometresPerHour: 60),
      Band(upTo: Metres(kilometres: .infinity), kilometresPerHour: 82),
    ])

    /// Time for a drive of that many road metres.
    public func seconds(for distance: Metres) -> Seconds {
      var total = 0.0
      var passed = 0.0
      for (index, band) in bands.enumerated() {
        let last = index == bands.count - 1
        let until = last ? distance.value : min(distance.value, band.upTo.value)
        guard until > passed else { break }
        total += (until - passed) * 3.6 / band.kilometresPerHour
        passed = until
      }
      return Seconds(rounding: total)
    }
  }

  /// Road metres per metre of great circle.
  public let detourFactor: Double
  public let speed: SpeedProfile

  /// - Precondition: a finite factor of one or more.
  public init(detourFactor: Double = 1.3, speed: SpeedProfile = .car) {
    precondition(detourFactor.isFinite && detourFactor >= 1, "a detour is never shorter than the line")
    self.detourFactor = detourFactor
    self.speed = speed
  }

  /// Time and distance of one drive.
  public func drive(from: Coordinate, to: Coordinate) -> (seconds: Seconds, metres: Metres) {
    let metres = Metres((Self.greatCircle(from, to).value * detourFactor).rounded())
    return (speed.seconds(for: metres), metres)
  }

  public func matrix(for points: [Coordinate]) async throws -> DriveMatrix {
    DriveMatrix(costs: try table(for: points))
  }

  /// The costs alone, for callers that do not wait.
  public func table(for points: [Coordinate]) throws(ProblemError) -> CostMatrix {
    let count = points.count
    var seconds = [Seconds?](repeating: .zero, count: count * count)
    var metres = [Metres?](repeating: .zero, count: count * count)
    for from in 0..<count {
      for to in (from + 1)..<max(count, from + 1) {
        let drive = drive(from: points[from], to: points[to])
        seconds[from * count + to] = drive.seconds
        seconds[to * count + from] = drive.seconds
        metres[from * count + to] = drive.metres
        metres[to * count + from] = drive.metres
      }
    }
    return try CostMatrix(count: count, seconds: seconds, metres: metres, source: .greatCircle)
  }

  /// The straight line: there is no road to follow.
  public func geometry(from: Coordinate, to: Coordinate) async throws -> LineString? {
    LineString([from, to])
  }

  /// Haversine on the mean sphere, stable for near and for opposite points.
  static func greatCircle(_ a: Coordinate, _ b: Coordinate) -> Metres {
    let radian = Double.pi / 180
    let halfLatitude = sin((b.latitude - a.latitude) * radian / 2)
    let halfLongitude = sin((b.longitude - a.longitude) * radian / 2)
    let h =
      halfLatitude * halfLatitude
      + cos(a.latitude * radian) * cos(b.latitude * radian) * halfLongitude * halfLongitude
    return Metres(2 * 6_371_008.8 * asin(min(1, h.squareRoot())))
  }
}
