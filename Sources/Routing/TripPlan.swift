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
  }

  public struct PlannedDay: Sendable, Hashable {
    /// Matrix points where the day starts and ends.
    public var startPoint: Int
    public var endPoint: Int
    /// Leaving `startPoint` and reaching `endPoint`.
    public var start: Int
    public var end: Int
    /// Start of lunch, when one was taken.
    public var lunch: Int?
    public var stops: [PlannedStop]
    public var driving: Seconds
    public var distance: Metres
  }

  public struct LeftOut: Sendable, Hashable {
    public var visit: Int
    public var reason: LeftOutReason
    /// The numbers behind the reason, in one English sentence.
    public var detail: String
  }

  public var days: [PlannedDay]
  public var leftOut: [LeftOut]
  /// Driving of all days.
  public var driving: Seconds
  public var distance: Metres
  /// No plan that makes the same visits can drive less; nil when none was computed.
  public var lowerBound: Seconds?
}

/// Why a visit is not in the plan. The raw values are those of the reason codes stored with a trip.
public enum LeftOutReason: String, Sendable, Hashable, Codable, CaseIterable {
  case unreachable, closedThatDay, windowMissed, dayFull, tripFull, tooFar
}
