import Geo

/// What is asked of the planner: an immutable value, checked once when made.
///
/// Points are indices into `matrix`. Times are seconds after local midnight of a day; windows are half-open.
public struct TripProblem: Sendable, Hashable {
  /// Where a trip ends.
  public enum End: Sendable, Hashable {
    case open
    case roundTrip
    case at(Int)
  }

  /// Where the manager sleeps between days.
  public enum Night: String, Sendable, Hashable, Codable {
    /// Every day with visits starts at the start. The last of them ends by the end rule, the others back at the
    /// start, where the night is; a day without visits is not driven.
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

  /// What has happened on a day by now. A plan keeps it as it was and goes on from where the last visit ended.
  public struct Progress: Sendable, Hashable {
    /// The visits made, in order, with their times.
    public var stops: [TripPlan.PlannedStop]
    /// When the day began.
    public var start: Int
    /// Start of lunch, when it was had already.
    public var lunch: Int?
    /// The day goes on not before this, nor before the visits made have ended.
    public var resumes: Int
    /// The day is over: nothing is put on it any more.
    public var isOver: Bool

    public init(
      stops: [TripPlan.PlannedStop], start: Int, lunch: Int? = nil, resumes: Int? = nil, isOver: Bool = false
    ) {
      self.stops = stops
      self.start = start
      self.lunch = lunch
      self.resumes = stops.reduce(resumes ?? start) { max($0, $1.departure) }
      self.isOver = isOver
    }
  }

  public struct Day: Sendable, Hashable {
    /// Leaving not before the lower bound, back (or last visit ended) not after the upper bound. Does not bind what
    /// has happened, nor the way back of a day on which nothing comes after it.
    public var work: Range<Int>
    public var lunch: Lunch?
    /// For the whole day, what was driven already included.
    public var maxDriving: Seconds?
    /// The longest way of the whole day, what was driven already included.
    public var maxDistance: Metres?
    /// How much later than `work` ends the day may end, see ``TripProblem/overtimeWeight``.
    public var overtime: Seconds
    /// The longest time without driving, lunch or a visit before any visit but the first; the day begins later where
    /// that shortens it.
    public var maxWaiting: Seconds?
    /// Nil for a day that is all to come. Days before one with visits made are over.
    public var progress: Progress?

    public init(
      work: Range<Int>, lunch: Lunch? = nil, maxDriving: Seconds? = nil, progress: Progress? = nil,
      maxDistance: Metres? = nil, overtime: Seconds = .zero, maxWaiting: Seconds? = nil
    ) {
      self.work = work
      self.lunch = lunch
      self.maxDriving = maxDriving
      self.progress = progress
      self.maxDistance = maxDistance
      self.overtime = overtime
      self.maxWaiting = maxWaiting
    }

    /// The hour at which the day ends at the latest, overtime included.
    var hardEnd: Int { work.upperBound + overtime.value }

    /// Visits of the day that are made.
    var made: [Int] { progress?.stops.map(\.visit) ?? [] }
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
  public let precedences: [Precedence]
  /// Whether a day visits no place twice: the same point of the matrix, or two that are no driving apart.
  public let samePlaceOnceADay: Bool
  /// What a second of overtime costs, in units of the metric. With 0 overtime only decides between plans that are
  /// otherwise equal; in any case visits come first.
  public let overtimeWeight: Int

  /// - Throws: ``ProblemError`` naming the first thing wrong.
  public init(
    matrix: CostMatrix, visits: [Visit], start: Int, end: End, days: [Day], night: Night = .home,
    metric: Metric = .time, precedences: [Precedence] = [], samePlaceOnceADay: Bool = false,
    overtimeWeight: Int = 0
  ) throws(ProblemError) {
    self.matrix = matrix
    self.visits = visits
    self.start = start
    self.end = end
    self.days = days
    self.night = night
    self.metric = metric
    self.precedences = precedences
    self.samePlaceOnceADay = samePlaceOnceADay
    self.overtimeWeight = overtimeWeight
    try validate()
  }

  /// The same with other visits, days and precedences.
  /// - Precondition: they are right for this matrix.
  public func replacing(visits: [Visit], days: [Day], precedences: [Precedence]? = nil) -> TripProblem {
    try! TripProblem(
      matrix: matrix, visits: visits, start: start, end: end, days: days, night: night, metric: metric,
      precedences: precedences ?? self.precedences, samePlaceOnceADay: samePlaceOnceADay,
      overtimeWeight: overtimeWeight)
  }

  /// Whether two points are one place: the same, or no driving apart either way.
  func samePlace(_ a: Int, _ b: Int) -> Bool {
    a == b
      || (matrix.secondsTable[a * matrix.count + b] == 0 && matrix.secondsTable[b * matrix.count + a] == 0)
  }
}
