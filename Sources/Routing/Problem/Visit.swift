import Geo

extension TripProblem {
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
    /// Time on top of `service` to park, to be let in; saved when the visit before it on the same day is at the same
    /// place. The visit starts with it and the window holds it.
    public var setUp: Seconds
    /// What making the visit is worth beside others, 0 … 2³⁰. What does not fit is chosen by least value lost; a
    /// visit of value 0 is made where it pushes out none of value.
    public var value: Int
    /// Days on which the visit may be made, numbers of the problem's days; nil for any. One day is a lock to it.
    public var days: Set<Int>?
    /// Agreed day and time; they stand in the place of the windows of that day.
    public var appointment: Appointment?
    /// Place in the order of its day.
    public var slot: Slot?

    public init(
      point: Int, service: Seconds, windows: [[Range<Int>]]? = nil, mustVisit: Bool = false,
      setUp: Seconds = .zero, value: Int = 1, days: Set<Int>? = nil, appointment: Appointment? = nil,
      slot: Slot? = nil
    ) {
      self.point = point
      self.service = service
      self.windows = windows
      self.mustVisit = mustVisit
      self.setUp = setUp
      self.value = value
      self.days = days
      self.appointment = appointment
      self.slot = slot
    }

    /// Whether days and appointment let the visit be made on a day.
    func mayBeMade(on day: Int) -> Bool {
      days?.contains(day) ?? true && appointment.map { $0.day == day } ?? true
    }
  }

  /// A fixed date: the visit starts on `day` at a time in `start`, both ends included.
  public struct Appointment: Sendable, Hashable {
    public var day: Int
    public var start: ClosedRange<Int>

    public init(day: Int, start: ClosedRange<Int>) {
      self.day = day
      self.start = start
    }

    /// Starts at exactly this second.
    public init(day: Int, at start: Int) { self.init(day: day, start: start...start) }
  }

  /// Where in the order of its day a visit stands. Visits made already count.
  public enum Slot: Sendable, Hashable {
    case first
    case last
    /// With this many visits before it; the last of a day that is shorter.
    case position(Int)

    /// Number of visits before it; `Int.max` for the last.
    var visitsBefore: Int {
      switch self {
      case .first: 0
      case .last: .max
      case .position(let count): count
      }
    }
  }

  /// `after` is made only when `before` is made too, on an earlier day or earlier the same day.
  public struct Precedence: Sendable, Hashable {
    public var before: Int
    public var after: Int

    public init(before: Int, after: Int) {
      self.before = before
      self.after = after
    }
  }
}
