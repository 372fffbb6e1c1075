import Geo

/// What is asked of the planner: an immutable value, checked once when made.
///
/// Points are indices into `matrix`. Times are seconds after local midnight of a day; windows are half-open.
public struct TripProblem: Sendable, Hashable {
  /// One place to visit.
  public struct Visit: Sendable, Hashable {
    /// Row and column of the matrix.
    public var point: Int
    public var service: Seconds
    /// For each day of the problem, the windows in which the visit may start *and* must end:
    /// `windows[day]`. Empty means closed that day. Nil means open at any time on every day.
    public var windows: [[Range<Int>]]?
    /// Left out only when no plan can hold it.
    public var mustVisit: Bool

    public init(
      point: Int, service: Seconds, windows: [[Range<Int>]]? = nil, mustVisit: Bool = false
    ) {
      self.point = point
      self.service = service
      self.windows = windows
      self.mustVisit = mustVisit
    }
  }

  /// Where a trip (or a day, when nights are at home) ends.
  public enum End: Sendable, Hashable {
    case open
    case roundTrip
    case at(Int)
  }

  /// Where the manager sleeps between days.
  public enum Night: String, Sendable, Hashable, Codable {
    /// Every day with visits starts at the start and ends by the end rule; a day without is not driven.
    case home
    /// A day starts where the one before ended; only the last that is driven follows the end rule. The way to
    /// the end may stand on a later day without visits. A trip without visits does not move.
    case away
  }

  /// A free stretch of time: no visit and no driving. It may be taken anywhere between two visits (on the road
  /// too). A day that leaves it free by itself, by starting late or ending early, needs none.
  public struct Lunch: Sendable, Hashable {
    /// Lunch starts at or after `window.lowerBound` and ends at or before `window.upperBound`.
    public var window: Range<Int>
    public var length: Seconds
    public init(window: Range<Int>, length: Seconds) {
      self.window = window
      self.length = length
    }
  }

  public struct Day: Sendable, Hashable {
    /// Leaving not before the lower bound, back (or last visit ended) not after the upper bound.
    public var work: Range<Int>
    public var lunch: Lunch?
    public var maxDriving: Seconds?
    public init(work: Range<Int>, lunch: Lunch? = nil, maxDriving: Seconds? = nil) {
      self.work = work
      self.lunch = lunch
      self.maxDriving = maxDriving
    }
  }

  /// What a shorter plan means.
  public enum Metric: String, Sendable, Hashable, Codable { case time, distance }

  public let matrix: CostMatrix
  public let visits: [Visit]
  /// Point of the matrix where the trip starts.
  public let start: Int
  public let end: End
  public let days: [Day]
  public let night: Night
  public let metric: Metric

  /// - Throws: ``ProblemError`` naming the first thing wrong.
  public init(
    matrix: CostMatrix, visits: [Visit], start: Int, end: End, days: [Day], night: Night = .home,
    metric: Metric = .time
  ) throws(ProblemError) {
    self.matrix = matrix
    self.visits = visits
    self.start = start
    self.end = end
    self.days = days
    self.night = night
    self.metric = metric
    try validate()
  }
}
