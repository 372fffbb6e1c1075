/// A constraint that a route breaks; raw values are VROOM's causes.
public struct FleetViolation: Sendable, Hashable {
  public enum Cause: String, Sendable, Hashable, CaseIterable {
    case leadTime = "lead_time"
    case delay
    case load
    case maxTasks = "max_tasks"
    case skills
    case precedence
    case missingBreak = "missing_break"
    case maxTravelTime = "max_travel_time"
    case maxLoad = "max_load"
    case maxDistance = "max_distance"
  }

  public var cause: Cause
  /// Seconds, for lead time and delay.
  public var duration: Int?

  public init(_ cause: Cause, duration: Int? = nil) {
    self.cause = cause
    self.duration = duration
  }

  /// One entry a cause, durations added.
  static func summary(_ all: [FleetViolation]) -> [FleetViolation] {
    Cause.allCases.compactMap { cause in
      let same = all.filter { $0.cause == cause }
      guard !same.isEmpty else { return nil }
      let durations = same.compactMap(\.duration)
      return FleetViolation(cause, duration: durations.isEmpty ? nil : durations.reduce(0, +))
    }
  }
}

/// A task by its kind and its position in the problem's list.
public struct FleetTask: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable { case job, pickup, delivery }
  public var kind: Kind
  /// In `jobs`, or in `shipments`.
  public var index: Int

  public init(_ kind: Kind, _ index: Int) {
    self.kind = kind
    self.index = index
  }
}

/// One step of a route with its times in seconds.
public struct FleetStep: Sendable, Hashable {
  public enum Content: Sendable, Hashable {
    case start, end
    case task(FleetTask)
    /// Position in the vehicle's list.
    case rest(Int)
  }

  public var content: Content
  /// nil for breaks.
  public var place: FleetPlace?
  public var arrival: Int
  public var waiting: Int
  public var setup: Int
  public var service: Int
  /// Driving and distance from the start of the route to the arrival.
  public var duration: Int
  public var distance: Int?
  /// On board after the step.
  public var load: [Int]
  public var violations: [FleetViolation]
}

/// The route of one vehicle.
public struct FleetRoute: Sendable, Hashable {
  /// Position in the problem's list.
  public var vehicle: Int
  public var steps: [FleetStep]
  /// In the caller's unit, not rounded.
  public var cost: Double
  public var setup: Int
  public var service: Int
  public var duration: Int
  public var waiting: Int
  public var priority: Int
  public var distance: Int?
  public var delivery: [Int]
  public var pickup: [Int]
  public var violations: [FleetViolation]
  /// The way along the roads as an encoded polyline of five decimals; nil where it was not asked for or is not known.
  public var geometry: String?
}

/// Routes for the vehicles that are used, and the tasks that are not served.
public struct FleetSolution: Sendable, Hashable {
  public var routes: [FleetRoute]
  public var unassigned: [FleetTask]
  /// Rounds of the search; zero for given routes.
  public var iterations = 0

  /// In the caller's unit, not rounded.
  public var cost: Double { routes.reduce(0) { $0 + $1.cost } }
  public var priority: Int { routes.reduce(0) { $0 + $1.priority } }
}
