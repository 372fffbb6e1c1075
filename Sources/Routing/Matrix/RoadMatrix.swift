import Foundation
import Geo

/// Driving on roads, and where these do not reach, estimated pair by pair.
///
/// A pair is by roads when both its points are near a road and a way leads from one to the other. For the others the
/// great circle is multiplied by a detour factor, and the time of the estimate by another, both learned from the pairs of
/// the same question that are by roads, those about as far apart first of all; see ``DetourModel``.
public struct RoadMatrix: MatrixProvider {
  /// A point farther from any road than this is not covered: its drives are estimated.
  public static let coveredWithin = Metres(2000)
  /// A point farther from any road than this is told to the manager: the pin may be wrong.
  public static let reportedBeyond = Metres(500)

  private let roads: any RoadRouting
  private let estimate: GreatCircleMatrix

  public init(roads: any RoadRouting, estimate: GreatCircleMatrix = GreatCircleMatrix()) {
    self.roads = roads
    self.estimate = estimate
  }

  private static let options = RoadOptions(radius: coveredWithin)

  public func matrix(for points: [Coordinate]) async throws -> DriveMatrix {
    let count = points.count
    let times = try await roads.table(sources: points, targets: points, options: Self.options)
    func metres(_ k: Int) -> Double { Double(max(0, times.decimetres[k])) / 10 }
    var model = DetourModel(estimate: estimate)
    for from in 0..<count {
      for to in 0..<count where from != to && times.milliseconds[from * count + to] >= 0 {
        let k = from * count + to
        guard times.decimetres[k] >= 0, let start = times.sources[from], let end = times.targets[to] else {
          continue
        }
        // From road to road: the way from a place to its road is not driven.
        model.learn(
          greatCircle: GreatCircleMatrix.greatCircle(start.coordinate, end.coordinate),
          road: Metres(metres(k)), seconds: Double(times.milliseconds[k]) / 1000)
      }
    }
    model.finish()
    var seconds = [Seconds?](repeating: .zero, count: count * count)
    var lengths = [Metres?](repeating: .zero, count: count * count)
    var byRoads = [Bool](repeating: true, count: count * count)
    var hasRoads = false
    var (straight, driven) = (0.0, 0.0)
    for from in 0..<count {
      for to in 0..<count where from != to {
        let k = from * count + to
        if times.milliseconds[k] >= 0, times.decimetres[k] >= 0 {
          seconds[k] = Seconds(rounding: Double(times.milliseconds[k]) / 1000)
          lengths[k] = Metres(metres(k))
          hasRoads = true
        } else {
          let greatCircle = GreatCircleMatrix.greatCircle(points[from], points[to])
          let drive = model.drive(greatCircle)
          straight += greatCircle.value
          driven += drive.metres.value
          seconds[k] = drive.seconds
          lengths[k] = drive.metres
          byRoads[k] = false
        }
      }
    }
    return DriveMatrix(
      costs: try CostMatrix(
        count: count, seconds: seconds, metres: lengths, source: hasRoads ? .roads : .greatCircle),
      byRoads: hasRoads ? byRoads : [], roadDistances: times.sources.map { $0?.distance },
      detourFactor: hasRoads && straight > 0 ? driven / straight : nil)
  }

  public func geometry(from: Coordinate, to: Coordinate) async throws -> LineString? {
    do {
      return try await roads.route(through: [from, to], options: Self.options).legs.first?.line
    } catch RoadRoutingError.noRoad, RoadRoutingError.noRoute {
      // Put on roads by themselves, two places may lie otherwise than among all the others.
      return nil
    }
  }
}

/// How roads differ from great circles, learned from drives on them.
///
/// The nearer two places are, the greater the detour and the slower the drive, so the medians of ratios are kept by
/// distance. A class is believed by how many drives it has, its neighbours the less the farther they are, and the factors
/// of the estimate as if ten drives had shown them: some drives in a town say next to nothing of one across the country.
struct DetourModel {
  /// Great-circle metres at which the next class begins.
  private static let classes: [Double] = [2_000, 8_000, 25_000, 100_000]
  /// Drives that the estimate's own factors count for.
  private static let prior = 10.0
  /// Drives that another class counts for at most, before distance.
  private static let most = 20.0
  /// A class counts so many times less with each class between.
  private static let fading = 4.0

  private struct Ratios {
    var detours: [Double] = []
    var times: [Double] = []
    var detour: Double?
    var time: Double?

    mutating func finish() {
      detour = Self.median(&detours)
      time = Self.median(&times)
    }

    private static func median(_ values: inout [Double]) -> Double? {
      guard !values.isEmpty else { return nil }
      values.sort()
      let middle = values.count / 2
      return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
    }
  }

  private let estimate: GreatCircleMatrix
  private var classes = [Ratios](repeating: Ratios(), count: DetourModel.classes.count + 1)

  init(estimate: GreatCircleMatrix) { self.estimate = estimate }

  private static func index(_ greatCircle: Metres) -> Int {
    classes.firstIndex { greatCircle.value < $0 } ?? classes.count
  }

  mutating func learn(greatCircle: Metres, road: Metres, seconds: Double) {
    // Two doors of one street tell nothing.
    guard greatCircle.value >= 100, road.value > 0 else { return }
    let own = Self.index(greatCircle)
    classes[own].detours.append(road.value / greatCircle.value)
    classes[own].times.append(seconds / Double(max(1, estimate.speed.seconds(for: road).value)))
  }

  mutating func finish() { for k in classes.indices { classes[k].finish() } }

  /// The drive that goes with a great circle.
  func drive(_ greatCircle: Metres) -> (seconds: Seconds, metres: Metres) {
    let own = Self.index(greatCircle)
    var weight = Self.prior
    var detour = Self.prior * estimate.detourFactor
    var time = Self.prior
    for (k, ratios) in classes.enumerated() {
      guard let itsDetour = ratios.detour, let itsTime = ratios.time else { continue }
      var share = Double(ratios.detours.count)
      if k != own { share = min(share, Self.most) / pow(Self.fading, Double(abs(k - own))) }
      weight += share
      detour += share * itsDetour
      time += share * itsTime
    }
    let metres = Metres((greatCircle.value * max(1, detour / weight)).rounded())
    let seconds = Double(estimate.speed.seconds(for: metres).value) * (time / weight)
    return (Seconds(rounding: seconds), metres)
  }
}
