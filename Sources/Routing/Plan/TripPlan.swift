import Geo

/// An answer to a ``TripProblem``: which visit on which day, in which order, at what time, and what was left out.
public struct TripPlan: Sendable, Hashable {
  public struct PlannedStop: Sendable, Hashable {
    /// Index into `problem.visits`.
    public var visit: Int
    public var arrival: Int
    /// Arrival plus waiting.
    public var serviceStart: Int
    public var departure: Int

    public init(visit: Int, arrival: Int, serviceStart: Int, departure: Int) {
      self.visit = visit
      self.arrival = arrival
      self.serviceStart = serviceStart
      self.departure = departure
    }
  }

  public struct PlannedDay: Sendable, Hashable {
    /// Matrix points where the day starts and ends.
    public var startPoint: Int
    public var endPoint: Int
    /// Leaving `startPoint` and reaching `endPoint`.
    public var start: Int
    public var end: Int
    /// Start of lunch, when one was taken: on a leg (which then takes that much longer), or while waiting at a
    /// door. Nil when the day leaves the lunch time free by itself, before its start or after its end.
    public var lunch: Int?
    public var stops: [PlannedStop]
    public var driving: Seconds
    public var distance: Metres

    public init(
      startPoint: Int, endPoint: Int, start: Int, end: Int, lunch: Int?, stops: [PlannedStop],
      driving: Seconds, distance: Metres
    ) {
      self.startPoint = startPoint
      self.endPoint = endPoint
      self.start = start
      self.end = end
      self.lunch = lunch
      self.stops = stops
      self.driving = driving
      self.distance = distance
    }
  }

  public struct LeftOut: Sendable, Hashable {
    public var visit: Int
    public var reason: LeftOutReason
    /// The numbers behind the reason, in one English sentence.
    public var detail: String
    /// The best place on each day and what it would break; filled in where the problem has rules of order, locks,
    /// set-up times or limits on kilometres and overtime, else see ``TripSolver/obstacles(to:in:of:)``.
    public var obstacles: [Obstacle]

    public init(visit: Int, reason: LeftOutReason, detail: String, obstacles: [Obstacle] = []) {
      self.visit = visit
      self.reason = reason
      self.detail = detail
      self.obstacles = obstacles
    }
  }

  /// For each day how much later than its work it ends.
  public func overtime(in problem: TripProblem) -> [Seconds] {
    zip(days, problem.days).map { planned, day in
      planned.stops.isEmpty ? .zero : Seconds(max(0, planned.end - day.work.upperBound))
    }
  }

  public var days: [PlannedDay]
  public var leftOut: [LeftOut]
  /// Driving of all days.
  public var driving: Seconds
  public var distance: Metres
  /// No plan that makes the same visits can drive less; nil when none was computed.
  public var lowerBound: Seconds?

  public init(
    days: [PlannedDay], leftOut: [LeftOut], driving: Seconds, distance: Metres, lowerBound: Seconds?
  ) {
    self.days = days
    self.leftOut = leftOut
    self.driving = driving
    self.distance = distance
    self.lowerBound = lowerBound
  }
}

/// Why a visit is not in the plan. The raw values are those of the reason codes stored with a trip.
public enum LeftOutReason: String, Sendable, Hashable, Codable, CaseIterable {
  case unreachable, closedThatDay, windowMissed, dayFull, tripFull, tooFar
}
