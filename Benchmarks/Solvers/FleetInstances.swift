import Foundation
import Routing

/// Made-up problems for fleets in VROOM's format: what a depot's day looks like, on real driving times or on coordinates at
/// random. The same numbers in every run.
struct FleetInstances {
  enum Kind: String, CaseIterable {
    /// Loads and windows from one depot.
    case deliveries
    /// The same from several depots, with costs of using a vehicle.
    case depots
    /// Shipments from place to place, half of the pickups in a window.
    case shipments
    /// More tasks than the day has room for: windows, skills, priorities, breaks, set-up.
    case crowded
  }

  /// One problem, as text for VROOM and as a value.
  struct Case {
    let text: String
    let problem: FleetProblem
  }

  /// Driving between places in whole seconds, row-major; the first place is the depot.
  struct Drives {
    let count: Int
    let seconds: [Int]

    /// Places on a square an hour wide, half of them in clusters, 2 % asymmetric.
    init(random: inout SplitMix, places: Int) {
      let centres = (0..<max(2, places / 10)).map { _ in (3600 * random.unit(), 3600 * random.unit()) }
      var points = [(1800.0, 1800.0)]
      for k in 1..<places {
        if k % 2 == 0 {
          points.append((3600 * random.unit(), 3600 * random.unit()))
        } else {
          let centre = centres[random.below(centres.count)]
          points.append((centre.0 + 400 * (random.unit() - 0.5), centre.1 + 400 * (random.unit() - 0.5)))
        }
      }
      var table = [Int](repeating: 0, count: places * places)
      for a in 0..<places {
        for b in 0..<places where a != b {
          let (x, y) = (points[a].0 - points[b].0, points[a].1 - points[b].1)
          table[a * places + b] = Int(((x * x + y * y).squareRoot() * (1 + 0.02 * random.unit())).rounded())
        }
      }
      (count, seconds) = (places, table)
    }

    /// A table in tenths of seconds.
    init(tenths input: TourInput) {
      var table: [Int] = []
      for a in 0..<input.count {
        for b in 0..<input.count {
          guard case .matrix(let costs) = input.costs, a != b else {
            table.append(0)
            continue
          }
          table.append(((costs.cost(from: a, to: b) ?? 0) + 5) / 10)
        }
      }
      (count, seconds) = (input.count, table)
    }

    /// Mean driving time between two places.
    var mean: Int { max(1, seconds.reduce(0, +) / (count * (count - 1))) }
  }

  static func make(
    _ kind: Kind, tasks: Int, vehicles: Int, _ drives: Drives, _ random: inout SplitMix
  ) throws -> Case {
    var maker = FleetInstances(
      kind: kind, tasks: tasks, vehicles: vehicles, drives: drives, random: random)
    let input = maker.input()
    random = maker.random
    let data = try JSONSerialization.data(withJSONObject: input, options: .sortedKeys)
    return Case(text: String(decoding: data, as: UTF8.self), problem: try FleetReader.read([UInt8](data)))
  }

  private let kind: Kind
  private let tasks: Int
  private let vehicles: Int
  private let drives: Drives
  private var random: SplitMix
  /// Length of the working day in seconds: room for all tasks, with little to spare.
  private var day: Int { max(4, (tasks + vehicles - 1) / vehicles) * (drives.mean / 2 + 420) * 3 / 2 }

  private mutating func input() -> [String: Any] {
    var input: [String: Any] = [:]
    if kind == .shipments {
      input["shipments"] = (0..<tasks / 2).map { shipment($0) }
    } else {
      input["jobs"] = (0..<tasks).map { job($0) }
    }
    input["vehicles"] = (0..<vehicles).map { vehicle($0) }
    input["matrices"] = [
      "car": [
        "durations": (0..<drives.count).map {
          Array(drives.seconds[$0 * drives.count..<($0 + 1) * drives.count])
        }
      ]
    ]
    return input
  }

  /// Every place has a task before one has two.
  private func place(_ task: Int) -> Int { 1 + task % (drives.count - 1) }

  private mutating func window(_ lengths: [Int]) -> [[Int]] {
    let length = min(day / 2, lengths[random.below(lengths.count)])
    let opens = random.below(day - length)
    return [[opens, opens + length]]
  }

  private mutating func job(_ k: Int) -> [String: Any] {
    var job: [String: Any] = ["id": k + 1, "location_index": place(k), "service": 300]
    job["delivery"] = [1 + random.below(20)]
    switch kind {
    case .deliveries:
      if random.below(2) == 0 { job["time_windows"] = window([7200, 10800]) }
    case .depots:
      if random.below(5) < 2 { job["time_windows"] = window([9000]) }
    case .crowded, .shipments:
      job["service"] = 300 + 60 * random.below(25)
      if random.below(5) < 3 { job["time_windows"] = window([3600, 7200, 14400]) }
      if random.below(10) < 3 { job["skills"] = [1 + random.below(3)] }
      if random.below(5) < 2 { job["priority"] = [10, 20, 50, 100][random.below(4)] }
      if random.below(10) < 3 { job["setup"] = 300 }
      job["pickup"] = [random.below(10)]
    }
    return job
  }

  private mutating func shipment(_ k: Int) -> [String: Any] {
    func step(_ id: Int) -> [String: Any] { ["id": id, "location_index": place(id - 1), "service": 180] }
    var pickup = step(2 * k + 1)
    if random.below(2) == 0 { pickup["time_windows"] = window([7200]) }
    return ["amount": [1 + random.below(4)], "pickup": pickup, "delivery": step(2 * k + 2)]
  }

  private mutating func vehicle(_ k: Int) -> [String: Any] {
    let depot = kind == .depots ? (k % 3) * (drives.count / 3) : 0
    var vehicle: [String: Any] = ["id": k + 1, "start_index": depot, "end_index": depot]
    let share = (tasks * 21 / 2 + vehicles - 1) / vehicles
    vehicle["time_window"] = [0, day]
    vehicle["capacity"] = [kind == .shipments ? 8 : share * 6 / 5 + 10]
    let rest: [String: Any] = ["id": 1, "time_windows": [[day * 2 / 5, day * 3 / 5]], "service": 1800]
    switch kind {
    case .deliveries, .shipments: break
    case .depots:
      vehicle["costs"] = ["fixed": [500, 2000, 4000][random.below(3)]]
      if k % 2 == 0 { vehicle["breaks"] = [rest] }
    case .crowded:
      vehicle["skills"] = [1, 2, 3].filter { _ in random.below(10) < 7 }
      vehicle["breaks"] = [rest]
    }
    return vehicle
  }
}

extension SplitMix {
  /// 0 ..< `bound`.
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
