import Foundation
import Geo

/// Driving on roads, and where these do not reach, estimated pair by pair.
///
/// A pair is by roads when both its points are near a road and a way leads from one to the other. For the others the
/// great circle is multiplied by a detour factor, and the time of the estimate by another, both learned from the pairs of
/// the same question that are by roads and about as far apart; see ``DetourModel``.
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
        guard times.decimetres[k] >= 0 else { continue }
        model.learn(
          greatCircle: GreatCircleMatrix.greatCircle(points[from], points[to]), road: Metres(metres(k)),
          seconds: Double(times.milliseconds[k]) / 1000)
      }
    }
    model.finish()
    var seconds = [Seconds?](repeating: .zero, count: count * count)
    var lengths = [Metres?](repeating: .zero, count: count * count)
    var byRoads = [Bool](repeating: true, count: count * count)
    var hasRoads = false
    for from in 0..<count {
      for to in 0..<count where from != to {
        let k = from * count + to
        if times.milliseconds[k] >= 0, times.decimetres[k] >= 0 {
          seconds[k] = Seconds(rounding: Double(times.milliseconds[k]) / 1000)
          lengths[k] = Metres(metres(k))
          hasRoads = true
        } else {
          let drive = model.drive(GreatCircleMatrix.greatCircle(points[from], points[to]))
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
      detourFactor: model.overall)
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
/// distance. A class with fewer than ten drives takes those of all, and without any the factors of the estimate hold.
struct DetourModel {
  /// Great-circle metres at which the next class begins.
  private static let classes: [Double] = [2_000, 8_000, 25_000, 100_000]
  private static let least = 10

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
  private var all = Ratios()

  init(estimate: GreatCircleMatrix) { self.estimate = estimate }

  /// Road metres per metre of great circle, over all drives.
  var overall: Double? { all.detour }

  private static func index(_ greatCircle: Metres) -> Int {
    classes.firstIndex { greatCircle.value < $0 } ?? classes.count
  }

  mutating func learn(greatCircle: Metres, road: Metres, seconds: Double) {
    // Two doors of one street tell nothing.
    guard greatCircle.value >= 100, road.value > 0 else { return }
    let detour = road.value / greatCircle.value
    let time = seconds / Double(max(1, estimate.speed.seconds(for: road).value))
    classes[Self.index(greatCircle)].detours.append(detour)
    classes[Self.index(greatCircle)].times.append(time)
    all.detours.append(detour)
    all.times.append(time)
  }

  mutating func finish() {
    for k in classes.indices { classes[k].finish() }
    all.finish()
  }

  /// The drive that goes with a great circle.
  func drive(_ greatCircle: Metres) -> (seconds: Seconds, metres: Metres) {
    let near = classes[Self.index(greatCircle)]
    let ratios = near.detours.count >= Self.least ? near : all
    let metres = Metres((greatCircle.value * max(1, ratios.detour ?? estimate.detourFactor)).rounded())
    let seconds = Double(estimate.speed.seconds(for: metres).value) * (ratios.time ?? 1)
    return (Seconds(rounding: seconds), metres)
  }
}
